/* Tests of src/base/status.c. */
#include "check.h"

static void test_names_texts_exits(void **state)
{
    (void)state;
    assert_string_equal(hpm_status_name(HPM_OK), "OK");
    assert_string_equal(hpm_status_name(HPM_E_FP_ENVIRONMENT), "E_FP_ENVIRONMENT");
    assert_string_equal(hpm_status_text(HPM_E_LOT), "quantity is not a whole number of lots");
    assert_int_equal(hpm_status_exit(HPM_OK), 0);
    assert_int_equal(hpm_status_exit(HPM_E_SYNTAX), 3);
    assert_int_equal(hpm_status_exit(HPM_E_STALE), 4);
    assert_int_equal(hpm_status_exit(HPM_E_MEMORY), 5);
}

static void test_unknown_code(void **state)
{
    (void)state;
    assert_string_equal(hpm_status_name((hpm_status)9999), "E_UNKNOWN");
    assert_string_equal(hpm_status_text((hpm_status)9999), "unknown status code");
    assert_int_equal(hpm_status_exit((hpm_status)9999), 5);
}

static void test_fail_fills(void **state)
{
    hpm_error error = {.line = 99};
    (void)state;
    hpm_status status = hpm_fail(&error, HPM_E_RANGE, "a[1].b", "too %s (%d)", "large", 7);
    check_error(status, &error, HPM_E_RANGE, "a[1].b", "too large (7)");
    assert_int_equal(error.line, 0);
    assert_int_equal(hpm_fail(NULL, HPM_E_IO, "x", "y"), HPM_E_IO);
    check_error(hpm_fail(&error, HPM_E_IO, NULL, "y"), &error, HPM_E_IO, "", "y");
}

static void test_fail_cuts(void **state)
{
    hpm_error error;
    char text[1000];
    (void)state;
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    hpm_fail(&error, HPM_E_IO, text, "%s", text);
    assert_int_equal(strlen(error.where), sizeof error.where - 1);
    assert_int_equal(strlen(error.message), sizeof error.message - 1);
}

/* Messages quote hostile input on one line of a terminal. */
static void test_fail_tidies(void **state)
{
    hpm_error error;
    char text[300];
    (void)state;
    hpm_fail(&error, HPM_E_IO, "a\nb", "\x1b[31m\tred\x7f");
    assert_string_equal(error.where, "a?b");
    assert_string_equal(error.message, "?[31m?red?");
    memset(text, 'x', sizeof text);
    memcpy(text + 198, "\xE2\x82\xAC", 4); /* cut after its first byte */
    hpm_fail(&error, HPM_E_IO, "", "%s", text);
    assert_int_equal(strlen(error.message), 198);
    hpm_fail(&error, HPM_E_IO, "", "%s", "whole \xE2\x82\xAC");
    assert_string_equal(error.message, "whole \xE2\x82\xAC");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_texts_exits), cmocka_unit_test(test_unknown_code),
        cmocka_unit_test(test_fail_fills),        cmocka_unit_test(test_fail_cuts),
        cmocka_unit_test(test_fail_tidies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
