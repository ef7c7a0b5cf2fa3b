/* Walks a field table and prints it. */
#include "record_show.h"

#include <float.h>
#include <inttypes.h>
#include <string.h>

#include "base/real_text.h"
#include "base/record.h"
#include "options.h"
#include "report/colour_codes.h"
#include "report/field_text.h"

#define PATH_SIZE    160
#define WIDTH        100
#define INDENT       6
#define VALUE_INDENT 41

struct show {
    FILE *stream;
    int colour;
};

static void item_show(const struct show *show, const char *path, const void *item,
                      const hpm_record *record, int meanings);

/* "ratio  [0, 1]"; texts and flags have no range. */
static void range_format(char *text, size_t size, const hpm_field *field)
{
    char low[HPM_REAL_TEXT];
    char high[HPM_REAL_TEXT];
    int pure = field->unit == NULL || strcmp(field->unit, "1") == 0;
    const char *unit = pure ? "" : field->unit;
    int numeric = field->type == HPM_FIELD_REAL || field->type == HPM_FIELD_REALS ||
                  field->type == HPM_FIELD_COUNT || field->type == HPM_FIELD_DECIMAL;
    if (!numeric) {
        snprintf(text, size, "%s", unit);
        return;
    }
    /* A table says "above 0" with the smallest normal double. */
    int above = field->min == DBL_MIN;
    hpm_real_format(low, above ? 0 : field->min);
    hpm_real_format(high, field->max);
    snprintf(text, size, "%s%s%s%s, %s]", unit, unit[0] != '\0' ? "  " : "", above ? "(" : "[", low,
             high);
}

static void meaning_print(const struct show *show, const hpm_field *field)
{
    if (field->text == NULL) return;
    fprintf(show->stream, "%s%*s", hpm_colour_code(HPM_COLOUR_DIM, show->colour), INDENT, "");
    hpm_wrap(show->stream, field->text, INDENT, INDENT, WIDTH);
    fputs(hpm_colour_code(HPM_COLOUR_NONE, show->colour), show->stream);
}

static void reals_print(const struct show *show, const hpm_list *list)
{
    const double *values = list->items;
    size_t column = 0;
    for (uint32_t i = 0; i < list->count; i++) {
        char number[HPM_REAL_TEXT];
        size_t length = hpm_real_format(number, values[i]);
        if (i == 0 || column + length + 1 > WIDTH) {
            fprintf(show->stream, "%s%*s", i == 0 ? "" : "\n", INDENT, "");
            column = INDENT;
        }
        fprintf(show->stream, "%s%s", number, i + 1 < list->count ? " " : "");
        column += length + 1;
    }
    if (list->count > 0) fputc('\n', show->stream);
}

static void texts_print(const struct show *show, const hpm_list *list, const hpm_field *field)
{
    for (uint32_t i = 0; i < list->count; i++) {
        fprintf(show->stream, "%*s%s\n", INDENT, "",
                (const char *)list->items + (size_t)i * field->capacity);
    }
}

static void records_show(const struct show *show, const char *path, const hpm_list *list,
                         const hpm_field *field, int meanings)
{
    for (uint32_t i = 0; i < list->count; i++) {
        char inner[PATH_SIZE];
        snprintf(inner, sizeof inner, "%.120s[%" PRIu32 "]", path, i);
        item_show(show, inner, (const unsigned char *)list->items + i * field->record->size,
                  field->record, meanings && i == 0);
    }
}

static void field_show(const struct show *show, const char *path, const void *value,
                       const hpm_field *field, int meanings)
{
    char text[1024]; /* longer than any text field */
    char range[128];
    int list = field->type == HPM_FIELD_REALS || field->type == HPM_FIELD_TEXTS ||
               field->type == HPM_FIELD_RECORDS;
    hpm_field_format(text, sizeof text, value, field);
    range_format(range, sizeof range, field);
    if (list) snprintf(text, sizeof text, "%" PRIu32 " items", ((const hpm_list *)value)->count);
    if (range[0] != '\0') {
        fprintf(show->stream, "%-40s %-20s %s\n", path, text, range);
    } else if (text[0] == '\0') {
        fprintf(show->stream, "%s\n", path);
    } else {
        size_t column = (size_t)fprintf(show->stream, "%-40s ", path);
        hpm_wrap(show->stream, text, column, VALUE_INDENT, WIDTH);
    }
    if (meanings) meaning_print(show, field);
    if (field->type == HPM_FIELD_REALS) reals_print(show, value);
    if (field->type == HPM_FIELD_TEXTS) texts_print(show, value, field);
    if (field->type == HPM_FIELD_RECORDS) records_show(show, path, value, field, meanings);
}

static void item_show(const struct show *show, const char *path, const void *item,
                      const hpm_record *record, int meanings)
{
    for (uint32_t i = 0; i < record->field_count; i++) {
        const hpm_field *field = &record->fields[i];
        char inner[PATH_SIZE];
        if (field->type == HPM_FIELD_VARIANT) {
            /* Each kind has its own fields: their meanings are told every time. */
            const hpm_record *variant = hpm_field_variant(item, field);
            if (variant != NULL) item_show(show, path, item, variant, 1);
            continue;
        }
        snprintf(inner, sizeof inner, "%.100s%s%.50s", path, path[0] != '\0' ? "." : "",
                 field->name);
        field_show(show, inner, hpm_field_of(item, field), field, meanings);
    }
}

void hpm_record_show(FILE *stream, const void *item, const hpm_record *record, int colour)
{
    struct show show = {stream, colour};
    item_show(&show, "", item, record, 1);
}
