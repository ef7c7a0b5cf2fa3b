/* A surface goes into a market: forwards, rates and smiles, aged to the market's time. */
#include <math.h>

#include "hpm/surface.h"

/* Seconds from the surface's moment to the market's; below 0 if the market is the earlier. */
static double lag_seconds(const hpm_surface *surface, const hpm_market *market)
{
    return ((double)market->now_ns - (double)surface->now_ns) * 1e-9;
}

/* Nothing is younger than the market. */
static double aged(double age_s, double lag_s)
{
    double age = age_s + lag_s;
    return age > 0 ? age : 0;
}

static uint32_t expiry_of(const hpm_catalog *catalog, const hpm_slice *slice)
{
    uint32_t underlying = hpm_catalog_find_asset(catalog, slice->underlying);
    if (underlying == HPM_NONE) return HPM_NONE;
    return hpm_catalog_find_expiry(catalog, underlying, slice->expiry_ns);
}

static int apply_forward(hpm_curve_point *point, const hpm_slice *slice, double lag_s)
{
    if (isnan(slice->forward.value)) return 0;
    point->forward = slice->forward;
    point->forward.age_s = aged(slice->forward.age_s, lag_s);
    return 1;
}

/* Volatilities stay as time passes: total variance shrinks with the time that it is of. It stays
 * free of butterfly arbitrage so: with g = A - B - C + D the parts of the density of hpm/svi.h,
 * that of r w is A - r B - r^2 C + r D = r g + (1 - r) (A + r C) >= r g for r <= 1. */
static hpm_svi with_time(hpm_svi svi, double ratio)
{
    svi.a *= ratio;
    svi.b *= ratio;
    return svi;
}

static int apply_smile(hpm_smile *smile, const hpm_slice *slice, double tau_years, double lag_s)
{
    if (slice->state == HPM_SLICE_NONE || !(tau_years > 0) || !(slice->tau_years > 0)) return 0;
    smile->svi = with_time(slice->svi, tau_years / slice->tau_years);
    smile->confidence = slice->confidence;
    smile->age_s = aged(slice->age_s, lag_s);
    return 1;
}

static int apply_slice(hpm_market *market, const hpm_slice *slice, double lag_s)
{
    const uint32_t expiry = expiry_of(market->catalog, slice);
    if (expiry == HPM_NONE) return 0;
    int written = apply_forward(&market->curve[expiry], slice, lag_s);
    if (slice->state != HPM_SLICE_NONE) market->curve[expiry].rate_annual = slice->rate_annual;
    written |= apply_smile(&market->smile[expiry], slice,
                           hpm_market_tau_years(market, slice->expiry_ns), lag_s);
    return written;
}

uint32_t hpm_surface_apply(const hpm_surface *surface, hpm_market *market)
{
    const double lag_s = lag_seconds(surface, market);
    uint32_t written = 0;
    for (uint32_t i = 0; i < surface->slice_count; i++)
        written += apply_slice(market, &surface->slices[i], lag_s) != 0;
    return written;
}
