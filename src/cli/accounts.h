/* Accounts from files: account documents, many per file if need be, and account templates, which
 * are resolved on the market. */
#ifndef HPM_CLI_ACCOUNTS_H
#define HPM_CLI_ACCOUNTS_H

#include "hpm/account.h"
#include "hpm/market.h"
#include "io/template.h"
#include "stream.h"

typedef struct hpm_account_item {
    hpm_account *account;       /* malloc'ed */
    const char *file;           /* as on the command line */
    int64_t line;               /* where its document starts; 0: alone in its file */
    hpm_template_notes skipped; /* legs of a template that the market lacks */
} hpm_account_item;

/* Reads the accounts of one file, one by one. */
typedef struct hpm_account_source {
    hpm_stream stream;
    const char *file;
    const hpm_market *market;
    int64_t line; /* of the document that was read last; 0: alone in its file */
} hpm_account_source;

hpm_status hpm_account_source_open(hpm_account_source *source, const char *file,
                                   const hpm_market *market, hpm_error *error);

/* The next account; item->account is NULL at the end. After an error in a document the next call
 * goes on behind it, except after E_IO, E_LIMIT and E_MEMORY. */
hpm_status hpm_account_source_next(hpm_account_source *source, hpm_account_item *item,
                                   hpm_error *error);
void hpm_account_source_close(hpm_account_source *source);
void hpm_account_item_free(hpm_account_item *item);

/* All accounts of some files; the first error is diagnosed and ends it. */
typedef struct hpm_account_items {
    hpm_account_item *items;
    uint32_t count;
    uint32_t capacity;
} hpm_account_items;

int hpm_account_items_read(hpm_account_items *items, const char *const *files, uint32_t file_count,
                           const hpm_market *market);
void hpm_account_items_free(hpm_account_items *items);

/* One line on stderr about an account that could not be computed. */
int hpm_account_diagnose(const hpm_account_item *item, const hpm_error *error);

/* One line on stderr for each leg of a template that the market lacks. */
void hpm_account_note_skipped(const hpm_account_item *item);

#endif
