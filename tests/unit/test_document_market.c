/* Tests of src/io/document_market.c. */
#include "check.h"

#include <math.h>
#include <stdio.h>

#include "documents.h"
#include "io/document.h"

static void decode(hpm_market_document *document, const char *text, const hpm_catalog *catalog)
{
    hpm_error error = {0};
    check_ok(hpm_market_decode(document, text, strlen(text), catalog, &error), &error);
}

static void check_bad(const char *text, hpm_status wanted, const char *where, const char *message)
{
    hpm_error error = {0};
    hpm_market_document document;
    check_error(hpm_market_decode(&document, text, strlen(text), NULL, &error), &error, wanted,
                where, message);
    hpm_market_document_free(&document); /* harmless after a failure */
}

static void test_decode(void **state)
{
    hpm_market_document document;
    (void)state;
    decode(&document, MARKET, NULL);
    const hpm_market *market = &document.market;
    const hpm_catalog *catalog = market->catalog;
    assert_ptr_equal(catalog, &document.catalog);
    assert_string_equal(document.source, "test");
    assert_int_equal(market->now_ns, INT64_C(1768550400000000000));
    assert_string_equal(catalog->assets[market->reporting].name, "USD");
    const hpm_input *price = &market->asset_price[hpm_catalog_find_asset(catalog, "BTC")];
    assert_true(price->value == 88530.23 && price->confidence == 0.5 && price->age_s == 2);
    assert_true(market->asset_price[market->reporting].value == 1);
    uint32_t call = hpm_catalog_find_instrument(catalog, "x:C");
    const hpm_curve_point *point = &market->curve[catalog->instruments[call].expiry];
    assert_true(point->forward.value == 88728.9 && point->forward.confidence == 1);
    assert_true(point->rate_annual == 0.01 && point->observed_share == 0.25);
    assert_true(point->observed_price == 88000);
    assert_true(market->vol[call].value == 0.4323 && market->vol[call].age_s == 0.5);
    assert_true(isnan(market->mark[call].value)); /* an option's mark is for people */
    uint32_t perpetual = hpm_catalog_find_instrument(catalog, "x:PERP");
    assert_true(market->mark[perpetual].value == 88600.5);
    assert_true(market->mark[perpetual].confidence == 0.75);
    uint32_t future = hpm_catalog_find_instrument(catalog, "x:F");
    assert_true(isnan(market->mark[future].value));
    assert_true(isnan(market->curve[catalog->instruments[future].expiry].forward.value));
    hpm_market_document_free(&document);
}

static void test_round_trip(void **state)
{
    hpm_market_document one, two, three;
    hpm_error error = {0};
    hpm_json json;
    (void)state;
    decode(&one, MARKET, NULL);
    hpm_json_to_buffer(&json, 1);
    hpm_market_write(&json, &one.market, one.source, 1);
    check_ok(hpm_json_finish(&json, &error), &error);
    decode(&two, json.bytes, NULL);
    assert_memory_equal(&one.market.hash, &two.market.hash, sizeof one.market.hash);
    assert_string_equal(two.source, "test");
    hpm_json_free(&json);
    hpm_json_to_buffer(&json, 0);
    hpm_market_write(&json, &one.market, NULL, 0);
    check_ok(hpm_json_finish(&json, &error), &error);
    decode(&three, json.bytes, &two.catalog);
    assert_memory_equal(&one.market.hash, &three.market.hash, sizeof one.market.hash);
    assert_ptr_equal(three.market.catalog, &two.catalog);
    assert_string_equal(three.source, "");
    hpm_json_free(&json);
    hpm_market_document_free(&three);
    hpm_market_document_free(&two);
    hpm_market_document_free(&one);
}

static void test_catalogs(void **state)
{
    static const char other[] = CATALOG_OF(USD "," BTC, OPTION);
    hpm_market_document document;
    hpm_catalog_document same, different;
    hpm_error error = {0};
    (void)state;
    check_ok(hpm_catalog_decode(&same, CATALOG, sizeof CATALOG - 1, &error), &error);
    check_ok(hpm_catalog_decode(&different, other, sizeof other - 1, &error), &error);
    decode(&document, MARKET, &same.catalog);
    assert_ptr_equal(document.market.catalog, &same.catalog);
    hpm_market_document_free(&document);
    check_error(hpm_market_decode(&document, MARKET, sizeof MARKET - 1, &different.catalog, &error),
                &error, HPM_E_REFERENCE, "catalog",
                "the embedded catalog is not the one that was given");
    hpm_catalog_document_free(&same);
    hpm_catalog_document_free(&different);
    check_bad(MARKET_OF("", "", "", ""), HPM_E_FIELD_MISSING, "catalog",
              "the market has no catalog of its own and none was given (--catalog)");
    check_bad(MARKET_OF("\"catalog\":7,", "", "", ""), HPM_E_TYPE, "catalog",
              "expected an object (7)");
    check_bad(MARKET_OF("\"catalog\":{},", "", "", ""), HPM_E_SCHEMA, "catalog.schema",
              "missing; should be \"hpm/catalog/1\"");
    check_bad(MARKET_OF("\"catalog\":" CATALOG_OF(USD, OPTION) ",", "", "", ""), HPM_E_REFERENCE,
              "catalog.instruments[0].underlying", "no such asset (\"BTC\")");
    check_bad(MARKET_OF("\"catalog\":" CATALOG_OF(USD "," USD, "") ",", "", "", ""),
              HPM_E_DUPLICATE, "catalog.assets[1].asset",
              "stated twice, first in assets[0] (\"USD\")");
    check_bad(MARKET_OF("\"catalog\":" CATALOG_OF("{\"asset\":\"USD\"}", "") ",", "", "", ""),
              HPM_E_FIELD_MISSING, "catalog.assets[0].kind", "missing field");
}

#define WITH(prices, expiries, quotes)                                                             \
    MARKET_OF("\"catalog\":" CATALOG ",", prices, expiries, quotes)

static void test_prices(void **state)
{
    (void)state;
    check_bad(WITH("{\"asset\":\"XRP\",\"price\":1}", "", ""), HPM_E_REFERENCE, "assets[0].asset",
              "no such asset (\"XRP\")");
    check_bad(WITH(PRICES "," PRICES, "", ""), HPM_E_DUPLICATE, "assets[1].asset",
              "stated twice (\"BTC\")");
    check_bad(WITH("{\"asset\":\"BTC\",\"price\":0}", "", ""), HPM_E_RANGE, "assets[0].price",
              "not above 0 (0)");
    check_bad(WITH("{\"asset\":\"BTC\",\"price\":-5}", "", ""), HPM_E_RANGE, "assets[0].price",
              "not above 0 (-5)");
    check_bad(WITH("{\"asset\":\"BTC\",\"price\":\"5\"}", "", ""), HPM_E_TYPE, "assets[0].price",
              "expected a number (\"5\")");
    check_bad(WITH("{\"asset\":\"BTC\",\"price\":1,\"confidence\":1.5}", "", ""), HPM_E_RANGE,
              "assets[0].confidence", "above the maximum 1 (1.5)");
    check_bad(WITH("{\"asset\":\"BTC\",\"price\":1,\"age_s\":-1}", "", ""), HPM_E_RANGE,
              "assets[0].age_s", "below the minimum 0 seconds (-1)");
    check_bad(WITH("{\"asset\":\"USD\",\"price\":1.5}", "", ""), HPM_E_RANGE, "assets[0].price",
              "the reporting asset is worth 1 by definition (\"USD\")");
}

static void test_expiries(void **state)
{
    (void)state;
    check_bad(WITH("", EXPIRIES "," EXPIRIES, ""), HPM_E_DUPLICATE, "expiries[1].expiry",
              "stated twice (\"BTC\")");
    check_bad(
        WITH("", "{\"underlying\":\"BTC\",\"expiry\":\"2026-02-28T08:00:00Z\",\"forward\":1}", ""),
        HPM_E_REFERENCE, "expiries[0].expiry",
        "no instrument on this underlying has this expiry (\"BTC\")");
    check_bad(
        WITH("", "{\"underlying\":\"XRP\",\"expiry\":\"2026-02-27T08:00:00Z\",\"forward\":1}", ""),
        HPM_E_REFERENCE, "expiries[0].underlying", "no such asset (\"XRP\")");
    check_bad(WITH("", "{\"underlying\":\"BTC\",\"expiry\":\"2026-02-27\",\"forward\":1}", ""),
              HPM_E_SYNTAX, "expiries[0].expiry",
              "not a time such as \"2026-01-16T08:00:00Z\" (\"2026-02-27\")");
    check_bad(WITH("", "{\"underlying\":\"BTC\",\"expiry\":\"2026-02-27T08:00:00Z\"}", ""),
              HPM_E_FIELD_MISSING, "expiries[0].forward", "missing field");
}

#define SMILE_OF(numbers, more)                                                                    \
    "{\"underlying\":\"BTC\",\"expiry\":\"2026-02-27T08:00:00Z\"," numbers more "}"
#define NUMBERS "\"a\":0.01,\"b\":0.1,\"rho\":-0.4,\"m\":0.05,\"sigma\":0.2"
#define SMILES(rows)                                                                               \
    "{\"schema\":\"hpm/market/1\",\"time\":\"2026-01-16T08:00:00Z\",\"reporting\":\"USD\","        \
    "\"catalog\":" CATALOG ",\"expiries\":[" EXPIRIES "],\"smiles\":[" rows "]}"

static void test_smiles(void **state)
{
    static const char text[] = SMILES(SMILE_OF(NUMBERS, ",\"confidence\":0.5,\"age_s\":9"));
    hpm_market_document one, two;
    hpm_error error = {0};
    hpm_json json;
    (void)state;
    decode(&one, text, NULL);
    const hpm_market *market = &one.market;
    const hpm_svi wanted = {0.01, 0.1, -0.4, 0.05, 0.2};
    uint32_t call = hpm_catalog_find_instrument(market->catalog, "x:C");
    const hpm_smile *smile = &market->smile[market->catalog->instruments[call].expiry];
    assert_memory_equal(&smile->svi, &wanted, sizeof wanted);
    assert_true(smile->confidence == 0.5 && smile->age_s == 9);
    assert_true(market->vol[call].value > 0 && market->vol[call].age_s == 9);
    hpm_json_to_buffer(&json, 1);
    hpm_market_write(&json, market, one.source, 1);
    check_ok(hpm_json_finish(&json, &error), &error);
    assert_null(strstr(json.bytes, "\"vol\"")); /* what follows from a smile is not given */
    decode(&two, json.bytes, NULL);
    assert_memory_equal(&one.market.hash, &two.market.hash, sizeof one.market.hash);
    hpm_json_free(&json);
    hpm_market_document_free(&two);
    hpm_market_document_free(&one);
    check_bad(SMILES(SMILE_OF(NUMBERS, "") "," SMILE_OF(NUMBERS, "")), HPM_E_DUPLICATE,
              "smiles[1].expiry", "stated twice (\"BTC\")");
    check_bad(SMILES("{\"underlying\":\"BTC\",\"expiry\":\"2026-02-28T08:00:00Z\"," NUMBERS "}"),
              HPM_E_REFERENCE, "smiles[0].expiry",
              "no instrument on this underlying has this expiry (\"BTC\")");
    check_bad(SMILES(SMILE_OF("\"a\":0.01,\"b\":0.1,\"rho\":-0.4,\"m\":0.05", "")),
              HPM_E_FIELD_MISSING, "smiles[0].sigma", "missing field");
    check_bad(SMILES(SMILE_OF("\"a\":-0.1,\"b\":0.1,\"rho\":0,\"m\":0,\"sigma\":0.2", "")),
              HPM_E_RANGE, "smiles[0].a",
              "the variance falls below 0, or rho is -1 or 1 (\"BTC\")");
    check_bad(SMILES(SMILE_OF("\"a\":0.1,\"b\":-0.1,\"rho\":0,\"m\":0,\"sigma\":0.2", "")),
              HPM_E_RANGE, "smiles[0].b", "below the minimum 0 total variance (-0.1)");
    check_bad(SMILES(SMILE_OF(NUMBERS, ",\"age_s\":-1")), HPM_E_RANGE, "smiles[0].age_s",
              "below the minimum 0 seconds (-1)");
}

static void test_quotes(void **state)
{
    (void)state;
    check_bad(WITH("", "", "{\"instrument\":\"y\"}"), HPM_E_REFERENCE, "instruments[0].instrument",
              "no such instrument (\"y\")");
    check_bad(WITH("", "", "{\"instrument\":\"x:C\"},{\"instrument\":\"x:C\"}"), HPM_E_DUPLICATE,
              "instruments[1].instrument", "stated twice (\"x:C\")");
    check_bad(WITH("", "", "{\"instrument\":\"x:F\",\"vol\":0.5}"), HPM_E_FIELD_UNKNOWN,
              "instruments[0].vol", "only an option has a volatility (\"x:F\")");
    check_bad(WITH("", "", "{\"instrument\":\"x:F\",\"mark\":0}"), HPM_E_RANGE,
              "instruments[0].mark", "not above 0 (\"x:F\")");
    check_bad(WITH("", "", "{\"instrument\":\"x:C\",\"vol\":100.5}"), HPM_E_RANGE,
              "instruments[0].vol", "above the maximum 100 annual (100.5)");
    check_bad(WITH("", "", "{\"instrument\":\"x:C\",\"mark\":-0.1}"), HPM_E_RANGE,
              "instruments[0].mark", "below the minimum 0 quote currency (-0.1)");
}

static void test_root(void **state)
{
    (void)state;
    check_bad(
        "{\"schema\":\"hpm/market/1\",\"time\":\"2026-01-16T08:00:00Z\",\"reporting\":\"EUR\","
        "\"catalog\":" CATALOG "}",
        HPM_E_REFERENCE, "reporting", "no such asset (\"EUR\")");
    check_bad("{\"schema\":\"hpm/market/1\",\"reporting\":\"USD\",\"catalog\":" CATALOG "}",
              HPM_E_FIELD_MISSING, "time", "missing field");
}

/* Errors behind the parser have lines too. */
static void test_line(void **state)
{
    static const char text[] = "{\"schema\":\"hpm/market/1\",\n\"time\":\"2026-01-16T08:00:00Z\",\n"
                               "\"reporting\":\"USD\",\n\"catalog\":" CATALOG ",\n"
                               "\"assets\":[\n" PRICES ",\n" PRICES "]}";
    hpm_market_document document;
    hpm_error error = {0};
    (void)state;
    check_error(hpm_market_decode(&document, text, sizeof text - 1, NULL, &error), &error,
                HPM_E_DUPLICATE, "assets[1].asset", "stated twice (\"BTC\")");
    assert_int_equal(error.line, 7);
}

/* Cut anywhere, a document is refused. */
static void test_truncated(void **state)
{
    (void)state;
    for (size_t length = 0; length < sizeof MARKET - 1; length++) {
        hpm_market_document document;
        hpm_error error = {0};
        assert_int_not_equal(hpm_market_decode(&document, MARKET, length, NULL, &error), HPM_OK);
        assert_int_equal(error.status, HPM_E_SYNTAX);
        assert_null(document.arena.base);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decode),   cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_catalogs), cmocka_unit_test(test_prices),
        cmocka_unit_test(test_expiries), cmocka_unit_test(test_quotes),
        cmocka_unit_test(test_root),     cmocka_unit_test(test_truncated),
        cmocka_unit_test(test_line),     cmocka_unit_test(test_smiles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
