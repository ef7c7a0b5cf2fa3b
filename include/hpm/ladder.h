/* Ladders: how the greeks of an account lie over price, and its vega over expiry and delta.
 *
 * The first is re-evaluated in moved markets, not extrapolated: at each node every index price,
 * forward and mark of an underlying stands at 1 + m of where it is, volatilities stay by strike.
 * All underlyings move together, each by its own m: the greeks of one do not depend on the price of
 * another. Like the greeks of a breakdown these are of positions; balances have none. */
#ifndef HPM_LADDER_H
#define HPM_LADDER_H

#include "hpm/desk.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HPM_LADDER_NODES_MAX 64

/* An option lies in a bucket by N(d1), the delta of the call at its strike on its own forward,
 * undiscounted: from 1 down to 0, puts by what their call has. Bounds 0.9, 0.75, 0.55, 0.45, 0.25,
 * 0.1; a bucket has its upper bound. */
#define HPM_LADDER_BUCKETS 7

/* One expiry in which the account holds options. */
typedef struct hpm_ladder_vega {
    uint32_t expiry;
    double vega_point[HPM_LADDER_BUCKETS]; /* reporting currency per volatility point */
} hpm_ladder_vega;

typedef struct hpm_ladders {
    uint32_t *underlyings; /* [underlying_count] asset ids with positions, ascending */
    uint32_t underlying_count;
    uint32_t node_count;
    double *price_move;    /* [underlying][node] ratio, ascending; 0 is among them */
    hpm_greeks *greeks;    /* [underlying][node] */
    hpm_ladder_vega *vega; /* [expiry_count] ascending */
    uint32_t expiry_count;
} hpm_ladders;

/* Arena bytes of the ladders of an account. */
size_t hpm_ladders_size(const hpm_account *account);

/* Nodes are the prices of the first grid of the desk's rulebook, and 0; quarters of the scan range
 * where there is none, or one of more than HPM_LADDER_NODES_MAX prices. The desk (with work memory
 * for the account) stands at its own market before and after. Errors as hpm_desk_move and
 * hpm_desk_breakdown; E_MEMORY. */
hpm_status hpm_ladders_compute(hpm_ladders *ladders, hpm_arena *arena, hpm_desk *desk,
                               const hpm_account *account, hpm_error *error);

/* "put 10-25" and the like: deltas in percent, by the option that is out of the money. */
const char *hpm_ladder_bucket_name(uint32_t bucket);

#ifdef __cplusplus
}
#endif
#endif
