/* All quotes of an underlying as the fit saw them, by expiry and strike. */
#include <math.h>
#include <stdlib.h>

#include "html.h"
#include "html_surface.h"

#define NAME_SHOWN 40

/* A place in the table. */
typedef struct option_row {
    uint32_t slice, id;
    double strike;
    int is_call;
} option_row;

static int compare(const void *a, const void *b)
{
    const option_row *left = a, *right = b;
    if (left->slice != right->slice) return left->slice < right->slice ? -1 : 1;
    if (left->strike < right->strike) return -1;
    if (left->strike > right->strike) return 1;
    if (left->is_call != right->is_call) return left->is_call - right->is_call;
    return left->id < right->id ? -1 : left->id > right->id;
}

static int is_shown(const hpm_surface_part *part, uint32_t slice)
{
    for (uint32_t i = 0; i < part->shown_count; i++)
        if (part->shown[i] == slice) return 1;
    return 0;
}

/* Returns how many there are; writes them if there is room. */
static uint32_t collect(option_row *rows, const hpm_surface_part *part)
{
    const hpm_catalog *catalog = part->report->quotes->catalog;
    const uint32_t *slice_of = part->report->fit->slice_of;
    uint32_t count = 0;
    for (uint32_t id = 0; id < catalog->instrument_count; id++) {
        const hpm_instrument *option = &catalog->instruments[id];
        if (slice_of[id] == HPM_NONE || !is_shown(part, slice_of[id])) continue;
        if (rows != NULL)
            rows[count] = (option_row){slice_of[id], id, option->strike, option->is_call};
        count++;
    }
    return count;
}

static void vol_cell(hpm_html_table *table, double vol)
{
    hpm_html_cell_begin(table);
    hpm_html_plain(table->stream, 100 * vol, 2);
    hpm_html_cell_end(table);
}

static void quote_row(hpm_html_table *table, const hpm_surface_part *part, const option_row *row)
{
    const hpm_smile_quote *quote = &part->report->fit->quote[row->id];
    hpm_html_row_begin(table, "");
    hpm_html_cell_begin(table);
    hpm_html_name(table->stream, part->report->quotes->catalog->instruments[row->id].name,
                  NAME_SHOWN);
    hpm_html_cell_end(table);
    hpm_html_cell_begin(table);
    hpm_html_plain(table->stream, quote->log_moneyness, 4);
    hpm_html_cell_end(table);
    vol_cell(table, quote->bid_vol);
    vol_cell(table, quote->ask_vol);
    vol_cell(table, quote->fit_vol);
    vol_cell(table, quote->mark_vol);
    hpm_html_cell_text(table, hpm_quote_uses[quote->use]);
    hpm_html_cell_text(table, quote->weight > 0 ? "yes" : "no");
    hpm_html_row_end(table);
}

static void rows_write(FILE *stream, const hpm_surface_part *part, const option_row *rows,
                       uint32_t count)
{
    static const char *const titles[] = {"option",  "log-moneyness", "bid, %", "ask, %", "fit, %",
                                         "mark, %", "quote",         "used",   NULL};
    hpm_html_table table;
    fprintf(stream, "<details><summary>All %u quotes</summary>\n", count);
    hpm_html_table_begin(&table, stream, "quotes, in volatility", titles);
    for (uint32_t i = 0; i < count; i++)
        quote_row(&table, part, &rows[i]);
    hpm_html_table_end(&table);
    fputs("</details>\n", stream);
}

/* How many quotes there are of each use. */
static void uses_write(FILE *stream, const hpm_surface_part *part, const option_row *rows,
                       uint32_t count)
{
    int is_first = 1;
    fputs("<p>", stream);
    for (int use = 0; use <= HPM_USE_EXPIRED; use++) {
        uint32_t of_use = 0;
        for (uint32_t i = 0; i < count; i++)
            of_use += (int)part->report->fit->quote[rows[i].id].use == use;
        if (of_use == 0) continue;
        fprintf(stream, "%s%s: %u", is_first ? "" : "; ", hpm_quote_uses[use], of_use);
        is_first = 0;
    }
    fputs("</p>\n", stream);
}

int hpm_html_surface_quotes(FILE *stream, const hpm_surface_part *part)
{
    if (part->report->fit == NULL) return 1;
    const uint32_t count = collect(NULL, part);
    if (count == 0) return 1;
    option_row *rows = malloc(count * sizeof *rows);
    if (rows == NULL) return 0;
    collect(rows, part);
    qsort(rows, count, sizeof *rows, compare);
    hpm_html_section_begin(stream, "Quotes", "What became of them.");
    uses_write(stream, part, rows, count);
    rows_write(stream, part, rows, count);
    hpm_html_section_end(stream);
    free(rows);
    return 1;
}
