/* Bybit's instrument names and categories. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "io/import_bybit_parts.h"

static hpm_import_class parse(hpm_import_product *product, const char *text)
{
    return hpm_bybit_parse(product, text, strlen(text));
}

static void reads_products(void **state)
{
    static const struct {
        const char *text, *base, *quote, *settlement;
        hpm_kind kind;
        hpm_payoff payoff;
        int64_t expiry_s;
        double strike, contract_size;
        int is_call;
    } cases[] = {
        {"BTCUSDT", "BTC", "USDT", "USDT", HPM_PERPETUAL, HPM_LINEAR, 0, 0, 1, 0},
        {"USDCUSDT", "USDC", "USDT", "USDT", HPM_PERPETUAL, HPM_LINEAR, 0, 0, 1, 0},
        {"PERPUSDT", "PERP", "USDT", "USDT", HPM_PERPETUAL, HPM_LINEAR, 0, 0, 1, 0},
        {"BTCPERP", "BTC", "USDC", "USDC", HPM_PERPETUAL, HPM_LINEAR, 0, 0, 1, 0},
        {"BTCUSD", "BTC", "USD", "BTC", HPM_PERPETUAL, HPM_INVERSE, 0, 0, 1, 0},
        {"1000PEPEUSDT", "PEPE", "USDT", "USDT", HPM_PERPETUAL, HPM_LINEAR, 0, 0, 1000, 0},
        {"10000SATSUSDT", "SATS", "USDT", "USDT", HPM_PERPETUAL, HPM_LINEAR, 0, 0, 10000, 0},
        {"SHIB1000USDT", "SHIB", "USDT", "USDT", HPM_PERPETUAL, HPM_LINEAR, 0, 0, 1000, 0},
        {"1000BONKPERP", "BONK", "USDC", "USDC", HPM_PERPETUAL, HPM_LINEAR, 0, 0, 1000, 0},
        {"1INCHUSDT", "1INCH", "USDT", "USDT", HPM_PERPETUAL, HPM_LINEAR, 0, 0, 1, 0},
        {"BTC-27MAR26", "BTC", "USDC", "USDC", HPM_FUTURE, HPM_LINEAR, 1774598400, 0, 1, 0},
        {"BTCUSDT-27MAR26", "BTC", "USDT", "USDT", HPM_FUTURE, HPM_LINEAR, 1774598400, 0, 1, 0},
        /* Last Fridays: 2026-03-27, 2024-06-28, 2025-09-26, 2024-12-27; 2021-12-31 is one itself.
         */
        {"BTCUSDH26", "BTC", "USD", "BTC", HPM_FUTURE, HPM_INVERSE, 1774598400, 0, 1, 0},
        {"ETHUSDM24", "ETH", "USD", "ETH", HPM_FUTURE, HPM_INVERSE, 1719561600, 0, 1, 0},
        {"ETHUSDU25", "ETH", "USD", "ETH", HPM_FUTURE, HPM_INVERSE, 1758873600, 0, 1, 0},
        {"BTCUSDZ24", "BTC", "USD", "BTC", HPM_FUTURE, HPM_INVERSE, 1735286400, 0, 1, 0},
        {"BTCUSDZ21", "BTC", "USD", "BTC", HPM_FUTURE, HPM_INVERSE, 1640937600, 0, 1, 0},
        {"BTC-27MAR26-60000-C", "BTC", "USD", "USDC", HPM_OPTION, HPM_LINEAR, 1774598400, 60000, 1,
         1},
        {"ETH-6JAN23-1250-P", "ETH", "USD", "USDC", HPM_OPTION, HPM_LINEAR, 1672992000, 1250, 1, 0},
        {"XRP-27MAR26-2.5-P-USDT", "XRP", "USDT", "USDT", HPM_OPTION, HPM_LINEAR, 1774598400, 2.5,
         1, 0},
        {"spot/BTCUSDT", "BTC", "USDT", "USDT", HPM_SPOT, HPM_LINEAR, 0, 0, 1, 0},
        {"spot/USDCUSDT", "USDC", "USDT", "USDT", HPM_SPOT, HPM_LINEAR, 0, 0, 1, 0},
        {"spot/ETHBTC", "ETH", "BTC", "BTC", HPM_SPOT, HPM_LINEAR, 0, 0, 1, 0},
        {"spot/1000XUSDT", "1000X", "USDT", "USDT", HPM_SPOT, HPM_LINEAR, 0, 0, 1, 0},
        {"spot/ABCXYZ", "", "", "", HPM_SPOT, HPM_LINEAR, 0, 0, 1, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        hpm_import_product name;
        if (parse(&name, cases[i].text) != HPM_IMPORT_PRODUCT) fail_msg("%s", cases[i].text);
        assert_string_equal(name.base, cases[i].base);
        assert_string_equal(name.quote, cases[i].quote);
        assert_string_equal(name.settlement, cases[i].settlement);
        assert_int_equal(name.kind, cases[i].kind);
        assert_int_equal(name.payoff, cases[i].payoff);
        assert_int_equal(name.expiry_ns, cases[i].expiry_s * 1000000000);
        assert_true(name.kind != HPM_OPTION || name.strike == cases[i].strike);
        assert_true(name.contract_size == cases[i].contract_size);
        assert_int_equal(name.is_call, cases[i].is_call);
    }
}

static void tells_spreads_and_unknowns(void **state)
{
    static const char *const spreads[] = {"SOLUSDT_SOL/USDT", "BTCUSDT_BTC-27MAR26"};
    static const char *const unknowns[] = {
        "",
        "BTC",
        "USDT",
        "-",
        "-27MAR26",
        "BTC-",
        "BTC-30FEB26",
        "BTC-0MAR26",
        "BTC-27MXR26",
        "BTC-27MAR2x",
        "BTCUSDF26",
        "BTCUSDH2x",
        "USDH26",
        "btcusdt",
        "BTC USDT",
        "spot/",
        "spot/btc",
        "spot/BTC-USDT",
        "spot/ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJ",
        "ABCDEFGHIJKLMNOPUSDT",
        "BTC-27MAR26-60000",
        "BTC-27MAR26-60000-X",
        "BTC-27MAR26-60d5-C",
        "BTC-27MAR26--C",
        "BTC-27MAR26-1.2.3-C",
        "BTC-27MAR26-60000-C-EUR",
        "BTC-27MAR26-60000-C-USDT-1",
        "BTC-27MAR26-60000-C-",
    };
    hpm_import_product name;
    (void)state;
    for (size_t i = 0; i < sizeof spreads / sizeof *spreads; i++)
        assert_int_equal(parse(&name, spreads[i]), HPM_IMPORT_COMBO);
    for (size_t i = 0; i < sizeof unknowns / sizeof *unknowns; i++)
        if (parse(&name, unknowns[i]) != HPM_IMPORT_UNKNOWN) fail_msg("%s", unknowns[i]);
}

static void finds_categories(void **state)
{
    static const struct {
        const char *url;
        hpm_bybit_category category;
    } cases[] = {
        {"https://api.bybit.com/v5/market/orderbook?category=linear&symbol=BTCUSDT",
         HPM_BYBIT_LINEAR},
        {"https://api.bybit.com/v5/market/orderbook?symbol=BTCUSDT&category=spot", HPM_BYBIT_SPOT},
        {"wss://stream.bybit.com/v5/public/option", HPM_BYBIT_OPTION},
        {"wss://stream-testnet.bybit.com/v5/public/inverse", HPM_BYBIT_INVERSE},
        {"wss://stream.bybit.com/v5/private", HPM_BYBIT_ANY},
        {"wss://stream.bybit.com/realtime", HPM_BYBIT_ANY},
        {"https://api.bybit.com/v5/market/time?category=", HPM_BYBIT_ANY},
        {"", HPM_BYBIT_ANY},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(hpm_bybit_category_of_url(cases[i].url, strlen(cases[i].url)),
                         cases[i].category);
    assert_int_equal(hpm_bybit_category_of("linear", 6), HPM_BYBIT_LINEAR);
    assert_int_equal(hpm_bybit_category_of("lin", 3), HPM_BYBIT_ANY);
}

static void knows_what_a_category_holds(void **state)
{
    static const char *const names[] = {"spot/BTCUSDT", "BTCUSDT", "BTCUSD", "BTC-27MAR26-60000-C"};
    (void)state;
    for (int category = HPM_BYBIT_SPOT; category <= HPM_BYBIT_OPTION; category++)
        for (int i = 0; i < 4; i++) {
            hpm_import_product product;
            assert_int_equal(parse(&product, names[i]), HPM_IMPORT_PRODUCT);
            assert_int_equal(hpm_bybit_category_fits((hpm_bybit_category)category, &product),
                             category == HPM_BYBIT_SPOT + i);
            assert_true(hpm_bybit_category_fits(HPM_BYBIT_ANY, &product));
        }
}

static void assumes_steps(void **state)
{
    static const struct {
        const char *text;
        int64_t lot_e8;
    } cases[] = {{"BTCUSD", HPM_E8},
                 {"BTCUSDH26", HPM_E8},
                 {"BTCUSDT", HPM_E8 / 1000},
                 {"BTC-27MAR26", HPM_E8 / 1000},
                 {"BTC-27MAR26-60000-C", HPM_E8 / 100},
                 {"spot/BTCUSDT", HPM_E8 / 1000000}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        hpm_import_product product;
        assert_int_equal(parse(&product, cases[i].text), HPM_IMPORT_PRODUCT);
        hpm_bybit_assume(&product);
        assert_int_equal(product.lot.e8, cases[i].lot_e8);
        assert_true(product.contract_size == 1);
    }
}

static void counts_prices_per_coin(void **state)
{
    hpm_import_product product;
    (void)state;
    assert_int_equal(parse(&product, "1000PEPEUSDT"), HPM_IMPORT_PRODUCT);
    assert_true(hpm_bybit_unit_price(&product, 12.5) == 0.0125);
    assert_true(isnan(hpm_bybit_unit_price(&product, (double)NAN)));
    assert_int_equal(parse(&product, "BTCUSD"), HPM_IMPORT_PRODUCT);
    assert_true(hpm_bybit_unit_price(&product, 12.5) == 12.5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_products),   cmocka_unit_test(tells_spreads_and_unknowns),
        cmocka_unit_test(finds_categories), cmocka_unit_test(knows_what_a_category_holds),
        cmocka_unit_test(assumes_steps),    cmocka_unit_test(counts_prices_per_coin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
