/* Components to requirements.
 *
 * Values are computed in the order of the list. The requirement is a combination of charges; going
 * back from its root, every combination hands its weight to the inputs that its value is made of,
 * so that in the end each charge has a weight and requirement = sum of weight * value. Where the
 * rulebook groups, this is done for each pocket and the products are summed. Each sum then crosses
 * to money once, against the account, and the requirement is the integer sum of these parts. */
#include "margin/compose.h"

#include <assert.h>
#include <string.h>

#include "margin/pocket.h"

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

/* ---- One pocket --------------------------------------------------------------------------- */

/* Weighted values, summed over pockets. */
typedef struct weighted {
    double initial[HPM_COMPONENTS_MAX], maintenance[HPM_COMPONENTS_MAX];
} weighted;

/* Adds what each line of the pocket is due to the line of the account that it is. */
static void share_lines(double *lines, const hpm_pocket *pocket, const hpm_charge_result *results,
                        const double *weights)
{
    const hpm_exposure *exposure = pocket->exposure;
    size_t mark = exposure->scratch->used;
    uint32_t count = hpm_line_count(exposure->portfolio);
    double *own = lines;
    if (pocket->lines) own = hpm_arena_take(exposure->scratch, count, sizeof *own);
    assert(own); /* hpm_pocket_size counts it */
    for (uint32_t i = 0; i < exposure->rulebook->components.count; i++) {
        const hpm_component *component = component_at(exposure, i);
        if (weights[i] == 0 || results[i].value == 0) continue;
        hpm_charge_kinds[component->kind]->share(own, exposure, component, &results[i], weights[i]);
    }
    for (uint32_t i = 0; pocket->lines && i < count; i++)
        lines[pocket->lines[i]] += own[i];
    exposure->scratch->used = mark;
}

static void add_pocket(weighted *sum, hpm_margin *margin, hpm_composition *composition,
                       const hpm_line_shares *shares, const hpm_pocket *pocket)
{
    const hpm_exposure *exposure = pocket->exposure;
    const hpm_rulebook *rulebook = exposure->rulebook;
    const hpm_charge_result *results = composition->results;
    const double *initial = composition->initial_weight;
    const double *maintenance = composition->maintenance_weight;
    compute_values(composition->results, exposure);
    compute_weights(composition->initial_weight, results, exposure, rulebook->initial_index);
    compute_weights(composition->maintenance_weight, results, exposure,
                    rulebook->maintenance_index);
    for (uint32_t i = 0; i < rulebook->components.count; i++) {
        margin->value[i] += results[i].value;
        if (initial[i] != 0) sum->initial[i] += initial[i] * results[i].value;
        if (maintenance[i] != 0) sum->maintenance[i] += maintenance[i] * results[i].value;
    }
    if (!shares) return;
    share_lines(shares->initial, pocket, results, initial);
    share_lines(shares->maintenance, pocket, results, maintenance);
}

/* ---- All of them, as money ---------------------------------------------------------------- */

static hpm_status cross(hpm_money *part, double value, hpm_rounding rounding, const char *where,
                        hpm_error *error)
{
    hpm_status status = hpm_e8_from_double(&part->e8, value, rounding);
    if (status == HPM_OK) return HPM_OK;
    return hpm_fail(error, status, where, "%s (%g)", hpm_status_text(status), value);
}

/* Parts and their sum. */
static hpm_status sum_parts(hpm_money *total, double *total_real, hpm_money *parts,
                            const double *values, const hpm_exposure *exposure, hpm_error *error)
{
    total->e8 = 0;
    *total_real = 0;
    for (uint32_t i = 0; i < exposure->rulebook->components.count; i++) {
        const char *name = component_at(exposure, i)->name;
        hpm_status status = cross(&parts[i], values[i], HPM_ROUND_CEILING, name, error);
        if (status == HPM_OK) status = hpm_e8_add(&total->e8, total->e8, parts[i].e8);
        if (status == HPM_E_OVERFLOW)
            return hpm_fail(error, status, name, "the requirement is too large for money (%g)",
                            values[i]);
        if (status != HPM_OK) return status;
        *total_real += values[i];
    }
    return HPM_OK;
}

hpm_status hpm_margin_compose(hpm_margin *margin, hpm_composition *composition,
                              const hpm_line_shares *shares, const hpm_exposure *exposure,
                              hpm_error *error)
{
    const hpm_rulebook *rulebook = exposure->rulebook;
    hpm_pocket pocket;
    weighted sum;
    int more;
    memset(margin, 0, sizeof *margin);
    memset(&sum, 0, sizeof sum);
    margin->component_count = rulebook->components.count;
    margin->equity_real = exposure->equity;
    hpm_pocket_begin(&pocket, exposure);
    hpm_status status = hpm_pocket_next(&pocket, &more, error);
    for (; more; status = hpm_pocket_next(&pocket, &more, error))
        add_pocket(&sum, margin, composition, shares, &pocket);
    if (status != HPM_OK) return status;
    /* Pockets stand in scenarios of their own. */
    margin->worst_column = rulebook->grouping == HPM_GROUPING_ACCOUNT
                               ? composition->results[rulebook->initial_index].worst_column
                               : HPM_NONE;
    status = cross(&margin->equity, exposure->equity, HPM_ROUND_FLOOR, "equity", error);
    if (status == HPM_OK)
        status = sum_parts(&margin->initial, &margin->initial_real, margin->initial_part,
                           sum.initial, exposure, error);
    if (status == HPM_OK)
        status = sum_parts(&margin->maintenance, &margin->maintenance_real,
                           margin->maintenance_part, sum.maintenance, exposure, error);
    return status;
}
