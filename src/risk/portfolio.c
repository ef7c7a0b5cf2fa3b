/* Arranges an account: holdings in lots, sorted by bucket and strike, in runs. */
#include "hpm/risk.h"

#include <assert.h>

#include "base/sort.h"
#include "risk/array.h"
#include "risk/totals_bound.h"

size_t hpm_portfolio_size(uint32_t position_count)
{
    return hpm_aligned_size(position_count * sizeof(hpm_holding)) +
           hpm_aligned_size(position_count * sizeof(hpm_bucket_run));
}

hpm_status hpm_row_usable(const char *name, uint8_t state, hpm_error *error)
{
    static const char *const reasons[] = {
        [HPM_ROW_MISSING] = "the market has no price, forward or volatility for it",
        [HPM_ROW_EXPIRED] = "it expired before the market's time",
        [HPM_ROW_OVERFLOW] = "the profit or loss of one lot is too large to count in ticks, "
                             "or a scenario moves its price below zero",
        [HPM_ROW_COARSE] = "one lot is worth too little to count its profit or loss in ticks: "
                           "larger lots, or a contract size of a thousand or a million, would do",
    };
    return state == HPM_ROW_READY
               ? HPM_OK
               : hpm_fail(error, hpm_row_status(state), name, "%s", reasons[state]);
}

static int compare_holdings(const void *a, const void *b, const void *context)
{
    const hpm_instrument *rows = context;
    const hpm_holding *left = a, *right = b;
    uint32_t bucket_left = rows[left->instrument].bucket;
    uint32_t bucket_right = rows[right->instrument].bucket;
    if (bucket_left != bucket_right) return bucket_left < bucket_right ? -1 : 1;
    double strike_left = rows[left->instrument].strike,
           strike_right = rows[right->instrument].strike;
    if (strike_left != strike_right) return strike_left < strike_right ? -1 : 1;
    return (left->instrument > right->instrument) - (left->instrument < right->instrument);
}

static void make_runs(hpm_portfolio *portfolio, const hpm_catalog *catalog)
{
    for (uint32_t h = 0; h < portfolio->holding_count; h++) {
        uint32_t bucket = catalog->instruments[portfolio->holdings[h].instrument].bucket;
        if (portfolio->run_count == 0 || portfolio->runs[portfolio->run_count - 1].bucket != bucket)
            portfolio->runs[portfolio->run_count++] = (hpm_bucket_run){bucket, h, h};
        portfolio->runs[portfolio->run_count - 1].end = h + 1;
    }
}

hpm_status hpm_portfolio_init(hpm_portfolio *portfolio, hpm_arena *arena,
                              const hpm_account *account, const hpm_risk_array *array,
                              hpm_error *error)
{
    const hpm_catalog *catalog = array->catalog;
    const hpm_position *positions = hpm_account_positions(account);
    *portfolio = (hpm_portfolio){.account = account, .holding_count = account->position_count};
    portfolio->holdings = hpm_arena_take(arena, account->position_count, sizeof(hpm_holding));
    portfolio->runs = hpm_arena_take(arena, account->position_count, sizeof(hpm_bucket_run));
    if (!portfolio->holdings || !portfolio->runs)
        return hpm_fail(error, HPM_E_MEMORY, "portfolio", "the arena is too small");
    for (uint32_t p = 0; p < account->position_count; p++) {
        uint32_t id = positions[p].instrument;
        assert(id < catalog->instrument_count);
        hpm_status status =
            hpm_row_usable(catalog->instruments[id].name, array->row_state[id], error);
        if (status != HPM_OK) return status;
        int64_t lots = positions[p].quantity.e8 / catalog->instruments[id].lot.e8;
        portfolio->holdings[p] = (hpm_holding){id, p, lots};
    }
    hpm_sort(portfolio->holdings, portfolio->holding_count, sizeof(hpm_holding), compare_holdings,
             catalog->instruments);
    make_runs(portfolio, catalog);
    return HPM_OK;
}

uint32_t hpm_portfolio_run_of(const hpm_portfolio *portfolio, uint32_t holding)
{
    uint32_t run = 0;
    assert(holding < portfolio->holding_count);
    while (portfolio->runs[run].end <= holding)
        run++;
    return run;
}

hpm_status hpm_portfolio_trade(hpm_portfolio *portfolio, hpm_totals *totals,
                               const hpm_risk_array *array, uint32_t holding, int64_t lots,
                               hpm_error *error)
{
    assert(holding < portfolio->holding_count);
    hpm_holding *held = &portfolio->holdings[holding];
    const char *name = array->catalog->instruments[held->instrument].name;
    int64_t sum;
    if (__builtin_add_overflow(held->lots, lots, &sum))
        return hpm_fail(error, HPM_E_OVERFLOW, name, "more lots than can be counted");
    hpm_status status = hpm_totals_add(totals, array, hpm_portfolio_run_of(portfolio, holding),
                                       held->instrument, lots, error);
    if (status == HPM_OK) held->lots = sum;
    return status;
}
