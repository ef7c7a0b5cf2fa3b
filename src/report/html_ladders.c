/* The ladders: vega by expiry and delta as a heat map, and greeks over price as lines. */
#include <stddef.h>
#include <string.h>

#include "html.h"
#include "html_heat.h"
#include "html_plot.h"

/* ---- Vega --------------------------------------------------------------------------------- */

static double vega_at(const void *context, uint32_t row, uint32_t column)
{
    const hpm_report *report = context;
    return report->ladders->vega[row].vega_point[column];
}

static void expiry_name(char text[HPM_HEAT_LABEL], const void *context, uint32_t row)
{
    const hpm_report *report = context;
    const hpm_catalog *catalog = report->breakdown->array->catalog;
    const hpm_expiry *expiry = &catalog->expiries[report->ladders->vega[row].expiry];
    char date[HPM_FORMAT_SIZE];
    hpm_format_date(date, expiry->expiry_ns);
    snprintf(text, HPM_HEAT_LABEL, "%s %.30s", catalog->assets[expiry->underlying].name, date);
}

static void bucket_name(char text[HPM_HEAT_LABEL], const void *context, uint32_t column)
{
    (void)context;
    snprintf(text, HPM_HEAT_LABEL, "%s", hpm_ladder_bucket_name(column));
}

static void vega_row(hpm_html_table *table, const hpm_report *report, uint32_t row)
{
    char name[HPM_HEAT_LABEL];
    expiry_name(name, report, row);
    hpm_html_row_begin(table, "");
    hpm_html_cell_text(table, name);
    for (uint32_t column = 0; column < HPM_LADDER_BUCKETS; column++) {
        hpm_html_cell_begin(table);
        hpm_html_real(table->stream, vega_at(report, row, column), HPM_HTML_SHORT,
                      "ladders/vega/%u/vega_point/%u", row, column);
        hpm_html_cell_end(table);
    }
    hpm_html_row_end(table);
}

static void vega_table(FILE *stream, const hpm_report *report)
{
    const char *titles[HPM_LADDER_BUCKETS + 2] = {"expiry"};
    hpm_html_table table;
    for (uint32_t i = 0; i < HPM_LADDER_BUCKETS; i++)
        titles[i + 1] = hpm_ladder_bucket_name(i);
    fputs("<details><summary>All figures</summary>\n", stream);
    hpm_html_table_begin(&table, stream, "vega by expiry and delta", titles);
    for (uint32_t row = 0; row < report->ladders->expiry_count; row++)
        vega_row(&table, report, row);
    hpm_html_table_end(&table);
    fputs("</details>\n", stream);
}

static void vega_section(FILE *stream, const hpm_report *report)
{
    char heading[128];
    if (report->ladders->expiry_count == 0) return;
    snprintf(heading, sizeof heading, "Vega by expiry and delta, %s per point",
             hpm_report_currency(report));
    const hpm_heat heat = {
        .row_count = report->ladders->expiry_count,
        .column_count = HPM_LADDER_BUCKETS,
        .context = report,
        .value = vega_at,
        .row_label = expiry_name,
        .column_label = bucket_name,
        .marked_row = HPM_NONE,
        .marked_column = HPM_NONE,
        .title = heading,
        .unit = hpm_report_currency(report),
        .decimals = 2,
    };
    hpm_html_section_begin(stream, heading,
                           "Strikes by the delta, in percent, of the option that is out of the "
                           "money there; what is short in the hue of losses.");
    hpm_html_heat(stream, &heat);
    vega_table(stream, report);
    hpm_html_section_end(stream);
}

/* ---- Delta over price --------------------------------------------------------------------- */

typedef struct view {
    const hpm_report *report;
    uint32_t underlying;
    double price; /* now */
} view;

static const hpm_greeks *greeks_at(const view *of, uint32_t node)
{
    const hpm_ladders *ladders = of->report->ladders;
    return &ladders->greeks[(size_t)of->underlying * ladders->node_count + node];
}

static double move_at(const view *of, uint32_t node)
{
    const hpm_ladders *ladders = of->report->ladders;
    return ladders->price_move[(size_t)of->underlying * ladders->node_count + node];
}

static double price_at(const void *context, uint32_t node)
{
    const view *of = context;
    return of->price * (1 + move_at(of, node));
}

static double delta_at(const void *context, uint32_t curve, uint32_t node)
{
    (void)curve;
    return greeks_at(context, node)->delta;
}

/* In the order of the columns behind move and price. */
static const struct column {
    const char *key;
    size_t offset;
} columns[] = {
    {"delta_units", offsetof(hpm_greeks, delta_units)},
    {"delta_premium_units", offsetof(hpm_greeks, delta_premium_units)},
    {"delta", offsetof(hpm_greeks, delta)},
    {"gamma_1pct", offsetof(hpm_greeks, gamma_1pct)},
    {"vega_point", offsetof(hpm_greeks, vega_point)},
    {"theta_day", offsetof(hpm_greeks, theta_day)},
    {"rho_bp", offsetof(hpm_greeks, rho_bp)},
};

static void node_cell(hpm_html_table *table, const view *of, uint32_t node, double value,
                      const char *key)
{
    hpm_html_cell_begin(table);
    hpm_html_real(table->stream, value, HPM_HTML_SHORT, "ladders/prices/%u/nodes/%u/%s",
                  of->underlying, node, key);
    hpm_html_cell_end(table);
}

static void node_row(hpm_html_table *table, const view *of, uint32_t node)
{
    const char *greeks = (const char *)greeks_at(of, node);
    hpm_html_row_begin(table, move_at(of, node) == 0 ? "marked" : "");
    hpm_html_cell_begin(table);
    hpm_html_move(table->stream, move_at(of, node), "ladders/prices/%u/nodes/%u/price_move",
                  of->underlying, node);
    hpm_html_cell_end(table);
    node_cell(table, of, node, price_at(of, node), "price");
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
        double value;
        memcpy(&value, greeks + columns[i].offset, sizeof value);
        node_cell(table, of, node, value, columns[i].key);
    }
    hpm_html_row_end(table);
}

static void node_table(FILE *stream, const view *of)
{
    static const char *const titles[] = {"move",     "price",     "delta, coin",  "premium adj.",
                                         "delta",    "gamma 1 %", "vega / point", "theta / day",
                                         "rho / bp", NULL};
    hpm_html_table table;
    fputs("<details><summary>All figures</summary>\n", stream);
    hpm_html_table_begin(&table, stream, "greeks by price", titles);
    for (uint32_t node = 0; node < of->report->ladders->node_count; node++)
        node_row(&table, of, node);
    hpm_html_table_end(&table);
    fputs("</details>\n", stream);
}

static void delta_section(FILE *stream, const hpm_report *report, uint32_t underlying)
{
    static const char *const curve_class[] = {"today"};
    const hpm_risk_array *array = report->breakdown->array;
    uint32_t asset = report->ladders->underlyings[underlying];
    const view of = {report, underlying, array->market->asset_price[asset].value};
    char heading[128];
    snprintf(heading, sizeof heading, "Delta over the price of %s, %s",
             array->catalog->assets[asset].name, hpm_report_currency(report));
    const hpm_plot plot = {
        .title = heading,
        .curve_count = 1,
        .point_count = report->ladders->node_count,
        .context = &of,
        .x = price_at,
        .y = delta_at,
        .curve_class = curve_class,
        .marks = {{.x = of.price, .label = "now", .strong = 1}},
        .mark_count = 1,
    };
    hpm_html_section_begin(stream, heading,
                           "Of positions, without balances, computed anew at each price.");
    hpm_html_plot(stream, &plot);
    node_table(stream, &of);
    hpm_html_section_end(stream);
}

/* Vega stands beside the last of an odd number of price ladders, else by itself. */
void hpm_html_ladders(FILE *stream, const hpm_report *report)
{
    if (report->ladders_note != NULL)
        hpm_html_section_lacking(stream, "Greeks over price", report->ladders_note);
    if (report->ladders == NULL) return;
    int is_beside = report->ladders->underlying_count % 2 == 1;
    hpm_html_group_begin(stream);
    for (uint32_t u = 0; u < report->ladders->underlying_count; u++)
        delta_section(stream, report, u);
    if (is_beside) vega_section(stream, report);
    hpm_html_group_end(stream);
    if (!is_beside) vega_section(stream, report);
}
