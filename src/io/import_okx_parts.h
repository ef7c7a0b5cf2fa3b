/* What the parts of the OKX import share: one row of an answer and the readers of each kind. */
#ifndef HPM_IO_IMPORT_OKX_PARTS_H
#define HPM_IO_IMPORT_OKX_PARTS_H

#include "io/import_table.h"

/* One object of `data` (or of a list inside it), with what stands around it. */
typedef struct hpm_okx_row {
    hpm_import_row fields;
    const char *inst_id; /* of the message's "arg" or of the address; NULL: not known */
    int is_update;       /* changes of an order book, not a whole one */
} hpm_okx_row;

/* Takes what one row says. E_FIELD_MISSING, E_TYPE, E_RANGE, E_REFERENCE name the field. */
typedef hpm_status hpm_okx_reader(hpm_import *import, const hpm_okx_row *row, hpm_error *error);

/* The name's meaning: BTC-USDT, BTC-USDT-SWAP, BTC-USD-220527, BTC-USD-220527-50000-C. */
hpm_import_class hpm_okx_name_parse(hpm_import_product *product, const char *symbol, size_t length);
void hpm_okx_sizes_assume(hpm_import_product *product);

/* The pair of an index, "BTC-USDT": 0 if the name is no pair. */
int hpm_okx_pair_parse(char base[HPM_ASSET_NAME_SIZE], char quote[HPM_ASSET_NAME_SIZE],
                       const char *text);

/* The entry that a row is about; *entry is NULL for names that are counted and left out. */
hpm_status hpm_okx_entry(hpm_import *import, const hpm_okx_row *row, hpm_import_entry **entry,
                         hpm_error *error);

hpm_status hpm_okx_fail(const hpm_okx_row *row, const char *field, hpm_status code,
                        hpm_error *error, const char *format, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 5, 6)))
#endif
    ;

/* A note that is said once however often there is reason to: skipped if one begins with `text`. */
hpm_status hpm_okx_note_once(hpm_import *import, hpm_error *error, const char *text,
                             const char *format, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 4, 5)))
#endif
    ;

/* ---- Readers ------------------------------------------------------------------------------ */

hpm_okx_reader hpm_okx_read_instrument; /* import_okx_instrument.c */
hpm_okx_reader hpm_okx_read_ticker;     /* import_okx_quote.c */
hpm_okx_reader hpm_okx_read_mark;
hpm_okx_reader hpm_okx_read_summary;
hpm_okx_reader hpm_okx_read_interest;
hpm_okx_reader hpm_okx_read_index;
hpm_okx_reader hpm_okx_read_book;
hpm_okx_reader hpm_okx_read_best;
hpm_okx_reader hpm_okx_read_position; /* import_okx_account.c */
hpm_okx_reader hpm_okx_read_balance;
hpm_okx_reader hpm_okx_read_account;
hpm_okx_reader hpm_okx_read_changes;

#endif
