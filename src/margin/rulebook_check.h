/* Checks of a rulebook that are more than the range of one field. */
#ifndef HPM_MARGIN_RULEBOOK_CHECK_H
#define HPM_MARGIN_RULEBOOK_CHECK_H

#include "hpm/rulebook.h"

/* What it says of itself: how far it is verified, in one of four forms, and since when it holds.
 * E_RANGE. */
hpm_status hpm_rulebook_check_statement(const hpm_rulebook *rulebook, hpm_error *error);

/* Factors: what both requirements weigh, the initial one weighs at least as much as the maintenance
 * one. Weights are known where requirements are sums and multiples; what a maximum or a minimum of
 * several, or tiers, make of their inputs is not followed: they are weighed as a whole. Names are
 * resolved. E_RANGE at the factor that is to blame. */
hpm_status hpm_rulebook_check_factors(const hpm_rulebook *rulebook, hpm_error *error);

/* Whether a component is another or, through any combinations, a part of it. Names are resolved. */
int hpm_rulebook_is_part(const hpm_rulebook *rulebook, uint32_t component, uint32_t of);

#endif
