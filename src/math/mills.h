/* Differences of the Mills ratio R(z) = N(-z) exp(z^2/2), to full relative accuracy.
 *
 * R is the fraction P/Q of elementary.h, whose coefficients are positive. So are those of
 *   1/2 - R(x)  = x S(x) / Q(x)                                  S = (Q - 2P) / 2x
 *   R(b) - R(a) = (a - b) B(a, b) / (Q(a) Q(b))                  B: the Bezoutian of P and Q
 * and nothing cancels, however close a is to b or x to 0. What is left is the error of the fit's
 * slope: 1.8e-14 of it at 0, 6e-15 to 0.1, 4e-15 beyond (tests/unit/test_mills.c).
 *
 * tests/golden/derive_elementary.py prints the tables. */
#ifndef HPM_MATH_MILLS_H
#define HPM_MATH_MILLS_H

#include "math/elementary.h"

/* clang-format off */
static const double hpm_mills_gap[10] = {
    0x1.8df0c3a8360dcp+16,
    0x1.5a37aeda269b3p+17,
    0x1.216502ee2dec8p+17,
    0x1.2e302bd7339ccp+16,
    0x1.b0cfc916e9136p+14,
    0x1.b8c95c38e2ca7p+12,
    0x1.400dc0a300e6fp+10,
    0x1.415fe51341d79p+7,
    0x1.9904cf4eaf0e3p+3,
    0x1.0000000000000p-1,
};
static const double hpm_mills_bezout[10][10] = {
    {0x1.83a34d3299719p+34, 0x1.5141076419144p+35, 0x1.19e6f7a29e9bep+35, 0x1.265d55802f1d6p+34, 0x1.a59b3447deb13p+32, 0x1.ad5fec4d2b732p+30, 0x1.37c481991acf6p+28, 0x1.390de4e7249d4p+25, 0x1.8e6dec282e05dp+21, 0x1.f2be93602e7b9p+16},
    {0x1.5141076419144p+35, 0x1.1faa6fa189e26p+36, 0x1.d969a9068a33ep+35, 0x1.e7f9466d17944p+34, 0x1.599cf47e2242ap+33, 0x1.5c9534fc81466p+31, 0x1.f5c6162fac442p+28, 0x1.f3adf9ab2d0f1p+25, 0x1.3b5d15b5cf690p+22, 0x1.87384cd8a19d2p+17},
    {0x1.19e6f7a29e9bep+35, 0x1.d969a9068a33ep+35, 0x1.80dc847ea3f0ap+35, 0x1.88d9e11a71cfdp+34, 0x1.13feb03f2175bp+33, 0x1.14702a23afd54p+31, 0x1.8b7b915f18f41p+28, 0x1.879caf09d7e33p+25, 0x1.eba13eb8d9d46p+21, 0x1.2f3523297790dp+17},
    {0x1.265d55802f1d6p+34, 0x1.e7f9466d17944p+34, 0x1.88d9e11a71cfdp+34, 0x1.8def9ed96cb7cp+33, 0x1.15d17e4c35120p+32, 0x1.14cbfbddf3bdap+30, 0x1.8a2d37205a2ccp+27, 0x1.84b2ae0f06c28p+24, 0x1.e60cf3ba42ea1p+20, 0x1.2a8e773f25673p+16},
    {0x1.a59b3447deb13p+32, 0x1.599cf47e2242ap+33, 0x1.13feb03f2175bp+33, 0x1.15d17e4c35120p+32, 0x1.81f7456d87c6dp+30, 0x1.7ef08494fa8bap+28, 0x1.0faf993fbbf6ep+26, 0x1.0b0d0c8bb7193p+23, 0x1.4cef2edd0a09fp+19, 0x1.97c54b9335124p+14},
    {0x1.ad5fec4d2b732p+30, 0x1.5c9534fc81466p+31, 0x1.14702a23afd54p+31, 0x1.14cbfbddf3bdap+30, 0x1.7ef08494fa8bap+28, 0x1.7aa23004616f9p+26, 0x1.0bd9091d7ad2ap+24, 0x1.0699b9792fabfp+21, 0x1.469aefef06f80p+17, 0x1.8f11286d3631ap+12},
    {0x1.37c481991acf6p+28, 0x1.f5c6162fac442p+28, 0x1.8b7b915f18f41p+28, 0x1.8a2d37205a2ccp+27, 0x1.0faf993fbbf6ep+26, 0x1.0bd9091d7ad2ap+24, 0x1.7a06572b4844ap+21, 0x1.71d2c2ea11f4bp+18, 0x1.cb0e26aea01b5p+14, 0x1.17e7b67d4f0e5p+10},
    {0x1.390de4e7249d4p+25, 0x1.f3adf9ab2d0f1p+25, 0x1.879caf09d7e33p+25, 0x1.84b2ae0f06c28p+24, 0x1.0b0d0c8bb7193p+23, 0x1.0699b9792fabfp+21, 0x1.71d2c2ea11f4bp+18, 0x1.69201f42efd17p+15, 0x1.bf7f7730f891ep+11, 0x1.10677b7b527edp+7},
    {0x1.8e6dec282e05dp+21, 0x1.3b5d15b5cf690p+22, 0x1.eba13eb8d9d46p+21, 0x1.e60cf3ba42ea1p+20, 0x1.4cef2edd0a09fp+19, 0x1.469aefef06f80p+17, 0x1.cb0e26aea01b5p+14, 0x1.bf7f7730f891ep+11, 0x1.14d6b6e53c960p+8, 0x1.508923264ac6cp+3},
    {0x1.f2be93602e7b9p+16, 0x1.87384cd8a19d2p+17, 0x1.2f3523297790dp+17, 0x1.2a8e773f25673p+16, 0x1.97c54b9335124p+14, 0x1.8f11286d3631ap+12, 0x1.17e7b67d4f0e5p+10, 0x1.10677b7b527edp+7, 0x1.508923264ac6cp+3, 0x1.9884533d427acp-2},
};
/* clang-format on */

/* B(a, b), for 0 <= b <= a. Both sides of the core see ten chains that do not wait for each other.
 */
HPM_INLINE double hpm_mills_bezoutian(double a, double b)
{
    const double(*c)[10] = hpm_mills_bezout;
    double p = hpm_poly9(c[9], b);
    p = fma(p, a, hpm_poly9(c[8], b));
    p = fma(p, a, hpm_poly9(c[7], b));
    p = fma(p, a, hpm_poly9(c[6], b));
    p = fma(p, a, hpm_poly9(c[5], b));
    p = fma(p, a, hpm_poly9(c[4], b));
    p = fma(p, a, hpm_poly9(c[3], b));
    p = fma(p, a, hpm_poly9(c[2], b));
    p = fma(p, a, hpm_poly9(c[1], b));
    return fma(p, a, hpm_poly9(c[0], b));
}

/* (R(b) - R(a)) / (a - b), for 0 <= b <= a <= 63. */
HPM_INLINE double hpm_mills_slope(double a, double b)
{
    return hpm_mills_bezoutian(a, b) / (hpm_mills_denominator(a) * hpm_mills_denominator(b));
}

/* 1/2 - R(x), for 0 <= x <= 63. */
HPM_INLINE double hpm_mills_gap_of(double x)
{
    return x * hpm_poly9(hpm_mills_gap, x) / hpm_mills_denominator(x);
}

#endif
