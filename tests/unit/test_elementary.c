/* Accuracy of src/math/elementary.h against MPFR, and its edges. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "math/elementary.h"
#include "oracle.h"

typedef double (*tested_function)(double x);

typedef struct sweep {
    const char *name;
    tested_function function;
    oracle_function oracle;
    double low, high;
    int steps;    /* evenly spaced, then as many random ones */
    double bound; /* ULP: the largest error seen, rounded up */
} sweep;

static double call_exp(double x)
{
    return hpm_exp(x);
}
static double call_expm1(double x)
{
    return hpm_expm1(x);
}
static double call_log(double x)
{
    return hpm_log(x);
}
static double call_norm_cdf(double x)
{
    return hpm_norm_cdf(x);
}
static double call_norm_pdf(double x)
{
    return hpm_norm_pdf(x);
}

static double sweep_point(const sweep *s, int i, uint64_t *state)
{
    if (i <= s->steps) return s->low + (s->high - s->low) * i / s->steps;
    return oracle_uniform(state, s->low, s->high);
}

static void run_sweep(const sweep *s)
{
    uint64_t state = 20240229;
    double worst = 0, worst_x = 0;
    mpfr_t exact;
    mpfr_init2(exact, ORACLE_BITS);
    for (int i = 0; i <= 2 * s->steps; i++) {
        double x = sweep_point(s, i, &state);
        s->oracle(exact, x);
        double error = oracle_ulps(s->function(x), exact);
        if (!(error <= worst)) {
            worst = error;
            worst_x = x;
        }
    }
    mpfr_clear(exact);
    print_message("    %-8s [%10.4g, %10.4g]  %.3f ULP at %.17g\n", s->name, s->low, s->high, worst,
                  worst_x);
    assert_true(worst <= s->bound);
}

static void exp_is_accurate(void **context)
{
    (void)context;
    const sweep sweeps[] = {
        {"exp", call_exp, oracle_exp, -708, 709.7, 5000, 1.05},
        {"exp", call_exp, oracle_exp, -1, 1, 10000, 1.05},
        {"exp", call_exp, oracle_exp, -1e-8, 1e-8, 1000, 1.05},
        /* Subnormal results are rounded a second time. */
        {"exp", call_exp, oracle_exp, -745.2, -708, 20000, 1.1},
    };
    for (size_t i = 0; i < sizeof sweeps / sizeof *sweeps; i++)
        run_sweep(&sweeps[i]);
}

static void expm1_is_accurate(void **context)
{
    (void)context;
    const sweep sweeps[] = {
        {"expm1", call_expm1, oracle_expm1, -40, 709.7, 10000, 2.0},
        {"expm1", call_expm1, oracle_expm1, -2, 2, 20000, 2.0},
        {"expm1", call_expm1, oracle_expm1, -1e-3, 1e-3, 5000, 1.05},
        {"expm1", call_expm1, oracle_expm1, -1e-15, 1e-15, 2000, 1.05},
    };
    for (size_t i = 0; i < sizeof sweeps / sizeof *sweeps; i++)
        run_sweep(&sweeps[i]);
}

static void log_is_accurate(void **context)
{
    (void)context;
    const sweep sweeps[] = {
        {"log", call_log, oracle_log, 0.5, 2, 5000, 0.9},
        {"log", call_log, oracle_log, 1 - 1e-6, 1 + 1e-6, 5000, 0.9},
        {"log", call_log, oracle_log, 1e-3, 1e3, 10000, 0.9},
        {"log", call_log, oracle_log, 1, 1e300, 5000, 0.9},
        {"log", call_log, oracle_log, 0x1p-1074, 1e-307, 5000, 0.9},
    };
    for (size_t i = 0; i < sizeof sweeps / sizeof *sweeps; i++)
        run_sweep(&sweeps[i]);
}

static void norm_is_accurate(void **context)
{
    (void)context;
    const sweep sweeps[] = {
        {"norm_cdf", call_norm_cdf, oracle_norm_cdf, -37.5, -8, 3000, 8},
        {"norm_cdf", call_norm_cdf, oracle_norm_cdf, -8, 0, 5000, 5.5},
        {"norm_cdf", call_norm_cdf, oracle_norm_cdf, 0, 9, 3000, 2},
        {"norm_cdf", call_norm_cdf, oracle_norm_cdf, -1e-6, 1e-6, 1000, 2},
        {"norm_cdf", call_norm_cdf, oracle_norm_cdf, -39, -37.5, 500, 8},
        {"norm_pdf", call_norm_pdf, oracle_norm_pdf, -37.5, 37.5, 5000, 2.0},
        {"norm_pdf", call_norm_pdf, oracle_norm_pdf, -2, 2, 5000, 2.0},
    };
    for (size_t i = 0; i < sizeof sweeps / sizeof *sweeps; i++)
        run_sweep(&sweeps[i]);
}

/* Largest error over random x, p with |p ln x| <= reach. */
static double pow_error(double reach, uint64_t seed)
{
    double worst = 0;
    mpfr_t exact, power;
    mpfr_inits2(ORACLE_BITS, exact, power, (mpfr_ptr)0);
    for (int i = 0; i < 8000; i++) {
        double x = exp(oracle_uniform(&seed, -30, 30));
        double p = oracle_uniform(&seed, -reach, reach) / fmax(fabs(log(x)), 1e-3);
        mpfr_set_d(exact, x, MPFR_RNDN);
        mpfr_set_d(power, p, MPFR_RNDN);
        mpfr_pow(exact, exact, power, MPFR_RNDN);
        worst = fmax(worst, oracle_ulps(hpm_pow(x, p), exact));
    }
    mpfr_clears(exact, power, (mpfr_ptr)0);
    print_message("    pow      |p ln x| < %g  %.3f ULP\n", reach, worst);
    return worst;
}

static void pow_is_accurate(void **context)
{
    (void)context;
    assert_true(pow_error(5, 1) <= 1.1);
    assert_true(pow_error(700, 2) <= 80);
    assert_true(hpm_pow(30.0 / 7.0, 0.0) == 1);
    assert_true(hpm_pow(2, 10) == 1024);
    assert_true(hpm_pow(4, 0.5) == 2);
    assert_true(hpm_pow(0x1p-1074, 1) == 0x1p-1074);
}

static void edges_are_defined(void **context)
{
    (void)context;
    const double inf = INFINITY;
    assert_true(hpm_exp(0) == 1 && hpm_exp(-0.0) == 1);
    assert_true(hpm_exp(inf) == inf && hpm_exp(710) == inf && hpm_exp(1e300) == inf);
    assert_true(hpm_exp(-inf) == 0 && hpm_exp(-746) == 0 && hpm_exp(-1e300) == 0);
    assert_true(hpm_exp(709.782712893384) == exp(709.782712893384));
    assert_true(hpm_exp(-745.13) == 0x1p-1074);
    assert_true(isnan(hpm_exp(NAN)));

    assert_true(hpm_expm1(0) == 0 && signbit(hpm_expm1(-0.0)) && !signbit(hpm_expm1(0.0)));
    assert_true(hpm_expm1(inf) == inf && hpm_expm1(-inf) == -1 && hpm_expm1(-50) == -1);
    assert_true(hpm_expm1(0x1p-1074) == 0x1p-1074 && hpm_expm1(-0x1p-60) == -0x1p-60);
    assert_true(isnan(hpm_expm1(NAN)));

    assert_true(hpm_log(1) == 0 && hpm_log(inf) == inf && hpm_log(0) == -inf);
    assert_true(hpm_log(-0.0) == -inf && isnan(hpm_log(-1)) && isnan(hpm_log(-inf)));
    assert_true(isnan(hpm_log(NAN)));

    assert_true(isnan(hpm_pow(-1, 2)) && isnan(hpm_pow(NAN, 1)) && isnan(hpm_pow(2, NAN)));
    assert_true(hpm_pow(0, 2) == 0 && hpm_pow(0, -2) == inf && hpm_pow(0, 0) == 1);
    assert_true(hpm_pow(inf, 2) == inf && hpm_pow(inf, -2) == 0 && hpm_pow(inf, 0) == 1);
    assert_true(hpm_pow(10, 400) == inf && hpm_pow(10, -400) == 0);

    assert_true(hpm_norm_cdf(0) == 0.5 && hpm_norm_cdf(-0.0) == 0.5);
    assert_true(hpm_norm_cdf(inf) == 1 && hpm_norm_cdf(-inf) == 0 && hpm_norm_cdf(9) == 1);
    assert_true(hpm_norm_cdf(-39) == 0 && hpm_norm_cdf(-38) > 0 && isnan(hpm_norm_cdf(NAN)));
    assert_true(hpm_norm_pdf(inf) == 0 && hpm_norm_pdf(-inf) == 0 && isnan(hpm_norm_pdf(NAN)));
}

static void norm_cdf_never_falls(void **context)
{
    (void)context;
    /* Steps of 2^-12: rounding may not undo a step, nor cross the seam at 0. */
    double last = 0;
    for (int i = -39 * 4096; i <= 10 * 4096; i++) {
        double now = hpm_norm_cdf(i / 4096.0);
        assert_true(now >= last);
        last = now;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exp_is_accurate),      cmocka_unit_test(expm1_is_accurate),
        cmocka_unit_test(log_is_accurate),      cmocka_unit_test(norm_is_accurate),
        cmocka_unit_test(pow_is_accurate),      cmocka_unit_test(edges_are_defined),
        cmocka_unit_test(norm_cdf_never_falls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
