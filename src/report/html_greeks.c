/* Greeks per expiry, with a bar under each figure on the scale of its column. */
#include <stddef.h>
#include <string.h>

#include "html.h"

static const char *const titles[] = {"positions",   "delta, coin", "premium adj.",
                                     "delta",       "gamma 1 %",   "vega / point",
                                     "theta / day", "rho / bp",    NULL};

/* In the order of the columns; units of different underlyings do not add. */
static const struct column {
    const char *key;
    size_t offset;
    int units;
} columns[] = {
    {"delta_units", offsetof(hpm_greeks, delta_units), 1},
    {"delta_premium_units", offsetof(hpm_greeks, delta_premium_units), 1},
    {"delta", offsetof(hpm_greeks, delta), 0},
    {"gamma_1pct", offsetof(hpm_greeks, gamma_1pct), 0},
    {"vega_point", offsetof(hpm_greeks, vega_point), 0},
    {"theta_day", offsetof(hpm_greeks, theta_day), 0},
    {"rho_bp", offsetof(hpm_greeks, rho_bp), 0},
};
#define COLUMNS (sizeof columns / sizeof columns[0])

static double value_of(const hpm_greeks *greeks, uint32_t column)
{
    double value;
    memcpy(&value, (const char *)greeks + columns[column].offset, sizeof value);
    return value;
}

/* Scales over the rows of expiries. Units have one scale per underlying. */
static void scales_add(hpm_scale scales[COLUMNS], const hpm_greeks *greeks)
{
    for (uint32_t i = 0; i < COLUMNS; i++)
        hpm_scale_add(&scales[i], value_of(greeks, i));
}

static void scales_of(hpm_scale scales[COLUMNS], const hpm_report *report, uint32_t first,
                      uint32_t end)
{
    for (uint32_t i = 0; i < COLUMNS; i++)
        if (columns[i].units) scales[i] = hpm_scale_zero();
    for (uint32_t run = first; run < end;) {
        const hpm_greeks greeks = hpm_report_greeks(report, run, &run);
        for (uint32_t i = 0; i < COLUMNS; i++)
            if (columns[i].units) hpm_scale_add(&scales[i], value_of(&greeks, i));
    }
}

/* `row` names the greeks in the report; scales NULL: a sum, without bars. */
static void greek_cells(hpm_html_table *table, const hpm_greeks *greeks, const char *row,
                        const hpm_scale *scales, int units)
{
    for (uint32_t i = 0; i < COLUMNS; i++) {
        double value = value_of(greeks, i);
        if (columns[i].units && !units) {
            hpm_html_cell_text(table, "");
            continue;
        }
        hpm_html_cell_begin(table);
        hpm_html_real(table->stream, value, HPM_HTML_SHORT, "greeks/%s/%s", row, columns[i].key);
        if (scales != NULL) hpm_html_bar(table->stream, &scales[i], 0, value, hpm_html_sign(value));
        hpm_html_cell_end(table);
    }
    hpm_html_row_end(table);
}

static const char *asset_name(const hpm_report *report, uint32_t asset)
{
    return report->breakdown->array->catalog->assets[asset].name;
}

static void expiry_row(hpm_html_table *table, const hpm_report *report, uint32_t run,
                       const hpm_greeks *greeks, const hpm_scale *scales, uint32_t number)
{
    const hpm_bucket *bucket = hpm_report_bucket(report, run);
    char text[HPM_FORMAT_SIZE];
    char row[32];
    hpm_html_row_begin(table, "");
    hpm_html_cell_begin(table);
    hpm_html_name(table->stream, asset_name(report, bucket->underlying), HPM_ASSET_NAME_SIZE);
    fputc(' ', table->stream);
    snprintf(text, sizeof text, "%s", hpm_report_bucket_kind(bucket->kind));
    if (bucket->kind == HPM_BUCKET_DATED)
        hpm_format_date(text,
                        report->breakdown->array->catalog->expiries[bucket->expiry].expiry_ns);
    hpm_html_text(table->stream, text);
    hpm_html_cell_end(table);
    snprintf(row, sizeof row, "expiries/%u", number);
    greek_cells(table, greeks, row, scales, 1);
}

static void underlying_row(hpm_html_table *table, const hpm_report *report, uint32_t asset,
                           const hpm_greeks *greeks, uint32_t number)
{
    char row[32];
    hpm_html_row_begin(table, "sum");
    hpm_html_cell_begin(table);
    hpm_html_name(table->stream, asset_name(report, asset), HPM_ASSET_NAME_SIZE);
    fputs(" together", table->stream);
    hpm_html_cell_end(table);
    snprintf(row, sizeof row, "underlyings/%u", number);
    greek_cells(table, greeks, row, NULL, 1);
}

static void underlying_rows(hpm_html_table *table, const hpm_report *report,
                            hpm_scale scales[COLUMNS])
{
    uint32_t end = 0, expiry = 0, underlying = 0;
    for (uint32_t run = 0; run < report->portfolio->run_count; run = end) {
        const hpm_greeks sum = hpm_report_greeks_underlying(report, run, &end);
        scales_of(scales, report, run, end);
        for (uint32_t part = run; part < end;) {
            uint32_t first = part;
            const hpm_greeks greeks = hpm_report_greeks(report, first, &part);
            expiry_row(table, report, first, &greeks, scales, expiry++);
        }
        underlying_row(table, report, hpm_report_bucket(report, run)->underlying, &sum,
                       underlying++);
    }
}

void hpm_html_greeks(FILE *stream, const hpm_report *report)
{
    hpm_scale scales[COLUMNS] = {{0}};
    hpm_html_table table;
    if (report->portfolio->run_count == 0) return;
    for (uint32_t run = 0; run < report->portfolio->run_count;) {
        const hpm_greeks greeks = hpm_report_greeks(report, run, &run);
        scales_add(scales, &greeks);
    }
    hpm_html_section_begin(stream, "Greeks per expiry",
                           "Of positions, without balances; in the reporting currency but for the "
                           "two deltas in coin. Gamma is the change of delta per 1 % move.");
    hpm_html_table_begin(&table, stream, "greeks per expiry", titles);
    underlying_rows(&table, report, scales);
    hpm_html_row_begin(&table, "total");
    hpm_html_cell_text(&table, "total");
    greek_cells(&table, &report->breakdown->greeks_total, "total", NULL, 0);
    hpm_html_table_end(&table);
    hpm_html_section_end(stream);
}
