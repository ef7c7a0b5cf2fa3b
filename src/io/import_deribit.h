/* Imports Deribit's public data: chains as CSV and saved API answers become a catalog and a market.
 *
 * The files import_deribit*.c are the only ones that know this venue. docs/IMPORT.md states which
 * files are recognised, by what, and every rule and assumption; what was assumed or left out in one
 * import is in its notes.
 *
 *     hpm_import *import = hpm_import_new();
 *     hpm_import_deribit(import, "chain.csv", text, length, &error);   once for each file
 *     hpm_import_finish(import, &document, &error);
 */
#ifndef HPM_IO_IMPORT_DERIBIT_H
#define HPM_IO_IMPORT_DERIBIT_H

#include <stddef.h>
#include <stdint.h>

#include "hpm/status.h"
#include "io/document.h"

/* Everything read so far; opaque. */
typedef struct hpm_import hpm_import;

/* NULL when there is no memory. */
hpm_import *hpm_import_new(void);
void hpm_import_free(hpm_import *import);

/* Adds one file's text (already expanded; it is not kept). `path` is for messages, and its last
 * part is what price files call the snapshot by. E_SCHEMA: not a file of a kind that is known;
 * E_FIELD_MISSING, E_TYPE, E_RANGE, E_DUPLICATE, E_SYNTAX with line or path. After a failure the
 * import holds part of the file and can only be freed. */
hpm_status hpm_import_deribit(hpm_import *import, const char *path, const char *text, size_t length,
                              hpm_error *error);

/* Builds the catalog and, if any price was read, the market of the latest row's moment (else
 * document->market.catalog is NULL: descriptions alone make a catalog alone). Call once, after all
 * files; free the document with hpm_market_document_free. */
hpm_status hpm_import_finish(hpm_import *import, hpm_market_document *document, hpm_error *error);

/* What was assumed, dropped or found doubtful: one sentence each. */
uint32_t hpm_import_note_count(const hpm_import *import);
const char *hpm_import_note(const hpm_import *import, uint32_t index);

#define HPM_IMPORT_CHECK_COIN 5e-4 /* a mark counts as reproduced within this much coin */
#define HPM_IMPORT_STAGGER    1e-6 /* relative difference from which a forward is another one */

/* How well Black-76 (rate 0) gives the venue's option marks back from their own volatilities. */
typedef struct hpm_import_check {
    uint32_t options;        /* with mark, volatility and underlying */
    uint32_t within_own;     /* reproduced with the row's own underlying */
    uint32_t within_forward; /* reproduced with the expiry's forward */
    double worst_own;        /* largest difference in coin, with the row's own underlying */
    char worst_name[48];
    uint32_t staggered;   /* rows whose own underlying is not the expiry's forward */
    double stagger_ratio; /* largest |underlying / forward - 1| */
    double stagger_age_s; /* largest age of such a row */
} hpm_import_check;

/* After hpm_import_finish. */
void hpm_import_reprice(const hpm_import *import, const hpm_market *market,
                        hpm_import_check *check);

#endif
