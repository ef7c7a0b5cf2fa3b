/* Shared by everything that walks field tables: where a value lies, and whether one value is
 * within its field's range. */
#ifndef HPM_BASE_RECORD_H
#define HPM_BASE_RECORD_H

#include "hpm/fields.h"
#include "path.h"

/* The value of `field` inside `item`. */
void *hpm_field_at(void *item, const hpm_field *field);
const void *hpm_field_of(const void *item, const hpm_field *field);

/* The record that a VARIANT field stands for in `item`: chosen by the CHOICE field before it. NULL
 * if that choice has no fields (or is itself out of range, which its own check reports). */
const hpm_record *hpm_field_variant(const void *item, const hpm_field *field);

/* Names in `choices`. */
uint32_t hpm_choice_count(const char *const *choices);

/* E_RANGE with path, value and range. `value` may be NaN only where the field's fallback is. */
hpm_status hpm_field_check_real(double value, const hpm_field *field, const hpm_path *path,
                                hpm_error *error);
hpm_status hpm_field_check_decimal(int64_t e8, const hpm_field *field, const hpm_path *path,
                                   hpm_error *error);
hpm_status hpm_field_check_count(uint32_t value, const hpm_field *field, const hpm_path *path,
                                 hpm_error *error);

/* hpm_record_check with a path of links. */
hpm_status hpm_record_check_at(const void *item, const hpm_record *record, const hpm_path *path,
                               hpm_error *error);

#endif
