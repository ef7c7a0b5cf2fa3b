/* Charge `delta_shock`: concentration of net delta beyond a threshold.
 *
 * d1 = delta of long options, d2 = delta of short options and futures;
 * d = d2 < 0 ? min(max(d1 + d2, d2), 0) : max(min(d1 + d2, d2), 0);
 * shock = min(max(|d|*S - threshold, 0) * |d| * increment, maximum * S * |d|). Source, and how far
 * it is verified: docs/MODEL.md, section 5. */
#include <math.h>

#include "base/field_rows.h"
#include "margin/charge.h"
#include "margin/fills.h"
#include "math/order.h"

static const hpm_field fields[] = {
    HPM_ROW_REAL(hpm_component, rule.delta_shock., threshold, "reporting currency", 0, 1e15, 0,
                 "value of net delta that is free"),
    HPM_ROW_REAL(
        hpm_component, rule.delta_shock., increment, "per unit", 0, 1, 0,
        "charge per unit of delta and value beyond the threshold, of underlyings that state "
        "none of their own"),
    HPM_ROW_REAL(hpm_component, rule.delta_shock., maximum, "1", 0, 1, 1,
                 "largest charge as a share of the delta's value"),
};

const hpm_record hpm_delta_shock_record = HPM_RECORD(
    "delta_shock", hpm_component, fields, "Concentration of net delta beyond a threshold");

static int is_long_option(const hpm_exposure *exposure, uint32_t holding)
{
    const hpm_holding *held = &exposure->portfolio->holdings[holding];
    return exposure->catalog->instruments[held->instrument].kind == HPM_OPTION && held->lots > 0;
}

static double effective_delta(double long_options, double rest)
{
    double sum = long_options + rest;
    if (rest < 0) return hpm_least(hpm_greatest(sum, rest), 0);
    return hpm_greatest(hpm_least(sum, rest), 0);
}

/* Of a net delta of this value. */
static double delta_charge(const hpm_exposure *exposure, const hpm_group *group,
                           const hpm_rule_delta_shock *rule, double value)
{
    double spot = hpm_group_spot(exposure, group), delta = value / spot;
    double own = exposure->array->underlying_rule[group->asset]->delta_increment;
    double increment = isnan(own) ? rule->increment : own;
    double beyond = hpm_greatest(delta * spot - rule->threshold, 0);
    return hpm_least(beyond * delta * increment, rule->maximum * spot * delta);
}

static double group_charge(const hpm_exposure *exposure, const hpm_group *group,
                           const hpm_rule_delta_shock *rule)
{
    double long_options = 0, rest = 0;
    for (uint32_t run = group->run_first; run < group->run_end; run++)
        for (uint32_t h = exposure->portfolio->runs[run].first;
             h < exposure->portfolio->runs[run].end; h++) {
            double delta =
                hpm_holding_column(exposure, h, exposure->array->extra + HPM_COLUMN_DELTA);
            *(is_long_option(exposure, h) ? &long_options : &rest) += delta;
        }
    return delta_charge(exposure, group, rule, fabs(effective_delta(long_options, rest)));
}

static hpm_charge_result value(const hpm_exposure *exposure, const hpm_component *component)
{
    hpm_charge_result result = hpm_charge_of(0);
    for (uint32_t g = 0; g < exposure->group_count; g++)
        result.value += group_charge(exposure, &exposure->groups[g], &component->rule.delta_shock);
    return result;
}

/* Pro rata to signed delta: what adds to the group's delta pays, what takes from it is credited. */
static void share(double *line, const hpm_exposure *exposure, const hpm_component *component,
                  const hpm_charge_result *result, double weight)
{
    uint32_t column = exposure->array->extra + HPM_COLUMN_DELTA;
    (void)result;
    for (uint32_t g = 0; g < exposure->group_count; g++) {
        const hpm_group *group = &exposure->groups[g];
        double charge = group_charge(exposure, group, &component->rule.delta_shock), net = 0;
        if (charge == 0) continue;
        uint32_t first = exposure->portfolio->runs[group->run_first].first;
        uint32_t end = exposure->portfolio->runs[group->run_end - 1].end;
        for (uint32_t h = first; h < end; h++)
            net += hpm_holding_column(exposure, h, column);
        for (uint32_t h = first; h < end && net != 0; h++)
            line[h] += weight * charge * hpm_holding_column(exposure, h, column) / net;
    }
}

/* ---- Open orders -------------------------------------------------------------------------- */

/* The rest of a group's delta is all but long options, and the effective delta lies between it and
 * 0. Of an option what is short counts, of everything else all. */
static hpm_interval rest_of(const hpm_fills *fills, const hpm_group *group)
{
    const hpm_exposure *exposure = fills->exposure;
    const hpm_risk_array *array = exposure->array;
    uint32_t column = array->extra + HPM_COLUMN_DELTA;
    hpm_interval rest = {0, 0};
    if (group->run_first == group->run_end) return rest;
    for (uint32_t h = exposure->portfolio->runs[group->run_first].first;
         h < exposure->portfolio->runs[group->run_end - 1].end; h++) {
        uint32_t id = exposure->portfolio->holdings[h].instrument;
        int is_option = exposure->catalog->instruments[id].kind == HPM_OPTION;
        double lot = hpm_lot_column(exposure, id, column);
        double low = (double)fills->lots_low[h] * lot, high = (double)fills->lots_high[h] * lot;
        if (is_option && fills->lots_low[h] > 0) low = 0;
        if (is_option && fills->lots_high[h] > 0) high = 0;
        rest.low += hpm_least(low, high);
        rest.high += hpm_greatest(low, high);
    }
    return rest;
}

static double fills_worst(const hpm_fills *fills, const hpm_component *component, double rho,
                          const hpm_fill_share *share)
{
    double sum = 0;
    (void)rho;
    for (uint32_t g = 0; g < fills->exposure->group_count; g++) {
        const hpm_group *group = &fills->exposure->groups[g];
        hpm_interval rest = rest_of(fills, group);
        double size = hpm_greatest(rest.high, -rest.low);
        double worst = delta_charge(fills->exposure, group, &component->rule.delta_shock, size);
        sum += worst;
        if (share && size > 0)
            hpm_fills_share_column(share, fills, group->run_first, group->run_end,
                                   fills->exposure->array->extra + HPM_COLUMN_DELTA,
                                   hpm_is_high(rest), worst / size);
    }
    return sum;
}

/* A threshold that is free, and growth beyond it. */
static unsigned breaks(const hpm_component *component, const hpm_rulebook *rulebook)
{
    (void)component;
    (void)rulebook;
    return HPM_BREAKS_SCALE | HPM_BREAKS_MERGE;
}

const hpm_charge_kind hpm_charge_delta_shock = {
    .reads_positions = hpm_always,
    .reads = HPM_READS(DELTA),
    .breaks = breaks,
    .value = value,
    .share = share,
    .fills = fills_worst,
};
