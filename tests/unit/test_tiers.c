/* Tests of src/margin/tiers.c: sums worked by hand, and lists that are none. */
#include "check.h"

#include <math.h>

#include "margin/tiers.h"

static hpm_tier rows[] = {{100, 0.5}, {300, 1}, {NAN, 3}};
static const hpm_list tiers = {rows, 3};

/* 0.5 up to 100, 1 up to 300, 3 beyond: 50, 50 + 200, 250 + 3 * 700. */
static void test_sum(void **state)
{
    (void)state;
    assert_true(hpm_tiers_sum(&tiers, 0) == 0);
    assert_true(hpm_tiers_sum(&tiers, 40) == 20);
    assert_true(hpm_tiers_sum(&tiers, 100) == 50);
    assert_true(hpm_tiers_sum(&tiers, 101) == 51);
    assert_true(hpm_tiers_sum(&tiers, 300) == 250);
    assert_true(hpm_tiers_sum(&tiers, 1000) == 2350);
    assert_true(hpm_tiers_sum(&tiers, -40) == -20);
    assert_true(isnan(hpm_tiers_sum(&tiers, NAN)));
    assert_true(hpm_tiers_sum(&(hpm_list){rows + 2, 1}, 7) == 21);
}

/* Growing rates break sub-additivity: two amounts of 100 cost 50 each, one of 200 costs 150. */
static void test_apart(void **state)
{
    (void)state;
    assert_true(hpm_tiers_sum(&tiers, 200) > 2 * hpm_tiers_sum(&tiers, 100));
}

static void test_grow(void **state)
{
    hpm_tier falling[] = {{1, 3}, {2, 2}, {NAN, 2}};
    (void)state;
    assert_true(hpm_tiers_grow(&tiers));
    assert_false(hpm_tiers_grow(&(hpm_list){falling, 3}));
    assert_false(hpm_tiers_grow(&(hpm_list){rows, 1}));
    assert_false(hpm_tiers_grow(&(hpm_list){NULL, 0}));
}

static void check_refused(double first, double second, double third, hpm_status wanted,
                          const char *message)
{
    hpm_tier bad[] = {{first, 1}, {second, 1}, {third, 1}};
    hpm_error error = {0};
    check_error(hpm_tiers_check(&(hpm_list){bad, 3}, "here", &error), &error, wanted, "here",
                message);
}

static void test_check(void **state)
{
    hpm_error error = {0};
    (void)state;
    check_ok(hpm_tiers_check(&tiers, "here", &error), &error);
    check_ok(hpm_tiers_check(&(hpm_list){NULL, 0}, "here", &error), &error);
    check_refused(NAN, 2, NAN, HPM_E_FIELD_MISSING, "tier 0 says not where it ends (up_to)");
    check_refused(0, 2, NAN, HPM_E_RANGE, "tier 0 ends at or before the one before it (0)");
    check_refused(2, 2, NAN, HPM_E_RANGE, "tier 1 ends at or before the one before it (2)");
    check_refused(1, 2, 3, HPM_E_RANGE,
                  "the last tier has an end (3); it covers all that is beyond");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sum),
        cmocka_unit_test(test_apart),
        cmocka_unit_test(test_grow),
        cmocka_unit_test(test_check),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
