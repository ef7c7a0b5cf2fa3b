/* The profile: P&L over the price of each underlying, today and at the expiries of options. */
#include <assert.h>

#include "html.h"
#include "html_plot.h"

#define TABLE_STEPS (HPM_PROFILE_HALF / 8) /* of the points every so many stand in the table */

static const char *const curve_class[HPM_PROFILE_CURVES_MAX] = {"today", "first", "last"};

typedef struct view {
    const hpm_report *report;
    uint32_t underlying;
    double price; /* of the underlying now */
    uint32_t curve_count;
    char names[HPM_PROFILE_CURVES_MAX][64];
} view;

static double price_at(const void *context, uint32_t point)
{
    const view *of = context;
    return of->price * (1 + hpm_profile_move(of->report->profile, of->underlying, point));
}

static double pnl_at(const void *context, uint32_t curve, uint32_t point)
{
    const view *of = context;
    return hpm_profile_pnl(of->report->profile, of->underlying, curve, point);
}

static void curve_names(view *of)
{
    const hpm_profile_rules *rules = of->report->profile->rules;
    char date[HPM_FORMAT_SIZE];
    assert(rules->curve_count <= HPM_PROFILE_CURVES_MAX);
    of->curve_count = rules->curve_count;
    snprintf(of->names[0], sizeof of->names[0], "today");
    for (uint32_t i = 1; i < rules->curve_count; i++) {
        const char *which = rules->curve_count == 2 ? "" : i == 1 ? "first " : "last ";
        hpm_format_date(date, rules->time_ns[i]);
        snprintf(of->names[i], sizeof of->names[i], "at %sexpiry, %.16s", which, date);
    }
}

static void legend(FILE *stream, const view *of)
{
    const uint32_t count = of->curve_count;
    char text[HPM_FORMAT_SIZE];
    assert(count <= HPM_PROFILE_CURVES_MAX);
    fputs("<p class=\"legend\">", stream);
    for (uint32_t i = 0; i < count; i++)
        hpm_html_sample(stream, curve_class[i], HPM_SAMPLE_LINE, of->names[i]);
    hpm_format_short(text, of->price);
    fprintf(stream, "<span>now %s</span></p>\n", text);
}

/* ---- Lowest and highest ------------------------------------------------------------------- */

/* The first point at which a curve is lowest (sign 1) or highest (sign -1). */
static uint32_t extreme(const view *of, uint32_t curve, double sign)
{
    uint32_t best = 0;
    for (uint32_t point = 1; point < HPM_PROFILE_POINTS; point++)
        if (sign * pnl_at(of, curve, point) < sign * pnl_at(of, curve, best)) best = point;
    return best;
}

static void extreme_cells(hpm_html_table *table, const view *of, uint32_t curve, double sign)
{
    uint32_t point = extreme(of, curve, sign);
    hpm_html_cell_begin(table);
    hpm_html_plain(table->stream, pnl_at(of, curve, point), hpm_report_decimals(of->report));
    hpm_html_cell_end(table);
    hpm_html_cell_begin(table);
    hpm_html_plain(table->stream, price_at(of, point), HPM_HTML_SHORT);
    hpm_html_cell_end(table);
}

static void extremes(FILE *stream, const view *of)
{
    static const char *const titles[] = {"within the chart", "lowest P&L", "at price",
                                         "highest P&L",      "at price",   NULL};
    hpm_html_table table;
    hpm_html_table_begin(&table, stream, "lowest and highest points of the curves", titles);
    for (uint32_t i = 0; i < of->curve_count; i++) {
        hpm_html_row_begin(&table, "");
        hpm_html_cell_text(&table, of->names[i]);
        extreme_cells(&table, of, i, 1);
        extreme_cells(&table, of, i, -1);
        hpm_html_row_end(&table);
    }
    hpm_html_table_end(&table);
}

/* ---- Points ------------------------------------------------------------------------------- */

static void point_row(hpm_html_table *table, const view *of, uint32_t point)
{
    char move[HPM_FORMAT_SIZE];
    hpm_format_percent(move, hpm_profile_move(of->report->profile, of->underlying, point), 1);
    hpm_html_row_begin(table, "");
    hpm_html_cell_text(table, move);
    hpm_html_cell_begin(table);
    hpm_html_plain(table->stream, price_at(of, point), HPM_HTML_SHORT);
    hpm_html_cell_end(table);
    for (uint32_t i = 0; i < of->curve_count; i++) {
        hpm_html_cell_begin(table);
        hpm_html_plain(table->stream, pnl_at(of, i, point), hpm_report_decimals(of->report));
        hpm_html_cell_end(table);
    }
    hpm_html_row_end(table);
}

static void points(FILE *stream, const view *of)
{
    const char *titles[HPM_PROFILE_CURVES_MAX + 3] = {"move", "price"};
    hpm_html_table table;
    for (uint32_t i = 0; i < of->curve_count; i++)
        titles[i + 2] = of->names[i];
    fputs("<details><summary>Figures</summary>\n", stream);
    hpm_html_table_begin(&table, stream, "P&L by price", titles);
    for (uint32_t point = 0; point < HPM_PROFILE_POINTS; point += TABLE_STEPS)
        point_row(&table, of, point);
    hpm_html_table_end(&table);
    fputs("</details>\n", stream);
}

/* ---- Chart -------------------------------------------------------------------------------- */

/* The present price, and the scan range of the rulebook around it. */
static void marks_set(hpm_plot *plot, const view *of)
{
    const hpm_breakdown *breakdown = of->report->breakdown;
    uint32_t asset = of->report->profile->breakdown.underlyings[of->underlying];
    double range = breakdown->array->underlying_rule[asset]->price_range;
    for (int i = -1; i <= 1; i++) {
        hpm_plot_mark *mark = &plot->marks[plot->mark_count++];
        *mark = (hpm_plot_mark){.x = of->price * (1 + i * range), .strong = i == 0};
        snprintf(mark->label, sizeof mark->label, "now");
        if (i != 0) hpm_format_percent(mark->label, i * range, 1);
    }
}

static void underlying_section(FILE *stream, const hpm_report *report, uint32_t underlying)
{
    const hpm_risk_array *array = report->breakdown->array;
    uint32_t asset = report->profile->breakdown.underlyings[underlying];
    view of = {report, underlying, array->market->asset_price[asset].value, 0, {{0}}};
    char heading[128];
    curve_names(&of);
    snprintf(heading, sizeof heading, "P&L over the price of %s, %s",
             array->catalog->assets[asset].name, hpm_report_currency(report));
    hpm_plot plot = {
        .title = heading,
        .curve_count = of.curve_count,
        .point_count = HPM_PROFILE_POINTS,
        .context = &of,
        .x = price_at,
        .y = pnl_at,
        .curve_class = curve_class,
    };
    marks_set(&plot, &of);
    hpm_html_section_begin(stream, heading,
                           "Positions and coins together, volatilities unchanged. At expiry every "
                           "option is worth its payoff at its forward, moved as the price is. "
                           "Dashed uprights: the scan range.");
    legend(stream, &of);
    hpm_html_plot(stream, &plot);
    extremes(stream, &of);
    points(stream, &of);
    hpm_html_section_end(stream);
}

void hpm_html_profile(FILE *stream, const hpm_report *report)
{
    if (report->profile_note != NULL)
        hpm_html_section_lacking(stream, "P&L over price", report->profile_note);
    if (report->profile == NULL) return;
    hpm_html_group_begin(stream);
    for (uint32_t u = 0; u < report->profile->breakdown.underlying_count; u++)
        underlying_section(stream, report, u);
    hpm_html_group_end(stream);
}
