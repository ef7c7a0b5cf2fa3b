/* Tests of src/margin/charges/combine.c: sums, maxima, minima and scales of earlier results, and
 * how they hand weights back. */
#include "small_world.h"

static char names[3][HPM_RULE_NAME_SIZE] = {"a", "b", "c"};
static double prices[] = {-0.1}, vols[] = {0};

/* Three charges, then one combination of them. */
static hpm_component *begin(world *w, hpm_component_kind kind)
{
    world_grid(w, "grid", prices, 1, vols, 1);
    for (int i = 0; i < 3; i++)
        world_component(w, names[i], HPM_COMPONENT_HAIRCUT);
    if (kind != HPM_COMPONENT_SCALE) return world_combine(w, "top", kind, names, 3);
    hpm_component *component = world_component(w, "top", kind);
    strcpy(component->rule.scale.of, "b");
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
        earlier[i] = (hpm_charge_result){list[i], 10 + i, i, HPM_NONE};
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
    hpm_charge_result earlier[] = {{5, HPM_NONE, 0, 0}, {1, 7, 1, 0}, {3, HPM_NONE, 2, 0}};
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

static void check_refused(void **state, hpm_component_kind kind, const char *of, hpm_status wanted,
                          const char *message)
{
    world *w = world_again(state);
    hpm_error error = {0};
    hpm_component *top = begin(w, kind);
    char other[1][HPM_RULE_NAME_SIZE] = {""};
    if (of) strcpy(other[0], of);
    if (kind == HPM_COMPONENT_SCALE)
        strcpy(top->rule.scale.of, other[0]);
    else
        top->rule.combine.of = (hpm_list){other, of != NULL};
    check_error(hpm_rulebook_finish(&w->rulebook, &error), &error, wanted, "top", message);
}

/* Only earlier names: not itself, none that is not there, and not nothing at all. */
static void test_references(void **state)
{
    static const hpm_component_kind kinds[] = {HPM_COMPONENT_SUM, HPM_COMPONENT_MAXIMUM,
                                               HPM_COMPONENT_MINIMUM, HPM_COMPONENT_SCALE};
    for (int k = 0; k < 4; k++) {
        check_refused(state, kinds[k], "top", HPM_E_REFERENCE,
                      "refers forward; a component reads earlier ones (top)");
        check_refused(state, kinds[k], "d", HPM_E_REFERENCE, "there is no such component (d)");
        if (kinds[k] != HPM_COMPONENT_SCALE)
            check_refused(state, kinds[k], NULL, HPM_E_FIELD_MISSING, "combines no component");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_sum),        WORLD_TEST(test_sum_of_parts_without_scenario),
        WORLD_TEST(test_maximum),    WORLD_TEST(test_minimum),
        WORLD_TEST(test_nan_wins),   WORLD_TEST(test_one_input_twice),
        WORLD_TEST(test_scale),      WORLD_TEST(test_scale_without_peg),
        WORLD_TEST(test_references),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
