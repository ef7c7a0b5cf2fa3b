/* Scenario P&L of one underlying, and the same split into the lines of the account.
 *
 * In a coin that is the underlying itself, shocked conversion nets the coin equity C with the coin
 * P&L before converting: (C + P)*X*(1 + m) - C*X = C*X*m + P*X*(1 + m). Coin collateral and inverse
 * P&L so meet in one wrong-way scenario. */
#include "margin/scenario_pnl.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "margin/coin.h"

int hpm_pnl_view_of(hpm_pnl_view *view, const hpm_risk_array *array, const hpm_component *component)
{
    const hpm_rulebook *rulebook = array->rulebook;
    const hpm_component *components = rulebook->components.items;
    const hpm_scenario_set *sets = rulebook->sets.items;
    uint32_t set = HPM_NONE;
    memset(view, 0, sizeof *view);
    if (component->kind == HPM_COMPONENT_WORST_SCENARIO) {
        const hpm_rule_worst *rule = &component->rule.worst;
        set = rule->set_index;
        view->conversion = rule->conversion;
        view->balances = rule->balances;
        view->range_weight = rule->range_weight;
        if (rule->fold == HPM_FOLD_DISCOUNT)
            view->static_discount = array->static_discount +
                                    (size_t)(component - components) * array->catalog->expiry_count;
    } else if (component->kind == HPM_COMPONENT_JOINT_GRID) {
        set = component->rule.joint.set_index;
        view->conversion = HPM_CONVERT_SHOCKED;
        view->balances = 1;
    } else {
        return 0;
    }
    view->first = rulebook->set_first[set];
    view->count = hpm_scenario_set_count(&sets[set]);
    return 1;
}

/* Only dated buckets have a value that is discounted. */
static double static_discount(const hpm_exposure *exposure, uint32_t run, const hpm_pnl_view *view)
{
    uint32_t expiry = hpm_run_bucket(exposure, run)->expiry;
    return view->static_discount && expiry != HPM_NONE ? view->static_discount[expiry] : 1;
}

/* What the P&L of column j counts. With a range weight, moves beyond the price range are scaled
 * back to it: (range/|m|)*(1 + m)/(1 + sgn(m)*range) makes the P&L of a coin-settled future at m
 * that at the range (Deribit's extended table). */
static double column_weight(const hpm_exposure *exposure, const hpm_group *group,
                            const hpm_pnl_view *view, uint32_t j)
{
    const hpm_risk_array *array = exposure->array;
    double weight = array->weight[view->first + j];
    double move = array->price_move[(size_t)group->asset * array->extra + view->first + j];
    if (!view->range_weight || move == 0) return weight;
    double range = array->underlying_rule[group->asset]->price_range;
    return weight * (range / fabs(move)) * (1 + move) / (1 + (move < 0 ? -range : range));
}

/* What the fold multiplies a shocked value by. */
static double fold_factor(double shocked_value, double discount)
{
    return shocked_value > 0 ? discount : 1;
}

/* Price per unit of a run's settlement asset in column j of the view. */
static double settlement_price(const hpm_exposure *exposure, const hpm_group *group,
                               uint32_t settlement, const hpm_pnl_view *view, uint32_t j)
{
    double price = exposure->price[settlement];
    if (view->conversion != HPM_CONVERT_SHOCKED || settlement != group->asset) return price;
    const double *move =
        exposure->array->price_move + (size_t)settlement * exposure->array->extra + view->first;
    return price * (1 + move[j]);
}

/* Folded P&L of a run in column j, in its settlement asset. */
static double folded_pnl(double pnl, double value, double discount)
{
    if (discount == 1) return pnl;
    return (value + pnl) * fold_factor(value + pnl, discount) - value;
}

static void add_run(double *restrict pnl, const hpm_exposure *exposure, const hpm_group *group,
                    uint32_t run, const hpm_pnl_view *view)
{
    uint32_t settlement = hpm_run_bucket(exposure, run)->settlement;
    const double *restrict total =
        exposure->totals + (size_t)run * exposure->array->stride + view->first;
    double discount = static_discount(exposure, run, view);
    double value = hpm_run_total(exposure, run, HPM_COLUMN_VALUE);
    double price = exposure->price[settlement];
    if (view->conversion == HPM_CONVERT_SHOCKED && settlement == group->asset) {
        const double *restrict move =
            exposure->array->price_move + (size_t)settlement * exposure->array->extra + view->first;
        for (uint32_t j = 0; j < view->count; j++)
            pnl[j] += folded_pnl(total[j], value, discount) * (price * (1 + move[j]));
    } else {
        for (uint32_t j = 0; j < view->count; j++)
            pnl[j] += folded_pnl(total[j], value, discount) * price;
    }
}

/* What is held of the underlying itself. A stablecoin or token is no position even where pairs of
 * it are held: it has its haircut. */
static double coin_equity(const hpm_exposure *exposure, const hpm_group *group,
                          const hpm_pnl_view *view)
{
    int is_coin = exposure->catalog->assets[group->asset].kind == HPM_ASSET_COIN;
    return view->balances && is_coin ? exposure->coin_equity[group->asset] : 0;
}

void hpm_group_pnl(double *pnl, const hpm_exposure *exposure, const hpm_group *group,
                   const hpm_pnl_view *view)
{
    const hpm_risk_array *array = exposure->array;
    const double *move = array->price_move + (size_t)group->asset * array->extra + view->first;
    double coin = coin_equity(exposure, group, view);
    /* A coin in which nothing is held may have no price; 0 * NaN must not reach the sum. */
    double coin_value = coin != 0 ? coin * exposure->price[group->asset] : 0;
    for (uint32_t j = 0; j < view->count; j++)
        pnl[j] = coin_value * move[j];
    for (uint32_t run = group->run_first; run < group->run_end; run++)
        add_run(pnl, exposure, group, run, view);
    if (view->range_weight)
        for (uint32_t j = 0; j < view->count; j++)
            pnl[j] *= column_weight(exposure, group, view, j);
    else
        for (uint32_t j = 0; j < view->count; j++)
            pnl[j] *= array->weight[view->first + j];
}

/* ---- The same, line by line --------------------------------------------------------------- */

static void share_run(double *line, const hpm_exposure *exposure, const hpm_group *group,
                      uint32_t run, const hpm_pnl_view *view, uint32_t j, double weight)
{
    const hpm_risk_array *array = exposure->array;
    const hpm_bucket_run *held = &exposure->portfolio->runs[run];
    uint32_t settlement = hpm_run_bucket(exposure, run)->settlement;
    double price = settlement_price(exposure, group, settlement, view, j);
    double total = exposure->totals[(size_t)run * array->stride + view->first + j];
    double value = hpm_run_total(exposure, run, HPM_COLUMN_VALUE);
    double factor = fold_factor(value + total, static_discount(exposure, run, view));
    for (uint32_t h = held->first; h < held->end; h++) {
        double own_value = hpm_holding_column(exposure, h, array->extra + HPM_COLUMN_VALUE);
        double own = hpm_holding_column(exposure, h, view->first + j);
        line[h] -= weight * ((own_value + own) * factor - own_value) * price;
    }
}

void hpm_group_share(double *line, const hpm_exposure *exposure, const hpm_group *group,
                     const hpm_pnl_view *view, uint32_t j, double weight)
{
    const hpm_risk_array *array = exposure->array;
    double weighted = weight * column_weight(exposure, group, view, j);
    double move = array->price_move[(size_t)group->asset * array->extra + view->first + j];
    for (uint32_t run = group->run_first; run < group->run_end; run++)
        share_run(line, exposure, group, run, view, j, weighted);
    if (coin_equity(exposure, group, view) != 0)
        hpm_equity_share(line, exposure, group->asset,
                         -weighted * exposure->price[group->asset] * move);
}
