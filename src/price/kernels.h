/* The array kernels of the price room: one table of functions per instruction set.
 *
 * Every table gives the same bits. Arrays need no alignment, but 64 bytes is fastest; outputs must
 * not overlap inputs. The library does not look at the CPU: the caller picks a table that runs.
 */
#ifndef HPM_PRICE_KERNELS_H
#define HPM_PRICE_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#include "hpm/context.h"
#include "price/option.h"

/* One future, perpetual or spot row: its unshocked price and the scenarios' prices. */
typedef struct hpm_future_fill {
    double forward0;
    double scale; /* ticks per unit of settlement currency */
    const double *forward;
} hpm_future_fill;

typedef struct hpm_price_kernels {
    const char *isa;

    /* value[i] = discount[i] * hpm_black76(forward[i], strike[i], total_vol[i], sign[i]) */
    void (*black76)(double *value, const double *forward, const double *strike,
                    const double *total_vol, const double *discount, const double *sign,
                    size_t count);

    /* What greeks need of the normal law, with d1 of option i: probability[i] = N(sign[i] d1),
     * density[i] = n(d1). */
    void (*black76_law)(double *probability, double *density, const double *forward,
                        const double *strike, const double *total_vol, const double *sign,
                        size_t count);

    /* Risk-array rows. ticks[j] = scale * (value in scenario j - unshocked value), rounded once,
     * half-even. Return 0 if every entry is finite and below HPM_TICKS_LIMIT, nonzero if not; what
     * ticks holds is then not defined. */
    int (*fill_option)(int64_t *ticks, const hpm_option_fill *row, size_t count);
    /* Many rows at a time: row r to ticks[r], its answer to bad[r]. */
    void (*fill_options)(int64_t *const *ticks, uint8_t *bad, const hpm_option_fill *rows,
                         size_t row_count, size_t count);
    int (*fill_linear)(int64_t *ticks, const hpm_future_fill *row, size_t count);
    int (*fill_inverse)(int64_t *ticks, const hpm_future_fill *row, size_t count);

    /* total_vol[i] at which hpm_black76(forward[i], strike[i], total_vol[i], sign[i]) is value[i].
     * Some number or NaN where there is none: hpm_implied_vol says where (hpm/implied_vol.h). */
    void (*implied_vol)(double *total_vol, const double *forward, const double *strike,
                        const double *value, const double *sign, size_t count);
} hpm_price_kernels;

/* The table for `isa`, or NULL if it was not built for this architecture. */
const hpm_price_kernels *hpm_price_kernels_for(hpm_isa isa);

#endif
