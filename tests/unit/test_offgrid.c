/* Tests of src/assess/offgrid.c: what two nodes miss of a straddle, by hand; finer grids. */
#include "hpm/offgrid.h"
#include "small_world.h"

static double ends[] = {1, -1}, halves[] = {-1, -0.5, 0, 1}, falls[] = {-0.5, 0};

typedef struct checked {
    world *w;
    hpm_offgrid_rules rules;
    hpm_desk desk;
    hpm_arena memory, work;
    hpm_offgrid check;
} checked;

static int setup(void **state)
{
    checked *c = fixture_take(1, sizeof *c);
    c->w = world_new();
    *state = c;
    return 0;
}

static int teardown(void **state)
{
    checked *c = *state;
    free(c->memory.base);
    free(c->work.base);
    world_free(c->w);
    free(c);
    return 0;
}

#define OFFGRID_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

static hpm_arena block(size_t bytes)
{
    return (hpm_arena){fixture_take(bytes, 1), bytes, 0};
}

/* A joint grid over prices in ranges (10 % of BTC) and falls of volatility in points. */
static hpm_rule_joint *begin(world *w, double *prices, uint32_t count)
{
    hpm_scenario_set *set = world_grid(w, "grid", prices, count, falls, 2);
    set->price_unit = HPM_PRICE_RANGE;
    set->vol_unit = HPM_VOL_POINTS;
    hpm_rule_joint *rule = &world_component(w, "grid", HPM_COMPONENT_JOINT_GRID)->rule.joint;
    strcpy(rule->set, "grid");
    return rule;
}

/* A straddle at 100 at a volatility of 0.5. */
static void straddle(world *w)
{
    w->market.vol[B_CALL_100].value = w->market.vol[B_PUT_100].value = 0.5;
    world_hold(w, B_CALL_100, 1);
    world_hold(w, B_PUT_100, 1);
}

/* Worth 200 * (N(d) - N(-d)) / 2 each, d = 0.25 * sqrt(0.2). */
static double straddle_value(void)
{
    return 2 * 100 * erf(0.25 * sqrt(0.2) / sqrt(2));
}

static hpm_status rules_for(checked *c, uint32_t price_steps, uint32_t vol_steps, hpm_error *error)
{
    return hpm_offgrid_rules_init(&c->rules, &c->w->market, &c->w->rulebook, c->w->account,
                                  price_steps, vol_steps, error);
}

static void check(checked *c, uint32_t price_steps, uint32_t vol_steps)
{
    world *w = c->w;
    hpm_error error = {0};
    hpm_margin margin;
    world_run(w);
    check_ok(hpm_margin_evaluate(&margin, &w->arena, &w->array, &w->portfolio, &w->totals, &error),
             &error);
    check_ok(rules_for(c, price_steps, vol_steps, &error), &error);
    c->memory = block(hpm_desk_size(&w->catalog, &c->rules.rulebook));
    check_ok(
        hpm_desk_init(&c->desk, &c->memory, &w->context, &w->market, &c->rules.rulebook, &error),
        &error);
    c->work = block(hpm_desk_work_size(&c->desk, w->position_count, w->balance_count));
    hpm_desk_work(&c->desk, &c->work);
    check_ok(hpm_offgrid_check(&c->check, &c->desk, &c->rules, w->account, &margin, &error),
             &error);
}

static void check_close(double got, double wanted)
{
    if (!(fabs(got - wanted) < 1e-6)) fail_msg("%.9g instead of %.9g", got, wanted);
}

/* Without volatility the straddle is worth 10 at 90 and at 110, and nothing at 100: two nodes miss
 * 10. Halves of the interval find it, at no move and the fall of volatility. */
static void test_missed(void **state)
{
    checked *c = *state;
    begin(c->w, ends, 2);
    straddle(c->w);
    check(c, 2, 1);
    assert_int_equal(c->check.component, 0);
    check_close(c->check.on_nodes, straddle_value() - 10);
    check_close(c->check.between, straddle_value());
    check_close(c->check.missed, 10);
    check_close(c->check.share, 10 / (straddle_value() - 10));
    assert_int_equal(llabs(c->check.initial_missed.e8 - 10 * HPM_E8) <= 1, 1);
    uint32_t column = c->check.breakdown.margin.worst_column;
    assert_int_equal(column, 2); /* the middle one of three prices, at the first of two vols */
    assert_int_equal(c->check.breakdown.worst_columns[0], column);
    assert_true(c->desk.array.price_move[BTC * c->desk.array.extra + column] == 0);
    assert_int_equal(c->rules.rulebook.initial_index, 0);
}

/* A strike is found without finer steps: one price, at both volatilities. The initial requirement
 * is twice the charge. Two options at one strike are one price. */
static void test_strike(void **state)
{
    checked *c = *state;
    begin(c->w, ends, 2);
    hpm_rule_scale *twice = &world_component(c->w, "twice", HPM_COMPONENT_SCALE)->rule.scale;
    strcpy(twice->of, "grid");
    twice->factor = 2;
    straddle(c->w);
    check(c, 1, 1);
    assert_int_equal(c->rules.strike_count, 1);
    assert_int_equal(c->rules.options_left_out, 0);
    assert_int_equal(c->rules.rulebook.scenario_count, 2 * 2 + 2);
    check_close(c->check.missed, 10);
    assert_int_equal(llabs(c->check.initial_missed.e8 - 20 * HPM_E8) <= 1, 1);
    assert_int_equal(c->check.breakdown.margin.worst_column, 4);
    assert_int_equal(c->rules.rulebook.initial_index, 1); /* as it was */
}

/* Half of a settlement average stands at 90: the strike of 100 is reached where the rest settles at
 * 110, a move of one range, which is a node; that of 80 would be below the grid. */
static void test_strike_of_an_average(void **state)
{
    checked *c = *state;
    begin(c->w, ends, 2);
    c->w->market.curve[BTC_NEAR].observed_share = 0.5;
    c->w->market.curve[BTC_NEAR].observed_price = 90;
    straddle(c->w);
    world_hold(c->w, B_CALL_80, 1);
    world_hold(c->w, B_FUTURE, 1);
    check(c, 1, 1);
    assert_int_equal(c->rules.strike_count, 0);
}

/* Prices -1, -0.5, 0, 1 in thirds and volatilities in halves; in order, whatever the order given;
 * single scenarios stay behind them. */
static void test_finer_grid(void **state)
{
    static const double wanted[] = {
        -1, -1 + 0.5 / 3, -1 + 1.0 / 3, -0.5, -0.5 + 0.5 / 3, -0.5 + 1.0 / 3,
        0,  1.0 / 3,      2.0 / 3,      1};
    static hpm_scenario single = {.price = 0.3, .weight = 0.5};
    checked *c = *state;
    begin(c->w, halves, 4);
    c->w->sets[0].scenarios = (hpm_list){&single, 1};
    world_hold(c->w, B_PERP, 1);
    check(c, 3, 2);
    const hpm_scenario_set *fine = c->rules.rulebook.sets.items;
    assert_int_equal(fine->prices.count, 10);
    for (uint32_t i = 0; i < 10; i++)
        check_close(((const double *)fine->prices.items)[i], wanted[i]);
    for (uint32_t i = 0; i < 4; i++)
        assert_true(((const double *)fine->prices.items)[3 * i] == halves[i]);
    assert_int_equal(fine->vols.count, 3);
    assert_true(((const double *)fine->vols.items)[1] == -0.25);
    assert_int_equal(fine->scenarios.count, 1);
    assert_true(((const hpm_scenario *)fine->scenarios.items)->weight == 0.5);
    assert_true(c->check.missed == 0); /* of a straight line the nodes miss nothing */
    assert_true(c->check.share == 0);
}

/* Of its own accord: 16 steps would make 65 x 3 scenarios, which fit. */
static void test_default_steps(void **state)
{
    checked *c = *state;
    begin(c->w, halves, 4);
    world_hold(c->w, B_PERP, 1);
    check(c, 0, 0);
    assert_int_equal(c->rules.price_steps, 16);
    assert_int_equal(c->rules.vol_steps, 2);
    assert_int_equal(c->rules.rulebook.scenario_count, (3 * 16 + 1) * 3);
}

/* A rulebook without a grid misses nothing; nor does one whose account loses nothing have a share.
 */
static void test_nothing_to_check(void **state)
{
    static hpm_scenario single = {.price = -0.1, .weight = 1};
    checked *c = *state;
    world_list(c->w, "list", &single, 1);
    strcpy(world_component(c->w, "worst", HPM_COMPONENT_WORST_SCENARIO)->rule.worst.set, "list");
    world_hold(c->w, B_PERP, 1);
    check(c, 0, 0);
    assert_int_equal(c->check.component, HPM_NONE);
    assert_int_equal(c->check.initial_missed.e8, 0);
}

static void test_nothing_lost(void **state)
{
    checked *c = *state;
    begin(c->w, ends, 2);
    world_balance(c->w, USD, 10);
    check(c, 0, 0);
    assert_int_equal(c->check.component, 0);
    assert_true(c->check.missed == 0 && isnan(c->check.share));
    assert_int_equal(c->check.breakdown.margin.worst_column, HPM_NONE);
}

/* 2 prices x 2 volatilities make 1001 x 2 scenarios of 1000 steps. */
static void test_limits(void **state)
{
    checked *c = *state;
    hpm_error error = {0};
    begin(c->w, ends, 2);
    straddle(c->w);
    world_run(c->w);
    check_error(rules_for(c, 1000, 1, &error), &error, HPM_E_LIMIT, "off-grid check",
                "1000 x 1 steps make 2002 scenarios, at most 1024 have room");
    check_error(rules_for(c, 0, 1, &error), &error, HPM_E_RANGE, "off-grid check",
                "no steps (0 x 1)");
    check_ok(rules_for(c, 511, 1, &error), &error); /* 1024: there is no room for the strike */
    assert_int_equal(c->rules.strike_count, 0);
    assert_int_equal(c->rules.options_left_out, 2);
    check_ok(rules_for(c, 509, 1, &error), &error); /* 1020 and two */
    assert_int_equal(c->rules.strike_count, 1);
    assert_int_equal(c->rules.rulebook.scenario_count, 1022);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OFFGRID_TEST(test_missed),
        OFFGRID_TEST(test_strike),
        OFFGRID_TEST(test_strike_of_an_average),
        OFFGRID_TEST(test_finer_grid),
        OFFGRID_TEST(test_default_steps),
        OFFGRID_TEST(test_nothing_to_check),
        OFFGRID_TEST(test_nothing_lost),
        OFFGRID_TEST(test_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
