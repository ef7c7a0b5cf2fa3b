/* Put-call parity: the forward and the discount factor that calls and puts of equal strike imply.
 *
 * Premiums in the underlying coin: C - P = 1 - K/F. Premiums in the quote currency:
 * C - P = D (F - K). */
#ifndef HPM_SURFACE_PARITY_H
#define HPM_SURFACE_PARITY_H

#include "surface/consensus.h"
#include "surface/forward.h"

/* One strike at which both a call and a put are bid and asked: C - P, at most and at least. */
typedef struct parity_pair {
    double strike;
    double difference, low, high;
    double age_s;         /* of the older of both */
    double underlying[2]; /* stated beside the call and the put; NaN */
} parity_pair;

/* The pair as it were now, had the market moved since as far as what the venue states beside the
 * options: from the pair's own to `stated`. As it is where nothing is stated beside it. */
parity_pair parity_brought(const parity_pair *pair, hpm_payoff payoff, double stated);

/* What the pairs of one expiry, all of one payoff, say of the forward; *rate_annual as well: 0
 * unless premiums are in the quote currency and no discount is outside what the quotes allow.
 * `items` is scratch for `count`. value NaN: nothing. */
forward_view parity_forward(double *rate_annual, opinion *items, const parity_pair *pairs,
                            size_t count, hpm_payoff payoff, double tau_years,
                            const hpm_surface_rules *rules);

#endif
