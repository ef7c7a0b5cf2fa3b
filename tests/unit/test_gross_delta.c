/* Tests of src/margin/charges/gross_delta.c: fixtures worked out by hand. Prices 100 and 10; 2 % of
 * net and 1 % of hedged delta. Options have no volatility: in the money a delta is 1, at it a half.
 */
#include "fills_fixture.h"

static hpm_rule_gross_delta *begin(world *w)
{
    hpm_rule_gross_delta *rule =
        &world_component(w, "delta", HPM_COMPONENT_GROSS_DELTA)->rule.gross_delta;
    rule->net = 0.02;
    rule->hedged = 0.01;
    return rule;
}

/* 3 futures and -1 perpetual: net 2, gross 4, hedged 1: 2 * 2 + 1 * 1. The perpetual takes 1.5 a
 * coin from the net part and pays 0.5 for its own size; a future pays both. */
static void test_net_and_hedged(void **state)
{
    world *w = *state;
    begin(w);
    world_hold(w, B_PERP, -1);
    world_hold(w, B_FUTURE, 3);
    world_run(w);
    check_charge(w, 0, 5, (double[]){-1, 6});
}

/* Each underlying by itself: -1 call of delta 1 and 2 puts of -1/2; 5 ETH at 10. The balance of a
 * coin is no position. */
static void test_underlyings(void **state)
{
    world *w = *state;
    begin(w);
    world_hold(w, B_CALL_80, -1);
    world_hold(w, B_PUT_100, 2);
    world_hold(w, E_PERP, 5);
    world_balance(w, BTC, 7);
    world_run(w);
    check_charge(w, 0, 4 + 1, (double[]){2, 2, 1, 0});
}

/* Nothing net: 2 perpetuals against -20 inverse contracts of 10 dollars are 2 coins hedged. */
static void test_hedged_only(void **state)
{
    world *w = *state;
    begin(w);
    world_hold(w, B_COIN_PERP, -20);
    world_hold(w, B_PERP, 2);
    world_run(w);
    check_charge(w, 0, 2, (double[]){-2, 4});
}

/* Only futures and perpetuals: the call and the spot pair are not seen. 3 and -1: hedged 1. */
static void test_futures_only(void **state)
{
    world *w = *state;
    begin(w)->futures_only = 1;
    world_hold(w, B_CALL_80, -5);
    world_hold(w, B_SPOT, 2);
    world_hold(w, B_PERP, -1);
    world_hold(w, B_FUTURE, 3);
    world_run(w);
    check_charge(w, 0, 5, (double[]){0, -1, 6, 0});
}

/* In a numeraire that is worth 2, half as many units of it. */
static void test_numeraire(void **state)
{
    world *w = *state;
    begin(w);
    strcpy(w->rulebook.numeraire, "SOL");
    w->market.asset_price[SOL].value = 2;
    world_hold(w, B_FUTURE, 1);
    world_run(w);
    check_charge(w, 0, 1, (double[]){1});
}

/* With less on the net than half of what is on hedges, two accounts can need less apart: a long and
 * a short need nothing alone and 1 % of one coin together. It says so, and only then. */
static void test_merging(void **state)
{
    static const double held[][2] = {{1, 0}, {0, -1}, {1, -1}};
    static const double charges[] = {0, 0, 1};
    world *w = *state;
    begin(w);
    world_hold(w, B_PERP, 1);
    world_run(w);
    assert_int_equal(hpm_component_breaks(&w->rulebook, 0), 0);
    for (int i = 0; i < 3; i++) {
        w = world_again(state);
        begin(w)->net = 0;
        world_hold(w, B_PERP, held[i][0]);
        world_hold(w, B_FUTURE, held[i][1]);
        world_run(w);
        assert_int_equal(hpm_component_breaks(&w->rulebook, 0), HPM_BREAKS_MERGE);
        check_near(world_value(w, 0).value, charges[i], "hedged");
    }
}

/* Held 1 perpetual and -2 futures. To sell 3 perpetuals and 1 call of delta 1, to buy 1 future: net
 * from -1 - 4 to 0, gross at most 2 + 2 + 1. Per coin 1.5 of net and 0.5 of gross: 7.5 + 2.5. The
 * perpetuals add 4.5 to net and 0.5 to gross, the call 1.5 and 0.5. */
static void test_open_orders(void **state)
{
    world *w = *state;
    order_list list = {.count = 0};
    begin(w);
    world_hold(w, B_PERP, 1);
    world_hold(w, B_FUTURE, -2);
    list_order(&list, B_PERP, -3, NAN, 0);
    list_order(&list, B_CALL_80, -1, NAN, 0);
    list_order(&list, B_FUTURE, 1, NAN, 0);
    fills_make(w, &list);
    check_bound(&list, w, 0, 0, 10, (const double[]){5, 2, 0});
}

/* A hedge that alone is charged: a net that takes from the charge is not counted on. Gross at most
 * 1 perpetual and 2 futures, 0.5 a coin. */
static void test_open_orders_without_net(void **state)
{
    world *w = *state;
    order_list list = {.count = 0};
    begin(w)->net = 0;
    world_hold(w, B_PERP, 1);
    list_order(&list, B_FUTURE, -2, NAN, 0);
    list_order(&list, B_PERP, -1, NAN, 0);
    fills_make(w, &list);
    check_bound(&list, w, 0, 0, 1.5, (const double[]){1, 0});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_net_and_hedged), WORLD_TEST(test_underlyings),
        WORLD_TEST(test_hedged_only),    WORLD_TEST(test_futures_only),
        WORLD_TEST(test_numeraire),      WORLD_TEST(test_merging),
        WORLD_TEST(test_open_orders),    WORLD_TEST(test_open_orders_without_net),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
