/* Combinations: sum, maximum, minimum, scale and tiers of earlier components. */
#include <math.h>
#include <string.h>

#include "base/field_rows.h"
#include "margin/charge.h"
#include "margin/tiers.h"

static const hpm_field combine_fields[] = {
    HPM_ROW_TEXTS(1, hpm_component, rule.combine., of, HPM_RULE_NAME_SIZE, HPM_COMPONENT_INPUTS_MAX,
                  "earlier components"),
};

const hpm_record hpm_combine_record =
    HPM_RECORD("combination", hpm_component, combine_fields, "Combines earlier components");

static const hpm_field scale_fields[] = {
    HPM_ROW_TEXT(1, hpm_component, rule.scale., of, "an earlier component"),
    HPM_ROW_REAL(hpm_component, rule.scale., factor, "1", 0, 100, 1, "multiplies it"),
    HPM_ROW_TEXT(0, hpm_component, rule.scale., peg_asset,
                 "asset whose fall below a threshold raises the factor"),
    HPM_ROW_REAL(hpm_component, rule.scale., peg_threshold, "reporting currency", 0, 10, 0,
                 "price below which the factor grows"),
    HPM_ROW_REAL(hpm_component, rule.scale., peg_slope, "1", 0, 100, 0,
                 "growth of the factor per unit of price below the threshold"),
};

const hpm_record hpm_scale_record =
    HPM_RECORD("scale", hpm_component, scale_fields, "A multiple of an earlier component");

static const hpm_field factor_tier_fields[] = {
    HPM_ROW_TIER_END,
    HPM_ROW_TIER_RATE("factor", 100, "multiplies what lies in this tier"),
};

static const hpm_record factor_tier_record =
    HPM_RECORD("factor tier", hpm_tier, factor_tier_fields, "A stretch of a component's value");

static const hpm_field tiers_fields[] = {
    HPM_ROW_TEXT(1, hpm_component, rule.tiers., of, "an earlier component"),
    HPM_ROW_RECORDS(1, hpm_component, rule.tiers., tiers, &factor_tier_record, HPM_TIERS_MAX,
                    "factors of stretches of its value, each of its own stretch only"),
};

const hpm_record hpm_tiers_record = HPM_RECORD(
    "tiers", hpm_component, tiers_fields, "An earlier component, multiplied stretch by stretch");

/* ---- sum ---------------------------------------------------------------------------------- */

/* A combination shows the worst scenario of its largest part. */
static void lead(hpm_charge_result *result, double *largest, const hpm_charge_result *input)
{
    if (input->worst_column == HPM_NONE || !(input->value > *largest)) return;
    *largest = input->value;
    result->worst_column = input->worst_column;
    result->leader = input->leader;
}

static hpm_charge_result combine_sum(const hpm_exposure *exposure, const hpm_component *component,
                                     const hpm_charge_result *earlier)
{
    const hpm_rule_combine *rule = &component->rule.combine;
    hpm_charge_result result = hpm_charge_of(0);
    double largest = 0;
    (void)exposure;
    for (uint32_t i = 0; i < rule->of.count; i++) {
        result.value += earlier[rule->inputs[i]].value;
        lead(&result, &largest, &earlier[rule->inputs[i]]);
    }
    return result;
}

static void spread_sum(double *weights, const hpm_exposure *exposure,
                       const hpm_component *component, const hpm_charge_result *result,
                       double weight)
{
    const hpm_rule_combine *rule = &component->rule.combine;
    (void)exposure;
    (void)result;
    for (uint32_t i = 0; i < rule->of.count; i++)
        weights[rule->inputs[i]] += weight;
}

/* One input carries the gain, the first that can; of one that is summed several times each carries
 * a part. */
static int couple_sum(double *rhos, const hpm_exposure *exposure, const hpm_component *component,
                      double rho, const uint8_t *is_carrier)
{
    const hpm_rule_combine *rule = &component->rule.combine;
    uint32_t carrier = HPM_NONE, times = 0;
    (void)exposure;
    for (uint32_t i = rule->of.count; i-- > 0;)
        if (is_carrier[rule->inputs[i]]) carrier = rule->inputs[i];
    if (carrier == HPM_NONE) return 0;
    for (uint32_t i = 0; i < rule->of.count; i++)
        times += rule->inputs[i] == carrier;
    rhos[carrier] = rho / times;
    return 1;
}

/* ---- maximum, minimum --------------------------------------------------------------------- */

/* The first input wins ties; NaN wins over everything so that it cannot hide. */
static hpm_charge_result choose(const hpm_component *component, const hpm_charge_result *earlier,
                                int largest)
{
    const hpm_rule_combine *rule = &component->rule.combine;
    hpm_charge_result best = earlier[rule->inputs[0]];
    best.chosen = rule->inputs[0];
    for (uint32_t i = 1; i < rule->of.count; i++) {
        const hpm_charge_result *input = &earlier[rule->inputs[i]];
        if (isnan(input->value) ||
            (largest ? input->value > best.value : input->value < best.value)) {
            best = *input;
            best.chosen = rule->inputs[i];
        }
    }
    return best;
}

static hpm_charge_result combine_maximum(const hpm_exposure *exposure,
                                         const hpm_component *component,
                                         const hpm_charge_result *earlier)
{
    (void)exposure;
    return choose(component, earlier, 1);
}

static hpm_charge_result combine_minimum(const hpm_exposure *exposure,
                                         const hpm_component *component,
                                         const hpm_charge_result *earlier)
{
    (void)exposure;
    return choose(component, earlier, 0);
}

/* What is taken from all inputs is taken from the largest, and from the smallest. */
static int couple_all(double *rhos, const hpm_exposure *exposure, const hpm_component *component,
                      double rho, const uint8_t *is_carrier)
{
    const hpm_rule_combine *rule = &component->rule.combine;
    (void)exposure;
    (void)is_carrier;
    for (uint32_t i = 0; i < rule->of.count; i++)
        rhos[rule->inputs[i]] = rho;
    return 1;
}

static void spread_chosen(double *weights, const hpm_exposure *exposure,
                          const hpm_component *component, const hpm_charge_result *result,
                          double weight)
{
    (void)exposure;
    (void)component;
    weights[result->chosen] += weight;
}

/* ---- scale -------------------------------------------------------------------------------- */

/* A peg asset that is absent from the market cannot be off its peg there. */
static double scale_factor(const hpm_exposure *exposure, const hpm_component *component)
{
    const hpm_rule_scale *rule = &component->rule.scale;
    const hpm_component *components = exposure->rulebook->components.items;
    uint32_t asset = exposure->array->peg_asset[component - components];
    if (asset == HPM_NONE) return rule->factor;
    double price = exposure->market->asset_price[asset].value;
    double below = isnan(price) ? 0 : rule->peg_threshold - price;
    return fma(below > 0 ? below : 0, rule->peg_slope, rule->factor);
}

static hpm_charge_result combine_scale(const hpm_exposure *exposure, const hpm_component *component,
                                       const hpm_charge_result *earlier)
{
    hpm_charge_result result = earlier[component->rule.scale.input];
    result.value *= scale_factor(exposure, component);
    return result;
}

/* A factor of next to nothing leaves nothing that could carry it. */
static int couple_scale(double *rhos, const hpm_exposure *exposure, const hpm_component *component,
                        double rho, const uint8_t *is_carrier)
{
    double factor = scale_factor(exposure, component);
    (void)is_carrier;
    if (!(factor > 1e-6)) return 0;
    rhos[component->rule.scale.input] = rho / factor;
    return 1;
}

static void spread_scale(double *weights, const hpm_exposure *exposure,
                         const hpm_component *component, const hpm_charge_result *result,
                         double weight)
{
    (void)result;
    weights[component->rule.scale.input] += weight * scale_factor(exposure, component);
}

/* ---- tiers -------------------------------------------------------------------------------- */

static hpm_charge_result combine_tiers(const hpm_exposure *exposure, const hpm_component *component,
                                       const hpm_charge_result *earlier)
{
    const hpm_rule_tiers *rule = &component->rule.tiers;
    hpm_charge_result result = earlier[rule->input];
    double value = hpm_tiers_sum(&rule->tiers, result.value);
    (void)exposure;
    result.factor = result.value != 0 ? value / result.value : 1;
    result.value = value;
    return result;
}

/* A gain that the input carries is not one of what tiers make of it. */
static int couple_tiers(double *rhos, const hpm_exposure *exposure, const hpm_component *component,
                        double rho, const uint8_t *is_carrier)
{
    (void)rhos;
    (void)exposure;
    (void)component;
    (void)rho;
    (void)is_carrier;
    return 0;
}

/* All of the input pays the same, in whichever tier it came. */
static void spread_tiers(double *weights, const hpm_exposure *exposure,
                         const hpm_component *component, const hpm_charge_result *result,
                         double weight)
{
    (void)exposure;
    weights[component->rule.tiers.input] += weight * result->factor;
}

/* ---- laws ---------------------------------------------------------------------------------- */

/* Sums and maxima of coherent components are coherent. */
static unsigned breaks_of_inputs(const hpm_component *component, const hpm_rulebook *rulebook)
{
    const hpm_rule_combine *rule = &component->rule.combine;
    unsigned broken = 0;
    for (uint32_t i = 0; i < rule->of.count; i++)
        broken |= hpm_component_breaks(rulebook, rule->inputs[i]);
    return broken;
}

/* Each of two accounts may be cheap under another input. */
static unsigned breaks_minimum(const hpm_component *component, const hpm_rulebook *rulebook)
{
    return breaks_of_inputs(component, rulebook) | HPM_BREAKS_MERGE;
}

static unsigned breaks_scale(const hpm_component *component, const hpm_rulebook *rulebook)
{
    return hpm_component_breaks(rulebook, component->rule.scale.input);
}

/* Growing factors: two accounts have the cheap tiers twice. */
static unsigned breaks_tiers(const hpm_component *component, const hpm_rulebook *rulebook)
{
    const hpm_rule_tiers *rule = &component->rule.tiers;
    unsigned broken = hpm_component_breaks(rulebook, rule->input);
    if (rule->tiers.count > 1) broken |= HPM_BREAKS_SCALE;
    return hpm_tiers_grow(&rule->tiers) ? broken | HPM_BREAKS_MERGE : broken;
}

/* ---- names to indices --------------------------------------------------------------------- */

static hpm_status resolve_combine(hpm_component *component, const hpm_rulebook *rulebook,
                                  uint32_t index, hpm_error *error)
{
    hpm_rule_combine *rule = &component->rule.combine;
    const char *names = rule->of.items;
    if (rule->of.count == 0)
        return hpm_fail(error, HPM_E_FIELD_MISSING, component->name, "combines no component");
    for (uint32_t i = 0; i < rule->of.count; i++) {
        hpm_status status = hpm_rule_find_earlier(&rule->inputs[i], component, rulebook, index,
                                                  names + i * HPM_RULE_NAME_SIZE, error);
        if (status != HPM_OK) return status;
    }
    return HPM_OK;
}

static hpm_status resolve_scale(hpm_component *component, const hpm_rulebook *rulebook,
                                uint32_t index, hpm_error *error)
{
    hpm_rule_scale *rule = &component->rule.scale;
    return hpm_rule_find_earlier(&rule->input, component, rulebook, index, rule->of, error);
}

static hpm_status resolve_tiers(hpm_component *component, const hpm_rulebook *rulebook,
                                uint32_t index, hpm_error *error)
{
    hpm_rule_tiers *rule = &component->rule.tiers;
    if (rule->tiers.count == 0)
        return hpm_fail(error, HPM_E_FIELD_MISSING, component->name, "has no tier");
    hpm_status status = hpm_tiers_check(&rule->tiers, component->name, error);
    if (status != HPM_OK) return status;
    return hpm_rule_find_earlier(&rule->input, component, rulebook, index, rule->of, error);
}

const hpm_charge_kind hpm_charge_sum = {
    .breaks = breaks_of_inputs,
    .combine = combine_sum,
    .couple = couple_sum,
    .spread = spread_sum,
    .resolve = resolve_combine,
};

const hpm_charge_kind hpm_charge_maximum = {
    .breaks = breaks_of_inputs,
    .combine = combine_maximum,
    .couple = couple_all,
    .spread = spread_chosen,
    .resolve = resolve_combine,
};

const hpm_charge_kind hpm_charge_minimum = {
    .breaks = breaks_minimum,
    .combine = combine_minimum,
    .couple = couple_all,
    .spread = spread_chosen,
    .resolve = resolve_combine,
};

const hpm_charge_kind hpm_charge_scale = {
    .breaks = breaks_scale,
    .combine = combine_scale,
    .couple = couple_scale,
    .spread = spread_scale,
    .resolve = resolve_scale,
};

const hpm_charge_kind hpm_charge_tiers = {
    .breaks = breaks_tiers,
    .combine = combine_tiers,
    .couple = couple_tiers,
    .spread = spread_tiers,
    .resolve = resolve_tiers,
};
