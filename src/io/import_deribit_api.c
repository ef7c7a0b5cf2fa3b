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

/* One object of an answer and what to call it in messages. */
typedef struct api_row {
    const json_t *object;
    char path[48];
} api_row;

static hpm_status fail_field(const api_row *row, const char *key, hpm_status code,
                             const char *reason, hpm_error *error)
{
    char where[120];
    snprintf(where, sizeof where, "%s.%s", row->path, key);
    return hpm_fail(error, code, where, "%s", reason);
}

static int is_given(const api_row *row, const char *key)
{
    const json_t *value = json_object_get(row->object, key);
    return value && !json_is_null(value);
}

static hpm_status need(const api_row *row, const char *key, hpm_error *error)
{
    if (is_given(row, key)) return HPM_OK;
    return fail_field(row, key, HPM_E_FIELD_MISSING, "missing field", error);
}

/* NaN if absent or null; else a number in (0, 1e15], or 0 if `zero`. */
static hpm_status take_price(const api_row *row, const char *key, int zero, double *value,
                             hpm_error *error)
{
    *value = (double)NAN;
    if (!is_given(row, key)) return HPM_OK;
    const json_t *number = json_object_get(row->object, key);
    if (!json_is_number(number)) return fail_field(row, key, HPM_E_TYPE, "not a number", error);
    double given = json_number_value(number);
    if (!(given > 0 || (zero && given == 0)) || given > 1e15) {
        char reason[80];
        snprintf(reason, sizeof reason, "not a price (%g)", given);
        return fail_field(row, key, HPM_E_RANGE, reason, error);
    }
    *value = given;
    return HPM_OK;
}

static hpm_status take_text(const api_row *row, const char *key, const char **text, size_t *length,
                            hpm_error *error)
{
    hpm_status status = need(row, key, error);
    if (status != HPM_OK) return status;
    const json_t *value = json_object_get(row->object, key);
    if (!json_is_string(value)) return fail_field(row, key, HPM_E_TYPE, "not a text", error);
    *text = json_string_value(value);
    *length = json_string_length(value);
    return HPM_OK;
}

/* Milliseconds since 1970 in an integer. */
static hpm_status take_time(const api_row *row, const char *key, int64_t *time_ns, hpm_error *error)
{
    hpm_status status = need(row, key, error);
    if (status != HPM_OK) return status;
    const json_t *value = json_object_get(row->object, key);
    if (!json_is_integer(value))
        return fail_field(row, key, HPM_E_TYPE, "not whole milliseconds", error);
    json_int_t milliseconds = json_integer_value(value);
    if (milliseconds <= 0 || milliseconds > INT64_C(7258118400000))
        return fail_field(row, key, HPM_E_RANGE, "not a time between 1970 and 2200", error);
    *time_ns = milliseconds * 1000000;
    return HPM_OK;
}

/* ---- Descriptions of instruments ---------------------------------------------------------- */

/* A text field that repeats what the name says; absent is fine. */
static hpm_status check_same(const api_row *row, const char *key, const char *expected,
                             hpm_error *error)
{
    if (!is_given(row, key)) return HPM_OK;
    const char *text = json_string_value(json_object_get(row->object, key));
    if (text && strcmp(text, expected) == 0) return HPM_OK;
    char reason[96];
    snprintf(reason, sizeof reason, "the name says %s (%.40s)", expected, text ? text : "?");
    return fail_field(row, key, HPM_E_REFERENCE, reason, error);
}

static hpm_status check_option(const api_row *row, const hpm_deribit_name *name, hpm_error *error)
{
    double strike = 0;
    hpm_status status = check_same(row, "option_type", name->is_call ? "call" : "put", error);
    if (status == HPM_OK) status = take_price(row, "strike", 1, &strike, error);
    if (status != HPM_OK || isnan(strike) || strike == name->strike) return status;
    return fail_field(row, "strike", HPM_E_REFERENCE, "the name says another strike", error);
}

static hpm_status check_description(const api_row *row, const hpm_deribit_name *name,
                                    hpm_error *error)
{
    static const char *const kinds[] = {"spot", "future", "future", "option"};
    int64_t expiry_ns = 0;
    int is_dated = name->kind == HPM_FUTURE || name->kind == HPM_OPTION;
    const char *settlement = name->payoff == HPM_INVERSE ? name->base : name->quote;
    hpm_status status = check_same(row, "kind", kinds[name->kind], error);
    if (status == HPM_OK) status = check_same(row, "base_currency", name->base, error);
    if (status == HPM_OK && name->kind != HPM_SPOT)
        status = check_same(row, "settlement_currency", settlement, error);
    if (status == HPM_OK && name->kind == HPM_OPTION) status = check_option(row, name, error);
    if (status != HPM_OK || !is_dated || !is_given(row, "expiration_timestamp")) return status;
    status = take_time(row, "expiration_timestamp", &expiry_ns, error);
    if (status != HPM_OK || expiry_ns == name->expiry_ns) return status;
    return fail_field(row, "expiration_timestamp", HPM_E_REFERENCE, "the name says another expiry",
                      error);
}

/* Positions here are in contracts, the venue's amounts in units of the underlying (or of USD for
 * inverse futures): its smallest trade amount over its contract size is our lot. */
static hpm_status take_sizes(const api_row *row, hpm_import_entry *entry, hpm_error *error)
{
    double size = 0, least = 0;
    hpm_status status = need(row, "contract_size", error);
    if (status == HPM_OK) status = need(row, "min_trade_amount", error);
    if (status == HPM_OK) status = take_price(row, "contract_size", 0, &size, error);
    if (status == HPM_OK) status = take_price(row, "min_trade_amount", 0, &least, error);
    if (status != HPM_OK) return status;
    int64_t lot_e8 = 0;
    if (size > 1e12 || hpm_e8_from_double(&lot_e8, least / size, HPM_ROUND_HALF_EVEN) != HPM_OK ||
        lot_e8 <= 0)
        return fail_field(row, "min_trade_amount", HPM_E_RANGE,
                          "over contract_size it gives no lot of contracts", error);
    entry->contract_size = size;
    entry->lot.e8 = lot_e8;
    entry->described = 1;
    return HPM_OK;
}

static hpm_status read_description(const api_row *row, hpm_import_entry *entry, hpm_error *error)
{
    hpm_status status = check_description(row, &entry->name, error);
    if (status == HPM_OK) status = take_sizes(row, entry, error);
    if (status == HPM_OK && json_is_false(json_object_get(row->object, "is_active")))
        entry->inactive = 1;
    return status;
}

/* ---- Quotes ------------------------------------------------------------------------------- */

static hpm_status take_quote(const api_row *row, const hpm_deribit_name *name,
                             hpm_import_entry *quote, hpm_error *error)
{
    int is_option = name->kind == HPM_OPTION;
    const char *clock = is_given(row, "timestamp") ? "timestamp" : "creation_timestamp";
    const char *index = is_given(row, "index_price") ? "index_price" : "estimated_delivery_price";
    quote->vol = quote->forward = (double)NAN;
    hpm_status status = take_time(row, clock, &quote->time_ns, error);
    if (status == HPM_OK) status = need(row, "mark_price", error);
    if (status == HPM_OK) status = take_price(row, "mark_price", is_option, &quote->mark, error);
    if (status == HPM_OK) status = take_price(row, index, 0, &quote->index, error);
    if (status != HPM_OK || !is_option) return status;
    status = take_price(row, "mark_iv", 1, &quote->vol, error);
    if (status == HPM_OK) status = take_price(row, "underlying_price", 0, &quote->forward, error);
    quote->vol = hpm_deribit_percent(quote->vol); /* by the API's documentation */
    return status;
}

static hpm_status read_quote(hpm_import *import, const api_row *row, hpm_import_entry *entry,
                             hpm_error *error)
{
    hpm_import_entry quote = {.file = import->file_count - 1};
    hpm_status status = take_quote(row, &entry->name, &quote, error);
    return status == HPM_OK ? hpm_import_quote(import, entry, &quote, error) : status;
}

/* ---- Documents ---------------------------------------------------------------------------- */

static hpm_status read_row(hpm_import *import, const api_row *row, hpm_error *error)
{
    const char *symbol = NULL;
    size_t length = 0;
    hpm_import_entry *entry = NULL;
    if (!json_is_object(row->object))
        return hpm_fail(error, HPM_E_TYPE, row->path, "not an object");
    hpm_status status = take_text(row, "instrument_name", &symbol, &length, error);
    if (status == HPM_OK) status = hpm_import_entry_get(import, &entry, symbol, length, error);
    if (status != HPM_OK || !entry) return status;
    int is_description = is_given(row, "contract_size") || is_given(row, "min_trade_amount");
    return is_description ? read_description(row, entry, error)
                          : read_quote(import, row, entry, error);
}

static hpm_status read_rows(hpm_import *import, const json_t *result, const char *path,
                            hpm_error *error)
{
    api_row row = {.object = result};
    hpm_status status = HPM_OK;
    if (!json_is_array(result)) {
        snprintf(row.path, sizeof row.path, "%s", path);
        return read_row(import, &row, error);
    }
    for (size_t i = 0; i < json_array_size(result) && status == HPM_OK; i++) {
        row.object = json_array_get(result, i);
        snprintf(row.path, sizeof row.path, "%s[%zu]", path, i);
        status = read_row(import, &row, error);
    }
    return status;
}

static hpm_status read_document(hpm_import *import, const json_t *root, hpm_error *error)
{
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

hpm_status hpm_import_api(hpm_import *import, const char *text, size_t length, hpm_error *error)
{
    json_error_t reason;
    json_t *root = json_loadb(text, length, JSON_REJECT_DUPLICATES, &reason);
    if (!root) {
        hpm_fail(error, HPM_E_SYNTAX, NULL, "%s", reason.text);
        if (error) error->line = reason.line;
        return HPM_E_SYNTAX;
    }
    hpm_status status = read_document(import, root, error);
    json_decref(root);
    return status;
}
