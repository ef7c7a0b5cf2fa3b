/* Tests of src/margin/charges/combine.c: sums, maxima, minima, scales and tiers of earlier results,
 * and how they hand weights back. */
#include "small_world.h"

static char names[3][HPM_RULE_NAME_SIZE] = {"a", "b", "c"};
static double prices[] = {-0.1}, vols[] = {0};

/* Three charges, then one combination of them. */
static hpm_component *begin(world *w, hpm_component_kind kind)
{
    world_grid(w, "grid", prices, 1, vols, 1);
    for (int i = 0; i < 3; i++)
        world_component(w, names[i], HPM_COMPONENT_HAIRCUT);
    if (kind != HPM_COMPONENT_SCALE && kind != HPM_COMPONENT_TIERS)
        return world_combine(w, "top", kind, names, 3);
    hpm_component *component = world_component(w, "top", kind);
    if (kind == HPM_COMPONENT_SCALE)
        strcpy(component->rule.scale.of, "b");
    else
        strcpy(component->rule.tiers.of, "b");
    return component;
}

typedef struct triple {
    double a, b, c;
} triple;

/* Results of the charges, each with a scenario of its own: 10, 11, 12. */
static hpm_charge_result combine(const world *w, triple values, hpm_charge_result earlier[3])
{
    const double list[] = {values.a, values.b, values.c};
    const hpm_component *top = &w->components[3];
    for (uint32_t i = 0; i < 3; i++)
        earlier[i] = (hpm_charge_result){list[i], 10 + i, i, HPM_NONE, 1};
    return hpm_charge_kinds[top->kind]->combine(&w->exposure, top, earlier);
}

static void check_weights(const world *w, const hpm_charge_result *result, triple wanted)
{
    double weights[4] = {1, 1, 1, 1};
    const hpm_component *top = &w->components[3];
    hpm_charge_kinds[top->kind]->spread(weights, &w->exposure, top, result, 3);
    check_near(weights[0], 1 + wanted.a, "weight of a");
    check_near(weights[1], 1 + wanted.b, "weight of b");
    check_near(weights[2], 1 + wanted.c, "weight of c");
    check_near(weights[3], 1, "weight of the combination");
}

/* The worst scenario shown is that of the largest part, the first of equals. */
static void test_sum(void **state)
{
    world *w = *state;
    hpm_charge_result earlier[3], result;
    begin(w, HPM_COMPONENT_SUM);
    world_run(w);
    result = combine(w, (triple){1, 4, 4}, earlier);
    check_near(result.value, 9, "sum");
    assert_int_equal(result.worst_column, 11);
    check_weights(w, &result, (triple){3, 3, 3});
    result = combine(w, (triple){-2, 0, 0}, earlier); /* parts of nothing lead nothing */
    check_near(result.value, -2, "sum");
    assert_int_equal(result.worst_column, HPM_NONE);
}

/* A part that has no scenario does not hide one that has. */
static void test_sum_of_parts_without_scenario(void **state)
{
    world *w = *state;
    begin(w, HPM_COMPONENT_SUM);
    world_run(w);
    hpm_charge_result earlier[] = {{5, HPM_NONE, 0, 0, 1}, {1, 7, 1, 0, 1}, {3, HPM_NONE, 2, 0, 1}};
    assert_int_equal(hpm_charge_sum.combine(&w->exposure, &w->components[3], earlier).worst_column,
                     7);
}

static void test_maximum(void **state)
{
    world *w = *state;
    hpm_charge_result earlier[3], result;
    begin(w, HPM_COMPONENT_MAXIMUM);
    world_run(w);
    result = combine(w, (triple){1, 4, 4}, earlier);
    check_near(result.value, 4, "maximum");
    assert_int_equal(result.worst_column, 11);
    assert_int_equal(result.chosen, 1);
    check_weights(w, &result, (triple){0, 3, 0});
    result = combine(w, (triple){-1, -4, -4}, earlier);
    check_near(result.value, -1, "maximum");
    assert_int_equal(result.chosen, 0);
}

static void test_minimum(void **state)
{
    world *w = *state;
    hpm_charge_result earlier[3], result;
    begin(w, HPM_COMPONENT_MINIMUM);
    world_run(w);
    result = combine(w, (triple){4, 1, 1}, earlier);
    check_near(result.value, 1, "minimum");
    assert_int_equal(result.worst_column, 11);
    check_weights(w, &result, (triple){0, 3, 0});
    result = combine(w, (triple){2, 5, 3}, earlier);
    check_near(result.value, 2, "minimum");
    check_weights(w, &result, (triple){3, 0, 0});
    result = combine(w, (triple){0, 1, -0.5}, earlier);
    check_near(result.value, -0.5, "minimum");
    check_weights(w, &result, (triple){0, 0, 3});
}

/* A result that is not a number cannot be hidden by a larger, a smaller or a later one. */
static void test_nan_wins(void **state)
{
    static const hpm_component_kind kinds[] = {HPM_COMPONENT_MAXIMUM, HPM_COMPONENT_MINIMUM,
                                               HPM_COMPONENT_SUM};
    static const triple values[] = {{NAN, 1, 2}, {1, NAN, 2}, {1, 2, NAN}};
    for (int k = 0; k < 3; k++) {
        world *w = world_again(state);
        begin(w, kinds[k]);
        world_run(w);
        for (int i = 0; i < 3; i++) {
            hpm_charge_result earlier[3];
            assert_true(isnan(combine(w, values[i], earlier).value));
        }
    }
}

/* One input stands twice in a sum: it counts twice. */
static void test_one_input_twice(void **state)
{
    static char twice[2][HPM_RULE_NAME_SIZE] = {"a", "a"};
    world *w = *state;
    hpm_charge_result earlier[3], result;
    begin(w, HPM_COMPONENT_SUM)->rule.combine.of = (hpm_list){twice, 2};
    world_run(w);
    result = combine(w, (triple){5, 1, 1}, earlier);
    check_near(result.value, 10, "sum");
    check_weights(w, &result, (triple){6, 0, 0});
}

static void check_scale(void **state, double peg_price, double factor)
{
    world *w = world_again(state);
    hpm_charge_result earlier[3], result;
    hpm_rule_scale *rule = &begin(w, HPM_COMPONENT_SCALE)->rule.scale;
    rule->factor = 1.5;
    strcpy(rule->peg_asset, "UST");
    rule->peg_threshold = 0.75;
    rule->peg_slope = 4;
    w->market.asset_price[UST].value = peg_price;
    world_run(w);
    result = combine(w, (triple){1, 2, 3}, earlier);
    check_near(result.value, 2 * factor, "scale");
    assert_int_equal(result.worst_column, 11);
    check_weights(w, &result, (triple){0, 3 * factor, 0});
}

/* Below a peg of 0.75 the factor of 1.5 grows by 4 for each unit: at 0.5 to 2.5. At it and above it
 * does not, and a peg that the market does not know is not off. */
static void test_scale(void **state)
{
    check_scale(state, 0.5, 2.5);
    check_scale(state, 0.75, 1.5);
    check_scale(state, 2, 1.5);
    check_scale(state, NAN, 1.5);
}

static void test_scale_without_peg(void **state)
{
    world *w = *state;
    hpm_charge_result earlier[3];
    hpm_rule_scale *rule = &begin(w, HPM_COMPONENT_SCALE)->rule.scale;
    rule->factor = 0.5;
    rule->peg_slope = 4;
    rule->peg_threshold = 10;
    world_run(w);
    check_near(combine(w, (triple){1, 2, 3}, earlier).value, 1, "scale");
    strcpy(rule->peg_asset, "nowhere");
    check_near(combine(w, (triple){1, 2, 3}, earlier).value, 1, "scale");
}

/* Once up to 10, twice up to 30, four times beyond. The scenario stays that of the input, and all
 * of it pays the average. */
static void check_tiers(void **state, double input, double value)
{
    hpm_tier rows[] = {{10, 1}, {30, 2}, {NAN, 4}};
    world *w = world_again(state);
    hpm_charge_result earlier[3], result;
    begin(w, HPM_COMPONENT_TIERS)->rule.tiers.tiers = (hpm_list){rows, 3};
    world_run(w);
    result = combine(w, (triple){1, input, 3}, earlier);
    check_near(result.value, value, "tiers");
    assert_int_equal(result.worst_column, 11);
    check_weights(w, &result, (triple){0, input != 0 ? 3 * value / input : 3, 0});
}

static void test_tiers(void **state)
{
    check_tiers(state, 0, 0);
    check_tiers(state, 8, 8);
    check_tiers(state, 10, 10);
    check_tiers(state, 25, 10 + 2 * 15);
    check_tiers(state, 100, 10 + 2 * 20 + 4 * 70);
    check_tiers(state, -5, -5);
}

/* Growing factors break both laws, falling ones only proportion, one factor none. */
static void test_laws_of_tiers(void **state)
{
    static hpm_tier rows[3][2] = {{{10, 1}, {NAN, 2}}, {{10, 2}, {NAN, 1}}, {{NAN, 2}, {NAN, 0}}};
    static const uint32_t counts[] = {2, 2, 1};
    static const unsigned broken[] = {HPM_BREAKS_SCALE | HPM_BREAKS_MERGE, HPM_BREAKS_SCALE, 0};
    for (int i = 0; i < 3; i++) {
        world *w = world_again(state);
        begin(w, HPM_COMPONENT_TIERS)->rule.tiers.tiers = (hpm_list){rows[i], counts[i]};
        world_run(w);
        assert_int_equal(hpm_component_breaks(&w->rulebook, 3), broken[i]);
    }
}

/* Each maximum takes the one before it twice: asked from each end anew, the last would ask 2^40
 * times. */
static void test_laws_of_a_ladder(void **state)
{
    static char of[40][2][HPM_RULE_NAME_SIZE];
    world *w = *state;
    world_component(w, "c", HPM_COMPONENT_LIQUIDITY);
    w->underlyings[0].delta_depth = 1;
    char before[HPM_RULE_NAME_SIZE] = "c";
    for (int i = 0; i < 40; i++) {
        char name[HPM_RULE_NAME_SIZE];
        snprintf(name, sizeof name, "m%d", i);
        strcpy(of[i][0], before);
        strcpy(of[i][1], before);
        world_combine(w, name, HPM_COMPONENT_MAXIMUM, of[i], 2);
        strcpy(before, name);
    }
    world_run(w);
    assert_int_equal(hpm_component_breaks(&w->rulebook, 40), HPM_BREAKS_SCALE | HPM_BREAKS_MERGE);
}

static void check_refused(void **state, hpm_component_kind kind, const char *of, hpm_status wanted,
                          const char *message)
{
    world *w = world_again(state);
    hpm_error error = {0};
    hpm_component *top = begin(w, kind);
    char other[1][HPM_RULE_NAME_SIZE] = {""};
    if (of) strcpy(other[0], of);
    static hpm_tier all = {NAN, 1};
    if (kind == HPM_COMPONENT_TIERS) {
        top->rule.tiers.tiers = (hpm_list){&all, 1};
        strcpy(top->rule.tiers.of, other[0]);
    } else if (kind == HPM_COMPONENT_SCALE)
        strcpy(top->rule.scale.of, other[0]);
    else
        top->rule.combine.of = (hpm_list){other, of != NULL};
    check_error(hpm_rulebook_finish(&w->rulebook, &error), &error, wanted, "top", message);
}

/* Only earlier names: not itself, none that is not there, and not nothing at all. */
static void test_references(void **state)
{
    static const hpm_component_kind kinds[] = {HPM_COMPONENT_SUM, HPM_COMPONENT_MAXIMUM,
                                               HPM_COMPONENT_MINIMUM, HPM_COMPONENT_SCALE,
                                               HPM_COMPONENT_TIERS};
    for (int k = 0; k < 5; k++) {
        check_refused(state, kinds[k], "top", HPM_E_REFERENCE,
                      "refers forward; a component reads earlier ones (top)");
        check_refused(state, kinds[k], "d", HPM_E_REFERENCE, "there is no such component (d)");
        if (k < 3)
            check_refused(state, kinds[k], NULL, HPM_E_FIELD_MISSING, "combines no component");
    }
}

static void test_refused_tiers(void **state)
{
    hpm_tier rows[] = {{10, 1}, {5, 2}, {NAN, 4}};
    hpm_error error = {0};
    world *w = *state;
    hpm_rule_tiers *rule = &begin(w, HPM_COMPONENT_TIERS)->rule.tiers;
    check_error(hpm_rulebook_finish(&w->rulebook, &error), &error, HPM_E_FIELD_MISSING, "top",
                "has no tier");
    rule->tiers = (hpm_list){rows, 3};
    check_error(hpm_rulebook_finish(&w->rulebook, &error), &error, HPM_E_RANGE, "top",
                "tier 1 ends at or before the one before it (5)");
    rows[1] = (hpm_tier){20, 101};
    check_error(hpm_rulebook_finish(&w->rulebook, &error), &error, HPM_E_RANGE,
                "components[3].tiers[1].factor", "above the maximum 100 (101)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_sum),           WORLD_TEST(test_sum_of_parts_without_scenario),
        WORLD_TEST(test_maximum),       WORLD_TEST(test_minimum),
        WORLD_TEST(test_nan_wins),      WORLD_TEST(test_one_input_twice),
        WORLD_TEST(test_scale),         WORLD_TEST(test_scale_without_peg),
        WORLD_TEST(test_references),    WORLD_TEST(test_tiers),
        WORLD_TEST(test_laws_of_tiers), WORLD_TEST(test_laws_of_a_ladder),
        WORLD_TEST(test_refused_tiers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
