/* Text tables in aligned columns. */
#include "table.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "colour_codes.h"

#define GAP       2
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
    while (capacity < table->length + more)
        capacity *= 2;
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
    for (uint32_t i = 0; i < table->column_count; i++)
        total += width[i] + GAP;
    if (total > HPM_TABLE_WIDTH && table->left > 0) {
        size_t over = total - HPM_TABLE_WIDTH;
        width[0] = width[0] > FIRST_MIN + over ? width[0] - over : FIRST_MIN;
    }
}

/* Appends one cell to `line` at its width. A name that is too long loses its middle: both ends tell
 * names apart. */
static size_t cell_put(char *line, const char *cell, size_t width, int left)
{
    size_t length = strlen(cell);
    size_t pad = width > length ? width - length : 0;
    if (length > width) {
        size_t head = (width - 2) / 2;
        size_t tail = width - 2 - head;
        memcpy(line, cell, head);
        memcpy(line + head, "..", 2);
        memcpy(line + head + 2, cell + length - tail, tail);
        return width;
    }
    memset(line, ' ', width);
    memcpy(line + (left ? 0 : pad), cell, length);
    return width;
}

/* Cells are below 256 bytes each, so a row has its place on the stack. */
static const char *row_print(FILE *stream, const hpm_table *table, const size_t *width,
                             const char *cell)
{
    char line[HPM_TABLE_COLUMNS_MAX * 260];
    size_t length = 0;
    for (uint32_t i = 0; i < table->column_count; i++) {
        memset(line + length, ' ', GAP);
        length += GAP;
        length += cell_put(line + length, cell, width[i], (int)i < table->left);
        cell += strlen(cell) + 1;
    }
    while (length > 0 && line[length - 1] == ' ')
        length--;
    fwrite(line, 1, length, stream);
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
