/* Several positions in one instrument made one: the same P&L at every mark. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "io/import_legs.h"

static hpm_position leg(double quantity, double entry_price)
{
    hpm_position made = {.instrument = 7, .entry_price = entry_price};
    assert_int_equal(hpm_e8_from_double(&made.quantity.e8, quantity, HPM_ROUND_HALF_EVEN), HPM_OK);
    return made;
}

/* P&L of a position at a mark, with its funding. */
static double value_at(const hpm_position *position, hpm_payoff payoff, double size, double mark)
{
    double quantity = hpm_e8_to_double(position->quantity.e8);
    double funding = hpm_e8_to_double(position->funding.e8);
    if (position->quantity.e8 == 0 || isnan(position->entry_price)) return funding;
    double move =
        payoff == HPM_INVERSE ? 1 / position->entry_price - 1 / mark : mark - position->entry_price;
    return quantity * size * move + funding;
}

/* No unit of the last place more than they had, and not two less. */
static void expect_same_value(const hpm_position *legs, size_t count, hpm_payoff payoff,
                              double size)
{
    static const double marks[] = {1, 55, 100, 101.5, 30000};
    hpm_position net;
    assert_int_equal(hpm_import_legs_net(&net, legs, count, payoff, size, NULL), HPM_OK);
    for (size_t m = 0; m < sizeof marks / sizeof *marks; m++) {
        double apart = 0, scale = 0;
        for (size_t i = 0; i < count; i++) {
            apart += value_at(&legs[i], payoff, size, marks[m]);
            scale += fabs(value_at(&legs[i], payoff, size, marks[m]));
        }
        double lost = apart - value_at(&net, payoff, size, marks[m]);
        assert_true(lost > -1e-12 * scale && lost < 1.01e-8 + 1e-12 * scale);
    }
}

static void keeps_the_value_at_every_mark(void **state)
{
    (void)state;
    const hpm_position books[][4] = {
        {leg(10, 100), leg(-4, 120), leg(0, NAN), leg(0, NAN)},
        {leg(3, 100), leg(-4, 120), leg(0, NAN), leg(0, NAN)},
        {leg(10, 100), leg(-10, 200), leg(0, NAN), leg(0, NAN)},
        {leg(10, 100), leg(-9, 200), leg(7, 50), leg(-2.5, 0.3)},
        {leg(-1, 3), leg(-2, 7), leg(-3, 11), leg(0, NAN)},
    };
    for (size_t b = 0; b < sizeof books / sizeof *books; b++) {
        expect_same_value(books[b], 4, HPM_LINEAR, 0.01);
        expect_same_value(books[b], 4, HPM_INVERSE, 100);
    }
}

static void sets_off_long_and_short(void **state)
{
    (void)state;
    hpm_position net, legs[] = {leg(10, 100), leg(-4, 120)};
    legs[1].funding.e8 = 5;
    assert_int_equal(hpm_import_legs_net(&net, legs, 2, HPM_LINEAR, 0.5, NULL), HPM_OK);
    assert_int_equal(net.instrument, 7);
    assert_int_equal(net.quantity.e8, 6 * HPM_E8);
    assert_true(net.entry_price == 100);
    assert_int_equal(net.funding.e8, 40 * HPM_E8 + 5); /* 4 contracts of 0.5 coin, 20 each */
}

/* Nothing left to hold, and the gain is still the account's. */
static void keeps_the_gain_of_what_is_closed(void **state)
{
    (void)state;
    hpm_position net, legs[] = {leg(-2, 100), leg(2, 50)};
    assert_int_equal(hpm_import_legs_net(&net, legs, 2, HPM_INVERSE, 10, NULL), HPM_OK);
    assert_int_equal(net.quantity.e8, 0);
    assert_true(isnan(net.entry_price));
    assert_int_equal(net.funding.e8, HPM_E8 / 5); /* 20 USD: 0.4 coin bought, 0.2 sold */
}

static void leaves_one_alone(void **state)
{
    (void)state;
    hpm_position net, one = leg(-0.3, 61234.1);
    one.funding.e8 = -17;
    assert_int_equal(hpm_import_legs_net(&net, &one, 1, HPM_INVERSE, 100, NULL), HPM_OK);
    assert_int_equal(net.quantity.e8, one.quantity.e8);
    assert_true(net.entry_price == 61234.1);
    assert_int_equal(net.funding.e8, -17);
}

static void adds_options_up(void **state)
{
    (void)state;
    hpm_position net, legs[] = {leg(5, NAN), leg(-8, NAN)};
    assert_int_equal(hpm_import_legs_net(&net, legs, 2, HPM_INVERSE, 1, NULL), HPM_OK);
    assert_int_equal(net.quantity.e8, -3 * HPM_E8);
    assert_true(isnan(net.entry_price));
    assert_int_equal(net.funding.e8, 0);
}

static void refuses_what_cannot_be_counted(void **state)
{
    (void)state;
    hpm_error error;
    hpm_position net, half[] = {leg(5, NAN), leg(-8, 3)}, many[] = {leg(1, 1), leg(1, 1)};
    assert_int_equal(hpm_import_legs_net(&net, half, 2, HPM_LINEAR, 1, &error),
                     HPM_E_FIELD_MISSING);
    many[0].quantity.e8 = many[1].quantity.e8 = INT64_MAX;
    assert_int_equal(hpm_import_legs_net(&net, many, 2, HPM_LINEAR, 1, &error), HPM_E_OVERFLOW);
    many[0].quantity.e8 = INT64_MIN;
    assert_int_equal(hpm_import_legs_net(&net, many, 2, HPM_LINEAR, 1, &error), HPM_E_OVERFLOW);
    hpm_position far[] = {leg(1000, 1), leg(-1000, 1e14)};
    assert_int_equal(hpm_import_legs_net(&net, far, 2, HPM_LINEAR, 1e12, &error), HPM_E_RANGE);
    many[0] = many[1] = leg(1, 1);
    many[0].funding.e8 = many[1].funding.e8 = INT64_MAX;
    assert_int_equal(hpm_import_legs_net(&net, many, 2, HPM_LINEAR, 1, &error), HPM_E_OVERFLOW);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_the_value_at_every_mark),
        cmocka_unit_test(sets_off_long_and_short),
        cmocka_unit_test(keeps_the_gain_of_what_is_closed),
        cmocka_unit_test(leaves_one_alone),
        cmocka_unit_test(adds_options_up),
        cmocka_unit_test(refuses_what_cannot_be_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
