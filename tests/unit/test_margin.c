/* Tests of src/margin/margin.c: from totals, from doubles, in memory of exactly the stated size. */
#include "small_world.h"

static double prices[] = {-0.2, 0, 0.2}, vols[] = {-0.3, 0, 0.5};
static char all[][HPM_RULE_NAME_SIZE] = {"joint", "naked", "haircut"};

static void begin(world *w)
{
    world_grid(w, "grid", prices, 3, vols, 3);
    hpm_component *joint = world_component(w, "joint", HPM_COMPONENT_JOINT_GRID);
    strcpy(joint->rule.joint.set, "grid");
    world_component(w, "naked", HPM_COMPONENT_NAKED_SHORT)->rule.naked.option = 0.01;
    world_component(w, "haircut", HPM_COMPONENT_HAIRCUT);
    world_combine(w, "all", HPM_COMPONENT_SUM, all, 3);
    w->collateral[BTC].haircut = 0.1;
    for (uint32_t i = 0; i < INSTRUMENTS; i++)
        if (w->catalog.instruments[i].kind == HPM_OPTION) w->market.vol[i].value = 0.5;
}

/* One of everything, the options short. */
static void hold_all(world *w)
{
    for (uint32_t i = 0; i < INSTRUMENTS; i++)
        world_hold(w, i, w->catalog.instruments[i].kind == HPM_OPTION ? -1 : 1);
    world_balance(w, BTC, 2);
    world_balance(w, USD, 1000);
}

static hpm_status evaluate(world *w, hpm_margin *margin, hpm_arena *scratch, hpm_error *error)
{
    return hpm_margin_evaluate(margin, scratch, &w->array, &w->portfolio, &w->totals, error);
}

static hpm_status refer(world *w, hpm_margin *margin, hpm_arena *scratch, hpm_error *error)
{
    return hpm_margin_reference(margin, scratch, &w->array, &w->portfolio, error);
}

/* The same again gives the same bits, and the twin from doubles the same figures. */
static void test_evaluate_and_reference(void **state)
{
    world *w = *state;
    hpm_margin first, second, reference;
    hpm_error error = {0};
    begin(w);
    hold_all(w);
    world_run(w);
    size_t used = w->arena.used;
    check_ok(evaluate(w, &first, &w->arena, &error), &error);
    check_ok(evaluate(w, &second, &w->arena, &error), &error);
    check_ok(refer(w, &reference, &w->arena, &error), &error);
    assert_int_equal(w->arena.used, used); /* given back */
    assert_memory_equal(&first, &second, sizeof first);
    assert_true(first.initial.e8 > 0);
    check_near(first.equity_real, reference.equity_real, "equity");
    check_near(first.initial_real, reference.initial_real, "initial");
    check_near(first.maintenance_real, reference.maintenance_real, "maintenance");
    assert_int_equal(first.worst_column, reference.worst_column);
    for (uint32_t i = 0; i < 4; i++)
        check_near(first.value[i], reference.value[i], w->components[i].name);
}

/* Both fit into hpm_margin_scratch_size, also where every option has an expiry of its own so that
 * nothing is saved on totals. Less is refused, and what was taken is given back. */
static void test_scratch(void **state)
{
    world *w = *state;
    hpm_margin margin;
    hpm_error error = {0};
    begin(w);
    hold_all(w);
    world_run(w);
    size_t size = hpm_margin_scratch_size(&w->array, w->account->position_count);
    hpm_arena exact = {w->arena.base + w->arena.used, size, 0};
    check_ok(evaluate(w, &margin, &exact, &error), &error);
    check_ok(refer(w, &margin, &exact, &error), &error);
    hpm_arena small = {w->arena.base + w->arena.used, size - HPM_ALIGNMENT, 0};
    check_error(evaluate(w, &margin, &small, &error), &error, HPM_E_MEMORY, "scratch",
                "the scratch arena is too small");
    assert_int_equal(small.used, 0);
}

/* A catalog of nothing but calls, each alone in its expiry. */
static void test_scratch_of_many_expiries(void **state)
{
    enum { COUNT = 60 };
    world *w = *state;
    hpm_instrument rows[COUNT];
    hpm_position held[COUNT];
    hpm_margin margin;
    hpm_error error = {0};
    begin(w);
    w->rulebook.sets.count = 1;
    for (uint32_t i = 0; i < COUNT; i++) {
        rows[i] = world_instruments[B_CALL_80];
        snprintf(rows[i].name, sizeof rows[i].name, "call:%02u", i);
        rows[i].expiry_ns = NEAR_NS + i * HPM_DAY_NS;
        held[i] = (hpm_position){i, {-HPM_E8}, NAN, {0}};
    }
    check_ok(hpm_catalog_init(&w->catalog, &w->arena, world_assets, ASSETS, rows, COUNT, &error),
             &error);
    check_ok(hpm_market_begin(&w->market, &w->arena, &w->catalog, USD, NOW_NS, &error), &error);
    w->market.asset_price[BTC].value = 100;
    for (uint32_t i = 0; i < COUNT; i++) {
        w->market.curve[i].forward.value = 100;
        w->market.vol[i].value = 0.5;
    }
    check_ok(hpm_rulebook_finish(&w->rulebook, &error), &error);
    check_ok(hpm_market_finish(&w->market, &error), &error);
    check_ok(hpm_risk_array_init(&w->array, &w->arena, &w->catalog, &w->rulebook, &error), &error);
    check_ok(hpm_risk_array_begin(&w->array, &w->market, &error), &error);
    hpm_risk_array_fill(&w->context, &w->array, 0, COUNT);
    hpm_account *account = fixture_take(1, hpm_account_size(0, COUNT, 0));
    check_ok(hpm_account_init(account, "a", NULL, 0, held, COUNT, NULL, 0, &w->catalog, &error),
             &error);
    check_ok(hpm_portfolio_init(&w->portfolio, &w->arena, account, &w->array, &error), &error);
    check_ok(hpm_totals_init(&w->totals, &w->arena, &w->array, &w->portfolio, &error), &error);
    check_ok(hpm_totals_apply(&w->context, &w->totals, &w->array, &w->portfolio, &error), &error);
    size_t size = hpm_margin_scratch_size(&w->array, COUNT);
    hpm_arena exact = {w->arena.base + w->arena.used, size, 0};
    check_ok(evaluate(w, &margin, &exact, &error), &error);
    check_ok(refer(w, &margin, &exact, &error), &error);
    check_near(margin.value[1], COUNT, "naked short");
    free(account);
}

/* An error of the exposure and one of the composition: the scratch memory is given back either way.
 */
static void test_errors(void **state)
{
    world *w = *state;
    hpm_margin margin;
    hpm_error error = {0};
    begin(w);
    world_hold(w, S_PERP, 0);
    world_balance(w, BTC, 2);
    world_run(w);
    size_t used = w->arena.used;
    w->market.asset_price[BTC].value = NAN;
    check_error(evaluate(w, &margin, &w->arena, &error), &error, HPM_E_MISSING_PRICE, "BTC",
                "the market has no price of this asset");
    assert_int_equal(w->arena.used, used);
    w->market.asset_price[BTC].value = 1e15;
    check_error(evaluate(w, &margin, &w->arena, &error), &error, HPM_E_OVERFLOW, "equity",
                "number too large (2e+15)");
    assert_int_equal(w->arena.used, used);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_evaluate_and_reference),
        WORLD_TEST(test_scratch),
        WORLD_TEST(test_scratch_of_many_expiries),
        WORLD_TEST(test_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
