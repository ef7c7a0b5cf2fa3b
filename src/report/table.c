/* Text tables in aligned columns. */
#include "table.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "colour_codes.h"

#define GAP 2
#define FIRST_MIN 12 /* the first column is never cut below this */

void hpm_table_begin(hpm_table *table, uint32_t column_count, int left, const char *const *titles)
{
    assert(column_count > 0 && column_count <= HPM_TABLE_COLUMNS_MAX);
    *table = (hpm_table){.column_count = column_count, .left = left};
    for (uint32_t i = 0; i < column_count; i++) {
        hpm_table_cell(table, "%s", titles[i]);
    }
}

static int table_reserve(hpm_table *table, size_t more)
{
    size_t capacity = table->capacity > 0 ? table->capacity : 1024;
    char *grown = NULL;
    while (capacity < table->length + more) capacity *= 2;
    if (capacity == table->capacity) return 1;
    grown = realloc(table->text, capacity);
    if (grown == NULL) return 0;
    table->text = grown;
    table->capacity = capacity;
    return 1;
}

void hpm_table_cell(hpm_table *table, const char *format, ...)
{
    char text[256];
    size_t length = 0;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    length = strlen(text) + 1;
    if (table->failed || !table_reserve(table, length)) {
        table->failed = 1;
        return;
    }
    memcpy(table->text + table->length, text, length);
    table->length += length;
    table->cell_count++;
}

static void widths_measure(size_t *width, const hpm_table *table)
{
    const char *cell = table->text;
    size_t total = 0;
    memset(width, 0, sizeof *width * HPM_TABLE_COLUMNS_MAX);
    for (uint32_t i = 0; i < table->cell_count; i++) {
        size_t length = strlen(cell);
        size_t *column = &width[i % table->column_count];
        if (length > *column) *column = length;
        cell += length + 1;
    }
    for (uint32_t i = 0; i < table->column_count; i++) total += width[i] + GAP;
    if (total > HPM_TABLE_WIDTH) {
        size_t over = total - HPM_TABLE_WIDTH;
        width[0] = width[0] > FIRST_MIN + over ? width[0] - over : FIRST_MIN;
    }
}

/* A name that is too long loses its middle: both ends tell names apart. */
static void cell_print(FILE *stream, const char *cell, size_t width, int left)
{
    size_t length = strlen(cell);
    if (length > width && left) {
        size_t head = (width - 2) / 2;
        size_t tail = width - 2 - head;
        fprintf(stream, "%.*s..%s", (int)head, cell, cell + length - tail);
        return;
    }
    fprintf(stream, left ? "%-*s" : "%*s", (int)width, cell);
}

static const char *row_print(FILE *stream, const hpm_table *table, const size_t *width,
                             const char *cell)
{
    for (uint32_t i = 0; i < table->column_count; i++) {
        int left = (int)i < table->left;
        int last = i + 1 == table->column_count;
        fprintf(stream, "%*s", GAP, "");
        /* Nothing is padded at the end of a line. */
        if (left && last) {
            fputs(cell, stream);
        } else {
            cell_print(stream, cell, width[i], left);
        }
        cell += strlen(cell) + 1;
    }
    return cell;
}

int hpm_table_print(FILE *stream, const hpm_table *table, int colour)
{
    size_t width[HPM_TABLE_COLUMNS_MAX];
    const char *cell = table->text;
    if (table->failed) return 0;
    assert(table->cell_count % table->column_count == 0);
    widths_measure(width, table);
    for (uint32_t row = 0; row < table->cell_count / table->column_count; row++) {
        int titles = row == 0;
        if (titles) fputs(hpm_colour_code(HPM_COLOUR_DIM, colour), stream);
        cell = row_print(stream, table, width, cell);
        if (titles) fputs(hpm_colour_code(HPM_COLOUR_NONE, colour), stream);
        fputc('\n', stream);
    }
    return 1;
}

void hpm_table_free(hpm_table *table)
{
    free(table->text);
    *table = (hpm_table){0};
}
