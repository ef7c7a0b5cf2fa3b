/* The walk over the cases of a file: an object of cases by name, or one case. Parameters may stand
 * in a case or beside the cases. */
#ifndef CONFORM_CASES_H
#define CONFORM_CASES_H

#include <jansson.h>

#include "conform.h"

typedef struct conform_cases {
    /* Whether an object is a case, and not an object of cases. */
    int (*is_case)(const json_t *value);
    /* Runs one. `parameters` are those that hold for it, NULL if none are stated. */
    hpm_status (*run)(conform_tally *tally, const json_t *value, const json_t *parameters,
                      hpm_error *error);
} conform_cases;

/* E_SYNTAX, E_SCHEMA for the document, E_MEMORY and E_IO of a case; any other error of a case makes
 * it a bad one and the walk goes on. */
hpm_status conform_run_cases(conform_tally *tally, const hpm_buffer *text,
                             const conform_cases *cases, hpm_error *error);

#endif
