/* Tests of src/surface/surface_apply.c: what a surface writes into a market, and how old it is. */
#include "small_world.h"

#include "hpm/surface.h"

/* The surface is 30 s older than the market, which has 0.2 years to go. */
#define THEN_NS (NOW_NS - INT64_C(30000000000))

static const hpm_svi five_numbers = {0.04, 0.1, -0.5, 0.1, 0.4};

static hpm_slice slice_of(const char *name, int64_t expiry_ns, double tau_years)
{
    hpm_slice slice = {.expiry_ns = expiry_ns,
                       .tau_years = tau_years,
                       .forward = {105, 0.75, 3},
                       .rate_annual = 0.02,
                       .svi = five_numbers,
                       .state = HPM_SLICE_FITTED,
                       .confidence = 0.5,
                       .age_s = 4};
    strcpy(slice.underlying, name);
    return slice;
}

static uint32_t apply(world *w, hpm_slice *slices, uint32_t count, int64_t then_ns)
{
    const hpm_surface surface = {.now_ns = then_ns, .slice_count = count, .slices = slices};
    return hpm_surface_apply(&surface, &w->market);
}

static void finish(world *w)
{
    hpm_error error = {0};
    for (uint32_t i = 0; i < INSTRUMENTS; i++)
        w->market.vol[i].value = NAN;
    check_ok(hpm_market_finish(&w->market, &error), &error);
}

/* Volatilities are those of the slice, whatever time has passed since. */
static void test_slice(void **state)
{
    static const double taus[] = {0.2, 0.25, 0.05};
    for (size_t i = 0; i < COUNT_OF(taus); i++) {
        world *w = world_again(state);
        hpm_slice slice = slice_of("BTC", NEAR_NS, taus[i]);
        assert_int_equal(apply(w, &slice, 1, THEN_NS), 1);
        finish(w);
        const hpm_curve_point *point = &w->market.curve[BTC_NEAR];
        assert_true(point->forward.value == 105 && point->forward.confidence == 0.75);
        check_near(point->forward.age_s, 33, "age of the forward");
        assert_true(point->rate_annual == 0.02);
        double k = log(80 / 105.0) - 0.1;
        double variance = 0.04 + 0.1 * (-0.5 * k + sqrt(k * k + 0.16));
        const hpm_input *vol = &w->market.vol[B_CALL_80];
        check_near(vol->value, sqrt(variance / taus[i]), "vol");
        check_near(vol->age_s, 34, "age of the vol");
        assert_true(vol->confidence == 0.5);
        check_near(w->market.vol_atm[BTC_NEAR].age_s, 34, "age at the money");
    }
}

/* Of the same moment nothing is rounded. */
static void test_same_moment(void **state)
{
    world *w = *state;
    hpm_slice slice = slice_of("BTC", NEAR_NS, 0.2);
    assert_int_equal(apply(w, &slice, 1, NOW_NS), 1);
    assert_memory_equal(&w->market.smile[BTC_NEAR].svi, &five_numbers, sizeof five_numbers);
    assert_true(w->market.smile[BTC_NEAR].age_s == 4);
    assert_true(w->market.curve[BTC_NEAR].forward.age_s == 3);
}

/* A surface of later than the market: nothing is younger than 0 s. */
static void test_later(void **state)
{
    world *w = *state;
    hpm_slice slice = slice_of("BTC", NEAR_NS, 0.2);
    apply(w, &slice, 1, NOW_NS + INT64_C(3500000000));
    assert_true(w->market.curve[BTC_NEAR].forward.age_s == 0);
    check_near(w->market.smile[BTC_NEAR].age_s, 0.5, "age");
}

static void test_unknown_volatilities(void **state)
{
    world *w = *state;
    hpm_slice slices[] = {slice_of("BTC", NEAR_NS, 0.2), slice_of("BTC", FAR_NS, 1)};
    slices[0].state = slices[1].state = HPM_SLICE_NONE;
    slices[1].forward.value = NAN;
    assert_int_equal(apply(w, slices, 2, NOW_NS), 1);
    assert_true(w->market.curve[BTC_NEAR].forward.value == 105);
    assert_true(w->market.curve[BTC_NEAR].rate_annual == 0);
    assert_true(w->market.curve[BTC_FAR].forward.value == 100); /* the market's own */
    assert_true(isnan(w->market.smile[BTC_NEAR].svi.b) && isnan(w->market.smile[BTC_FAR].svi.b));
}

/* What the catalog does not have is left out; what has expired has no volatilities any more. */
static void test_left_out(void **state)
{
    world *w = *state;
    hpm_slice slices[] = {slice_of("XRP", NEAR_NS, 0.2), slice_of("BTC", NEAR_NS + 1, 0.2),
                          slice_of("USD", NEAR_NS, 0.2), slice_of("ETH", NEAR_NS, 0.2)};
    assert_int_equal(apply(w, slices, 4, NOW_NS), 1);
    assert_true(w->market.curve[ETH_NEAR].forward.value == 105);
    assert_true(w->market.smile[ETH_NEAR].svi.b == five_numbers.b);
    assert_true(isnan(w->market.smile[BTC_NEAR].svi.b));
    w = world_again(state);
    w->market.now_ns = NEAR_NS;
    slices[3].forward.value = NAN;
    assert_int_equal(apply(w, slices, 4, NOW_NS), 0);
    assert_true(isnan(w->market.smile[ETH_NEAR].svi.b));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_slice),    WORLD_TEST(test_same_moment),
        WORLD_TEST(test_later),    WORLD_TEST(test_unknown_volatilities),
        WORLD_TEST(test_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
