/* What a call computes with: a market, a rulebook and the array priced from them, and the reports
 * of accounts on top. Everything that fails here says so on stderr, in one line, and returns the
 * exit status. */
#ifndef HPM_CLI_SESSION_H
#define HPM_CLI_SESSION_H

#include "accounts.h"
#include "hpm/desk.h"
#include "io/document.h"
#include "options.h"
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

/* What most commands read, and the rows of their option tables for it. `values` is the command's
 * record, with a member `input`. */
typedef struct hpm_session_input {
    const char *market, *catalog, *rulebook;
} hpm_session_input;

/* clang-format off */
#define HPM_OPTIONS_INPUT(values)                                                                  \
    {"market", 'm', HPM_OPTION_TEXT, 1, offsetof(values, input.market), "FILE", NULL,              \
     "market document"},                                                                           \
    {"catalog", 'c', HPM_OPTION_TEXT, 0, offsetof(values, input.catalog), "FILE", NULL,            \
     "catalog document, if the market does not embed one"},                                        \
    {"rulebook", 'r', HPM_OPTION_TEXT, 0, offsetof(values, input.rulebook), "NAME|FILE", NULL,     \
     "margin method; NAME@DATE: with the parameters of that day, month or year (hpm)"}
/* clang-format on */

/* How many of them come from stdin, which can be read once; of files (NULL: none), and of a list.
 */
uint32_t hpm_session_stdin(const hpm_session_input *input);
uint32_t hpm_stdin_file(const char *file);
uint32_t hpm_stdin_files(const hpm_texts *files);

/* Refuses more than one; HPM_PARSE_RUN if there is none. */
int hpm_stdin_check(const hpm_command *self, uint32_t count);

/* Reads market, catalog and rulebook (none named: hpm). */
int hpm_session_begin(hpm_session *session, const hpm_session_input *input);

/* Reads a market, and the catalog if `catalog` is not NULL. */
int hpm_session_open(hpm_session *session, const char *market, const char *catalog);

/* Reads a rulebook by path, name, or name and date. */
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

/* ---- Commands that ask about one account at a desk ---------------------------------------- */

/* The one account of a file; diagnoses a file without any and one with several. Free the item in
 * every case. */
int hpm_session_account(const hpm_session *session, hpm_account_item *item, const char *file);

/* A desk at the session's market and rulebook, in the session's memory, with room for the account
 * and as many more positions. Instead of hpm_session_price. */
int hpm_session_desk(hpm_session *session, hpm_desk *desk, const hpm_account *account,
                     uint32_t more_positions);

/* Valid after a failure too, and on a session that is all zero. */
void hpm_session_close(hpm_session *session);

/* Reads a whole file that may be at most `limit` bytes long; diagnoses. */
int hpm_read_file(hpm_buffer *buffer, const char *path, size_t limit);

/* Reads a catalog document; diagnoses. */
int hpm_read_catalog(hpm_catalog_document *document, const char *path);

#endif
