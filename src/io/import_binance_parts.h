/* What the parts of the Binance import share: which of the venue's markets a message is of, and the
 * readers of each kind of message. */
#ifndef HPM_IO_IMPORT_BINANCE_PARTS_H
#define HPM_IO_IMPORT_BINANCE_PARTS_H

#include "io/import_table.h"

/* The venue's programming interfaces. A name such as BTCUSDT is a pair in one of them and a
 * perpetual in another. */
typedef enum hpm_binance_market {
    HPM_BINANCE_ANY, /* nothing says which: the fields of the message tell */
    HPM_BINANCE_SPOT,
    HPM_BINANCE_USDM,      /* fapi: linear futures */
    HPM_BINANCE_COINM,     /* dapi: inverse futures */
    HPM_BINANCE_OPTIONS,   /* eapi */
    HPM_BINANCE_PORTFOLIO, /* papi: an account over all but options */
} hpm_binance_market;

/* One text, or what a stream's wrapper holds. */
typedef struct hpm_binance_message {
    hpm_import *import;
    const hpm_import_text *text;
    hpm_binance_market market; /* that the connection's or the answer's URL names */
    const char *stream;        /* "btcusdt@depth5@100ms"; not terminated, NULL: not known */
    size_t stream_length;
} hpm_binance_message;

/* Reads one object of a kind that is known. */
typedef hpm_status hpm_binance_reader(const hpm_binance_message *message, const hpm_import_row *row,
                                      hpm_error *error);

/* ---- Names (import_binance_names.c) ---- */

/* The pair "spot/BTCUSDT", the perpetuals "BTCUSDT" and "BTCUSD_PERP", the futures
 * "BTCUSDT_260327" and "BTCUSD_260327", the option "BTC-260327-60000-C". */
hpm_import_class hpm_binance_parse(hpm_import_product *product, const char *symbol, size_t length);
void hpm_binance_assume(hpm_import_product *product);

/* Takes "BTCUSDT" or "BTCUSD" apart, by the currencies that futures and options are quoted in. 0 if
 * none of them ends the name. */
int hpm_binance_pair_parse(hpm_import_product *product, const char *pair, size_t length);

/* Whether a URL names the venue, as every host of its own does. */
int hpm_binance_is_url(const char *url, size_t length);

/* Whether a URL holds what is peculiar to a market; HPM_BINANCE_ANY: none of them. */
hpm_binance_market hpm_binance_market_of(const char *url, size_t length);

/* Value of a parameter in a URL's query; NULL: not there. Not terminated. */
const char *hpm_binance_parameter(const hpm_import_text *text, const char *name, size_t *length);

/* ---- What every reader needs (import_binance.c) ---- */

/* Whether the message means the spot pair by a symbol: the URL says it, else `by_fields` (which
 * spot messages have or lack). Names of options and dated futures are their own. */
int hpm_binance_is_spot(const hpm_binance_message *message, const char *symbol, int by_fields);

/* The entry of the pair or of the derivative. NULL: of no form that is known, and counted. */
hpm_status hpm_binance_entry(const hpm_binance_message *message, const char *symbol, int is_spot,
                             hpm_import_entry **entry, hpm_error *error);

/* The symbol of a message whose data name none: from the URL's query or the stream's name, in upper
 * case. 0: neither has it. */
int hpm_binance_symbol_around(const hpm_binance_message *message,
                              char symbol[HPM_IMPORT_SYMBOL_SIZE]);

/* The field's time, else the moment of reception; 0: neither is known. `name` may be NULL. */
hpm_status hpm_binance_time(const hpm_binance_message *message, const hpm_import_row *row,
                            const char *name, int64_t *time_ns, hpm_error *error);

/* Calls `read` for each object of a list of the row's object; absent: none. */
hpm_status hpm_binance_each(const hpm_binance_message *message, const hpm_import_row *row,
                            const char *list, hpm_binance_reader *read, hpm_error *error);

/* ---- Readers, by file ---- */

hpm_binance_reader hpm_binance_read_info; /* import_binance_describe.c */
hpm_binance_reader hpm_binance_read_option_pair;

hpm_binance_reader hpm_binance_read_ticker; /* import_binance_quotes.c: answers */
hpm_binance_reader hpm_binance_read_spot_day;
hpm_binance_reader hpm_binance_read_last_price;
hpm_binance_reader hpm_binance_read_option_mark;
hpm_binance_reader hpm_binance_read_premium;
hpm_binance_reader hpm_binance_read_open_interest;
hpm_binance_reader hpm_binance_read_option_interest;
hpm_binance_reader hpm_binance_read_option_index;

hpm_binance_reader hpm_binance_read_event_book_ticker; /* events of streams */
hpm_binance_reader hpm_binance_read_event_day_ticker;
hpm_binance_reader hpm_binance_read_event_mark;
hpm_binance_reader hpm_binance_read_event_option_mark;
hpm_binance_reader hpm_binance_read_event_interest;
hpm_binance_reader hpm_binance_read_event_index;

hpm_binance_reader hpm_binance_read_depth; /* import_binance_book.c: whole books */
hpm_binance_reader hpm_binance_read_event_depth;
hpm_binance_reader hpm_binance_read_event_option_depth;

hpm_binance_reader hpm_binance_read_spot_account; /* import_binance_account.c */
hpm_binance_reader hpm_binance_read_margin_account;
hpm_binance_reader hpm_binance_read_option_account;
hpm_binance_reader hpm_binance_read_futures_account;
hpm_binance_reader hpm_binance_read_futures_balance;
hpm_binance_reader hpm_binance_read_portfolio_balance;
hpm_binance_reader hpm_binance_read_event_account;
hpm_binance_reader hpm_binance_read_event_spot_account;

hpm_binance_reader hpm_binance_read_position; /* import_binance_position.c */
hpm_binance_reader hpm_binance_read_option_position;
hpm_binance_reader hpm_binance_read_event_position;
hpm_binance_reader hpm_binance_read_event_option_position;

#endif
