/* Tests of src/io/json_write.c and src/io/record_write.c. */
#include "check.h"

#include <stdio.h>

#include "io/json_write.h"
#include "sample_record.h"

static void check_buffer(hpm_json *json, const char *wanted)
{
    hpm_error error = {0};
    check_ok(hpm_json_finish(json, &error), &error);
    assert_string_equal(json->bytes, wanted);
    assert_int_equal(json->length, strlen(wanted));
    hpm_json_free(json);
}

static void write_all(hpm_json *json)
{
    hpm_json_begin_object(json);
    hpm_json_put_text(json, "text", "a");
    hpm_json_put_real(json, "real", 0.1);
    hpm_json_put_int(json, "int", INT64_MIN);
    hpm_json_put_decimal(json, "decimal", -1250000000);
    hpm_json_put_time(json, "time", 0);
    hpm_json_put_bool(json, "yes", 7);
    hpm_json_key(json, "null");
    hpm_json_null(json);
    hpm_json_key(json, "raw");
    hpm_json_raw(json, "{\"a\":1}");
    hpm_json_key(json, "list");
    hpm_json_begin_array(json);
    hpm_json_int(json, 1);
    hpm_json_begin_array(json);
    hpm_json_end_array(json);
    hpm_json_begin_object(json);
    hpm_json_end_object(json);
    hpm_json_end_array(json);
    hpm_json_key(json, "row");
    hpm_json_one_line(json);
    hpm_json_begin_object(json);
    hpm_json_put_int(json, "a", 1);
    hpm_json_key(json, "b");
    hpm_json_begin_array(json);
    hpm_json_int(json, 2);
    hpm_json_int(json, 3);
    hpm_json_end_array(json);
    hpm_json_end_object(json);
    hpm_json_put_bool(json, "no", 0);
    hpm_json_end_object(json);
}

static void test_compact(void **state)
{
    hpm_json json;
    (void)state;
    hpm_json_to_buffer(&json, 0);
    write_all(&json);
    check_buffer(&json, "{\"text\":\"a\",\"real\":0.1,\"int\":-9223372036854775808,"
                        "\"decimal\":\"-12.5\",\"time\":\"1970-01-01T00:00:00Z\",\"yes\":true,"
                        "\"null\":null,\"raw\":{\"a\":1},\"list\":[1,[],{}],"
                        "\"row\":{\"a\":1,\"b\":[2,3]},\"no\":false}\n");
}

static void test_pretty(void **state)
{
    hpm_json json;
    (void)state;
    hpm_json_to_buffer(&json, 1);
    write_all(&json);
    check_buffer(&json, "{\n"
                        "  \"text\": \"a\",\n"
                        "  \"real\": 0.1,\n"
                        "  \"int\": -9223372036854775808,\n"
                        "  \"decimal\": \"-12.5\",\n"
                        "  \"time\": \"1970-01-01T00:00:00Z\",\n"
                        "  \"yes\": true,\n"
                        "  \"null\": null,\n"
                        "  \"raw\": {\"a\":1},\n"
                        "  \"list\": [\n"
                        "    1,\n"
                        "    [],\n"
                        "    {}\n"
                        "  ],\n"
                        "  \"row\": {\"a\": 1, \"b\": [2, 3]},\n"
                        "  \"no\": false\n"
                        "}\n");
}

static void test_reals(void **state)
{
    hpm_json json;
    (void)state;
    hpm_json_to_buffer(&json, 0);
    hpm_json_begin_array(&json);
    hpm_json_real(&json, NAN);
    hpm_json_real(&json, INFINITY);
    hpm_json_real(&json, -INFINITY);
    hpm_json_real(&json, 1e300);
    hpm_json_real(&json, 0.1 + 0.2);
    hpm_json_end_array(&json);
    check_buffer(&json, "[null,null,null,1e+300,0.30000000000000004]\n");
}

static void check_text(const char *text, size_t length, const char *wanted)
{
    hpm_json json;
    hpm_json_to_buffer(&json, 0);
    hpm_json_text_length(&json, text, length);
    check_buffer(&json, wanted);
}

static void test_texts(void **state)
{
    (void)state;
    check_text("a\"\\\b\f\n\r\t\x01\x7F", 10, "\"a\\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u007f\"\n");
    check_text("a\0b", 3, "\"a\\u0000b\"\n");
    check_text("\xE2\x82\xAC", 3, "\"\xE2\x82\xAC\"\n");
    check_text("x\xFFy\xE2\x82", 5, "\"x\xEF\xBF\xBDy\xEF\xBF\xBD\xEF\xBF\xBD\"\n");
    check_text("", 0, "\"\"\n");
}

static void test_hash(void **state)
{
    hpm_json json;
    hpm_hash hash = {{0xAB, 0x01}};
    (void)state;
    hpm_json_to_buffer(&json, 0);
    hpm_json_hash(&json, &hash);
    check_buffer(&json, "\"ab01000000000000000000000000000000000000000000000000000000000000\"\n");
}

/* A file gets the same bytes as a buffer, in blocks. */
static void test_file(void **state)
{
    hpm_json json, copy;
    hpm_error error = {0};
    FILE *file = tmpfile();
    (void)state;
    assert_non_null(file);
    hpm_json_to_file(&json, file, 0);
    hpm_json_to_buffer(&copy, 0);
    hpm_json_begin_array(&json);
    hpm_json_begin_array(&copy);
    for (int i = 0; i < 50000; i++) {
        hpm_json_int(&json, i);
        hpm_json_int(&copy, i);
    }
    hpm_json_end_array(&json);
    hpm_json_end_array(&copy);
    check_ok(hpm_json_finish(&json, &error), &error);
    check_ok(hpm_json_finish(&copy, &error), &error);
    rewind(file);
    char *read = test_malloc(copy.length + 1);
    assert_int_equal(fread(read, 1, copy.length + 1, file), copy.length);
    assert_memory_equal(read, copy.bytes, copy.length);
    test_free(read);
    hpm_json_free(&json);
    hpm_json_free(&copy);
    fclose(file);
}

static void test_full_disk(void **state)
{
    hpm_json json;
    hpm_error error = {0};
    FILE *file = fopen("/dev/full", "w");
    (void)state;
    if (!file) skip();
    hpm_json_to_file(&json, file, 0);
    hpm_json_text(&json, "lost");
    check_error(hpm_json_finish(&json, &error), &error, HPM_E_IO, "",
                "the document could not be written");
    hpm_json_free(&json);
    fclose(file);
}

static void test_record(void **state)
{
    static char texts[1][8] = {"a"};
    static double reals[2] = {-1, 0.5};
    static sample_point points[1] = {{0.25, "p"}};
    hpm_json json;
    sample item;
    (void)state;
    memset(&item, 0, sizeof item);
    hpm_record_defaults(&item, &sample_record);
    strcpy(item.name, "n");
    item.ratio = 2;
    item.reals = (hpm_list){reals, 2};
    item.points = (hpm_list){points, 1};
    item.kind = 2;
    item.shape.of = (hpm_list){texts, 1};
    hpm_json_to_buffer(&json, 1);
    hpm_record_write(&json, &item, &sample_record);
    check_buffer(&json, "{\n"
                        "  \"name\": \"n\",\n"
                        "  \"note\": \"\",\n"
                        "  \"ratio\": 2,\n"
                        "  \"count\": 3,\n"
                        "  \"flag\": true,\n"
                        "  \"kind\": \"list\",\n"
                        "  \"of\": [\"a\"],\n"
                        "  \"amount\": \"2.5\",\n"
                        "  \"when\": \"1970-01-01T00:00:00Z\",\n"
                        "  \"reals\": [-1, 0.5],\n"
                        "  \"texts\": [],\n"
                        "  \"points\": [\n"
                        "    {\"x\": 0.25, \"label\": \"p\"}\n"
                        "  ]\n"
                        "}\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_compact),   cmocka_unit_test(test_pretty),
        cmocka_unit_test(test_reals),     cmocka_unit_test(test_texts),
        cmocka_unit_test(test_hash),      cmocka_unit_test(test_file),
        cmocka_unit_test(test_full_disk), cmocka_unit_test(test_record),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
