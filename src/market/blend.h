/* A market between two markets of one catalog: each kind of input is taken from one of them. This
 * is how a change of the market is taken apart into price, basis, volatility and the rest.
 *
 *   price   index prices; forwards and marks keep their ratio to the index
 *   basis   the ratios of forwards and marks to the index
 *   vol     the volatility surface, by strike: it stays where it is when the price moves, and the
 *           at-the-money volatility is the surface read at the new forward
 *   time    the time, and what is observed of settlement averages
 *   rates   the rates of the expiries
 *   trust   confidence and age of every input
 *
 * All of one market give back its own figures to the last bit. An input that one market lacks, or
 * has only beyond a hard age limit, is taken from the other, forwards and marks by their ratio. */
#ifndef HPM_MARKET_BLEND_H
#define HPM_MARKET_BLEND_H

#include "hpm/market.h"

typedef enum hpm_blend_kind {
    HPM_BLEND_PRICE,
    HPM_BLEND_BASIS,
    HPM_BLEND_VOL,
    HPM_BLEND_TIME,
    HPM_BLEND_RATES,
    HPM_BLEND_TRUST,
    HPM_BLEND_KINDS,
} hpm_blend_kind;

typedef struct hpm_blend {
    const hpm_market *side[2]; /* before, after */
    double age_hard_s;
    hpm_market market; /* the result; shares the order of quotes with one of the sides */
} hpm_blend;

/* Arena bytes that hpm_blend_init will take. */
size_t hpm_blend_size(const hpm_catalog *catalog);

/* Both sides are finished, of the same catalog and reporting asset, and outlive the blend. */
hpm_status hpm_blend_init(hpm_blend *blend, hpm_arena *arena, const hpm_market *before,
                          const hpm_market *after, double age_hard_s, hpm_error *error);

/* The kinds of input in which the sides differ, as bits 1 << kind. */
unsigned hpm_blend_differences(const hpm_blend *blend);

/* Writes blend->market: the kinds of these bits from after, the others from before. E_RANGE names
 * what leaves the range of hpm_market_finish. */
hpm_status hpm_blend_set(hpm_blend *blend, unsigned from_after, hpm_error *error);

#endif
