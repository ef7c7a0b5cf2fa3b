/* The HTML page of `hpm margin`: its index, and the sections of accounts with what is computed for
 * them only. */
#ifndef HPM_CLI_PAGE_H
#define HPM_CLI_PAGE_H

#include "session.h"

/* A desk with memory that is kept and grown from account to account. */
typedef struct hpm_page_desk {
    hpm_desk desk;
    hpm_arena memory, work;
} hpm_page_desk;

/* Starts all zero. */
typedef struct hpm_page {
    hpm_session *session;
    int brief;            /* the index alone */
    hpm_page_desk own;    /* under the session's rulebook */
    hpm_page_desk points; /* under the rules of an account's profile */
    hpm_profile_rules *rules;
    hpm_profile profile;
    hpm_arena limits_memory;
    hpm_limits limits;
    hpm_error error;
} hpm_page;

/* Writes the page's head; with several accounts, or a brief page, their index. */
int hpm_page_begin(hpm_page *page, hpm_session *session, const hpm_account_items *items, int brief);

/* The section of the number-th account; on a brief page nothing. Adds to the report what only a
 * page shows. Returns the exit status, 0 or that memory failed. */
int hpm_page_account(hpm_page *page, hpm_report *report, uint32_t number);

void hpm_page_end(hpm_page *page);

#endif
