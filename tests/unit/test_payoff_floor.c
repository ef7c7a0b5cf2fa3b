/* Tests of src/margin/payoff_floor.c: least payoffs worked out by hand. Spot and forward are 100,
 * volatilities 0: an option is worth what it would pay now. */
#include "margin/payoff_floor.h"
#include "small_world.h"

static void begin(world *w)
{
    static double prices[] = {0.25}, vols[] = {0};
    world_grid(w, "grid", prices, 1, vols, 1);
    hpm_rule_worst *rule = &world_component(w, "worst", HPM_COMPONENT_WORST_SCENARIO)->rule.worst;
    strcpy(rule->set, "grid");
    rule->fold = HPM_FOLD_PAYOFF_FLOOR;
}

/* The floor under the only run, and that its holdings make it up, there where it is attained. */
static hpm_payoff_floor floor_of(world *w, double discount)
{
    double parts = 0;
    world_run(w);
    assert_int_equal(w->portfolio.run_count, 1);
    hpm_payoff_floor below = hpm_run_floor(&w->exposure, 0, discount);
    for (uint32_t h = 0; h < w->portfolio.holding_count && below.least != -INFINITY; h++)
        parts += hpm_holding_floor_at(&w->exposure, h, &below, 125);
    if (below.least != -INFINITY) check_near(parts, hpm_floor_at(&below, 125), "parts");
    return below;
}

static void check_floor(world *w, double least, double price)
{
    hpm_payoff_floor below = floor_of(w, 1);
    check_near(below.least, least, "least payoff");
    check_near(below.price, price, "settlement price");
}

static void check_none(world *w)
{
    assert_true(floor_of(w, 1).least == -INFINITY);
}

/* A spread pays 0 up to 80, then up to 20; sold, -20 from 100 on. */
static void test_spread(void **state)
{
    world *w = *state;
    begin(w);
    world_hold(w, B_CALL_80, 1);
    world_hold(w, B_CALL_100, -1);
    check_floor(w, 0, 0);
    w = world_again(state);
    begin(w);
    world_hold(w, B_CALL_80, -1);
    world_hold(w, B_CALL_100, 1);
    check_floor(w, -20, 100);
}

/* Bought at both strikes, calls at 80 and puts at 100 (guts): 100 at 0, 20 from 80 to 100. */
static void test_inner_minimum(void **state)
{
    world *w = *state;
    begin(w);
    world_hold(w, B_CALL_80, 1);
    world_hold(w, B_PUT_100, 1);
    check_floor(w, 20, 80);
}

/* Two calls at 80 against three at 100 lose without end; so do a put and a future sold: at 100 they
 * pay 0, and 1 less for every 1 beyond. */
static void test_short_on_balance(void **state)
{
    world *w = *state;
    begin(w);
    world_hold(w, B_CALL_80, 2);
    world_hold(w, B_CALL_100, -3);
    check_none(w);
    w = world_again(state);
    begin(w);
    world_hold(w, B_PUT_100, 1);
    world_hold(w, B_FUTURE, -1);
    check_none(w);
}

/* 0.3 - 0.1 - 0.2 is below zero in doubles; nothing is short here. */
static void test_balance_of_roundings(void **state)
{
    world *w = *state;
    begin(w);
    world_hold(w, B_FUTURE, 0.3);
    world_hold(w, B_CALL_80, -0.1);
    world_hold(w, B_CALL_100, -0.2);
    check_floor(w, -30, 0);
}

/* A future at 100 covers a call sold: -100 at 0, 0 from 100 on. A put on top keeps the loss to 0.
 */
static void test_future(void **state)
{
    world *w = *state;
    begin(w);
    world_hold(w, B_FUTURE, 1);
    world_hold(w, B_CALL_100, -1);
    check_floor(w, -100, 0);
    w = world_again(state);
    begin(w);
    world_hold(w, B_FUTURE, 1);
    world_hold(w, B_CALL_100, -1);
    world_hold(w, B_PUT_100, 1);
    check_floor(w, 0, 0);
}

/* With half of a settlement average observed at 90 nothing settles below 45: the covered call then
 * pays 45 - 100. */
static void test_observed_average(void **state)
{
    world *w = *state;
    begin(w);
    w->market.curve[BTC_NEAR].observed_share = 0.5;
    w->market.curve[BTC_NEAR].observed_price = 90;
    world_hold(w, B_FUTURE, 1);
    world_hold(w, B_CALL_100, -1);
    check_floor(w, -55, 45);
}

/* Options are discounted, futures settle every day: at a discount of 0.5 half a future covers a
 * call sold at 80. At 0 they pay -50, from 80 on 0.5 * (F - 100) - 0.5 * (F - 80) = -10. At par the
 * call is not covered. */
static void test_discount(void **state)
{
    world *w = *state;
    begin(w);
    world_hold(w, B_FUTURE, 0.5);
    world_hold(w, B_CALL_80, -1);
    hpm_payoff_floor below = floor_of(w, 0.5);
    check_near(below.least, -50, "least payoff");
    check_near(below.price, 0, "settlement price");
    assert_true(hpm_run_floor(&w->exposure, 0, 1).least == -INFINITY);
}

/* A call at 80, worth 20, against a future sold at 110 pays 30 from 80 on, 110 at 0: more than it
 * is worth. The floor is what it is worth. */
static void test_never_above_the_value(void **state)
{
    world *w = *state;
    begin(w);
    w->market.mark[B_FUTURE].value = 110;
    world_hold(w, B_CALL_80, 1);
    world_hold(w, B_FUTURE, -1);
    hpm_payoff_floor below = floor_of(w, 1);
    check_near(below.least, 20, "value now");
    assert_true(isnan(below.price));
}

/* In coin: a call at 80 is worth 0.2, 10 futures of 10 dollars are one coin at 100. The call
 * against them sold pays 20 dollars from 80 on, wherever the coin settles: 0.16 coins where it is
 * at 125. 11 futures are more than it covers. */
static void test_coin_settled(void **state)
{
    world *w = *state;
    begin(w);
    world_hold(w, B_COIN_CALL, 1);
    world_hold(w, B_COIN_FUTURE, -10);
    hpm_payoff_floor below = floor_of(w, 1);
    check_near(below.least, 20, "dollars");
    check_near(hpm_floor_at(&below, 125), 0.16, "coins");
    w = world_again(state);
    begin(w);
    world_hold(w, B_COIN_CALL, 1);
    world_hold(w, B_COIN_FUTURE, -11);
    check_none(w);
}

/* 11 futures at 110 are one coin: sold against 1.1 calls they pay 30 dollars at 80 and more
 * elsewhere. Worth 22 dollars now, 0.22 coins, they are 0.176 at 125. */
static void test_coin_settled_value(void **state)
{
    world *w = *state;
    begin(w);
    w->market.mark[B_COIN_FUTURE].value = 110;
    world_hold(w, B_COIN_CALL, 1.1);
    world_hold(w, B_COIN_FUTURE, -11);
    hpm_payoff_floor below = floor_of(w, 1);
    check_near(below.least, 22, "dollars");
    assert_true(isnan(below.price));
    check_near(hpm_floor_at(&below, 125), 0.176, "coins");
}

/* Nothing to be floored: a perpetual, one holding, futures alone. What is held zero times is not
 * held. */
static void test_no_floor(void **state)
{
    static const uint32_t pairs[][2] = {
        {B_PERP, B_PERP}, {B_CALL_80, B_CALL_80}, {B_FUTURE, B_FUTURE}, {B_CALL_80, B_CALL_100}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        world *w = world_again(state);
        begin(w);
        world_hold(w, pairs[i][0], 1);
        if (pairs[i][1] != pairs[i][0]) world_hold(w, pairs[i][1], 1)->quantity.e8 = 0;
        check_none(w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_spread),           WORLD_TEST(test_inner_minimum),
        WORLD_TEST(test_short_on_balance), WORLD_TEST(test_balance_of_roundings),
        WORLD_TEST(test_future),           WORLD_TEST(test_observed_average),
        WORLD_TEST(test_discount),         WORLD_TEST(test_never_above_the_value),
        WORLD_TEST(test_coin_settled),     WORLD_TEST(test_coin_settled_value),
        WORLD_TEST(test_no_floor),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
