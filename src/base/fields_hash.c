/* Walks field tables: canonical bytes. */
#include "hpm/fields.h"

#include <assert.h>

#include "record.h"

static void hash_items(hpm_hasher *hasher, const hpm_list *list, const hpm_field *field)
{
    const unsigned char *bytes = list->items;
    hpm_hash_int(hasher, list->count);
    for (uint32_t i = 0; i < list->count; i++)
        switch (field->type) {
        case HPM_FIELD_REALS:
            hpm_hash_real(hasher, ((const double *)list->items)[i]);
            break;
        case HPM_FIELD_TEXTS:
            hpm_hash_text(hasher, (const char *)bytes + (size_t)i * field->capacity);
            break;
        default:
            assert(field->type == HPM_FIELD_RECORDS);
            hpm_record_hash(hasher, bytes + i * field->record->size, field->record);
            break;
        }
}

/* By name, so that a choice added to a table later does not change the hash of the others. */
static void hash_choice(hpm_hasher *hasher, int chosen, const hpm_field *field)
{
    assert(chosen >= 0 && (uint32_t)chosen < hpm_choice_count(field->choices));
    hpm_hash_text(hasher, field->choices[chosen]);
}

static void hash_field(hpm_hasher *hasher, const void *item, const hpm_field *field)
{
    const void *value = hpm_field_of(item, field);
    hpm_hash_text(hasher, field->name ? field->name : "");
    hpm_hash_int(hasher, field->type);
    switch (field->type) {
    case HPM_FIELD_TEXT:
        hpm_hash_text(hasher, value);
        break;
    case HPM_FIELD_REAL:
        hpm_hash_real(hasher, *(const double *)value);
        break;
    case HPM_FIELD_COUNT:
        hpm_hash_int(hasher, *(const uint32_t *)value);
        break;
    case HPM_FIELD_FLAG:
        hpm_hash_int(hasher, *(const int *)value != 0);
        break;
    case HPM_FIELD_CHOICE:
        hash_choice(hasher, *(const int *)value, field);
        break;
    case HPM_FIELD_DECIMAL:
    case HPM_FIELD_TIME:
        hpm_hash_int(hasher, *(const int64_t *)value);
        break;
    case HPM_FIELD_REALS:
    case HPM_FIELD_TEXTS:
    case HPM_FIELD_RECORDS:
        hash_items(hasher, value, field);
        break;
    case HPM_FIELD_VARIANT: {
        const hpm_record *variant = hpm_field_variant(item, field);
        hpm_hash_int(hasher, variant != NULL);
        if (variant) hpm_record_hash(hasher, item, variant);
        break;
    }
    }
}

void hpm_record_hash(hpm_hasher *hasher, const void *item, const hpm_record *record)
{
    hpm_hash_text(hasher, record->name);
    hpm_hash_int(hasher, record->field_count);
    for (uint32_t i = 0; i < record->field_count; i++)
        hash_field(hasher, item, &record->fields[i]);
}
