/* The figures by which people read a surface: volatilities at given deltas, skew, curvature and the
 * volatility from one expiry to the next; and how many quotes a surface agrees with.
 *
 * Deltas are of an option on the forward, undiscounted, at the slice's own volatility: N(d1) of the
 * call. On a slice without arbitrage d1 falls as the strike rises (M. Fukasawa, "The normalizing
 * transformation of the implied volatility smile", Mathematical Finance 22 (2012) 753-762), so that
 * each delta is at one strike. */
#ifndef HPM_SURFACE_FIGURES_H
#define HPM_SURFACE_FIGURES_H

#include "hpm/surface.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Put 10, put 25, 50, call 25, call 10. */
enum { HPM_PUT_10, HPM_PUT_25, HPM_DELTA_50, HPM_CALL_25, HPM_CALL_10, HPM_SLICE_POINTS };

typedef struct hpm_slice_point {
    double call_delta; /* 0.9, 0.75, 0.5, 0.25, 0.1 */
    double log_moneyness;
    double strike;
    double vol; /* annual */
} hpm_slice_point;

typedef struct hpm_slice_figures {
    double atm_vol;     /* at K = F */
    double forward_vol; /* from the expiry before to this one; the first: from now.
                           NaN where total variance falls */
    hpm_slice_point at[HPM_SLICE_POINTS]; /* NaN where the slice has no such strike */
    double risk_reversal; /* skew: vol of the 25-delta call less that of the 25-delta put */
    double butterfly;     /* curvature: their mean less atm_vol */
} hpm_slice_figures;

/* Annual volatility at ln(K/F); NaN of a slice that is NONE. */
double hpm_slice_vol(const hpm_slice *slice, double log_moneyness);

/* figures[slice_count] of a surface that is finished; all NaN of a slice that is NONE. */
void hpm_surface_figures(hpm_slice_figures *figures, const hpm_surface *surface);

/* How a slice agrees with the two-sided quotes of its expiry. */
typedef struct hpm_slice_tally {
    uint32_t judged; /* bid and ask, not crossed, delta 0.05 to 0.95 at the slice's volatility */
    uint32_t inside; /* of those, the slice's price is in [bid, ask] */
    uint32_t marked; /* of those, the venue states a price of its own, or else a volatility ... */
    uint32_t mark_inside; /* ... and that price is in [bid, ask] */
    uint32_t vol_marked;  /* of the judged, the venue states a volatility of its own */
    double mark_rmse;     /* slice's less venue's volatility over these; NaN without any */
} hpm_slice_tally;

/* tallies[slice_count]: a surface against quotes, which need not be those that it was fitted to. An
 * option is priced on the forward that its quote names, else on the slice's. */
void hpm_surface_judge(hpm_slice_tally *tallies, const hpm_surface *surface,
                       const hpm_quotes *quotes);

#ifdef __cplusplus
}
#endif
#endif
