/* The core that the conformance suites share: errors per field, and the one line a file.
 *
 * A suite reads one file of a venue's own test cases, computes every case with the library and
 * compares field by field. A case that cannot be read or that the library refuses is a bad
 * document: it is named and the remaining cases are still run. */
#ifndef CONFORM_H
#define CONFORM_H

#include <stdint.h>

#include "hpm/status.h"
#include "io/file_read.h"

#define CONFORM_FIELDS_MAX 48
#define CONFORM_NAME_SIZE  64
#define CONFORM_LIST_SIZE  400

/* The largest error of one field over the cases of a file, relative to its tolerance. */
typedef struct conform_field {
    char name[CONFORM_NAME_SIZE];
    double ratio; /* error / tolerance; the field holds when it is at most 1 */
    double error, tolerance;
} conform_field;

typedef struct conform_tally {
    const char *suite, *path;
    conform_field fields[CONFORM_FIELDS_MAX];
    uint32_t field_count;
    uint32_t case_count;               /* computed and compared */
    uint32_t failed_count;             /* of those, beyond a tolerance */
    uint32_t bad_count;                /* not readable, or refused by the library */
    uint32_t skipped_count;            /* not computed, and said why */
    char failed[CONFORM_LIST_SIZE];    /* their names, as many as fit */
    char case_name[CONFORM_NAME_SIZE]; /* the case at hand */
    int case_failed;
} conform_tally;

/* Compares within case_begin .. case_end. A result that is not a number is beyond any tolerance. */
void conform_case_begin(conform_tally *tally, const char *name);
void conform_compare(conform_tally *tally, const char *field, double computed, double expected,
                     double tolerance);
void conform_case_end(conform_tally *tally);

/* Instead of case_end: the case could not be computed, and why. */
void conform_case_bad(conform_tally *tally, const hpm_error *error);

/* Instead of case_end: nothing here computes the case, and why. */
void conform_case_skip(conform_tally *tally, const char *reason);

/* 1e-8 * max(1, |reference|): for money, margins and, with the largest scenario, scenario values.
 */
double conform_tolerance(double reference);

/* A margin as venues' tests cut it to a whole number: one that is whole may come out a hair nearer
 * to zero. */
double conform_cut(double margin);

/* The line of the file on standard output. Returns 0 when every case holds, 1 if one does not, 3 if
 * one is bad. */
int conform_print(const conform_tally *tally);

/* One suite: runs the cases of a file. Returns an error for a document that has no cases to run. */
typedef hpm_status (*conform_suite_run)(conform_tally *tally, const hpm_buffer *text,
                                        hpm_error *error);

hpm_status conform_derive_pmrm1(conform_tally *tally, const hpm_buffer *text, hpm_error *error);
hpm_status conform_derive_pmrm2(conform_tally *tally, const hpm_buffer *text, hpm_error *error);
hpm_status conform_derive_srm(conform_tally *tally, const hpm_buffer *text, hpm_error *error);
hpm_status conform_deribit_simulate(conform_tally *tally, const hpm_buffer *text, hpm_error *error);
hpm_status conform_peers(conform_tally *tally, const hpm_buffer *text, hpm_error *error);
hpm_status conform_black_table(conform_tally *tally, const hpm_buffer *text, hpm_error *error);

#endif
