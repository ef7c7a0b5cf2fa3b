/* Tests of src/io/time_text.c. */
#include "check.h"

#include "io/time_text.h"

typedef struct time_case {
    const char *text;
    hpm_status status;
    int64_t ns;
} time_case;

static void test_parse(void **state)
{
    static const time_case cases[] = {
        {"1970-01-01T00:00:00Z", HPM_OK, 0},
        {"1970-01-01T00:00:00.000000001Z", HPM_OK, 1},
        {"2026-01-16T08:00:00Z", HPM_OK, 1768550400000000000},
        {"2026-01-16T10:00:00+02:00", HPM_OK, 1768550400000000000},
        {"2026-01-16T02:30:00-05:30", HPM_OK, 1768550400000000000},
        {"2026-01-16T08:00:00-00:00", HPM_OK, 1768550400000000000},
        {"2026-01-16T08:00:00.5Z", HPM_OK, 1768550400500000000},
        {"2026-01-16T08:00:00.1234567890000Z", HPM_OK, 1768550400123456789},
        {"2024-02-29T00:00:00Z", HPM_OK, 1709164800000000000},
        {"2000-02-29T23:59:59Z", HPM_OK, 951868799000000000},
        {"2262-04-11T23:47:16.854775807Z", HPM_OK, INT64_MAX},
        {"1970-01-01T01:00:00+01:00", HPM_OK, 0},
        {"1969-12-31T23:00:00-01:00", HPM_OK, 0},
        {"2262-04-11T23:47:16.854775808Z", HPM_E_RANGE, 0},
        {"2262-04-12T00:00:00Z", HPM_E_RANGE, 0},
        {"9999-12-31T23:59:59Z", HPM_E_RANGE, 0},
        {"1969-12-31T23:59:59Z", HPM_E_RANGE, 0},
        {"1969-12-31T23:59:59.999999999Z", HPM_E_RANGE, 0},
        {"1970-01-01T00:00:00+00:01", HPM_E_RANGE, 0},
        {"0000-01-01T00:00:00Z", HPM_E_RANGE, 0},
        {"2026-01-16T08:00:00.1234567891Z", HPM_E_PRECISION, 0},
        {"2023-02-29T00:00:00Z", HPM_E_SYNTAX, 0},
        {"2100-02-29T00:00:00Z", HPM_E_SYNTAX, 0},
        {"2026-04-31T00:00:00Z", HPM_E_SYNTAX, 0},
        {"2026-13-01T00:00:00Z", HPM_E_SYNTAX, 0},
        {"2026-00-01T00:00:00Z", HPM_E_SYNTAX, 0},
        {"2026-01-00T00:00:00Z", HPM_E_SYNTAX, 0},
        {"2026-01-16T24:00:00Z", HPM_E_SYNTAX, 0},
        {"2026-01-16T08:60:00Z", HPM_E_SYNTAX, 0},
        {"2026-01-16T08:00:60Z", HPM_E_SYNTAX, 0},
        {"2026-01-16T08:00:00+24:00", HPM_E_SYNTAX, 0},
        {"2026-01-16T08:00:00", HPM_E_SYNTAX, 0},
        {"2026-01-16T08:00:00.Z", HPM_E_SYNTAX, 0},
        {"2026-01-16T08:00Z", HPM_E_SYNTAX, 0},
        {"2026-01-16 08:00:00Z", HPM_E_SYNTAX, 0},
        {"2026-01-16t08:00:00z", HPM_E_SYNTAX, 0},
        {"2026-01-16", HPM_E_SYNTAX, 0},
        {"2026-1-16T08:00:00Z", HPM_E_SYNTAX, 0},
        {"2026-01-16T08:00:00+0200", HPM_E_SYNTAX, 0},
        {"2026-01-16T08:00:00Z ", HPM_E_SYNTAX, 0},
        {"+2026-01-16T08:00:00Z", HPM_E_SYNTAX, 0},
        {"1768550400", HPM_E_SYNTAX, 0},
        {"", HPM_E_SYNTAX, 0},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int64_t ns = 777;
        hpm_status status = hpm_time_parse(&ns, cases[i].text, strlen(cases[i].text));
        if (status != cases[i].status)
            fail_msg("\"%s\": %s", cases[i].text, hpm_status_name(status));
        assert_int_equal(ns, status == HPM_OK ? cases[i].ns : 777);
    }
}

static void test_format(void **state)
{
    char text[HPM_TIME_TEXT];
    (void)state;
    assert_int_equal(hpm_time_format(text, 0), 20);
    assert_string_equal(text, "1970-01-01T00:00:00Z");
    hpm_time_format(text, 1768550400123456789);
    assert_string_equal(text, "2026-01-16T08:00:00.123456789Z");
    hpm_time_format(text, 1768550400500000000);
    assert_string_equal(text, "2026-01-16T08:00:00.5Z");
    hpm_time_format(text, INT64_MAX);
    assert_string_equal(text, "2262-04-11T23:47:16.854775807Z");
}

/* Every day of the range, and moments between. */
static void test_round_trip(void **state)
{
    (void)state;
    for (int64_t ns = 12345; ns < INT64_MAX - INT64_C(90000000000001);
         ns += INT64_C(86400000000001)) {
        char text[HPM_TIME_TEXT];
        int64_t read;
        size_t length = hpm_time_format(text, ns);
        assert_int_equal(hpm_time_parse(&read, text, length), HPM_OK);
        assert_int_equal(read, ns);
    }
}

static void test_reasons(void **state)
{
    (void)state;
    assert_string_equal(hpm_time_reason(HPM_E_RANGE), "time outside 1970 to 2262");
    assert_string_equal(hpm_time_reason(HPM_E_PRECISION), "time finer than a nanosecond");
    assert_string_equal(hpm_time_reason(HPM_E_SYNTAX),
                        "not a time such as \"2026-01-16T08:00:00Z\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse),
        cmocka_unit_test(test_format),
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_reasons),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
