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

static const hpm_field smile_fields[] = {
    TEXT(hpm_smile_row, underlying, 1, "Name of the underlying asset."),
    TIME(hpm_smile_row, "expiry", expiry_ns, "Expiry of options in the catalog, UTC."),
    NEEDED(hpm_smile_row, "a", smile.svi.a, "total variance", -1e6, 1e6, "Level."),
    NEEDED(hpm_smile_row, "b", smile.svi.b, "total variance", 0, 1e6,
           "Slope of the wings over ln(K/forward)."),
    NEEDED(hpm_smile_row, "rho", smile.svi.rho, "1", -1, 1, "Lean, within (-1, 1)."),
    NEEDED(hpm_smile_row, "m", smile.svi.m, "1", -1e6, 1e6, "ln(K/forward) of the vertex."),
    NEEDED(hpm_smile_row, "sigma", smile.svi.sigma, "1", ABOVE_ZERO, 1e6,
           "How round the vertex is."),
    CONFIDENCE(hpm_smile_row, smile.confidence),
    AGE(hpm_smile_row, smile.age_s),
};
RECORD(hpm_smile_row_record, "smile", hpm_smile_row, smile_fields,
       "Volatilities of one expiry as raw SVI: total variance from the market's time to the expiry "
       "is a + b*(rho*(k - m) + sqrt((k - m)^2 + sigma^2)), with k = ln(K/forward).");

static const hpm_field quote_fields[] = {
    TEXT(hpm_quote_row, instrument, 1, "Name of the instrument."),
    REAL(hpm_quote_row, "mark", mark, "quote currency", 0, 1e15, NAN,
         "Mark price, above 0; of an option the premium, for information only."),
    REAL(hpm_quote_row, "vol", vol, "annual", 0, HPM_QUOTED_VOL_MAX, NAN,
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
    RECORDS(hpm_market_rows, smiles, 0, hpm_smile_row_record, HPM_INSTRUMENTS_MAX,
            "Smiles by expiry, each at most once: volatilities of options that have none of their "
            "own."),
    RECORDS(hpm_market_rows, instruments, 0, hpm_quote_row_record, HPM_INSTRUMENTS_MAX,
            "Marks and volatilities, each instrument at most once."),
};
RECORD(hpm_market_rows_record, "market", hpm_market_rows, market_fields,
       "What everything in a catalog is worth at one moment.");

/* ---- hpm/quotes/1 ------------------------------------------------------------------------- */

#define QUOTED_PRICE(name_, text_)                                                                 \
    REAL(hpm_raw_quote_row, #name_, quote.name_, "as the instrument is quoted", 0, 1e15, NAN, text_)
#define QUOTED_SIZE(name_, text_)                                                                  \
    REAL(hpm_raw_quote_row, #name_, quote.name_, "contracts", 0, 1e18, NAN, text_)

static const hpm_field raw_quote_fields[] = {
    TEXT(hpm_raw_quote_row, instrument, 1, "Name of the instrument."),
    QUOTED_PRICE(bid, "Best bid: of an inverse option in the underlying coin, else in quote "
                      "currency. 0: nobody bids; absent: not known."),
    QUOTED_PRICE(ask, "Best ask, likewise."),
    QUOTED_SIZE(bid_size, "At the best bid."),
    QUOTED_SIZE(ask_size, "At the best ask."),
    QUOTED_PRICE(micro, "Price at which the order book balances."),
    QUOTED_SIZE(bid_depth, "In all levels of the bid side that are known."),
    QUOTED_SIZE(ask_depth, "In all levels of the ask side that are known."),
    QUOTED_PRICE(mark, "The venue's own mark; of a future above 0. Options are not fitted to it."),
    REAL(hpm_raw_quote_row, "mark_vol", quote.mark_vol, "annual", 0, HPM_VOL_MAX, NAN,
         "The venue's own volatility, 0.43 is 43 %; for comparison only."),
    REAL(hpm_raw_quote_row, "underlying", quote.underlying, "quote currency", ABOVE_ZERO, 1e15, NAN,
         "Forward or future that the venue quoted this against."),
    QUOTED_SIZE(open_interest, "Open interest."),
    REAL(hpm_raw_quote_row, "age_s", quote.age_s, "seconds", 0, 1e9, 0,
         "Age of the quote at the document's time."),
};
RECORD(hpm_raw_quote_row_record, "quote", hpm_raw_quote_row, raw_quote_fields,
       "Raw quote of one instrument.");

static const hpm_field quotes_fields[] = {
    TIME(hpm_quotes_rows, "time", time_ns, "The moment that the quotes stand for, UTC."),
    TEXT(hpm_quotes_rows, reporting, 1, "Asset in which prices are quoted; worth 1."),
    TEXT(hpm_quotes_rows, source, 0, "Where the quotes come from, for people."),
    RECORDS(hpm_quotes_rows, assets, 0, hpm_price_row_record, HPM_ASSETS_MAX,
            "Index prices of assets, each at most once."),
    RECORDS(hpm_quotes_rows, instruments, 0, hpm_raw_quote_row_record, HPM_INSTRUMENTS_MAX,
            "Quotes, each instrument at most once."),
};
RECORD(hpm_quotes_rows_record, "quotes", hpm_quotes_rows, quotes_fields,
       "What everybody bids and asks at one moment: what a volatility surface is fitted to.");

/* ---- hpm/surface/1 ------------------------------------------------------------------------ */

const char *const hpm_slice_state_names[] = {"fitted",    "repaired", "sparse",
                                             "last_good", "none",     NULL};

#define SVI_NUMBER(name_, unit_, min_, max_, text_)                                                \
    NEEDED(hpm_slice_row, #name_, slice.svi.name_, unit_, min_, max_, text_)
#define SLICE_COUNT(name_, text_)                                                                  \
    {                                                                                              \
        .name = #name_, .type = HPM_FIELD_COUNT, .max = HPM_INSTRUMENTS_MAX,                       \
        MEMBER(hpm_slice_row, slice.name_), .text = (text_)                                        \
    }
#define SLICE_FIGURE(name_, text_)                                                                 \
    REAL(hpm_slice_row, #name_, slice.name_, "annual", 0, HPM_VOL_MAX, NAN, text_)

static const hpm_field smile_fields_of_slice[] = {
    SVI_NUMBER(a, "total variance", -1e6, 1e6, "Level of the smile."),
    SVI_NUMBER(b, "total variance", 0, 1e6, "Slope of its wings, b*(1 - rho) and b*(1 + rho)."),
    SVI_NUMBER(rho, "1", -1, 1, "How it leans, within (-1, 1)."),
    SVI_NUMBER(m, "1", -1e6, 1e6, "Log-moneyness of its vertex."),
    SVI_NUMBER(sigma, "1", ABOVE_ZERO, 1e6, "How round the vertex is."),
};
static RECORD(smile_record, "smile", hpm_slice_row, smile_fields_of_slice,
              "Total variance w(k) = a + b*(rho*(k - m) + sqrt((k - m)^2 + sigma^2)) over "
              "k = ln(K/forward).");

static const hpm_record *const slice_variants[] = {
    [HPM_SLICE_FITTED] = &smile_record,
    [HPM_SLICE_REPAIRED] = &smile_record,
    [HPM_SLICE_SPARSE] = &smile_record,
    [HPM_SLICE_LAST_GOOD] = &smile_record,
    [HPM_SLICE_NONE] = NULL,
};

static const hpm_field slice_fields[] = {
    {.name = "underlying",
     .type = HPM_FIELD_TEXT,
     .required = 1,
     MEMBER(hpm_slice_row, slice.underlying),
     .capacity = HPM_ASSET_NAME_SIZE,
     .text = "Name of the underlying asset."},
    TIME(hpm_slice_row, "expiry", slice.expiry_ns, "When the options expire, UTC."),
    REAL(hpm_slice_row, "tau_years", slice.tau_years, "years of 365 days", 0, 1e4, NAN,
         "Time that the total variance is over. Absent: from the document's time to the expiry."),
    REAL(hpm_slice_row, "forward", slice.forward.value, "quote currency", ABOVE_ZERO, 1e15, NAN,
         "Forward price; absent: not known."),
    REAL(hpm_slice_row, "forward_confidence", slice.forward.confidence, "1", 0, 1, 1,
         "How far the forward can be trusted."),
    REAL(hpm_slice_row, "forward_age_s", slice.forward.age_s, "seconds", 0, 1e9, 0,
         "Age of what the forward rests on."),
    REAL(hpm_slice_row, "rate", slice.rate_annual, "annual, continuous", -10, 10, 0,
         "Rate at which premiums in the quote currency are discounted."),
    {.name = "state",
     .type = HPM_FIELD_CHOICE,
     .required = 1,
     MEMBER(hpm_slice_row, state),
     .choices = hpm_slice_state_names,
     .text = "Fitted to its quotes; repaired, to keep the limits of arbitrage; sparse, with the "
             "shape of other expiries; last_good, of an earlier surface; none, not known."},
    {.type = HPM_FIELD_VARIANT, .variants = slice_variants},
    REAL(hpm_slice_row, "confidence", slice.confidence, "1", 0, 1, 1,
         "How far the volatilities can be trusted."),
    REAL(hpm_slice_row, "age_s", slice.age_s, "seconds", 0, 1e9, 0,
         "Age of the quotes that the smile rests on."),
    SLICE_COUNT(quotes, "Options of the expiry."),
    SLICE_COUNT(two_sided, "Of them, with a bid and an ask that say something of volatility."),
    SLICE_COUNT(used, "Of them, in the fit."),
    SLICE_COUNT(judged, "Two-sided ones of delta 0.05 to 0.95."),
    SLICE_COUNT(inside, "Of the judged, those whose fitted price is within bid and ask."),
    SLICE_COUNT(mark_inside, "Of the judged, those whose venue's own mark is."),
    SLICE_FIGURE(mark_rmse, "Fitted less venue's volatility over the judged, root mean square."),
    SLICE_FIGURE(spread_vol, "Median spread of the judged, in volatility."),
    SLICE_FIGURE(repair_vol, "Largest change of volatility by the repair over the judged."),
};
RECORD(hpm_slice_row_record, "slice", hpm_slice_row, slice_fields, "The smile of one expiry.");

#define ACROSS(name_, min_, max_, text_) REAL(hpm_ssvi, #name_, name_, "1", min_, max_, NAN, text_)

static const hpm_field across_fields[] = {
    TEXT(hpm_ssvi, underlying, 1, "Name of the underlying asset."),
    ACROSS(rho, -1, 1, "How all its smiles lean."),
    ACROSS(eta, 0, 2, "How they curve, with eta*(1 + |rho|) at most 2."),
    ACROSS(gamma, 0, 0.5, "How that falls with total variance."),
    REAL(hpm_ssvi, "rmse", rmse, "annual", 0, HPM_VOL_MAX, NAN,
         "Of its volatilities against the quotes used; absent: not fitted."),
};
RECORD(hpm_across_row_record, "across", hpm_ssvi, across_fields,
       "All expiries of an underlying in three numbers (SSVI with a power law).");

static const hpm_field surface_fields[] = {
    TIME(hpm_surface_rows, "time", time_ns, "The moment that the surface stands for, UTC."),
    TEXT(hpm_surface_rows, source, 0, "Where the quotes come from, for people."),
    TEXT(hpm_surface_rows, quotes_hash, 0, "SHA-256 of the quotes that it was fitted to."),
    TEXT(hpm_surface_rows, hash, 0,
         "SHA-256 of its canonical form; absent: not stated, by who writes one by hand."),
    RECORDS(hpm_surface_rows, slices, 1, hpm_slice_row_record, HPM_INSTRUMENTS_MAX,
            "The smiles, each expiry once."),
    RECORDS(hpm_surface_rows, across, 0, hpm_across_row_record, HPM_ASSETS_MAX,
            "The underlyings, each at most once."),
};
RECORD(hpm_surface_rows_record, "surface", hpm_surface_rows, surface_fields,
       "Smiles of all expiries, free of arbitrage, and how far each can be trusted.");

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
