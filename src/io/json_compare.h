/* Compares two JSON documents value by value. The order of an object's fields and the spelling of a
 * number ("1.0", "1") do not matter; everything else does. */
#ifndef HPM_IO_JSON_COMPARE_H
#define HPM_IO_JSON_COMPARE_H

#include <jansson.h>

#include "base/path.h"
#include "json_write.h"

/* Something in which the two documents differ. An object or array that is missing, or that stands
 * in the place of something else, is one difference. */
typedef struct hpm_json_difference {
    const hpm_path *path; /* NULL: the documents as wholes */
    const json_t *given;  /* NULL: not there */
    const json_t *wanted; /* NULL: should not be there */
} hpm_json_difference;

typedef void hpm_json_difference_take(void *context, const hpm_json_difference *difference);

typedef struct hpm_json_comparison {
    hpm_json_difference_take *take; /* is called for each difference, in the order of `wanted` */
    void *context;
    uint64_t values;      /* scalars and empty containers that both have; grows */
    uint64_t differences; /* grows */
} hpm_json_comparison;

/* `path` leads to both (NULL: they are whole documents). */
void hpm_json_compare(hpm_json_comparison *comparison, const json_t *given, const json_t *wanted,
                      const hpm_path *path);

/* Writes a value for programs: as it is, but a container only by its kind, as {} or []. */
void hpm_json_outline(hpm_json *json, const json_t *value);

#endif
