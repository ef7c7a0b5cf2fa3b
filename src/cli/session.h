/* What a call computes with: a market, a rulebook and the array priced from them, and the reports
 * of accounts on top. Everything that fails here says so on stderr, in one line, and returns the
 * exit status. */
#ifndef HPM_CLI_SESSION_H
#define HPM_CLI_SESSION_H

#include "accounts.h"
#include "hpm/margin.h"
#include "io/document.h"
#include "report/report.h"

typedef struct hpm_session {
    hpm_context context;
    hpm_catalog_document catalog; /* only if it came in a file of its own */
    hpm_market_document market;
    hpm_rulebook_document rulebook;
    hpm_arena array_memory;
    hpm_risk_array array;
    hpm_arena work; /* of one account at a time */
    hpm_breakdown breakdown;
    hpm_portfolio portfolio;
} hpm_session;

/* Reads a market, and the catalog if `catalog` is not NULL. */
int hpm_session_open(hpm_session *session, const char *market, const char *catalog);

/* Reads a rulebook by path or name. */
int hpm_session_rulebook(hpm_session *session, const char *name);

/* An array for a market and a rulebook in memory of its own, ready to be filled. */
hpm_status hpm_array_begin(hpm_risk_array *array, hpm_arena *memory, const hpm_market *market,
                           const hpm_rulebook *rulebook, hpm_error *error);

/* Prices every instrument under every scenario. */
int hpm_session_price(hpm_session *session);

/* The report of one account, valid until the next one; `brief`: only the result, not what it is
 * made of. The caller owns the item and reports an error against its file. */
hpm_status hpm_session_report(hpm_session *session, hpm_report *report,
                              const hpm_account_item *item, int brief, hpm_error *error);

/* Valid after a failure too, and on a session that is all zero. */
void hpm_session_close(hpm_session *session);

/* Reads a whole file that may be at most `limit` bytes long; diagnoses. */
int hpm_read_file(hpm_buffer *buffer, const char *path, size_t limit);

/* Reads a rulebook by path or name into an all-zero document; diagnoses. `path` gets its path. */
int hpm_read_rulebook(hpm_rulebook_document *document, char *path, const char *name);

#endif
