/* One row at a time, in doubles: value and greeks, and the slow, obvious twin of the fast fill. */
#include <assert.h>
#include <math.h>

#include "math/elementary.h"
#include "price/greeks.h"
#include "price/inverse.h"
#include "price/linear.h"
#include "price/option.h"
#include "risk/array.h"
#include "risk/shock.h"

/* ---- Value, units, greeks ----------------------------------------------------------------- */

double hpm_risk_row_units(const hpm_risk_array *array, uint32_t instrument)
{
    const hpm_instrument *row = &array->catalog->instruments[instrument];
    if (row->kind == HPM_OPTION || row->payoff == HPM_LINEAR) return array->lot_size[instrument];
    return array->lot_size[instrument] / array->market->mark[instrument].value;
}

void hpm_risk_row_value(double row[HPM_COLUMN_COUNT], const hpm_risk_array *array,
                        uint32_t instrument, double unit_value)
{
    const hpm_instrument *what = &array->catalog->instruments[instrument];
    double lot = array->lot_size[instrument];
    for (int c = 0; c < HPM_COLUMN_COUNT; c++)
        row[c] = 0;
    if (what->kind == HPM_SPOT) unit_value = array->market->mark[instrument].value;
    row[HPM_COLUMN_VALUE] = unit_value * lot;
}

static void option_greeks(double row[HPM_COLUMN_COUNT], const hpm_risk_array *array,
                          uint32_t instrument, const hpm_black_parts *parts)
{
    const hpm_instrument *what = &array->catalog->instruments[instrument];
    const hpm_curve_point *point = &array->market->curve[what->expiry];
    double forward = hpm_curve_settlement_forward(point), lot = array->lot_size[instrument];
    double tau = hpm_market_tau_years(array->market, what->expiry_ns);
    double rate = array->rulebook->discount_at_rate ? point->rate_annual : 0;
    double vol = array->market->vol[instrument].value, sign = what->is_call ? 1 : -1;
    /* Only the unobserved part of the settlement average still follows the underlying. */
    double follows = 1 - point->observed_share;
    hpm_black_greeks greeks;
    if (parts)
        hpm_black76_greeks_from(&greeks, parts, forward, what->strike, vol, tau, rate, sign);
    else
        hpm_black76_greeks(&greeks, forward, what->strike, vol, tau, rate, sign);
    double premium = what->payoff == HPM_INVERSE ? greeks.value / forward : 0;
    double index = array->market->asset_price[what->underlying].value;
    row[HPM_COLUMN_DELTA] = greeks.delta * follows * lot * index;
    row[HPM_COLUMN_DELTA_PREMIUM] = (greeks.delta - premium) * follows * lot * index;
    double moved = point->forward.value * follows; /* what a move of the underlying multiplies */
    row[HPM_COLUMN_GAMMA] = greeks.gamma * moved * moved * 0.01 * lot;
    row[HPM_COLUMN_VEGA] = greeks.vega * 0.01 * lot;
    row[HPM_COLUMN_THETA] = greeks.theta / 365 * lot;
    row[HPM_COLUMN_RHO] = greeks.rho * 1e-4 * lot;
}

void hpm_risk_row_greeks(double row[HPM_COLUMN_COUNT], const hpm_risk_array *array,
                         uint32_t instrument, const hpm_black_parts *parts)
{
    if (array->catalog->instruments[instrument].kind == HPM_OPTION) {
        option_greeks(row, array, instrument, parts);
        return;
    }
    double index =
        array->market->asset_price[array->catalog->instruments[instrument].underlying].value;
    row[HPM_COLUMN_DELTA] = hpm_risk_row_units(array, instrument) * index;
    row[HPM_COLUMN_DELTA_PREMIUM] = row[HPM_COLUMN_DELTA];
}

/* ---- The twin ----------------------------------------------------------------------------- */

typedef struct shocked {
    double forward, vol, tau;
} shocked;

static shocked shock_option(const hpm_risk_array *array, uint32_t instrument, uint32_t column)
{
    const hpm_instrument *row = &array->catalog->instruments[instrument];
    const hpm_curve_point *point = &array->market->curve[row->expiry];
    const char *asset = array->catalog->assets[row->underlying].name;
    const hpm_scenario_set *set;
    hpm_scenario scenario = hpm_scenario_of_column(array->rulebook, column, &set);
    double tau = hpm_market_tau_years(array->market, row->expiry_ns);
    double basis = hpm_basis_move(hpm_rulebook_underlying(array->rulebook, asset), tau);
    double move = hpm_scenario_price_move(array->rulebook, set, &scenario, asset);
    double shock = scenario.vol * hpm_scenario_term_factor(set, tau * 365);
    double vol = array->market->vol[instrument].value;
    shocked out;
    out.forward = point->observed_share * point->observed_price +
                  (1 - point->observed_share) * point->forward.value * (1 + move) *
                      (1 + scenario.basis * basis);
    if (set->vol_unit == HPM_VOL_RELATIVE) vol *= 1 + shock > 0 ? 1 + shock : 0;
    if (set->vol_unit == HPM_VOL_POINTS) vol += shock;
    if (set->vol_unit == HPM_VOL_ATM_UNITS)
        vol += shock * array->market->vol_atm[row->expiry].value;
    if (scenario.vol > 0 && vol < set->vol_minimum_up) vol = set->vol_minimum_up;
    out.vol = vol > 0 ? vol : 0;
    out.tau = tau - scenario.time_days / 365;
    if (!(out.tau > 0)) out.tau = 0;
    return out;
}

static double option_value(const hpm_risk_array *array, uint32_t instrument, shocked at)
{
    const hpm_instrument *row = &array->catalog->instruments[instrument];
    double rate =
        array->rulebook->discount_at_rate ? array->market->curve[row->expiry].rate_annual : 0;
    double value =
        hpm_exp(-rate * at.tau) *
        hpm_black76(at.forward, row->strike, at.vol * sqrt(at.tau), row->is_call ? 1 : -1);
    return row->payoff == HPM_INVERSE ? hpm_inverse_value(value, at.forward) : value;
}

static shocked unshocked(const hpm_risk_array *array, uint32_t instrument)
{
    const hpm_instrument *row = &array->catalog->instruments[instrument];
    return (shocked){hpm_curve_settlement_forward(&array->market->curve[row->expiry]),
                     array->market->vol[instrument].value,
                     hpm_market_tau_years(array->market, row->expiry_ns)};
}

static double option_pnl(const hpm_risk_array *array, uint32_t instrument, uint32_t column)
{
    return option_value(array, instrument, shock_option(array, instrument, column)) -
           option_value(array, instrument, unshocked(array, instrument));
}

static double linear_pnl(const hpm_risk_array *array, uint32_t instrument, uint32_t column)
{
    const hpm_instrument *row = &array->catalog->instruments[instrument];
    const char *asset = array->catalog->assets[row->underlying].name;
    const hpm_scenario_set *set;
    hpm_scenario scenario = hpm_scenario_of_column(array->rulebook, column, &set);
    double mark = array->market->mark[instrument].value;
    double tau = hpm_market_tau_years(array->market, row->expiry_ns);
    double basis = row->kind == HPM_SPOT
                       ? 0
                       : hpm_basis_move(hpm_rulebook_underlying(array->rulebook, asset), tau);
    double move = hpm_scenario_price_move(array->rulebook, set, &scenario, asset);
    double price = mark * (1 + move) * (1 + scenario.basis * basis);
    return row->payoff == HPM_INVERSE ? hpm_inverse_pnl(price, mark) : hpm_linear_pnl(price, mark);
}

void hpm_risk_row_reference(double *row, const hpm_risk_array *array, uint32_t instrument)
{
    const hpm_instrument *what = &array->catalog->instruments[instrument];
    double lot = array->lot_size[instrument], unit_value = 0;
    assert(array->row_state[instrument] == HPM_ROW_READY);
    for (uint32_t column = 0; column < array->stride; column++)
        row[column] = 0;
    for (uint32_t column = 0; column < array->scenario_count; column++)
        row[column] = lot * (what->kind == HPM_OPTION ? option_pnl(array, instrument, column)
                                                      : linear_pnl(array, instrument, column));
    if (what->kind == HPM_OPTION)
        unit_value = option_value(array, instrument, unshocked(array, instrument));
    hpm_risk_row_value(row + array->extra, array, instrument, unit_value);
    hpm_risk_row_greeks(row + array->extra, array, instrument, NULL);
}
