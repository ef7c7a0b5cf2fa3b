/* What differs between two rulebooks, as text and as JSON. */
#include "rulebook_change.h"

#include <string.h>

#include "base/real_text.h"
#include "base/record.h"
#include "colour_codes.h"
#include "field_text.h"
#include "head.h"
#include "record_diff.h"
#include "wrap.h"

#define INDENT 42 /* of values */
#define WIDTH  100

/* ---- Text --------------------------------------------------------------------------------- */

/* One change in words. */
typedef struct line {
    char text[4096];
    size_t length;
} line;

static void add(line *to, const char *words)
{
    int wrote = snprintf(to->text + to->length, sizeof to->text - to->length, "%s", words);
    to->length += (size_t)wrote;
    if (to->length >= sizeof to->text) to->length = sizeof to->text - 1;
}

static int is_list(const hpm_field *field)
{
    return field->type == HPM_FIELD_REALS || field->type == HPM_FIELD_TEXTS ||
           field->type == HPM_FIELD_RECORDS;
}

static void add_list(line *to, const hpm_list *list, const hpm_field *field)
{
    char number[HPM_REAL_TEXT];
    if (field->type == HPM_FIELD_RECORDS && list->count > 0) {
        snprintf(number, sizeof number, "%u rows", list->count);
        add(to, number);
        return;
    }
    for (uint32_t i = 0; i < list->count; i++) {
        if (i > 0) add(to, " ");
        if (field->type == HPM_FIELD_REALS) {
            hpm_real_format(number, ((const double *)list->items)[i]);
            add(to, number);
        } else {
            add(to, (const char *)list->items + (size_t)i * field->capacity);
        }
    }
}

static void add_value(line *to, const void *value, const hpm_field *field)
{
    char text[1024] = "";
    if (value != NULL && is_list(field)) {
        const hpm_list *list = value;
        add_list(to, list, field);
        if (list->count > 0) return;
    } else if (value != NULL) {
        hpm_field_format(text, sizeof text, value, field);
    }
    add(to, text[0] != '\0' ? text : "nothing");
}

/* Whether a row says nothing with it: absent, off, empty, or as by default. */
static int is_unset(const void *value, const hpm_field *field)
{
    if (is_list(field)) return ((const hpm_list *)value)->count == 0;
    if (field->type == HPM_FIELD_FLAG) return *(const int *)value == 0;
    if (field->type == HPM_FIELD_TEXT) return ((const char *)value)[0] == '\0';
    if (field->type != HPM_FIELD_REAL) return 0;
    double number = *(const double *)value;
    return number != number || number == field->fallback;
}

/* The fields of a row, without the name that its path has. */
static void add_row(line *to, const void *row, const hpm_record *record)
{
    for (uint32_t i = 0; i < record->field_count; i++) {
        const hpm_field *field = &record->fields[i];
        if (field->type == HPM_FIELD_VARIANT) {
            const hpm_record *variant = hpm_field_variant(row, field);
            if (variant != NULL) add_row(to, row, variant);
            continue;
        }
        const void *value = hpm_field_of(row, field);
        if (hpm_record_names(record, field) || is_unset(value, field)) continue;
        add(to, ", ");
        add(to, field->name);
        add(to, " ");
        add_value(to, value, field);
    }
}

static void add_change(line *to, const hpm_field_change *change)
{
    const char *unit = change->field->unit;
    if (change->is_row) {
        add(to, change->before != NULL ? "taken away" : "new");
        add_row(to, change->before != NULL ? change->before : change->after, change->field->record);
        return;
    }
    add_value(to, change->before, change->field);
    add(to, " -> ");
    add_value(to, change->after, change->field);
    if (unit == NULL || strcmp(unit, "1") == 0) return;
    add(to, " (");
    add(to, unit);
    add(to, ")");
}

typedef struct printer {
    FILE *stream;
    int colour;
    int of_descriptions; /* 1: of those alone, 0: of all else */
    uint32_t count;
} printer;

/* A text longer than a name: nothing is computed from it. */
static int is_description(const hpm_field_change *change)
{
    return change->field->type == HPM_FIELD_TEXT && change->field->capacity > HPM_NAME_SIZE;
}

static void change_print(void *to, const hpm_field_change *change)
{
    printer *out = to;
    if (is_description(change) != out->of_descriptions) return;
    line words = {.length = 0};
    add_change(&words, change);
    fprintf(out->stream, "  %s%s%s", hpm_colour_code(HPM_COLOUR_BOLD, out->colour), change->path,
            hpm_colour_code(HPM_COLOUR_NONE, out->colour));
    size_t column = 2 + strlen(change->path);
    if (column >= INDENT) {
        fputc('\n', out->stream);
        column = 0;
    }
    fprintf(out->stream, "%*s", (int)(INDENT - column), "");
    hpm_wrap(out->stream, words.text, INDENT, INDENT, WIDTH);
    out->count++;
}

static void side_print(FILE *stream, const char *word, const hpm_rulebook *rulebook)
{
    char digits[HPM_HASH_TEXT];
    hpm_hash_format(digits, &rulebook->hash);
    fprintf(stream, "%-8s%s %s%s%s\n        hash %s\n", word, rulebook->name, rulebook->version,
            rulebook->effective[0] != '\0' ? ", from " : "", rulebook->effective, digits);
}

void hpm_rulebook_change_text(FILE *stream, const hpm_rulebook *before, const hpm_rulebook *after,
                              int colour)
{
    printer out = {stream, colour, 0, 0};
    side_print(stream, "before", before);
    side_print(stream, "after", after);
    fputc('\n', stream);
    hpm_record_diff(before, after, &hpm_rulebook_record, change_print, &out);
    out.of_descriptions = 1;
    hpm_record_diff(before, after, &hpm_rulebook_record, change_print, &out);
    if (out.count > 0) return;
    int is_same = memcmp(&before->hash, &after->hash, sizeof before->hash) == 0;
    fprintf(stream, "  %s\n", is_same ? "nothing differs" : "only the order of rows differs");
}

/* ---- JSON --------------------------------------------------------------------------------- */

static void put_value(hpm_json *json, const char *key, const hpm_field_change *change,
                      const void *value)
{
    hpm_json_key(json, key);
    if (value == NULL)
        hpm_json_null(json);
    else if (change->is_row)
        hpm_record_write(json, value, change->field->record);
    else
        hpm_field_write(json, value, change->field);
}

static void change_put(void *to, const hpm_field_change *change)
{
    hpm_json *json = to;
    hpm_json_begin_object(json);
    hpm_json_put_text(json, "field", change->path);
    hpm_json_key(json, "unit");
    if (change->field->unit != NULL)
        hpm_json_text(json, change->field->unit);
    else
        hpm_json_null(json);
    put_value(json, "before", change, change->before);
    put_value(json, "after", change, change->after);
    hpm_json_end_object(json);
}

static void put_side(hpm_json *json, const char *key, const hpm_rulebook *rulebook)
{
    hpm_json_key(json, key);
    hpm_json_begin_object(json);
    hpm_head_json_rulebook(json, rulebook);
    hpm_json_key(json, "effective");
    if (rulebook->effective[0] != '\0')
        hpm_json_text(json, rulebook->effective);
    else
        hpm_json_null(json);
    hpm_json_end_object(json);
}

void hpm_rulebook_change_json(hpm_json *json, const hpm_rulebook *before, const hpm_rulebook *after)
{
    hpm_json_put_text(json, "schema", "hpm/rulebook-diff/1");
    put_side(json, "before", before);
    put_side(json, "after", after);
    hpm_json_key(json, "changes");
    hpm_json_begin_array(json);
    hpm_record_diff(before, after, &hpm_rulebook_record, change_put, json);
    hpm_json_end_array(json);
}
