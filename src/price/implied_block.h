/* The implied-volatility kernel: options sorted by region, each region a loop without a branch.
 * Included by price_kernels.c alone, once per instruction set. */
#ifndef HPM_PRICE_IMPLIED_BLOCK_H
#define HPM_PRICE_IMPLIED_BLOCK_H

#include "price/implied_vol.h"
#include "price/kernels.h"

#define IMPLIED_BLOCK 256

typedef struct implied_block {
    _Alignas(64) double log_moneyness[IMPLIED_BLOCK];
    _Alignas(64) double share[IMPLIED_BLOCK];
    _Alignas(64) double missing[IMPLIED_BLOCK];
    _Alignas(64) double mills[IMPLIED_BLOCK];
    _Alignas(64) uint64_t region[IMPLIED_BLOCK];
} implied_block;

HPM_INLINE hpm_implied implied_at(const implied_block *b, size_t i)
{
    return (hpm_implied){b->log_moneyness[i], b->share[i], b->missing[i], b->mills[i]};
}

static void implied_prepare(implied_block *restrict b, const double *restrict forward,
                            const double *restrict strike, const double *restrict value,
                            const double *restrict sign, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        hpm_implied o = hpm_implied_of(forward[i], strike[i], value[i], sign[i]);
        b->log_moneyness[i] = o.log_moneyness;
        b->share[i] = o.share;
        b->missing[i] = o.missing;
        b->mills[i] = o.mills;
        b->region[i] = hpm_implied_region(&o);
    }
}

#define IMPLIED_LOOP(region)                                                                       \
    static void implied_##region(double *restrict vol, const implied_block *restrict b, size_t n)  \
    {                                                                                              \
        for (size_t i = 0; i < n; i++) {                                                           \
            hpm_implied o = implied_at(b, i);                                                      \
            vol[i] = hpm_implied_##region(&o);                                                     \
        }                                                                                          \
    }

IMPLIED_LOOP(tail)
IMPLIED_LOOP(near_low)
IMPLIED_LOOP(near_high)
IMPLIED_LOOP(high)

static void (*const implied_loops[HPM_IMPLIED_REGIONS])(double *, const implied_block *, size_t) = {
    [HPM_IMPLIED_IS_TAIL] = implied_tail,
    [HPM_IMPLIED_IS_NEAR_LOW] = implied_near_low,
    [HPM_IMPLIED_IS_NEAR_HIGH] = implied_near_high,
    [HPM_IMPLIED_IS_HIGH] = implied_high,
};

/* The options of `all` in `region`, packed; where[i] is where the i-th of them came from. */
static size_t implied_pick(implied_block *restrict out, uint16_t *restrict where,
                           const implied_block *restrict all, size_t count, uint64_t region)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        out->log_moneyness[n] = all->log_moneyness[i];
        out->share[n] = all->share[i];
        out->missing[n] = all->missing[i];
        out->mills[n] = all->mills[i];
        where[n] = (uint16_t)i;
        n += all->region[i] == region;
    }
    return n;
}

static void implied_run(double *total_vol, const implied_block *all, size_t count)
{
    implied_block some;
    _Alignas(64) double vol[IMPLIED_BLOCK];
    uint16_t where[IMPLIED_BLOCK];
    for (uint64_t region = 0; region < HPM_IMPLIED_REGIONS; region++) {
        size_t n = implied_pick(&some, where, all, count, region);
        implied_loops[region](vol, &some, n);
        for (size_t i = 0; i < n; i++)
            total_vol[where[i]] = vol[i];
    }
}

static void implied_vol(double *total_vol, const double *forward, const double *strike,
                        const double *value, const double *sign, size_t count)
{
    implied_block all;
    for (size_t i = 0; i < count; i += IMPLIED_BLOCK) {
        size_t n = count - i < IMPLIED_BLOCK ? count - i : IMPLIED_BLOCK;
        implied_prepare(&all, forward + i, strike + i, value + i, sign + i, n);
        implied_run(total_vol + i, &all, n);
    }
}

#endif
