/* Tests of src/io/locate.c. */
#include "check.h"

#include "io/locate.h"

static const char text[] = "\n{\"schema\": \"x\",\n"         /* 2 */
                           " \"s\": \"} ] , \\\" \\\\\",\n"  /* 3 */
                           " \"list\": [\n"                  /* 4 */
                           "  {\"a\": [1,\n"                 /* 5 */
                           "    2], \"b\": {\"c\": 1}},\n"   /* 6 */
                           "  {\n"                           /* 7 */
                           "   \"a\":\n"                     /* 8 */
                           "     3, \"b.c\": 1, \"b\": 2}\n" /* 9 */
                           " ],\n"                           /* 10 */
                           " \"last\": {}}\n";               /* 11 */

static void check_line(const char *path, int64_t line)
{
    int64_t found = hpm_json_line_of(text, sizeof text - 1, path);
    if (found != line) fail_msg("%s: line %d, not %d", path, (int)found, (int)line);
}

static void test_lines(void **state)
{
    (void)state;
    check_line("schema", 2);
    check_line("s", 3);
    check_line("list", 4);
    check_line("list[0]", 5);
    check_line("list[0].a[0]", 5);
    check_line("list[0].a[1]", 6);
    check_line("list[0].b.c", 6);
    check_line("list[1]", 7);
    check_line("list[1].a", 8);
    check_line("list[1].b.c", 9);
    check_line("list[1].b", 9);
    check_line("last", 11);
}

/* What is not there is where it would have been. */
static void test_nearest(void **state)
{
    (void)state;
    check_line("", 0);
    check_line("nothing", 0);
    check_line("nothing[3].a", 0);
    check_line("list[0].z", 5);
    check_line("list[2]", 4);
    check_line("list[7].a", 4);
    check_line("list[99999999999]", 4);
    check_line("list.a", 4);
    check_line("last.a.b", 11);
    check_line("schema.a", 2);
    check_line("schem", 0);
    check_line("schemas", 0);
}

/* Stays within the text however it is cut. */
static void test_cut_text(void **state)
{
    (void)state;
    for (size_t length = 0; length < sizeof text; length++) {
        char *copy = test_malloc(length + 1);
        memcpy(copy, text, length);
        assert_in_range(hpm_json_line_of(copy, length, "list[1].b"), 0, 9);
        test_free(copy);
    }
}

static void test_error(void **state)
{
    hpm_error error = {.where = "list[1].a"};
    (void)state;
    hpm_error_locate(NULL, text, sizeof text - 1);
    hpm_error_locate(&error, text, sizeof text - 1);
    assert_int_equal(error.line, 8);
    hpm_error_locate(&error, text, 0);
    assert_int_equal(error.line, 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_nearest),
        cmocka_unit_test(test_cut_text),
        cmocka_unit_test(test_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
