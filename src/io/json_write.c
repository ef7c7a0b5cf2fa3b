/* The streaming JSON writer. */
#include "json_write.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/real_text.h"
#include "hpm/number.h"
#include "time_text.h"
#include "utf8.h"

#define BLOCK 65536

void hpm_json_to_file(hpm_json *json, FILE *file, int pretty)
{
    memset(json, 0, sizeof *json);
    json->file = file;
    json->pretty = pretty;
}

void hpm_json_to_buffer(hpm_json *json, int pretty)
{
    hpm_json_to_file(json, NULL, pretty);
}

void hpm_json_free(hpm_json *json)
{
    free(json->bytes);
    json->bytes = NULL;
    json->length = json->capacity = 0;
}

static void flush(hpm_json *json)
{
    if (json->length > 0 && fwrite(json->bytes, 1, json->length, json->file) != json->length)
        json->status = HPM_E_IO;
    json->length = 0;
}

/* Room for `length` more bytes and a terminator; 0 once anything has failed. */
static int reserve(hpm_json *json, size_t length)
{
    if (json->file && json->length >= BLOCK) flush(json);
    if (json->status != HPM_OK) return 0;
    if (length < json->capacity - json->length) return 1;
    size_t wanted;
    if (__builtin_add_overflow(json->length, length, &wanted) ||
        __builtin_add_overflow(wanted, wanted / 2 + BLOCK, &wanted)) {
        json->status = HPM_E_MEMORY;
        return 0;
    }
    char *bytes = realloc(json->bytes, wanted);
    if (!bytes) {
        json->status = HPM_E_MEMORY;
        return 0;
    }
    json->bytes = bytes;
    json->capacity = wanted;
    return 1;
}

static void put(hpm_json *json, const char *bytes, size_t length)
{
    if (!reserve(json, length)) return;
    memcpy(json->bytes + json->length, bytes, length);
    json->length += length;
}

static void line_break(hpm_json *json)
{
    if (!json->pretty) return;
    put(json, "\n", 1);
    for (uint32_t i = 0; i < json->depth; i++)
        put(json, "  ", 2);
}

/* What stands between the value before and the key or value to come. */
static void separate(hpm_json *json)
{
    if (json->keyed) {
        json->keyed = 0;
        return;
    }
    if (json->comma) put(json, ",", 1);
    if (json->depth == 0) return;
    if (json->line_depth == 0)
        line_break(json);
    else if (json->comma && json->pretty)
        put(json, " ", 1);
}

static void value(hpm_json *json, const char *bytes, size_t length)
{
    separate(json);
    put(json, bytes, length);
    json->comma = 1;
}

static void begin(hpm_json *json, const char *bracket)
{
    separate(json);
    put(json, bracket, 1);
    json->depth++;
    json->comma = 0;
    if (json->line_next && json->line_depth == 0) json->line_depth = json->depth;
    json->line_next = 0;
}

static void end(hpm_json *json, const char *bracket)
{
    assert(json->depth > 0 && !json->keyed);
    int on_line = json->line_depth != 0;
    if (json->line_depth == json->depth) json->line_depth = 0;
    json->depth--;
    if (json->comma && !on_line) line_break(json);
    put(json, bracket, 1);
    json->comma = 1;
}

void hpm_json_begin_object(hpm_json *json)
{
    begin(json, "{");
}

void hpm_json_end_object(hpm_json *json)
{
    end(json, "}");
}

void hpm_json_begin_array(hpm_json *json)
{
    begin(json, "[");
}

void hpm_json_end_array(hpm_json *json)
{
    end(json, "]");
}

void hpm_json_one_line(hpm_json *json)
{
    json->line_next = 1;
}

static void put_escape(hpm_json *json, unsigned char byte)
{
    static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
    const char *found = memchr(from, byte, sizeof from - 1);
    char escape[8] = {'\\'};
    if (found) {
        escape[1] = to[found - from];
        put(json, escape, 2);
        return;
    }
    snprintf(escape, sizeof escape, "\\u%04x", byte);
    put(json, escape, 6);
}

/* Bytes at the start of `text` that are written as they are: those of ASCII, which need no check
 * that they are whole characters, without the ones that are escaped. */
static size_t plain_run(const char *text, size_t length)
{
    size_t count = 0;
    while (count < length) {
        unsigned char byte = (unsigned char)text[count];
        if (byte < 0x20 || byte >= 0x7F || byte == '"' || byte == '\\') break;
        count++;
    }
    return count;
}

/* One character that is not plain; returns the bytes that it took. */
static size_t put_character(hpm_json *json, const char *text, size_t length)
{
    size_t size = hpm_utf8_length(text, length);
    if (size == 0) {
        put(json, "\xEF\xBF\xBD", 3); /* U+FFFD */
        return 1;
    }
    if (size == 1)
        put_escape(json, (unsigned char)text[0]);
    else
        put(json, text, size);
    return size;
}

static void put_quoted(hpm_json *json, const char *text, size_t length)
{
    put(json, "\"", 1);
    for (size_t at = 0; at < length;) {
        size_t run = plain_run(text + at, length - at);
        put(json, text + at, run);
        at += run;
        if (at < length) at += put_character(json, text + at, length - at);
    }
    put(json, "\"", 1);
}

void hpm_json_text_length(hpm_json *json, const char *text, size_t length)
{
    separate(json);
    put_quoted(json, text, length);
    json->comma = 1;
}

void hpm_json_text(hpm_json *json, const char *text)
{
    hpm_json_text_length(json, text, strlen(text));
}

void hpm_json_key(hpm_json *json, const char *key)
{
    assert(json->depth > 0 && !json->keyed);
    hpm_json_text(json, key);
    put(json, ": ", json->pretty ? 2 : 1);
    json->keyed = 1;
}

void hpm_json_real(hpm_json *json, double number)
{
    char text[HPM_REAL_TEXT];
    if (number - number != 0.0) {
        hpm_json_null(json);
        return;
    }
    /* -0 becomes 0, as in every hash: read again it would be an integer, which has no such sign. */
    value(json, text, hpm_real_format(text, number + 0.0));
}

void hpm_json_int(hpm_json *json, int64_t number)
{
    char text[24];
    int length = snprintf(text, sizeof text, "%lld", (long long)number);
    value(json, text, (size_t)length);
}

void hpm_json_decimal(hpm_json *json, int64_t e8)
{
    char text[HPM_DECIMAL_TEXT];
    hpm_json_text_length(json, text, hpm_decimal_format(text, e8));
}

void hpm_json_time(hpm_json *json, int64_t ns)
{
    char text[HPM_TIME_TEXT];
    hpm_json_text_length(json, text, hpm_time_format(text, ns));
}

void hpm_json_hash(hpm_json *json, const hpm_hash *hash)
{
    char text[HPM_HASH_TEXT];
    hpm_hash_format(text, hash);
    hpm_json_text(json, text);
}

void hpm_json_bool(hpm_json *json, int flag)
{
    value(json, flag ? "true" : "false", flag ? 4 : 5);
}

void hpm_json_null(hpm_json *json)
{
    value(json, "null", 4);
}

void hpm_json_raw(hpm_json *json, const char *text)
{
    value(json, text, strlen(text));
}

void hpm_json_put_text(hpm_json *json, const char *key, const char *text)
{
    hpm_json_key(json, key);
    hpm_json_text(json, text);
}

void hpm_json_put_real(hpm_json *json, const char *key, double number)
{
    hpm_json_key(json, key);
    hpm_json_real(json, number);
}

void hpm_json_put_int(hpm_json *json, const char *key, int64_t number)
{
    hpm_json_key(json, key);
    hpm_json_int(json, number);
}

void hpm_json_put_decimal(hpm_json *json, const char *key, int64_t e8)
{
    hpm_json_key(json, key);
    hpm_json_decimal(json, e8);
}

void hpm_json_put_time(hpm_json *json, const char *key, int64_t ns)
{
    hpm_json_key(json, key);
    hpm_json_time(json, ns);
}

void hpm_json_put_bool(hpm_json *json, const char *key, int flag)
{
    hpm_json_key(json, key);
    hpm_json_bool(json, flag);
}

hpm_status hpm_json_finish(hpm_json *json, hpm_error *error)
{
    assert(json->depth == 0 || json->status != HPM_OK);
    put(json, "\n", 1);
    if (json->file && json->status == HPM_OK) {
        flush(json);
        if (fflush(json->file) != 0) json->status = HPM_E_IO;
    } else if (json->bytes) {
        json->bytes[json->length] = '\0';
    }
    if (json->status == HPM_OK) return HPM_OK;
    return hpm_fail(error, json->status, "", "the document could not be written");
}
