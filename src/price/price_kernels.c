/* The array kernels, compiled once per instruction set with -DHPM_ISA=<name> and its flags. */
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
#define BLOCK 256

typedef struct block {
    _Alignas(64) double near[BLOCK];
    _Alignas(64) double far[BLOCK];
    _Alignas(64) double mills[BLOCK];
} block;

static size_t block_size(size_t start, size_t count)
{
    return count - start < BLOCK ? count - start : BLOCK;
}

HPM_INLINE void block_mills(block *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        b->mills[i] = hpm_black76_mills(b->near[i], b->far[i]);
}

HPM_INLINE void black76_block(double *restrict value, const double *restrict forward,
                              const double *restrict strike, const double *restrict total_vol,
                              const double *restrict discount, const double *restrict sign,
                              size_t n)
{
    block b;
    for (size_t i = 0; i < n; i++) {
        b.near[i] = hpm_black76_near(forward[i], strike[i], total_vol[i]);
        b.far[i] = hpm_black76_far(b.near[i], total_vol[i]);
    }
    block_mills(&b, n);
    for (size_t i = 0; i < n; i++)
        value[i] =
            discount[i] * hpm_black76_value(b.near[i], b.mills[i], forward[i], strike[i], sign[i]);
}

static void black76(double *value, const double *forward, const double *strike,
                    const double *total_vol, const double *discount, const double *sign,
                    size_t count)
{
    for (size_t i = 0; i < count; i += BLOCK)
        black76_block(value + i, forward + i, strike + i, total_vol + i, discount + i, sign + i,
                      block_size(i, count));
}

/* `inverse` is a constant at both calls, which leaves one division fewer in the linear loop. */
HPM_INLINE uint64_t fill_option_block(int64_t *restrict ticks, const hpm_option_fill *row,
                                      int inverse, size_t start, size_t n)
{
    const hpm_option_fill local = *row;
    block b;
    for (size_t i = 0; i < n; i++) {
        double vol = hpm_option_total_vol(&local, start + i);
        b.near[i] = hpm_black76_near(local.forward[start + i], local.strike, vol);
        b.far[i] = hpm_black76_far(b.near[i], vol);
    }
    block_mills(&b, n);
    uint64_t bad = 0;
    for (size_t i = 0; i < n; i++) {
        double black = hpm_black76_value(b.near[i], b.mills[i], local.forward[start + i],
                                         local.strike, local.sign);
        double value = hpm_option_settle(&local, inverse, black, start + i);
        double pnl = local.scale * (value - local.value0);
        bad |= hpm_ticks_bad(pnl);
        ticks[i] = hpm_ticks_round(pnl);
    }
    return bad;
}

HPM_INLINE int fill_option_as(int64_t *ticks, const hpm_option_fill *row, int inverse, size_t count)
{
    uint64_t bad = 0;
    for (size_t j = 0; j < count; j += BLOCK)
        bad |= fill_option_block(ticks + j, row, inverse, j, block_size(j, count));
    return bad != 0;
}

static int fill_option(int64_t *ticks, const hpm_option_fill *row, size_t count)
{
    return row->inverse ? fill_option_as(ticks, row, 1, count)
                        : fill_option_as(ticks, row, 0, count);
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
    .fill_option = fill_option,
    .fill_linear = fill_linear,
    .fill_inverse = fill_inverse,
};
