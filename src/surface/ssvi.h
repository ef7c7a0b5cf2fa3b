/* SSVI: one smile for all expiries of an underlying, scaled by each one's level. What the numbers
 * mean and why they are free of arbitrage: hpm_ssvi in hpm/surface.h. */
#ifndef HPM_SURFACE_SSVI_H
#define HPM_SURFACE_SSVI_H

#include "hpm/surface.h"
#include "hpm/svi_fit.h"

/* One expiry: its total variance at the money, and its quotes (as for hpm_svi_fit; may be none). */
typedef struct ssvi_expiry {
    double theta; /* > 0 */
    double tau_years;
    hpm_svi_quotes quotes;
} ssvi_expiry;

/* The slice of level `theta` > 0; ssvi->rmse is not NaN. Slices of rising theta have no calendar
 * arbitrage, and none has butterfly arbitrage. */
hpm_svi ssvi_slice(const hpm_ssvi *ssvi, double theta);

/* Levels by time, made not to fall: the mean of the greatest up to `index` and the least from there
 * on, which is theta itself where nothing falls. */
double ssvi_level(const ssvi_expiry *expiries, size_t count, size_t index);

/* The smile of least cost over all expiries, by time, at the levels of ssvi_level: the loss of
 * hpm_svi_fit. Sets all but the name; rmse NaN with fewer than HPM_SVI_QUOTES_LEAST quotes of
 * deltas 0.05 to 0.95. Deterministic. */
void ssvi_fit(hpm_ssvi *ssvi, const ssvi_expiry *expiries, size_t count);

#endif
