/* The common beginning of all documents: parsing, schema, reading by table. */
#include "document.h"

#include <string.h>

#include "arena_new.h"
#include "codec.h"
#include "document_open.h"
#include "locate.h"

hpm_status hpm_document_check_schema(json_t *object, const char *schema, const hpm_path *path,
                                     hpm_error *error)
{
    char where[HPM_PATH_TEXT], shown[HPM_CODEC_SHOWN];
    hpm_path at = {path, "schema", HPM_PATH_NO_INDEX};
    const json_t *value = json_object_get(object, "schema");
    if (!value)
        return hpm_fail(error, HPM_E_SCHEMA, hpm_path_format(where, &at),
                        "missing; should be \"%s\"", schema);
    if (!json_is_string(value) || strcmp(json_string_value(value), schema) != 0)
        return hpm_fail(error, HPM_E_SCHEMA, hpm_path_format(where, &at), "should be \"%s\" (%s)",
                        schema, hpm_codec_show(shown, value));
    json_object_del(object, "schema");
    return HPM_OK;
}

hpm_status hpm_document_open(json_t **root, const char *text, size_t length, size_t limit,
                             const char *schema, hpm_error *error)
{
    hpm_status status = hpm_codec_parse(root, text, length, limit, error);
    if (status != HPM_OK) return status;
    if (json_is_object(*root))
        status = hpm_document_check_schema(*root, schema, NULL, error);
    else
        status = hpm_fail(error, HPM_E_SCHEMA, "", "not a JSON object; should be \"%s\"", schema);
    if (status != HPM_OK) {
        json_decref(*root);
        hpm_error_locate(error, text, length);
    }
    return status;
}

hpm_status hpm_document_read(void *item, hpm_arena *arena, const hpm_record *record,
                             const json_t *object, size_t extra, const hpm_path *path,
                             hpm_error *error)
{
    hpm_status status = hpm_arena_new(arena, hpm_record_read_size(object, record) + extra, error);
    if (status != HPM_OK) return status;
    status = hpm_record_read(item, record, object, arena, path, error);
    if (status != HPM_OK) hpm_arena_free(arena);
    return status;
}

/* ---- Peeking at the schema ---------------------------------------------------------------- */

typedef struct scanner {
    const char *at, *end;
} scanner;

static void skip_blanks(scanner *s)
{
    while (s->at < s->end && memchr(" \t\r\n", *s->at, 4))
        s->at++;
}

static int take(scanner *s, char wanted)
{
    skip_blanks(s);
    if (s->at == s->end || *s->at != wanted) return 0;
    s->at++;
    return 1;
}

/* Steps over a string whose opening quote has been taken; *length is of what is inside. */
static int skip_string(scanner *s, const char **text, size_t *length)
{
    *text = s->at;
    for (; s->at < s->end; s->at++) {
        if (*s->at == '\\' && s->at + 1 < s->end) {
            s->at++;
        } else if (*s->at == '"') {
            *length = (size_t)(s->at++ - *text);
            return 1;
        }
    }
    return 0;
}

/* Steps over any value, by its brackets only. */
static int skip_value(scanner *s)
{
    const char *text;
    size_t length, depth = 0;
    skip_blanks(s);
    while (s->at < s->end) {
        char c = *s->at;
        if (depth == 0 && (c == ',' || c == '}')) return 1;
        s->at++;
        if (c == '"' && !skip_string(s, &text, &length)) return 0;
        if (c == '{' || c == '[') depth++;
        if (c == '}' || c == ']') depth--;
    }
    return 0;
}

static hpm_status fail_peek(hpm_error *error, hpm_status status, const char *reason)
{
    return hpm_fail(error, status, "schema", "%s", reason);
}

hpm_status hpm_document_schema(char out[HPM_SCHEMA_SIZE], const char *text, size_t length,
                               hpm_error *error)
{
    scanner s = {text, text + length};
    const char *word;
    size_t size;
    if (!take(&s, '{')) return fail_peek(error, HPM_E_SCHEMA, "not a JSON object");
    while (take(&s, '"')) {
        if (!skip_string(&s, &word, &size) || !take(&s, ':')) break;
        if (size != 6 || memcmp(word, "schema", 6) != 0) {
            if (!skip_value(&s) || !take(&s, ',')) break;
            continue;
        }
        if (!take(&s, '"') || !skip_string(&s, &word, &size))
            return fail_peek(error, HPM_E_SCHEMA, "not a string");
        if (size >= HPM_SCHEMA_SIZE || memchr(word, '\\', size) || memchr(word, '\0', size))
            return fail_peek(error, HPM_E_SCHEMA, "not the name of a schema");
        memcpy(out, word, size);
        out[size] = '\0';
        return HPM_OK;
    }
    return fail_peek(error, HPM_E_SCHEMA, "missing; the document does not say what it is");
}
