/* Tests of src/margin/compose.c: weights, parts that cross to money once, and refusals that name
 * the component. Amounts that the account declares serve as charges of any value. */
#include "small_world.h"

static void declare(world *w, const char *name, uint32_t asset, double amount)
{
    hpm_component *component = world_component(w, name, HPM_COMPONENT_DECLARED);
    strcpy(component->rule.declared.amount, name);
    if (amount != 0) world_declare(w, name, asset, amount);
}

static hpm_component *scale(world *w, const char *name, const char *of, double factor)
{
    hpm_component *component = world_component(w, name, HPM_COMPONENT_SCALE);
    strcpy(component->rule.scale.of, of);
    component->rule.scale.factor = factor;
    return component;
}

static hpm_status compose(world *w, hpm_margin *margin, hpm_composition *composition,
                          hpm_error *error)
{
    return hpm_margin_compose(margin, composition, NULL, &w->exposure, error);
}

static hpm_margin composed(world *w, hpm_composition *composition)
{
    hpm_margin margin;
    hpm_error error = {0};
    world_run(w);
    check_ok(compose(w, &margin, composition, &error), &error);
    return margin;
}

static void check_parts(const hpm_money *parts, const double *wanted, uint32_t count,
                        hpm_money total)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        assert_int_equal(parts[i].e8, e8_of(wanted[i]));
        sum += parts[i].e8;
    }
    assert_int_equal(sum, total.e8);
}

/* a = 2, b = 3, c = 5; m = max(a, b) = 3; s = 1.3 * m = 3.9; t = s + c + a = 11.5. Initial t: a and
 * c once, b 1.3 times; maintenance m: b. */
static void test_weights(void **state)
{
    static char ab[][HPM_RULE_NAME_SIZE] = {"a", "b"}, sca[][HPM_RULE_NAME_SIZE] = {"s", "c", "a"};
    world *w = *state;
    hpm_composition composition;
    declare(w, "a", USD, 2);
    declare(w, "b", USD, 3);
    declare(w, "c", USD, 5);
    world_combine(w, "m", HPM_COMPONENT_MAXIMUM, ab, 2);
    scale(w, "s", "m", 1.5);
    world_combine(w, "t", HPM_COMPONENT_SUM, sca, 3);
    strcpy(w->rulebook.maintenance, "m");
    hpm_margin margin = composed(w, &composition);
    static const double values[] = {2, 3, 5, 3, 4.5, 11.5};
    static const double initial[] = {1, 1.5, 1, 0, 0, 0}, maintenance[] = {0, 1, 0, 0, 0, 0};
    assert_int_equal(margin.component_count, 6);
    for (uint32_t i = 0; i < 6; i++) {
        check_near(margin.value[i], values[i], "value");
        check_near(composition.initial_weight[i], initial[i], "initial weight");
        check_near(composition.maintenance_weight[i], maintenance[i], "maintenance weight");
    }
    check_parts(margin.initial_part, (double[]){2, 4.5, 5, 0, 0, 0}, 6, margin.initial);
    check_parts(margin.maintenance_part, (double[]){0, 3, 0, 0, 0, 0}, 6, margin.maintenance);
    assert_int_equal(margin.initial.e8, e8_of(11.5));
    check_near(margin.initial_real, 11.5, "initial before rounding");
    assert_int_equal(margin.worst_column, HPM_NONE);
}

/* A minimum hands its weight to the smallest, a scale of a scale multiplies, and weights of one
 * charge by two ways add: n = min(a, b) = 2, t = 0.5 * (3 * n) + n = 5. */
static void test_weights_by_two_ways(void **state)
{
    static char ab[][HPM_RULE_NAME_SIZE] = {"b", "a"}, parts[][HPM_RULE_NAME_SIZE] = {"half", "n"};
    world *w = *state;
    hpm_composition composition;
    declare(w, "a", USD, 2);
    declare(w, "b", USD, 3);
    world_combine(w, "n", HPM_COMPONENT_MINIMUM, ab, 2);
    scale(w, "thrice", "n", 3);
    scale(w, "half", "thrice", 0.5);
    world_combine(w, "t", HPM_COMPONENT_SUM, parts, 2);
    hpm_margin margin = composed(w, &composition);
    check_near(composition.initial_weight[0], 2.5, "weight of a");
    check_near(composition.initial_weight[1], 0, "weight of b");
    assert_int_equal(margin.initial.e8, e8_of(5));
    assert_int_equal(margin.maintenance.e8, e8_of(5));
}

/* A requirement may be a charge itself, in the middle of the list; what comes after does not count.
 */
static void test_charge_as_requirement(void **state)
{
    static double prices[] = {-0.2, 0.2}, vols[] = {0};
    world *w = *state;
    hpm_composition composition;
    world_grid(w, "grid", prices, 2, vols, 1);
    declare(w, "a", USD, 2);
    strcpy(world_component(w, "worst", HPM_COMPONENT_WORST_SCENARIO)->rule.worst.set, "grid");
    declare(w, "b", USD, 3);
    strcpy(w->rulebook.initial, "worst");
    strcpy(w->rulebook.maintenance, "a");
    world_hold(w, B_PERP, -1);
    hpm_margin margin = composed(w, &composition);
    assert_int_equal(margin.initial.e8, e8_of(20));
    assert_int_equal(margin.maintenance.e8, e8_of(2));
    assert_int_equal(margin.worst_column, 1);
    check_near(composition.initial_weight[2], 0, "what comes after");
}

/* Two charges of 10/3 each: 3.33333334 twice, rounded up once each. Equity of -10/3 goes down. */
static void test_rounding(void **state)
{
    static char ab[][HPM_RULE_NAME_SIZE] = {"a", "b"};
    world *w = *state;
    hpm_composition composition;
    w->market.asset_price[SOL].value = 10.0 / 3;
    declare(w, "a", SOL, 1);
    declare(w, "b", SOL, 1);
    world_combine(w, "t", HPM_COMPONENT_SUM, ab, 2);
    world_balance(w, SOL, -1);
    hpm_margin margin = composed(w, &composition);
    assert_int_equal(margin.initial_part[0].e8, 333333334);
    assert_int_equal(margin.initial_part[1].e8, 333333334);
    assert_int_equal(margin.initial.e8, 666666668);
    assert_int_equal(margin.equity.e8, -333333334);
    check_near(margin.equity_real, -10.0 / 3, "equity");
    check_near(margin.maintenance_real, 20.0 / 3, "maintenance");
}

/* An account without anything needs nothing. */
static void test_empty(void **state)
{
    static double prices[] = {-0.2, 0.2}, vols[] = {0};
    static hpm_tier flat = {NAN, 0.01};
    world *w = *state;
    hpm_composition composition;
    world_grid(w, "grid", prices, 2, vols, 1);
    for (uint32_t a = 0; a < w->rulebook.underlyings.count; a++)
        w->underlyings[a].position_tiers = (hpm_list){&flat, 1};
    for (int kind = 0; kind < HPM_COMPONENT_SUM; kind++) {
        hpm_component *row =
            world_component(w, hpm_component_names[kind], (hpm_component_kind)kind);
        if (kind == HPM_COMPONENT_WORST_SCENARIO) strcpy(row->rule.worst.set, "grid");
        if (kind == HPM_COMPONENT_JOINT_GRID) strcpy(row->rule.joint.set, "grid");
        if (kind == HPM_COMPONENT_EXPIRY_BASIS) strcpy(row->rule.basis.set, "grid");
        if (kind == HPM_COMPONENT_DECLARED) strcpy(row->rule.declared.amount, "x");
    }
    static char all[HPM_COMPONENT_SUM][HPM_RULE_NAME_SIZE];
    for (int kind = 0; kind < HPM_COMPONENT_SUM; kind++)
        strcpy(all[kind], hpm_component_names[kind]);
    world_combine(w, "t", HPM_COMPONENT_SUM, all, HPM_COMPONENT_SUM);
    hpm_margin margin = composed(w, &composition);
    assert_int_equal(margin.equity.e8, 0);
    assert_int_equal(margin.initial.e8, 0);
    assert_int_equal(margin.maintenance.e8, 0);
    assert_int_equal(margin.worst_column, HPM_NONE);
    for (uint32_t i = 0; i < margin.component_count; i++)
        assert_true(margin.value[i] == 0);
}

/* ---- Refusals ----------------------------------------------------------------------------- */

static void check_refused(world *w, hpm_status wanted, const char *where, const char *message)
{
    hpm_margin margin;
    hpm_composition composition;
    hpm_error error = {0};
    check_error(compose(w, &margin, &composition, &error), &error, wanted, where, message);
}

/* Money holds 92 billion. */
static void test_overflow(void **state)
{
    static char ab[][HPM_RULE_NAME_SIZE] = {"a", "b"};
    world *w = *state;
    declare(w, "a", USD, 6e10);
    declare(w, "b", USD, 6e10);
    world_combine(w, "t", HPM_COMPONENT_SUM, ab, 2);
    world_run(w);
    check_refused(w, HPM_E_OVERFLOW, "b", "the requirement is too large for money (6e+10)");
    w = world_again(state);
    declare(w, "a", USD, 1);
    declare(w, "b", USD, 6e10);
    scale(w, "t", "b", 2);
    world_run(w);
    check_refused(w, HPM_E_OVERFLOW, "b", "the requirement is too large for money (1.2e+11)");
    w = world_again(state);
    w->market.asset_price[SOL].value = 1e15;
    declare(w, "a", USD, 1);
    world_balance(w, SOL, -6e10);
    world_run(w);
    check_refused(w, HPM_E_OVERFLOW, "equity", "number too large (-6e+25)");
}

/* What is in no requirement may be of any size. */
static void test_unused_components(void **state)
{
    world *w = *state;
    hpm_composition composition;
    w->market.asset_price[SOL].value = 1e15;
    declare(w, "a", SOL, 6e10);
    declare(w, "b", USD, 1);
    hpm_margin margin = composed(w, &composition);
    assert_int_equal(margin.initial.e8, e8_of(1));
    assert_true(margin.value[0] == 6e25);
}

static void test_not_finite(void **state)
{
    world *w = *state;
    declare(w, "a", USD, 1);
    declare(w, "b", ETH, 1);
    scale(w, "t", "b", 2);
    world_run(w);
    w->exposure.price[ETH] = NAN;
    check_refused(w, HPM_E_NOT_FINITE, "b", "result is not a finite number (nan)");
    w->exposure.price[ETH] = INFINITY;
    check_refused(w, HPM_E_NOT_FINITE, "b", "result is not a finite number (inf)");
    strcpy(w->rulebook.initial, "a");
    w->rulebook.initial_index = 0; /* maintenance is looked at as well */
    check_refused(w, HPM_E_NOT_FINITE, "b", "result is not a finite number (inf)");
    w->exposure.equity = NAN;
    check_refused(w, HPM_E_NOT_FINITE, "equity", "result is not a finite number (nan)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_weights),
        WORLD_TEST(test_weights_by_two_ways),
        WORLD_TEST(test_charge_as_requirement),
        WORLD_TEST(test_rounding),
        WORLD_TEST(test_empty),
        WORLD_TEST(test_overflow),
        WORLD_TEST(test_unused_components),
        WORLD_TEST(test_not_finite),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
