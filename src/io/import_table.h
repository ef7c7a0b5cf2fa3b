/* The table that every importer fills: instruments by the venue's names, their freshest quotes and
 * order books, index prices, and the account's positions and balances. What a venue calls things is
 * its importer's affair; what becomes of them (import_finish*.c) is the same for all.
 *
 * A reader takes one file's objects in their order and calls what is below for each. Times are ns
 * since 1970 UTC; NaN: not given. Everything is checked here once: prices, sizes, names. */
#ifndef HPM_IO_IMPORT_TABLE_H
#define HPM_IO_IMPORT_TABLE_H

#include "hpm/account.h"
#include "hpm/catalog.h"
#include "hpm/quotes.h"
#include "io/importers.h"

#define HPM_IMPORT_SYMBOL_SIZE 48
#define HPM_IMPORT_NOTE_SIZE   200
#define HPM_IMPORT_FILE_SIZE   128
#define HPM_IMPORT_WALLET_SIZE 12
#define HPM_IMPORT_REPORTING   "USD"
#define HPM_IMPORT_MS_MIN      INT64_C(100000000000)  /* 1973: below that they are seconds */
#define HPM_IMPORT_MS_MAX      INT64_C(7258118400000) /* the year 2200: above, microseconds */

/* What an instrument is, as its name or its description says. Open, to be said by the other: an
 * asset "", an expiry 0, a strike NaN. */
typedef struct hpm_import_product {
    char base[HPM_ASSET_NAME_SIZE];
    char quote[HPM_ASSET_NAME_SIZE];
    char settlement[HPM_ASSET_NAME_SIZE];
    hpm_kind kind;
    hpm_payoff payoff;
    int64_t expiry_ns;
    double strike;
    int is_call;
    double contract_size; /* NaN: not known, the venue's usual one is assumed and noted */
    hpm_qty lot;          /* 0: likewise */
    int is_guess;         /* set by assume(): prices may rest on the sizes, a position may not */
} hpm_import_product;

typedef enum hpm_import_class {
    HPM_IMPORT_PRODUCT,
    HPM_IMPORT_COMBO,   /* has legs with names of their own: counted and left out */
    HPM_IMPORT_UNKNOWN, /* no form that is known: counted, the first one named in a note */
} hpm_import_class;

/* What differs between venues beside their messages. */
struct hpm_import_venue {
    const char *prefix; /* "okx": names in the catalog are "okx:" and the symbol */
    /* What a symbol says by itself. A venue whose names do not tell products apart (one name for
     * the spot pair and the perpetual) puts the category before the symbol: "spot/BTCUSDT". */
    hpm_import_class (*parse)(hpm_import_product *product, const char *symbol, size_t length);
    /* Sizes where no description gave them; sets product->contract_size and lot. */
    void (*assume)(hpm_import_product *product);
    /* One file, of any kind that the venue has. */
    hpm_status (*read)(hpm_import *import, const char *text, size_t length, hpm_error *error);
    /* Sizes, open interest and positions count units of the base (of the quote currency for inverse
     * futures and perpetuals) and not contracts: they are divided by the contract size, once that
     * is known. */
    int counts_units;
};

typedef struct hpm_import_entry hpm_import_entry; /* one instrument */

/* The entry of a symbol, made if it is new (it stays where it is); *entry is NULL (and the row
 * counted) for combos and unknown names. E_RANGE: longer than any name. E_LIMIT, E_MEMORY. */
hpm_status hpm_import_entry_get(hpm_import *import, hpm_import_entry **entry, const char *symbol,
                                size_t length, hpm_error *error);
const hpm_import_product *hpm_import_entry_product(const hpm_import_entry *entry);

/* The venue's own description: what it and the name both say must agree (E_REFERENCE); sizes are
 * taken from it. `inactive`: closed for trading, left out and counted. */
hpm_status hpm_import_describe(hpm_import *import, hpm_import_entry *entry,
                               const hpm_import_product *product, int inactive, hpm_error *error);

/* One message about an instrument. Of each number the freshest that was given stays: a message
 * that is silent about a field (NaN) leaves it. `age_s` of the quote is not read. Of two for one
 * moment the later message's or file's; in one answer or CSV file that is E_DUPLICATE. Marks of
 * anything but options are above 0. */
typedef struct hpm_import_quote {
    int64_t time_ns; /* 0: not known, taken as the market's moment if there is none that is known */
    hpm_quote quote;
    double index; /* price of the base in the venue's quote currency */
    double gap_s; /* distance in time from what it stands for (a candle's), 0 */
} hpm_import_quote;

hpm_status hpm_import_quote_take(hpm_import *import, hpm_import_entry *entry,
                                 const hpm_import_quote *quote, hpm_error *error);

/* Everything NaN, time 0. */
extern const hpm_import_quote hpm_import_quote_none;

/* An order book: a snapshot (clears it) or changes (size 0 deletes a level). At the end best
 * prices, sizes, depths and the micro-price of the book stand in the entry's quote. What is older
 * than the book, and changes where no snapshot came, are passed over and counted. */
typedef enum hpm_import_side { HPM_IMPORT_BIDS, HPM_IMPORT_ASKS } hpm_import_side;
hpm_status hpm_import_book_clear(hpm_import *import, hpm_import_entry *entry, int64_t time_ns,
                                 hpm_error *error);
hpm_status hpm_import_book_set(hpm_import *import, hpm_import_entry *entry, int64_t time_ns,
                               hpm_import_side side, hpm_level level, hpm_error *error);
/* A message was missed: nothing is known of the book until the next snapshot. An older message than
 * the book's last shows no such thing, and is passed over. */
hpm_status hpm_import_book_lose(hpm_import *import, hpm_import_entry *entry, int64_t time_ns,
                                hpm_error *error);
/* Counts a change that is older than the book by the venue's number, whatever its clock says. */
void hpm_import_book_pass_over(hpm_import *import);
int hpm_import_book_is_known(const hpm_import_entry *entry);
/* The venue's number of the last message that is in the book, for its reader to see what is missing
 * (`follow` after clear or set, with the message's own time: an older one than the book changes
 * nothing; 0: none), and that message's time. */
void hpm_import_book_follow(hpm_import_entry *entry, int64_t time_ns, int64_t sequence);
int64_t hpm_import_book_sequence(const hpm_import_entry *entry);
int64_t hpm_import_book_time(const hpm_import_entry *entry);

/* Price of an asset in the reporting currency, or in `quote` (a stablecoin: assumed to be worth 1
 * and noted, unless its own price is given). The freshest stays. */
hpm_status hpm_import_index_take(hpm_import *import, const char *asset, const char *quote,
                                 double price, int64_t time_ns, hpm_error *error);

/* ---- Snapshots and the price files that belong to them ------------------------------------ */

/* The file that is being read is a snapshot with a row of this moment; price files may name it. */
void hpm_import_snapshot_mark(hpm_import *import, int64_t time_ns);

/* A price from a file of prices of many snapshots: a mark of the snapshot's moment if it belongs to
 * one that is read in the same import (by its file's name, or by its moment to the ms). */
typedef struct hpm_import_snapshot_price {
    const char *symbol, *snapshot; /* need not be terminated */
    size_t symbol_length, snapshot_length;
    int64_t time_ns;
    double price, gap_s;
} hpm_import_snapshot_price;

hpm_status hpm_import_snapshot_price_add(hpm_import *import, const hpm_import_snapshot_price *price,
                                         hpm_error *error);

/* ---- The account -------------------------------------------------------------------------- */

/* A position in contracts (or units: counts_units), signed; a later message about the same
 * instrument replaces it, the same one twice in one answer is E_DUPLICATE. `entry_price` NaN: P&L
 * is settled to the mark. A quantity of 0 is no position. */
hpm_status hpm_import_position_take(hpm_import *import, hpm_import_entry *entry,
                                    const hpm_position *position, int64_t time_ns,
                                    hpm_error *error);

/* Which of the positions that a venue lets an account hold in one instrument; those with collateral
 * of their own are HPM_IMPORT_LEG_ISOLATED and further. */
typedef enum hpm_import_leg {
    HPM_IMPORT_LEG_NET,
    HPM_IMPORT_LEG_LONG,
    HPM_IMPORT_LEG_SHORT,
    HPM_IMPORT_LEG_ISOLATED,
} hpm_import_leg;
#define HPM_IMPORT_LEGS (2 * HPM_IMPORT_LEG_ISOLATED)

/* The same for each leg by itself; finishing makes them one position (import_legs.h) and says so.
 */
hpm_status hpm_import_leg_take(hpm_import *import, hpm_import_entry *entry, int leg,
                               const hpm_position *position, int64_t time_ns, hpm_error *error);

/* A balance without unrealised profit (what the venue calls cash or wallet balance); likewise. */
hpm_status hpm_import_balance_take(hpm_import *import, const char *asset, hpm_money amount,
                                   int64_t time_ns, hpm_error *error);

/* The same for one of several wallets, whose balances add up; `wallet` is the word for it in notes,
 * shorter than HPM_IMPORT_WALLET_SIZE. */
hpm_status hpm_import_wallet_take(hpm_import *import, const char *wallet, const char *asset,
                                  hpm_money amount, int64_t time_ns, hpm_error *error);

/* ---- What is not read ----------------------------------------------------------------------- */

/* A message of a kind that is not read: counted, and the first such `kind` named in a note. */
void hpm_import_unread_count(hpm_import *import, const char *kind);

/* ---- Words ---------------------------------------------------------------------------------- */

hpm_status hpm_import_note_add(hpm_import *import, hpm_error *error, const char *format, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 3, 4)))
#endif
    ;

/* As above, unless the same note is there already. */
hpm_status hpm_import_note_once(hpm_import *import, hpm_error *error, const char *format, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 3, 4)))
#endif
    ;

/* ---- Values ------------------------------------------------------------------------------- */

/* Percent as a fraction of 1, rounded once: 43.23 gives the double nearest to 0.4323, which 43.23 /
 * 100 is not. NaN stays NaN. */
double hpm_import_percent(double percent);

/* RFC 3339 with any offset, or whole milliseconds since 1970 (12 or 13 digits). 0: neither. */
int hpm_import_time_parse(int64_t *time_ns, const char *text, size_t length);

/* ---- JSON (import_json.c) ------------------------------------------------------------------- */

/* One JSON text of a file with its moment. A file is one answer; or recorded messages, one a line
 * (plain JSON, or "TIME: JSON", "URL -> TIME: JSON" and "URL <- TIME: JSON" as capture programs
 * write them; what the client itself sent and heartbeats are passed over). */
typedef struct hpm_import_text {
    const char *url; /* NULL: not known; of the answer, or of the session's connection */
    size_t url_length;
    int64_t time_ns; /* of reception; 0: not known */
    int64_t line;    /* of the file, 1-based */
} hpm_import_text;

struct json_t;
typedef hpm_status hpm_import_message(hpm_import *import, const struct json_t *root,
                                      const hpm_import_text *text, hpm_error *error);

/* Whether a file is of one of these forms (and not CSV). */
int hpm_import_is_json(const char *text, size_t length);

/* Calls `message` for each JSON text of the file, in order. E_SYNTAX with its line; an error of a
 * message gets its line too. */
hpm_status hpm_import_json_each(hpm_import *import, const char *text, size_t length,
                                hpm_import_message *message, hpm_error *error);

/* What follows is another message than what came before, though it stands in the same JSON text. */
void hpm_import_message_begin(hpm_import *import);

/* Calls `message` for each item of a list: messages that were saved as one text. */
hpm_status hpm_import_json_list(hpm_import *import, const struct json_t *list,
                                const hpm_import_text *text, hpm_import_message *message,
                                hpm_error *error);

/* A JSON number or a decimal text; 0: neither (NULL, too), *value is then untouched. */
int hpm_import_json_real(const struct json_t *given, double *value);

/* Fields of one object and what to call it in messages ("result[3].mark_price"). Numbers may be
 * JSON numbers or decimal strings; "" and null: absent. E_TYPE, E_RANGE, E_FIELD_MISSING name it.
 */
typedef struct hpm_import_row {
    const struct json_t *object;
    const char *list; /* "result", "data" */
    size_t index;     /* SIZE_MAX: the object stands alone ("result.mark_price") */
} hpm_import_row;

/* Fails with `where` naming the field; `reason` is a whole sentence or less. */
hpm_status hpm_import_row_fail(const hpm_import_row *row, const char *name, hpm_status status,
                               const char *reason, hpm_error *error);
/* Whether the field is there: not null, not "". */
int hpm_import_row_has(const hpm_import_row *row, const char *name);

hpm_status hpm_import_row_text(const hpm_import_row *row, const char *name, int needed,
                               const char **value, hpm_error *error); /* NULL: absent */
hpm_status hpm_import_row_real(const hpm_import_row *row, const char *name, int needed,
                               double *value, hpm_error *error);
hpm_status hpm_import_row_decimal(const hpm_import_row *row, const char *name, int needed,
                                  int64_t *e8, int *is_given, hpm_error *error);
hpm_status hpm_import_row_time(const hpm_import_row *row, const char *name, int needed,
                               int64_t *time_ns, hpm_error *error); /* ms, or RFC 3339; 0: absent */

#endif
