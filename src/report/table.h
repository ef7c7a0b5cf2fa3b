/* Text tables: cells are collected, then printed in aligned columns within a width. */
#ifndef HPM_REPORT_TABLE_H
#define HPM_REPORT_TABLE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define HPM_TABLE_COLUMNS_MAX 16
#define HPM_TABLE_WIDTH       100

typedef struct hpm_table {
    uint32_t column_count;
    uint32_t cell_count;
    char *text; /* cells, each terminated, row by row */
    size_t length;
    size_t capacity;
    int left;   /* how many leading columns are aligned left; the others right */
    int failed; /* out of memory: nothing is printed */
} hpm_table;

/* Starts a table; `titles` are the cells of its first row, dim where there is colour. Free with
 * hpm_table_free. */
void hpm_table_begin(hpm_table *table, uint32_t column_count, int left, const char *const *titles);
void hpm_table_cell(hpm_table *table, const char *format, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 2, 3)))
#endif
    ;
/* Prints the rows indented by two, without blanks at their ends. Text in the first column is cut in
 * its middle where the table would be wider than HPM_TABLE_WIDTH. Returns 0 if memory failed on the
 * way. */
int hpm_table_print(FILE *stream, const hpm_table *table, int colour);
void hpm_table_free(hpm_table *table);

#endif
