/* Tests of src/io/document_account.c. */
#include "check.h"

#include <math.h>
#include <stdlib.h>

#include "documents.h"
#include "io/document.h"

static hpm_catalog_document catalog_document;
#define CATALOG_READ (&catalog_document.catalog)

static int read_catalog(void **state)
{
    hpm_error error = {0};
    (void)state;
    return hpm_catalog_decode(&catalog_document, CATALOG, sizeof CATALOG - 1, &error) != HPM_OK;
}

static int free_catalog(void **state)
{
    (void)state;
    hpm_catalog_document_free(&catalog_document);
    return 0;
}

static hpm_account *decode(const char *text)
{
    hpm_error error = {0};
    hpm_account *account;
    check_ok(hpm_account_decode(&account, text, strlen(text), CATALOG_READ, &error), &error);
    return account;
}

static void check_bad(const char *text, hpm_status wanted, const char *where, const char *message)
{
    hpm_error error = {0};
    hpm_account *account;
    check_error(hpm_account_decode(&account, text, strlen(text), CATALOG_READ, &error), &error,
                wanted, where, message);
    assert_null(account);
}

static void test_decode(void **state)
{
    hpm_account *account = decode(ACCOUNT);
    (void)state;
    assert_string_equal(account->id, "acc-1");
    assert_int_equal(account->balance_count, 2);
    assert_int_equal(account->position_count, 2);
    assert_int_equal(account->declared_count, 1);
    const hpm_balance *balances = hpm_account_balances(account);
    assert_int_equal(balances[0].asset, hpm_catalog_find_asset(CATALOG_READ, "BTC"));
    assert_int_equal(balances[0].amount.e8, -200000000);
    assert_int_equal(balances[1].amount.e8, 10000050000000);
    const hpm_position *positions = hpm_account_positions(account);
    assert_int_equal(positions[0].instrument, hpm_catalog_find_instrument(CATALOG_READ, "x:C"));
    assert_int_equal(positions[0].quantity.e8, 320000000);
    assert_true(isnan(positions[0].entry_price));
    assert_int_equal(positions[0].funding.e8, 0);
    assert_int_equal(positions[1].quantity.e8, -12500000);
    assert_true(positions[1].entry_price == 61000.5);
    assert_int_equal(positions[1].funding.e8, -125000000);
    assert_string_equal(hpm_account_declared(account)->name, "open_orders");
    assert_int_equal(hpm_account_declared(account)->amount.e8, 1000000);
    free(account);
}

static void check_round_trip(const char *text)
{
    hpm_error error = {0};
    hpm_json json;
    hpm_account *one = decode(text);
    hpm_json_to_buffer(&json, 1);
    hpm_account_write(&json, one, CATALOG_READ);
    check_ok(hpm_json_finish(&json, &error), &error);
    hpm_account *two = decode(json.bytes);
    hpm_hash a = hpm_account_hash(one, CATALOG_READ), b = hpm_account_hash(two, CATALOG_READ);
    assert_memory_equal(a.bytes, b.bytes, sizeof a.bytes);
    hpm_json_free(&json);
    free(one);
    free(two);
}

static void test_round_trip(void **state)
{
    (void)state;
    check_round_trip(ACCOUNT);
    check_round_trip(ACCOUNT_OF("", "", ""));
    check_round_trip("{\"schema\":\"hpm/account/1\",\"id\":\"\xE2\x82\xAC \\\"q\\\"\"}");
}

static void test_references(void **state)
{
    (void)state;
    check_bad(ACCOUNT_OF("{\"asset\":\"EUR\",\"amount\":1}", "", ""), HPM_E_REFERENCE,
              "balances[0].asset", "no such asset (\"EUR\")");
    check_bad(ACCOUNT_OF(BALANCES ",{\"asset\":\"USD\",\"amount\":1}", "", ""), HPM_E_DUPLICATE,
              "balances[2].asset", "stated twice (\"USD\")");
    check_bad(ACCOUNT_OF("", "{\"instrument\":\"y\",\"quantity\":1}", ""), HPM_E_REFERENCE,
              "positions[0].instrument", "no such instrument (\"y\")");
    check_bad(ACCOUNT_OF("", POSITIONS ",{\"instrument\":\"x:C\",\"quantity\":1}", ""),
              HPM_E_DUPLICATE, "positions[2].instrument", "stated twice (\"x:C\")");
    check_bad(ACCOUNT_OF("", "", DECLARED "," DECLARED), HPM_E_DUPLICATE, "declared[1].name",
              "stated twice (\"open_orders\")");
    check_bad(ACCOUNT_OF("", "", "{\"name\":\"a\",\"asset\":\"EUR\",\"amount\":1}"),
              HPM_E_REFERENCE, "declared[0].asset", "no such asset (\"EUR\")");
}

static void test_values(void **state)
{
    (void)state;
    check_bad(ACCOUNT_OF("", "{\"instrument\":\"x:C\",\"quantity\":\"0.15\"}", ""), HPM_E_LOT,
              "positions[0].quantity", "not a whole number of lots of 0.1 (0.15)");
    check_bad(ACCOUNT_OF("", "{\"instrument\":\"x:C\",\"quantity\":0.1}", ""), HPM_E_TYPE,
              "positions[0].quantity",
              "a JSON real is not exact; write it as a string: \"0.1\" (0.1)");
    check_bad(ACCOUNT_OF("", "{\"instrument\":\"x:C\"}", ""), HPM_E_FIELD_MISSING,
              "positions[0].quantity", "missing field");
    check_bad(ACCOUNT_OF("", "{\"instrument\":\"x:C\",\"quantity\":1,\"entry_price\":0}", ""),
              HPM_E_RANGE, "positions[0].entry_price", "not above 0 (0)");
    check_bad(ACCOUNT_OF("", "", "{\"name\":\"a\",\"asset\":\"BTC\",\"amount\":\"-1\"}"),
              HPM_E_RANGE, "declared[0].amount", "below the minimum 0 units of the asset (-1)");
    check_bad("{\"schema\":\"hpm/account/1\",\"id\":\"\"}", HPM_E_RANGE, "id", "empty text (\"\")");
    check_bad("{\"schema\":\"hpm/account/1\"}", HPM_E_FIELD_MISSING, "id", "missing field");
}

/* ---- Streams ------------------------------------------------------------------------------ */

static void check_next(hpm_account_stream *stream, const char *id)
{
    hpm_error error = {0};
    hpm_account *account;
    check_ok(hpm_account_stream_next(&account, stream, CATALOG_READ, &error), &error);
    if (id)
        assert_string_equal(account->id, id);
    else
        assert_null(account);
    free(account);
}

static void check_next_bad(hpm_account_stream *stream, hpm_status wanted, int64_t line,
                           const char *where, const char *message)
{
    hpm_error error = {0};
    hpm_account *account;
    check_error(hpm_account_stream_next(&account, stream, CATALOG_READ, &error), &error, wanted,
                where, message);
    assert_int_equal(error.line, line);
    assert_null(account);
}

#define NAMED(id) "{\"schema\":\"hpm/account/1\",\"id\":\"" id "\"}"

static void test_stream(void **state)
{
    static const char text[] = "\n" NAMED("a") "\n\n" NAMED("b") NAMED("c") " \r\n";
    hpm_account_stream stream;
    (void)state;
    hpm_account_stream_begin(&stream, text, sizeof text - 1);
    check_next(&stream, "a");
    check_next(&stream, "b");
    check_next(&stream, "c");
    check_next(&stream, NULL);
    check_next(&stream, NULL);
    hpm_account_stream_begin(&stream, "", 0);
    check_next(&stream, NULL);
}

static void test_stream_goes_on_after_a_bad_document(void **state)
{
    static const char text[] =
        NAMED("a") "\n{\"schema\":\"hpm/account/1\",\n\"ib\":1}\n[7]\n" NAMED(
            "b") "\n{\"schema\":\n\"hpm/account/1\",}" NAMED("c");
    hpm_account_stream stream;
    (void)state;
    hpm_account_stream_begin(&stream, text, sizeof text - 1);
    check_next(&stream, "a");
    check_next_bad(&stream, HPM_E_FIELD_UNKNOWN, 3, "ib", "unknown field of account (ib)");
    check_next_bad(&stream, HPM_E_SCHEMA, 4, "", "not a JSON object; should be \"hpm/account/1\"");
    check_next(&stream, "b");
    check_next_bad(&stream, HPM_E_SYNTAX, 7, "", "string or '}' expected near '}' (column 17)");
    check_next(&stream, NULL);
}

static void test_stream_of_other_documents(void **state)
{
    hpm_account_stream stream;
    (void)state;
    hpm_account_stream_begin(&stream, CATALOG, sizeof CATALOG - 1);
    check_next_bad(&stream, HPM_E_SCHEMA, 1, "schema",
                   "should be \"hpm/account/1\" (\"hpm/catalog/1\")");
    check_next(&stream, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decode),
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_references),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_stream),
        cmocka_unit_test(test_stream_goes_on_after_a_bad_document),
        cmocka_unit_test(test_stream_of_other_documents),
    };
    return cmocka_run_group_tests(tests, read_catalog, free_catalog);
}
