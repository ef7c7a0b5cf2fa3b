/* Risk: the array (priced once per market for everybody), the portfolio (an account arranged into
 * buckets) and the totals (array applied to portfolio, in exact integers).
 *
 * A row of the array belongs to one instrument and says what *one lot* gains, in ticks: 1e-9 of
 * the settlement asset, 1e-12 if that is a coin. Each entry is rounded once (half to even); every
 * sum after that is an integer sum and does not depend on order, vector width or threads. The
 * error of a total is at most half a tick per lot held. */
#ifndef HPM_RISK_H
#define HPM_RISK_H

#include "hpm/account.h"
#include "hpm/context.h"
#include "hpm/market.h"
#include "hpm/rulebook.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Columns after the scenarios, at array->extra + HPM_COLUMN_*. */
typedef enum hpm_column {
    HPM_COLUMN_VALUE, /* unshocked value in ticks: options and spot; 0 for futures */
    /* Greeks in 1e-9 of the reporting currency, so that one scale fits coins of any price. One that
     * does not fit and that no charge reads stops at the largest tick, about 2.2 million a lot. */
    HPM_COLUMN_DELTA,         /* Black delta times the index price */
    HPM_COLUMN_DELTA_PREMIUM, /* the same, premium-adjusted (coin-settled options: less premium) */
    HPM_COLUMN_GAMMA,         /* change of the delta's value per 1 % move */
    HPM_COLUMN_VEGA,          /* per vol point */
    HPM_COLUMN_THETA,         /* per day */
    HPM_COLUMN_RHO,           /* per basis point */
    HPM_COLUMN_COUNT,
} hpm_column;

#define HPM_TICK_EXPONENT_MONEY 9  /* fiat and stablecoins: 1e-9 */
#define HPM_TICK_EXPONENT_COIN  12 /* coins and tokens: 1e-12 */

/* Least worth of one lot's underlying in ticks: a row's rounding is then at most 5e-7 of it. */
#define HPM_LOT_TICKS_MIN 1e6

/* Why a row cannot be used. */
typedef enum hpm_row_state {
    HPM_ROW_READY,
    HPM_ROW_MISSING, /* a price, forward or volatility is absent */
    HPM_ROW_EXPIRED,
    HPM_ROW_OVERFLOW, /* a lot's P&L does not fit, or a scenario moves its price below 0 */
    HPM_ROW_COARSE,   /* a lot is worth less than HPM_LOT_TICKS_MIN: rounding would eat its risk */
} hpm_row_state;

/* What a static discount multiplies a value above 0 by, and one below. */
typedef struct hpm_static_discount {
    double above, below;
} hpm_static_discount;

typedef struct hpm_risk_array {
    const hpm_catalog *catalog;
    const hpm_market *market;
    const hpm_rulebook *rulebook;
    uint64_t epoch;          /* counts fills; totals of another epoch are refused */
    uint32_t scenario_count; /* columns of all sets, in the order of the rulebook */
    uint32_t extra;          /* first column after them, a multiple of 8; padding is 0 */
    uint32_t stride;         /* columns of a row, a multiple of 8 */
    int64_t *ticks;          /* [instrument][stride], 64-byte aligned */
    double *ticks_real;      /* the same integers as doubles (all below 2^51) */
    int64_t *row_bound;      /* [instrument] largest |tick| of the row */
    uint8_t *row_state;      /* [instrument] hpm_row_state */
    int with_greeks;  /* 1 (default): greek columns are filled; 0, set before filling: only if the
                         rulebook reads them. A report of an array without them shows NaN. */
    double *lot_size; /* [instrument] contract size * lot */
    double *units_per_lot; /* [instrument] units of the underlying, unrounded; 0: row not ready */
    double *weight;        /* [extra] multiplies P&L where scenarios are aggregated */
    double *price_move;    /* [asset_count][extra] relative move of each underlying */
    double *unit_money, *unit_coin; /* [stride] what one tick of a column is worth, by settlement */
    const hpm_underlying_rule **underlying_rule; /* [asset_count] */
    const hpm_collateral_rule **collateral_rule; /* [asset_count] */
    const hpm_pair_rule **pair_rule;             /* [bucket_count] NULL: none */
    uint32_t numeraire;  /* the rulebook's, as an asset id; HPM_NONE: reporting, or not here */
    uint32_t *follows;   /* [asset_count] underlying that collateral falls with; HPM_NONE: none */
    uint32_t *peg_asset; /* [component_count] of a scale; HPM_NONE: none, or not here */
    double *tau_years;   /* [expiry_count] to expiry */
    /* [component_count][expiry_count] what HPM_FOLD_DISCOUNT multiplies by; 1 for other components
     */
    hpm_static_discount *static_discount;
    /* How far each input is trusted: confidence * linear age decay from the rulebook's soft to its
     * hard limit, in [0, 1]; -1 beyond the hard limit. */
    double *trust_asset;            /* [asset_count] index price */
    double *trust_forward;          /* [expiry_count] */
    double *trust_atm;              /* [expiry_count] at-the-money volatility */
    double *trust_instrument;       /* [instrument_count] mark, for options volatility */
    double trust_least;             /* of all inputs that were begun and are present */
    struct hpm_shock_table *shocks; /* how scenarios act on each expiry (src/risk/shock.h) */
} hpm_risk_array;

/* Arena bytes of an array for this catalog and rulebook. */
size_t hpm_risk_array_size(const hpm_catalog *catalog, const hpm_rulebook *rulebook);

hpm_status hpm_risk_array_init(hpm_risk_array *array, hpm_arena *arena, const hpm_catalog *catalog,
                               const hpm_rulebook *rulebook, hpm_error *error);

/* Prices every instrument under every scenario. Rows that cannot be priced are marked, not an
 * error: they matter only to accounts that hold them. `first`..`end` lets a caller spread the work
 * over threads (instrument ids); hpm_risk_array_begin must have been called for this market. */
hpm_status hpm_risk_array_begin(hpm_risk_array *array, const hpm_market *market, hpm_error *error);
void hpm_risk_array_fill(const hpm_context *context, hpm_risk_array *array, uint32_t first,
                         uint32_t end);

/* One position, arranged. */
typedef struct hpm_holding {
    uint32_t instrument;
    uint32_t position; /* index in the account */
    int64_t lots;
} hpm_holding;

/* A run of holdings in one bucket. */
typedef struct hpm_bucket_run {
    uint32_t bucket;
    uint32_t first, end; /* holdings */
} hpm_bucket_run;

/* An account arranged for one catalog: holdings sorted by bucket, strike, instrument. */
typedef struct hpm_portfolio {
    const hpm_account *account;
    hpm_holding *holdings;
    uint32_t holding_count;
    hpm_bucket_run *runs;
    uint32_t run_count;
} hpm_portfolio;

size_t hpm_portfolio_size(uint32_t position_count);

/* E_MISSING_PRICE, E_EXPIRED, E_OVERFLOW name the first position whose row cannot be used. */
hpm_status hpm_portfolio_init(hpm_portfolio *portfolio, hpm_arena *arena,
                              const hpm_account *account, const hpm_risk_array *array,
                              hpm_error *error);

/* Totals per bucket run: [run][stride]. Kept as int64 when a bound proves that they fit, as
 * __int128 otherwise: exactly one of `ticks` and `wide` is not NULL. The memory is large enough for
 * the wider form from the start, so that a total can grow where nothing can be allocated. */
typedef struct hpm_totals {
    uint64_t epoch;
    uint32_t stride;
    uint32_t run_count;
    int64_t *ticks;
    void *wide; /* __int128 [run][stride] when needed, else NULL */
} hpm_totals;

size_t hpm_totals_size(const hpm_risk_array *array, uint32_t run_count);

hpm_status hpm_totals_init(hpm_totals *totals, hpm_arena *arena, const hpm_risk_array *array,
                           const hpm_portfolio *portfolio, hpm_error *error);

/* Totals of the portfolio: sum of lots * row, exactly. Chooses the fastest of three
 * representations that a bound proves exact; the answer is the same. */
hpm_status hpm_totals_apply(const hpm_context *context, hpm_totals *totals,
                            const hpm_risk_array *array, const hpm_portfolio *portfolio,
                            hpm_error *error);

/* Adds `lots` of an instrument to the totals of run `run`. Adding and taking away is exact for
 * ever. E_OVERFLOW leaves the totals as they were; E_STALE: totals of another filling of the array;
 * E_MISSING_PRICE, E_EXPIRED: the row cannot be used. */
hpm_status hpm_totals_add(hpm_totals *totals, const hpm_risk_array *array, uint32_t run,
                          uint32_t instrument, int64_t lots, hpm_error *error);

/* Trades `lots` of an instrument that the portfolio holds already (perhaps zero lots of it): the
 * holding and its run's totals together. E_OVERFLOW leaves both as they were. */
hpm_status hpm_portfolio_trade(hpm_portfolio *portfolio, hpm_totals *totals,
                               const hpm_risk_array *array, uint32_t holding, int64_t lots,
                               hpm_error *error);

/* All columns of a run as doubles, out[stride]: exact ticks, each rounded once. */
void hpm_totals_read(double *out, const hpm_totals *totals, uint32_t run);

/* Worst loss (ticks, >= 0) of many accounts whose instruments share one settlement asset and whose
 * method folds nothing: max over scenarios of -sum. Accounts are CSR rows over `instruments` and
 * `lots`; `worst_column` (NULL allowed) gets the first scenario that attains it, HPM_NONE where
 * nothing is lost. E_OVERFLOW, and E_MISSING_PRICE or E_EXPIRED for a row that cannot be used,
 * leave the outputs undefined. */
hpm_status hpm_scan_worst(const hpm_context *context, int64_t *worst, uint32_t *worst_column,
                          const hpm_risk_array *array, const uint64_t *account_first,
                          const uint32_t *instruments, const int64_t *lots, uint64_t account_count);

/* The same for one cached total (scenario columns only) with `order_lots` of one more row added:
 * the pre-trade scan. */
hpm_status hpm_scan_order(const hpm_context *context, int64_t *worst, uint32_t *worst_column,
                          const hpm_risk_array *array, const int64_t *total, uint32_t instrument,
                          int64_t order_lots);

#ifdef __cplusplus
}
#endif
#endif
