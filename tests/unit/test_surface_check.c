/* Tests of src/surface/check.c: arbitrage found and told where, its absence proved. */
#include "check.h"

#include <math.h>

#include "hpm/surface.h"
#include "math/rng.h"

enum { SLICES = 5 };

/* Two underlyings; in the second nothing is known of the expiry between. */
typedef struct fixture {
    hpm_slice slices[SLICES];
    hpm_surface surface;
    hpm_slice_check checks[SLICES];
} fixture;

static hpm_slice slice_of(const char *name, int64_t expiry_ns, double level, hpm_slice_state state)
{
    hpm_slice slice = {.expiry_ns = expiry_ns,
                       .tau_years = (double)expiry_ns / 10,
                       .forward = {100, 1, 0},
                       .svi = {level, 0.05 + level, -0.3, 0.02, 0.2 + level},
                       .state = state,
                       .mark_rmse = NAN,
                       .spread_vol = NAN};
    strcpy(slice.underlying, name);
    return slice;
}

static uint32_t check(fixture *f)
{
    hpm_error error = {0};
    f->surface.slices = f->slices;
    f->surface.slice_count = SLICES;
    check_ok(hpm_surface_finish(&f->surface, &error), &error);
    memset(f->checks, 0x55, sizeof f->checks);
    return hpm_surface_check(f->checks, &f->surface);
}

static fixture made(void)
{
    return (fixture){.slices = {slice_of("BTC", 1, 0.01, HPM_SLICE_FITTED),
                                slice_of("BTC", 3, 0.03, HPM_SLICE_FITTED),
                                slice_of("ETH", 1, 0.02, HPM_SLICE_FITTED),
                                slice_of("ETH", 2, 9, HPM_SLICE_NONE),
                                slice_of("ETH", 3, 0.05, HPM_SLICE_SPARSE)}};
}

static void test_no_arbitrage(void **state)
{
    static const int has_step[SLICES] = {0, 1, 0, 0, 1};
    fixture f = made();
    (void)state;
    assert_int_equal(check(&f), 0);
    for (int i = 0; i < SLICES; i++) {
        const hpm_slice_check *c = &f.checks[i];
        if (f.slices[i].state == HPM_SLICE_NONE) {
            assert_true(c->least_density == 0 && c->density_at == 0 && c->least_step == 0);
            assert_true(c->step_at == 0 && !c->certain);
            continue;
        }
        assert_true(c->certain && c->least_density > 0);
        assert_int_equal(isnan(c->step_at), !has_step[i]);
        assert_int_equal(isnan(c->least_step), !has_step[i]);
        if (has_step[i]) assert_true(c->least_step > 0);
    }
}

/* The later slice is below the earlier one only in a wing. */
static void test_calendar(void **state)
{
    fixture f = made();
    (void)state;
    f.slices[4].svi.b = 0.06;
    f.slices[4].svi.rho = -0.9;
    assert_int_equal(check(&f), 1);
    const hpm_slice_check *c = &f.checks[4];
    assert_true(c->least_step < 0 && c->step_at > 0 && !c->certain && c->least_density >= 0);
    double step = hpm_svi_at(&f.slices[4].svi, c->step_at).variance -
                  hpm_svi_at(&f.slices[2].svi, c->step_at).variance;
    assert_true(step == c->least_step);
}

/* The earlier slice reaches further out, and crosses the later one only there. */
static void test_calendar_of_the_wider(void **state)
{
    fixture f = made();
    (void)state;
    f.slices[0].svi = (hpm_svi){0.0001, 0.11, 0, 0, 0.9};
    f.slices[1].svi = (hpm_svi){0.01, 0.1, 0, 0, 0.9};
    assert_int_equal(check(&f), 1);
    assert_true(f.checks[1].least_step < 0);
}

/* Too steep at the far end alone: nothing to be seen within the reach, but no proof either. */
static void test_uncertain(void **state)
{
    fixture f = made();
    (void)state;
    f.slices[1].svi = f.slices[0].svi;
    f.slices[1].svi.a += 0.001;
    f.slices[1].svi.b *= 1 - 1e-9;
    assert_int_equal(check(&f), 0);
    assert_true(f.checks[1].least_step > 0 && !f.checks[1].certain);
    f.slices[1].svi = f.slices[0].svi; /* equal is not below */
    assert_int_equal(check(&f), 0);
    assert_true(f.checks[1].least_step == 0 && f.checks[1].certain);
}

static void test_butterfly(void **state)
{
    fixture f = made();
    (void)state;
    f.slices[1].svi = (hpm_svi){-0.0410, 0.1331, 0.3060, 0.3586, 0.4153}; /* Vogt's */
    f.slices[0].svi = (hpm_svi){1e-6, 1e-6, 0, 0, 1e-3};
    assert_int_equal(check(&f), 1);
    assert_true(f.checks[1].least_density < 0 && !f.checks[1].certain);
    assert_true(hpm_svi_density(&f.slices[1].svi, f.checks[1].density_at) ==
                f.checks[1].least_density);
    f.slices[1].svi = (hpm_svi){1, 1.5, 0.5, 0, 1}; /* steeper than 2 */
    assert_int_equal(check(&f), 1);
    assert_true(f.checks[1].least_density == -1);
}

/* What is certain is found free of arbitrage wherever one looks. */
static void test_certain_is_free(void **state)
{
    hpm_rng random = {99};
    int certain = 0;
    (void)state;
    for (int i = 0; i < 400; i++) {
        fixture f = made();
        for (int s = 0; s < SLICES; s++) {
            hpm_svi *svi = &f.slices[s].svi;
            svi->b *= 0.5 + 2 * hpm_rng_real(&random);
            svi->rho = 1.4 * hpm_rng_real(&random) - 0.7;
            svi->m += 0.2 * hpm_rng_real(&random) - 0.1;
        }
        check(&f);
        for (int s = 0; s < SLICES; s++) {
            if (!f.checks[s].certain) continue;
            certain++;
            assert_true(f.checks[s].least_density >= 0);
            assert_true(!(f.checks[s].least_step < 0));
        }
    }
    assert_in_range(certain, 400, SLICES * 400);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_arbitrage),
        cmocka_unit_test(test_calendar),
        cmocka_unit_test(test_calendar_of_the_wider),
        cmocka_unit_test(test_uncertain),
        cmocka_unit_test(test_butterfly),
        cmocka_unit_test(test_certain_is_free),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
