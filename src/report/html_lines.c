/* Contributions: what each position and balance adds to the requirement, the largest first. */
#include <stdlib.h>

#include "html.h"

#define LINES_SHOWN 16 /* the others are folded away */
#define NAME_SHOWN  44

static const char *const titles[] = {"contribution of", "quantity",    "value",
                                     "initial",         "maintenance", NULL};

/* A line's place in the report, and the size that it is sorted by. */
typedef struct ranked {
    uint32_t index;
    uint64_t size;
} ranked;

static int compare(const void *a, const void *b)
{
    const ranked *left = a, *right = b;
    if (left->size != right->size) return left->size < right->size ? 1 : -1;
    return left->index < right->index ? -1 : left->index > right->index;
}

static uint64_t magnitude(hpm_money amount)
{
    return amount.e8 < 0 ? 0 - (uint64_t)amount.e8 : (uint64_t)amount.e8;
}

static ranked *rank(const hpm_breakdown *breakdown)
{
    ranked *order = malloc(breakdown->line_count * sizeof *order);
    if (order == NULL) return NULL;
    for (uint32_t i = 0; i < breakdown->line_count; i++)
        order[i] = (ranked){i, magnitude(breakdown->lines[i].initial)};
    qsort(order, breakdown->line_count, sizeof *order, compare);
    return order;
}

/* The line's name with its kind; the quantity's value, and what the report calls it. */
static int64_t line_name(FILE *stream, const hpm_report *report, uint32_t index, const char **key)
{
    const hpm_margin_line *line = &report->breakdown->lines[index];
    const hpm_catalog *catalog = report->breakdown->array->catalog;
    *key = "amount";
    if (line->kind == HPM_LINE_POSITION) {
        *key = "quantity";
        hpm_html_name(stream, catalog->instruments[line->id].name, NAME_SHOWN);
        return hpm_report_quantity(report, index).e8;
    }
    if (line->kind == HPM_LINE_BALANCE) {
        fputs("balance ", stream);
        hpm_html_name(stream, catalog->assets[line->id].name, NAME_SHOWN);
        return hpm_report_balance(report, index)->amount.e8;
    }
    fputs("declared ", stream);
    hpm_html_name(stream, hpm_report_declared(report, index)->name, NAME_SHOWN);
    fputc(' ', stream);
    hpm_html_name(stream, catalog->assets[line->id].name, NAME_SHOWN);
    return hpm_report_declared(report, index)->amount.e8;
}

static void money_cell(hpm_html_table *table, hpm_money amount, int decimals, uint32_t index,
                       const char *key)
{
    hpm_html_cell_begin(table);
    hpm_html_money(table->stream, amount.e8, decimals, "contributions/%u/%s", index, key);
    hpm_html_cell_end(table);
}

static void line_row(hpm_html_table *table, const hpm_report *report, uint32_t index,
                     const hpm_scale *scale)
{
    const hpm_margin_line *line = &report->breakdown->lines[index];
    int decimals = hpm_report_decimals(report);
    double initial = hpm_e8_to_double(line->initial.e8);
    const char *key = NULL;
    hpm_html_row_begin(table, "");
    hpm_html_cell_begin(table);
    int64_t quantity = line_name(table->stream, report, index, &key);
    hpm_html_bar(table->stream, scale, 0, initial, hpm_html_sign(-initial));
    hpm_html_cell_end(table);
    hpm_html_cell_begin(table);
    hpm_html_quantity(table->stream, quantity, "contributions/%u/%s", index, key);
    hpm_html_cell_end(table);
    money_cell(table, line->value, decimals, index, "value");
    money_cell(table, line->initial, decimals, index, "initial");
    money_cell(table, line->maintenance, decimals, index, "maintenance");
    hpm_html_row_end(table);
}

static void total_row(hpm_html_table *table, const hpm_report *report)
{
    const hpm_margin *margin = &report->breakdown->margin;
    int decimals = hpm_report_decimals(report);
    hpm_html_row_begin(table, "total");
    hpm_html_cell_text(table, "sum of all lines");
    hpm_html_cell_text(table, "");
    hpm_html_cell_text(table, "");
    hpm_html_cell_begin(table);
    hpm_html_money(table->stream, margin->initial.e8, decimals, "initial_margin");
    hpm_html_cell_end(table);
    hpm_html_cell_begin(table);
    hpm_html_money(table->stream, margin->maintenance.e8, decimals, "maintenance_margin");
    hpm_html_cell_end(table);
    hpm_html_row_end(table);
}

static hpm_scale scale_of(const hpm_breakdown *breakdown)
{
    hpm_scale scale = hpm_scale_zero();
    for (uint32_t i = 0; i < breakdown->line_count; i++)
        hpm_scale_add(&scale, hpm_e8_to_double(breakdown->lines[i].initial.e8));
    return scale;
}

static void tables(FILE *stream, const hpm_report *report, const ranked *order)
{
    uint32_t count = report->breakdown->line_count;
    uint32_t shown = count <= LINES_SHOWN + 4 ? count : LINES_SHOWN; /* no fold for a few */
    const hpm_scale scale = scale_of(report->breakdown);
    hpm_html_table table;
    hpm_html_table_begin(&table, stream, "contributions, the largest first", titles);
    for (uint32_t i = 0; i < shown; i++)
        line_row(&table, report, order[i].index, &scale);
    total_row(&table, report);
    hpm_html_table_end(&table);
    if (shown == count) return;
    fprintf(stream, "<details><summary>The %u smaller lines</summary>\n", count - shown);
    hpm_html_table_begin(&table, stream, "smaller contributions", titles);
    for (uint32_t i = shown; i < count; i++)
        line_row(&table, report, order[i].index, &scale);
    hpm_html_table_end(&table);
    fputs("</details>\n", stream);
}

int hpm_html_lines(FILE *stream, const hpm_report *report)
{
    if (report->breakdown->line_count == 0) return 1;
    ranked *order = rank(report->breakdown);
    if (order == NULL) return 0;
    hpm_html_section_begin(stream, "Contributions",
                           "What each line adds to the initial margin (right) or relieves it of "
                           "(left), the largest first. The lines sum to the requirement exactly.");
    tables(stream, report, order);
    hpm_html_section_end(stream);
    free(order);
    return 1;
}
