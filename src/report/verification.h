/* What `hpm verify` says about reports: for people one line per difference, for programs one
 * hpm/verify/1 document. Written as the comparison goes, so that a report with any number of
 * differences takes no memory. */
#ifndef HPM_REPORT_VERIFICATION_H
#define HPM_REPORT_VERIFICATION_H

#include <stdio.h>

#include "head.h"
#include "io/json_compare.h"

/* An input that a report names by its hash. */
typedef enum hpm_report_input {
    HPM_REPORT_ACCOUNT,
    HPM_REPORT_MARKET,
    HPM_REPORT_RULEBOOK,
    HPM_REPORT_INPUTS,
} hpm_report_input;

extern const char *const hpm_report_inputs[HPM_REPORT_INPUTS]; /* "account", ... */

/* Whose report it is, and from what: as it says, and as it was given to verify it. */
typedef struct hpm_report_identity {
    const char *account;
    const char *reported[HPM_REPORT_INPUTS]; /* hashes */
    const char *given[HPM_REPORT_INPUTS];    /* NULL: there is none of this name */
} hpm_report_identity;

typedef struct hpm_verification {
    FILE *stream;
    hpm_json *json;                 /* NULL: text */
    char account[128];              /* of the current report */
    int other;                      /* it is of another input */
    hpm_json_comparison comparison; /* of the current report */
    uint32_t reports, equal;
} hpm_verification;

/* `json` NULL: text to `stream`; otherwise an open writer. The head is of no account. */
void hpm_verification_begin(hpm_verification *verification, FILE *stream, hpm_json *json,
                            const hpm_report_head *head);

/* Begins a report. Returns 1 if it is of the inputs that were given: only then it is compared, with
 * verification->comparison. Else says of which it is not. */
int hpm_verification_report(hpm_verification *verification, const hpm_report_identity *identity);
/* Returns whether the report is equal. */
int hpm_verification_report_end(hpm_verification *verification);

/* `failed`: reports that could not be read or computed. */
void hpm_verification_end(hpm_verification *verification, uint32_t failed);

#endif
