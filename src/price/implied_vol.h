/* The total volatility v = sigma sqrt T at which Black-76 gives a value: the inverse of black76.h.
 *
 * With L = |ln(F/K)|, a = L/v + v/2, b = L/v - v/2, m = min(F, K) and the Mills ratio R, the time
 * value as a share of m is
 *   g(v) = exp(-b^2/2) (R(b) - R(a))                                 b >= 0
 *        = G(c) + G(a) - expm1(-c^2/2) (R(c) + R(a))    c = -b > 0, G(x) = 1/2 - R(x)
 *        = 1 - exp(-c^2/2) (R(c) + R(a))
 * all of it without cancellation (math/mills.h), and so are its slope and curvature,
 *   g' = n(b),  g''/g' = ab/v =: q,  q' = -3 L^2/v^4 - 1/4.
 * b = 0 at v = sqrt(2L), where g = 1/2 - R(v): the value tells which side it is on.
 *
 * Four regions, each with an objective f(g) that is nearly straight in v, a first guess within some
 * 20 %, and two Householder steps of third order (error to its fourth power), which leave nothing:
 *   tail         (-ln(g/E))^(-1/2), E = min(L, 1): v L^-1 sqrt 2 far out; the guess is the rational
 *                quadratic through both ends with their slopes
 *   near, b > 0  g; the guess is that of a normal law, v (1 + h^2/2), h = L/v
 *   near, b < 0  g          } the guess has the value and slope of -ln(1-g) at b = 0, and its
 *   high         (-ln(1-g))^(1/2)  } growth v^2/8 far out
 * The transformations in the spirit of P. Jaeckel, "Let's be rational", Wilmott (2015) 40-53; g,
 * its regions, guesses and objectives are our own.
 *
 * Accuracy: relative error in v at most 2e-14 where b < 0.1 and v is small, 4e-15 elsewhere, plus
 * what one rounding of the value does to v. */
#ifndef HPM_PRICE_IMPLIED_VOL_H
#define HPM_PRICE_IMPLIED_VOL_H

#include "math/mills.h"
#include "price/black76.h"

#define HPM_SQRT_2PI 0x1.40d931ff62706p+1

/* Less than this share of min(F, K) is no time value: its inverse would overflow. */
#define HPM_IMPLIED_SHARE_LEAST 1e-300

/* Below this L the tail begins at h = 0.7, from there on at b = 0; E is continuous there. */
#define HPM_IMPLIED_NEAR 0.98
#define HPM_IMPLIED_TAIL 0.7

/* One option: L, the time value as a share of m, what is missing to m likewise, and R(sqrt(2L)). */
typedef struct hpm_implied {
    double log_moneyness;
    double share;
    double missing;
    double mills;
} hpm_implied;

enum {
    HPM_IMPLIED_IS_TAIL,
    HPM_IMPLIED_IS_NEAR_LOW,
    HPM_IMPLIED_IS_NEAR_HIGH,
    HPM_IMPLIED_IS_HIGH,
    HPM_IMPLIED_REGIONS,
};

/* What of a value is beyond what the option is in the money by. */
HPM_INLINE double hpm_implied_time_value(double forward, double strike, double value, double sign)
{
    double inside = sign * (forward - strike);
    return value - (inside > 0 ? inside : 0);
}

/* E, the unit of the tail. */
HPM_INLINE double hpm_implied_unit(double log_moneyness)
{
    return log_moneyness < 1 ? log_moneyness : 1;
}

/* q', from h = L/v. */
HPM_INLINE double hpm_implied_q_slope(double h, double v)
{
    return fma(-3 * (h / v), h / v, -0.25);
}

/* v after a step: ratios of f, f', f'', f''' at v, nu = -f/f'. */
HPM_INLINE double hpm_householder(double v, double nu, double second, double third)
{
    double top = fma(0.5 * nu, second, 1);
    double bottom = fma(nu, fma(nu, third * (1.0 / 6), second), 1);
    return fma(nu, top / bottom, v);
}

/* -ln(g/E) at h = 0.7 for L up to HPM_IMPLIED_NEAR, to 3e-5. */
HPM_INLINE double hpm_implied_tail_end(double log_moneyness)
{
    double p = fma(-0.003977127, log_moneyness, 0.146674);
    p = fma(p, log_moneyness, -0.5005438);
    return fma(p, log_moneyness, 1.589106);
}

/* -ln(g/E) where the tail begins. */
HPM_INLINE double hpm_implied_tail_start(const hpm_implied *o)
{
    double near = hpm_implied_tail_end(o->log_moneyness);
    double far = -hpm_log(0.5 - o->mills);
    return o->log_moneyness < HPM_IMPLIED_NEAR ? near : far;
}

/* -ln(share/E). */
HPM_INLINE double hpm_implied_depth(const hpm_implied *o)
{
    return hpm_log(hpm_implied_unit(o->log_moneyness) / o->share);
}

HPM_INLINE double hpm_implied_tail_guess(const hpm_implied *o, double depth)
{
    double l = o->log_moneyness;
    double start = hpm_implied_tail_start(o);
    int is_near = l < HPM_IMPLIED_NEAR;
    double v_end = is_near ? l / HPM_IMPLIED_TAIL : sqrt(2 * l);
    double b = is_near ? fma(-0.5 / HPM_IMPLIED_TAIL, l, HPM_IMPLIED_TAIL) : 0;
    /* With u = (-ln(g/E))^(-1/2): the slopes dv/du at 0 and at the end. */
    double unit = hpm_implied_unit(l);
    double u_end = 1 / sqrt(start);
    double g_over_slope = HPM_SQRT_2PI * unit * hpm_exp_normal(fma(0.5 * b, b, -start));
    double slope_end = 2 * start * sqrt(start) * g_over_slope;
    double slope_0 = l * 0.70710678118654752;
    double chord = v_end / u_end;
    double x = sqrt(start / depth);
    double bend = x * (1 - x);
    return v_end * fma(chord, x * x, slope_0 * bend) /
           fma(slope_0 + slope_end - 2 * chord, bend, chord);
}

HPM_INLINE double hpm_implied_tail_step(double v, const hpm_implied *o, double depth)
{
    double l = o->log_moneyness;
    double h = l / v;
    double b = fma(-0.5, v, h);
    double a = fma(0.5, v, h);
    double width = v * hpm_mills_slope(a, b);
    double unit = hpm_implied_unit(l);
    double y = fma(0.5 * b, b, hpm_log(unit / width));
    double r = 1 / (HPM_SQRT_2PI * width); /* g'/g = -y' */
    double q = a * b / v;
    double q_slope = hpm_implied_q_slope(h, v);
    double s = r / y;
    double qr = q - r;
    double nu = -2 * (depth - y) / ((depth + sqrt(y * depth)) * s);
    double second = fma(1.5, s, qr);
    double third = fma(3.75 * s, s, 4.5 * s * qr) + fma(qr, qr, fma(-r, qr, q_slope));
    return hpm_householder(v, nu, second, third);
}

HPM_INLINE double hpm_implied_near_low_guess(const hpm_implied *o)
{
    double l = o->log_moneyness;
    double c = HPM_SQRT_2PI * fma(0.5, l, o->share);
    double v = 0.5 * (c + sqrt(fma(c, c, -2 * l * l)));
    double most = sqrt(2 * l);
    return v < most ? v : most;
}

/* A step in g itself, of which the slope is exp(-b^2/2)/sqrt(2 pi). */
HPM_INLINE double hpm_implied_straight_step(double v, double gap, double h, double a, double b)
{
    double q = a * b / v;
    double q_slope = hpm_implied_q_slope(h, v);
    return hpm_householder(v, HPM_SQRT_2PI * gap, q, fma(q, q, q_slope));
}

HPM_INLINE double hpm_implied_near_low_step(double v, const hpm_implied *o)
{
    double h = o->log_moneyness / v;
    /* Rounding may put v a bit beyond sqrt(2L). */
    double b = fma(-0.5, v, h);
    b = b > 0 ? b : 0;
    double a = fma(0.5, v, h);
    /* (share - g) exp(b^2/2) */
    double gap = fma(o->share, hpm_exp_normal(0.5 * b * b), -v * hpm_mills_slope(a, b));
    return hpm_implied_straight_step(v, gap, h, a, b);
}

HPM_INLINE double hpm_implied_high_guess(const hpm_implied *o)
{
    double least = sqrt(2 * o->log_moneyness);
    double missing = 0.5 + o->mills; /* at b = 0 */
    double slope = 1 / (HPM_SQRT_2PI * missing);
    double rise = hpm_log(missing / o->missing);
    rise = rise > 0 ? rise : 0;
    /* slope d + d^2/8 = rise, without cancellation; and d is at least what g's slope there says. */
    double curved = 2 * rise / (slope + sqrt(fma(0.5, rise, slope * slope)));
    double straight = HPM_SQRT_2PI * (o->share - (0.5 - o->mills));
    return least + (curved > straight ? curved : straight);
}

HPM_INLINE double hpm_implied_near_high_step(double v, const hpm_implied *o)
{
    double h = o->log_moneyness / v;
    double c = fma(0.5, v, -h);
    c = c > 0 ? c : 0;
    double a = fma(0.5, v, h);
    double gaps = hpm_mills_gap_of(a) + hpm_mills_gap_of(c);
    double bell = hpm_expm1(-0.5 * c * c);
    double g = fma(bell, gaps - 1, gaps); /* R(c) + R(a) = 1 - gaps */
    return hpm_implied_straight_step(v, (o->share - g) / (1 + bell), h, a, -c);
}

HPM_INLINE double hpm_implied_high_step(double v, const hpm_implied *o, double depth)
{
    double h = o->log_moneyness / v;
    double c = fma(0.5, v, -h);
    c = c > 0 ? c : 0;
    double a = fma(0.5, v, h);
    double both = hpm_mills_numerator(a) / hpm_mills_denominator(a) +
                  hpm_mills_numerator(c) / hpm_mills_denominator(c);
    double y = fma(0.5 * c, c, -hpm_log(both));
    double r = 1 / (HPM_SQRT_2PI * both); /* y' */
    double q = -a * c / v;
    double q_slope = hpm_implied_q_slope(h, v);
    double s = r / y;
    double qr = q + r;
    double nu = 2 * (depth - y) / ((y + sqrt(y * depth)) * s);
    double second = fma(-0.5, s, qr);
    double third = fma(0.75 * s, s, -1.5 * s * qr) + fma(qr, qr, fma(r, qr, q_slope));
    return hpm_householder(v, nu, second, third);
}

/* From an option's value, not discounted; sign 1 for a call, -1 for a put. */
HPM_INLINE hpm_implied hpm_implied_of(double forward, double strike, double value, double sign)
{
    double smaller = forward < strike ? forward : strike;
    double time_value = hpm_implied_time_value(forward, strike, value, sign);
    double l = fabs(hpm_log_moneyness(forward, strike));
    double z = sqrt(2 * l);
    return (hpm_implied){l, time_value / smaller, (smaller - time_value) / smaller,
                         hpm_mills_numerator(z) / hpm_mills_denominator(z)};
}

/* One of the regions, for a share between 0 and 1. */
HPM_INLINE uint64_t hpm_implied_region(const hpm_implied *o)
{
    double tail = o->log_moneyness * hpm_exp_normal(-hpm_implied_tail_end(o->log_moneyness));
    int is_low = o->share < 0.5 - o->mills;
    int is_tail = o->log_moneyness >= HPM_IMPLIED_NEAR || o->share < tail;
    uint64_t low = is_tail ? HPM_IMPLIED_IS_TAIL : HPM_IMPLIED_IS_NEAR_LOW;
    uint64_t high = o->share > 0.5 ? HPM_IMPLIED_IS_HIGH : HPM_IMPLIED_IS_NEAR_HIGH;
    return is_low ? low : high;
}

HPM_INLINE double hpm_implied_tail(const hpm_implied *o)
{
    double depth = hpm_implied_depth(o);
    double v = hpm_implied_tail_guess(o, depth);
    v = hpm_implied_tail_step(v, o, depth);
    return hpm_implied_tail_step(v, o, depth);
}

HPM_INLINE double hpm_implied_near_low(const hpm_implied *o)
{
    double v = hpm_implied_near_low_step(hpm_implied_near_low_guess(o), o);
    return hpm_implied_near_low_step(v, o);
}

HPM_INLINE double hpm_implied_near_high(const hpm_implied *o)
{
    double v = hpm_implied_near_high_step(hpm_implied_high_guess(o), o);
    return hpm_implied_near_high_step(v, o);
}

HPM_INLINE double hpm_implied_high(const hpm_implied *o)
{
    double depth = -hpm_log(o->missing);
    double v = hpm_implied_high_step(hpm_implied_high_guess(o), o, depth);
    return hpm_implied_high_step(v, o, depth);
}

/* One option alone; its share lies in [1e-300, 1). */
HPM_INLINE double hpm_implied_total_vol(const hpm_implied *o)
{
    switch (hpm_implied_region(o)) {
    case HPM_IMPLIED_IS_TAIL:
        return hpm_implied_tail(o);
    case HPM_IMPLIED_IS_NEAR_LOW:
        return hpm_implied_near_low(o);
    case HPM_IMPLIED_IS_NEAR_HIGH:
        return hpm_implied_near_high(o);
    default:
        return hpm_implied_high(o);
    }
}

#endif
