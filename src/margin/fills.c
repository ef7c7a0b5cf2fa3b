/* Builds the fills of open orders on a widened account. */
#include "margin/fills.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/sort.h"
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

/* ---- Where a fill acts -------------------------------------------------------------------- */

static uint32_t find_group(const hpm_exposure *exposure, uint32_t asset)
{
    for (uint32_t g = 0; g < exposure->group_count; g++)
        if (exposure->groups[g].asset == asset) return g;
    return HPM_NONE;
}

/* The underlying that an amount of the asset moves with: a coin itself, or what it follows. */
static uint32_t moves_with(const hpm_exposure *exposure, uint32_t asset)
{
    if (exposure->catalog->assets[asset].kind == HPM_ASSET_COIN) return asset;
    return hpm_followed(exposure->array, asset);
}

/* What a fill brings moves in a group, as what is held: it is where its buckets would be. */
static void add_group(hpm_exposure *exposure, uint32_t brought)
{
    uint32_t at = exposure->group_count, asset = moves_with(exposure, brought);
    if (asset == HPM_NONE || find_group(exposure, asset) != HPM_NONE) return;
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

uint32_t hpm_holding_run(const hpm_portfolio *portfolio, uint32_t holding)
{
    uint32_t low = 0, high = portfolio->run_count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        *(portfolio->runs[middle].first <= holding ? &low : &high) = middle;
    }
    return low;
}

/* Where the instrument moves; of a spot pair, where what it delivers does. */
static uint32_t find_home(const hpm_exposure *exposure, const hpm_instrument *instrument)
{
    uint32_t moving = moves_with(exposure, instrument->underlying);
    int is_delivered = instrument->kind == HPM_SPOT && moving != HPM_NONE;
    return find_group(exposure, is_delivered ? moving : instrument->underlying);
}

static void place(hpm_fill_row *row, const hpm_exposure *exposure, const uint32_t *holding_of)
{
    const hpm_instrument *instrument = &exposure->catalog->instruments[row->fill.instrument];
    row->settlement = instrument->settlement;
    row->underlying = instrument->underlying;
    row->holding = row->run = row->away = HPM_NONE;
    if (instrument->kind != HPM_SPOT) {
        row->holding = find_holding(exposure, holding_of, row->fill.instrument);
        row->run = hpm_holding_run(exposure->portfolio, row->holding);
    }
    row->home = find_home(exposure, instrument);
    row->away = find_group(exposure, moves_with(exposure, row->settlement));
    if (row->away == row->home) row->away = HPM_NONE;
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

/* Balances are money: one that does not fit is refused. */
static hpm_status make_gross_account(hpm_fills *fills, hpm_account *gross, hpm_error *error)
{
    const hpm_account *account = fills->exposure->portfolio->account;
    memcpy(
        gross, account,
        hpm_account_size(account->balance_count, account->position_count, account->declared_count));
    hpm_balance *balances = (hpm_balance *)hpm_account_balances(gross);
    for (uint32_t b = 0; b < gross->balance_count; b++)
        if (hpm_e8_from_double(&balances[b].amount.e8, hpm_largest(hpm_fills_amount(fills, b)),
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
        holdings[h].lots =
            hpm_is_high(hpm_fills_lots(fills, h)) ? fills->lots_high[h] : -fills->lots_low[h];
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
