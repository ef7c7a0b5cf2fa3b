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

/* The column's name: with the day from which it holds where another column has the same name. */
#define HPM_COMPARE_LABEL 64
const char *hpm_compare_label(char text[HPM_COMPARE_LABEL], const hpm_compare_report *report,
                              uint32_t row);

/* The scenario that set the initial margin as the account stands, by set and place in it; NULL:
 * none did. */
const hpm_scenario_set *hpm_compare_worst(const hpm_comparison *row, uint32_t *index);
/* The same in words: "grid #12", and "price -20.0 %, vol +50.0 %", in units of the set; "-". */
#define HPM_COMPARE_WORDS 160
void hpm_compare_words(char name[HPM_COMPARE_LABEL], char moves[HPM_COMPARE_WORDS],
                       const hpm_comparison *row);

/* What the first column needs of the capital of another one: only of the same cover. NaN: nothing
 * to say. */
double hpm_compare_efficiency(const hpm_compare_report *report, uint32_t row);

#endif
