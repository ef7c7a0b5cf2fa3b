/* Tests of src/io/row_index.c. */
#include "check.h"

#include <stdio.h>

#include "io/arena_new.h"
#include "io/row_index.h"

typedef struct row {
    char name[16];
    int number;
} row;

static row rows[100];

static hpm_list fill(uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        snprintf(rows[i].name, sizeof rows[i].name, "n%u", (i * 37) % 101);
        rows[i].number = (int)i;
    }
    return (hpm_list){rows, count};
}

static void test_find(void **state)
{
    hpm_error error = {0};
    hpm_list list = fill(100);
    hpm_row_index index;
    hpm_arena arena;
    (void)state;
    check_ok(hpm_arena_new(&arena, hpm_row_index_size(100), &error), &error);
    check_ok(hpm_row_index_build(&index, &arena, &list, sizeof(row), "rows", "name", "", &error),
             &error);
    for (uint32_t i = 0; i < 100; i++)
        assert_int_equal(hpm_row_index_find(&index, rows[i].name), i);
    assert_int_equal(hpm_row_index_find(&index, "n"), UINT32_MAX);
    assert_int_equal(hpm_row_index_find(&index, ""), UINT32_MAX);
    assert_int_equal(hpm_row_index_find(&index, "zz"), UINT32_MAX);
    hpm_arena_free(&arena);
}

static void test_empty(void **state)
{
    hpm_error error = {0};
    hpm_list list = {NULL, 0};
    hpm_row_index index;
    hpm_arena arena;
    (void)state;
    check_ok(hpm_arena_new(&arena, 0, &error), &error);
    check_ok(hpm_row_index_build(&index, &arena, &list, sizeof(row), "rows", "name", "", &error),
             &error);
    assert_int_equal(hpm_row_index_find(&index, "n1"), UINT32_MAX);
    hpm_arena_free(&arena);
}

static void test_duplicate(void **state)
{
    hpm_error error = {0};
    hpm_list list = fill(100);
    hpm_row_index index;
    hpm_arena arena;
    (void)state;
    strcpy(rows[90].name, "same");
    strcpy(rows[7].name, "same");
    strcpy(rows[95].name, "same");
    check_ok(hpm_arena_new(&arena, hpm_row_index_size(100), &error), &error);
    check_error(
        hpm_row_index_build(&index, &arena, &list, sizeof(row), "rows", "name", "root", &error),
        &error, HPM_E_DUPLICATE, "root.rows[90].name", "stated twice, first in rows[7] (\"same\")");
    hpm_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_find),
        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_duplicate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
