/* Walks field tables: JSON out. */
#include <assert.h>

#include "base/record.h"
#include "json_write.h"

#define SHORT_TEXT 64 /* longer texts are for people and do not go on one line with others */

static int is_list(hpm_field_type type)
{
    return type == HPM_FIELD_REALS || type == HPM_FIELD_TEXTS || type == HPM_FIELD_RECORDS;
}

/* Whether an item of the record reads well on one line: rows of tables do. */
static int is_row(const hpm_record *record)
{
    for (uint32_t i = 0; i < record->field_count; i++) {
        const hpm_field *field = &record->fields[i];
        if (is_list(field->type) || (field->type == HPM_FIELD_TEXT && field->capacity > SHORT_TEXT))
            return 0;
    }
    return 1;
}

static void write_item(hpm_json *json, const hpm_list *list, uint32_t index, const hpm_field *field)
{
    const unsigned char *bytes = list->items;
    switch (field->type) {
    case HPM_FIELD_REALS:
        hpm_json_real(json, ((const double *)list->items)[index]);
        break;
    case HPM_FIELD_TEXTS:
        hpm_json_text(json, (const char *)bytes + (size_t)index * field->capacity);
        break;
    default:
        assert(field->type == HPM_FIELD_RECORDS);
        if (is_row(field->record)) hpm_json_one_line(json);
        hpm_record_write(json, bytes + index * field->record->size, field->record);
        break;
    }
}

static void write_list(hpm_json *json, const hpm_list *list, const hpm_field *field)
{
    if (field->type != HPM_FIELD_RECORDS) hpm_json_one_line(json);
    hpm_json_begin_array(json);
    for (uint32_t i = 0; i < list->count; i++)
        write_item(json, list, i, field);
    hpm_json_end_array(json);
}

void hpm_field_write(hpm_json *json, const void *value, const hpm_field *field)
{
    switch (field->type) {
    case HPM_FIELD_TEXT:
        hpm_json_text(json, value);
        break;
    case HPM_FIELD_REAL:
        hpm_json_real(json, *(const double *)value);
        break;
    case HPM_FIELD_COUNT:
        hpm_json_int(json, *(const uint32_t *)value);
        break;
    case HPM_FIELD_FLAG:
        hpm_json_bool(json, *(const int *)value);
        break;
    case HPM_FIELD_CHOICE:
        hpm_json_text(json, field->choices[*(const int *)value]);
        break;
    case HPM_FIELD_DECIMAL:
        hpm_json_decimal(json, *(const int64_t *)value);
        break;
    case HPM_FIELD_TIME:
        hpm_json_time(json, *(const int64_t *)value);
        break;
    default:
        assert(is_list(field->type));
        write_list(json, value, field);
        break;
    }
}

static int is_absent(const void *value, const hpm_field *field)
{
    if (field->type != HPM_FIELD_REAL) return 0;
    double number = *(const double *)value;
    return number != number;
}

void hpm_record_write_fields(hpm_json *json, const void *item, const hpm_record *record)
{
    for (uint32_t i = 0; i < record->field_count; i++) {
        const hpm_field *field = &record->fields[i];
        if (field->type == HPM_FIELD_VARIANT) {
            const hpm_record *variant = hpm_field_variant(item, field);
            if (variant) hpm_record_write_fields(json, item, variant);
            continue;
        }
        const void *value = hpm_field_of(item, field);
        if (is_absent(value, field)) continue;
        hpm_json_key(json, field->name);
        hpm_field_write(json, value, field);
    }
}

void hpm_record_write(hpm_json *json, const void *item, const hpm_record *record)
{
    hpm_json_begin_object(json);
    hpm_record_write_fields(json, item, record);
    hpm_json_end_object(json);
}
