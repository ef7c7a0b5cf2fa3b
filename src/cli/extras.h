/* What `hpm margin` adds to a report when it is asked to: the off-grid check and ladders. */
#ifndef HPM_CLI_EXTRAS_H
#define HPM_CLI_EXTRAS_H

#include "session.h"

/* Memory that is kept and grown from account to account; all zero but for what is asked for. */
typedef struct hpm_extras {
    int off_grid, ladders; /* whether they are */
    hpm_offgrid_rules *rules;
    hpm_desk fine, climber;               /* under the rules, and under the rulebook */
    hpm_arena fine_memory, fine_work;     /* of the desk under the rules */
    hpm_arena ladder_memory, ladder_work; /* of the desk that climbs, and of the ladders */
    hpm_offgrid check;
    hpm_ladders steps;
} hpm_extras;

/* Adds to the report of an account (with its breakdown) what is asked for; valid until the next. */
hpm_status hpm_extras_add(hpm_extras *extras, hpm_session *session, hpm_report *report,
                          hpm_error *error);

void hpm_extras_free(hpm_extras *extras);

#endif
