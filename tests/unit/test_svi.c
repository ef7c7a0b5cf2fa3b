/* Raw SVI slices: derivatives against differences, the density's sign on the known bad slice. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "hpm/svi.h"
#include "market/svi_variance.h"

/* A. Vogt's slice, of which Gatheral and Jacquier (2014, section 3) print the parameters and the
 * negative density; and theirs of section 5.1 that mends it, in whole digits as printed. */
static const hpm_svi vogt = {-0.0410, 0.1331, 0.3060, 0.3586, 0.4153};

static void test_by_hand(void **state)
{
    (void)state;
    /* x = 0.3, root = sqrt(0.09 + 0.16) = 0.5: w = 0.04 + 0.1 (-0.5 * 0.3 + 0.5) = 0.075,
     * w' = 0.1 (-0.5 + 0.6) = 0.01, w'' = 0.1 * 0.16 / 0.125 = 0.128. */
    const hpm_svi svi = {0.04, 0.1, -0.5, 0.1, 0.4};
    hpm_svi_point p = hpm_svi_at(&svi, 0.4);
    assert_true(fabs(p.variance - 0.075) < 1e-15);
    assert_true(fabs(p.slope - 0.01) < 1e-15);
    assert_true(fabs(p.curvature - 0.128) < 1e-15);
    /* (1 - 0.4 * 0.01 / 0.15)^2 - 0.000025 (1 / 0.075 + 0.25) + 0.064 */
    double g = (1 - 0.004 / 0.15) * (1 - 0.004 / 0.15) - 0.000025 * (1 / 0.075 + 0.25) + 0.064;
    assert_true(fabs(hpm_svi_density(&svi, 0.4) - g) < 1e-14);
}

static void test_variance_alone(void **state)
{
    (void)state;
    for (double k = -2; k <= 2; k += 0.13)
        assert_true(svi_variance(&vogt, k) == hpm_svi_at(&vogt, k).variance);
}

static void test_derivatives(void **state)
{
    (void)state;
    const double h = 1e-5;
    for (double k = -2; k <= 2; k += 0.13) {
        hpm_svi_point p = hpm_svi_at(&vogt, k);
        hpm_svi_point up = hpm_svi_at(&vogt, k + h), down = hpm_svi_at(&vogt, k - h);
        assert_true(fabs((up.variance - down.variance) / (2 * h) - p.slope) < 1e-9);
        assert_true(fabs((up.slope - down.slope) / (2 * h) - p.curvature) < 1e-8);
    }
}

static void test_vogt(void **state)
{
    (void)state;
    double k;
    assert_true(hpm_svi_is_valid(&vogt));
    double least = hpm_svi_least_density(&k, &vogt, 6, 400);
    assert_true(least < 0 && k > 0.5 && k < 1.5); /* their figure 1: negative about k = 0.8 */
    /* A smaller level of the same smile is worse, a flat one is no arbitrage. */
    const hpm_svi flat = {0.04, 0, 0, 0, 1};
    assert_true(hpm_svi_least_density(&k, &flat, 6, 400) > 0);
    const hpm_svi steep = {0.1, 1.5, 0.5, 0, 1};
    assert_true(hpm_svi_least_density(&k, &steep, 6, 400) == -1);
}

static void test_ranges(void **state)
{
    (void)state;
    const hpm_svi good = {0.04, 0.1, -0.5, 0.1, 0.4};
    assert_true(hpm_svi_is_valid(&good));
    hpm_svi bad[] = {good, good, good, good, good, good};
    bad[0].b = -0.1;
    bad[1].rho = 1;
    bad[2].sigma = 0;
    bad[3].a = -0.1; /* the bottom is at a + 0.1 * 0.4 * sqrt(0.75) */
    bad[4].m = NAN;
    bad[5].a = INFINITY;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(hpm_svi_is_valid(&bad[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_hand),     cmocka_unit_test(test_variance_alone),
        cmocka_unit_test(test_derivatives), cmocka_unit_test(test_vogt),
        cmocka_unit_test(test_ranges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
