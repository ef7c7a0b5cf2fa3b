/* Figures by which people read a slice: volatilities at given deltas, skew, curvature, forward
 * volatility. */
#include "hpm/surface_figures.h"

#include <math.h>
#include <string.h>

#include "market/svi_variance.h"
#include "math/bracket.h"
#include "math/elementary.h"

/* Strikes of deltas are searched up to a factor of e^16, in steps that are no volatility. */
#define REACH INT64_C(16)
#define GRID  (INT64_C(1) << 44)

/* N(d1) = call_delta: the quantiles of the normal law, correctly rounded. */
static const struct {
    double call_delta, d1;
} deltas[HPM_SLICE_POINTS] = {
    [HPM_PUT_10] = {0.9, 1.2815515655446004},
    [HPM_PUT_25] = {0.75, 0.6744897501960817},
    [HPM_DELTA_50] = {0.5, 0},
    [HPM_CALL_25] = {0.25, -0.6744897501960817},
    [HPM_CALL_10] = {0.1, -1.2815515655446004},
};

static double total_vol(const hpm_slice *slice, double log_moneyness)
{
    return sqrt(svi_variance(&slice->svi, log_moneyness));
}

double hpm_slice_vol(const hpm_slice *slice, double log_moneyness)
{
    if (slice->state == HPM_SLICE_NONE) return NAN;
    return total_vol(slice, log_moneyness) / sqrt(slice->tau_years);
}

/* How far d1 at this strike is below the wanted one: rises with the strike. */
static double shortfall(const hpm_slice *slice, double d1, double log_moneyness)
{
    double vol = total_vol(slice, log_moneyness);
    return vol > 0 ? d1 + log_moneyness / vol - 0.5 * vol : log_moneyness < 0 ? -1 : 1;
}

static double place_of(int64_t x)
{
    return (double)x * ((double)REACH / (double)GRID);
}

/* ln(K/F) at which the slice has this d1; NaN if there is none within reach. */
static double moneyness_find(const hpm_slice *slice, double d1)
{
    double at_low = shortfall(slice, d1, place_of(-GRID));
    double at_high = shortfall(slice, d1, place_of(GRID));
    if (!(at_low <= 0 && at_high > 0)) return NAN;
    hpm_bracket bracket = hpm_bracket_of(-GRID, at_low, GRID, at_high);
    while (!hpm_bracket_closed(&bracket)) {
        int64_t x = hpm_bracket_next(&bracket);
        hpm_bracket_tell(&bracket, x, shortfall(slice, d1, place_of(x)));
    }
    return place_of(bracket.low);
}

static hpm_slice_point point_read(const hpm_slice *slice, uint32_t index)
{
    double k = moneyness_find(slice, deltas[index].d1);
    return (hpm_slice_point){
        .call_delta = deltas[index].call_delta,
        .log_moneyness = k,
        .strike = slice->forward.value * hpm_exp(k),
        .vol = isnan(k) ? NAN : hpm_slice_vol(slice, k),
    };
}

/* At-the-money variance from the surface's time to the expiry, at the slice's volatility: a slice
 * that is read may state another time of its own. */
static double variance_left(const hpm_surface *surface, const hpm_slice *slice, double *tau_years)
{
    double vol = hpm_slice_vol(slice, 0);
    *tau_years = (double)(slice->expiry_ns - surface->now_ns) / (double)HPM_YEAR_NS;
    return vol * vol * *tau_years;
}

/* `before` is NULL for the first slice of an underlying. */
static double forward_vol(const hpm_surface *surface, const hpm_slice *slice,
                          const hpm_slice *before)
{
    double tau, tau_before = 0;
    double variance = variance_left(surface, slice, &tau);
    if (before) variance -= variance_left(surface, before, &tau_before);
    return variance >= 0 && tau > tau_before ? sqrt(variance / (tau - tau_before)) : NAN;
}

static void figures_none(hpm_slice_figures *figures)
{
    *figures = (hpm_slice_figures){
        .atm_vol = NAN, .forward_vol = NAN, .risk_reversal = NAN, .butterfly = NAN};
    for (uint32_t i = 0; i < HPM_SLICE_POINTS; i++)
        figures->at[i] = (hpm_slice_point){deltas[i].call_delta, NAN, NAN, NAN};
}

static void figures_read(hpm_slice_figures *figures, const hpm_slice *slice)
{
    for (uint32_t p = 0; p < HPM_SLICE_POINTS; p++)
        figures->at[p] = point_read(slice, p);
    figures->atm_vol = hpm_slice_vol(slice, 0);
    double put = figures->at[HPM_PUT_25].vol, call = figures->at[HPM_CALL_25].vol;
    figures->risk_reversal = call - put;
    figures->butterfly = 0.5 * (call + put) - figures->atm_vol;
}

void hpm_surface_figures(hpm_slice_figures *figures, const hpm_surface *surface)
{
    const hpm_slice *before = NULL;
    for (uint32_t i = 0; i < surface->slice_count; i++) {
        const hpm_slice *slice = &surface->slices[i];
        figures_none(&figures[i]);
        if (slice->state == HPM_SLICE_NONE) continue;
        if (before && strcmp(before->underlying, slice->underlying) != 0) before = NULL;
        figures_read(&figures[i], slice);
        figures[i].forward_vol = forward_vol(surface, slice, before);
        before = slice;
    }
}
