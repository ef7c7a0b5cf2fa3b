/* Tests of src/margin/charges/depeg.c: fixtures worked out by hand. UST may move by 5 %, USX by 10
 * %; below 0.99 a coin charges twice what it is below. */
#include "small_world.h"

static void begin(world *w)
{
    hpm_component *component = world_component(w, "depeg", HPM_COMPONENT_DEPEG);
    component->rule.depeg = (hpm_rule_depeg){0.99, 2};
    w->collateral[UST].depeg_shock = 0.05;
    w->collateral[USX].depeg_shock = 0.1;
}

/* 5 % of 300, owned or owed. */
static void test_balance(void **state)
{
    static const double held[] = {300, -300};
    for (int i = 0; i < 2; i++) {
        world *w = world_again(state);
        begin(w);
        world_balance(w, UST, held[i]);
        world_run(w);
        check_charge(w, 0, 15, (double[]){15});
    }
}

/* One coin leaves its peg at a time, the worse: 10 % of -200 is 20, 5 % of 300 is 15. A tie goes to
 * the first. */
static void test_worst_coin(void **state)
{
    world *w = *state;
    begin(w);
    world_balance(w, UST, 300);
    world_balance(w, USX, -200);
    world_run(w);
    check_charge(w, 0, 20, (double[]){0, 20});
    w = world_again(state);
    begin(w);
    world_balance(w, UST, 400);
    world_balance(w, USX, 200);
    world_run(w);
    check_charge(w, 0, 20, (double[]){20, 0});
}

/* Net exposure is all equity in the coin: 2 perpetuals since 70: 60, funding -10, a call bought at
 * a mark of 20; owed 50: 20 in all, 1. What lowers it is credited. */
static void test_positions(void **state)
{
    world *w = *state;
    begin(w);
    hpm_position *perp = world_hold(w, B_PERP_UST, 2);
    perp->entry_price = 70;
    perp->funding.e8 = e8_of(-10);
    world_hold(w, B_CALL_UST, 1);
    world_hold(w, B_FUTURE_UST, 8); /* settled to the mark: nothing in it */
    world_balance(w, UST, -50);
    world_run(w);
    check_charge(w, 0, 1, (double[]){2.5, 0, 1, -2.5});
    w = world_again(state);
    begin(w);
    perp = world_hold(w, B_PERP_UST, 2);
    perp->entry_price = 70;
    world_balance(w, UST, -100);
    world_run(w);
    check_charge(w, 0, 2, (double[]){-3, 5}); /* -40 owed */
}

/* UST at 0.96 charges 2 * 0.03 of 0.96 * 100 owned: 5.76, USX at 0.98 2 * 0.01 of 0.98 * 50 owed:
 * 0.98. The worst shock: 10 % of 49 is 4.9, 5 % of 96 is 4.8. */
static void test_below_the_threshold(void **state)
{
    world *w = *state;
    begin(w);
    w->market.asset_price[UST].value = 0.96;
    w->market.asset_price[USX].value = 0.98;
    world_balance(w, UST, 100);
    world_balance(w, USX, -50);
    world_run(w);
    check_charge(w, 0, 5.76 + 0.98 + 4.9, (double[]){5.76, 0.98 + 4.9});
}

/* At the threshold and above it only the shock. */
static void test_at_the_threshold(void **state)
{
    static const double prices[] = {0.99, 1.02};
    for (int i = 0; i < 2; i++) {
        world *w = world_again(state);
        begin(w);
        w->market.asset_price[UST].value = prices[i];
        world_balance(w, UST, 100);
        world_run(w);
        check_charge(w, 0, 5 * prices[i], (double[]){5 * prices[i]});
    }
}

/* Only stablecoins, and never the one in which prices are quoted. Counted in UST at 0.5 all is
 * twice as many: 10 % of 150 USX are 15 USD. */
static void test_others(void **state)
{
    world *w = *state;
    begin(w);
    w->collateral[BTC].depeg_shock = w->collateral[USD].depeg_shock = 0.5;
    w->collateral[STE].depeg_shock = 0.5;
    w->market.asset_price[STE].value = 0.5;
    world_balance(w, BTC, 1);
    world_balance(w, STE, 10);
    world_balance(w, USD, 40);
    world_run(w);
    check_charge(w, 0, 0, (double[]){0, 0, 0});
    w = world_again(state);
    begin(w);
    w->market.reporting = UST;
    world_balance(w, UST, 300);
    world_run(w);
    check_charge(w, 0, 0, (double[]){0});
    w = world_again(state);
    begin(w);
    strcpy(w->rulebook.numeraire, "UST");
    w->market.asset_price[UST].value = 0.5;
    world_balance(w, USX, 150);
    world_run(w);
    check_charge(w, 0, 30, (double[]){30});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_balance),          WORLD_TEST(test_worst_coin),
        WORLD_TEST(test_positions),        WORLD_TEST(test_below_the_threshold),
        WORLD_TEST(test_at_the_threshold), WORLD_TEST(test_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
