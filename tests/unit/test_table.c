/* Tests of text tables. */
#define _POSIX_C_SOURCE 200809L
#include "check.h"

#include <stdio.h>
#include <stdlib.h>

#include "io/utf8.h"
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

/* Columns are as wide as their characters are many, however many bytes these have. */
static void test_characters(void **state)
{
    static const char *const titles[] = {"name", "value"};
    hpm_table table;
    (void)state;
    hpm_table_begin(&table, 2, 1, titles);
    hpm_table_cell(&table, "\xC3\xA4\xC3\xB6");
    hpm_table_cell(&table, "1");
    hpm_table_cell(&table, "\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC");
    hpm_table_cell(&table, "22");
    char *text = printed(&table, 0);
    assert_string_equal(text,
                        "  name   value\n"
                        "  \xC3\xA4\xC3\xB6         1\n"
                        "  \xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC     22\n");
    free(text);
}

/* 120 characters of two bytes each, and then of 255 bytes the last is half of one: what is cut, in
 * the middle or at the end, is whole characters. */
static void test_cut_characters(void **state)
{
    static const char *const titles[] = {"name", "value"};
    hpm_table table;
    char name[2 * 140 + 1] = "a";
    (void)state;
    for (size_t i = 1; i + 2 < sizeof name; i += 2)
        memcpy(name + i, "\xC3\xA4", 3);
    hpm_table_begin(&table, 2, 1, titles);
    hpm_table_cell(&table, "%s", name);
    hpm_table_cell(&table, "1");
    char *text = printed(&table, 0);
    const char *row = strchr(text, '\n') + 1;
    size_t length = strlen(row), characters = 0;
    for (size_t i = 0; i < length; characters++) {
        size_t size = hpm_utf8_length(row + i, length - i);
        assert_true(size > 0);
        i += size;
    }
    assert_int_equal(characters, HPM_TABLE_WIDTH + 1);
    assert_non_null(strstr(row, "\xC3\xA4..\xC3\xA4"));
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
        cmocka_unit_test(test_alignment),  cmocka_unit_test(test_width),
        cmocka_unit_test(test_characters), cmocka_unit_test(test_cut_characters),
        cmocka_unit_test(test_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
