/* Shapley's value: what each of several causes did to a figure, averaged over all orders in which
 * they could have come. Exact, in integers. (Shapley, A value for n-person games, 1953.) */
#ifndef HPM_ASSESS_SHAPLEY_H
#define HPM_ASSESS_SHAPLEY_H

#include <stddef.h>

#include "hpm/number.h"

#define HPM_CAUSES_MAX 8

/* values[set * stride] is the figure when the causes of the bits of `set` are at work. part[i] gets
 * what cause i did, rounded half to even to 1e-8; what is left of the change goes to the largest
 * part, the first of equals, so that they sum to it exactly. No cause: the figure must not change.
 * E_OVERFLOW: a part does not fit; the parts are then undefined. */
hpm_status hpm_shapley_split(hpm_money *part, const int64_t *values, size_t stride,
                             uint32_t cause_count, hpm_error *error);

#endif
