/* The rounding bound, component by component. */
#include "bound.h"

#include <float.h>
#include <math.h>

#include "risk/shock.h"

typedef struct bound_frame {
    const hpm_risk_array *array;
    const hpm_portfolio *portfolio;
    double numeraire; /* its price in the reporting currency */
} bound_frame;

static const hpm_bucket *bucket_of(const bound_frame *frame, uint32_t run)
{
    return &frame->array->catalog->buckets[frame->portfolio->runs[run].bucket];
}

/* Half a unit of `tick` per lot of a run. */
static double half_tick(const bound_frame *frame, uint32_t run, double tick)
{
    const hpm_bucket_run *held = &frame->portfolio->runs[run];
    double lots = 0;
    for (uint32_t h = held->first; h < held->end; h++)
        lots += fabs((double)frame->portfolio->holdings[h].lots);
    return 0.5 * tick * lots;
}

static double price_of(const bound_frame *frame, uint32_t asset)
{
    return frame->array->market->asset_price[asset].value / frame->numeraire;
}

/* Of a run's P&L or value, in the numeraire. */
static double money_error(const bound_frame *frame, uint32_t run)
{
    uint32_t settlement = bucket_of(frame, run)->settlement;
    hpm_asset_kind kind = frame->array->catalog->assets[settlement].kind;
    double tick = kind == HPM_ASSET_COIN || kind == HPM_ASSET_TOKEN ? 1e-12 : 1e-9;
    return half_tick(frame, run, tick) * price_of(frame, settlement);
}

static double all_money_errors(const bound_frame *frame)
{
    double sum = 0;
    for (uint32_t run = 0; run < frame->portfolio->run_count; run++)
        sum += money_error(frame, run);
    return sum;
}

static double tau_of(const bound_frame *frame, uint32_t run)
{
    uint32_t expiry = bucket_of(frame, run)->expiry;
    if (expiry == HPM_NONE) return 0;
    return hpm_market_tau_years(frame->array->market,
                                frame->array->catalog->expiries[expiry].expiry_ns);
}

static double largest_weight(const bound_frame *frame, const hpm_rule_worst *rule)
{
    const hpm_rulebook *rulebook = frame->array->rulebook;
    const hpm_scenario_set *set = (const hpm_scenario_set *)rulebook->sets.items + rule->set_index;
    double largest = 0;
    for (uint32_t i = 0; i < hpm_scenario_set_count(set); i++)
        largest = fmax(largest, hpm_scenario_set_at(set, i).weight);
    return largest;
}

/* The discount fold D(v + p) - v with a largest factor d is off by at most max(1, d) of p's error
 * plus max(1, d) of v's; its magnitude by no more. */
static double worst_bound(const bound_frame *frame, const hpm_component *component)
{
    const hpm_rule_worst *rule = &component->rule.worst;
    const hpm_component *first = frame->array->rulebook->components.items;
    uint32_t expiries = frame->array->catalog->expiry_count;
    const hpm_static_discount *discount =
        frame->array->static_discount + (size_t)(component - first) * expiries;
    double factor = 1;
    for (uint32_t e = 0; e < expiries && rule->fold == HPM_FOLD_DISCOUNT; e++)
        factor = fmax(factor, fmax(discount[e].above, discount[e].below));
    if (rule->fold == HPM_FOLD_DISCOUNT) factor *= 2;
    return factor * largest_weight(frame, rule) * all_money_errors(frame);
}

static double basis_bound(const bound_frame *frame, const hpm_rule_basis *rule)
{
    double sum = 0;
    for (uint32_t run = 0; run < frame->portfolio->run_count; run++)
        sum += money_error(frame, run) * (rule->factor + rule->factor_tau * tau_of(frame, run));
    return sum;
}

/* Deltas count in 1e-9 of the reporting currency, at the index. */
static double roll_bound(const bound_frame *frame)
{
    double sum = 0;
    for (uint32_t run = 0; run < frame->portfolio->run_count; run++) {
        uint32_t underlying = bucket_of(frame, run)->underlying;
        const char *asset = frame->array->catalog->assets[underlying].name;
        double move = hpm_basis_move(hpm_rulebook_underlying(frame->array->rulebook, asset),
                                     tau_of(frame, run));
        sum += half_tick(frame, run, 1e-9) * move * price_of(frame, underlying) /
               frame->array->market->asset_price[underlying].value;
    }
    return sum;
}

/* Of net and gross delta. */
static double gross_delta_bound(const bound_frame *frame, const hpm_rule_gross_delta *rule)
{
    double sum = 0;
    for (uint32_t run = 0; run < frame->portfolio->run_count; run++)
        sum += half_tick(frame, run, 1e-9) / frame->numeraire;
    return sum * (fabs(rule->net - rule->hedged / 2) + rule->hedged / 2);
}

/* Only an option's fee reads a rounded figure, its mark. */
static double close_out_bound(const bound_frame *frame, const hpm_rule_close_out *rule)
{
    return rule->option_fee > 0 ? rule->option_fee_cap * all_money_errors(frame) : 0;
}

/* An option's delta, and where it is long its mark. */
static double slippage_bound(const bound_frame *frame, const hpm_rule_slippage *rule)
{
    double sum = 0;
    for (uint32_t run = 0; run < frame->portfolio->run_count; run++)
        sum += half_tick(frame, run, 1e-9) / frame->numeraire;
    return rule->per_delta * sum + all_money_errors(frame);
}

/* Equity in a stablecoin, at the shock and below the peg. */
static double depeg_bound(const bound_frame *frame, const hpm_rule_depeg *rule)
{
    return all_money_errors(frame) * (1 + rule->slope * rule->threshold);
}

static double tiers_bound(const hpm_rule_tiers *rule, const double *bounds)
{
    const hpm_tier *rows = rule->tiers.items;
    double largest = 0;
    for (uint32_t i = 0; i < rule->tiers.count; i++)
        largest = fmax(largest, rows[i].rate);
    return largest * bounds[rule->input];
}

/* Values count once, or as marks of short puts. */
static double strategy_bound(const bound_frame *frame, const hpm_rule_strategy *rule)
{
    double of_puts = rule->put_floor_multiple * (1 + rule->put_floor_mark) - 1;
    return fmax(1, of_puts) * all_money_errors(frame);
}

static double sum_inputs(const hpm_rule_combine *rule, const double *bounds)
{
    double sum = 0;
    for (uint32_t i = 0; i < rule->of.count; i++)
        sum += bounds[rule->inputs[i]];
    return sum;
}

static double largest_input(const hpm_rule_combine *rule, const double *bounds)
{
    double largest = 0;
    for (uint32_t i = 0; i < rule->of.count; i++)
        largest = fmax(largest, bounds[rule->inputs[i]]);
    return largest;
}

static double scale_bound(const bound_frame *frame, const hpm_rule_scale *rule,
                          const double *bounds)
{
    uint32_t peg = hpm_catalog_find_asset(frame->array->catalog, rule->peg_asset);
    double below =
        peg == HPM_NONE ? 0 : rule->peg_threshold - frame->array->market->asset_price[peg].value;
    return bounds[rule->input] * (rule->factor + (below > 0 ? below : 0) * rule->peg_slope);
}

/* NaN: no bound is known. Charges that read rounded rows on both paths are off by nothing. */
static double component_bound(const bound_frame *frame, const hpm_component *component,
                              const double *bounds)
{
    switch (component->kind) {
    case HPM_COMPONENT_WORST_SCENARIO:
        return worst_bound(frame, component);
    case HPM_COMPONENT_EXPIRY_BASIS:
        return basis_bound(frame, &component->rule.basis);
    case HPM_COMPONENT_ROLL:
        return roll_bound(frame);
    case HPM_COMPONENT_CLOSE_OUT:
        return close_out_bound(frame, &component->rule.close_out);
    case HPM_COMPONENT_STANDARD_MARGIN:
        return (1 + component->rule.standard.put_mark) * all_money_errors(frame);
    case HPM_COMPONENT_GROSS_DELTA:
        return gross_delta_bound(frame, &component->rule.gross_delta);
    case HPM_COMPONENT_SLIPPAGE:
        return slippage_bound(frame, &component->rule.slippage);
    case HPM_COMPONENT_DEPEG:
        return depeg_bound(frame, &component->rule.depeg);
    case HPM_COMPONENT_TIERS:
        return tiers_bound(&component->rule.tiers, bounds);
    case HPM_COMPONENT_POSITION_TIERS:
    case HPM_COMPONENT_BORROWED:
    case HPM_COMPONENT_EXPIRY_STRATEGY:
        return strategy_bound(frame, &component->rule.strategy);
    case HPM_COMPONENT_SIZE:
    case HPM_COMPONENT_GROSS_SIZE:
    case HPM_COMPONENT_NAKED_SHORT:
    case HPM_COMPONENT_CONFIDENCE:
    case HPM_COMPONENT_DELTA_SHOCK:
    case HPM_COMPONENT_HAIRCUT:
    case HPM_COMPONENT_DECLARED:
    case HPM_COMPONENT_FUNDING:
        return 0;
    case HPM_COMPONENT_SUM:
        return sum_inputs(&component->rule.combine, bounds);
    case HPM_COMPONENT_MAXIMUM:
    case HPM_COMPONENT_MINIMUM:
        return largest_input(&component->rule.combine, bounds);
    case HPM_COMPONENT_SCALE:
        return scale_bound(frame, &component->rule.scale, bounds);
    default:
        return NAN;
    }
}

/* The doubles' own rounding: a few ULP of what is summed. It shows in accounts of billions. */
static double reference_noise(const world_result *result)
{
    double gross = fabs(result->reference.equity_real);
    for (uint32_t i = 0; i < result->reference.component_count; i++)
        gross += fabs(result->reference.value[i]);
    return 8 * DBL_EPSILON * gross;
}

hpm_status conform_bound(world_result *result, const hpm_risk_array *array,
                         const hpm_portfolio *portfolio, hpm_error *error)
{
    const hpm_rulebook *rulebook = array->rulebook;
    const hpm_component *components = rulebook->components.items;
    uint32_t count = rulebook->components.count;
    double bounds[HPM_COMPONENTS_MAX];
    bound_frame frame = {array, portfolio, 1};
    uint32_t numeraire = hpm_catalog_find_asset(array->catalog, rulebook->numeraire);
    if (numeraire != HPM_NONE) frame.numeraire = array->market->asset_price[numeraire].value;
    for (uint32_t i = 0; i < count; i++) {
        bounds[i] = component_bound(&frame, &components[i], bounds);
        if (isnan(bounds[i]))
            return hpm_fail(error, HPM_E_UNSUPPORTED, components[i].name,
                            "no rounding bound for this kind of component");
    }
    double crossing = 1e-8 * (double)count, noise = reference_noise(result);
    result->equity_bound = all_money_errors(&frame) + 1e-8 + noise;
    result->initial_bound = bounds[rulebook->initial_index] + crossing + noise;
    result->maintenance_bound = bounds[rulebook->maintenance_index] + crossing + noise;
    return HPM_OK;
}
