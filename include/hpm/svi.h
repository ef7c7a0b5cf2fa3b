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

/* What a fit is made from: total variances, how far off each may be, and how much each counts. */
typedef struct hpm_svi_quotes {
    size_t count;
    const double *log_moneyness;
    const double *variance; /* > 0 */
    const double *margin;   /* > 0, in variance: a quote's half-spread */
    const double *weight;   /* >= 0; NULL: 1 each */
} hpm_svi_quotes;

/* What a slice has to keep beside its quotes, all of it without arbitrage. */
typedef struct hpm_svi_limits {
    /* No calendar arbitrage: total variance at these places between that of the expiry before and
     * of the one after, and the wings' slopes b (1 - rho), b (1 + rho) likewise. NULL: no such one.
     */
    size_t count;
    const double *log_moneyness;
    const hpm_svi *before, *after;
    /* No butterfly arbitrage: density >= 0 at `points` places within +-reach. */
    double reach;
    size_t points;
} hpm_svi_limits;

#define HPM_SVI_QUOTES_LEAST 5 /* of different strikes; fewer do not tell five numbers */

typedef struct hpm_svi_fit_report {
    int steps;
    double cost; /* sum of weight * loss(error / margin), loss(x) = 2 (sqrt(1 + x^2) - 1) */
} hpm_svi_fit_report;

/* The slice with the least cost: from `start` if it is not NULL, else from the best of a fixed
 * table of vertices, by Levenberg and Marquardt's method on reweighted squares. Deterministic;
 * reads quotes in their order, so that callers sort them. `out` may still have arbitrage:
 * hpm_svi_repair.
 *
 * E_LIMIT with fewer than HPM_SVI_QUOTES_LEAST strikes; E_RANGE names a quote that is not finite or
 * has no variance or margin. */
hpm_status hpm_svi_fit(hpm_svi *out, hpm_svi_fit_report *report, const hpm_svi_quotes *quotes,
                       const hpm_svi *start, hpm_error *error);

/* How far a slice is from keeping its limits, 0 if it keeps them: the largest of the missing
 * variance as a share of the slice's, the missing slope, and a negative density. */
double hpm_svi_breach(const hpm_svi *svi, const hpm_svi_limits *limits);

/* The fit within limits: from `svi`, as hpm_svi_fit left it, to the slice with the least cost that
 * keeps them. 1 if it keeps them, 0 if none was found: then the breach is as small as it came. */
int hpm_svi_repair(hpm_svi *svi, hpm_svi_fit_report *report, const hpm_svi_quotes *quotes,
                   const hpm_svi_limits *limits);

#ifdef __cplusplus
}
#endif
#endif
