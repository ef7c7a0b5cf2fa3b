/* The desk: see hpm/desk.h. */
#include "hpm/desk.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "risk/array.h"

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

size_t hpm_desk_size(const hpm_catalog *catalog, const hpm_rulebook *rulebook)
{
    return hpm_market_moved_size(catalog) + hpm_risk_array_size(catalog, rulebook) +
           hpm_aligned_size(catalog->instrument_count * sizeof(uint64_t)) +
           hpm_aligned_size(catalog->expiry_count * sizeof(uint64_t));
}

hpm_status hpm_desk_init(hpm_desk *desk, hpm_arena *arena, const hpm_context *context,
                         const hpm_market *market, const hpm_rulebook *rulebook, hpm_error *error)
{
    *desk = (hpm_desk){.context = context, .base = market, .rulebook = rulebook};
    desk->filled = hpm_arena_take(arena, market->catalog->instrument_count, sizeof *desk->filled);
    desk->begun = hpm_arena_take(arena, market->catalog->expiry_count, sizeof *desk->begun);
    if (!desk->filled || !desk->begun)
        return hpm_fail(error, HPM_E_MEMORY, "desk", "the arena is too small");
    hpm_status status = hpm_market_moved_begin(&desk->moved, arena, market, error);
    if (status == HPM_OK)
        status = hpm_risk_array_init(&desk->array, arena, market->catalog, rulebook, error);
    return status == HPM_OK ? hpm_desk_move(desk, NULL, error) : status;
}

size_t hpm_desk_work_size(const hpm_desk *desk, uint32_t position_count, uint32_t balance_count)
{
    const hpm_risk_array *array = &desk->array;
    const hpm_account account = {.position_count = position_count, .balance_count = balance_count};
    size_t scratch = hpm_margin_scratch_size(array, position_count);
    size_t breakdown = hpm_breakdown_size(array, &account);
    return hpm_aligned_size(hpm_account_size(balance_count, position_count, balance_count)) +
           hpm_portfolio_size(position_count) +
           hpm_totals_size(array, least(position_count, array->catalog->bucket_count)) +
           (scratch > breakdown ? scratch : breakdown);
}

void hpm_desk_work(hpm_desk *desk, const hpm_arena *block)
{
    desk->work = *block;
    desk->work.used = 0;
}

hpm_status hpm_desk_move(hpm_desk *desk, const hpm_market_move *move, hpm_error *error)
{
    if (!move) return hpm_risk_array_begin_shared(&desk->array, desk->base, error);
    hpm_status status = hpm_market_moved(&desk->moved, desk->base, move, error);
    if (status != HPM_OK) return status;
    return hpm_risk_array_begin_shared(&desk->array, &desk->moved, error);
}

/* An instrument, and before the first one of an expiry the expiry, are begun. */
static void begin_row(hpm_desk *desk, uint32_t instrument)
{
    uint32_t expiry = desk->base->catalog->instruments[instrument].expiry;
    if (expiry != HPM_NONE && desk->begun[expiry] != desk->array.epoch) {
        hpm_risk_array_begin_expiry(&desk->array, expiry);
        desk->begun[expiry] = desk->array.epoch;
    }
    hpm_risk_array_begin_instrument(&desk->array, instrument);
    desk->filled[instrument] = desk->array.epoch;
}

static void fill_rows(hpm_desk *desk, uint32_t first, uint32_t end)
{
    for (uint32_t i = first; i < end; i++)
        begin_row(desk, i);
    hpm_risk_array_fill(desk->context, &desk->array, first, end);
}

void hpm_desk_fill(hpm_desk *desk, uint32_t instrument)
{
    assert(instrument < desk->array.catalog->instrument_count && desk->array.epoch > 0);
    if (desk->filled[instrument] != desk->array.epoch) fill_rows(desk, instrument, instrument + 1);
}

/* Runs of neighbouring instruments are filled together: kernels like whole chunks. */
static void fill_held(hpm_desk *desk, const hpm_account *account)
{
    const hpm_position *positions = hpm_account_positions(account);
    for (uint32_t p = 0, end; p < account->position_count; p = end) {
        uint32_t first = positions[p].instrument;
        end = p + 1;
        if (desk->filled[first] == desk->array.epoch) continue;
        while (end < account->position_count && positions[end].instrument == first + (end - p) &&
               desk->filled[positions[end].instrument] != desk->array.epoch)
            end++;
        fill_rows(desk, first, first + (end - p));
    }
}

/* The account in the desk's own memory. A position without an entry price is settled to the mark of
 * the base market: where that has moved it owes, or is owed, what it made on the way. */
static const hpm_account *settle_at_base(hpm_desk *desk, const hpm_account *account)
{
    const hpm_catalog *catalog = desk->base->catalog;
    size_t bytes =
        hpm_account_size(account->balance_count, account->position_count, account->declared_count);
    hpm_account *settled = hpm_arena_reserve(&desk->work, 1, bytes);
    assert(settled); /* hpm_desk_work_size counts it */
    memcpy(settled, account, bytes);
    hpm_position *positions = (hpm_position *)hpm_account_positions(settled);
    for (uint32_t p = 0; p < settled->position_count; p++) {
        hpm_kind kind = catalog->instruments[positions[p].instrument].kind;
        if ((kind == HPM_FUTURE || kind == HPM_PERPETUAL) && isnan(positions[p].entry_price))
            positions[p].entry_price = desk->base->mark[positions[p].instrument].value;
    }
    return settled;
}

hpm_status hpm_desk_arrange(hpm_desk *desk, const hpm_account *account, hpm_error *error)
{
    uint32_t balances = account->balance_count + account->declared_count;
    desk->work.used = 0;
    if (hpm_desk_work_size(desk, account->position_count, balances) > desk->work.capacity)
        return hpm_fail(error, HPM_E_MEMORY, account->id, "the desk's memory is too small for it");
    fill_held(desk, account);
    account = settle_at_base(desk, account);
    hpm_status status =
        hpm_portfolio_init(&desk->portfolio, &desk->work, account, &desk->array, error);
    if (status == HPM_OK)
        status = hpm_totals_init(&desk->totals, &desk->work, &desk->array, &desk->portfolio, error);
    if (status != HPM_OK) return status;
    return hpm_totals_apply(desk->context, &desk->totals, &desk->array, &desk->portfolio, error);
}

hpm_status hpm_desk_margin(hpm_desk *desk, hpm_margin *margin, const hpm_account *account,
                           hpm_error *error)
{
    hpm_status status = hpm_desk_arrange(desk, account, error);
    if (status != HPM_OK) return status;
    return hpm_margin_evaluate(margin, &desk->work, &desk->array, &desk->portfolio, &desk->totals,
                               error);
}

hpm_status hpm_desk_again(hpm_desk *desk, hpm_margin *margin, hpm_error *error)
{
    fill_held(desk, desk->portfolio.account);
    hpm_status status =
        hpm_totals_apply(desk->context, &desk->totals, &desk->array, &desk->portfolio, error);
    if (status != HPM_OK) return status;
    return hpm_margin_evaluate(margin, &desk->work, &desk->array, &desk->portfolio, &desk->totals,
                               error);
}

hpm_status hpm_desk_breakdown(hpm_desk *desk, hpm_breakdown *breakdown, const hpm_account *account,
                              hpm_error *error)
{
    hpm_status status = hpm_desk_arrange(desk, account, error);
    if (status != HPM_OK) return status;
    return hpm_margin_breakdown(breakdown, &desk->work, &desk->array, &desk->portfolio,
                                &desk->totals, error);
}
