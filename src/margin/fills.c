/* Builds the fills of open orders on a widened account, and bounds that many charges share. */
#include "margin/fills.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/sort.h"
#include "margin/charge.h"
#include "margin/coin.h"
#include "risk/array.h"
#include "risk/totals_bound.h"

/* Underlyings of positions, and coins that are held or that something settles in. */
static size_t groups_max(const hpm_account *widened)
{
    return 2 * (size_t)widened->position_count + widened->balance_count;
}

size_t hpm_fills_size(const hpm_account *widened, uint32_t order_count)
{
    size_t positions = widened->position_count, balances = widened->balance_count;
    return hpm_aligned_size(order_count * sizeof(hpm_fill_row)) +
           hpm_aligned_size((positions + 1) * sizeof(uint32_t)) + hpm_aligned_size(positions) +
           2 * hpm_aligned_size(positions * sizeof(int64_t)) +
           2 * hpm_aligned_size(balances * sizeof(double)) +
           hpm_aligned_size((groups_max(widened) + 1) * sizeof(double)) +
           hpm_aligned_size(positions * sizeof(hpm_holding)) +
           hpm_aligned_size(positions * sizeof(double)) +
           hpm_aligned_size(hpm_account_size(widened->balance_count, widened->position_count,
                                             widened->declared_count)) +
           hpm_aligned_size(positions * sizeof(uint32_t));
}

/* Of hpm_fills_apart. */
static size_t alone_size(const hpm_risk_array *array)
{
    return hpm_aligned_size(hpm_account_size(2, 1, 0)) + hpm_portfolio_size(1) +
           hpm_totals_size(array, 1) + hpm_exposure_size(array, 1);
}

/* Three losses a group and column (joint_grid), what hpm_fills_losses takes, a double a line. */
size_t hpm_fills_scratch_size(const hpm_risk_array *array, const hpm_account *widened)
{
    size_t columns = array->extra, assets = array->catalog->asset_count;
    size_t lines =
        (size_t)widened->position_count + widened->balance_count + widened->declared_count;
    return hpm_aligned_size(3 * assets * columns * sizeof(double)) +
           hpm_aligned_size(assets * sizeof(double)) +
           8 * hpm_aligned_size(columns * sizeof(double)) +
           hpm_aligned_size(lines * sizeof(double)) + alone_size(array);
}

/* ---- Where a fill acts -------------------------------------------------------------------- */

static uint32_t find_group(const hpm_exposure *exposure, uint32_t asset)
{
    for (uint32_t g = 0; g < exposure->group_count; g++)
        if (exposure->groups[g].asset == asset) return g;
    return HPM_NONE;
}

/* A coin that a fill brings is a group, as one that is held: it is where its buckets would be. */
static void add_group(hpm_exposure *exposure, uint32_t asset)
{
    uint32_t at = exposure->group_count;
    if (exposure->catalog->assets[asset].kind != HPM_ASSET_COIN ||
        find_group(exposure, asset) != HPM_NONE)
        return;
    for (; at > 0 && exposure->groups[at - 1].asset > asset; at--)
        exposure->groups[at] = exposure->groups[at - 1];
    uint32_t run = at > 0 ? exposure->groups[at - 1].run_end : 0;
    exposure->groups[at] = (hpm_group){asset, run, run};
    exposure->group_count++;
}

static hpm_status add_groups(hpm_exposure *exposure, const hpm_order *orders, uint32_t count,
                             hpm_error *error)
{
    const uint32_t limit = exposure->rulebook->underlyings_max;
    for (uint32_t i = 0; i < count; i++) {
        const hpm_instrument *row = &exposure->catalog->instruments[orders[i].instrument];
        add_group(exposure, row->settlement);
        if (row->kind == HPM_SPOT) add_group(exposure, row->underlying);
    }
    if (limit == 0 || exposure->group_count <= limit) return HPM_OK;
    return hpm_fail(error, HPM_E_UNSUPPORTED, exposure->portfolio->account->id,
                    "rulebook %s covers accounts on at most %u underlying, and with its orders it "
                    "may come to %u",
                    exposure->rulebook->name, limit, exposure->group_count);
}

/* holding_of[position]: the holding that a position is. */
static uint32_t find_holding(const hpm_exposure *exposure, const uint32_t *holding_of,
                             uint32_t instrument)
{
    const hpm_account *account = exposure->portfolio->account;
    const hpm_position *positions = hpm_account_positions(account);
    uint32_t low = 0, high = account->position_count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        *(positions[middle].instrument <= instrument ? &low : &high) = middle;
    }
    assert(positions[low].instrument == instrument); /* the account is widened by it */
    return holding_of[low];
}

static uint32_t find_run(const hpm_portfolio *portfolio, uint32_t holding)
{
    uint32_t low = 0, high = portfolio->run_count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        *(portfolio->runs[middle].first <= holding ? &low : &high) = middle;
    }
    return low;
}

static void place(hpm_fill_row *row, const hpm_exposure *exposure, const uint32_t *holding_of)
{
    const hpm_instrument *instrument = &exposure->catalog->instruments[row->fill.instrument];
    row->settlement = instrument->settlement;
    row->underlying = instrument->underlying;
    row->holding = row->run = row->away = HPM_NONE;
    if (instrument->kind != HPM_SPOT) {
        row->holding = find_holding(exposure, holding_of, row->fill.instrument);
        row->run = find_run(exposure->portfolio, row->holding);
    }
    row->home = find_group(exposure, row->underlying);
    if (row->settlement != row->underlying &&
        exposure->catalog->assets[row->settlement].kind == HPM_ASSET_COIN)
        row->away = find_group(exposure, row->settlement);
    row->coins = hpm_e8_to_double(row->fill.cash.e8) + row->fill.gain + row->fill.value;
    row->equity = row->coins * exposure->price[row->settlement];
    if (row->fill.delivered.e8 != 0)
        row->equity += hpm_e8_to_double(row->fill.delivered.e8) * exposure->price[row->underlying];
}

static int compare_rows(const void *a, const void *b, const void *context)
{
    const hpm_fill_row *left = a, *right = b;
    (void)context;
    if (left->run != right->run) return left->run < right->run ? -1 : 1; /* HPM_NONE is last */
    return (left->order > right->order) - (left->order < right->order);
}

static void count_lost(hpm_fills *fills)
{
    uint32_t groups = fills->exposure->group_count;
    assert(groups <= groups_max(fills->exposure->portfolio->account));
    for (uint32_t i = 0; i < fills->count; i++) {
        const hpm_fill_row *row = &fills->rows[i];
        if (row->equity < 0) fills->lost[row->home == HPM_NONE ? groups : row->home] -= row->equity;
    }
}

static hpm_status make_rows(hpm_fills *fills, const hpm_order *orders, uint32_t *holding_of,
                            hpm_error *error)
{
    const hpm_exposure *exposure = fills->exposure;
    const hpm_portfolio *portfolio = exposure->portfolio;
    for (uint32_t h = 0; h < portfolio->holding_count; h++)
        holding_of[portfolio->holdings[h].position] = h;
    for (uint32_t i = 0; i < fills->count; i++) {
        hpm_fill_row *row = &fills->rows[i];
        row->order = i;
        hpm_status status = hpm_fill_of(&row->fill, exposure->array, &orders[i], error);
        if (status != HPM_OK) return status;
        place(row, exposure, holding_of);
    }
    hpm_sort(fills->rows, fills->count, sizeof *fills->rows, compare_rows, NULL);
    count_lost(fills);
    for (uint32_t run = 0, i = 0; run <= portfolio->run_count; run++) {
        fills->run_first[run] = i;
        while (i < fills->count && fills->rows[i].run == run)
            i++;
        if (run < portfolio->run_count) fills->is_run_touched[run] = i > fills->run_first[run];
    }
    return HPM_OK;
}

/* ---- How far holdings and balances can go ------------------------------------------------- */

static void stretch_amount(hpm_fills *fills, uint32_t asset, hpm_money change)
{
    double amount = hpm_e8_to_double(change.e8);
    if (amount == 0) return;
    uint32_t balance = hpm_find_balance(fills->exposure->portfolio->account, asset);
    assert(balance != HPM_NONE); /* the account is widened by it */
    *(amount < 0 ? &fills->amount_low[balance] : &fills->amount_high[balance]) += amount;
}

static hpm_status stretch_lots(hpm_fills *fills, const hpm_fill_row *row, hpm_error *error)
{
    int64_t lots = row->fill.lots;
    int64_t *end = lots < 0 ? &fills->lots_low[row->holding] : &fills->lots_high[row->holding];
    if (!__builtin_add_overflow(*end, lots, end) && *end != INT64_MIN) return HPM_OK;
    return hpm_fail(error, HPM_E_OVERFLOW,
                    fills->exposure->catalog->instruments[row->fill.instrument].name,
                    "with its orders more lots than can be counted");
}

static hpm_status stretch(hpm_fills *fills, hpm_error *error)
{
    const hpm_portfolio *portfolio = fills->exposure->portfolio;
    hpm_status status = HPM_OK;
    for (uint32_t h = 0; h < portfolio->holding_count; h++)
        fills->lots_low[h] = fills->lots_high[h] = portfolio->holdings[h].lots;
    for (uint32_t b = 0; b < portfolio->account->balance_count; b++)
        fills->amount_low[b] = fills->amount_high[b] =
            hpm_e8_to_double(hpm_account_balances(portfolio->account)[b].amount.e8);
    for (uint32_t i = 0; i < fills->count && status == HPM_OK; i++) {
        const hpm_fill_row *row = &fills->rows[i];
        stretch_amount(fills, row->settlement, row->fill.cash);
        stretch_amount(fills, row->underlying, row->fill.delivered);
        if (row->holding != HPM_NONE) status = stretch_lots(fills, row, error);
    }
    return status;
}

static int is_high_lots(const hpm_fills *fills, uint32_t holding)
{
    return fills->lots_high[holding] >= -fills->lots_low[holding];
}

static int is_high_amount(const hpm_fills *fills, uint32_t balance)
{
    return hpm_is_high((hpm_interval){fills->amount_low[balance], fills->amount_high[balance]});
}

static double largest_amount(const hpm_fills *fills, uint32_t balance)
{
    return is_high_amount(fills, balance) ? fills->amount_high[balance]
                                          : -fills->amount_low[balance];
}

/* Balances are money: one that does not fit is refused. */
static hpm_status make_gross_account(hpm_fills *fills, hpm_account *gross, hpm_error *error)
{
    const hpm_account *account = fills->exposure->portfolio->account;
    memcpy(
        gross, account,
        hpm_account_size(account->balance_count, account->position_count, account->declared_count));
    hpm_balance *balances = (hpm_balance *)hpm_account_balances(gross);
    for (uint32_t b = 0; b < gross->balance_count; b++)
        if (hpm_e8_from_double(&balances[b].amount.e8, largest_amount(fills, b),
                               HPM_ROUND_HALF_EVEN) != HPM_OK)
            return hpm_fail(error, HPM_E_OVERFLOW,
                            fills->exposure->catalog->assets[balances[b].asset].name,
                            "with all orders the balance is too large");
    return HPM_OK;
}

static hpm_status make_gross(hpm_fills *fills, hpm_arena *arena, hpm_error *error)
{
    const hpm_exposure *exposure = fills->exposure;
    const hpm_portfolio *portfolio = exposure->portfolio;
    const hpm_account *account = portfolio->account;
    uint32_t count = portfolio->holding_count;
    hpm_holding *holdings = hpm_arena_reserve(arena, count, sizeof *holdings);
    double *units = hpm_arena_reserve(arena, count, sizeof *units);
    hpm_account *gross = hpm_arena_reserve(
        arena, 1,
        hpm_account_size(account->balance_count, account->position_count, account->declared_count));
    assert(holdings && units && gross); /* hpm_fills_size counts them */
    for (uint32_t h = 0; h < count; h++) {
        holdings[h] = portfolio->holdings[h];
        holdings[h].lots = is_high_lots(fills, h) ? fills->lots_high[h] : -fills->lots_low[h];
        units[h] =
            (double)holdings[h].lots * exposure->array->units_per_lot[holdings[h].instrument];
    }
    fills->gross_portfolio = *portfolio;
    fills->gross_portfolio.holdings = holdings;
    fills->gross_portfolio.account = gross;
    fills->gross = *exposure;
    fills->gross.portfolio = &fills->gross_portfolio;
    fills->gross.units = units;
    return make_gross_account(fills, gross, error);
}

hpm_status hpm_fills_init(hpm_fills *fills, hpm_arena *arena, hpm_exposure *exposure,
                          const hpm_order *orders, uint32_t order_count, hpm_error *error)
{
    const hpm_portfolio *portfolio = exposure->portfolio;
    *fills = (hpm_fills){.exposure = exposure, .count = order_count};
    fills->rows = hpm_arena_take(arena, order_count, sizeof *fills->rows);
    fills->run_first = hpm_arena_take(arena, (size_t)portfolio->run_count + 1, sizeof(uint32_t));
    fills->is_run_touched = hpm_arena_take(arena, portfolio->run_count, 1);
    fills->lots_low = hpm_arena_take(arena, portfolio->holding_count, sizeof(int64_t));
    fills->lots_high = hpm_arena_take(arena, portfolio->holding_count, sizeof(int64_t));
    fills->amount_low = hpm_arena_take(arena, portfolio->account->balance_count, sizeof(double));
    fills->amount_high = hpm_arena_take(arena, portfolio->account->balance_count, sizeof(double));
    fills->lost = hpm_arena_take(arena, groups_max(portfolio->account) + 1, sizeof(double));
    uint32_t *holding_of = hpm_arena_take(arena, portfolio->holding_count, sizeof *holding_of);
    if (!fills->rows || !fills->run_first || !fills->is_run_touched || !fills->lots_low ||
        !fills->lots_high || !fills->amount_low || !fills->amount_high || !fills->lost ||
        !holding_of)
        return hpm_fail(error, HPM_E_MEMORY, "orders", "the arena is too small");
    hpm_status status = add_groups(exposure, orders, order_count, error);
    if (status == HPM_OK) status = make_rows(fills, orders, holding_of, error);
    if (status == HPM_OK) status = stretch(fills, error);
    if (status == HPM_OK) status = make_gross(fills, arena, error);
    return status;
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
    uint32_t run = find_run(portfolio, holding);
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
    int is_high = is_high_amount(fills, balance);
    const hpm_balance *row = &hpm_account_balances(fills->exposure->portfolio->account)[balance];
    double now = hpm_e8_to_double(row->amount.e8), largest = largest_amount(fills, balance);
    hpm_fills_share_balance(share, fills, balance, is_high,
                            charge * (largest - (is_high ? now : -now)) / largest);
}

static void share_gross_lots(const hpm_fill_share *share, const hpm_fills *fills, uint32_t holding,
                             double charge)
{
    int is_high = is_high_lots(fills, holding);
    double now = (double)fills->exposure->portfolio->holdings[holding].lots;
    double largest = (double)fills->gross_portfolio.holdings[holding].lots;
    hpm_fills_share_lots(share, fills, holding, is_high,
                         charge * (largest - (is_high ? now : -now)) / largest);
}

static void share_gross(const hpm_fill_share *share, const hpm_fills *fills, const double *lines)
{
    const hpm_account *account = fills->exposure->portfolio->account;
    for (uint32_t b = 0; b < account->balance_count; b++)
        if (lines[hpm_line_of_balance(fills->exposure, b)] != 0)
            share_gross_balance(share, fills, b, lines[hpm_line_of_balance(fills->exposure, b)]);
    for (uint32_t h = 0; h < fills->gross_portfolio.holding_count; h++)
        if (lines[h] != 0) share_gross_lots(share, fills, h, lines[h]);
}

double hpm_fills_gross(const hpm_fills *fills, const hpm_component *component, double rho,
                       const hpm_fill_share *share)
{
    const hpm_charge_kind *kind = hpm_charge_kinds[component->kind];
    const hpm_exposure *gross = &fills->gross;
    hpm_charge_result result = kind->value(gross, component);
    (void)rho;
    if (!share) return result.value;
    size_t mark = gross->scratch->used;
    double *lines = hpm_arena_take(gross->scratch, hpm_line_count(gross->portfolio), sizeof *lines);
    assert(lines); /* hpm_fills_scratch_size counts it */
    kind->share(lines, gross, component, &result, 1);
    share_gross(share, fills, lines);
    gross->scratch->used = mark;
    return result.value;
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
