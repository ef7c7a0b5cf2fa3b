/* Tests of src/margin/fills.c: where fills act, and how far they can take an account. */
#include "fills_fixture.h"

static double prices[] = {-0.2, 0.2}, vols[] = {0};

static void begin(world *w)
{
    world_grid(w, "grid", prices, 2, vols, 1);
}

/* ---- Where ------------------------------------------------------------------------------- */

static void check_row(const hpm_fills *fills, uint32_t row, uint32_t order, uint32_t instrument,
                      double coins, double equity)
{
    const hpm_fill_row *got = &fills->rows[row];
    assert_int_equal(got->order, order);
    assert_int_equal(got->fill.instrument, instrument);
    check_near(got->coins, coins, "coins");
    check_near(got->equity, equity, "equity");
    assert_int_equal(got->away, HPM_NONE);
    if (got->run == HPM_NONE) return;
    const hpm_portfolio *portfolio = fills->exposure->portfolio;
    assert_int_equal(portfolio->holdings[got->holding].instrument, instrument);
    assert_true(portfolio->runs[got->run].first <= got->holding &&
                got->holding < portfolio->runs[got->run].end);
}

/* By run, spot pairs last. The account holds ETH only; BTC comes with the orders. */
static void test_rows(void **state)
{
    world *w = *state;
    order_list list = {.count = 0};
    begin(w);
    world_component(w, "haircut", HPM_COMPONENT_HAIRCUT);
    world_hold(w, E_PERP, 3);
    list_order(&list, B_SPOT, 2, 99, 1);
    list_order(&list, E_PERP, -1, 11, 0);
    list_order(&list, B_CALL_80, 2, 25, 0.5);
    list_order(&list, B_COIN_CALL, -1, 0.25, 0);
    list_order(&list, B_CALL_80, -1, NAN, 0);
    fills_make(w, &list);
    const hpm_fills *fills = &list.fills;
    check_row(fills, 0, 3, B_COIN_CALL, 0.05, 5);
    check_row(fills, 1, 2, B_CALL_80, -10.5, -10.5);
    check_row(fills, 2, 4, B_CALL_80, 0, 0);
    check_row(fills, 3, 1, E_PERP, 1, 1);
    check_row(fills, 4, 0, B_SPOT, -199, 1);
    assert_int_equal(fills->rows[4].run, HPM_NONE);
    assert_int_equal(w->exposure.group_count, 2);
    assert_int_equal(w->exposure.groups[fills->rows[4].home].asset, BTC);
    assert_int_equal(w->exposure.groups[fills->rows[3].home].asset, ETH);
    assert_int_equal(fills->run_first[w->portfolio.run_count], 4);
    for (uint32_t run = 0; run < w->portfolio.run_count; run++)
        assert_int_equal(fills->is_run_touched[run], 1);
}

static void test_group_of_a_coin_that_comes(void **state)
{
    world *w = *state;
    order_list list = {.count = 0};
    begin(w);
    world_component(w, "haircut", HPM_COMPONENT_HAIRCUT);
    world_hold(w, E_PERP, 3);
    world_balance(w, SOL, 5);
    list_order(&list, B_SPOT, 2, 99, 1);
    fills_make(w, &list);
    assert_int_equal(w->exposure.group_count, 3);
    assert_int_equal(w->exposure.groups[0].asset, BTC);
    assert_int_equal(w->exposure.groups[1].asset, ETH);
    assert_int_equal(w->exposure.groups[2].asset, SOL);
    assert_int_equal(w->exposure.groups[0].run_end, w->exposure.groups[0].run_first);
    assert_int_equal(w->exposure.groups[1].run_end, 1);
}

/* ---- How far ----------------------------------------------------------------------------- */

static void test_intervals(void **state)
{
    world *w = *state;
    order_list list = {.count = 0};
    begin(w);
    world_component(w, "roll", HPM_COMPONENT_ROLL); /* reads deltas */
    world_balance(w, BTC, 1);
    world_hold(w, B_PERP, 1);
    list_order(&list, B_PERP, 2, 90, 0);
    list_order(&list, B_PERP, -4, NAN, 0.5);
    list_order(&list, B_SPOT, -3, 100, 0);
    list_order(&list, B_COIN_CALL, 1, NAN, 0);
    fills_make(w, &list);
    const hpm_fills *fills = &list.fills;
    uint32_t holding = fills->rows[1].holding, run = fills->rows[1].run;
    assert_int_equal(fills->lots_low[holding], -30);
    assert_int_equal(fills->lots_high[holding], 30);
    check_near(fills->amount_low[0], -2.2, "least BTC");
    check_near(fills->amount_high[0], 1, "most BTC");
    check_near(fills->amount_low[1], -0.5, "least USD");
    check_near(fills->amount_high[1], 300, "most USD");
    hpm_interval delta = hpm_fills_column(fills, run, run + 1, w->array.extra + HPM_COLUMN_DELTA);
    check_near(delta.low, -300, "least delta");
    check_near(delta.high, 300, "most delta");
    assert_true(hpm_is_high(delta));
    assert_true(!hpm_is_high((hpm_interval){-2, 1}));
    hpm_interval usd = hpm_fills_coins(fills, USD), btc = hpm_fills_coins(fills, BTC);
    check_near(usd.low, -0.5, "least equity in USD");
    check_near(usd.high, 320, "most equity in USD");
    check_near(btc.low, -2, "least equity in BTC");
    check_near(btc.high, 1, "most equity in BTC");
    /* The call costs 0.2 coins; what it is worth moves by a slope of its own. */
    hpm_interval coins = hpm_fills_group_coins(fills, &w->exposure.groups[0]);
    check_near(coins.low, -2.2, "least coins");
    check_near(coins.high, 1, "most coins");
    const hpm_holding *gross = &fills->gross_portfolio.holdings[holding];
    assert_int_equal(gross->lots, 30);
    check_near(fills->gross.units[holding], 3, "gross units");
    check_near(hpm_e8_to_double(hpm_account_balances(fills->gross_portfolio.account)[0].amount.e8),
               2.2, "gross BTC");
}

/* ---- Refusals ----------------------------------------------------------------------------- */

static void check_refused(world *w, order_list *list, hpm_status wanted, const char *where,
                          const char *message)
{
    hpm_error error = {0};
    check_error(fills_try(w, list, &error), &error, wanted, where, message);
}

static void test_refused(void **state)
{
    world *w = *state;
    order_list list = {.count = 0};
    begin(w);
    world_component(w, "haircut", HPM_COMPONENT_HAIRCUT);
    w->rulebook.underlyings_max = 1;
    w->market.mark[E_PERP].value = NAN;
    world_hold(w, B_PERP, 9e9);
    world_balance(w, USD, 9e10);
    world_price(w);
    list_order(&list, B_SPOT, 1, 100, 0);
    list_order(&list, B_SPOT, -9.2e8, 100, 0);
    check_refused(w, &list, HPM_E_OVERFLOW, "USD", "with all orders the balance is too large");
    list.count = 0;
    list_order(&list, E_FUTURE, 1, 10, 0);
    check_refused(w, &list, HPM_E_UNSUPPORTED, "acc",
                  "rulebook test covers accounts on at most 1 underlying (2)");
    list.count = 0;
    list_order(&list, E_PERP, 1, 10, 0);
    check_refused(w, &list, HPM_E_MISSING_PRICE, "e:perp",
                  "the market has no price, forward or volatility for it");
}

static void test_refused_coin(void **state)
{
    world *w = *state;
    order_list list = {.count = 0};
    begin(w);
    world_component(w, "haircut", HPM_COMPONENT_HAIRCUT);
    w->rulebook.underlyings_max = 1;
    world_hold(w, E_PERP, 1);
    world_price(w);
    list_order(&list, B_SPOT, 1, 100, 0);
    check_refused(w, &list, HPM_E_UNSUPPORTED, "acc",
                  "rulebook test covers accounts on at most 1 underlying, and with its orders it "
                  "may come to 2");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_rows),         WORLD_TEST(test_group_of_a_coin_that_comes),
        WORLD_TEST(test_intervals),    WORLD_TEST(test_refused),
        WORLD_TEST(test_refused_coin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
