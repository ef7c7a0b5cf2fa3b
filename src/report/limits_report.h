/* What `hpm limits` says: how far an account may go, as text and as hpm/limits/1. */
#ifndef HPM_REPORT_LIMITS_REPORT_H
#define HPM_REPORT_LIMITS_REPORT_H

#include "head.h"
#include "hpm/limits.h"
#include "io/template.h"

#define HPM_LIMITS_SCHEMA "hpm/limits/1"

typedef struct hpm_limits_report {
    hpm_report_head head;
    const hpm_limits *limits;
    hpm_limit_cash deposit;
    const hpm_limit_cash *withdrawals; /* [balance_count] in the order of the account */
    const hpm_limit_size *sizes;       /* of each instrument: bought, then sold */
    uint32_t instrument_count;
    const hpm_limit_liquidation *liquidations; /* of each move: down, then up */
    uint32_t move_count;
    const hpm_template_note *skipped; /* legs of a template that the market lacks */
    uint32_t skipped_count;
    int colour;
} hpm_limits_report;

/* Returns 0 if memory failed on the way. */
int hpm_limits_text(FILE *stream, const hpm_limits_report *report);
void hpm_limits_json(hpm_json *json, const hpm_limits_report *report);

/* ---- Shared by the two writers ------------------------------------------------------------ */

/* Whether the account passes as it is. */
int hpm_limits_pass(const hpm_limits_report *report);

/* What the account holds of an instrument. */
hpm_qty hpm_limits_held(const hpm_limits_report *report, uint32_t instrument);

#endif
