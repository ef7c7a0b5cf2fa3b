/* The CSV reader: quoting, line ends, refusals with their line, numbers. */
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "io/csv.h"

static hpm_csv csv;
static hpm_error failure;

static hpm_status open_text(const char *text)
{
    memset(&failure, 0, sizeof failure);
    return hpm_csv_open(&csv, text, strlen(text), &failure);
}

/* The status of reading to the end or to the first error; *rows counts. */
static hpm_status read_all(const char *text, int *rows)
{
    int has_row = 1;
    *rows = 0;
    hpm_status status = open_text(text);
    if (status != HPM_OK) return status;
    while (has_row && (status = hpm_csv_next(&csv, &has_row, &failure)) == HPM_OK)
        *rows += has_row;
    hpm_csv_close(&csv);
    return status;
}

static void expect_field(uint32_t column, const char *expected)
{
    if (!hpm_csv_equals(csv.fields[column], expected))
        fail_msg("field %u is '%.*s', not '%s'", column, (int)csv.fields[column].length,
                 csv.fields[column].bytes, expected);
}

static void reads_quotes_and_line_ends(void **state)
{
    int has_row = 0;
    (void)state;
    assert_int_equal(open_text("\xef\xbb\xbf"
                               "a,\"b \"\"x\"\"\",c\r\n"
                               "1,\"two, \"\"2\"\"\n2\",\r\n"
                               "\"\",\"q\"\"\",3"),
                     HPM_OK);
    assert_int_equal(csv.column_count, 3);
    assert_int_equal(hpm_csv_column(&csv, "a"), 0);
    assert_int_equal(hpm_csv_column(&csv, "b \"x\""), 1);
    assert_int_equal(hpm_csv_column(&csv, "d"), UINT32_MAX);
    assert_int_equal(hpm_csv_next(&csv, &has_row, NULL), HPM_OK);
    assert_int_equal(csv.line, 2);
    expect_field(0, "1");
    expect_field(1, "two, \"2\"\n2");
    expect_field(2, "");
    assert_int_equal(hpm_csv_next(&csv, &has_row, NULL), HPM_OK);
    assert_int_equal(csv.line, 4);
    expect_field(0, "");
    expect_field(1, "q\"");
    expect_field(2, "3");
    assert_true(hpm_csv_equals(csv.header[1], "b \"x\""));
    assert_int_equal(hpm_csv_next(&csv, &has_row, NULL), HPM_OK);
    assert_int_equal(has_row, 0);
    hpm_csv_close(&csv);
}

static void refuses_with_the_line(void **state)
{
    static const struct {
        const char *text;
        hpm_status status;
        int64_t line;
    } cases[] = {
        {"", HPM_E_SYNTAX, 1},
        {"a,b\n1,2\n1,2,3\n", HPM_E_SYNTAX, 3},
        {"a,b\n1\n", HPM_E_SYNTAX, 2},
        {"a,b\n1,2\n\n", HPM_E_SYNTAX, 3},
        {"a,b\n1,x\"y\n", HPM_E_SYNTAX, 2},
        {"a,b\n1,\"x\"y\n", HPM_E_SYNTAX, 2},
        {"a,b\n1,\"x\n\n", HPM_E_SYNTAX, 4},
        {"a,b\n1,2\r3,4\n", HPM_E_SYNTAX, 2},
        {"a,b\n1,2\r", HPM_E_SYNTAX, 2},
        {"a,b,a\n1,2,3\n", HPM_E_DUPLICATE, 1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int rows = 0;
        assert_int_equal(read_all(cases[i].text, &rows), cases[i].status);
        assert_int_equal(failure.status, cases[i].status);
        assert_int_equal(failure.line, cases[i].line);
    }
}

static void refuses_nul_and_too_many_columns(void **state)
{
    char wide[1024];
    int rows = 0;
    (void)state;
    assert_int_equal(hpm_csv_open(&csv, "a,\0\n", 4, &failure), HPM_E_SYNTAX);
    assert_int_equal(hpm_csv_open(&csv, "a,\"\0\"\n", 6, &failure), HPM_E_SYNTAX);
    memset(wide, ',', sizeof wide);
    wide[HPM_CSV_COLUMNS_MAX - 1] = '\0';
    assert_int_equal(read_all(wide, &rows), HPM_OK);
    wide[HPM_CSV_COLUMNS_MAX - 1] = ',';
    wide[HPM_CSV_COLUMNS_MAX] = '\0';
    assert_int_equal(read_all(wide, &rows), HPM_E_LIMIT);
}

static void names_missing_columns(void **state)
{
    static const char *const names[] = {"x", "b", "y"};
    uint32_t columns[3];
    (void)state;
    assert_int_equal(open_text(",b\n"), HPM_OK);
    assert_int_equal(hpm_csv_columns(&csv, columns, names, 3, &failure), HPM_E_FIELD_MISSING);
    assert_non_null(strstr(failure.message, "x, y"));
    assert_int_equal(columns[1], 1);
    assert_int_equal(hpm_csv_column(&csv, ""), UINT32_MAX);
    hpm_csv_close(&csv);
}

static int real_of(const char *text, double *value)
{
    return hpm_csv_real(value, (hpm_csv_text){text, strlen(text)});
}

static void reads_numbers_exactly(void **state)
{
    static const char *const good[] = {
        "0",
        "-0",
        "+1.5",
        "0.08550357",
        "88728.94666666667",
        "1e22",
        "1e23",
        "1E-7",
        ".5",
        "5.",
        "9007199254740993",
        "1.7976931348623157e308",
        "1e-400",
        "5e-324",
        "0.43229999999999996",
        "123456789012345678901234567890",
        "0.000000000000000000000000000000000000001",
        "-12.75e+2",
        "9007199254740992e22",
    };
    static const char *const bad[] = {"",   "-",  ".",   "1e",  "1e+",   "nan",   "inf", "0x10",
                                      "1 ", " 1", "1,5", "--1", "1e400", "1.2.3", "e5",  "+-1"};
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        double value = 7, expected = strtod(good[i], NULL);
        assert_true(real_of(good[i], &value));
        if (memcmp(&value, &expected, sizeof value) != 0)
            fail_msg("%s gives %.17g, not %.17g", good[i], value, expected);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        double value = 7;
        if (real_of(bad[i], &value)) fail_msg("'%s' was taken as %g", bad[i], value);
        assert_true(value == 7);
    }
}

/* Printed with 1 to 17 digits and read back: the same double as the C library reads. */
static void agrees_with_the_library(void **state)
{
    uint64_t seed = 88172645463325252U;
    (void)state;
    for (int i = 0; i < 100000; i++) {
        char text[64];
        double value = 0, given;
        seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
        memcpy(&given, &seed, sizeof given);
        if (!isfinite(given)) continue;
        snprintf(text, sizeof text, "%.*g", 1 + i % 17, given);
        double expected = strtod(text, NULL);
        int is_finite = isfinite(expected) != 0;
        assert_int_equal(real_of(text, &value), is_finite);
        if (is_finite) assert_true(value == expected);
        snprintf(text, sizeof text, "%.*f", i % 12, (double)(seed % 100000000) / 1000);
        assert_true(real_of(text, &value) && value == strtod(text, NULL));
    }
}

/* The fallback must not depend on the host's decimal comma. */
static void ignores_the_locale(void **state)
{
    double value = 0;
    (void)state;
    if (!setlocale(LC_NUMERIC, "de_DE.UTF-8") && !setlocale(LC_NUMERIC, "fr_FR.UTF-8")) {
        print_message("skipped: no locale with a decimal comma on this machine\n");
        skip();
    }
    int taken = real_of("123.45678901234567890123456789", &value);
    setlocale(LC_NUMERIC, "C");
    assert_true(taken);
    assert_true(value == 123.45678901234567890123456789);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_quotes_and_line_ends),
        cmocka_unit_test(refuses_with_the_line),
        cmocka_unit_test(refuses_nul_and_too_many_columns),
        cmocka_unit_test(names_missing_columns),
        cmocka_unit_test(reads_numbers_exactly),
        cmocka_unit_test(agrees_with_the_library),
        cmocka_unit_test(ignores_the_locale),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
