/* Tests of src/io/codec.c and src/io/codec_value.c. */
#include "check.h"

#include <stdio.h>
#include <stdlib.h>

#include "io/arena_new.h"
#include "io/codec.h"
#include "io/json_write.h"
#include "sample_record.h"

/* Reads a sample; on success the arena is the caller's to free. */
static hpm_status read_sample(sample *item, hpm_arena *arena, const char *text, hpm_error *error)
{
    json_t *root;
    hpm_status status = hpm_codec_parse(&root, text, strlen(text), 1 << 20, error);
    if (status != HPM_OK) return status;
    size_t size = hpm_record_read_size(root, &sample_record);
    assert_int_equal(hpm_arena_new(arena, size, error), HPM_OK);
    memset(item, 0, sizeof *item);
    status = hpm_record_read(item, &sample_record, root, arena, NULL, error);
    json_decref(root);
    assert_true(arena->used <= size);
    if (status != HPM_OK) hpm_arena_free(arena);
    return status;
}

static void check_bad(const char *text, hpm_status wanted, const char *where, const char *message)
{
    hpm_error error = {0};
    hpm_arena arena;
    sample item;
    check_error(read_sample(&item, &arena, text, &error), &error, wanted, where, message);
}

/* A field with this value, beside the required ones. */
static void check_bad_field(const char *field, hpm_status wanted, const char *where,
                            const char *message)
{
    char text[2048];
    snprintf(text, sizeof text, "{\"name\":\"n\",\"ratio\":1,%s}", field);
    check_bad(text, wanted, where, message);
}

static void test_defaults(void **state)
{
    hpm_error error = {0};
    hpm_arena arena;
    sample item;
    (void)state;
    check_ok(read_sample(&item, &arena, "{\"ratio\":2.5,\"name\":\"n\",\"x_my\":[{}]}", &error),
             &error);
    assert_string_equal(item.name, "n");
    assert_true(item.ratio == 2.5 && isnan(item.optional));
    assert_int_equal(item.count, 3);
    assert_int_equal(item.flag, 1);
    assert_int_equal(item.kind, 1);
    assert_true(item.shape.side == 4);
    assert_int_equal(item.amount, 250000000);
    hpm_arena_free(&arena);
}

static void test_all_fields(void **state)
{
    hpm_error error = {0};
    hpm_arena arena;
    sample item;
    (void)state;
    check_ok(read_sample(&item, &arena,
                         "{\"name\":\"n\",\"note\":\"\\u20ac\",\"ratio\":10,\"optional\":-0.0,"
                         "\"count\":5,\"flag\":false,\"kind\":\"list\",\"of\":[\"a\",\"b\"],"
                         "\"amount\":\"-99.00000001\",\"when\":\"1970-01-01T00:00:01Z\","
                         "\"reals\":[0,-1,1.0],\"texts\":[],"
                         "\"points\":[{\"x\":0.5},{\"label\":\"L\",\"x\":0,\"x_note\":null}]}",
                         &error),
             &error);
    assert_string_equal(item.note, "\xE2\x82\xAC");
    assert_true(item.optional == 0 && !signbit(item.optional));
    assert_int_equal(item.flag, 0);
    assert_int_equal(item.shape.of.count, 2);
    assert_string_equal((char *)item.shape.of.items + 8, "b");
    assert_int_equal(item.amount, -9900000001);
    assert_int_equal(item.when, 1000000000);
    assert_true(((double *)item.reals.items)[1] == -1);
    assert_null(item.texts.items);
    assert_true(((sample_point *)item.points.items)[0].x == 0.5);
    assert_string_equal(((sample_point *)item.points.items)[1].label, "L");
    hpm_arena_free(&arena);
}

static void test_written_is_read(void **state)
{
    static const char *const texts[] = {
        "{\"name\":\"n\",\"ratio\":0.3333333333333333,\"amount\":\"0.00000001\",\"kind\":\"none\"}",
        "{\"name\":\"n\",\"ratio\":1e-300,\"optional\":1e20,\"side\":9,\"reals\":[0.1,1e-5]}",
        "{\"name\":\"n\",\"ratio\":1,\"kind\":\"list\",\"of\":[],\"points\":[{\"x\":1}]}",
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        hpm_error error = {0};
        hpm_arena arena, arena_again;
        sample item, again;
        hpm_json json;
        hpm_hasher one, two;
        check_ok(read_sample(&item, &arena, texts[i], &error), &error);
        hpm_json_to_buffer(&json, i % 2 == 0);
        hpm_record_write(&json, &item, &sample_record);
        check_ok(hpm_json_finish(&json, &error), &error);
        check_ok(read_sample(&again, &arena_again, json.bytes, &error), &error);
        hpm_hash_begin(&one);
        hpm_hash_begin(&two);
        hpm_record_hash(&one, &item, &sample_record);
        hpm_record_hash(&two, &again, &sample_record);
        hpm_hash a = hpm_hash_end(&one), b = hpm_hash_end(&two);
        assert_memory_equal(a.bytes, b.bytes, sizeof a.bytes);
        hpm_json_free(&json);
        hpm_arena_free(&arena);
        hpm_arena_free(&arena_again);
    }
}

static void test_reals_are_rounded_correctly(void **state)
{
    hpm_error error = {0};
    hpm_arena arena;
    sample item;
    (void)state;
    check_ok(read_sample(&item, &arena,
                         "{\"name\":\"n\",\"ratio\":1,\"optional\":9007199254740993}", &error),
             &error);
    assert_true(item.optional == 9007199254740992.0);
    hpm_arena_free(&arena);
    check_ok(read_sample(&item, &arena,
                         "{\"name\":\"n\",\"ratio\":1,\"optional\":9007199254740995}", &error),
             &error);
    assert_true(item.optional == 9007199254740996.0);
    hpm_arena_free(&arena);
    check_bad("{\"name\":\"n\",\"ratio\":1e-400}", HPM_E_RANGE, "ratio", "not above 0 (0)");
}

static void test_names(void **state)
{
    (void)state;
    check_bad("{}", HPM_E_FIELD_MISSING, "name", "missing field");
    check_bad("{\"name\":\"n\"}", HPM_E_FIELD_MISSING, "ratio", "missing field");
    check_bad("{\"name\":\"n\",\"ration\":1}", HPM_E_FIELD_UNKNOWN, "ration",
              "unknown field of sample (ration)");
    check_bad_field("\"bogus\":1", HPM_E_FIELD_UNKNOWN, "bogus", "unknown field of sample (bogus)");
    check_bad_field("\"\":1", HPM_E_FIELD_UNKNOWN, "", "unknown field of sample ()");
    check_bad_field("\"kind\":\"none\",\"side\":1", HPM_E_FIELD_UNKNOWN, "side",
                    "unknown field of sample (side)");
    check_bad_field("\"kind\":\"square\",\"of\":[]", HPM_E_FIELD_UNKNOWN, "of",
                    "unknown field of sample (of)");
    check_bad_field("\"kind\":\"list\"", HPM_E_FIELD_MISSING, "of", "missing field");
    check_bad_field("\"points\":[{\"x\":0},{}]", HPM_E_FIELD_MISSING, "points[1].x",
                    "missing field");
    check_bad_field("\"points\":[{\"x\":0,\"y\":0}]", HPM_E_FIELD_UNKNOWN, "points[0].y",
                    "unknown field of point (y)");
}

static void test_types(void **state)
{
    (void)state;
    check_bad("[]", HPM_E_TYPE, "", "expected an object (an array)");
    check_bad_field("\"note\":17", HPM_E_TYPE, "note", "expected a string (17)");
    check_bad_field("\"note\":null", HPM_E_TYPE, "note", "expected a string (null)");
    check_bad_field("\"optional\":\"1\"", HPM_E_TYPE, "optional", "expected a number (\"1\")");
    check_bad_field("\"optional\":null", HPM_E_TYPE, "optional", "expected a number (null)");
    check_bad_field("\"count\":2.0", HPM_E_TYPE, "count", "expected an integer (2)");
    check_bad_field("\"count\":true", HPM_E_TYPE, "count", "expected an integer (true)");
    check_bad_field("\"flag\":1", HPM_E_TYPE, "flag", "expected true or false (1)");
    check_bad_field("\"kind\":2", HPM_E_TYPE, "kind", "expected a string (2)");
    check_bad_field("\"amount\":{}", HPM_E_TYPE, "amount",
                    "expected a decimal string or an integer (an object)");
    check_bad_field("\"when\":0", HPM_E_TYPE, "when", "expected a time string (0)");
    check_bad_field("\"reals\":1", HPM_E_TYPE, "reals", "expected an array (1)");
    check_bad_field("\"reals\":[0,\"x\"]", HPM_E_TYPE, "reals[1]", "expected a number (\"x\")");
    check_bad_field("\"texts\":[false]", HPM_E_TYPE, "texts[0]", "expected a string (false)");
    check_bad_field("\"points\":[[]]", HPM_E_TYPE, "points[0]", "expected an object (an array)");
}

static void test_ranges(void **state)
{
    (void)state;
    check_bad("{\"name\":\"\",\"ratio\":1}", HPM_E_RANGE, "name", "empty text (\"\")");
    check_bad("{\"name\":\"123456789012\",\"ratio\":1}", HPM_E_RANGE, "name",
              "text longer than 11 bytes (\"123456789012\")");
    check_bad("{\"name\":\"a\\nb\",\"ratio\":1}", HPM_E_RANGE, "name",
              "control character in the text (\"a?b\")");
    check_bad("{\"name\":\"n\",\"ratio\":0}", HPM_E_RANGE, "ratio", "not above 0 (0)");
    check_bad("{\"name\":\"n\",\"ratio\":10.5}", HPM_E_RANGE, "ratio",
              "above the maximum 10 (10.5)");
    check_bad_field("\"count\":0", HPM_E_RANGE, "count", "below the minimum 1 (0)");
    check_bad_field("\"count\":-1", HPM_E_RANGE, "count", "count out of range (-1)");
    check_bad_field("\"count\":4294967296", HPM_E_RANGE, "count",
                    "count out of range (4294967296)");
    check_bad_field("\"kind\":\"cube\"", HPM_E_RANGE, "kind",
                    "not one of none, square, list (\"cube\")");
    check_bad_field("\"side\":9.5", HPM_E_RANGE, "side", "above the maximum 9 (9.5)");
    check_bad_field("\"amount\":101", HPM_E_RANGE, "amount", "above the maximum 100 coins (101)");
    check_bad_field("\"reals\":[0,0,-2]", HPM_E_RANGE, "reals[2]", "below the minimum -1 (-2)");
    check_bad_field("\"reals\":[0,0,0,0]", HPM_E_LIMIT, "reals", "more than 3 items (4)");
    check_bad_field("\"texts\":[\"12345678\"]", HPM_E_RANGE, "texts[0]",
                    "text longer than 7 bytes (\"12345678\")");
    check_bad_field("\"points\":[{\"x\":0},{\"x\":0},{\"x\":0}]", HPM_E_LIMIT, "points",
                    "more than 2 items (3)");
}

static void test_decimals(void **state)
{
    (void)state;
    check_bad_field("\"amount\":0.1", HPM_E_TYPE, "amount",
                    "a JSON real is not exact; write it as a string: \"0.1\" (0.1)");
    check_bad_field("\"amount\":1e3", HPM_E_TYPE, "amount",
                    "a JSON real is not exact; write it as a string: \"1000\" (1000)");
    check_bad_field("\"amount\":\"0.000000001\"", HPM_E_PRECISION, "amount",
                    "more than 8 decimals (\"0.000000001\")");
    check_bad_field("\"amount\":\"1,5\"", HPM_E_SYNTAX, "amount", "not a decimal number (\"1,5\")");
    check_bad_field("\"amount\":\"nan\"", HPM_E_SYNTAX, "amount", "not a decimal number (\"nan\")");
    check_bad_field("\"amount\":\"1e30\"", HPM_E_RANGE, "amount", "number too large (\"1e30\")");
    check_bad_field("\"amount\":92233720369", HPM_E_RANGE, "amount",
                    "number too large (92233720369)");
    check_bad_field("\"amount\":9223372036854775808", HPM_E_RANGE, "",
                    "too big integer near '9223372036854775808' (column 50)");
}

static void test_times(void **state)
{
    (void)state;
    check_bad_field("\"when\":\"tomorrow\"", HPM_E_SYNTAX, "when",
                    "not a time such as \"2026-01-16T08:00:00Z\" (\"tomorrow\")");
    check_bad_field("\"when\":\"1969-12-31T00:00:00Z\"", HPM_E_RANGE, "when",
                    "time outside 1970 to 2262 (\"1969-12-31T00:00:00Z\")");
}

/* The offending value is shown, but not all of it. */
static void test_long_values_are_cut(void **state)
{
    (void)state;
    check_bad_field("\"when\":\"aaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbbX\"",
                    HPM_E_SYNTAX, "when",
                    "not a time such as \"2026-01-16T08:00:00Z\" "
                    "(\"aaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbb...\")");
}

/* ---- Parsing ------------------------------------------------------------------------------ */

static void check_unparsed(const char *text, size_t length, hpm_status wanted, int64_t line,
                           const char *message)
{
    hpm_error error = {0};
    json_t *root;
    check_error(hpm_codec_parse(&root, text, length, 1 << 20, &error), &error, wanted, "", message);
    assert_int_equal(error.line, line);
}

#define UNPARSED(text, wanted, line, message)                                                      \
    check_unparsed(text, sizeof(text) - 1, wanted, line, message)

static void test_hostile_text(void **state)
{
    (void)state;
    UNPARSED("", HPM_E_SYNTAX, 1, "'[' or '{' expected near end of file (column 0)");
    UNPARSED("{\"a\":1,\n\"b\"", HPM_E_SYNTAX, 2, "':' expected near end of file (column 3)");
    UNPARSED("{\"a\":1,\n\"a\":2}", HPM_E_DUPLICATE, 2,
             "duplicate object key near '\"a\"' (column 3)");
    UNPARSED("[\"\xFF\"]", HPM_E_SYNTAX, 1, "unable to decode byte 0xff near '\"' (column 2)");
    UNPARSED("[\"\xED\xA0\x80\"]", HPM_E_SYNTAX, 1,
             "unable to decode byte 0xed near '\"' (column 2)");
    UNPARSED("[\"\\u0000\"]", HPM_E_SYNTAX, 1,
             "a text must not contain the character NUL (column 9)");
    UNPARSED("[\"a\0b\"]", HPM_E_SYNTAX, 1, "control character 0x0 near '\"a' (column 3)");
    UNPARSED("[1e400]", HPM_E_RANGE, 1, "real number overflow near '1e400' (column 6)");
    UNPARSED("[-1e400]", HPM_E_RANGE, 1, "real number overflow near '-1e400' (column 7)");
    UNPARSED("[NaN]", HPM_E_SYNTAX, 1, "invalid token near 'NaN' (column 4)");
    UNPARSED("[01]", HPM_E_SYNTAX, 1, "invalid token near '0' (column 2)");
    UNPARSED("[1] x", HPM_E_SYNTAX, 1, "end of file expected near 'x' (column 5)");
    UNPARSED("{\"a\":1}{\"a\":1}", HPM_E_SYNTAX, 1, "end of file expected near '{' (column 8)");
    UNPARSED("17", HPM_E_SYNTAX, 1, "'[' or '{' expected near '17' (column 2)");
}

static void test_depth_bomb(void **state)
{
    enum { DEPTH = 500000 };
    hpm_error error = {0};
    json_t *root;
    (void)state;
    char *text = malloc(DEPTH);
    assert_non_null(text);
    memset(text, '[', DEPTH);
    hpm_status status = hpm_codec_parse(&root, text, DEPTH, DEPTH, &error);
    free(text);
    check_error(status, &error, HPM_E_SYNTAX, "",
                "maximum parsing depth reached near '[' (column 2049)");
}

static void test_value_limit(void **state)
{
    enum { LENGTH = 2 * HPM_CODEC_VALUES_MAX + 3 };
    hpm_error error = {0};
    json_t *root;
    (void)state;
    char *text = malloc(LENGTH);
    assert_non_null(text);
    for (size_t i = 0; i < LENGTH; i++)
        text[i] = i % 2 ? '0' : ',';
    text[0] = '[';
    text[LENGTH - 1] = ']';
    hpm_status status = hpm_codec_parse(&root, text, LENGTH, LENGTH, &error);
    free(text);
    check_error(status, &error, HPM_E_LIMIT, "", "more than 4000000 values in the document");
}

static void test_size_limit(void **state)
{
    hpm_error error = {0};
    json_t *root;
    (void)state;
    check_error(hpm_codec_parse(&root, "[1234567]", 9, 8, &error), &error, HPM_E_LIMIT, "",
                "document longer than 8 bytes (9)");
    check_ok(hpm_codec_parse(&root, "[1234567]", 9, 9, &error), &error);
    json_decref(root);
}

static void test_first_of_several(void **state)
{
    static const char text[] = "{\"a\":1} {\"b\":2}";
    hpm_error error = {0};
    json_t *root;
    size_t used;
    (void)state;
    check_ok(hpm_codec_parse_first(&root, &used, text, sizeof text - 1, 100, &error), &error);
    assert_int_equal(used, 7);
    json_decref(root);
    check_ok(hpm_codec_parse_first(&root, &used, text, sizeof text - 1, 7, &error), &error);
    json_decref(root);
    check_error(hpm_codec_parse_first(&root, &used, text, sizeof text - 1, 6, &error), &error,
                HPM_E_LIMIT, "", "document longer than 6 bytes (15)");
    check_error(hpm_codec_parse_first(&root, &used, text, 6, 100, &error), &error, HPM_E_SYNTAX, "",
                "'}' expected near end of file (column 6)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_all_fields),
        cmocka_unit_test(test_written_is_read),
        cmocka_unit_test(test_reals_are_rounded_correctly),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_types),
        cmocka_unit_test(test_ranges),
        cmocka_unit_test(test_decimals),
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_long_values_are_cut),
        cmocka_unit_test(test_hostile_text),
        cmocka_unit_test(test_depth_bomb),
        cmocka_unit_test(test_value_limit),
        cmocka_unit_test(test_size_limit),
        cmocka_unit_test(test_first_of_several),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
