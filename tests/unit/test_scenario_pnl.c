/* Tests of src/margin/scenario_pnl.c: conversion, folds and weights by hand; lines add up. */
#include "margin/scenario_pnl.h"
#include "small_world.h"

static double prices[] = {-0.2, 0.25}, vols[] = {0};

static hpm_rule_worst *begin(world *w)
{
    world_grid(w, "grid", prices, 2, vols, 1);
    hpm_rule_worst *rule = &world_component(w, "worst", HPM_COMPONENT_WORST_SCENARIO)->rule.worst;
    strcpy(rule->set, "grid");
    return rule;
}

/* P&L of the first group in both scenarios; lines of each scenario sum to it, scaled by a weight.
 */
static void check_pnl(world *w, double down, double up)
{
    const double wanted[] = {down, up};
    hpm_pnl_view view;
    double pnl[2];
    world_run(w);
    assert_int_equal(hpm_pnl_view_of(&view, &w->array, &w->components[0]), 1);
    hpm_group_pnl(pnl, &w->exposure, &w->exposure.groups[0], &view);
    for (uint32_t j = 0; j < 2; j++) {
        double lines[32] = {0}, sum = 0;
        check_near(pnl[j], wanted[j], j == 0 ? "down" : "up");
        hpm_group_share(lines, &w->exposure, &w->exposure.groups[0], &view, j, 3);
        for (uint32_t i = 0; i < hpm_line_count(&w->portfolio); i++)
            sum += lines[i];
        check_near(sum, -3 * pnl[j], "lines");
    }
}

/* ---- Views -------------------------------------------------------------------------------- */

static void test_views(void **state)
{
    world *w = *state;
    hpm_pnl_view view;
    begin(w)->fold = HPM_FOLD_DISCOUNT;
    world_grid(w, "other", prices, 1, vols, 1);
    strcpy(world_component(w, "joint", HPM_COMPONENT_JOINT_GRID)->rule.joint.set, "other");
    strcpy(world_component(w, "basis", HPM_COMPONENT_EXPIRY_BASIS)->rule.basis.set, "other");
    world_price(w);
    assert_int_equal(hpm_pnl_view_of(&view, &w->array, &w->components[0]), 1);
    assert_int_equal(view.first, 0);
    assert_int_equal(view.count, 2);
    assert_non_null(view.static_discount);
    assert_int_equal(view.balances, 0);
    assert_int_equal(hpm_pnl_view_of(&view, &w->array, &w->components[1]), 1);
    assert_int_equal(view.first, 2);
    assert_int_equal(view.count, 1);
    assert_null(view.static_discount);
    assert_int_equal(view.balances, 1);
    assert_int_equal(view.conversion, HPM_CONVERT_SHOCKED);
    assert_int_equal(hpm_pnl_view_of(&view, &w->array, &w->components[2]), 0);
}

/* ---- Conversion of coins ------------------------------------------------------------------ */

/* 2 BTC and 10 inverse contracts of 10 USD. At 80 the coin P&L is 100 * (1/100 - 1/80) = -0.25, at
 * 125 100 * (1/100 - 1/125) = 0.2. */
static void coins(world *w)
{
    world_hold(w, B_COIN_PERP, 10);
    world_balance(w, BTC, 2);
    world_balance(w, USD, 1000);
}

/* (C + P) * X' - C * X: 1.75 * 80 - 200 = -60 and 2.2 * 125 - 200 = 75. */
static void test_shocked_with_balance(void **state)
{
    world *w = *state;
    begin(w)->balances = 1;
    coins(w);
    check_pnl(w, -60, 75);
}

/* Without the balance P * X': -0.25 * 80 and 0.2 * 125. */
static void test_shocked_without_balance(void **state)
{
    world *w = *state;
    begin(w);
    coins(w);
    check_pnl(w, -20, 25);
}

/* Unshocked P * X: -25 and 20; with the balance C * X * m on top: -40 and 50. */
static void test_unshocked(void **state)
{
    world *w = *state;
    begin(w)->conversion = HPM_CONVERT_UNSHOCKED;
    coins(w);
    check_pnl(w, -25, 20);
    w = world_again(state);
    hpm_rule_worst *rule = begin(w);
    rule->conversion = HPM_CONVERT_UNSHOCKED;
    rule->balances = 1;
    coins(w);
    check_pnl(w, -65, 70);
}

/* Coin equity is balance, funding, unrealised P&L and marks: 2 + 0.05 + 0.25 (since 80) + 0.2 (a
 * coin call at 80) = 2.5. The call is worth nothing at 80 and 0.36 at 125: P = -0.45 and 0.36. 2.05
 * * 80 - 250 = -86, 2.86 * 125 - 250 = 107.5. */
static void test_coin_equity(void **state)
{
    world *w = *state;
    begin(w)->balances = 1;
    hpm_position *perp = world_hold(w, B_COIN_PERP, 10);
    perp->entry_price = 80;
    perp->funding.e8 = e8_of(0.05);
    world_hold(w, B_COIN_CALL, 1);
    world_balance(w, BTC, 2);
    check_pnl(w, -86, 107.5);
}

/* Money is money in every scenario; UST at 0.5 counts half. A coin that is not the underlying's own
 * cannot settle it. */
static void test_money(void **state)
{
    world *w = *state;
    begin(w)->balances = 1;
    w->market.asset_price[UST].value = 0.5;
    world_hold(w, B_PERP, 1);
    world_hold(w, B_PERP_UST, 1);
    world_balance(w, UST, 500);
    check_pnl(w, -30, 37.5);
}

/* A pair of a stablecoin moves; a balance of it is no position, whether a pair is held or not. */
static void test_stablecoin_pair(void **state)
{
    world *w = *state;
    begin(w)->balances = 1;
    world_hold(w, U_SPOT, 10);
    world_balance(w, UST, 500);
    check_pnl(w, -2, 2.5);
}

/* A coin of which nothing is held needs no price. */
static void test_absent_coin_price(void **state)
{
    world *w = *state;
    hpm_pnl_view view;
    double pnl[2];
    begin(w)->balances = 1;
    world_hold(w, B_PERP, 1);
    world_run(w);
    w->exposure.price[BTC] = NAN;
    hpm_pnl_view_of(&view, &w->array, &w->components[0]);
    hpm_group_pnl(pnl, &w->exposure, &w->exposure.groups[0], &view);
    check_near(pnl[0], -20, "down");
}

/* ---- Folds -------------------------------------------------------------------------------- */

/* D = 0.9 * e^(-0.2 * (0.25 * 2 + 0.5)) = 0.9 * e^-0.2. */
static double discounted(world *w, double rate)
{
    hpm_rule_worst *rule = begin(w);
    rule->fold = HPM_FOLD_DISCOUNT;
    rule->discount_base = 0.9;
    rule->discount_rate_multiple = 2;
    rule->discount_rate_add = 0.5;
    w->market.curve[BTC_NEAR].rate_annual = rate;
    return 0.9 * exp(-0.2 * ((rate > 0 ? rate : 0) * 2 + 0.5));
}

/* Long a call at 80, V0 = 20: worth 0 at 80 and 45 at 125, positive values count times D. Short,
 * all values are negative and count in full. */
static void test_discount(void **state)
{
    static const double rates[] = {0.25, 0, -0.25};
    for (int i = 0; i < 3; i++) {
        world *w = world_again(state);
        double d = discounted(w, rates[i]);
        world_hold(w, B_CALL_80, 1);
        check_pnl(w, 0 - 20, 45 * d - 20);
        w = world_again(state);
        discounted(w, rates[i]);
        world_hold(w, B_CALL_80, -1);
        check_pnl(w, 20, -25);
    }
}

/* The bucket folds, not the position: 2 calls against 1.5 futures short, V0 = 40: at 80 0 + 30 =
 * 30, at 125 90 - 37.5 = 52.5. */
static void test_discount_of_a_bucket(void **state)
{
    world *w = *state;
    double d = discounted(w, 0.25);
    world_hold(w, B_CALL_80, 2);
    world_hold(w, B_FUTURE, -1.5);
    check_pnl(w, 30 * d - 40, 52.5 * d - 40);
}

/* Perpetuals and spot have no time to discount over. A future's value is its P&L. Two buckets fold
 * each for itself: near 25 * D at 125, far -25 in full. */
static void test_discount_by_bucket_kind(void **state)
{
    world *w = *state;
    discounted(w, 0.25);
    world_hold(w, B_PERP, 1);
    world_hold(w, B_SPOT, 1);
    check_pnl(w, -40, 50);
    w = world_again(state);
    double d = discounted(w, 0.25), far = 0.9 * exp(-0.5);
    world_hold(w, B_FUTURE, 1);
    world_hold(w, B_FAR_FUTURE, -1);
    check_pnl(w, -20 + 20 * far, 25 * d - 25);
}

/* What is owed counts 0.9 e^(0.2 (0.25 * 2 + 0.5)) = 0.9 e^0.2, which is above 1: options that are
 * not discounted are owed in full and no more. At a rate addition of 0 it is 0.9 e^0.1 < 1. */
static void test_discount_of_what_is_owed(void **state)
{
    for (int is_capped = 0; is_capped < 2; is_capped++) {
        world *w = world_again(state);
        double d = discounted(w, 0.25), owed = is_capped ? 1 : 0.9 * exp(0.1);
        hpm_rule_worst *rule = &w->components[0].rule.worst;
        rule->discount_short_base = 0.9;
        rule->discount_short_rate_multiple = 2;
        rule->discount_short_rate_add = is_capped ? 0.5 : 0;
        world_hold(w, B_CALL_80, -1);
        check_pnl(w, 20, -45 * owed + 20);
        w->position_count = 0;
        world_hold(w, B_CALL_80, 1);
        check_pnl(w, -20, 45 * d - 20);
    }
}

/* Options discounted at 50 %: e^-0.1. What is owed at expiry grows back to it at most. */
static void test_owed_at_expiry(void **state)
{
    static const double bases[] = {1, 1.08}, counted[] = {0.95122942450071402, 1}; /* e^-0.05 */
    for (int i = 0; i < 2; i++) {
        world *w = world_again(state);
        hpm_rule_worst *rule = begin(w);
        w->rulebook.discount_at_rate = 1;
        w->market.curve[BTC_NEAR].rate_annual = 0.5;
        rule->fold = HPM_FOLD_DISCOUNT;
        rule->discount_short_base = bases[i];
        rule->discount_short_rate_multiple = 0.5;
        world_hold(w, B_CALL_80, -1);
        check_pnl(w, 20 * exp(-0.1), 20 * exp(-0.1) - 45 * counted[i]);
    }
}

/* Below 0 a rate makes more of a value; a rulebook may say that it does not. */
static void test_rate_minimum(void **state)
{
    for (int is_floored = 0; is_floored < 2; is_floored++) {
        world *w = world_again(state);
        begin(w);
        w->rulebook.discount_at_rate = 1;
        if (is_floored) w->rulebook.rate_minimum = 0;
        w->market.curve[BTC_NEAR].rate_annual = -0.5;
        world_hold(w, B_CALL_80, 1);
        double growth = is_floored ? 1 : exp(0.1);
        check_pnl(w, -20 * growth, 25 * growth);
    }
}

/* An expiry loses what it moves: the call loses 20 or gains 25, the far future the other way round;
 * the perpetual has no expiry. Discounts come first: 45 * d - 20. */
static void test_rotation(void **state)
{
    world *w = *state;
    begin(w)->rotation = 1;
    world_hold(w, B_CALL_80, 1);
    world_hold(w, B_FAR_FUTURE, -1);
    world_hold(w, B_PERP, 1);
    check_pnl(w, -20 - 20 - 20, -25 - 25 + 25);
    w = world_again(state);
    double d = discounted(w, 0.25);
    w->components[0].rule.worst.rotation = 1;
    world_hold(w, B_CALL_80, 1);
    check_pnl(w, -20, -fabs(45 * d - 20));
}

/* ---- Followers ---------------------------------------------------------------------------- */

/* 10 tokens at 9 move with the coin that they follow, by their own value, and need no position on
 * it. */
static void test_followers(void **state)
{
    world *w = *state;
    begin(w)->followers = 1;
    strcpy(w->collateral[STE].follows, "BTC");
    world_balance(w, STE, 10);
    check_pnl(w, -18, 22.5);
    w = world_again(state);
    hpm_rule_worst *rule = begin(w);
    rule->followers = rule->balances = 1;
    strcpy(w->collateral[STE].follows, "BTC");
    strcpy(w->collateral[UST].follows, "ETH");
    world_hold(w, B_PERP, -1);
    world_balance(w, BTC, 0.5);
    world_balance(w, STE, 10);
    world_balance(w, UST, 100);
    check_pnl(w, 20 - 10 - 18, -25 + 12.5 + 22.5);
    assert_int_equal(w->exposure.group_count, 2);
}

/* Not where no component says so; nor does a coin, which moves by itself. */
static void test_no_followers(void **state)
{
    world *w = *state;
    begin(w);
    strcpy(w->collateral[STE].follows, "BTC");
    world_hold(w, B_PERP, 1);
    world_balance(w, STE, 10);
    check_pnl(w, -20, 25);
    w = world_again(state);
    begin(w)->followers = 1;
    strcpy(w->collateral[ETH].follows, "BTC");
    world_hold(w, B_PERP, 1);
    world_balance(w, ETH, 10);
    check_pnl(w, -20, 25);
}

/* What follows needs the price of what it follows. */
static void test_followed_without_a_price(void **state)
{
    world *w = *state;
    hpm_error error = {0};
    begin(w)->followers = 1;
    strcpy(w->collateral[STE].follows, "BTC");
    w->market.asset_price[BTC].value = NAN;
    world_balance(w, STE, 10);
    world_price(w);
    check_ok(world_arrange(w, &error), &error);
    assert_int_equal(world_expose(w, &error), HPM_E_MISSING_PRICE);
    assert_string_equal(error.where, "BTC");
}

/* A spread of calls at 80 and at 100, the second at a volatility of 0.5, which makes it worth
 * c = 100 * (N(d) - N(-d)), d = 0.25 * sqrt(0.2). One scenario triples volatilities and leaves the
 * price: the call at 100 is then worth 26.27, the call at 80 its 20. */
static double spread(world *w, double lots)
{
    static double still[] = {0}, tripled[] = {2};
    begin(w);
    w->sets[0].prices = (hpm_list){still, 1};
    w->sets[0].vols = (hpm_list){tripled, 1};
    w->market.vol[B_CALL_100].value = 0.5;
    world_hold(w, B_CALL_80, lots);
    world_hold(w, B_CALL_100, -lots);
    return 100 * erf(0.25 * sqrt(0.2) / sqrt(2));
}

static void check_fold(world *w, hpm_fold fold, double wanted, double first, double second)
{
    hpm_pnl_view view;
    double pnl, lines[2] = {0};
    w->components[0].rule.worst.fold = fold;
    world_run(w);
    hpm_pnl_view_of(&view, &w->array, &w->components[0]);
    hpm_group_pnl(&pnl, &w->exposure, &w->exposure.groups[0], &view);
    hpm_group_share(lines, &w->exposure, &w->exposure.groups[0], &view, 0, 1);
    assert_true(fabs(pnl - wanted) < 1e-8);
    assert_true(fabs(lines[0] + first) < 1e-8);
    assert_true(fabs(lines[1] + second) < 1e-8);
}

/* What pays 0 or more is worth 20 - c and can lose no more than that: the call bought its 20, for
 * it pays nothing at 0, while the one sold saves its c. Without the floor, 26.27 - c is lost. */
static void test_floor(void **state)
{
    world *w = *state;
    double c = spread(w, 1), later = 100 * erf(0.75 * sqrt(0.2) / sqrt(2));
    check_fold(w, HPM_FOLD_PAYOFF_FLOOR, c - 20, -20, c);
    w = world_again(state);
    spread(w, 1);
    check_fold(w, HPM_FOLD_IDENTITY, c - later, 0, c - later);
}

/* Gains are never folded. */
static void test_floor_leaves_gains(void **state)
{
    world *w = *state;
    double c = spread(w, -1), later = 100 * erf(0.75 * sqrt(0.2) / sqrt(2));
    check_fold(w, HPM_FOLD_PAYOFF_FLOOR, later - c, 0, later - c);
}

/* Coin-settled: a call against a future sold pays 20 dollars or more from a worth of 20, and so is
 * never worth less: 0.2 coins now, 0.16 at 125. In coins it loses 0.04, which are 5 dollars there;
 * held with the coins' own mark the 20 dollars stay 20. */
static void test_floor_in_coins(void **state)
{
    world *w = *state;
    hpm_rule_worst *rule = begin(w);
    rule->fold = HPM_FOLD_PAYOFF_FLOOR;
    world_hold(w, B_COIN_CALL, 1);
    world_hold(w, B_COIN_FUTURE, -10);
    check_pnl(w, 0.25 * 80 - 0.2 * 80, -0.04 * 125);
    w = world_again(state);
    rule = begin(w);
    rule->fold = HPM_FOLD_PAYOFF_FLOOR;
    rule->balances = 1;
    world_hold(w, B_COIN_CALL, 1);
    world_hold(w, B_COIN_FUTURE, -10);
    check_pnl(w, 0, 0);
}

/* ---- Delta-hedged ------------------------------------------------------------------------- */

static double wide[] = {-0.5, 0.6};

static hpm_rule_worst *begin_hedged(world *w)
{
    hpm_rule_worst *rule = begin(w);
    rule->delta_hedged = 1;
    w->sets[0].prices.items = wide;
    return rule;
}

/* What is linear has nothing but delta: perpetuals, and coins even where balances count. */
static void test_hedged_linear(void **state)
{
    world *w = *state;
    begin_hedged(w)->balances = 1;
    world_hold(w, B_PERP, 3);
    world_hold(w, B_FUTURE, -7);
    world_hold(w, B_COIN_PERP, 10);
    world_balance(w, BTC, 2);
    check_pnl(w, 0, 0);
}

/* A call of 80 at 100 without volatility is worth 20 and has a delta of 1. At 50 it is worth 0: it
 * loses 20 where its delta loses 50, +30. At 160 both gain 60. */
static void test_hedged_call(void **state)
{
    world *w = *state;
    begin_hedged(w);
    world_hold(w, B_CALL_80, -2);
    world_hold(w, B_PERP, 5);
    check_pnl(w, -60, 0);
}

/* Settled in coin it is worth 0.2, and what it settles has the slope of 1 - 0.2 coins: at 50 it
 * loses 0.2 coins of 50, 10, where 0.8 of 50 is 40. At 160 it is worth half a coin: 0.3 * 160 = 0.8
 * * 60. Unshocked: -0.2 * 100 + 40 and 0.3 * 100 - 48. */
static void test_hedged_coin_call(void **state)
{
    world *w = *state;
    begin_hedged(w);
    world_hold(w, B_COIN_CALL, 1);
    check_pnl(w, 30, 0);
    w = world_again(state);
    begin_hedged(w)->conversion = HPM_CONVERT_UNSHOCKED;
    world_hold(w, B_COIN_CALL, 1);
    check_pnl(w, 20, -18);
}

/* The hedge is not folded: 0.9 of 80 - 20 = 52 against 60. Weights act on both. */
static void test_hedged_discount(void **state)
{
    static hpm_scenario weighted[] = {{.price = -0.5, .weight = 0.5},
                                      {.price = 0.6, .weight = 0.25}};
    world *w = *state;
    hpm_rule_worst *rule = begin_hedged(w);
    rule->fold = HPM_FOLD_DISCOUNT;
    rule->discount_base = 0.9;
    w->sets[0].prices.count = w->sets[0].vols.count = 0;
    w->sets[0].scenarios = (hpm_list){weighted, 2};
    world_hold(w, B_CALL_80, 1);
    check_pnl(w, 15, -2);
}

/* ---- Weights ------------------------------------------------------------------------------ */

/* A move of -50 % at a range of 10 % counts (0.1/0.5) * 0.5 / 0.9 = 1/9: of a coin-settled future,
 * at the price of now, exactly the P&L at the range, 100 * (1/100 - 1/90) * 100 = -100/9. Likewise
 * at +60 %: 100 * (1/100 - 1/110) * 100 = 100/11. */
static void test_range_weight(void **state)
{
    world *w = *state;
    hpm_rule_worst *rule = begin(w);
    rule->range_weight = 1;
    rule->conversion = HPM_CONVERT_UNSHOCKED;
    w->sets[0].prices.items = wide;
    world_hold(w, B_COIN_FUTURE, 10);
    check_pnl(w, -100.0 / 9, 100.0 / 11);
}

/* At the range itself the weight is 1, without a move it is 1 too. */
static void test_range_weight_edges(void **state)
{
    static double edges[] = {-0.1, 0};
    world *w = *state;
    begin(w)->range_weight = 1;
    w->sets[0].prices.items = edges;
    world_hold(w, B_PERP, 1);
    check_pnl(w, -10, 0);
}

static void test_scenario_weights(void **state)
{
    static hpm_scenario weighted[] = {{.price = -0.2, .weight = 0.5},
                                      {.price = 0.3, .weight = 0.25}};
    world *w = *state;
    hpm_rule_worst *rule = begin(w);
    rule->balances = 1;
    w->sets[0].prices.count = w->sets[0].vols.count = 0;
    w->sets[0].scenarios = (hpm_list){weighted, 2};
    world_hold(w, B_PERP, 1);
    world_balance(w, BTC, 1);
    check_pnl(w, -20, 15);
}

/* Lines: what each holds. Balance 2: -40 of -60, the inverse contracts -20; a coin call adds its
 * P&L (-0.2 * 80) and the fall of its own mark (0.2 * -20): -20. */
static void test_lines(void **state)
{
    world *w = *state;
    hpm_pnl_view view;
    double lines[3] = {0};
    begin(w)->balances = 1;
    world_hold(w, B_COIN_PERP, 10);
    world_hold(w, B_COIN_CALL, 1);
    world_balance(w, BTC, 2);
    check_pnl(w, -80, 2 * 25 + 25 + 0.36 * 125 - 20);
    hpm_pnl_view_of(&view, &w->array, &w->components[0]);
    hpm_group_share(lines, &w->exposure, &w->exposure.groups[0], &view, 0, 1);
    check_near(lines[0], 20, "inverse perpetual");
    check_near(lines[1], 20, "coin call");
    check_near(lines[2], 40, "balance");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_views),
        WORLD_TEST(test_shocked_with_balance),
        WORLD_TEST(test_shocked_without_balance),
        WORLD_TEST(test_unshocked),
        WORLD_TEST(test_coin_equity),
        WORLD_TEST(test_money),
        WORLD_TEST(test_stablecoin_pair),
        WORLD_TEST(test_absent_coin_price),
        WORLD_TEST(test_discount),
        WORLD_TEST(test_discount_of_a_bucket),
        WORLD_TEST(test_discount_by_bucket_kind),
        WORLD_TEST(test_floor),
        WORLD_TEST(test_floor_leaves_gains),
        WORLD_TEST(test_floor_in_coins),
        WORLD_TEST(test_hedged_linear),
        WORLD_TEST(test_hedged_call),
        WORLD_TEST(test_hedged_coin_call),
        WORLD_TEST(test_hedged_discount),
        WORLD_TEST(test_range_weight),
        WORLD_TEST(test_range_weight_edges),
        WORLD_TEST(test_scenario_weights),
        WORLD_TEST(test_lines),
        WORLD_TEST(test_discount_of_what_is_owed),
        WORLD_TEST(test_owed_at_expiry),
        WORLD_TEST(test_rate_minimum),
        WORLD_TEST(test_rotation),
        WORLD_TEST(test_followers),
        WORLD_TEST(test_no_followers),
        WORLD_TEST(test_followed_without_a_price),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
