/* Text tables in aligned columns. */
#include "table.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "colour_codes.h"
#include "io/utf8.h"

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

/* Without the beginning of a character whose rest was cut off. */
static size_t whole_length(const char *text)
{
    size_t length = strlen(text), before = length;
    while (before > 0 && ((unsigned char)text[before - 1] & 0xC0) == 0x80)
        before--;
    if (before == 0 || (unsigned char)text[before - 1] < 0xC0) return length;
    before--;
    return hpm_utf8_length(text + before, length - before) > 0 ? length : before;
}

void hpm_table_cell(hpm_table *table, const char *format, ...)
{
    char text[256];
    size_t length = 0;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    length = whole_length(text) + 1;
    text[length - 1] = '\0';
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
        size_t length = strlen(cell), shown = hpm_utf8_count(cell, length);
        size_t *column = &width[i % table->column_count];
        if (shown > *column) *column = shown;
        cell += length + 1;
    }
    for (uint32_t i = 0; i < table->column_count; i++)
        total += width[i] + GAP;
    if (total > HPM_TABLE_WIDTH && table->left > 0) {
        size_t over = total - HPM_TABLE_WIDTH;
        width[0] = width[0] > FIRST_MIN + over ? width[0] - over : FIRST_MIN;
    }
}

/* Appends the first and the last of `count` characters, `width` with two dots between them. */
static size_t middle_cut(char *line, const char *cell, size_t count, size_t width)
{
    size_t length = strlen(cell), head_count = (width - 2) / 2;
    size_t head = hpm_utf8_prefix(cell, length, head_count);
    size_t tail = hpm_utf8_prefix(cell, length, count - (width - 2 - head_count));
    memcpy(line, cell, head);
    memcpy(line + head, "..", 2);
    memcpy(line + head + 2, cell + tail, length - tail);
    return head + 2 + length - tail;
}

/* Appends one cell to `line` at its width in characters; returns bytes. A name that is too long
 * loses its middle: both ends tell names apart. */
static size_t cell_put(char *line, const char *cell, size_t width, int left)
{
    size_t length = strlen(cell), count = hpm_utf8_count(cell, length);
    if (count > width) return middle_cut(line, cell, count, width);
    size_t pad = width - count;
    memset(line, ' ', pad + length);
    memcpy(line + (left ? 0 : pad), cell, length);
    return pad + length;
}

/* Cells are below 256 bytes each and padded by as many, so a row has its place on the stack. */
static const char *row_print(FILE *stream, const hpm_table *table, const size_t *width,
                             const char *cell)
{
    char line[HPM_TABLE_COLUMNS_MAX * 520];
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
