/* Reads saved answers of Deribit's public API: instruments, book summaries, tickers, order books.
 *
 * Taken as they were saved: the JSON-RPC answer, its "result" alone, or the wrapper of the venue's
 * documentation ({"path", "responses": {"response": {...}}}). Fields that are not used are ignored;
 * those that are needed and missing are named. */
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

static hpm_status read_description(hpm_import *import, const hpm_import_row *row,
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

static hpm_status take_quote(const hpm_import_row *row, const hpm_import_product *name,
                             hpm_import_quote *out, hpm_error *error)
{
    hpm_quote *quote = &out->quote;
    int is_option = name->kind == HPM_OPTION;
    const char *clock = hpm_import_row_has(row, "timestamp") ? "timestamp" : "creation_timestamp";
    const char *index =
        hpm_import_row_has(row, "index_price") ? "index_price" : "estimated_delivery_price";
    hpm_status status = hpm_import_row_time(row, clock, 1, &out->time_ns, error);
    if (status == HPM_OK) status = need(row, "mark_price", error);
    if (status == HPM_OK) status = take_price(row, "mark_price", is_option, &quote->mark, error);
    if (status == HPM_OK) status = take_price(row, index, 0, &out->index, error);
    if (status != HPM_OK || !is_option) return status;
    status = take_price(row, "mark_iv", 1, &quote->mark_vol, error);
    if (status == HPM_OK)
        status = take_price(row, "underlying_price", 0, &quote->underlying, error);
    quote->mark_vol = hpm_import_percent(quote->mark_vol); /* by the API's documentation */
    return status;
}

static hpm_status read_quote(hpm_import *import, const hpm_import_row *row, hpm_import_entry *entry,
                             hpm_error *error)
{
    hpm_import_quote quote = hpm_import_quote_none;
    hpm_status status = take_quote(row, hpm_import_entry_product(entry), &quote, error);
    return status == HPM_OK ? hpm_import_quote_take(import, entry, &quote, error) : status;
}

/* ---- Documents ---------------------------------------------------------------------------- */

static hpm_status fail_object(const hpm_import_row *row, hpm_error *error)
{
    char where[80];
    if (row->index == SIZE_MAX)
        snprintf(where, sizeof where, "%s", row->list);
    else
        snprintf(where, sizeof where, "%s[%zu]", row->list, row->index);
    return hpm_fail(error, HPM_E_TYPE, where, "not an object");
}

static hpm_status read_row(hpm_import *import, const hpm_import_row *row, hpm_error *error)
{
    const char *symbol = NULL;
    hpm_import_entry *entry = NULL;
    if (!json_is_object(row->object)) return fail_object(row, error);
    hpm_status status = hpm_import_row_text(row, "instrument_name", 1, &symbol, error);
    if (status == HPM_OK)
        status = hpm_import_entry_get(import, &entry, symbol, strlen(symbol), error);
    if (status != HPM_OK || !entry) return status;
    int is_description =
        hpm_import_row_has(row, "contract_size") || hpm_import_row_has(row, "min_trade_amount");
    return is_description ? read_description(import, row, entry, error)
                          : read_quote(import, row, entry, error);
}

static hpm_status read_rows(hpm_import *import, const json_t *result, const char *list,
                            hpm_error *error)
{
    hpm_import_row row = {result, list, SIZE_MAX};
    hpm_status status = HPM_OK;
    if (!json_is_array(result)) return read_row(import, &row, error);
    for (size_t i = 0; i < json_array_size(result) && status == HPM_OK; i++) {
        row.object = json_array_get(result, i);
        row.index = i;
        status = read_row(import, &row, error);
    }
    return status;
}

static hpm_status read_document(hpm_import *import, const json_t *root, const hpm_import_text *text,
                                hpm_error *error)
{
    (void)text;
    if (json_is_array(root)) return read_rows(import, root, "", error);
    const json_t *responses = json_object_get(root, "responses");
    const json_t *answer = responses ? json_object_get(responses, "response") : root;
    const json_t *result = json_object_get(answer, "result");
    if (json_object_get(answer, "error"))
        return hpm_fail(error, HPM_E_SCHEMA, "error", "the saved answer is an error");
    if (result) return read_rows(import, result, "result", error);
    if (!responses && json_object_get(root, "instrument_name"))
        return read_rows(import, root, "ticker", error);
    return hpm_fail(error, HPM_E_SCHEMA, "result",
                    "neither an API answer with a result nor an array of instruments");
}

hpm_status hpm_import_deribit_json(hpm_import *import, const char *text, size_t length,
                                   hpm_error *error)
{
    return hpm_import_json_each(import, text, length, read_document, error);
}
