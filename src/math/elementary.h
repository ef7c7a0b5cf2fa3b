/* Elementary functions with the same bits on every compiler and instruction set.
 *
 * Plain C with explicit fma() and no branch, so that loops over them vectorise; of libm only fma is
 * used. Compile with -ffp-contract=off -fno-math-errno -fno-trapping-math and never -ffast-math.
 * The coefficients are our own minimax fits: tests/golden/derive_elementary.py derives and prints
 * them. Bounds below are the largest errors seen by tests/unit/test_elementary.c, rounded up.
 *
 * A select is written `x < lo ? lo : x` and not the other way round: then a NaN passes through.
 */
#ifndef HPM_MATH_ELEMENTARY_H
#define HPM_MATH_ELEMENTARY_H

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

/* The array kernels must see through every call, at -O0 and for long bodies too. */
#define HPM_INLINE static inline __attribute__((always_inline))

/* Adding this to |x| < 2^51 rounds x half-even to an integer and leaves it in the low bits. */
#define HPM_ROUND_MAGIC 0x1.8p52

#define HPM_LN2            0x1.62e42fefa39efp-1  /* ln 2 to 53 bits ... */
#define HPM_LN2_REST       0x1.abc9e3b39803fp-56 /* ... and what is left */
/* ln 2 with 11 zero bits at the end, so that k * HPM_LN2_SHORT is exact for |k| < 2048. */
#define HPM_LN2_SHORT      0x1.62e42fefa3800p-1
#define HPM_LN2_SHORT_REST 0x1.ef35793c76730p-45
#define HPM_LOG2_E         0x1.71547652b82fep+0
#define HPM_INV_SQRT_2PI   0x1.9884533d43651p-2

/* exp(r) = 1 + r + r^2 P(r), |r| <= ln(2)/2; expm1 to 1.8e-17 relative to r. */
static const double hpm_exp_p[10] = {
    0x1.0000000000005p-1,  0x1.555555555555cp-3,  0x1.55555555520f4p-5,  0x1.111111110e6eep-7,
    0x1.6c16c17f377e3p-10, 0x1.a01a01b5cee41p-13, 0x1.a019a685bf8b0p-16, 0x1.71ddea1b3d7c6p-19,
    0x1.28a2ab8dbbddcp-22, 0x1.af7687e763f65p-26,
};

/* log((1+s)/(1-s)) = 2s + s z P(z), z = s^2, |s| <= 0.2; to 1.5e-17 of the logarithm. */
static const double hpm_log_p[7] = {
    0x1.5555555555777p-1, 0x1.99999998f087ap-2, 0x1.249249b24aa06p-2, 0x1.c71c014b2edbbp-3,
    0x1.7474e6aed0a27p-3, 0x1.385289462ed57p-3, 0x1.3ac07b482ebadp-3,
};

/* The Mills ratio as N(-z) exp(z^2/2) = P(z)/Q(z), to 1.8e-16 on 0 <= z <= 63. All coefficients are
 * positive: nothing cancels. P(0) = Q(0)/2 exactly, which makes N(0) exactly 1/2 and an option
 * without volatility exactly its intrinsic value. Q is monic: its leading 1 is not in the table. */
static const double hpm_mills_p[10] = {
    0x1.f2be93602e7b9p+16, 0x1.87384cd8a19d2p+17, 0x1.2f3523297790dp+17, 0x1.2a8e773f25673p+16,
    0x1.97c54b9335124p+14, 0x1.8f11286d3631ap+12, 0x1.17e7b67d4f0e5p+10, 0x1.10677b7b527edp+7,
    0x1.508923264ac6cp+3,  0x1.9884533d427acp-2,
};
static const double hpm_mills_q[10] = {
    0x1.f2be93602e7b9p+17, 0x1.271857565e520p+19, 0x1.44b66901cf160p+19, 0x1.b6ac3e8dc0a01p+18,
    0x1.94217ebc00e15p+17, 0x1.0a4a09991b4fep+16, 0x1.fec349d8368e0p+13, 0x1.621ab0126b36dp+11,
    0x1.56687745a6840p+8,  0x1.a5c8f1e899220p+4,
};

HPM_INLINE uint64_t hpm_bits_of(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

HPM_INLINE double hpm_double_of(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* x >= 0 with the sign of y; a libm may have copysign as a call. */
HPM_INLINE double hpm_with_sign_of(double x, double y)
{
    return hpm_double_of(hpm_bits_of(x) | (hpm_bits_of(y) & 0x8000000000000000));
}

/* x with its sign changed where y is negative; y is not NaN. */
HPM_INLINE double hpm_times_sign_of(double x, double y)
{
    return hpm_double_of(hpm_bits_of(x) ^ (hpm_bits_of(y) & 0x8000000000000000));
}

/* Of x and y the one that z is not, z being one of them. */
HPM_INLINE double hpm_other_of(double x, double y, double z)
{
    return hpm_double_of(hpm_bits_of(x) ^ hpm_bits_of(y) ^ hpm_bits_of(z));
}

/* 2^k for an integer -1022 <= k <= 1023. */
HPM_INLINE double hpm_pow2(double k)
{
    return hpm_double_of((hpm_bits_of(k + HPM_ROUND_MAGIC) + 1023) << 52);
}

/* n - bias as a double, for 0 <= n, bias < 2^51; AVX2 has no conversion from int64. */
HPM_INLINE double hpm_small_to_double(uint64_t n, double bias)
{
    return hpm_double_of(n | 0x4330000000000000) - (0x1p52 + bias);
}

/* c[0] + c[1] x + ... + c[9] x^9 */
HPM_INLINE double hpm_poly9(const double *c, double x)
{
    double p = c[9];
    p = fma(p, x, c[8]);
    p = fma(p, x, c[7]);
    p = fma(p, x, c[6]);
    p = fma(p, x, c[5]);
    p = fma(p, x, c[4]);
    p = fma(p, x, c[3]);
    p = fma(p, x, c[2]);
    p = fma(p, x, c[1]);
    return fma(p, x, c[0]);
}

HPM_INLINE double hpm_exp_poly(double r)
{
    return hpm_poly9(hpm_exp_p, r);
}

HPM_INLINE double hpm_log_poly(double z)
{
    const double *c = hpm_log_p;
    double p = c[6];
    p = fma(p, z, c[5]);
    p = fma(p, z, c[4]);
    p = fma(p, z, c[3]);
    p = fma(p, z, c[2]);
    p = fma(p, z, c[1]);
    return fma(p, z, c[0]);
}

HPM_INLINE double hpm_mills_numerator(double z)
{
    return hpm_poly9(hpm_mills_p, z);
}

HPM_INLINE double hpm_mills_denominator(double z)
{
    const double *c = hpm_mills_q;
    double q = z + c[9];
    q = fma(q, z, c[8]);
    q = fma(q, z, c[7]);
    q = fma(q, z, c[6]);
    q = fma(q, z, c[5]);
    q = fma(q, z, c[4]);
    q = fma(q, z, c[3]);
    q = fma(q, z, c[2]);
    q = fma(q, z, c[1]);
    return fma(q, z, c[0]);
}

/* The nearest integer k to x / ln 2, for |x| < 2^50. */
HPM_INLINE double hpm_exp_exponent(double x)
{
    return fma(x, HPM_LOG2_E, HPM_ROUND_MAGIC) - HPM_ROUND_MAGIC;
}

/* exp(x) where the result is surely normal: -708 <= x <= 709. Elsewhere the result is junk. For an
 * argument that has an error of its own: relative error 2e-16 + 4e-17 |x|, less than the half ULP
 * of x makes. Two instructions shorter than hpm_exp. */
HPM_INLINE double hpm_exp_normal(double x)
{
    double shifted = fma(x, HPM_LOG2_E, HPM_ROUND_MAGIC);
    double r = fma(shifted - HPM_ROUND_MAGIC, -HPM_LN2, x);
    double y = fma(fma(hpm_exp_poly(r), r, 1), r, 1);
    /* Times 2^k, by adding k to the exponent. */
    return hpm_double_of(hpm_bits_of(y) + (hpm_bits_of(shifted) << 52));
}

/* exp(high + low), |low| small against 1: for arguments known to more than 53 bits. */
HPM_INLINE double hpm_exp_split(double high, double low)
{
    double x = high > 720 ? 720 : high;
    x = x < -760 ? -760 : x;
    double k = hpm_exp_exponent(x);
    double r = fma(-k, HPM_LN2_REST, fma(-k, HPM_LN2, x)) + low;
    double y = fma(r * r, hpm_exp_poly(r), r);
    /* In two steps: 2^k may lie outside the range of a double where the result does not. */
    double k_half = fma(k, 0.5, HPM_ROUND_MAGIC) - HPM_ROUND_MAGIC;
    return (1 + y) * hpm_pow2(k_half) * hpm_pow2(k - k_half);
}

/* e^x. All doubles; 0 below -745.14, +inf above 709.79, NaN for NaN. Within 1.05 ULP. */
HPM_INLINE double hpm_exp(double x)
{
    return hpm_exp_split(x, 0.0);
}

/* e^x - 1, accurate also near 0. All doubles; -1 below -38, +inf above 709.79; keeps -0. Within 2
 * ULP, 0.6 for |x| < 0.001. */
HPM_INLINE double hpm_expm1(double x)
{
    double c = x > 720 ? 720 : x;
    c = c < -60 ? -60 : c;
    double k = hpm_exp_exponent(c);
    double r = fma(-k, HPM_LN2_REST, fma(-k, HPM_LN2, c));
    double y = fma(r * r, hpm_exp_poly(r), r);
    double k_half = fma(k, 0.5, HPM_ROUND_MAGIC) - HPM_ROUND_MAGIC;
    double head = hpm_pow2(k_half);
    double tail = hpm_pow2(k - k_half);
    double large = (1 + y) * head * tail;
    double scale = head * tail;
    double small = fma(scale, y, scale - 1);
    double result = k > 60 ? large : small;
    return x == 0 ? x : result;
}

/* ln x. x > 0 with subnormals; 0 gives -inf, +inf gives +inf, negative and NaN give NaN.
 * Within 0.9 ULP. */
HPM_INLINE double hpm_log(double x)
{
    int subnormal = x < DBL_MIN;
    double normal = subnormal ? x * 0x1p54 : x;
    double k_shift = subnormal ? 1023 + 54 : 1023;
    /* Split into m in [sqrt(1/2), sqrt 2) and 2^k. */
    uint64_t bits = hpm_bits_of(normal) + (0x3ff0000000000000 - 0x3fe6a09e667f3bcd);
    double k = hpm_small_to_double(bits >> 52, k_shift);
    double f = hpm_double_of((bits & 0x000fffffffffffff) + 0x3fe6a09e667f3bcd) - 1;
    /* ln(1 + f) = 2 atanh(s), s = f / (2 + f); and 2s = f - s f, where f carries no error. */
    double s = f / (2 + f);
    double z = s * s;
    double correction = s * fma(-z, hpm_log_poly(z), f);
    double result = fma(k, HPM_LN2, f - fma(-k, HPM_LN2_REST, correction));
    result = x < INFINITY ? result : x;
    result = x == 0 ? -(double)INFINITY : result;
    return x < 0 ? (double)NAN : result;
}

/* x^p = exp(p ln x), x > 0 and p finite, with ln x carried to 56 bits: within 1.1 ULP for
 * |p ln x| < 5, and 1 + 0.12 |p ln x| ULP at most. 0^p is 0, 1 or +inf by the sign of
 * p; x^0 is 1 for every x that is not negative; negative x and NaN give NaN. */
HPM_INLINE double hpm_pow(double x, double p)
{
    int subnormal = x < DBL_MIN;
    double normal = subnormal ? x * 0x1p54 : x;
    double k_shift = subnormal ? 1023 + 54 : 1023;
    uint64_t bits = hpm_bits_of(normal) + (0x3ff0000000000000 - 0x3fe6a09e667f3bcd);
    double k = hpm_small_to_double(bits >> 52, k_shift);
    double f = hpm_double_of((bits & 0x000fffffffffffff) + 0x3fe6a09e667f3bcd) - 1;
    /* As in hpm_log, but with the remainders of the sum and of the division kept. */
    double d = 2 + f;
    double d_rest = f - (d - 2);
    double s = f / d;
    double s_rest = fma(-s, d_rest, fma(-s, d, f)) / d;
    double z = s * s;
    double exact = k * HPM_LN2_SHORT;
    double sum = exact + 2 * s;
    double rest = (exact - sum) + 2 * s;
    rest += fma(s * z, hpm_log_poly(z), fma(k, HPM_LN2_SHORT_REST, 2 * s_rest));
    double high = sum + rest;
    double low = (sum - high) + rest;
    high = x == 0 ? -(double)INFINITY : high;
    high = x < INFINITY ? high : x;
    double y = p * high;
    double y_rest = fma(p, low, fma(p, high, -y));
    y_rest = fabs(y) < 1000 ? y_rest : 0;
    double result = hpm_exp_split(y, y_rest);
    result = p == 0 ? 1.0 : result;
    return x >= 0 ? result : (double)NAN;
}

/* Density of the standard normal law. All doubles; underflows to 0 beyond 38.6. Within 2 ULP. */
HPM_INLINE double hpm_norm_pdf(double x)
{
    double z = fabs(x);
    z = z > 40 ? 40 : z;
    double square = z * z;
    double rest = fma(z, z, -square);
    return HPM_INV_SQRT_2PI * hpm_exp_split(-0.5 * square, -0.5 * rest);
}

/* N(x), the standard normal distribution. All doubles; accurate relative to N(x) itself down to
 * x = -37.5, where N leaves the normal range; 0 below -38.5, 1 above 8.3. Within 8 ULP below
 * -8, 5.5 from there to 0, 2 above. */
HPM_INLINE double hpm_norm_cdf(double x)
{
    double z = fabs(x);
    z = z > 40 ? 40 : z;
    double square = z * z;
    double rest = fma(z, z, -square);
    double mills = hpm_mills_numerator(z) / hpm_mills_denominator(z);
    double tail = mills * hpm_exp_split(-0.5 * square, -0.5 * rest);
    return x > 0 ? 1 - tail : tail;
}

#endif
