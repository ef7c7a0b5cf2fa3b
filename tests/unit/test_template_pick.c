/* Which instrument a leg means: nearest expiry and strike, ties, tolerances, deltas. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "io/template_pick.h"
#include "template_fixture.h"

static hpm_market_document document;

static int setup(void **state)
{
    (void)state;
    return fixture_market(&document);
}

static int teardown(void **state)
{
    (void)state;
    hpm_market_document_free(&document);
    return 0;
}

static hpm_template_leg leg_of(hpm_kind kind, double days)
{
    hpm_template_leg leg;
    memset(&leg, 0, sizeof leg);
    strcpy(leg.underlying, "BTC");
    leg.kind = (int)kind;
    leg.tenor.days = days;
    leg.tenor.days_max = 1000;
    leg.type = 1;
    leg.tolerance = 0.5;
    return leg;
}

static const char *pick(const hpm_template_leg *leg)
{
    static char reason[160];
    hpm_template_pick made = hpm_template_pick_leg(&document.market, leg, HPM_NONE, HPM_NONE);
    memcpy(reason, made.reason, sizeof reason);
    return made.id == HPM_NONE ? reason : document.catalog.instruments[made.id].name;
}

static void expiry_is_the_nearest_then_the_earlier(void **state)
{
    hpm_template_leg leg = leg_of(HPM_OPTION, 15);
    (void)state;
    leg.strike_by = HPM_STRIKE_MONEYNESS;
    leg.moneyness = 1;
    assert_string_equal(pick(&leg), "t:BTC-12JAN26-100-C");
    leg.tenor.days = 15.01;
    assert_string_equal(pick(&leg), "t:BTC-22JAN26-100-C");
    leg.tenor.days_max = 19.9;
    assert_string_equal(pick(&leg), "t:BTC-12JAN26-100-C");
    leg.tenor.days_min = 10.1;
    assert_non_null(strstr(pick(&leg), "no options expires 10.1 to 19.9 days"));
    /* The earlier expiry lists no future. */
    leg = leg_of(HPM_FUTURE, 1);
    assert_string_equal(pick(&leg), "t:BTC-22JAN26");
}

static void strike_by_moneyness(void **state)
{
    hpm_template_leg leg = leg_of(HPM_OPTION, 10);
    (void)state;
    leg.strike_by = HPM_STRIKE_MONEYNESS;
    leg.moneyness = 1.06;
    assert_string_equal(pick(&leg), "t:BTC-12JAN26-110-C");
    leg.type = 0;
    leg.moneyness = 0.5;
    leg.tolerance = 0.25;
    assert_non_null(strstr(pick(&leg), "off by 0.3, more than 0.25 (t:BTC-12JAN26-80-P)"));
    /* On a forward of 80, 80 and 90 are both exactly 0.0625 away: the lower strike wins. */
    document.market.curve[0].forward.value = 80;
    leg.moneyness = 1.0625;
    const char *tied = pick(&leg);
    document.market.curve[0].forward.value = 100;
    assert_string_equal(tied, "t:BTC-12JAN26-80-P");
}

static void strike_by_atm_offset(void **state)
{
    hpm_template_leg leg = leg_of(HPM_OPTION, 20);
    (void)state;
    leg.strike_by = HPM_STRIKE_ATM;
    leg.tolerance = 0;
    assert_string_equal(pick(&leg), "t:BTC-22JAN26-100-C");
    leg.atm_offset = 2;
    assert_string_equal(pick(&leg), "t:BTC-22JAN26-120-C");
    leg.atm_offset = -1;
    assert_string_equal(pick(&leg), "t:BTC-22JAN26-90-C");
    leg.atm_offset = 3;
    assert_non_null(strstr(pick(&leg), "fewer than 3 listed strikes above"));
    leg.atm_offset = -3;
    assert_non_null(strstr(pick(&leg), "fewer than 3 listed strikes below"));
}

static double delta_of(const char *name)
{
    uint32_t id = hpm_catalog_find_instrument(&document.catalog, name);
    return hpm_template_delta(&document.market, id);
}

static double normal_cdf(double x)
{
    return 0.5 * erfc(-x / sqrt(2));
}

static void strike_by_delta(void **state)
{
    hpm_template_leg leg = leg_of(HPM_OPTION, 10);
    double v = 0.5 * sqrt(10.0 / 365);
    (void)state;
    assert_true(fabs(delta_of("t:BTC-12JAN26-110-C") - normal_cdf(log(100.0 / 110) / v + v / 2)) <
                1e-14);
    assert_true(fabs(delta_of("t:BTC-12JAN26-110-P") - delta_of("t:BTC-12JAN26-110-C") + 1) <
                1e-14);
    leg.strike_by = HPM_STRIKE_DELTA;
    leg.delta = 0.14;
    assert_string_equal(pick(&leg), "t:BTC-12JAN26-110-C");
    leg.type = 0;
    assert_string_equal(pick(&leg), "t:BTC-12JAN26-90-P");
    leg.tolerance = 1e-4;
    assert_non_null(strstr(pick(&leg), "the nearest listed strike is off by"));
}

static void other_legs_give_expiry_and_strike(void **state)
{
    hpm_template_leg leg = leg_of(HPM_OPTION, 10);
    uint32_t other = hpm_catalog_find_instrument(&document.catalog, "t:BTC-22JAN26-120-C");
    hpm_template_pick made;
    (void)state;
    leg.type = 0;
    leg.strike_by = HPM_STRIKE_LEG;
    leg.tolerance = 0;
    made = hpm_template_pick_leg(&document.market, &leg, other, other);
    assert_string_equal(document.catalog.instruments[made.id].name, "t:BTC-22JAN26-120-P");
    made = hpm_template_pick_leg(&document.market, &leg, HPM_NONE, other);
    assert_string_equal(document.catalog.instruments[made.id].name, "t:BTC-12JAN26-120-P");
    leg = leg_of(HPM_FUTURE, 0);
    strcpy(leg.tenor.expiry_of, "x");
    uint32_t near = hpm_catalog_find_instrument(&document.catalog, "t:BTC-12JAN26-120-C");
    made = hpm_template_pick_leg(&document.market, &leg, near, HPM_NONE);
    assert_int_equal(made.id, HPM_NONE);
    assert_string_equal(made.reason, "no future at the expiry of x");
}

static void undated_and_unknown(void **state)
{
    hpm_template_leg leg = leg_of(HPM_PERPETUAL, 0);
    (void)state;
    assert_string_equal(pick(&leg), "t:BTC-PERP");
    leg.kind = HPM_SPOT;
    assert_string_equal(pick(&leg), "t:BTC-SPOT");
    strcpy(leg.settlement, "BTC");
    assert_string_equal(pick(&leg), "no spot pair on BTC is listed");
    strcpy(leg.settlement, "EUR");
    assert_string_equal(pick(&leg), "the market has no asset EUR");
    strcpy(leg.underlying, "SOL");
    assert_string_equal(pick(&leg), "the market has no asset SOL");
}

static void ladder_order(void **state)
{
    static const char *const expected[] = {"t:BTC-12JAN26-90-P",  "t:BTC-12JAN26-100-C",
                                           "t:BTC-12JAN26-110-C", "t:BTC-22JAN26-90-P",
                                           "t:BTC-22JAN26-100-P", "t:BTC-22JAN26-110-C"};
    hpm_template_ladder ladder;
    uint32_t ids[32];
    (void)state;
    memset(&ladder, 0, sizeof ladder);
    strcpy(ladder.underlying, "BTC");
    ladder.days_max = 100;
    ladder.expiry_first = 1;
    ladder.expiry_last = 9;
    ladder.moneyness_min = 0.85;
    ladder.moneyness_max = 1.15;
    ladder.strike_step = 1;
    ladder.type = HPM_LADDER_OTM;
    assert_int_equal(hpm_template_pick_ladder(&document.market, &ladder, ids), 6);
    for (int i = 0; i < 6; i++)
        assert_string_equal(document.catalog.instruments[ids[i]].name, expected[i]);
    ladder.type = HPM_LADDER_BOTH;
    ladder.strike_step = 2;
    ladder.expiry_first = 2;
    assert_int_equal(hpm_template_pick_ladder(&document.market, &ladder, ids), 4);
    assert_string_equal(document.catalog.instruments[ids[0]].name, "t:BTC-22JAN26-90-P");
    assert_string_equal(document.catalog.instruments[ids[1]].name, "t:BTC-22JAN26-90-C");
    ladder.expiry_first = 3;
    assert_int_equal(hpm_template_pick_ladder(&document.market, &ladder, ids), 0);
    strcpy(ladder.settlement, "USD");
    assert_int_equal(hpm_template_pick_ladder(&document.market, &ladder, ids), 0);
}

static void notional_and_delta_of_linear_and_inverse(void **state)
{
    const hpm_market *market = &document.market;
    uint32_t perpetual = hpm_catalog_find_instrument(&document.catalog, "t:BTC-PERP");
    uint32_t spot = hpm_catalog_find_instrument(&document.catalog, "t:BTC-SPOT");
    uint32_t option = hpm_catalog_find_instrument(&document.catalog, "t:BTC-22JAN26-90-P");
    (void)state;
    assert_true(hpm_template_notional(market, perpetual) == 10);
    assert_true(hpm_template_delta(market, perpetual) == 0.1);
    assert_true(hpm_template_notional(market, spot) == 50);
    assert_true(hpm_template_delta(market, spot) == 0.5);
    assert_true(hpm_template_notional(market, option) == 104);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(expiry_is_the_nearest_then_the_earlier),
        cmocka_unit_test(strike_by_moneyness),
        cmocka_unit_test(strike_by_atm_offset),
        cmocka_unit_test(strike_by_delta),
        cmocka_unit_test(other_legs_give_expiry_and_strike),
        cmocka_unit_test(undated_and_unknown),
        cmocka_unit_test(ladder_order),
        cmocka_unit_test(notional_and_delta_of_linear_and_inverse),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
