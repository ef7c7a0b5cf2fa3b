/* The Black-76 core against MPFR: accuracy, parity, bounds, monotonicity and every edge. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "oracle.h"
#include "price/black76.h"
#include "price/inverse.h"
#include "price/linear.h"

#define FORWARD 100000.0

/* The textbook formula with libm: slow, obvious, and poor in the wings. */
static double textbook_black76(double forward, double strike, double vol, double sign)
{
    double d1 = log(forward / strike) / vol + vol / 2;
    double d2 = d1 - vol;
    double n1 = erfc(-sign * d1 / sqrt(2)) / 2;
    double n2 = erfc(-sign * d2 / sqrt(2)) / 2;
    return sign * (forward * n1 - strike * n2);
}

static void price_error_is_bounded_in_usd(void **context)
{
    (void)context;
    double worst = 0, worst_strike = 0, worst_vol = 0;
    mpfr_t exact;
    mpfr_init2(exact, ORACLE_BITS);
    for (int i = -60; i <= 60; i++)
        for (int j = 0; j <= 60; j++)
            for (int sign = -1; sign <= 1; sign += 2) {
                double strike = FORWARD * exp(i * abs(i) / 600.0); /* e^-6 .. e^6 */
                double vol = 1e-4 * exp(j * 12.2 / 60);            /* 1e-4 .. 20 */
                oracle_black76(exact, FORWARD, strike, vol, sign);
                double error = oracle_distance(hpm_black76(FORWARD, strike, vol, sign), exact);
                error /= fmax(1, strike / FORWARD);
                if (!(error <= worst)) {
                    worst = error;
                    worst_strike = strike;
                    worst_vol = vol;
                }
            }
    mpfr_clear(exact);
    print_message("    F = 100,000: %.3g USD at K = %.6g, v = %.3g\n", worst, worst_strike,
                  worst_vol);
    assert_true(worst <= 5e-11);
}

static void far_options_keep_relative_accuracy(void **context)
{
    (void)context;
    double worst = 0, worst_strike = 0, worst_vol = 0;
    uint64_t state = 7;
    mpfr_t exact;
    mpfr_init2(exact, ORACLE_BITS);
    for (int i = 0; i < 20000; i++) {
        /* Total volatility 0.5 % to 300 %, up to 12 deviations out of the money. */
        double vol = exp(oracle_uniform(&state, log(0.005), log(3)));
        double x = oracle_uniform(&state, -12, 12) * vol;
        double strike = FORWARD * exp(x);
        double sign = strike > FORWARD ? 1 : -1;
        oracle_black76(exact, FORWARD, strike, vol, sign);
        double value = mpfr_get_d(exact, MPFR_RNDN);
        double error = oracle_distance(hpm_black76(FORWARD, strike, vol, sign), exact) / value;
        /* Conditioning: deviations over volatility. */
        error /= 1 + fmax(1, fabs(x) / vol) / vol + x * x / (vol * vol);
        if (!(error <= worst)) {
            worst = error;
            worst_strike = strike;
            worst_vol = vol;
        }
    }
    mpfr_clear(exact);
    print_message("    relative error / (1 + max(1, h)/v + h^2): %.3g at K = %.6g, v = %.3g\n",
                  worst, worst_strike, worst_vol);
    assert_true(worst <= 1.2e-15);
}

static void agrees_with_the_textbook(void **context)
{
    (void)context;
    uint64_t state = 11;
    for (int i = 0; i < 20000; i++) {
        double strike = FORWARD * exp(oracle_uniform(&state, -1.5, 1.5));
        double vol = exp(oracle_uniform(&state, -5, 1));
        double sign = i % 2 ? 1 : -1;
        double expected = textbook_black76(FORWARD, strike, vol, sign);
        assert_true(fabs(hpm_black76(FORWARD, strike, vol, sign) - expected) < 1e-9);
    }
}

static void parity_and_bounds_hold(void **context)
{
    (void)context;
    uint64_t state = 3;
    double worst = 0;
    for (int i = 0; i < 200000; i++) {
        double forward = exp(oracle_uniform(&state, -12, 13));
        double strike = forward * exp(oracle_uniform(&state, -8, 8));
        double vol = exp(oracle_uniform(&state, -40, 3.5));
        double call = hpm_black76(forward, strike, vol, 1);
        double put = hpm_black76(forward, strike, vol, -1);
        assert_true(call >= fmax(forward - strike, 0) && call <= forward);
        assert_true(put >= fmax(strike - forward, 0) && put <= strike);
        double larger = fmax(forward, strike);
        worst = fmax(worst, fabs((call - put) - (forward - strike)) / oracle_ulp(larger));
    }
    print_message("    parity: %.2f ULP of max(F, K)\n", worst);
    assert_true(worst <= 1.5);
}

static void value_rises_with_vol(void **context)
{
    (void)context;
    /* Rounding noise is a few ULP of min(F, K); beyond that every step must rise. */
    const double strikes[] = {1, 50000, 90000, 99999, 100000, 100001, 120000, 400000, 1e9};
    for (size_t i = 0; i < sizeof strikes / sizeof *strikes; i++)
        for (int sign = -1; sign <= 1; sign += 2) {
            double noise =
                6 * oracle_ulp(fmin(FORWARD, strikes[i])) + oracle_ulp(fmax(FORWARD, strikes[i]));
            double last = hpm_black76(FORWARD, strikes[i], 0, sign);
            for (int j = 1; j <= 26000; j++) {
                double now = hpm_black76(FORWARD, strikes[i], j * 1e-3, sign);
                assert_true(now >= last - noise);
                last = now > last ? now : last;
            }
        }
}

static void no_volatility_gives_intrinsic(void **context)
{
    (void)context;
    const double vols[] = {0.0, -0.0, 0x1p-1074, 1e-310, 0x1p-1022, 1e-300, 1e-200, 1e-20};
    const double strikes[] = {1e-5, 99999, 100000, 100000 * (1 + 0x1p-52), 100001, 1e12};
    for (size_t i = 0; i < sizeof vols / sizeof *vols; i++)
        for (size_t j = 0; j < sizeof strikes / sizeof *strikes; j++) {
            double k = strikes[j];
            assert_true(hpm_black76(FORWARD, k, vols[i], 1) == fmax(FORWARD - k, 0));
            assert_true(hpm_black76(FORWARD, k, vols[i], -1) == fmax(k - FORWARD, 0));
        }
}

static void vast_volatility_gives_the_bounds(void **context)
{
    (void)context;
    const double vols[] = {24.0, nextafter(24, 25), 25, 1e10, 1e308, INFINITY};
    for (size_t i = 0; i < sizeof vols / sizeof *vols; i++) {
        assert_true(hpm_black76(FORWARD, 70000, vols[i], 1) == FORWARD);
        assert_true(hpm_black76(FORWARD, 70000, vols[i], -1) == 70000);
        assert_true(hpm_black76(1e-9, 1e12, vols[i], 1) == 1e-9);
    }
    /* No jump on the way there. */
    double below = nextafter(24, 0);
    assert_true(fabs(hpm_black76(FORWARD, 70000, below, 1) - FORWARD) < 1e-10);
    assert_true(fabs(hpm_black76(FORWARD, 70000, below, -1) - 70000) < 1e-10);
}

static void zero_strike_and_zero_forward(void **context)
{
    (void)context;
    const double vols[] = {0, 1e-300, 0.01, 0.5, 3, 23.9, 24, INFINITY};
    for (size_t i = 0; i < sizeof vols / sizeof *vols; i++) {
        assert_true(hpm_black76(FORWARD, 0, vols[i], 1) == FORWARD);
        assert_true(hpm_black76(FORWARD, 0, vols[i], -1) == 0);
        assert_true(hpm_black76(0, 70000, vols[i], 1) == 0);
        assert_true(hpm_black76(0, 70000, vols[i], -1) == 70000);
        assert_true(hpm_black76(0, 0, vols[i], 1) == 0);
        assert_true(hpm_black76(0, 0, vols[i], -1) == 0);
    }
}

static void extreme_arguments_stay_in_bounds(void **context)
{
    (void)context;
    const double sizes[] = {0, 0x1p-1074, 1e-310, 1e-300, 1e-10, 1, 1e10, 1e300, 8e307};
    const double vols[] = {0, 1e-310, 1e-16, 1e-3, 1, 10, 23.999, 24, 1e300};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (size_t j = 0; j < sizeof sizes / sizeof *sizes; j++)
            for (size_t k = 0; k < sizeof vols / sizeof *vols; k++) {
                double call = hpm_black76(sizes[i], sizes[j], vols[k], 1);
                double put = hpm_black76(sizes[i], sizes[j], vols[k], -1);
                assert_true(call >= 0 && call <= sizes[i]);
                assert_true(put >= 0 && put <= sizes[j]);
            }
}

static void nan_and_negative_give_nan(void **context)
{
    (void)context;
    for (int sign = -1; sign <= 1; sign += 2) {
        assert_true(isnan(hpm_black76(NAN, 1, 0.5, sign)));
        assert_true(isnan(hpm_black76(1, NAN, 0.5, sign)));
        assert_true(isnan(hpm_black76(1, 1, NAN, sign)));
        assert_true(isnan(hpm_black76(-1, 1, 0.5, sign)));
        assert_true(isnan(hpm_black76(1, -1, 0.5, sign)));
        assert_true(isnan(hpm_black76(1, 1, -0.5, sign)));
        assert_true(isnan(hpm_black76(-1, 1, 30, sign)));
    }
}

static void futures_profit(void **context)
{
    (void)context;
    assert_true(hpm_linear_pnl(101, 100) == 1 && hpm_linear_pnl(100, 100) == 0);
    assert_true(hpm_inverse_pnl(100, 100) == 0);
    uint64_t state = 5;
    mpfr_t exact, other;
    mpfr_inits2(ORACLE_BITS, exact, other, (mpfr_ptr)0);
    for (int i = 0; i < 20000; i++) {
        double forward0 = exp(oracle_uniform(&state, -10, 13));
        double forward = forward0 * (1 + oracle_uniform(&state, -0.9, 3) * (i % 2 ? 1 : 1e-9));
        mpfr_set_d(exact, forward0, MPFR_RNDN);
        mpfr_ui_div(exact, 1, exact, MPFR_RNDN);
        mpfr_set_d(other, forward, MPFR_RNDN);
        mpfr_ui_div(other, 1, other, MPFR_RNDN);
        mpfr_sub(exact, exact, other, MPFR_RNDN);
        assert_true(oracle_ulps(hpm_inverse_pnl(forward, forward0), exact) <= 3);
    }
    mpfr_clears(exact, other, (mpfr_ptr)0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(price_error_is_bounded_in_usd),
        cmocka_unit_test(far_options_keep_relative_accuracy),
        cmocka_unit_test(agrees_with_the_textbook),
        cmocka_unit_test(parity_and_bounds_hold),
        cmocka_unit_test(value_rises_with_vol),
        cmocka_unit_test(no_volatility_gives_intrinsic),
        cmocka_unit_test(vast_volatility_gives_the_bounds),
        cmocka_unit_test(zero_strike_and_zero_forward),
        cmocka_unit_test(extreme_arguments_stay_in_bounds),
        cmocka_unit_test(nan_and_negative_give_nan),
        cmocka_unit_test(futures_profit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
