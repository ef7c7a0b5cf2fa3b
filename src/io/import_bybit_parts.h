/* What the parts of the Bybit import share: what a message is about, and the readers of each kind.
 */
#ifndef HPM_IO_IMPORT_BYBIT_PARTS_H
#define HPM_IO_IMPORT_BYBIT_PARTS_H

#include "io/import_table.h"

/* The venue's product lines. A name such as BTCUSDT is a pair in one of them and a perpetual in
 * another. */
typedef enum hpm_bybit_category {
    HPM_BYBIT_ANY, /* nothing says which: the name does, as far as it can */
    HPM_BYBIT_SPOT,
    HPM_BYBIT_LINEAR,
    HPM_BYBIT_INVERSE,
    HPM_BYBIT_OPTION,
} hpm_bybit_category;

/* An answer or a message, without its rows. */
typedef struct hpm_bybit_message {
    hpm_import *import;
    hpm_bybit_category category; /* that it, its topic or its URL names */
    int64_t time_ns;             /* 0: not known */
    int is_delta;                /* changes of what a snapshot said */
    int is_best;                 /* an order book of one level */
} hpm_bybit_message;

/* Reads one object of a kind that is known. */
typedef hpm_status hpm_bybit_reader(const hpm_bybit_message *message, const hpm_import_row *row,
                                    hpm_error *error);

/* ---- Names (import_bybit_names.c) ----------------------------------------------------------- */

/* The pair "spot/BTCUSDT"; the perpetuals BTCUSDT, BTCPERP, BTCUSD; the futures BTCUSDT-27MAR26,
 * BTC-27MAR26, BTCUSDH26; the options BTC-27MAR26-60000-C-USDT, BTC-27MAR26-60000-C. */
hpm_import_class hpm_bybit_parse(hpm_import_product *product, const char *symbol, size_t length);
void hpm_bybit_assume(hpm_import_product *product);

/* The category of that name; HPM_BYBIT_ANY: there is none. */
hpm_bybit_category hpm_bybit_category_of(const char *name, size_t length);
/* That the address of an answer or of a connection names. */
hpm_bybit_category hpm_bybit_category_of_url(const char *url, size_t length);
/* Whether a product can stand in a category. */
int hpm_bybit_category_fits(hpm_bybit_category category, const hpm_import_product *product);

/* What a contract's name counts, without how many of them it is: 10000SATS and SHIB1000 are SATS
 * and SHIB. Returns how many; 1 where the name holds no multiplier. */
double hpm_bybit_coin_parse(char coin[HPM_ASSET_NAME_SIZE], const char *text, size_t length);

/* The entry that a message means by a symbol; *entry is NULL for names that are counted and left
 * out. E_REFERENCE: the name is of another category than the message. */
hpm_status hpm_bybit_entry_of(const hpm_bybit_message *message, const char *symbol,
                              hpm_import_entry **entry, hpm_error *error);
/* Of the symbol in a row's field. */
hpm_status hpm_bybit_entry(const hpm_bybit_message *message, const hpm_import_row *row,
                           const char *field, hpm_import_entry **entry, hpm_error *error);

/* The price of one coin in a contract that counts several: the venue quotes 1000PEPEUSDT per
 * thousand. NaN stays NaN. */
double hpm_bybit_unit_price(const hpm_import_product *product, double price);

/* ---- Readers -------------------------------------------------------------------------------- */

hpm_bybit_reader hpm_bybit_read_description; /* import_bybit_describe.c: instruments-info */
hpm_bybit_reader hpm_bybit_read_ticker;      /* import_bybit_quote.c */
hpm_bybit_reader hpm_bybit_read_spread;      /* of two products: counted as a combo */
hpm_bybit_reader hpm_bybit_read_book;
hpm_bybit_reader hpm_bybit_read_old_book; /* import_bybit_old.c: the v2 API's */
hpm_bybit_reader hpm_bybit_read_old_ticker;
hpm_bybit_reader hpm_bybit_read_position; /* import_bybit_account.c */
hpm_bybit_reader hpm_bybit_read_wallet;

#endif
