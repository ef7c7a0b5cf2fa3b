/* One expiry's smile as raw SVI: total variance over log-moneyness in five numbers.
 *
 *   w(k) = a + b (rho (k - m) + sqrt((k - m)^2 + sigma^2)),   k = ln(K/F),   w = vol^2 T
 *
 * J. Gatheral, "A parsimonious arbitrage-free implied volatility parameterization" (Global
 * Derivatives, Madrid 2004); the conditions below from J. Gatheral and A. Jacquier, "Arbitrage-free
 * SVI volatility surfaces", Quantitative Finance 14 (2014) 59-71. */
#ifndef HPM_SVI_H
#define HPM_SVI_H

#include <stddef.h>

#include "hpm/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct hpm_svi {
    double a;     /* level, total variance */
    double b;     /* slope of the wings: b (1 +- rho), at most 2 each (R. Lee, 2004) */
    double rho;   /* (-1, 1) */
    double m;     /* log-moneyness of the vertex */
    double sigma; /* > 0, how round the vertex is */
} hpm_svi;

/* w, w' and w'' at k. */
typedef struct hpm_svi_point {
    double variance, slope, curvature;
} hpm_svi_point;

hpm_svi_point hpm_svi_at(const hpm_svi *svi, double log_moneyness);

/* The factor of the risk-neutral density that has its sign (Gatheral and Jacquier, equation 2.1):
 *   g = (1 - k w'/(2w))^2 - (w'^2/4) (1/w + 1/4) + w''/2
 * The slice has no butterfly arbitrage where g >= 0 and the wings' slopes are at most 2. */
double hpm_svi_density(const hpm_svi *svi, double log_moneyness);

/* Parameters in their ranges and w >= 0 everywhere. */
int hpm_svi_is_valid(const hpm_svi *svi);

/* The smallest g on a dense grid over +-`deviations` standard deviations at the money, `points` of
 * them, and at which k. A slope beyond 2 counts as -1. */
double hpm_svi_least_density(double *log_moneyness, const hpm_svi *svi, double deviations,
                             size_t points);

#ifdef __cplusplus
}
#endif
#endif
