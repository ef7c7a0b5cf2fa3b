/* Tests of src/assess/limit_size.c: the largest trade by hand, against the account that it would
 * make, and at the ends. BTC stands at 100 and needs 25 a coin; lots are a tenth. */
#include "limit_fixture.h"

static hpm_limit_size trade(fixed *f, uint32_t instrument, int side)
{
    hpm_limit_size size;
    hpm_limits_trade(&f->limits, &size, instrument, side);
    assert_int_equal(size.instrument, instrument);
    assert_int_equal(size.side, side);
    assert_int_equal(size.quantity.e8, size.lots * HPM_E8 / 10);
    return size;
}

/* What the account's margin is after a trade, from an account of its own and an array of its own.
 */
static hpm_limit_point traded(fixed *f, uint32_t instrument, int64_t lots)
{
    world *w = f->w;
    hpm_arena *arena = &w->arena;
    const size_t used = arena->used;
    const hpm_order order = {
        .instrument = instrument, .quantity = {lots * HPM_E8 / 10}, .price = NAN};
    hpm_account *account;
    hpm_portfolio portfolio;
    hpm_totals totals;
    hpm_risk_array array;
    hpm_margin margin;
    hpm_error error = {0};
    check_ok(hpm_risk_array_init(&array, arena, &w->catalog, &w->rulebook, &error), &error);
    check_ok(hpm_risk_array_begin(&array, &w->market, &error), &error);
    hpm_risk_array_fill(&w->context, &array, 0, INSTRUMENTS);
    check_ok(hpm_account_traded(&account, arena, &array, w->account, &order, lots != 0, &error),
             &error);
    check_ok(hpm_portfolio_init(&portfolio, arena, account, &array, &error), &error);
    check_ok(hpm_totals_init(&totals, arena, &array, &portfolio, &error), &error);
    check_ok(hpm_totals_apply(&w->context, &totals, &array, &portfolio, &error), &error);
    check_ok(hpm_margin_evaluate(&margin, arena, &array, &portfolio, &totals, &error), &error);
    arena->used = used;
    return (hpm_limit_point){HPM_OK, margin.equity, margin.initial};
}

static void check_same(const hpm_limit_point *got, const hpm_limit_point *wanted)
{
    assert_int_equal(got->status, wanted->status);
    assert_int_equal(got->equity.e8, wanted->equity.e8);
    assert_int_equal(got->requirement.e8, wanted->requirement.e8);
}

/* The figures at the answer and one lot beyond are those of the accounts that the trades make. */
static void check_verified(fixed *f, const hpm_limit_size *size)
{
    hpm_limit_point at = traded(f, size->instrument, size->side * size->lots);
    check_same(&size->at, &at);
    if (size->kind != HPM_LIMIT_FOUND) return;
    hpm_limit_point next = traded(f, size->instrument, size->side * (size->lots + 1));
    check_same(&size->next, &next);
    assert_true(!passes(&next));
}

static void check_size(fixed *f, uint32_t instrument, int side, double contracts)
{
    hpm_limit_size size = trade(f, instrument, side);
    if (size.kind != HPM_LIMIT_FOUND || size.lots != llround(contracts * 10))
        fail_msg("%s: kind %d, %lld lots instead of %g contracts",
                 world_instruments[instrument].name, size.kind, (long long)size.lots, contracts);
    check_verified(f, &size);
}

/* ---- By hand ------------------------------------------------------------------------------ */

/* 410 of cash and 10 perpetuals: 16.4 may be held either way. */
static void test_future(void **state)
{
    fixed *f = *state;
    world_balance(f->w, USD, 410.1);
    world_hold(f->w, B_PERP, 10)->entry_price = 100;
    fixed_init(f);
    check_size(f, B_PERP, 1, 6.4);
    check_size(f, B_PERP, -1, 26.4);
    check_size(f, B_FUTURE, 1, 6.4);
    check_size(f, B_FUTURE, -1, 26.4);
    assert_true(trade(f, B_PERP, 1).price == 100);
}

/* Of 10 USD each: 0.1 coins that lose 1/3 of their number at 75 and are worth 75 then. */
static void test_inverse_future(void **state)
{
    fixed *f = *state;
    world_balance(f->w, USD, 100.1);
    fixed_init(f);
    /* Bought: 10/100 - 10/75 coins at 75, 2.5 USD a contract. Sold: 10/125 - 10/100 at 125. */
    check_size(f, B_COIN_PERP, 1, 40);
    check_size(f, B_COIN_PERP, -1, 40);
}

/* A call at 80 without volatility is worth 20; at 75 nothing. Bought it is paid for with all the
 * cash there is; sold it loses 25 at 125. */
static void test_option(void **state)
{
    fixed *f = *state;
    world_balance(f->w, USD, 100.1);
    fixed_init(f);
    check_size(f, B_CALL_80, 1, 5);
    check_size(f, B_CALL_80, -1, 4);
    hpm_limit_size size = trade(f, B_CALL_80, 1);
    check_near(size.price, 20, "price");
    assert_true(passes(&size.at) && size.at.equity.e8 == size.next.equity.e8);
}

/* A spot pair exchanges balances. With a surcharge of an eighth on what is owed: 25 k +
 * (100 k - 100)/8 <= 100 up to 3. Sold, coins are owed: 25 k + 100 k/8 <= 100 up to 2.66. */
static void test_spot(void **state)
{
    fixed *f = *state;
    f->w->collateral[USD].liability_surcharge = f->w->collateral[BTC].liability_surcharge = 0.125;
    world_balance(f->w, USD, 100.001);
    fixed_init(f);
    check_size(f, B_SPOT, 1, 3);
    check_size(f, B_SPOT, -1, 2.6);
}

/* 20 of equity under 250: only what does not make the shortfall larger passes. Sold, the position
 * turns until it needs as much again. */
static void test_below_margin(void **state)
{
    fixed *f = *state;
    world_balance(f->w, USD, 20);
    world_hold(f->w, B_PERP, 10);
    fixed_init(f);
    hpm_limit_size size = trade(f, B_PERP, 1);
    assert_int_equal(size.kind, HPM_LIMIT_FOUND);
    assert_int_equal(size.lots, 0);
    check_point(&size.at, 20, 250);
    check_point(&size.next, 20, 252.5);
    size = trade(f, B_PERP, -1);
    assert_int_equal(size.lots, 200);
    check_point(&size.at, 20, 250);
    check_point(&size.next, 20, 252.5);
    /* A put at 100 that is sold adds to the loss at 75. */
    assert_int_equal(trade(f, B_PUT_100, -1).lots, 0);
}

/* A short call at 100 loses 25 at 125. Half a perpetual needs less than none, then they need 25
 * each at 75; sold they add to the loss. */
static void test_hedge(void **state)
{
    fixed *f = *state;
    world_balance(f->w, USD, 110.1);
    world_hold(f->w, B_CALL_100, -1);
    fixed_init(f);
    hpm_limit_size size = trade(f, B_PERP, 1);
    check_point(&size.at, 110.1, 110);
    check_size(f, B_PERP, 1, 4.4);
    check_size(f, B_PERP, -1, 3.4);
}

/* ---- Ends --------------------------------------------------------------------------------- */

/* A put on an account that is long: it passes however many are bought, as far as is looked. What
 * was asked before does not show in what is asked after. */
static void test_boundless(void **state)
{
    fixed *f = *state;
    world_balance(f->w, USD, 410);
    world_hold(f->w, B_PERP, 10)->entry_price = 100;
    world_hold(f->w, B_PUT_100, 1);
    fixed_init(f);
    hpm_limit_size before = trade(f, B_PERP, 1);
    hpm_limit_size size = trade(f, B_PUT_100, 1);
    assert_int_equal(size.kind, HPM_LIMIT_BOUNDLESS);
    assert_int_equal(size.lots, INT64_C(10) * HPM_LIMIT_CONTRACTS_MAX);
    check_verified(f, &size);
    assert_non_null(f->limits.totals.ticks); /* large totals are small again */
    hpm_limit_size after = trade(f, B_PERP, 1);
    assert_int_equal(after.lots, before.lots);
    check_same(&after.at, &before.at);
    check_same(&after.next, &before.next);
}

/* All that is looked at passes; then coins are dear, the requirement of the first size that the
 * search goes out to is beyond money, and such a size does not pass. */
static void test_too_large(void **state)
{
    fixed *f = *state;
    world_balance(f->w, USD, 9.2e10);
    fixed_init(f);
    hpm_limit_size size = trade(f, B_PERP, 1);
    assert_int_equal(size.kind, HPM_LIMIT_BOUNDLESS);
    f = fixed_again(state);
    f->w->market.asset_price[BTC].value = f->w->market.mark[B_PERP].value = 1e6;
    world_balance(f->w, USD, 9.22e10);
    fixed_init(f);
    size = trade(f, B_PERP, 1);
    assert_int_equal(size.kind, HPM_LIMIT_FOUND);
    assert_int_equal(size.next.status, HPM_OK);
    assert_int_equal(size.lots, 3688000);
}

static void check_unavailable(fixed *f, uint32_t instrument, hpm_status status, const char *where)
{
    hpm_limit_size size = trade(f, instrument, 1);
    assert_int_equal(size.kind, HPM_LIMIT_UNAVAILABLE);
    assert_int_equal(size.why.status, status);
    assert_string_equal(size.why.where, where);
    assert_int_equal(size.lots, 0);
}

static void test_unavailable(void **state)
{
    fixed *f = *state;
    hpm_market *market = &f->w->market;
    f->w->rulebook.underlyings_max = 1;
    f->w->rulebook.age_soft_s = f->w->rulebook.age_hard_s = 100;
    market->mark[B_FUTURE].value = market->mark[B_SPOT].value = NAN;
    market->mark[B_FAR_FUTURE].age_s = 101;
    market->curve[BTC_NEAR].forward.value = NAN;
    world_balance(f->w, USD, 100);
    world_hold(f->w, B_PERP, 1);
    fixed_init(f);
    check_unavailable(f, B_FUTURE, HPM_E_MISSING_PRICE, "b:future");
    check_unavailable(f, B_SPOT, HPM_E_MISSING_PRICE, "b:spot");
    check_unavailable(f, B_CALL_80, HPM_E_MISSING_PRICE, "b:call:80");
    check_unavailable(f, B_FAR_FUTURE, HPM_E_STALE, "b:far:future");
    check_unavailable(f, E_PERP, HPM_E_UNSUPPORTED, "acc");
    check_size(f, B_PERP, 1, 3);
}

/* Every instrument on both sides, on an account of everything: the figures are those of the
 * accounts that the trades make, and every smaller trade passes. */
static void test_all(void **state)
{
    fixed *f = *state;
    world_balance(f->w, USD, 700);
    world_balance(f->w, BTC, 3);
    for (uint32_t i = 0; i < INSTRUMENTS; i += 2)
        world_hold(f->w, i, i % 4 == 0 ? 1.5 : -1)->entry_price =
            world_instruments[i].kind == HPM_SPOT ? NAN : 90;
    fixed_init(f);
    for (uint32_t i = 0; i < INSTRUMENTS; i++)
        for (int side = -1; side <= 1; side += 2) {
            hpm_limit_size size = trade(f, i, side);
            if (size.kind == HPM_LIMIT_UNAVAILABLE) fail_msg("%s", size.why.message);
            check_verified(f, &size);
            for (int64_t lots = 0; lots < size.lots; lots += 1 + lots / 7) {
                hpm_limit_point point = traded(f, i, side * lots);
                assert_true(passes(&point));
            }
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXED_TEST(test_future),    FIXED_TEST(test_inverse_future), FIXED_TEST(test_option),
        FIXED_TEST(test_spot),      FIXED_TEST(test_below_margin),   FIXED_TEST(test_hedge),
        FIXED_TEST(test_boundless), FIXED_TEST(test_too_large),      FIXED_TEST(test_unavailable),
        FIXED_TEST(test_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
