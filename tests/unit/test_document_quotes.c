/* Tests of src/io/document_quotes.c, and through it of document_rows.c. */
#include "check.h"

#include <math.h>

#include "documents.h"
#include "io/document.h"

#define CALL                                                                                       \
    "{\"instrument\":\"x:C\",\"bid\":0.0845,\"ask\":0.0865,\"bid_size\":10.5,\"ask_size\":3,"      \
    "\"micro\":0.0859,\"bid_depth\":120,\"ask_depth\":80.5,\"mark\":0.0855,\"mark_vol\":0.4323,"   \
    "\"underlying\":88728.9,\"open_interest\":1234.5,\"age_s\":0.5}"
#define RAW_PUT "{\"instrument\":\"x:P\",\"bid\":0,\"ask\":12.5}"
#define QUOTES_OF(more, prices, rows)                                                              \
    "{\"schema\":\"hpm/quotes/1\",\"time\":\"2026-01-16T08:00:00Z\",\"reporting\":\"USD\"," more   \
    "\"assets\":[" prices "],\"instruments\":[" rows "]}"
#define EMBEDDED "\"source\":\"test\",\"catalog\":" CATALOG ","
#define RAW      QUOTES_OF(EMBEDDED, PRICES, CALL "," RAW_PUT)

static void decode(hpm_quotes_document *document, const char *text, const hpm_catalog *catalog)
{
    hpm_error error = {0};
    check_ok(hpm_quotes_decode(document, text, strlen(text), catalog, &error), &error);
}

static void check_bad(const char *text, hpm_status wanted, const char *where, const char *message)
{
    hpm_error error = {0};
    hpm_quotes_document document;
    check_error(hpm_quotes_decode(&document, text, strlen(text), NULL, &error), &error, wanted,
                where, message);
    hpm_quotes_document_free(&document); /* harmless after a failure */
}

static const hpm_quote *quote_of(const hpm_quotes_document *document, const char *name)
{
    uint32_t id = hpm_catalog_find_instrument(document->quotes.catalog, name);
    assert_true(id != HPM_NONE);
    return &document->quotes.quote[id];
}

static void test_decode(void **state)
{
    hpm_quotes_document document;
    (void)state;
    decode(&document, RAW, NULL);
    const hpm_quote *call = quote_of(&document, "x:C"), *put = quote_of(&document, "x:P");
    assert_ptr_equal(document.quotes.catalog, &document.catalog);
    assert_string_equal(document.source, "test");
    assert_int_equal(document.quotes.now_ns, INT64_C(1768550400000000000));
    assert_true(call->bid == 0.0845 && call->ask == 0.0865 && call->bid_size == 10.5);
    assert_true(call->ask_size == 3 && call->micro == 0.0859 && call->bid_depth == 120);
    assert_true(call->ask_depth == 80.5 && call->mark == 0.0855 && call->mark_vol == 0.4323);
    assert_true(call->underlying == 88728.9 && call->open_interest == 1234.5);
    assert_true(call->age_s == 0.5);
    assert_true(put->bid == 0 && put->ask == 12.5 && isnan(put->micro) && put->age_s == 0);
    assert_true(isnan(quote_of(&document, "x:F")->bid)); /* no row */
    const hpm_catalog *catalog = document.quotes.catalog;
    uint32_t btc = hpm_catalog_find_asset(catalog, "BTC");
    assert_true(document.quotes.asset_price[btc].value == 88530.23);
    assert_true(document.quotes.asset_price[document.quotes.reporting].value == 1);
    hpm_quotes_document_free(&document);
}

static void test_round_trip(void **state)
{
    hpm_quotes_document one, two, three;
    hpm_error error = {0};
    hpm_json json, again;
    (void)state;
    decode(&one, RAW, NULL);
    hpm_json_to_buffer(&json, 1);
    hpm_quotes_write(&json, &one.quotes, one.source, 1);
    check_ok(hpm_json_finish(&json, &error), &error);
    decode(&two, json.bytes, NULL);
    assert_memory_equal(&one.quotes.hash, &two.quotes.hash, sizeof one.quotes.hash);
    hpm_json_to_buffer(&again, 1);
    hpm_quotes_write(&again, &two.quotes, two.source, 1);
    check_ok(hpm_json_finish(&again, &error), &error);
    assert_string_equal(json.bytes, again.bytes);
    const char *rows = strstr(json.bytes, "\"bid\"");
    assert_null(strstr(rows, "x:F")); /* in the catalog, not among the quotes */
    hpm_json_free(&again);
    hpm_json_free(&json);
    hpm_json_to_buffer(&json, 0);
    hpm_quotes_write(&json, &one.quotes, NULL, 0);
    check_ok(hpm_json_finish(&json, &error), &error);
    decode(&three, json.bytes, &two.catalog);
    assert_memory_equal(&one.quotes.hash, &three.quotes.hash, sizeof one.quotes.hash);
    assert_ptr_equal(three.quotes.catalog, &two.catalog);
    hpm_json_free(&json);
    hpm_quotes_document_free(&three);
    hpm_quotes_document_free(&two);
    hpm_quotes_document_free(&one);
}

static void test_order(void **state)
{
    hpm_quotes_document one, two;
    (void)state;
    decode(&one, RAW, NULL);
    decode(&two, QUOTES_OF(EMBEDDED, PRICES, RAW_PUT "," CALL), NULL);
    assert_memory_equal(&one.quotes.hash, &two.quotes.hash, sizeof one.quotes.hash);
    hpm_quotes_document_free(&two);
    hpm_quotes_document_free(&one);
}

static void test_bad(void **state)
{
    (void)state;
    check_bad(QUOTES_OF("", PRICES, CALL), HPM_E_FIELD_MISSING, "catalog",
              "the quotes have no catalog of their own and none was given (--catalog)");
    check_bad(MARKET, HPM_E_SCHEMA, "schema", "should be \"hpm/quotes/1\" (\"hpm/market/1\")");
    check_bad(QUOTES_OF(EMBEDDED, PRICES, CALL "," CALL), HPM_E_DUPLICATE,
              "instruments[1].instrument", "stated twice (\"x:C\")");
    check_bad(QUOTES_OF(EMBEDDED, PRICES, "{\"instrument\":\"x:D\"}"), HPM_E_REFERENCE,
              "instruments[0].instrument", "no such instrument (\"x:D\")");
    check_bad(QUOTES_OF(EMBEDDED, PRICES, "{\"instrument\":\"x:C\",\"bid\":-1}"), HPM_E_RANGE,
              "instruments[0].bid", "below the minimum 0 as the instrument is quoted (-1)");
    check_bad(QUOTES_OF(EMBEDDED, PRICES, "{\"instrument\":\"x:F\",\"mark\":0}"), HPM_E_RANGE,
              "instruments[0].mark", "not above 0 (\"x:F\")");
    check_bad(QUOTES_OF(EMBEDDED, PRICES "," PRICES, CALL), HPM_E_DUPLICATE, "assets[1].asset",
              "stated twice (\"BTC\")");
    check_bad(QUOTES_OF(EMBEDDED, "{\"asset\":\"USD\",\"price\":2}", CALL), HPM_E_RANGE,
              "assets[0].price", "the reporting asset is worth 1 by definition (\"USD\")");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decode),
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_bad),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
