/* What the searches for limits share: the account with its rows of zero, arranged, and the margin
 * of it after its rows have been changed in place. */
#ifndef HPM_ASSESS_LIMIT_TRIAL_H
#define HPM_ASSESS_LIMIT_TRIAL_H

#include "hpm/limits.h"
#include "math/bracket.h"

/* Initial margin of an exposure, at the desk's own market. `status` is that of bringing it up to
 * date: what cannot be computed is said by `point`, and by `why` if it is not NULL. */
void hpm_limit_evaluate(hpm_limit_point *point, const struct hpm_exposure *exposure,
                        hpm_status status, hpm_error *why);

/* Equity and initial margin as a point. */
hpm_limit_point hpm_limit_point_of(const hpm_margin *margin);

/* What the requirement exceeds the equity by, 1e-8 (negative: what is left); saturates. */
int64_t hpm_limit_gap_e8(const hpm_limit_point *point);

/* The same as a real; infinite where nothing can be computed. Never rounded over zero. */
double hpm_limit_gap(const hpm_limit_point *point);

#endif
