/* Tests of src/report/html_scale.c: where values stand, round ticks, labels. */
#include "check.h"
#include "report/html_scale.h"

#include <math.h>
#include <stdio.h>

static void test_scale(void **state)
{
    (void)state;
    hpm_scale scale = hpm_scale_zero();
    assert_true(hpm_scale_percent(&scale, 0) == 0); /* of no width */
    hpm_scale_add(&scale, -20);
    hpm_scale_add(&scale, 60);
    hpm_scale_add(&scale, 10);
    hpm_scale_add(&scale, NAN);
    hpm_scale_add(&scale, INFINITY);
    assert_true(scale.low == -20 && scale.high == 60);
    assert_true(hpm_scale_percent(&scale, -20) == 0);
    assert_true(hpm_scale_percent(&scale, 0) == 25);
    assert_true(hpm_scale_percent(&scale, 60) == 100);
    assert_true(hpm_scale_percent(&scale, 61) == 100); /* cut */
    assert_true(hpm_scale_percent(&scale, -21) == 0);
    assert_true(hpm_scale_percent(&scale, NAN) == 0);
}

/* All ticks with their labels, one after the other. */
static void joined(char *text, size_t size, const hpm_ticks *ticks)
{
    size_t length = 0;
    text[0] = '\0';
    for (uint32_t i = 0; i < ticks->count; i++) {
        char label[HPM_FORMAT_SIZE];
        hpm_tick_format(label, ticks, i);
        length += (size_t)snprintf(text + length, size - length, "%s%s", i > 0 ? "|" : "", label);
    }
}

static void test_ticks(void **state)
{
    static const struct {
        double low, high;
        uint32_t most;
        const char *within, *around;
    } rows[] = {
        {0, 10, 6, "0|2|4|6|8|10", "0|5|10"},
        {-63484, 40803, 6, "-60 k|-40 k|-20 k|0|20 k|40 k", "-100 k|-50 k|0|50 k"},
        {50550, 117950, 6, "60 k|80 k|100 k", "40 k|60 k|80 k|100 k|120 k"},
        {1320.25, 3960.75, 6, "1,500|2,000|2,500|3,000|3,500", "1,000|2,000|3,000|4,000"},
        {-1.6e6, 2.5e6, 6, "-1 M|0|1 M|2 M", "-2 M|0|2 M|4 M"},
        {0, 0.0007, 4, "0|0.0002|0.0004|0.0006", "0|0.0005|0.0010"},
        {2e9, 7e9, 4, "2 B|4 B|6 B", "0|5 B|10 B"},
        {3, 3, 6, "3", "2.0|2.5|3.0|3.5|4.0"}, /* of no width */
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        hpm_scale scale = {rows[i].low, rows[i].high};
        char text[256];
        const hpm_ticks within = hpm_ticks_within(&scale, rows[i].most);
        joined(text, sizeof text, &within);
        assert_string_equal(text, rows[i].within);
        const hpm_ticks around = hpm_ticks_around(&scale, rows[i].most);
        joined(text, sizeof text, &around);
        assert_string_equal(text, rows[i].around);
        assert_true(scale.low <= rows[i].low && scale.high >= rows[i].high);
    }
}

/* A step is 1, 2 or 5 times a power of ten. */
static void check_round(double step)
{
    while (step >= 9.99)
        step /= 10;
    while (step < 0.999)
        step *= 10;
    assert_true(fabs(step - 1) < 1e-9 || fabs(step - 2) < 1e-9 || fabs(step - 5) < 1e-9);
}

static void test_ticks_anywhere(void **state)
{
    uint64_t random = 20261121;
    (void)state;
    for (int i = 0; i < 20000; i++) {
        double numbers[2];
        for (int n = 0; n < 2; n++) {
            random = random * UINT64_C(6364136223846793005) + 1442695040888963407u;
            double part = (double)(random >> 11) / 9007199254740992.0 - 0.5;
            numbers[n] = ldexp(part, (int)(random >> 3 & 63) - 20);
        }
        hpm_scale scale = {fmin(numbers[0], numbers[1]), fmax(numbers[0], numbers[1])};
        const hpm_scale given = scale;
        const hpm_ticks within = hpm_ticks_within(&scale, 6);
        assert_true(within.count <= 6);
        check_round(within.step);
        for (uint32_t t = 0; t < within.count; t++) {
            double slack = within.step * 1e-9;
            assert_true(hpm_tick_at(&within, t) >= scale.low - slack);
            assert_true(hpm_tick_at(&within, t) <= scale.high + slack);
        }
        const hpm_ticks around = hpm_ticks_around(&scale, 6);
        check_round(around.step);
        assert_true(around.count >= 2 && around.count <= 6);
        assert_true(scale.low <= given.low && scale.high >= given.high);
        assert_true(fabs(hpm_tick_at(&around, around.count - 1) - scale.high) < around.step / 2);
    }
}

static void test_compact(void **state)
{
    static const struct {
        double value;
        const char *wanted;
    } rows[] = {{0, "0"},           {1.234, "1.23"},    {-12.34, "-12.3"}, {999, "999"},
                {-1000, "-1.00k"},  {-64562, "-64.6k"}, {99949, "99.9k"},  {999949, "1,000k"},
                {1.823e6, "1.82M"}, {-2.5e9, "-2.50B"}, {7e12, "7.00T"},   {1e19, "1e+19"},
                {0.004, "0.00"},    {-9.9951, "-10.0"}};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char text[HPM_FORMAT_SIZE];
        hpm_compact_format(text, rows[i].value);
        assert_string_equal(text, rows[i].wanted);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scale),
        cmocka_unit_test(test_ticks),
        cmocka_unit_test(test_ticks_anywhere),
        cmocka_unit_test(test_compact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
