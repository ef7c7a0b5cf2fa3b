/* The strict reader of JSON by field tables: parsing, records and lists. (Single values:
 * codec_value.c.) */
#include "codec.h"

#include <assert.h>
#include <string.h>

#include "base/record.h"
#include "codec_value.h"

static hpm_status parse_status(const json_error_t *problem)
{
    switch (json_error_code(problem)) {
    case json_error_out_of_memory:
        return HPM_E_MEMORY;
    case json_error_duplicate_key:
        return HPM_E_DUPLICATE;
    case json_error_numeric_overflow:
        return HPM_E_RANGE;
    default:
        return HPM_E_SYNTAX;
    }
}

static hpm_status fail_parse(const json_error_t *problem, hpm_error *error)
{
    const char *reason = problem->text;
    if (json_error_code(problem) == json_error_null_character)
        reason = "a text must not contain the character NUL";
    hpm_status status =
        hpm_fail(error, parse_status(problem), "", "%s (column %d)", reason, problem->column);
    if (error) error->line = problem->line;
    return status;
}

static hpm_status fail_limit(size_t limit, size_t length, hpm_error *error)
{
    return hpm_fail(error, HPM_E_LIMIT, "", "document longer than %zu bytes (%zu)", limit, length);
}

/* No more values than these; characters in strings count too, which errs on the safe side. */
static size_t value_bound(const char *text, size_t length)
{
    size_t count = 1;
    for (size_t i = 0; i < length; i++)
        count += text[i] == ',' || text[i] == '[' || text[i] == '{';
    return count;
}

hpm_status hpm_codec_parse(json_t **root, const char *text, size_t length, size_t limit,
                           hpm_error *error)
{
    json_error_t problem;
    if (length > limit) return fail_limit(limit, length, error);
    if (value_bound(text, length) > HPM_CODEC_VALUES_MAX)
        return hpm_fail(error, HPM_E_LIMIT, "", "more than %d values in the document",
                        HPM_CODEC_VALUES_MAX);
    *root = json_loadb(text, length, JSON_REJECT_DUPLICATES, &problem);
    return *root ? HPM_OK : fail_parse(&problem, error);
}

hpm_status hpm_codec_parse_first(json_t **root, size_t *used, const char *text, size_t length,
                                 size_t limit, hpm_error *error)
{
    json_error_t problem;
    size_t given = length < limit ? length : limit;
    *root = json_loadb(text, given, JSON_REJECT_DUPLICATES | JSON_DISABLE_EOF_CHECK, &problem);
    if (*root) {
        /* An int in jansson: limits are far below INT_MAX. */
        *used = (size_t)problem.position;
        return HPM_OK;
    }
    if (given < length && json_error_code(&problem) == json_error_premature_end_of_input)
        return fail_limit(limit, length, error);
    return fail_parse(&problem, error);
}

static int is_list(const hpm_field *field)
{
    return field->type == HPM_FIELD_REALS || field->type == HPM_FIELD_TEXTS ||
           field->type == HPM_FIELD_RECORDS;
}

static size_t item_size(const hpm_field *field)
{
    if (field->type == HPM_FIELD_REALS) return sizeof(double);
    return field->type == HPM_FIELD_TEXTS ? field->capacity : field->record->size;
}

static size_t list_size(const json_t *array, const hpm_field *field)
{
    size_t count = json_array_size(array);
    if (count > field->max_items) return 0; /* is refused before anything is taken */
    size_t bytes = hpm_aligned_size(count * item_size(field));
    if (field->type == HPM_FIELD_RECORDS)
        for (size_t i = 0; i < count; i++)
            bytes += hpm_record_read_size(json_array_get(array, i), field->record);
    return bytes;
}

/* Which variant applies is not known yet: counts the lists of all of them that are there. */
static size_t variants_size(const json_t *object, const hpm_field *field)
{
    size_t bytes = 0;
    uint32_t count = hpm_choice_count((field - 1)->choices);
    for (uint32_t i = 0; i < count; i++)
        if (field->variants[i]) bytes += hpm_record_read_size(object, field->variants[i]);
    return bytes;
}

size_t hpm_record_read_size(const json_t *object, const hpm_record *record)
{
    size_t bytes = 0;
    for (uint32_t i = 0; i < record->field_count; i++) {
        const hpm_field *field = &record->fields[i];
        if (field->type == HPM_FIELD_VARIANT)
            bytes += variants_size(object, field);
        else if (is_list(field))
            bytes += list_size(json_object_get(object, field->name), field);
    }
    return bytes;
}

/* Whether `key` is a field of the record, with the variants that `item` has chosen. */
static int is_known(const void *item, const hpm_record *record, const char *key)
{
    for (uint32_t i = 0; i < record->field_count; i++) {
        const hpm_field *field = &record->fields[i];
        if (field->type != HPM_FIELD_VARIANT) {
            if (strcmp(field->name, key) == 0) return 1;
            continue;
        }
        const hpm_record *variant = hpm_field_variant(item, field);
        if (variant && is_known(item, variant, key)) return 1;
    }
    return 0;
}

/* Fails for the first key, in the order of the document, that the table does not have. */
static hpm_status check_keys(const void *item, const hpm_record *record, const json_t *object,
                             const hpm_path *path, hpm_error *error)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)object, key, value)
    {
        char where[HPM_PATH_TEXT];
        if (strncmp(key, "x_", 2) == 0 || is_known(item, record, key)) continue;
        hpm_path at = {path, key, HPM_PATH_NO_INDEX};
        return hpm_fail(error, HPM_E_FIELD_UNKNOWN, hpm_path_format(where, &at),
                        "unknown field of %s (%.60s)", record->name, key);
    }
    return HPM_OK;
}

typedef struct reader {
    void *item;
    const hpm_record *record; /* the outermost of the object, for what is known in it */
    const json_t *object;
    hpm_arena *arena;
    const hpm_path *path;
    hpm_error *error;
    size_t found; /* keys of the object that were read */
} reader;

static hpm_status read_list(hpm_list *list, const hpm_field *field, const json_t *array,
                            hpm_arena *arena, const hpm_path *path, hpm_error *error)
{
    char where[HPM_PATH_TEXT];
    if (!json_is_array(array)) return hpm_codec_fail_type("an array", array, path, error);
    size_t count = json_array_size(array);
    if (count > field->max_items)
        return hpm_fail(error, HPM_E_LIMIT, hpm_path_format(where, path),
                        "more than %u items (%zu)", field->max_items, count);
    if (count == 0) return HPM_OK;
    unsigned char *items = hpm_arena_take(arena, count, item_size(field));
    if (!items)
        return hpm_fail(error, HPM_E_MEMORY, hpm_path_format(where, path),
                        "no memory for the list");
    *list = (hpm_list){items, (uint32_t)count};
    for (uint32_t i = 0; i < list->count; i++) {
        const json_t *value = json_array_get(array, i);
        void *item = items + i * item_size(field);
        hpm_path at = {path->parent, path->name, i};
        hpm_status status = field->type == HPM_FIELD_RECORDS
                                ? hpm_record_read(item, field->record, value, arena, &at, error)
                                : hpm_codec_value(item, field, value, &at, error);
        if (status != HPM_OK) return status;
    }
    return HPM_OK;
}

/* A misspelt name makes one field unknown and another missing: the first says more. */
static hpm_status fail_missing(const reader *r, const hpm_path *path)
{
    char where[HPM_PATH_TEXT];
    hpm_status status = check_keys(r->item, r->record, r->object, r->path, r->error);
    if (status != HPM_OK) return status;
    return hpm_fail(r->error, HPM_E_FIELD_MISSING, hpm_path_format(where, path), "missing field");
}

static hpm_status read_field(reader *r, const hpm_field *field)
{
    const hpm_path path = {r->path, field->name, HPM_PATH_NO_INDEX};
    const json_t *value = json_object_get(r->object, field->name);
    if (!value) return field->required ? fail_missing(r, &path) : HPM_OK;
    r->found++;
    void *at = hpm_field_at(r->item, field);
    if (is_list(field)) return read_list(at, field, value, r->arena, &path, r->error);
    return hpm_codec_value(at, field, value, &path, r->error);
}

static hpm_status read_fields(reader *r, const hpm_record *record)
{
    for (uint32_t i = 0; i < record->field_count; i++) {
        const hpm_field *field = &record->fields[i];
        hpm_status status = HPM_OK;
        if (field->type == HPM_FIELD_VARIANT) {
            const hpm_record *variant = hpm_field_variant(r->item, field);
            if (variant) {
                hpm_record_defaults(r->item, variant);
                status = read_fields(r, variant);
            }
        } else {
            status = read_field(r, field);
        }
        if (status != HPM_OK) return status;
    }
    return HPM_OK;
}

hpm_status hpm_record_read(void *item, const hpm_record *record, const json_t *object,
                           hpm_arena *arena, const hpm_path *path, hpm_error *error)
{
    if (!json_is_object(object)) return hpm_codec_fail_type("an object", object, path, error);
    reader r = {item, record, object, arena, path, error, 0};
    hpm_record_defaults(item, record);
    hpm_status status = read_fields(&r, record);
    if (status != HPM_OK || r.found == json_object_size(object)) return status;
    return check_keys(item, record, object, path, error);
}
