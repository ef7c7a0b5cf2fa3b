/* Names of Binance's instruments, and what its URLs say. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "io/import_binance_parts.h"

#define MARCH_NS INT64_C(1774598400000000000) /* 2026-03-27 08:00 UTC */

static const struct {
    const char *symbol, *base, *quote, *settlement;
    hpm_kind kind;
    hpm_payoff payoff;
    int64_t expiry_ns;
    double strike;
    int is_call;
} known[] = {
    {"spot/BTCUSDT", "BTC", "USDT", "USDT", HPM_SPOT, HPM_LINEAR, 0, 0, 0},
    {"spot/BTCFDUSD", "BTC", "FDUSD", "FDUSD", HPM_SPOT, HPM_LINEAR, 0, 0, 0},
    {"spot/ETHTUSD", "ETH", "TUSD", "TUSD", HPM_SPOT, HPM_LINEAR, 0, 0, 0},
    {"spot/USDTTRY", "USDT", "TRY", "TRY", HPM_SPOT, HPM_LINEAR, 0, 0, 0},
    {"BTCUSDT", "BTC", "USDT", "USDT", HPM_PERPETUAL, HPM_LINEAR, 0, 0, 0},
    {"USDCUSDT", "USDC", "USDT", "USDT", HPM_PERPETUAL, HPM_LINEAR, 0, 0, 0},
    {"1000SHIBUSDT", "1000SHIB", "USDT", "USDT", HPM_PERPETUAL, HPM_LINEAR, 0, 0, 0},
    {"BTCUSDC", "BTC", "USDC", "USDC", HPM_PERPETUAL, HPM_LINEAR, 0, 0, 0},
    {"ETHBTC", "ETH", "BTC", "BTC", HPM_PERPETUAL, HPM_LINEAR, 0, 0, 0},
    {"BTCUSDT_260327", "BTC", "USDT", "USDT", HPM_FUTURE, HPM_LINEAR, MARCH_NS, 0, 0},
    {"BTCUSD_PERP", "BTC", "USD", "BTC", HPM_PERPETUAL, HPM_INVERSE, 0, 0, 0},
    {"ETHUSD_260327", "ETH", "USD", "ETH", HPM_FUTURE, HPM_INVERSE, MARCH_NS, 0, 0},
    {"BTC-260327-60000-C", "BTC", "USDT", "USDT", HPM_OPTION, HPM_LINEAR, MARCH_NS, 60000, 1},
    {"XRP-260327-0.55-P", "XRP", "USDT", "USDT", HPM_OPTION, HPM_LINEAR, MARCH_NS, 0.55, 0},
};

static void reads_known_forms(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        hpm_import_product product;
        const char *symbol = known[i].symbol;
        assert_int_equal(hpm_binance_parse(&product, symbol, strlen(symbol)), HPM_IMPORT_PRODUCT);
        assert_string_equal(product.base, known[i].base);
        assert_string_equal(product.quote, known[i].quote);
        assert_string_equal(product.settlement, known[i].settlement);
        assert_int_equal(product.kind, known[i].kind);
        assert_int_equal(product.payoff, known[i].payoff);
        assert_int_equal(product.expiry_ns, known[i].expiry_ns);
        assert_true(product.strike == known[i].strike);
        assert_int_equal(product.is_call, known[i].is_call);
        assert_true(isnan(product.contract_size));
    }
}

static void refuses_other_forms(void **state)
{
    static const char *const symbols[] = {
        "",
        "BTC",
        "USDT",
        "BTCUSD",
        "btcusdt",
        "BTC/USDT",
        "spot/",
        "spot/USDT",
        "spot/BTCXYZ",
        "BTCUSDT_",
        "BTCUSDT_PERP",
        "BTCUSD_260230",
        "BTCUSD_2603271",
        "BTCUSDT_260327_1",
        "BTC-260327-60000",
        "BTC-260327-60000-X",
        "BTC-260327-6e4-C",
        "BTC-260327--C",
        "BTC-261332-60000-C",
        "-260327-60000-C",
        "BTC-260327-60000-C-1",
        "ABCDEFGHIJKLMNOPUSDT",
        "B\xc3\x89USDT",
    };
    (void)state;
    for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++) {
        hpm_import_product product;
        hpm_import_class class = hpm_binance_parse(&product, symbols[i], strlen(symbols[i]));
        if (class != HPM_IMPORT_UNKNOWN) fail_msg("accepted %s", symbols[i]);
    }
}

static void assumes_sizes_of_every_kind(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        hpm_import_product product;
        hpm_binance_parse(&product, known[i].symbol, strlen(known[i].symbol));
        hpm_binance_assume(&product);
        double size = product.payoff == HPM_LINEAR       ? 1
                      : strcmp(product.base, "BTC") == 0 ? 100
                                                         : 10;
        assert_true(product.contract_size == size);
        assert_true(product.lot.e8 > 0);
    }
}

static void tells_markets_by_url(void **state)
{
    static const struct {
        const char *url;
        hpm_binance_market market;
    } urls[] = {
        {"https://api.binance.com/api/v3/depth", HPM_BINANCE_SPOT},
        {"https://api.binance.com/sapi/v1/margin/account", HPM_BINANCE_SPOT},
        {"wss://stream.binance.com:9443/stream?streams=a", HPM_BINANCE_SPOT},
        {"https://fapi.binance.com/fapi/v1/depth?symbol=BTCUSDT", HPM_BINANCE_USDM},
        {"wss://fstream.binance.com/stream?streams=a", HPM_BINANCE_USDM},
        {"wss://fstream.binance.com/pm/ws/key", HPM_BINANCE_PORTFOLIO},
        {"https://dapi.binance.com/dapi/v1/balance", HPM_BINANCE_COINM},
        {"https://eapi.binance.com/eapi/v1/mark", HPM_BINANCE_OPTIONS},
        {"https://papi.binance.com/papi/v1/balance", HPM_BINANCE_PORTFOLIO},
        {"https://papi.binance.com/papi/v1/um/account", HPM_BINANCE_USDM},
        {"https://papi.binance.com/papi/v1/cm/positionRisk", HPM_BINANCE_COINM},
        {"https://example.com/book", HPM_BINANCE_ANY},
    };
    (void)state;
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++)
        assert_int_equal(hpm_binance_market_of(urls[i].url, strlen(urls[i].url)), urls[i].market);
}

static void finds_parameters(void **state)
{
    const char *url = "https://h/depth?limit=5&symbol=BTCUSDT&symbols=";
    const hpm_import_text text = {.url = url, .url_length = strlen(url)};
    const hpm_import_text none = {.url = NULL};
    size_t length = 0;
    (void)state;
    const char *value = hpm_binance_parameter(&text, "symbol", &length);
    assert_int_equal(length, 7);
    assert_memory_equal(value, "BTCUSDT", 7);
    assert_null(hpm_binance_parameter(&text, "symbols", &length));
    assert_null(hpm_binance_parameter(&text, "sym", &length));
    assert_null(hpm_binance_parameter(&none, "symbol", &length));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_known_forms),
        cmocka_unit_test(refuses_other_forms),
        cmocka_unit_test(assumes_sizes_of_every_kind),
        cmocka_unit_test(tells_markets_by_url),
        cmocka_unit_test(finds_parameters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
