/* Reads saved answers and recorded messages of Deribit's API: what each is about.
 *
 * Answers are taken as they were saved: the JSON-RPC answer, its "result" alone, or the wrapper of
 * the venue's documentation ({"path", "responses": {"response": {...}}}). Fields that are not used
 * are ignored; those that are needed and missing are named. */
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "io/import_deribit_parts.h"

/* ---- One object --------------------------------------------------------------------------- */

/* What comes with an answer. */
typedef struct context {
    const char *url; /* or path of the documentation; NULL: not known */
    size_t url_length;
    int64_t time_ns; /* 0: not known */
} context;

static hpm_status fail_object(const hpm_import_row *row, hpm_error *error)
{
    char where[80];
    if (row->index == SIZE_MAX)
        snprintf(where, sizeof where, "%s", row->list);
    else
        snprintf(where, sizeof where, "%s[%zu]", row->list, row->index);
    return hpm_fail(error, HPM_E_TYPE, where, "not an object");
}

static hpm_status read_instrument(hpm_import *import, const hpm_import_row *row, int64_t time_ns,
                                  hpm_error *error)
{
    const char *symbol = NULL;
    hpm_import_entry *entry = NULL;
    hpm_status status = hpm_import_row_text(row, "instrument_name", 1, &symbol, error);
    if (status == HPM_OK)
        status = hpm_import_entry_get(import, &entry, symbol, strlen(symbol), error);
    if (status != HPM_OK) return status;
    if (hpm_import_row_has(row, "size") && hpm_import_row_has(row, "direction"))
        return hpm_import_deribit_position(import, row, entry, time_ns, error);
    if (!entry) return HPM_OK;
    if (hpm_import_row_has(row, "contract_size") || hpm_import_row_has(row, "min_trade_amount"))
        return hpm_import_deribit_description(import, row, entry, error);
    return hpm_import_deribit_quote(import, row, entry, 1, error);
}

/* Objects that are known and of no use here, by a field that only they have. NULL: not worth a
 * note. */
static const struct {
    const char *field, *what;
} useless[] = {
    {"order_id", "orders"},
    {"trade_id", "trades"},
    {"trades", "trades"},
    {"settlements", "settlements"},
    {"logs", "transaction logs"},
    {"records_total", "delivery prices"},
    {"coin_type", "currencies"},
    {"model_params", "simulated margins"},
    {"interest_8h", "funding rates"},
    {"data", "histories"},
    {"max_price", "margins of an order"},
    {"contract_size", "contract sizes without a name"},
    {"access_token", NULL},
    {"version", NULL},
};

static int find_useless(const hpm_import_row *row, const char **what)
{
    for (size_t i = 0; i < sizeof useless / sizeof *useless; i++)
        if (json_object_get(row->object, useless[i].field)) {
            *what = useless[i].what;
            return 1;
        }
    return 0;
}

static hpm_status ignore(hpm_import *import, const char *what)
{
    if (what) hpm_import_unread_count(import, what);
    return HPM_OK;
}

/* An index price does not say of what it is; the question does. */
static hpm_status read_index(hpm_import *import, const hpm_import_row *row, const context *from,
                             hpm_error *error)
{
    static const char key[] = "index_name=";
    double price = 0;
    hpm_status status = hpm_import_row_real(row, "index_price", 1, &price, error);
    if (status != HPM_OK) return status;
    for (size_t i = 0; i + sizeof key - 1 < from->url_length; i++)
        if (memcmp(from->url + i, key, sizeof key - 1) == 0)
            return hpm_import_deribit_index(import, from->url + i + sizeof key - 1,
                                            from->url_length - i - (sizeof key - 1), price,
                                            from->time_ns, error);
    return ignore(import, "index prices that do not say of what they are");
}

static hpm_status read_row(hpm_import *import, const hpm_import_row *row, const context *from,
                           hpm_error *error)
{
    const char *what = NULL;
    int is_named = hpm_import_row_has(row, "instrument_name");
    if (!json_is_object(row->object)) return fail_object(row, error);
    if (is_named && !hpm_import_row_has(row, "order_id") && !hpm_import_row_has(row, "trade_id"))
        return read_instrument(import, row, from->time_ns, error);
    if (hpm_import_row_has(row, "currency") && hpm_import_row_has(row, "equity"))
        return hpm_import_deribit_summary(import, row, NULL, from->time_ns, error);
    if (find_useless(row, &what)) return ignore(import, what);
    if (hpm_import_row_has(row, "index_price")) return read_index(import, row, from, error);
    return read_instrument(import, row, from->time_ns, error);
}

/* ---- One answer --------------------------------------------------------------------------- */

static hpm_status read_rows(hpm_import *import, const json_t *rows, const char *list,
                            const context *from, hpm_error *error)
{
    hpm_import_row row = {rows, list, SIZE_MAX};
    hpm_status status = HPM_OK;
    if (!json_is_array(rows)) {
        const json_t *summaries = json_object_get(rows, "summaries");
        return summaries ? read_rows(import, summaries, "summaries", from, error)
                         : read_row(import, &row, from, error);
    }
    for (size_t i = 0; i < json_array_size(rows) && status == HPM_OK; i++) {
        row.object = json_array_get(rows, i);
        row.index = i;
        status = read_row(import, &row, from, error);
    }
    return status;
}

/* Whether the question asked what would be if. */
static int is_simulated(const context *from)
{
    static const char word[] = "simulate";
    for (size_t i = 0; i + sizeof word - 1 <= from->url_length; i++)
        if (memcmp(from->url + i, word, sizeof word - 1) == 0) return 1;
    return 0;
}

/* "ok", a list of channels, rows of a history. */
static int is_bare(const json_t *result)
{
    const json_t *first = json_is_array(result) ? json_array_get(result, 0) : result;
    return json_is_string(first) || json_is_array(first) || json_is_boolean(first);
}

static hpm_status read_result(hpm_import *import, const json_t *result, const context *from,
                              hpm_error *error)
{
    if (is_simulated(from)) return ignore(import, "simulated margins");
    if (is_bare(result)) return HPM_OK;
    return read_rows(import, result, "result", from, error);
}

/* Microseconds of the server's clock when it answered. */
static int64_t answer_time(const json_t *answer, const hpm_import_text *text)
{
    const json_t *given = json_object_get(answer, "usOut");
    json_int_t microseconds = json_is_integer(given) ? json_integer_value(given) : 0;
    if (microseconds > 0 && microseconds <= HPM_IMPORT_MS_MAX * 1000) return microseconds * 1000;
    return text->time_ns;
}

static hpm_status read_answer(hpm_import *import, const json_t *root, const hpm_import_text *text,
                              hpm_error *error)
{
    const json_t *responses = json_object_get(root, "responses");
    const json_t *answer = responses ? json_object_get(responses, "response") : root;
    const json_t *result = json_object_get(answer, "result");
    const char *path = json_string_value(json_object_get(root, "path"));
    context from = {text->url, text->url_length, answer_time(answer, text)};
    if (path) from = (context){path, strlen(path), from.time_ns};
    if (json_object_get(answer, "error") && text->time_ns > 0)
        return ignore(import, "answers that are errors");
    if (json_object_get(answer, "error"))
        return hpm_fail(error, HPM_E_SCHEMA, "error", "the saved answer is an error");
    if (result) return read_result(import, result, &from, error);
    if (!responses && (json_object_get(root, "instrument_name") ||
                       json_object_get(root, "currency") || json_object_get(root, "summaries")))
        return read_rows(import, root, "ticker", &from, error);
    return hpm_fail(error, HPM_E_SCHEMA, NULL,
                    "neither an answer (result) nor a message (params, channel) of Deribit");
}

/* Rows of an answer have none of these. */
static int is_message(const json_t *object)
{
    return json_object_get(object, "jsonrpc") || json_object_get(object, "params") ||
           json_object_get(object, "channel");
}

static hpm_status read_text(hpm_import *import, const json_t *root, const hpm_import_text *text,
                            hpm_error *error)
{
    const context from = {text->url, text->url_length, text->time_ns};
    const json_t *params = json_object_get(root, "params");
    if (is_message(json_array_get(root, 0)))
        return hpm_import_json_list(import, root, text, read_text, error);
    if (json_is_array(root)) return read_rows(import, root, "", &from, error);
    if (json_object_get(params, "channel"))
        return hpm_import_deribit_message(import, params, text, error);
    if (json_object_get(root, "channel"))
        return hpm_import_deribit_message(import, root, text, error);
    if (json_object_get(root, "method")) return HPM_OK; /* heartbeats, the client's own calls */
    return read_answer(import, root, text, error);
}

hpm_status hpm_import_deribit_json(hpm_import *import, const char *text, size_t length,
                                   hpm_error *error)
{
    return hpm_import_json_each(import, text, length, read_text, error);
}
