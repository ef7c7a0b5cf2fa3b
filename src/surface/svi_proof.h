/* Proofs that a slice has no arbitrage at any log-moneyness, not only where one looks. */
#ifndef HPM_SURFACE_SVI_PROOF_H
#define HPM_SURFACE_SVI_PROOF_H

#include "hpm/svi.h"

/* 1: proved that w_later >= w_earlier for all k. Else *where is a k at which it is violated, or
 * hardly kept: no proof was found. Both slices are valid.
 *
 * Both curves are convex. On an interval the later one lies above its tangent and the earlier one
 * below its chord, and lines are compared at their ends; beyond the last place the later one lies
 * above its tangent and its asymptote, and the earlier one below the line from there with its
 * asymptote's slope. An inequality of doubles counts only if it holds by 64 units in the last place
 * of the largest term, which is more than all roundings come to, so that the proof is one for real
 * numbers. Equal slices are above one another; slices that come closer than that are undecided. */
int svi_is_above(const hpm_svi *later, const hpm_svi *earlier, double *where);

/* 1: proved that the density's factor g (hpm_svi_density) is >= 0 for all k and that no wing is
 * steeper than 2. Else *where is a k at which g < 0 or from which no proof was found (a wing of
 * slope 2 has none).
 *
 * On an interval w lies between its least and its greatest value, w' between those at the ends
 * (it rises), w'' above the less of those at the ends (it has one peak); g is bounded from these,
 * roundings as above. */
int svi_has_density(const hpm_svi *svi, double *where);

#endif
