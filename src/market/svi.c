/* A raw SVI slice: its value and derivatives, and whether it is free of butterfly arbitrage. */
#include "hpm/svi.h"

#include <assert.h>
#include <math.h>

#include "market/svi_variance.h"

hpm_svi_point hpm_svi_at(const hpm_svi *svi, double log_moneyness)
{
    double x = log_moneyness - svi->m;
    double root = sqrt(fma(x, x, svi->sigma * svi->sigma));
    return (hpm_svi_point){
        svi_variance(svi, log_moneyness),
        svi->b * (svi->rho + x / root),
        svi->b * (svi->sigma / root) * (svi->sigma / root) / root,
    };
}

double hpm_svi_density(const hpm_svi *svi, double log_moneyness)
{
    hpm_svi_point p = hpm_svi_at(svi, log_moneyness);
    double lean = fma(-0.5 * log_moneyness, p.slope / p.variance, 1);
    double quarter = 0.25 * p.slope * p.slope;
    return fma(lean, lean, -quarter * (1 / p.variance + 0.25)) + 0.5 * p.curvature;
}

int hpm_svi_is_valid(const hpm_svi *svi)
{
    if (!(svi->b >= 0 && svi->rho > -1 && svi->rho < 1 && svi->sigma > 0)) return 0;
    if (!(isfinite(svi->a) && isfinite(svi->b) && isfinite(svi->m) && isfinite(svi->sigma)))
        return 0;
    /* The least variance, at the bottom of the hyperbola. */
    return fma(svi->b * svi->sigma, sqrt(fma(-svi->rho, svi->rho, 1)), svi->a) >= 0;
}

double hpm_svi_least_density(double *log_moneyness, const hpm_svi *svi, double deviations,
                             size_t points)
{
    assert(points > 1 && hpm_svi_is_valid(svi));
    double reach = deviations * sqrt(svi_variance(svi, 0));
    double least = svi->b * (1 + fabs(svi->rho)) > 2 ? -1 : INFINITY;
    *log_moneyness = svi->rho < 0 ? -reach : reach;
    for (size_t i = 0; i < points; i++) {
        double k = reach * fma(2, (double)i / (double)(points - 1), -1);
        double g = hpm_svi_density(svi, k);
        if (g >= least) continue;
        least = g;
        *log_moneyness = k;
    }
    return least;
}
