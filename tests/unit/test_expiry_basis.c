/* Tests of src/margin/charges/expiry_basis.c: fixtures worked out by hand. The basis move is 5 %
 * for every expiry unless a test says otherwise: 5 of a future at 100. */
#include "small_world.h"

static hpm_scenario both_ways[] = {{.basis = 1, .weight = 1}, {.basis = -1, .weight = 1}};

static hpm_rule_basis *begin(world *w)
{
    hpm_component *component;
    world_list(w, "basis", both_ways, 2);
    component = world_component(w, "basis", HPM_COMPONENT_EXPIRY_BASIS);
    strcpy(component->rule.basis.set, "basis");
    for (uint32_t a = 0; a <= ASSETS; a++)
        w->underlyings[a].basis_minimum = 0.05;
    return &component->rule.basis;
}

/* Long loses 5 at -1, 2 short lose 10 at +1; no scenario is reported. */
static void test_signs(void **state)
{
    static const double held[] = {1, -2}, losses[] = {5, 10};
    for (int i = 0; i < 2; i++) {
        world *w = world_again(state);
        begin(w);
        world_hold(w, B_FUTURE, held[i]);
        world_run(w);
        check_charge(w, 0, losses[i], &losses[i]);
        assert_int_equal(world_value(w, 0).worst_column, HPM_NONE);
    }
}

/* A calendar loses in each expiry: 5 + 5, and so do two underlyings: 10 ETH futures at 10 lose 5.
 */
static void test_no_offset_between_expiries(void **state)
{
    world *w = *state;
    begin(w);
    world_hold(w, B_FUTURE, 1);
    world_hold(w, B_FAR_FUTURE, -1);
    world_hold(w, E_FUTURE, 10);
    world_run(w);
    check_charge(w, 0, 15, (double[]){5, 5, 5});
}

/* A perpetual is a bucket of its own with the least basis move, exempt if only dated ones count;
 * spot always is. */
static void test_perpetual(void **state)
{
    for (int dated_only = 0; dated_only < 2; dated_only++) {
        world *w = world_again(state);
        double charged = dated_only ? 0 : 15;
        begin(w)->dated_only = dated_only;
        world_hold(w, B_SPOT, 4);
        world_hold(w, B_PERP, 3);
        world_run(w);
        check_charge(w, 0, charged, (double[]){0, charged});
    }
}

/* 0.4 + 0.5 * T: 0.5 for 0.2 years, 0.9 for 1 year: 5 * 0.5 + 5 * 0.9 = 7. */
static void test_factor(void **state)
{
    world *w = *state;
    hpm_rule_basis *rule = begin(w);
    rule->factor = 0.4;
    rule->factor_tau = 0.5;
    world_hold(w, B_FUTURE, 1);
    world_hold(w, B_FAR_FUTURE, -1);
    world_run(w);
    check_charge(w, 0, 7, (double[]){2.5, 4.5});
}

/* One expiry settled in two assets is one expiry: 1 long in USD against 1 short in UST at 0.5 loses
 * 5 - 2.5 at -1. Spread over one asset nothing is left. */
static void test_settlement_assets_of_one_expiry(void **state)
{
    world *w = *state;
    begin(w);
    w->market.asset_price[UST].value = 0.5;
    world_hold(w, B_FUTURE, 1);
    world_hold(w, B_FUTURE_UST, -1);
    world_run(w);
    check_charge(w, 0, 2.5, (double[]){5, -2.5});
    w = world_again(state);
    begin(w);
    world_hold(w, B_FUTURE, 1);
    world_hold(w, B_FUTURE_UST, -1);
    world_run(w);
    check_charge(w, 0, 0, (double[]){0, 0});
}

/* e^(ln 2 * 1) - 1 = 1: a future in a year falls to nothing and loses 100. In 0.2 years
 * 2^0.2 - 1 = 0.148698354997035: 14.8698354997035 of 100. */
static void test_annual_move(void **state)
{
    world *w = *state;
    begin(w);
    w->underlyings[BTC].basis_annual = 0.69314718055994531;
    world_hold(w, B_FUTURE, 1);
    world_hold(w, B_FAR_FUTURE, 1);
    world_run(w);
    check_charge(w, 0, 114.8698354997035, (double[]){14.8698354997035, 100});
}

/* Coin-settled: 10 contracts of 10 USD at 95 instead of 100: 100 * (1/100 - 1/95) = -1/19 BTC, at
 * the price of now: 100/19. */
static void test_inverse(void **state)
{
    world *w = *state;
    begin(w);
    world_hold(w, B_COIN_FUTURE, 10);
    world_run(w);
    check_charge(w, 0, 100.0 / 19, (double[]){100.0 / 19});
}

/* -1 at a weight of 0.5 is 2.5, less than +1 of a short in full; +2 at 0.75 is 7.5. */
static void test_weights(void **state)
{
    static hpm_scenario weighted[] = {{.basis = 2, .weight = 0.75}, {.basis = -1, .weight = 0.5}};
    static const double held[] = {1, -1}, losses[] = {2.5, 7.5};
    for (int i = 0; i < 2; i++) {
        world *w = world_again(state);
        begin(w);
        w->sets[0].scenarios.items = weighted;
        world_hold(w, B_FUTURE, held[i]);
        world_run(w);
        check_charge(w, 0, losses[i], &losses[i]);
    }
}

static void test_unknown_set(void **state)
{
    world *w = *state;
    hpm_error error = {0};
    strcpy(begin(w)->set, "other");
    check_error(hpm_rulebook_finish(&w->rulebook, &error), &error, HPM_E_REFERENCE, "basis",
                "there is no such set (other)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_signs),
        WORLD_TEST(test_no_offset_between_expiries),
        WORLD_TEST(test_perpetual),
        WORLD_TEST(test_factor),
        WORLD_TEST(test_settlement_assets_of_one_expiry),
        WORLD_TEST(test_annual_move),
        WORLD_TEST(test_inverse),
        WORLD_TEST(test_weights),
        WORLD_TEST(test_unknown_set),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
