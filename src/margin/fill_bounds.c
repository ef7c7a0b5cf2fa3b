/* What charges can become at most over all sets of fills: sums over runs, equity in an asset, and
 * the bounds of charges that are gross or sub-additive. */
#include "margin/fills.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "margin/charge.h"
#include "margin/coin.h"
#include "risk/array.h"
#include "risk/totals_bound.h"

/* Of hpm_fills_apart. */
static size_t alone_size(const hpm_risk_array *array)
{
    return hpm_aligned_size(hpm_account_size(2, 1, 0)) + hpm_portfolio_size(1) +
           hpm_totals_size(array, 1) + hpm_exposure_size(array, 1);
}

/* Three losses a group and column (joint_grid), what hpm_fills_losses takes at most (prices, coins,
 * three of a run, three of a pair), a double a line. */
size_t hpm_fills_scratch_size(const hpm_risk_array *array, const hpm_account *widened)
{
    size_t columns = array->extra, assets = array->catalog->asset_count;
    size_t lines =
        (size_t)widened->position_count + widened->balance_count + widened->declared_count;
    return hpm_aligned_size(3 * assets * columns * sizeof(double)) +
           hpm_aligned_size(assets * sizeof(double)) +
           10 * hpm_aligned_size(columns * sizeof(double)) +
           hpm_aligned_size(lines * sizeof(double)) + alone_size(array);
}

/* ---- Sums over runs and equity in an asset ------------------------------------------------ */

double hpm_lot_column(const hpm_exposure *exposure, uint32_t instrument, uint32_t column)
{
    const hpm_risk_array *array = exposure->array;
    uint32_t settlement = exposure->catalog->instruments[instrument].settlement;
    return array->ticks_real[(size_t)instrument * array->stride + column] *
           hpm_risk_array_units(array, settlement)[column];
}

double hpm_fill_column(const hpm_fills *fills, const hpm_fill_row *row, uint32_t column)
{
    return (double)row->fill.lots * hpm_lot_column(fills->exposure, row->fill.instrument, column);
}

static void widen(hpm_interval *range, double change)
{
    *(change < 0 ? &range->low : &range->high) += change;
}

hpm_interval hpm_fills_column(const hpm_fills *fills, uint32_t run_first, uint32_t run_end,
                              uint32_t column)
{
    const hpm_exposure *exposure = fills->exposure;
    hpm_interval range = {0, 0};
    for (uint32_t run = run_first; run < run_end; run++) {
        double total = exposure->totals[(size_t)run * exposure->array->stride + column];
        range.low += total;
        range.high += total;
        for (uint32_t i = fills->run_first[run]; i < fills->run_first[run + 1]; i++)
            widen(&range, hpm_fill_column(fills, &fills->rows[i], column));
    }
    return range;
}

void hpm_fill_give(const hpm_fill_share *share, const hpm_fill_row *row, double amount)
{
    share->part[row->order] += share->weight * amount;
    if (share->taken && amount > 0) share->taken[row->order] = 1;
}

void hpm_fills_share_column(const hpm_fill_share *share, const hpm_fills *fills, uint32_t run_first,
                            uint32_t run_end, uint32_t column, int is_high, double per_unit)
{
    for (uint32_t i = fills->run_first[run_first]; i < fills->run_first[run_end]; i++) {
        double change = hpm_fill_column(fills, &fills->rows[i], column);
        if ((change > 0) == (is_high != 0))
            hpm_fill_give(share, &fills->rows[i], fabs(change) * per_unit);
    }
}

/* What a fill adds to the equity in an asset. */
static double coins_of(const hpm_fill_row *row, uint32_t asset)
{
    double coins = row->settlement == asset ? row->coins : 0;
    if (row->underlying == asset) coins += hpm_e8_to_double(row->fill.delivered.e8);
    return coins;
}

hpm_interval hpm_fills_coins(const hpm_fills *fills, uint32_t asset)
{
    double now = fills->exposure->coin_equity[asset];
    hpm_interval range = {now, now};
    for (uint32_t i = 0; i < fills->count; i++)
        widen(&range, coins_of(&fills->rows[i], asset));
    return range;
}

void hpm_fills_share_coins(const hpm_fill_share *share, const hpm_fills *fills, uint32_t asset,
                           int is_high, double per_unit)
{
    for (uint32_t i = 0; i < fills->count; i++) {
        double change = coins_of(&fills->rows[i], asset);
        if ((change > 0) == (is_high != 0))
            hpm_fill_give(share, &fills->rows[i], fabs(change) * per_unit);
    }
}

double hpm_fill_group_coins(const hpm_fills *fills, const hpm_fill_row *row, const hpm_group *group)
{
    if (fills->exposure->catalog->assets[group->asset].kind != HPM_ASSET_COIN) return 0;
    double coins = coins_of(row, group->asset);
    /* Marks of contracts on the underlying itself move by slopes of their own. */
    return row->settlement == row->underlying && row->run != HPM_NONE &&
                   row->settlement == group->asset
               ? coins - row->fill.value
               : coins;
}

hpm_interval hpm_fills_group_coins(const hpm_fills *fills, const hpm_group *group)
{
    double now = hpm_group_coins(fills->exposure, group);
    hpm_interval range = {now, now};
    for (uint32_t i = 0; i < fills->count; i++)
        widen(&range, hpm_fill_group_coins(fills, &fills->rows[i], group));
    return range;
}

void hpm_fills_share_group_coins(const hpm_fill_share *share, const hpm_fills *fills,
                                 const hpm_group *group, int is_high, double per_unit)
{
    for (uint32_t i = 0; i < fills->count; i++) {
        double change = hpm_fill_group_coins(fills, &fills->rows[i], group);
        if ((change > 0) == (is_high != 0))
            hpm_fill_give(share, &fills->rows[i], fabs(change) * per_unit);
    }
}

void hpm_fills_share_lots(const hpm_fill_share *share, const hpm_fills *fills, uint32_t holding,
                          int is_high, double amount)
{
    const hpm_portfolio *portfolio = fills->exposure->portfolio;
    uint32_t run = hpm_holding_run(portfolio, holding);
    int64_t now = portfolio->holdings[holding].lots;
    double all = is_high ? (double)fills->lots_high[holding] - (double)now
                         : (double)now - (double)fills->lots_low[holding];
    for (uint32_t i = fills->run_first[run]; all > 0 && i < fills->run_first[run + 1]; i++) {
        const hpm_fill_row *row = &fills->rows[i];
        if (row->holding == holding && (row->fill.lots > 0) == (is_high != 0))
            hpm_fill_give(share, row, amount * (double)hpm_magnitude(row->fill.lots) / all);
    }
}

/* What a fill adds to a balance. */
static double amount_of(const hpm_fill_row *row, uint32_t asset)
{
    double amount = row->settlement == asset ? hpm_e8_to_double(row->fill.cash.e8) : 0;
    if (row->underlying == asset) amount += hpm_e8_to_double(row->fill.delivered.e8);
    return amount;
}

void hpm_fills_share_balance(const hpm_fill_share *share, const hpm_fills *fills, uint32_t balance,
                             int is_high, double amount)
{
    const hpm_balance *row = &hpm_account_balances(fills->exposure->portfolio->account)[balance];
    double now = hpm_e8_to_double(row->amount.e8);
    double all = is_high ? fills->amount_high[balance] - now : now - fills->amount_low[balance];
    for (uint32_t i = 0; all > 0 && i < fills->count; i++) {
        double own = amount_of(&fills->rows[i], row->asset);
        if ((own > 0) == (is_high != 0))
            hpm_fill_give(share, &fills->rows[i], amount * fabs(own) / all);
    }
}

/* ---- Gross -------------------------------------------------------------------------------- */

/* What the fills add to a balance's part; the rest of it is the account's own. */
static void share_gross_balance(const hpm_fill_share *share, const hpm_fills *fills,
                                uint32_t balance, double charge)
{
    hpm_interval range = hpm_fills_amount(fills, balance);
    int is_high = hpm_is_high(range);
    const hpm_balance *row = &hpm_account_balances(fills->exposure->portfolio->account)[balance];
    double now = hpm_e8_to_double(row->amount.e8), largest = hpm_largest(range);
    hpm_fills_share_balance(share, fills, balance, is_high,
                            charge * (largest - (is_high ? now : -now)) / largest);
}

/* Lots of `range`, of which `now` are held: what is beyond it is due to fills. */
static void share_gross_lots(const hpm_fill_share *share, const hpm_fills *fills, uint32_t holding,
                             hpm_interval range, double now, double charge)
{
    int is_high = hpm_is_high(range);
    double largest = hpm_largest(range);
    hpm_fills_share_lots(share, fills, holding, is_high,
                         charge * (largest - (is_high ? now : -now)) / largest);
}

static int is_short_only(const hpm_exposure *exposure, uint32_t holding, int leaves_long)
{
    uint32_t id = exposure->portfolio->holdings[holding].instrument;
    return leaves_long && exposure->catalog->instruments[id].kind == HPM_OPTION;
}

static void share_gross(const hpm_fill_share *share, const hpm_fills *fills, const double *lines,
                        int leaves_long)
{
    const hpm_account *account = fills->exposure->portfolio->account;
    for (uint32_t b = 0; b < account->balance_count; b++)
        if (lines[hpm_line_of_balance(fills->exposure, b)] != 0)
            share_gross_balance(share, fills, b, lines[hpm_line_of_balance(fills->exposure, b)]);
    for (uint32_t h = 0; h < fills->gross_portfolio.holding_count; h++) {
        hpm_interval range = hpm_fills_lots(fills, h);
        double now = (double)fills->exposure->portfolio->holdings[h].lots;
        if (lines[h] == 0) continue;
        if (is_short_only(fills->exposure, h, leaves_long)) {
            range.high = 0;
            now = now < 0 ? now : 0;
        }
        share_gross_lots(share, fills, h, range, now, lines[h]);
    }
}

static double gross_bound(const hpm_fills *fills, const hpm_exposure *gross,
                          const hpm_component *component, const hpm_fill_share *share,
                          int leaves_long)
{
    const hpm_charge_kind *kind = hpm_charge_kinds[component->kind];
    hpm_charge_result result = kind->value(gross, component);
    if (!share) return result.value;
    size_t mark = gross->scratch->used;
    double *lines = hpm_arena_take(gross->scratch, hpm_line_count(gross->portfolio), sizeof *lines);
    assert(lines); /* hpm_fills_scratch_size counts it */
    kind->share(lines, gross, component, &result, 1);
    share_gross(share, fills, lines, leaves_long);
    gross->scratch->used = mark;
    return result.value;
}

double hpm_fills_gross(const hpm_fills *fills, const hpm_component *component, double rho,
                       const hpm_fill_share *share)
{
    (void)rho;
    return gross_bound(fills, &fills->gross, component, share, 0);
}

/* Of options, as much short as can be: what is not short at all is not held. */
double hpm_fills_gross_short(const hpm_fills *fills, const hpm_component *component, double rho,
                             const hpm_fill_share *share)
{
    hpm_exposure gross = fills->gross;
    const hpm_portfolio *portfolio = gross.portfolio;
    size_t mark = gross.scratch->used;
    double *units = hpm_arena_reserve(gross.scratch, portfolio->holding_count, sizeof *units);
    assert(units); /* hpm_exposure_size counts what charges take */
    (void)rho;
    for (uint32_t h = 0; h < portfolio->holding_count; h++) {
        uint32_t id = portfolio->holdings[h].instrument;
        units[h] = gross.units[h];
        if (is_short_only(&gross, h, 1))
            units[h] = fills->lots_low[h] < 0
                           ? (double)fills->lots_low[h] * gross.array->units_per_lot[id]
                           : 0;
    }
    gross.units = units;
    double bound = gross_bound(fills, &gross, component, share, 1);
    gross.scratch->used = mark;
    return bound;
}

/* ---- Apart -------------------------------------------------------------------------------- */

static void add_balance(hpm_account *account, hpm_balance *balances, uint32_t asset,
                        hpm_money amount)
{
    uint32_t at = account->balance_count;
    if (amount.e8 == 0) return;
    for (; at > 0 && balances[at - 1].asset > asset; at--)
        balances[at] = balances[at - 1];
    balances[at] = (hpm_balance){asset, amount};
    account->balance_count++;
}

/* The account that has nothing but what a fill brings. What a future gains accrues. */
static hpm_account *account_of(const hpm_fills *fills, const hpm_fill_row *row)
{
    const hpm_instrument *instrument = &fills->exposure->catalog->instruments[row->fill.instrument];
    hpm_account *account = hpm_arena_take(fills->exposure->scratch, 1, hpm_account_size(2, 1, 0));
    assert(account); /* hpm_fills_scratch_size counts it */
    hpm_balance *balances = (hpm_balance *)(account + 1);
    strcpy(account->id, "order");
    add_balance(account, balances, row->settlement, row->fill.cash);
    add_balance(account, balances, row->underlying, row->fill.delivered);
    if (row->holding == HPM_NONE) return account;
    hpm_position *position = (hpm_position *)(balances + account->balance_count);
    *position =
        (hpm_position){row->fill.instrument, {row->fill.lots * instrument->lot.e8}, NAN, {0}};
    hpm_status status =
        hpm_e8_from_double(&position->funding.e8, row->fill.gain, HPM_ROUND_HALF_EVEN);
    account->position_count = 1;
    assert(status == HPM_OK);
    (void)status;
    return account;
}

/* Nothing here can fail that did not fail for the widened account. */
static double value_alone(const hpm_fills *fills, const hpm_fill_row *row,
                          const hpm_component *component)
{
    hpm_arena *scratch = fills->exposure->scratch;
    const hpm_risk_array *array = fills->exposure->array;
    size_t mark = scratch->used;
    hpm_portfolio portfolio;
    hpm_totals totals;
    hpm_exposure exposure;
    hpm_account *account = account_of(fills, row);
    hpm_status status = hpm_portfolio_init(&portfolio, scratch, account, array, NULL);
    if (status == HPM_OK) status = hpm_totals_init(&totals, scratch, array, &portfolio, NULL);
    if (status == HPM_OK && account->position_count > 0)
        status = hpm_totals_add(&totals, array, 0, row->fill.instrument, row->fill.lots, NULL);
    if (status == HPM_OK)
        status = hpm_exposure_init(&exposure, scratch, array, &portfolio, &totals, NULL);
    assert(status == HPM_OK);
    (void)status;
    double value = hpm_charge_kinds[component->kind]->value(&exposure, component).value;
    scratch->used = mark;
    return value;
}

double hpm_fills_apart(const hpm_fills *fills, const hpm_component *component, double rho,
                       const hpm_fill_share *share)
{
    double sum = hpm_charge_kinds[component->kind]->value(fills->exposure, component).value;
    (void)rho;
    for (uint32_t i = 0; i < fills->count; i++) {
        double alone = value_alone(fills, &fills->rows[i], component);
        if (!(alone > 0) && !isnan(alone)) continue;
        sum += alone;
        if (share) hpm_fill_give(share, &fills->rows[i], alone);
    }
    return sum;
}
