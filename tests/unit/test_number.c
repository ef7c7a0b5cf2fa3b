/* Tests of src/base/number.c. */
#include "check.h"

#include <math.h>

#include "hpm/number.h"

typedef struct text_case {
    const char *text;
    hpm_status status;
    int64_t e8;
} text_case;

static void test_parse(void **state)
{
    static const text_case cases[] = {
        {"0", HPM_OK, 0},
        {"-0", HPM_OK, 0},
        {"-12.5", HPM_OK, -1250000000},
        {"1e3", HPM_OK, 100000000000},
        {"1E+10", HPM_OK, 1000000000000000000},
        {"1e-8", HPM_OK, 1},
        {"12345e-3", HPM_OK, 1234500000},
        {"0.00000001", HPM_OK, 1},
        {"0.10000000000000000", HPM_OK, 10000000},
        {"100000000000000000000000e-20", HPM_OK, 100000000000},
        {"0e999999999999999999999", HPM_OK, 0},
        {"0.000000000000e5", HPM_OK, 0},
        {"92233720368.54775807", HPM_OK, INT64_MAX},
        {"-92233720368.54775808", HPM_OK, INT64_MIN},
        {"92233720368.54775808", HPM_E_OVERFLOW, 0},
        {"-92233720368.54775809", HPM_E_OVERFLOW, 0},
        {"1e11", HPM_E_OVERFLOW, 0},
        {"99999999999999999999999999999", HPM_E_OVERFLOW, 0},
        {"1e99999999999999999999", HPM_E_OVERFLOW, 0},
        {"0.000000001", HPM_E_PRECISION, 0},
        {"1e-9", HPM_E_PRECISION, 0},
        {"1e-99999999999999999999", HPM_E_PRECISION, 0},
        {"1.123456785", HPM_E_PRECISION, 0},
        {"", HPM_E_SYNTAX, 0},
        {"-", HPM_E_SYNTAX, 0},
        {"+1", HPM_E_SYNTAX, 0},
        {"01", HPM_E_SYNTAX, 0},
        {"-01", HPM_E_SYNTAX, 0},
        {".5", HPM_E_SYNTAX, 0},
        {"5.", HPM_E_SYNTAX, 0},
        {"1e", HPM_E_SYNTAX, 0},
        {"1e+", HPM_E_SYNTAX, 0},
        {"1e1.5", HPM_E_SYNTAX, 0},
        {" 1", HPM_E_SYNTAX, 0},
        {"1 ", HPM_E_SYNTAX, 0},
        {"1,000", HPM_E_SYNTAX, 0},
        {"0x10", HPM_E_SYNTAX, 0},
        {"nan", HPM_E_SYNTAX, 0},
        {"inf", HPM_E_SYNTAX, 0},
        {"--1", HPM_E_SYNTAX, 0},
        {"1-", HPM_E_SYNTAX, 0},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int64_t e8 = 777;
        hpm_status status = hpm_decimal_parse(&e8, cases[i].text, strlen(cases[i].text));
        if (status != cases[i].status)
            fail_msg("\"%s\": %s", cases[i].text, hpm_status_name(status));
        assert_int_equal(e8, status == HPM_OK ? cases[i].e8 : 777);
    }
}

static void test_parse_stops_at_length(void **state)
{
    int64_t e8;
    (void)state;
    assert_int_equal(hpm_decimal_parse(&e8, "12345", 2), HPM_OK);
    assert_int_equal(e8, 12 * HPM_E8);
    assert_int_equal(hpm_decimal_parse(&e8, "1\0002", 3), HPM_E_SYNTAX);
}

static void test_format(void **state)
{
    static const text_case cases[] = {
        {"0", HPM_OK, 0},
        {"-0.125", HPM_OK, -12500000},
        {"60000", HPM_OK, 6000000000000},
        {"0.00000001", HPM_OK, 1},
        {"-0.00000001", HPM_OK, -1},
        {"1.0000001", HPM_OK, 100000010},
        {"92233720368.54775807", HPM_OK, INT64_MAX},
        {"-92233720368.54775808", HPM_OK, INT64_MIN},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char text[HPM_DECIMAL_TEXT];
        assert_int_equal(hpm_decimal_format(text, cases[i].e8), strlen(cases[i].text));
        assert_string_equal(text, cases[i].text);
    }
}

/* Formatting and parsing are inverse, over magnitudes of all lengths. */
static void test_round_trip(void **state)
{
    uint64_t random = 0x9E3779B97F4A7C15U;
    (void)state;
    for (int i = 0; i < 20000; i++) {
        random = random * 6364136223846793005U + 1442695040888963407U;
        int64_t value = (int64_t)random >> (i % 64), read = 0;
        char text[HPM_DECIMAL_TEXT];
        size_t length = hpm_decimal_format(text, value);
        assert_int_equal(hpm_decimal_parse(&read, text, length), HPM_OK);
        assert_int_equal(read, value);
    }
}

typedef struct double_case {
    double value;
    int64_t ceiling, floor, zero, even;
} double_case;

static void test_roundings(void **state)
{
    /* k/512 times 1e8 is exact, and a tie for odd k. */
    static const double_case cases[] = {
        {1.0 / 512, 195313, 195312, 195312, 195312},
        {3.0 / 512, 585938, 585937, 585937, 585938},
        {-1.0 / 512, -195312, -195313, -195312, -195312},
        {-3.0 / 512, -585937, -585938, -585937, -585938},
        {0.6e-8, 1, 0, 0, 1},
        {-0.6e-8, 0, -1, 0, -1},
        {0.4e-8, 1, 0, 0, 0},
        {0.0, 0, 0, 0, 0},
        {-0.0, 0, 0, 0, 0},
        {3, 300000000, 300000000, 300000000, 300000000},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const double_case *c = &cases[i];
        int64_t e8;
        assert_int_equal(hpm_e8_from_double(&e8, c->value, HPM_ROUND_CEILING), HPM_OK);
        assert_int_equal(e8, c->ceiling);
        assert_int_equal(hpm_e8_from_double(&e8, c->value, HPM_ROUND_FLOOR), HPM_OK);
        assert_int_equal(e8, c->floor);
        assert_int_equal(hpm_e8_from_double(&e8, c->value, HPM_ROUND_TOWARD_ZERO), HPM_OK);
        assert_int_equal(e8, c->zero);
        assert_int_equal(hpm_e8_from_double(&e8, c->value, HPM_ROUND_HALF_EVEN), HPM_OK);
        assert_int_equal(e8, c->even);
    }
}

/* The least positive double is still against the account. */
static void test_tiny(void **state)
{
    int64_t e8 = 0;
    (void)state;
    assert_int_equal(hpm_e8_from_double(&e8, 5e-324, HPM_ROUND_CEILING), HPM_OK);
    assert_int_equal(e8, 1);
    assert_int_equal(hpm_e8_from_double(&e8, -5e-324, HPM_ROUND_FLOOR), HPM_OK);
    assert_int_equal(e8, -1);
}

/* Against libm's roundings of the same product. */
static void test_roundings_against_libm(void **state)
{
    uint64_t random = 12345;
    (void)state;
    for (int i = 0; i < 20000; i++) {
        random = random * 6364136223846793005U + 1442695040888963407U;
        double value = ldexp((double)(int64_t)random, -27 - (i % 64)), scaled = value * 1e8;
        int64_t e8;
        if (fabs(scaled) >= 0x1p63) continue;
        assert_int_equal(hpm_e8_from_double(&e8, value, HPM_ROUND_CEILING), HPM_OK);
        assert_true(e8 == (int64_t)ceil(scaled));
        assert_int_equal(hpm_e8_from_double(&e8, value, HPM_ROUND_FLOOR), HPM_OK);
        assert_true(e8 == (int64_t)floor(scaled));
        assert_int_equal(hpm_e8_from_double(&e8, value, HPM_ROUND_TOWARD_ZERO), HPM_OK);
        assert_true(e8 == (int64_t)trunc(scaled));
        assert_int_equal(hpm_e8_from_double(&e8, value, HPM_ROUND_HALF_EVEN), HPM_OK);
        assert_true(e8 == (int64_t)nearbyint(scaled));
    }
}

static void test_refusals(void **state)
{
    int64_t e8 = 777;
    (void)state;
    assert_int_equal(hpm_e8_from_double(&e8, NAN, HPM_ROUND_FLOOR), HPM_E_NOT_FINITE);
    assert_int_equal(hpm_e8_from_double(&e8, INFINITY, HPM_ROUND_FLOOR), HPM_E_NOT_FINITE);
    assert_int_equal(hpm_e8_from_double(&e8, -INFINITY, HPM_ROUND_FLOOR), HPM_E_NOT_FINITE);
    assert_int_equal(hpm_e8_from_double(&e8, 1e308, HPM_ROUND_FLOOR), HPM_E_OVERFLOW);
    assert_int_equal(hpm_e8_from_double(&e8, 92233720368.547759, HPM_ROUND_FLOOR), HPM_E_OVERFLOW);
    assert_int_equal(hpm_e8_from_double(&e8, -92233720368.5478, HPM_ROUND_CEILING), HPM_E_OVERFLOW);
    assert_int_equal(e8, 777);
}

static void test_to_double_and_add(void **state)
{
    int64_t sum = 777;
    (void)state;
    assert_true(hpm_e8_to_double(10000000) == 0.1);
    assert_true(hpm_e8_to_double(-1) == -1e-8);
    assert_int_equal(hpm_e8_add(&sum, INT64_MAX, 1), HPM_E_OVERFLOW);
    assert_int_equal(hpm_e8_add(&sum, INT64_MIN, -1), HPM_E_OVERFLOW);
    assert_int_equal(sum, 777);
    assert_int_equal(hpm_e8_add(&sum, INT64_MAX, INT64_MIN), HPM_OK);
    assert_int_equal(sum, -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse),
        cmocka_unit_test(test_parse_stops_at_length),
        cmocka_unit_test(test_format),
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_roundings),
        cmocka_unit_test(test_tiny),
        cmocka_unit_test(test_roundings_against_libm),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_to_double_and_add),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
