/* The array kernels, compiled once per instruction set with -DHPM_ISA=<name> and its flags. */
#include "price/implied_block.h"
#include "price/kernels.h"
#include "price/linear.h"
#include "price/ticks.h"

#ifndef HPM_ISA
#error "compile with -DHPM_ISA=base, avx2 or avx512"
#endif

#define HPM_PASTE_(a, b)  a##b
#define HPM_PASTE(a, b)   HPM_PASTE_(a, b)
#define HPM_QUOTE_(a)     #a
#define HPM_QUOTE(a)      HPM_QUOTE_(a)
#define HPM_KERNELS_TABLE HPM_PASTE(hpm_price_kernels_, HPM_ISA)

/* Options that go through the parts of the formula together; the block stays in the first cache. */
#define BLOCK 320

/* No two arrays a multiple of 4096 bytes apart: a core takes a load for one that waits for the
 * store just made at the same distance into a page. */
#define BLOCK_ROOM (BLOCK + 8)

typedef struct block {
    /* What goes in, and what comes out: the undiscounted value. */
    _Alignas(64) double forward[BLOCK_ROOM];
    _Alignas(64) double strike[BLOCK_ROOM];
    _Alignas(64) double total_vol[BLOCK_ROOM];
    _Alignas(64) double sign[BLOCK_ROOM];
    _Alignas(64) double black[BLOCK_ROOM];
} block;

static size_t block_size(size_t start, size_t count)
{
    return count - start < BLOCK ? count - start : BLOCK;
}

HPM_INLINE void block_value(double *restrict black, const double *restrict forward,
                            const double *restrict strike, const double *restrict total_vol,
                            const double *restrict sign, size_t n)
{
    _Alignas(64) double near[BLOCK_ROOM];
    _Alignas(64) double far[BLOCK_ROOM];
    _Alignas(64) double mills[BLOCK_ROOM];
    for (size_t i = 0; i < n; i++) {
        near[i] = hpm_black76_near(forward[i], strike[i], total_vol[i]);
        far[i] = hpm_black76_far(near[i], total_vol[i]);
    }
    for (size_t i = 0; i < n; i++)
        mills[i] = hpm_black76_mills(near[i], far[i]);
    for (size_t i = 0; i < n; i++)
        black[i] = hpm_black76_value(near[i], mills[i], forward[i], strike[i], sign[i]);
}

HPM_INLINE void discount_block(double *restrict value, const double *restrict discount, size_t n)
{
    for (size_t i = 0; i < n; i++)
        value[i] *= discount[i];
}

static void black76(double *value, const double *forward, const double *strike,
                    const double *total_vol, const double *discount, const double *sign,
                    size_t count)
{
    for (size_t i = 0; i < count; i += BLOCK) {
        size_t n = block_size(i, count);
        block_value(value + i, forward + i, strike + i, total_vol + i, sign + i, n);
        discount_block(value + i, discount + i, n);
    }
}

static void black76_law(double *restrict probability, double *restrict density,
                        const double *restrict forward, const double *restrict strike,
                        const double *restrict total_vol, const double *restrict sign, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        double d1 = hpm_black76_d1(forward[i], strike[i], total_vol[i]);
        probability[i] = hpm_norm_cdf(sign[i] * d1);
        density[i] = hpm_norm_pdf(d1);
    }
}

/* Columns start..start + n of a row to place `at` of the block; what comes too much goes where the
 * next row will be. */
HPM_INLINE void gather(block *b, size_t at, const hpm_option_fill *row, size_t start, size_t n)
{
    const hpm_option_fill local = *row;
    for (size_t i = 0; i < n; i++) {
        b->forward[at + i] = local.forward[start + i];
        b->strike[at + i] = local.strike;
        b->total_vol[at + i] = hpm_option_total_vol(&local, start + i);
        b->sign[at + i] = local.sign;
    }
}

/* And back as ticks, 0 for what is too much. `inverse` is a constant at both calls, which leaves
 * one division fewer in the linear loop. */
HPM_INLINE uint64_t settle(int64_t *restrict ticks, const double *restrict black,
                           const hpm_option_fill *row, int inverse, size_t start, size_t n)
{
    const hpm_option_fill local = *row;
    uint64_t bad = 0;
    for (size_t i = 0; i < n; i++) {
        double value = hpm_option_settle(&local, inverse, black[i], start + i);
        double pnl = local.scale * (value - local.value0);
        bad |= hpm_ticks_bad(pnl);
        ticks[start + i] = hpm_ticks_round(pnl);
    }
    return bad;
}

/* Columns start..start + n of some rows, which together fit a block. */
static void fill_options_block(int64_t *const *ticks, uint8_t *bad, const hpm_option_fill *rows,
                               size_t row_count, size_t start, size_t n)
{
    block b;
    for (size_t r = 0; r < row_count; r++)
        gather(&b, r * n, &rows[r], start, n);
    block_value(b.black, b.forward, b.strike, b.total_vol, b.sign, row_count * n);
    for (size_t r = 0; r < row_count; r++)
        bad[r] |=
            (uint8_t)(rows[r].inverse ? settle(ticks[r], b.black + r * n, &rows[r], 1, start, n)
                                      : settle(ticks[r], b.black + r * n, &rows[r], 0, start, n));
}

/* A row of some ten columns is too short to fill a core with: as many rows as a block takes go
 * through the formula together, packed. */
static void fill_options(int64_t *const *ticks, uint8_t *bad, const hpm_option_fill *rows,
                         size_t row_count, size_t count)
{
    memset(bad, 0, row_count);
    for (size_t start = 0; start < count; start += BLOCK) {
        size_t n = block_size(start, count), at_once = BLOCK / n;
        for (size_t r = 0; r < row_count; r += at_once)
            fill_options_block(ticks + r, bad + r, rows + r,
                               row_count - r < at_once ? row_count - r : at_once, start, n);
    }
}

static int fill_option(int64_t *ticks, const hpm_option_fill *row, size_t count)
{
    uint8_t bad;
    fill_options(&ticks, &bad, row, 1, count);
    return bad;
}

static int fill_linear(int64_t *restrict ticks, const hpm_future_fill *row, size_t count)
{
    const hpm_future_fill local = *row;
    uint64_t bad = 0;
    for (size_t j = 0; j < count; j++) {
        double pnl = local.scale * hpm_linear_pnl(local.forward[j], local.forward0);
        bad |= hpm_ticks_bad(pnl);
        ticks[j] = hpm_ticks_round(pnl);
    }
    return bad != 0;
}

static int fill_inverse(int64_t *restrict ticks, const hpm_future_fill *row, size_t count)
{
    const hpm_future_fill local = *row;
    uint64_t bad = 0;
    for (size_t j = 0; j < count; j++) {
        double pnl = local.scale * hpm_inverse_pnl(local.forward[j], local.forward0);
        bad |= hpm_ticks_bad(pnl);
        ticks[j] = hpm_ticks_round(pnl);
    }
    return bad != 0;
}

extern const hpm_price_kernels HPM_KERNELS_TABLE;
const hpm_price_kernels HPM_KERNELS_TABLE = {
    .isa = HPM_QUOTE(HPM_ISA),
    .black76 = black76,
    .black76_law = black76_law,
    .fill_option = fill_option,
    .fill_options = fill_options,
    .fill_linear = fill_linear,
    .fill_inverse = fill_inverse,
    .implied_vol = implied_vol,
};
