/* The importers: venues' own files become a catalog, a market, raw quotes and an account.
 *
 * One row for each venue; a further venue is its files import_<venue>*.c, which define
 * `const hpm_import_venue hpm_import_<venue>` (import_table.h), and a row in HPM_IMPORTER_LIST.
 * What was assumed or left out in one import is in its notes; docs/IMPORT.md states every rule.
 *
 *     hpm_import *import = hpm_import_new(&hpm_import_deribit);
 *     hpm_import_read(import, "chain.csv", text, length, &error);   once for each file
 *     hpm_import_finish(import, &result, &error);
 */
#ifndef HPM_IO_IMPORTERS_H
#define HPM_IO_IMPORTERS_H

#include <stddef.h>
#include <stdint.h>

#include "hpm/quotes.h"
#include "io/document.h"

typedef struct hpm_import_venue hpm_import_venue;

/* Everything that one import has read so far. */
typedef struct hpm_import hpm_import;

/* Must not be moved: market and quotes point to the catalog. */
typedef struct hpm_import_result {
    /* If no price was read, document.market.catalog is NULL: descriptions and accounts alone make a
     * catalog alone. */
    hpm_market_document document;
    hpm_quotes quotes;    /* of the market's moment; catalog NULL where the market has none */
    hpm_account *account; /* NULL: neither positions nor balances were read */
    hpm_arena arena;      /* of the quotes */
} hpm_import_result;

/* NULL when there is no memory. */
hpm_import *hpm_import_new(const hpm_import_venue *venue);
void hpm_import_free(hpm_import *import);

/* Adds one file's text (already expanded; it is not kept). The last part of `path` is what messages
 * and price files call it by. E_SCHEMA: not a file of a kind that is known; E_FIELD_MISSING,
 * E_TYPE, E_RANGE, E_DUPLICATE, E_SYNTAX with line or path. After a failure the import holds part
 * of the file and can only be freed. */
hpm_status hpm_import_read(hpm_import *import, const char *path, const char *text, size_t length,
                           hpm_error *error);

/* Builds the result at the moment of the latest quote. Call once, after all files. On failure there
 * is nothing to free. */
hpm_status hpm_import_finish(hpm_import *import, hpm_import_result *result, hpm_error *error);
void hpm_import_result_free(hpm_import_result *result);

/* What was assumed, dropped or found doubtful: one sentence each. */
uint32_t hpm_import_note_count(const hpm_import *import);
const char *hpm_import_note(const hpm_import *import, uint32_t index);

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

/* After hpm_import_finish. */
void hpm_import_check_marks(const hpm_import *import, const hpm_market *market,
                            hpm_import_check *check);

/* The word on the command line, and what its help says: X(name, summary, text, examples). */
#define HPM_IMPORTER_LIST(X)                                                                       \
    X(deribit, "option chains (CSV), saved answers and recorded messages (JSON) of Deribit",       \
      "Reads Deribit's data (option chain CSV files, price files of futures, saved answers of "    \
      "the API, recorded WebSocket messages; compressed or not, in any order) and writes one "     \
      "market document with its catalog to stdout. Positions and account summaries make an "       \
      "account. What was assumed or left out is said on stderr, one note per line.",               \
      "  hpm import deribit chain.csv.gz > market.json\n"                                          \
      "  hpm import deribit chain.csv.gz perpetuals.csv --check\n"                                 \
      "  hpm import deribit book.json instruments.json --market-out m.json "                       \
      "--catalog-out c.json\n"                                                                     \
      "  hpm import deribit book.json positions.json summaries.json --output DIR\n")               \
    X(okx, "saved answers and recorded messages (JSON) of OKX",                                    \
      "Reads saved answers of OKX's v5 API (instruments, tickers, mark prices, option summary, "   \
      "open interest, index tickers, order books; positions and balances) and recorded "           \
      "WebSocket messages, compressed or not, in any order, and writes one market document with "  \
      "its catalog to stdout. Positions and balances make an account. What was assumed or left "   \
      "out is said on stderr, one note per line.",                                                 \
      "  hpm import okx instruments.json marks.json summary.json indices.json > market.json\n"     \
      "  hpm import okx instruments.json session.gz positions.json balance.json --output DIR\n")   \
    X(binance, "saved answers and recorded messages (JSON) of Binance",                            \
      "Reads what Binance's interfaces for spot, USD-M and COIN-M futures, options and "           \
      "portfolio margin answer and stream (JSON; compressed or not) and writes one market "        \
      "document with its catalog to stdout. Balances and positions make an account. Answers "      \
      "that do not say of what they are (order books, index prices) are saved with their URL "     \
      "as one line, \"URL -> SECONDS: ANSWER\"; the snapshot of a book goes before its changes. "  \
      "What was assumed or left out is said on stderr, one note per line.",                        \
      "  hpm import binance premiumIndex.json mark.json ticker.json > market.json\n"               \
      "  hpm import binance exchangeInfo.json depth.txt session.ws.gz > market.json\n"             \
      "  hpm import binance premiumIndex.json balance.json positionRisk.json -o DIR\n")            \
    X(bybit, "saved answers and recorded messages (JSON) of Bybit",                                \
      "Reads Bybit's data (saved answers of the v5 API, recorded WebSocket messages, also of the " \
      "v2 API; compressed or not, in any order) and writes one market document with its catalog "  \
      "to stdout. Positions and wallet balances make an account. What was assumed or left out is " \
      "said on stderr, one note per line.",                                                        \
      "  hpm import bybit tickers.json instruments.json > market.json\n"                           \
      "  hpm import bybit linear.json options.json positions.json wallet.json --output DIR\n"      \
      "  hpm import bybit session.ws.gz --market-out m.json --catalog-out c.json\n")

/* Where one example has to do for all. */
#define HPM_IMPORT_EXAMPLE "  hpm import deribit chain.csv.gz > market.json\n"
#define HPM_SURFACE_FIT_EXAMPLE                                                                    \
    "  hpm surface fit --from deribit chain.csv.gz --market-out market.json\n"

#define HPM_IMPORTER_DECLARE(name, summary, text, examples)                                        \
    extern const hpm_import_venue hpm_import_##name;
HPM_IMPORTER_LIST(HPM_IMPORTER_DECLARE)

/* In the order of HPM_IMPORTER_LIST. */
extern const hpm_import_venue *const hpm_importers[];

#endif
