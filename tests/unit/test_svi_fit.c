/* The fit of raw SVI slices: synthetic smiles recovered, outliers, order, refusals. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hpm/svi_fit.h"
#include "math/rng.h"

#define QUOTES 20

typedef struct smile {
    double k[QUOTES], w[QUOTES], margin[QUOTES];
    hpm_svi truth;
    double deviation; /* at the money */
} smile;

static double between(hpm_rng *random, double low, double high)
{
    return low + (high - low) * hpm_rng_real(random);
}

/* Twenty strikes within two and a half standard deviations, volatilities of 20 to 100 % and
 * expiries of a day to a year. */
static int seeded_smile(smile *s, hpm_rng *random)
{
    double tau = exp(between(random, log(0.003), log(1))), vol = between(random, 0.2, 1);
    double d = vol * sqrt(tau);
    hpm_svi p = {0, d * between(random, 0.2, 1), between(random, -0.6, 0.6),
                 d * between(random, -0.5, 0.5), d * between(random, 0.3, 1.5)};
    p.a = d * d - hpm_svi_at(&p, 0).variance;
    s->truth = p;
    s->deviation = d;
    for (int i = 0; i < QUOTES; i++) {
        s->k[i] = d * (-2.5 + 5.0 * i / (QUOTES - 1));
        s->w[i] = hpm_svi_at(&p, s->k[i]).variance;
        s->margin[i] = 0.01 * sqrt(fabs(s->w[i]) * tau) + 1e-9;
    }
    return hpm_svi_is_valid(&p);
}

static hpm_svi_quotes quotes_of(const smile *s)
{
    return (hpm_svi_quotes){QUOTES, s->k, s->w, s->margin, NULL};
}

static hpm_svi fit(const hpm_svi_quotes *quotes, const hpm_svi *start)
{
    hpm_svi out;
    hpm_error error;
    assert_int_equal(hpm_svi_fit(&out, NULL, quotes, start, &error), HPM_OK);
    assert_true(hpm_svi_is_valid(&out));
    return out;
}

static double distance(const hpm_svi *got, const smile *s)
{
    double d = s->deviation, worst = fabs(got->a - s->truth.a) / (d * d);
    worst = fmax(worst, fabs(got->b - s->truth.b) / s->truth.b);
    worst = fmax(worst, fabs(got->rho - s->truth.rho));
    worst = fmax(worst, fabs(got->m - s->truth.m) / d);
    return fmax(worst, fabs(got->sigma - s->truth.sigma) / d);
}

static void test_recovered(void **state)
{
    (void)state;
    hpm_rng random = {5};
    double worst = 0;
    int tried = 0;
    for (int i = 0; i < 2000; i++) {
        smile s;
        if (!seeded_smile(&s, &random)) continue;
        hpm_svi_quotes quotes = quotes_of(&s);
        hpm_svi got = fit(&quotes, NULL);
        worst = fmax(worst, distance(&got, &s));
        hpm_svi again = fit(&quotes, &got);
        worst = fmax(worst, distance(&again, &s));
        tried++;
    }
    print_message("%d slices recovered to %.1e\n", tried, worst);
    assert_true(tried > 1000);
    assert_true(worst < 1e-8);
}

/* Two quotes far off move the rest by less than the spread, and one of no weight by nothing. */
static void test_outliers(void **state)
{
    (void)state;
    hpm_rng random = {9};
    smile s;
    while (!seeded_smile(&s, &random))
        continue;
    hpm_svi_quotes quotes = quotes_of(&s);
    double weight[QUOTES];
    for (int i = 0; i < QUOTES; i++)
        weight[i] = 1;
    quotes.weight = weight;
    s.w[4] *= 3;
    weight[4] = 0;
    hpm_svi got = fit(&quotes, NULL);
    assert_true(distance(&got, &s) < 1e-8);
    weight[4] = 1;
    s.w[13] *= 0.5;
    got = fit(&quotes, NULL);
    for (int i = 0; i < QUOTES; i++) {
        double off =
            fabs(hpm_svi_at(&got, s.k[i]).variance - hpm_svi_at(&s.truth, s.k[i]).variance);
        assert_true(off < s.margin[i]);
    }
}

static void test_refused(void **state)
{
    (void)state;
    hpm_rng random = {3};
    smile s;
    hpm_svi out;
    hpm_error error;
    while (!seeded_smile(&s, &random))
        continue;
    hpm_svi_quotes quotes = quotes_of(&s);
    quotes.count = 4;
    assert_int_equal(hpm_svi_fit(&out, NULL, &quotes, NULL, &error), HPM_E_LIMIT);
    quotes.count = 0;
    assert_int_equal(hpm_svi_fit(&out, NULL, &quotes, NULL, &error), HPM_E_LIMIT);
    quotes.count = QUOTES;
    for (int i = 0; i < QUOTES; i++)
        s.k[i] = i < 16 ? 0 : s.k[i]; /* five strikes still, among twenty quotes */
    assert_int_equal(hpm_svi_fit(&out, NULL, &quotes, NULL, &error), HPM_OK);
    s.k[16] = 0;
    assert_int_equal(hpm_svi_fit(&out, NULL, &quotes, NULL, &error), HPM_E_LIMIT);
    double *const fields[] = {&s.w[7], &s.w[7], &s.margin[7], &s.k[7], &s.w[7]};
    const double values[] = {0, NAN, 0, INFINITY, 1e300};
    for (size_t i = 0; i < 5; i++) {
        double before = *fields[i];
        *fields[i] = values[i];
        assert_int_equal(hpm_svi_fit(&out, NULL, &quotes, NULL, &error), HPM_E_RANGE);
        assert_non_null(strstr(error.message, "quote 7"));
        *fields[i] = before;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_recovered),
        cmocka_unit_test(test_outliers),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
