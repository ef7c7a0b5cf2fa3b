/* Tests of src/margin/charges/standard_margin.c: fixtures worked out by hand with the parameters of
 * the initial margin: 15 % less the distance, at least 10 %, 7.5 % of a put's mark, futures 2 %.
 * Options have no volatility: their mark is what they are in the money by. */
#include "small_world.h"

static hpm_rule_standard *begin(world *w)
{
    hpm_rule_standard *rule =
        &world_component(w, "standard", HPM_COMPONENT_STANDARD_MARGIN)->rule.standard;
    *rule = (hpm_rule_standard){0.15, 0.1, 0.075, 0.02, 0, 0};
    return rule;
}

/* Index and forward of BTC. */
static void move_to(world *w, double price)
{
    w->market.asset_price[BTC].value = price;
    for (uint32_t e = 0; e < EXPIRIES; e++)
        if (w->catalog.expiries[e].underlying == BTC) w->market.curve[e].forward.value = price;
}

/* Of strike 100 and sold. Published, with the mark M, against the equity without options; the
 * equity here has -M in it, so that M is left out:
 *   index  call                                    put
 *   100    0.15 * 100 = 15                         15
 *    97    0.15 * 97 - 3 = 11.55                   in the money, M = 3: 0.15 * 97 = 14.55
 *    80    0.15 - 0.25 < 0.1: 0.1 * 80 = 8         M = 20: 12; 0.075 * 20 = 1.5 is less
 *    30    3                                       M = 70: 4.5; 0.075 * 70 = 5.25 is more
 *   104    in the money: 15.6                      0.15 * 104 - 4 = 11.6 */
static void test_short_options(void **state)
{
    static const double rows[][3] = {
        {100, 15, 15}, {97, 11.55, 14.55}, {80, 8, 12}, {30, 3, 5.25}, {104, 15.6, 11.6}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        world *w = world_again(state);
        begin(w);
        move_to(w, rows[i][0]);
        world_hold(w, B_CALL_100, -1);
        world_hold(w, B_PUT_100, -2);
        world_run(w);
        check_charge(w, 0, rows[i][1] + 2 * rows[i][2], (double[]){rows[i][1], 2 * rows[i][2]});
    }
}

/* As published: the marks of those sold are on top, 3 at 97 and 70 at 30, and a put bought is asked
 * nothing. */
static void test_without_marks(void **state)
{
    static const double rows[][3] = {{97, 11.55, 14.55 + 3}, {30, 3, 5.25 + 70}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        world *w = world_again(state);
        begin(w)->without_marks = 1;
        move_to(w, rows[i][0]);
        world_hold(w, B_CALL_100, -1);
        world_hold(w, B_PUT_100, -1);
        world_run(w);
        check_charge(w, 0, rows[i][1] + rows[i][2], (double[]){rows[i][1], rows[i][2]});
    }
    world *w = world_again(state);
    begin(w)->without_marks = 1;
    move_to(w, 80);
    world_hold(w, B_PUT_100, 2);
    world_run(w);
    check_charge(w, 0, 0, (double[]){0});
}

/* Maintenance: 7.5 % of the index wherever the strike is, and a put at least 7.5 % of its mark. At
 * 97: 7.275 each. At 30: 2.25 and 5.25. */
static void test_maintenance(void **state)
{
    static const double rows[][3] = {{97, 7.275, 7.275}, {30, 2.25, 5.25}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        world *w = world_again(state);
        *begin(w) = (hpm_rule_standard){0.075, 0.075, 0.075, 0.02 * 2 / 3, 0, 0};
        move_to(w, rows[i][0]);
        world_hold(w, B_CALL_100, -1);
        world_hold(w, B_PUT_100, -1);
        world_run(w);
        check_charge(w, 0, rows[i][1] + rows[i][2], (double[]){rows[i][1], rows[i][2]});
    }
}

/* A long option's mark counts in the equity here and not at the venue: 2 calls of strike 80 at 100
 * are asked for the 40 that they are worth, and so are those that are paid in the coin. */
static void test_long_options(void **state)
{
    static const uint32_t ids[] = {B_CALL_80, B_COIN_CALL};
    for (size_t i = 0; i < COUNT_OF(ids); i++) {
        world *w = world_again(state);
        begin(w);
        world_hold(w, ids[i], 2);
        world_run(w);
        check_charge(w, 0, 40, (double[]){40});
        check_near(w->exposure.equity, 40, "equity");
    }
}

/* Options do not offset each other: a call spread sold asks for the short call, 15, and for the
 * mark of the long one. A call paid in the coin is asked 0.15 coins, 15. */
static void test_options_stand_alone(void **state)
{
    world *w = *state;
    begin(w);
    world_hold(w, B_CALL_80, 1);
    world_hold(w, B_CALL_100, -1);
    world_hold(w, B_COIN_CALL, -1);
    world_run(w);
    check_charge(w, 0, 20 + 15 + 15, (double[]){15, 20, 15}); /* the coin's bucket stands first */
}

/* Perpetuals and futures of an underlying net, whatever they are settled in: 3 - 1 - 20 * 10 / 100
 * = 0; 5 ETH at 10 do not help: 2 % of 50. A spot pair and coins are not charged. */
static void test_futures(void **state)
{
    world *w = *state;
    begin(w);
    world_hold(w, B_SPOT, 4);
    world_hold(w, B_PERP, -1);
    world_hold(w, B_COIN_FUTURE, -20);
    world_hold(w, B_FUTURE, 3);
    world_hold(w, E_PERP, 5);
    world_balance(w, BTC, 7);
    world_run(w);
    check_near(world_value(w, 0).value, 1, "net");
    w = world_again(state);
    begin(w);
    world_hold(w, B_PERP, 1);
    world_hold(w, B_FUTURE, -3);
    world_run(w);
    check_charge(w, 0, 4, (double[]){-2, 6}); /* 2 % of 200 */
}

/* The rate grows with the size: 30,000 futures of 100 are 3 million, 2 % and 3 times 0.5 % of it.
 * It stops at the whole notional. */
static void test_growth(void **state)
{
    static const double rows[][2] = {{0.005, 3e6 * 0.035}, {1, 3e6}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        world *w = world_again(state);
        begin(w)->future_growth = rows[i][0];
        world_hold(w, B_FUTURE, -30000);
        world_run(w);
        check_charge(w, 0, rows[i][1], &rows[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_short_options),
        WORLD_TEST(test_maintenance),
        WORLD_TEST(test_without_marks),
        WORLD_TEST(test_long_options),
        WORLD_TEST(test_options_stand_alone),
        WORLD_TEST(test_futures),
        WORLD_TEST(test_growth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
