/* The importers: one row for each venue whose own files hpm can read. The command `hpm import`
 * walks this table; a further venue is its files import_<venue>*.c and a row in each of the two
 * lists. */
#ifndef HPM_IO_IMPORTERS_H
#define HPM_IO_IMPORTERS_H

#include <stddef.h>
#include <stdint.h>

#include "io/document.h"

/* Everything that one import has read so far; each importer has its own. */
typedef struct hpm_import hpm_import;

#define HPM_IMPORT_CHECK_COIN 5e-4 /* a mark counts as reproduced within this much coin */
#define HPM_IMPORT_STAGGER    1e-6 /* relative difference from which a forward is another one */

/* How well Black-76 (rate 0) gives a venue's option marks back from their own volatilities. */
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

typedef struct hpm_importer {
    /* NULL when there is no memory. */
    hpm_import *(*new_import)(void);
    void (*free_import)(hpm_import *import);
    /* Adds one file's text (already expanded; it is not kept). `path` is for messages. E_SCHEMA:
     * not a file of a kind that is known; E_FIELD_MISSING, E_TYPE, E_RANGE, E_DUPLICATE, E_SYNTAX
     * with line or path. After a failure the import holds part of the file and can only be freed.
     */
    hpm_status (*read)(hpm_import *import, const char *path, const char *text, size_t length,
                       hpm_error *error);
    /* Builds the catalog and, if any price was read, the market of the latest row's moment (else
     * document->market.catalog is NULL: descriptions alone make a catalog alone). Call once, after
     * all files; free the document with hpm_market_document_free. */
    hpm_status (*finish)(hpm_import *import, hpm_market_document *document, hpm_error *error);
    /* What was assumed, dropped or found doubtful: one sentence each. */
    uint32_t (*note_count)(const hpm_import *import);
    const char *(*note)(const hpm_import *import, uint32_t index);
    /* After `finish`. */
    void (*check)(const hpm_import *import, const hpm_market *market, hpm_import_check *check);
} hpm_importer;

/* The word on the command line, and what its help says: X(name, summary, text, examples). */
#define HPM_IMPORTER_LIST(X)                                                                       \
    X(deribit, "option chains (CSV) and saved API answers (JSON) of Deribit",                      \
      "Reads Deribit's public data (option chain CSV files, price files of futures, saved "        \
      "answers of the API; compressed or not, in any order) and writes one market "                \
      "document with its catalog to stdout. What was assumed or left out is said on "              \
      "stderr, one note per line.",                                                                \
      "  hpm import deribit chain.csv.gz > market.json\n"                                          \
      "  hpm import deribit chain.csv.gz perpetuals.csv --check\n"                                 \
      "  hpm import deribit book.json instruments.json --market-out m.json "                       \
      "--catalog-out c.json\n")

/* Where one example has to do for all. */
#define HPM_IMPORT_EXAMPLE "  hpm import deribit chain.csv.gz > market.json\n"

/* In the order of HPM_IMPORTER_LIST. */
extern const hpm_importer *const hpm_importers[];

#endif
