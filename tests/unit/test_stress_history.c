/* Tests of src/assess/stress_history.c: days to scenarios. */
#include "desk_world.h"
#include "hpm/stress.h"

#define ROOM 16

static const hpm_close btc[] = {{10, 100}, {11, 90}, {12, 99}, {14, 110}, {15, 55}};
static const hpm_close eth[] = {{9, 8}, {10, 10}, {11, 8}, {12, 8}, {13, 9}, {14, 10}, {15, 11}};
static const hpm_close btc_vol[] = {{10, 50}, {11, 75}, {12, 60}, {14, 60}, {15, 120}};

#define HISTORY(asset_, is_vol_, closes_)                                                          \
    {                                                                                              \
        .asset = (asset_), .is_vol = (is_vol_), .closes = (closes_),                               \
        .close_count = COUNT_OF(closes_)                                                           \
    }
static const hpm_history histories[] = {HISTORY(BTC, 0, btc), HISTORY(ETH, 0, eth),
                                        HISTORY(BTC, 1, btc_vol)};

typedef struct made {
    world *w;
    hpm_stress_scenario scenarios[ROOM];
    hpm_stress_shock shocks[ROOM * 4];
    int32_t days[ROOM];
    uint32_t count;
} made;

static int setup(void **state)
{
    made *m = fixture_take(1, sizeof *m);
    m->w = world_new();
    *state = m;
    return 0;
}

static int teardown(void **state)
{
    made *m = *state;
    world_free(m->w);
    free(m);
    return 0;
}

static hpm_status make(made *m, const hpm_history *given, uint32_t count, hpm_history_rule rule,
                       hpm_error *error)
{
    assert_true(hpm_history_days_max(given, count) <= ROOM);
    return hpm_history_scenarios(m->scenarios, m->shocks, m->days, &m->count, given, count, &rule,
                                 &m->w->catalog, error);
}

static void check_shock(const made *m, uint32_t scenario, uint32_t asset, double price, double vol)
{
    const hpm_stress_scenario *row = &m->scenarios[scenario];
    for (uint32_t i = 0; i < row->shock_count; i++) {
        if (row->shocks[i].asset != asset) continue;
        check_near(row->shocks[i].price, price, "price");
        check_near(row->shocks[i].vol, vol, "vol");
        assert_true(row->shocks[i].basis == 0 && row->shocks[i].vol_add == 0);
        return;
    }
    fail_msg("asset %u does not move in scenario %u", asset, scenario);
}

/* From close to close of following days: 13 is missing for BTC, so 13 and 14 give nothing. */
static void test_days(void **state)
{
    made *m = *state;
    hpm_error error = {0};
    check_ok(make(m, histories, 3, (hpm_history_rule){1, HPM_NONE, 0}, &error), &error);
    assert_int_equal(m->count, 3);
    assert_true(m->days[0] == 11 && m->days[1] == 12 && m->days[2] == 15);
    check_shock(m, 0, BTC, -0.1, 0.5);
    check_shock(m, 0, ETH, -0.2, 0);
    check_shock(m, 1, BTC, 0.1, -0.2);
    check_shock(m, 1, ETH, 0, 0);
    check_shock(m, 2, BTC, -0.5, 1);
    check_shock(m, 2, ETH, 0.1, 0);
    for (uint32_t i = 0; i < m->count; i++)
        assert_int_equal(m->scenarios[i].shock_count, 2);
}

/* Over two days: 10 to 12 and 12 to 14; over 100 none. */
static void test_horizon(void **state)
{
    made *m = *state;
    hpm_error error = {0};
    check_ok(make(m, histories, 2, (hpm_history_rule){2, HPM_NONE, 0}, &error), &error);
    assert_int_equal(m->count, 2);
    assert_true(m->days[0] == 12 && m->days[1] == 14);
    check_shock(m, 0, BTC, -0.01, 0);
    check_shock(m, 1, BTC, 110.0 / 99 - 1, 0);
    check_shock(m, 1, ETH, 0.25, 0);
    check_ok(make(m, histories, 2, (hpm_history_rule){UINT32_MAX, HPM_NONE, 0}, &error), &error);
    assert_int_equal(m->count, 0);
}

/* Volatilities by the rule where there is no index of them; the rest moves as ETH does. */
static void test_rules(void **state)
{
    made *m = *state;
    hpm_error error = {0};
    check_ok(make(m, histories, 3, (hpm_history_rule){1, ETH, 1.5}, &error), &error);
    check_shock(m, 0, BTC, -0.1, 0.5);
    check_shock(m, 0, ETH, -0.2, 0.3);
    check_shock(m, 0, HPM_NONE, -0.2, 0.3);
    check_shock(m, 2, ETH, 0.1, 0.15);
    assert_int_equal(m->scenarios[0].shock_count, 3);
    check_ok(make(m, histories, 3, (hpm_history_rule){1, BTC, 0}, &error), &error);
    check_shock(m, 0, HPM_NONE, -0.1, 0.5);
}

static void test_refusals(void **state)
{
    static const hpm_close wild[] = {{10, 1e-3}, {11, 1e3}};
    static const hpm_history twice[] = {HISTORY(BTC, 0, btc), HISTORY(BTC, 0, btc)};
    static const hpm_history only_vol[] = {HISTORY(BTC, 1, btc_vol)};
    static const hpm_history wild_one[] = {HISTORY(SOL, 0, wild)};
    made *m = *state;
    hpm_error error = {0};
    const hpm_history_rule plain = {1, HPM_NONE, 0};
    check_error(make(m, twice, 2, plain, &error), &error, HPM_E_DUPLICATE, "BTC",
                "has two price histories");
    check_error(make(m, only_vol, 1, plain, &error), &error, HPM_E_FIELD_MISSING, "history",
                "no price history");
    check_error(make(m, NULL, 0, plain, &error), &error, HPM_E_FIELD_MISSING, "history",
                "no price history");
    check_error(make(m, histories, 3, (hpm_history_rule){1, SOL, 0}, &error), &error,
                HPM_E_FIELD_MISSING, "SOL",
                "others are to move as it does, and it has no price history");
    check_error(make(m, histories, 3, (hpm_history_rule){0, HPM_NONE, 0}, &error), &error,
                HPM_E_RANGE, "horizon", "below the minimum 1 (0)");
    check_error(make(m, wild_one, 1, plain, &error), &error, HPM_E_RANGE, "SOL",
                "moves further than a shock may on day 11 since 1970 (price 999999, vol 0)");
    check_error(make(m, histories, 1, (hpm_history_rule){1, HPM_NONE, NAN}, &error), &error,
                HPM_E_RANGE, "BTC",
                "moves further than a shock may on day 11 since 1970 (price -0.1, vol nan)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_days, setup, teardown),
        cmocka_unit_test_setup_teardown(test_horizon, setup, teardown),
        cmocka_unit_test_setup_teardown(test_rules, setup, teardown),
        cmocka_unit_test_setup_teardown(test_refusals, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
