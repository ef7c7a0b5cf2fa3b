/* Volatilities that depend on strikes: dynamics of the smile, skew and curvature, slope caps,
 * prices held free of arbitrage. See hpm/scenario.h for the formulas. */
#include <assert.h>
#include <math.h>

#include "math/elementary.h"
#include "price/implied_vol.h"
#include "risk/shock.h"

/* One scenario of one expiry. */
typedef struct smile_shock {
    const hpm_market *market;
    const hpm_shock_table *table;
    const hpm_scenario_set *set;
    uint32_t expiry;
    size_t cell; /* of the table */
    const hpm_scenario *scenario;
} smile_shock;

/* What the table does to a volatility, as the kernels do it. */
static double parallel(const hpm_shock_table *table, size_t cell, double vol)
{
    double shocked = fma(vol, table->vol_mult[cell], table->vol_add[cell]);
    return shocked < table->vol_floor[cell] ? table->vol_floor[cell] : shocked;
}

/* ---- Dynamics ----------------------------------------------------------------------------- */

/* How many standard deviations of before are one of after, at the money. */
static double deviation_ratio(const smile_shock *at)
{
    double vol = at->market->vol_atm[at->expiry].value;
    double before = vol * at->table->base_sqrt_tau[at->expiry];
    double after = parallel(at->table, at->cell, vol) * at->table->sqrt_tau[at->cell];
    if (before == after) return 1;
    return after > 0 ? before / after : INFINITY;
}

/* The strike at which the smile of before is read. */
static double ridden_strike(const smile_shock *at, double strike)
{
    double before = at->table->base_forward[at->expiry], after = at->table->forward[at->cell];
    double ratio = at->set->vol_dynamics == HPM_STICKY_DELTA ? deviation_ratio(at) : 1;
    if (ratio == 1) return strike * (before / after); /* the strike itself if nothing moves */
    if (strike == after) return before;
    if (isinf(ratio)) return strike < after ? 0 : INFINITY;
    return before * hpm_pow(strike / after, ratio);
}

static double ridden_vol(const smile_shock *at, double strike, double vol)
{
    if (at->set->vol_dynamics == HPM_STICKY_STRIKE || strike <= 0) return vol;
    double from = ridden_strike(at, strike);
    if (from == strike) return vol;
    double moved = vol + (hpm_market_vol_at(at->market, at->expiry, from).value -
                          hpm_market_vol_at(at->market, at->expiry, strike).value);
    return moved > 0 ? moved : 0;
}

/* ---- All but the cap ---------------------------------------------------------------------- */

/* By what skew and curvature multiply volatility. */
static double wing_factor(const smile_shock *at, double strike)
{
    const hpm_shock_table *table = at->table;
    const hpm_scenario *scenario = at->scenario;
    if ((scenario->skew == 0 && scenario->curvature == 0) || strike <= 0) return 1;
    double k = hpm_log_moneyness(strike, table->forward[at->cell]);
    double root = table->base_sqrt_tau[at->expiry];
    double deviation = at->market->vol_atm[at->expiry].value * root;
    return hpm_scenario_skew_factor(at->set, scenario->skew, k, root) *
           hpm_scenario_curvature_factor(at->set, scenario->curvature, k, deviation);
}

static double uncapped(const smile_shock *at, double strike, double vol)
{
    vol = ridden_vol(at, strike, vol) * wing_factor(at, strike);
    return parallel(at->table, at->cell, vol);
}

/* ---- The cap ------------------------------------------------------------------------------ */

/* The most that total variance may be at a strike for the quoted strikes between it and the money.
 */
static double most_variance(const smile_shock *at, double strike, double low, double high)
{
    const hpm_market *market = at->market;
    double most = INFINITY;
    for (uint32_t q = market->slice_first[at->expiry]; q < market->slice_first[at->expiry + 1];
         q++) {
        const uint32_t id = market->slice[q];
        const double inner = market->catalog->instruments[id].strike;
        if (!(inner > low && inner < high)) continue;
        double total = uncapped(at, inner, market->vol[id].value) * at->table->sqrt_tau[at->cell];
        double here =
            fma(total, total, at->set->vol_slope_cap * fabs(hpm_log_moneyness(strike, inner)));
        if (here < most) most = here;
    }
    return most;
}

/* A cap takes back what a shock has added and no more: what is quoted stays where nothing moves. */
static double capped(const smile_shock *at, double strike, double own)
{
    const double forward = at->table->forward[at->cell], root = at->table->sqrt_tau[at->cell];
    const double before = ridden_vol(at, strike, own), vol = uncapped(at, strike, own);
    if (!(root > 0) || strike <= 0 || vol <= before) return vol;
    double most = strike < forward ? most_variance(at, strike, strike, forward)
                                   : most_variance(at, strike, forward, strike);
    if (!(most < vol * root * (vol * root))) return vol;
    double held = sqrt(most) / root;
    return held > before ? held : before;
}

static double capped_if(const smile_shock *at, double strike, double own)
{
    return at->set->vol_slope_cap > 0 ? capped(at, strike, own) : uncapped(at, strike, own);
}

/* ---- Free of arbitrage -------------------------------------------------------------------- */

/* A price at a strike; at an infinite strike the slope of prices there. */
typedef struct priced {
    double strike, value;
} priced;

/* What lies at a strike on the line between two prices on either side of it. */
static double on_line(const priced *low, const priced *high, double strike)
{
    if (isinf(high->strike)) return fma(high->value, strike - low->strike, low->value);
    double share = (strike - low->strike) / (high->strike - low->strike);
    return fma(share, high->value - low->value, low->value);
}

static priced price_at(const smile_shock *at, double strike, double own, double sign)
{
    double total_vol = capped_if(at, strike, own) * at->table->sqrt_tau[at->cell];
    return (priced){strike, hpm_black76(at->table->forward[at->cell], strike, total_vol, sign)};
}

/* The price at the index-th strike that speaks for the expiry; then, with prices that no volatility
 * changes, a strike of 0 and an infinite one. */
static priced speaker_at(const smile_shock *at, uint32_t index, double sign)
{
    const hpm_market *market = at->market;
    const uint32_t place = market->slice_first[at->expiry] + index;
    const uint32_t end = market->slice_first[at->expiry + 1];
    if (place == end) return (priced){0, sign > 0 ? at->table->forward[at->cell] : 0};
    if (place > end) return (priced){INFINITY, sign > 0 ? 0 : 1};
    const uint32_t id = market->slice[place];
    return price_at(at, market->catalog->instruments[id].strike, market->vol[id].value, sign);
}

/* The least that a line between two prices has at a strike. One end after the other is changed as
 * long as that lowers it; then no price lies below the line, and no other line is lower. */
static double lowest_line(const smile_shock *at, double strike, double sign)
{
    const uint32_t *first = at->market->slice_first + at->expiry;
    const uint32_t count = first[1] - first[0];
    priced low = speaker_at(at, count, sign), high = speaker_at(at, count + 1, sign);
    double least = on_line(&low, &high, strike);
    for (int is_lower = 1; is_lower;) {
        is_lower = 0;
        for (uint32_t i = 0; i < count + 2; i++) {
            const priced other = speaker_at(at, i, sign);
            if (other.strike == strike) continue;
            priced *end = other.strike < strike ? &low : &high;
            const priced before = *end;
            *end = other;
            const double here = on_line(&low, &high, strike);
            if (here < least) {
                least = here;
                is_lower = 1;
            } else {
                *end = before;
            }
        }
    }
    return least;
}

/* An option out of the money tells most of its volatility. */
static double without_arbitrage(const smile_shock *at, double strike, double own)
{
    const double forward = at->table->forward[at->cell], root = at->table->sqrt_tau[at->cell];
    const double vol = capped_if(at, strike, own), sign = strike < forward ? -1 : 1;
    if (!(root > 0) || strike <= 0) return vol;
    const double least = lowest_line(at, strike, sign);
    if (!(least < price_at(at, strike, own, sign).value)) return vol;
    const hpm_implied option = hpm_implied_of(forward, strike, least, sign);
    return option.share < HPM_IMPLIED_SHARE_LEAST ? 0 : hpm_implied_total_vol(&option) / root;
}

static int is_still(const hpm_scenario *scenario)
{
    return scenario->price == 0 && scenario->vol == 0 && scenario->basis == 0 &&
           scenario->time_days == 0 && scenario->skew == 0 && scenario->curvature == 0;
}

/* ---- A row -------------------------------------------------------------------------------- */

static void shock_set(double *vol, const hpm_risk_array *array, uint32_t instrument,
                      uint32_t set_index)
{
    const hpm_instrument *row = &array->catalog->instruments[instrument];
    const hpm_scenario_set *set = (const hpm_scenario_set *)array->rulebook->sets.items + set_index;
    const uint32_t first = array->rulebook->set_first[set_index];
    const uint32_t count = hpm_scenario_set_count(set);
    const size_t cells = (size_t)row->expiry * array->shocks->width;
    const double own = array->market->vol[instrument].value;
    for (uint32_t c = first; c < first + count; c++) {
        const hpm_scenario *scenario = &array->shocks->scenario[c];
        const smile_shock at = {array->market, array->shocks, set,
                                row->expiry,   cells + c,     scenario};
        vol[c] = set->arbitrage_free && !is_still(scenario)
                     ? without_arbitrage(&at, row->strike, own)
                     : capped_if(&at, row->strike, own);
    }
}

void hpm_shock_option_vols(double *vol, const hpm_risk_array *array, uint32_t instrument)
{
    assert(array->catalog->instruments[instrument].kind == HPM_OPTION);
    for (uint32_t s = 0; s < array->rulebook->sets.count; s++)
        shock_set(vol, array, instrument, s);
    for (uint32_t c = array->scenario_count; c < array->shocks->width; c++)
        vol[c] = array->market->vol[instrument].value; /* padding: nothing moves */
}
