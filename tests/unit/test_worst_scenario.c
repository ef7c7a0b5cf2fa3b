/* Tests of src/margin/charges/worst_scenario.c: fixtures worked out by hand. */
#include "small_world.h"

static double prices[] = {-0.2, 0, 0.2}, vols[] = {0};

static hpm_rule_worst *begin(world *w)
{
    hpm_component *component;
    world_grid(w, "grid", prices, 3, vols, 1);
    component = world_component(w, "worst", HPM_COMPONENT_WORST_SCENARIO);
    strcpy(component->rule.worst.set, "grid");
    return &component->rule.worst;
}

static void check_worst(const world *w, double value, uint32_t column, uint32_t group,
                        const double *lines)
{
    hpm_charge_result result = world_value(w, 0);
    check_charge(w, 0, value, lines);
    assert_int_equal(result.worst_column, column);
    uint32_t columns[ASSETS];
    hpm_charge_worst_scenario.stand(columns, &w->exposure, &w->components[0]);
    if (group != HPM_NONE) assert_int_equal(columns[group], column);
}

/* 3 perpetuals at 100: -20 % loses 3 * 20 = 60; 2 short: +20 % loses 2 * 20 = 40. */
static void test_signs(void **state)
{
    world *w = *state;
    begin(w);
    world_hold(w, B_PERP, 3);
    world_run(w);
    check_worst(w, 60, 0, 0, (double[]){60});
    w = world_again(state);
    begin(w);
    world_hold(w, B_PERP, -2);
    world_run(w);
    check_worst(w, 40, 2, 0, (double[]){40});
}

/* A perpetual against a future: nothing is lost anywhere, and no scenario is the worst. */
static void test_zero(void **state)
{
    world *w = *state;
    begin(w);
    world_hold(w, B_PERP, 1);
    world_hold(w, B_FUTURE, -1);
    world_run(w);
    check_worst(w, 0, HPM_NONE, HPM_NONE, (double[]){0, 0});
}

/* A short straddle at the money loses 20 at either end: the first is reported, and there the put is
 * what loses. */
static void test_ties_go_to_the_first(void **state)
{
    world *w = *state;
    begin(w);
    world_hold(w, B_PUT_100, -1);
    world_hold(w, B_CALL_100, -1);
    world_run(w);
    check_worst(w, 20, 0, 0, (double[]){0, 20});
}

/* BTC: 3 long lose 60 at -20 %. ETH: 10 short at 10 lose 20 at +20 %. No offset: 80, led by BTC.
 * With 45 ETH short, 90 at +20 %, ETH leads: 150. */
static void test_underlyings_add(void **state)
{
    world *w = *state;
    begin(w);
    world_hold(w, E_PERP, -10);
    world_hold(w, B_PERP, 3);
    world_run(w);
    check_worst(w, 80, 0, 0, (double[]){60, 20});
    w = world_again(state);
    begin(w);
    world_hold(w, E_PERP, -45);
    world_hold(w, B_PERP, 3);
    world_run(w);
    check_worst(w, 150, 2, 1, (double[]){60, 90});
}

/* A rule for every pair. */
static hpm_pair_rule pairs[2];

static void begin_dampened(world *w, double dampener)
{
    begin(w);
    pairs[0] = (hpm_pair_rule){"*", "*", 1, NAN, dampener};
    w->rulebook.pairs = (hpm_list){pairs, 1};
}

/* Beyond the range of 10 %: at -20 % the dampener of 4 forgives (2 - 1) * 4 / (1 - 0.1) = 40/9, so
 * a perpetual loses 20 - 40/9 = 140/9. At +30 %: (3 - 1) * 4 / 1.1 = 80/11, 30 - 80/11 = 250/11. At
 * the range itself nothing is forgiven. */
static void test_dampener(void **state)
{
    static double wide[] = {-0.1, -0.2, 0.3};
    world *w = *state;
    begin_dampened(w, 4);
    w->sets[0].prices.items = wide;
    world_hold(w, B_PERP, 1);
    world_run(w);
    check_worst(w, 140.0 / 9, 1, 0, (double[]){140.0 / 9});
    w = world_again(state);
    begin_dampened(w, 4);
    w->sets[0].prices.items = wide;
    world_hold(w, B_PERP, -1);
    world_run(w);
    check_worst(w, 250.0 / 11, 2, 0, (double[]){250.0 / 11});
}

/* Within the range nothing is forgiven, and nothing added: 6 at -6 %, 3 at +3 %. */
static void test_dampener_within_the_range(void **state)
{
    static double narrow[] = {-0.06, 0.03};
    static const double held[] = {1, -1}, losses[] = {6, 3};
    for (int i = 0; i < 2; i++) {
        world *w = world_again(state);
        begin_dampened(w, 4);
        w->sets[0].prices = (hpm_list){narrow, 2};
        world_hold(w, B_PERP, held[i]);
        world_run(w);
        check_worst(w, losses[i], (uint32_t)i, 0, &losses[i]);
    }
}

/* 40 / 0.9 is more than the 20 lost at -20 %, which then counts zero and not a gain: 10 at -10 %.
 */
static void test_dampener_above_the_loss(void **state)
{
    static double wide[] = {-0.1, -0.2, 0.3};
    world *w = *state;
    begin_dampened(w, 40);
    w->sets[0].prices.items = wide;
    world_hold(w, B_PERP, 1);
    world_run(w);
    check_worst(w, 10, 0, 0, (double[]){10});
    w = world_again(state);
    begin_dampened(w, 1000);
    w->sets[0].prices = (hpm_list){wide + 1, 2};
    world_hold(w, B_PERP, 1);
    world_run(w);
    check_worst(w, 0, HPM_NONE, HPM_NONE, (double[]){0});
}

/* Perpetuals at 100: 10 contracts of 10 settled in the coin, and two sold that settle in USD. At
 * +25 % the first gains 100 - 100/1.25 = 20, the second loses 50; at -20 % 25 are lost and 40
 * gained. */
static void hold_two_pairs(world *w, double gain_share, double gain_cap, double dampener)
{
    static double moves[] = {-0.2, 0, 0.25};
    begin(w)->conversion = HPM_CONVERT_UNSHOCKED;
    w->sets[0].prices.items = moves;
    pairs[0] = (hpm_pair_rule){"*", "BTC", gain_share, gain_cap, dampener};
    pairs[1] = (hpm_pair_rule){"*", "USD", 1, NAN, dampener};
    w->rulebook.pairs = (hpm_list){pairs, 2};
    world_hold(w, B_PERP, -2);
    world_hold(w, B_COIN_PERP, 10);
    world_run(w);
}

/* Of the gain 60 % counts, 12, and 5 at a cap; all of it at a share of 1, nothing at 0. */
static void test_gains_across_pairs(void **state)
{
    world *w = *state;
    hold_two_pairs(w, 0.6, NAN, 0);
    check_worst(w, 50 - 12, 2, 0, (double[]){-12, 50});
    w = world_again(state);
    hold_two_pairs(w, 0.6, 5, 0);
    check_worst(w, 50 - 5, 2, 0, (double[]){-5, 50});
    w = world_again(state);
    hold_two_pairs(w, 1, NAN, 0);
    check_worst(w, 50 - 20, 2, 0, (double[]){-20, 50});
    w = world_again(state);
    hold_two_pairs(w, 0, NAN, 0);
    check_worst(w, 50, 2, 0, (double[]){0, 50});
}

/* A dampener narrows what offsets as well: at +25 % and a range of 10 %, by 1.5 * 11/3 / 1.1 = 5,
 * each pair. */
static void test_dampened_gain(void **state)
{
    world *w = *state;
    hold_two_pairs(w, 0.6, NAN, 11.0 / 3);
    check_worst(w, (50 - 5) - (12 - 5), 2, 0, (double[]){-7, 45});
}

/* The first row that matches counts; ETH has none and counts in full. */
static void test_pair_rows(void **state)
{
    world *w = *state;
    const hpm_rulebook *rulebook = &w->rulebook;
    pairs[0] = (hpm_pair_rule){"BTC", "USD", 1, NAN, 1};
    pairs[1] = (hpm_pair_rule){"BTC", "*", 1, NAN, 2};
    w->rulebook.pairs = (hpm_list){pairs, 2};
    assert_ptr_equal(hpm_rulebook_pair(rulebook, "BTC", "USD"), &pairs[0]);
    assert_ptr_equal(hpm_rulebook_pair(rulebook, "BTC", "BTC"), &pairs[1]);
    assert_null(hpm_rulebook_pair(rulebook, "ETH", "USD"));
}

/* Two sets in one worst: -10 % in the first, -30 % with half weight in the second, which is worse.
 */
static void test_two_sets(void **state)
{
    static double narrow[] = {-0.1, 0.1};
    static hpm_scenario weighted[] = {{.price = -0.3, .weight = 0.5}};
    world *w = *state;
    hpm_rule_worst *rule = begin(w);
    w->sets[0].prices = (hpm_list){narrow, 2};
    world_grid(w, "gaps", NULL, 0, NULL, 0)->scenarios = (hpm_list){weighted, 1};
    strcpy(rule->second_set, "gaps");
    world_hold(w, B_PERP, 1);
    world_run(w);
    check_worst(w, 15, 2, 0, (double[]){15});
}

/* -40 % at a weight of 0.5 loses 20 of a perpetual, more than -15 % in full. */
static void test_weights(void **state)
{
    static hpm_scenario weighted[] = {{.price = -0.15, .weight = 1},
                                      {.price = -0.4, .weight = 0.5}};
    world *w = *state;
    hpm_component *component;
    world_list(w, "grid", weighted, 2);
    component = world_component(w, "worst", HPM_COMPONENT_WORST_SCENARIO);
    strcpy(component->rule.worst.set, "grid");
    world_hold(w, B_PERP, 1);
    world_run(w);
    check_worst(w, 20, 1, 0, (double[]){20});
}

/* The second set's columns follow the first's: the worst of two is column 3 + 0. */
static void test_second_set(void **state)
{
    static double narrow[] = {-0.05, 0.05};
    world *w = *state;
    begin(w);
    world_grid(w, "narrow", narrow, 2, vols, 1);
    hpm_component *component = world_component(w, "second", HPM_COMPONENT_WORST_SCENARIO);
    strcpy(component->rule.worst.set, "narrow");
    world_hold(w, B_PERP, 1);
    world_run(w);
    check_charge(w, 1, 5, (double[]){5});
    assert_int_equal(world_value(w, 1).worst_column, 3);
}

/* The balance of a coin moves only where the rule says so: 2 BTC lose 40 at -20 %. */
static void test_balances(void **state)
{
    for (int balances = 0; balances < 2; balances++) {
        world *w = world_again(state);
        begin(w)->balances = balances;
        world_balance(w, BTC, 2);
        world_balance(w, USD, 500);
        world_run(w);
        check_charge(w, 0, balances ? 40 : 0, (double[]){balances ? 40 : 0, 0});
    }
}

static void test_unknown_set(void **state)
{
    world *w = *state;
    hpm_error error = {0};
    strcpy(begin(w)->set, "other");
    check_error(hpm_rulebook_finish(&w->rulebook, &error), &error, HPM_E_REFERENCE, "worst",
                "there is no such set (other)");
}

static void test_refusals(void **state)
{
    world *w = *state;
    hpm_error error = {0};
    world_grid(w, "before", prices, 3, vols, 1);
    strcpy(begin(w)->second_set, "before");
    check_error(hpm_rulebook_finish(&w->rulebook, &error), &error, HPM_E_REFERENCE, "worst",
                "the second set is not the one after the first (before)");
    w = world_again(state);
    begin_dampened(w, 1);
    w->components[0].rule.worst.balances = 1;
    check_error(hpm_rulebook_finish(&w->rulebook, &error), &error, HPM_E_UNSUPPORTED, "worst",
                "balances are of no pair, and this rulebook has 1 rules of pairs");
    w = world_again(state);
    begin(w);
    pairs[0] = (hpm_pair_rule){"*", "USD", 1, NAN, 0};
    pairs[1] = (hpm_pair_rule){"BTC", "USD", 1, NAN, 0};
    w->rulebook.pairs = (hpm_list){pairs, 2};
    check_error(hpm_rulebook_finish(&w->rulebook, &error), &error, HPM_E_DUPLICATE, "pairs",
                "an earlier row covers this one (BTC, USD)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_signs),
        WORLD_TEST(test_zero),
        WORLD_TEST(test_ties_go_to_the_first),
        WORLD_TEST(test_underlyings_add),
        WORLD_TEST(test_dampener),
        WORLD_TEST(test_dampener_within_the_range),
        WORLD_TEST(test_dampener_above_the_loss),
        WORLD_TEST(test_gains_across_pairs),
        WORLD_TEST(test_dampened_gain),
        WORLD_TEST(test_pair_rows),
        WORLD_TEST(test_two_sets),
        WORLD_TEST(test_weights),
        WORLD_TEST(test_second_set),
        WORLD_TEST(test_balances),
        WORLD_TEST(test_unknown_set),
        WORLD_TEST(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
