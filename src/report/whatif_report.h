/* What `hpm whatif` prints: an account before and after a package of trades, for people and as one
 * hpm/whatif/1 object. */
#ifndef HPM_REPORT_WHATIF_REPORT_H
#define HPM_REPORT_WHATIF_REPORT_H

#include "head.h"
#include "hpm/whatif.h"

typedef struct hpm_whatif_report {
    const hpm_whatif *whatif;
    const hpm_whatif_question *question;
    hpm_report_head head; /* of the account before */
    int colour;
} hpm_whatif_report;

/* Returns 0 if memory failed on the way. */
int hpm_whatif_text(FILE *stream, const hpm_whatif_report *report);
void hpm_whatif_json(hpm_json *json, const hpm_whatif_report *report);

/* ---- Shared by the two -------------------------------------------------------------------- */

/* An amount on both sides. */
typedef struct hpm_amounts {
    hpm_money before, after;
} hpm_amounts;

typedef enum hpm_whatif_total {
    HPM_TOTAL_EQUITY,
    HPM_TOTAL_INITIAL,
    HPM_TOTAL_MAINTENANCE,
    HPM_TOTAL_EXCESS,      /* equity less initial margin */
    HPM_TOTAL_REQUIREMENT, /* with open orders */
    HPM_TOTAL_SHORTFALL,   /* of equity below that */
    HPM_TOTALS,
} hpm_whatif_total;

hpm_amounts hpm_whatif_amounts(const hpm_whatif *whatif, hpm_whatif_total total);

/* After less before. Differences saturate, because only people read them where they would. */
hpm_money hpm_amounts_change(hpm_amounts amounts);

/* What an order is due of the requirement on a side, and whether it is of its worst set; order
 * counts in the question. 0 where it is not open. */
int hpm_whatif_order(hpm_money *due, int *is_worst, const hpm_whatif_report *report, uint32_t order,
                     int is_after);

#endif
