/* The off-grid check: what the scenario grid misses between its nodes. */
#include "html.h"

static void figure(FILE *stream, const char *name, const hpm_report *report, double value,
                   const char *key)
{
    fprintf(stream, "<div><dt>%s, ", name);
    hpm_html_text(stream, hpm_report_currency(report));
    fputs("</dt><dd>", stream);
    hpm_html_real(stream, value, hpm_report_decimals(report), "off_grid/%s", key);
    fputs("</dd></div>\n", stream);
}

static void count(FILE *stream, const char *name, uint32_t value, const char *key)
{
    fprintf(stream, "<div><dt>%s</dt><dd>", name);
    hpm_html_real(stream, value, 0, "off_grid/%s", key);
    fputs("</dd></div>\n", stream);
}

static void figures(FILE *stream, const hpm_report *report, const hpm_offgrid *check)
{
    fputs("<dl class=\"tiles\">\n", stream);
    figure(stream, "On the nodes", report, check->on_nodes, "on_nodes");
    figure(stream, "Between them", report, check->between, "between");
    figure(stream, "Missed", report, check->missed, "missed");
    fputs("<div><dt>Share</dt><dd>", stream);
    hpm_html_share(stream, check->share, "off_grid/share");
    fputs("</dd></div>\n<div><dt>Initial margin misses, ", stream);
    hpm_html_text(stream, hpm_report_currency(report));
    fputs("</dt><dd>", stream);
    hpm_html_money(stream, check->initial_missed.e8, hpm_report_decimals(report),
                   "off_grid/initial_missed");
    fputs("</dd></div>\n</dl>\n", stream);
}

static void sizes(FILE *stream, const hpm_offgrid_rules *rules)
{
    fputs("<dl class=\"tiles small\">\n", stream);
    count(stream, "Steps of price", rules->price_steps, "price_steps");
    count(stream, "Steps of volatility", rules->vol_steps, "vol_steps");
    count(stream, "Strikes", rules->strike_count, "strikes");
    count(stream, "Options left out", rules->options_left_out, "options_left_out");
    count(stream, "Scenarios", rules->rulebook.scenario_count, "scenarios");
    fputs("</dl>\n", stream);
}

/* The report of the same account on the finer grids: its worst scenario is the check's. */
static void worst(FILE *stream, const hpm_report *report)
{
    hpm_report fine = *report;
    fine.breakdown = &report->off_grid->breakdown;
    if (fine.breakdown->margin.worst_column == HPM_NONE) return;
    hpm_html_worst_table(stream, &fine, "off_grid/worst_scenario");
}

void hpm_html_off_grid(FILE *stream, const hpm_report *report)
{
    const hpm_offgrid *check = report->off_grid;
    if (check == NULL) return;
    hpm_html_section_begin(stream, "Between the nodes of the grid",
                           "The same charge on a finer grid, with a price for each strike held.");
    if (check->component == HPM_NONE) {
        fputs("<p>No charge of this rulebook reads a grid.</p>\n", stream);
    } else {
        const hpm_component *components = check->rules->rulebook.components.items;
        fputs("<p>Charge <b data-key=\"off_grid/component\">", stream);
        hpm_html_text(stream, components[check->component].name);
        fputs("</b></p>\n", stream);
        figures(stream, report, check);
        sizes(stream, check->rules);
        worst(stream, report);
    }
    hpm_html_section_end(stream);
}
