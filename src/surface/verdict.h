/* One option's quote against the slice of its expiry. */
#ifndef HPM_SURFACE_VERDICT_H
#define HPM_SURFACE_VERDICT_H

#include "hpm/surface.h"

typedef struct surface_verdict {
    double vol;        /* the slice's */
    double delta;      /* of the forward, undiscounted, at that volatility */
    int is_inside;     /* its price is in [bid, ask] */
    int is_judged;     /* both sides are there, not crossed, and delta is 0.05 to 0.95 */
    int is_marked;     /* the venue states a price, or else a volatility, of its own ... */
    int mark_inside;   /* ... which is in [bid, ask] */
    double mark_error; /* the slice's less the venue's volatility; NaN without that */
} surface_verdict;

/* Of the forward, undiscounted. */
double surface_delta(double forward, double strike, double total_vol, double sign);

/* No far wing: delta 0.05 to 0.95, a put's below 0. */
int surface_is_near(double delta);

/* Undiscounted value in the quote currency of a premium of 1: a coin's if inverse. */
double surface_unit(const hpm_instrument *option, double forward, double rate_annual,
                    double tau_years);

/* `forward` of the quote's own moment; `unit`: surface_unit; `tau_years` from the quotes' time. The
 * slice is not NONE. */
surface_verdict surface_judge_quote(const hpm_slice *slice, const hpm_instrument *option,
                                    const hpm_quote *quote, double forward, double unit,
                                    double tau_years);

#endif
