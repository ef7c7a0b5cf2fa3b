/* Saved answers, JSON lines, captures: how a file is cut into texts, and the fields of a row. */
#include <jansson.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "io/import_table.h"
#include "io/importers.h"

/* What the messages of one file were: "number@line/seconds" each. */
static char seen[512];

static hpm_status remember(hpm_import *import, const json_t *root, const hpm_import_text *text,
                           hpm_error *error)
{
    size_t used = strlen(seen);
    (void)import;
    snprintf(seen + used, sizeof seen - used, "%d@%d/%d%s%.*s ",
             (int)json_integer_value(json_object_get(root, "n")), (int)text->line,
             (int)(text->time_ns / 1000000000), text->url ? "=" : "", (int)text->url_length,
             text->url ? text->url : "");
    if (json_object_get(root, "fail")) return hpm_fail(error, HPM_E_RANGE, "n", "as asked");
    return HPM_OK;
}

static hpm_status cut(const char *text, hpm_error *error)
{
    hpm_import *import = hpm_import_new(&hpm_import_deribit);
    memset(error, 0, sizeof *error);
    seen[0] = '\0';
    hpm_status status = hpm_import_json_each(import, text, strlen(text), remember, error);
    hpm_import_free(import);
    return status;
}

static void cuts_every_form(void **state)
{
    static const struct {
        const char *text, *seen;
    } cases[] = {
        {"{\"n\":1}", "1@1/0 "},
        {" \n {\n\"n\"\n:1}\n", "1@2/0 "},
        {"{\"n\":1}\n{\"n\":2}\r\n\n{\"n\":3}", "1@1/0 2@2/0 3@4/0 "},
        {"{\"n\":1}{\"n\":2}", "1@1/0 2@1/0 "},
        {"{\n\n\"n\":1}\n{\"n\":2}", "1@1/0 2@4/0 "},
        {"1626993723.5: {\"n\":1}\n1626993724: {\"n\":2}\n", "1@1/1626993723 2@2/1626993724 "},
        {"https://x.test/a?b=c -> 1626993723.5: {\"n\":1}\n",
         "1@1/1626993723=https://x.test/a?b=c "},
        {"wss://x.test <-> 1626993723.4\nwss://x.test <- 1626993723.4: {\"n\":9}\n"
         "1626993723.5: {\"n\":1}\n",
         "1@3/1626993723=wss://x.test "},
        {"configuration: {\"n\":9}\n1626993723.5: {\"n\":1}", "1@2/1626993723 "},
        {"", ""},
        {" \r\n", ""},
    };
    hpm_error error;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (cut(cases[i].text, &error) != HPM_OK) fail_msg("%s: %s", cases[i].text, error.message);
        assert_string_equal(seen, cases[i].seen);
    }
}

static void names_the_line_of_an_error(void **state)
{
    static const struct {
        const char *text;
        hpm_status status;
        int64_t line;
    } cases[] = {
        {"{\"n\":1}\n{\"n\":", HPM_E_SYNTAX, 2},
        {"{\"n\":1}\n\n{\"n\":1,\n\"n\":2}", HPM_E_SYNTAX, 4},
        {"1626993723.5: {\"n\":1}\nhello\n", HPM_E_SYNTAX, 2},
        {"1626993723.5: 5\n", HPM_E_SYNTAX, 1},
        {"-5: {}", HPM_E_SYNTAX, 1},
        {"1e300000000: {}", HPM_E_SYNTAX, 1},
        {"nan: {}", HPM_E_SYNTAX, 1},
        {"https://x -> soon: {}", HPM_E_SYNTAX, 1},
        {"{\"n\":1}\n{\"fail\":1}", HPM_E_RANGE, 2},
        {"\xff\xfe{}", HPM_E_SYNTAX, 1},
        {"{\"n\":1e999}", HPM_E_SYNTAX, 1},
    };
    hpm_error error;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (cut(cases[i].text, &error) != cases[i].status) fail_msg("%s", cases[i].text);
        assert_int_equal(error.line, cases[i].line);
    }
}

static void tells_json_from_csv(void **state)
{
    static const char *const json[] = {"{}", " [1]", "1626993723.5: {}", "wss://x <-> 1626993723.4",
                                       "configuration: {}"};
    static const char *const csv[] = {"", "a,b\n1,2", "timestamp,x: y\n", "1,2: 3\n"};
    (void)state;
    for (size_t i = 0; i < sizeof json / sizeof *json; i++)
        assert_true(hpm_import_is_json(json[i], strlen(json[i])));
    for (size_t i = 0; i < sizeof csv / sizeof *csv; i++)
        assert_false(hpm_import_is_json(csv[i], strlen(csv[i])));
}

/* ---- Fields ------------------------------------------------------------------------------- */

static json_t *object;

static hpm_import_row row_of(const char *text)
{
    json_decref(object);
    object = json_loads(text, 0, NULL);
    assert_non_null(object);
    return (hpm_import_row){object, "data", 2};
}

static void numbers_come_as_numbers_and_as_text(void **state)
{
    hpm_import_row row = row_of("{\"a\":1.5,\"b\":\"1.5\",\"c\":\"\",\"d\":null,\"e\":7}");
    hpm_error error;
    double value = 0;
    (void)state;
    for (const char *name = "ab"; *name; name++) {
        char key[2] = {*name, '\0'};
        assert_int_equal(hpm_import_row_real(&row, key, 1, &value, &error), HPM_OK);
        assert_true(value == 1.5);
    }
    for (const char *name = "cdx"; *name; name++) {
        char key[2] = {*name, '\0'};
        assert_false(hpm_import_row_has(&row, key));
        assert_int_equal(hpm_import_row_real(&row, key, 0, &value, &error), HPM_OK);
        assert_true(isnan(value));
        assert_int_equal(hpm_import_row_real(&row, key, 1, &value, &error), HPM_E_FIELD_MISSING);
        assert_int_equal(error.where[0], 'd');
        assert_string_equal(error.where + 8, key);
    }
    assert_int_equal(hpm_import_row_real(&row, "e", 1, &value, &error), HPM_OK);
    assert_true(value == 7);
}

static void refuses_what_only_looks_like_a_number(void **state)
{
    static const char *const bad[] = {"\"NaN\"", "\"inf\"",   "\"1e999\"", "\"0x10\"",
                                      "\" 1\"",  "\"1,5\"",   "true",      "[1]",
                                      "{}",      "\"1.5.2\"", "\"-\""};
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char text[64];
        double value;
        int64_t e8;
        int is_given;
        hpm_error error;
        snprintf(text, sizeof text, "{\"a\":%s}", bad[i]);
        hpm_import_row row = row_of(text);
        assert_int_equal(hpm_import_row_real(&row, "a", 0, &value, &error), HPM_E_TYPE);
        assert_string_equal(error.where, "data[2].a");
        assert_int_not_equal(hpm_import_row_decimal(&row, "a", 0, &e8, &is_given, &error), HPM_OK);
        assert_false(is_given);
    }
}

static void decimals_are_exact_to_eight_places(void **state)
{
    static const struct {
        const char *text;
        int64_t e8;
    } cases[] = {{"302.60065765", INT64_C(30260065765)},
                 {"\"302.60065765\"", INT64_C(30260065765)},
                 {"\"-0.00000001\"", -1},
                 {"\"0.123456789012\"", 12345679},
                 {"92233720368", INT64_C(9223372036800000000)},
                 {"1e-9", 0}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[64];
        int64_t e8 = 0;
        int is_given = 0;
        snprintf(text, sizeof text, "{\"a\":%s}", cases[i].text);
        hpm_import_row row = row_of(text);
        assert_int_equal(hpm_import_row_decimal(&row, "a", 1, &e8, &is_given, NULL), HPM_OK);
        assert_true(is_given && e8 == cases[i].e8);
    }
    int64_t e8;
    int is_given;
    hpm_error error;
    hpm_import_row row = row_of("{\"a\":92233720369,\"b\":1e300,\"c\":\"99999999999999999999\"}");
    for (const char *name = "abc"; *name; name++) {
        char key[2] = {*name, '\0'};
        assert_int_equal(hpm_import_row_decimal(&row, key, 0, &e8, &is_given, &error), HPM_E_RANGE);
    }
}

static void times_are_milliseconds_or_rfc_3339(void **state)
{
    hpm_import_row row = row_of("{\"a\":1772447410500,\"b\":\"1772447410500\","
                                "\"c\":\"2026-03-02T10:30:10.5Z\",\"d\":1772447410,\"e\":-1,"
                                "\"f\":\"soon\",\"g\":1.5,\"h\":9999999999999}");
    int64_t time_ns = 0;
    hpm_error error;
    (void)state;
    for (const char *name = "abc"; *name; name++) {
        char key[2] = {*name, '\0'};
        assert_int_equal(hpm_import_row_time(&row, key, 1, &time_ns, &error), HPM_OK);
        assert_true(time_ns == INT64_C(1772447410500000000));
    }
    assert_int_equal(hpm_import_row_time(&row, "d", 1, &time_ns, &error), HPM_E_RANGE);
    assert_int_equal(hpm_import_row_time(&row, "e", 1, &time_ns, &error), HPM_E_RANGE);
    assert_int_equal(hpm_import_row_time(&row, "f", 1, &time_ns, &error), HPM_E_TYPE);
    assert_int_equal(hpm_import_row_time(&row, "g", 1, &time_ns, &error), HPM_E_TYPE);
    assert_int_equal(hpm_import_row_time(&row, "h", 1, &time_ns, &error), HPM_E_RANGE);
    assert_int_equal(hpm_import_row_time(&row, "z", 0, &time_ns, &error), HPM_OK);
    assert_true(time_ns == 0);
}

static int drop(void **state)
{
    (void)state;
    json_decref(object);
    object = NULL;
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cuts_every_form),
        cmocka_unit_test(names_the_line_of_an_error),
        cmocka_unit_test(tells_json_from_csv),
        cmocka_unit_test(numbers_come_as_numbers_and_as_text),
        cmocka_unit_test(refuses_what_only_looks_like_a_number),
        cmocka_unit_test(decimals_are_exact_to_eight_places),
        cmocka_unit_test(times_are_milliseconds_or_rfc_3339),
    };
    return cmocka_run_group_tests(tests, NULL, drop);
}
