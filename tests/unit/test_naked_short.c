/* Tests of src/margin/charges/naked_short.c: fixtures worked out by hand, at 1 % of the index: 1
 * per net short option on BTC, 0.1 on ETH. */
#include "small_world.h"

static void begin(world *w)
{
    world_component(w, "naked", HPM_COMPONENT_NAKED_SHORT)->rule.naked.option = 0.01;
}

/* Long options are never charged, short ones at 1 each. */
static void test_signs(void **state)
{
    world *w = *state;
    begin(w);
    world_hold(w, B_CALL_80, 3);
    world_run(w);
    check_charge(w, 0, 0, (double[]){0});
    w = world_again(state);
    begin(w);
    world_hold(w, B_CALL_80, -3);
    world_run(w);
    check_charge(w, 0, 3, (double[]){3});
}

/* At one strike calls and puts net: -2 calls + 1 put = -1, the put is credited. At equal numbers
 * nothing is left, and nothing is shared out. */
static void test_calls_and_puts_net(void **state)
{
    world *w = *state;
    begin(w);
    world_hold(w, B_PUT_100, 1);
    world_hold(w, B_CALL_100, -2);
    world_run(w);
    check_charge(w, 0, 1, (double[]){2, -1});
    w = world_again(state);
    begin(w);
    world_hold(w, B_PUT_100, 2);
    world_hold(w, B_CALL_100, -2);
    world_run(w);
    check_charge(w, 0, 0, (double[]){0, 0});
}

/* Strikes do not net: 1 short at 80, 4 long at 100. Nor do expiries: short a year, long 0.2 years
 * of the same strike. Futures are no options. */
static void test_strikes_and_expiries_do_not(void **state)
{
    world *w = *state;
    begin(w);
    world_hold(w, B_CALL_80, -1);
    world_hold(w, B_CALL_100, 4);
    world_run(w);
    check_charge(w, 0, 1, (double[]){1, 0});
    w = world_again(state);
    begin(w);
    world_hold(w, B_FAR_CALL, -1);
    world_hold(w, B_CALL_80, 1);
    world_hold(w, B_FUTURE, -9);
    world_hold(w, B_PERP, -9);
    world_run(w);
    check_charge(w, 0, 1, (double[]){0, 0, 0, 1});
}

/* One strike settled in three assets is one strike, though its runs are not sorted together:
 * 80 in BTC, 80 and 100 in USD, 80 in UST. At 80: 0.5 - 3 + 1 = -1.5, at 100: -1. */
static void test_settlement_assets_net(void **state)
{
    world *w = *state;
    begin(w);
    world_hold(w, B_COIN_CALL, 0.5);
    world_hold(w, B_CALL_80, -3);
    world_hold(w, B_CALL_100, -1);
    world_hold(w, B_CALL_UST, 1);
    world_run(w);
    check_charge(w, 0, 2.5, (double[]){-0.5, 3, 1, -1});
}

static void test_underlyings(void **state)
{
    world *w = *state;
    begin(w);
    world_hold(w, B_CALL_80, -2);
    world_hold(w, E_CALL, -5);
    world_run(w);
    check_charge(w, 0, 2.5, (double[]){2, 0.5});
}

/* The scratch memory is given back. */
static void test_scratch(void **state)
{
    world *w = *state;
    begin(w);
    world_hold(w, B_CALL_80, -2);
    world_run(w);
    size_t used = w->arena.used;
    world_value(w, 0);
    assert_int_equal(w->arena.used, used);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_signs),
        WORLD_TEST(test_calls_and_puts_net),
        WORLD_TEST(test_strikes_and_expiries_do_not),
        WORLD_TEST(test_settlement_assets_net),
        WORLD_TEST(test_underlyings),
        WORLD_TEST(test_scratch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
