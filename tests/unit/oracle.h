/* What the tests of math/ and price/ compare with: MPFR at 160 bits, ULPs, a seeded generator. */
#ifndef HPM_TESTS_ORACLE_H
#define HPM_TESTS_ORACLE_H

#include <math.h>
#include <mpfr.h>
#include <stdint.h>
#include <stdio.h>

#define ORACLE_BITS 160

typedef void (*oracle_function)(mpfr_t out, double x);

static inline uint64_t oracle_random(uint64_t *state) /* splitmix64, Steele et al. 2014 */
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

static inline double oracle_uniform(uint64_t *state, double low, double high)
{
    return low + (high - low) * ((double)(oracle_random(state) >> 11) * 0x1p-53);
}

/* The gap between doubles at |x|. */
static inline double oracle_ulp(double x)
{
    x = fabs(x);
    if (x < 0x1p-1022) return 0x1p-1074;
    int exponent;
    frexp(x, &exponent);
    return ldexp(1.0, exponent - 53);
}

/* |got - exact|, as a double. */
static inline double oracle_distance(double got, mpfr_t exact)
{
    mpfr_t d;
    mpfr_init2(d, ORACLE_BITS);
    mpfr_set_d(d, got, MPFR_RNDN);
    mpfr_sub(d, d, exact, MPFR_RNDN);
    double distance = fabs(mpfr_get_d(d, MPFR_RNDN));
    mpfr_clear(d);
    return distance;
}

static inline double oracle_ulps(double got, mpfr_t exact)
{
    double nearest = mpfr_get_d(exact, MPFR_RNDN);
    if (isinf(nearest) || isinf(got)) return got == nearest ? 0 : INFINITY;
    return oracle_distance(got, exact) / oracle_ulp(nearest);
}

static inline void oracle_exp(mpfr_t out, double x)
{
    mpfr_set_d(out, x, MPFR_RNDN);
    mpfr_exp(out, out, MPFR_RNDN);
}

static inline void oracle_expm1(mpfr_t out, double x)
{
    mpfr_set_d(out, x, MPFR_RNDN);
    mpfr_expm1(out, out, MPFR_RNDN);
}

static inline void oracle_log(mpfr_t out, double x)
{
    mpfr_set_d(out, x, MPFR_RNDN);
    mpfr_log(out, out, MPFR_RNDN);
}

/* out = N(x), from x already in out. */
static inline void oracle_norm_cdf_in_place(mpfr_t out)
{
    mpfr_t root;
    mpfr_init2(root, ORACLE_BITS);
    mpfr_sqrt_ui(root, 2, MPFR_RNDN);
    mpfr_div(out, out, root, MPFR_RNDN);
    mpfr_neg(out, out, MPFR_RNDN);
    mpfr_erfc(out, out, MPFR_RNDN);
    mpfr_div_ui(out, out, 2, MPFR_RNDN);
    mpfr_clear(root);
}

static inline void oracle_norm_cdf(mpfr_t out, double x)
{
    mpfr_set_d(out, x, MPFR_RNDN);
    oracle_norm_cdf_in_place(out);
}

static inline void oracle_norm_pdf(mpfr_t out, double x)
{
    mpfr_t pi;
    mpfr_init2(pi, ORACLE_BITS);
    mpfr_const_pi(pi, MPFR_RNDN);
    mpfr_mul_ui(pi, pi, 2, MPFR_RNDN);
    mpfr_sqrt(pi, pi, MPFR_RNDN);
    mpfr_set_d(out, x, MPFR_RNDN);
    mpfr_sqr(out, out, MPFR_RNDN);
    mpfr_div_si(out, out, -2, MPFR_RNDN);
    mpfr_exp(out, out, MPFR_RNDN);
    mpfr_div(out, out, pi, MPFR_RNDN);
    mpfr_clear(pi);
}

/* Black 1976 as printed: K, F > 0 and v > 0. */
static inline void oracle_black76(mpfr_t out, double forward, double strike, double vol,
                                  double sign)
{
    mpfr_t d1, d2;
    mpfr_inits2(ORACLE_BITS, d1, d2, (mpfr_ptr)0);
    mpfr_set_d(d1, forward, MPFR_RNDN);
    mpfr_div_d(d1, d1, strike, MPFR_RNDN);
    mpfr_log(d1, d1, MPFR_RNDN);
    mpfr_div_d(d1, d1, vol, MPFR_RNDN);
    mpfr_set_d(d2, vol, MPFR_RNDN);
    mpfr_div_ui(d2, d2, 2, MPFR_RNDN);
    mpfr_add(d1, d1, d2, MPFR_RNDN);
    mpfr_sub_d(d2, d1, vol, MPFR_RNDN);
    mpfr_mul_d(d1, d1, sign, MPFR_RNDN);
    mpfr_mul_d(d2, d2, sign, MPFR_RNDN);
    oracle_norm_cdf_in_place(d1);
    oracle_norm_cdf_in_place(d2);
    mpfr_mul_d(d1, d1, forward, MPFR_RNDN);
    mpfr_mul_d(d2, d2, strike, MPFR_RNDN);
    mpfr_sub(out, d1, d2, MPFR_RNDN);
    mpfr_mul_d(out, out, sign, MPFR_RNDN);
    mpfr_clears(d1, d2, (mpfr_ptr)0);
}

#endif
