/* What the parts of an import share below the table: its entries and files, and what finishing
 * works on. Importers of venues see import_table.h only. */
#ifndef HPM_IO_IMPORT_PARTS_H
#define HPM_IO_IMPORT_PARTS_H

#include "hpm/market.h"
#include "io/import_table.h"

/* The numbers of a quote, each with a moment of its own. */
typedef enum hpm_import_field {
    HPM_IMPORT_BID,
    HPM_IMPORT_ASK,
    HPM_IMPORT_BID_SIZE,
    HPM_IMPORT_ASK_SIZE,
    HPM_IMPORT_MICRO,
    HPM_IMPORT_BID_DEPTH,
    HPM_IMPORT_ASK_DEPTH,
    HPM_IMPORT_MARK,
    HPM_IMPORT_MARK_VOL,
    HPM_IMPORT_UNDERLYING,
    HPM_IMPORT_OPEN_INTEREST,
    HPM_IMPORT_INDEX,
    HPM_IMPORT_FIELDS,
} hpm_import_field;

typedef struct hpm_import_number {
    double value;    /* NaN: not given */
    int64_t time_ns; /* 0: not known */
    uint32_t text;   /* that gave it */
    double gap_s;
} hpm_import_number;

/* Levels by price, the best first. */
typedef struct hpm_import_levels {
    hpm_level *items;
    uint32_t count, room;
} hpm_import_levels;

typedef struct hpm_import_book {
    int is_known;   /* a snapshot came */
    int is_changed; /* by a text after it */
    uint32_t text;  /* that the snapshot came in */
    int64_t time_ns;
    int64_t sequence;          /* the venue's number of the last message; 0: none is known */
    hpm_import_levels side[2]; /* by hpm_import_side */
} hpm_import_book;

/* What a message said of one of the positions in an instrument. */
typedef struct hpm_import_holding {
    int is_stated;
    hpm_position position;
    int64_t time_ns;
    uint32_t text;
} hpm_import_holding;

struct hpm_import_entry {
    char symbol[HPM_IMPORT_SYMBOL_SIZE];
    hpm_import_product product;
    int described; /* sizes are the venue's own, not assumed */
    int inactive;
    int is_quoted;
    hpm_import_number number[HPM_IMPORT_FIELDS];
    hpm_import_book *book; /* NULL: none */
    hpm_import_holding legs[HPM_IMPORT_LEGS];
    int has_position; /* of any leg a message said what it is; it may be 0 */
    int64_t position_ns;
    hpm_position position; /* of all legs, after hpm_import_positions_settle */
};

/* What is known of an asset's price, or of its balance. */
typedef struct hpm_import_index {
    char asset[HPM_ASSET_NAME_SIZE], quote[HPM_ASSET_NAME_SIZE];
    hpm_import_number number;
} hpm_import_index;

typedef struct hpm_import_balance {
    char wallet[HPM_IMPORT_WALLET_SIZE];
    char asset[HPM_ASSET_NAME_SIZE];
    hpm_money amount;
    int64_t time_ns;
    uint32_t text;
} hpm_import_balance;

/* A row of a futures price file, kept until it is known which snapshot is imported. */
typedef struct hpm_import_price {
    char symbol[HPM_IMPORT_SYMBOL_SIZE];
    char snapshot[HPM_IMPORT_FILE_SIZE];
    int64_t time_ns;
    double price, gap_s;
    uint32_t text;
} hpm_import_price;

typedef struct hpm_import_file {
    char name[HPM_IMPORT_FILE_SIZE]; /* last part of the path, without .gz */
    int is_chain;                    /* a snapshot that price files may name */
    int64_t time_ns;                 /* chains: of the latest row */
} hpm_import_file;

/* Rows and messages that notes count. */
typedef struct hpm_import_counts {
    uint32_t combos, unknowns, refreshed, timeless, late_levels, lost_levels, lost_books,
        crossed_books, replaced, unread;
} hpm_import_counts;

struct hpm_import {
    const hpm_import_venue *venue;
    hpm_import_entry **entries; /* each stays where it is */
    uint32_t entry_count, entry_room;
    uint32_t *slots; /* hash table of entry + 1, 0: free; a power of two of them */
    uint32_t slot_count;
    hpm_import_index *indices;
    uint32_t index_count, index_room;
    hpm_import_balance *balances;
    uint32_t balance_count, balance_room;
    int has_balances; /* a message stated some, of 0 perhaps */
    hpm_import_price *prices;
    uint32_t price_count, price_room;
    hpm_import_file *files;
    uint32_t file_count, file_room;
    char (*notes)[HPM_IMPORT_NOTE_SIZE];
    uint32_t note_count, note_room;
    uint32_t text; /* serial number of the answer, message or CSV file that is being read */
    hpm_import_counts counts;
    char unknown_first[HPM_IMPORT_SYMBOL_SIZE];
    char unread_first[HPM_IMPORT_SYMBOL_SIZE];
};

/* Room for one more item; the items move. NULL when there is no memory or `limit` is reached. */
void *hpm_import_grow(void *items, uint32_t count, uint32_t *room, size_t size, uint32_t limit);
hpm_status hpm_import_fail_growth(hpm_error *error, const char *what, uint32_t count,
                                  uint32_t limit);

/* The last file that was added. */
static inline hpm_import_file *hpm_import_current_file(hpm_import *import)
{
    return &import->files[import->file_count - 1];
}

/* Names for a note: as many as a line holds, the rest counted. */
typedef struct hpm_import_names {
    char text[HPM_IMPORT_NOTE_SIZE / 2];
    size_t used;
    uint32_t count, hidden;
} hpm_import_names;

void hpm_import_names_add(hpm_import_names *names, const char *name);
/* "A, B and 7 more". Nothing may be added after this. */
const char *hpm_import_names_text(hpm_import_names *names);

/* Writes best prices, sizes, depths and micro-price of every book into its entry's quote. */
void hpm_import_books_settle(hpm_import *import);
void hpm_import_book_free(hpm_import_book *book);

/* ---- Finishing ---------------------------------------------------------------------------- */

/* What finishing works on: entries that stay, in catalog rows, and the moment. */
typedef struct hpm_import_assembly {
    hpm_import *import;
    int64_t now_ns;
    const hpm_import_entry **kept; /* of each instrument row */
    hpm_instrument *rows;
    uint32_t count;
    hpm_asset assets[HPM_ASSETS_MAX];
    uint32_t asset_count;
    uint32_t expired, inactive, nameless, used_prices;
} hpm_import_assembly;

/* Makes one position of all that an instrument has. */
hpm_status hpm_import_positions_settle(hpm_import *import, hpm_error *error);

/* Whether some message said what is held of something, be it nothing. */
int hpm_import_positions_are_stated(const hpm_import *import);

/* Whether the account has anything in it: contracts, or a gain of contracts that set each other
 * off. */
static inline int hpm_import_is_held(const hpm_import_entry *entry)
{
    return entry->has_position &&
           (entry->position.quantity.e8 != 0 || entry->position.funding.e8 != 0);
}

/* The mark of what is no option: the venue's, or the middle of the best prices where it gives none;
 * its value is NaN where there is neither. */
hpm_import_number hpm_import_mark_of(const hpm_import_entry *entry);

/* Seconds from what a number stands for to the market's moment. */
double hpm_import_age(const hpm_import_assembly *work, const hpm_import_number *number);

/* Turns price rows of the snapshots that were read into quotes. */
hpm_status hpm_import_prices_use(hpm_import_assembly *work, hpm_error *error);

/* Id of the asset in work->assets, made if it is new. E_LIMIT. */
hpm_status hpm_import_asset_id(hpm_import_assembly *work, const char *name, uint32_t *id,
                               hpm_error *error);

/* Whether a text can name an asset: what documents take as one. */
int hpm_import_is_asset(const char *name);

/* Whether the asset is a stablecoin that is worth a dollar unless somebody says otherwise. */
int hpm_import_is_dollar(const char *asset);

/* Writes prices, forwards, marks and volatilities into a market that has begun. */
hpm_status hpm_import_market_fill(hpm_import_assembly *work, hpm_market *market, hpm_error *error);

/* Raw quotes of every instrument that stays. */
hpm_status hpm_import_quotes_build(const hpm_import_assembly *work, const hpm_market *market,
                                   hpm_import_result *result, hpm_error *error);

/* An entry's position in contracts. E_OVERFLOW. */
hpm_status hpm_import_contracts(const hpm_import *import, const hpm_import_entry *entry,
                                double contract_size, hpm_qty *contracts, hpm_error *error);

hpm_status hpm_import_account_build(const hpm_import_assembly *work, const hpm_catalog *catalog,
                                    hpm_account **account, hpm_error *error);

/* Notes what was assumed, dropped or absent. */
hpm_status hpm_import_note_all(hpm_import_assembly *work, hpm_error *error);

/* Notes rows whose marks were not taken at the same instant as the forward. */
hpm_status hpm_import_note_staggered(hpm_import *import, const hpm_market *market,
                                     hpm_error *error);

#endif
