/* Tests of comparing JSON documents value by value. */
#include "check.h"

#include <stdio.h>

#include "io/codec.h"
#include "io/json_compare.h"

static char found[1024];

/* "path:given:wanted;" with "-" for what is not there. */
static void take(void *context, const hpm_json_difference *difference)
{
    char path[HPM_PATH_TEXT], given[HPM_CODEC_SHOWN], wanted[HPM_CODEC_SHOWN];
    size_t used = strlen(found);
    assert_ptr_equal(context, found);
    snprintf(found + used, sizeof found - used, "%s:%s:%s;",
             hpm_path_format(path, difference->path),
             difference->given ? hpm_codec_show(given, difference->given) : "-",
             difference->wanted ? hpm_codec_show(wanted, difference->wanted) : "-");
}

static json_t *parse(const char *text)
{
    json_t *root = json_loads(text, JSON_DECODE_ANY, NULL);
    assert_non_null(root);
    return root;
}

static void expect(const char *given, const char *wanted, uint64_t values, const char *differences)
{
    hpm_json_comparison comparison = {.take = take, .context = found};
    json_t *left = parse(given), *right = parse(wanted);
    uint64_t count = 0;
    found[0] = '\0';
    hpm_json_compare(&comparison, left, right, NULL);
    assert_string_equal(found, differences);
    assert_int_equal(comparison.values, values);
    for (const char *at = differences; *at != '\0'; at++)
        count += *at == ';';
    assert_int_equal(comparison.differences, count);
    json_decref(left);
    json_decref(right);
}

static void test_equal(void **state)
{
    (void)state;
    expect("{\"a\": [1, \"x\", null], \"b\": {\"c\": true}}",
           "{\"b\": {\"c\": true}, \"a\": [1, \"x\", null]}", 4, "");
    expect("[]", "[]", 1, "");
    expect("{\"a\": {}}", "{\"a\": {}}", 1, "");
    expect("1.0", "1", 1, "");
    expect("1e3", "1000", 1, "");
    expect("-0.0", "0", 1, "");
    expect("0.1", "0.1000000000000000055", 1, "");
}

static void test_scalars(void **state)
{
    (void)state;
    expect("1", "2", 1, ":1:2;");
    expect("0.30000000000000004", "0.3", 1, ":0.30000000000000004:0.3;");
    expect("\"1\"", "1", 1, ":\"1\":1;");
    expect("true", "false", 1, ":true:false;");
    expect("null", "0", 1, ":null:0;");
    expect("\"1.50\"", "\"1.5\"", 1, ":\"1.50\":\"1.5\";");
    /* No double holds them: a comparison of doubles would call them equal. */
    expect("9007199254740993", "9007199254740992", 1, ":9007199254740993:9007199254740992;");
    expect("9007199254740993", "9007199254740992.0", 1, ":9007199254740993:9007199254740992;");
    expect("9223372036854775807", "9.223372036854775807e18", 1,
           ":9223372036854775807:9.223372036854776e+18;");
    expect("-9223372036854775808", "-9.223372036854775808e18", 1, "");
}

static void test_structure(void **state)
{
    (void)state;
    expect("{\"a\": 1, \"z\": 3}", "{\"b\": 2, \"a\": 1}", 1, "b:-:2;z:3:-;");
    expect("{\"a\": [1, 2, 3]}", "{\"a\": [1]}", 1, "a[1]:2:-;a[2]:3:-;");
    expect("{\"a\": []}", "{\"a\": [5]}", 0, "a[0]:-:5;");
    expect("{\"a\": {\"x\": 1}}", "{\"a\": {}}", 0, "a.x:1:-;");
    expect("{\"a\": []}", "{\"a\": {}}", 1, "a:an array:an object;");
    expect("{\"a\": {}}", "{\"a\": 1}", 1, "a:an object:1;");
    expect("[{\"a\": [{\"b\": 1}]}]", "[{\"a\": [{\"b\": 2}]}]", 1, "[0].a[0].b:1:2;");
    expect("[]", "{\"a\": 1}", 1, ":an array:an object;");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_equal),
        cmocka_unit_test(test_scalars),
        cmocka_unit_test(test_structure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
