/* Scenario sets: their field tables, the order of their scenarios and the term factor. */
#include "hpm/scenario.h"

#include <assert.h>

#include "base/field_rows.h"
#include "math/elementary.h"

static const char *const price_units[] = {"ratio", "range", "steps", NULL};
static const char *const vol_units[] = {"relative", "points", "atm_units", NULL};

static const char *const dynamics[] = {"sticky_strike", "sticky_moneyness", "sticky_delta", NULL};
static const char *const skew_shapes[] = {"linear", "absolute", NULL};

static const hpm_field scenario_fields[] = {
    HPM_ROW_REAL(hpm_scenario, , price, "price_unit", -1000, 1000, 0,
                 "move of the underlying, which leaves every price above zero"),
    HPM_ROW_REAL(hpm_scenario, , vol, "vol_unit", -100, 100, 0,
                 "shock of volatility before the term factor"),
    HPM_ROW_REAL(hpm_scenario, , basis, "basis move", -10, 10, 0,
                 "move of each expiry's forward in multiples of its basis move"),
    HPM_ROW_REAL(hpm_scenario, , time_days, "days", 0, 36500, 0, "time that passes"),
    HPM_ROW_REAL(hpm_scenario, , weight, "1", 0, 100, 1, "multiplies the profit or loss"),
    HPM_ROW_REAL(hpm_scenario, , skew, "skew shock", -10, 10, 0,
                 "shock of the skew in multiples of the set's"),
    HPM_ROW_REAL(hpm_scenario, , curvature, "curvature shock", -10, 10, 0,
                 "shock of the curvature, both wings alike, in multiples of the set's"),
};

const hpm_record hpm_scenario_record = HPM_RECORD(
    "scenario", hpm_scenario, scenario_fields, "One joint move of price, volatility, basis, time");

static const hpm_field vol_node_fields[] = {
    {.name = "days",
     .type = HPM_FIELD_REAL,
     .required = 1,
     .unit = "days",
     .max = 36500,
     .offset = offsetof(hpm_vol_node, days),
     .text = "days to expiry"},
    {.name = "factor",
     .type = HPM_FIELD_REAL,
     .required = 1,
     .unit = "1",
     .max = 100,
     .offset = offsetof(hpm_vol_node, factor),
     .text = "term factor there"},
};

static const hpm_record vol_node_record = HPM_RECORD(
    "vol node", hpm_vol_node, vol_node_fields, "The term factor of volatility shocks at an expiry");

static const hpm_field set_fields[] = {
    HPM_ROW_TEXT(1, hpm_scenario_set, , name, "name by which components refer to the set"),
    HPM_ROW_CHOICE(0, hpm_scenario_set, , price_unit, price_units,
                   "whether price moves are ratios, multiples of the underlying's price_range, or "
                   "places in its price_steps"),
    HPM_ROW_CHOICE(0, hpm_scenario_set, , vol_unit, vol_units,
                   "whether shocks multiply volatility, add points, or add multiples of the "
                   "expiry's at-the-money volatility"),
    HPM_ROW_REAL(hpm_scenario_set, , vol_power_short, "1", 0, 10, 0,
                 "power of 30/DTE for expiries of 30 days and less"),
    HPM_ROW_REAL(hpm_scenario_set, , vol_power_long, "1", 0, 10, 0,
                 "power of 30/DTE for expiries beyond 30 days"),
    HPM_ROW_REAL(hpm_scenario_set, , vol_floor_days, "days", 1e-6, 36500, 1,
                 "shortest DTE that the term factor sees"),
    HPM_ROW_RECORDS(0, hpm_scenario_set, , vol_term, &vol_node_record, HPM_VOL_NODES_MAX,
                    "term factor at some days to expiry, linear between and flat beyond, instead "
                    "of the powers"),
    HPM_ROW_REAL(hpm_scenario_set, , vol_minimum_up, "annual", 0, 100, 0,
                 "least volatility after an upward shock"),
    HPM_ROW_CHOICE(0, hpm_scenario_set, , vol_dynamics, dynamics,
                   "what of the smile stays when the price moves: the volatility of a strike, of a "
                   "strike over forward, or of a strike so many standard deviations away"),
    HPM_ROW_CHOICE(0, hpm_scenario_set, , skew_shape, skew_shapes,
                   "whether a skew shock moves the wings apart or together"),
    HPM_ROW_REAL(hpm_scenario_set, , skew_cap, "1", 0, 100, 0,
                 "largest share of volatility that a skew shock of 1 moves"),
    HPM_ROW_REAL(hpm_scenario_set, , skew_cap_tau, "per root of a year", -100, 100, 0,
                 "added to it per root of the years to expiry"),
    HPM_ROW_REAL(hpm_scenario_set, , skew_minimum, "1", 0, 100, 0.01,
                 "least log-moneyness at which the largest share is reached"),
    HPM_ROW_REAL(hpm_scenario_set, , skew_width, "1", 0, 100, 0,
                 "standard deviations at which it is reached"),
    HPM_ROW_REAL(hpm_scenario_set, , skew_vol, "annual", 0, 100, 0,
                 "volatility of such a standard deviation"),
    HPM_ROW_REAL(hpm_scenario_set, , skew_vol_tau, "annual per root of a year", -100, 100, 0,
                 "added to it per root of the years to expiry"),
    HPM_ROW_REAL(
        hpm_scenario_set, , curvature_cap, "1", 0, 100, 0,
        "largest share of volatility that a curvature shock of 1 moves, far from the money"),
    HPM_ROW_REAL(hpm_scenario_set, , curvature_minimum, "1", 0, 100, 0.01,
                 "least log-moneyness at which half of that share is reached"),
    HPM_ROW_REAL(hpm_scenario_set, , curvature_width, "1", 0, 100, 0,
                 "standard deviations at the money at which half of it is reached"),
    HPM_ROW_REAL(hpm_scenario_set, , vol_slope_cap, "1", 0, 2, 0,
                 "largest slope of a shocked total variance in log-moneyness away from the money; "
                 "0: none"),
    HPM_ROW_FLAG(hpm_scenario_set, , arbitrage_free, 0,
                 "whether shocked prices of an expiry are held to a convex function of the strike"),
    HPM_ROW_REALS(hpm_scenario_set, , prices, "price_unit", -1000, 1000, HPM_SCENARIOS_MAX,
                  "price moves of the grid, which leave every price above zero"),
    HPM_ROW_REALS(hpm_scenario_set, , vols, "vol_unit", -10, 100, HPM_SCENARIOS_MAX,
                  "volatility shocks of the grid"),
    HPM_ROW_RECORDS(0, hpm_scenario_set, , scenarios, &hpm_scenario_record, HPM_SCENARIOS_MAX,
                    "single scenarios, after the grid"),
};

const hpm_record hpm_scenario_set_record =
    HPM_RECORD("scenario set", hpm_scenario_set, set_fields,
               "An ordered list of scenarios and the rules by which they act");

static uint32_t grid_count(const hpm_scenario_set *set)
{
    return set->prices.count * set->vols.count;
}

uint32_t hpm_scenario_set_count(const hpm_scenario_set *set)
{
    return grid_count(set) + set->scenarios.count;
}

hpm_scenario hpm_scenario_set_at(const hpm_scenario_set *set, uint32_t index)
{
    assert(index < hpm_scenario_set_count(set));
    if (index >= grid_count(set))
        return ((const hpm_scenario *)set->scenarios.items)[index - grid_count(set)];
    const double *prices = set->prices.items, *vols = set->vols.items;
    return (hpm_scenario){.price = prices[index / set->vols.count],
                          .vol = vols[index % set->vols.count],
                          .weight = 1};
}

static double term_between(const hpm_list *nodes, double days)
{
    const hpm_vol_node *rows = nodes->items;
    uint32_t last = nodes->count - 1, i = 0;
    if (days <= rows[0].days) return rows[0].factor;
    while (i < last && days >= rows[i + 1].days)
        i++;
    if (i == last) return rows[last].factor;
    double share = (days - rows[i].days) / (rows[i + 1].days - rows[i].days);
    return fma(share, rows[i + 1].factor - rows[i].factor, rows[i].factor);
}

double hpm_scenario_term_factor(const hpm_scenario_set *set, double days)
{
    if (set->vol_term.count > 0) return term_between(&set->vol_term, days);
    double power = days <= 30 ? set->vol_power_short : set->vol_power_long;
    double floored = days > set->vol_floor_days ? days : set->vol_floor_days;
    return power == 0 ? 1 : hpm_pow(30 / floored, power);
}

int hpm_scenario_set_by_strike(const hpm_scenario_set *set)
{
    const hpm_scenario *singles = set->scenarios.items;
    int by_strike =
        set->vol_dynamics != HPM_STICKY_STRIKE || set->vol_slope_cap > 0 || set->arbitrage_free;
    for (uint32_t i = 0; i < set->scenarios.count; i++)
        by_strike |= singles[i].skew != 0 || singles[i].curvature != 0;
    return by_strike;
}

double hpm_scenario_skew_factor(const hpm_scenario_set *set, double skew, double log_moneyness,
                                double sqrt_tau)
{
    double cap = fma(set->skew_cap_tau, sqrt_tau, set->skew_cap);
    double width = sqrt_tau * set->skew_width * fma(set->skew_vol_tau, sqrt_tau, set->skew_vol);
    double k = set->skew_shape == HPM_SKEW_ABSOLUTE ? fabs(log_moneyness) : log_moneyness;
    if (skew == 0 || cap == 0 || k == 0) return 1; /* 0/0 where k* is 0, too */
    double moved = k * cap / (width > set->skew_minimum ? width : set->skew_minimum);
    if (k >= 0 && moved > cap) moved = cap;
    if (k < 0 && moved < -cap) moved = -cap;
    double factor = fma(skew, moved, 1);
    return factor > 0 ? factor : 0;
}

double hpm_scenario_curvature_factor(const hpm_scenario_set *set, double curvature,
                                     double log_moneyness, double deviation)
{
    double half = set->curvature_width * deviation, k = log_moneyness;
    if (curvature == 0 || set->curvature_cap == 0 || k == 0) return 1; /* 0/0 where k* is 0, too */
    double least = set->curvature_minimum;
    double steep = (half > least ? half : least) / k;
    double factor = 1 + curvature * set->curvature_cap / fma(steep, steep, 1);
    return factor > 0 ? factor : 0;
}
