/* Tests of src/surface/ssvi.c: surfaces recovered, bounds kept, no arbitrage. */
#include "check.h"

#include <math.h>

#include "math/rng.h"
#include "surface/ssvi.h"
#include "surface/svi_proof.h"

enum { EXPIRIES = 6, STRIKES = 15 };

typedef struct surface {
    hpm_ssvi truth;
    ssvi_expiry expiries[EXPIRIES];
    double k[EXPIRIES][STRIKES], w[EXPIRIES][STRIKES], margin[EXPIRIES][STRIKES];
} surface;

static double between(hpm_rng *random, double low, double high)
{
    return low + (high - low) * hpm_rng_real(random);
}

static void seed(surface *s, hpm_rng *random)
{
    static const double taus[EXPIRIES] = {0.003, 0.02, 0.08, 0.25, 0.5, 1};
    double rho = between(random, -0.8, 0.8), q = between(random, 0.2, 0.99);
    double vol = between(random, 0.3, 1);
    s->truth = (hpm_ssvi){"X", rho, 2 * q / (1 + fabs(rho)), between(random, 0.05, 0.49), 0};
    for (int e = 0; e < EXPIRIES; e++) {
        double theta = vol * vol * taus[e] * between(random, 0.9, 1.1);
        hpm_svi slice = ssvi_slice(&s->truth, theta);
        s->expiries[e] =
            (ssvi_expiry){theta, taus[e], {STRIKES, s->k[e], s->w[e], s->margin[e], NULL}};
        for (int i = 0; i < STRIKES; i++) {
            s->k[e][i] = sqrt(theta) * (6.0 * i / (STRIKES - 1) - 3);
            s->w[e][i] = hpm_svi_at(&slice, s->k[e][i]).variance;
            s->margin[e][i] = 0.01 * theta;
        }
    }
}

/* The power law as it is written. */
static void test_slice(void **state)
{
    hpm_rng random = {5};
    (void)state;
    for (int i = 0; i < 100; i++) {
        surface s;
        seed(&s, &random);
        double rho = s.truth.rho, theta = between(&random, 0.001, 3);
        double phi = s.truth.eta / (pow(theta, s.truth.gamma) * pow(1 + theta, 1 - s.truth.gamma));
        hpm_svi slice = ssvi_slice(&s.truth, theta);
        for (double k = -2; k <= 2; k += 0.1) {
            double root = sqrt((phi * k + rho) * (phi * k + rho) + 1 - rho * rho);
            double w = 0.5 * theta * (1 + rho * phi * k + root);
            assert_true(fabs(hpm_svi_at(&slice, k).variance - w) < 1e-13 * (1 + theta));
        }
        assert_true(fabs(hpm_svi_at(&slice, 0).variance / theta - 1) < 1e-14);
    }
}

static void test_recovered(void **state)
{
    hpm_rng random = {11};
    (void)state;
    for (int i = 0; i < 300; i++) {
        surface s;
        hpm_ssvi found = {0};
        seed(&s, &random);
        ssvi_fit(&found, s.expiries, EXPIRIES);
        if (!(fabs(found.rho - s.truth.rho) < 1e-8 && fabs(found.eta - s.truth.eta) < 1e-8 &&
              fabs(found.gamma - s.truth.gamma) < 1e-8 && found.rmse < 1e-9))
            fail_msg("%d: %g %g %g instead of %g %g %g, rmse %g", i, found.rho, found.eta,
                     found.gamma, s.truth.rho, s.truth.eta, s.truth.gamma, found.rmse);
    }
}

/* One quote in five absurd: the others keep the smile. */
static void test_robust(void **state)
{
    hpm_rng random = {12};
    (void)state;
    for (int i = 0; i < 100; i++) {
        surface s;
        hpm_ssvi found = {0};
        seed(&s, &random);
        for (int e = 0; e < EXPIRIES; e++)
            for (int k = e % 5; k < STRIKES; k += 5)
                s.w[e][k] *= hpm_rng_below(&random, 2) ? 1.5 : 0.7;
        ssvi_fit(&found, s.expiries, EXPIRIES);
        assert_true(fabs(found.rho - s.truth.rho) < 0.05);
        assert_true(fabs(found.eta / s.truth.eta - 1) < 0.1);
    }
}

/* Whatever the quotes say, no expiry has butterfly arbitrage and none calendar arbitrage. */
static void test_no_arbitrage(void **state)
{
    hpm_rng random = {13};
    (void)state;
    for (int i = 0; i < 200; i++) {
        surface s;
        hpm_ssvi found = {0};
        double where;
        seed(&s, &random);
        for (int e = 0; e < EXPIRIES; e++) {
            s.expiries[e].theta *= between(&random, 0.3, 3);
            for (int k = 0; k < STRIKES; k++)
                s.w[e][k] *= between(&random, 0.5, 1.5) * (1 + 2 * fabs(s.k[e][k]));
        }
        ssvi_fit(&found, s.expiries, EXPIRIES);
        assert_true(found.gamma > 0 && found.gamma <= 0.5 && found.rmse > 0);
        assert_true(found.eta > 0 && found.eta * (1 + fabs(found.rho)) <= 2);
        for (int e = 0; e < EXPIRIES; e++) {
            double level = ssvi_level(s.expiries, EXPIRIES, (size_t)e);
            hpm_svi slice = ssvi_slice(&found, level), before = slice;
            assert_true(svi_has_density(&slice, &where));
            if (e > 0) before = ssvi_slice(&found, ssvi_level(s.expiries, EXPIRIES, (size_t)e - 1));
            assert_true(svi_is_above(&slice, &before, &where));
        }
    }
}

static void test_levels(void **state)
{
    const ssvi_expiry rising[] = {{.theta = 1}, {.theta = 2}, {.theta = 5}};
    const ssvi_expiry falling[] = {{.theta = 1}, {.theta = 5}, {.theta = 3}, {.theta = 4}};
    (void)state;
    for (size_t i = 0; i < 3; i++)
        assert_true(ssvi_level(rising, 3, i) == rising[i].theta);
    assert_true(ssvi_level(falling, 4, 0) == 1 && ssvi_level(falling, 4, 1) == 4);
    assert_true(ssvi_level(falling, 4, 2) == 4 && ssvi_level(falling, 4, 3) == 4.5);
}

static void take_strikes(surface *s, int e, size_t first, size_t count)
{
    s->expiries[e].quotes =
        (hpm_svi_quotes){count, s->k[e] + first, s->w[e] + first, s->margin[e] + first, NULL};
}

static void test_too_few(void **state)
{
    hpm_rng random = {3};
    surface s;
    hpm_ssvi found = {0};
    (void)state;
    seed(&s, &random);
    for (int e = 0; e < EXPIRIES; e++)
        take_strikes(&s, e, 0, e == 2 ? 2 : 0); /* in the far wing */
    take_strikes(&s, 1, 5, 4);                  /* at the money */
    ssvi_fit(&found, s.expiries, EXPIRIES);
    assert_true(isnan(found.rmse) && isnan(found.rho));
    take_strikes(&s, 3, 7, 1);
    ssvi_fit(&found, s.expiries, EXPIRIES);
    assert_true(found.rmse >= 0);
    ssvi_fit(&found, s.expiries, 0);
    assert_true(isnan(found.rmse));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_slice),  cmocka_unit_test(test_recovered),
        cmocka_unit_test(test_robust), cmocka_unit_test(test_no_arbitrage),
        cmocka_unit_test(test_levels), cmocka_unit_test(test_too_few),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
