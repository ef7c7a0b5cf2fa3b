/* How the HTML page of `hpm margin` begins: its head, and the table of accounts. */
#ifndef HPM_CLI_PAGE_H
#define HPM_CLI_PAGE_H

#include "session.h"

/* Writes the page's head; with several accounts, or if it is to be brief, their table. */
void hpm_page_begin(hpm_session *session, const hpm_account_items *items, int brief);

#endif
