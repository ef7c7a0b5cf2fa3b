/* The kernels of the risk room, compiled once per instruction set with -DHPM_ISA=<name>. */
#include "risk/risk_kernels.h"

#include <assert.h>

#include "hpm/catalog.h"
#include "risk/risk_kernels_lanes.h"

#ifndef HPM_ISA
#error "compile with -DHPM_ISA=base, avx2 or avx512"
#endif

#define NAME_PASTE_(a, b) a##b
#define NAME_PASTE(a, b)  NAME_PASTE_(a, b)
#define NAME_QUOTE_(a)    #a
#define NAME_QUOTE(a)     NAME_QUOTE_(a)

#if defined(__clang__)
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

/* Vectors of a tile: as many sums as the registers hold beside the lots and one loaded vector. */
#if defined(__AVX512F__) || defined(__aarch64__)
#define TILE_WIDTH 16
#define EVERY_WIDTH(X)                                                                             \
    X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12) X(13) X(14) X(15) X(16)
#else
#define TILE_WIDTH     13
#define EVERY_WIDTH(X) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12) X(13)
#endif

/* How many legs ahead of the sums their rows are fetched. */
#ifndef LEGS_AHEAD
#define LEGS_AHEAD 5
#endif

/* Width of the next tile when `vectors` are left: the tiles of a row are equally wide, within
 * one. */
static uint32_t tile_width(uint32_t vectors)
{
    uint32_t tiles = (vectors + TILE_WIDTH - 1) / TILE_WIDTH;
    return (vectors + tiles - 1) / tiles;
}

#define FORM         real
#define FORM_ELEMENT double
#define FORM_TICKS   ticks_real
#include "risk/risk_kernels_tile.h"
#undef FORM
#undef FORM_ELEMENT
#undef FORM_TICKS

#define FORM         int
#define FORM_ELEMENT int64_t
#define FORM_TICKS   ticks
#include "risk/risk_kernels_tile.h"
#undef FORM
#undef FORM_ELEMENT
#undef FORM_TICKS

/* Wrapped sum; the sign bits of `overflow` gather where it left the range: both terms have the
 * sign that the sum has not. */
LANES_INLINE bit_lanes add_wrapped(bit_lanes *overflow, bit_lanes total, bit_lanes part)
{
    bit_lanes sum = total + part;
    *overflow |= (total ^ sum) & (part ^ sum);
    return sum;
}

/* A cached total is cold as a rule. Asking for all of its lines and the row's before anything
 * depends on one of them makes it one trip to memory, not a dozen. */
LANES_INLINE void fetch(const int64_t *columns, uint32_t count)
{
    for (uint32_t i = 0; i < count; i += 8)
        __builtin_prefetch(columns + i);
}

LANES_INLINE bit_lanes order_sum(bit_lanes *overflow, const int64_t *total, const int64_t *row,
                                 bit_lanes many)
{
    return add_wrapped(overflow, *(const loose_lanes *)total, *(const loose_lanes *)row * many);
}

/* Worst of an order where there are fewer columns than a vector has lanes. */
static int order_few(int64_t *worst, uint32_t *worst_column, const int64_t *total,
                     const int64_t *row, int64_t lots, uint32_t columns)
{
    int64_t least = 0;
    uint32_t column = HPM_NONE;
    for (uint32_t j = 0; j < columns; j++) {
        int64_t sum;
        if (__builtin_add_overflow(total[j], row[j] * lots, &sum)) return 1;
        if (sum >= least) continue;
        least = sum;
        column = j;
    }
    if (least == INT64_MIN) return 1;
    *worst = -least;
    *worst_column = column;
    return 0;
}

/* First column whose sum is `least`; there is one. The last vector may overlap the one before. */
static uint32_t order_first(const int64_t *total, const int64_t *row, bit_lanes many, uint32_t last,
                            int64_t least)
{
    bit_lanes overflow = {0};
    for (uint32_t j = 0;; j = j + LANES < last ? j + LANES : last) {
        bit_lanes sum = order_sum(&overflow, total + j, row + j, many);
        uint64_t equal = int_equal((int_lanes)sum, int_splat(least));
        if (equal) return j + (uint32_t)__builtin_ctzll(equal);
        assert(j < last);
    }
}

static int worst_order(int64_t *worst, uint32_t *worst_column, const int64_t *total,
                       const int64_t *row, int64_t lots, uint32_t columns)
{
    fetch(total, columns);
    fetch(row, columns);
    if (columns < LANES) return order_few(worst, worst_column, total, row, lots, columns);
    const bit_lanes many = (bit_lanes)int_splat(lots);
    const uint32_t last = columns - LANES;
    bit_lanes overflow = {0};
    int_lanes least = (int_lanes)order_sum(&overflow, total + last, row + last, many);
    for (uint32_t j = 0; j < last; j += LANES) {
        bit_lanes sum = order_sum(&overflow, total + j, row + j, many);
        least = int_minimum(least, (int_lanes)sum);
    }
    int64_t tick = int_least(least);
    if (int_least((int_lanes)overflow) < 0 || tick == INT64_MIN) return 1;
    *worst = tick < 0 ? -tick : 0;
    *worst_column = tick < 0 ? order_first(total, row, many, last, tick) : HPM_NONE;
    return 0;
}

static int64_t widen_row(double *restrict real, const int64_t *restrict ticks, uint32_t columns)
{
    int64_t largest = 0;
    for (uint32_t j = 0; j < columns; j++) {
        int64_t size = ticks[j] < 0 ? -ticks[j] : ticks[j];
        real[j] = (double)ticks[j];
        largest = size > largest ? size : largest;
    }
    return largest;
}

#define KERNELS NAME_PASTE(hpm_risk_kernels_, HPM_ISA)
const hpm_risk_kernels KERNELS = {
    .isa = NAME_QUOTE(HPM_ISA),
#if defined(__AVX512DQ__)
    .int_is_as_fast = 1, /* vpmullq */
#endif
    .sum_real = real_sum,
    .sum_int = int_sum,
    .worst_real = real_worst,
    .worst_int = int_worst,
    .widen_row = widen_row,
    .worst_order = worst_order,
};
