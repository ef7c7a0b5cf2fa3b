/* A strict CSV reader over a buffer: RFC 4180 with a header row, columns found by name.
 *
 * Rows end in LF or CRLF, the last one may end with the text. A quoted field may hold commas, line
 * ends and doubled quotes. Refused, with the line: another number of fields than the header has, a
 * quote inside an unquoted field, text after a closing quote, an open quote at the end, a lone CR,
 * a NUL byte, two columns of one name. A column without a name is allowed and cannot be found. */
#ifndef HPM_IO_CSV_H
#define HPM_IO_CSV_H

#include <stddef.h>
#include <stdint.h>

#include "hpm/status.h"

#define HPM_CSV_COLUMNS_MAX 256

/* Bytes of the input, or of the reader's own memory until its next row. Not terminated. */
typedef struct hpm_csv_text {
    const char *bytes;
    size_t length;
} hpm_csv_text;

typedef struct hpm_csv {
    const char *cursor, *end;
    char *unquoted; /* room for the fields of one row that have doubled quotes; NULL: not needed */
    char *unquoted_base; /* what malloc gave */
    size_t unquoted_used;
    int64_t next_line; /* where the cursor is */
    int64_t line;      /* where the row last read begins; 1 is the header */
    uint32_t column_count;
    hpm_csv_text header[HPM_CSV_COLUMNS_MAX];
    hpm_csv_text fields[HPM_CSV_COLUMNS_MAX]; /* of the row last read */
} hpm_csv;

/* Reads the header. `text` must stay valid and unchanged until hpm_csv_close. E_SYNTAX, E_LIMIT
 * (columns), E_DUPLICATE, E_MEMORY; on failure there is nothing to close. */
hpm_status hpm_csv_open(hpm_csv *csv, const char *text, size_t length, hpm_error *error);
void hpm_csv_close(hpm_csv *csv);

/* Position of the column named `name`, UINT32_MAX if there is none. */
uint32_t hpm_csv_column(const hpm_csv *csv, const char *name);

/* Fills columns[i] with the position of names[i]; E_FIELD_MISSING names every one that is not
 * there. */
hpm_status hpm_csv_columns(const hpm_csv *csv, uint32_t *columns, const char *const *names,
                           uint32_t count, hpm_error *error);

/* Reads the next row into `fields`. *has_row is 0 at the end of the text. */
hpm_status hpm_csv_next(hpm_csv *csv, int *has_row, hpm_error *error);

/* Whether the text is the same as `expected`. */
int hpm_csv_equals(hpm_csv_text text, const char *expected);

/* A decimal number, digits with an optional sign, point and exponent, correctly rounded whatever
 * the locale. 0 if the text is anything else or not finite; *value is then untouched. */
int hpm_csv_real(double *value, hpm_csv_text text);

#endif
