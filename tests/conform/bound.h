/* How far the integer path may be from the reference path. */
#ifndef CONFORM_BOUND_H
#define CONFORM_BOUND_H

#include "world.h"

/* Fills the bounds of a result: an entry of the array is rounded once, so that a total is off by at
 * most half a tick per lot; each component passes on what its inputs are off by; and each part
 * crosses to money once (1e-8), beside a few ULP of the doubles. E_UNSUPPORTED for a kind of
 * component without a bound. */
hpm_status conform_bound(world_result *result, const hpm_risk_array *array,
                         const hpm_portfolio *portfolio, hpm_error *error);

#endif
