/* Walks a field table over two records at once. */
#include "record_diff.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/record.h"

#define PATH_SIZE 320

typedef struct teller {
    hpm_field_changed *each;
    void *to;
} teller;

static void tell(const teller *out, const char *path, const hpm_field *field, int is_row,
                 const void *before, const void *after)
{
    const hpm_field_change change = {path, field, is_row, before, after};
    out->each(out->to, &change);
}

static void join(char path[PATH_SIZE], const char *parent, const char *name)
{
    snprintf(path, PATH_SIZE, "%.200s%s%.100s", parent, parent[0] != '\0' ? "." : "", name);
}

/* ---- Values ------------------------------------------------------------------------------- */

/* Two that are absent are the same. */
static int reals_equal(double a, double b)
{
    return a == b || (a != a && b != b);
}

static int lists_equal(const hpm_list *a, const hpm_list *b, const hpm_field *field)
{
    if (a->count != b->count) return 0;
    for (uint32_t i = 0; i < a->count; i++) {
        if (field->type == HPM_FIELD_REALS) {
            if (!reals_equal(((const double *)a->items)[i], ((const double *)b->items)[i]))
                return 0;
        } else if (strcmp((const char *)a->items + (size_t)i * field->capacity,
                          (const char *)b->items + (size_t)i * field->capacity) != 0) {
            return 0;
        }
    }
    return 1;
}

static int values_equal(const void *a, const void *b, const hpm_field *field)
{
    switch (field->type) {
    case HPM_FIELD_TEXT:
        return strcmp(a, b) == 0;
    case HPM_FIELD_REAL:
        return reals_equal(*(const double *)a, *(const double *)b);
    case HPM_FIELD_COUNT:
        return *(const uint32_t *)a == *(const uint32_t *)b;
    case HPM_FIELD_FLAG:
    case HPM_FIELD_CHOICE:
        return *(const int *)a == *(const int *)b;
    case HPM_FIELD_DECIMAL:
    case HPM_FIELD_TIME:
        return *(const int64_t *)a == *(const int64_t *)b;
    default:
        return lists_equal(a, b, field);
    }
}

/* ---- Rows --------------------------------------------------------------------------------- */

static const void *row_at(const hpm_list *list, const hpm_record *record, uint32_t index)
{
    return (const unsigned char *)list->items + (size_t)index * record->size;
}

int hpm_record_names(const hpm_record *record, const hpm_field *field)
{
    return field == record->fields && field->type == HPM_FIELD_TEXT && field->required;
}

/* The name of a row, NULL if its record has none. */
static const char *name_of(const void *row, const hpm_record *record)
{
    return hpm_record_names(record, record->fields) ? hpm_field_of(row, record->fields) : NULL;
}

/* The row of a list that stands for the index-th of another one, NULL if there is none. */
static const void *row_like(const hpm_list *list, const hpm_record *record, const void *row,
                            uint32_t index)
{
    const char *name = name_of(row, record);
    if (name == NULL) return index < list->count ? row_at(list, record, index) : NULL;
    for (uint32_t i = 0; i < list->count; i++)
        if (strcmp(name_of(row_at(list, record, i), record), name) == 0)
            return row_at(list, record, i);
    return NULL;
}

static void row_path(char path[PATH_SIZE], const char *list, const void *row,
                     const hpm_record *record, uint32_t index)
{
    const char *name = name_of(row, record);
    if (name != NULL)
        snprintf(path, PATH_SIZE, "%.200s[%.64s]", list, name);
    else
        snprintf(path, PATH_SIZE, "%.200s[%u]", list, index);
}

static void items_diff(const teller *out, const char *path, const void *before, const void *after,
                       const hpm_record *record);

static void rows_diff(const teller *out, const char *path, const hpm_list *before,
                      const hpm_list *after, const hpm_field *field)
{
    const hpm_record *record = field->record;
    char inner[PATH_SIZE];
    for (uint32_t i = 0; i < before->count; i++) {
        const void *row = row_at(before, record, i), *other = row_like(after, record, row, i);
        row_path(inner, path, row, record, i);
        if (other != NULL)
            items_diff(out, inner, row, other, record);
        else
            tell(out, inner, field, 1, row, NULL);
    }
    for (uint32_t i = 0; i < after->count; i++) {
        const void *row = row_at(after, record, i);
        row_path(inner, path, row, record, i);
        if (row_like(before, record, row, i) == NULL) tell(out, inner, field, 1, NULL, row);
    }
}

/* ---- Fields ------------------------------------------------------------------------------- */

/* The fields of a variant that only one side has. */
static void variant_tell(const teller *out, const char *path, const void *before, const void *after,
                         const hpm_record *variant)
{
    for (uint32_t i = 0; variant != NULL && i < variant->field_count; i++) {
        const hpm_field *field = &variant->fields[i];
        char inner[PATH_SIZE];
        join(inner, path, field->name);
        tell(out, inner, field, 0, before != NULL ? hpm_field_of(before, field) : NULL,
             after != NULL ? hpm_field_of(after, field) : NULL);
    }
}

static void variants_diff(const teller *out, const char *path, const void *before,
                          const void *after, const hpm_field *field)
{
    const hpm_record *old = hpm_field_variant(before, field);
    const hpm_record *new = hpm_field_variant(after, field);
    if (values_equal(hpm_field_of(before, field - 1), hpm_field_of(after, field - 1), field - 1)) {
        if (old != NULL) items_diff(out, path, before, after, old);
        return;
    }
    variant_tell(out, path, before, NULL, old);
    variant_tell(out, path, NULL, after, new);
}

static void items_diff(const teller *out, const char *path, const void *before, const void *after,
                       const hpm_record *record)
{
    for (uint32_t i = 0; i < record->field_count; i++) {
        const hpm_field *field = &record->fields[i];
        char inner[PATH_SIZE];
        if (field->type == HPM_FIELD_VARIANT) {
            variants_diff(out, path, before, after, field);
            continue;
        }
        const void *old = hpm_field_of(before, field), *new = hpm_field_of(after, field);
        join(inner, path, field->name);
        if (field->type == HPM_FIELD_RECORDS)
            rows_diff(out, inner, old, new, field);
        else if (!values_equal(old, new, field))
            tell(out, inner, field, 0, old, new);
    }
}

void hpm_record_diff(const void *before, const void *after, const hpm_record *record,
                     hpm_field_changed *each, void *to)
{
    const teller out = {each, to};
    items_diff(&out, "", before, after, record);
}
