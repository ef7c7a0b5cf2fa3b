/* Charge `gross_delta`: a share of the net delta of each underlying and a share of what is hedged
 * in it, in value at the index price.
 *
 * Of the deltas of single positions: gross = sum of their sizes, net their sum, and hedged =
 * (gross - |net|) / 2 is what longs and shorts have in common. A hedge is not free, because what
 * stands against each other need not move together. Balances are no positions.
 *
 * With both shares it is a least charge on delta; with the hedged share alone, of futures only, a
 * charge on futures that offset each other. Sources: docs/MODEL.md, section 5. */
#include <math.h>

#include "base/field_rows.h"
#include "margin/charge.h"
#include "margin/fills.h"
#include "math/order.h"

static const hpm_field fields[] = {
    HPM_ROW_REAL(hpm_component, rule.gross_delta., net, "1", 0, 10, 0,
                 "share of the value of the net delta"),
    HPM_ROW_REAL(hpm_component, rule.gross_delta., hedged, "1", 0, 10, 0,
                 "share of the value of the delta that longs and shorts have in common"),
    HPM_ROW_FLAG(hpm_component, rule.gross_delta., futures_only, 0,
                 "whether only futures and perpetuals count, not options and spot pairs"),
};

const hpm_record hpm_gross_delta_record = HPM_RECORD(
    "gross_delta", hpm_component, fields, "Shares of net delta and of delta that is hedged");

/* The charge is on_net * |net| + on_gross * gross, per unit of delta's value. */
typedef struct delta_rates {
    double on_net, on_gross;
} delta_rates;

static delta_rates rates_of(const hpm_rule_gross_delta *rule)
{
    return (delta_rates){rule->net - rule->hedged / 2, rule->hedged / 2};
}

static int counts(const hpm_exposure *exposure, uint32_t holding, const hpm_rule_gross_delta *rule)
{
    uint32_t id = exposure->portfolio->holdings[holding].instrument;
    hpm_kind kind = exposure->catalog->instruments[id].kind;
    return !rule->futures_only || kind == HPM_FUTURE || kind == HPM_PERPETUAL;
}

static double holding_delta(const hpm_exposure *exposure, uint32_t holding,
                            const hpm_rule_gross_delta *rule)
{
    if (!counts(exposure, holding, rule)) return 0;
    return hpm_holding_column(exposure, holding, exposure->array->extra + HPM_COLUMN_DELTA);
}

/* Holdings of a group: *first up to the returned one. */
static uint32_t group_holdings(uint32_t *first, const hpm_exposure *exposure,
                               const hpm_group *group)
{
    *first = 0;
    if (group->run_first == group->run_end) return 0;
    *first = exposure->portfolio->runs[group->run_first].first;
    return exposure->portfolio->runs[group->run_end - 1].end;
}

/* The charge of a group; with `line`, also the shares: what adds to the net pays for it, what takes
 * from it is credited, and each pays for its own size. */
static double group_charge(double *line, const hpm_exposure *exposure, const hpm_group *group,
                           const hpm_rule_gross_delta *rule, double weight)
{
    delta_rates rates = rates_of(rule);
    uint32_t first, end = group_holdings(&first, exposure, group);
    double net = 0, gross = 0;
    for (uint32_t h = first; h < end; h++) {
        double delta = holding_delta(exposure, h, rule);
        net += delta;
        gross += fabs(delta);
    }
    if (gross == 0) return 0;
    double price = hpm_greek_price(exposure, group->asset);
    double on_net = net < 0 ? -rates.on_net : rates.on_net;
    for (uint32_t h = first; line && h < end; h++) {
        double delta = holding_delta(exposure, h, rule);
        line[h] += weight * price * (on_net * delta + rates.on_gross * fabs(delta));
    }
    return price * (rates.on_net * fabs(net) + rates.on_gross * gross);
}

static hpm_charge_result value(const hpm_exposure *exposure, const hpm_component *component)
{
    hpm_charge_result result = hpm_charge_of(0);
    for (uint32_t g = 0; g < exposure->group_count; g++)
        result.value +=
            group_charge(NULL, exposure, &exposure->groups[g], &component->rule.gross_delta, 0);
    return result;
}

static void share(double *line, const hpm_exposure *exposure, const hpm_component *component,
                  const hpm_charge_result *result, double weight)
{
    (void)result;
    for (uint32_t g = 0; g < exposure->group_count; g++)
        group_charge(line, exposure, &exposure->groups[g], &component->rule.gross_delta, weight);
}

/* ---- Open orders -------------------------------------------------------------------------- */

/* Delta of one lot; 0 if it does not count. */
static double lot_delta(const hpm_exposure *exposure, uint32_t holding,
                        const hpm_rule_gross_delta *rule)
{
    uint32_t id = exposure->portfolio->holdings[holding].instrument;
    if (!counts(exposure, holding, rule)) return 0;
    return hpm_lot_column(exposure, id, exposure->array->extra + HPM_COLUMN_DELTA);
}

/* The largest gross, position by position. */
static double gross_fills(const hpm_fills *fills, const hpm_group *group,
                          const hpm_rule_gross_delta *rule, double per_delta,
                          const hpm_fill_share *share)
{
    uint32_t first, end = group_holdings(&first, fills->exposure, group);
    double sum = 0;
    for (uint32_t h = first; h < end; h++) {
        hpm_interval lots = hpm_fills_lots(fills, h);
        double per_lot = fabs(lot_delta(fills->exposure, h, rule)) * per_delta;
        double now = fabs((double)fills->exposure->portfolio->holdings[h].lots);
        sum += hpm_largest(lots) * per_lot;
        if (share)
            hpm_fills_share_lots(share, fills, h, hpm_is_high(lots),
                                 (hpm_largest(lots) - now) * per_lot);
    }
    return sum;
}

/* The largest net, at one of its two ends. */
static double net_fills(const hpm_fills *fills, const hpm_group *group,
                        const hpm_rule_gross_delta *rule, double per_delta,
                        const hpm_fill_share *share)
{
    uint32_t first, end = group_holdings(&first, fills->exposure, group);
    hpm_interval net = {0, 0};
    for (uint32_t h = first; h < end; h++) {
        hpm_interval lots = hpm_fills_lots(fills, h);
        double lot = lot_delta(fills->exposure, h, rule);
        net.low += hpm_least(lots.low * lot, lots.high * lot);
        net.high += hpm_greatest(lots.low * lot, lots.high * lot);
    }
    for (uint32_t h = first; share && h < end; h++) {
        double lot = lot_delta(fills->exposure, h, rule);
        int64_t now = fills->exposure->portfolio->holdings[h].lots;
        int is_high = hpm_is_high(net) == (lot > 0);
        int64_t more = is_high ? fills->lots_high[h] - now : now - fills->lots_low[h];
        hpm_fills_share_lots(share, fills, h, is_high, fabs(lot) * per_delta * (double)more);
    }
    return hpm_largest(net) * per_delta;
}

/* Net and gross each where it is largest; a net that takes from the charge is left out. */
static double fills_worst(const hpm_fills *fills, const hpm_component *component, double rho,
                          const hpm_fill_share *share)
{
    const hpm_rule_gross_delta *rule = &component->rule.gross_delta;
    delta_rates rates = rates_of(rule);
    double sum = 0;
    (void)rho;
    for (uint32_t g = 0; g < fills->exposure->group_count; g++) {
        const hpm_group *group = &fills->exposure->groups[g];
        if (group->run_first == group->run_end) continue;
        double price = hpm_greek_price(fills->exposure, group->asset);
        if (rates.on_net > 0) sum += net_fills(fills, group, rule, rates.on_net * price, share);
        sum += gross_fills(fills, group, rule, rates.on_gross * price, share);
    }
    return sum;
}

/* A hedge that costs more than what it hedges: two accounts pay for it only together. */
static unsigned breaks(const hpm_component *component, const hpm_rulebook *rulebook)
{
    (void)rulebook;
    return rates_of(&component->rule.gross_delta).on_net < 0 ? HPM_BREAKS_MERGE : 0;
}

const hpm_charge_kind hpm_charge_gross_delta = {
    .reads_positions = hpm_always,
    .reads = HPM_READS(DELTA),
    .breaks = breaks,
    .value = value,
    .share = share,
    .fills = fills_worst,
};
