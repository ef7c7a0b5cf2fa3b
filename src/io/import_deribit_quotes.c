/* Reads Deribit's objects about one instrument: descriptions, book summaries, tickers, quotes. */
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "io/import_deribit_parts.h"

/* ---- Fields ------------------------------------------------------------------------------- */

/* NaN if absent or null; else a number in (0, 1e15], or 0 if `zero`. */
static hpm_status take_price(const hpm_import_row *row, const char *key, int zero, double *value,
                             hpm_error *error)
{
    hpm_status status = hpm_import_row_real(row, key, 0, value, error);
    if (status != HPM_OK || isnan(*value)) return status;
    if ((*value > 0 || (zero && *value == 0)) && *value <= 1e15) return HPM_OK;
    char reason[80];
    snprintf(reason, sizeof reason, "not a price (%g)", *value);
    return hpm_import_row_fail(row, key, HPM_E_RANGE, reason, error);
}

static hpm_status need(const hpm_import_row *row, const char *key, hpm_error *error)
{
    if (hpm_import_row_has(row, key)) return HPM_OK;
    return hpm_import_row_fail(row, key, HPM_E_FIELD_MISSING, "missing field", error);
}

/* ---- Descriptions of instruments ---------------------------------------------------------- */

/* A text field that repeats what the name says; absent is fine. */
static hpm_status check_same(const hpm_import_row *row, const char *key, const char *expected,
                             hpm_error *error)
{
    if (!hpm_import_row_has(row, key)) return HPM_OK;
    const char *text = json_string_value(json_object_get(row->object, key));
    if (text && strcmp(text, expected) == 0) return HPM_OK;
    char reason[96];
    snprintf(reason, sizeof reason, "the name says %s (%.40s)", expected, text ? text : "?");
    return hpm_import_row_fail(row, key, HPM_E_REFERENCE, reason, error);
}

static hpm_status check_option(const hpm_import_row *row, const hpm_import_product *name,
                               hpm_error *error)
{
    double strike = 0;
    hpm_status status = check_same(row, "option_type", name->is_call ? "call" : "put", error);
    if (status == HPM_OK) status = take_price(row, "strike", 1, &strike, error);
    if (status != HPM_OK || isnan(strike) || strike == name->strike) return status;
    return hpm_import_row_fail(row, "strike", HPM_E_REFERENCE, "the name says another strike",
                               error);
}

static hpm_status check_description(const hpm_import_row *row, const hpm_import_product *name,
                                    hpm_error *error)
{
    static const char *const kinds[] = {"spot", "future", "future", "option"};
    int64_t expiry_ns = 0;
    int is_dated = name->kind == HPM_FUTURE || name->kind == HPM_OPTION;
    hpm_status status = check_same(row, "kind", kinds[name->kind], error);
    if (status == HPM_OK) status = check_same(row, "base_currency", name->base, error);
    if (status == HPM_OK && name->kind != HPM_SPOT)
        status = check_same(row, "settlement_currency", name->settlement, error);
    if (status == HPM_OK && name->kind == HPM_OPTION) status = check_option(row, name, error);
    if (status == HPM_OK && is_dated)
        status = hpm_import_row_time(row, "expiration_timestamp", 0, &expiry_ns, error);
    if (status != HPM_OK || expiry_ns == 0 || expiry_ns == name->expiry_ns) return status;
    return hpm_import_row_fail(row, "expiration_timestamp", HPM_E_REFERENCE,
                               "the name says another expiry", error);
}

/* Positions here are in contracts, the venue's amounts in units of the underlying (or of USD for
 * inverse futures): its smallest trade amount over its contract size is our lot. */
static hpm_status take_sizes(const hpm_import_row *row, hpm_import_product *product,
                             hpm_error *error)
{
    double least = 0;
    hpm_status status = need(row, "contract_size", error);
    if (status == HPM_OK) status = need(row, "min_trade_amount", error);
    if (status == HPM_OK)
        status = take_price(row, "contract_size", 0, &product->contract_size, error);
    if (status == HPM_OK) status = take_price(row, "min_trade_amount", 0, &least, error);
    if (status != HPM_OK) return status;
    double lot = least / product->contract_size;
    if (product->contract_size > 1e12 ||
        hpm_e8_from_double(&product->lot.e8, lot, HPM_ROUND_HALF_EVEN) != HPM_OK ||
        product->lot.e8 <= 0)
        return hpm_import_row_fail(row, "min_trade_amount", HPM_E_RANGE,
                                   "over contract_size it gives no lot of contracts", error);
    return HPM_OK;
}

hpm_status hpm_import_deribit_description(hpm_import *import, const hpm_import_row *row,
                                          hpm_import_entry *entry, hpm_error *error)
{
    hpm_import_product product = *hpm_import_entry_product(entry);
    int inactive = json_is_false(json_object_get(row->object, "is_active"));
    hpm_status status = check_description(row, &product, error);
    if (status == HPM_OK) status = take_sizes(row, &product, error);
    if (status != HPM_OK) return status;
    return hpm_import_describe(import, entry, &product, inactive, error);
}

/* ---- Quotes ------------------------------------------------------------------------------- */

/* A best price: null where it is asked for means that nobody is there. */
static hpm_status take_best(const hpm_import_row *row, const char *const names[2], double *price,
                            hpm_error *error)
{
    const char *name = json_object_get(row->object, names[0]) ? names[0] : names[1];
    hpm_status status = take_price(row, name, 1, price, error);
    if (status == HPM_OK && json_is_null(json_object_get(row->object, name))) *price = 0;
    return status;
}

static hpm_status take_sides(const hpm_import_row *row, hpm_quote *quote, hpm_error *error)
{
    static const char *const bids[] = {"best_bid_price", "bid_price"};
    static const char *const asks[] = {"best_ask_price", "ask_price"};
    hpm_status status = take_best(row, bids, &quote->bid, error);
    if (status == HPM_OK) status = take_best(row, asks, &quote->ask, error);
    if (status == HPM_OK) status = take_price(row, "best_bid_amount", 1, &quote->bid_size, error);
    if (status == HPM_OK) status = take_price(row, "best_ask_amount", 1, &quote->ask_size, error);
    return status;
}

static hpm_status take_quote(const hpm_import_row *row, const hpm_import_product *product,
                             hpm_import_quote *out, hpm_error *error)
{
    hpm_quote *quote = &out->quote;
    int is_option = product->kind == HPM_OPTION;
    const char *clock = hpm_import_row_has(row, "timestamp") ? "timestamp" : "creation_timestamp";
    const char *index =
        hpm_import_row_has(row, "index_price") ? "index_price" : "estimated_delivery_price";
    hpm_status status = hpm_import_row_time(row, clock, 1, &out->time_ns, error);
    if (status == HPM_OK) status = take_price(row, "mark_price", is_option, &quote->mark, error);
    if (status == HPM_OK) status = take_price(row, index, 0, &out->index, error);
    if (status == HPM_OK) status = take_sides(row, quote, error);
    if (status == HPM_OK)
        status = take_price(row, "open_interest", 1, &quote->open_interest, error);
    if (status != HPM_OK || !is_option) return status;
    status = take_price(row, "mark_iv", 1, &quote->mark_vol, error);
    if (status == HPM_OK)
        status = take_price(row, "underlying_price", 0, &quote->underlying, error);
    quote->mark_vol = hpm_import_percent(quote->mark_vol); /* by the API's documentation */
    return status;
}

hpm_status hpm_import_deribit_quote(hpm_import *import, const hpm_import_row *row,
                                    hpm_import_entry *entry, int needs_mark, hpm_error *error)
{
    hpm_import_quote quote = hpm_import_quote_none;
    const hpm_import_product *product = hpm_import_entry_product(entry);
    hpm_status status = take_quote(row, product, &quote, error);
    if (status == HPM_OK && needs_mark) status = need(row, "mark_price", error);
    if (status == HPM_OK) status = hpm_import_quote_take(import, entry, &quote, error);
    if (status != HPM_OK || !json_object_get(row->object, "bids")) return status;
    return hpm_import_deribit_book(import, row, entry, quote.time_ns, error);
}

/* A row of markprice.options: its volatility is a fraction of 1. */
hpm_status hpm_import_deribit_mark(hpm_import *import, const hpm_import_row *row,
                                   hpm_import_entry *entry, hpm_error *error)
{
    hpm_import_quote quote = hpm_import_quote_none;
    hpm_status status = hpm_import_row_time(row, "timestamp", 1, &quote.time_ns, error);
    if (status == HPM_OK) status = take_price(row, "mark_price", 1, &quote.quote.mark, error);
    if (status == HPM_OK) status = take_price(row, "iv", 1, &quote.quote.mark_vol, error);
    return status == HPM_OK ? hpm_import_quote_take(import, entry, &quote, error) : status;
}
