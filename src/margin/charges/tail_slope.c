/* Charge `tail_slope`: what an account still loses beyond every node, where the price goes without
 * end or to zero.
 *
 * U is the slope of the value in the price as it goes to infinity, D as it goes to zero, in units
 * of the underlying: linear and inverse contracts, spot pairs and coins have their units on both
 * sides, calls only above and puts, with the sign turned, only below. A bounded structure (box,
 * condor, butterfly) has neither. Charged per underlying: max(0, -U, D) * rate * index price. */
#include <math.h>

#include "base/field_rows.h"
#include "margin/charge.h"
#include "margin/coin.h"

static const hpm_field fields[] = {
    HPM_ROW_REAL(hpm_component, rule.tail., rate, "1", 0, 1, 0.03,
                 "share of the index price per unit of unhedged slope"),
};

const hpm_record hpm_tail_slope_record = HPM_RECORD(
    "tail_slope", hpm_component, fields, "Unhedged slope where the price goes without end or to 0");

/* Slope per unit held, above or below. In an averaging window an option follows only what is not
 * yet observed. A call at strike 0 is the forward, a put there is nothing. */
static double unit_slope(const hpm_exposure *exposure, const hpm_instrument *row, int above)
{
    if (row->kind != HPM_OPTION) return 1;
    double follows = 1 - exposure->market->curve[row->expiry].observed_share;
    if (row->is_call) return above || row->strike == 0 ? follows : 0;
    return above || row->strike == 0 ? 0 : -follows;
}

static double holding_slope(const hpm_exposure *exposure, uint32_t holding, int above)
{
    uint32_t id = exposure->portfolio->holdings[holding].instrument;
    return exposure->units[holding] *
           unit_slope(exposure, &exposure->catalog->instruments[id], above);
}

static double slope_of(const hpm_exposure *exposure, const hpm_group *group, int above)
{
    double slope = hpm_group_coins(exposure, group);
    for (uint32_t run = group->run_first; run < group->run_end; run++)
        for (uint32_t h = exposure->portfolio->runs[run].first;
             h < exposure->portfolio->runs[run].end; h++)
            slope += holding_slope(exposure, h, above);
    return slope;
}

/* Units that lose without end or down to zero, whichever are more; a tie goes up. */
typedef struct unhedged {
    double units; /* >= 0 */
    int above;
} unhedged;

static unhedged find_unhedged(const hpm_exposure *exposure, const hpm_group *group)
{
    double up = -slope_of(exposure, group, 1), down = slope_of(exposure, group, 0);
    unhedged worst = {0, 1};
    if (up > 0 || isnan(up)) worst.units = up;
    return down > worst.units || isnan(down) ? (unhedged){down, 0} : worst;
}

static hpm_charge_result value(const hpm_exposure *exposure, const hpm_component *component)
{
    hpm_charge_result result = hpm_charge_of(0);
    for (uint32_t g = 0; g < exposure->group_count; g++) {
        const hpm_group *group = &exposure->groups[g];
        result.value += find_unhedged(exposure, group).units * component->rule.tail.rate *
                        exposure->price[group->asset];
    }
    return result;
}

/* What hedges the slope is credited. */
static void share(double *line, const hpm_exposure *exposure, const hpm_component *component,
                  const hpm_charge_result *result, double weight)
{
    (void)result;
    for (uint32_t g = 0; g < exposure->group_count; g++) {
        const hpm_group *group = &exposure->groups[g];
        unhedged worst = find_unhedged(exposure, group);
        double per_unit = weight * component->rule.tail.rate * exposure->price[group->asset] *
                          (worst.above ? -1 : 1);
        if (worst.units == 0) continue;
        hpm_coins_share(line, exposure, group, per_unit);
        for (uint32_t run = group->run_first; run < group->run_end; run++)
            for (uint32_t h = exposure->portfolio->runs[run].first;
                 h < exposure->portfolio->runs[run].end; h++)
                line[h] += per_unit * holding_slope(exposure, h, worst.above);
    }
}

const hpm_charge_kind hpm_charge_tail_slope = {
    .reads_positions = hpm_always,
    .value = value,
    .share = share,
};
