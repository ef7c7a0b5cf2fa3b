/* Tests of src/margin/charges/joint_grid.c: every kind of joint scenario, worked out by hand.
 *
 * Nodes are at -1, -0.5, 0.5 and 1 ranges. The ranges are 10 % of BTC (100), 20 % of ETH (10) and
 * 50 % of SOL (1): one range is worth 10 of a BTC perpetual, 2 of an ETH one, 0.5 of a SOL one. */
#include "small_world.h"

static double nodes[] = {-1, -0.5, 0.5, 1}, ends[] = {-1, 1}, vols[] = {0};

static hpm_rule_joint *begin_with(world *w, double *prices, uint32_t count, double offset_share)
{
    hpm_component *component;
    world_grid(w, "grid", prices, count, vols, 1)->price_unit = HPM_PRICE_RANGE;
    w->underlyings[ETH].price_range = 0.2;
    w->underlyings[SOL].price_range = 0.5;
    component = world_component(w, "joint", HPM_COMPONENT_JOINT_GRID);
    strcpy(component->rule.joint.set, "grid");
    component->rule.joint.offset_share = offset_share;
    return &component->rule.joint;
}

static hpm_rule_joint *begin(world *w, double offset_share)
{
    return begin_with(w, nodes, 4, offset_share);
}

static void hold(world *w, double btc, double eth, double sol)
{
    if (btc != 0) world_hold(w, B_PERP, btc);
    if (eth != 0) world_hold(w, E_PERP, eth);
    if (sol != 0) world_hold(w, S_PERP, sol);
    world_run(w);
}

/* The one that leads stands at the worst column; all together, all do (a floor has no one node). */
static void check_stand(const world *w, uint32_t column, uint32_t self)
{
    uint32_t columns[ASSETS];
    hpm_charge_joint_grid.stand(columns, &w->exposure, &w->components[0]);
    if (self != HPM_NONE) assert_int_equal(columns[self], column);
    for (uint32_t g = 0; g < w->exposure.group_count; g++)
        if (self == HPM_NONE && w->components[0].rule.joint.alone_floor == 0)
            assert_int_equal(columns[g], column);
}

static void check_joint(const world *w, double value, uint32_t column, uint32_t self,
                        const double *lines)
{
    hpm_charge_result result = world_value(w, 0);
    size_t used = w->arena.used;
    check_charge(w, 0, value, lines);
    assert_int_equal(result.worst_column, column);
    check_stand(w, column, self);
    assert_int_equal(w->arena.used, used);
}

/* (a) 1 BTC and 5 ETH lose 10 each at -1. */
static void test_all_together(void **state)
{
    world *w = *state;
    begin(w, 0);
    hold(w, 1, 5, 0);
    check_joint(w, 20, 0, HPM_NONE, (double[]){10, 10});
}

/* (a) with a gain: 1 BTC and 5 ETH lose 10 each at -1, 10 SOL short gain 5 there, of which 0.8
 * counts: 10 + 10 - 4 = 16. (With phi = 0 the gain counts nothing: 20.) No (c): -0.5 and 0.5 are
 * not nodes here. */
static void test_gain_offset(void **state)
{
    world *w = *state;
    begin_with(w, ends, 2, 0.8);
    hold(w, 1, 5, -10);
    check_joint(w, 16, 0, HPM_NONE, (double[]){10, 10, -4});
    w = world_again(state);
    begin_with(w, ends, 2, 0);
    hold(w, 1, 5, -10);
    check_joint(w, 20, 0, HPM_NONE, (double[]){10, 10, 0});
}

/* (b) ETH gains wherever it moves (10 calls at the money, 5 short: 10 at the ends, 5 between), BTC
 * alone loses 10 at -1. (a) 10 - 0.5 * 10 = 5, (c) 10 - 0.5 * 5 = 7.5. With phi = 0 (a) is 10 as
 * well and comes first. */
static void test_alone(void **state)
{
    static const double shares[] = {0.5, 0};
    for (int i = 0; i < 2; i++) {
        world *w = world_again(state);
        begin(w, shares[i]);
        world_hold(w, E_CALL, 10);
        hold(w, 1, -5, 0);
        check_joint(w, 10, 0, i == 0 ? 0 : HPM_NONE, (double[]){10, 0, 0});
    }
}

/* (c) 1 BTC against 5 ETH short: BTC at -1 loses 10 while ETH at +0.5 loses 5: 15. The mirror image
 * (ETH at +1, BTC at -0.5) is 15 too: the first is reported. (a) 10 - 8 = 2, (b) 10. */
static void test_opposite(void **state)
{
    world *w = *state;
    begin(w, 0.8);
    hold(w, 1, -5, 0);
    check_joint(w, 15, 0, 0, (double[]){10, 5});
}

/* (c) with gamma = 1 over the ends: SOL short alone at +1 loses 5 while BTC and ETH at -1 lose 10
 * each: 25, ahead of (a) with 16. */
static void test_each_against_the_rest(void **state)
{
    world *w = *state;
    begin_with(w, ends, 2, 0.8)->opposite_share = 1;
    hold(w, 1, 5, -10);
    check_joint(w, 25, 1, 2, (double[]){10, 10, 5});
}

/* 1 BTC, 3 ETH and 10 SOL short at phi = 0.5. At -1 together: 10 + 6 - 0.5 * 5 = 13.5. Against the
 * rest at 0.5: BTC at -1 gives 10 - 0.5 * 3 + 2.5 = 11, ETH 6 - 0.5 * 5 + 2.5 = 6; SOL at +1
 * against the rest at -0.5: 5 + 5 + 3 = 13. */
static void test_gain_of_the_rest(void **state)
{
    world *w = *state;
    begin(w, 0.5);
    hold(w, 1, 3, -10);
    check_joint(w, 13.5, 0, HPM_NONE, (double[]){10, 6, -2.5});
}

/* (d) over the ends, phi = 0.8: BTC long and ETH short lose 10 each at opposite ends. (a) 2,
 * (b) 10. lambda = 0.5: 0.5 * 20 = 10, a tie that (b) keeps. lambda = 0.75: 15, shared 7.5 each;
 * the column shown is the one of the worst that it lifts. */
static void test_floor(void **state)
{
    world *w = *state;
    begin_with(w, ends, 2, 0.8)->alone_floor = 0.5;
    hold(w, 1, -5, 0);
    check_joint(w, 10, 0, 0, (double[]){10, 0});
    w = world_again(state);
    begin_with(w, ends, 2, 0.8)->alone_floor = 0.75;
    hold(w, 1, -5, 0);
    check_joint(w, 15, 0, HPM_NONE, (double[]){7.5, 7.5});
}

/* One underlying: its own worst, whatever phi, gamma and lambda. */
static void test_one_underlying(void **state)
{
    world *w = *state;
    hpm_rule_joint *rule = begin(w, 0.8);
    rule->opposite_share = 1;
    rule->alone_floor = 1;
    hold(w, -3, 0, 0);
    check_joint(w, 30, 3, HPM_NONE, (double[]){30});
}

/* 0.5 BTC of balance is a spot position: with 0.5 perpetuals it loses 10 at -1, half each; a USD
 * balance does not move. */
static void test_coin_balance(void **state)
{
    world *w = *state;
    begin(w, 0);
    world_balance(w, BTC, 0.5);
    world_balance(w, USD, 1000);
    hold(w, 0.5, 0, 0);
    check_joint(w, 10, 0, HPM_NONE, (double[]){5, 5, 0});
}

static void test_nothing_to_lose(void **state)
{
    world *w = *state;
    begin(w, 0.8)->alone_floor = 1;
    world_hold(w, B_PERP, 2);
    world_hold(w, B_FUTURE, -2);
    hold(w, 0, 0, 0);
    check_joint(w, 0, HPM_NONE, HPM_NONE, (double[]){0, 0});
}

/* The same volatility node: prices are -1 and 1, volatilities 0 and 1 (the shock adds 100 points to
 * volatilities of zero, and a straddle is worth more). Node order is price by price: the opposite
 * of node 1 (-1, +1) is node 3 (+1, +1). */
static void test_opposite_keeps_the_volatility(void **state)
{
    static double two[] = {0, 1};
    world *w = *state;
    begin_with(w, ends, 2, 0)->opposite_share = 1;
    w->sets[0].vols = (hpm_list){two, 2};
    w->sets[0].vol_unit = HPM_VOL_POINTS;
    world_hold(w, E_CALL, -10);
    hold(w, 1, 0, 0);
    /* ETH short calls lose most at (+1, +1), where BTC gains; BTC loses 10 at -1 in both. */
    double call = w->array.ticks_real[E_CALL * w->array.stride + 3] * 1e-9 * 100;
    assert_true(call > 20); /* intrinsic alone: 10 * 2 */
    check_joint(w, 10 + call, 1, 0, (double[]){10, call});
}

/* A spread whose short leg grows dearer than its long one: it loses what it is worth, 20 - c, not
 * the 26.27 - c that the legs come to (see test_scenario_pnl.c). */
static void test_payoff_floor(void **state)
{
    static double tripled[] = {2};
    world *w = *state;
    begin_with(w, vols, 1, 0)->fold = HPM_FOLD_PAYOFF_FLOOR;
    w->sets[0].vols = (hpm_list){tripled, 1};
    w->market.vol[B_CALL_100].value = 0.5;
    world_hold(w, B_CALL_80, 1);
    world_hold(w, B_CALL_100, -1);
    hold(w, 0, 0, 0);
    double c = w->array.ticks_real[B_CALL_100 * w->array.stride + w->array.extra] * 1e-8;
    check_near(c, 100 * erf(0.25 * sqrt(0.2) / sqrt(2)), "value of the call at 100");
    check_joint(w, 20 - c, 0, HPM_NONE, (double[]){20, -c});
}

static void test_unknown_set(void **state)
{
    world *w = *state;
    hpm_error error = {0};
    strcpy(begin(w, 0)->set, "other");
    check_error(hpm_rulebook_finish(&w->rulebook, &error), &error, HPM_E_REFERENCE, "joint",
                "there is no such set (other)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_all_together),
        WORLD_TEST(test_gain_offset),
        WORLD_TEST(test_alone),
        WORLD_TEST(test_opposite),
        WORLD_TEST(test_each_against_the_rest),
        WORLD_TEST(test_gain_of_the_rest),
        WORLD_TEST(test_floor),
        WORLD_TEST(test_one_underlying),
        WORLD_TEST(test_coin_balance),
        WORLD_TEST(test_nothing_to_lose),
        WORLD_TEST(test_opposite_keeps_the_volatility),
        WORLD_TEST(test_payoff_floor),
        WORLD_TEST(test_unknown_set),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
