/* What the parts of the Deribit import share. */
#ifndef HPM_IO_IMPORT_DERIBIT_PARTS_H
#define HPM_IO_IMPORT_DERIBIT_PARTS_H

#include "io/import_table.h"

/* BTC-PERPETUAL, BTC-27MAR26, BTC-27MAR26-60000-C are inverse and quoted in USD;
 * BTC_USDC-PERPETUAL, XRP_USDC-27MAR26-0d55-C are linear; BTC_USDC is a spot pair. Combos
 * (BTC-FS-27MAR26_PERP, BTC-CS-27MAR26-70000_80000) have legs with names of their own. */
hpm_import_class hpm_import_deribit_parse(hpm_import_product *product, const char *text,
                                          size_t length);

/* ---- Files -------------------------------------------------------------------------------- */

hpm_status hpm_import_deribit_csv(hpm_import *import, const char *text, size_t length,
                                  hpm_error *error);
hpm_status hpm_import_deribit_json(hpm_import *import, const char *text, size_t length,
                                   hpm_error *error);

/* A subscription's message: {"channel", "data"}. */
hpm_status hpm_import_deribit_message(hpm_import *import, const struct json_t *params,
                                      const hpm_import_text *text, hpm_error *error);

/* ---- Objects about one instrument --------------------------------------------------------- */

hpm_status hpm_import_deribit_description(hpm_import *import, const hpm_import_row *row,
                                          hpm_import_entry *entry, hpm_error *error);
/* A book summary, a ticker, an order book with its levels, a best quote. */
hpm_status hpm_import_deribit_quote(hpm_import *import, const hpm_import_row *row,
                                    hpm_import_entry *entry, int needs_mark, hpm_error *error);
hpm_status hpm_import_deribit_mark(hpm_import *import, const hpm_import_row *row,
                                   hpm_import_entry *entry, hpm_error *error);

/* The whole book of an answer; a message with a snapshot or changes; the text of one side
 * ("[[0.02, 9.0], ...]") of a book that was cleared before. */
hpm_status hpm_import_deribit_book(hpm_import *import, const hpm_import_row *row,
                                   hpm_import_entry *entry, int64_t time_ns, hpm_error *error);
hpm_status hpm_import_deribit_book_message(hpm_import *import, const hpm_import_row *row,
                                           hpm_import_entry *entry, hpm_error *error);
hpm_status hpm_import_deribit_levels(hpm_import *import, hpm_import_entry *entry, int64_t time_ns,
                                     const char *name, const char *text, size_t length,
                                     hpm_error *error);

/* ---- Others ------------------------------------------------------------------------------- */

/* `name` is "btc_usd", and may go on after it. */
hpm_status hpm_import_deribit_index(hpm_import *import, const char *name, size_t length,
                                    double price, int64_t time_ns, hpm_error *error);

/* `entry` NULL: of no known name; E_REFERENCE if something is held of it. */
hpm_status hpm_import_deribit_position(hpm_import *import, const hpm_import_row *row,
                                       hpm_import_entry *entry, int64_t time_ns, hpm_error *error);
/* `currency` NULL: the row says it. */
hpm_status hpm_import_deribit_summary(hpm_import *import, const hpm_import_row *row,
                                      const char *currency, int64_t time_ns, hpm_error *error);

#endif
