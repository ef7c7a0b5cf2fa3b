/* Values of fields for people. */
#ifndef HPM_REPORT_FIELD_TEXT_H
#define HPM_REPORT_FIELD_TEXT_H

#include "hpm/fields.h"

/* One value that is no list, by its field; cut to `size`. A REAL that is absent is "-". */
void hpm_field_format(char *text, size_t size, const void *value, const hpm_field *field);

#endif
