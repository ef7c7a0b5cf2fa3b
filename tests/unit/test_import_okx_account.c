/* What OKX says of an account. The values are made up, the forms are the venue's. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define IMPORT_VENUE hpm_import_okx
#include "import_fixture.h"

#define REST(rows) "{\"code\":\"0\",\"msg\":\"\",\"data\":[" rows "]}"
#define PUSH(arg, rows)                                                                            \
    "{\"arg\":{\"channel\":\"" arg "\"},\"eventType\":\"snapshot\",\"data\":[" rows "]}"
#define POSITION(type, name, mode, side, quantity, price, time)                                    \
    "{\"instType\":\"" type "\",\"instId\":\"" name "\",\"mgnMode\":\"" mode                       \
    "\",\"posSide\":\"" side "\",\"pos\":\"" quantity "\",\"avgPx\":\"" price                      \
    "\",\"ccy\":\"BTC\",\"posCcy\":\"\",\"markPx\":\"1\",\"idxPx\":\"1\",\"uTime\":\"" time "\"}"
#define SWAP(side, quantity, price)                                                                \
    POSITION("SWAP", "BTC-USDT-SWAP", "cross", side, quantity, price, "1772447410500")
#define CASH(asset, amount, more)                                                                  \
    "{\"ccy\":\"" asset "\",\"cashBal\":\"" amount "\",\"eq\":\"9\",\"upl\":\"1\"" more            \
    ",\"uTime\":\"1772447410500\"}"
#define ACCOUNT(details) "{\"totalEq\":\"1\",\"uTime\":\"1772447410500\",\"details\":[" details "]}"

/* Of an asset, in 1e-8; fails where there is none. */
static int64_t balance_of(const fixture *f, const char *name)
{
    const hpm_balance *balance = find_balance(f, name);
    if (!balance) fail_msg("no balance of %s", name);
    return balance->amount.e8;
}

static void give_or_fail(fixture *f, const char *text)
{
    if (give(f, "a", text) != HPM_OK) fail_msg("%s: %s", f->error.where, f->error.message);
}

static void finish_or_fail(fixture *f)
{
    if (finish(f) != HPM_OK) fail_msg("%s: %s", f->error.where, f->error.message);
}

/* ---- Positions ---------------------------------------------------------------------------- */

static void takes_the_sign_from_the_side(void **state)
{
    static const struct {
        const char *row;
        int64_t e8;
    } cases[] = {
        {SWAP("net", "3.5", "60000"), 7 * HPM_E8 / 2},
        {SWAP("net", "-3.5", "60000"), -7 * HPM_E8 / 2},
        {SWAP("long", "2", "60000"), 2 * HPM_E8},
        {SWAP("short", "2", "60000"), -2 * HPM_E8},
    };
    fixture *f = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[1024];
        again(f);
        snprintf(text, sizeof text, REST("%s"), cases[i].row);
        give_or_fail(f, text);
        finish_or_fail(f);
        assert_int_equal(find_position(f, "okx:BTC-USDT-SWAP")->quantity.e8, cases[i].e8);
        assert_true(find_position(f, "okx:BTC-USDT-SWAP")->entry_price == 60000);
        assert_int_equal(find_position(f, "okx:BTC-USDT-SWAP")->funding.e8, 0);
    }
}

/* 5 long at 60000 against 2 short at 61000: 3 left, and 2 contracts of 0.01 have gained 1000 each.
 */
static void sets_off_both_sides(void **state)
{
    fixture *f = *state;
    give_or_fail(f, REST(SWAP("long", "5", "60000") "," SWAP("short", "2", "61000")));
    finish_or_fail(f);
    const hpm_position *net = find_position(f, "okx:BTC-USDT-SWAP");
    assert_int_equal(net->quantity.e8, 3 * HPM_E8);
    assert_true(net->entry_price == 60000);
    assert_int_equal(net->funding.e8, 20 * HPM_E8);
    assert_true(is_noted(f, "BTC-USDT-SWAP"));
}

/* A message about one side leaves the other. */
static void replaces_one_side(void **state)
{
    fixture *f = *state;
    give_or_fail(
        f, PUSH("positions", SWAP("long", "5", "60000") "," SWAP("short", "2", "61000")) "\n" PUSH(
               "positions",
               POSITION("SWAP", "BTC-USDT-SWAP", "cross", "short", "0", "", "1772447410900")) "\n");
    finish_or_fail(f);
    assert_int_equal(find_position(f, "okx:BTC-USDT-SWAP")->quantity.e8, 5 * HPM_E8);
    assert_int_equal(find_position(f, "okx:BTC-USDT-SWAP")->funding.e8, 0);
}

static void adds_isolated_to_cross(void **state)
{
    fixture *f = *state;
    give_or_fail(
        f, REST(SWAP("net", "1", "60000") "," POSITION("SWAP", "BTC-USDT-SWAP", "isolated", "net",
                                                       "3", "64000", "1772447410500")));
    finish_or_fail(f);
    assert_int_equal(find_position(f, "okx:BTC-USDT-SWAP")->quantity.e8, 4 * HPM_E8);
    assert_true(find_position(f, "okx:BTC-USDT-SWAP")->entry_price == 63000);
}

#define OPTION_NAME "BTC-USD-260327-80000-C"
#define OPTION_TERMS                                                                               \
    "{\"instType\":\"OPTION\",\"instId\":\"" OPTION_NAME                                           \
    "\",\"ctVal\":\"1\",\"ctMult\":\"0.01\",\"ctValCcy\":\"BTC\",\"optType\":\"C\","               \
    "\"stk\":\"80000\",\"expTime\":\"1774598400000\",\"lotSz\":\"1\",\"state\":\"live\"}"
#define OPTION(quantity)                                                                           \
    POSITION("OPTION", OPTION_NAME, "cross", "net", quantity, "0.03", "1772447410500")

/* Its premium was paid: an entry price of an option counts for nothing. */
static void takes_options_without_entry_price(void **state)
{
    fixture *f = *state;
    give_or_fail(f, REST(OPTION("-7")));
    give_or_fail(f, REST(OPTION_TERMS));
    finish_or_fail(f);
    assert_int_equal(find_position(f, "okx:" OPTION_NAME)->quantity.e8, -7 * HPM_E8);
    assert_true(isnan(find_position(f, "okx:" OPTION_NAME)->entry_price));
}

/* A contract of an option was 0.1 coin once and is 0.01 now: no position without a description. */
static void does_not_guess_what_is_held(void **state)
{
    fixture *f = *state;
    give_or_fail(f, REST(OPTION("-7")));
    assert_int_equal(finish(f), HPM_E_REFERENCE);
    assert_string_equal(f->error.where, OPTION_NAME);
    again(f);
    give_or_fail(f, REST(OPTION("0")));
    finish_or_fail(f);
}

/* Coin bought with borrowed coin: said, not counted twice. */
static void leaves_margin_trading_out(void **state)
{
    fixture *f = *state;
    give_or_fail(f, REST(POSITION("MARGIN", "BTC-USDT", "isolated", "net", "0.00190433573", "62961",
                                  "1772447410500")));
    give_or_fail(f, REST(ACCOUNT(CASH("BTC", "1", ""))));
    finish_or_fail(f);
    assert_int_equal(f->result.account->position_count, 0);
    assert_true(is_noted(f, "margin trading are left out (first: BTC-USDT"));
}

/* ---- Balances ----------------------------------------------------------------------------- */

static void takes_cash_and_not_equity(void **state)
{
    static const char *const forms[] = {
        REST(ACCOUNT(CASH("BTC", "1.5", ",\"liab\":\"0\"") "," CASH("USDT", "-250.25", ""))),
        REST(CASH("BTC", "1.5", "") "," CASH("USDT", "-250.25", ",\"liab\":\"250.25\"")),
        PUSH("account", ACCOUNT(CASH("BTC", "1.5", "") "," CASH("USDT", "-250.25", ""))),
        PUSH("balance_and_position",
             "{\"pTime\":\"1772447410500\",\"balData\":[" CASH("BTC", "1.5", "") "," CASH(
                 "USDT", "-250.25", "") "],\"posData\":[]}"),
    };
    fixture *f = *state;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        again(f);
        give_or_fail(f, forms[i]);
        finish_or_fail(f);
        assert_int_equal(balance_of(f, "BTC"), 3 * HPM_E8 / 2);
        assert_int_equal(balance_of(f, "USDT"), -250 * HPM_E8 - HPM_E8 / 4);
        assert_false(is_noted(f, "liab"));
    }
}

static void takes_positions_with_balances(void **state)
{
    fixture *f = *state;
    give_or_fail(f, PUSH("balance_and_position",
                         "{\"pTime\":\"1772447410500\",\"balData\":[" CASH(
                             "BTC", "2", "") "],"
                                             "\"posData\":[" SWAP("short", "4", "60000") "]}"));
    finish_or_fail(f);
    assert_int_equal(balance_of(f, "BTC"), 2 * HPM_E8);
    assert_int_equal(find_position(f, "okx:BTC-USDT-SWAP")->quantity.e8, -4 * HPM_E8);
}

static void says_what_it_leaves_out(void **state)
{
    fixture *f = *state;
    give_or_fail(
        f, REST(ACCOUNT(
               CASH("BTC", "1", ",\"isoEq\":\"2\",\"stgyEq\":\"3\",\"interest\":\"0.1\"") "," CASH(
                   "ETH", "1", ",\"isoEq\":\"2\",\"liab\":\"5\""))));
    finish_or_fail(f);
    assert_int_equal(balance_of(f, "BTC"), HPM_E8);
    assert_int_equal(balance_of(f, "ETH"), HPM_E8);
    assert_true(is_noted(f, "(in isoEq) is left out (first: BTC)"));
    assert_true(is_noted(f, "(stgyEq) is left out (first: BTC)"));
    assert_true(is_noted(f, "(interest) is left out (first: BTC)"));
    assert_true(is_noted(f, "(liab) stands beside a cashBal that is not below 0 (first: ETH"));
}

/* ---- What is refused ---------------------------------------------------------------------- */

static void refuses_bad_answers(void **state)
{
    static const struct {
        const char *text, *where;
        hpm_status status;
    } cases[] = {
        {REST(SWAP("both", "1", "1")), "data[0].posSide", HPM_E_REFERENCE},
        {REST(SWAP("", "1", "1")), "data[0].posSide", HPM_E_FIELD_MISSING},
        {REST(SWAP("short", "-1", "1")), "data[0].pos", HPM_E_RANGE},
        {REST(SWAP("net", "", "1")), "data[0].pos", HPM_E_FIELD_MISSING},
        {REST(SWAP("net", "many", "1")), "data[0].pos", HPM_E_TYPE},
        {REST(SWAP("net", "1e30", "1")), "data[0].pos", HPM_E_RANGE},
        {REST(SWAP("net", "1", "")), "data[0].avgPx", HPM_E_FIELD_MISSING},
        {REST(SWAP("net", "1", "0")), "BTC-USDT-SWAP", HPM_E_RANGE},
        {REST(SWAP("net", "1", "1") "," SWAP("net", "2", "1")), "BTC-USDT-SWAP", HPM_E_DUPLICATE},
        {REST(POSITION("SWAP", "BTC-USD_UM-SWAP", "cross", "net", "1", "1", "1772447410500")),
         "data[0].instId", HPM_E_REFERENCE},
        {REST(POSITION("SWAP", "BTC-USD-SWAP", "cross", "net", "1", "1", "")), "data[0].uTime",
         HPM_E_FIELD_MISSING},
        {REST(CASH("BTC", "", "")), "data[0].cashBal", HPM_E_FIELD_MISSING},
        {REST(CASH("BTC", "1e30", "")), "data[0].cashBal", HPM_E_RANGE},
        {REST(CASH("BTCBTCBTCBTCBTCBTC", "1", "")), "data[0].ccy", HPM_E_RANGE},
        {REST(CASH("BTC", "1", "") "," CASH("BTC", "1", "")), "BTC", HPM_E_DUPLICATE},
        {REST(ACCOUNT("3")), "data[0].details", HPM_E_TYPE},
        {REST("{\"totalEq\":\"1\",\"details\":{}}"), "data[0].details", HPM_E_TYPE},
        {REST(ACCOUNT(CASH("BTC", "x", ""))), "data[0].details[0].cashBal", HPM_E_TYPE},
        /* account/account-position-risk: equity without cash, positions without their price. */
        {REST("{\"adjEq\":\"1\",\"balData\":[],\"posData\":[],\"ts\":\"1620282889345\"}"), "data",
         HPM_E_SCHEMA},
    };
    fixture *f = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        again(f);
        hpm_status status = give(f, "a.json", cases[i].text);
        if (status != cases[i].status || strcmp(f->error.where, cases[i].where) != 0)
            fail_msg("%s: %d, %s: %s", cases[i].text, (int)status, f->error.where,
                     f->error.message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(takes_the_sign_from_the_side),
        TEST(sets_off_both_sides),
        TEST(replaces_one_side),
        TEST(adds_isolated_to_cross),
        TEST(takes_options_without_entry_price),
        TEST(does_not_guess_what_is_held),
        TEST(leaves_margin_trading_out),
        TEST(takes_cash_and_not_equity),
        TEST(takes_positions_with_balances),
        TEST(says_what_it_leaves_out),
        TEST(refuses_bad_answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
