/* Tests of src/risk/portfolio.c: lots, order, runs, refusals and trades. */
#include "small_world.h"

static double prices[] = {-0.2, 0.2}, vols[] = {0};

static void begin(world *w)
{
    world_grid(w, "grid", prices, 2, vols, 1);
    world_component(w, "haircut", HPM_COMPONENT_HAIRCUT);
    world_price(w);
}

static void arrange(world *w)
{
    hpm_error error = {0};
    check_ok(world_arrange(w, &error), &error);
}

static void check_holding(const world *w, uint32_t holding, uint32_t instrument, int64_t lots)
{
    const hpm_holding *held = &w->portfolio.holdings[holding];
    assert_int_equal(held->instrument, instrument);
    assert_int_equal(held->lots, lots);
    /* The account's positions are sorted by instrument. */
    assert_int_equal(hpm_account_positions(w->account)[held->position].instrument, instrument);
}

static void check_run(const world *w, uint32_t run, uint32_t bucket, uint32_t first, uint32_t end)
{
    const hpm_bucket_run *got = &w->portfolio.runs[run];
    assert_int_equal(got->bucket, bucket);
    assert_int_equal(got->first, first);
    assert_int_equal(got->end, end);
}

/* By bucket, strike, instrument; lots of 0.1. Buckets: see test_catalog.c. */
static void test_order(void **state)
{
    world *w = *state;
    begin(w);
    world_hold(w, E_PERP, 2);
    world_hold(w, B_PUT_100, -0.1);
    world_hold(w, B_CALL_100, 1);
    world_hold(w, B_CALL_80, -3);
    world_hold(w, B_FUTURE, 0);
    world_hold(w, B_COIN_CALL, 1);
    world_hold(w, B_SPOT, 5);
    world_hold(w, B_FAR_FUTURE, 4);
    arrange(w);
    assert_int_equal(w->portfolio.holding_count, 8);
    assert_int_equal(w->portfolio.run_count, 5);
    check_holding(w, 0, B_SPOT, 50);
    check_holding(w, 1, B_COIN_CALL, 10);
    check_holding(w, 2, B_FUTURE, 0);
    check_holding(w, 3, B_CALL_80, -30);
    check_holding(w, 4, B_CALL_100, 10);
    check_holding(w, 5, B_PUT_100, -1);
    check_holding(w, 6, B_FAR_FUTURE, 40);
    check_holding(w, 7, E_PERP, 20);
    check_run(w, 0, 0, 0, 1);
    check_run(w, 1, 4, 1, 2);
    check_run(w, 2, 5, 2, 6);
    check_run(w, 3, 7, 6, 7);
    check_run(w, 4, 8, 7, 8);
}

static void test_empty(void **state)
{
    world *w = *state;
    begin(w);
    arrange(w);
    assert_int_equal(w->portfolio.holding_count, 0);
    assert_int_equal(w->portfolio.run_count, 0);
}

/* ---- Refusals ----------------------------------------------------------------------------- */

static void check_refused(world *w, hpm_status wanted, const char *where, const char *message)
{
    hpm_error error = {0};
    begin(w);
    check_error(world_arrange(w, &error), &error, wanted, where, message);
}

static void test_rows_that_cannot_be_used(void **state)
{
    world *w = *state;
    w->market.mark[E_PERP].value = NAN;
    world_hold(w, B_PERP, 1);
    world_hold(w, E_PERP, 1);
    check_refused(w, HPM_E_MISSING_PRICE, "e:perp",
                  "the market has no price, forward or volatility for it");
    w = world_again(state);
    w->market.now_ns = NEAR_NS;
    world_hold(w, B_FUTURE, 0); /* even a position of zero */
    check_refused(w, HPM_E_EXPIRED, "b:future", "it expired before the market's time");
    w = world_again(state);
    w->market.mark[B_PERP].value = 1e12;
    world_hold(w, B_PERP, 1);
    check_refused(w, HPM_E_OVERFLOW, "b:perp",
                  "the profit or loss of one lot is too large to count in ticks, or a scenario "
                  "moves its price below zero");
}

/* The first position by name speaks; what is not held does not matter. */
static void test_first_position_speaks(void **state)
{
    world *w = *state;
    w->market.mark[E_PERP].value = w->market.mark[B_PERP].value = NAN;
    w->market.mark[B_FUTURE].value = NAN;
    world_hold(w, E_PERP, 1);
    world_hold(w, B_PERP, 1);
    check_refused(w, HPM_E_MISSING_PRICE, "b:perp",
                  "the market has no price, forward or volatility for it");
}

static void test_memory(void **state)
{
    world *w = *state;
    hpm_error error = {0};
    hpm_portfolio portfolio;
    begin(w);
    world_hold(w, B_PERP, 1);
    world_hold(w, E_PERP, 1);
    arrange(w);
    size_t size = hpm_portfolio_size(2), used = w->arena.used;
    hpm_arena exact = {w->arena.base + used, size, 0};
    check_ok(hpm_portfolio_init(&portfolio, &exact, w->account, &w->array, &error), &error);
    exact = (hpm_arena){w->arena.base + used, size - HPM_ALIGNMENT, 0};
    check_error(hpm_portfolio_init(&portfolio, &exact, w->account, &w->array, &error), &error,
                HPM_E_MEMORY, "portfolio", "the arena is too small");
}

/* ---- Trades ------------------------------------------------------------------------------- */

/* The first column of a run. */
static double first_of(const hpm_totals *totals, uint32_t run)
{
    double columns[64];
    assert_true(totals->stride <= 64);
    hpm_totals_read(columns, totals, run);
    return columns[0];
}

/* After a trade holding and totals are what an account with the new quantity has. */
static void test_trade(void **state)
{
    world *w = *state;
    hpm_error error = {0};
    begin(w);
    world_hold(w, B_PERP, 1);
    world_hold(w, B_FUTURE, 2);
    world_hold(w, E_PERP, 3);
    arrange(w);
    check_ok(hpm_portfolio_trade(&w->portfolio, &w->totals, &w->array, 2, -50, &error), &error);
    check_holding(w, 2, E_PERP, -20);
    assert_true(first_of(&w->totals, 2) == 4e9);   /* 2 short gain 4 at -20 % */
    assert_true(first_of(&w->totals, 1) == -4e10); /* the future as before */
    check_ok(hpm_portfolio_trade(&w->portfolio, &w->totals, &w->array, 0, -10, &error), &error);
    check_holding(w, 0, B_PERP, 0);
    assert_true(first_of(&w->totals, 0) == 0);
}

static void test_trade_overflow(void **state)
{
    world *w = *state;
    hpm_error error = {0};
    begin(w);
    world_hold(w, B_PERP, 1);
    arrange(w);
    double before = first_of(&w->totals, 0);
    check_error(hpm_portfolio_trade(&w->portfolio, &w->totals, &w->array, 0, INT64_MAX, &error),
                &error, HPM_E_OVERFLOW, "b:perp", "more lots than can be counted");
    check_holding(w, 0, B_PERP, 10);
    assert_true(first_of(&w->totals, 0) == before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_order),
        WORLD_TEST(test_empty),
        WORLD_TEST(test_rows_that_cannot_be_used),
        WORLD_TEST(test_first_position_speaks),
        WORLD_TEST(test_memory),
        WORLD_TEST(test_trade),
        WORLD_TEST(test_trade_overflow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
