/* Bybit: what its v5 API answers (REST) and pushes (WebSocket), and what the v2 API pushed, as a
 * user saved or recorded it: which kind a text is, and who reads it. The files import_bybit*.c are
 * the only ones that know this venue. */
#include <jansson.h>
#include <string.h>

#include "io/import_bybit_parts.h"

/* One text of a file, or one of a list. */
typedef struct source {
    hpm_import *import;
    const hpm_import_text *text;
    int is_recorded; /* one of many: a kind that is not known is no error */
} source;

static const char *text_of(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

static hpm_status leave_unread(const source *from, const char *what)
{
    hpm_import_unread_count(from->import, what);
    return HPM_OK;
}

/* ---- Times ---------------------------------------------------------------------------------- */

/* Microseconds since 1970, a number or a text of digits: the v2 API's. */
static int64_t micros_of(const json_t *given)
{
    const char *text = json_string_value(given);
    int64_t value = json_is_integer(given) ? json_integer_value(given) : 0;
    for (; text && *text >= '0' && *text <= '9' && value < INT64_C(1000000000000000); text++)
        value = value * 10 + (*text - '0');
    if (text && *text != '\0') return 0;
    return value > 0 && value / 1000 <= HPM_IMPORT_MS_MAX ? value * 1000 : 0;
}

/* The first of these that is there; else the moment of reception. */
static hpm_status take_time(const source *from, const json_t *root, int64_t *time_ns,
                            hpm_error *error)
{
    static const char *const fields[] = {"ts", "creationTime", "time"};
    const hpm_import_row row = {root, "message", SIZE_MAX};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (hpm_import_row_has(&row, fields[i]))
            return hpm_import_row_time(&row, fields[i], 1, time_ns, error);
    *time_ns = micros_of(json_object_get(root, "timestamp_e6"));
    if (*time_ns == 0) *time_ns = from->text->time_ns;
    return HPM_OK;
}

/* ---- Answers -------------------------------------------------------------------------------- */

/* What a list holds, by a field that only its rows have. Rows of spreads have those of tickers. */
static const struct {
    const char *mark;
    hpm_bybit_reader *read;
} row_kinds[] = {
    {"legs", hpm_bybit_read_spread},          {"lotSizeFilter", hpm_bybit_read_description},
    {"positionIdx", hpm_bybit_read_position}, {"accountType", hpm_bybit_read_wallet},
    {"bid1Price", hpm_bybit_read_ticker},     {"bidPrice", hpm_bybit_read_ticker},
};

#define ROW_KINDS (sizeof row_kinds / sizeof *row_kinds)

static hpm_status read_rows(const hpm_bybit_message *message, const json_t *list, const char *name,
                            hpm_bybit_reader *read, hpm_error *error)
{
    hpm_status status = HPM_OK;
    for (size_t i = 0; i < json_array_size(list) && status == HPM_OK; i++) {
        const hpm_import_row row = {json_array_get(list, i), name, i};
        if (!json_is_object(row.object))
            return hpm_fail(error, HPM_E_TYPE, name, "row %zu is no object", i);
        status = read(message, &row, error);
    }
    return status;
}

/* Whether the further page was read, too, cannot be told from one answer. */
static hpm_status note_pages(const source *from, const json_t *result, hpm_error *error)
{
    const char *cursor = text_of(result, "nextPageCursor");
    if (!cursor || cursor[0] == '\0') return HPM_OK;
    return hpm_import_note_once(from->import, error,
                                "an answer names a further page (nextPageCursor); if that was not "
                                "saved, instruments or positions are missing");
}

static hpm_status read_list(const source *from, const hpm_bybit_message *message,
                            const json_t *result, hpm_error *error)
{
    const json_t *list = json_object_get(result, "list");
    const json_t *first = json_array_get(list, 0);
    size_t kind = 0;
    if (!first) return HPM_OK; /* of whatever kind: there is nothing */
    while (kind < ROW_KINDS && !json_object_get(first, row_kinds[kind].mark))
        kind++;
    if (kind == ROW_KINDS && from->is_recorded)
        return leave_unread(from, "an answer of another kind");
    if (kind == ROW_KINDS)
        return hpm_fail(error, HPM_E_SCHEMA, "result.list", "not a kind of answer that is read");
    hpm_status status = note_pages(from, result, error);
    return status == HPM_OK ? read_rows(message, list, "result.list", row_kinds[kind].read, error)
                            : status;
}

static hpm_status read_book(const hpm_bybit_message *answer, const json_t *result, hpm_error *error)
{
    const hpm_import_row row = {result, "result", SIZE_MAX};
    hpm_bybit_message message = *answer;
    hpm_status status = HPM_OK;
    if (hpm_import_row_has(&row, "ts"))
        status = hpm_import_row_time(&row, "ts", 1, &message.time_ns, error);
    return status == HPM_OK ? hpm_bybit_read_book(&message, &row, error) : status;
}

/* {"retCode": 0, "retMsg": "OK", "result": {"category": ..., "list": [...]}, "time": ...} */
static hpm_status read_answer(const source *from, const json_t *root, hpm_error *error)
{
    const json_t *result = json_object_get(root, "result");
    const json_t *code = json_object_get(root, "retCode");
    const char *category = text_of(result, "category"), *reason = text_of(root, "retMsg");
    hpm_bybit_message message = {.import = from->import};
    if (code && !(json_is_integer(code) && json_integer_value(code) == 0))
        return from->is_recorded
                   ? leave_unread(from, "an error")
                   : hpm_fail(error, HPM_E_SCHEMA, "retCode",
                              "the saved answer is an error (%.100s)", reason ? reason : "");
    hpm_status status = take_time(from, root, &message.time_ns, error);
    if (status != HPM_OK) return status;
    message.category = category
                           ? hpm_bybit_category_of(category, strlen(category))
                           : hpm_bybit_category_of_url(from->text->url, from->text->url_length);
    if (json_is_array(json_object_get(result, "list")))
        return read_list(from, &message, result, error);
    if (json_object_get(result, "b") && json_object_get(result, "a"))
        return read_book(&message, result, error);
    if (from->is_recorded) return leave_unread(from, "an answer of another kind");
    return hpm_fail(error, HPM_E_SCHEMA, "result", "not a kind of answer that is read");
}

/* ---- Messages ------------------------------------------------------------------------------- */

typedef enum shape {
    OBJECT,  /* data is one row */
    ROWS,    /* data is a list of them */
    MESSAGE, /* the reader takes the message apart itself */
} shape;

/* Kinds of messages by the first part of their topic. */
static const struct {
    const char *topic;
    hpm_bybit_reader *read;
    shape shape;
} topics[] = {
    {"tickers", hpm_bybit_read_ticker, OBJECT},
    {"orderbook", hpm_bybit_read_book, OBJECT},
    {"position", hpm_bybit_read_position, ROWS},
    {"wallet", hpm_bybit_read_wallet, ROWS},
    {"orderBookL2_25", hpm_bybit_read_old_book, MESSAGE},
    {"orderBook_200", hpm_bybit_read_old_book, MESSAGE},
    {"instrument_info", hpm_bybit_read_old_ticker, MESSAGE},
};

#define TOPICS (sizeof topics / sizeof *topics)

static size_t find_topic(const char *topic)
{
    size_t length = strcspn(topic, "."), found = 0;
    while (found < TOPICS && (strlen(topics[found].topic) != length ||
                              memcmp(topics[found].topic, topic, length) != 0))
        found++;
    /* Topics of the market name an instrument last; orderbook.rpi is of orders for retail users. */
    int is_named = found == TOPICS || topics[found].shape == ROWS || topic[length] == '.';
    return is_named && strncmp(topic, "orderbook.rpi.", 14) != 0 ? found : TOPICS;
}

static hpm_status read_topic(const hpm_bybit_message *message, const json_t *root, size_t topic,
                             hpm_error *error)
{
    const json_t *data = json_object_get(root, "data");
    const hpm_import_row whole = {root, "message", SIZE_MAX}, row = {data, "data", SIZE_MAX};
    if (topics[topic].shape == MESSAGE) return topics[topic].read(message, &whole, error);
    if (topics[topic].shape == OBJECT && json_is_object(data))
        return topics[topic].read(message, &row, error);
    if (topics[topic].shape == ROWS && json_is_array(data))
        return read_rows(message, data, "data", topics[topic].read, error);
    return hpm_fail(error, HPM_E_TYPE, "data", "not what messages of this topic hold");
}

/* {"topic": "orderbook.50.BTCUSDT", "type": "snapshot" | "delta", "ts": ..., "data": ...} */
static hpm_status read_message(const source *from, const json_t *root, const char *topic,
                               hpm_error *error)
{
    const char *type = text_of(root, "type"), *second = strchr(topic, '.');
    size_t found = find_topic(topic);
    hpm_bybit_message message = {.import = from->import};
    if (found == TOPICS) return leave_unread(from, topic);
    hpm_status status = take_time(from, root, &message.time_ns, error);
    if (status != HPM_OK) return status;
    message.is_delta = type && strcmp(type, "delta") == 0;
    message.is_best = strncmp(topic, "orderbook.1.", 12) == 0;
    message.category = hpm_bybit_category_of_url(from->text->url, from->text->url_length);
    if (topics[found].shape == ROWS) /* position.linear */
        message.category =
            second ? hpm_bybit_category_of(second + 1, strlen(second + 1)) : HPM_BYBIT_ANY;
    return read_topic(&message, root, found, error);
}

/* ---- Texts ---------------------------------------------------------------------------------- */

/* What the client asked for, and what the venue says of the connection itself. */
static int is_talk(const json_t *root)
{
    return json_object_get(root, "op") || json_object_get(root, "success");
}

static hpm_status read_object(const source *from, const json_t *root, hpm_error *error)
{
    const char *topic = text_of(root, "topic");
    if (topic) return read_message(from, root, topic, error);
    if (is_talk(root)) return HPM_OK;
    if (json_object_get(root, "result") || json_object_get(root, "retCode"))
        return read_answer(from, root, error);
    if (from->is_recorded) return leave_unread(from, "a message without a topic");
    return hpm_fail(error, HPM_E_SCHEMA, NULL,
                    "neither an answer (retCode, result) nor a message (topic, data) of Bybit");
}

static hpm_status read_each(const source *from, const json_t *list, hpm_error *error)
{
    hpm_status status = HPM_OK;
    for (size_t i = 0; i < json_array_size(list) && status == HPM_OK; i++) {
        hpm_import_message_begin(from->import);
        status = read_object(from, json_array_get(list, i), error);
    }
    return status;
}

/* An answer or a message; a list of them; or a page of the venue's documentation as programs keep
 * it, with a list of examples. */
static hpm_status read_text(hpm_import *import, const json_t *root, const hpm_import_text *text,
                            hpm_error *error)
{
    const json_t *examples = json_object_get(root, "examples");
    const source from = {
        .import = import,
        .text = text,
        .is_recorded = text->url || text->time_ns > 0 || text->line > 1 || json_is_array(root),
    };
    if (json_is_array(root)) return read_each(&from, root, error);
    if (json_is_array(examples)) return read_each(&from, examples, error);
    return read_object(&from, root, error);
}

static hpm_status read_file(hpm_import *import, const char *text, size_t length, hpm_error *error)
{
    return hpm_import_json_each(import, text, length, read_text, error);
}

const hpm_import_venue hpm_import_bybit = {
    .prefix = "bybit",
    .parse = hpm_bybit_parse,
    .assume = hpm_bybit_assume,
    .read = read_file,
};
