/* SplitMix64: a small generator for searches and made-up books, the same numbers everywhere. Not
 * for secrets. (Steele, Lea and Flood, Fast splittable pseudorandom number generators, OOPSLA 2014;
 * constants of S. Vigna's public-domain code.) */
#ifndef HPM_MATH_RNG_H
#define HPM_MATH_RNG_H

#include <stdint.h>

typedef struct hpm_rng {
    uint64_t state; /* any seed will do */
} hpm_rng;

static inline uint64_t hpm_rng_next(hpm_rng *rng)
{
    uint64_t z = rng->state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* Below `count` > 0; its bias is at most count / 2^32. */
static inline uint32_t hpm_rng_below(hpm_rng *rng, uint32_t count)
{
    return (uint32_t)((hpm_rng_next(rng) >> 32) * count >> 32);
}

/* In [0, 1), all multiples of 2^-53. */
static inline double hpm_rng_real(hpm_rng *rng)
{
    return (double)(hpm_rng_next(rng) >> 11) * 0x1p-53;
}

#endif
