/* Implied volatility: the total volatility at which Black-76 gives a value.
 *
 * Formula: F. Black, "The pricing of commodity contracts", J. Financial Economics 3 (1976) 167-179,
 * inverted as src/price/implied_vol.h says. Every quote that has time value is inverted, in two
 * steps whatever it is: values from 1e-300 of the smaller of forward and strike, total
 * volatilities to 24 and beyond. A quote that has none is named, not given a number. */
#ifndef HPM_IMPLIED_VOL_H
#define HPM_IMPLIED_VOL_H

#include <stddef.h>
#include <stdint.h>

#include "hpm/context.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum hpm_implied_state {
    HPM_IMPLIED_FOUND,
    HPM_IMPLIED_NO_TIME_VALUE,   /* at intrinsic value, or less than 1e-300 of min(F, K) above */
    HPM_IMPLIED_BELOW_INTRINSIC, /* an arbitrage, or a quote older than the forward */
    HPM_IMPLIED_ABOVE_BOUND,     /* a call at F or more, a put at K or more */
    HPM_IMPLIED_NOT_A_QUOTE,     /* a forward or strike that is not positive, NaN, no sign */
} hpm_implied_state;

/* total_vol[i] = sigma sqrt(T) of option i, NaN unless state[i] is HPM_IMPLIED_FOUND.
 *
 * forward, strike: in the same unit, from 1e-300 to 1e300. value: not discounted, in that unit: a
 * premium in the underlying coin is multiplied by the forward first. sign: 1 call, -1 put. Arrays
 * of `count`; outputs must not overlap inputs. Each result depends on its own option alone.
 *
 * Relative error at most 2e-14, and 4e-15 but for options with |b| < 0.1 and a small volatility,
 * b = |ln(F/K)|/v - v/2; to that comes what rounding `value` and the difference to intrinsic did.
 */
void hpm_implied_vol(const hpm_context *context, double *total_vol, uint8_t *state,
                     const double *forward, const double *strike, const double *value,
                     const double *sign, size_t count);

#ifdef __cplusplus
}
#endif
#endif
