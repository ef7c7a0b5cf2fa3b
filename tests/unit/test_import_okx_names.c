/* Names of OKX's instruments, and sizes that its contracts usually have. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "io/import_okx_parts.h"

#define DAY_NS INT64_C(86400000000000)

static hpm_import_class parse(hpm_import_product *product, const char *symbol)
{
    return hpm_okx_name_parse(product, symbol, strlen(symbol));
}

static void reads_every_form(void **state)
{
    static const struct {
        const char *symbol, *base, *quote, *settlement;
        hpm_kind kind;
        hpm_payoff payoff;
        int64_t days; /* of the expiry since 1970 */
        double strike;
        int is_call;
    } cases[] = {
        {"BTC-USDT", "BTC", "USDT", "USDT", HPM_SPOT, HPM_LINEAR, 0, 0, 0},
        {"BTC-USD", "BTC", "USD", "USD", HPM_SPOT, HPM_LINEAR, 0, 0, 0},
        {"1INCH-USDC", "1INCH", "USDC", "USDC", HPM_SPOT, HPM_LINEAR, 0, 0, 0},
        {"UNI-USD-SWAP", "UNI", "USD", "UNI", HPM_PERPETUAL, HPM_INVERSE, 0, 0, 0},
        {"ETH-USDT-SWAP", "ETH", "USDT", "USDT", HPM_PERPETUAL, HPM_LINEAR, 0, 0, 0},
        {"BTC-USD-220527", "BTC", "USD", "BTC", HPM_FUTURE, HPM_INVERSE, 19139, 0, 0},
        {"BTC-USDT-201227", "BTC", "USDT", "USDT", HPM_FUTURE, HPM_LINEAR, 18623, 0, 0},
        {"BTC-USD-220309-33000-C", "BTC", "USD", "BTC", HPM_OPTION, HPM_INVERSE, 19060, 33000, 1},
        {"XRP-USD-240229-0.55-P", "XRP", "USD", "XRP", HPM_OPTION, HPM_INVERSE, 19782, 0.55, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        hpm_import_product got;
        if (parse(&got, cases[i].symbol) != HPM_IMPORT_PRODUCT) fail_msg("%s", cases[i].symbol);
        assert_string_equal(got.base, cases[i].base);
        assert_string_equal(got.quote, cases[i].quote);
        assert_string_equal(got.settlement, cases[i].settlement);
        assert_int_equal(got.kind, cases[i].kind);
        assert_int_equal(got.payoff, cases[i].payoff);
        int64_t expiry_ns = cases[i].days == 0 ? 0 : cases[i].days * DAY_NS + DAY_NS / 3;
        assert_true(got.expiry_ns == expiry_ns);
        assert_true(got.strike == cases[i].strike && got.is_call == cases[i].is_call);
    }
}

static void does_not_guess(void **state)
{
    static const char *const symbols[] = {
        "",
        "BTC",
        "-",
        "BTC-",
        "-USDT",
        "btc-USDT",
        "BTC-USDT-",
        "BTC-USDT-PERP",
        "BTC-USD_UM-SWAP",
        "BTC-USD-220231",
        "BTC-USD-2205",
        "BTC-USD-22+527",
        "BTC-USD-220527-",
        "BTC-USD-220527-50000",
        "BTC-USD-220527-50000-X",
        "BTC-USD-220527--C",
        "BTC-USD-220527-5e4-C",
        "BTC-USD-220527-.5-C",
        "BTC-USD-220527-5.5.5-C",
        "BTC-USD-220527-50000-C-1",
        "ABCDEFGHIJKLMNOP-USDT",
    };
    (void)state;
    for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++) {
        hpm_import_product got;
        if (parse(&got, symbols[i]) != HPM_IMPORT_UNKNOWN) fail_msg("%s", symbols[i]);
    }
}

static void assumes_usual_sizes(void **state)
{
    static const struct {
        const char *symbol;
        double contract_size;
        int64_t lot_e8;
        int is_guess;
    } cases[] = {
        {"BTC-USDT", 1, 1, 0},
        {"BTC-USD-SWAP", 100, HPM_E8, 0},
        {"UNI-USD-220527", 10, HPM_E8, 0},
        {"BTC-USDT-SWAP", 0.01, HPM_E8 / 100, 0},
        {"ETH-USDT-260327", 0.1, HPM_E8 / 100, 0},
        {"ETH-USDC-SWAP", 1, HPM_E8 / 100, 1}, /* smaller than in USDT */
        {"DOGE-USDT-SWAP", 1, HPM_E8 / 100, 1},
        {"BTC-USD-220309-33000-C", 0.01, HPM_E8, 1},
        {"ETH-USD-220309-3300-C", 0.1, HPM_E8, 1},
        {"SOL-USD-220309-33-C", 1, HPM_E8, 1},
        {"BTC-USDT-220309-33000-C", 1, HPM_E8, 1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        hpm_import_product got;
        assert_int_equal(parse(&got, cases[i].symbol), HPM_IMPORT_PRODUCT);
        hpm_okx_sizes_assume(&got);
        assert_true(got.contract_size == cases[i].contract_size);
        assert_int_equal(got.lot.e8, cases[i].lot_e8);
        assert_int_equal(got.is_guess, cases[i].is_guess);
    }
}

static void reads_pairs_of_indices(void **state)
{
    char base[HPM_ASSET_NAME_SIZE], quote[HPM_ASSET_NAME_SIZE];
    (void)state;
    assert_true(hpm_okx_pair_parse(base, quote, "USDT-USD"));
    assert_string_equal(base, "USDT");
    assert_string_equal(quote, "USD");
    assert_false(hpm_okx_pair_parse(base, quote, "BTC"));
    assert_false(hpm_okx_pair_parse(base, quote, "BTC-USD-SWAP"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_every_form),
        cmocka_unit_test(does_not_guess),
        cmocka_unit_test(assumes_usual_sizes),
        cmocka_unit_test(reads_pairs_of_indices),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
