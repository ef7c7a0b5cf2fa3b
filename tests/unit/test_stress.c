/* Tests of src/assess/stress.c: figures by hand, and agreement with a market that was written as it
 * is after the move. */
#include "hpm/stress.h"

#include "desk_world.h"

static double prices[] = {-0.1, 0, 0.1};

typedef struct stressed {
    world *w;
    hpm_desk desk;
    hpm_stress stress;
} stressed;

static int setup(void **state)
{
    stressed *s = fixture_take(1, sizeof *s);
    s->w = world_new();
    *state = s;
    return 0;
}

static int teardown(void **state)
{
    stressed *s = *state;
    world_free(s->w);
    free(s);
    return 0;
}

#define STRESS_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

static hpm_status init(stressed *s, const hpm_stress_scenario *scenarios, uint32_t count,
                       hpm_error *error)
{
    return hpm_stress_init(&s->stress, &s->w->arena, &s->desk, s->w->account, scenarios, count,
                           error);
}

/* All of it, `step` scenarios at a time. */
static void run(stressed *s, const hpm_stress_scenario *scenarios, uint32_t count, uint32_t step)
{
    hpm_error error = {0};
    check_ok(init(s, scenarios, count, &error), &error);
    while (s->stress.done < count) {
        uint32_t before = s->stress.done;
        check_ok(hpm_stress_step(&s->stress, step, &error), &error);
        assert_int_equal(s->stress.done, before + step < count ? before + step : count);
    }
}

static void check_result(const stressed *s, uint32_t rank, uint32_t scenario, double equity,
                         double initial, double beyond_margin, double beyond_equity)
{
    const hpm_stress_result *result = &s->stress.results[rank];
    assert_int_equal(result->scenario, scenario);
    check_near(hpm_e8_to_double(result->equity.e8), equity, "equity");
    check_near(hpm_e8_to_double(result->initial.e8), initial, "initial");
    check_near(hpm_e8_to_double(result->maintenance.e8), initial, "maintenance");
    assert_int_equal(result->pnl.e8, result->equity.e8 - s->stress.before.equity.e8);
    check_near(hpm_e8_to_double(result->beyond_margin.e8), beyond_margin, "beyond margin");
    check_near(hpm_e8_to_double(result->beyond_equity.e8), beyond_equity, "beyond equity");
}

/* ---- By hand ------------------------------------------------------------------------------ */

/* Two BTC perpetuals at 100 and 50 of cash. The grid moves 10 %: margin 2 * 10 = 20.
 *   fall 30 %: loses 60: equity -10, margin there 2*7 = 14; beyond margin 60 - 20 = 40, equity 10
 *   fall 20 %: loses 40: equity 10, margin 16; beyond margin 20
 *   fall 5 %: loses 10: equity 40, margin 19
 *   rise 50 %: gains 100: equity 150, margin 30 */
static void test_linear(void **state)
{
    static const hpm_stress_shock shocks[] = {{.asset = BTC, .price = -0.05},
                                              {.asset = BTC, .price = 0.5},
                                              {.asset = BTC, .price = -0.3},
                                              {.asset = BTC, .price = -0.2}};
    static const hpm_stress_scenario scenarios[] = {{"dip", &shocks[0], 1, 0},
                                                    {"rally", &shocks[1], 1, 0},
                                                    {"crash", &shocks[2], 1, 0},
                                                    {"nothing", NULL, 0, 0},
                                                    {"fall", &shocks[3], 1, 0}};
    stressed *s = *state;
    world_price_grid(s->w, prices, 3);
    world_hold(s->w, B_PERP, 2);
    world_balance(s->w, USD, 50);
    world_desk(s->w, &s->desk);
    for (uint32_t step = 1; step < 7; step++) {
        run(s, scenarios, 5, step);
        check_near(hpm_e8_to_double(s->stress.before.initial.e8), 20, "margin before");
        check_result(s, 0, 2, -10, 14, 40, 10);
        check_result(s, 1, 4, 10, 16, 20, 0);
        check_result(s, 2, 0, 40, 19, 0, 0);
        check_result(s, 3, 3, 50, 20, 0, 0);
        check_result(s, 4, 1, 150, 30, 0, 0);
    }
}

/* Who moves: a long BTC perpetual at 100, 10 ETH perpetuals at 10, 100 SOL perpetuals at 1, and
 * 100 of the stablecoin UST: 400 of value in equal parts. The star takes coins that are not named
 * and no stablecoin; the name wins over the star. */
static void test_who_moves(void **state)
{
    static const hpm_stress_shock star[] = {{.asset = HPM_NONE, .price = -0.1}};
    static const hpm_stress_shock both[] = {{.asset = HPM_NONE, .price = -0.1},
                                            {.asset = ETH, .price = -0.5}};
    static const hpm_stress_shock peg[] = {{.asset = UST, .price = -0.04}};
    static const hpm_stress_scenario scenarios[] = {
        {"star", star, 1, 0}, {"both", both, 2, 0}, {"peg", peg, 1, 0}};
    stressed *s = *state;
    world_price_grid(s->w, prices, 3);
    world_hold(s->w, B_PERP, 1);
    world_hold(s->w, E_PERP, 10);
    world_hold(s->w, S_PERP, 100);
    world_balance(s->w, UST, 100);
    world_desk(s->w, &s->desk);
    run(s, scenarios, 3, 10);
    check_result(s, 0, 1, 100 - 10 - 50 - 10, 9 + 5 + 9, 40, 0); /* 70 lost, 30 covered */
    check_result(s, 1, 0, 100 - 30, 27, 0, 0);
    check_result(s, 2, 2, 96, 30, 0, 0);
}

/* A call of strike 80 at a volatility of 0 is worth F - 80; a far future moves with its basis only
 * as far as it is dated: index -10 % takes all to 90, a basis of +20 % the dated ones to 108.
 *   call: 28 - 20 = 8; perpetual: -10; near future: +8; far future: +8 */
static void test_basis(void **state)
{
    static const hpm_stress_shock shock = {.asset = BTC, .price = -0.1, .basis = 0.2};
    static const hpm_stress_scenario scenario = {"contango", &shock, 1, 0};
    stressed *s = *state;
    world_price_grid(s->w, prices, 3);
    world_hold(s->w, B_CALL_80, 1);
    world_hold(s->w, B_PERP, 1);
    world_hold(s->w, B_FUTURE, 1);
    world_hold(s->w, B_FAR_FUTURE, 1);
    world_desk(s->w, &s->desk);
    run(s, &scenario, 1, 1);
    check_near(hpm_e8_to_double(s->stress.before.equity.e8), 20, "equity before");
    check_near(hpm_e8_to_double(s->stress.results[0].pnl.e8), 8 - 10 + 8 + 8, "pnl");
}

/* ---- Against a market written as it is there ---------------------------------------------- */

/* Everything at once, priced through the desk, equals the margin on a market whose inputs were
 * given as they are after the move. */
static void test_reference(void **state)
{
    static const hpm_stress_shock shocks[] = {
        {BTC, -0.25, 0.02, 0.5, 0.03}, {ETH, 0.1, 0, -0.2, 0}, {UST, -0.05, 0, 0, 0}};
    static const hpm_stress_scenario scenario = {"all", shocks, 3, 7};
    static double grid[] = {-0.3, -0.1, 0, 0.1, 0.3}, vols[] = {-0.2, 0, 0.4};
    stressed *s = *state;
    world *w = s->w, *there = world_new();
    world *both[] = {w, there};
    for (int i = 0; i < 2; i++) {
        world_grid(both[i], "grid", grid, 5, vols, 3)->vol_unit = HPM_VOL_ATM_UNITS;
        strcpy(world_component(both[i], "joint", HPM_COMPONENT_JOINT_GRID)->rule.joint.set, "grid");
        for (uint32_t k = 0; k < INSTRUMENTS; k++) {
            hpm_kind kind = w->catalog.instruments[k].kind;
            world_hold(both[i], k, kind == HPM_OPTION ? -1.5 : 2)->entry_price = 90;
            if (kind == HPM_OPTION) both[i]->market.vol[k].value = 0.6;
        }
        world_balance(both[i], BTC, 3);
        world_balance(both[i], UST, -50);
    }
    const double price[ASSETS] = {
        [BTC] = 0.75, [ETH] = 1.1, [SOL] = 1, [STE] = 1, [USD] = 1, [UST] = 0.95, [USX] = 1};
    for (uint32_t a = 0; a < ASSETS; a++)
        there->market.asset_price[a].value *= price[a];
    for (uint32_t e = 0; e < EXPIRIES; e++) {
        uint32_t asset = there->catalog.expiries[e].underlying;
        there->market.curve[e].forward.value *= price[asset] * (asset == BTC ? 1.02 : 1);
    }
    for (uint32_t k = 0; k < INSTRUMENTS; k++) {
        const hpm_instrument *row = &there->catalog.instruments[k];
        double basis = row->expiry != HPM_NONE && row->underlying == BTC ? 1.02 : 1;
        if (row->kind == HPM_OPTION)
            there->market.vol[k].value = row->underlying == BTC ? 0.6 * 1.5 + 0.03 : 0.6 * 0.8;
        else
            there->market.mark[k].value *= price[row->underlying] * basis;
    }
    there->market.now_ns += 7 * HPM_DAY_NS;
    world_run(there);
    hpm_margin wanted;
    hpm_error error = {0};
    check_ok(hpm_margin_reference(&wanted, &there->arena, &there->array, &there->portfolio, &error),
             &error);
    world_desk(w, &s->desk);
    run(s, &scenario, 1, 1);
    check_near(hpm_e8_to_double(s->stress.results[0].equity.e8), wanted.equity_real, "equity");
    check_near(hpm_e8_to_double(s->stress.results[0].initial.e8), wanted.initial_real, "initial");
    assert_true(wanted.initial_real > 0);
    world_free(there);
}

/* ---- Order and refusals ------------------------------------------------------------------- */

static void test_ties_keep_their_order(void **state)
{
    static const hpm_stress_scenario scenarios[] = {
        {"a", NULL, 0, 0}, {"b", NULL, 0, 0}, {"c", NULL, 0, 0}};
    stressed *s = *state;
    world_price_grid(s->w, prices, 3);
    world_hold(s->w, B_PERP, 1);
    world_desk(s->w, &s->desk);
    run(s, scenarios, 3, 2);
    for (uint32_t i = 0; i < 3; i++)
        check_result(s, i, i, 0, 10, 0, 0);
    assert_ptr_equal(s->desk.array.market, s->desk.base); /* stands where it began */
}

static void check_refused(stressed *s, hpm_stress_shock shock, double time_days, hpm_status status,
                          const char *message)
{
    const hpm_stress_scenario scenario = {"bad", &shock, 1, time_days};
    hpm_error error = {0};
    check_error(init(s, &scenario, 1, &error), &error, status, "bad", message);
}

static void test_refusals(void **state)
{
    stressed *s = *state;
    hpm_error error = {0};
    world_price_grid(s->w, prices, 3);
    world_hold(s->w, B_CALL_80, 1);
    world_desk(s->w, &s->desk);
    const hpm_stress_shock fall = {.asset = BTC, .price = -1}, nan = {.asset = BTC, .vol = NAN};
    const hpm_stress_shock dollar = {.asset = USD, .price = -0.1}, nobody = {.asset = ASSETS};
    const hpm_stress_shock vol = {.asset = BTC, .vol = -1.1}, add = {.asset = BTC, .vol_add = 101};
    const hpm_stress_shock basis = {.asset = BTC, .basis = 1e9}, none = {.asset = BTC};
    check_refused(s, fall, 0, HPM_E_RANGE, "price outside [-0.999999, 1000] (-1)");
    check_refused(s, basis, 0, HPM_E_RANGE, "basis outside [-0.999999, 1000] (1e+09)");
    check_refused(s, nan, 0, HPM_E_RANGE, "vol outside [-1, 1000] (nan)");
    check_refused(s, vol, 0, HPM_E_RANGE, "vol outside [-1, 1000] (-1.1)");
    check_refused(s, add, 0, HPM_E_RANGE, "vol_add outside [-100, 100] (101)");
    check_refused(s, dollar, 0, HPM_E_RANGE, "the reporting asset is worth 1 by definition (-0.1)");
    check_refused(s, nobody, 0, HPM_E_REFERENCE, "no such asset (7)");
    check_refused(s, none, -1, HPM_E_RANGE, "time_days outside [0, 36500] (-1)");
    check_refused(s, none, NAN, HPM_E_RANGE, "time_days outside [0, 36500] (nan)");

    hpm_stress_shock many[HPM_STRESS_SHOCKS_MAX + 1] = {{.asset = HPM_NONE}, {.asset = HPM_NONE}};
    hpm_stress_scenario scenario = {"bad", many, 2, 0};
    check_error(init(s, &scenario, 1, &error), &error, HPM_E_DUPLICATE, "bad", "moves twice (*)");
    scenario.shock_count = HPM_STRESS_SHOCKS_MAX + 1;
    check_error(init(s, &scenario, 1, &error), &error, HPM_E_LIMIT, "bad",
                "more than 64 shocks (65)");
    check_error(init(s, &scenario, HPM_STRESS_SCENARIOS_MAX + 1, &error), &error, HPM_E_LIMIT,
                "scenarios", "more than 10000 (10001)");
}

/* What only shows there names the scenario. */
static void test_refused_there(void **state)
{
    const hpm_stress_shock shock = {.asset = BTC, .vol = 1000};
    const hpm_stress_scenario late = {"late", NULL, 0, 74}, wild = {"wild", &shock, 1, 0};
    stressed *s = *state;
    hpm_error error = {0};
    world_price_grid(s->w, prices, 3);
    for (uint32_t i = 0; i < INSTRUMENTS; i++)
        if (s->w->catalog.instruments[i].kind == HPM_OPTION) s->w->market.vol[i].value = 100;
    world_hold(s->w, B_CALL_80, 1);
    world_desk(s->w, &s->desk);
    check_ok(init(s, &late, 1, &error), &error);
    check_error(hpm_stress_step(&s->stress, 1, &error), &error, HPM_E_EXPIRED, "late: b:call:80",
                "it expired before the market's time");
    check_ok(init(s, &wild, 1, &error), &error);
    check_error(hpm_stress_step(&s->stress, 1, &error), &error, HPM_E_RANGE, "wild: BTC",
                "a volatility moves outside [0, 1e5] (100100)");
}

static void test_memory(void **state)
{
    static const hpm_stress_scenario scenarios[3] = {{"a", NULL, 0, 0}};
    stressed *s = *state;
    hpm_error error = {0};
    world_price_grid(s->w, prices, 3);
    world_desk(s->w, &s->desk);
    size_t size = hpm_stress_size(&s->w->catalog, 3);
    hpm_arena exact = {s->w->arena.base + s->w->arena.used, size, 0};
    check_ok(hpm_stress_init(&s->stress, &exact, &s->desk, s->w->account, scenarios, 3, &error),
             &error);
    exact = (hpm_arena){exact.base, size - HPM_ALIGNMENT, 0};
    check_error(hpm_stress_init(&s->stress, &exact, &s->desk, s->w->account, scenarios, 3, &error),
                &error, HPM_E_MEMORY, "stress", "the arena is too small");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STRESS_TEST(test_linear),   STRESS_TEST(test_who_moves),
        STRESS_TEST(test_basis),    STRESS_TEST(test_reference),
        STRESS_TEST(test_refusals), STRESS_TEST(test_ties_keep_their_order),
        STRESS_TEST(test_memory),   STRESS_TEST(test_refused_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
