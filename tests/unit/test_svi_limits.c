/* Slices within limits: breaches by hand, and repairs of butterfly and calendar arbitrage. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "hpm/svi_fit.h"
#include "surface/svi_limits.h"

#define QUOTES 25
#define PLACES 241

typedef struct smile {
    double k[QUOTES], w[QUOTES], margin[QUOTES], places[PLACES];
} smile;

/* Quotes on a slice from -reach to reach, each good to one per cent of its variance. */
static hpm_svi_quotes quotes_on(smile *s, const hpm_svi *svi, double reach)
{
    for (int i = 0; i < QUOTES; i++) {
        s->k[i] = reach * (2.0 * i / (QUOTES - 1) - 1);
        s->w[i] = hpm_svi_at(svi, s->k[i]).variance;
        s->margin[i] = 0.01 * s->w[i];
    }
    for (int i = 0; i < PLACES; i++)
        s->places[i] = 2 * reach * (2.0 * i / (PLACES - 1) - 1);
    return (hpm_svi_quotes){QUOTES, s->k, s->w, s->margin, NULL};
}

static void test_breaches(void **state)
{
    (void)state;
    /* Flat slices of variance 0.04 and 0.05, and one with wings of slope 0.1 and 0.3. */
    const hpm_svi low = {0.04, 0, 0, 0, 1}, high = {0.05, 0, 0, 0, 1};
    const hpm_svi winged = {0.04, 0.2, 0.5, 0, 0.1};
    const double at[] = {0};
    hpm_svi_limits limits = {.count = 1, .log_moneyness = at, .before = &high};
    assert_true(fabs(hpm_svi_breach(&low, &limits) - 0.25) < 1e-15); /* 0.01 of 0.04 */
    assert_true(hpm_svi_breach(&high, &limits) == 0);
    limits = (hpm_svi_limits){.count = 1, .log_moneyness = at, .after = &low};
    assert_true(fabs(hpm_svi_breach(&high, &limits) - 0.2) < 1e-15); /* 0.01 of 0.05 */
    /* Slopes: all of 0.1 and 0.3 is missing to a flat slice. */
    limits = (hpm_svi_limits){.count = 0, .before = &winged};
    assert_true(fabs(hpm_svi_breach(&high, &limits) - 1) < 1e-15);
    limits = (hpm_svi_limits){.count = 0, .after = &winged};
    assert_true(hpm_svi_breach(&low, &limits) == 0);
    /* The density of a flat slice is 1 everywhere. */
    limits = (hpm_svi_limits){.reach = 1, .points = 5};
    assert_true(hpm_svi_breach(&low, &limits) == 0);
    for (size_t i = 0; i < svi_breach_count(&limits); i++)
        assert_true(svi_breach(&low, &limits, i, 0) == 0);
}

/* A. Vogt's slice has a negative density; what mends it stays within some per cent of its variance.
 */
static void test_butterfly(void **state)
{
    (void)state;
    const hpm_svi vogt = {-0.0410, 0.1331, 0.3060, 0.3586, 0.4153};
    smile s;
    hpm_svi_quotes quotes = quotes_on(&s, &vogt, 1.5);
    hpm_svi_limits limits = {.reach = 1.5, .points = 121};
    hpm_svi svi;
    hpm_error error;
    hpm_svi_fit_report report;
    double k;
    assert_int_equal(hpm_svi_fit(&svi, NULL, &quotes, NULL, &error), HPM_OK);
    assert_true(hpm_svi_breach(&svi, &limits) > 0.01);
    assert_true(hpm_svi_repair(&svi, &report, &quotes, &limits));
    assert_true(report.steps > 0 && report.cost > 0);
    assert_true(hpm_svi_least_density(&k, &svi, 1.5 / sqrt(hpm_svi_at(&svi, 0).variance), 1000) >=
                0);
    for (int i = 0; i < QUOTES; i++)
        assert_true(fabs(hpm_svi_at(&svi, s.k[i]).variance / s.w[i] - 1) < 0.25);
}

/* An expiry whose quotes say less variance in the wings than the one before it has. */
static void test_calendar(void **state)
{
    (void)state;
    const hpm_svi before = {0.01, 0.15, -0.2, 0, 0.1}, wanted = {0.035, 0.06, -0.2, 0, 0.1};
    smile s;
    hpm_svi_quotes quotes = quotes_on(&s, &wanted, 0.5);
    hpm_svi_limits limits = {PLACES, s.places, &before, NULL, 1, 81};
    hpm_svi svi;
    hpm_error error;
    assert_int_equal(hpm_svi_fit(&svi, NULL, &quotes, NULL, &error), HPM_OK);
    assert_true(hpm_svi_breach(&svi, &limits) > 0.1);
    assert_true(hpm_svi_repair(&svi, NULL, &quotes, &limits));
    for (double k = -3; k <= 3; k += 0.01)
        assert_true(hpm_svi_at(&svi, k).variance >= hpm_svi_at(&before, k).variance);
    /* The other way round: the earlier slice gives way. */
    quotes = quotes_on(&s, &before, 0.5);
    limits = (hpm_svi_limits){PLACES, s.places, NULL, &wanted, 1, 81};
    assert_int_equal(hpm_svi_fit(&svi, NULL, &quotes, NULL, &error), HPM_OK);
    assert_true(hpm_svi_repair(&svi, NULL, &quotes, &limits));
    for (double k = -3; k <= 3; k += 0.01)
        assert_true(hpm_svi_at(&svi, k).variance <= hpm_svi_at(&wanted, k).variance);
}

/* What keeps its limits is left as it is. */
static void test_untouched(void **state)
{
    (void)state;
    const hpm_svi good = {0.02, 0.1, -0.3, 0, 0.2};
    smile s;
    hpm_svi_quotes quotes = quotes_on(&s, &good, 0.4);
    hpm_svi_limits limits = {PLACES, s.places, NULL, NULL, 0.8, 81};
    hpm_svi svi = good;
    hpm_svi_fit_report report;
    assert_true(hpm_svi_repair(&svi, &report, &quotes, &limits));
    assert_true(report.steps == 0 && report.cost == 0);
    assert_true(svi.a == good.a && svi.b == good.b && svi.rho == good.rho && svi.m == good.m &&
                svi.sigma == good.sigma);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_breaches),
        cmocka_unit_test(test_butterfly),
        cmocka_unit_test(test_calendar),
        cmocka_unit_test(test_untouched),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
