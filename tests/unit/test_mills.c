/* Differences of the Mills ratio against MPFR: relative accuracy however close the arguments. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "math/mills.h"
#include "oracle.h"

/* R(z) = erfc(z / sqrt 2) exp(z^2 / 2) / 2. */
static void oracle_mills(mpfr_t out, mpfr_t z)
{
    mpfr_t bell;
    mpfr_init2(bell, ORACLE_BITS);
    mpfr_sqr(bell, z, MPFR_RNDN);
    mpfr_div_ui(bell, bell, 2, MPFR_RNDN);
    mpfr_exp(bell, bell, MPFR_RNDN);
    mpfr_neg(out, z, MPFR_RNDN);
    oracle_norm_cdf_in_place(out);
    mpfr_mul(out, out, bell, MPFR_RNDN);
    mpfr_clear(bell);
}

/* (R(b) - R(a)) / (a - b), for a != b. */
static void oracle_slope(mpfr_t out, double a, double b)
{
    mpfr_t x, y;
    mpfr_inits2(ORACLE_BITS, x, y, (mpfr_ptr)0);
    mpfr_set_d(x, a, MPFR_RNDN);
    mpfr_set_d(y, b, MPFR_RNDN);
    oracle_mills(out, y);
    oracle_mills(y, x);
    mpfr_sub(out, out, y, MPFR_RNDN);
    mpfr_sub_d(x, x, b, MPFR_RNDN);
    mpfr_div(out, out, x, MPFR_RNDN);
    mpfr_clears(x, y, (mpfr_ptr)0);
}

static double slope_error(double a, double b)
{
    mpfr_t exact;
    mpfr_init2(exact, ORACLE_BITS);
    oracle_slope(exact, a, b);
    double value = mpfr_get_d(exact, MPFR_RNDN);
    double error = oracle_distance(hpm_mills_slope(a, b), exact) / value;
    mpfr_clear(exact);
    return error;
}

static double gap_error(double x)
{
    mpfr_t exact, z;
    mpfr_inits2(ORACLE_BITS, exact, z, (mpfr_ptr)0);
    mpfr_set_d(z, x, MPFR_RNDN);
    oracle_mills(exact, z);
    mpfr_d_sub(exact, 0.5, exact, MPFR_RNDN);
    double value = mpfr_get_d(exact, MPFR_RNDN);
    double error = oracle_distance(hpm_mills_gap_of(x), exact) / value;
    mpfr_clears(exact, z, (mpfr_ptr)0);
    return error;
}

static double worse(double worst, double error)
{
    return !(error <= worst) ? error : worst;
}

static void test_slope(void **state)
{
    (void)state;
    const double widths[] = {1e-12, 1e-6, 1e-3, 0.1, 1, 10};
    double at_zero = 0, near = 0, beyond = 0;
    for (int i = 0; i <= 600; i++) {
        double b = i <= 300 ? i / 1000.0 : 0.3 + (i - 300) * 0.125;
        for (int k = 0; k < 6; k++) {
            double a = b + widths[k];
            double error = slope_error(a, b);
            if (b < 0.02)
                at_zero = worse(at_zero, error);
            else if (b < 0.1)
                near = worse(near, error);
            else
                beyond = worse(beyond, error);
        }
    }
    print_message("slope of the Mills ratio: %.1e below 0.02, %.1e to 0.1, %.1e beyond\n", at_zero,
                  near, beyond);
    assert_true(at_zero < 2e-14 && near < 8e-15 && beyond < 4e-15);
}

static void test_gap(void **state)
{
    (void)state;
    double near = 0, beyond = 0;
    for (double x = 1e-15; x < 60; x *= 1.07) {
        double error = gap_error(x);
        if (x < 0.1)
            near = worse(near, error);
        else
            beyond = worse(beyond, error);
    }
    print_message("1/2 less the Mills ratio: %.1e below 0.1, %.1e beyond\n", near, beyond);
    assert_true(near < 2e-14 && beyond < 2e-15);
    assert_true(hpm_mills_gap_of(0) == 0);
}

/* What is proved of the tables by their signs: no term is negative. */
static void test_signs(void **state)
{
    (void)state;
    for (int i = 0; i < 10; i++) {
        assert_true(hpm_mills_gap[i] > 0);
        for (int k = 0; k < 10; k++) {
            assert_true(hpm_mills_bezout[i][k] > 0);
            assert_true(hpm_mills_bezout[i][k] == hpm_mills_bezout[k][i]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_slope),
        cmocka_unit_test(test_gap),
        cmocka_unit_test(test_signs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
