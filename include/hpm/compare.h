/* Comparison: what one account needs under several rulebooks, side by side.
 *
 * Columns are compared by capital: what everything in the account is worth once its money is
 * replaced by the smallest cash (hpm/cash.h) with which it passes. Cash itself cannot be divided:
 * it is negative where coins cover a position, and premium counts in it. */
#ifndef HPM_COMPARE_H
#define HPM_COMPARE_H

#include "hpm/cash.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One account under one rulebook. */
typedef struct hpm_comparison {
    const hpm_rulebook *rulebook;
    hpm_status status; /* else the account cannot be computed under it: `error` says why, and what
                          follows is 0 */
    hpm_error error;
    uint32_t currency; /* asset in which the rulebook counts: of all amounts but cash and capital */
    hpm_margin margin; /* as the account stands */
    uint32_t driver;   /* component with the largest part of its initial requirement; HPM_NONE:
                          nothing is required */
    hpm_cash cash;
    double capital; /* reporting currency; NaN if no cash was found */
    /* Capital over that of the first column. NaN where one of them has none, or the first is 0. */
    double ratio;
    /* Asks the same of a single position as the first column's rulebook, so that the ratio is a
     * matter of offsets alone. Of rulebooks with other covers the ratio says nothing about capital
     * efficiency. */
    int same_cover;
} hpm_comparison;

/* Computes one column where the desk stands. `first` is the first column, NULL for that one itself.
 * Memory as hpm_cash_find. Returns row->status. */
hpm_status hpm_compare(hpm_comparison *row, const hpm_comparison *first, hpm_arena *arena,
                       hpm_desk *desk, const hpm_account *account);

#ifdef __cplusplus
}
#endif
#endif
