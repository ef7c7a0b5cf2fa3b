/* Charge `liquidity`: what it costs to trade out of the net delta of each underlying and the net
 * vega of each expiry. Up to the depth the half-spread per unit; beyond it the cost of a unit grows
 * with the square root of the size, spread * sqrt(size / depth): concentration costs more than in
 * proportion. Depths and spreads are the underlying's.
 *
 * Source: the square-root law of market impact: a unit of a trade of Q out of a daily volume V
 * costs Y*sigma*sqrt(Q/V), Y about 1 (Toth et al., Physical Review X 1, 021006, 2011; a power of
 * 0.6 in Almgren, Thum, Hauptmann, Li, Direct estimation of equity market impact, Risk 18, 2005).
 * It meets the half-spread at Q = V*(spread/(Y*sigma))^2, which is the depth. */
#include <math.h>

#include "margin/charge.h"
#include "margin/fills.h"

static double unit_cost(double size, double depth, double spread)
{
    if (depth == 0 || size <= depth) return spread;
    return spread * sqrt(size / depth);
}

/* Cost of the net greek of runs that are traded out of together. With `line`, also the shares:
 * what adds to the net pays its unit cost, what takes from it is credited. */
static double net_cost(double *line, const hpm_exposure *exposure, uint32_t first, uint32_t end,
                       hpm_column column, double depth, double spread, double weight)
{
    const hpm_bucket_run *runs = exposure->portfolio->runs;
    double net = 0;
    for (uint32_t run = first; run < end; run++)
        net += hpm_run_total(exposure, run, column);
    double per_unit = unit_cost(fabs(net), depth, spread) *
                      hpm_greek_price(exposure, hpm_run_bucket(exposure, first)->underlying);
    double part = weight * (net < 0 ? -per_unit : per_unit);
    for (uint32_t h = runs[first].first; line && h < runs[end - 1].end; h++)
        line[h] +=
            part * hpm_holding_column(exposure, h, exposure->array->extra + (uint32_t)column);
    return fabs(net) * per_unit;
}

/* The value; with `line`, also the shares. */
static double charge_all(double *line, const hpm_exposure *exposure, double weight)
{
    double charge = 0;
    for (uint32_t g = 0; g < exposure->group_count; g++) {
        const hpm_group *group = &exposure->groups[g];
        const hpm_underlying_rule *rule = exposure->array->underlying_rule[group->asset];
        if (group->run_first == group->run_end) continue;
        charge += net_cost(line, exposure, group->run_first, group->run_end, HPM_COLUMN_DELTA,
                           rule->delta_depth, rule->delta_spread, weight);
        for (uint32_t run = group->run_first, end; run < group->run_end; run = end) {
            end = hpm_expiry_end(exposure, run);
            if (hpm_run_bucket(exposure, run)->kind == HPM_BUCKET_DATED)
                charge += net_cost(line, exposure, run, end, HPM_COLUMN_VEGA, rule->vega_depth,
                                   rule->vega_spread, weight);
        }
    }
    return charge;
}

static hpm_charge_result value(const hpm_exposure *exposure, const hpm_component *component)
{
    (void)component;
    return hpm_charge_of(charge_all(NULL, exposure, 0));
}

static void share(double *line, const hpm_exposure *exposure, const hpm_component *component,
                  const hpm_charge_result *result, double weight)
{
    (void)component;
    (void)result;
    charge_all(line, exposure, weight);
}

/* ---- Open orders -------------------------------------------------------------------------- */

/* The cost grows with the size of the net: it is largest at one of its two ends. */
static double fills_cost(const hpm_fill_share *share, const hpm_fills *fills, uint32_t first,
                         uint32_t end, hpm_column column, double depth, double spread)
{
    uint32_t at = fills->exposure->array->extra + (uint32_t)column;
    hpm_interval net = hpm_fills_column(fills, first, end, at);
    double size = hpm_largest(net);
    double per_unit =
        unit_cost(size, depth, spread) *
        hpm_greek_price(fills->exposure, hpm_run_bucket(fills->exposure, first)->underlying);
    if (share) hpm_fills_share_column(share, fills, first, end, at, hpm_is_high(net), per_unit);
    return size * per_unit;
}

static double group_fills(const hpm_fill_share *share, const hpm_fills *fills,
                          const hpm_group *group)
{
    const hpm_exposure *exposure = fills->exposure;
    const hpm_underlying_rule *rule = exposure->array->underlying_rule[group->asset];
    double sum = fills_cost(share, fills, group->run_first, group->run_end, HPM_COLUMN_DELTA,
                            rule->delta_depth, rule->delta_spread);
    for (uint32_t run = group->run_first, end; run < group->run_end; run = end) {
        end = hpm_expiry_end(exposure, run);
        if (hpm_run_bucket(exposure, run)->kind == HPM_BUCKET_DATED)
            sum += fills_cost(share, fills, run, end, HPM_COLUMN_VEGA, rule->vega_depth,
                              rule->vega_spread);
    }
    return sum;
}

static double fills_worst(const hpm_fills *fills, const hpm_component *component, double rho,
                          const hpm_fill_share *share)
{
    double sum = 0;
    (void)component;
    (void)rho;
    for (uint32_t g = 0; g < fills->exposure->group_count; g++)
        if (fills->exposure->groups[g].run_first < fills->exposure->groups[g].run_end)
            sum += group_fills(share, fills, &fills->exposure->groups[g]);
    return sum;
}

/* Without a depth costs are in proportion. */
static unsigned breaks(const hpm_component *component, const hpm_rulebook *rulebook)
{
    const hpm_underlying_rule *rules = rulebook->underlyings.items;
    (void)component;
    for (uint32_t i = 0; i < rulebook->underlyings.count; i++)
        if (rules[i].delta_depth > 0 || rules[i].vega_depth > 0)
            return HPM_BREAKS_SCALE | HPM_BREAKS_MERGE;
    return 0;
}

const hpm_charge_kind hpm_charge_liquidity = {
    .reads = HPM_READS(DELTA) | HPM_READS(VEGA),
    .breaks = breaks,
    .value = value,
    .share = share,
    .fills = fills_worst,
};
