/* Deribit's instrument names and time stamps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "io/import_deribit_parts.h"

static hpm_import_class parse(hpm_import_product *name, const char *text)
{
    return hpm_import_deribit_parse(name, text, strlen(text));
}

static void reads_products(void **state)
{
    static const struct {
        const char *text, *base, *quote;
        hpm_kind kind;
        hpm_payoff payoff;
        int64_t expiry_s;
        double strike;
        int is_call;
    } cases[] = {
        {"BTC-PERPETUAL", "BTC", "USD", HPM_PERPETUAL, HPM_INVERSE, 0, 0, 0},
        {"BTC_USDC-PERPETUAL", "BTC", "USDC", HPM_PERPETUAL, HPM_LINEAR, 0, 0, 0},
        {"ETH-27MAR26", "ETH", "USD", HPM_FUTURE, HPM_INVERSE, 1774598400, 0, 0},
        {"BTC-5JUN20-6750-P", "BTC", "USD", HPM_OPTION, HPM_INVERSE, 1591344000, 6750, 0},
        {"BTC-29FEB24-60000-C", "BTC", "USD", HPM_OPTION, HPM_INVERSE, 1709193600, 60000, 1},
        {"XRP_USDC-27MAR26-0d55-C", "XRP", "USDC", HPM_OPTION, HPM_LINEAR, 1774598400, 0.55, 1},
        {"BTC_USDC", "BTC", "USDC", HPM_SPOT, HPM_LINEAR, 0, 0, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        hpm_import_product name = {0};
        assert_int_equal(parse(&name, cases[i].text), HPM_IMPORT_PRODUCT);
        assert_string_equal(name.base, cases[i].base);
        assert_string_equal(name.quote, cases[i].quote);
        assert_int_equal(name.kind, cases[i].kind);
        assert_int_equal(name.payoff, cases[i].payoff);
        assert_true(name.expiry_ns == cases[i].expiry_s * 1000000000);
        assert_true(name.strike == cases[i].strike);
        assert_int_equal(name.is_call, cases[i].is_call);
    }
}

static void tells_combos_and_unknowns(void **state)
{
    static const char *const combos[] = {"BTC-FS-27MAR26_PERP", "BTC-CS-27MAR26-70000_80000",
                                         "ETH-STRG-27MAR26-2000_3000"};
    static const char *const unknowns[] = {"",
                                           "BTC",
                                           "BTC-",
                                           "-27MAR26",
                                           "BTC-30FEB26",
                                           "BTC-0MAR26",
                                           "BTC-27XXX26",
                                           "BTC-127MAR26",
                                           "BTC-27MAR26-",
                                           "BTC-27MAR26-1-X",
                                           "BTC_-PERPETUAL",
                                           "BTC-27MAR26--C",
                                           "BTC-27MAR26-d5-C",
                                           "BTC-27MAR26-1d2d3-C",
                                           "BTC-27MAR26-1-C-2",
                                           "BTC-27MAR26-1e5-C",
                                           "btc-PERPETUAL",
                                           "BTC_USDC_X-PERPETUAL",
                                           "BTC-PERPETUAL-1",
                                           "ABCDEFGHIJKLMNOPQ-PERPETUAL"};
    hpm_import_product name = {0};
    (void)state;
    for (size_t i = 0; i < sizeof combos / sizeof *combos; i++)
        assert_int_equal(parse(&name, combos[i]), HPM_IMPORT_COMBO);
    for (size_t i = 0; i < sizeof unknowns / sizeof *unknowns; i++)
        if (parse(&name, unknowns[i]) == HPM_IMPORT_PRODUCT) fail_msg("took '%s'", unknowns[i]);
}

static int time_of(int64_t *ns, const char *text)
{
    return hpm_import_time_parse(ns, text, strlen(text));
}

static void reads_times(void **state)
{
    static const char *const bad[] = {"",
                                      "1590103193",
                                      "1590103193775000",
                                      "2026-02-05",
                                      "2026-02-05T15:51:32",
                                      "159010319377x",
                                      "9999999999999"};
    int64_t ns = 0;
    (void)state;
    assert_true(time_of(&ns, "2025-12-30T17:31:15.944181+00:00"));
    assert_true(ns == INT64_C(1767115875944181000));
    assert_true(time_of(&ns, "1767115875944"));
    assert_true(ns == INT64_C(1767115875944000000));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (time_of(&ns, bad[i])) fail_msg("took '%s'", bad[i]);
}

static void percent_is_rounded_once(void **state)
{
    (void)state;
    assert_true(hpm_import_percent(43.23) == 0.4323);
    assert_true(43.23 / 100 != 0.4323);
    assert_true(hpm_import_percent(0) == 0 && hpm_import_percent(100) == 1);
    assert_true(hpm_import_percent(1e22) == 1e20);
    for (int i = 1; i < 50000; i++) {
        char text[32];
        snprintf(text, sizeof text, "0.%06d", i);
        assert_true(hpm_import_percent(i / 10000.0) == strtod(text, NULL));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_products),
        cmocka_unit_test(tells_combos_and_unknowns),
        cmocka_unit_test(reads_times),
        cmocka_unit_test(percent_is_rounded_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
