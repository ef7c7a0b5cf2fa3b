/* What `hpm search` says: the portfolios that lose most beyond their margin, and where. */
#ifndef HPM_REPORT_SEARCH_REPORT_H
#define HPM_REPORT_SEARCH_REPORT_H

#include "head.h"
#include "hpm/search.h"

#define HPM_SEARCH_REPORT_SCHEMA "hpm/search-report/1"

typedef struct hpm_search_report {
    hpm_report_head head; /* about no account */
    hpm_search *search;   /* done; makes the accounts of its finds */
    const hpm_rulebook *moves;
    int colour;
} hpm_search_report;

/* Returns 0 if memory failed on the way. */
int hpm_search_report_text(FILE *stream, const hpm_search_report *report);

/* One hpm/search-report/1 object. */
void hpm_search_report_json(hpm_json *json, const hpm_search_report *report);

/* The accounts of the finds as account documents, one a line. Returns what hpm_json_finish says. */
hpm_status hpm_search_report_accounts(FILE *stream, const hpm_search_report *report,
                                      hpm_error *error);

#endif
