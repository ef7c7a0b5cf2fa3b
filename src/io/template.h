/* Account templates: an account described by tenor, moneyness, delta and size instead of names,
 * resolved against whatever a market lists. docs/TEMPLATES.md states the rules. */
#ifndef HPM_IO_TEMPLATE_H
#define HPM_IO_TEMPLATE_H

#include <stddef.h>
#include <stdint.h>

#include "hpm/account.h"
#include "hpm/market.h"

#define HPM_TEMPLATE_SCHEMA "hpm/account-template/1"

/* A balance, ladder or leg that the market does not allow, and why. */
typedef struct hpm_template_note {
    char name[32];
    char reason[160];
} hpm_template_note;

typedef struct hpm_template_notes {
    hpm_template_note *items; /* from malloc */
    uint32_t count;
} hpm_template_notes;

void hpm_template_notes_free(hpm_template_notes *notes);

/* Makes the account that the template describes on this market: the same text and market give the
 * same account. What is not listed within its tolerance, or lacks a price, is left out and named
 * in `skipped`; nothing is invented. *account is from malloc (free it); `skipped` must be freed
 * with hpm_template_notes_free. Errors are of the document only: those of the codec, E_REFERENCE (a
 * leg refers to a name that no earlier leg has), E_DUPLICATE (a name, a balance), E_LIMIT,
 * E_OVERFLOW; then both outputs are empty. */
hpm_status hpm_template_resolve(hpm_account **account, hpm_template_notes *skipped,
                                const char *text, size_t length, const hpm_market *market,
                                hpm_error *error);

#endif
