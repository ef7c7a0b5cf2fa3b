/* What `hpm diff` prints: an attribution, as tables for people and as one hpm/diff/1 object. */
#ifndef HPM_REPORT_CHANGE_H
#define HPM_REPORT_CHANGE_H

#include "head.h"
#include "hpm/attribution.h"

typedef struct hpm_change_report {
    const hpm_attribution *attribution;
    hpm_report_head before, after;
    int colour;
} hpm_change_report;

/* Returns 0 if memory failed on the way. */
int hpm_change_text(FILE *stream, const hpm_change_report *report);
void hpm_change_json(hpm_json *json, const hpm_change_report *report);

/* Equity less the initial margin, part by part; saturates, because only people read it where it
 * would. */
hpm_change hpm_change_excess(const hpm_attribution *attribution);

#endif
