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

static void black76(double *restrict value, const double *restrict forward,
                    const double *restrict strike, const double *restrict total_vol,
                    const double *restrict discount, const double *restrict sign, size_t count)
{
    for (size_t i = 0; i < count; i++)
        value[i] = discount[i] * hpm_black76(forward[i], strike[i], total_vol[i], sign[i]);
}

/* `inverse` is a constant at both calls, which leaves one division fewer in the linear loop. */
HPM_INLINE int fill_option_as(int64_t *restrict ticks, const hpm_option_fill *row, int inverse,
                              size_t count)
{
    const hpm_option_fill local = *row;
    uint64_t bad = 0;
    for (size_t j = 0; j < count; j++) {
        double pnl = local.scale * (hpm_option_value_at(&local, inverse, j) - local.value0);
        bad |= hpm_ticks_bad(pnl);
        ticks[j] = hpm_ticks_round(pnl);
    }
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
