/* How each scenario acts on each expiry: prices, volatility factors, times, discounts, computed
 * once per market so that filling a row is pure arithmetic over arrays. */
#ifndef HPM_RISK_SHOCK_H
#define HPM_RISK_SHOCK_H

#include "hpm/risk.h"

/* Arrays of [expiry][width]: a column per scenario, then columns without any shock up to a multiple
 * of 8, so that kernels run over whole vectors and padding comes out as exactly 0. */
typedef struct hpm_shock_table {
    uint32_t width;
    double *forward;
    double *vol_mult, *vol_add, *vol_floor;
    double *sqrt_tau;
    double *discount;
    /* [expiry] without a shock, and the expiry's basis move b_e. */
    double *base_forward, *base_sqrt_tau, *base_discount, *basis_move;
    hpm_scenario *scenario; /* [width] of each column */
    int by_strike;          /* the volatilities of a set depend on strikes: vol_mult, vol_add and
                               vol_floor are then not all that is done to them */
} hpm_shock_table;

size_t hpm_shock_table_size(const hpm_catalog *catalog, uint32_t width);

/* NULL when the arena is full. */
hpm_shock_table *hpm_shock_table_new(hpm_arena *arena, const hpm_catalog *catalog, uint32_t width);

/* What scenarios are by themselves: array->weight, array->price_move and the table's `basis`. Once
 * per array. */
void hpm_shock_columns_fill(hpm_risk_array *array);

/* How they act on an expiry of array->market; its tau_years must stand. */
void hpm_shock_table_fill(hpm_risk_array *array, uint32_t expiry);

/* vol[width]: the volatility of an option in each column, in arrays where it depends on strikes. */
void hpm_shock_option_vols(double *vol, const hpm_risk_array *array, uint32_t instrument);

/* The scenario of a column, and the set that it comes from. */
hpm_scenario hpm_scenario_of_column(const hpm_rulebook *rulebook, uint32_t column,
                                    const hpm_scenario_set **set);

/* Relative move of an underlying's price in a scenario. */
double hpm_scenario_price_move(const hpm_rulebook *rulebook, const hpm_scenario_set *set,
                               const hpm_scenario *scenario, const char *asset);

/* The settlement price of an expiry, in what has been observed and in what moves. */
typedef struct hpm_settlement {
    double still, moving;
} hpm_settlement;

/* Where a rulebook lets expiring contracts fade, all of it moves, and they by less. */
hpm_settlement hpm_settlement_of(const hpm_rulebook *rulebook, const hpm_curve_point *point);

/* What P&L and greeks of a contract with this time to expiry count; 1 but where they fade. */
double hpm_fade_of(const hpm_rulebook *rulebook, double tau_years);

/* The price of a future, perpetual or spot pair, or the unobserved part of a forward, that moves by
 * `move` and by `basis_shift` = basis * b_e. */
static inline double hpm_shocked_price(double price, double move, double basis_shift)
{
    return price * (1 + move) * (1 + basis_shift);
}

/* b_e = max(basis_minimum, exp(basis_annual * tau) - 1). */
double hpm_basis_move(const hpm_underlying_rule *rule, double tau_years);

#endif
