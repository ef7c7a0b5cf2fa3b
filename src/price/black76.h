/* Black-76: the undiscounted value of one European option on a forward. The one copy of it.
 *
 * F. Black, "The pricing of commodity contracts", J. Financial Economics 3 (1976), 167-179:
 *   call = F N(d1) - K N(d2), put = K N(-d2) - F N(-d1), d1,2 = ln(F/K)/v +- v/2, v = sigma sqrt T.
 *
 * How it is computed. With h = |ln(F/K)|/v, t = v/2, a = h + t, b = h - t, m = min(F, K) and the
 * Mills ratio R(z) = N(-z) exp(z^2/2), the identity F n(d1) = K n(d2) gives the value of the option
 * that is out of the money as
 *   b >= 0:     m exp(-b^2/2) (R(b) - R(a))
 *   b <  0: m - m exp(-b^2/2) (R(-b) + R(a))
 * with one exponential; the other option is that plus |F - K|. So parity is exact but for the last
 * rounding, a far option keeps its relative accuracy, and nothing is ever below intrinsic.
 */
#ifndef HPM_PRICE_BLACK76_H
#define HPM_PRICE_BLACK76_H

#include "math/elementary.h"

/* Larger total volatilities count as this one. Already from 24 on a call is worth F and a put K to
 * the last bit, if F and K are within a factor of 1e38; from 64 on for any F and K. (Between the
 * two the formula is right and the bound is not: F = 1e-100, K = 1e100, v = 24 is no sure thing.)
 */
#define HPM_BLACK76_VOL_MAX 64.0

/* ln(F/K) for F, K from 1e-300 to 1e300; what is smaller, zero too, gives some number or NaN. */
HPM_INLINE double hpm_log_moneyness(double forward, double strike)
{
    /* k: the difference of the bit patterns, in exponents, rounded; K 2^k is within F/1.5, 1.5 F.
     * The top bit of the constant makes k + 2048 positive, and in the sum it is a minus sign. */
    uint64_t strike_bits = hpm_bits_of(strike);
    uint64_t steps = hpm_bits_of(forward) - strike_bits + 0x8008000000000000;
    double minus_near = hpm_double_of(strike_bits + (steps & 0xfff0000000000000));
    double k = hpm_small_to_double(steps >> 52, 2048);
    /* F - K 2^k is exact, so F near K loses nothing. */
    double s = (forward + minus_near) / (forward - minus_near);
    double z = s * s;
    double series = fma(s * z, hpm_log_poly(z), s + s);
    return fma(k, HPM_LN2, series);
}

/* d1 = ln(F/K)/v + v/2; some number, infinity or NaN without volatility or strike. */
HPM_INLINE double hpm_black76_d1(double forward, double strike, double total_vol)
{
    return hpm_log_moneyness(forward, strike) / total_vol + 0.5 * total_vol;
}

/* The formula comes in three parts, because array kernels run each over a block of options: a whole
 * option is one chain of some 130 instructions, more than a core can overlap with the next.
 *
 * First part: b, at most 37.6, as far as exp(-b^2/2) is normal. */
HPM_INLINE double hpm_black76_near(double forward, double strike, double total_vol)
{
    double vol = total_vol > HPM_BLACK76_VOL_MAX ? HPM_BLACK76_VOL_MAX : total_vol;
    double h = fabs(hpm_log_moneyness(forward, strike) / total_vol);
    double b = fma(-0.5, vol, h);
    /* This way round 0/0 gives 37.6 too: no volatility, or F = K = 0. */
    b = b < 37.6 ? b : 37.6;
    double smaller = forward < strike ? forward : strike;
    double lowest = total_vol < smaller ? total_vol : smaller;
    return lowest < 0 ? (double)NAN : b;
}

/* First part, too: a, from b. A NaN in total_vol goes on from here. */
HPM_INLINE double hpm_black76_far(double near, double total_vol)
{
    return near + (total_vol > HPM_BLACK76_VOL_MAX ? HPM_BLACK76_VOL_MAX : total_vol);
}

/* Second part: R(b) - R(a), or -R(-b) - R(a) for negative b. An a above 63, where the fit ends,
 * comes only with a weight below 1e-300 or a vol above 24; the fraction stays good to 1e-13 there.
 */
HPM_INLINE double hpm_black76_mills(double near, double far)
{
    double z = fabs(near);
    double p_far = hpm_mills_numerator(far);
    double q_far = hpm_mills_denominator(far);
    double p_near = hpm_mills_numerator(z);
    double q_near = hpm_mills_denominator(z);
    /* Not fused: both products must round alike, so that equal ratios cancel to exactly 0. */
    double top = hpm_with_sign_of(p_near * q_far, near) - p_far * q_near;
    return top / (q_far * q_near);
}

/* Third part: the value, from b and the second part. */
HPM_INLINE double hpm_black76_value(double near, double mills, double forward, double strike,
                                    double sign)
{
    double smaller = forward < strike ? forward : strike;
    double larger = hpm_other_of(forward, strike, smaller);
    double weight = smaller * hpm_exp_normal(-0.5 * near * near);
    double out = fma(weight, mills, near < 0 ? smaller : 0);
    out = out < 0 ? 0 : out;
    /* |F - K| + out, bracketed so that rounding cannot carry it above `larger`, nor below
     * intrinsic. A NaN among F and K fails the comparison and comes through here. */
    double in = larger - (smaller - out);
    return hpm_times_sign_of(forward - strike, sign) <= 0 ? out : in;
}

/* Value, before discounting, of one unit of a call (sign +1) or a put (sign -1).
 *
 * Domain: forward and strike 0 or from 1e-300 to 1e300, total_vol = sigma sqrt(T) >= 0; a NaN or a
 * negative argument gives NaN. 0 <= call <= forward, 0 <= put <= strike, always.
 * Edges: total_vol = 0 gives max(sign (F - K), 0); strike = 0 gives call F, put 0; forward = 0
 * gives call 0, put K; total_vol >= 24, infinity too, gives call F, put K (see
 * HPM_BLACK76_VOL_MAX). Error: within 4e-16 max(F, K) absolute. Out of the money also within 1e-15
 * (1 + max(1, h)/v + h^2) of the value itself, which is what an ULP of the arguments moves. Beyond
 * b = 37.6 it is some number from 0 to 1e-306 m; exactly 0 for total_vol below 3e-15. */
HPM_INLINE double hpm_black76(double forward, double strike, double total_vol, double sign)
{
    double near = hpm_black76_near(forward, strike, total_vol);
    double mills = hpm_black76_mills(near, hpm_black76_far(near, total_vol));
    return hpm_black76_value(near, mills, forward, strike, sign);
}

#endif
