/* What the parts of the Deribit import share: names, the table of instruments and its readers. */
#ifndef HPM_IO_IMPORT_DERIBIT_PARTS_H
#define HPM_IO_IMPORT_DERIBIT_PARTS_H

#include "hpm/catalog.h"
#include "hpm/market.h"
#include "io/import_deribit.h"

#define HPM_DERIBIT_SYMBOL_SIZE 48
#define HPM_IMPORT_NOTE_SIZE    200
#define HPM_IMPORT_FILE_SIZE    128

/* ---- Names (import_deribit_names.c) ---- */

typedef enum hpm_deribit_class {
    HPM_DERIBIT_PRODUCT,
    HPM_DERIBIT_COMBO,   /* BTC-FS-27MAR26_PERP, BTC-CS-27MAR26-70000_80000: legs have own names */
    HPM_DERIBIT_UNKNOWN, /* no form that is known */
} hpm_deribit_class;

/* What a name says: BTC-PERPETUAL, BTC-27MAR26, BTC-27MAR26-60000-C are inverse and quoted in USD;
 * BTC_USDC-PERPETUAL, XRP_USDC-27MAR26-0d55-C are linear; BTC_USDC is a spot pair. */
typedef struct hpm_deribit_name {
    char base[HPM_ASSET_NAME_SIZE];
    char quote[HPM_ASSET_NAME_SIZE];
    hpm_kind kind;
    hpm_payoff payoff;
    int64_t expiry_ns; /* 08:00 UTC of the date */
    double strike;
    int is_call;
} hpm_deribit_name;

hpm_deribit_class hpm_deribit_name_parse(hpm_deribit_name *name, const char *text, size_t length);

/* RFC 3339 with any offset ("2025-12-30T17:31:15.944181+00:00"), or whole milliseconds since 1970.
 * 0 if it is neither. */
int hpm_deribit_time_parse(int64_t *time_ns, const char *text, size_t length);

/* Percent as a fraction of 1, rounded once: 43.23 gives the double nearest to 0.4323, which 43.23 /
 * 100 is not. NaN stays NaN. */
double hpm_deribit_percent(double percent);

/* ---- The table (import_deribit_table.c) ---- */

/* One instrument: what is known of it and its freshest quote. NaN: not given. */
typedef struct hpm_import_entry {
    char symbol[HPM_DERIBIT_SYMBOL_SIZE];
    hpm_deribit_name name;
    int described; /* by an instrument answer: the two fields below are the venue's own */
    int inactive;  /* described as closed for trading */
    double contract_size;
    hpm_qty lot;
    int quoted;
    int64_t time_ns; /* of the quote */
    uint32_t file;   /* that gave it */
    double mark;     /* coin for inverse options, else the quote currency */
    double vol;      /* annual, 0.43 is 43 % */
    double forward;  /* the row's own underlying price */
    double index;
    double gap_s; /* a candle's distance in time from the snapshot */
} hpm_import_entry;

/* A row of a futures price file, kept until it is known which snapshot is imported. */
typedef struct hpm_import_price {
    char symbol[HPM_DERIBIT_SYMBOL_SIZE];
    char snapshot[HPM_IMPORT_FILE_SIZE];
    int64_t time_ns;
    double price, gap_s;
    int is_candle;
    uint32_t file;
} hpm_import_price;

typedef struct hpm_import_file {
    char name[HPM_IMPORT_FILE_SIZE]; /* last part of the path, without .gz */
    int is_chain;
    int64_t time_ns; /* chains: of the latest row */
} hpm_import_file;

struct hpm_import {
    hpm_import_entry *entries;
    uint32_t entry_count, entry_room;
    uint32_t *slots; /* hash table of entry + 1, 0: free; a power of two of them */
    uint32_t slot_count;
    hpm_import_price *prices;
    uint32_t price_count, price_room;
    hpm_import_file *files;
    uint32_t file_count, file_room;
    char (*notes)[HPM_IMPORT_NOTE_SIZE];
    uint32_t note_count, note_room;
    uint32_t combos, unknowns, refreshed; /* rows that notes count */
    char unknown_first[HPM_DERIBIT_SYMBOL_SIZE];
};

/* The entry of a name, made if it is new; *entry is NULL (and the row counted) for combos and
 * unknown names. E_RANGE: longer than any name. E_LIMIT, E_MEMORY. */
hpm_status hpm_import_entry_get(hpm_import *import, hpm_import_entry **entry, const char *symbol,
                                size_t length, hpm_error *error);

/* Takes the quote if it is fresher than what the entry has. E_DUPLICATE: the same file said it for
 * the same moment before. */
hpm_status hpm_import_quote(hpm_import *import, hpm_import_entry *entry,
                            const hpm_import_entry *quote, hpm_error *error);

hpm_status hpm_import_price_add(hpm_import *import, const hpm_import_price *price,
                                hpm_error *error);
hpm_status hpm_import_file_add(hpm_import *import, const char *path, hpm_error *error);
hpm_status hpm_import_note_add(hpm_import *import, hpm_error *error, const char *format, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 3, 4)))
#endif
    ;

/* ---- Readers ---- */

hpm_status hpm_import_csv(hpm_import *import, const char *text, size_t length, hpm_error *error);
hpm_status hpm_import_api(hpm_import *import, const char *text, size_t length, hpm_error *error);

/* ---- Finishing (import_deribit.c, _market.c, _notes.c) ---- */

#define HPM_IMPORT_REPORTING "USD"

/* What finishing works on: entries that stay, in catalog rows, and the moment. */
typedef struct hpm_import_assembly {
    hpm_import *import;
    int64_t now_ns;
    uint32_t *kept; /* entry of each instrument row */
    hpm_instrument *rows;
    uint32_t count;
    hpm_asset assets[HPM_ASSETS_MAX];
    uint32_t asset_count;
    uint32_t expired, inactive, used_prices;
} hpm_import_assembly;

static inline const hpm_import_entry *hpm_import_kept(const hpm_import_assembly *work, uint32_t row)
{
    return &work->import->entries[work->kept[row]];
}

/* Writes prices, forwards, marks and volatilities into a market that has begun. */
hpm_status hpm_import_fill_market(hpm_import_assembly *work, hpm_market *market, hpm_error *error);

/* Notes what was assumed, dropped or absent. */
hpm_status hpm_import_note_all(hpm_import_assembly *work, hpm_error *error);

/* Notes rows whose marks were not taken at the same instant as the forward. */
hpm_status hpm_import_note_staggered(hpm_import *import, const hpm_market *market,
                                     hpm_error *error);

#endif
