/* Tests of src/margin/degraded.c: which inputs of an account are not fully trusted, each once. */
#include "small_world.h"

static void begin(world *w)
{
    world_component(w, "haircut", HPM_COMPONENT_HAIRCUT);
    w->rulebook.age_soft_s = 20;
    w->rulebook.age_hard_s = 100;
}

static void check_row(const hpm_degraded *row, hpm_degraded_kind kind, uint32_t id,
                      double confidence, double age_s, double effective)
{
    assert_int_equal(row->kind, kind);
    assert_int_equal(row->id, id);
    check_near(row->confidence, confidence, "confidence");
    check_near(row->age_s, age_s, "age");
    check_near(row->effective, effective, "effective");
}

static uint32_t list(world *w, hpm_degraded *rows, uint32_t capacity)
{
    world_run(w);
    return hpm_margin_degraded(rows, capacity, &w->array, &w->portfolio);
}

static void test_all_trusted(void **state)
{
    world *w = *state;
    begin(w);
    w->market.mark[B_PERP].age_s = 20;           /* the soft limit itself */
    w->market.mark[B_PERP_UST].confidence = 0.5; /* not held */
    world_hold(w, B_PERP, 1);
    world_hold(w, B_CALL_80, 1);
    world_balance(w, BTC, 1);
    assert_int_equal(list(w, NULL, 0), 0);
}

/* Every kind of input, doubted all at once: prices by asset, expiries with options, instruments. */
static void doubt_everything(world *w)
{
    for (uint32_t a = 0; a < ASSETS; a++)
        w->market.asset_price[a].confidence = 0.9;
    for (uint32_t e = 0; e < EXPIRIES; e++)
        w->market.curve[e].forward.confidence = 0.8;
    for (uint32_t i = 0; i < INSTRUMENTS; i++) {
        w->market.mark[i].confidence = 0.7;
        w->market.vol[i].age_s = 60; /* halfway to the hard limit */
    }
}

/* BTC is underlying, settlement asset and balance: once. A future needs no forward; two options in
 * two settlement assets of one expiry need it once. */
static void test_each_once(void **state)
{
    world *w = *state;
    hpm_degraded rows[16];
    begin(w);
    doubt_everything(w);
    world_hold(w, B_COIN_CALL, 1);
    world_hold(w, B_CALL_80, 1);
    world_hold(w, B_FAR_FUTURE, 1);
    world_balance(w, BTC, 1);
    assert_int_equal(list(w, rows, 16), 7);
    check_row(&rows[0], HPM_DEGRADED_PRICE, BTC, 0.9, 0, 0.9);
    check_row(&rows[1], HPM_DEGRADED_PRICE, USD, 0.9, 0, 0.9);
    check_row(&rows[2], HPM_DEGRADED_FORWARD, BTC_NEAR, 0.8, 0, 0.8);
    check_row(&rows[3], HPM_DEGRADED_VOL_ATM, BTC_NEAR, 1, 60, 0.5);
    check_row(&rows[4], HPM_DEGRADED_VOL, B_COIN_CALL, 1, 60, 0.5);
    check_row(&rows[5], HPM_DEGRADED_VOL, B_CALL_80, 1, 60, 0.5);
    check_row(&rows[6], HPM_DEGRADED_MARK, B_FAR_FUTURE, 0.7, 0, 0.7);
}

/* Prices that amounts are counted at: of balances, of declared amounts, of the numeraire, of a peg.
 */
static void test_prices(void **state)
{
    world *w = *state;
    hpm_degraded rows[16];
    begin(w);
    doubt_everything(w);
    strcpy(w->rulebook.numeraire, "UST");
    hpm_component *scale = world_component(w, "scaled", HPM_COMPONENT_SCALE);
    strcpy(scale->rule.scale.of, w->components[0].name);
    strcpy(scale->rule.scale.peg_asset, "BTC");
    world_declare(w, "x", ETH, 1);
    world_balance(w, SOL, 0);
    assert_int_equal(list(w, rows, 16), 4);
    check_row(&rows[0], HPM_DEGRADED_PRICE, BTC, 0.9, 0, 0.9);
    check_row(&rows[1], HPM_DEGRADED_PRICE, ETH, 0.9, 0, 0.9);
    check_row(&rows[2], HPM_DEGRADED_PRICE, SOL, 0.9, 0, 0.9);
    check_row(&rows[3], HPM_DEGRADED_PRICE, UST, 0.9, 0, 0.9);
}

/* The number does not depend on how many rows fit; what fits is the first of them. */
static void test_capacity(void **state)
{
    for (uint32_t capacity = 0; capacity <= 7; capacity++) {
        world *w = world_again(state);
        hpm_degraded rows[8] = {{0}};
        begin(w);
        doubt_everything(w);
        world_hold(w, B_COIN_CALL, 1);
        world_hold(w, B_PERP, 1);
        world_balance(w, BTC, 1);
        world_balance(w, USD, 1);
        assert_int_equal(list(w, rows, capacity), 6);
        assert_true(capacity >= 7 || rows[capacity].effective == 0);
        if (capacity > 0) check_row(&rows[0], HPM_DEGRADED_PRICE, BTC, 0.9, 0, 0.9);
        if (capacity > 5) check_row(&rows[5], HPM_DEGRADED_VOL, B_COIN_CALL, 1, 60, 0.5);
    }
}

/* Beyond the hard limit trust is -1; the list says so where the margin refuses. */
static void test_beyond_the_hard_limit(void **state)
{
    world *w = *state;
    hpm_degraded row;
    hpm_error error = {0};
    begin(w);
    w->market.mark[B_PERP].age_s = 101;
    world_hold(w, B_PERP, 1);
    world_price(w);
    check_ok(world_arrange(w, &error), &error);
    assert_int_equal(hpm_margin_degraded(&row, 1, &w->array, &w->portfolio), 1);
    check_row(&row, HPM_DEGRADED_MARK, B_PERP, 1, 101, -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_all_trusted),
        WORLD_TEST(test_each_once),
        WORLD_TEST(test_prices),
        WORLD_TEST(test_capacity),
        WORLD_TEST(test_beyond_the_hard_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
