/* Tests of src/base/date.c. */
#include "check.h"

#include "base/date.h"

static void test_periods(void **state)
{
    static const char *const good[] = {"2024",       "0000",       "2024-01",    "2024-12",
                                       "2024-06-17", "2024-02-29", "2000-02-29", "2023-12-31"};
    static const char *const bad[] = {"",           "24",         "20240",       "2024-",
                                      "2024-1",     "2024-13",    "2024-00",     "2024-06-",
                                      "2024-06-00", "2024-06-31", "2023-02-29",  "1900-02-29",
                                      "2024/06/17", "2024-06-1x", "2024-06-170", "-024-06-17"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(good); i++)
        if (!hpm_date_is_period(good[i])) fail_msg("%s is refused", good[i]);
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        if (hpm_date_is_period(bad[i])) fail_msg("%s is taken", bad[i]);
}

static void test_days(void **state)
{
    (void)state;
    assert_int_equal(hpm_days_in_month(2024, 2), 29);
    assert_int_equal(hpm_days_in_month(2023, 2), 28);
    assert_int_equal(hpm_days_in_month(2100, 2), 28);
    assert_int_equal(hpm_days_in_month(2024, 12), 31);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_periods),
        cmocka_unit_test(test_days),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
