/* Closes expired positions at their mark. */
#include "assess/settlement.h"

#include <assert.h>
#include <string.h>

#include "margin/exposure.h"

static size_t settled_size(const hpm_account *account, const hpm_catalog *catalog)
{
    return hpm_account_size(catalog->asset_count, account->position_count, account->declared_count);
}

size_t hpm_settlement_size(const hpm_account *account, const hpm_catalog *catalog)
{
    size_t positions = account->position_count;
    return hpm_aligned_size(settled_size(account, catalog)) +
           hpm_aligned_size(positions * sizeof(hpm_settled)) +
           hpm_aligned_size(positions * sizeof(double)) +
           hpm_aligned_size(catalog->asset_count * sizeof(hpm_balance)) +
           hpm_aligned_size(positions * sizeof(hpm_position));
}

static int expires(const hpm_settlement *settlement, uint32_t instrument)
{
    int64_t expiry_ns = settlement->catalog->instruments[instrument].expiry_ns;
    return expiry_ns != 0 && expiry_ns <= settlement->until_ns;
}

hpm_status hpm_settlement_init(hpm_settlement *settlement, hpm_arena *arena, hpm_account *account,
                               const hpm_catalog *catalog, int64_t until_ns, hpm_error *error)
{
    const hpm_position *positions = hpm_account_positions(account);
    *settlement = (hpm_settlement){
        .of = account, .catalog = catalog, .until_ns = until_ns, .account = account};
    for (uint32_t p = 0; p < account->position_count; p++)
        settlement->settled_count += (uint32_t)expires(settlement, positions[p].instrument);
    if (settlement->settled_count == 0) return HPM_OK;
    settlement->account = hpm_arena_take(arena, 1, settled_size(account, catalog));
    settlement->settled =
        hpm_arena_take(arena, settlement->settled_count, sizeof *settlement->settled);
    settlement->balances =
        hpm_arena_take(arena, catalog->asset_count, sizeof *settlement->balances);
    settlement->positions =
        hpm_arena_take(arena, account->position_count, sizeof *settlement->positions);
    settlement->values = hpm_arena_take(arena, account->position_count, sizeof *settlement->values);
    if (settlement->account && settlement->settled && settlement->balances &&
        settlement->positions && settlement->values)
        return HPM_OK;
    return hpm_fail(error, HPM_E_MEMORY, "settlement", "the arena is too small");
}

/* Mark value, P&L since entry and funding of a holding, in its settlement asset. */
static double value_of(const hpm_exposure *exposure, uint32_t holding)
{
    return hpm_holding_column(exposure, holding, exposure->array->extra + HPM_COLUMN_VALUE) +
           exposure->unrealised[holding];
}

static hpm_status value_positions(hpm_settlement *settlement, hpm_desk *desk, hpm_error *error)
{
    const hpm_portfolio *portfolio = &desk->portfolio;
    size_t mark = desk->work.used;
    hpm_exposure exposure;
    hpm_status status =
        hpm_exposure_init(&exposure, &desk->work, &desk->array, portfolio, &desk->totals, error);
    for (uint32_t h = 0; h < portfolio->holding_count && status == HPM_OK; h++)
        settlement->values[portfolio->holdings[h].position] = value_of(&exposure, h);
    desk->work.used = mark;
    return status;
}

static hpm_balance *balance_of(hpm_settlement *settlement, uint32_t asset)
{
    uint32_t at = 0;
    while (at < settlement->balance_count && settlement->balances[at].asset != asset)
        at++;
    if (at == settlement->balance_count)
        settlement->balances[settlement->balance_count++] = (hpm_balance){.asset = asset};
    return &settlement->balances[at];
}

static hpm_status credit(hpm_settlement *settlement, const hpm_settled *row, hpm_error *error)
{
    const hpm_instrument *instrument = &settlement->catalog->instruments[row->instrument];
    hpm_balance *balance = balance_of(settlement, instrument->settlement);
    int64_t amount_e8 = 0;
    hpm_status status = hpm_e8_from_double(&amount_e8, row->value, HPM_ROUND_HALF_EVEN);
    if (status == HPM_OK) status = hpm_e8_add(&balance->amount.e8, balance->amount.e8, amount_e8);
    if (status == HPM_OK) return HPM_OK;
    return hpm_fail(error, status, instrument->name, "its value at expiry does not fit (%g)",
                    row->value);
}

hpm_status hpm_settlement_run(hpm_settlement *settlement, hpm_desk *desk, hpm_error *error)
{
    const hpm_account *of = settlement->of;
    const hpm_position *positions = hpm_account_positions(of);
    uint32_t settled = 0;
    assert(settlement->settled_count > 0 &&
           desk->portfolio.account->position_count == of->position_count);
    hpm_status status = value_positions(settlement, desk, error);
    memcpy(settlement->balances, hpm_account_balances(of),
           of->balance_count * sizeof *settlement->balances);
    settlement->balance_count = of->balance_count;
    for (uint32_t p = 0; p < of->position_count && status == HPM_OK; p++) {
        const hpm_position *row = &positions[p];
        if (!expires(settlement, row->instrument)) {
            settlement->positions[settlement->position_count++] = *row;
            continue;
        }
        settlement->settled[settled] =
            (hpm_settled){row->instrument, row->quantity, settlement->values[p]};
        status = credit(settlement, &settlement->settled[settled++], error);
    }
    if (status != HPM_OK) return status;
    return hpm_account_init(settlement->account, of->id, settlement->balances,
                            settlement->balance_count, settlement->positions,
                            settlement->position_count, hpm_account_declared(of),
                            of->declared_count, settlement->catalog, error);
}
