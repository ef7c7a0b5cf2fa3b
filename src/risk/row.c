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

double hpm_risk_row_fade(const hpm_risk_array *array, uint32_t instrument)
{
    int64_t expiry_ns = array->catalog->instruments[instrument].expiry_ns;
    if (expiry_ns == 0) return 1;
    return hpm_fade_of(array->rulebook, hpm_market_tau_years(array->market, expiry_ns));
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
    double rate = hpm_discount_rate(array, what->expiry);
    double vol = array->market->vol[instrument].value, sign = what->is_call ? 1 : -1;
    /* Only the unobserved part of the settlement average still follows the underlying. */
    double follows = array->rulebook->fade_s > 0 ? 1 : 1 - point->observed_share;
    hpm_black_greeks greeks;
    if (parts)
        hpm_black76_greeks_from(&greeks, parts, forward, what->strike, vol, tau, rate, sign);
    else
        hpm_black76_greeks(&greeks, forward, what->strike, vol, tau, rate, sign);
    double premium = what->payoff == HPM_INVERSE ? greeks.value / forward : 0;
    double index = array->market->asset_price[what->underlying].value;
    row[HPM_COLUMN_DELTA] = greeks.delta * follows * lot * index;
    row[HPM_COLUMN_DELTA_PREMIUM] = (greeks.delta - premium) * follows * lot * index;
    double moved = hpm_settlement_of(array->rulebook, point).moving;
    row[HPM_COLUMN_GAMMA] = greeks.gamma * moved * moved * 0.01 * lot;
    row[HPM_COLUMN_VEGA] = greeks.vega * 0.01 * lot;
    row[HPM_COLUMN_THETA] = greeks.theta / 365 * lot;
    row[HPM_COLUMN_RHO] = greeks.rho * 1e-4 * lot;
}

void hpm_risk_row_greeks(double row[HPM_COLUMN_COUNT], const hpm_risk_array *array,
                         uint32_t instrument, const hpm_black_parts *parts)
{
    const hpm_instrument *what = &array->catalog->instruments[instrument];
    double fade = hpm_risk_row_fade(array, instrument);
    if (what->kind == HPM_OPTION) {
        option_greeks(row, array, instrument, parts);
    } else {
        double index = array->market->asset_price[what->underlying].value;
        row[HPM_COLUMN_DELTA] = hpm_risk_row_units(array, instrument) * index;
        row[HPM_COLUMN_DELTA_PREMIUM] = row[HPM_COLUMN_DELTA];
    }
    for (int c = HPM_COLUMN_DELTA; c < HPM_COLUMN_COUNT && fade < 1; c++)
        row[c] *= fade;
}

/* ---- The twin ----------------------------------------------------------------------------- */

/* A scenario of an expiry, from its definition. */
typedef struct twin_shock {
    const hpm_risk_array *array;
    const hpm_scenario_set *set;
    hpm_scenario scenario;
    uint32_t expiry;
    double forward_before, forward, tau_before, tau;
} twin_shock;

static twin_shock shock_of(const hpm_risk_array *array, uint32_t instrument, uint32_t column)
{
    const hpm_instrument *row = &array->catalog->instruments[instrument];
    const hpm_curve_point *point = &array->market->curve[row->expiry];
    const char *asset = array->catalog->assets[row->underlying].name;
    twin_shock out = {.array = array, .expiry = row->expiry};
    out.scenario = hpm_scenario_of_column(array->rulebook, column, &out.set);
    out.tau_before = hpm_market_tau_years(array->market, row->expiry_ns);
    out.tau = out.tau_before - out.scenario.time_days / 365;
    if (!(out.tau > 0)) out.tau = 0;
    double basis = hpm_basis_move(hpm_rulebook_underlying(array->rulebook, asset), out.tau_before);
    double move = hpm_scenario_price_move(array->rulebook, out.set, &out.scenario, asset);
    out.forward_before = hpm_curve_settlement_forward(point);
    const hpm_settlement settlement = hpm_settlement_of(array->rulebook, point);
    out.forward =
        settlement.still + settlement.moving * (1 + move) * (1 + out.scenario.basis * basis);
    return out;
}

static double atm_vol(const twin_shock *shock)
{
    return shock->array->market->vol_atm[shock->expiry].value;
}

static double smile_at(const twin_shock *shock, double strike)
{
    return hpm_market_vol_at(shock->array->market, shock->expiry, strike).value;
}

static double parallel_vol(const twin_shock *shock, double vol)
{
    const hpm_scenario_set *set = shock->set;
    double size = shock->scenario.vol * hpm_scenario_term_factor(set, shock->tau_before * 365);
    if (set->vol_unit == HPM_VOL_RELATIVE) vol *= 1 + size > 0 ? 1 + size : 0;
    if (set->vol_unit == HPM_VOL_POINTS) vol += size;
    if (set->vol_unit == HPM_VOL_ATM_UNITS && size != 0) vol += size * atm_vol(shock);
    if (shock->scenario.vol > 0 && vol < set->vol_minimum_up) vol = set->vol_minimum_up;
    return vol > 0 ? vol : 0;
}

/* The option's own volatility, less the smile where it was, plus the smile where it is now. */
static double ridden_vol(const twin_shock *shock, double strike, double own)
{
    double deviations = 1, moneyness = strike / shock->forward;
    if (shock->set->vol_dynamics == HPM_STICKY_STRIKE || strike <= 0) return own;
    if (shock->set->vol_dynamics == HPM_STICKY_DELTA) {
        double after = parallel_vol(shock, atm_vol(shock)) * sqrt(shock->tau);
        deviations = atm_vol(shock) * sqrt(shock->tau_before) / after;
        if (isnan(deviations)) deviations = 1; /* no deviations before and after */
    }
    if (deviations == 1 && shock->forward == shock->forward_before) return own;
    double read_at = shock->forward_before * hpm_pow(moneyness, deviations);
    if (moneyness == 1) read_at = shock->forward_before;
    double vol = own + smile_at(shock, read_at) - smile_at(shock, strike);
    return vol > 0 ? vol : 0;
}

static double shocked_vol(const twin_shock *shock, double strike, double own)
{
    double vol = ridden_vol(shock, strike, own);
    if (shock->scenario.skew != 0 && strike > 0)
        vol *= hpm_scenario_skew_factor(shock->set, shock->scenario.skew,
                                        hpm_log_moneyness(strike, shock->forward),
                                        sqrt(shock->tau_before));
    if (shock->scenario.curvature != 0 && strike > 0)
        vol *= hpm_scenario_curvature_factor(shock->set, shock->scenario.curvature,
                                             hpm_log_moneyness(strike, shock->forward),
                                             atm_vol(shock) * sqrt(shock->tau_before));
    return parallel_vol(shock, vol);
}

static double capped_vol(const twin_shock *shock, double strike, double own)
{
    const hpm_market *market = shock->array->market;
    double vol = shocked_vol(shock, strike, own), before = ridden_vol(shock, strike, own);
    double most = vol;
    if (shock->set->vol_slope_cap == 0 || shock->tau == 0 || vol <= before) return vol;
    for (uint32_t i = market->slice_first[shock->expiry];
         strike > 0 && i < market->slice_first[shock->expiry + 1]; i++) {
        double held = market->catalog->instruments[market->slice[i]].strike;
        if (!((strike < held && held < shock->forward) || (shock->forward < held && held < strike)))
            continue;
        double inner = shocked_vol(shock, held, market->vol[market->slice[i]].value);
        double room = shock->set->vol_slope_cap * fabs(hpm_log_moneyness(strike, held));
        double here = sqrt(inner * inner + room / shock->tau);
        if (here < most) most = here;
    }
    return most > before ? most : before;
}

/* Of a call or put that pays in quote currency, not discounted. */
static double price_of(const twin_shock *shock, double strike, double own, double sign)
{
    double vol = capped_vol(shock, strike, own);
    return hpm_black76(shock->forward, strike, vol * sqrt(shock->tau), sign);
}

/* The strikes of an expiry and their prices. The last but one is 0; the last stands for infinity,
 * where prices have a slope. */
static double strike_at(const twin_shock *shock, uint32_t place)
{
    const hpm_market *market = shock->array->market;
    uint32_t first = market->slice_first[shock->expiry];
    uint32_t count = market->slice_first[shock->expiry + 1] - first;
    if (place >= count) return place == count ? 0 : INFINITY;
    return market->catalog->instruments[market->slice[first + place]].strike;
}

static double price_at(const twin_shock *shock, uint32_t place, double sign)
{
    const hpm_market *market = shock->array->market;
    double strike = strike_at(shock, place);
    if (strike == 0) return sign > 0 ? shock->forward : 0;
    if (isinf(strike)) return sign > 0 ? 0 : 1;
    uint32_t id = market->slice[market->slice_first[shock->expiry] + place];
    return price_of(shock, strike, market->vol[id].value, sign);
}

/* At most what lies between any two prices on either side. */
static double convex_price(const twin_shock *shock, double strike, double own, double sign)
{
    const uint32_t *first = shock->array->market->slice_first;
    uint32_t count = first[shock->expiry + 1] - first[shock->expiry] + 2;
    double most = price_of(shock, strike, own, sign);
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t j = 0; j < count; j++) {
            double low = strike_at(shock, i), high = strike_at(shock, j);
            if (!(low < strike && strike < high)) continue;
            double slope = price_at(shock, j, sign);
            if (!isinf(high)) slope = (slope - price_at(shock, i, sign)) / (high - low);
            double here = price_at(shock, i, sign) + slope * (strike - low);
            if (here < most) most = here;
        }
    return most;
}

static int is_shocked(const hpm_scenario *scenario)
{
    return scenario->price != 0 || scenario->vol != 0 || scenario->basis != 0 ||
           scenario->time_days != 0 || scenario->skew != 0 || scenario->curvature != 0;
}

/* What an option is worth, not discounted, and when. */
typedef struct shocked {
    double forward, price, tau;
} shocked;

static shocked shock_option(const hpm_risk_array *array, uint32_t instrument, uint32_t column)
{
    twin_shock shock = shock_of(array, instrument, column);
    const hpm_instrument *row = &array->catalog->instruments[instrument];
    double own = array->market->vol[instrument].value, sign = row->is_call ? 1 : -1;
    int is_held = shock.set->arbitrage_free && is_shocked(&shock.scenario);
    double price = is_held ? convex_price(&shock, row->strike, own, sign)
                           : price_of(&shock, row->strike, own, sign);
    return (shocked){shock.forward, price, shock.tau};
}

static double option_value(const hpm_risk_array *array, uint32_t instrument, shocked at)
{
    const hpm_instrument *row = &array->catalog->instruments[instrument];
    double rate = hpm_discount_rate(array, row->expiry);
    double value = hpm_exp(-rate * at.tau) * at.price;
    return row->payoff == HPM_INVERSE ? hpm_inverse_value(value, at.forward) : value;
}

static shocked unshocked(const hpm_risk_array *array, uint32_t instrument)
{
    const hpm_instrument *row = &array->catalog->instruments[instrument];
    double forward = hpm_curve_settlement_forward(&array->market->curve[row->expiry]);
    double tau = hpm_market_tau_years(array->market, row->expiry_ns);
    double total_vol = array->market->vol[instrument].value * sqrt(tau);
    return (shocked){forward, hpm_black76(forward, row->strike, total_vol, row->is_call ? 1 : -1),
                     tau};
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
        row[column] = lot * hpm_risk_row_fade(array, instrument) *
                      (what->kind == HPM_OPTION ? option_pnl(array, instrument, column)
                                                : linear_pnl(array, instrument, column));
    if (what->kind == HPM_OPTION)
        unit_value = option_value(array, instrument, unshocked(array, instrument));
    hpm_risk_row_value(row + array->extra, array, instrument, unit_value);
    hpm_risk_row_greeks(row + array->extra, array, instrument, NULL);
}
