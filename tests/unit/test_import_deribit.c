/* What an import makes of its rows: which quote counts, forwards, assets, notes, the check. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "import_fixture.h"
#include "price/black76.h"

#define HEADER "timestamp,instrument_name,underlying,mark_price,implied_volatility,index_price\n"
#define T0     "2026-03-02T10:30:00Z"
#define T1     "2026-03-02T10:30:05Z"

static void forward_is_the_freshest_lower_median(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "a.csv",
                          HEADER T0 ",BTC-27MAR26-70000-C,90000,0.1,0.5,83900\n" T1
                                    ",BTC-27MAR26-80000-C,84003,0.1,0.5,83904\n" T1
                                    ",BTC-27MAR26-80000-P,84001,0.1,0.5,83901\n" T1
                                    ",BTC-27MAR26-90000-C,84002,0.1,0.5,83903\n" T1
                                    ",BTC-27MAR26-90000-P,84004,0.1,0.5,83902\n"),
                     HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_true(f->result.document.market.curve[0].forward.value == 84002);
    assert_true(f->result.document.market.curve[0].forward.age_s == 0);
    uint32_t bitcoin = hpm_catalog_find_asset(&f->result.document.catalog, "BTC");
    assert_true(f->result.document.market.asset_price[bitcoin].value == 83902);
    hpm_import_check check;
    hpm_import_check_marks(f->import, &f->result.document.market, &check);
    assert_int_equal(check.options, 5);
    assert_int_equal(check.staggered, 4);
    assert_true(fabs(check.stagger_ratio - (90000.0 / 84002 - 1)) < 1e-12);
    assert_true(check.stagger_age_s == 5);
    assert_true(is_noted(f, "4 of 5 option rows are staggered"));
}

static void order_of_rows_does_not_matter(void **state)
{
    static const char *const rows[] = {T0 ",BTC-27MAR26-70000-C,84000,0.1,0.5,83900\n",
                                       T1 ",BTC-27MAR26-80000-C,84003,0.1,0.5,83904\n",
                                       T1 ",ETH-27MAR26-3000-P,2650,0.1,0.7,2640\n"};
    fixture *f = *state;
    hpm_hash first = {{0}};
    for (int turn = 0; turn < 3; turn++) {
        char text[1024];
        snprintf(text, sizeof text, HEADER "%s%s%s", rows[turn], rows[(turn + 1) % 3],
                 rows[(turn + 2) % 3]);
        hpm_import_free(f->import);
        hpm_import_result_free(&f->result);
        f->import = hpm_import_new(&hpm_import_deribit);
        assert_int_equal(give(f, "a.csv", text), HPM_OK);
        assert_int_equal(finish(f), HPM_OK);
        if (turn == 0) first = f->result.document.market.hash;
        assert_memory_equal(first.bytes, f->result.document.market.hash.bytes, sizeof first.bytes);
    }
}

static void fresher_file_wins(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "a.csv", HEADER T1 ",BTC-27MAR26-70000-C,84000,0.1,0.5,83900\n"),
                     HPM_OK);
    assert_int_equal(give(f, "b.csv", HEADER T0 ",BTC-27MAR26-70000-C,80000,0.1,0.9,80000\n"),
                     HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_true(f->result.document.market.vol[0].value == 0.5);
    assert_true(is_noted(f, "1 quotes were given more than once: the freshest is used"));
}

static void expired_and_combos_are_dropped_and_counted(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "a.csv",
                          HEADER T0 ",BTC-2MAR26-80000-C,84000,0.1,0.5,83900\n" T0
                                    ",BTC-27MAR26-80000-C,84000,0.1,0.5,83900\n" T0
                                    ",BTC-FS-27MAR26_PERP,,,,\n" T0 ",BTC DVOL,,,,\n"),
                     HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_int_equal(f->result.document.catalog.instrument_count, 1);
    assert_true(is_noted(f, "1 expired instruments dropped"));
    assert_true(is_noted(f, "1 rows of combos ignored"));
    assert_true(is_noted(f, "1 rows of names of no known form ignored (first: BTC DVOL)"));
    assert_true(is_noted(f, "contract size 1 and lot 0.1 assumed for 1 inverse options on BTC"));
}

static void linear_products_settle_in_their_quote(void **state)
{
    fixture *f = *state;
    assert_int_equal(
        give(
            f, "a.json",
            "[{\"instrument_name\":\"SOL_USDC-27MAR26-150-C\",\"creation_timestamp\":1772447410500,"
            "\"mark_price\":9.5,\"mark_iv\":80,\"underlying_price\":143,\"index_price\":142},"
            "{\"instrument_name\":\"SOL_USDC-PERPETUAL\",\"creation_timestamp\":1772447410500,"
            "\"mark_price\":142.5},"
            "{\"instrument_name\":\"BTC_USDC-27MAR26-80000-C\",\"creation_timestamp\":"
            "1772447410500,"
            "\"mark_price\":9000,\"mark_iv\":50,\"underlying_price\":85000,\"index_price\":84900},"
            "{\"instrument_name\":\"BTC-27MAR26-80000-C\",\"creation_timestamp\":1772447400500,"
            "\"mark_price\":0.1,\"mark_iv\":50,\"underlying_price\":84000,\"index_price\":83900}]"),
        HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    const hpm_catalog *catalog = &f->result.document.catalog;
    const hpm_market *market = &f->result.document.market;
    uint32_t usdc = hpm_catalog_find_asset(catalog, "USDC");
    uint32_t sol = hpm_catalog_find_asset(catalog, "SOL");
    uint32_t bitcoin = hpm_catalog_find_asset(catalog, "BTC");
    const hpm_instrument *option =
        &catalog->instruments[id_of(f, "deribit:SOL_USDC-27MAR26-150-C")];
    assert_int_equal(option->payoff, HPM_LINEAR);
    assert_int_equal(option->settlement, usdc);
    assert_int_equal(option->underlying, sol);
    assert_int_equal(catalog->assets[usdc].kind, HPM_ASSET_STABLECOIN);
    assert_int_equal(catalog->assets[sol].kind, HPM_ASSET_COIN);
    assert_true(market->asset_price[usdc].value == 1);
    assert_true(market->asset_price[sol].value == 142);
    /* What is quoted in USD goes before what is quoted in a stablecoin, however fresh that is. */
    assert_true(market->asset_price[bitcoin].value == 83900);
    uint32_t expiry = catalog->instruments[id_of(f, "deribit:BTC-27MAR26-80000-C")].expiry;
    assert_true(market->curve[expiry].forward.value == 84000);
    assert_true(market->mark[id_of(f, "deribit:SOL_USDC-PERPETUAL")].value == 142.5);
    assert_true(is_noted(f, "price 1 assumed for USDC"));
    assert_true(is_noted(f, "price of SOL taken from an index in a stablecoin"));
}

/* Marks that are Black-76 come back; one that is off by 6e-4 coin is counted. */
static void check_counts_what_reprices(void **state)
{
    char text[1024] = HEADER;
    size_t used = strlen(text);
    fixture *f = *state;
    for (int i = 0; i < 4; i++) {
        double strike = 70000 + 10000 * i, forward = 84000 + (i == 2 ? 300 : 0);
        double years = (INT64_C(1774598400) - INT64_C(1772447400)) / (365 * 86400.0);
        double mark = hpm_black76(forward, strike, 0.5 * sqrt(years), 1) / forward;
        used += (size_t)snprintf(text + used, sizeof text - used,
                                 T0 ",BTC-27MAR26-%.0f-C,%.0f,%.17g,0.5,83900\n", strike, forward,
                                 mark + (i == 3 ? 6e-4 : 0));
    }
    assert_int_equal(give(f, "a.csv", text), HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    hpm_import_check check;
    hpm_import_check_marks(f->import, &f->result.document.market, &check);
    assert_int_equal(check.options, 4);
    assert_int_equal(check.within_own, 3);
    assert_true(fabs(check.worst_own - 6e-4) < 1e-12);
    assert_string_equal(check.worst_name, "BTC-27MAR26-100000-C");
    assert_int_equal(check.staggered, 1);
    assert_int_equal(check.within_forward, 2);
}

static void nothing_to_import_is_an_error(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "empty", ""), HPM_E_SCHEMA);
    assert_int_equal(finish(f), HPM_E_FIELD_MISSING);
    assert_null(f->result.document.arena.base);
    again(f);
    assert_int_equal(give(f, "a.csv", HEADER T0 ",BTC-2MAR26-80000-C,84000,0.1,0.5,83900\n"),
                     HPM_OK);
    assert_int_equal(finish(f), HPM_E_EXPIRED);
    assert_null(f->result.document.arena.base);
}

/* The table grows and finds: thousands of instruments, each again in a second file. */
static void table_holds_many(void **state)
{
    enum { COUNT = 5000 };
    fixture *f = *state;
    char *text = malloc(COUNT * 80 + 200);
    assert_non_null(text);
    for (int file = 0; file < 2; file++) {
        size_t used = (size_t)sprintf(text, HEADER);
        for (int i = 0; i < COUNT; i++)
            used += (size_t)sprintf(text + used, "%s,BTC-27MAR26-%d-%c,84000,0.1,0.5,83900\n",
                                    file == 0 ? T0 : T1, 1000 + 50 * (i / 2), i % 2 ? 'C' : 'P');
        assert_int_equal(give(f, "a.csv", text), HPM_OK);
    }
    free(text);
    assert_int_equal(finish(f), HPM_OK);
    assert_int_equal(f->result.document.catalog.instrument_count, COUNT);
    assert_true(is_noted(f, "5000 quotes were given more than once"));
}

/* What the encoders write, the decoder reads back to the same market. */
static void survives_the_round_trip(void **state)
{
    fixture *f = *state;
    hpm_json json;
    hpm_market_document again;
    assert_int_equal(give(f, "a.csv",
                          HEADER T0 ",BTC-27MAR26-80000-C,84000.123456789,0.1,0.4323,83900\n" T1
                                    ",ETH-3APR26-3000-P,2650,0.1,,2640\n"),
                     HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    hpm_json_to_buffer(&json, 1);
    hpm_market_write(&json, &f->result.document.market, f->result.document.source, 1);
    assert_int_equal(hpm_json_finish(&json, NULL), HPM_OK);
    assert_int_equal(hpm_market_decode(&again, json.bytes, json.length, NULL, &f->error), HPM_OK);
    assert_memory_equal(again.market.hash.bytes, f->result.document.market.hash.bytes, 32);
    hpm_market_document_free(&again);
    hpm_json_free(&json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(forward_is_the_freshest_lower_median),
        TEST(order_of_rows_does_not_matter),
        TEST(fresher_file_wins),
        TEST(expired_and_combos_are_dropped_and_counted),
        TEST(linear_products_settle_in_their_quote),
        TEST(check_counts_what_reprices),
        TEST(nothing_to_import_is_an_error),
        TEST(table_holds_many),
        TEST(survives_the_round_trip),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
