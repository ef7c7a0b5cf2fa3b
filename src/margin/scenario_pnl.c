/* Scenario P&L of one underlying, and the same split into the lines of the account.
 *
 * In a coin that is the underlying itself, shocked conversion nets the coin equity C with the coin
 * P&L before converting: (C + P)*X*(1 + m) - C*X = C*X*m + P*X*(1 + m). Coin collateral and inverse
 * P&L so meet in one wrong-way scenario. */
#include "margin/scenario_pnl.h"

#include <math.h>
#include <string.h>

#include "margin/coin.h"
#include "margin/kept.h"
#include "margin/payoff_floor.h"
#include "risk/shock.h"

int hpm_pnl_view_of(hpm_pnl_view *view, const hpm_risk_array *array, const hpm_component *component)
{
    const hpm_rulebook *rulebook = array->rulebook;
    const hpm_component *components = rulebook->components.items;
    const hpm_scenario_set *sets = rulebook->sets.items;
    uint32_t set = HPM_NONE;
    int has_second = 0;
    memset(view, 0, sizeof *view);
    view->component = (uint32_t)(component - components);
    if (component->kind == HPM_COMPONENT_WORST_SCENARIO) {
        const hpm_rule_worst *rule = &component->rule.worst;
        set = rule->set_index;
        has_second = rule->second_set[0] != '\0';
        view->conversion = rule->conversion;
        view->balances = rule->balances && !rule->delta_hedged;
        view->followers = rule->followers && !rule->delta_hedged;
        view->is_delta_hedged = rule->delta_hedged;
        view->rotation = rule->rotation;
        view->range_weight = rule->range_weight;
        view->by_pair = rulebook->pairs.count > 0;
        view->fold = rule->fold;
        if (rule->fold == HPM_FOLD_DISCOUNT)
            view->static_discount = array->static_discount +
                                    (size_t)(component - components) * array->catalog->expiry_count;
    } else if (component->kind == HPM_COMPONENT_JOINT_GRID) {
        set = component->rule.joint.set_index;
        view->conversion = HPM_CONVERT_SHOCKED;
        view->balances = 1;
        view->fold = component->rule.joint.fold;
    } else {
        return 0;
    }
    view->first = rulebook->set_first[set];
    view->count = hpm_scenario_set_count(&sets[set]);
    if (has_second) view->count += hpm_scenario_set_count(&sets[set + 1]);
    return 1;
}

/* What the P&L of column j counts. With a range weight, moves beyond the price range are scaled
 * back to it: (range/|m|)*(1 + m)/(1 + sgn(m)*range) makes the P&L of a coin-settled future at m
 * that at the range (docs/MODEL.md, section 5). */
double hpm_view_weight(const hpm_exposure *exposure, const hpm_group *group,
                       const hpm_pnl_view *view, uint32_t j)
{
    const hpm_risk_array *array = exposure->array;
    double weight = array->weight[view->first + j];
    double move = array->price_move[(size_t)group->asset * array->extra + view->first + j];
    double range = array->underlying_rule[group->asset]->price_range;
    if (!view->range_weight || fabs(move) <= range) return weight;
    return weight * (range / fabs(move)) * (1 + move) / (1 + (move < 0 ? -range : range));
}

double hpm_view_price(const hpm_exposure *exposure, const hpm_group *group, uint32_t settlement,
                      const hpm_pnl_view *view, uint32_t j)
{
    double price = exposure->price[settlement];
    if (view->conversion != HPM_CONVERT_SHOCKED || settlement != group->asset) return price;
    const double *move =
        exposure->array->price_move + (size_t)settlement * exposure->array->extra + view->first;
    return price * (1 + move[j]);
}

double hpm_view_hedge(const hpm_exposure *exposure, const hpm_group *group,
                      const hpm_pnl_view *view, uint32_t j)
{
    const hpm_risk_array *array = exposure->array;
    if (!view->is_delta_hedged) return 0;
    return array->price_move[(size_t)group->asset * array->extra + view->first + j] *
           hpm_greek_price(exposure, group->asset);
}

/* ---- Folds -------------------------------------------------------------------------------- */

/* Only dated buckets have a value that is discounted. */
hpm_static_discount hpm_view_discount(const hpm_exposure *exposure, uint32_t run,
                                      const hpm_pnl_view *view)
{
    uint32_t expiry = hpm_run_bucket(exposure, run)->expiry;
    if (view->fold != HPM_FOLD_DISCOUNT || expiry == HPM_NONE) return (hpm_static_discount){1, 1};
    return view->static_discount[expiry];
}

int hpm_view_rotates(const hpm_exposure *exposure, uint32_t run, const hpm_pnl_view *view)
{
    return view->rotation && hpm_run_bucket(exposure, run)->expiry != HPM_NONE;
}

/* What the fold `discount` multiplies a shocked value by. */
static double fold_factor(double shocked_value, hpm_static_discount discount)
{
    return shocked_value > 0 ? discount.above : discount.below;
}

static const double *fold_discount(const hpm_exposure *exposure, uint32_t run,
                                   const hpm_pnl_view *view, const double *total)
{
    hpm_static_discount discount = hpm_view_discount(exposure, run, view);
    double value = hpm_run_total(exposure, run, HPM_COLUMN_VALUE);
    if (discount.above == 1 && discount.below == 1) return total;
    for (uint32_t j = 0; j < view->count; j++)
        exposure->folded[j] = (value + total[j]) * fold_factor(value + total[j], discount) - value;
    return exposure->folded;
}

/* Where the columns of a run's expiry begin in the shock table. */
static size_t first_shock(const hpm_exposure *exposure, uint32_t run, const hpm_pnl_view *view)
{
    return (size_t)hpm_run_bucket(exposure, run)->expiry * exposure->array->shocks->width +
           view->first;
}

/* Where values are not discounted there is one floor for all columns. */
static const double *fold_one_floor(const hpm_exposure *exposure, uint32_t run,
                                    const hpm_pnl_view *view, const double *restrict total)
{
    const double *restrict forward =
        exposure->array->shocks->forward + first_shock(exposure, run, view);
    const double value = hpm_run_total(exposure, run, HPM_COLUMN_VALUE);
    const hpm_payoff_floor below = hpm_run_floor(exposure, run, 1);
    uint8_t *is_known = NULL;
    if (below.least == -INFINITY) return total;
    double *kept = hpm_kept_row(&is_known, exposure, view->component, run);
    double *restrict folded = kept ? kept : exposure->folded;
    if (kept && *is_known) return kept;
    for (uint32_t j = 0; j < view->count; j++) {
        double least = hpm_floor_at(&below, forward[j]) - value;
        folded[j] = total[j] < least ? least : total[j];
    }
    if (kept) *is_known = 1;
    return folded;
}

/* Where time passes, payoffs are discounted by less. */
static const double *fold_floor(const hpm_exposure *exposure, uint32_t run,
                                const hpm_pnl_view *view, const double *total)
{
    if (hpm_run_bucket(exposure, run)->expiry == HPM_NONE) return total;
    if (!exposure->rulebook->discount_at_rate) return fold_one_floor(exposure, run, view, total);
    const size_t first = first_shock(exposure, run, view);
    const double *forward = exposure->array->shocks->forward + first;
    const double *discount = exposure->array->shocks->discount + first;
    double value = hpm_run_total(exposure, run, HPM_COLUMN_VALUE);
    hpm_payoff_floor below = hpm_run_floor(exposure, run, discount[0]);
    for (uint32_t j = 0; j < view->count; j++) {
        if (discount[j] != below.discount) below = hpm_run_floor(exposure, run, discount[j]);
        double least = hpm_floor_at(&below, forward[j]) - value;
        exposure->folded[j] = total[j] < least ? least : total[j];
    }
    return exposure->folded;
}

static const double *rotate(const hpm_exposure *exposure, const hpm_pnl_view *view,
                            const double *folded)
{
    for (uint32_t j = 0; j < view->count; j++)
        exposure->folded[j] = -fabs(folded[j]);
    return exposure->folded;
}

/* P&L of a run in its settlement asset, folded: its totals, or `folded` of the exposure. */
static const double *fold_run(const hpm_exposure *exposure, uint32_t run, const hpm_pnl_view *view)
{
    const double *total = exposure->totals + (size_t)run * exposure->array->stride + view->first;
    if (view->fold == HPM_FOLD_DISCOUNT) total = fold_discount(exposure, run, view, total);
    if (view->fold == HPM_FOLD_PAYOFF_FLOOR) total = fold_floor(exposure, run, view, total);
    return hpm_view_rotates(exposure, run, view) ? rotate(exposure, view, total) : total;
}

/* ---- Sums --------------------------------------------------------------------------------- */

/* Coin-settled options by their premium-adjusted delta: that is the slope of what they settle. */
static void take_delta(double *pnl, const hpm_exposure *exposure, const hpm_group *group,
                       uint32_t run, const hpm_pnl_view *view)
{
    double delta = hpm_run_total(exposure, run, HPM_COLUMN_DELTA_PREMIUM);
    for (uint32_t j = 0; j < view->count; j++)
        pnl[j] -= delta * hpm_view_hedge(exposure, group, view, j);
}

static void add_run(double *restrict pnl, const hpm_exposure *exposure, const hpm_group *group,
                    uint32_t run, const hpm_pnl_view *view)
{
    uint32_t settlement = hpm_run_bucket(exposure, run)->settlement;
    const double *restrict folded = fold_run(exposure, run, view);
    double price = exposure->price[settlement];
    if (view->conversion == HPM_CONVERT_SHOCKED && settlement == group->asset) {
        const double *restrict move =
            exposure->array->price_move + (size_t)settlement * exposure->array->extra + view->first;
        for (uint32_t j = 0; j < view->count; j++)
            pnl[j] += folded[j] * (price * (1 + move[j]));
    } else {
        for (uint32_t j = 0; j < view->count; j++)
            pnl[j] += folded[j] * price;
    }
    if (view->is_delta_hedged) take_delta(pnl, exposure, group, run, view);
}

/* What is held of the underlying itself. A stablecoin or token is no position even where pairs of
 * it are held: it has its haircut. */
static double coin_equity(const hpm_exposure *exposure, const hpm_group *group,
                          const hpm_pnl_view *view)
{
    int is_coin = exposure->catalog->assets[group->asset].kind == HPM_ASSET_COIN;
    return view->balances && is_coin ? exposure->coin_equity[group->asset] : 0;
}

static void weigh(double *pnl, const hpm_exposure *exposure, const hpm_group *group,
                  const hpm_pnl_view *view)
{
    const double *weight = exposure->array->weight + view->first;
    if (view->range_weight)
        for (uint32_t j = 0; j < view->count; j++)
            pnl[j] *= hpm_view_weight(exposure, group, view, j);
    else
        for (uint32_t j = 0; j < view->count; j++)
            pnl[j] *= weight[j];
}

/* ---- Pairs -------------------------------------------------------------------------------- */

uint32_t hpm_pair_next(const hpm_exposure *exposure, const hpm_group *group, uint32_t run)
{
    for (; run < group->run_end; run++) {
        uint32_t earlier = group->run_first;
        while (!hpm_is_paired(exposure, earlier, run))
            earlier++;
        if (earlier == run) return run;
    }
    return group->run_end;
}

/* The dampener: (|m|/range - 1)*dampener/(1 + sgn(m)*range) beyond the price range. */
double hpm_pair_narrows(const hpm_exposure *exposure, const hpm_group *group,
                        const hpm_pnl_view *view, uint32_t head, uint32_t j)
{
    const hpm_risk_array *array = exposure->array;
    const hpm_pair_rule *rule = array->pair_rule[exposure->portfolio->runs[head].bucket];
    double range = array->underlying_rule[group->asset]->price_range;
    double move = array->price_move[(size_t)group->asset * array->extra + view->first + j];
    if (!rule || fabs(move) <= range) return 0;
    return (fabs(move) / range - 1) * rule->dampener / (1 + (move < 0 ? -range : range));
}

/* A gain counts a share, up to a cap; then gain and loss come closer to nothing. */
static double fold_pair(const hpm_exposure *exposure, uint32_t head, double pnl, double narrows)
{
    const hpm_pair_rule *rule = exposure->array->pair_rule[exposure->portfolio->runs[head].bucket];
    if (rule && pnl > 0) pnl *= rule->gain_share;
    if (rule && pnl > rule->gain_cap) pnl = rule->gain_cap;
    if (fabs(pnl) <= narrows) return 0;
    return pnl > 0 ? pnl - narrows : pnl + narrows;
}

/* P&L of the pair before its fold, weighted. */
static void sum_pair(double *pnl, const hpm_exposure *exposure, const hpm_group *group,
                     const hpm_pnl_view *view, uint32_t head)
{
    memset(pnl, 0, view->count * sizeof *pnl);
    for (uint32_t run = head; run < group->run_end; run++)
        if (hpm_is_paired(exposure, head, run)) add_run(pnl, exposure, group, run, view);
    weigh(pnl, exposure, group, view);
}

static void add_pairs(double *pnl, const hpm_exposure *exposure, const hpm_group *group,
                      const hpm_pnl_view *view)
{
    double *own = exposure->paired;
    for (uint32_t head = hpm_pair_next(exposure, group, group->run_first); head < group->run_end;
         head = hpm_pair_next(exposure, group, head + 1)) {
        sum_pair(own, exposure, group, view, head);
        for (uint32_t j = 0; j < view->count; j++)
            pnl[j] +=
                fold_pair(exposure, head, own[j], hpm_pair_narrows(exposure, group, view, head, j));
    }
}

/* What the fold makes of one unit of the pair's P&L in column j. */
static double pair_factor(const hpm_exposure *exposure, const hpm_group *group,
                          const hpm_pnl_view *view, uint32_t head, uint32_t j)
{
    hpm_pnl_view one = *view;
    double pnl;
    one.first += j;
    one.count = 1;
    sum_pair(&pnl, exposure, group, &one, head);
    if (pnl == 0) return 1;
    return fold_pair(exposure, head, pnl, hpm_pair_narrows(exposure, group, view, head, j)) / pnl;
}

/* ---- The group ---------------------------------------------------------------------------- */

/* Value of what is held of assets that follow the underlying. */
static double follower_value(const hpm_exposure *exposure, const hpm_group *group,
                             const hpm_pnl_view *view)
{
    double value = 0;
    for (uint32_t i = 0; view->followers && i < exposure->equity_count; i++) {
        uint32_t asset = exposure->equity_assets[i];
        if (hpm_followed(exposure->array, asset) == group->asset)
            value += exposure->coin_equity[asset] * exposure->price[asset];
    }
    return value;
}

void hpm_group_pnl(double *pnl, const hpm_exposure *exposure, const hpm_group *group,
                   const hpm_pnl_view *view)
{
    const hpm_risk_array *array = exposure->array;
    const double *move = array->price_move + (size_t)group->asset * array->extra + view->first;
    double coin = coin_equity(exposure, group, view);
    /* A coin in which nothing is held may have no price; 0 * NaN must not reach the sum. */
    double moving_value = coin != 0 ? coin * exposure->price[group->asset] : 0;
    moving_value += follower_value(exposure, group, view);
    for (uint32_t j = 0; j < view->count; j++)
        pnl[j] = moving_value * move[j];
    for (uint32_t run = group->run_first; run < group->run_end && !view->by_pair; run++)
        if (!view->is_left_out || !view->is_left_out[run]) add_run(pnl, exposure, group, run, view);
    weigh(pnl, exposure, group, view);
    if (view->by_pair) add_pairs(pnl, exposure, group, view);
}

/* ---- The same, line by line --------------------------------------------------------------- */

/* How a run is folded in one column. */
typedef struct fold_state {
    double factor;
    hpm_payoff_floor below;
    double forward;
    int is_floored;
    double side; /* -1 where a gain counts as a loss, else 1 */
} fold_state;

/* Which way the run's P&L of a column counts. */
static double side_in(const hpm_exposure *exposure, uint32_t run, const hpm_pnl_view *view,
                      uint32_t j)
{
    hpm_pnl_view one = *view;
    one.first += j;
    one.count = 1;
    one.rotation = 0;
    return hpm_view_rotates(exposure, run, view) && fold_run(exposure, run, &one)[0] > 0 ? -1 : 1;
}

static fold_state fold_in(const hpm_exposure *exposure, uint32_t run, const hpm_pnl_view *view,
                          uint32_t j)
{
    double total = exposure->totals[(size_t)run * exposure->array->stride + view->first + j];
    double value = hpm_run_total(exposure, run, HPM_COLUMN_VALUE);
    fold_state state = {.factor = 1, .side = side_in(exposure, run, view, j)};
    if (view->fold == HPM_FOLD_DISCOUNT)
        state.factor = fold_factor(value + total, hpm_view_discount(exposure, run, view));
    if (view->fold != HPM_FOLD_PAYOFF_FLOOR || hpm_run_bucket(exposure, run)->expiry == HPM_NONE)
        return state;
    const size_t cell = first_shock(exposure, run, view) + j;
    state.forward = exposure->array->shocks->forward[cell];
    state.below = hpm_run_floor(exposure, run, exposure->array->shocks->discount[cell]);
    state.is_floored = total < hpm_floor_at(&state.below, state.forward) - value;
    return state;
}

/* Where the floor holds, what the holding pays where the bucket pays least. */
static double folded_part(const hpm_exposure *exposure, uint32_t holding, uint32_t column,
                          const fold_state *fold)
{
    double value = hpm_holding_column(exposure, holding, exposure->array->extra + HPM_COLUMN_VALUE);
    if (fold->is_floored)
        return hpm_holding_floor_at(exposure, holding, &fold->below, fold->forward) - value;
    return (value + hpm_holding_column(exposure, holding, column)) * fold->factor - value;
}

static void share_run(double *line, const hpm_exposure *exposure, const hpm_group *group,
                      uint32_t run, const hpm_pnl_view *view, uint32_t j, double weight)
{
    const hpm_bucket_run *held = &exposure->portfolio->runs[run];
    uint32_t settlement = hpm_run_bucket(exposure, run)->settlement;
    double price = hpm_view_price(exposure, group, settlement, view, j);
    fold_state fold = fold_in(exposure, run, view, j);
    for (uint32_t h = held->first; h < held->end; h++)
        line[h] -= weight * fold.side * folded_part(exposure, h, view->first + j, &fold) * price;
    if (!view->is_delta_hedged) return;
    double hedge = weight * hpm_view_hedge(exposure, group, view, j);
    for (uint32_t h = held->first; h < held->end; h++)
        line[h] += hedge * hpm_holding_column(exposure, h,
                                              exposure->array->extra + HPM_COLUMN_DELTA_PREMIUM);
}

static void share_pairs(double *line, const hpm_exposure *exposure, const hpm_group *group,
                        const hpm_pnl_view *view, uint32_t j, double weight)
{
    for (uint32_t head = hpm_pair_next(exposure, group, group->run_first); head < group->run_end;
         head = hpm_pair_next(exposure, group, head + 1)) {
        double factor = pair_factor(exposure, group, view, head, j);
        for (uint32_t run = head; run < group->run_end; run++)
            if (hpm_is_paired(exposure, head, run))
                share_run(line, exposure, group, run, view, j, weight * factor);
    }
}

void hpm_group_share(double *line, const hpm_exposure *exposure, const hpm_group *group,
                     const hpm_pnl_view *view, uint32_t j, double weight)
{
    const hpm_risk_array *array = exposure->array;
    double weighted = weight * hpm_view_weight(exposure, group, view, j);
    double move = array->price_move[(size_t)group->asset * array->extra + view->first + j];
    if (view->by_pair)
        share_pairs(line, exposure, group, view, j, weighted);
    else
        for (uint32_t run = group->run_first; run < group->run_end; run++)
            share_run(line, exposure, group, run, view, j, weighted);
    if (coin_equity(exposure, group, view) != 0)
        hpm_equity_share(line, exposure, group->asset,
                         -weighted * exposure->price[group->asset] * move);
    for (uint32_t i = 0; view->followers && i < exposure->equity_count; i++) {
        uint32_t asset = exposure->equity_assets[i];
        if (hpm_followed(array, asset) == group->asset)
            hpm_equity_share(line, exposure, asset, -weighted * exposure->price[asset] * move);
    }
}
