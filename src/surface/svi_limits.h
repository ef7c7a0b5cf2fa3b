/* How a slice breaches its limits: one list of breaches for the cost, its slope and the check. */
#ifndef HPM_SURFACE_SVI_LIMITS_H
#define HPM_SURFACE_SVI_LIMITS_H

#include "hpm/svi_fit.h"

/* Breaches number limits->count each for before and after, two slopes each, and limits->points of
 * density; all are >= 0, 0 where the limit is kept by `slack` or more. */
size_t svi_breach_count(const hpm_svi_limits *limits);
double svi_breach(const hpm_svi *svi, const hpm_svi_limits *limits, size_t index, double slack);

#endif
