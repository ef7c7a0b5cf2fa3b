/* What becomes of an account whose positions expire: they are closed at their mark, into the
 * balance of their settlement asset. What they paid out less that mark is not known here; it comes
 * with the balances. */
#ifndef HPM_ASSESS_SETTLEMENT_H
#define HPM_ASSESS_SETTLEMENT_H

#include "hpm/attribution.h"

typedef struct hpm_settlement {
    const hpm_account *of;
    const hpm_catalog *catalog;
    int64_t until_ns;
    hpm_account *account; /* the result; `of` itself if nothing expires */
    hpm_settled *settled;
    uint32_t settled_count;
    double *values; /* [position of `of`] in the settlement asset */
    /* Rows of the result: the balances of `of` and more, and the positions that stay. */
    hpm_balance *balances;
    uint32_t balance_count;
    hpm_position *positions;
    uint32_t position_count;
} hpm_settlement;

/* Arena bytes that hpm_settlement_init will take at most. */
size_t hpm_settlement_size(const hpm_account *account, const hpm_catalog *catalog);

/* Finds the positions that expire up to `until_ns`. The account outlives the settlement. */
hpm_status hpm_settlement_init(hpm_settlement *settlement, hpm_arena *arena, hpm_account *account,
                               const hpm_catalog *catalog, int64_t until_ns, hpm_error *error);

/* Closes them at the marks of the market in which the desk stands, which has just evaluated the
 * account. */
hpm_status hpm_settlement_run(hpm_settlement *settlement, hpm_desk *desk, hpm_error *error);

#endif
