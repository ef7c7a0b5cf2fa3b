/* Field tables of the documents' rows. */
#include "rows.h"

#include <float.h>
#include <math.h>

#define COUNT_OF(array) ((uint32_t)(sizeof(array) / sizeof(array)[0]))
#define ABOVE_ZERO      DBL_MIN /* as a minimum */
#define DECIMAL_MAX     1e11    /* beyond the 9.2e10 that a decimal can hold: no bound of its own */
#define LEAST           1e-8    /* smallest positive decimal */

/* Short forms of the rows, so that a table reads like one. */
#define MEMBER(struct_, member_) .offset = offsetof(struct_, member_)
#define TEXT(struct_, name_, required_, text_)                                                     \
    {                                                                                              \
        .name = #name_, .type = HPM_FIELD_TEXT, .required = (required_), MEMBER(struct_, name_),   \
        .capacity = sizeof(((struct_ *)0)->name_), .text = (text_)                                 \
    }
#define CHOICE(struct_, name_, choices_, text_)                                                    \
    {                                                                                              \
        .name = #name_, .type = HPM_FIELD_CHOICE, .required = 1, MEMBER(struct_, name_),           \
        .choices = (choices_), .text = (text_)                                                     \
    }
#define REAL(struct_, name_, member_, unit_, min_, max_, fallback_, text_)                         \
    {                                                                                              \
        .name = (name_), .type = HPM_FIELD_REAL, .unit = (unit_), .min = (min_), .max = (max_),    \
        .fallback = (fallback_), MEMBER(struct_, member_), .text = (text_)                         \
    }
#define NEEDED(struct_, name_, member_, unit_, min_, max_, text_)                                  \
    {                                                                                              \
        .name = (name_), .type = HPM_FIELD_REAL, .required = 1, .unit = (unit_), .min = (min_),    \
        .max = (max_), .fallback = NAN, MEMBER(struct_, member_), .text = (text_)                  \
    }
#define DECIMAL(struct_, name_, member_, required_, unit_, min_, text_)                            \
    {                                                                                              \
        .name = (name_), .type = HPM_FIELD_DECIMAL, .required = (required_), .unit = (unit_),      \
        .min = (min_), .max = DECIMAL_MAX, MEMBER(struct_, member_), .text = (text_)               \
    }
#define TIME(struct_, name_, member_, text_)                                                       \
    {                                                                                              \
        .name = (name_), .type = HPM_FIELD_TIME, .required = 1, MEMBER(struct_, member_),          \
        .text = (text_)                                                                            \
    }
#define RECORDS(struct_, name_, required_, record_, max_items_, text_)                             \
    {                                                                                              \
        .name = #name_, .type = HPM_FIELD_RECORDS, .required = (required_),                        \
        MEMBER(struct_, name_), .max_items = (max_items_), .record = &(record_), .text = (text_)   \
    }
#define RECORD(variable_, name_, struct_, fields_, text_)                                          \
    const hpm_record variable_ = {(name_), (text_), fields_, COUNT_OF(fields_), sizeof(struct_)}

/* ---- hpm/catalog/1 ------------------------------------------------------------------------ */

/* In the order of hpm_asset_kind, hpm_payoff, hpm_kind; puts before calls, so that the index is
 * `is_call`. */
static const char *const asset_kinds[] = {"fiat", "stablecoin", "coin", "token", NULL};
static const char *const payoffs[] = {"linear", "inverse", NULL};
static const char *const kinds[] = {"spot", "future", "perpetual", "option", NULL};
static const char *const types[] = {"put", "call", NULL};

static const hpm_field asset_fields[] = {
    TEXT(hpm_asset_row, asset, 1, "Name of the asset."),
    CHOICE(hpm_asset_row, kind, asset_kinds,
           "What it is; a token is wrapped, staked or a venue's own, with no derivatives on it."),
};
RECORD(hpm_asset_row_record, "asset", hpm_asset_row, asset_fields, "One asset.");

#define EXPIRY TIME(hpm_instrument_row, "expiry", expiry_ns, "When the instrument expires, UTC.")

static const hpm_field future_fields[] = {EXPIRY};
static RECORD(future_record, "future", hpm_instrument_row, future_fields, "A dated future.");

static const hpm_field option_fields[] = {
    EXPIRY,
    NEEDED(hpm_instrument_row, "strike", strike, "quote currency", 0, 1e15,
           "Strike price per unit of the underlying."),
    CHOICE(hpm_instrument_row, type, types, "Which side of the strike it pays."),
};
static RECORD(option_record, "option", hpm_instrument_row, option_fields, "A European option.");

static const hpm_record *const instrument_variants[] = {
    [HPM_SPOT] = NULL,
    [HPM_FUTURE] = &future_record,
    [HPM_PERPETUAL] = NULL,
    [HPM_OPTION] = &option_record,
};

static const hpm_field instrument_fields[] = {
    TEXT(hpm_instrument_row, instrument, 1, "Name of the instrument, venue:symbol; opaque."),
    TEXT(hpm_instrument_row, underlying, 1, "Asset whose price it follows."),
    TEXT(hpm_instrument_row, settlement, 1,
         "Asset in which it pays; for an inverse instrument the underlying itself."),
    CHOICE(hpm_instrument_row, payoff, payoffs, "How a price change becomes P&L."),
    NEEDED(hpm_instrument_row, "contract_size", contract_size, "underlying", ABOVE_ZERO, 1e12,
           "Units of the underlying in one contract; of the quote currency for an inverse future "
           "or perpetual."),
    DECIMAL(hpm_instrument_row, "lot", lot_e8, 1, "contracts", LEAST,
            "Smallest step of a position."),
    CHOICE(hpm_instrument_row, kind, kinds, "What it is."),
    {.type = HPM_FIELD_VARIANT, .variants = instrument_variants},
};
RECORD(hpm_instrument_row_record, "instrument", hpm_instrument_row, instrument_fields,
       "One instrument.");

static const hpm_field catalog_fields[] = {
    RECORDS(hpm_catalog_rows, assets, 1, hpm_asset_row_record, HPM_ASSETS_MAX,
            "All assets, in any order."),
    RECORDS(hpm_catalog_rows, instruments, 1, hpm_instrument_row_record, HPM_INSTRUMENTS_MAX,
            "All instruments, in any order."),
};
RECORD(hpm_catalog_rows_record, "catalog", hpm_catalog_rows, catalog_fields,
       "What exists: assets and instruments.");

/* ---- hpm/market/1 ------------------------------------------------------------------------- */

#define CONFIDENCE(struct_, member_)                                                               \
    REAL(struct_, "confidence", member_, "1", 0, 1, 1, "How far the input can be trusted.")
#define AGE(struct_, member_)                                                                      \
    REAL(struct_, "age_s", member_, "seconds", 0, 1e9, 0, "Age of the input at the market's time.")

static const hpm_field price_fields[] = {
    TEXT(hpm_price_row, asset, 1, "Name of the asset."),
    NEEDED(hpm_price_row, "price", price.value, "reporting currency", ABOVE_ZERO, 1e15,
           "Index price of one unit."),
    CONFIDENCE(hpm_price_row, price.confidence),
    AGE(hpm_price_row, price.age_s),
};
RECORD(hpm_price_row_record, "price", hpm_price_row, price_fields, "Price of one asset.");

static const hpm_field expiry_fields[] = {
    TEXT(hpm_expiry_row, underlying, 1, "Name of the underlying asset."),
    TIME(hpm_expiry_row, "expiry", expiry_ns, "Expiry of instruments in the catalog, UTC."),
    NEEDED(hpm_expiry_row, "forward", point.forward.value, "quote currency", ABOVE_ZERO, 1e15,
           "Forward price of the part of the settlement price that is not yet observed."),
    REAL(hpm_expiry_row, "rate", point.rate_annual, "annual, continuous", -10, 10, 0,
         "Rate at which values at the expiry are discounted."),
    CONFIDENCE(hpm_expiry_row, point.forward.confidence),
    AGE(hpm_expiry_row, point.forward.age_s),
    REAL(hpm_expiry_row, "observed_share", point.observed_share, "1", 0, 1, 0,
         "Share of the settlement average that has been observed."),
    REAL(hpm_expiry_row, "observed_price", point.observed_price, "quote currency", 0, 1e15, 0,
         "Average price observed so far in the settlement window."),
};
RECORD(hpm_expiry_row_record, "expiry", hpm_expiry_row, expiry_fields,
       "What is known of one expiry.");

/* More is taken for a slip, of per cent for instance; slices may have more near their expiry. */
#define QUOTED_VOL_MAX 100

static const hpm_field quote_fields[] = {
    TEXT(hpm_quote_row, instrument, 1, "Name of the instrument."),
    REAL(hpm_quote_row, "mark", mark, "quote currency", 0, 1e15, NAN,
         "Mark price, above 0; of an option the premium, for information only."),
    REAL(hpm_quote_row, "vol", vol, "annual", 0, QUOTED_VOL_MAX, NAN,
         "Volatility of an option: 0.43 is 43 %."),
    CONFIDENCE(hpm_quote_row, confidence),
    AGE(hpm_quote_row, age_s),
};
RECORD(hpm_quote_row_record, "quote", hpm_quote_row, quote_fields, "Quote of one instrument.");

static const hpm_field market_fields[] = {
    TIME(hpm_market_rows, "time", time_ns, "The moment that the market stands for, UTC."),
    TEXT(hpm_market_rows, reporting, 1, "Asset in which prices are quoted; worth 1."),
    TEXT(hpm_market_rows, source, 0, "Where the numbers come from, for people."),
    RECORDS(hpm_market_rows, assets, 0, hpm_price_row_record, HPM_ASSETS_MAX,
            "Prices of assets, each at most once."),
    RECORDS(hpm_market_rows, expiries, 0, hpm_expiry_row_record, HPM_INSTRUMENTS_MAX,
            "Forwards and rates by expiry, each at most once."),
    RECORDS(hpm_market_rows, instruments, 0, hpm_quote_row_record, HPM_INSTRUMENTS_MAX,
            "Marks and volatilities, each instrument at most once."),
};
RECORD(hpm_market_rows_record, "market", hpm_market_rows, market_fields,
       "What everything in a catalog is worth at one moment.");

/* ---- hpm/account/1 ------------------------------------------------------------------------ */

static const hpm_field balance_fields[] = {
    TEXT(hpm_balance_row, asset, 1, "Name of the asset."),
    DECIMAL(hpm_balance_row, "amount", amount_e8, 1, "units of the asset", -DECIMAL_MAX,
            "What the account holds; negative: borrowed."),
};
RECORD(hpm_balance_row_record, "balance", hpm_balance_row, balance_fields, "Balance in one asset.");

static const hpm_field position_fields[] = {
    TEXT(hpm_position_row, instrument, 1, "Name of the instrument."),
    DECIMAL(hpm_position_row, "quantity", quantity_e8, 1, "contracts", -DECIMAL_MAX,
            "Signed; a whole number of lots."),
    REAL(hpm_position_row, "entry_price", entry_price, "quote currency", ABOVE_ZERO, 1e15, NAN,
         "Average entry of a future or perpetual; absent: P&L is settled to the mark."),
    DECIMAL(hpm_position_row, "funding", funding_e8, 0, "settlement asset", -DECIMAL_MAX,
            "Funding and realised gains, accrued and not yet settled."),
};
RECORD(hpm_position_row_record, "position", hpm_position_row, position_fields,
       "Position in one instrument.");

static const hpm_field declared_fields[] = {
    TEXT(hpm_declared_row, name, 1, "What the amount is for, as rulebooks call it."),
    TEXT(hpm_declared_row, asset, 1, "Name of the asset."),
    DECIMAL(hpm_declared_row, "amount", amount_e8, 1, "units of the asset", 0,
            "The amount that the venue states."),
};
RECORD(hpm_declared_row_record, "declared", hpm_declared_row, declared_fields,
       "An amount that a venue states for the account.");

static const hpm_field account_fields[] = {
    TEXT(hpm_account_rows, id, 1, "Name of the account."),
    RECORDS(hpm_account_rows, balances, 0, hpm_balance_row_record, HPM_BALANCES_MAX,
            "Balances, each asset at most once."),
    RECORDS(hpm_account_rows, positions, 0, hpm_position_row_record, HPM_POSITIONS_MAX,
            "Positions, each instrument at most once."),
    RECORDS(hpm_account_rows, declared, 0, hpm_declared_row_record, HPM_BALANCES_MAX,
            "Stated amounts, each name and asset at most once."),
};
RECORD(hpm_account_rows_record, "account", hpm_account_rows, account_fields,
       "Balances and positions.");

/* ---- hpm/orders/1 ------------------------------------------------------------------------- */

static const hpm_field order_fields[] = {
    TEXT(hpm_order_row, id, 1, "Name of the order."),
    TEXT(hpm_order_row, instrument, 1, "Name of the instrument."),
    DECIMAL(hpm_order_row, "quantity", quantity_e8, 1, "contracts", -DECIMAL_MAX,
            "Above 0 buys, below 0 sells; a whole number of lots, not 0."),
    REAL(hpm_order_row, "price", price, "as the instrument is quoted", ABOVE_ZERO, 1e15, NAN,
         "Limit price; of an option in its settlement asset per unit of the underlying. Absent: "
         "the order fills at the mark."),
    DECIMAL(hpm_order_row, "fee", fee_e8, 0, "settlement asset", 0,
            "What filling the whole order costs."),
};
RECORD(hpm_order_row_record, "order", hpm_order_row, order_fields, "One order.");

static const hpm_field orders_fields[] = {
    RECORDS(hpm_order_rows, orders, 1, hpm_order_row_record, HPM_ORDERS_MAX,
            "The orders, each id once."),
};
RECORD(hpm_order_rows_record, "orders", hpm_order_rows, orders_fields,
       "Orders of one account: open ones, or a package of trades.");
