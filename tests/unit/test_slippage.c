/* Tests of src/margin/charges/slippage.c: at least 2 % of the index, 5 % per unit of delta. Without
 * volatility a call at 80 has a delta of 1 and a mark of 20. */
#include "fills_fixture.h"

static void begin(world *w, double least, double per_delta)
{
    world_component(w, "slippage", HPM_COMPONENT_SLIPPAGE)->rule.slippage =
        (hpm_rule_slippage){least, per_delta};
}

/* Two sold: 5 % of a delta of 2, 10. At 1 % the least counts: 2 % of 2 units, 4. Futures and spot
 * pairs: nothing. */
static void test_short(void **state)
{
    static const double per_delta[] = {0.05, 0.01}, charges[] = {10, 4};
    for (int i = 0; i < 2; i++) {
        world *w = world_again(state);
        begin(w, 0.02, per_delta[i]);
        world_hold(w, B_CALL_80, -2);
        world_hold(w, B_FUTURE, 3);
        world_hold(w, B_SPOT, 3);
        world_run(w);
        check_charge(w, 0, charges[i], (double[]){0, 0, charges[i]});
    }
}

/* Three bought at 5 %: 15 of the 60 that they are worth; at 30 %, 90, no more than the 60. One sold
 * has no such cap: 30. */
static void test_long(void **state)
{
    static const double per_delta[] = {0.05, 0.3}, bought[] = {15, 60}, sold[] = {5, 30};
    for (int i = 0; i < 2; i++) {
        world *w = world_again(state);
        begin(w, 0.02, per_delta[i]);
        world_hold(w, B_CALL_80, 3);
        world_hold(w, B_FAR_CALL, -1);
        world_run(w);
        check_charge(w, 0, bought[i] + sold[i], (double[]){bought[i], sold[i]});
    }
}

/* In UST at 0.5 all amounts are twice as many. A coin-settled call is worth 0.2 BTC, the same. */
static void test_numeraire(void **state)
{
    world *w = *state;
    begin(w, 0.02, 0);
    strcpy(w->rulebook.numeraire, "UST");
    w->market.asset_price[UST].value = 0.5;
    world_hold(w, B_COIN_CALL, 1);
    world_hold(w, B_CALL_80, -1);
    world_run(w);
    check_charge(w, 0, 8, (double[]){4, 4});
}

/* One sold is held, 5. Two more sold: 15, 10 more. One bought: nothing, none is left. At 30 % two
 * bought instead: one long, 20, is less than 90. */
static void test_orders(void **state)
{
    static const double per_delta[] = {0.05, 0.3};
    for (int i = 0; i < 2; i++) {
        world *w = world_again(state);
        order_list list = {.count = 0};
        begin(w, 0.02, per_delta[i]);
        world_hold(w, B_CALL_80, -1);
        list_order(&list, B_CALL_80, -2, 20, 0);
        list_order(&list, B_CALL_80, 1 + i, 20, 0);
        fills_make(w, &list);
        check_bound(&list, w, 0, 0, 300 * per_delta[i], (double[]){200 * per_delta[i], 0});
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_short),
        WORLD_TEST(test_long),
        WORLD_TEST(test_numeraire),
        WORLD_TEST(test_orders),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
