/* Parameters that a file of cases states, by the names that the venue's contracts give them, with
 * or without case and underscores, in groups or not. */
#ifndef CONFORM_PARAMETERS_H
#define CONFORM_PARAMETERS_H

#include <jansson.h>
#include <stddef.h>

#include "hpm/status.h"

typedef struct conform_parameter {
    const char *name; /* lower case, no underscores */
    size_t offset;    /* of a double */
} conform_parameter;

/* Whether `written` is the name `plain`. */
int conform_same_name(const char *plain, const char *written);

/* The member of an object with such a name, NULL if there is none. */
const json_t *conform_member_like(const json_t *object, const char *plain);

/* A number; one of at least 1e9 is scaled by 1e18, as the contracts hold them. */
hpm_status conform_parameter_real(double *out, const json_t *value, const char *where,
                                  hpm_error *error);

/* Every number of `object`, groups walked, that has a name of the table, into the struct `out`.
 * Names that are not there are passed over. */
hpm_status conform_parameters_read(void *out, const conform_parameter *names, size_t name_count,
                                   const json_t *object, hpm_error *error);

#endif
