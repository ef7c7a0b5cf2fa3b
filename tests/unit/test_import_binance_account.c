/* Binance's wallets: what each holds, and that they add up. The values are made up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define IMPORT_VENUE hpm_import_binance
#include "import_fixture.h"

#define PORTFOLIO(asset_, total_, margin_, borrowed_, interest_, um_, cm_)                         \
    "{\"asset\":\"" asset_ "\",\"totalWalletBalance\":\"" total_                                   \
    "\",\"crossMarginAsset\":\"" margin_ "\",\"crossMarginBorrowed\":\"" borrowed_                 \
    "\",\"crossMarginFree\":\"1\","                                                                \
    "\"crossMarginInterest\":\"" interest_                                                         \
    "\",\"crossMarginLocked\":\"0\",\"umWalletBalance\":\"" um_                                    \
    "\",\"umUnrealizedPNL\":\"5\",\"cmWalletBalance\":\"" cm_ "\",\"cmUnrealizedPNL\":\"\","       \
    "\"updateTime\":1772447400000,\"negativeBalance\":\"0\"}"
#define SPOT                                                                                       \
    "{\"makerCommission\":15,\"updateTime\":1772447400000,\"accountType\":\"SPOT\",\"balances\":[" \
    "{\"asset\":\"BTC\",\"free\":\"0.5\",\"locked\":\"0.25\"},"                                    \
    "{\"asset\":\"DUST\",\"free\":\"0.00000000\",\"locked\":\"0.00000000\"}]}"
#define USDM                                                                                       \
    "[{\"accountAlias\":\"a\",\"asset\":\"USDT\",\"balance\":\"1000.5\",\"crossWalletBalance\":"   \
    "\"900\",\"availableBalance\":\"1\",\"maxWithdrawAmount\":\"1\",\"marginAvailable\":true,"     \
    "\"updateTime\":1772447400000}]"
#define COINM                                                                                      \
    "[{\"accountAlias\":\"a\",\"asset\":\"BTC\",\"balance\":\"0.125\",\"withdrawAvailable\":"      \
    "\"0\","                                                                                       \
    "\"crossWalletBalance\":\"0.1\",\"updateTime\":1772447400000}]"

/* In units of 1e-8; 0 where the account has none. */
static int64_t balance_of(const fixture *f, const char *name)
{
    const hpm_balance *balance = find_balance(f, name);
    return balance ? balance->amount.e8 : 0;
}

static void wallets_add_up(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "spot.json", SPOT), HPM_OK);
    assert_int_equal(give(f, "um.json", USDM), HPM_OK);
    assert_int_equal(give(f, "cm.json", COINM), HPM_OK);
    assert_int_equal(
        give(f, "margin.json",
             "{\"borrowEnabled\":true,\"userAssets\":[{\"asset\":\"USDT\",\"borrowed\":"
             "\"300\",\"free\":\"100\",\"interest\":\"0.5\",\"locked\":\"50\","
             "\"netAsset\":\"-150.5\"}]}"),
        HPM_OK);
    assert_int_equal(give(f, "options.json",
                          "{\"asset\":[{\"asset\":\"USDT\",\"marginBalance\":\"77\",\"equity\":"
                          "\"80\",\"unrealizedPNL\":\"3\"}],\"greek\":[],\"time\":1772447400000}"),
                     HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_int_equal(balance_of(f, "BTC"), 875 * HPM_E8 / 1000);
    assert_int_equal(balance_of(f, "USDT"), 927 * HPM_E8);
    assert_int_equal(hpm_catalog_find_asset(&f->result.document.catalog, "DUST"), HPM_NONE);
    assert_true(is_noted(f, "balances of 5 wallets are added up (spot, usdm, coinm, margin, "
                            "options)"));
    assert_true(is_noted(f, "read as cash"));
}

/* The answer is of three wallets, so that what the futures' interfaces say of theirs replaces it.
 */
static void a_portfolio_margin_account_has_three(void **state)
{
    fixture *f = *state;
    assert_int_equal(
        give(f, "pm.json",
             "[" PORTFOLIO("USDT", "1500", "500", "200", "0.5", "1000",
                           "0") "," PORTFOLIO("BTC", "3", "1", "0", "0", "0", "2") "]"),
        HPM_OK);
    assert_int_equal(give(f, "um.json",
                          "{\"assets\":[{\"asset\":\"USDT\",\"crossWalletBalance\":\"1100\","
                          "\"crossUnPnl\":\"0\",\"updateTime\":1772447400001}],\"positions\":[{"
                          "\"symbol\":\"BTCUSDT\",\"positionAmt\":\"0\",\"positionSide\":\"BOTH\","
                          "\"unrealizedProfit\":\"0\",\"entryPrice\":\"0\"}]}"),
                     HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_int_equal(balance_of(f, "USDT"), 13995 * HPM_E8 / 10);
    assert_int_equal(balance_of(f, "BTC"), 3 * HPM_E8);
    assert_false(is_noted(f, "not the sum of its wallets"));
}

static void a_total_that_does_not_add_up_is_noted(void **state)
{
    fixture *f = *state;
    assert_int_equal(
        give(f, "pm.json", "[" PORTFOLIO("USDT", "1501", "500", "0", "0", "1000", "0") "]"),
        HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_int_equal(balance_of(f, "USDT"), 1500 * HPM_E8);
    assert_true(is_noted(f, "totalWalletBalance of USDT is not the sum of its wallets"));
}

#define ACCOUNT(positions_)                                                                        \
    "{\"assets\":[{\"asset\":\"BTC\",\"walletBalance\":\"0.5\",\"updateTime\":1772447400000}],"    \
    "\"positions\":[" positions_ "]}"
#define HELD(symbol_)                                                                              \
    "{\"symbol\":\"" symbol_ "\",\"positionAmt\":\"5\",\"entryPrice\":\"80000\",\"positionSide\":" \
    "\"BOTH\",\"updateTime\":1772447400000}"

/* USD-M and COIN-M accounts are told apart by their positions, or by the URL. */
static void accounts_of_futures(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "dapi.json", ACCOUNT(HELD("BTCUSD_PERP"))), HPM_OK);
    assert_int_equal(give(f, "fapi.json", ACCOUNT(HELD("BTCUSDT"))), HPM_OK);
    assert_int_equal(give(f, "papi.txt",
                          "https://papi.binance.com/papi/v1/cm/account -> 1772447400.5: "
                          "{\"assets\":[{\"asset\":\"ETH\",\"crossWalletBalance\":\"4\","
                          "\"updateTime\":0}],\"positions\":[]}"),
                     HPM_OK);
    assert_int_equal(give(f, "none.json", ACCOUNT("")), HPM_E_SCHEMA);
    assert_non_null(strstr(f->error.message, "URL -> SECONDS"));
    assert_int_equal(finish(f), HPM_OK);
    assert_int_equal(balance_of(f, "BTC"), HPM_E8);
    assert_int_equal(balance_of(f, "ETH"), 4 * HPM_E8);
    assert_int_equal(f->result.account->position_count, 2);
    assert_true(is_noted(f, "balances of 2 wallets are added up (coinm, usdm)"));
}

static void events_replace_balances(void **state)
{
    fixture *f = *state;
    assert_int_equal(
        give(f, "ws.txt",
             USDM
             "\n" COINM "\n" SPOT "\n"
             "{\"e\":\"ACCOUNT_UPDATE\",\"E\":1772447500000,\"T\":1,\"a\":{\"m\":\"ORDER\",\"B\":[{"
             "\"a\":\"USDT\",\"wb\":\"1200\",\"cw\":\"1\",\"bc\":\"0\"}],\"P\":[]}}\n"
             "{\"e\":\"ACCOUNT_UPDATE\",\"E\":1772447500000,\"T\":1,\"i\":\"a\",\"a\":{\"m\":"
             "\"ORDER\",\"B\":[{\"a\":\"BTC\",\"wb\":\"1\",\"cw\":\"1\",\"bc\":\"0\"}],\"P\":[]}}\n"
             "{\"e\":\"outboundAccountPosition\",\"E\":1772447500000,\"u\":1,\"B\":[{\"a\":\"BTC\","
             "\"f\":\"2\",\"l\":\"0\"}]}\n"
             "{\"e\":\"ACCOUNT_UPDATE\",\"E\":1772447500000,\"B\":[{\"b\":\"10\",\"m\":\"0\",\"u\":"
             "\"0\",\"a\":\"USDT\"}],\"G\":[],\"P\":[]}\n"
             "{\"e\":\"ACCOUNT_UPDATE\",\"fs\":\"CM\",\"E\":1772447600000,\"T\":1,\"a\":{\"m\":"
             "\"ORDER\",\"B\":[{\"a\":\"ETH\",\"wb\":\"7\",\"cw\":\"1\"}],\"P\":[]}}\n"),
        HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_int_equal(balance_of(f, "USDT"), 1210 * HPM_E8);
    assert_int_equal(balance_of(f, "BTC"), 3 * HPM_E8);
    assert_int_equal(balance_of(f, "ETH"), 7 * HPM_E8);
}

/* The margin wallet's events are silent about loans. */
static void events_of_the_margin_wallet_are_not_read(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "pm.json", "[" PORTFOLIO("BTC", "1", "1", "0", "0", "0", "0") "]"),
                     HPM_OK);
    assert_int_equal(give(f, "ws.txt",
                          "wss://fstream.binance.com/pm/ws/key <-> 1772447400.1\n"
                          "1772447500.1: {\"e\":\"outboundAccountPosition\",\"E\":1772447500000,"
                          "\"u\":1,\"B\":[{\"a\":\"BTC\",\"f\":\"2\",\"l\":\"0\"}]}\n"),
                     HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_int_equal(balance_of(f, "BTC"), HPM_E8);
    assert_true(is_noted(f, "outboundAccountPosition"));
}

static void refuses_broken_balances(void **state)
{
    static const struct {
        const char *text;
        hpm_status status;
    } cases[] = {
        {"{\"accountType\":\"SPOT\",\"balances\":{}}", HPM_E_TYPE},
        {"{\"accountType\":\"SPOT\",\"balances\":[7]}", HPM_E_FIELD_MISSING},
        {"{\"accountType\":\"SPOT\",\"balances\":[{\"asset\":\"BTC\",\"free\":\"1\"}]}",
         HPM_E_FIELD_MISSING},
        {"{\"accountType\":\"SPOT\",\"balances\":[{\"asset\":\"BTC\",\"free\":\"a\",\"locked\":"
         "\"1\"}]}",
         HPM_E_TYPE},
        {"{\"accountType\":\"SPOT\",\"balances\":[{\"asset\":\"BTC\",\"free\":\"92233720368\","
         "\"locked\":\"92233720368\"}]}",
         HPM_E_RANGE},
        {"{\"accountType\":\"SPOT\",\"balances\":[{\"asset\":\"ABCDEFGHIJKLMNOP\",\"free\":\"1\","
         "\"locked\":\"1\"}]}",
         HPM_E_RANGE},
        {"{\"accountType\":\"SPOT\",\"balances\":[{\"asset\":\"BTC\",\"free\":\"1\",\"locked\":"
         "\"0\"},"
         "{\"asset\":\"BTC\",\"free\":\"1\",\"locked\":\"0\"}]}",
         HPM_E_DUPLICATE},
        {"{\"e\":\"ACCOUNT_UPDATE\",\"E\":1772447500000,\"a\":{\"P\":[]}}", HPM_E_TYPE},
        {"{\"assets\":[7],\"positions\":[],\"totalWalletBalance\":\"1\"}", HPM_E_FIELD_MISSING},
    };
    fixture *f = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        again(f);
        hpm_status status = give(f, "a.json", cases[i].text);
        if (status != cases[i].status)
            fail_msg("%s: %d %s", cases[i].text, (int)status, f->error.message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(wallets_add_up),
        TEST(a_portfolio_margin_account_has_three),
        TEST(a_total_that_does_not_add_up_is_noted),
        TEST(accounts_of_futures),
        TEST(events_replace_balances),
        TEST(events_of_the_margin_wallet_are_not_read),
        TEST(refuses_broken_balances),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
