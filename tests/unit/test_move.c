/* Tests of src/market/move.c: prices, forwards, volatilities sticky by strike and time, by hand,
 * and what a market refuses to become. */
#include "small_world.h"

/* The small world's market with a smile in BTC's near expiry (50 % at 80, 40 % at 100), finished,
 * and memory for moved copies of it. */
typedef struct moves {
    world *w;
    hpm_market moved;
    double price[ASSETS], vol_ratio[ASSETS], vol_add[ASSETS], forward[EXPIRIES];
} moves;

static void fill(double *values, uint32_t count, double value)
{
    for (uint32_t i = 0; i < count; i++)
        values[i] = value;
}

static int setup(void **state)
{
    moves *m = fixture_take(1, sizeof *m);
    hpm_error error = {0};
    m->w = world_new();
    hpm_input *vol = m->w->market.vol;
    vol[B_CALL_80].value = vol[B_CALL_UST].value = vol[B_COIN_CALL].value = 0.5;
    vol[B_CALL_100].value = vol[B_PUT_100].value = 0.4;
    vol[B_FAR_CALL].value = 0.6;
    vol[E_CALL].value = 0.8;
    m->w->market.curve[BTC_NEAR].forward.value = 100;
    m->w->market.curve[BTC_FAR].forward.value = 104;
    m->w->market.mark[B_FAR_FUTURE].value = 104;
    check_ok(hpm_market_finish(&m->w->market, &error), &error);
    check_ok(hpm_market_moved_begin(&m->moved, &m->w->arena, &m->w->market, &error), &error);
    fill(m->price, ASSETS, 1);
    fill(m->vol_ratio, ASSETS, 1);
    fill(m->vol_add, ASSETS, 0);
    fill(m->forward, EXPIRIES, 1);
    *state = m;
    return 0;
}

static int teardown(void **state)
{
    moves *m = *state;
    world_free(m->w);
    free(m);
    return 0;
}

#define MOVE_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

static hpm_market_move all_of(const moves *m)
{
    return (hpm_market_move){m->price, m->forward, m->vol_ratio, m->vol_add, 0};
}

static void move(moves *m, const hpm_market_move *where)
{
    hpm_error error = {0};
    check_ok(hpm_market_moved(&m->moved, &m->w->market, where, &error), &error);
}

static void check_refused(moves *m, const hpm_market_move *where, const char *place,
                          const char *message)
{
    hpm_error error = {0};
    check_error(hpm_market_moved(&m->moved, &m->w->market, where, &error), &error, HPM_E_RANGE,
                place, message);
}

static void check_inputs(const hpm_input *got, const hpm_input *wanted, uint32_t count,
                         const char *what)
{
    if (memcmp(got, wanted, count * sizeof *got) != 0) fail_msg("%s have moved", what);
}

static void check_base(const moves *m)
{
    const hpm_market *base = &m->w->market, *moved = &m->moved;
    check_inputs(moved->asset_price, base->asset_price, ASSETS, "prices");
    check_inputs(moved->mark, base->mark, INSTRUMENTS, "marks");
    check_inputs(moved->vol, base->vol, INSTRUMENTS, "volatilities");
    check_inputs(moved->vol_atm, base->vol_atm, EXPIRIES, "at-the-money volatilities");
    assert_memory_equal(moved->curve, base->curve, EXPIRIES * sizeof *base->curve);
    assert_true(moved->now_ns == base->now_ns && moved->reporting == base->reporting);
}

/* ---- Nowhere ------------------------------------------------------------------------------ */

static void test_size(void **state)
{
    moves *m = *state;
    hpm_arena *arena = &m->w->arena;
    hpm_error error = {0};
    hpm_market other;
    size_t used = arena->used, size = hpm_market_moved_size(&m->w->catalog);
    check_ok(hpm_market_moved_begin(&other, arena, &m->w->market, &error), &error);
    assert_int_equal(arena->used - used, size);
    arena->capacity = arena->used + size - HPM_ALIGNMENT;
    check_error(hpm_market_moved_begin(&other, arena, &m->w->market, &error), &error, HPM_E_MEMORY,
                "moved market", "the arena is too small");
}

/* Nothing of a move stays behind for the next one, and nobody gave the moved market: no hash. */
static void test_nowhere(void **state)
{
    moves *m = *state;
    const hpm_hash none = {{0}};
    hpm_market_move nowhere = {0};
    move(m, NULL);
    check_base(m);
    m->price[BTC] = 1.5;
    m->vol_add[ETH] = 0.25;
    hpm_market_move where = all_of(m);
    where.time_days = 3;
    move(m, &where);
    move(m, &nowhere);
    check_base(m);
    m->price[BTC] = 1;
    m->vol_add[ETH] = 0;
    where.time_days = 0;
    move(m, &where);
    check_base(m);
    assert_memory_equal(&m->moved.hash, &none, sizeof none);
}

/* ---- Prices ------------------------------------------------------------------------------- */

/* BTC doubles: its index, forwards and marks; nothing of any other underlying, no volatility of an
 * option. */
static void test_price(void **state)
{
    moves *m = *state;
    const hpm_market *base = &m->w->market, *moved = &m->moved;
    m->price[BTC] = 2;
    move(m, &(hpm_market_move){.price_ratio = m->price});
    assert_true(moved->asset_price[BTC].value == 200 && moved->asset_price[ETH].value == 10);
    assert_true(moved->curve[BTC_NEAR].forward.value == 200);
    assert_true(moved->curve[BTC_FAR].forward.value == 208);
    assert_true(moved->curve[ETH_NEAR].forward.value == 10);
    for (uint32_t i = 0; i < INSTRUMENTS; i++) {
        const hpm_instrument *row = &m->w->catalog.instruments[i];
        double times = row->underlying == BTC ? 2 : 1;
        if (row->kind != HPM_OPTION)
            assert_true(moved->mark[i].value == times * base->mark[i].value);
    }
    check_inputs(moved->vol, base->vol, INSTRUMENTS, "volatilities");
}

/* The basis of one expiry, on top of its underlying's move; perpetuals and spot have none. */
static void test_forward(void **state)
{
    moves *m = *state;
    m->price[BTC] = 2;
    m->forward[BTC_FAR] = 1.25;
    move(m, &(hpm_market_move){.price_ratio = m->price, .forward_ratio = m->forward});
    assert_true(m->moved.curve[BTC_FAR].forward.value == 260);
    assert_true(m->moved.mark[B_FAR_FUTURE].value == 260);
    assert_true(m->moved.curve[BTC_NEAR].forward.value == 200);
    assert_true(m->moved.mark[B_FUTURE].value == 200);
    assert_true(m->moved.mark[B_PERP].value == 200 && m->moved.mark[B_SPOT].value == 200);
    assert_true(m->moved.asset_price[BTC].value == 200);
}

/* What is observed of an average stands still, and so do rates, confidences and ages. */
static void test_observed_average(void **state)
{
    moves *m = *state;
    m->w->market.curve[BTC_NEAR] = (hpm_curve_point){{100, 0.5, 7}, 0.03, 0.25, 80};
    m->price[BTC] = 2;
    move(m, &(hpm_market_move){.price_ratio = m->price});
    const hpm_curve_point *point = &m->moved.curve[BTC_NEAR];
    assert_true(hpm_curve_settlement_forward(point) == 0.25 * 80 + 0.75 * 200);
    assert_true(point->rate_annual == 0.03);
    assert_true(point->forward.confidence == 0.5 && point->forward.age_s == 7);
}

static void test_absent(void **state)
{
    moves *m = *state;
    m->w->market.asset_price[SOL].value = NAN;
    m->w->market.mark[S_PERP].value = NAN;
    m->w->market.curve[ETH_NEAR].forward.value = NAN;
    m->w->market.vol[E_CALL].value = NAN;
    m->w->market.vol_atm[ETH_NEAR].value = NAN;
    fill(m->price, ASSETS, 2);
    m->price[USD] = 1;
    fill(m->vol_add, ASSETS, 0.1);
    hpm_market_move where = all_of(m);
    move(m, &where);
    assert_true(isnan(m->moved.asset_price[SOL].value) && isnan(m->moved.mark[S_PERP].value));
    assert_true(isnan(m->moved.curve[ETH_NEAR].forward.value));
    assert_true(isnan(m->moved.vol[E_CALL].value) && isnan(m->moved.vol_atm[ETH_NEAR].value));
    assert_true(m->moved.asset_price[ETH].value == 20);
}

/* ---- Volatilities ------------------------------------------------------------------------- */

/* 50 % * 1.5 + 10 points = 85 %; below zero is zero. */
static void test_volatility(void **state)
{
    moves *m = *state;
    m->vol_ratio[BTC] = 1.5;
    m->vol_add[BTC] = 0.1;
    m->vol_add[ETH] = -1;
    hpm_market_move where = all_of(m);
    move(m, &where);
    check_near(m->moved.vol[B_CALL_80].value, 0.85, "call at 80");
    check_near(m->moved.vol[B_PUT_100].value, 0.7, "put at 100");
    check_near(m->moved.vol[B_FAR_CALL].value, 1, "far call");
    check_near(m->moved.vol_atm[BTC_NEAR].value, 0.7, "near, at the money");
    check_near(m->moved.vol_atm[BTC_FAR].value, 1, "far, at the money");
    assert_true(m->moved.vol[E_CALL].value == 0 && m->moved.vol_atm[ETH_NEAR].value == 0);
}

/* The smile stands where it was and the forward walks along it: at 90 the variance is linear in the
 * logarithm of the strike between 0.25 and 0.16; at 80 it is a quote; beyond the quotes it is flat.
 * A shock of the volatilities comes on top. */
static void test_at_the_money(void **state)
{
    moves *m = *state;
    double share = log(90.0 / 80) / log(100.0 / 80);
    double vol_90 = sqrt(0.25 + share * (0.16 - 0.25));
    const struct {
        double price, vol;
    } cases[] = {{0.9, vol_90}, {0.8, 0.5}, {0.5, 0.5}, {1, 0.4}, {3, 0.4}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        m->price[BTC] = cases[i].price;
        m->vol_add[BTC] = 0;
        hpm_market_move where = all_of(m);
        move(m, &where);
        check_near(m->moved.vol_atm[BTC_NEAR].value, cases[i].vol, "at the money");
        check_near(m->moved.vol_atm[BTC_FAR].value, 0.6, "a flat slice");
        m->vol_add[BTC] = 0.05;
        move(m, &where);
        check_near(m->moved.vol_atm[BTC_NEAR].value, cases[i].vol + 0.05, "shocked");
    }
}

/* The basis walks along the smile too. */
static void test_at_the_money_by_forward(void **state)
{
    moves *m = *state;
    m->forward[BTC_NEAR] = 0.8;
    move(m, &(hpm_market_move){.forward_ratio = m->forward});
    check_near(m->moved.vol_atm[BTC_NEAR].value, 0.5, "at the money");
}

/* An expiry without quotes reads its neighbour at the strike over forward of the market that was:
 * 104*0.8 = 83.2 over 104 is 80 over 100. */
static void test_at_the_money_of_a_neighbour(void **state)
{
    moves *m = *state;
    hpm_error error = {0};
    m->w->market.vol[B_FAR_CALL].value = NAN;
    check_ok(hpm_market_finish(&m->w->market, &error), &error);
    check_near(m->w->market.vol_atm[BTC_FAR].value, 0.4, "before");
    m->price[BTC] = 0.8;
    move(m, &(hpm_market_move){.price_ratio = m->price});
    check_near(m->moved.vol_atm[BTC_FAR].value, 0.5, "after");
    assert_true(m->moved.vol[B_FAR_CALL].value == m->w->market.vol[B_FAR_CALL].value);
}

/* A smile stays where it stands, by strike and in time; what is read of it moves. */
static void test_smile(void **state)
{
    moves *m = *state;
    hpm_error error = {0};
    m->w->market.smile[BTC_NEAR].svi = (hpm_svi){0.03, 0.04, -0.5, 0, 0.75};
    check_ok(hpm_market_finish(&m->w->market, &error), &error);
    double before = hpm_market_vol_at(&m->w->market, BTC_NEAR, 80).value;
    m->price[BTC] = 0.8;
    m->vol_ratio[BTC] = 1.5;
    m->vol_add[BTC] = 0.1;
    hpm_market_move where = all_of(m);
    where.time_days = 10;
    move(m, &where);
    check_near(hpm_market_vol_at(&m->moved, BTC_NEAR, 80).value, 1.5 * before + 0.1, "at a strike");
    check_near(m->moved.vol_atm[BTC_NEAR].value, 1.5 * before + 0.1, "at the money");
    m->vol_add[BTC] = -2;
    move(m, &where);
    assert_true(hpm_market_vol_at(&m->moved, BTC_NEAR, 80).value == 0);
    move(m, NULL);
    assert_true(hpm_market_vol_at(&m->moved, BTC_NEAR, 80).value == before);
}

/* A moved market is the market that somebody would have given who saw these prices. */
static void test_like_a_given_market(void **state)
{
    moves *m = *state;
    const world *w = m->w;
    hpm_error error = {0};
    hpm_market given;
    m->price[BTC] = 0.9;
    m->price[ETH] = 1.5;
    move(m, &(hpm_market_move){.price_ratio = m->price});
    check_ok(hpm_market_begin(&given, &m->w->arena, &w->catalog, USD, NOW_NS, &error), &error);
    for (uint32_t a = 0; a < ASSETS; a++)
        given.asset_price[a].value = w->market.asset_price[a].value * m->price[a];
    for (uint32_t e = 0; e < EXPIRIES; e++)
        given.curve[e].forward.value =
            w->market.curve[e].forward.value * m->price[w->catalog.expiries[e].underlying];
    for (uint32_t i = 0; i < INSTRUMENTS; i++) {
        given.mark[i].value =
            w->market.mark[i].value * m->price[w->catalog.instruments[i].underlying];
        given.vol[i] = w->market.vol[i];
    }
    check_ok(hpm_market_finish(&given, &error), &error);
    check_inputs(m->moved.asset_price, given.asset_price, ASSETS, "prices");
    check_inputs(m->moved.vol_atm, given.vol_atm, EXPIRIES, "at-the-money volatilities");
    assert_memory_equal(m->moved.curve, given.curve, EXPIRIES * sizeof *given.curve);
    for (uint32_t i = 0; i < INSTRUMENTS; i++)
        assert_true(m->moved.mark[i].value == given.mark[i].value || isnan(given.mark[i].value));
}

/* ---- Time --------------------------------------------------------------------------------- */

static void test_time(void **state)
{
    moves *m = *state;
    move(m, &(hpm_market_move){.time_days = 36.5});
    assert_true(m->moved.now_ns == NOW_NS + 73 * HPM_DAY_NS / 2);
    assert_true(hpm_market_tau_years(&m->moved, NEAR_NS) == 0.1);
    check_inputs(m->moved.vol, m->w->market.vol, INSTRUMENTS, "volatilities");
    check_inputs(m->moved.vol_atm, m->w->market.vol_atm, EXPIRIES, "at-the-money volatilities");
    move(m, &(hpm_market_move){.time_days = 73});
    assert_true(m->moved.now_ns == NEAR_NS);
    move(m, &(hpm_market_move){.time_days = 36500});
    assert_true(m->moved.now_ns == NOW_NS + 36500 * HPM_DAY_NS);
}

/* ---- Refusals ----------------------------------------------------------------------------- */

static void test_refused_prices(void **state)
{
    static const struct {
        double ratio;
        const char *message;
    } cases[] = {
        {0, "a price moves outside (0, 1e15] (times 0)"},
        {-1, "a price moves outside (0, 1e15] (times -1)"},
        {1e14, "a price moves outside (0, 1e15] (times 1e+14)"},
        {INFINITY, "a price moves outside (0, 1e15] (times inf)"},
        {NAN, "a price moves outside (0, 1e15] (times nan)"},
    };
    moves *m = *state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        m->price[BTC] = cases[i].ratio;
        check_refused(m, &(hpm_market_move){.price_ratio = m->price}, "BTC", cases[i].message);
        m->forward[BTC_FAR] = cases[i].ratio;
        check_refused(m, &(hpm_market_move){.forward_ratio = m->forward}, "BTC", cases[i].message);
    }
    m->price[BTC] = 1;
    m->price[USD] = 1.5;
    check_refused(m, &(hpm_market_move){.price_ratio = m->price}, "USD",
                  "the reporting asset is worth 1 by definition (1.5)");
    m->price[USD] = 1;
    m->w->market.mark[B_PERP].value = 1e15;
    m->price[BTC] = 2;
    check_refused(m, &(hpm_market_move){.price_ratio = m->price}, "b:perp",
                  "a price moves outside (0, 1e15] (times 2)");
}

static void test_refused_volatilities(void **state)
{
    moves *m = *state;
    m->vol_add[BTC] = 1e5;
    check_refused(m, &(hpm_market_move){.vol_add = m->vol_add}, "BTC",
                  "a volatility moves outside [0, 1e5] (100000)");
    m->vol_add[BTC] = NAN;
    check_refused(m, &(hpm_market_move){.vol_add = m->vol_add}, "BTC",
                  "a volatility moves outside [0, 1e5] (nan)");
    m->vol_ratio[ETH] = 126000;
    check_refused(m, &(hpm_market_move){.vol_ratio = m->vol_ratio}, "ETH",
                  "a volatility moves outside [0, 1e5] (100800)");
    /* No expiry has an at-the-money volatility, and the far call's own leaves the range. */
    m->vol_add[BTC] = 0;
    m->vol_ratio[ETH] = 1;
    m->vol_ratio[BTC] = 200000;
    m->w->market.curve[BTC_FAR].forward.value = NAN;
    m->w->market.curve[BTC_NEAR].forward.value = NAN;
    m->w->market.vol_atm[BTC_FAR].value = m->w->market.vol_atm[BTC_NEAR].value = NAN;
    check_refused(m, &(hpm_market_move){.vol_ratio = m->vol_ratio}, "b:far:call",
                  "a volatility moves outside [0, 1e5] (120000)");
    m->vol_ratio[BTC] = -0.5;
    check_refused(m, &(hpm_market_move){.vol_ratio = m->vol_ratio}, "BTC",
                  "volatilities times a number below 0 (-0.5)");
    m->vol_ratio[BTC] = NAN;
    check_refused(m, &(hpm_market_move){.vol_ratio = m->vol_ratio}, "BTC",
                  "volatilities times a number below 0 (nan)");
}

static void test_refused_times(void **state)
{
    moves *m = *state;
    check_refused(m, &(hpm_market_move){.time_days = -1}, "time_days", "outside [0, 36500] (-1)");
    check_refused(m, &(hpm_market_move){.time_days = 36501}, "time_days",
                  "outside [0, 36500] (36501)");
    check_refused(m, &(hpm_market_move){.time_days = NAN}, "time_days", "outside [0, 36500] (nan)");
    m->w->market.now_ns = INT64_MAX - HPM_DAY_NS;
    check_refused(m, &(hpm_market_move){.time_days = 2}, "time_days", "beyond the last time (2)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        MOVE_TEST(test_size),
        MOVE_TEST(test_nowhere),
        MOVE_TEST(test_price),
        MOVE_TEST(test_forward),
        MOVE_TEST(test_observed_average),
        MOVE_TEST(test_absent),
        MOVE_TEST(test_volatility),
        MOVE_TEST(test_at_the_money),
        MOVE_TEST(test_at_the_money_by_forward),
        MOVE_TEST(test_at_the_money_of_a_neighbour),
        MOVE_TEST(test_smile),
        MOVE_TEST(test_like_a_given_market),
        MOVE_TEST(test_time),
        MOVE_TEST(test_refused_prices),
        MOVE_TEST(test_refused_volatilities),
        MOVE_TEST(test_refused_times),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
