/* The fit of a raw SVI slice to quotes, and its repair within the limits of arbitrage.
 *
 * The slice, its density and the sources: hpm/svi.h. */
#ifndef HPM_SVI_FIT_H
#define HPM_SVI_FIT_H

#include "hpm/svi.h"

#ifdef __cplusplus
extern "C" {
#endif

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
