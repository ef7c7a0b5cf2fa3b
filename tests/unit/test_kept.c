/* Tests of src/margin/kept.c and hpm_exposure_update: an exposure that is kept up to date through
 * many trades has, to the last bit, the margin of one that is built anew; and charges do keep. */
#include "margin/compose.h"
#include "margin/kept.h"
#include "math/rng.h"
#include "small_world.h"

/* The charges of hpm that look at single holdings, floors included. */
static void begin(world *w)
{
    static double moves[] = {-0.5, -0.25, 0, 0.25, 0.5}, vols[] = {0, 0.2};
    static char all[][HPM_RULE_NAME_SIZE] = {"grid", "worst", "slope", "fees"};
    world_grid(w, "grid", moves, 5, vols, 2);
    hpm_rule_joint *grid = &world_component(w, "grid", HPM_COMPONENT_JOINT_GRID)->rule.joint;
    strcpy(grid->set, "grid");
    grid->fold = HPM_FOLD_PAYOFF_FLOOR;
    hpm_rule_worst *worst = &world_component(w, "worst", HPM_COMPONENT_WORST_SCENARIO)->rule.worst;
    strcpy(worst->set, "grid");
    worst->fold = HPM_FOLD_PAYOFF_FLOOR;
    world_component(w, "slope", HPM_COMPONENT_TAIL_SLOPE)->rule.tail.rate = 0.03;
    hpm_rule_close_out *fees = &world_component(w, "fees", HPM_COMPONENT_CLOSE_OUT)->rule.close_out;
    fees->option_fee = 0.001;
    fees->option_fee_cap = 0.125;
    fees->liquidation_fee = 0.002;
    world_combine(w, "all", HPM_COMPONENT_SUM, all, 4);
    for (uint32_t i = 0; i < INSTRUMENTS; i++)
        world_hold(w, i, 1 + (i & 1));
    world_balance(w, USD, 100000);
    world_balance(w, BTC, 2);
    world_run(w);
}

static void keep(world *w)
{
    size_t bytes = hpm_kept_size(&w->array, w->portfolio.holding_count), used = w->arena.used;
    hpm_kept_begin(&w->exposure, &w->arena);
    assert_true(w->arena.used - used <= bytes);
}

static void trade(world *w, uint32_t holding, int64_t lots)
{
    const hpm_holding *held = &w->portfolio.holdings[holding];
    hpm_position *position = (hpm_position *)hpm_account_positions(w->account) + held->position;
    hpm_error error = {0};
    position->quantity.e8 += lots * w->catalog.instruments[held->instrument].lot.e8;
    check_ok(hpm_portfolio_trade(&w->portfolio, &w->totals, &w->array, holding, lots, &error),
             &error);
    check_ok(hpm_exposure_update(&w->exposure, &w->totals, holding, &error), &error);
}

static void check_margin(world *w)
{
    const size_t used = w->arena.used;
    hpm_error error = {0};
    hpm_margin kept, anew;
    hpm_composition composition;
    check_ok(hpm_margin_compose(&kept, &composition, NULL, &w->exposure, &error), &error);
    check_ok(hpm_margin_evaluate(&anew, &w->arena, &w->array, &w->portfolio, &w->totals, &error),
             &error);
    assert_memory_equal(&kept, &anew, sizeof kept);
    w->arena.used = used;
}

static void test_trades(void **state)
{
    world *w = *state;
    hpm_rng rng = {7};
    begin(w);
    keep(w);
    check_margin(w);
    for (int i = 0; i < 300; i++) {
        uint32_t holding = hpm_rng_below(&rng, w->portfolio.holding_count);
        trade(w, holding, (int64_t)hpm_rng_below(&rng, 9) - 4);
        check_margin(w);
    }
}

/* Coins that come and go are equity, and make or end a group of their own. */
static void test_balances(void **state)
{
    world *w = *state;
    hpm_error error = {0};
    begin(w);
    keep(w);
    hpm_balance *coins = (hpm_balance *)hpm_account_balances(w->account);
    assert_int_equal(coins->asset, BTC);
    for (int64_t amount = 0; amount < 5; amount++) {
        coins->amount.e8 = amount * HPM_E8;
        check_ok(hpm_exposure_update(&w->exposure, &w->totals, HPM_NONE, &error), &error);
        check_margin(w);
    }
}

/* Figures of a component that reads positions are known after it was computed, and those of one
 * holding alone are not after a trade of it. */
static void test_figures(void **state)
{
    world *w = *state;
    uint8_t *is_known;
    begin(w);
    assert_null(hpm_kept_figures(&w->exposure, &w->components[3]));
    assert_null(hpm_kept_row(&is_known, &w->exposure, 0, 0));
    keep(w);
    const double *fees = hpm_kept_figures(&w->exposure, &w->components[3]);
    assert_true(isnan(fees[0]) && isnan(fees[1]));
    world_value(w, 3);
    for (uint32_t h = 0; h < w->portfolio.holding_count; h++)
        assert_true(isfinite(fees[h]));
    trade(w, 1, 2);
    assert_true(isnan(fees[1]) && !isnan(fees[0]) && !isnan(fees[2]));
}

/* The floor of each run that has one is kept, and dropped with a trade in that run alone. */
static void test_rows(void **state)
{
    world *w = *state;
    uint8_t *is_known;
    uint32_t known = 0, after = 0;
    begin(w);
    keep(w);
    world_value(w, 0);
    for (uint32_t r = 0; r < w->portfolio.run_count; r++) {
        hpm_kept_row(&is_known, &w->exposure, 0, r);
        known += *is_known != 0;
        if (!*is_known) continue;
        trade(w, w->portfolio.runs[r].first, 1);
        hpm_kept_row(&is_known, &w->exposure, 0, r);
        assert_int_equal(*is_known, 0);
        trade(w, w->portfolio.runs[r].first, -1);
        world_value(w, 0);
    }
    for (uint32_t r = 0; r < w->portfolio.run_count; r++) {
        hpm_kept_row(&is_known, &w->exposure, 0, r);
        after += *is_known != 0;
    }
    assert_true(known > 0 && after == known);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_trades, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(test_balances, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(test_figures, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(test_rows, world_setup, world_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
