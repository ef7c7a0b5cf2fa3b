/* How each scenario acts on each expiry: prices, volatility factors, times, discounts, computed once
 * per market so that filling a row is pure arithmetic over arrays. */
#ifndef HPM_RISK_SHOCK_H
#define HPM_RISK_SHOCK_H

#include "hpm/risk.h"

/* Arrays of [expiry][width]: a column per scenario, then one without any shock. */
typedef struct hpm_shock_table {
    uint32_t width; /* scenario_count + 1 */
    double *forward;
    double *vol_mult, *vol_add, *vol_floor;
    double *sqrt_tau;
    double *discount;
} hpm_shock_table;

size_t hpm_shock_table_size(const hpm_catalog *catalog, uint32_t scenario_count);

/* NULL when the arena is full. */
hpm_shock_table *hpm_shock_table_new(hpm_arena *arena, const hpm_catalog *catalog,
                                     uint32_t scenario_count);

/* Fills the table, array->weight and array->price_move for array->market. */
void hpm_shock_table_fill(hpm_risk_array *array);

/* The scenario of a column, and the set that it comes from. */
hpm_scenario hpm_scenario_of_column(const hpm_rulebook *rulebook, uint32_t column,
                                    const hpm_scenario_set **set);

/* Relative move of an underlying's price in a scenario. */
double hpm_scenario_price_move(const hpm_rulebook *rulebook, const hpm_scenario_set *set,
                               const hpm_scenario *scenario, const char *asset);

/* The price of a future, perpetual or spot pair, or the unobserved part of a forward: price times
 * (1 + move) times (1 + basis * b_e). */
double hpm_scenario_price(double price, double move, const hpm_scenario *scenario,
                          double basis_move);

/* b_e = max(basis_minimum, exp(basis_annual * tau) - 1). */
double hpm_basis_move(const hpm_underlying_rule *rule, double tau_years);

#endif
