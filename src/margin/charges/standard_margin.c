/* Charge `standard_margin`: a formula for each option and a rate for linear products, no scenarios.
 *
 * Published for one contract, in units of the underlying, with M the option's mark:
 *   short call  max(short_option - OTM/S, short_option_least) + M
 *   short put   max(that, put_mark * M + M)
 *   long option nothing
 *   future, perpetual  rate * size
 * to be covered by the equity *without* option values. Here equity has them. So that the same
 * accounts pass, the signed value of the options is added to the requirement: +M and -M of a short
 * option meet, and a long option is asked for its mark, which the venue gives no credit for. The
 * published figure itself, to read and compare, is `without_marks`.
 *
 * Futures and perpetuals of one underlying are netted; where each is to pay for itself, the
 * rulebook's grouping says so. Spot pairs are not charged. Source: docs/MODEL.md, section 11. */
#include <math.h>

#include "base/field_rows.h"
#include "margin/charge.h"
#include "margin/fills.h"
#include "margin/short_option.h"

static const hpm_field fields[] = {
    HPM_ROW_REAL(hpm_component, rule.standard., short_option, "1", 0, 1, 0,
                 "share of the index price for a short option at the money or in it"),
    HPM_ROW_REAL(hpm_component, rule.standard., short_option_least, "1", 0, 1, 0,
                 "least share, however far out of the money"),
    HPM_ROW_REAL(hpm_component, rule.standard., put_mark, "1", 0, 1, 0,
                 "least of a short put as a share of its mark"),
    HPM_ROW_REAL(hpm_component, rule.standard., future, "1", 0, 1, 0,
                 "share of the notional of futures and perpetuals, net"),
    HPM_ROW_REAL(hpm_component, rule.standard., future_growth, "1", 0, 1, 0,
                 "added to that share for each million of notional; never above 1 in all"),
    HPM_ROW_FLAG(
        hpm_component, rule.standard., without_marks, 0,
        "whether it is to be covered by equity without option marks, as published: a short "
        "option is charged its mark on top, a long one nothing"),
};

const hpm_record hpm_standard_margin_record = HPM_RECORD(
    "standard_margin", hpm_component, fields, "A formula for each option, a rate for the rest");

static const hpm_instrument *instrument_of(const hpm_exposure *exposure, uint32_t holding)
{
    return &exposure->catalog->instruments[exposure->portfolio->holdings[holding].instrument];
}

/* ---- Options ------------------------------------------------------------------------------ */

/* Of `units` whose mark is `mark`. */
static double units_charge(const hpm_exposure *exposure, const hpm_instrument *row, double units,
                           double mark, const hpm_rule_standard *rule)
{
    double index = exposure->market->asset_price[row->underlying].value;
    double taken = rule->without_marks ? mark : 0; /* from the requirement, as from equity */
    if (units >= 0) return mark - taken;
    double share = hpm_short_option_share(row, index, rule->short_option, rule->short_option_least);
    double charge = share * -units * exposure->price[row->underlying];
    if (!row->is_call) charge = hpm_greatest(charge, rule->put_mark * -mark);
    return charge - taken;
}

static double option_charge(const hpm_exposure *exposure, uint32_t holding,
                            const hpm_rule_standard *rule)
{
    const hpm_instrument *row = instrument_of(exposure, holding);
    double mark = hpm_holding_column(exposure, holding, exposure->array->extra + HPM_COLUMN_VALUE) *
                  exposure->price[row->settlement];
    return units_charge(exposure, row, exposure->units[holding], mark, rule);
}

/* ---- Futures and perpetuals --------------------------------------------------------------- */

static int is_linear(const hpm_instrument *row)
{
    return row->kind == HPM_FUTURE || row->kind == HPM_PERPETUAL;
}

static double net_units(const hpm_exposure *exposure, uint32_t first, uint32_t end)
{
    double net = 0;
    for (uint32_t h = first; h < end; h++)
        if (is_linear(instrument_of(exposure, h))) net += exposure->units[h];
    return net;
}

/* Per net unit, with its sign. */
static double unit_charge(const hpm_exposure *exposure, const hpm_group *group, double net,
                          const hpm_rule_standard *rule)
{
    double notional = fabs(net) * hpm_group_spot(exposure, group);
    double rate = hpm_least(fma(rule->future_growth, notional * 1e-6, rule->future), 1);
    return (net < 0 ? -rate : rate) * exposure->price[group->asset];
}

/* ---- Both --------------------------------------------------------------------------------- */

/* The value; with `line`, also the shares: of what is netted, what adds to the net pays and what
 * takes from it is credited. */
static double group_charge(double *line, const hpm_exposure *exposure, const hpm_group *group,
                           const hpm_rule_standard *rule, double weight)
{
    if (group->run_first == group->run_end) return 0;
    uint32_t first = exposure->portfolio->runs[group->run_first].first;
    uint32_t end = exposure->portfolio->runs[group->run_end - 1].end;
    double net = net_units(exposure, first, end);
    double per_unit = unit_charge(exposure, group, net, rule);
    double charge = net * per_unit;
    for (uint32_t h = first; h < end; h++) {
        const hpm_instrument *row = instrument_of(exposure, h);
        int is_option = row->kind == HPM_OPTION;
        double own = is_option ? option_charge(exposure, h, rule)
                               : is_linear(row) * exposure->units[h] * per_unit;
        if (is_option) charge += own;
        if (line) line[h] += weight * own;
    }
    return charge;
}

static hpm_charge_result value(const hpm_exposure *exposure, const hpm_component *component)
{
    hpm_charge_result result = hpm_charge_of(0);
    for (uint32_t g = 0; g < exposure->group_count; g++)
        result.value +=
            group_charge(NULL, exposure, &exposure->groups[g], &component->rule.standard, 0);
    return result;
}

static void share(double *line, const hpm_exposure *exposure, const hpm_component *component,
                  const hpm_charge_result *result, double weight)
{
    (void)result;
    for (uint32_t g = 0; g < exposure->group_count; g++)
        group_charge(line, exposure, &exposure->groups[g], &component->rule.standard, weight);
}

/* ---- Open orders -------------------------------------------------------------------------- */

/* An option is charged for what is long and for what is short of it: most at one of the two ends.
 */
static double option_fills(const hpm_fills *fills, uint32_t holding, const hpm_rule_standard *rule,
                           const hpm_fill_share *share)
{
    const hpm_exposure *exposure = fills->exposure;
    const hpm_instrument *row = instrument_of(exposure, holding);
    uint32_t id = exposure->portfolio->holdings[holding].instrument;
    double unit = exposure->array->units_per_lot[id];
    double mark = hpm_lot_column(exposure, id, exposure->array->extra + HPM_COLUMN_VALUE) *
                  exposure->price[row->settlement];
    double low = (double)fills->lots_low[holding], high = (double)fills->lots_high[holding];
    double at_low = units_charge(exposure, row, low * unit, low * mark, rule);
    double at_high = units_charge(exposure, row, high * unit, high * mark, rule);
    double worst = hpm_greatest(at_low, at_high);
    double now = (double)exposure->portfolio->holdings[holding].lots;
    if (share)
        hpm_fills_share_lots(share, fills, holding, at_high >= at_low,
                             worst - units_charge(exposure, row, now * unit, now * mark, rule));
    return worst;
}

/* Of the net of futures and perpetuals. */
static double linear_fills(const hpm_fills *fills, const hpm_group *group, uint32_t first,
                           uint32_t end, const hpm_rule_standard *rule, const hpm_fill_share *share)
{
    const hpm_exposure *exposure = fills->exposure;
    hpm_interval net = {0, 0};
    for (uint32_t h = first; h < end; h++) {
        uint32_t id = exposure->portfolio->holdings[h].instrument;
        if (!is_linear(instrument_of(exposure, h))) continue;
        net.low += (double)fills->lots_low[h] * exposure->array->units_per_lot[id];
        net.high += (double)fills->lots_high[h] * exposure->array->units_per_lot[id];
    }
    double size = hpm_largest(net);
    double per_unit = unit_charge(exposure, group, size, rule);
    for (uint32_t h = first; share && h < end; h++) {
        uint32_t id = exposure->portfolio->holdings[h].instrument;
        int64_t now = exposure->portfolio->holdings[h].lots;
        int64_t more = hpm_is_high(net) ? fills->lots_high[h] - now : now - fills->lots_low[h];
        if (is_linear(instrument_of(exposure, h)))
            hpm_fills_share_lots(share, fills, h, hpm_is_high(net),
                                 per_unit * (double)more * exposure->array->units_per_lot[id]);
    }
    return size * per_unit;
}

static double fills_worst(const hpm_fills *fills, const hpm_component *component, double rho,
                          const hpm_fill_share *share)
{
    const hpm_exposure *exposure = fills->exposure;
    const hpm_rule_standard *rule = &component->rule.standard;
    double sum = 0;
    (void)rho;
    for (uint32_t g = 0; g < exposure->group_count; g++) {
        const hpm_group *group = &exposure->groups[g];
        if (group->run_first == group->run_end) continue;
        uint32_t first = exposure->portfolio->runs[group->run_first].first;
        uint32_t end = exposure->portfolio->runs[group->run_end - 1].end;
        sum += linear_fills(fills, group, first, end, rule, share);
        for (uint32_t h = first; h < end; h++)
            if (instrument_of(exposure, h)->kind == HPM_OPTION)
                sum += option_fills(fills, h, rule, share);
    }
    return sum;
}

static unsigned breaks(const hpm_component *component, const hpm_rulebook *rulebook)
{
    (void)rulebook;
    return component->rule.standard.future_growth > 0 ? HPM_BREAKS_SCALE | HPM_BREAKS_MERGE : 0;
}

const hpm_charge_kind hpm_charge_standard_margin = {
    .reads_positions = hpm_always,
    .breaks = breaks,
    .value = value,
    .share = share,
    .fills = fills_worst,
};
