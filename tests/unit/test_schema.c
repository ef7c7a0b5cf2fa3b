/* Tests of src/io/schema.c: the committed schemas are the generated ones. Runs in the source root;
 * HPM_SCHEMA_WRITE=1 writes schema/ anew instead of comparing. */
#define _POSIX_C_SOURCE 200809L
#include "check.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "io/file_read.h"
#include "io/schema.h"

static void generate(hpm_json *json, const char *noun)
{
    hpm_error error = {0};
    hpm_json_to_buffer(json, 1);
    check_ok(hpm_schema_write(json, noun, &error), &error);
    check_ok(hpm_json_finish(json, &error), &error);
}

static void write_file(const char *path, const hpm_json *json)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(json->bytes, 1, json->length, file), json->length);
    assert_int_equal(fclose(file), 0);
}

static void test_committed(void **state)
{
    (void)state;
    for (const char *const *noun = hpm_schema_nouns(); *noun; noun++) {
        hpm_error error = {0};
        hpm_buffer committed;
        hpm_json json;
        char path[64];
        snprintf(path, sizeof path, "schema/%s.json", *noun);
        generate(&json, *noun);
        if (getenv("HPM_SCHEMA_WRITE")) write_file(path, &json);
        check_ok(hpm_file_read(&committed, path, 1 << 24, &error), &error);
        assert_string_equal(committed.bytes, json.bytes);
        hpm_buffer_free(&committed);
        hpm_json_free(&json);
    }
}

static json_t *parsed(const char *noun)
{
    hpm_json json;
    json_error_t problem;
    generate(&json, noun);
    json_t *root = json_loadb(json.bytes, json.length, JSON_REJECT_DUPLICATES, &problem);
    assert_non_null(root);
    hpm_json_free(&json);
    return root;
}

static const json_t *at(const json_t *value, const char *path)
{
    char copy[200];
    snprintf(copy, sizeof copy, "%s", path);
    for (char *name = strtok(copy, "/"); name; name = strtok(NULL, "/")) {
        value = json_is_array(value) ? json_array_get(value, (size_t)atoi(name))
                                     : json_object_get(value, name);
        if (!value) fail_msg("no %s in %s", name, path);
    }
    return value;
}

static void test_content(void **state)
{
    json_t *market = parsed("market");
    (void)state;
    assert_string_equal(json_string_value(at(market, "$id")), "urn:hpm:market:1");
    assert_string_equal(json_string_value(at(market, "properties/schema/const")), "hpm/market/1");
    assert_true(json_is_false(at(market, "additionalProperties")));
    const json_t *price = at(market, "properties/assets/items/properties/price");
    assert_true(json_number_value(at(price, "exclusiveMinimum")) == 0);
    assert_true(json_number_value(at(price, "maximum")) == 1e15);
    const json_t *instrument = at(market, "properties/catalog/properties/instruments/items");
    assert_true(json_is_false(at(instrument, "unevaluatedProperties")));
    assert_int_equal(json_array_size(at(instrument, "allOf")), 2);
    assert_string_equal(json_string_value(at(instrument, "allOf/1/if/properties/kind/const")),
                        "option");
    assert_string_equal(json_string_value(at(instrument, "allOf/1/then/properties/expiry/format")),
                        "date-time");
    assert_string_equal(json_string_value(at(market, "properties/catalog/properties/schema/const")),
                        "hpm/catalog/1");
    json_decref(market);
}

static void test_unknown_noun(void **state)
{
    hpm_error error = {0};
    hpm_json json;
    (void)state;
    hpm_json_to_buffer(&json, 1);
    check_error(hpm_schema_write(&json, "bogus", &error), &error, HPM_E_REFERENCE, "",
                "no document of this name has a schema (bogus)");
    assert_int_equal(json.length, 0);
    hpm_json_free(&json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_committed),
        cmocka_unit_test(test_content),
        cmocka_unit_test(test_unknown_noun),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
