/* The smallest cash: brackets the answer around the shortfall without cash, then halves. */
#include "hpm/cash.h"

#include <assert.h>
#include <string.h>

/* The account with its money replaced by one amount, and what the last one tried came to. */
typedef struct trial {
    hpm_desk *desk;
    hpm_account *account;
    hpm_balance *cash;
    hpm_margin margin;
    uint32_t evaluations;
} trial;

/* ---- The account -------------------------------------------------------------------------- */

size_t hpm_cash_size(const hpm_account *account)
{
    return hpm_aligned_size(hpm_account_size(account->balance_count + 1, account->position_count,
                                             account->declared_count));
}

static int is_money(const hpm_market *market, uint32_t asset)
{
    hpm_asset_kind kind = market->catalog->assets[asset].kind;
    return kind == HPM_ASSET_FIAT || kind == HPM_ASSET_STABLECOIN || asset == market->reporting;
}

/* Balances that stay, in their order, with a row of nothing for cash among them; and the end. */
static hpm_balance *copy_balances(trial *out, const hpm_account *from, const hpm_market *market)
{
    const hpm_balance *rows = hpm_account_balances(from);
    hpm_balance *balance = (hpm_balance *)(out->account + 1);
    uint32_t i = 0;
    for (; i < from->balance_count && rows[i].asset < market->reporting; i++)
        if (!is_money(market, rows[i].asset)) *balance++ = rows[i];
    out->cash = balance;
    *balance++ = (hpm_balance){.asset = market->reporting};
    for (; i < from->balance_count; i++)
        if (!is_money(market, rows[i].asset)) *balance++ = rows[i];
    return balance;
}

static hpm_status begin(trial *out, hpm_arena *arena, hpm_desk *desk, const hpm_account *from,
                        hpm_error *error)
{
    *out = (trial){.desk = desk, .account = hpm_arena_take(arena, 1, hpm_cash_size(from))};
    if (!out->account) return hpm_fail(error, HPM_E_MEMORY, from->id, "the arena is too small");
    *out->account = *from;
    hpm_balance *end = copy_balances(out, from, desk->base);
    hpm_position *positions = (hpm_position *)end;
    hpm_declared *declared = (hpm_declared *)(positions + from->position_count);
    out->account->balance_count = (uint32_t)(end - hpm_account_balances(out->account));
    memcpy(positions, hpm_account_positions(from), from->position_count * sizeof *positions);
    memcpy(declared, hpm_account_declared(from), from->declared_count * sizeof *declared);
    return HPM_OK;
}

/* ---- The search --------------------------------------------------------------------------- */

static int passes(const hpm_margin *margin)
{
    return margin->equity.e8 >= margin->initial.e8;
}

static hpm_status try_amount(trial *with, int64_t e8, hpm_error *error)
{
    assert(with->cash);
    with->cash->amount.e8 = e8;
    with->evaluations++;
    return hpm_desk_margin(with->desk, &with->margin, with->account, error);
}

static int64_t limited(int64_t e8)
{
    if (e8 > HPM_CASH_LIMIT_E8) return HPM_CASH_LIMIT_E8;
    return e8 < -HPM_CASH_LIMIT_E8 ? -HPM_CASH_LIMIT_E8 : e8;
}

/* What is missing, as reporting currency: the answer itself where cash counts in full and the
 * doubles of the equity are finer than the grid. */
static int64_t missing_cash(const trial *with)
{
    const hpm_risk_array *array = &with->desk->array;
    double price =
        array->numeraire == HPM_NONE ? 1 : array->market->asset_price[array->numeraire].value;
    double missing =
        (hpm_e8_to_double(with->margin.initial.e8) - hpm_e8_to_double(with->margin.equity.e8)) *
        price;
    int64_t e8;
    if (hpm_e8_from_double(&e8, missing, HPM_ROUND_CEILING) == HPM_OK) return limited(e8);
    return missing < 0 ? -HPM_CASH_LIMIT_E8 : HPM_CASH_LIMIT_E8;
}

/* From a guess outward in growing steps until *low fails and *high passes. *is_found is 0 if the
 * limit comes first. */
static hpm_status bracket(int64_t *low, int64_t *high, int *is_found, trial *with, int64_t guess,
                          hpm_error *error)
{
    hpm_status status = try_amount(with, guess, error);
    int falling = passes(&with->margin);
    int64_t at = guess;
    *is_found = 1;
    for (int64_t step = 1; status == HPM_OK && passes(&with->margin) == falling; step *= 8) {
        *(falling ? high : low) = at;
        *is_found = falling ? at > -HPM_CASH_LIMIT_E8 : at < HPM_CASH_LIMIT_E8;
        if (!*is_found) return HPM_OK;
        if (step > HPM_CASH_LIMIT_E8 / 8) step = HPM_CASH_LIMIT_E8 / 8;
        at = limited(falling ? at - step : at + step);
        status = try_amount(with, at, error);
    }
    *(falling ? low : high) = at;
    return status;
}

static hpm_status halve(int64_t *low, int64_t *high, trial *with, hpm_error *error)
{
    hpm_status status = HPM_OK;
    while (status == HPM_OK && *high - *low > 1) {
        int64_t middle = *low + (*high - *low) / 2;
        status = try_amount(with, middle, error);
        *(passes(&with->margin) ? high : low) = middle;
    }
    return status;
}

/* Both sides of the answer once more, for the record. */
static hpm_status verify(hpm_cash *out, trial *with, int64_t low, int64_t high, hpm_error *error)
{
    assert(high - low == 1);
    hpm_status status = try_amount(with, low, error);
    if (status != HPM_OK) return status;
    assert(!passes(&with->margin));
    out->shortfall.e8 = with->margin.initial.e8 - with->margin.equity.e8;
    status = try_amount(with, high, error);
    if (status != HPM_OK) return status;
    assert(passes(&with->margin));
    out->amount.e8 = high;
    out->margin = with->margin;
    return HPM_OK;
}

static hpm_status search(hpm_cash *out, trial *with, hpm_error *error)
{
    int64_t low = 0, high = 0;
    hpm_status status = try_amount(with, 0, error);
    if (status == HPM_OK)
        status = bracket(&low, &high, &out->is_found, with, missing_cash(with), error);
    if (status != HPM_OK || !out->is_found) return status;
    status = halve(&low, &high, with, error);
    return status == HPM_OK ? verify(out, with, low, high, error) : status;
}

hpm_status hpm_cash_find(hpm_cash *out, hpm_arena *arena, hpm_desk *desk,
                         const hpm_account *account, hpm_error *error)
{
    size_t mark = arena->used;
    trial with;
    memset(out, 0, sizeof *out);
    hpm_status status = begin(&with, arena, desk, account, error);
    if (status == HPM_OK) status = search(out, &with, error);
    out->evaluations = with.evaluations;
    arena->used = mark;
    return status;
}
