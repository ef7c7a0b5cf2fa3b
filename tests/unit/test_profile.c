/* Tests of src/assess/profile.c: figures that a pocket calculator finds, expiries as they pass, and
 * the same P&L as the scenarios of a grid at the same prices. */
#include "hpm/profile.h"
#include "small_world.h"

typedef struct drawn {
    world *w;
    hpm_profile_rules rules;
    hpm_desk desk;
    hpm_arena memory, work;
    hpm_profile profile;
} drawn;

static int setup(void **state)
{
    drawn *d = fixture_take(1, sizeof *d);
    d->w = world_new();
    *state = d;
    return 0;
}

static int teardown(void **state)
{
    drawn *d = *state;
    free(d->memory.base);
    free(d->work.base);
    world_free(d->w);
    free(d);
    return 0;
}

#define PROFILE_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

static hpm_arena block(size_t bytes)
{
    return (hpm_arena){fixture_take(bytes, 1), bytes, 0};
}

/* The world's account, drawn. A scan range of 0.1 makes a width of 0.2. */
static void draw(drawn *d)
{
    world *w = d->w;
    hpm_error error = {0};
    check_ok(hpm_market_finish(&w->market, &error), &error);
    check_ok(hpm_account_init(w->account, "acc", w->balances, w->balance_count, w->positions,
                              w->position_count, NULL, 0, &w->catalog, &error),
             &error);
    check_ok(hpm_profile_rules_init(&d->rules, &w->market, &w->rulebook, w->account, &error),
             &error);
    d->memory = block(hpm_desk_size(&w->catalog, &d->rules.rulebook));
    check_ok(
        hpm_desk_init(&d->desk, &d->memory, &w->context, &w->market, &d->rules.rulebook, &error),
        &error);
    d->work = block(hpm_desk_work_size(&d->desk, w->position_count, w->balance_count));
    hpm_desk_work(&d->desk, &d->work);
    check_ok(hpm_profile_compute(&d->profile, &d->desk, &d->rules, w->account, &error), &error);
}

/* P&L of the only underlying where its price is `ratio` times what it is. */
static double pnl_at(const drawn *d, uint32_t curve, double ratio)
{
    for (uint32_t point = 0; point < HPM_PROFILE_POINTS; point++)
        if (fabs(1 + hpm_profile_move(&d->profile, 0, point) - ratio) < 1e-9)
            return hpm_profile_pnl(&d->profile, 0, curve, point);
    fail_msg("no point at %g", ratio);
    return 0;
}

static void check_pnl(const drawn *d, uint32_t curve, double ratio, double wanted)
{
    double got = pnl_at(d, curve, ratio);
    if (fabs(got - wanted) > 1e-6)
        fail_msg("curve %u at %g: %.9g instead of %.9g", curve, ratio, got, wanted);
}

static void test_future(void **state)
{
    drawn *d = *state;
    world_hold(d->w, B_FUTURE, 2)->entry_price = 90;
    draw(d);
    assert_int_equal(d->rules.curve_count, 1); /* no option, no later curve */
    assert_int_equal(d->rules.time_ns[0], NOW_NS);
    assert_true(hpm_profile_move(&d->profile, 0, 0) == -0.2);
    assert_true(hpm_profile_move(&d->profile, 0, HPM_PROFILE_HALF) == 0);
    assert_true(hpm_profile_move(&d->profile, 0, HPM_PROFILE_POINTS - 1) == 0.2);
    check_pnl(d, 0, 0.8, -40); /* from the mark on: 2 * (80 - 100) */
    check_pnl(d, 0, 1, 0);
    check_pnl(d, 0, 1.2, 40);
}

/* Black 1976 without discounting, in the words of the C library. */
static double call(double forward, double strike, double vol, double tau)
{
    double width = vol * sqrt(tau);
    double d1 = log(forward / strike) / width + width / 2;
    return forward * erfc(-d1 / sqrt(2)) / 2 - strike * erfc(-(d1 - width) / sqrt(2)) / 2;
}

static void test_covered_call(void **state)
{
    drawn *d = *state;
    const double value = call(100, 100, 0.5, 0.2);
    world_balance(d->w, BTC, 3);
    world_hold(d->w, B_CALL_100, -3);
    d->w->market.vol[B_CALL_100].value = 0.5;
    draw(d);
    assert_int_equal(d->rules.curve_count, 2);
    assert_int_equal(d->rules.time_ns[1], NEAR_NS);
    check_pnl(d, 0, 1, 0);
    check_pnl(d, 0, 1.2, 3 * 20 - 3 * (call(120, 100, 0.5, 0.2) - value));
    check_pnl(d, 0, 0.8, -3 * 20 - 3 * (call(80, 100, 0.5, 0.2) - value));
    check_pnl(d, 1, 0.8, -3 * 20 + 3 * value); /* the call expires worthless */
    check_pnl(d, 1, 1, 3 * value);
    check_pnl(d, 1, 1.2, 3 * value); /* what the coins gain is called away */
}

static void test_calendar(void **state)
{
    drawn *d = *state;
    const double near = call(100, 80, 0.5, 0.2), far = call(100, 80, 0.5, 1);
    world_hold(d->w, B_CALL_80, -1);
    world_hold(d->w, B_FAR_CALL, 1);
    d->w->market.vol[B_CALL_80].value = d->w->market.vol[B_FAR_CALL].value = 0.5;
    draw(d);
    assert_int_equal(d->rules.curve_count, 3);
    assert_int_equal(d->rules.time_ns[1], NEAR_NS);
    assert_int_equal(d->rules.time_ns[2], FAR_NS);
    check_pnl(d, 0, 0.8, call(80, 80, 0.5, 1) - far - (call(80, 80, 0.5, 0.2) - near));
    check_pnl(d, 1, 0.8, call(80, 80, 0.5, 0.8) - far + near); /* 0.8 years are left */
    check_pnl(d, 1, 1.2, call(120, 80, 0.5, 0.8) - far - (40 - near));
    check_pnl(d, 2, 0.8, -far + near); /* both are gone */
    check_pnl(d, 2, 1.2, 40 - far - (40 - near));
}

/* A coin and a short inverse perpetual of its value are dollars, wherever the price goes. */
static void test_synthetic_dollar(void **state)
{
    drawn *d = *state;
    world_balance(d->w, BTC, 1);
    world_hold(d->w, B_COIN_PERP, -10);
    draw(d);
    for (uint32_t point = 0; point < HPM_PROFILE_POINTS; point++)
        assert_true(fabs(hpm_profile_pnl(&d->profile, 0, 0, point)) < 1e-7);
}

static double grid_prices[] = {-1, -0.5, 0, 0.25, 1};
static double grid_vols[] = {0};

/* A grid of unshocked volatilities sees the same P&L at the same prices. */
static void test_grid(void **state)
{
    drawn *d = *state;
    world *w = d->w;
    hpm_breakdown breakdown;
    hpm_error error = {0};
    world_grid(w, "grid", grid_prices, 5, grid_vols, 1)->price_unit = HPM_PRICE_RANGE;
    strcpy(world_component(w, "joint", HPM_COMPONENT_JOINT_GRID)->rule.joint.set, "grid");
    for (uint32_t i = 0; i < INSTRUMENTS; i++) {
        world_hold(w, i, w->catalog.instruments[i].kind == HPM_OPTION ? -2 : 1);
        if (w->catalog.instruments[i].kind == HPM_OPTION) w->market.vol[i].value = 0.6;
    }
    world_balance(w, BTC, 2);
    draw(d);
    world_run(w);
    hpm_arena arena = block(hpm_breakdown_size(&w->array, w->account));
    check_ok(hpm_margin_breakdown(&breakdown, &arena, &w->array, &w->portfolio, &w->totals, &error),
             &error);
    assert_int_equal(breakdown.underlying_count, d->profile.breakdown.underlying_count);
    for (uint32_t u = 0; u < breakdown.underlying_count; u++)
        for (uint32_t p = 0; p < COUNT_OF(grid_prices); p++) {
            uint32_t point =
                (uint32_t)lround(HPM_PROFILE_HALF * (1 + grid_prices[p] / HPM_PROFILE_RANGES));
            check_near(hpm_profile_pnl(&d->profile, u, 0, point),
                       breakdown.scenario_pnl[u * breakdown.array->scenario_count + p], "point");
        }
    free(arena.base);
}

/* No price falls to zero, however wide the scan range; isolation and age limits draw no other
 * picture. */
static void test_rules(void **state)
{
    drawn *d = *state;
    for (uint32_t a = 0; a <= ASSETS; a++)
        d->w->underlyings[a].price_range = 0.9;
    d->w->rulebook.grouping = HPM_GROUPING_POSITION;
    d->w->rulebook.age_soft_s = d->w->rulebook.age_hard_s = 1;
    d->w->market.mark[B_FUTURE].age_s = 100;
    world_hold(d->w, B_FUTURE, 1);
    world_hold(d->w, B_PERP, -1);
    draw(d);
    assert_true(hpm_profile_move(&d->profile, 0, 0) == -HPM_PROFILE_MOVE_MAX);
    check_pnl(d, 0, 1 - HPM_PROFILE_MOVE_MAX, 0);
    assert_int_equal(d->profile.breakdown.margin.initial.e8, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PROFILE_TEST(test_future),   PROFILE_TEST(test_covered_call),
        PROFILE_TEST(test_calendar), PROFILE_TEST(test_synthetic_dollar),
        PROFILE_TEST(test_grid),     PROFILE_TEST(test_rules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
