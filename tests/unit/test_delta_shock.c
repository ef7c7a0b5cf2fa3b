/* Tests of src/margin/charges/delta_shock.c: fixtures worked out by hand. 100 of net delta are
 * free, beyond that 1 % per unit of delta, at most 5 % of the delta's value. */
#include "small_world.h"

static void begin(world *w)
{
    hpm_component *component = world_component(w, "shock", HPM_COMPONENT_DELTA_SHOCK);
    component->rule.delta_shock = (hpm_rule_delta_shock){100, 0.01, 0.05};
}

static void check_held(void **state, uint32_t a, double quantity_a, uint32_t b, double quantity_b,
                       double value, const double *lines)
{
    world *w = world_again(state);
    begin(w);
    world_hold(w, a, quantity_a);
    if (b != HPM_NONE) world_hold(w, b, quantity_b);
    world_run(w);
    check_charge(w, 0, value, lines);
}

/* 3 units are 300: 200 beyond * 3 * 0.01 = 6, below 5 % of 300. Either sign. */
static void test_signs(void **state)
{
    check_held(state, B_PERP, 3, HPM_NONE, 0, 6, (double[]){6});
    check_held(state, B_PERP, -3, HPM_NONE, 0, 6, (double[]){6});
}

/* At the threshold nothing; 1.1 units: 10 * 1.1 * 0.01 = 0.11. */
static void test_threshold(void **state)
{
    check_held(state, B_PERP, 1, HPM_NONE, 0, 0, (double[]){0});
    check_held(state, B_PERP, 1.1, HPM_NONE, 0, 0.11, (double[]){0.11});
}

/* 6 units: 500 * 6 * 0.01 = 30 is exactly 5 % of 600; 10 units: 90 is more than 50. */
static void test_maximum(void **state)
{
    check_held(state, B_PERP, 6, HPM_NONE, 0, 30, (double[]){30});
    check_held(state, B_PERP, 10, HPM_NONE, 0, 50, (double[]){50});
}

/* Long options only offset. d2 = -4 and d1 = 1 (a call in the money): d = -3: 6; shared over the
 * net of -3: the perpetuals 8, the call -2. d2 = -1 and d1 = 3: d = min(max(2, -1), 0) = 0. */
static void test_long_options_offset(void **state)
{
    check_held(state, B_PERP, -4, B_CALL_80, 1, 6, (double[]){8, -2});
    check_held(state, B_PERP, -1, B_CALL_80, 3, 0, (double[]){0, 0});
}

/* They never add: d2 = 3 and d1 = 2: d = 3: 6, over the net of 5. Alone they cost nothing. */
static void test_long_options_never_add(void **state)
{
    check_held(state, B_PERP, 3, B_CALL_80, 2, 6, (double[]){3.6, 2.4});
    check_held(state, B_CALL_80, 20, HPM_NONE, 0, 0, (double[]){0});
}

/* Short options are part of d2: 2 short calls and 1 short future: 3 units. A long put at the money
 * has a delta of -0.5: d2 = 4, d1 = -1: d = 3: 6, the futures 8, the puts -2. */
static void test_short_options_count(void **state)
{
    check_held(state, B_FUTURE, -1, B_CALL_80, -2, 6, (double[]){2, 4});
    check_held(state, B_FUTURE, 4, B_PUT_100, 2, 6, (double[]){8, -2});
}

/* Each underlying has its own threshold: 30 ETH at 10 are 300: 200 * 30 * 0.01 = 60, capped at 15.
 * A coin's balance alone has no positions and no charge. */
static void test_underlyings(void **state)
{
    world *w = *state;
    begin(w);
    world_hold(w, B_PERP, 3);
    world_hold(w, E_PERP, -30);
    world_balance(w, SOL, 1000);
    world_run(w);
    check_charge(w, 0, 21, (double[]){6, 15, 0});
}

/* ETH at an increment of its own: 200 * 30 * 0.001 = 6. */
static void test_own_increment(void **state)
{
    world *w = *state;
    begin(w);
    w->underlyings[ETH].delta_increment = 0.001;
    world_hold(w, B_PERP, 3);
    world_hold(w, E_PERP, -30);
    world_run(w);
    check_charge(w, 0, 12, (double[]){6, 6});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_signs),
        WORLD_TEST(test_threshold),
        WORLD_TEST(test_maximum),
        WORLD_TEST(test_long_options_offset),
        WORLD_TEST(test_long_options_never_add),
        WORLD_TEST(test_short_options_count),
        WORLD_TEST(test_underlyings),
        WORLD_TEST(test_own_increment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
