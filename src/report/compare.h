/* Writes comparisons: one account under several rulebooks, as text and as hpm/compare/1. */
#ifndef HPM_REPORT_COMPARE_H
#define HPM_REPORT_COMPARE_H

#include "head.h"
#include "hpm/compare.h"
#include "io/template.h"

typedef struct hpm_compare_report {
    hpm_report_head head; /* its array is of the first rulebook */
    const hpm_comparison *rows;
    uint32_t row_count;
    const hpm_template_note *skipped; /* legs of a template that the market lacks */
    uint32_t skipped_count;
    int colour;
} hpm_compare_report;

/* Returns 0 if memory failed on the way. */
int hpm_compare_text(FILE *stream, const hpm_compare_report *report);
void hpm_compare_json(hpm_json *json, const hpm_compare_report *report);

/* What the first column needs of the capital of another one: only of the same cover. NaN: nothing
 * to say. */
double hpm_compare_efficiency(const hpm_compare_report *report, uint32_t row);

#endif
