/* Tests of text tables. */
#define _POSIX_C_SOURCE 200809L
#include "check.h"

#include <stdio.h>
#include <stdlib.h>

#include "report/table.h"

/* What the table prints, to be freed; ends it. */
static char *printed(hpm_table *table, int colour)
{
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    assert_non_null(stream);
    assert_int_equal(hpm_table_print(stream, table, colour), 1);
    fclose(stream);
    hpm_table_free(table);
    char *copy = strdup(text);
    assert_non_null(copy);
    free(text);
    return copy;
}

static void test_alignment(void **state)
{
    static const char *const titles[] = {"name", "amount", "note"};
    hpm_table table;
    (void)state;
    hpm_table_begin(&table, 3, 1, titles);
    hpm_table_cell(&table, "a");
    hpm_table_cell(&table, "%d", 1000000);
    hpm_table_cell(&table, "%s", "");
    hpm_table_cell(&table, "longer");
    hpm_table_cell(&table, "5");
    hpm_table_cell(&table, "x");
    char *text = printed(&table, 0);
    assert_string_equal(text, "  name     amount  note\n"
                              "  a       1000000\n"
                              "  longer        5     x\n");
    free(text);
}

static void test_width(void **state)
{
    static const char *const titles[] = {"name", "value"};
    hpm_table table;
    char name[201];
    (void)state;
    memset(name, '-', 200);
    name[0] = 'a';
    name[199] = 'z';
    name[200] = '\0';
    hpm_table_begin(&table, 2, 1, titles);
    hpm_table_cell(&table, "%s", name);
    hpm_table_cell(&table, "12345");
    char *text = printed(&table, 0);
    char *row = strchr(text, '\n') + 1;
    assert_int_equal(strlen(row), HPM_TABLE_WIDTH + 1);
    assert_non_null(strstr(row, "  a---"));
    assert_non_null(strstr(row, "-..-"));
    assert_non_null(strstr(row, "-z  12345\n"));
    free(text);
}

/* Memory grows with the rows; titles alone are a table too. */
static void test_many(void **state)
{
    static const char *const titles[] = {"#"};
    hpm_table table;
    (void)state;
    hpm_table_begin(&table, 1, 0, titles);
    for (int i = 0; i < 10000; i++)
        hpm_table_cell(&table, "%d", i);
    char *text = printed(&table, 0);
    assert_non_null(strstr(text, "\n  9999\n"));
    free(text);
    hpm_table_begin(&table, 1, 0, titles);
    text = printed(&table, 1);
    assert_string_equal(text, "\033[2m  #\033[0m\n");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_alignment),
        cmocka_unit_test(test_width),
        cmocka_unit_test(test_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
