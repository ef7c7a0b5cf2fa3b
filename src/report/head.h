/* How every report begins: which account, in which market, under which rulebook, and the asset in
 * which it counts. */
#ifndef HPM_REPORT_HEAD_H
#define HPM_REPORT_HEAD_H

#include <stdio.h>

#include "hpm/risk.h"
#include "io/json_write.h"

typedef struct hpm_report_head {
    const hpm_risk_array *array; /* its market and rulebook are the ones reported */
    const hpm_account *account;  /* NULL: the report is about no account */
    hpm_hash account_hash;
    const char *source; /* the market document's free text, "" if none */
} hpm_report_head;

/* Name of the asset in which the rulebook counts, and decimals to show amounts of it with. */
const char *hpm_head_currency(const hpm_report_head *head);
int hpm_head_decimals(const hpm_report_head *head);

/* Four lines for people. */
void hpm_head_text(FILE *stream, const hpm_report_head *head);

/* Members "account", "market", "rulebook", "numbers_version" of an object that is begun. */
void hpm_head_json(hpm_json *json, const hpm_report_head *head);

/* The same for a report about several rulebooks, without the array's. */
void hpm_head_text_several(FILE *stream, const hpm_report_head *head);
void hpm_head_json_several(hpm_json *json, const hpm_report_head *head);

/* Members "name", "version", "title", "hash" of an object that is begun. */
void hpm_head_json_rulebook(hpm_json *json, const hpm_rulebook *rulebook);

#endif
