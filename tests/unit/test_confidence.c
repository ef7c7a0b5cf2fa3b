/* Tests of src/margin/charges/confidence.c: all ways to count doubt, worked out by hand. */
#include "fills_fixture.h"

static void begin(world *w, hpm_confidence_rule combine, double threshold, double factor)
{
    hpm_component *component = world_component(w, "confidence", HPM_COMPONENT_CONFIDENCE);
    component->rule.confidence =
        (hpm_rule_confidence){combine, threshold, factor, 0, HPM_CONFIDENCE_ALL};
}

/* All ways. */
static void test_full_trust(void **state)
{
    for (int combine = 0; combine < 3; combine++) {
        world *w = world_again(state);
        begin(w, (hpm_confidence_rule)combine, 1, 5);
        world_hold(w, B_PERP, 1);
        world_hold(w, B_CALL_80, 1);
        world_balance(w, BTC, 1);
        world_run(w);
        check_charge(w, 0, 0, (double[]){0, 0, 0});
    }
}

/* ---- sum ---------------------------------------------------------------------------------- */

/* Doubt of 0.1 in the index of BTC at a factor of 0.5: 0.05 of |value| of every position on BTC and
 * of its balance: 2 * 100, 1 * 100 and 0.5 * 100. ETH is not touched. */
static void test_sum_index(void **state)
{
    world *w = *state;
    begin(w, HPM_CONFIDENCE_SUM, 1, 0.5);
    w->market.asset_price[BTC].confidence = 0.9;
    world_hold(w, B_PERP, -2);
    world_hold(w, B_CALL_80, 1);
    world_hold(w, E_PERP, 10);
    world_balance(w, BTC, -0.5);
    world_balance(w, USD, 1000);
    world_run(w);
    check_charge(w, 0, 17.5, (double[]){10, 5, 0, 2.5, 0});
}

/* Every input counts for itself: mark 0.2, index 0.1, settlement asset 0.05: 0.35 * 100. The
 * balance in the settlement asset: 0.05 * 40. */
static void test_sum_adds_inputs(void **state)
{
    world *w = *state;
    begin(w, HPM_CONFIDENCE_SUM, 1, 1);
    w->market.mark[B_PERP_UST].confidence = 0.8;
    w->market.asset_price[BTC].confidence = 0.9;
    w->market.asset_price[UST].confidence = 0.95;
    world_hold(w, B_PERP_UST, 1);
    world_balance(w, UST, 40);
    world_run(w);
    check_charge(w, 0, 37, (double[]){35, 2});
}

/* An expiry's forward (0.3) and at-the-money volatility (0.1, at 100 from the quote there) count
 * for its options and not for its futures; an option's own volatility counts for itself: the call
 * at 100 0.3 + 0.1 + 0.1, the call at 80 0.3 + 0.1. The coin-settled call has one asset: 0.4, not
 * more. */
static void test_sum_options(void **state)
{
    world *w = *state;
    begin(w, HPM_CONFIDENCE_SUM, 1, 1);
    w->market.curve[BTC_NEAR].forward.confidence = 0.7;
    w->market.vol[B_CALL_100].confidence = 0.9;
    world_hold(w, B_FUTURE, 1);
    world_hold(w, B_CALL_80, 1);
    world_hold(w, B_CALL_100, -1);
    world_hold(w, B_COIN_CALL, 1);
    world_hold(w, B_FAR_CALL, 1);
    world_run(w);
    check_charge(w, 0, 130, (double[]){40, 0, 40, 50, 0});
}

/* A coin-settled position whose underlying is doubted pays once for it, not twice. */
static void test_sum_coin_settled(void **state)
{
    world *w = *state;
    begin(w, HPM_CONFIDENCE_SUM, 1, 1);
    w->market.asset_price[BTC].confidence = 0.9;
    world_hold(w, B_COIN_PERP, 10); /* 1 BTC */
    world_run(w);
    check_charge(w, 0, 10, (double[]){10});
}

/* ---- minimum ------------------------------------------------------------------------------ */

/* Below 0.9: least of index (0.95) and the perpetual held (0.8) is 0.8 for perpetuals and balance:
 * 0.2 * 0.5 * 100 per unit = 10. The expiry has the least of 0.8 and its forward (0.6):
 * 0.4 * 0.5 * 100 = 20 per unit. */
static void test_minimum(void **state)
{
    world *w = *state;
    begin(w, HPM_CONFIDENCE_MINIMUM, 0.9, 0.5);
    w->market.asset_price[BTC].confidence = 0.95;
    w->market.mark[B_PERP].confidence = 0.8;
    w->market.curve[BTC_NEAR].forward.confidence = 0.6;
    world_hold(w, B_PERP, -2);
    world_hold(w, B_FUTURE, 1);
    world_hold(w, B_FAR_FUTURE, 1);
    world_balance(w, BTC, -3);
    world_run(w);
    check_charge(w, 0, 80, (double[]){20, 20, 10, 30});
}

/* The threshold itself is not charged, just below it is in full: 1 - 0.875. */
static void test_minimum_threshold(void **state)
{
    static const double thresholds[] = {0.875, 0.8750000001};
    for (int i = 0; i < 2; i++) {
        world *w = world_again(state);
        begin(w, HPM_CONFIDENCE_MINIMUM, thresholds[i], 1);
        w->market.mark[B_PERP].confidence = 0.875;
        w->market.mark[S_PERP].confidence = 0.5; /* not held, but something is doubted */
        world_hold(w, B_PERP, 1);
        world_run(w);
        check_charge(w, 0, 12.5 * i, (double[]){12.5 * i});
    }
}

/* A position of zero does not speak for its group; options of an expiry speak for all of it. A run
 * in another settlement asset belongs to the expiry. ETH has its own index: 0.1 * 10 * 10. */
static void test_minimum_held_inputs(void **state)
{
    world *w = *state;
    begin(w, HPM_CONFIDENCE_MINIMUM, 1, 1);
    w->market.mark[B_PERP].confidence = 0.1;
    w->market.vol[B_CALL_80].confidence = 0.5;
    w->market.asset_price[ETH].confidence = 0.9;
    world_hold(w, B_PERP, 0);
    world_hold(w, B_PERP_UST, 1);
    world_hold(w, B_CALL_80, 1);
    world_hold(w, B_FUTURE_UST, -1);
    world_hold(w, E_PERP, 10);
    world_run(w);
    check_charge(w, 0, 110, (double[]){0, 0, 50, 50, 10});
}

/* Balances as collateral: the perpetuals on the lesser of index and mark, 0.5 * 0.5 * 200; the coin
 * on the index alone, 0.2 * 0.5 * 100; the token on its own, 0.4 * 0.5 * 90; the stablecoin on the
 * index, which is less than its own; what amounts are counted in not at all. */
static void test_minimum_collateral(void **state)
{
    world *w = *state;
    begin(w, HPM_CONFIDENCE_MINIMUM, 0.9, 0.5);
    w->components[0].rule.confidence.collateral = 1;
    w->market.asset_price[BTC].confidence = 0.8;
    w->market.mark[B_PERP].confidence = 0.5;
    w->market.asset_price[STE].confidence = 0.6;
    world_hold(w, B_PERP, 2);
    world_balance(w, BTC, 1);
    world_balance(w, STE, 10);
    world_balance(w, USD, 1000);
    world_balance(w, UST, -50);
    world_run(w);
    check_charge(w, 0, 83, (double[]){50, 10, 18, 0, 5});
}

/* In a numeraire of 0.5 a value is twice as much; index charges stay in the reporting currency. */
static void test_minimum_collateral_numeraire(void **state)
{
    world *w = *state;
    begin(w, HPM_CONFIDENCE_MINIMUM, 0.9, 1);
    w->components[0].rule.confidence.collateral = 1;
    strcpy(w->rulebook.numeraire, "UST");
    w->market.asset_price[UST] = (hpm_input){0.5, 0.1, 0};
    w->market.asset_price[STE].confidence = 0.5;
    world_balance(w, STE, 10);
    world_balance(w, UST, 1000);
    world_run(w);
    check_charge(w, 0, 90, (double[]){90, 0});
}

/* ---- apart -------------------------------------------------------------------------------- */

/* Below 0.9, at a factor of 0.5. The perpetual's 0.8 is its own: 10 per unit. The forward's 0.6
 * is all options' of the expiry, not the future's: 20 per unit. The index has 0.95, so that the
 * balance is not doubted. */
static void begin_apart(world *w, hpm_confidence_options options)
{
    begin(w, HPM_CONFIDENCE_APART, 0.9, 0.5);
    w->components[0].rule.confidence.options = options;
    w->market.asset_price[BTC].confidence = 0.95;
    w->market.mark[B_PERP].confidence = 0.8;
    w->market.curve[BTC_NEAR].forward.confidence = 0.6;
    world_hold(w, B_PERP, -2);
    world_hold(w, B_PERP_UST, 1);
    world_hold(w, B_FUTURE, 1);
    world_hold(w, B_CALL_80, -1);
    world_hold(w, B_CALL_100, 1);
    world_hold(w, B_FAR_CALL, 1);
    world_balance(w, BTC, 3);
    world_balance(w, UST, 1000);
}

static void test_apart(void **state)
{
    for (int i = 0; i < 2; i++) {
        world *w = world_again(state);
        double of_long = i ? 0 : 20;
        begin_apart(w, i ? HPM_CONFIDENCE_SHORT : HPM_CONFIDENCE_ALL);
        world_run(w);
        check_charge(w, 0, 40 + of_long, (double[]){20, 0, 0, 20, of_long, 0, 0, 0});
    }
}

/* The index is part of everything: at 0.5 all units of BTC are asked 25, at 0.4 of an option's
 * own volatility its expiry 30. UST count, and are not doubted in themselves. */
static void test_apart_index(void **state)
{
    world *w = *state;
    begin_apart(w, HPM_CONFIDENCE_ALL);
    strcpy(w->rulebook.numeraire, "UST");
    w->market.asset_price[UST].confidence = 0.1;
    w->market.asset_price[BTC].confidence = 0.5;
    w->market.vol[B_CALL_100].confidence = 0.4;
    world_run(w);
    check_charge(w, 0, 60 + 25 + 25 + 75 + 75, (double[]){50, 25, 25, 30, 30, 25, 75, 0});
}

/* One call is held long and three may be sold: 2 short at 20. Of a perpetual 2 short at 10 and
 * one more. Long options do not count. */
static void test_apart_orders(void **state)
{
    world *w = *state;
    order_list list = {.count = 0};
    begin(w, HPM_CONFIDENCE_APART, 0.9, 0.5);
    w->components[0].rule.confidence.options = HPM_CONFIDENCE_SHORT;
    w->market.mark[B_PERP].confidence = 0.8;
    w->market.curve[BTC_NEAR].forward.confidence = 0.6;
    world_hold(w, B_CALL_80, 1);
    world_hold(w, B_PUT_100, -1);
    world_hold(w, B_PERP, -2);
    list_order(&list, B_CALL_80, -3, NAN, 0);
    list_order(&list, B_CALL_100, 5, NAN, 0);
    list_order(&list, B_PUT_100, -2, NAN, 0);
    list_order(&list, B_PERP, -1, NAN, 0);
    fills_make(w, &list);
    check_bound(&list, w, 0, 0, 40 + 60 + 30, (double[]){40, 0, 40, 10});
}

/* Age counts as doubt: 60 s between a soft limit of 20 s and a hard one of 100 s halves trust.
 */
static void test_age(void **state)
{
    world *w = *state;
    begin(w, HPM_CONFIDENCE_SUM, 1, 1);
    w->rulebook.age_soft_s = 20;
    w->rulebook.age_hard_s = 100;
    w->market.mark[B_PERP].age_s = 60;
    w->market.mark[B_PERP].confidence = 0.8;
    world_hold(w, B_PERP, 1);
    world_run(w);
    check_charge(w, 0, 60, (double[]){60}); /* 1 - 0.8 * 0.5 */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_full_trust),
        WORLD_TEST(test_sum_index),
        WORLD_TEST(test_sum_adds_inputs),
        WORLD_TEST(test_sum_options),
        WORLD_TEST(test_sum_coin_settled),
        WORLD_TEST(test_minimum),
        WORLD_TEST(test_minimum_threshold),
        WORLD_TEST(test_minimum_held_inputs),
        WORLD_TEST(test_minimum_collateral),
        WORLD_TEST(test_minimum_collateral_numeraire),
        WORLD_TEST(test_apart),
        WORLD_TEST(test_apart_index),
        WORLD_TEST(test_apart_orders),
        WORLD_TEST(test_age),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
