/* Components to requirements.
 *
 * Values are computed in the order of the list. The requirement is a combination of charges; going
 * back from its root, every combination hands its weight to the inputs that its value is made of,
 * so that in the end each charge has a weight and requirement = sum of weight * value. Each of
 * these parts crosses to money once, against the account, and the requirement is their integer sum.
 */
#include "margin/compose.h"

#include <string.h>

static const hpm_component *component_at(const hpm_exposure *exposure, uint32_t index)
{
    return (const hpm_component *)exposure->rulebook->components.items + index;
}

static void compute_values(hpm_charge_result *results, const hpm_exposure *exposure)
{
    for (uint32_t i = 0; i < exposure->rulebook->components.count; i++) {
        const hpm_component *component = component_at(exposure, i);
        const hpm_charge_kind *kind = hpm_charge_kinds[component->kind];
        if (kind->combine) {
            results[i] = kind->combine(exposure, component, results);
            continue;
        }
        results[i] = kind->value(exposure, component);
        results[i].leader = i;
    }
}

/* Only charges keep a weight. */
static void compute_weights(double *weights, const hpm_charge_result *results,
                            const hpm_exposure *exposure, uint32_t root)
{
    memset(weights, 0, exposure->rulebook->components.count * sizeof *weights);
    weights[root] = 1;
    for (uint32_t i = root + 1; i-- > 0;) {
        const hpm_component *component = component_at(exposure, i);
        const hpm_charge_kind *kind = hpm_charge_kinds[component->kind];
        if (!kind->spread || weights[i] == 0) continue;
        kind->spread(weights, exposure, component, &results[i], weights[i]);
        weights[i] = 0;
    }
}

static hpm_status cross(hpm_money *part, double value, hpm_rounding rounding, const char *where,
                        hpm_error *error)
{
    hpm_status status = hpm_e8_from_double(&part->e8, value, rounding);
    if (status == HPM_OK) return HPM_OK;
    return hpm_fail(error, status, where, "%s (%g)", hpm_status_text(status), value);
}

/* Parts and their sum. */
static hpm_status sum_parts(hpm_money *total, double *total_real, hpm_money *parts,
                            const double *weights, const hpm_charge_result *results,
                            const hpm_exposure *exposure, hpm_error *error)
{
    total->e8 = 0;
    *total_real = 0;
    for (uint32_t i = 0; i < exposure->rulebook->components.count; i++) {
        const char *name = component_at(exposure, i)->name;
        if (weights[i] == 0) continue; /* parts begin as 0 */
        double part = weights[i] * results[i].value;
        hpm_status status = cross(&parts[i], part, HPM_ROUND_CEILING, name, error);
        if (status == HPM_OK) status = hpm_e8_add(&total->e8, total->e8, parts[i].e8);
        if (status == HPM_E_OVERFLOW)
            return hpm_fail(error, status, name, "the requirement is too large for money (%g)",
                            part);
        if (status != HPM_OK) return status;
        *total_real += part;
    }
    return HPM_OK;
}

hpm_status hpm_margin_compose(hpm_margin *margin, hpm_composition *composition,
                              const hpm_exposure *exposure, hpm_error *error)
{
    const hpm_rulebook *rulebook = exposure->rulebook;
    const hpm_charge_result *results = composition->results;
    memset(margin, 0, sizeof *margin);
    compute_values(composition->results, exposure);
    compute_weights(composition->initial_weight, results, exposure, rulebook->initial_index);
    compute_weights(composition->maintenance_weight, results, exposure,
                    rulebook->maintenance_index);
    margin->component_count = rulebook->components.count;
    margin->worst_column = results[rulebook->initial_index].worst_column;
    margin->equity_real = exposure->equity;
    for (uint32_t i = 0; i < rulebook->components.count; i++)
        margin->value[i] = results[i].value;
    hpm_status status = cross(&margin->equity, exposure->equity, HPM_ROUND_FLOOR, "equity", error);
    if (status == HPM_OK)
        status = sum_parts(&margin->initial, &margin->initial_real, margin->initial_part,
                           composition->initial_weight, results, exposure, error);
    if (status == HPM_OK)
        status =
            sum_parts(&margin->maintenance, &margin->maintenance_real, margin->maintenance_part,
                      composition->maintenance_weight, results, exposure, error);
    return status;
}
