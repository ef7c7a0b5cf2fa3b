/* JSON as venues' answers are saved and their messages recorded, and the fields of its objects. */
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "hpm/number.h"
#include "io/csv.h"
#include "io/import_parts.h"

/* ---- Lines -------------------------------------------------------------------------------- */

/* Where a file is being read. */
typedef struct reader {
    hpm_import *import;
    hpm_import_message *message;
    const char *at, *end;
    int64_t line;
    const char *url; /* of the connection that was last opened */
    size_t url_length;
} reader;

static int is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

static void skip_blanks(reader *in)
{
    for (; in->at < in->end && is_blank(*in->at); in->at++)
        in->line += *in->at == '\n';
}

static const char *line_end(const char *at, const char *end)
{
    const char *stop = at < end ? memchr(at, '\n', (size_t)(end - at)) : NULL;
    return stop ? stop : end;
}

static int begins(const char *at, const char *end, const char *word)
{
    size_t length = strlen(word);
    return (size_t)(end - at) >= length && memcmp(at, word, length) == 0;
}

static const char *find(const char *at, const char *end, const char *word)
{
    for (; at < end; at++)
        if (begins(at, end, word)) return at;
    return NULL;
}

/* Seconds since 1970 with a fraction ("1626993723.1311848"), then the end. */
static int parse_seconds(int64_t *time_ns, const char *at, const char *end)
{
    double seconds = 0;
    if (end - at < 9 || *at < '0' || *at > '9') return 0;
    if (!hpm_csv_real(&seconds, (hpm_csv_text){at, (size_t)(end - at)})) return 0;
    if (!(seconds > 0 && seconds <= (double)(HPM_IMPORT_MS_MAX / 1000))) return 0;
    *time_ns = (int64_t)(seconds * 1e6) * 1000;
    return 1;
}

/* The head of a captured line: what comes before the JSON. */
typedef struct head {
    hpm_import_text text;
    int is_passed; /* a connection, or what the client or the capture program itself said */
    const char *rest;
} head;

static int parse_url_head(reader *in, head *out, const char *stop)
{
    static const char *const schemes[] = {"https://", "http://", "wss://", "ws://"};
    int is_url = 0;
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
        is_url = is_url || begins(in->at, stop, schemes[i]);
    const char *space = is_url ? find(in->at, stop, " ") : NULL;
    if (!space) return 0;
    out->text.url = in->at;
    out->text.url_length = (size_t)(space - in->at);
    int is_opened = begins(space, stop, " <-> "), is_sent = begins(space, stop, " <- ");
    if (is_opened) {
        in->url = out->text.url;
        in->url_length = out->text.url_length;
    }
    out->is_passed = is_opened || is_sent;
    if (out->is_passed) return 1;
    const char *colon = find(space, stop, ": ");
    if (!begins(space, stop, " -> ") || !colon) return 0;
    out->rest = colon + 2;
    return parse_seconds(&out->text.time_ns, space + 4, colon);
}

/* By which the ends of a connection show that they are there; no JSON. */
static int is_heartbeat(const char *at, const char *stop)
{
    while (stop > at && is_blank(stop[-1]))
        stop--;
    return stop - at == 4 && (memcmp(at, "ping", 4) == 0 || memcmp(at, "pong", 4) == 0);
}

static int parse_head(reader *in, head *out)
{
    *out = (head){.text = {.url = in->url, .url_length = in->url_length, .line = in->line},
                  .rest = in->at};
    if (*in->at == '{' || *in->at == '[') return 1;
    const char *stop = line_end(in->at, in->end);
    if (begins(in->at, stop, "configuration: ") || is_heartbeat(in->at, stop)) {
        out->is_passed = 1;
        return 1;
    }
    if (parse_url_head(in, out, stop)) return 1;
    const char *colon = find(in->at, stop, ": ");
    if (!colon) return 0;
    out->rest = colon + 2;
    out->is_passed = is_heartbeat(out->rest, stop);
    return parse_seconds(&out->text.time_ns, in->at, colon);
}

int hpm_import_is_json(const char *text, size_t length)
{
    reader in = {.at = text, .end = text + length, .line = 1};
    head out;
    skip_blanks(&in);
    return in.at < in.end && parse_head(&in, &out);
}

static hpm_status fail_line(const char *reason, int64_t line, hpm_error *error)
{
    hpm_fail(error, HPM_E_SYNTAX, NULL, "%s", reason);
    if (error) error->line = line;
    return HPM_E_SYNTAX;
}

/* One JSON text at in->at. */
static hpm_status read_text(reader *in, const hpm_import_text *text, hpm_error *error)
{
    json_error_t reason;
    json_t *root = json_loadb(in->at, (size_t)(in->end - in->at),
                              JSON_REJECT_DUPLICATES | JSON_DISABLE_EOF_CHECK, &reason);
    if (!root) return fail_line(reason.text, in->line + reason.line - 1, error);
    in->import->text++;
    hpm_status status = in->message(in->import, root, text, error);
    if (status != HPM_OK && error && error->line == 0 && text->line > 1) error->line = text->line;
    json_decref(root);
    for (const char *stop = in->at + reason.position; in->at < stop; in->at++)
        in->line += *in->at == '\n';
    return status;
}

void hpm_import_message_begin(hpm_import *import)
{
    import->text++;
}

hpm_status hpm_import_json_list(hpm_import *import, const json_t *list, const hpm_import_text *text,
                                hpm_import_message *message, hpm_error *error)
{
    hpm_status status = HPM_OK;
    for (size_t i = 0; i < json_array_size(list) && status == HPM_OK; i++) {
        hpm_import_message_begin(import);
        status = message(import, json_array_get(list, i), text, error);
    }
    return status;
}

hpm_status hpm_import_json_each(hpm_import *import, const char *text, size_t length,
                                hpm_import_message *message, hpm_error *error)
{
    reader in = {.import = import, .message = message, .at = text, .end = text + length, .line = 1};
    hpm_status status = HPM_OK;
    for (skip_blanks(&in); in.at < in.end && status == HPM_OK; skip_blanks(&in)) {
        head out;
        if (!parse_head(&in, &out))
            return fail_line("neither JSON nor a line of a capture", in.line, error);
        in.at = out.is_passed ? line_end(in.at, in.end) : out.rest;
        if (!out.is_passed) status = read_text(&in, &out.text, error);
    }
    return status;
}

/* ---- Fields ------------------------------------------------------------------------------- */

hpm_status hpm_import_row_fail(const hpm_import_row *row, const char *name, hpm_status status,
                               const char *reason, hpm_error *error)
{
    char where[160];
    if (row->index == SIZE_MAX)
        snprintf(where, sizeof where, "%.60s.%.60s", row->list, name);
    else
        snprintf(where, sizeof where, "%.60s[%zu].%.60s", row->list, row->index, name);
    return hpm_fail(error, status, where, "%s", reason);
}

int hpm_import_row_has(const hpm_import_row *row, const char *name)
{
    const json_t *value = json_object_get(row->object, name);
    if (!value || json_is_null(value)) return 0;
    return !json_is_string(value) || json_string_length(value) > 0;
}

/* The value, NULL where it is absent. */
static hpm_status take(const hpm_import_row *row, const char *name, int needed,
                       const json_t **value, hpm_error *error)
{
    *value = hpm_import_row_has(row, name) ? json_object_get(row->object, name) : NULL;
    if (*value || !needed) return HPM_OK;
    return hpm_import_row_fail(row, name, HPM_E_FIELD_MISSING, "missing field", error);
}

hpm_status hpm_import_row_text(const hpm_import_row *row, const char *name, int needed,
                               const char **value, hpm_error *error)
{
    const json_t *given = NULL;
    *value = NULL;
    hpm_status status = take(row, name, needed, &given, error);
    if (status != HPM_OK || !given) return status;
    if (!json_is_string(given))
        return hpm_import_row_fail(row, name, HPM_E_TYPE, "not a text", error);
    *value = json_string_value(given);
    return HPM_OK;
}

int hpm_import_json_real(const json_t *given, double *value)
{
    if (json_is_number(given)) {
        *value = json_number_value(given);
        return 1;
    }
    return json_is_string(given) &&
           hpm_csv_real(value, (hpm_csv_text){json_string_value(given), json_string_length(given)});
}

hpm_status hpm_import_row_real(const hpm_import_row *row, const char *name, int needed,
                               double *value, hpm_error *error)
{
    const json_t *given = NULL;
    *value = (double)NAN;
    hpm_status status = take(row, name, needed, &given, error);
    if (status != HPM_OK || !given) return status;
    if (hpm_import_json_real(given, value)) return HPM_OK;
    return hpm_import_row_fail(row, name, HPM_E_TYPE, "not a number", error);
}

/* Exactly where the text has at most eight decimals, else half-even. */
static hpm_status decimal_of(const json_t *given, int64_t *e8)
{
    double value = 0;
    if (json_is_integer(given)) {
        char text[HPM_DECIMAL_TEXT + 8];
        int length =
            snprintf(text, sizeof text, "%" JSON_INTEGER_FORMAT, json_integer_value(given));
        return hpm_decimal_parse(e8, text, (size_t)length);
    }
    if (json_is_real(given))
        return hpm_e8_from_double(e8, json_real_value(given), HPM_ROUND_HALF_EVEN);
    if (!json_is_string(given)) return HPM_E_TYPE;
    hpm_csv_text text = {json_string_value(given), json_string_length(given)};
    hpm_status status = hpm_decimal_parse(e8, text.bytes, text.length);
    if (status != HPM_E_PRECISION) return status;
    if (!hpm_csv_real(&value, text)) return HPM_E_SYNTAX;
    return hpm_e8_from_double(e8, value, HPM_ROUND_HALF_EVEN);
}

hpm_status hpm_import_row_decimal(const hpm_import_row *row, const char *name, int needed,
                                  int64_t *e8, int *is_given, hpm_error *error)
{
    const json_t *given = NULL;
    *e8 = 0;
    *is_given = 0;
    hpm_status status = take(row, name, needed, &given, error);
    if (status != HPM_OK || !given) return status;
    status = decimal_of(given, e8);
    *is_given = status == HPM_OK;
    if (status == HPM_OK) return HPM_OK;
    if (status == HPM_E_OVERFLOW)
        return hpm_import_row_fail(row, name, HPM_E_RANGE, "more than can be counted", error);
    return hpm_import_row_fail(row, name, HPM_E_TYPE, "not a number", error);
}

hpm_status hpm_import_row_time(const hpm_import_row *row, const char *name, int needed,
                               int64_t *time_ns, hpm_error *error)
{
    const json_t *given = NULL;
    *time_ns = 0;
    hpm_status status = take(row, name, needed, &given, error);
    if (status != HPM_OK || !given) return status;
    if (json_is_integer(given)) {
        json_int_t milliseconds = json_integer_value(given);
        if (milliseconds < HPM_IMPORT_MS_MIN || milliseconds > HPM_IMPORT_MS_MAX)
            return hpm_import_row_fail(row, name, HPM_E_RANGE,
                                       "not whole milliseconds of a time between 1973 and 2200",
                                       error);
        *time_ns = milliseconds * 1000000;
        return HPM_OK;
    }
    if (json_is_string(given) &&
        hpm_import_time_parse(time_ns, json_string_value(given), json_string_length(given)))
        return HPM_OK;
    return hpm_import_row_fail(row, name, HPM_E_TYPE, "not whole milliseconds", error);
}
