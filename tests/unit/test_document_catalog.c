/* Tests of src/io/document_catalog.c. */
#include "check.h"

#include "documents.h"
#include "io/document.h"

static void decode(hpm_catalog_document *document, const char *text)
{
    hpm_error error = {0};
    check_ok(hpm_catalog_decode(document, text, strlen(text), &error), &error);
}

static void check_bad(const char *text, hpm_status wanted, const char *where, const char *message)
{
    hpm_error error = {0};
    hpm_catalog_document document;
    check_error(hpm_catalog_decode(&document, text, strlen(text), &error), &error, wanted, where,
                message);
    hpm_catalog_document_free(&document); /* harmless after a failure */
}

static void test_decode(void **state)
{
    hpm_catalog_document document;
    (void)state;
    decode(&document, CATALOG);
    const hpm_catalog *catalog = &document.catalog;
    assert_int_equal(catalog->asset_count, 2);
    assert_int_equal(catalog->instrument_count, 5);
    assert_string_equal(catalog->assets[0].name, "BTC");
    assert_int_equal(catalog->assets[0].kind, HPM_ASSET_COIN);
    const hpm_instrument *call = &catalog->instruments[hpm_catalog_find_instrument(catalog, "x:C")];
    assert_int_equal(call->kind, HPM_OPTION);
    assert_int_equal(call->payoff, HPM_INVERSE);
    assert_int_equal(call->is_call, 1);
    assert_int_equal(call->lot.e8, 10000000);
    assert_true(call->strike == 82000 && call->contract_size == 1);
    assert_int_equal(call->expiry_ns, INT64_C(1772179200000000000));
    const hpm_instrument *put = &catalog->instruments[hpm_catalog_find_instrument(catalog, "x:P")];
    assert_int_equal(put->is_call, 0);
    assert_int_equal(put->payoff, HPM_LINEAR);
    const hpm_instrument *spot =
        &catalog->instruments[hpm_catalog_find_instrument(catalog, "x:SPOT")];
    assert_int_equal(spot->expiry_ns, 0);
    assert_int_equal(spot->lot.e8, 1);
    hpm_catalog_document_free(&document);
}

/* Rows in another order are the same catalog. */
static void test_order_is_irrelevant(void **state)
{
    hpm_catalog_document one, two;
    (void)state;
    decode(&one, CATALOG);
    decode(&two, CATALOG_OF(BTC "," USD, SPOT "," FUTURE "," OPTION "," PERPETUAL "," PUT));
    assert_memory_equal(&one.catalog.hash, &two.catalog.hash, sizeof one.catalog.hash);
    hpm_catalog_document_free(&one);
    hpm_catalog_document_free(&two);
}

static void test_round_trip(void **state)
{
    (void)state;
    for (int pretty = 0; pretty < 2; pretty++) {
        hpm_catalog_document one, two;
        hpm_error error = {0};
        hpm_json json;
        decode(&one, CATALOG);
        hpm_json_to_buffer(&json, pretty);
        hpm_catalog_write(&json, &one.catalog);
        check_ok(hpm_json_finish(&json, &error), &error);
        decode(&two, json.bytes);
        assert_memory_equal(&one.catalog.hash, &two.catalog.hash, sizeof one.catalog.hash);
        hpm_json_free(&json);
        hpm_catalog_document_free(&one);
        hpm_catalog_document_free(&two);
    }
}

static void test_empty(void **state)
{
    hpm_catalog_document document;
    (void)state;
    decode(&document, CATALOG_OF("", ""));
    assert_int_equal(document.catalog.asset_count, 0);
    hpm_catalog_document_free(&document);
}

static void test_references(void **state)
{
    (void)state;
    check_bad(CATALOG_OF(USD, OPTION), HPM_E_REFERENCE, "instruments[0].underlying",
              "no such asset (\"BTC\")");
    check_bad(CATALOG_OF(BTC, OPTION "," PERPETUAL), HPM_E_REFERENCE, "instruments[1].settlement",
              "no such asset (\"USD\")");
    check_bad(CATALOG_OF(USD "," BTC "," USD, ""), HPM_E_DUPLICATE, "assets[2].asset",
              "stated twice, first in assets[0] (\"USD\")");
    check_bad(CATALOG_OF(USD "," BTC, SPOT "," OPTION "," SPOT), HPM_E_DUPLICATE,
              "instruments[2].instrument", "stated twice, first in instruments[0] (\"x:SPOT\")");
}

#define ROW(kind_and_more)                                                                         \
    CATALOG_OF(USD "," BTC,                                                                        \
               "{\"instrument\":\"x\",\"underlying\":\"BTC\",\"lot\":\"1\"," kind_and_more "}")

static void test_rows(void **state)
{
    (void)state;
    check_bad(ROW("\"settlement\":\"USD\",\"payoff\":\"inverse\",\"contract_size\":1,"
                  "\"kind\":\"perpetual\""),
              HPM_E_REFERENCE, "instruments[0].settlement",
              "an inverse instrument settles in its own underlying (\"USD\")");
    check_bad(ROW("\"settlement\":\"BTC\",\"payoff\":\"inverse\",\"contract_size\":1,"
                  "\"kind\":\"spot\""),
              HPM_E_RANGE, "instruments[0].payoff", "a spot pair cannot be inverse (\"inverse\")");
    check_bad(ROW("\"settlement\":\"USD\",\"payoff\":\"linear\",\"contract_size\":0,"
                  "\"kind\":\"spot\""),
              HPM_E_RANGE, "instruments[0].contract_size", "not above 0 (0)");
    check_bad(ROW("\"settlement\":\"USD\",\"payoff\":\"linear\",\"contract_size\":1,"
                  "\"kind\":\"spot\",\"strike\":1"),
              HPM_E_FIELD_UNKNOWN, "instruments[0].strike", "unknown field of instrument (strike)");
    check_bad(ROW("\"settlement\":\"USD\",\"payoff\":\"linear\",\"contract_size\":1,"
                  "\"kind\":\"future\""),
              HPM_E_FIELD_MISSING, "instruments[0].expiry", "missing field");
    check_bad(ROW("\"settlement\":\"USD\",\"payoff\":\"linear\",\"contract_size\":1,"
                  "\"kind\":\"option\",\"expiry\":\"2026-01-01T00:00:00Z\",\"strike\":-1,"
                  "\"type\":\"put\""),
              HPM_E_RANGE, "instruments[0].strike", "below the minimum 0 quote currency (-1)");
    check_bad(CATALOG_OF("{\"asset\":\"ABCDEFGHIJKLMNOP\",\"kind\":\"coin\"}", ""), HPM_E_RANGE,
              "assets[0].asset", "text longer than 15 bytes (\"ABCDEFGHIJKLMNOP\")");
    check_bad("{\"schema\":\"hpm/catalog/1\",\"assets\":[]}", HPM_E_FIELD_MISSING, "instruments",
              "missing field");
}

static void test_lot_zero(void **state)
{
    (void)state;
    check_bad(CATALOG_OF(USD "," BTC, "{\"instrument\":\"x\",\"underlying\":\"BTC\",\"lot\":0,"
                                      "\"settlement\":\"USD\",\"payoff\":\"linear\","
                                      "\"contract_size\":1,\"kind\":\"spot\"}"),
              HPM_E_RANGE, "instruments[0].lot", "below the minimum 1e-08 contracts (0)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decode),     cmocka_unit_test(test_order_is_irrelevant),
        cmocka_unit_test(test_round_trip), cmocka_unit_test(test_empty),
        cmocka_unit_test(test_references), cmocka_unit_test(test_rows),
        cmocka_unit_test(test_lot_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
