/* Tells Binance's answers and messages apart and hands each to its reader.
 *
 * Nothing wraps an answer: what an object is, its fields say. Two tables do the telling: answers by
 * fields that only they have, events by their name. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "io/import_binance_parts.h"

/* ---- What every reader needs -------------------------------------------------------------- */

int hpm_binance_is_spot(const hpm_binance_message *message, const char *symbol, int by_fields)
{
    if (strchr(symbol, '-') || strchr(symbol, '_')) return 0;
    return message->market == HPM_BINANCE_ANY ? by_fields : message->market == HPM_BINANCE_SPOT;
}

hpm_status hpm_binance_entry(const hpm_binance_message *message, const char *symbol, int is_spot,
                             hpm_import_entry **entry, hpm_error *error)
{
    /* What does not fit is too long for the table too, which says so. */
    char name[HPM_IMPORT_SYMBOL_SIZE + 8];
    snprintf(name, sizeof name, "%s%s", is_spot ? "spot/" : "", symbol);
    return hpm_import_entry_get(message->import, entry, name, strlen(name), error);
}

static int copy_upper(char symbol[HPM_IMPORT_SYMBOL_SIZE], const char *text, size_t length)
{
    if (!text || length == 0 || length >= HPM_IMPORT_SYMBOL_SIZE) return 0;
    for (size_t i = 0; i < length; i++) {
        int is_lower = text[i] >= 'a' && text[i] <= 'z';
        symbol[i] = (char)(is_lower ? text[i] - 'a' + 'A' : text[i]);
    }
    symbol[length] = '\0';
    return strlen(symbol) == length;
}

int hpm_binance_symbol_around(const hpm_binance_message *message,
                              char symbol[HPM_IMPORT_SYMBOL_SIZE])
{
    static const char *const names[] = {"symbol", "underlying", "pair"};
    size_t length = 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = hpm_binance_parameter(message->text, names[i], &length);
        if (value) return copy_upper(symbol, value, length);
    }
    const char *stop =
        message->stream ? memchr(message->stream, '@', message->stream_length) : NULL;
    return stop && copy_upper(symbol, message->stream, (size_t)(stop - message->stream));
}

/* The venue writes 0 where there was no such moment. */
static int is_zero(const hpm_import_row *row, const char *name)
{
    const json_t *value = json_object_get(row->object, name);
    return json_is_integer(value) && json_integer_value(value) == 0;
}

hpm_status hpm_binance_time(const hpm_binance_message *message, const hpm_import_row *row,
                            const char *name, int64_t *time_ns, hpm_error *error)
{
    *time_ns = message->text->time_ns;
    if (!name || !hpm_import_row_has(row, name) || is_zero(row, name)) return HPM_OK;
    return hpm_import_row_time(row, name, 1, time_ns, error);
}

hpm_status hpm_binance_each(const hpm_binance_message *message, const hpm_import_row *row,
                            const char *list, hpm_binance_reader *read, hpm_error *error)
{
    const json_t *items = json_object_get(row->object, list);
    hpm_status status = HPM_OK;
    if (!items || json_is_null(items)) return HPM_OK;
    if (!json_is_array(items)) return hpm_fail(error, HPM_E_TYPE, list, "not an array");
    for (size_t i = 0; i < json_array_size(items) && status == HPM_OK; i++) {
        hpm_import_row item = {json_array_get(items, i), list, i};
        if (!json_is_object(item.object))
            return hpm_fail(error, HPM_E_TYPE, list, "item %zu is not an object", i);
        status = read(message, &item, error);
    }
    return status;
}

/* ---- Which kind --------------------------------------------------------------------------- */

/* Known, and nothing in it is of use here. */
static hpm_status pass_over(const hpm_binance_message *message, const hpm_import_row *row,
                            hpm_error *error)
{
    (void)message, (void)row, (void)error;
    return HPM_OK;
}

/* An object that has all these fields is read by this; the first row that fits counts. */
static const struct {
    const char *fields[2];
    hpm_binance_reader *read;
} answers[] = {
    {{"optionSymbols", NULL}, hpm_binance_read_info},
    {{"symbols", "timezone"}, hpm_binance_read_info},
    {{"bids", "asks"}, hpm_binance_read_depth},
    {{"balances", "accountType"}, hpm_binance_read_spot_account},
    {{"userAssets", NULL}, hpm_binance_read_margin_account},
    {{"asset", "greek"}, hpm_binance_read_option_account},
    {{"assets", "positions"}, hpm_binance_read_futures_account},
    {{"optionSide", "quantity"}, hpm_binance_read_option_position},
    {{"positionAmt", NULL}, hpm_binance_read_position},
    {{"crossMarginAsset", "umWalletBalance"}, hpm_binance_read_portfolio_balance},
    {{"asset", "crossWalletBalance"}, hpm_binance_read_futures_balance},
    {{"markIV", "symbol"}, hpm_binance_read_option_mark},
    {{"sumOpenInterest", "symbol"}, hpm_binance_read_option_interest},
    {{"openInterest", "symbol"}, hpm_binance_read_open_interest},
    {{"markPrice", "indexPrice"}, hpm_binance_read_premium},
    {{"bidPrice", "prevClosePrice"}, hpm_binance_read_spot_day},
    {{"bidPrice", "askPrice"}, hpm_binance_read_ticker},
    {{"priceChangePercent", NULL}, pass_over}, /* a day of a future: no bid, ask or mark */
    {{"symbol", "price"}, hpm_binance_read_last_price},
    {{"indexPrice", "time"}, hpm_binance_read_option_index},
    {{"serverTime", NULL}, pass_over},
    {{"u", "b"}, hpm_binance_read_event_book_ticker}, /* the spot stream's, which has no name */
    {{"lastUpdateId", NULL}, pass_over},
};

static const struct {
    const char *name; /* the field "e" */
    hpm_binance_reader *read;
} events[] = {
    {"bookTicker", hpm_binance_read_event_book_ticker},
    {"depthUpdate", hpm_binance_read_event_depth},
    {"depth", hpm_binance_read_event_option_depth},
    {"24hrTicker", hpm_binance_read_event_day_ticker},
    {"markPriceUpdate", hpm_binance_read_event_mark},
    {"markPrice", hpm_binance_read_event_option_mark},
    {"index", hpm_binance_read_event_index},
    {"indexPriceUpdate", hpm_binance_read_event_index},
    {"openInterest", hpm_binance_read_event_interest},
    {"OPTION_PAIR", hpm_binance_read_option_pair},
    {"ACCOUNT_UPDATE", hpm_binance_read_event_account},
    {"BALANCE_POSITION_UPDATE", hpm_binance_read_event_account},
    {"outboundAccountPosition", hpm_binance_read_event_spot_account},
    {"aggTrade", pass_over},
    {"trade", pass_over},
    {"kline", pass_over},
    {"continuous_kline", pass_over},
    {"24hrMiniTicker", pass_over},
    {"avgPrice", pass_over},
    {"forceOrder", pass_over},
    {"contractInfo", pass_over},
    {"listenKeyExpired", pass_over},
    {"ORDER_TRADE_UPDATE", pass_over},
    {"TRADE_LITE", pass_over},
    {"ACCOUNT_CONFIG_UPDATE", pass_over},
    {"executionReport", pass_over},
    {"balanceUpdate", pass_over}, /* an outboundAccountPosition follows each */
};

static hpm_binance_reader *answer_reader(const hpm_import_row *row)
{
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        const char *second = answers[i].fields[1];
        if (hpm_import_row_has(row, answers[i].fields[0]) &&
            (!second || hpm_import_row_has(row, second)))
            return answers[i].read;
    }
    return NULL;
}

static hpm_binance_reader *event_reader(const char *name)
{
    for (size_t i = 0; i < sizeof events / sizeof *events; i++)
        if (strcmp(events[i].name, name) == 0) return events[i].read;
    return NULL;
}

/* ---- Texts -------------------------------------------------------------------------------- */

/* Of recorded messages those of unknown kinds are counted, as a session holds whatever was
 * subscribed to; in an answer that was saved by itself it is an error. */
static hpm_status refuse(const hpm_binance_message *message, const char *event, hpm_error *error)
{
    int is_recorded = event != NULL || message->stream != NULL || message->text->time_ns != 0;
    if (is_recorded) {
        hpm_import_unread_count(message->import, event ? event : "an answer of another kind");
        return HPM_OK;
    }
    return hpm_fail(error, HPM_E_SCHEMA, NULL,
                    "no answer of Binance that is known: its fields fit no kind that "
                    "docs/IMPORT.md lists");
}

static hpm_status read_row(const hpm_binance_message *message, const hpm_import_row *row,
                           hpm_error *error)
{
    const json_t *event = json_object_get(row->object, "e");
    if (json_is_string(event)) {
        hpm_binance_reader *read = event_reader(json_string_value(event));
        return read ? read(message, row, error) : refuse(message, json_string_value(event), error);
    }
    hpm_binance_reader *read = answer_reader(row);
    return read ? read(message, row, error) : refuse(message, NULL, error);
}

static hpm_status read_rows(const hpm_binance_message *message, const json_t *rows,
                            hpm_error *error)
{
    hpm_status status = HPM_OK;
    for (size_t i = 0; i < json_array_size(rows) && status == HPM_OK; i++) {
        hpm_import_row row = {json_array_get(rows, i), "answer", i};
        if (!json_is_object(row.object))
            return hpm_fail(error, HPM_E_TYPE, "answer", "item %zu is not an object", i);
        status = read_row(message, &row, error);
    }
    return status;
}

static hpm_status read_body(const hpm_binance_message *message, const json_t *body,
                            hpm_error *error)
{
    hpm_import_row row = {body, "answer", SIZE_MAX};
    if (json_is_array(body)) return read_rows(message, body, error);
    if (!json_is_object(body))
        return hpm_fail(error, HPM_E_TYPE, NULL, "neither an object nor an array");
    return read_row(message, &row, error);
}

/* {"code":-1121,"msg":"Invalid symbol."}: what the venue answers to a request that it refuses. */
static hpm_status check_refusal(const json_t *root, const hpm_import_text *text, hpm_error *error)
{
    const json_t *code = json_object_get(root, "code");
    const char *words = json_string_value(json_object_get(root, "msg"));
    if (text->time_ns != 0 || !json_is_integer(code) || !words || json_integer_value(code) >= 0)
        return HPM_OK;
    return hpm_fail(error, HPM_E_SCHEMA, "code", "the saved answer is an error (%.60s)", words);
}

/* What the text is around: a stream's wrapper, an answer over WebSocket, or nothing. NULL: no data,
 * the answer to a subscription. */
static const json_t *unwrap(hpm_binance_message *message, const json_t *root)
{
    const json_t *stream = json_object_get(root, "stream"), *data = json_object_get(root, "data");
    const json_t *result = json_object_get(root, "result");
    if (json_is_string(stream) && data) {
        message->stream = json_string_value(stream);
        message->stream_length = json_string_length(stream);
        return data;
    }
    if (result && json_object_get(root, "id")) return json_is_null(result) ? NULL : result;
    return root;
}

/* "wss://HOST/ws/btcusdt@depth5": a connection for one stream, whose messages have no wrapper. */
static void find_stream(hpm_binance_message *message)
{
    const hpm_import_text *text = message->text;
    size_t length = text->url ? text->url_length : 0, from = length;
    while (from > 0 && text->url[from - 1] != '/')
        from--;
    if (from < 4 || memcmp(text->url + from - 4, "/ws/", 4) != 0) return;
    if (!memchr(text->url + from, '@', length - from)) return;
    message->stream = text->url + from;
    message->stream_length = length - from;
}

/* Fields alone do not tell an answer from other venues' (a `symbol` with a `bidPrice`): where a
 * capture says whose it is, that counts. */
static int is_foreign(hpm_import *import, const hpm_import_text *text)
{
    char host[HPM_IMPORT_SYMBOL_SIZE];
    if (!text->url || hpm_binance_is_url(text->url, text->url_length)) return 0;
    snprintf(host, sizeof host, "%.*s", (int)text->url_length, text->url);
    hpm_import_unread_count(import, host);
    return 1;
}

/* Rows of an answer have neither. */
static int is_message(const json_t *object)
{
    return json_object_get(object, "stream") || json_object_get(object, "e");
}

static hpm_status read_text(hpm_import *import, const json_t *root, const hpm_import_text *text,
                            hpm_error *error)
{
    hpm_binance_message message = {.import = import, .text = text};
    if (is_message(json_array_get(root, 0)))
        return hpm_import_json_list(import, root, text, read_text, error);
    if (is_foreign(import, text)) return HPM_OK;
    if (text->url) message.market = hpm_binance_market_of(text->url, text->url_length);
    find_stream(&message);
    const json_t *body = unwrap(&message, root);
    if (!body) return HPM_OK;
    hpm_status status = check_refusal(body, text, error);
    return status == HPM_OK ? read_body(&message, body, error) : status;
}

static hpm_status read_file(hpm_import *import, const char *text, size_t length, hpm_error *error)
{
    return hpm_import_json_each(import, text, length, read_text, error);
}

const hpm_import_venue hpm_import_binance = {
    .prefix = "binance",
    .parse = hpm_binance_parse,
    .assume = hpm_binance_assume,
    .read = read_file,
};
