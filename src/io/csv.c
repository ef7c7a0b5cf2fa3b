/* The CSV reader. */
#include "io/csv.h"

#include <float.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Fields ------------------------------------------------------------------------------- */

static hpm_status fail_at(const hpm_csv *csv, hpm_error *error, hpm_status code, const char *text)
{
    hpm_fail(error, code, NULL, "%s", text);
    if (error) error->line = csv->next_line;
    return code;
}

static int at_field_end(const hpm_csv *csv)
{
    return csv->cursor == csv->end || *csv->cursor == ',' || *csv->cursor == '\n' ||
           *csv->cursor == '\r';
}

static hpm_status read_plain(hpm_csv *csv, hpm_csv_text *field, hpm_error *error)
{
    const char *start = csv->cursor;
    while (!at_field_end(csv)) {
        if (*csv->cursor == '"')
            return fail_at(csv, error, HPM_E_SYNTAX, "a quote inside an unquoted field");
        if (*csv->cursor == '\0') return fail_at(csv, error, HPM_E_SYNTAX, "a NUL byte");
        csv->cursor++;
    }
    *field = (hpm_csv_text){start, (size_t)(csv->cursor - start)};
    return HPM_OK;
}

/* From the byte after the opening quote to the byte after the closing one. */
static hpm_status skip_quoted(hpm_csv *csv, size_t *doubled, hpm_error *error)
{
    for (; csv->cursor < csv->end; csv->cursor++) {
        if (*csv->cursor == '\0') return fail_at(csv, error, HPM_E_SYNTAX, "a NUL byte");
        if (*csv->cursor == '\n') csv->next_line++;
        if (*csv->cursor != '"') continue;
        if (csv->cursor + 1 == csv->end || csv->cursor[1] != '"') {
            csv->cursor++;
            return HPM_OK;
        }
        (*doubled)++;
        csv->cursor++;
    }
    return fail_at(csv, error, HPM_E_SYNTAX, "the text ends inside a quoted field");
}

/* All doubled quotes of a row fit into `unquoted`, which is as long as the text. */
static hpm_csv_text undouble(hpm_csv *csv, hpm_csv_text raw)
{
    char *out = csv->unquoted + csv->unquoted_used;
    size_t length = 0;
    for (size_t i = 0; i < raw.length; i++) {
        out[length++] = raw.bytes[i];
        if (raw.bytes[i] == '"') i++;
    }
    csv->unquoted_used += length;
    return (hpm_csv_text){out, length};
}

static hpm_status read_quoted(hpm_csv *csv, hpm_csv_text *field, hpm_error *error)
{
    size_t doubled = 0;
    const char *start = ++csv->cursor;
    hpm_status status = skip_quoted(csv, &doubled, error);
    if (status != HPM_OK) return status;
    if (!at_field_end(csv))
        return fail_at(csv, error, HPM_E_SYNTAX, "text after the closing quote of a field");
    hpm_csv_text raw = {start, (size_t)(csv->cursor - 1 - start)};
    *field = doubled == 0 ? raw : undouble(csv, raw);
    return HPM_OK;
}

/* ---- Rows --------------------------------------------------------------------------------- */

static hpm_status end_line(hpm_csv *csv, hpm_error *error)
{
    if (csv->cursor == csv->end) return HPM_OK;
    if (*csv->cursor == '\r') {
        csv->cursor++;
        if (csv->cursor == csv->end || *csv->cursor != '\n')
            return fail_at(csv, error, HPM_E_SYNTAX, "a carriage return without a line feed");
    }
    csv->cursor++;
    csv->next_line++;
    return HPM_OK;
}

/* Reads one row's fields into `fields`; *count says how many there were. */
static hpm_status read_row(hpm_csv *csv, hpm_csv_text *fields, uint32_t *count, hpm_error *error)
{
    csv->line = csv->next_line;
    csv->unquoted_used = 0;
    *count = 0;
    for (;;) {
        if (*count == HPM_CSV_COLUMNS_MAX)
            return fail_at(csv, error, HPM_E_LIMIT, "a row of more than 256 fields");
        int quoted = csv->cursor < csv->end && *csv->cursor == '"';
        hpm_csv_text *field = &fields[(*count)++];
        hpm_status status = quoted ? read_quoted(csv, field, error) : read_plain(csv, field, error);
        if (status != HPM_OK) return status;
        if (csv->cursor == csv->end || *csv->cursor != ',') break;
        csv->cursor++;
    }
    return end_line(csv, error);
}

static hpm_status check_header(const hpm_csv *csv, hpm_error *error)
{
    for (uint32_t i = 0; i < csv->column_count; i++)
        for (uint32_t j = 0; j < i && csv->header[i].length > 0; j++)
            if (csv->header[i].length == csv->header[j].length &&
                memcmp(csv->header[i].bytes, csv->header[j].bytes, csv->header[i].length) == 0) {
                hpm_fail(error, HPM_E_DUPLICATE, NULL, "two columns of one name (%.*s)",
                         (int)(csv->header[i].length < 64 ? csv->header[i].length : 64),
                         csv->header[i].bytes);
                if (error) error->line = 1;
                return HPM_E_DUPLICATE;
            }
    return HPM_OK;
}

/* Header names are read once and kept: their unquoted forms are copied behind the row's room. */
static hpm_status read_header(hpm_csv *csv, hpm_error *error)
{
    static const char mark[] = "\xef\xbb\xbf";
    if (csv->end - csv->cursor >= 3 && memcmp(csv->cursor, mark, 3) == 0) csv->cursor += 3;
    if (csv->cursor == csv->end) return fail_at(csv, error, HPM_E_SYNTAX, "no header row");
    hpm_status status = read_row(csv, csv->header, &csv->column_count, error);
    if (status == HPM_OK) status = check_header(csv, error);
    if (csv->unquoted) csv->unquoted += csv->unquoted_used;
    return status;
}

hpm_status hpm_csv_open(hpm_csv *csv, const char *text, size_t length, hpm_error *error)
{
    memset(csv, 0, sizeof *csv);
    csv->cursor = text;
    csv->end = text + length;
    csv->next_line = 1;
    char *room = NULL;
    if (length > 0 && memchr(text, '"', length)) {
        room = malloc(length);
        if (!room) return fail_at(csv, error, HPM_E_MEMORY, "no memory");
    }
    csv->unquoted = csv->unquoted_base = room;
    hpm_status status = read_header(csv, error);
    if (status != HPM_OK) free(room);
    return status;
}

void hpm_csv_close(hpm_csv *csv)
{
    free(csv->unquoted_base);
    csv->unquoted = csv->unquoted_base = NULL;
}

hpm_status hpm_csv_next(hpm_csv *csv, int *has_row, hpm_error *error)
{
    *has_row = 0;
    if (csv->cursor == csv->end) return HPM_OK;
    uint32_t count = 0;
    hpm_status status = read_row(csv, csv->fields, &count, error);
    if (status != HPM_OK) return status;
    if (count != csv->column_count) {
        hpm_fail(error, HPM_E_SYNTAX, NULL, "a row of %u fields under a header of %u", count,
                 csv->column_count);
        if (error) error->line = csv->line;
        return HPM_E_SYNTAX;
    }
    *has_row = 1;
    return HPM_OK;
}

/* ---- Columns and values ------------------------------------------------------------------- */

int hpm_csv_equals(hpm_csv_text text, const char *expected)
{
    return text.length == strlen(expected) && memcmp(text.bytes, expected, text.length) == 0;
}

uint32_t hpm_csv_column(const hpm_csv *csv, const char *name)
{
    for (uint32_t i = 0; i < csv->column_count; i++)
        if (csv->header[i].length > 0 && hpm_csv_equals(csv->header[i], name)) return i;
    return UINT32_MAX;
}

hpm_status hpm_csv_columns(const hpm_csv *csv, uint32_t *columns, const char *const *names,
                           uint32_t count, hpm_error *error)
{
    char missing[160] = "";
    size_t used = 0;
    for (uint32_t i = 0; i < count; i++) {
        columns[i] = hpm_csv_column(csv, names[i]);
        if (columns[i] != UINT32_MAX || used >= sizeof missing) continue;
        int more =
            snprintf(missing + used, sizeof missing - used, "%s%s", used > 0 ? ", " : "", names[i]);
        used += more > 0 ? (size_t)more : 0;
    }
    if (used == 0) return HPM_OK;
    hpm_fail(error, HPM_E_FIELD_MISSING, NULL, "missing columns (%s)", missing);
    if (error) error->line = 1;
    return HPM_E_FIELD_MISSING;
}

/* What decimal text says: digits * 10^exponent. */
typedef struct decimal {
    uint64_t digits; /* the first 19 significant ones */
    int exact;       /* no further digit was left out */
    int exponent;
} decimal;

static const char *scan_digits(const char *at, const char *end, decimal *number, int fraction)
{
    for (; at < end && *at >= '0' && *at <= '9'; at++) {
        if (number->digits < UINT64_C(1000000000000000000)) {
            number->digits = number->digits * 10 + (uint64_t)(*at - '0');
            number->exponent -= fraction;
        } else {
            number->exact = 0;
        }
    }
    return at;
}

/* `at` is after the 'e'; NULL if there is no digit. Exponents beyond any double are clipped. */
static const char *scan_exponent(const char *at, const char *end, int *exponent)
{
    int value = 0, negative = at < end && *at == '-';
    if (at < end && (*at == '-' || *at == '+')) at++;
    const char *start = at;
    for (; at < end && *at >= '0' && *at <= '9'; at++)
        if (value < 100000) value = value * 10 + (*at - '0');
    *exponent = negative ? -value : value;
    return at == start ? NULL : at;
}

/* Checks the grammar and reads what fits; 0 if it is no number. */
static int scan_decimal(decimal *number, const char *at, const char *end)
{
    *number = (decimal){0, 1, 0};
    const char *start = at;
    at = scan_digits(at, end, number, 0);
    ptrdiff_t count = at - start;
    if (at < end && *at == '.') {
        const char *point = at;
        at = scan_digits(at + 1, end, number, 1);
        count += at - point - 1;
    }
    if (count == 0) return 0;
    if (at < end && (*at == 'e' || *at == 'E')) {
        int exponent = 0;
        at = scan_exponent(at + 1, end, &exponent);
        if (!at) return 0;
        number->exponent += exponent;
    }
    return at == end;
}

/* strtod expects the decimal sign of the host's locale. */
static int real_by_library(double *value, hpm_csv_text text)
{
    char copy[512];
    const char *sign = localeconv()->decimal_point;
    size_t used = 0, sign_length = strlen(sign);
    for (size_t i = 0; i < text.length; i++) {
        if (used + sign_length + 1 >= sizeof copy) return 0;
        if (text.bytes[i] == '.') {
            memcpy(copy + used, sign, sign_length);
            used += sign_length;
        } else {
            copy[used++] = text.bytes[i];
        }
    }
    copy[used] = '\0';
    *value = strtod(copy, NULL);
    return 1;
}

int hpm_csv_real(double *value, hpm_csv_text text)
{
    static const double power[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                   1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                   1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    if (text.length == 0) return 0;
    int negative = text.bytes[0] == '-';
    int has_sign = negative || text.bytes[0] == '+';
    decimal number;
    if (!scan_decimal(&number, text.bytes + has_sign, text.bytes + text.length)) return 0;
    double result = 0;
    /* Two exact doubles and one operation: correctly rounded (Clinger, PLDI 1990). */
    if (number.exact && number.digits <= UINT64_C(1) << 53 && abs(number.exponent) <= 22) {
        result = (double)number.digits;
        result = number.exponent < 0 ? result / power[-number.exponent]
                                     : result * power[number.exponent];
        if (negative) result = -result;
    } else if (!real_by_library(&result, text)) {
        return 0;
    }
    if (!(result >= -DBL_MAX && result <= DBL_MAX)) return 0;
    *value = result;
    return 1;
}
