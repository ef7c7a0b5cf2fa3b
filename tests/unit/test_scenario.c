/* Tests of src/scenario/scenario.c: the order of a set's scenarios, the term factor and the ranges
 * of its fields. */
#include "small_world.h"

static double prices[] = {-0.1, 0, 0.1}, vols[] = {-0.3, 0.5};
static hpm_scenario singles[] = {{0.6, 0.7, -1, 2, 0.25, 0, 0}, {.price = -0.8, .weight = 1}};

static hpm_scenario_set both(void)
{
    hpm_scenario_set set;
    hpm_record_defaults(&set, &hpm_scenario_set_record);
    strcpy(set.name, "both");
    set.prices = (hpm_list){prices, 3};
    set.vols = (hpm_list){vols, 2};
    set.scenarios = (hpm_list){singles, 2};
    return set;
}

/* Price by price, with all volatilities of a price together; then the list. */
static void test_order(void **state)
{
    static const double wanted[][2] = {{-0.1, -0.3}, {-0.1, 0.5}, {0, -0.3},  {0, 0.5},
                                       {0.1, -0.3},  {0.1, 0.5},  {0.6, 0.7}, {-0.8, 0}};
    hpm_scenario_set set = both();
    (void)state;
    assert_int_equal(hpm_scenario_set_count(&set), 8);
    for (uint32_t i = 0; i < 8; i++) {
        hpm_scenario scenario = hpm_scenario_set_at(&set, i);
        assert_true(scenario.price == wanted[i][0] && scenario.vol == wanted[i][1]);
        if (i >= 6) continue;
        assert_true(scenario.basis == 0 && scenario.time_days == 0 && scenario.weight == 1);
    }
    hpm_scenario single = hpm_scenario_set_at(&set, 6);
    assert_true(single.basis == -1 && single.time_days == 2 && single.weight == 0.25);
}

static void test_grid_or_list_alone(void **state)
{
    hpm_scenario_set set = both();
    (void)state;
    set.scenarios = (hpm_list){NULL, 0};
    assert_int_equal(hpm_scenario_set_count(&set), 6);
    assert_true(hpm_scenario_set_at(&set, 5).price == 0.1);
    set = both();
    set.prices = set.vols = (hpm_list){NULL, 0};
    assert_int_equal(hpm_scenario_set_count(&set), 2);
    assert_true(hpm_scenario_set_at(&set, 1).price == -0.8);
}

/* Up to 30 days the short power, beyond it the long one; at 30 days both are 1. */
static void test_term_factor(void **state)
{
    hpm_scenario_set set = both();
    (void)state;
    set.vol_power_short = 0.5;
    set.vol_power_long = 0.25;
    assert_true(hpm_scenario_term_factor(&set, 30) == 1);
    check_near(hpm_scenario_term_factor(&set, 7.5), 2, "(30/7.5)^0.5");
    check_near(hpm_scenario_term_factor(&set, 480), 0.5, "(30/480)^0.25");
    check_near(hpm_scenario_term_factor(&set, 30.000001), pow(30 / 30.000001, 0.25), "beyond 30");
    check_near(hpm_scenario_term_factor(&set, 29.999), pow(30 / 29.999, 0.5), "up to 30");
}

/* The switch is at exactly 30 days, which a floor beyond them shows: (30/120)^p. */
static void test_switch_at_30_days(void **state)
{
    hpm_scenario_set set = both();
    (void)state;
    set.vol_power_short = 1;
    set.vol_power_long = 0.5;
    set.vol_floor_days = 120;
    check_near(hpm_scenario_term_factor(&set, 30), 0.25, "at 30 days");
    check_near(hpm_scenario_term_factor(&set, 30 + 1e-9), 0.5, "just beyond");
}

/* 1.875 days at the least: (30/1.875)^0.5 = 4, however short the time. */
static void test_floor(void **state)
{
    hpm_scenario_set set = both();
    (void)state;
    set.vol_power_short = 0.5;
    set.vol_floor_days = 1.875;
    check_near(hpm_scenario_term_factor(&set, 1.875), 4, "at the floor");
    check_near(hpm_scenario_term_factor(&set, 0.001), 4, "below it");
    check_near(hpm_scenario_term_factor(&set, 0), 4, "no time at all");
    check_near(hpm_scenario_term_factor(&set, 7.5), 2, "above it");
}

static void test_power_of_zero(void **state)
{
    hpm_scenario_set set = both();
    (void)state;
    assert_true(hpm_scenario_term_factor(&set, 0) == 1);
    assert_true(hpm_scenario_term_factor(&set, 1e6) == 1);
}

/* 0.5 at once, 0.3 at 30 days, 0.2 at 60, and half-way between half-way: powers and floor have no
 * say. Flat beyond. */
static void test_vol_term(void **state)
{
    static const double days[] = {0, 15, 30, 45, 60, 400},
                        factors[] = {0.5, 0.4, 0.3, 0.25, 0.2, 0.2};
    hpm_vol_node nodes[] = {{0, 0.5}, {30, 0.3}, {60, 0.2}};
    hpm_scenario_set set = both();
    (void)state;
    set.vol_power_short = set.vol_power_long = 1;
    set.vol_floor_days = 20;
    set.vol_term = (hpm_list){nodes, 3};
    for (int i = 0; i < 6; i++)
        check_near(hpm_scenario_term_factor(&set, days[i]), factors[i], "term factor");
    set.vol_term = (hpm_list){nodes + 1, 2};
    check_near(hpm_scenario_term_factor(&set, 1), 0.3, "before the first");
}

/* ---- Skew --------------------------------------------------------------------------------- */

static hpm_scenario_set skewed(hpm_skew_shape shape)
{
    hpm_scenario_set set;
    hpm_record_defaults(&set, &hpm_scenario_set_record);
    set.skew_shape = shape;
    set.skew_cap = 0.25;
    set.skew_cap_tau = -0.1;
    set.skew_minimum = 0.01;
    set.skew_width = 4;
    set.skew_vol = 0.6;
    set.skew_vol_tau = -0.2;
    return set;
}

/* A quarter of a year: c = 0.25 - 0.1 * 0.5 = 0.2, k* = 0.5 * 4 * (0.6 - 0.2 * 0.5) = 1. Half way
 * to k* half of c, beyond it c. */
static void test_skew(void **state)
{
    hpm_scenario_set set = skewed(HPM_SKEW_LINEAR);
    (void)state;
    check_near(hpm_scenario_skew_factor(&set, 1, 0.5, 0.5), 1.1, "half way up");
    check_near(hpm_scenario_skew_factor(&set, 1, -0.5, 0.5), 0.9, "half way down");
    check_near(hpm_scenario_skew_factor(&set, 1, 3, 0.5), 1.2, "beyond, up");
    check_near(hpm_scenario_skew_factor(&set, 1, -3, 0.5), 0.8, "beyond, down");
    check_near(hpm_scenario_skew_factor(&set, -2, -0.5, 0.5), 1.2, "twice the other way");
    check_near(hpm_scenario_skew_factor(&set, 1, 0, 0.5), 1, "at the money");
    check_near(hpm_scenario_skew_factor(&set, 8, -3, 0.5), 0, "no less than nothing");
    set = skewed(HPM_SKEW_ABSOLUTE);
    check_near(hpm_scenario_skew_factor(&set, 1, -0.5, 0.5), 1.1, "both wings up");
    check_near(hpm_scenario_skew_factor(&set, 1, -3, 0.5), 1.2, "both wings up, beyond");
}

/* In its last moments k* is the minimum: 0.005 / 0.01 of c = 0.25. */
static void test_skew_minimum(void **state)
{
    hpm_scenario_set set = skewed(HPM_SKEW_LINEAR);
    (void)state;
    check_near(hpm_scenario_skew_factor(&set, 1, 0.005, 0), 1.125, "half of the least k*");
    set.skew_minimum = 0; /* then all of c is reached at once */
    check_near(hpm_scenario_skew_factor(&set, 1, 0.005, 0), 1.25, "no k*, up");
    check_near(hpm_scenario_skew_factor(&set, 1, -0.005, 0), 0.75, "no k*, down");
    assert_true(hpm_scenario_skew_factor(&set, 1, 0, 0) == 1);
    set.skew_cap = 0;
    assert_true(hpm_scenario_skew_factor(&set, 1, 0.005, 0) == 1);
}

/* Nine years: c = 0.25 - 0.1 * 3 = -0.05 and k* = 3 * 4 * (0.6 - 0.2 * 3) = 0, so 0.01. The clamp
 * has one side and is copied as it is: above min(-0.05, -0.1) = -0.1, below max(0.05, 0.1) = 0.1.
 */
static void test_skew_of_negative_cap(void **state)
{
    hpm_scenario_set set = skewed(HPM_SKEW_LINEAR);
    (void)state;
    check_near(hpm_scenario_skew_factor(&set, 1, 0.02, 3), 0.9, "above");
    check_near(hpm_scenario_skew_factor(&set, 1, -0.02, 3), 1.1, "below");
    check_near(hpm_scenario_skew_factor(&set, 1, 0.002, 3), 0.95, "above, near");
}

static void test_by_strike(void **state)
{
    hpm_scenario_set set = both();
    hpm_scenario single = {.weight = 1};
    (void)state;
    assert_int_equal(hpm_scenario_set_by_strike(&set), 0);
    set.vol_dynamics = HPM_STICKY_DELTA;
    assert_int_equal(hpm_scenario_set_by_strike(&set), 1);
    set = both();
    set.vol_slope_cap = 1;
    assert_int_equal(hpm_scenario_set_by_strike(&set), 1);
    set = both();
    set.arbitrage_free = 1;
    assert_int_equal(hpm_scenario_set_by_strike(&set), 1);
    set = both();
    set.scenarios = (hpm_list){&single, 1};
    assert_int_equal(hpm_scenario_set_by_strike(&set), 0);
    single.skew = 1;
    assert_int_equal(hpm_scenario_set_by_strike(&set), 1);
    single.skew = 0;
    assert_int_equal(hpm_scenario_set_by_strike(&set), 0);
    single.curvature = -1;
    assert_int_equal(hpm_scenario_set_by_strike(&set), 1);
}

/* Half of c at k*, on both sides; k* is two deviations of 0.1, and at least 0.05. */
static void test_curvature(void **state)
{
    hpm_scenario_set set = both();
    (void)state;
    set.curvature_cap = 0.3;
    set.curvature_width = 2;
    set.curvature_minimum = 0.05;
    check_near(hpm_scenario_curvature_factor(&set, 1, 0.2, 0.1), 1.15, "up at k*");
    check_near(hpm_scenario_curvature_factor(&set, 1, -0.2, 0.1), 1.15, "up at -k*");
    check_near(hpm_scenario_curvature_factor(&set, -2, 0.4, 0.1), 1 - 0.6 * 0.8, "down at 2 k*");
    check_near(hpm_scenario_curvature_factor(&set, 1, 1e300, 0.1), 1.3, "far away");
    check_near(hpm_scenario_curvature_factor(&set, 1, 0.05, 0), 1.15, "the least k*");
    assert_true(hpm_scenario_curvature_factor(&set, 1, 0, 0.1) == 1);
    assert_true(hpm_scenario_curvature_factor(&set, 0, 0.2, 0.1) == 1);
    assert_true(hpm_scenario_curvature_factor(&set, -9, 1, 0.1) == 0);
    assert_true(hpm_scenario_curvature_factor(&set, 1, 1e-300, 0.1) == 1);
    set.curvature_minimum = 0; /* then all of c is reached at once */
    check_near(hpm_scenario_curvature_factor(&set, 1, 1e-9, 0), 1.3, "no k*");
    assert_true(hpm_scenario_curvature_factor(&set, 1, 0, 0) == 1);
}

/* ---- Fields ------------------------------------------------------------------------------- */

static void check_bad(const hpm_scenario_set *set, const char *where, const char *message)
{
    hpm_error error = {0};
    check_error(hpm_record_check(set, &hpm_scenario_set_record, "set", &error), &error, HPM_E_RANGE,
                where, message);
}

static void test_ranges(void **state)
{
    hpm_scenario_set set = both();
    double bad[] = {0, NAN};
    (void)state;
    set.vol_floor_days = 0;
    check_bad(&set, "set.vol_floor_days", "below the minimum 1e-06 days (0)");
    set = both();
    set.vol_power_long = 10.5;
    check_bad(&set, "set.vol_power_long", "above the maximum 10 (10.5)");
    set = both();
    set.prices = (hpm_list){bad, 2};
    check_bad(&set, "set.prices[1]", "not a number (nan)");
    bad[1] = -1001; /* what moves a price to zero depends on ranges: the rulebook tells */
    check_bad(&set, "set.prices[1]", "below the minimum -1000 price_unit (-1001)");
    set = both();
    set.vol_term = (hpm_list){&(hpm_vol_node){30, NAN}, 1};
    check_bad(&set, "set.vol_term[0].factor", "not a number (nan)");
    set = both();
    set.vol_unit = (hpm_vol_unit)3;
    check_bad(&set, "set.vol_unit", "not one of 3 choices (3)");
}

static void check_single(hpm_scenario scenario, const char *where, const char *message)
{
    hpm_scenario_set set = both();
    set.scenarios = (hpm_list){&scenario, 1};
    check_bad(&set, where, message);
}

static void test_ranges_of_single_scenarios(void **state)
{
    (void)state;
    check_single((hpm_scenario){.weight = -0.5}, "set.scenarios[0].weight",
                 "below the minimum 0 (-0.5)");
    check_single((hpm_scenario){.weight = 101}, "set.scenarios[0].weight",
                 "above the maximum 100 (101)");
    check_single((hpm_scenario){.weight = 1, .time_days = -1}, "set.scenarios[0].time_days",
                 "below the minimum 0 days (-1)");
    check_single((hpm_scenario){.weight = 1, .basis = INFINITY}, "set.scenarios[0].basis",
                 "above the maximum 10 basis move (inf)");
    check_single((hpm_scenario){.weight = 1, .vol = NAN}, "set.scenarios[0].vol",
                 "not a number (nan)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_grid_or_list_alone),
        cmocka_unit_test(test_term_factor),
        cmocka_unit_test(test_vol_term),
        cmocka_unit_test(test_switch_at_30_days),
        cmocka_unit_test(test_floor),
        cmocka_unit_test(test_power_of_zero),
        cmocka_unit_test(test_skew),
        cmocka_unit_test(test_skew_minimum),
        cmocka_unit_test(test_skew_of_negative_cap),
        cmocka_unit_test(test_curvature),
        cmocka_unit_test(test_by_strike),
        cmocka_unit_test(test_ranges),
        cmocka_unit_test(test_ranges_of_single_scenarios),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
