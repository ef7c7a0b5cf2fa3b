/* Total variance of a raw SVI slice and nothing else, for loops that ask for no slopes. */
#ifndef HPM_MARKET_SVI_VARIANCE_H
#define HPM_MARKET_SVI_VARIANCE_H

#include <math.h>

#include "hpm/svi.h"

/* The variance of hpm_svi_at. */
static inline double svi_variance(const hpm_svi *svi, double log_moneyness)
{
    double x = log_moneyness - svi->m;
    double root = sqrt(fma(x, x, svi->sigma * svi->sigma));
    return fma(svi->b, fma(svi->rho, x, root), svi->a);
}

#endif
