/* Tests of src/margin/charges/expiry_strategy.c: fixtures worked out by hand. At the money 15 % of
 * the index, at least 10 %; puts at least 1.05 times (7.5 % of the larger of index and mark, and
 * the mark), less the mark; 120 % of the forward for an unpaired call. Options have no volatility:
 * their mark is what they are in the money by. */
#include "fills_fixture.h"

static hpm_rule_strategy *begin(world *w)
{
    hpm_rule_strategy *rule =
        &world_component(w, "options", HPM_COMPONENT_EXPIRY_STRATEGY)->rule.strategy;
    *rule = (hpm_rule_strategy){.short_call = 0.15,
                                .short_call_least = 0.1,
                                .short_put = 0.15,
                                .short_put_least = 0.1,
                                .put_floor = 0.075,
                                .put_floor_mark = 0.075,
                                .put_floor_multiple = 1.05,
                                .unpaired_call = 1.2};
    return rule;
}

/* Index and forward of BTC. */
static void move_to(world *w, double price)
{
    w->market.asset_price[BTC].value = price;
    for (uint32_t e = 0; e < EXPIRIES; e++)
        if (w->catalog.expiries[e].underlying == BTC) w->market.curve[e].forward.value = price;
}

/* Of strike 100 and sold, M the mark of the put:
 *   index  call                             put
 *   100    0.15 * 100 = 15                  15
 *    97    0.15 * 97 - 3 = 11.55            M = 3: 0.15 * 97 = 14.55
 *    80    0.15 - 0.25 < 0.1: 8             M = 20: 12; 1.05 * 6 + 0.05 * 20 = 7.3 is less
 *    30    3                                M = 70: 4.5; 1.05 * 5.25 + 0.05 * 70 = 9.0125
 * Held to expiry both together would be asked 100 for the put and 1.2 * F for the call, and more.
 */
static void test_by_themselves(void **state)
{
    static const double rows[][3] = {
        {100, 15, 15}, {97, 11.55, 14.55}, {80, 8, 12}, {30, 3, 9.0125}};
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

/* Maintenance: the floor alone. At 30: max(2.25, 5.25) of the put, 2.25 of the call. */
static void test_maintenance(void **state)
{
    world *w = *state;
    *begin(w) = (hpm_rule_strategy){.short_call = 0.075,
                                    .short_call_least = 0.075,
                                    .put_floor = 0.075,
                                    .put_floor_mark = 0.075,
                                    .put_floor_multiple = 1,
                                    .unpaired_call = 1.1};
    move_to(w, 30);
    world_hold(w, B_CALL_100, -1);
    world_hold(w, B_PUT_100, -1);
    world_run(w);
    check_charge(w, 0, 7.5, (double[]){2.25, 5.25});
}

/* A spread sold at 90 pays at worst -20, of which 10 is its value: 10. The short call by itself
 * would be 13.5. In coins the same. */
static void test_spread(void **state)
{
    static const uint32_t shorts[] = {B_CALL_80, B_COIN_CALL};
    for (int i = 0; i < 2; i++) {
        world *w = world_again(state);
        begin(w);
        move_to(w, 90);
        world_hold(w, B_CALL_100, 1);
        world_hold(w, shorts[i], -1);
        world_run(w);
        check_charge(w, 0, 10, (double[]){10, 0});
    }
}

/* A put at 5 cannot pay more than its strike: 100 less its mark of 95. By itself it would be asked
 * 1.05 * 7.125 + 4.75. */
static void test_down_to_zero(void **state)
{
    world *w = *state;
    begin(w);
    move_to(w, 5);
    world_hold(w, B_PUT_100, -1);
    world_run(w);
    check_charge(w, 0, 5, (double[]){5});
}

/* 3 calls of 100 sold, 1 of 80 held: no payoff is below 0, 2 calls are unpaired. At 10 % of the
 * forward 20 and the value of 20; by themselves 45 and 20. The long call covers one of the short.
 */
static void test_unpaired(void **state)
{
    world *w = *state;
    begin(w)->unpaired_call = 0.1;
    world_hold(w, B_CALL_100, -3);
    world_hold(w, B_CALL_80, 1);
    world_run(w);
    check_charge(w, 0, 40, (double[]){10, 30});
}

/* Half of the settlement average is observed at 80, so that the forward is 90: 9, not 10, of the
 * unpaired call. */
static void test_forward(void **state)
{
    world *w = *state;
    begin(w)->unpaired_call = 0.1;
    w->market.curve[BTC_NEAR].observed_share = 0.5;
    w->market.curve[BTC_NEAR].observed_price = 80;
    world_hold(w, B_CALL_100, -1);
    world_run(w);
    check_charge(w, 0, 9, (double[]){9});
}

/* A long option is asked for its mark, which the equity has; expiries stand apart, and so do
 * underlyings: 15 near, 20 far, an ETH call at the money 0.15 * 10. Positions of nothing and
 * futures do not count. */
static void test_expiries(void **state)
{
    world *w = *state;
    begin(w);
    world_hold(w, B_CALL_80, -1);
    world_hold(w, B_FAR_CALL, 1);
    world_hold(w, B_PUT_100, 0);
    world_hold(w, B_FUTURE, -5);
    world_hold(w, E_CALL, -1);
    world_run(w);
    check_charge(w, 0, 36.5, (double[]){0, 15, 0, 20, 1.5});
}

/* Counted in UST at 0.8: a call paid in UST by its own figures, 0.15 * 90 of the index as it is
 * quoted; the spread of one paid in USD against it has marks and payoffs worth 1.25. */
static void test_numeraire(void **state)
{
    world *w = *state;
    begin(w);
    strcpy(w->rulebook.numeraire, "UST");
    w->market.asset_price[UST].value = 0.8;
    move_to(w, 90);
    world_hold(w, B_CALL_UST, -1);
    world_run(w);
    check_charge(w, 0, 13.5, (double[]){13.5});
    w = world_again(state);
    begin(w);
    strcpy(w->rulebook.numeraire, "UST");
    w->market.asset_price[UST].value = 0.8;
    move_to(w, 90);
    world_hold(w, B_CALL_80, -1);
    world_hold(w, B_CALL_100, 1);
    world_run(w);
    check_charge(w, 0, 12.5, (double[]){12.5, 0}); /* 1.25 * (20 - 10) */
}

static void test_underlyings(void **state)
{
    char btc[1][HPM_ASSET_NAME_SIZE] = {"BTC"};
    for (int i = 0; i < 2; i++) {
        world *w = world_again(state);
        hpm_rule_strategy *rule = begin(w);
        *(i ? &rule->except : &rule->only) = (hpm_list){btc, 1};
        world_hold(w, B_CALL_80, -1);
        world_hold(w, E_CALL, -1);
        world_run(w);
        check_charge(w, 0, i ? 1.5 : 15, (double[]){i ? 0 : 15, i ? 1.5 : 0});
    }
}

/* At 5 the put held to expiry is asked 5, the call by itself 10 % of 5. Together by
 * themselves 12.73, held to expiry 5 and 6 of an unpaired call: two accounts need half as much. */
static void test_merging(void **state)
{
    static const double puts[] = {-1, 0, -1}, calls[] = {0, -1, -1}, charges[] = {5, 0.5, 11};
    for (int i = 0; i < 3; i++) {
        world *w = world_again(state);
        begin(w);
        move_to(w, 5);
        world_hold(w, B_PUT_100, puts[i]);
        world_hold(w, B_CALL_80, calls[i]);
        world_run(w);
        check_near(world_value(w, 0).value, charges[i], "charge");
        assert_true(hpm_component_breaks(&w->rulebook, 0) & HPM_BREAKS_MERGE);
    }
}

/* The call sold alone is worst: 13.5 by itself, more than that held to expiry. What the bought call
 * covers is not counted on. */
static void test_orders_by_themselves(void **state)
{
    world *w = *state;
    order_list list = {.count = 0};
    begin(w);
    move_to(w, 90);
    list_order(&list, B_CALL_80, -1, NAN, 0);
    list_order(&list, B_CALL_100, 1, NAN, 0);
    fills_make(w, &list);
    check_bound(&list, w, 0, 0, 13.5, (double[]){13.5, 0});
}

/* At 5 a put that is sold costs at most 5; one is held short and two more may be, or one bought. */
static void test_orders_held(void **state)
{
    world *w = *state;
    order_list list = {.count = 0};
    begin(w);
    move_to(w, 5);
    world_hold(w, B_PUT_100, -1);
    list_order(&list, B_PUT_100, -2, NAN, 0);
    list_order(&list, B_PUT_100, 1, NAN, 0);
    fills_make(w, &list);
    check_bound(&list, w, 0, 0, 15, (double[]){10, 0});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_by_themselves), WORLD_TEST(test_maintenance),
        WORLD_TEST(test_spread),        WORLD_TEST(test_down_to_zero),
        WORLD_TEST(test_unpaired),      WORLD_TEST(test_forward),
        WORLD_TEST(test_expiries),      WORLD_TEST(test_numeraire),
        WORLD_TEST(test_underlyings),   WORLD_TEST(test_orders_by_themselves),
        WORLD_TEST(test_orders_held),   WORLD_TEST(test_merging),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
