/* Volatilities that depend on strikes: dynamics of the smile, skew and curvature, slope caps. See
 * hpm/scenario.h for the formulas. */
#include <assert.h>
#include <math.h>

#include "math/elementary.h"
#include "price/black76.h"
#include "risk/shock.h"

/* One scenario of one expiry. */
typedef struct smile_shock {
    const hpm_market *market;
    const hpm_shock_table *table;
    const hpm_scenario_set *set;
    uint32_t expiry;
    size_t cell; /* of the table */
    double skew, curvature;
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
    if ((at->skew == 0 && at->curvature == 0) || strike <= 0) return 1;
    double k = hpm_log_moneyness(strike, table->forward[at->cell]);
    double root = table->base_sqrt_tau[at->expiry];
    double deviation = at->market->vol_atm[at->expiry].value * root;
    return hpm_scenario_skew_factor(at->set, at->skew, k, root) *
           hpm_scenario_curvature_factor(at->set, at->curvature, k, deviation);
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
        const smile_shock at = {array->market,  array->shocks,      set, row->expiry, cells + c,
                                scenario->skew, scenario->curvature};
        vol[c] = set->vol_slope_cap > 0 ? capped(&at, row->strike, own)
                                        : uncapped(&at, row->strike, own);
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
