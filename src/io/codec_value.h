/* Reads one JSON value into one field. Private to the codec. */
#ifndef HPM_IO_CODEC_VALUE_H
#define HPM_IO_CODEC_VALUE_H

#include <jansson.h>

#include "base/path.h"
#include "hpm/fields.h"

/* Fills the value at `at` (for a list: one item of it), checked against type and range. Lists of
 * records and variants are not values. */
hpm_status hpm_codec_value(void *at, const hpm_field *field, const json_t *value,
                           const hpm_path *path, hpm_error *error);

/* E_TYPE: "expected a string (17)". */
hpm_status hpm_codec_fail_type(const char *expected, const json_t *value, const hpm_path *path,
                               hpm_error *error);

#endif
