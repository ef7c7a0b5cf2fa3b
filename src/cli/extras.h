/* What `hpm margin` adds to a report when it is asked to: the off-grid check, ladders, and what a
 * page draws beside them. */
#ifndef HPM_CLI_EXTRAS_H
#define HPM_CLI_EXTRAS_H

#include "session.h"

/* A desk with memory that is kept and grown from account to account. */
typedef struct hpm_extras_desk {
    hpm_desk desk;
    hpm_arena memory, work;
} hpm_extras_desk;

/* All zero but for what is asked for. */
typedef struct hpm_extras {
    int off_grid, ladders;
    /* For a page: ladders, P&L over price, and what can be withdrawn. What cannot be computed is
     * left out, and the report says why. */
    int is_page;
    hpm_offgrid_rules *fine_rules;
    hpm_extras_desk fine; /* under them */
    hpm_offgrid check;
    hpm_extras_desk own; /* under the session's rulebook; the ladders lie in its memory */
    hpm_ladders steps;
    hpm_arena limits_memory;
    hpm_limits bounds;
    hpm_profile_rules *point_rules;
    hpm_extras_desk points; /* under them */
    hpm_profile drawn;
    hpm_error profile_error, own_error; /* why they are left out */
} hpm_extras;

/* Adds to the report of an account (with its breakdown) what is asked for; valid until the next. */
hpm_status hpm_extras_add(hpm_extras *extras, hpm_session *session, hpm_report *report,
                          hpm_error *error);

void hpm_extras_free(hpm_extras *extras);

#endif
