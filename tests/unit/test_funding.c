/* Tests of src/margin/charges/funding.c: fixtures worked out by hand, at 0.1 % per 8 hours of BTC,
 * 0.2 % of ETH, and three periods: 0.3 per BTC at 100, 0.06 per ETH at 10. */
#include "small_world.h"

static void begin(world *w)
{
    world_component(w, "funding", HPM_COMPONENT_FUNDING)->rule.funding.periods = 3;
    w->underlyings[BTC].funding_rate = 0.001;
    w->underlyings[ETH].funding_rate = 0.002;
}

/* 2 * 0.3, long or short. */
static void test_both_sides(void **state)
{
    static const double held[] = {2, -2};
    for (int i = 0; i < 2; i++) {
        world *w = world_again(state);
        begin(w);
        world_hold(w, B_PERP, held[i]);
        world_run(w);
        check_charge(w, 0, 0.6, (double[]){0.6});
    }
}

/* Perpetual by perpetual, each with a rate of its own: 10 inverse contracts of 10 USD are 1 BTC, -3
 * of the linear one 0.9, 1 in UST 0.3; nothing nets. */
static void test_perpetuals_do_not_net(void **state)
{
    world *w = *state;
    begin(w);
    world_hold(w, B_COIN_PERP, 10);
    world_hold(w, B_PERP, -3);
    world_hold(w, B_PERP_UST, 1);
    world_run(w);
    check_charge(w, 0, 1.5, (double[]){0.3, 0.9, 0.3});
}

/* What is not a perpetual has no funding; nor does a balance. 5 ETH: 0.3. SOL has a rate of 0. */
static void test_perpetuals_only(void **state)
{
    world *w = *state;
    begin(w);
    world_hold(w, B_SPOT, 4);
    world_hold(w, B_FUTURE, -2);
    world_hold(w, B_CALL_80, 9);
    world_hold(w, E_PERP, 5);
    world_hold(w, S_PERP, 100);
    world_balance(w, BTC, 7);
    world_run(w);
    check_charge(w, 0, 0.3, (double[]){0, 0, 0, 0.3, 0, 0});
}

/* Counted in UST at 0.5 it is twice as many. No periods, no charge. */
static void test_numeraire(void **state)
{
    world *w = *state;
    begin(w);
    strcpy(w->rulebook.numeraire, "UST");
    w->market.asset_price[UST].value = 0.5;
    world_hold(w, B_PERP, 2);
    world_run(w);
    check_charge(w, 0, 1.2, (double[]){1.2});
    w->components[0].rule.funding.periods = 0;
    check_charge(w, 0, 0, (double[]){0});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_both_sides),
        WORLD_TEST(test_perpetuals_do_not_net),
        WORLD_TEST(test_perpetuals_only),
        WORLD_TEST(test_numeraire),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
