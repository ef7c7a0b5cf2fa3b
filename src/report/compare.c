/* Comparisons as text and as hpm/compare/1. */
#include "compare.h"

#include <math.h>
#include <string.h>

#include "colour_codes.h"
#include "format.h"
#include "margin/charge.h"
#include "report.h"
#include "skipped.h"
#include "table.h"

double hpm_compare_efficiency(const hpm_compare_report *report, uint32_t row)
{
    const hpm_comparison *other = &report->rows[row];
    if (row == 0 || other->status != HPM_OK || !other->same_cover || !(other->ratio > 0))
        return NAN;
    return 1 / other->ratio;
}

const char *hpm_compare_label(char text[HPM_COMPARE_LABEL], const hpm_compare_report *report,
                              uint32_t row)
{
    const hpm_rulebook *rulebook = report->rows[row].rulebook;
    int is_alone = 1;
    for (uint32_t i = 0; i < report->row_count; i++)
        is_alone &= i == row || strcmp(report->rows[i].rulebook->name, rulebook->name) != 0;
    int is_dated = !is_alone && rulebook->effective[0] != '\0';
    snprintf(text, HPM_COMPARE_LABEL, "%s%s%s", rulebook->name, is_dated ? "@" : "",
             is_dated ? rulebook->effective : "");
    return text;
}

const hpm_scenario_set *hpm_compare_worst(const hpm_comparison *row, uint32_t *index)
{
    const hpm_scenario_set *sets = row->rulebook->sets.items;
    uint32_t column = row->margin.worst_column, set = 0;
    if (row->status != HPM_OK || column == HPM_NONE) return NULL;
    while (set + 1 < row->rulebook->sets.count && row->rulebook->set_first[set + 1] <= column)
        set++;
    *index = column - row->rulebook->set_first[set];
    return &sets[set];
}

static void price_words(char text[64], const hpm_scenario_set *set, double price)
{
    char number[HPM_FORMAT_SIZE];
    if (price == 0) {
        snprintf(text, 64, "price unchanged");
    } else if (set->price_unit == HPM_PRICE_RATIO) {
        hpm_format_percent(number, price, 1);
        snprintf(text, 64, "price %.30s", number);
    } else {
        hpm_format_real(number, price, 2);
        snprintf(text, 64, "price %s%.30s %s", price > 0 ? "+" : "", number,
                 set->price_unit == HPM_PRICE_STEPS ? "steps" : "ranges");
    }
}

void hpm_compare_words(char name[HPM_COMPARE_LABEL], char moves[HPM_COMPARE_WORDS],
                       const hpm_comparison *row)
{
    char price[64], vol[HPM_REPORT_SHOCK];
    uint32_t index = 0;
    const hpm_scenario_set *set = hpm_compare_worst(row, &index);
    snprintf(name, HPM_COMPARE_LABEL, "-");
    snprintf(moves, HPM_COMPARE_WORDS, "-");
    if (set == NULL) return;
    const hpm_scenario scenario = hpm_scenario_set_at(set, index);
    price_words(price, set, scenario.price);
    hpm_report_vol_shock(vol, set, &scenario);
    snprintf(name, HPM_COMPARE_LABEL, "%s #%u", set->name, index);
    snprintf(moves, HPM_COMPARE_WORDS, "%s, %s", price, vol);
}

static const hpm_catalog *catalog_of(const hpm_compare_report *report)
{
    return report->head.array->catalog;
}

/* Of cash and capital. */
static const hpm_asset *reporting_of(const hpm_compare_report *report)
{
    return &catalog_of(report)->assets[report->head.array->market->reporting];
}

static int passes(const hpm_comparison *row)
{
    return row->margin.equity.e8 >= row->margin.initial.e8;
}

static const hpm_component *driver_of(const hpm_comparison *row)
{
    if (row->driver == HPM_NONE) return NULL;
    return (const hpm_component *)row->rulebook->components.items + row->driver;
}

/* ---- Text --------------------------------------------------------------------------------- */

static void heading(FILE *stream, const hpm_compare_report *report, const char *text)
{
    fprintf(stream, "%s%s%s\n", hpm_colour_code(HPM_COLOUR_BOLD, report->colour), text,
            hpm_colour_code(HPM_COLOUR_NONE, report->colour));
}

static void amount_cell(hpm_table *table, int64_t e8, int decimals)
{
    char text[HPM_FORMAT_SIZE];
    hpm_format_e8(text, e8, decimals);
    hpm_table_cell(table, "%s", text);
}

static void real_cell(hpm_table *table, double value, int decimals)
{
    char text[HPM_FORMAT_SIZE];
    if (isnan(value)) {
        hpm_table_cell(table, "-");
        return;
    }
    hpm_format_real(text, value, decimals);
    hpm_table_cell(table, "%s", text);
}

/* A row that cannot be computed, or has no answer, has dashes. */
static void dashes(hpm_table *table, int count)
{
    for (int i = 0; i < count; i++)
        hpm_table_cell(table, "-");
}

/* The name of a column begins its rows. */
static void label_cell(hpm_table *table, const hpm_compare_report *report, uint32_t index)
{
    char label[HPM_COMPARE_LABEL];
    hpm_table_cell(table, "%s", hpm_compare_label(label, report, index));
}

static void need_row(hpm_table *table, const hpm_compare_report *report, uint32_t index)
{
    const hpm_comparison *row = &report->rows[index];
    int decimals = hpm_format_decimals(reporting_of(report)->kind);
    label_cell(table, report, index);
    if (row->status != HPM_OK || !row->cash.is_found) {
        dashes(table, 3);
    } else {
        amount_cell(table, row->cash.amount.e8, decimals);
        real_cell(table, row->capital, decimals);
        real_cell(table, row->ratio, 3);
    }
    hpm_table_cell(table, row->same_cover ? "same" : "other");
}

static int needs_print(FILE *stream, const hpm_compare_report *report)
{
    static const char *const titles[] = {"rulebook", "smallest cash", "capital", "ratio", "cover"};
    char text[64];
    hpm_table table;
    hpm_table_begin(&table, 5, 1, titles);
    for (uint32_t i = 0; i < report->row_count; i++)
        need_row(&table, report, i);
    snprintf(text, sizeof text, "what the positions need, in %s", reporting_of(report)->name);
    heading(stream, report, text);
    int done = hpm_table_print(stream, &table, report->colour);
    hpm_table_free(&table);
    return done;
}

static void standing_row(hpm_table *table, const hpm_compare_report *report, uint32_t index)
{
    const hpm_comparison *row = &report->rows[index];
    const hpm_asset *currency = &catalog_of(report)->assets[row->currency];
    int decimals = hpm_format_decimals(currency->kind);
    label_cell(table, report, index);
    if (row->status != HPM_OK) {
        dashes(table, 5);
        return;
    }
    hpm_table_cell(table, "%s", currency->name);
    amount_cell(table, row->margin.equity.e8, decimals);
    amount_cell(table, row->margin.initial.e8, decimals);
    amount_cell(table, row->margin.maintenance.e8, decimals);
    hpm_table_cell(table, passes(row) ? "PASS" : "FAIL");
}

static int standing_print(FILE *stream, const hpm_compare_report *report)
{
    static const char *const titles[] = {"rulebook", "in",          "equity",
                                         "initial",  "maintenance", "result"};
    hpm_table table;
    hpm_table_begin(&table, 6, 2, titles);
    for (uint32_t i = 0; i < report->row_count; i++)
        standing_row(&table, report, i);
    fputc('\n', stream);
    heading(stream, report, "the account as it stands");
    int done = hpm_table_print(stream, &table, report->colour);
    hpm_table_free(&table);
    return done;
}

/* The part of the initial margin that the largest component is, and the scenario that set it. */
static void driver_row(hpm_table *table, const hpm_compare_report *report, uint32_t index)
{
    const hpm_comparison *row = &report->rows[index];
    const hpm_component *driver = row->status == HPM_OK ? driver_of(row) : NULL;
    char name[HPM_COMPARE_LABEL], moves[HPM_COMPARE_WORDS], share[HPM_FORMAT_SIZE] = "-";
    hpm_compare_words(name, moves, row);
    if (driver)
        hpm_format_percent(share,
                           hpm_e8_to_double(row->margin.initial_part[row->driver].e8) /
                               hpm_e8_to_double(row->margin.initial.e8),
                           0);
    label_cell(table, report, index);
    hpm_table_cell(table, "%s", driver ? driver->name : "-");
    hpm_table_cell(table, "%s", name);
    hpm_table_cell(table, "%s", moves);
    hpm_table_cell(table, "%s", share);
}

static int drivers_print(FILE *stream, const hpm_compare_report *report)
{
    static const char *const titles[] = {"rulebook", "main driver", "worst scenario", "moves",
                                         "of initial"};
    hpm_table table;
    hpm_table_begin(&table, 5, 4, titles);
    for (uint32_t i = 0; i < report->row_count; i++)
        driver_row(&table, report, i);
    fputc('\n', stream);
    heading(stream, report, "what drives its initial margin");
    int done = hpm_table_print(stream, &table, report->colour);
    hpm_table_free(&table);
    return done;
}

static void efficiency_print(FILE *stream, const hpm_compare_report *report)
{
    int is_first = 1;
    for (uint32_t i = 1; i < report->row_count; i++) {
        double share = hpm_compare_efficiency(report, i);
        if (isnan(share)) continue;
        if (is_first)
            fprintf(stream, "\ncapital efficiency, same cover: %s needs",
                    report->rows[0].rulebook->name);
        fprintf(stream, "%s %.1f %% of %s", is_first ? "" : ",", 100 * share,
                report->rows[i].rulebook->name);
        is_first = 0;
    }
    if (!is_first) fputc('\n', stream);
}

static void reasons_print(FILE *stream, const hpm_compare_report *report)
{
    for (uint32_t i = 0; i < report->row_count; i++) {
        const hpm_comparison *row = &report->rows[i];
        char label[HPM_COMPARE_LABEL];
        hpm_compare_label(label, report, i);
        if (row->status != HPM_OK)
            fprintf(stream, "\n%s cannot be computed: %s: %s\n", label, row->error.where,
                    row->error.message);
        else if (!row->cash.is_found)
            fprintf(stream, "\n%s: no amount of cash decides\n", label);
    }
}

int hpm_compare_text(FILE *stream, const hpm_compare_report *report)
{
    hpm_head_text_several(stream, &report->head);
    if (!needs_print(stream, report)) return 0;
    if (!standing_print(stream, report) || !drivers_print(stream, report)) return 0;
    efficiency_print(stream, report);
    reasons_print(stream, report);
    hpm_skipped_text(stream, report->skipped, report->skipped_count, report->colour);
    return 1;
}

/* ---- JSON --------------------------------------------------------------------------------- */

static void put_driver(hpm_json *json, const hpm_comparison *row)
{
    const hpm_component *driver = driver_of(row);
    hpm_json_key(json, "driver");
    if (!driver) {
        hpm_json_null(json);
        return;
    }
    hpm_json_one_line(json);
    hpm_json_begin_object(json);
    hpm_json_put_text(json, "component", driver->name);
    hpm_json_put_text(json, "kind", hpm_component_names[driver->kind]);
    hpm_json_put_decimal(json, "initial", row->margin.initial_part[row->driver].e8);
    hpm_json_end_object(json);
}

/* Moves in units of the set. */
static void put_worst(hpm_json *json, const hpm_comparison *row)
{
    uint32_t index = 0;
    const hpm_scenario_set *set = hpm_compare_worst(row, &index);
    hpm_json_key(json, "worst_scenario");
    if (!set) {
        hpm_json_null(json);
        return;
    }
    const hpm_scenario scenario = hpm_scenario_set_at(set, index);
    hpm_json_one_line(json);
    hpm_json_begin_object(json);
    hpm_json_put_text(json, "set", set->name);
    hpm_json_put_int(json, "index", index);
    hpm_json_put_real(json, "price", scenario.price);
    hpm_json_put_real(json, "vol", scenario.vol);
    hpm_json_end_object(json);
}

static void put_need(hpm_json *json, const hpm_comparison *row)
{
    hpm_json_key(json, "smallest_cash");
    if (row->cash.is_found)
        hpm_json_decimal(json, row->cash.amount.e8);
    else
        hpm_json_null(json);
    hpm_json_put_real(json, "capital", row->capital);
    hpm_json_put_real(json, "ratio", row->ratio);
}

static void put_standing(hpm_json *json, const hpm_catalog *catalog, const hpm_comparison *row)
{
    hpm_json_put_text(json, "currency", catalog->assets[row->currency].name);
    hpm_json_put_decimal(json, "equity", row->margin.equity.e8);
    hpm_json_put_decimal(json, "initial_margin", row->margin.initial.e8);
    hpm_json_put_decimal(json, "maintenance_margin", row->margin.maintenance.e8);
    hpm_json_put_bool(json, "pass", passes(row));
    put_driver(json, row);
    put_worst(json, row);
}

static void put_error(hpm_json *json, const hpm_error *error)
{
    hpm_json_key(json, "error");
    hpm_json_one_line(json);
    hpm_json_begin_object(json);
    hpm_json_put_text(json, "code", hpm_status_name(error->status));
    hpm_json_put_text(json, "where", error->where);
    hpm_json_put_text(json, "message", error->message);
    hpm_json_end_object(json);
}

static void put_row(hpm_json *json, const hpm_compare_report *report, uint32_t index)
{
    const hpm_comparison *row = &report->rows[index];
    hpm_json_begin_object(json);
    hpm_head_json_rulebook(json, row->rulebook);
    hpm_json_put_bool(json, "same_cover", row->same_cover);
    if (row->status == HPM_OK) {
        put_need(json, row);
        hpm_json_put_real(json, "efficiency", hpm_compare_efficiency(report, index));
        put_standing(json, catalog_of(report), row);
    } else {
        put_error(json, &row->error);
    }
    hpm_json_end_object(json);
}

void hpm_compare_json(hpm_json *json, const hpm_compare_report *report)
{
    hpm_json_begin_object(json);
    hpm_json_put_text(json, "schema", "hpm/compare/1");
    hpm_head_json_several(json, &report->head);
    hpm_json_put_text(json, "currency", reporting_of(report)->name);
    hpm_json_key(json, "rulebooks");
    hpm_json_begin_array(json);
    for (uint32_t i = 0; i < report->row_count; i++)
        put_row(json, report, i);
    hpm_json_end_array(json);
    hpm_skipped_json(json, report->skipped, report->skipped_count);
    hpm_json_end_object(json);
}
