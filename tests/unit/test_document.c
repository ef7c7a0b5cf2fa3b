/* Tests of src/io/document.c. */
#include "check.h"

#include "documents.h"
#include "io/document.h"

static void check_schema(const char *text, const char *wanted)
{
    hpm_error error = {0};
    char schema[HPM_SCHEMA_SIZE];
    check_ok(hpm_document_schema(schema, text, strlen(text), &error), &error);
    assert_string_equal(schema, wanted);
}

static void check_no_schema(const char *text, const char *message)
{
    hpm_error error = {0};
    char schema[HPM_SCHEMA_SIZE] = "untouched";
    check_error(hpm_document_schema(schema, text, strlen(text), &error), &error, HPM_E_SCHEMA,
                "schema", message);
    assert_string_equal(schema, "untouched");
}

static void test_schema_is_found(void **state)
{
    (void)state;
    check_schema(CATALOG, "hpm/catalog/1");
    check_schema(" {\n \"schema\" : \"hpm/x/1\"", "hpm/x/1");
    check_schema("{\"a\":{\"schema\":\"no\"},\"b\":[\"}\",{}],\"c\":\"\\\"\",\"d\":1.5,"
                 "\"schema\":\"yes\"}",
                 "yes");
    check_schema("{\"schema\":\"\"}", "");
}

static void test_schema_is_not_found(void **state)
{
    static const char missing[] = "missing; the document does not say what it is";
    (void)state;
    check_no_schema("", "not a JSON object");
    check_no_schema("[1]", "not a JSON object");
    check_no_schema("{}", missing);
    check_no_schema("{\"a\":1}", missing);
    check_no_schema("{\"a\":[{\"schema\":\"inner\"}]}", missing);
    check_no_schema("{\"a\":1", missing);
    check_no_schema("{\"a", missing);
    check_no_schema("{\"schema\"", missing);
    check_no_schema("{\"schema\":1}", "not a string");
    check_no_schema("{\"schema\":\"cut", "not a string");
    check_no_schema("{\"schema\":\"a\\u0041\"}", "not the name of a schema");
    check_no_schema("{\"schema\":\"0123456789012345678901234567890123456789012345678901234567890123"
                    "\"}",
                    "not the name of a schema");
    check_no_schema("{\"a\":\"\\", missing);
    check_no_schema("{\"a\":]]]],\"b\":1}", missing);
}

static void check_refused(const char *text, const char *where, const char *message)
{
    hpm_error error = {0};
    hpm_catalog_document document;
    check_error(hpm_catalog_decode(&document, text, strlen(text), &error), &error, HPM_E_SCHEMA,
                where, message);
}

static void test_decoders_check_the_schema(void **state)
{
    (void)state;
    check_refused("{}", "schema", "missing; should be \"hpm/catalog/1\"");
    check_refused("[]", "", "not a JSON object; should be \"hpm/catalog/1\"");
    check_refused("{\"schema\":7}", "schema", "should be \"hpm/catalog/1\" (7)");
    check_refused(ACCOUNT, "schema", "should be \"hpm/catalog/1\" (\"hpm/account/1\")");
    check_refused("{\"schema\":\"hpm/catalog/2\",\"assets\":[],\"instruments\":[]}", "schema",
                  "should be \"hpm/catalog/1\" (\"hpm/catalog/2\")");
}

/* A text that is too long is refused by its length alone: nothing of it is read. */
static void test_decoders_limit_the_length(void **state)
{
    size_t length = (size_t)100 << 20;
    hpm_catalog_document catalog;
    hpm_market_document market;
    hpm_rulebook_document rulebook;
    hpm_account *account;
    hpm_error error = {0};
    (void)state;
    check_error(hpm_catalog_decode(&catalog, "", length, &error), &error, HPM_E_LIMIT, "",
                "document longer than 67108864 bytes (104857600)");
    check_error(hpm_market_decode(&market, "", length, NULL, &error), &error, HPM_E_LIMIT, "",
                "document longer than 67108864 bytes (104857600)");
    check_error(hpm_account_decode(&account, "", length, NULL, &error), &error, HPM_E_LIMIT, "",
                "document longer than 16777216 bytes (104857600)");
    check_error(hpm_rulebook_decode(&rulebook, "", length, &error), &error, HPM_E_LIMIT, "",
                "document longer than 4194304 bytes (104857600)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_schema_is_found),
        cmocka_unit_test(test_schema_is_not_found),
        cmocka_unit_test(test_decoders_check_the_schema),
        cmocka_unit_test(test_decoders_limit_the_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
