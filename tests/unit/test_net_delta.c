/* Tests of src/margin/charges/net_delta.c: fixtures worked out by hand. Prices 100 and 10, the
 * price range is 10 %; options have no volatility, so that a delta is 0 or 1. */
#include "small_world.h"

static hpm_component *begin(world *w)
{
    hpm_component *component = world_component(w, "delta", HPM_COMPONENT_NET_DELTA);
    assert_true(component->rule.net_delta.ranges == 1);
    return component;
}

/* 3 futures and -1 perpetual: 2 net, worth 200, 10 % of it. The perpetual is credited. */
static void test_net(void **state)
{
    world *w = *state;
    begin(w);
    world_hold(w, B_PERP, -1);
    world_hold(w, B_FUTURE, 3);
    world_run(w);
    check_charge(w, 0, 20, (double[]){-10, 30});
}

/* Underlyings do not net: -1 call of strike 80, delta 1, at 100, and 5 ETH perpetuals at 10: 10 %
 * of 100 and of 50. Half a range asks half. */
static void test_underlyings(void **state)
{
    world *w = *state;
    begin(w);
    world_hold(w, B_CALL_80, -1);
    world_hold(w, E_PERP, 5);
    world_run(w);
    check_charge(w, 0, 15, (double[]){10, 5});
    w = world_again(state);
    begin(w)->rule.net_delta.ranges = 0.5;
    world_hold(w, B_CALL_80, -1);
    world_hold(w, E_PERP, 5);
    world_run(w);
    check_charge(w, 0, 7.5, (double[]){5, 2.5});
}

/* Coins are delta: 2 of them against -1 call paid in the coin, whose mark of 0.2 coins moves with
 * its delta of 1 and not once more by itself: 1 net, worth 100. Dollars are none. */
static void test_coins(void **state)
{
    world *w = *state;
    begin(w);
    world_hold(w, B_COIN_CALL, -1);
    world_balance(w, BTC, 2);
    world_balance(w, USD, 70);
    world_run(w);
    check_charge(w, 0, 10, (double[]){-10, 20, 0});
}

/* 20 inverse contracts of 10 dollars sold are -2 coins: against 2 coins nothing is left, whatever
 * else may happen. */
static void test_nothing_left(void **state)
{
    world *w = *state;
    begin(w);
    world_hold(w, B_COIN_PERP, -20);
    world_balance(w, BTC, 2);
    world_run(w);
    check_charge(w, 0, 0, (double[]){-20, 20});
}

/* In a numeraire that is worth 2, half as many units of it. */
static void test_numeraire(void **state)
{
    world *w = *state;
    begin(w);
    strcpy(w->rulebook.numeraire, "SOL");
    w->market.asset_price[SOL].value = 2;
    world_hold(w, B_FUTURE, 1);
    world_balance(w, BTC, 1);
    world_run(w);
    check_charge(w, 0, 10, (double[]){5, 5});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_net),          WORLD_TEST(test_underlyings), WORLD_TEST(test_coins),
        WORLD_TEST(test_nothing_left), WORLD_TEST(test_numeraire),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
