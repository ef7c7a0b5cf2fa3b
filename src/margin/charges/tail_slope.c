/* Charge `tail_slope`: what an account still loses beyond every node, where the price goes without
 * end or to zero.
 *
 * U is the slope of the value in the price as it goes to infinity, D over the last rate * index
 * price before zero, in units of the underlying: linear and inverse contracts, spot pairs and coins
 * have their units on both sides, calls only above and puts, with the sign turned, only below. A
 * bounded structure (box, condor, butterfly) has neither. Charged per underlying: max(0, -U, D) *
 * rate * index price, so that a put can cost its strike and no more. */
#include <math.h>

#include "base/field_rows.h"
#include "margin/charge.h"
#include "margin/coin.h"
#include "margin/fills.h"
#include "margin/kept.h"
#include "math/order.h"

static const hpm_field fields[] = {
    HPM_ROW_REAL(hpm_component, rule.tail., rate, "1", 0, 1, 0.03,
                 "share of the index price per unit of unhedged slope"),
};

const hpm_record hpm_tail_slope_record = HPM_RECORD(
    "tail_slope", hpm_component, fields, "Unhedged slope where the price goes without end or to 0");

/* Slope per unit held, above or below. In an averaging window an option follows only what is not
 * yet observed, and the lowest settlement is what has been. Struck so low that only a part of the
 * last stretch lies below it, a put has that part of a slope and a call the rest: at strike 0 a
 * call is the forward and a put nothing. */
static double unit_slope(const hpm_exposure *exposure, const hpm_instrument *row, double rate,
                         int above)
{
    if (row->kind != HPM_OPTION) return 1;
    const hpm_curve_point *point = &exposure->market->curve[row->expiry];
    double follows = 1 - point->observed_share;
    if (above) return row->is_call ? follows : 0;
    double stretch = rate * exposure->market->asset_price[row->underlying].value;
    double least = point->observed_share * point->observed_price;
    double below = hpm_least(follows, hpm_greatest(0, (row->strike - least) / stretch));
    return row->is_call ? follows - below : -below;
}

static double holding_slope(const hpm_exposure *exposure, uint32_t holding, double rate, int above)
{
    uint32_t id = exposure->portfolio->holdings[holding].instrument;
    return exposure->units[holding] *
           unit_slope(exposure, &exposure->catalog->instruments[id], rate, above);
}

/* Of the figures that are kept the second is the slope above. */
static double slope_of(const hpm_exposure *exposure, const hpm_group *group,
                       const hpm_component *component, int above)
{
    const hpm_portfolio *portfolio = exposure->portfolio;
    double slope = hpm_group_coins(exposure, group);
    double *kept = hpm_kept_figures(exposure, component);
    if (kept && above) kept += portfolio->holding_count;
    if (group->run_first == group->run_end) return slope;
    for (uint32_t h = portfolio->runs[group->run_first].first;
         h < portfolio->runs[group->run_end - 1].end; h++) {
        double own = kept ? kept[h] : NAN;
        if (isnan(own)) own = holding_slope(exposure, h, component->rule.tail.rate, above);
        if (kept) kept[h] = own;
        slope += own;
    }
    return slope;
}

/* Units that lose without end or down to zero, whichever are more; a tie goes up. */
typedef struct unhedged {
    double units; /* >= 0 */
    int above;
} unhedged;

static unhedged find_unhedged(const hpm_exposure *exposure, const hpm_group *group,
                              const hpm_component *component)
{
    double up = -slope_of(exposure, group, component, 1);
    double down = slope_of(exposure, group, component, 0);
    unhedged worst = {0, 1};
    if (up > 0 || isnan(up)) worst.units = up;
    return down > worst.units || isnan(down) ? (unhedged){down, 0} : worst;
}

static hpm_charge_result value(const hpm_exposure *exposure, const hpm_component *component)
{
    const double rate = component->rule.tail.rate;
    hpm_charge_result result = hpm_charge_of(0);
    for (uint32_t g = 0; g < exposure->group_count; g++) {
        const hpm_group *group = &exposure->groups[g];
        result.value +=
            find_unhedged(exposure, group, component).units * rate * exposure->price[group->asset];
    }
    return result;
}

/* What hedges the slope is credited. */
static void share(double *line, const hpm_exposure *exposure, const hpm_component *component,
                  const hpm_charge_result *result, double weight)
{
    const double rate = component->rule.tail.rate;
    (void)result;
    for (uint32_t g = 0; g < exposure->group_count; g++) {
        const hpm_group *group = &exposure->groups[g];
        unhedged worst = find_unhedged(exposure, group, component);
        double per_unit = weight * rate * exposure->price[group->asset] * (worst.above ? -1 : 1);
        if (worst.units == 0) continue;
        hpm_coins_share(line, exposure, group, per_unit);
        for (uint32_t run = group->run_first; run < group->run_end; run++)
            for (uint32_t h = exposure->portfolio->runs[run].first;
                 h < exposure->portfolio->runs[run].end; h++)
                line[h] += per_unit * holding_slope(exposure, h, rate, worst.above);
    }
}

/* ---- Open orders -------------------------------------------------------------------------- */

/* What a fill adds to the units that lose above (or below). */
static double fill_units(const hpm_fills *fills, const hpm_fill_row *row, const hpm_group *group,
                         double rate, int above)
{
    const hpm_exposure *exposure = fills->exposure;
    const hpm_instrument *instrument = &exposure->catalog->instruments[row->fill.instrument];
    double slope = hpm_fill_group_coins(fills, row, group);
    if (row->run != HPM_NONE && instrument->underlying == group->asset)
        slope += (double)row->fill.lots * exposure->array->units_per_lot[row->fill.instrument] *
                 unit_slope(exposure, instrument, rate, above);
    return above ? -slope : slope;
}

/* Charge of one side over all sets of fills, less rho times the gain of those at home. */
static double side_fills(const hpm_fills *fills, const hpm_component *component, uint32_t g,
                         int above, double rho, const hpm_fill_share *share)
{
    const double rate = component->rule.tail.rate;
    const hpm_group *group = &fills->exposure->groups[g];
    double per_unit = rate * fills->exposure->price[group->asset];
    double slope = slope_of(fills->exposure, group, component, above);
    double sum = per_unit * (above ? -slope : slope);
    for (uint32_t i = 0; i < fills->count; i++) {
        const hpm_fill_row *row = &fills->rows[i];
        double gain = row->home == g ? row->equity : 0;
        double amount = per_unit * fill_units(fills, row, group, rate, above) - rho * gain;
        if (!(amount > 0)) continue;
        sum += amount;
        if (share) hpm_fill_give(share, row, amount);
    }
    return sum;
}

static double group_fills(const hpm_fills *fills, const hpm_component *component, uint32_t g,
                          double rho, const hpm_fill_share *share)
{
    double up = side_fills(fills, component, g, 1, rho, NULL);
    double down = side_fills(fills, component, g, 0, rho, NULL);
    double idle = hpm_fills_idle(fills, g, rho);
    double worst = up >= down ? up : down;
    if (!(worst > idle)) {
        if (share) hpm_fills_share_loss(share, fills, NULL, g, HPM_NONE, 0, rho);
        return idle;
    }
    if (share) side_fills(fills, component, g, up >= down, rho, share);
    return worst;
}

static double fills_worst(const hpm_fills *fills, const hpm_component *component, double rho,
                          const hpm_fill_share *share)
{
    const hpm_exposure *exposure = fills->exposure;
    double sum = hpm_fills_idle(fills, HPM_NONE, rho);
    if (share) hpm_fills_share_loss(share, fills, NULL, HPM_NONE, HPM_NONE, 0, rho);
    for (uint32_t g = 0; g < exposure->group_count; g++)
        sum += group_fills(fills, component, g, rho, share);
    return sum;
}

const hpm_charge_kind hpm_charge_tail_slope = {
    .reads_positions = hpm_always,
    .value = value,
    .share = share,
    .fills = fills_worst,
    .fills_gain = 1,
};
