/* Two markets on common ground: one catalog of everything that either knows, by name, and both
 * markets on it. Instruments that were listed or expired in between are in the catalog; the market
 * that does not know them has no inputs for them. */
#ifndef HPM_ASSESS_ALIGNMENT_H
#define HPM_ASSESS_ALIGNMENT_H

#include "hpm/account.h"
#include "hpm/market.h"

typedef struct hpm_alignment {
    hpm_catalog catalog;
    hpm_market before, after; /* of this catalog, finished */
} hpm_alignment;

/* A catalog without rows and with counts that the common one does not exceed, for size functions.
 */
hpm_catalog hpm_alignment_bound(const hpm_catalog *before, const hpm_catalog *after);

/* Arena bytes that hpm_alignment_init will take. */
size_t hpm_alignment_size(const hpm_catalog *before, const hpm_catalog *after);

/* The arguments are not needed afterwards; the alignment must not be moved. E_REFERENCE: an asset
 * or instrument of one name is something else in the two catalogs (another lot alone is not: that
 * of `after` counts), or the markets quote in different assets. */
hpm_status hpm_alignment_init(hpm_alignment *alignment, hpm_arena *arena, const hpm_market *before,
                              const hpm_market *after, hpm_error *error);

/* Scratch bytes that hpm_alignment_account takes and gives back. */
size_t hpm_alignment_account_scratch(const hpm_account *of);

/* Lays out an account of `from` for the common catalog, in hpm_account_size bytes. E_REFERENCE: the
 * account holds an instrument whose lot is another in the common catalog. */
hpm_status hpm_alignment_account(hpm_account *account, hpm_arena *scratch,
                                 const hpm_alignment *alignment, const hpm_account *of,
                                 const hpm_catalog *from, hpm_error *error);

#endif
