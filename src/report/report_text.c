/* The report for people: who, how much, why. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "colour_codes.h"
#include "format.h"
#include "margin/charge.h"
#include "report.h"
#include "skipped.h"
#include "table.h"

void hpm_report_heading(FILE *stream, const hpm_report *report, const char *text)
{
    fprintf(stream, "\n%s%s%s\n", hpm_colour_code(HPM_COLOUR_BOLD, report->colour), text,
            hpm_colour_code(HPM_COLOUR_NONE, report->colour));
}

static void amount_print(FILE *stream, const hpm_report *report, const char *name, int64_t e8,
                         const char *after)
{
    char amount[HPM_FORMAT_SIZE];
    hpm_format_e8(amount, e8, hpm_report_decimals(report));
    fprintf(stream, "%-20s %22s %s%s\n", name, amount, hpm_report_currency(report), after);
}

static void health_print(FILE *stream, const hpm_report *report)
{
    double health = hpm_report_health(report);
    if (isnan(health)) {
        fprintf(stream, "%-20s %22s\n", "health", "nothing required");
    } else {
        char text[HPM_FORMAT_SIZE], words[128];
        hpm_format_real(text, health, 4);
        hpm_report_health_text(words, report);
        fprintf(stream, "%-20s %22s %s\n", "health", text, words);
    }
}

static void result_print(FILE *stream, const hpm_report *report)
{
    const hpm_margin *margin = &report->breakdown->margin;
    const char *plain = hpm_colour_code(HPM_COLOUR_NONE, report->colour);
    if (hpm_report_passes(report)) {
        fprintf(stream, "%-20s %s%22s%s equity covers the initial margin\n", "result",
                hpm_colour_code(HPM_COLOUR_GREEN, report->colour), "PASS", plain);
        return;
    }
    fprintf(stream, "%-20s %s%22s%s equity is below the %s margin\n", "result",
            hpm_colour_code(HPM_COLOUR_RED, report->colour), "FAIL", plain,
            margin->equity.e8 < margin->maintenance.e8 ? "maintenance" : "initial");
}

static void summary_print(FILE *stream, const hpm_report *report)
{
    const hpm_margin *margin = &report->breakdown->margin;
    int64_t excess = hpm_report_excess(report);
    amount_print(stream, report, "equity", margin->equity.e8, "");
    amount_print(stream, report, "initial margin", margin->initial.e8, "");
    amount_print(stream, report, "maintenance margin", margin->maintenance.e8, "");
    amount_print(stream, report, excess < 0 ? "shortfall" : "excess", excess,
                 "  equity less initial margin");
    health_print(stream, report);
    result_print(stream, report);
}

/* An empty cell where the part is nothing: combinations, and charges that do not bite. */
static void part_cells(hpm_table *table, hpm_money part, hpm_money whole, int decimals)
{
    char text[HPM_FORMAT_SIZE];
    double share = hpm_report_share(part, whole);
    if (part.e8 == 0) {
        hpm_table_cell(table, "-");
        hpm_table_cell(table, "%s", "");
        return;
    }
    hpm_format_e8(text, part.e8, decimals);
    hpm_table_cell(table, "%s", text);
    if (isnan(share)) {
        hpm_table_cell(table, "%s", "");
    } else {
        hpm_table_cell(table, "%.1f %%", share * 100);
    }
}

static int components_print(FILE *stream, const hpm_report *report)
{
    static const char *const titles[] = {"component", "kind",        "unweighted", "initial",
                                         "share",     "maintenance", "share"};
    const hpm_margin *margin = &report->breakdown->margin;
    const hpm_component *components = report->breakdown->array->rulebook->components.items;
    int decimals = hpm_report_decimals(report);
    char text[HPM_FORMAT_SIZE];
    hpm_table table;
    hpm_table_begin(&table, 7, 2, titles);
    for (uint32_t i = 0; i < margin->component_count; i++) {
        hpm_table_cell(&table, "%s", components[i].name);
        hpm_table_cell(&table, "%s", hpm_component_names[components[i].kind]);
        hpm_format_real(text, margin->value[i], decimals);
        hpm_table_cell(&table, "%s", text);
        part_cells(&table, margin->initial_part[i], margin->initial, decimals);
        part_cells(&table, margin->maintenance_part[i], margin->maintenance, decimals);
    }
    hpm_table_cell(&table, "total");
    hpm_table_cell(&table, "%s", "");
    hpm_table_cell(&table, "%s", "");
    part_cells(&table, margin->initial, margin->initial, decimals);
    part_cells(&table, margin->maintenance, margin->maintenance, decimals);
    hpm_report_heading(stream, report, "components");
    int done = hpm_table_print(stream, &table, report->colour);
    hpm_table_free(&table);
    return done;
}

static void collateral_row(hpm_table *table, const hpm_report *report, uint32_t index)
{
    const hpm_breakdown *breakdown = report->breakdown;
    const hpm_risk_array *array = breakdown->array;
    const hpm_balance *balance = &hpm_account_balances(report->portfolio->account)[index];
    double value = breakdown->collateral_value[index];
    double haircut = breakdown->collateral_haircut[index];
    int decimals = hpm_report_decimals(report);
    char text[HPM_FORMAT_SIZE];
    hpm_table_cell(table, "%s", array->catalog->assets[balance->asset].name);
    hpm_format_e8(text, balance->amount.e8, 8);
    hpm_table_cell(table, "%s", text);
    hpm_format_short(text, array->market->asset_price[balance->asset].value);
    hpm_table_cell(table, "%s", text);
    hpm_format_real(text, value, decimals);
    hpm_table_cell(table, "%s", text);
    hpm_format_real(text, haircut, decimals);
    hpm_table_cell(table, "%s", text);
    hpm_format_real(text, value - haircut, decimals);
    hpm_table_cell(table, "%s", text);
}

static int collateral_print(FILE *stream, const hpm_report *report)
{
    static const char *const titles[] = {"asset", "balance", "price",
                                         "value", "haircut", "after haircut"};
    hpm_table table;
    if (report->portfolio->account->balance_count == 0) return 1;
    hpm_table_begin(&table, 6, 1, titles);
    for (uint32_t i = 0; i < report->portfolio->account->balance_count; i++) {
        collateral_row(&table, report, i);
    }
    hpm_report_heading(stream, report, "collateral");
    int done = hpm_table_print(stream, &table, report->colour);
    hpm_table_free(&table);
    return done;
}

/* What the line is, and how much of it. */
static void line_name(hpm_table *table, const hpm_report *report, uint32_t index)
{
    const hpm_margin_line *line = &report->breakdown->lines[index];
    const hpm_catalog *catalog = report->breakdown->array->catalog;
    char text[HPM_FORMAT_SIZE] = "";
    switch (line->kind) {
    case HPM_LINE_POSITION:
        hpm_table_cell(table, "%s", catalog->instruments[line->id].name);
        hpm_decimal_format(text, hpm_report_quantity(report, index).e8);
        break;
    case HPM_LINE_BALANCE:
        hpm_table_cell(table, "balance %s", catalog->assets[line->id].name);
        hpm_decimal_format(text, hpm_report_balance(report, index)->amount.e8);
        break;
    case HPM_LINE_DECLARED:
        hpm_table_cell(table, "declared %s %s", hpm_report_declared(report, index)->name,
                       catalog->assets[line->id].name);
        hpm_decimal_format(text, hpm_report_declared(report, index)->amount.e8);
        break;
    }
    hpm_table_cell(table, "%s", text);
}

static void line_row(hpm_table *table, const hpm_report *report, uint32_t index)
{
    const hpm_margin_line *line = &report->breakdown->lines[index];
    int decimals = hpm_report_decimals(report);
    char text[HPM_FORMAT_SIZE];
    line_name(table, report, index);
    hpm_format_e8(text, line->value.e8, decimals);
    hpm_table_cell(table, "%s", text);
    hpm_format_e8(text, line->initial.e8, decimals);
    hpm_table_cell(table, "%s", text);
    hpm_format_e8(text, line->maintenance.e8, decimals);
    hpm_table_cell(table, "%s", text);
}

/* The sum is taken over the lines, not copied from the requirement: it shows that they agree. The
 * two totals are within int64, so no order of adding can leave a wrong answer if each step wraps.
 */
static void lines_sum_row(hpm_table *table, const hpm_report *report)
{
    const hpm_breakdown *breakdown = report->breakdown;
    uint64_t initial = 0;
    uint64_t maintenance = 0;
    int decimals = hpm_report_decimals(report);
    char text[HPM_FORMAT_SIZE];
    for (uint32_t i = 0; i < breakdown->line_count; i++) {
        initial += (uint64_t)breakdown->lines[i].initial.e8;
        maintenance += (uint64_t)breakdown->lines[i].maintenance.e8;
    }
    hpm_table_cell(table, "sum");
    hpm_table_cell(table, "%s", "");
    hpm_table_cell(table, "%s", "");
    hpm_format_e8(text, (int64_t)initial, decimals);
    hpm_table_cell(table, "%s", text);
    hpm_format_e8(text, (int64_t)maintenance, decimals);
    hpm_table_cell(table, "%s", text);
}

static int lines_print(FILE *stream, const hpm_report *report)
{
    static const char *const titles[] = {"contribution of", "quantity", "value", "initial",
                                         "maintenance"};
    hpm_table table;
    if (report->breakdown->line_count == 0) return 1;
    hpm_table_begin(&table, 5, 1, titles);
    for (uint32_t i = 0; i < report->breakdown->line_count; i++) {
        line_row(&table, report, i);
    }
    lines_sum_row(&table, report);
    hpm_report_heading(stream, report, "contributions");
    int done = hpm_table_print(stream, &table, report->colour);
    hpm_table_free(&table);
    return done;
}

static int degraded_print(FILE *stream, const hpm_report *report)
{
    static const char *const titles[] = {"input", "of", "confidence", "age s", "effective"};
    hpm_table table;
    if (report->degraded_count == 0) return 1;
    hpm_table_begin(&table, 5, 2, titles);
    for (uint32_t i = 0; i < report->degraded_count; i++) {
        const hpm_degraded *row = &report->degraded[i];
        char name[HPM_NAME_SIZE];
        hpm_report_degraded_name(name, report, row);
        hpm_table_cell(&table, "%s", name);
        hpm_table_cell(&table, "%s", hpm_report_degraded_kind(row->kind));
        hpm_table_cell(&table, "%.4f", row->confidence);
        hpm_table_cell(&table, "%.1f", row->age_s);
        hpm_table_cell(&table, "%.4f", row->effective);
    }
    hpm_report_heading(stream, report, "degraded inputs");
    int done = hpm_table_print(stream, &table, report->colour);
    hpm_table_free(&table);
    return done;
}

int hpm_report_text(FILE *stream, const hpm_report *report)
{
    const hpm_report_head head = hpm_report_head_of(report);
    hpm_head_text(stream, &head);
    summary_print(stream, report);
    if (!components_print(stream, report)) return 0;
    if (!hpm_report_text_scenarios(stream, report)) return 0;
    if (!hpm_report_text_greeks(stream, report)) return 0;
    if (!collateral_print(stream, report)) return 0;
    if (!lines_print(stream, report)) return 0;
    if (!hpm_report_text_off_grid(stream, report)) return 0;
    if (!hpm_report_text_ladders(stream, report)) return 0;
    if (!degraded_print(stream, report)) return 0;
    hpm_skipped_text(stream, report->skipped, report->skipped_count, report->colour);
    return 1;
}

void hpm_report_brief(FILE *stream, const hpm_report *report, int titles)
{
    const hpm_margin *margin = &report->breakdown->margin;
    int decimals = hpm_report_decimals(report);
    int passes = hpm_report_passes(report);
    double health = hpm_report_health(report);
    char equity[HPM_FORMAT_SIZE];
    char initial[HPM_FORMAT_SIZE];
    char maintenance[HPM_FORMAT_SIZE];
    char ratio[HPM_FORMAT_SIZE] = "-";
    if (titles) {
        fprintf(stream, "%-26s %18s %18s %18s %9s  %s\n", "account", "equity", "initial",
                "maintenance", "health", "result");
    }
    hpm_format_e8(equity, margin->equity.e8, decimals);
    hpm_format_e8(initial, margin->initial.e8, decimals);
    hpm_format_e8(maintenance, margin->maintenance.e8, decimals);
    if (!isnan(health)) hpm_format_real(ratio, health, 3);
    fprintf(stream, "%-26s %18s %18s %18s %9s  %s%s%s\n", report->portfolio->account->id, equity,
            initial, maintenance, ratio,
            hpm_colour_code(passes ? HPM_COLOUR_GREEN : HPM_COLOUR_RED, report->colour),
            passes ? "PASS" : "FAIL", hpm_colour_code(HPM_COLOUR_NONE, report->colour));
}
