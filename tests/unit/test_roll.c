/* Tests of src/margin/charges/roll.c: fixtures worked out by hand. The least basis move is 5 %:
 * 5 per unit of delta at 100. */
#include "small_world.h"

static void begin(world *w)
{
    world_component(w, "roll", HPM_COMPONENT_ROLL);
    for (uint32_t a = 0; a <= ASSETS; a++)
        w->underlyings[a].basis_minimum = 0.05;
}

/* |delta|: 3 long and 3 short both cost 15. */
static void test_signs(void **state)
{
    static const double held[] = {3, -3};
    for (int i = 0; i < 2; i++) {
        world *w = world_again(state);
        begin(w);
        world_hold(w, B_PERP, held[i]);
        world_run(w);
        check_charge(w, 0, 15, (double[]){15});
    }
}

/* Within an expiry deltas net over settlement assets: 2 futures, -0.5 in UST, 1 call short with a
 * delta of 1: 0.5 left, 2.5. What takes from the net is credited. */
static void test_nets_within_an_expiry(void **state)
{
    world *w = *state;
    begin(w);
    world_hold(w, B_FUTURE, 2);
    world_hold(w, B_FUTURE_UST, -0.5);
    world_hold(w, B_CALL_80, -1);
    world_run(w);
    check_charge(w, 0, 2.5, (double[]){10, -5, -2.5});
}

/* Between expiries they do not: 5 + 5, and a year at a = ln 2 costs 100 % of delta: 100. */
static void test_expiries_add(void **state)
{
    world *w = *state;
    begin(w);
    world_hold(w, B_FUTURE, 1);
    world_hold(w, B_FAR_FUTURE, -1);
    world_run(w);
    check_charge(w, 0, 10, (double[]){5, 5});
    w = world_again(state);
    begin(w);
    w->underlyings[BTC].basis_annual = 0.69314718055994531;
    w->underlyings[BTC].basis_minimum = 0.2; /* above 2^0.2 - 1 of the near expiry */
    world_hold(w, B_FUTURE, 1);
    world_hold(w, B_FAR_FUTURE, -1);
    world_run(w);
    check_charge(w, 0, 120, (double[]){20, 100});
}

/* Spot has no basis; a delta of zero costs nothing. */
static void test_zero(void **state)
{
    world *w = *state;
    begin(w);
    world_hold(w, B_SPOT, 7);
    world_hold(w, B_FUTURE, 1);
    world_hold(w, B_CALL_80, -1);
    world_run(w);
    check_charge(w, 0, 0, (double[]){0, 5, -5}); /* of opposite signs: they sum to nothing */
}

/* Several underlyings, each at its own index: 3 BTC perpetuals 15, 10 ETH futures 0.05 * 10 * 10.
 * An inverse perpetual of 10 USD is 0.1 BTC: 5 of them cost 2.5, netted with -3 to 2.5. */
static void test_underlyings(void **state)
{
    world *w = *state;
    begin(w);
    world_hold(w, B_COIN_PERP, 25);
    world_hold(w, B_PERP, -3);
    world_hold(w, E_FUTURE, 10);
    world_run(w);
    check_charge(w, 0, 7.5, (double[]){-12.5, 15, 5});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_signs),        WORLD_TEST(test_nets_within_an_expiry),
        WORLD_TEST(test_expiries_add), WORLD_TEST(test_zero),
        WORLD_TEST(test_underlyings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
