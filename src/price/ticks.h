/* The one crossing from double to int64 ticks of a risk array. */
#ifndef HPM_PRICE_TICKS_H
#define HPM_PRICE_TICKS_H

#include "math/elementary.h"

/* Ticks must be smaller than this in size: a sum of 4096 of them still fits an int64. */
#define HPM_TICKS_LIMIT 0x1p51

/* x rounded half-even to an integer, exact for |x| < HPM_TICKS_LIMIT; junk elsewhere. AVX2 cannot
 * convert to int64, so this reads the integer out of the low bits of x + 1.5 2^52. */
HPM_INLINE int64_t hpm_ticks_round(double x)
{
    return (int64_t)(hpm_bits_of(x + HPM_ROUND_MAGIC) - hpm_bits_of(HPM_ROUND_MAGIC));
}

/* 1 when x cannot be a number of ticks: out of range, infinite or NaN. */
HPM_INLINE uint64_t hpm_ticks_bad(double x)
{
    return fabs(x) < HPM_TICKS_LIMIT ? UINT64_C(0) : UINT64_C(1);
}

#endif
