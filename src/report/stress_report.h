/* What `hpm stress` says: the account in each scenario, worst first, and the mildest scenario that
 * exhausts it. */
#ifndef HPM_REPORT_STRESS_REPORT_H
#define HPM_REPORT_STRESS_REPORT_H

#include "head.h"
#include "hpm/stress.h"
#include "io/template.h"

#define HPM_STRESS_REPORT_SCHEMA "hpm/stress-report/1"

/* The days that are among the scenarios. */
typedef struct hpm_stress_history {
    uint32_t first; /* scenarios from this on are days; before it the user's own */
    uint32_t shown; /* how many of them at most, the worst */
    hpm_history_rule rule;
    int has_vols;          /* volatility histories were given */
    const uint32_t *still; /* coins that the account depends on and that no day moves */
    uint32_t still_count;
} hpm_stress_history;

typedef struct hpm_stress_report {
    hpm_report_head head;
    const hpm_stress *stress;          /* done */
    const char *const *texts;          /* [scenario_count] what each stands for, "" if nothing */
    const hpm_stress_history *history; /* NULL: no days */
    const hpm_reverse *reverse;        /* done; NULL: not asked for */
    const hpm_template_note *skipped;  /* legs of a template that the market lacks */
    uint32_t skipped_count;
    int colour;
} hpm_stress_report;

/* Returns 0 if memory failed on the way. */
int hpm_stress_report_text(FILE *stream, const hpm_stress_report *report);

/* One hpm/stress-report/1 object. */
void hpm_stress_report_json(hpm_json *json, const hpm_stress_report *report);

/* ---- Shared by the two writers ------------------------------------------------------------ */

/* Whether a scenario is a day. */
int hpm_stress_report_is_day(const hpm_stress_report *report, uint32_t scenario);

/* Walks the ranked results that are shown: the index of the first one at or after `rank`,
 * UINT32_MAX after the last. *days counts the days among them and begins as 0. */
uint32_t hpm_stress_report_next(const hpm_stress_report *report, uint32_t rank, uint32_t *days);

/* "together", "alone", ... */
extern const char *const hpm_reverse_kinds[];

#endif
