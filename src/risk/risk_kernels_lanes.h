/* The widest vector of the instruction set that a file is compiled for, as doubles and as int64,
 * and the few operations on it that the risk kernels need.
 *
 * Intrinsics only where compilers do not find the instruction by themselves (minimum, fused
 * multiply-add, compare to a mask). All operations are exact on the values that occur, so that the
 * number of lanes never shows in a result. */
#ifndef HPM_RISK_KERNELS_LANES_H
#define HPM_RISK_KERNELS_LANES_H

#include <stdint.h>

#if defined(__AVX512F__) || defined(__AVX2__)
#include <immintrin.h>
#elif defined(__SSE2__)
#include <emmintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

#if defined(__AVX512F__)
#define LANES 8
#elif defined(__AVX2__)
#define LANES 4
#else
#define LANES 2
#endif

#define LANES_INLINE static inline __attribute__((always_inline))

/* may_alias: rows of plain numbers are read as vectors. `loose`: a caller's total may start
 * anywhere. */
#define LANES_AS(alignment) __attribute__((vector_size(LANES * 8), may_alias, aligned(alignment)))
typedef double real_lanes LANES_AS(LANES * 8);
typedef int64_t int_lanes LANES_AS(LANES * 8);
typedef uint64_t bit_lanes LANES_AS(LANES * 8);
typedef uint64_t loose_lanes LANES_AS(8);

LANES_INLINE int_lanes int_splat(int64_t value)
{
    return value - (int_lanes){0};
}

/* |value| < 2^53, or else the rows that it multiplies are zero: the products are exact. */
LANES_INLINE real_lanes real_splat(int64_t value)
{
    return (double)value - (real_lanes){0};
}

/* Where there is no fused instruction the product is exact too (below 2^53): its rounding does not
 * happen, and both ways agree. */
LANES_INLINE real_lanes real_add_product(real_lanes sum, real_lanes a, real_lanes b)
{
#if defined(__AVX512F__)
    return _mm512_fmadd_pd(a, b, sum);
#elif defined(__FMA__)
    return _mm256_fmadd_pd(a, b, sum);
#elif defined(__aarch64__)
    return vfmaq_f64(sum, a, b);
#else
    return sum + a * b;
#endif
}

LANES_INLINE int_lanes int_add_product(int_lanes sum, int_lanes a, int_lanes b)
{
    return sum + a * b;
}

LANES_INLINE real_lanes real_minimum(real_lanes a, real_lanes b)
{
#if defined(__AVX512F__)
    return _mm512_min_pd(a, b);
#elif defined(__AVX2__)
    return _mm256_min_pd(a, b);
#elif defined(__SSE2__)
    return _mm_min_pd(a, b);
#elif defined(__aarch64__)
    return vminq_f64(a, b);
#endif
}

LANES_INLINE int_lanes int_minimum(int_lanes a, int_lanes b)
{
#if defined(__AVX512F__)
    return (int_lanes)_mm512_min_epi64((__m512i)a, (__m512i)b);
#else
    int_lanes less = a < b;
    return (less & a) | (~less & b);
#endif
}

LANES_INLINE int64_t int_least(int_lanes v)
{
#if defined(__AVX512F__)
    return _mm512_reduce_min_epi64((__m512i)v);
#else
    int64_t least = v[0];
    for (int i = 1; i < LANES; i++)
        least = v[i] < least ? v[i] : least;
    return least;
#endif
}

LANES_INLINE int64_t real_least(real_lanes v)
{
#if defined(__AVX512F__)
    return (int64_t)_mm512_reduce_min_pd(v);
#else
    double least = v[0];
    for (int i = 1; i < LANES; i++)
        least = v[i] < least ? v[i] : least;
    return (int64_t)least;
#endif
}

/* Bit i: lane i of `a` and of `b` are equal. */
LANES_INLINE uint64_t int_equal(int_lanes a, int_lanes b)
{
#if defined(__AVX512F__)
    return _mm512_cmpeq_epi64_mask((__m512i)a, (__m512i)b);
#elif defined(__AVX2__)
    return (uint64_t)_mm256_movemask_pd((__m256d)(a == b));
#elif defined(__SSE2__)
    return (uint64_t)_mm_movemask_pd((__m128d)(a == b));
#else
    int_lanes equal = a == b;
    return (uint64_t)((equal[0] & 1) | (equal[1] & 2));
#endif
}

LANES_INLINE uint64_t real_equal(real_lanes a, real_lanes b)
{
#if defined(__AVX512F__)
    return _mm512_cmp_pd_mask(a, b, _CMP_EQ_OQ);
#elif defined(__AVX2__)
    return (uint64_t)_mm256_movemask_pd((__m256d)(a == b));
#elif defined(__SSE2__)
    return (uint64_t)_mm_movemask_pd((__m128d)(a == b));
#else
    int_lanes equal = (int_lanes)(a == b);
    return (uint64_t)((equal[0] & 1) | (equal[1] & 2));
#endif
}

/* Integer-valued doubles back to integers. */
LANES_INLINE int_lanes real_to_int(real_lanes v)
{
#if defined(__AVX512DQ__)
    return (int_lanes)_mm512_cvttpd_epi64(v);
#else
    return __builtin_convertvector(v, int_lanes);
#endif
}

LANES_INLINE int_lanes int_to_int(int_lanes v)
{
    return v;
}

#endif
