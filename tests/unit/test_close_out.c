/* Tests of src/margin/charges/close_out.c: fixtures worked out by hand. Futures 0.1 %, options 0.2
 * % of notional but at most 1 % of the mark, liquidation 0.3 % on top. */
#include "small_world.h"

static void begin(world *w)
{
    hpm_component *component = world_component(w, "close_out", HPM_COMPONENT_CLOSE_OUT);
    component->rule.close_out = (hpm_rule_close_out){0.001, 0.002, 0.01, 0.003};
}

/* 2 * 100 * 0.4 % = 0.8, long or short. 10 inverse contracts of 10 USD: 100 * 0.4 %. Spot: nothing.
 */
static void test_futures(void **state)
{
    static const double signs[] = {1, -1};
    for (int i = 0; i < 2; i++) {
        world *w = world_again(state);
        begin(w);
        world_hold(w, B_SPOT, signs[i] * 3);
        world_hold(w, B_COIN_PERP, signs[i] * 10);
        world_hold(w, B_PERP, signs[i] * 2);
        world_hold(w, B_FUTURE, signs[i]);
        world_run(w);
        check_charge(w, 0, 1.6, (double[]){0, 0.4, 0.8, 0.4});
    }
}

/* A call at 80 has a mark of 20: its fee of 0.2 is exactly 1 % of it. At a cap of 0.5 % it is 0.1.
 * At the money there is no mark and no fee, only liquidation: 0.3. */
static void test_option_cap(void **state)
{
    world *w = *state;
    begin(w);
    world_hold(w, B_CALL_80, -1);
    world_hold(w, B_CALL_100, 1);
    world_run(w);
    check_charge(w, 0, 0.8, (double[]){0.5, 0.3});
    w = world_again(state);
    begin(w);
    w->components[0].rule.close_out.option_fee_cap = 0.005;
    world_hold(w, B_CALL_80, -1);
    world_run(w);
    check_charge(w, 0, 0.4, (double[]){0.4});
}

/* A coin-settled call is worth 0.2 BTC: the same 20. One in UST at 0.25 has a mark of 5 in USD. */
static void test_settlement(void **state)
{
    world *w = *state;
    begin(w);
    w->market.asset_price[UST].value = 0.25;
    world_hold(w, B_COIN_CALL, 1);
    world_hold(w, B_CALL_UST, 1);
    world_run(w);
    check_charge(w, 0, 0.5 + 0.35, (double[]){0.5, 0.35});
}

/* ETH at 10, and a flat position. */
static void test_underlyings(void **state)
{
    world *w = *state;
    begin(w);
    world_hold(w, E_PERP, -5);
    world_hold(w, B_PERP, 0);
    world_balance(w, BTC, 9);
    world_run(w);
    check_charge(w, 0, 0.2, (double[]){0, 0.2, 0});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_futures),
        WORLD_TEST(test_option_cap),
        WORLD_TEST(test_settlement),
        WORLD_TEST(test_underlyings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
