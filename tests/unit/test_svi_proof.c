/* Tests of src/surface/svi_proof.c: proofs held against brute force on seeded slices. */
#include "check.h"

#include <math.h>
#include <stdio.h>

#include "math/rng.h"
#include "surface/svi_proof.h"

#define PLACES 4001

static double between(hpm_rng *random, double low, double high)
{
    return low + (high - low) * hpm_rng_real(random);
}

/* Expiries of a day to a year; some have arbitrage. */
static hpm_svi seeded(hpm_rng *random, double steepest)
{
    double d = between(random, 0.2, 1) * sqrt(exp(between(random, log(0.003), 0)));
    hpm_svi svi = {0, d * between(random, 0.2, steepest), between(random, -0.8, 0.8),
                   d * between(random, -0.7, 0.7), d * between(random, 0.2, 1.5)};
    svi.a = d * d - hpm_svi_at(&svi, 0).variance;
    return svi;
}

static double place(const hpm_svi *svi, int i)
{
    double reach = 12 * sqrt(hpm_svi_at(svi, 0).variance) + 4 * (fabs(svi->m) + svi->sigma);
    return reach * (2.0 * i / (PLACES - 1) - 1);
}

static int is_above_by_force(const hpm_svi *later, const hpm_svi *earlier)
{
    for (int i = 0; i < PLACES; i++) {
        double k = place(later, i);
        if (hpm_svi_at(later, k).variance < hpm_svi_at(earlier, k).variance) return 0;
    }
    return later->b * (1 + later->rho) >= earlier->b * (1 + earlier->rho) &&
           later->b * (1 - later->rho) >= earlier->b * (1 - earlier->rho);
}

/* What is proved is so; what is not proved is violated at the place that is named, but for a few
 * that touch within rounding. */
static void test_above(void **state)
{
    hpm_rng random = {20260205};
    int proved = 0, refuted = 0, undecided = 0;
    (void)state;
    for (int i = 0; i < 2000; i++) {
        hpm_svi earlier = seeded(&random, 1.4), later = earlier;
        later.a += fabs(earlier.a) * between(&random, -0.02, 0.3);
        later.b *= between(&random, 0.99, 1.2);
        later.rho += between(&random, -0.05, 0.05);
        later.m += earlier.sigma * between(&random, -0.1, 0.1);
        later.sigma *= between(&random, 0.95, 1.2);
        if (!hpm_svi_is_valid(&earlier) || !hpm_svi_is_valid(&later)) continue;
        double where;
        int above = svi_is_above(&later, &earlier, &where);
        double gap = hpm_svi_at(&later, where).variance - hpm_svi_at(&earlier, where).variance;
        proved += above;
        refuted += !above && gap < 0;
        undecided += !above && !(gap < 0);
        if (above) assert_true(is_above_by_force(&later, &earlier));
        if (!above && !(gap < 0) && is_above_by_force(&later, &earlier))
            fail_msg("case %d: no proof at %g", i, where);
    }
    print_message("above: %d proved, %d refuted, %d undecided\n", proved, refuted, undecided);
    assert_true(proved > 300 && refuted > 300 && undecided == 0);
}

static void test_above_edges(void **state)
{
    const hpm_svi svi = {0.04, 0.1, -0.5, 0.1, 0.4};
    hpm_svi higher = svi, steeper = svi, less = svi, lower = svi;
    double where;
    (void)state;
    higher.a = 0.04001; /* equal wings: the asymptotes differ */
    steeper.b = 0.1001;
    less.rho = -0.501; /* a flatter right wing: violated far out */
    lower.a = 0.04 - 1e-15;
    assert_true(svi_is_above(&svi, &svi, &where));
    assert_true(svi_is_above(&higher, &svi, &where));
    assert_false(svi_is_above(&svi, &higher, &where));
    assert_true(hpm_svi_at(&svi, where).variance < hpm_svi_at(&higher, where).variance);
    assert_true(svi_is_above(&steeper, &svi, &where));
    assert_false(svi_is_above(&less, &svi, &where));
    assert_true(where > 0.1);
    assert_true(hpm_svi_at(&less, where).variance < hpm_svi_at(&svi, where).variance);
    assert_false(svi_is_above(&lower, &svi, &where));
    const hpm_svi flat = {0.01, 0, 0, 0, 1}, flatter = {0.02, 0, 0, 0, 1};
    assert_true(svi_is_above(&flatter, &flat, &where));
    assert_true(svi_is_above(&svi, &flat, &where));
    assert_false(svi_is_above(&flat, &flatter, &where));
}

/* The two curves touch at one place where the violation is narrow: it is found. */
static void test_above_narrow(void **state)
{
    const hpm_svi flat = {0.04, 0, 0, 0, 1};
    (void)state;
    for (int i = 2; i < 12; i++) {
        double depth = pow(10, -i), where;
        hpm_svi dip = {0.04 - 1e-3 - depth, 0.1, 0, 0.3, 0.01};
        assert_false(svi_is_above(&dip, &flat, &where));
        assert_true(hpm_svi_at(&dip, where).variance < 0.04);
        dip.a = 0.04 - 1e-3 + depth;
        assert_true(svi_is_above(&dip, &flat, &where));
    }
}

static double least_by_force(const hpm_svi *svi)
{
    double least = svi->b * (1 + fabs(svi->rho)) > 2 ? -1 : 1;
    for (int i = 0; i < PLACES; i++)
        least = fmin(least, hpm_svi_density(svi, place(svi, i)));
    return least;
}

static void test_density(void **state)
{
    hpm_rng random = {73};
    int proved = 0, refuted = 0, undecided = 0;
    (void)state;
    for (int i = 0; i < 2000; i++) {
        hpm_svi svi = seeded(&random, 3);
        if (!hpm_svi_is_valid(&svi)) continue;
        double where, least = least_by_force(&svi);
        int good = svi_has_density(&svi, &where);
        int bad = svi.b * (1 + fabs(svi.rho)) > 2 || hpm_svi_density(&svi, where) < 0;
        proved += good;
        refuted += !good && bad;
        undecided += !good && !bad;
        if (good) assert_true(least >= 0);
        if (!good && !bad && least > 1e-6)
            fail_msg("case %d: least density %g not proved at %g", i, least, where);
    }
    print_message("density: %d proved, %d refuted, %d undecided\n", proved, refuted, undecided);
    assert_true(proved > 300 && refuted > 300 && undecided == 0);
}

static void test_density_edges(void **state)
{
    /* Vogt's slice (Gatheral and Jacquier 2014, section 3) and theirs that mends it. */
    const hpm_svi vogt = {-0.0410, 0.1331, 0.3060, 0.3586, 0.4153};
    const hpm_svi flat = {0.04, 0, 0, 0, 1}, nothing = {0, 0, 0, 0, 1};
    const hpm_svi two = {0.1, 4.0 / 3, 0.5, 0, 1}, steep = {0.1, 1.5, 0.5, 0, 1};
    double where;
    (void)state;
    assert_false(svi_has_density(&vogt, &where));
    assert_true(hpm_svi_density(&vogt, where) < 0);
    assert_true(svi_has_density(&flat, &where));
    assert_false(svi_has_density(&nothing, &where));
    assert_false(svi_has_density(&two, &where));
    assert_false(svi_has_density(&steep, &where));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_above),         cmocka_unit_test(test_above_edges),
        cmocka_unit_test(test_above_narrow),  cmocka_unit_test(test_density),
        cmocka_unit_test(test_density_edges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
