/* OKX: what its v5 API answers (REST) and pushes (WebSocket), as a user saved or recorded it: which
 * kind of answer a text is, and who reads it. The files import_okx*.c are the only ones that know
 * this venue. */
#include <assert.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "io/import_okx_parts.h"

/* ---- Shared by the readers ---------------------------------------------------------------- */

hpm_status hpm_okx_fail(const hpm_okx_row *row, const char *field, hpm_status code,
                        hpm_error *error, const char *format, ...)
{
    char reason[160];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(reason, sizeof reason, format, arguments);
    va_end(arguments);
    return hpm_import_row_fail(&row->fields, field, code, reason, error);
}

hpm_status hpm_okx_note_once(hpm_import *import, hpm_error *error, const char *text,
                             const char *format, ...)
{
    char rest[HPM_IMPORT_NOTE_SIZE];
    for (uint32_t i = 0; i < hpm_import_note_count(import); i++)
        if (strncmp(hpm_import_note(import, i), text, strlen(text)) == 0) return HPM_OK;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(rest, sizeof rest, format, arguments);
    va_end(arguments);
    return hpm_import_note_add(import, error, "%s (%.120s)", text, rest);
}

hpm_status hpm_okx_entry(hpm_import *import, const hpm_okx_row *row, hpm_import_entry **entry,
                         hpm_error *error)
{
    const char *symbol = row->inst_id;
    hpm_status status = HPM_OK;
    if (!symbol || hpm_import_row_has(&row->fields, "instId"))
        status = hpm_import_row_text(&row->fields, "instId", 1, &symbol, error);
    if (status != HPM_OK) return status;
    return hpm_import_entry_get(import, entry, symbol, strlen(symbol), error);
}

/* ---- Kinds of answers --------------------------------------------------------------------- */

#define MARKS_MAX    3
#define CHANNELS_MAX 6

/* An answer is of a kind by its channel, or if it has none by the fields of its first row. The
 * first kind fits whose marks are all there: a position also has a mark price. */
typedef struct answer_kind {
    hpm_okx_reader *reader;
    const char *marks[MARKS_MAX];
    const char *channels[CHANNELS_MAX];
} answer_kind;

static const answer_kind kinds[] = {
    {hpm_okx_read_instrument, {"instId", "lotSz", "state"}, {"instruments"}},
    {hpm_okx_read_position, {"instId", "pos", "posSide"}, {"positions"}},
    {hpm_okx_read_changes, {"pTime", "balData", "posData"}, {"balance_and_position"}},
    {hpm_okx_read_account, {"totalEq", "details"}, {"account"}},
    {hpm_okx_read_balance, {"ccy", "cashBal"}, {NULL}},
    {hpm_okx_read_summary, {"instId", "markVol"}, {"opt-summary"}},
    {hpm_okx_read_interest, {"instId", "oi"}, {"open-interest"}},
    {hpm_okx_read_mark, {"instId", "markPx"}, {"mark-price"}},
    {hpm_okx_read_index, {"instId", "idxPx"}, {"index-tickers"}},
    {hpm_okx_read_ticker, {"instId", "bidPx", "askPx"}, {"tickers"}},
    {hpm_okx_read_book,
     {"asks", "bids"},
     {"books", "books5", "books-l2-tbt", "books50-l2-tbt", "books-elp"}},
    {hpm_okx_read_best, {"asks", "bids"}, {"bbo-tbt"}},
    /* Of no use here, and no reason to refuse a file. */
    {NULL, {"instId", "fundingRate"}, {NULL}},
    {NULL, {"instId", "settlePx"}, {NULL}},
    {NULL, {"instId", "estSettlePx"}, {NULL}},
};

#define KINDS (sizeof kinds / sizeof *kinds)

static const answer_kind *kind_of_channel(const char *channel)
{
    for (size_t k = 0; k < KINDS; k++)
        for (size_t c = 0; c < CHANNELS_MAX && kinds[k].channels[c]; c++)
            if (strcmp(kinds[k].channels[c], channel) == 0) return &kinds[k];
    return NULL;
}

static const answer_kind *kind_of_row(const json_t *row)
{
    for (size_t k = 0; k < KINDS; k++) {
        size_t found = 0;
        while (found < MARKS_MAX && kinds[k].marks[found] &&
               json_object_get(row, kinds[k].marks[found]))
            found++;
        if (found == MARKS_MAX || !kinds[k].marks[found]) return &kinds[k];
    }
    return NULL;
}

/* ---- One answer or message ---------------------------------------------------------------- */

/* What is known of a text before its rows are read. */
typedef struct answer {
    const json_t *rows; /* a list */
    const char *list;   /* what to call it */
    const char *channel;
    const char *inst_id;
    int is_update;
    int is_recorded; /* one of many: a kind that is not known is no error */
} answer;

static void leave_unread(hpm_import *import, const answer *given)
{
    hpm_import_unread_count(import, given->channel ? given->channel : "an answer of another kind");
}

static hpm_status find_kind(hpm_import *import, const answer *given, const answer_kind **kind,
                            hpm_error *error)
{
    *kind = given->channel ? kind_of_channel(given->channel)
                           : kind_of_row(json_array_get(given->rows, 0));
    if (*kind && (*kind)->reader) return HPM_OK;
    if (*kind || given->is_recorded) {
        *kind = NULL;
        leave_unread(import, given);
        return HPM_OK;
    }
    return hpm_fail(error, HPM_E_SCHEMA, given->list, "not a kind of answer that is read");
}

static hpm_status read_rows(hpm_import *import, const answer *given, hpm_error *error)
{
    hpm_okx_row row = {.inst_id = given->inst_id, .is_update = given->is_update};
    const answer_kind *kind = NULL;
    hpm_status status = HPM_OK;
    if (json_array_size(given->rows) == 0) return HPM_OK; /* nobody has anything to say */
    status = find_kind(import, given, &kind, error);
    for (size_t i = 0; i < json_array_size(given->rows) && status == HPM_OK && kind; i++) {
        row.fields = (hpm_import_row){json_array_get(given->rows, i), given->list, i};
        if (!json_is_object(row.fields.object))
            return hpm_fail(error, HPM_E_TYPE, given->list, "row %zu is no object", i);
        status = kind->reader(import, &row, error);
    }
    return status;
}

static const char *text_of(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

/* {"arg": {"channel": ..., "instId": ...}, "action": "snapshot" | "update", "data": [...]} */
static void read_frame(answer *given, const json_t *root)
{
    const json_t *arg = json_object_get(root, "arg");
    const char *action = text_of(root, "action");
    given->channel = text_of(arg, "channel");
    if (!given->inst_id) given->inst_id = text_of(arg, "instId");
    given->is_update = action && strcmp(action, "update") == 0;
    if (given->channel) given->is_recorded = 1;
}

/* What the client asked, and what the venue says of the connection itself. */
static int is_talk(const json_t *root)
{
    return json_object_get(root, "op") || json_object_get(root, "event");
}

static hpm_status check_code(const json_t *root, hpm_error *error)
{
    const char *code = text_of(root, "code"), *message = text_of(root, "msg");
    if (!code || strcmp(code, "0") == 0) return HPM_OK;
    return hpm_fail(error, HPM_E_SCHEMA, "code", "the saved answer is an error (%.20s: %.100s)",
                    code, message ? message : "");
}

static hpm_status read_object(hpm_import *import, answer *given, const json_t *root,
                              hpm_error *error)
{
    if (is_talk(root)) return HPM_OK;
    hpm_status status = check_code(root, error);
    if (status != HPM_OK) return status;
    read_frame(given, root);
    given->rows = json_object_get(root, "data");
    given->list = "data";
    if (json_is_array(given->rows)) return read_rows(import, given, error);
    if (given->is_recorded) {
        leave_unread(import, given);
        return HPM_OK;
    }
    return hpm_fail(error, HPM_E_SCHEMA, "data", "not an answer of the v5 API: no list `data`");
}

/* ---- One text of a file ------------------------------------------------------------------- */

/* Rows without the answer around them; or messages in a list of their own. */
static hpm_status read_bare(hpm_import *import, const answer *whole, const json_t *list,
                            hpm_error *error)
{
    const json_t *first = json_array_get(list, 0);
    answer part = *whole;
    hpm_status status = HPM_OK;
    part.rows = list;
    part.list = "";
    if (!json_object_get(first, "data") && !json_object_get(first, "arg") && !is_talk(first))
        return read_rows(import, &part, error);
    for (size_t i = 0; i < json_array_size(list) && status == HPM_OK; i++) {
        part = *whole;
        hpm_import_message_begin(import);
        status = read_object(import, &part, json_array_get(list, i), error);
    }
    return status;
}

/* A page of the venue's documentation as programs save it: answers, messages and requests. */
static hpm_status read_examples(hpm_import *import, const json_t *examples, hpm_error *error)
{
    hpm_status status = HPM_OK;
    for (size_t i = 0; i < json_array_size(examples) && status == HPM_OK; i++) {
        const json_t *example = json_array_get(examples, i);
        answer part = {.is_recorded = 1};
        hpm_import_message_begin(import);
        status = json_is_array(example) ? read_bare(import, &part, example, error)
                                        : read_object(import, &part, example, error);
    }
    return status;
}

#define SYMBOL_SIZE HPM_IMPORT_SYMBOL_SIZE

/* The instrument in "...?instId=BTC-USDT&sz=400": answers with an order book do not name theirs. */
static const char *find_symbol(char out[SYMBOL_SIZE], const hpm_import_text *text)
{
    static const char key[] = "instId=";
    size_t used = 0;
    for (size_t i = 0; text->url && i + sizeof key <= text->url_length; i++) {
        if (memcmp(text->url + i, key, sizeof key - 1) != 0) continue;
        for (i += sizeof key - 1; i < text->url_length && text->url[i] != '&'; i++) {
            if (used == SYMBOL_SIZE - 1) return NULL;
            out[used++] = text->url[i];
        }
        out[used] = '\0';
        return out;
    }
    return NULL;
}

static hpm_status read_text(hpm_import *import, const json_t *root, const hpm_import_text *text,
                            hpm_error *error)
{
    char symbol[SYMBOL_SIZE];
    const json_t *examples = json_object_get(root, "examples");
    answer whole = {
        .inst_id = find_symbol(symbol, text),
        .is_recorded = text->url || text->time_ns > 0 || text->line > 1,
    };
    if (json_is_array(examples)) return read_examples(import, examples, error);
    if (json_is_array(root)) return read_bare(import, &whole, root, error);
    return read_object(import, &whole, root, error);
}

static hpm_status read_file(hpm_import *import, const char *text, size_t length, hpm_error *error)
{
    return hpm_import_json_each(import, text, length, read_text, error);
}

/* ------------------------------------------------------------------------------------------- */

const hpm_import_venue hpm_import_okx = {
    .prefix = "okx",
    .parse = hpm_okx_name_parse,
    .assume = hpm_okx_sizes_assume,
    .read = read_file,
};
