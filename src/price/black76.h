/* Black-76: the undiscounted value of one European option on a forward. The one copy of it.
 *
 * F. Black, "The pricing of commodity contracts", J. Financial Economics 3 (1976), 167-179:
 *   call = F N(d1) - K N(d2), put = K N(-d2) - F N(-d1), d1,2 = ln(F/K)/v +- v/2, v = sigma sqrt T.
 *
 * How it is computed. With h = |ln(F/K)|/v, t = v/2, a = h + t, b = h - t, m = min(F, K) and the
 * scaled Mills ratio X(z) = 2 N(-z) exp(z^2/2), the identity F n(d1) = K n(d2) gives the value of
 * the option that is out of the money as
 *   b >= 0:     m exp(-b^2/2) (X(b) - X(a)) / 2
 *   b <  0: m - m exp(-b^2/2) (X(-b) + X(a)) / 2
 * with one exponential; the other option is that plus |F - K|. So parity is exact but for the last
 * rounding, a far option keeps its relative accuracy, and nothing is ever below intrinsic.
 */
#ifndef HPM_PRICE_BLACK76_H
#define HPM_PRICE_BLACK76_H

#include "math/elementary.h"

/* From here on a call is worth F and a put K: N(-12) is far below half an ULP of 1. */
#define HPM_BLACK76_VOL_MAX 24.0

/* |ln(F/K)| for F, K from 1e-300 to 1e300. Anything smaller, zero too, gives some finite number. */
HPM_INLINE double hpm_log_moneyness(double forward, double strike)
{
    /* A zero forward must still have an exponent: below, `near` would wrap and 0/0 arise. */
    double f = forward < DBL_MIN ? DBL_MIN : forward;
    /* k: the difference of the bit patterns, in exponents, rounded; K 2^k is within f/1.5, 1.5 f.
     */
    uint64_t strike_bits = hpm_bits_of(strike);
    uint64_t steps = hpm_bits_of(f) - strike_bits + 0x0008000000000000;
    double near = hpm_double_of(strike_bits + (steps & 0xfff0000000000000));
    double k = hpm_small_to_double((steps + 0x8000000000000000) >> 52) - 2048;
    /* f - K 2^k is exact, so F near K loses nothing. */
    double s = (f - near) / (f + near);
    double z = s * s;
    double series = fma(s * z, hpm_log_poly(z), 2 * s);
    return fabs(fma(k, HPM_LN2, fma(k, HPM_LN2_REST, series)));
}

/* Value, before discounting, of one unit of a call (sign +1) or a put (sign -1).
 *
 * Domain: forward and strike 0 or from 1e-300 to 1e300, total_vol = sigma sqrt(T) >= 0; a NaN or a
 * negative argument gives NaN. 0 <= call <= forward, 0 <= put <= strike, always.
 * Edges: total_vol = 0 gives max(sign (F - K), 0); strike = 0 gives call F, put 0; forward = 0
 * gives call 0, put K; total_vol >= 24, infinity too, gives call F, put K. Error: within 4e-16
 * max(F, K) absolute, and see docs for the relative error of far options; an option with b > 37.5
 * (value below 1e-306 m) counts as worthless. */
HPM_INLINE double hpm_black76(double forward, double strike, double total_vol, double sign)
{
    double smaller = forward < strike ? forward : strike;
    /* At 1e-300 the formula returns exactly 0 for what is out of the money, so 0 needs no case. */
    double vol = total_vol < 1e-300 ? 1e-300 : total_vol;
    vol = vol > HPM_BLACK76_VOL_MAX ? HPM_BLACK76_VOL_MAX : vol;
    double h = hpm_log_moneyness(forward, strike) / vol;
    h = h > 50 ? 50 : h;
    double a = fma(0.5, vol, h);
    double b = fma(-0.5, vol, h);
    double z = fabs(b);

    double pa = hpm_mills_numerator(a);
    double qa = hpm_mills_denominator(a);
    double pb = hpm_mills_numerator(z);
    double qb = hpm_mills_denominator(z);
    /* Not fused: both products must round alike, so that equal ratios cancel to exactly 0. */
    double pb_qa = pb * qa;
    double pa_qb = pa * qb;
    double difference = ((b < 0 ? -pb_qa : pb_qa) - pa_qb) / (qa * qb);
    double weight = 0.5 * smaller * hpm_exp_normal(-0.5 * b * b);
    double out = fma(weight, difference, b < 0 ? smaller : 0);
    out = out < 0 ? 0 : out;
    out = b > 37.5 ? 0 : out;
    out = total_vol >= HPM_BLACK76_VOL_MAX ? smaller : out;

    double intrinsic = sign * (forward - strike);
    intrinsic = intrinsic < 0 ? 0 : intrinsic;
    double value = out + intrinsic;
    double cap = sign > 0 ? forward : strike;
    value = value > cap ? cap : value;
    double lowest = total_vol < smaller ? total_vol : smaller;
    return lowest < 0 ? (double)NAN : value;
}

#endif
