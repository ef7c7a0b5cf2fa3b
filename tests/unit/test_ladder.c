/* Tests of src/assess/ladder.c: deltas of a step, what happens to perpetuals, buckets of vega. */
#include "hpm/ladder.h"
#include "small_world.h"

#define PI 3.14159265358979324

typedef struct laid {
    world *w;
    hpm_desk desk;
    hpm_arena memory, work, rungs;
    hpm_ladders ladders;
} laid;

static int setup(void **state)
{
    laid *l = fixture_take(1, sizeof *l);
    l->w = world_new();
    *state = l;
    return 0;
}

static int teardown(void **state)
{
    laid *l = *state;
    free(l->memory.base);
    free(l->work.base);
    free(l->rungs.base);
    world_free(l->w);
    free(l);
    return 0;
}

#define LADDER_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

static hpm_arena block(size_t bytes)
{
    return (hpm_arena){fixture_take(bytes, 1), hpm_aligned_size(bytes), 0};
}

/* The ladders of the world's account; the grid is in ranges of 10 %. */
static void lay(laid *l)
{
    world *w = l->w;
    hpm_error error = {0};
    world_component(w, "haircut", HPM_COMPONENT_HAIRCUT);
    world_run(w);
    l->memory = block(hpm_desk_size(&w->catalog, &w->rulebook));
    check_ok(hpm_desk_init(&l->desk, &l->memory, &w->context, &w->market, &w->rulebook, &error),
             &error);
    l->work = block(hpm_desk_work_size(&l->desk, w->position_count, w->balance_count));
    hpm_desk_work(&l->desk, &l->work);
    l->rungs = block(hpm_ladders_size(w->account));
    check_ok(hpm_ladders_compute(&l->ladders, &l->rungs, &l->desk, w->account, &error), &error);
    assert_ptr_equal(l->desk.array.market, &w->market);
}

static const hpm_greeks *at(const laid *l, uint32_t underlying, uint32_t node)
{
    return &l->ladders.greeks[underlying * l->ladders.node_count + node];
}

/* Two calls at 100 without volatility: none at 90, a half each where it stands, all at 110; the
 * forward rises with the price, whose value the delta is taken at. A perpetual has its own. ETH has
 * a ladder of its own range, 20 %: one perpetual at 8, 10, 12. */
static void test_steps(void **state)
{
    static double prices[] = {1, -1}, flat[] = {0};
    laid *l = *state;
    world_grid(l->w, "grid", prices, 2, flat, 1)->price_unit = HPM_PRICE_RANGE;
    l->w->underlyings[ETH].price_range = 0.2;
    world_hold(l->w, B_CALL_100, 2);
    world_hold(l->w, B_PERP, 0.5);
    world_hold(l->w, E_PERP, -1);
    world_balance(l->w, BTC, 7); /* has no part in it */
    lay(l);
    assert_int_equal(l->ladders.underlying_count, 2);
    assert_int_equal(l->ladders.underlyings[0], BTC);
    assert_int_equal(l->ladders.underlyings[1], ETH);
    assert_int_equal(l->ladders.node_count, 3);
    static const double moves[2][3] = {{-0.1, 0, 0.1}, {-0.2, 0, 0.2}};
    static const double units[2][3] = {{0.5, 1.5, 2.5}, {-1, -1, -1}};
    static const double price[2] = {100, 10};
    for (uint32_t u = 0; u < 2; u++)
        for (uint32_t n = 0; n < 3; n++) {
            check_near(l->ladders.price_move[u * 3 + n], moves[u][n], "move");
            check_near(at(l, u, n)->delta_units, units[u][n], "delta in coins");
            check_near(at(l, u, n)->delta, units[u][n] * price[u] * (1 + moves[u][n]), "delta");
        }
}

/* Where nothing moves, the greeks of the breakdown to the last bit. */
static void test_here(void **state)
{
    static double prices[] = {-0.5, 0, 0.5}, flat[] = {0};
    laid *l = *state;
    hpm_error error = {0};
    hpm_breakdown breakdown;
    world_grid(l->w, "grid", prices, 3, flat, 1);
    l->w->market.vol[B_CALL_80].value = l->w->market.vol[B_FAR_CALL].value = 0.5;
    world_hold(l->w, B_CALL_80, 3);
    world_hold(l->w, B_FAR_CALL, -2);
    lay(l);
    check_ok(hpm_desk_breakdown(&l->desk, &breakdown, l->w->account, &error), &error);
    const hpm_greeks *here = at(l, 0, 1), *total = &breakdown.greeks_total;
    assert_true(here->delta == total->delta && here->gamma_1pct == total->gamma_1pct);
    assert_true(here->vega_point == total->vega_point && here->theta_day == total->theta_day);
    assert_true(here->rho_bp == total->rho_bp && here->vega_point != 0);
}

/* Without a grid, and with one that is too long, quarters of the range. */
static void test_quarters(void **state)
{
    static double many[HPM_LADDER_NODES_MAX], flat[] = {0};
    static const uint32_t grids[] = {0, HPM_LADDER_NODES_MAX};
    for (int i = 0; i < 2; i++) {
        teardown(state);
        setup(state);
        laid *l = *state;
        for (uint32_t k = 0; k < HPM_LADDER_NODES_MAX; k++)
            many[k] = 0.01 * (k + 1);
        if (grids[i] > 0) world_grid(l->w, "grid", many, grids[i], flat, 1);
        world_hold(l->w, B_PERP, 1);
        lay(l);
        assert_int_equal(l->ladders.node_count, 9);
        for (uint32_t n = 0; n < 9; n++)
            check_near(l->ladders.price_move[n], 0.1 * (n * 0.25 - 1), "move");
    }
}

/* Calls at 80 and at 100 and a put at 100 at a volatility of 0.5, 0.2 years: N(d1) of 100 is
 * N(0.11) = 0.54, at the money for call and put alike; of 80 N(1.11) = 0.87, a put of 10 to 25. The
 * year's call at 80 has N(0.70) = 0.76. */
static void test_vega(void **state)
{
    laid *l = *state;
    static const uint32_t options[] = {B_CALL_80, B_CALL_100, B_PUT_100, B_FAR_CALL};
    for (int i = 0; i < 4; i++)
        l->w->market.vol[options[i]].value = 0.5;
    world_hold(l->w, B_CALL_80, 1);
    world_hold(l->w, B_CALL_100, 2);
    world_hold(l->w, B_PUT_100, -1);
    world_hold(l->w, B_FAR_CALL, 1);
    world_hold(l->w, B_FUTURE, 1);
    lay(l);
    assert_int_equal(l->ladders.expiry_count, 2);
    assert_int_equal(l->ladders.vega[0].expiry, BTC_NEAR);
    assert_int_equal(l->ladders.vega[1].expiry, BTC_FAR);
    double root = sqrt(0.2), d80 = log(100.0 / 80) / (0.5 * root) + 0.25 * root;
    double far = log(100.0 / 80) / 0.5 + 0.25;
    const double wanted[2][HPM_LADDER_BUCKETS] = {
        {0, 0.01 * 100 * root * exp(-d80 * d80 / 2) / sqrt(2 * PI), 0,
         0.01 * 100 * root * exp(-root * root / 32) / sqrt(2 * PI), 0, 0, 0},
        {0, 0.01 * 100 * exp(-far * far / 2) / sqrt(2 * PI), 0, 0, 0, 0, 0}};
    for (int e = 0; e < 2; e++)
        for (int b = 0; b < HPM_LADDER_BUCKETS; b++)
            if (!(fabs(l->ladders.vega[e].vega_point[b] - wanted[e][b]) < 1e-7))
                fail_msg("expiry %d, %s: %.9g instead of %.9g", e,
                         hpm_ladder_bucket_name((uint32_t)b), l->ladders.vega[e].vega_point[b],
                         wanted[e][b]);
    assert_string_equal(hpm_ladder_bucket_name(1), "put 10-25");
    assert_string_equal(hpm_ladder_bucket_name(3), "at the money");
}

/* Each bound belongs to the bucket below it: without volatility a call is in (1), out (0), or half,
 * at the money. */
static void test_no_volatility(void **state)
{
    laid *l = *state;
    world_hold(l->w, B_CALL_100, 1);
    world_hold(l->w, B_CALL_80, 1);
    lay(l);
    for (int b = 0; b < HPM_LADDER_BUCKETS; b++)
        assert_true(l->ladders.vega[0].vega_point[b] == 0); /* there is none to lay */
}

static void test_nothing(void **state)
{
    laid *l = *state;
    world_balance(l->w, BTC, 1);
    lay(l);
    assert_int_equal(l->ladders.underlying_count, 0);
    assert_int_equal(l->ladders.expiry_count, 0);
}

static void test_too_little_memory(void **state)
{
    laid *l = *state;
    hpm_error error = {0};
    world_hold(l->w, B_PERP, 1);
    lay(l);
    l->rungs.used = 0;
    l->rungs.capacity = hpm_aligned_size(ASSETS * sizeof(double)); /* the ratios fit */
    check_error(hpm_ladders_compute(&l->ladders, &l->rungs, &l->desk, l->w->account, &error),
                &error, HPM_E_MEMORY, "ladders", "the arena is too small");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LADDER_TEST(test_steps),
        LADDER_TEST(test_here),
        LADDER_TEST(test_quarters),
        LADDER_TEST(test_vega),
        LADDER_TEST(test_no_volatility),
        LADDER_TEST(test_nothing),
        LADDER_TEST(test_too_little_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
