/* Walks field tables: defaults and checks. (Canonical bytes: fields_hash.c.) */
#include "hpm/fields.h"

#include <assert.h>
#include <float.h>
#include <string.h>

#include "hpm/number.h"
#include "real_text.h"
#include "record.h"

void *hpm_field_at(void *item, const hpm_field *field)
{
    return (unsigned char *)item + field->offset;
}

const void *hpm_field_of(const void *item, const hpm_field *field)
{
    return (const unsigned char *)item + field->offset;
}

uint32_t hpm_choice_count(const char *const *choices)
{
    uint32_t count = 0;
    while (choices[count])
        count++;
    return count;
}

const hpm_record *hpm_field_variant(const void *item, const hpm_field *field)
{
    const hpm_field *choice = field - 1;
    assert(field->type == HPM_FIELD_VARIANT && choice->type == HPM_FIELD_CHOICE);
    int chosen = *(const int *)hpm_field_of(item, choice);
    if (chosen < 0 || (uint32_t)chosen >= hpm_choice_count(choice->choices)) return NULL;
    return field->variants[chosen];
}

static int64_t fallback_e8(const hpm_field *field)
{
    int64_t e8 = 0;
    if (field->fallback == field->fallback) {
        hpm_status status = hpm_e8_from_double(&e8, field->fallback, HPM_ROUND_HALF_EVEN);
        assert(status == HPM_OK);
        (void)status;
    }
    return e8;
}

/* NaN, "absent", is zero in every type that has no NaN. */
static double fallback_number(const hpm_field *field)
{
    return field->fallback == field->fallback ? field->fallback : 0.0;
}

static void field_default(void *item, const hpm_field *field)
{
    void *value = hpm_field_at(item, field);
    switch (field->type) {
    case HPM_FIELD_TEXT:
        memset(value, 0, field->capacity);
        break;
    case HPM_FIELD_REAL:
        *(double *)value = field->fallback;
        break;
    case HPM_FIELD_COUNT:
        *(uint32_t *)value = (uint32_t)fallback_number(field);
        break;
    case HPM_FIELD_FLAG:
    case HPM_FIELD_CHOICE:
        *(int *)value = (int)fallback_number(field);
        break;
    case HPM_FIELD_DECIMAL:
        *(int64_t *)value = fallback_e8(field);
        break;
    case HPM_FIELD_TIME:
        *(int64_t *)value = (int64_t)fallback_number(field);
        break;
    case HPM_FIELD_REALS:
    case HPM_FIELD_TEXTS:
    case HPM_FIELD_RECORDS:
        *(hpm_list *)value = (hpm_list){NULL, 0};
        break;
    case HPM_FIELD_VARIANT: {
        const hpm_record *variant = hpm_field_variant(item, field);
        if (variant) hpm_record_defaults(item, variant);
        break;
    }
    }
}

void hpm_record_defaults(void *item, const hpm_record *record)
{
    for (uint32_t i = 0; i < record->field_count; i++)
        field_default(item, &record->fields[i]);
}

/* Says on which side of [min, max] the value lies; `shown` is the value as text. A table writes
 * "above 0" as a minimum of DBL_MIN. */
static hpm_status fail_range(int above, const char *shown, const hpm_field *field,
                             const hpm_path *path, hpm_error *error)
{
    char where[HPM_PATH_TEXT], bound[HPM_REAL_TEXT];
    if (!above && field->min == DBL_MIN)
        return hpm_fail(error, HPM_E_RANGE, hpm_path_format(where, path), "not above 0 (%s)",
                        shown);
    /* The unit "1" is how tables write a pure number. */
    const char *unit = field->unit && strcmp(field->unit, "1") != 0 ? field->unit : "";
    hpm_real_format(bound, above ? field->max : field->min);
    return hpm_fail(error, HPM_E_RANGE, hpm_path_format(where, path), "%s %s%s%s (%s)",
                    above ? "above the maximum" : "below the minimum", bound, unit[0] ? " " : "",
                    unit, shown);
}

hpm_status hpm_field_check_real(double value, const hpm_field *field, const hpm_path *path,
                                hpm_error *error)
{
    char text[HPM_REAL_TEXT];
    if (value >= field->min && value <= field->max) return HPM_OK;
    if (value != value) {
        int may_be_absent = field->type == HPM_FIELD_REAL && !field->required;
        if (may_be_absent && field->fallback != field->fallback) return HPM_OK;
        return hpm_fail(error, HPM_E_RANGE, hpm_path_format((char[HPM_PATH_TEXT]){0}, path),
                        "not a number (nan)");
    }
    hpm_real_format(text, value);
    return fail_range(value > field->max, text, field, path, error);
}

hpm_status hpm_field_check_decimal(int64_t e8, const hpm_field *field, const hpm_path *path,
                                   hpm_error *error)
{
    /* A bound that does not fit is no bound: every int64 is within it. */
    int64_t min = INT64_MIN, max = INT64_MAX;
    char text[HPM_DECIMAL_TEXT];
    (void)hpm_e8_from_double(&min, field->min, HPM_ROUND_HALF_EVEN);
    (void)hpm_e8_from_double(&max, field->max, HPM_ROUND_HALF_EVEN);
    if (e8 >= min && e8 <= max) return HPM_OK;
    hpm_decimal_format(text, e8);
    return fail_range(e8 > max, text, field, path, error);
}

hpm_status hpm_field_check_count(uint32_t value, const hpm_field *field, const hpm_path *path,
                                 hpm_error *error)
{
    return hpm_field_check_real((double)value, field, path, error);
}

static hpm_status check_text(const char *text, const hpm_field *field, const hpm_path *path,
                             hpm_error *error)
{
    if (field->required && text[0] == '\0')
        return hpm_fail(error, HPM_E_RANGE, hpm_path_format((char[HPM_PATH_TEXT]){0}, path),
                        "empty text");
    if (memchr(text, 0, field->capacity)) return HPM_OK;
    return hpm_fail(error, HPM_E_RANGE, hpm_path_format((char[HPM_PATH_TEXT]){0}, path),
                    "text is not terminated within %u bytes", field->capacity);
}

static hpm_status check_index(int value, uint32_t count, const hpm_path *path, hpm_error *error)
{
    if (value >= 0 && (uint32_t)value < count) return HPM_OK;
    return hpm_fail(error, HPM_E_RANGE, hpm_path_format((char[HPM_PATH_TEXT]){0}, path),
                    "not one of %u choices (%d)", count, value);
}

static hpm_status check_item(const void *items, uint32_t index, const hpm_field *field,
                             const hpm_path *path, hpm_error *error)
{
    const unsigned char *bytes = items;
    switch (field->type) {
    case HPM_FIELD_REALS:
        return hpm_field_check_real(((const double *)items)[index], field, path, error);
    case HPM_FIELD_TEXTS:
        return check_text((const char *)bytes + (size_t)index * field->capacity, field, path,
                          error);
    default:
        assert(field->type == HPM_FIELD_RECORDS);
        return hpm_record_check_at(bytes + index * field->record->size, field->record, path, error);
    }
}

static hpm_status check_list(const hpm_list *list, const hpm_field *field, const hpm_path *path,
                             hpm_error *error)
{
    if (list->count > field->max_items)
        return hpm_fail(error, HPM_E_LIMIT, hpm_path_format((char[HPM_PATH_TEXT]){0}, path),
                        "more than %u items (%u)", field->max_items, list->count);
    assert(list->items || list->count == 0);
    for (uint32_t i = 0; i < list->count; i++) {
        hpm_path at = {path->parent, path->name, i};
        hpm_status status = check_item(list->items, i, field, &at, error);
        if (status != HPM_OK) return status;
    }
    return HPM_OK;
}

static hpm_status check_field(const void *item, const hpm_field *field, const hpm_path *parent,
                              hpm_error *error)
{
    const void *value = hpm_field_of(item, field);
    const hpm_path path = {parent, field->name, HPM_PATH_NO_INDEX};
    switch (field->type) {
    case HPM_FIELD_TEXT:
        return check_text(value, field, &path, error);
    case HPM_FIELD_REAL:
        return hpm_field_check_real(*(const double *)value, field, &path, error);
    case HPM_FIELD_COUNT:
        return hpm_field_check_count(*(const uint32_t *)value, field, &path, error);
    case HPM_FIELD_FLAG:
        return check_index(*(const int *)value, 2, &path, error);
    case HPM_FIELD_CHOICE:
        return check_index(*(const int *)value, hpm_choice_count(field->choices), &path, error);
    case HPM_FIELD_DECIMAL:
        return hpm_field_check_decimal(*(const int64_t *)value, field, &path, error);
    case HPM_FIELD_TIME:
        return HPM_OK;
    case HPM_FIELD_REALS:
    case HPM_FIELD_TEXTS:
    case HPM_FIELD_RECORDS:
        return check_list(value, field, &path, error);
    case HPM_FIELD_VARIANT: {
        const hpm_record *variant = hpm_field_variant(item, field);
        return variant ? hpm_record_check_at(item, variant, parent, error) : HPM_OK;
    }
    }
    return HPM_OK;
}

hpm_status hpm_record_check_at(const void *item, const hpm_record *record, const hpm_path *path,
                               hpm_error *error)
{
    for (uint32_t i = 0; i < record->field_count; i++) {
        hpm_status status = check_field(item, &record->fields[i], path, error);
        if (status != HPM_OK) return status;
    }
    return HPM_OK;
}

hpm_status hpm_record_check(const void *item, const hpm_record *record, const char *path,
                            hpm_error *error)
{
    const hpm_path root = {NULL, path, HPM_PATH_NO_INDEX};
    return hpm_record_check_at(item, record, &root, error);
}
