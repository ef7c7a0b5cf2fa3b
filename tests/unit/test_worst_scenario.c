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

/* Beyond the range of 10 %: at -20 % the dampener of 4 forgives (2 - 1) * 4 / (1 - 0.1) = 40/9, so
 * a perpetual loses 20 - 40/9 = 140/9. At +30 %: (3 - 1) * 4 / 1.1 = 80/11, 30 - 80/11 = 250/11. At
 * the range itself nothing is forgiven. */
static void test_dampener(void **state)
{
    static double wide[] = {-0.1, -0.2, 0.3};
    world *w = *state;
    begin(w)->dampener = 4;
    w->sets[0].prices.items = wide;
    world_hold(w, B_PERP, 1);
    world_run(w);
    check_worst(w, 140.0 / 9, 1, 0, (double[]){140.0 / 9});
    w = world_again(state);
    begin(w)->dampener = 4;
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
        begin(w)->dampener = 4;
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
    begin(w)->dampener = 40;
    w->sets[0].prices.items = wide;
    world_hold(w, B_PERP, 1);
    world_run(w);
    check_worst(w, 10, 0, 0, (double[]){10});
    w = world_again(state);
    begin(w)->dampener = 1000;
    w->sets[0].prices = (hpm_list){wide + 1, 2};
    world_hold(w, B_PERP, 1);
    world_run(w);
    check_worst(w, 0, HPM_NONE, HPM_NONE, (double[]){0});
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
        WORLD_TEST(test_weights),
        WORLD_TEST(test_second_set),
        WORLD_TEST(test_balances),
        WORLD_TEST(test_unknown_set),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
