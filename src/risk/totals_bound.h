/* What is proved before rows are summed: that a row may be used, and that its sums fit.
 *
 * The bound of an account is b = sum |lots| * row_bound. No column, and no sum over some of the
 * legs in any order, is larger in magnitude. So b < 2^53 makes every step in doubles exact,
 * b < 2^63 in int64, b < 2^127 in __int128. */
#ifndef HPM_RISK_TOTALS_BOUND_H
#define HPM_RISK_TOTALS_BOUND_H

#include <assert.h>
#include <stdint.h>

#include "hpm/risk.h"

__extension__ typedef __int128 hpm_wide;
__extension__ typedef unsigned __int128 hpm_wide_bound;

typedef enum hpm_form {
    HPM_FORM_REAL, /* integer-valued doubles */
    HPM_FORM_INT,  /* int64 */
    HPM_FORM_WIDE, /* __int128 */
    HPM_FORM_NONE, /* not even that */
} hpm_form;

static inline uint64_t hpm_magnitude(int64_t value)
{
    return value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
}

/* Adds a leg to a bound; saturates. A product is below 2^126. */
static inline hpm_wide_bound hpm_bound_add(hpm_wide_bound bound, int64_t lots, int64_t row_bound)
{
    assert(row_bound >= 0);
    hpm_wide_bound sum;
    hpm_wide_bound product = (hpm_wide_bound)hpm_magnitude(lots) * (uint64_t)row_bound;
    return __builtin_add_overflow(bound, product, &sum) ? ~(hpm_wide_bound)0 : sum;
}

static inline hpm_form hpm_bound_form(hpm_wide_bound bound)
{
    if (bound >> 53 == 0) return HPM_FORM_REAL;
    if (bound >> 63 == 0) return HPM_FORM_INT;
    if (bound >> 127 == 0) return HPM_FORM_WIDE;
    return HPM_FORM_NONE;
}

/* A form that surely fits, in a few instructions a leg: the number of legs times the united bits of
 * all lots (no less than the largest of them) times those of all row bounds. */
static inline hpm_form hpm_united_form(uint64_t lots, uint64_t row_bounds, uint64_t legs)
{
    hpm_wide_bound all;
    if (__builtin_mul_overflow((hpm_wide_bound)lots * row_bounds, legs, &all)) return HPM_FORM_NONE;
    return hpm_bound_form(all);
}

/* Why a row in this state cannot be summed; HPM_OK if it can. */
static inline hpm_status hpm_row_status(uint8_t state)
{
    static const hpm_status by_state[] = {
        [HPM_ROW_READY] = HPM_OK,          [HPM_ROW_MISSING] = HPM_E_MISSING_PRICE,
        [HPM_ROW_EXPIRED] = HPM_E_EXPIRED, [HPM_ROW_OVERFLOW] = HPM_E_OVERFLOW,
        [HPM_ROW_COARSE] = HPM_E_RANGE,
    };
    assert(state < sizeof by_state / sizeof *by_state);
    return by_state[state];
}

#endif
