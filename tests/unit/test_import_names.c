/* What names of instruments are made of. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "io/import_names.h"

static hpm_span span_of(const char *text)
{
    return (hpm_span){text, strlen(text)};
}

static void names_fall_into_parts(void **state)
{
    hpm_span parts[3], rest = span_of("BTC-26-C");
    (void)state;
    assert_int_equal(hpm_span_split(parts, 3, rest), 3);
    assert_true(hpm_span_equals(parts[0], "BTC") && hpm_span_equals(parts[2], "C"));
    assert_int_equal(hpm_span_split(parts, 2, rest), 0);
    assert_int_equal(hpm_span_split(parts, 3, span_of("")), 1);
    assert_int_equal(parts[0].length, 0);
    assert_int_equal(hpm_span_split(parts, 3, span_of("A--")), 3);
    assert_int_equal(parts[1].length + parts[2].length, 0);
    assert_true(hpm_span_equals(hpm_span_take(&rest, '-'), "BTC"));
    assert_true(hpm_span_equals(hpm_span_take(&rest, '_'), "26-C"));
    assert_int_equal(rest.length, 0);
    assert_int_equal(hpm_span_take(&rest, '-').length, 0);
    assert_false(hpm_span_equals(span_of("BTC"), "BT") || hpm_span_equals(span_of("BT"), "BTC"));
}

static void assets_are_capitals_and_digits(void **state)
{
    static const char *const bad[] = {"", "btc", "B-C", "B C", "ABCDEFGHIJKLMNOP", "\xC3\x84"};
    char asset[HPM_ASSET_NAME_SIZE];
    (void)state;
    assert_true(hpm_name_asset(asset, span_of("1000SHIB")));
    assert_string_equal(asset, "1000SHIB");
    assert_true(hpm_name_asset(asset, span_of("ABCDEFGHIJKLMNO")));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (hpm_name_asset(asset, span_of(bad[i]))) fail_msg("%s", bad[i]);
}

static void strikes_are_plain_numbers(void **state)
{
    static const char *const bad[] = {
        "", ".5", "5e3", "-5", "+5", "5.5.5", "0x5", "inf", "10000000000000000"};
    double strike = 0;
    (void)state;
    assert_true(hpm_name_strike(&strike, span_of("60000")) && strike == 60000);
    assert_true(hpm_name_strike(&strike, span_of("0.55")) && strike == 0.55);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (hpm_name_strike(&strike, span_of(bad[i]))) fail_msg("%s", bad[i]);
}

static void dates_are_at_eight(void **state)
{
    static const char *const digits[] = {"",       "26032",  "2603271", "260229",
                                         "261301", "2603+7", "26 327"};
    static const char *const months[] = {"",        "27MAR2", "027MAR26", "27mar26", "27XXX26",
                                         "29FEB26", "0MAR26", "MAR2726",  "27MAR+6", "-7MAR26"};
    const int64_t expected = INT64_C(1774598400000000000); /* 2026-03-27T08:00:00Z */
    int64_t time_ns = 0;
    (void)state;
    assert_true(hpm_name_digit_date(&time_ns, span_of("260327")) && time_ns == expected);
    time_ns = 0;
    assert_true(hpm_name_month_date(&time_ns, span_of("27MAR26")) && time_ns == expected);
    assert_true(hpm_name_month_date(&time_ns, span_of("6JAN23")));
    assert_true(time_ns == INT64_C(1672992000000000000));
    for (size_t i = 0; i < sizeof digits / sizeof *digits; i++)
        if (hpm_name_digit_date(&time_ns, span_of(digits[i]))) fail_msg("%s", digits[i]);
    for (size_t i = 0; i < sizeof months / sizeof *months; i++)
        if (hpm_name_month_date(&time_ns, span_of(months[i]))) fail_msg("%s", months[i]);
    assert_false(hpm_name_date(&time_ns, 26, 2, 30) || hpm_name_date(&time_ns, -1, 2, 3));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_fall_into_parts),
        cmocka_unit_test(assets_are_capitals_and_digits),
        cmocka_unit_test(strikes_are_plain_numbers),
        cmocka_unit_test(dates_are_at_eight),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
