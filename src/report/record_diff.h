/* What differs between two records of the same field table, field by field. */
#ifndef HPM_REPORT_RECORD_DIFF_H
#define HPM_REPORT_RECORD_DIFF_H

#include "hpm/fields.h"

/* A field whose value differs: both are values of `field`. Or a row that only one of two lists has:
 * the other is NULL, and `field` is the list. Valid during the call. */
typedef struct hpm_field_change {
    const char *path; /* "collateral[BTC].haircut"; "collateral[BTC]" of a row */
    const hpm_field *field;
    int is_row;
    const void *before, *after;
} hpm_field_change;

typedef void hpm_field_changed(void *to, const hpm_field_change *change);

/* Whether rows of the record are told apart by this field: its first one, a required text. */
int hpm_record_names(const hpm_record *record, const hpm_field *field);

/* In the order of the table, rows as they stand before, then new ones. Rows with a name
 * are matched by it, others by their place in the list. Of a
 * variant that is another one, the fields before stand without an after and those after without a
 * before. */
void hpm_record_diff(const void *before, const void *after, const hpm_record *record,
                     hpm_field_changed *each, void *to);

#endif
