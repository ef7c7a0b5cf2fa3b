/* Tests of src/risk/trade.c: what one fill changes, and the account after a package. The world's
 * BTC stands at 100, a call at 80 is worth 20 USD, or 0.2 BTC. */
#include "small_world.h"

#include "hpm/trade.h"

static double prices[] = {-0.2, 0.2}, vols[] = {0};

/* An account from the world's rows; trades are filled on it. */
static void begin(world *w)
{
    hpm_error error = {0};
    world_grid(w, "grid", prices, 2, vols, 1);
    world_component(w, "haircut", HPM_COMPONENT_HAIRCUT);
    world_price(w);
    check_ok(world_arrange(w, &error), &error);
}

static hpm_order trade(uint32_t instrument, double contracts, double price, double fee)
{
    return (hpm_order){"", instrument, {e8_of(contracts)}, price, {e8_of(fee)}};
}

/* ---- One fill ----------------------------------------------------------------------------- */

static void check_fill(world *w, hpm_order order, hpm_fill wanted)
{
    hpm_error error = {0};
    hpm_fill fill;
    check_ok(hpm_fill_of(&fill, &w->array, &order, &error), &error);
    assert_int_equal(fill.instrument, order.instrument);
    assert_int_equal(fill.lots, wanted.lots);
    check_near(fill.price, wanted.price, "price");
    check_near(fill.gain, wanted.gain, "gain");
    check_near(fill.value, wanted.value, "value");
    assert_int_equal(fill.cash.e8, wanted.cash.e8);
    assert_int_equal(fill.delivered.e8, wanted.delivered.e8);
}

#define CASH(amount) .cash = {e8_of(amount)}

static void test_fill(void **state)
{
    world *w = *state;
    begin(w);
    check_fill(w, trade(B_CALL_80, 2, NAN, 0),
               (hpm_fill){.lots = 20, .price = 20, .value = 40, CASH(-40)});
    check_fill(w, trade(B_CALL_80, 2, 25, 0.5),
               (hpm_fill){.lots = 20, .price = 25, .value = 40, CASH(-50.5)});
    check_fill(w, trade(B_COIN_CALL, -3, NAN, 0),
               (hpm_fill){.lots = -30, .price = 0.2, .value = -0.6, CASH(0.6)});
    check_fill(w, trade(B_COIN_CALL, -3, 0.25, 0.01),
               (hpm_fill){.lots = -30, .price = 0.25, .value = -0.6, CASH(0.74)});
    check_fill(w, trade(B_FUTURE, 3, 90, 0), (hpm_fill){.lots = 30, .price = 90, .gain = 30});
    check_fill(w, trade(B_PERP, -3, NAN, 1), (hpm_fill){.lots = -30, .price = 100, CASH(-1)});
    /* 50 USD at 80 instead of 100: 50/80 - 50/100 coins. */
    check_fill(w, trade(B_COIN_PERP, 5, 80, 0), (hpm_fill){.lots = 50, .price = 80, .gain = 0.125});
    check_fill(w, trade(B_SPOT, 2, 99, 1),
               (hpm_fill){.price = 99, CASH(-199), .delivered = {e8_of(2)}});
    check_fill(w, trade(B_SPOT, -2, NAN, 0),
               (hpm_fill){.price = 100, CASH(200), .delivered = {e8_of(-2)}});
}

static void check_refused(world *w, hpm_order order, hpm_status wanted, const char *where,
                          const char *message)
{
    hpm_error error = {0};
    hpm_fill fill;
    check_error(hpm_fill_of(&fill, &w->array, &order, &error), &error, wanted, where, message);
}

static void test_fill_refused(void **state)
{
    world *w = *state;
    w->market.mark[B_SPOT].value = NAN;
    w->market.mark[E_PERP].value = NAN;
    begin(w);
    check_refused(w, trade(B_SPOT, 1, NAN, 0), HPM_E_MISSING_PRICE, "b:spot",
                  "the market has no mark for it and the trade states no price");
    check_refused(w, trade(E_PERP, 1, 10, 0), HPM_E_MISSING_PRICE, "e:perp",
                  "the market has no price, forward or volatility for it");
    check_refused(w, trade(B_CALL_80, 9e9, 9e14, 0), HPM_E_OVERFLOW, "b:call:80",
                  "the trade's cash is too large (-8.1e+24)");
    check_refused(w, trade(B_PERP, -9e9, 9e14, 0), HPM_E_OVERFLOW, "b:perp",
                  "the trade's gain is too large (8.1e+24)");
    /* A stated price is enough to exchange. */
    check_fill(w, trade(B_SPOT, 1, 99, 0),
               (hpm_fill){.price = 99, CASH(-99), .delivered = {e8_of(1)}});
}

/* ---- The account -------------------------------------------------------------------------- */

static hpm_account *traded(world *w, const hpm_order *trades, uint32_t count)
{
    hpm_error error = {0};
    hpm_account *after;
    size_t size = hpm_account_traded_size(&w->array, w->account, count);
    hpm_arena exact = {fixture_take(1, size), size, 0};
    check_ok(hpm_account_traded(&after, &exact, &w->array, w->account, trades, count, &error),
             &error);
    size = hpm_account_size(after->balance_count, after->position_count, after->declared_count);
    hpm_account *kept = memcpy(fixture_take(1, size), after, size);
    free(exact.base);
    return kept;
}

/* One position and what it should have become; quantity 0 and accrued 0: it is gone. */
static void check_position(world *w, hpm_order order, double quantity, double entry, double accrued)
{
    hpm_account *after = traded(w, &order, 1);
    const hpm_position *position = hpm_account_positions(after);
    if (quantity == 0 && accrued == 0) {
        assert_int_equal(after->position_count, 0);
    } else {
        assert_int_equal(after->position_count, 1);
        assert_int_equal(position->quantity.e8, e8_of(quantity));
        assert_int_equal(position->funding.e8, e8_of(accrued));
        if (quantity != 0 && !isnan(entry)) check_near(position->entry_price, entry, "entry");
        if (isnan(entry)) assert_true(isnan(position->entry_price));
    }
    free(after);
}

static world *holding(void **state, uint32_t instrument, double contracts, double entry)
{
    world *w = world_again(state);
    world_hold(w, instrument, contracts)->entry_price = entry;
    begin(w);
    return w;
}

static void test_future(void **state)
{
    world *w = holding(state, B_FUTURE, 0, NAN);
    check_position(w, trade(B_FUTURE, 2, 90, 0), 2, 90, 0);
    w = holding(state, B_FUTURE, 2, 80);
    check_position(w, trade(B_FUTURE, 2, 100, 0), 4, 90, 0);
    check_position(w, trade(B_FUTURE, 6, 96, 0), 8, 92, 0);
    check_position(w, trade(B_FUTURE, -0.5, 110, 0), 1.5, 80, 15);
    check_position(w, trade(B_FUTURE, -2, 110, 0), 0, 80, 60);
    check_position(w, trade(B_FUTURE, -2, 80, 0), 0, 80, 0);
    check_position(w, trade(B_FUTURE, -5, 110, 0), -3, 110, 60);
    w = holding(state, B_FUTURE, -2, 80);
    check_position(w, trade(B_FUTURE, -2, 100, 0), -4, 90, 0);
    check_position(w, trade(B_FUTURE, 1, 110, 0), -1, 80, -30);
    check_position(w, trade(B_FUTURE, 3, 70, 0), 1, 70, 20);
}

/* 10 USD a contract. Entries average harmonically: 1/96 = (1/80 + 1/120)/2. */
static void test_inverse(void **state)
{
    world *w = holding(state, B_COIN_PERP, 1, 80);
    check_position(w, trade(B_COIN_PERP, 1, 120, 0), 2, 96, 0);
    check_position(w, trade(B_COIN_PERP, -1, 100, 0), 0, 80, 10.0 / 80 - 10.0 / 100);
    check_position(w, trade(B_COIN_PERP, -3, 100, 0), -2, 100, 10.0 / 80 - 10.0 / 100);
}

static void test_settled_to_the_mark(void **state)
{
    world *w = holding(state, B_PERP, 2, NAN);
    check_position(w, trade(B_PERP, 1, 90, 0), 3, NAN, 10);
    check_position(w, trade(B_PERP, -2, 90, 0), 0, NAN, -20);
    check_position(w, trade(B_PERP, -2, NAN, 0), 0, NAN, 0);
}

static void check_balance(const hpm_account *account, uint32_t row, uint32_t asset, double amount)
{
    const hpm_balance *balances = hpm_account_balances(account);
    assert_true(row < account->balance_count);
    assert_int_equal(balances[row].asset, asset);
    assert_int_equal(balances[row].amount.e8, e8_of(amount));
}

/* A package: leg after leg, each leg's cash where it belongs, what came to nothing gone. */
static void test_package(void **state)
{
    world *w = *state;
    const hpm_order trades[] = {
        trade(B_CALL_80, 2, 21, 0.25), trade(B_PUT_100, -1, 3, 0),  trade(B_COIN_CALL, 1, NAN, 0),
        trade(B_SPOT, -1, 99, 0),      trade(B_FUTURE, 1, 90, 0.5), trade(B_FUTURE, 1, 94, 0),
        trade(E_PERP, -4, 11, 0),
    };
    world_balance(w, BTC, 1);
    world_balance(w, USD, 1000);
    world_balance(w, UST, 0);
    world_hold(w, E_PERP, 4)->entry_price = 11;
    world_hold(w, B_PUT_100, 1);
    world_declare(w, "mmp", USD, 7);
    begin(w);
    hpm_account *after = traded(w, trades, COUNT_OF(trades));
    const hpm_position *positions = hpm_account_positions(after);
    assert_string_equal(after->id, "acc");
    assert_int_equal(after->declared_count, 1);
    assert_int_equal(hpm_account_declared(after)->amount.e8, e8_of(7));
    assert_int_equal(after->position_count, 3);
    assert_int_equal(positions[0].instrument, B_CALL_80);
    assert_int_equal(positions[1].instrument, B_COIN_CALL);
    assert_int_equal(positions[2].instrument, B_FUTURE);
    check_near(positions[2].entry_price, 92, "entry");
    /* BTC: 1 - 0.2 premium - 1 sold. USD: 1000 - 42 - 0.25 + 3 + 99 - 0.5. */
    check_balance(after, 0, BTC, -0.2);
    check_balance(after, 1, USD, 1059.25);
    check_balance(after, 2, UST, 0);
    assert_int_equal(after->balance_count, 3);
    free(after);
}

static double equity_of(world *w, const hpm_account *account)
{
    hpm_error error = {0};
    size_t used = w->arena.used;
    check_ok(hpm_portfolio_init(&w->portfolio, &w->arena, account, &w->array, &error), &error);
    check_ok(hpm_totals_init(&w->totals, &w->arena, &w->array, &w->portfolio, &error), &error);
    check_ok(hpm_totals_apply(&w->context, &w->totals, &w->array, &w->portfolio, &error), &error);
    check_ok(world_expose(w, &error), &error);
    w->arena.used = used;
    return w->exposure.equity;
}

/* At the mark a trade in anything leaves equity as it is; a fee goes. Elsewhere it gains what a
 * fill says. */
static void test_equity(void **state)
{
    for (uint32_t i = 0; i < INSTRUMENTS; i++)
        for (int side = -1; side <= 1; side += 2) {
            world *w = world_again(state);
            world_balance(w, USD, 500);
            world_hold(w, i, 1.5)->entry_price = world_instruments[i].kind == HPM_SPOT ? NAN : 90;
            begin(w);
            double before = equity_of(w, w->account),
                   unit = world_prices[world_instruments[i].settlement];
            hpm_order order = trade(i, side * 2.5, NAN, 0);
            hpm_account *after = traded(w, &order, 1);
            if (!(fabs(equity_of(w, after) - before) <= 0.6e-8 * unit + 1e-12 * before))
                fail_msg("%s: %.12g became %.12g", world_instruments[i].name, before,
                         equity_of(w, after));
            free(after);
            order.price = world_instruments[i].kind == HPM_OPTION ? 0.125 : 87.5;
            order.fee.e8 = e8_of(0.25);
            hpm_fill fill;
            hpm_error error = {0};
            check_ok(hpm_fill_of(&fill, &w->array, &order, &error), &error);
            double gain =
                (fill.gain + fill.value + hpm_e8_to_double(fill.cash.e8)) * unit +
                hpm_e8_to_double(fill.delivered.e8) * world_prices[world_instruments[i].underlying];
            after = traded(w, &order, 1);
            if (!(fabs(equity_of(w, after) - before - gain) <= 0.6e-8 * unit + 1e-12 * before))
                fail_msg("%s: gains %.12g instead of %.12g", world_instruments[i].name,
                         equity_of(w, after) - before, gain);
            free(after);
        }
}

static void test_errors(void **state)
{
    world *w = *state;
    hpm_error error = {0};
    hpm_account *after;
    world_balance(w, USD, 9e10);
    world_hold(w, B_PERP, 9e10)->entry_price = 1e12;
    begin(w);
    size_t size = hpm_account_traded_size(&w->array, w->account, 1);
    hpm_arena arena = {fixture_take(1, size), size, 0};
    const struct {
        hpm_order order;
        const char *where, *message;
    } cases[] = {
        {trade(B_CALL_80, -5e8, NAN, 0), "USD", "the balance after the trade is too large"},
        {trade(B_PERP, 9e9, NAN, 0), "b:perp", "the position after the trade is too large"},
        {trade(B_PERP, -9e9, NAN, 0), "b:perp", "the gain that the trade realises is too large"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        arena.used = 0;
        check_error(
            hpm_account_traded(&after, &arena, &w->array, w->account, &cases[i].order, 1, &error),
            &error, HPM_E_OVERFLOW, cases[i].where, cases[i].message);
    }
    arena.used = 0;
    arena.capacity -= 1;
    check_error(
        hpm_account_traded(&after, &arena, &w->array, w->account, &cases[0].order, 1, &error),
        &error, HPM_E_MEMORY, "acc", "the arena is too small");
    free(arena.base);
}

static void test_widened(void **state)
{
    world *w = *state;
    const hpm_order orders[] = {trade(B_SPOT, 1, 99, 0), trade(E_CALL, 1, 1, 0),
                                trade(B_PERP, -1, NAN, 0), trade(B_COIN_PERP, 1, 70, 0)};
    hpm_error error = {0};
    hpm_account *wide;
    world_balance(w, UST, 3);
    world_hold(w, B_PERP, 2)->entry_price = 90;
    begin(w);
    size_t size = hpm_account_traded_size(&w->array, w->account, COUNT_OF(orders));
    hpm_arena arena = {fixture_take(1, size), size, 0};
    check_ok(
        hpm_account_widened(&wide, &arena, &w->array, w->account, orders, COUNT_OF(orders), &error),
        &error);
    check_balance(wide, 0, BTC, 0);
    check_balance(wide, 1, USD, 0);
    check_balance(wide, 2, UST, 3);
    assert_int_equal(wide->position_count, 3);
    const hpm_position *positions = hpm_account_positions(wide);
    assert_int_equal(positions[0].instrument, B_COIN_PERP);
    assert_int_equal(positions[0].quantity.e8, 0);
    assert_int_equal(positions[1].instrument, B_PERP);
    assert_int_equal(positions[1].quantity.e8, e8_of(2));
    assert_int_equal(positions[2].instrument, E_CALL);
    free(arena.base);
}

static int is_empty(const hpm_position *row)
{
    return row->quantity.e8 == 0 && row->funding.e8 == 0;
}

/* By field: what lies between the fields is nobody's. */
static void same_balance(const hpm_balance *got, const hpm_balance *wanted)
{
    assert_int_equal(got->asset, wanted->asset);
    assert_int_equal(got->amount.e8, wanted->amount.e8);
}

static void same_position(const hpm_position *got, const hpm_position *wanted)
{
    assert_int_equal(got->instrument, wanted->instrument);
    assert_int_equal(got->quantity.e8, wanted->quantity.e8);
    assert_memory_equal(&got->entry_price, &wanted->entry_price, sizeof got->entry_price);
    assert_int_equal(got->funding.e8, wanted->funding.e8);
}

/* The rows of two accounts are equal but for rows of zero. */
static void check_rows(const hpm_account *got, const hpm_account *wanted)
{
    const hpm_balance *balances = hpm_account_balances(got);
    const hpm_position *positions = hpm_account_positions(got);
    uint32_t b = 0, p = 0;
    for (uint32_t i = 0; i < got->balance_count; i++)
        if (balances[i].amount.e8 != 0)
            same_balance(&balances[i], &hpm_account_balances(wanted)[b++]);
    for (uint32_t i = 0; i < got->position_count; i++)
        if (!is_empty(&positions[i]))
            same_position(&positions[i], &hpm_account_positions(wanted)[p++]);
    assert_true(b == wanted->balance_count && p == wanted->position_count);
}

/* One account filled in place is the account that the trade makes, whatever the size: opening,
 * adding, reducing, closing, turning; then the next size on the rows as they were. */
static void test_in_place(void **state)
{
    const double sizes[] = {0.5, -0.5, -1.5, -4, 4};
    for (uint32_t i = 0; i < INSTRUMENTS; i++) {
        world *w = world_again(state);
        hpm_error error = {0};
        hpm_account *wide;
        hpm_fill fill;
        world_balance(w, USD, 500);
        if (i != E_PERP && world_instruments[i].kind != HPM_SPOT)
            world_hold(w, i, 1.5)->entry_price = 90;
        begin(w);
        hpm_order order = trade(i, 1, NAN, 0);
        check_ok(hpm_account_widened(&wide, &w->arena, &w->array, w->account, &order, 1, &error),
                 &error);
        hpm_fill_rows rows = hpm_fill_rows_of(wide, &w->catalog, i);
        size_t bytes = hpm_account_size(wide->balance_count, wide->position_count, 0);
        void *before = fixture_take(1, bytes);
        memcpy(before, wide, bytes);
        for (size_t n = 0; n < COUNT_OF(sizes); n++) {
            order = trade(i, sizes[n], NAN, 0.01);
            hpm_account *after = traded(w, &order, 1);
            check_ok(hpm_fill_of(&fill, &w->array, &order, &error), &error);
            check_ok(hpm_fill_apply(&rows, &fill, &w->array, &order, &error), &error);
            check_rows(wide, after);
            memcpy(wide, before, bytes);
            free(after);
        }
        free(before);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_fill),    WORLD_TEST(test_fill_refused),
        WORLD_TEST(test_future),  WORLD_TEST(test_inverse),
        WORLD_TEST(test_package), WORLD_TEST(test_settled_to_the_mark),
        WORLD_TEST(test_equity),  WORLD_TEST(test_errors),
        WORLD_TEST(test_widened), WORLD_TEST(test_in_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
