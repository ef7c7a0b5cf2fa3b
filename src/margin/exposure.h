/* The exposure: everything that charges read, as doubles computed once from exact totals.
 *
 * A group is one underlying with all that the account has on it: its bucket runs (contiguous,
 * because buckets are sorted by underlying), its balance if it is a coin, and balances that follow
 * it where the rulebook moves them. */
#ifndef HPM_MARGIN_EXPOSURE_H
#define HPM_MARGIN_EXPOSURE_H

#include "hpm/margin.h"

typedef struct hpm_group {
    uint32_t asset;
    uint32_t run_first, run_end;
} hpm_group;

/* What a run pays at least when it expires (margin/payoff_floor.h), in quote currency; coins count
 * at the forward. */
typedef struct hpm_payoff_floor {
    double least; /* -INFINITY: no floor */
    double price; /* settlement price at which the run pays so; NaN: the floor is its value now */
    double discount; /* of option payoffs; futures settle every day */
    double forward;  /* unshocked, coin-settled runs; 0: linear */
} hpm_payoff_floor;

typedef struct hpm_exposure {
    const hpm_risk_array *array;
    const hpm_catalog *catalog;
    const hpm_market *market;
    const hpm_rulebook *rulebook;
    const hpm_portfolio *portfolio;
    hpm_arena *scratch; /* for a charge that needs more; given back before it returns */
    double *totals;     /* [run][stride]; scenarios and value in the settlement asset */
    hpm_group *groups;  /* ascending by asset */
    uint32_t group_count;
    double *price;       /* [asset] per unit, in the numeraire; NaN where absent */
    double *coin_equity; /* [asset] balance + funding + unrealised P&L + values, units */
    double *unrealised;  /* [holding] P&L since entry and funding, in the settlement asset */
    double *units;    /* [holding] signed units of the underlying; rulebook->reads_positions only */
    double *scenario; /* [stride] scratch of a charge */
    double *folded;   /* [stride] scratch of hpm_group_pnl, and ... */
    double *paired;   /* [stride] ... of one pair */
    hpm_payoff_floor *floors; /* [run] the last that was asked for; discount NaN: none yet */
    struct hpm_kept *kept;    /* by charges from one update to the next; NULL: nothing */
    double *reference; /* [stride] a row of the reference; NULL: figures come from the array */
    uint32_t *equity_assets; /* [equity_count] ascending: those with coin_equity */
    uint32_t equity_count;
    double equity; /* sum of coin_equity * price */
} hpm_exposure;

/* What a charge may take from the scratch arena for each position that the account holds. */
#define HPM_CHARGE_BYTES_PER_POSITION 24

/* Bytes taken from the scratch arena. */
size_t hpm_exposure_size(const hpm_risk_array *array, uint32_t position_count);

/* Builds the exposure in `scratch`. `totals` NULL: doubles throughout, position by position (the
 * reference). Errors as hpm_margin_evaluate. */
hpm_status hpm_exposure_init(hpm_exposure *exposure, hpm_arena *scratch,
                             const hpm_risk_array *array, const hpm_portfolio *portfolio,
                             const hpm_totals *totals, hpm_error *error);

/* After lots of a holding have changed in the account, the portfolio and the totals of which the
 * exposure was built, or balances alone (`holding` HPM_NONE): all of it again as hpm_exposure_init
 * would make it, to the last bit, of which only the holding's run is read. Not for the reference.
 * E_UNSUPPORTED: a coin more makes more underlyings than the rulebook covers. */
hpm_status hpm_exposure_update(hpm_exposure *exposure, const hpm_totals *totals, uint32_t holding,
                               hpm_error *error);

/* A column of one holding, in units (not ticks): from the array's rounded entries, or unrounded in
 * the reference. */
double hpm_holding_column(const hpm_exposure *exposure, uint32_t holding, uint32_t column);

/* The bucket of a run, and a total of it. */
static inline const hpm_bucket *hpm_run_bucket(const hpm_exposure *exposure, uint32_t run)
{
    return &exposure->catalog->buckets[exposure->portfolio->runs[run].bucket];
}

static inline double hpm_run_total(const hpm_exposure *exposure, uint32_t run, hpm_column column)
{
    const hpm_risk_array *array = exposure->array;
    return exposure->totals[(size_t)run * array->stride + array->extra + column];
}

/* The run after those of the same expiry as `run`. Runs of one expiry that settle in different
 * assets stand together: one expiry, one basis. */
uint32_t hpm_expiry_end(const hpm_exposure *exposure, uint32_t run);

/* Years to the run's expiry; 0 for spot and perpetuals. */
double hpm_run_tau_years(const hpm_exposure *exposure, uint32_t run);

/* The index price of a group's underlying in the reporting currency. */
double hpm_group_spot(const hpm_exposure *exposure, const hpm_group *group);

/* Greeks are in the reporting currency: times this they are in the numeraire. The asset is the
 * underlying, whose price is known wherever there is a greek. */
static inline double hpm_greek_price(const hpm_exposure *exposure, uint32_t asset)
{
    return exposure->price[asset] / exposure->market->asset_price[asset].value;
}

/* The underlying that a balance of the asset moves with where followers move; HPM_NONE: none. A
 * coin moves by itself. */
uint32_t hpm_followed(const hpm_risk_array *array, uint32_t asset);

/* Lines of the account: holdings, then balances, then declared amounts. */
uint32_t hpm_line_of_balance(const hpm_exposure *exposure, uint32_t balance);
uint32_t hpm_line_of_declared(const hpm_exposure *exposure, uint32_t declared);
uint32_t hpm_line_count(const hpm_portfolio *portfolio);

/* The balance of an asset, HPM_NONE if the account has none. */
uint32_t hpm_find_balance(const hpm_account *account, uint32_t asset);

#endif
