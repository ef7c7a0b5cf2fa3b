/* The rows of the documents as they are written, names and all, with their field tables: what the
 * decoders, the encoders and the schemas share. */
#ifndef HPM_IO_ROWS_H
#define HPM_IO_ROWS_H

#include "hpm/account.h"
#include "hpm/catalog.h"
#include "hpm/fields.h"
#include "hpm/market.h"
#include "hpm/orders.h"
#include "hpm/quotes.h"
#include "hpm/surface.h"

#define HPM_SOURCE_SIZE        128
/* More is taken for a slip, of per cent for instance; slices may have more near their expiry. */
#define HPM_QUOTED_VOL_MAX     100
#define HPM_DECLARED_NAME_SIZE sizeof(((hpm_declared *)0)->name)

/* ---- hpm/catalog/1 ------------------------------------------------------------------------ */

typedef struct hpm_asset_row {
    char asset[HPM_ASSET_NAME_SIZE];
    int kind; /* hpm_asset_kind */
} hpm_asset_row;

typedef struct hpm_instrument_row {
    char instrument[HPM_NAME_SIZE];
    char underlying[HPM_ASSET_NAME_SIZE];
    char settlement[HPM_ASSET_NAME_SIZE];
    int payoff; /* hpm_payoff */
    double contract_size;
    int64_t lot_e8;
    int kind; /* hpm_kind; says which of the following are there */
    int type; /* 0 put, 1 call */
    int64_t expiry_ns;
    double strike;
} hpm_instrument_row;

typedef struct hpm_catalog_rows {
    hpm_list assets;      /* of hpm_asset_row */
    hpm_list instruments; /* of hpm_instrument_row */
} hpm_catalog_rows;

extern const hpm_record hpm_catalog_rows_record;

/* ---- hpm/market/1 ------------------------------------------------------------------------- */

typedef struct hpm_price_row {
    char asset[HPM_ASSET_NAME_SIZE];
    hpm_input price;
} hpm_price_row;

typedef struct hpm_expiry_row {
    char underlying[HPM_ASSET_NAME_SIZE];
    int64_t expiry_ns;
    hpm_curve_point point;
} hpm_expiry_row;

typedef struct hpm_smile_row {
    char underlying[HPM_ASSET_NAME_SIZE];
    int64_t expiry_ns;
    hpm_smile smile;
} hpm_smile_row;

typedef struct hpm_quote_row {
    char instrument[HPM_NAME_SIZE];
    double mark;
    double vol;
    double confidence;
    double age_s;
} hpm_quote_row;

typedef struct hpm_market_rows {
    int64_t time_ns;
    char reporting[HPM_ASSET_NAME_SIZE];
    char source[HPM_SOURCE_SIZE];
    hpm_list assets;      /* of hpm_price_row */
    hpm_list expiries;    /* of hpm_expiry_row */
    hpm_list smiles;      /* of hpm_smile_row */
    hpm_list instruments; /* of hpm_quote_row */
} hpm_market_rows;

extern const hpm_record hpm_price_row_record;
extern const hpm_record hpm_expiry_row_record;
extern const hpm_record hpm_smile_row_record;
extern const hpm_record hpm_quote_row_record;
extern const hpm_record hpm_asset_row_record;
extern const hpm_record hpm_instrument_row_record;
extern const hpm_record hpm_market_rows_record;

/* ---- hpm/quotes/1 ------------------------------------------------------------------------- */

typedef struct hpm_raw_quote_row {
    char instrument[HPM_NAME_SIZE];
    hpm_quote quote;
} hpm_raw_quote_row;

typedef struct hpm_quotes_rows {
    int64_t time_ns;
    char reporting[HPM_ASSET_NAME_SIZE];
    char source[HPM_SOURCE_SIZE];
    hpm_list assets;      /* of hpm_price_row */
    hpm_list instruments; /* of hpm_raw_quote_row */
} hpm_quotes_rows;

extern const hpm_record hpm_raw_quote_row_record;
extern const hpm_record hpm_quotes_rows_record;

/* ---- hpm/surface/1 ------------------------------------------------------------------------ */

typedef struct hpm_slice_row {
    hpm_slice slice; /* without its state */
    int state;       /* hpm_slice_state; says which of the numbers are there */
} hpm_slice_row;

typedef struct hpm_surface_rows {
    int64_t time_ns;
    char source[HPM_SOURCE_SIZE];
    char quotes_hash[HPM_HASH_TEXT];
    char hash[HPM_HASH_TEXT];
    hpm_list slices; /* of hpm_slice_row */
    hpm_list across; /* of hpm_ssvi */
} hpm_surface_rows;

extern const char *const hpm_slice_state_names[]; /* as documents have them */
extern const hpm_record hpm_slice_row_record;
extern const hpm_record hpm_across_row_record;
extern const hpm_record hpm_surface_rows_record;

/* ---- hpm/account/1 ------------------------------------------------------------------------ */

typedef struct hpm_balance_row {
    char asset[HPM_ASSET_NAME_SIZE];
    int64_t amount_e8;
} hpm_balance_row;

typedef struct hpm_position_row {
    char instrument[HPM_NAME_SIZE];
    int64_t quantity_e8;
    double entry_price;
    int64_t funding_e8;
} hpm_position_row;

typedef struct hpm_declared_row {
    char name[HPM_DECLARED_NAME_SIZE];
    char asset[HPM_ASSET_NAME_SIZE];
    int64_t amount_e8;
} hpm_declared_row;

typedef struct hpm_account_rows {
    char id[HPM_ACCOUNT_ID_SIZE];
    hpm_list balances;  /* of hpm_balance_row */
    hpm_list positions; /* of hpm_position_row */
    hpm_list declared;  /* of hpm_declared_row */
} hpm_account_rows;

extern const hpm_record hpm_balance_row_record;
extern const hpm_record hpm_position_row_record;
extern const hpm_record hpm_declared_row_record;
extern const hpm_record hpm_account_rows_record;

/* ---- hpm/orders/1 ------------------------------------------------------------------------- */

typedef struct hpm_order_row {
    char id[HPM_ORDER_ID_SIZE];
    char instrument[HPM_NAME_SIZE];
    int64_t quantity_e8;
    double price;
    int64_t fee_e8;
} hpm_order_row;

typedef struct hpm_order_rows {
    hpm_list orders; /* of hpm_order_row */
} hpm_order_rows;

extern const hpm_record hpm_order_row_record;
extern const hpm_record hpm_order_rows_record;

#endif
