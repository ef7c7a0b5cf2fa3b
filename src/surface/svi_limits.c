/* The limits of a slice: the expiries beside it and its own density. */
#include "surface/svi_limits.h"

#include <math.h>

#include "market/svi_variance.h"

/* NaN stays: a slice without variance keeps no limit. */
static double positive(double x)
{
    return x <= 0 ? 0 : x;
}

/* Missing variance at one place, as a share of the slice's own. */
static double missing_variance(const hpm_svi *svi, const hpm_svi *beside, double sign, double k,
                               double slack)
{
    double own = svi_variance(svi, k), other = svi_variance(beside, k);
    return positive(sign * (other - own) / own + slack);
}

/* Missing slope of a wing, as a share of the other's. */
static double missing_slope(const hpm_svi *svi, const hpm_svi *beside, double sign, double wing,
                            double slack)
{
    double own = svi->b * fma(wing, svi->rho, 1), other = beside->b * fma(wing, beside->rho, 1);
    double larger = other > own ? other : own;
    return larger == 0 ? 0 : positive(sign * (other - own) / larger + slack);
}

static double breach_beside(const hpm_svi *svi, const hpm_svi_limits *limits, const hpm_svi *beside,
                            double sign, size_t index, double slack)
{
    if (!beside) return 0;
    if (index < 2) return missing_slope(svi, beside, sign, index == 0 ? -1 : 1, slack);
    return missing_variance(svi, beside, sign, limits->log_moneyness[index - 2], slack);
}

size_t svi_breach_count(const hpm_svi_limits *limits)
{
    return 2 * (limits->count + 2) + limits->points;
}

double svi_breach(const hpm_svi *svi, const hpm_svi_limits *limits, size_t index, double slack)
{
    size_t beside = limits->count + 2;
    if (index < beside) return breach_beside(svi, limits, limits->before, 1, index, slack);
    index -= beside;
    if (index < beside) return breach_beside(svi, limits, limits->after, -1, index, slack);
    index -= beside;
    double share = (double)index / (double)(limits->points - 1);
    double k = limits->reach * fma(2, share, -1);
    return positive(slack - hpm_svi_density(svi, k));
}

double hpm_svi_breach(const hpm_svi *svi, const hpm_svi_limits *limits)
{
    double worst = 0;
    for (size_t i = 0; i < svi_breach_count(limits); i++) {
        double breach = svi_breach(svi, limits, i, 0);
        if (isnan(breach)) return (double)INFINITY;
        worst = breach > worst ? breach : worst;
    }
    return worst;
}
