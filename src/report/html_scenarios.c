/* The scenarios: where the worst one lies, a heat map of price by volatility for each underlying,
 * and every figure in tables. */
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "html.h"
#include "html_heat.h"

#define MATRIX_VOLS 6 /* volatility columns side by side */

static const char *asset_name(const hpm_report *report, uint32_t underlying)
{
    const hpm_breakdown *breakdown = report->breakdown;
    return breakdown->array->catalog->assets[breakdown->underlyings[underlying]].name;
}

static void pnl_figure(FILE *stream, const hpm_report *report, uint32_t underlying, uint32_t column)
{
    hpm_html_real(stream, hpm_report_pnl(report, underlying, column), hpm_report_decimals(report),
                  "underlyings/%u/pnl/%u", underlying, column);
}

static void move_figure(FILE *stream, const hpm_report *report, uint32_t underlying,
                        uint32_t column)
{
    uint32_t asset = report->breakdown->underlyings[underlying];
    hpm_html_move(stream, hpm_report_price_move(report, asset, column),
                  "underlyings/%u/price_move/%u", underlying, column);
}

/* ---- The worst scenario ------------------------------------------------------------------- */

/* Where an underlying stands; one that stands still loses nothing. */
static void stand_cells(hpm_html_table *table, const hpm_report *report, uint32_t underlying,
                        const char *key)
{
    uint32_t column = report->breakdown->worst_columns[underlying], index = 0;
    const hpm_scenario_set *set = hpm_report_set(report, column, &index);
    const hpm_scenario scenario = hpm_scenario_set_at(set, index);
    uint32_t asset = report->breakdown->underlyings[underlying];
    char text[HPM_REPORT_SHOCK];
    hpm_html_cell_begin(table);
    hpm_html_text(table->stream, set->name);
    fprintf(table->stream, " #%u", index);
    hpm_html_cell_end(table);
    hpm_html_cell_begin(table);
    hpm_html_move(table->stream, hpm_report_price_move(report, asset, column),
                  "%s/underlyings/%u/price_move", key, underlying);
    hpm_html_cell_end(table);
    hpm_report_vol_shock(text, set, &scenario);
    hpm_html_cell_text(table, text);
    hpm_html_cell_begin(table);
    hpm_html_real(table->stream, hpm_report_pnl(report, underlying, column),
                  hpm_report_decimals(report), "%s/underlyings/%u/pnl", key, underlying);
    hpm_html_cell_end(table);
}

static void still_cells(hpm_html_table *table, const hpm_report *report, uint32_t underlying,
                        const char *key)
{
    hpm_html_cell_text(table, "stands still");
    hpm_html_cell_begin(table);
    hpm_html_move(table->stream, 0, "%s/underlyings/%u/price_move", key, underlying);
    hpm_html_cell_end(table);
    hpm_html_cell_text(table, "");
    hpm_html_cell_begin(table);
    hpm_html_real(table->stream, 0, hpm_report_decimals(report), "%s/underlyings/%u/pnl", key,
                  underlying);
    hpm_html_cell_end(table);
}

void hpm_html_worst_table(FILE *stream, const hpm_report *report, const char *key)
{
    static const char *const titles[] = {"underlying", "scenario", "price",
                                         "volatility", "P&L",      NULL};
    hpm_html_table table;
    hpm_html_table_begin(&table, stream, "worst scenario by underlying", titles);
    for (uint32_t u = 0; u < report->breakdown->underlying_count; u++) {
        hpm_html_row_begin(&table, "");
        hpm_html_cell_begin(&table);
        hpm_html_name(stream, asset_name(report, u), HPM_ASSET_NAME_SIZE);
        hpm_html_cell_end(&table);
        if (report->breakdown->worst_columns[u] == HPM_NONE) {
            still_cells(&table, report, u, key);
        } else {
            stand_cells(&table, report, u, key);
        }
        hpm_html_row_end(&table);
    }
    hpm_html_table_end(&table);
}

void hpm_html_worst(FILE *stream, const hpm_report *report)
{
    if (report->breakdown->margin.worst_column == HPM_NONE) return;
    hpm_html_section_begin(stream, "Worst scenario",
                           "Where each underlying stands in the scenario that leads the initial "
                           "margin.");
    hpm_html_worst_table(stream, report, "worst_scenario");
    hpm_html_section_end(stream);
}

/* ---- Heat map ------------------------------------------------------------------------------ */

typedef struct grid {
    const hpm_report *report;
    const hpm_scenario_set *set;
    uint32_t column0;
    uint32_t underlying;
} grid;

/* The highest volatility stands on top, whatever the order in the rulebook. */
static uint32_t vol_of_row(const grid *of, uint32_t row)
{
    const double *vols = of->set->vols.items;
    uint32_t last = of->set->vols.count - 1;
    return vols[0] < vols[last] ? last - row : row;
}

static uint32_t column_of(const grid *of, uint32_t price, uint32_t vol)
{
    return of->column0 + price * of->set->vols.count + vol;
}

static double heat_value(const void *context, uint32_t row, uint32_t column)
{
    const grid *of = context;
    return hpm_report_pnl(of->report, of->underlying, column_of(of, column, vol_of_row(of, row)));
}

static void heat_vol(char text[HPM_HEAT_LABEL], const void *context, uint32_t row)
{
    const grid *of = context;
    const double *vols = of->set->vols.items;
    char shock[HPM_REPORT_SHOCK];
    hpm_report_vol_shock(shock, of->set, &(hpm_scenario){.vol = vols[vol_of_row(of, row)]});
    snprintf(text, HPM_HEAT_LABEL, "%.50s", shock + strlen("vol "));
}

static void heat_price(char text[HPM_HEAT_LABEL], const void *context, uint32_t column)
{
    const grid *of = context;
    uint32_t asset = of->report->breakdown->underlyings[of->underlying];
    hpm_format_percent(text, hpm_report_price_move(of->report, asset, column_of(of, column, 0)), 1);
}

static int stands_here(const grid *of)
{
    uint32_t column = of->report->breakdown->worst_columns[of->underlying];
    uint32_t cells = of->set->prices.count * of->set->vols.count;
    return column != HPM_NONE && column >= of->column0 && column < of->column0 + cells;
}

/* The column in which the underlying stands in the worst scenario; if that is not of this grid, the
 * first of its lowest. */
static uint32_t marked_column(const grid *of)
{
    uint32_t cells = of->set->prices.count * of->set->vols.count;
    uint32_t lowest = of->column0;
    if (stands_here(of)) return of->report->breakdown->worst_columns[of->underlying];
    for (uint32_t column = of->column0; column < of->column0 + cells; column++)
        if (hpm_report_pnl(of->report, of->underlying, column) <
            hpm_report_pnl(of->report, of->underlying, lowest))
            lowest = column;
    return lowest;
}

static void heat_mark(hpm_heat *heat, const grid *of, uint32_t column)
{
    heat->marked_column = (column - of->column0) / of->set->vols.count;
    for (uint32_t row = 0; row < of->set->vols.count; row++)
        if (column_of(of, heat->marked_column, vol_of_row(of, row)) == column)
            heat->marked_row = row;
}

static void heat_write(FILE *stream, const grid *of, const char *title)
{
    uint32_t marked = marked_column(of);
    hpm_heat heat = {
        .row_count = of->set->vols.count,
        .column_count = of->set->prices.count,
        .context = of,
        .value = heat_value,
        .row_label = heat_vol,
        .column_label = heat_price,
        .title = title,
        .unit = hpm_report_currency(of->report),
        .decimals = hpm_report_decimals(of->report),
    };
    heat_mark(&heat, of, marked);
    hpm_html_heat(stream, &heat);
    fprintf(stream, "<p class=\"lead\"><b class=\"outlined\">Outlined</b> %s: ",
            stands_here(of) ? "is the worst scenario of the account"
                            : "is the lowest of this grid; the worst scenario is not in it");
    pnl_figure(stream, of->report, of->underlying, marked);
    fputc(' ', stream);
    hpm_html_text(stream, heat.unit);
    fputs(".</p>\n", stream);
}

/* ---- Every figure -------------------------------------------------------------------------- */

/* Volatilities [first, end) side by side. */
static void matrix_part(FILE *stream, const grid *of, uint32_t first, uint32_t end)
{
    const double *vols = of->set->vols.items;
    char shocks[MATRIX_VOLS][HPM_REPORT_SHOCK];
    const char *titles[MATRIX_VOLS + 2] = {"price"};
    hpm_html_table table;
    for (uint32_t i = first; i < end; i++) {
        hpm_report_vol_shock(shocks[i - first], of->set, &(hpm_scenario){.vol = vols[i]});
        titles[i - first + 1] = shocks[i - first];
    }
    hpm_html_table_begin(&table, stream, "P&L by price and volatility", titles);
    for (uint32_t price = 0; price < of->set->prices.count; price++) {
        hpm_html_row_begin(&table, "");
        hpm_html_cell_begin(&table);
        move_figure(stream, of->report, of->underlying, column_of(of, price, 0));
        hpm_html_cell_end(&table);
        for (uint32_t vol = first; vol < end; vol++) {
            hpm_html_cell_begin(&table);
            pnl_figure(stream, of->report, of->underlying, column_of(of, price, vol));
            hpm_html_cell_end(&table);
        }
        hpm_html_row_end(&table);
    }
    hpm_html_table_end(&table);
}

static void matrix(FILE *stream, const grid *of)
{
    fputs("<details><summary>All figures</summary>\n", stream);
    for (uint32_t first = 0; first < of->set->vols.count; first += MATRIX_VOLS) {
        uint32_t end = first + MATRIX_VOLS;
        matrix_part(stream, of, first, end < of->set->vols.count ? end : of->set->vols.count);
    }
    fputs("</details>\n", stream);
}

static void grid_section(FILE *stream, const grid *of)
{
    char heading[128];
    snprintf(heading, sizeof heading, "Scenario P&L of %s, set %s",
             asset_name(of->report, of->underlying), of->set->name);
    hpm_html_section_begin(stream, heading,
                           "Price across, volatility up; P&L as the rulebook counts it.");
    heat_write(stream, of, heading);
    matrix(stream, of);
    hpm_html_section_end(stream);
}

/* ---- Single scenarios ---------------------------------------------------------------------- */

/* What a scenario may have beside price and volatility, and what it is where nobody asked for it.
 */
static const struct extra {
    const char *title, *key;
    size_t offset;
    double usual;
} extras[] = {
    {"basis moves", "basis", offsetof(hpm_scenario, basis), 0},
    {"days", "time_days", offsetof(hpm_scenario, time_days), 0},
    {"weight", "weight", offsetof(hpm_scenario, weight), 1},
};
#define EXTRAS (sizeof extras / sizeof extras[0])

/* The scenarios behind the grid of a set, and which extras they use. */
typedef struct list {
    grid of;
    uint32_t first, end;
    int used[EXTRAS];
    hpm_scale scale;
} list;

static double extra_of(const list *rows, uint32_t index, uint32_t extra)
{
    const hpm_scenario scenario = hpm_scenario_set_at(rows->of.set, index);
    double value;
    memcpy(&value, (const char *)&scenario + extras[extra].offset, sizeof value);
    return value;
}

static list list_of(const grid *of)
{
    list rows = {.of = *of,
                 .first = of->set->prices.count * of->set->vols.count,
                 .end = hpm_scenario_set_count(of->set),
                 .scale = hpm_scale_zero()};
    for (uint32_t i = rows.first; i < rows.end; i++) {
        hpm_scale_add(&rows.scale, hpm_report_pnl(of->report, of->underlying, of->column0 + i));
        for (uint32_t x = 0; x < EXTRAS; x++)
            if (extra_of(&rows, i, x) != extras[x].usual) rows.used[x] = 1;
    }
    return rows;
}

static void extra_cell(hpm_html_table *table, const list *rows, uint32_t index, uint32_t extra)
{
    double value = extra_of(rows, index, extra);
    hpm_html_cell_begin(table);
    hpm_html_real(table->stream, value, value == floor(value) ? 0 : 4, "scenarios/%u/%s",
                  rows->of.column0 + index, extras[extra].key);
    hpm_html_cell_end(table);
}

static void list_row(hpm_html_table *table, const list *rows, uint32_t index)
{
    const grid *of = &rows->of;
    const hpm_scenario scenario = hpm_scenario_set_at(of->set, index);
    uint32_t column = of->column0 + index;
    double pnl = hpm_report_pnl(of->report, of->underlying, column);
    int is_worst = of->report->breakdown->worst_columns[of->underlying] == column;
    char text[HPM_REPORT_SHOCK];
    hpm_html_row_begin(table, is_worst ? "marked" : "");
    hpm_html_cell_begin(table);
    hpm_html_text(table->stream, of->set->name);
    fprintf(table->stream, " #%u%s", index, is_worst ? ", the worst" : "");
    hpm_html_bar(table->stream, &rows->scale, 0, pnl, hpm_html_sign(pnl));
    hpm_html_cell_end(table);
    hpm_html_cell_begin(table);
    move_figure(table->stream, of->report, of->underlying, column);
    hpm_html_cell_end(table);
    hpm_report_vol_shock(text, of->set, &scenario);
    hpm_html_cell_text(table, text);
    for (uint32_t x = 0; x < EXTRAS; x++)
        if (rows->used[x]) extra_cell(table, rows, index, x);
    hpm_html_cell_begin(table);
    pnl_figure(table->stream, of->report, of->underlying, column);
    hpm_html_cell_end(table);
    hpm_html_row_end(table);
}

static void list_section(FILE *stream, const grid *of)
{
    const list rows = list_of(of);
    const char *titles[EXTRAS + 5] = {"scenario", "price", "volatility"};
    uint32_t title = 3;
    char heading[128];
    hpm_html_table table;
    for (uint32_t x = 0; x < EXTRAS; x++)
        if (rows.used[x]) titles[title++] = extras[x].title;
    titles[title] = "P&L";
    snprintf(heading, sizeof heading, "Single scenarios of %s, set %s",
             asset_name(of->report, of->underlying), of->set->name);
    hpm_html_section_begin(stream, heading, NULL);
    hpm_html_table_begin(&table, stream, heading, titles);
    for (uint32_t i = rows.first; i < rows.end; i++)
        list_row(&table, &rows, i);
    hpm_html_table_end(&table);
    hpm_html_section_end(stream);
}

void hpm_html_scenarios(FILE *stream, const hpm_report *report)
{
    const hpm_rulebook *rulebook = report->breakdown->array->rulebook;
    const hpm_scenario_set *sets = rulebook->sets.items;
    for (uint32_t i = 0; i < rulebook->sets.count; i++) {
        uint32_t cells = sets[i].prices.count * sets[i].vols.count;
        if (!hpm_report_set_used(report, rulebook->set_first[i])) continue;
        for (uint32_t u = 0; u < report->breakdown->underlying_count; u++) {
            const grid of = {report, &sets[i], rulebook->set_first[i], u};
            if (cells > 0) grid_section(stream, &of);
            if (hpm_scenario_set_count(&sets[i]) > cells) list_section(stream, &of);
        }
    }
}
