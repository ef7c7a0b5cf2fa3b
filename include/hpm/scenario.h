/* Scenarios as data: a set is an ordered list of shocks and the rules by which they turn into
 * prices, volatilities and times.
 *
 *   price of the underlying   S' = S * (1 + m),            m = price * range (or price itself)
 *   forward of expiry e       F' = observed + unobserved * (1 + m) * (1 + basis * b_e)
 *   volatility (relative)     v' = v * (1 + vol * (30 / max(floor, DTE))^p)
 *   volatility (points)       v' = v + vol * (30 / max(floor, DTE))^p
 *   volatility (atm_units)    v' = v + vol * v_atm * (30 / max(floor, DTE))^p
 *   time                      T' = max(0, T - time_days / 365)
 *
 * with p the short power up to 30 days and the long power beyond, v' never below 0, and never
 * below vol_minimum_up where the shock is upward. Source: the family that Deribit, Derive, Paradex,
 * GRVT and Bybit publish; atm_units is ours (docs/MODEL.md). */
#ifndef HPM_SCENARIO_H
#define HPM_SCENARIO_H

#include "hpm/fields.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HPM_SCENARIOS_MAX 1024 /* of all sets of a rulebook together */
#define HPM_SETS_MAX      16

typedef struct hpm_scenario {
    double price;     /* in units of the set's price_unit */
    double vol;       /* signed shock in the set's vol_unit, before the term factor */
    double basis;     /* multiples of the expiry's basis move b_e */
    double time_days; /* time that passes */
    double weight;    /* multiplies the P&L, (0, 1] */
} hpm_scenario;

typedef enum hpm_price_unit {
    HPM_PRICE_RATIO, /* price is the relative move itself */
    HPM_PRICE_RANGE, /* price is in units of the underlying's price_range */
} hpm_price_unit;

typedef enum hpm_vol_unit {
    HPM_VOL_RELATIVE,
    HPM_VOL_POINTS,
    HPM_VOL_ATM_UNITS,
} hpm_vol_unit;

typedef struct hpm_scenario_set {
    char name[32];
    hpm_price_unit price_unit;
    hpm_vol_unit vol_unit;
    double vol_power_short; /* p for 30 days and less */
    double vol_power_long;  /* p beyond 30 days */
    double vol_floor_days;  /* shortest DTE that the term factor sees */
    double vol_minimum_up;  /* annual; least volatility after an upward shock */
    hpm_list prices;        /* of double: with `vols`, a full grid, price by price */
    hpm_list vols;          /* of double */
    hpm_list scenarios;     /* of hpm_scenario: further single scenarios, after the grid */
} hpm_scenario_set;

extern const hpm_record hpm_scenario_record;
extern const hpm_record hpm_scenario_set_record;

/* Scenarios in the set: grid and list together. */
uint32_t hpm_scenario_set_count(const hpm_scenario_set *set);

/* The index-th scenario of the set, in the order in which columns are laid out: the grid price by
 * price with all volatilities of a price together, then the list. index < count. */
hpm_scenario hpm_scenario_set_at(const hpm_scenario_set *set, uint32_t index);

/* (30 / max(floor, days))^p of the set for an expiry `days` away. */
double hpm_scenario_term_factor(const hpm_scenario_set *set, double days);

#ifdef __cplusplus
}
#endif
#endif
