/* Tests of numbers for people. */
#include "check.h"

#include <math.h>

#include "report/format.h"

static void e8(int64_t value, int decimals, const char *wanted)
{
    char text[HPM_FORMAT_SIZE];
    hpm_format_e8(text, value, decimals);
    assert_string_equal(text, wanted);
}

static void test_e8(void **state)
{
    (void)state;
    e8(0, 2, "0.00");
    e8(123456789012345678, 2, "1,234,567,890.12");
    e8(-100000000000, 0, "-1,000");
    e8(99900000000, 0, "999");
    e8(500000, 2, "0.00"); /* half to even */
    e8(1500000, 2, "0.02");
    e8(500001, 2, "0.01");
    e8(-500000, 2, "0.00"); /* no sign on nothing */
    e8(-1, 8, "-0.00000001");
    e8(99999999999, 2, "1,000.00"); /* carries into the whole part */
    e8(INT64_MIN, 8, "-92,233,720,368.54775808");
    e8(INT64_MAX, 0, "92,233,720,369");
}

static void real(double value, int decimals, const char *wanted)
{
    char text[HPM_FORMAT_SIZE];
    hpm_format_real(text, value, decimals);
    assert_string_equal(text, wanted);
}

static void test_real(void **state)
{
    (void)state;
    real(-1234.5, 2, "-1,234.50");
    real(-0.0, 2, "0.00");
    real(1e9, 2, "1e+09");
    real(999999999.99, 2, "999,999,999.99");
    real(NAN, 2, "nan");
    real(-INFINITY, 2, "-inf");
}

static void test_short(void **state)
{
    static const struct {
        double value;
        const char *wanted;
    } rows[] = {{0, "0.0000"},         {-99.99994, "-99.9999"},
                {100, "100.00"},       {-99999.5, "-99,999.50"},
                {123456.7, "123,457"}, {-1.5e7, "-1.5e+07"}};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char text[HPM_FORMAT_SIZE];
        hpm_format_short(text, rows[i].value);
        assert_string_equal(text, rows[i].wanted);
    }
}

static void percent(double value, int sign, const char *wanted)
{
    char text[HPM_FORMAT_SIZE];
    hpm_format_percent(text, value, sign);
    assert_string_equal(text, wanted);
}

static void test_percent(void **state)
{
    (void)state;
    percent(0.16, 1, "+16 %");
    percent(-0.125, 1, "-12.5 %");
    percent(0, 1, "0 %");
    percent(0.33333, 0, "33.33 %");
    percent(10, 1, "+1,000 %");
}

static void test_time(void **state)
{
    char text[HPM_FORMAT_SIZE];
    (void)state;
    hpm_format_time(text, INT64_C(1767600000) * 1000000000);
    assert_string_equal(text, "2026-01-05 08:00Z");
    hpm_format_time(text, INT64_C(1767600001) * 1000000000 + 5);
    assert_string_equal(text, "2026-01-05 08:00:01.000000005Z");
    hpm_format_date(text, INT64_C(1767600001) * 1000000000);
    assert_string_equal(text, "2026-01-05");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_e8),      cmocka_unit_test(test_real), cmocka_unit_test(test_short),
        cmocka_unit_test(test_percent), cmocka_unit_test(test_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
