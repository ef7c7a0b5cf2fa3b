/* Positions and account summaries of Deribit. The values are made up. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "import_fixture.h"

#define POSITION(name_, size_, rest_)                                                              \
    "{\"instrument_name\":\"" name_ "\",\"size\":" size_ ",\"average_price\":1" rest_ "}"
#define PROFIT(floating_, mark_) ",\"floating_profit_loss\":" floating_ ",\"mark_price\":" mark_

static const hpm_position *position_of(const fixture *f, const char *name)
{
    const hpm_position *position = find_position(f, name);
    if (!position) fail_msg("no position in %s", name);
    return position;
}

static double balance_of(const fixture *f, const char *asset)
{
    const hpm_balance *balance = find_balance(f, asset);
    return balance ? hpm_e8_to_double(balance->amount.e8) : 0;
}

/* The entry price gives the floating profit back at the row's mark. */
static void profit_counts_from_the_last_settlement(void **state)
{
    fixture *f = *state;
    assert_int_equal(
        give(
            f, "a",
            "{\"usOut\":1772447410500000,\"result\":[" POSITION(
                "BTC-PERPETUAL", "-84000",
                ",\"direction\":\"sell\"" PROFIT(
                    "0.05",
                    "80000")) "," POSITION("SOL_USDC-PERPETUAL", "10",
                                           ",\"direction\":\"buy\"" PROFIT(
                                               "-30",
                                               "140")) "," POSITION("BTC-27MAR26-80000-C", "2.5",
                                                                    ",\"direction\":\"buy\"" PROFIT(
                                                                        "1", "0.07")) "]}"),
        HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    const hpm_position *inverse = position_of(f, "deribit:BTC-PERPETUAL");
    const hpm_position *linear = position_of(f, "deribit:SOL_USDC-PERPETUAL");
    const hpm_position *option = position_of(f, "deribit:BTC-27MAR26-80000-C");
    assert_true(inverse->quantity.e8 == -8400 * HPM_E8);
    double profit = -84000 * (1 / inverse->entry_price - 1.0 / 80000);
    assert_true(fabs(profit - 0.05) < 1e-12);
    assert_true(linear->quantity.e8 == 10 * HPM_E8 && linear->entry_price == 143);
    assert_true(option->quantity.e8 == HPM_E8 * 5 / 2 && isnan(option->entry_price));
}

static void directions_give_the_sign(void **state)
{
    fixture *f = *state;
    assert_int_equal(
        give(f, "a",
             "[" POSITION("BTC-27MAR26-80000-C", "3", ",\"direction\":\"sell\"") "," POSITION(
                 "BTC-27MAR26-80000-P", "-3",
                 ",\"direction\":\"sell\"") "," POSITION("BTC-27MAR26-70000-P", "0",
                                                         ",\"direction\":\"zero\"") "]"),
        HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_int_equal(f->result.account->position_count, 2);
    assert_true(position_of(f, "deribit:BTC-27MAR26-80000-C")->quantity.e8 == -3 * HPM_E8);
    assert_true(position_of(f, "deribit:BTC-27MAR26-80000-P")->quantity.e8 == -3 * HPM_E8);
}

static void without_session_profit_it_is_settled(void **state)
{
    fixture *f = *state;
    assert_int_equal(
        give(f, "a", "[" POSITION("BTC-PERPETUAL", "100", ",\"direction\":\"buy\"") "]"), HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_true(isnan(position_of(f, "deribit:BTC-PERPETUAL")->entry_price));
    assert_true(is_noted(f, "their profit is taken as settled"));
}

#define SUMMARY                                                                                    \
    "\"equity\":3.5,\"options_value\":-0.25,\"futures_session_upl\":0.75,"                         \
    "\"futures_session_rpl\":-0.5,\"balance\":3.5,\"session_upl\":0.7,\"total_pl\":9"

#define CASH "\"balance\":3.5,\"futures_session_rpl\":-0.5"

/* What is left of the equity is the balance and what the session realised: 3.5 - 0.5. */
static void nothing_counts_twice(void **state)
{
    static const char *const forms[] = {
        "{\"result\":{\"currency\":\"BTC\"," SUMMARY "}}",
        "{\"currency\":\"BTC\"," SUMMARY "}",
        "{\"result\":{\"id\":10,\"summaries\":[{\"currency\":\"BTC\"," SUMMARY "}]}}",
        "{\"params\":{\"channel\":\"user.portfolio.btc\",\"data\":{" SUMMARY "}}}",
        "{\"params\":{\"channel\":\"user.portfolio.any\",\"data\":{\"currency\":\"BTC\"," SUMMARY
        "}}}",
        "{\"params\":{\"channel\":\"user.portfolio.btc\",\"data\":{" CASH "}}}",
    };
    fixture *f = *state;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        again(f);
        assert_int_equal(give(f, "a", forms[i]), HPM_OK);
        assert_int_equal(finish(f), HPM_OK);
        assert_true(balance_of(f, "BTC") == 3);
        assert_int_equal(f->result.account->balance_count, 1);
        assert_null(f->result.document.market.catalog);
    }
}

#define HELD(size_) POSITION("BTC-27MAR26-80000-C", size_, ",\"direction\":\"buy\"")

static void changes_replace_positions(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "a", "1772447410: {\"result\":[" HELD("3") "]}\n"), HPM_OK);
    assert_int_equal(
        give(f, "b",
             "1772447411: {\"params\":{\"channel\":\"user.changes.any.any.raw\",\"data\":{"
             "\"positions\":[" HELD("5") "],\"orders\":[{\"order_id\":\"1\"}],\"trades\":[]}}}\n"),
        HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_true(position_of(f, "deribit:BTC-27MAR26-80000-C")->quantity.e8 == 5 * HPM_E8);
    assert_true(is_noted(f, "first: orders"));
}

static void simulated_portfolios_are_no_account(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "a",
                          "https://x.test/private/simulate_portfolio?x -> 1772447410: "
                          "{\"result\":{\"currency\":\"BTC\"," SUMMARY "}}\n"),
                     HPM_OK);
    assert_int_equal(finish(f), HPM_E_FIELD_MISSING);
    assert_non_null(strstr(f->error.message, "simulated margins"));
}

static void refuses_hostile_accounts(void **state)
{
    static const struct {
        const char *text;
        hpm_status status;
    } cases[] = {
        {POSITION("BTC-PERPETUAL", "\"NaN\"", ",\"direction\":\"buy\""), HPM_E_TYPE},
        {POSITION("BTC-PERPETUAL", "1e300", ",\"direction\":\"buy\""), HPM_E_RANGE},
        {POSITION("BTC-PERPETUAL", "-5", ",\"direction\":\"buy\""), HPM_E_REFERENCE},
        {POSITION("BTC-PERPETUAL", "5", ",\"direction\":7"), HPM_E_TYPE},
        {POSITION("BTC-PERPETUAL", "5", ",\"direction\":\"buy\"" PROFIT("-1", "84000")),
         HPM_E_RANGE},
        {POSITION("SOL_USDC-PERPETUAL", "5", ",\"direction\":\"buy\"" PROFIT("1e6", "84000")),
         HPM_E_RANGE},
        {POSITION("BTC-27MARCH26", "5", ",\"direction\":\"buy\""), HPM_E_REFERENCE},
        {POSITION("BTC-27MARCH26", "0", ",\"direction\":\"zero\""), HPM_OK},
        {"{\"params\":{\"channel\":\"user.changes.any.any.raw\",\"data\":{\"positions\":[" POSITION(
             "BTC-27MARCH26", "5", ",\"direction\":\"buy\"") "]}}}",
         HPM_E_REFERENCE},
        {"{\"currency\":\"BTC\",\"equity\":\"x\"}", HPM_E_TYPE},
        {"{\"currency\":\"BTC\",\"equity\":1}", HPM_E_FIELD_MISSING},
        {"{\"currency\":\"\",\"equity\":1,\"balance\":1}", HPM_E_FIELD_MISSING},
        {"{\"currency\":\"ABCDEFGHIJKLMNOP\",\"equity\":1,\"balance\":1}", HPM_E_RANGE},
        {"{\"currency\":\"BTC\",\"equity\":92233720368,\"options_value\":-92233720368,"
         "\"futures_session_upl\":0}",
         HPM_E_RANGE},
        {"{\"summaries\":[{\"currency\":\"BTC\",\"equity\":1,\"balance\":1},"
         "{\"currency\":\"btc\",\"equity\":1,\"balance\":1}]}",
         HPM_E_DUPLICATE},
        {"[" POSITION("BTC-27MAR26-80000-C", "5", ",\"direction\":\"buy\"") "," POSITION(
             "BTC-27MAR26-80000-C", "6", ",\"direction\":\"buy\"") "]",
         HPM_E_DUPLICATE},
    };
    fixture *f = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        again(f);
        hpm_status status = give(f, "a", cases[i].text);
        if (status != cases[i].status)
            fail_msg("%s: %d %s", cases[i].text, (int)status, f->error.message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(profit_counts_from_the_last_settlement),
        TEST(directions_give_the_sign),
        TEST(without_session_profit_it_is_settled),
        TEST(nothing_counts_twice),
        TEST(changes_replace_positions),
        TEST(simulated_portfolios_are_no_account),
        TEST(refuses_hostile_accounts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
