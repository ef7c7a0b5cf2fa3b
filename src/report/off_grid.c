/* The off-grid check in the text and the JSON report. */
#include <math.h>

#include "format.h"
#include "report.h"

/* The report of the same account on the finer grids: its worst scenario is the check's. */
static hpm_report between_nodes(const hpm_report *report)
{
    hpm_report fine = *report;
    fine.breakdown = &report->off_grid->breakdown;
    return fine;
}

static const char *component_name(const hpm_offgrid *check)
{
    const hpm_component *components = check->rules->rulebook.components.items;
    return components[check->component].name;
}

static void amount(FILE *stream, const hpm_report *report, const char *name, const char *text)
{
    fprintf(stream, "  %-24s %18s %s\n", name, text, hpm_report_currency(report));
}

static void value(FILE *stream, const hpm_report *report, const char *name, double figure)
{
    char text[HPM_FORMAT_SIZE];
    hpm_format_real(text, figure, hpm_report_decimals(report));
    amount(stream, report, name, text);
}

static void missed_print(FILE *stream, const hpm_report *report)
{
    const hpm_offgrid *check = report->off_grid;
    char name[64], share[HPM_FORMAT_SIZE], initial[HPM_FORMAT_SIZE];
    snprintf(name, sizeof name, "%.31s", component_name(check));
    value(stream, report, name, check->on_nodes);
    value(stream, report, "between its nodes", check->between);
    value(stream, report, "missed", check->missed);
    if (!isnan(check->share)) {
        hpm_format_percent(share, check->share, 0);
        fprintf(stream, "  %-24s %18s\n", "as a share", share);
    }
    hpm_format_e8(initial, check->initial_missed.e8, hpm_report_decimals(report));
    amount(stream, report, "initial margin misses", initial);
}

int hpm_report_text_off_grid(FILE *stream, const hpm_report *report)
{
    const hpm_offgrid *check = report->off_grid;
    if (check == NULL) return 1;
    hpm_report_heading(stream, report, "off-grid check");
    if (check->component == HPM_NONE) {
        fputs("  no charge of this rulebook reads a grid\n", stream);
        return 1;
    }
    fprintf(stream, "  %u steps of price, %u of volatility, %u strikes: %u scenarios\n",
            check->rules->price_steps, check->rules->vol_steps, check->rules->strike_count,
            check->rules->rulebook.scenario_count);
    if (check->rules->options_left_out > 0)
        fprintf(stream, "  no room for the strikes of %u options\n",
                check->rules->options_left_out);
    missed_print(stream, report);
    const hpm_report fine = between_nodes(report);
    return hpm_report_text_worst(stream, &fine, "worst scenario between nodes");
}

void hpm_report_json_off_grid(hpm_json *json, const hpm_report *report)
{
    const hpm_offgrid *check = report->off_grid;
    if (check == NULL) return;
    hpm_json_key(json, "off_grid");
    if (check->component == HPM_NONE) {
        hpm_json_null(json);
        return;
    }
    hpm_json_begin_object(json);
    hpm_json_put_int(json, "price_steps", check->rules->price_steps);
    hpm_json_put_int(json, "vol_steps", check->rules->vol_steps);
    hpm_json_put_int(json, "strikes", check->rules->strike_count);
    hpm_json_put_int(json, "options_left_out", check->rules->options_left_out);
    hpm_json_put_int(json, "scenarios", check->rules->rulebook.scenario_count);
    hpm_json_put_text(json, "component", component_name(check));
    hpm_json_put_real(json, "on_nodes", check->on_nodes);
    hpm_json_put_real(json, "between", check->between);
    hpm_json_put_real(json, "missed", check->missed);
    hpm_json_put_real(json, "share", check->share);
    hpm_json_put_decimal(json, "initial_missed", check->initial_missed.e8);
    const hpm_report fine = between_nodes(report);
    hpm_report_json_worst(json, &fine);
    hpm_json_end_object(json);
}
