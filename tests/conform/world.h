/* A venue's case as the library sees it: catalog, market, account and rulebook, run through both
 * paths of the engine. */
#ifndef CONFORM_WORLD_H
#define CONFORM_WORLD_H

#include "hpm/hpm.h"
#include "numbers.h"

typedef struct world_asset {
    const char *name;
    hpm_asset_kind kind;
    double price, confidence;
    int64_t balance_e8;
} world_asset;

/* An instrument, what the market says of it and what the account holds of it. In `what`,
 * `underlying` and `settlement` are positions in the world's assets. */
typedef struct world_row {
    hpm_instrument what;
    double mark, vol; /* futures, perpetuals: mark; options: vol */
    double confidence;
    hpm_curve_point curve; /* dated rows; equal for all rows of one expiry */
    int64_t contracts;     /* signed; a lot is one contract */
    double entry_price;    /* NaN: P&L is in the balance */
    int64_t funding_e8;
} world_row;

typedef struct conform_world {
    const char *account; /* its name, for errors */
    int64_t now_ns;
    world_asset *assets; /* the first is the reporting currency */
    uint32_t asset_count;
    world_row *rows;
    uint32_t row_count;
    hpm_declared *declared; /* `asset` is a position in `assets` */
    uint32_t declared_count;
    const hpm_rulebook *rulebook;
} conform_world;

typedef struct world_result {
    hpm_margin reference; /* doubles throughout */
    hpm_margin exact;     /* integers */
    /* P&L of the one underlying per scenario, in the numeraire, from the reference path; all zero
     * for an account without exposure. */
    double *scenario_pnl;
    double *row_value; /* [row_count] of each row, in its settlement asset, likewise */
    /* How far the integer path may be from the reference: half a tick per lot, through the
     * requirement, and 1e-8 per component. */
    double equity_bound, initial_bound, maintenance_bound;
} world_result;

/* Runs both paths. Free the result when it is HPM_OK. Errors are the library's. */
hpm_status world_run(world_result *result, const conform_world *world, hpm_error *error);
void world_result_free(world_result *result);

/* Index of a component of a rulebook by name; the component must be there. */
uint32_t world_component(const hpm_rulebook *rulebook, const char *name);

/* An amount of units, given times 1e18, as contracts of a size: exactly, in contracts of 10^-s
 * units with the smallest s, if few are enough; else in contracts of about a unit whose size is the
 * nearest double. E_RANGE above 1e10 units. */
hpm_status world_contracts(double *contract_size, int64_t *contracts, conform_wide amount_e18,
                           const char *where, hpm_error *error);

/* value / divisor, half away from zero. E_OVERFLOW names `where`. */
hpm_status world_round(int64_t *out, conform_wide value, conform_wide divisor, const char *where,
                       hpm_error *error);

/* Balances have eight decimals. An amount of a coin with more is counted in a smaller unit of it,
 * 10^-decimals of the coin; prices, strikes and contract sizes follow. */
typedef struct world_unit {
    double per_coin;    /* 10^decimals, at most 1000 */
    int64_t balance_e8; /* the amount, in units */
} world_unit;

hpm_status world_unit_for(world_unit *out, conform_wide amount_e18, const char *where,
                          hpm_error *error);

#endif
