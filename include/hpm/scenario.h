/* Scenarios as data: a set is an ordered list of shocks and the rules by which they turn into
 * prices, volatilities and times.
 *
 *   price of the underlying   S' = S * (1 + m),            m = price * range (or price itself)
 *   forward of expiry e       F' = observed + unobserved * (1 + m) * (1 + basis * b_e)
 *   volatility (relative)     v' = v * (1 + vol * (30 / max(floor, DTE))^p)
 *   volatility (points)       v' = v + vol * (30 / max(floor, DTE))^p
 *   volatility (atm_units)    v' = v + vol * v_atm * (30 / max(floor, DTE))^p
 *   skew                      v  -> v * max(0, 1 + skew * clamp(k * c / k*)), see below
 *   curvature                 v  -> v * max(0, 1 + curvature * c * k^2 / (k^2 + k*^2)), see below
 *   time                      T' = max(0, T - time_days / 365)
 *
 * with p the short power up to 30 days and the long power beyond; or with a term factor that is
 * given at some days, linear between them and flat beyond, in place of (30 / max(floor, DTE))^p.
 * v' is never below 0, and never below vol_minimum_up where the shock is upward. Source: the family
 * that Deribit, Derive, Paradex, GRVT and Bybit publish; atm_units is ours (docs/MODEL.md).
 *
 * What v is before these shocks is a matter of the set's dynamics, of the smile s(K) that the
 * market quotes: the option's own volatility (sticky strike), or that and s(K*) - s(K), where K* is
 *   sticky moneyness   K * F / F'
 *   sticky delta       F * (K / F')^(v_atm * sqrt(T) / (v'_atm * sqrt(T'))): as many standard
 *                      deviations at the money as before
 *
 * The skew shock is that of Derive's PMRM_2, with k = ln(K / F') (or its magnitude):
 *   c  = skew_cap + skew_cap_tau * sqrt(T)
 *   k* = max(skew_minimum, sqrt(T) * skew_width * (skew_vol + sqrt(T) * skew_vol_tau))
 *   clamp(x) = min(c, x) for k >= 0, max(-c, x) below. One-sided, also where c is negative.
 *
 * The curvature shock, ours, after that of the skew: both wings alike and without a kink, so that a
 * smile that is smooth stays so. With k = ln(K / F'),
 *   c  = curvature_cap, reached far from the money
 *   k* = max(curvature_minimum, curvature_width * v_atm * sqrt(T)), where half of it is reached
 *
 * Last, a slope cap holds total variance: v'^2 T' at K is at most that of any strike Q between
 * F' and K that is quoted (under a smile: of any option), plus vol_slope_cap * |ln(K / Q)|; but it
 * takes back no more than shocks added.
 *
 * A slope cap is no proof against arbitrage. With `arbitrage_free` an option's price, where
 * anything moves, is at most what lies on the line between the prices at any two such strikes on
 * either side of it, 0 and infinity among them, where no volatility counts: prices over the strikes
 * are then convex, and call spreads worth from nothing to their width.
 */
#ifndef HPM_SCENARIO_H
#define HPM_SCENARIO_H

#include "hpm/fields.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HPM_SCENARIOS_MAX 1024 /* of all sets of a rulebook together */
#define HPM_SETS_MAX      16
#define HPM_VOL_NODES_MAX 64

typedef struct hpm_scenario {
    double price;     /* in units of the set's price_unit */
    double vol;       /* signed shock in the set's vol_unit, before the term factor */
    double basis;     /* multiples of the expiry's basis move b_e */
    double time_days; /* time that passes */
    double weight;    /* multiplies the P&L, (0, 1] */
    double skew;      /* multiples of the set's skew shock */
    double curvature; /* multiples of the set's curvature shock */
} hpm_scenario;

typedef enum hpm_price_unit {
    HPM_PRICE_RATIO, /* price is the relative move itself */
    HPM_PRICE_RANGE, /* price is in units of the underlying's price_range */
    HPM_PRICE_STEPS, /* price is a place in the underlying's price_steps */
} hpm_price_unit;

typedef enum hpm_vol_unit {
    HPM_VOL_RELATIVE,
    HPM_VOL_POINTS,
    HPM_VOL_ATM_UNITS,
} hpm_vol_unit;

/* What of a smile stays where it is when the price moves. */
typedef enum hpm_vol_dynamics {
    HPM_STICKY_STRIKE,
    HPM_STICKY_MONEYNESS,
    HPM_STICKY_DELTA,
} hpm_vol_dynamics;

typedef enum hpm_skew_shape {
    HPM_SKEW_LINEAR,   /* one wing up, the other down */
    HPM_SKEW_ABSOLUTE, /* both wings alike */
} hpm_skew_shape;

/* The term factor at so many days. */
typedef struct hpm_vol_node {
    double days;
    double factor;
} hpm_vol_node;

typedef struct hpm_scenario_set {
    char name[32];
    hpm_price_unit price_unit;
    hpm_vol_unit vol_unit;
    double vol_power_short; /* p for 30 days and less */
    double vol_power_long;  /* p beyond 30 days */
    double vol_floor_days;  /* shortest DTE that the term factor sees */
    hpm_list vol_term;      /* of hpm_vol_node: the term factor, 1 at 30 days, instead of powers */
    double vol_minimum_up;  /* annual; least volatility after an upward shock */
    hpm_vol_dynamics vol_dynamics;
    hpm_skew_shape skew_shape;
    double skew_cap;          /* largest share of volatility that a skew shock of 1 moves ... */
    double skew_cap_tau;      /* ... plus this times the root of years to expiry */
    double skew_minimum;      /* least k* */
    double skew_width;        /* k* in standard deviations of ... */
    double skew_vol;          /* ... this annual volatility ... */
    double skew_vol_tau;      /* ... plus this times the root of years to expiry */
    double curvature_cap;     /* largest share of volatility that a curvature shock of 1 moves */
    double curvature_minimum; /* least log-moneyness at which half of it is reached */
    double curvature_width;   /* standard deviations at the money at which it is */
    double vol_slope_cap; /* of total variance, per unit of ln(K/F) away from the money; 0: none */
    int arbitrage_free;   /* shocked prices are held to a convex function of the strike */
    hpm_list prices;      /* of double: with `vols`, a full grid, price by price */
    hpm_list vols;        /* of double */
    hpm_list scenarios;   /* of hpm_scenario: further single scenarios, after the grid */
} hpm_scenario_set;

extern const hpm_record hpm_scenario_record;
extern const hpm_record hpm_scenario_set_record;

/* Scenarios in the set: grid and list together. */
uint32_t hpm_scenario_set_count(const hpm_scenario_set *set);

/* The index-th scenario of the set, in the order in which columns are laid out: the grid price by
 * price with all volatilities of a price together, then the list. index < count. */
hpm_scenario hpm_scenario_set_at(const hpm_scenario_set *set, uint32_t index);

/* Whether a scenario of the set does to an option's volatility what depends on its strike. */
int hpm_scenario_set_by_strike(const hpm_scenario_set *set);

/* What a skew shock of `skew` multiplies volatility by at k = ln(K/F'), sqrt_tau years to expiry.
 */
double hpm_scenario_skew_factor(const hpm_scenario_set *set, double skew, double log_moneyness,
                                double sqrt_tau);

/* What a curvature shock multiplies volatility by at k = ln(K/F'); `deviation` is the expiry's
 * v_atm * sqrt(T) before shocks. */
double hpm_scenario_curvature_factor(const hpm_scenario_set *set, double curvature,
                                     double log_moneyness, double deviation);

/* The set's term factor for an expiry `days` away: (30 / max(floor, days))^p, or by its nodes. */
double hpm_scenario_term_factor(const hpm_scenario_set *set, double days);

#ifdef __cplusplus
}
#endif
#endif
