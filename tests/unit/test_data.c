/* Tests of finding rulebooks by name. */
#define _POSIX_C_SOURCE 200809L
#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/data.h"

static char directory[] = "data-test-XXXXXX";

static void touch(const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fclose(file);
}

static void take(const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    unlink(path);
}

static const char *const files[] = {"zeta.json", "alpha.json", ".json", ".x.json", "notes.txt"};

static int set_up(void **state)
{
    (void)state;
    if (mkdtemp(directory) == NULL) return -1;
    for (size_t i = 0; i < COUNT_OF(files); i++)
        touch(files[i]);
    return setenv("HPM_RULEBOOKS", directory, 1);
}

static int tear_down(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(files); i++)
        take(files[i]);
    return rmdir(directory);
}

static void test_list(void **state)
{
    static hpm_data_names names;
    hpm_error error;
    (void)state;
    check_ok(hpm_data_list(&names, HPM_DATA_RULEBOOKS, &error), &error);
    assert_int_equal(names.count, 2);
    assert_string_equal(names.names[0], "alpha");
    assert_string_equal(names.names[1], "zeta");
    assert_string_equal(names.directory, directory);
}

static void test_path(void **state)
{
    static const char *const paths[] = {"-", "a/b", "other.json", "./zeta"};
    char path[HPM_PATH_SIZE];
    char wanted[64];
    hpm_error error;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(paths); i++) {
        check_ok(hpm_data_path(path, HPM_DATA_RULEBOOKS, paths[i], &error), &error);
        assert_string_equal(path, paths[i]);
    }
    check_ok(hpm_data_path(path, HPM_DATA_RULEBOOKS, "zeta", &error), &error);
    snprintf(wanted, sizeof wanted, "%s/zeta.json", directory);
    assert_string_equal(path, wanted);
}

static void test_unknown(void **state)
{
    char path[HPM_PATH_SIZE];
    char name[2 * HPM_PATH_SIZE];
    hpm_error error;
    (void)state;
    check_error(hpm_data_path(path, HPM_DATA_RULEBOOKS, "zetta", &error), &error, HPM_E_REFERENCE,
                "", "no rulebook of this name, did you mean zeta? (zetta)");
    assert_int_equal(hpm_data_path(path, HPM_DATA_RULEBOOKS, "quite-another", &error),
                     HPM_E_REFERENCE);
    memset(name, 'a', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    assert_int_equal(hpm_data_path(path, HPM_DATA_RULEBOOKS, name, &error), HPM_E_LIMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_list),
        cmocka_unit_test(test_path),
        cmocka_unit_test(test_unknown),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
