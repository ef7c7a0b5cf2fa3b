/* Tests of src/base/path.c. */
#include "check.h"

#include "base/path.h"

static void test_format(void **state)
{
    char text[HPM_PATH_TEXT];
    hpm_path root = {NULL, "", HPM_PATH_NO_INDEX};
    hpm_path sets = {&root, "sets", 2}, field = {&sets, "name", HPM_PATH_NO_INDEX};
    hpm_path inner = {&sets, "prices", 0};
    (void)state;
    assert_string_equal(hpm_path_format(text, NULL), "");
    assert_string_equal(hpm_path_format(text, &root), "");
    assert_string_equal(hpm_path_format(text, &sets), "sets[2]");
    assert_string_equal(hpm_path_format(text, &field), "sets[2].name");
    assert_string_equal(hpm_path_format(text, &inner), "sets[2].prices[0]");
}

static void test_cut(void **state)
{
    char text[HPM_PATH_TEXT], name[400];
    hpm_path path = {NULL, name, 7}, field = {&path, "more", HPM_PATH_NO_INDEX};
    (void)state;
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    assert_int_equal(strlen(hpm_path_format(text, &field)), HPM_PATH_TEXT - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_format),
        cmocka_unit_test(test_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
