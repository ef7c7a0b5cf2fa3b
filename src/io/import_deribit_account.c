/* Reads Deribit's account: positions and account summaries.
 *
 * A summary's `equity` is `balance`, what futures gained in the session (realised and not), and the
 * value of options. The session is the day since the last settlement, which already moved the gains
 * before it into `balance`. So a balance here is equity less what the positions still show, and a
 * future's entry is the price from which its `floating_profit_loss` counts, not the average of its
 * trades. */
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "io/import_deribit_parts.h"

/* ---- Positions ---------------------------------------------------------------------------- */

static hpm_status take_quantity(const hpm_import_row *row, hpm_qty *quantity, hpm_error *error)
{
    const char *direction = NULL;
    int is_given = 0;
    hpm_status status = hpm_import_row_decimal(row, "size", 1, &quantity->e8, &is_given, error);
    if (status == HPM_OK) status = hpm_import_row_text(row, "direction", 0, &direction, error);
    if (status != HPM_OK || !direction) return status;
    if (strcmp(direction, "sell") == 0 && quantity->e8 > 0) quantity->e8 = -quantity->e8;
    if (strcmp(direction, "buy") == 0 && quantity->e8 < 0)
        return hpm_import_row_fail(row, "direction", HPM_E_REFERENCE,
                                   "buy, but the size is below 0", error);
    return HPM_OK;
}

/* The price from which the floating profit counts. Inverse: profit = size (1/entry - 1/mark). */
static double entry_of(hpm_payoff payoff, double size, double floating, double mark)
{
    if (payoff == HPM_INVERSE) return 1 / (floating / size + 1 / mark);
    return mark - floating / size;
}

static hpm_status take_entry(hpm_import *import, const hpm_import_row *row, hpm_payoff payoff,
                             hpm_position *position, hpm_error *error)
{
    double floating = 0, mark = 0, size = hpm_e8_to_double(position->quantity.e8);
    hpm_status status = hpm_import_row_real(row, "floating_profit_loss", 0, &floating, error);
    if (status == HPM_OK) status = hpm_import_row_real(row, "mark_price", 0, &mark, error);
    if (status != HPM_OK || size == 0) return status;
    if (isnan(floating) || isnan(mark))
        return hpm_import_note_once(import, error,
                                    "futures positions without floating_profit_loss and "
                                    "mark_price: their profit is taken as settled");
    position->entry_price = entry_of(payoff, size, floating, mark);
    if (position->entry_price > 0 && position->entry_price <= 1e15) return HPM_OK;
    return hpm_import_row_fail(row, "floating_profit_loss", HPM_E_RANGE,
                               "no entry price goes with it and mark_price", error);
}

hpm_status hpm_import_deribit_position(hpm_import *import, const hpm_import_row *row,
                                       hpm_import_entry *entry, int64_t time_ns, hpm_error *error)
{
    hpm_position position = {.entry_price = (double)NAN};
    hpm_status status = take_quantity(row, &position.quantity, error);
    if (status != HPM_OK || (!entry && position.quantity.e8 == 0)) return status;
    if (!entry)
        return hpm_import_row_fail(row, "instrument_name", HPM_E_REFERENCE,
                                   "a position in an instrument of no known form", error);
    const hpm_import_product *product = hpm_import_entry_product(entry);
    int is_future = product->kind == HPM_FUTURE || product->kind == HPM_PERPETUAL;
    if (is_future) status = take_entry(import, row, product->payoff, &position, error);
    if (status != HPM_OK) return status;
    return hpm_import_position_take(import, entry, &position, time_ns, error);
}

/* ---- Summaries ---------------------------------------------------------------------------- */

enum { EQUITY, OPTIONS_VALUE, FUTURES_UPL, AMOUNTS };

/* What is neither unrealised nor the value of an option. */
static hpm_status subtract(const hpm_import_row *row, const int64_t amounts[AMOUNTS], int64_t *left,
                           hpm_error *error)
{
    *left = amounts[EQUITY];
    for (int i = OPTIONS_VALUE; i < AMOUNTS; i++)
        if (amounts[i] == INT64_MIN || hpm_e8_add(left, *left, -amounts[i]) != HPM_OK)
            return hpm_import_row_fail(row, "equity", HPM_E_RANGE, "more than can be counted",
                                       error);
    return HPM_OK;
}

/* Where the summary has no equity: the cash, and what the session realised. */
static hpm_status take_cash(hpm_import *import, const hpm_import_row *row, int64_t *cash,
                            hpm_error *error)
{
    int64_t realised = 0;
    int is_given = 0;
    hpm_status status = hpm_import_row_decimal(row, "balance", 1, cash, &is_given, error);
    if (status == HPM_OK)
        status = hpm_import_row_decimal(row, "futures_session_rpl", 0, &realised, &is_given, error);
    if (status == HPM_OK && !is_given)
        status = hpm_import_note_once(import, error,
                                      "account summaries without futures_session_rpl: what the "
                                      "session realised is not in the balances");
    if (status == HPM_OK && hpm_e8_add(cash, *cash, realised) != HPM_OK)
        return hpm_import_row_fail(row, "balance", HPM_E_RANGE, "more than can be counted", error);
    return status;
}

static hpm_status take_balance(hpm_import *import, const hpm_import_row *row, int64_t *e8,
                               hpm_error *error)
{
    static const char *const names[AMOUNTS] = {"equity", "options_value", "futures_session_upl"};
    int64_t amounts[AMOUNTS];
    int given = 0, is_given = 0;
    hpm_status status = HPM_OK;
    for (int i = 0; i < AMOUNTS && status == HPM_OK; i++) {
        status = hpm_import_row_decimal(row, names[i], 0, &amounts[i], &is_given, error);
        given += is_given;
    }
    if (status != HPM_OK) return status;
    return given == AMOUNTS ? subtract(row, amounts, e8, error) : take_cash(import, row, e8, error);
}

hpm_status hpm_import_deribit_summary(hpm_import *import, const hpm_import_row *row,
                                      const char *currency, int64_t time_ns, hpm_error *error)
{
    char asset[HPM_ASSET_NAME_SIZE] = "";
    hpm_money amount = {0};
    hpm_status status = HPM_OK;
    if (!currency) status = hpm_import_row_text(row, "currency", 1, &currency, error);
    if (status != HPM_OK) return status;
    size_t length = strlen(currency);
    if (length == 0 || length >= sizeof asset)
        return hpm_import_row_fail(row, "currency", HPM_E_RANGE, "not the name of an asset", error);
    for (size_t i = 0; i < length; i++)
        asset[i] =
            (char)(currency[i] >= 'a' && currency[i] <= 'z' ? currency[i] - 32 : currency[i]);
    status = take_balance(import, row, &amount.e8, error);
    return status == HPM_OK ? hpm_import_balance_take(import, asset, amount, time_ns, error)
                            : status;
}
