/* Charge `position_tiers`: each future and perpetual pays rates that grow with its notional at the
 * mark, stretch by stretch. Venues publish the same as `rate * notional - amount` per tier, the
 * amount ("cum") chosen so that tiers meet. Options and spot pairs are not charged. The tiers are
 * the underlying's. */
#include <math.h>

#include "margin/charge.h"
#include "margin/fills.h"
#include "margin/tiers.h"

/* An inverse contract is worth its units of the coin. */
static double notional_of(const hpm_exposure *exposure, uint32_t holding, const hpm_instrument *row)
{
    double units = fabs(exposure->units[holding]);
    uint32_t instrument = exposure->portfolio->holdings[holding].instrument;
    if (row->payoff == HPM_INVERSE) return units * exposure->price[row->underlying];
    return units * exposure->market->mark[instrument].value * exposure->price[row->settlement];
}

static double holding_charge(const hpm_exposure *exposure, uint32_t holding)
{
    const hpm_instrument *row =
        &exposure->catalog->instruments[exposure->portfolio->holdings[holding].instrument];
    if (row->kind != HPM_FUTURE && row->kind != HPM_PERPETUAL) return 0;
    return hpm_tiers_sum(&exposure->array->underlying_rule[row->underlying]->position_tiers,
                         notional_of(exposure, holding, row));
}

static hpm_charge_result value(const hpm_exposure *exposure, const hpm_component *component)
{
    hpm_charge_result result = hpm_charge_of(0);
    (void)component;
    for (uint32_t h = 0; h < exposure->portfolio->holding_count; h++)
        result.value += holding_charge(exposure, h);
    return result;
}

static void share(double *line, const hpm_exposure *exposure, const hpm_component *component,
                  const hpm_charge_result *result, double weight)
{
    (void)component;
    (void)result;
    for (uint32_t h = 0; h < exposure->portfolio->holding_count; h++)
        line[h] += weight * holding_charge(exposure, h);
}

/* Two accounts have the cheap tiers twice. */
static unsigned breaks(const hpm_component *component, const hpm_rulebook *rulebook)
{
    const hpm_underlying_rule *rules = rulebook->underlyings.items;
    unsigned broken = 0;
    (void)component;
    for (uint32_t i = 0; i < rulebook->underlyings.count; i++) {
        if (rules[i].position_tiers.count > 1) broken |= HPM_BREAKS_SCALE;
        if (hpm_tiers_grow(&rules[i].position_tiers)) broken |= HPM_BREAKS_MERGE;
    }
    return broken;
}

static hpm_status resolve(hpm_component *component, const hpm_rulebook *rulebook, uint32_t index,
                          hpm_error *error)
{
    const hpm_underlying_rule *rules = rulebook->underlyings.items;
    (void)index;
    for (uint32_t i = 0; i < rulebook->underlyings.count; i++)
        if (rules[i].position_tiers.count == 0)
            return hpm_fail(error, HPM_E_FIELD_MISSING, component->name,
                            "underlying %s has no position_tiers", rules[i].asset);
    return HPM_OK;
}

const hpm_charge_kind hpm_charge_position_tiers = {
    .reads_positions = hpm_always,
    .breaks = breaks,
    .value = value,
    .share = share,
    .fills = hpm_fills_gross,
    .resolve = resolve,
};
