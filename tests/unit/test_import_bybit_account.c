/* What Bybit says of an account. The values are made up, the forms are the venue's. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define IMPORT_VENUE hpm_import_bybit
#include "import_fixture.h"

#define POSITIONS(category, rows)                                                                  \
    "{\"retCode\":0,\"retMsg\":\"OK\",\"result\":{\"list\":[" rows                                 \
    "],\"nextPageCursor\":\"\",\"category\":\"" category                                           \
    "\"},\"retExtInfo\":{},\"time\":1772447410500}"
#define POSITION(index, symbol, side, size, price)                                                 \
    "{\"positionIdx\":" index ",\"symbol\":\"" symbol "\",\"side\":\"" side "\",\"size\":\"" size  \
    "\",\"avgPrice\":\"" price "\",\"markPrice\":\"84000\",\"unrealisedPnl\":\"1\","               \
    "\"updatedTime\":\"1700000000000\"}"
#define WALLET(coins)                                                                              \
    "{\"retCode\":0,\"result\":{\"list\":[{\"totalEquity\":\"3\",\"accountType\":\"UNIFIED\","     \
    "\"coin\":[" coins "]}]},\"time\":1772447410500}"
#define COIN(asset, wallet, rest)                                                                  \
    "{\"coin\":\"" asset "\",\"walletBalance\":\"" wallet "\",\"equity\":\"9\"" rest "}"

/* 0 where there is none. */
static int64_t balance_of(const fixture *f, const char *asset)
{
    const hpm_balance *balance = find_balance(f, asset);
    return balance ? balance->amount.e8 : 0;
}

/* ---- Positions ---------------------------------------------------------------------------- */

static void reads_positions(void **state)
{
    fixture *f = *state;
    assert_int_equal(
        give(f, "i.json",
             POSITIONS("inverse", POSITION("0", "BTCUSD", "Sell", "300", "27464.50441675"))),
        HPM_OK);
    assert_int_equal(give(f, "l.json",
                          POSITIONS("linear", POSITION("0", "BTCUSDT", "Buy", "0.5", "80000") "," //
                                    POSITION("0", "ETHUSDT", "", "0", "0") ","                    //
                                    POSITION("0", "1000PEPEUSDT", "Sell", "700", "0.0125"))),
                     HPM_OK);
    assert_int_equal(
        give(f, "o.json",
             POSITIONS("option", POSITION("0", "BTC-27MAR26-80000-C", "Buy", "0.25", "5000"))),
        HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_int_equal(f->result.account->position_count, 4);
    assert_int_equal(find_position(f, "bybit:BTCUSD")->quantity.e8, -300 * HPM_E8);
    assert_true(find_position(f, "bybit:BTCUSD")->entry_price == 27464.50441675);
    assert_int_equal(find_position(f, "bybit:BTCUSDT")->quantity.e8, HPM_E8 / 2);
    assert_true(find_position(f, "bybit:1000PEPEUSDT")->entry_price == 0.0125 / 1000);
    const hpm_position *option = find_position(f, "bybit:BTC-27MAR26-80000-C");
    assert_int_equal(option->quantity.e8, HPM_E8 / 4);
    assert_true(isnan(option->entry_price)); /* the premium was paid */
    assert_true(is_noted(f, "positions were read, but no balances"));
}

/* USDC contracts pay out every session. */
static void the_session_settles_usdc(void **state)
{
    fixture *f = *state;
    static const char rows[] = POSITIONS(
        "linear", "{\"positionIdx\":0,\"symbol\":\"BTCPERP\",\"side\":\"Buy\",\"size\":\"1\","
                  "\"avgPrice\":\"70000\",\"sessionAvgPrice\":\"83000\"},"
                  "{\"positionIdx\":0,\"symbol\":\"ETHPERP\",\"side\":\"Buy\",\"size\":\"1\","
                  "\"avgPrice\":\"3000\",\"sessionAvgPrice\":\"\"},"
                  "{\"positionIdx\":0,\"symbol\":\"BTCUSDT\",\"side\":\"Buy\",\"size\":\"1\","
                  "\"avgPrice\":\"70000\",\"sessionAvgPrice\":\"83000\"}");
    assert_int_equal(give(f, "l.json", rows), HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_true(find_position(f, "bybit:BTCPERP")->entry_price == 83000);
    assert_true(find_position(f, "bybit:ETHPERP")->entry_price == 3000);
    assert_true(find_position(f, "bybit:BTCUSDT")->entry_price == 70000);
}

/* Long 3 from 100 and short 1 from 110: long 2 from 100, and 10 gained. */
static void hedge_mode_is_netted(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "l.json",
                          POSITIONS("linear", POSITION("1", "BTCUSDT", "Buy", "3", "100") "," //
                                    POSITION("2", "BTCUSDT", "Sell", "1", "110"))),
                     HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    const hpm_position *net = find_position(f, "bybit:BTCUSDT");
    assert_int_equal(net->quantity.e8, 2 * HPM_E8);
    assert_true(net->entry_price == 100);
    assert_int_equal(net->funding.e8, 10 * HPM_E8);
}

#define PUSHED(time, rows)                                                                         \
    "{\"id\":\"1\",\"topic\":\"position\",\"creationTime\":" time ",\"data\":[" rows "]}\n"
#define PUSHED_ROW(index, side, size, price)                                                       \
    "{\"positionIdx\":" index ",\"symbol\":\"BTCUSDT\",\"side\":\"" side "\",\"size\":\"" size     \
    "\",\"entryPrice\":\"" price "\",\"category\":\"linear\"}"

/* A leg is replaced without the other being forgotten. */
static void later_messages_replace_their_leg(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "p.txt",
                          PUSHED("1772447410500", PUSHED_ROW("1", "Buy", "3", "100"))
                              PUSHED("1772447410600", PUSHED_ROW("2", "Sell", "1", "110"))
                                  PUSHED("1772447410700", PUSHED_ROW("1", "Buy", "5", "102"))
                                      PUSHED("1772447410650", PUSHED_ROW("1", "Buy", "9", "103"))),
                     HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_int_equal(find_position(f, "bybit:BTCUSDT")->quantity.e8, 4 * HPM_E8);
    assert_true(find_position(f, "bybit:BTCUSDT")->entry_price == 102);
}

static void a_closed_position_is_gone(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "p.txt",
                          PUSHED("1772447410500", PUSHED_ROW("0", "Buy", "3", "100"))
                              PUSHED("1772447410600", PUSHED_ROW("0", "", "0", "0"))),
                     HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_int_equal(f->result.account->position_count, 0);
}

/* ---- Coins -------------------------------------------------------------------------------- */

static void reads_wallets(void **state)
{
    fixture *f = *state;
    assert_int_equal(
        give(f, "w.json",
             WALLET(COIN("USDT", "1000.5",
                         ",\"unrealisedPnl\":\"77\",\"spotBorrow\":\"0\",\"borrowAmount\":\"0\","
                         "\"collateralSwitch\":true,\"marginCollateral\":true") ","              //
                    COIN("BTC", "2", ",\"spotBorrow\":\"0.75\",\"borrowAmount\":\"0.75\"") ","   //
                    COIN("USDC", "-30", ",\"borrowAmount\":\"30\",\"accruedInterest\":\"0.01\"") //
                    "," COIN("SOL", "4", ",\"collateralSwitch\":false") ","                      //
                    COIN("ETH", "1.234567890123456789", ""))),
        HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_int_equal(balance_of(f, "USDT"), INT64_C(100050000000)); /* not the profit */
    assert_int_equal(balance_of(f, "BTC"), 125000000);              /* less the debt */
    assert_int_equal(balance_of(f, "USDC"), -30 * HPM_E8);
    assert_int_equal(balance_of(f, "SOL"), 4 * HPM_E8);
    assert_int_equal(balance_of(f, "ETH"), 123456789);
    assert_true(is_noted(f, "balance of SOL"));
    assert_true(is_noted(f, "interest on USDC"));
    assert_true(is_noted(f, "balances were read, but no positions"));
}

static void wallets_are_pushed(void **state)
{
    fixture *f = *state;
    assert_int_equal(
        give(f, "w.txt",
             "{\"topic\":\"wallet\",\"creationTime\":1772447410500,\"data\":[{\"accountType\":"
             "\"UNIFIED\",\"coin\":[" COIN("BTC", "2", "") "," COIN(
                 "ETH", "3", "") "]}]}\n"
                                 "{\"topic\":\"wallet\",\"creationTime\":1772447410600,\"data\":[{"
                                 "\"accountType\":"
                                 "\"UNIFIED\",\"coin\":[" COIN(
                                     "BTC", "1", "") "]}]}\n"
                                                     "{\"topic\":\"greeks\",\"creationTime\":"
                                                     "1772447410700,\"data\":[{\"baseCoin\":"
                                                     "\"ETH\"}]}\n"),
        HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_int_equal(balance_of(f, "BTC"), HPM_E8);
    assert_int_equal(balance_of(f, "ETH"), 3 * HPM_E8);
    assert_true(is_noted(f, "greeks"));
}

/* Users of before the unified account have several. */
static void accounts_add_up(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "w.json",
                          "{\"retCode\":0,\"result\":{\"list\":["
                          "{\"accountType\":\"CONTRACT\",\"coin\":[" COIN(
                              "BTC", "2", "") "]},"
                                              "{\"accountType\":\"SPOT\",\"coin\":[" COIN(
                                                  "BTC", "0.5", "") "]}"
                                                                    "]},\"time\":1772447410500}"),
                     HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_int_equal(balance_of(f, "BTC"), 250000000);
}

static void an_account_may_hold_nothing(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "p.json", POSITIONS("linear", "")), HPM_OK);
    assert_int_equal(give(f, "w.json", WALLET(COIN("BTC", "0", ""))), HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_non_null(f->result.account);
    assert_int_equal(f->result.account->position_count, 0);
    assert_int_equal(f->result.account->balance_count, 0);
}

/* ---- Refusals ----------------------------------------------------------------------------- */

static const struct {
    const char *text, *where;
    hpm_status status;
} refused[] = {
    {POSITIONS("linear", POSITION("0", "BTCUSDT", "Buy", "-1", "1")), "result.list[0].size",
     HPM_E_RANGE},
    {POSITIONS("linear", POSITION("0", "BTCUSDT", "Buy", "", "1")), "result.list[0].size",
     HPM_E_FIELD_MISSING},
    {POSITIONS("linear", POSITION("0", "BTCUSDT", "Buy", "1e30", "1")), "result.list[0].size",
     HPM_E_RANGE},
    {POSITIONS("linear", POSITION("0", "BTCUSDT", "None", "1", "1")), "result.list[0].side",
     HPM_E_REFERENCE},
    {POSITIONS("linear", POSITION("3", "BTCUSDT", "Buy", "1", "1")), "result.list[0].positionIdx",
     HPM_E_RANGE},
    {POSITIONS("linear", POSITION("0", "BTCUSDT", "Buy", "1", "")), "result.list[0].avgPrice",
     HPM_E_FIELD_MISSING},
    {POSITIONS("linear", POSITION("0", "BTCUSDT", "Buy", "1", "0")), "BTCUSDT", HPM_E_RANGE},
    {POSITIONS("linear", POSITION("0", "BTCUSD", "Buy", "1", "1")), "BTCUSD", HPM_E_REFERENCE},
    {POSITIONS("linear", POSITION("0", "WHAT", "Buy", "1", "1")), "result.list[0].symbol",
     HPM_E_REFERENCE},
    {POSITIONS("linear", POSITION("0", "BTCUSDT", "Buy", "1", "1") "," //
               POSITION("0", "BTCUSDT", "Buy", "1", "1")),
     "BTCUSDT", HPM_E_DUPLICATE},
    {WALLET(COIN("BTC", "", "")), "result.list[0].coin[0].walletBalance", HPM_E_FIELD_MISSING},
    {WALLET(COIN("BTC", "x", "")), "result.list[0].coin[0].walletBalance", HPM_E_TYPE},
    {WALLET(COIN("", "1", "")), "result.list[0].coin[0].coin", HPM_E_FIELD_MISSING},
    {WALLET(COIN("ABCDEFGHIJKLMNOP", "1", "")), "result.list[0].coin[0].coin", HPM_E_RANGE},
    {WALLET(COIN("BTC", "1", ",\"spotBorrow\":\"-1\"")), "result.list[0].coin[0].spotBorrow",
     HPM_E_RANGE},
    {WALLET(COIN("BTC", "-92233720368", ",\"spotBorrow\":\"92233720368\"")),
     "result.list[0].coin[0].spotBorrow", HPM_E_RANGE},
    {WALLET(COIN("BTC", "1", "") "," COIN("BTC", "1", "")), "BTC", HPM_E_DUPLICATE},
    {WALLET("7"), "result.list[0].coin[0].coin", HPM_E_FIELD_MISSING},
    {"{\"retCode\":0,\"result\":{\"list\":[{\"accountType\":\"ABCDEFGHIJKL\",\"coin\":[]}]}}",
     "result.list[0].accountType", HPM_E_RANGE},
    {"{\"retCode\":0,\"result\":{\"list\":[{\"accountType\":\"UNIFIED\"}]}}", "result.list[0].coin",
     HPM_E_TYPE},
};

static void refuses_what_it_cannot_read(void **state)
{
    fixture *f = *state;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        again(f);
        hpm_status status = give(f, "x.json", refused[i].text);
        if (status != refused[i].status)
            fail_msg("%s: %d, %s: %s", refused[i].text, status, f->error.where, f->error.message);
        assert_string_equal(f->error.where, refused[i].where);
    }
}

/* Names of no known form are no matter where nothing is held. */
static void an_unknown_name_without_a_position_is_counted(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "p.json",
                          POSITIONS("linear", POSITION("0", "WHAT", "", "0", "0") "," //
                                    POSITION("0", "BTCUSDT", "Buy", "1", "1"))),
                     HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_true(is_noted(f, "first: WHAT"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(reads_positions),
        TEST(the_session_settles_usdc),
        TEST(hedge_mode_is_netted),
        TEST(later_messages_replace_their_leg),
        TEST(a_closed_position_is_gone),
        TEST(reads_wallets),
        TEST(wallets_are_pushed),
        TEST(accounts_add_up),
        TEST(an_account_may_hold_nothing),
        TEST(refuses_what_it_cannot_read),
        TEST(an_unknown_name_without_a_position_is_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
