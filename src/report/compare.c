/* Comparisons as text and as hpm/compare/1. */
#include "compare.h"

#include <math.h>

#include "colour_codes.h"
#include "format.h"
#include "margin/charge.h"
#include "skipped.h"
#include "table.h"

double hpm_compare_efficiency(const hpm_compare_report *report, uint32_t row)
{
    const hpm_comparison *other = &report->rows[row];
    if (row == 0 || other->status != HPM_OK || !other->same_cover || !(other->ratio > 0))
        return NAN;
    return 1 / other->ratio;
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

static void need_row(hpm_table *table, const hpm_compare_report *report, const hpm_comparison *row)
{
    int decimals = hpm_format_decimals(reporting_of(report)->kind);
    hpm_table_cell(table, "%s", row->rulebook->name);
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
        need_row(&table, report, &report->rows[i]);
    snprintf(text, sizeof text, "what the positions need, in %s", reporting_of(report)->name);
    heading(stream, report, text);
    int done = hpm_table_print(stream, &table, report->colour);
    hpm_table_free(&table);
    return done;
}

static void standing_row(hpm_table *table, const hpm_compare_report *report,
                         const hpm_comparison *row)
{
    const hpm_asset *currency = &catalog_of(report)->assets[row->currency];
    const hpm_component *driver = driver_of(row);
    int decimals = hpm_format_decimals(currency->kind);
    hpm_table_cell(table, "%s", row->rulebook->name);
    if (row->status != HPM_OK) {
        hpm_table_cell(table, "-");
        dashes(table, 5);
        return;
    }
    hpm_table_cell(table, "%s", driver ? driver->name : "-");
    hpm_table_cell(table, "%s", currency->name);
    amount_cell(table, row->margin.equity.e8, decimals);
    amount_cell(table, row->margin.initial.e8, decimals);
    amount_cell(table, row->margin.maintenance.e8, decimals);
    hpm_table_cell(table, passes(row) ? "PASS" : "FAIL");
}

static int standing_print(FILE *stream, const hpm_compare_report *report)
{
    static const char *const titles[] = {"rulebook", "main driver", "in",    "equity",
                                         "initial",  "maintenance", "result"};
    hpm_table table;
    hpm_table_begin(&table, 7, 3, titles);
    for (uint32_t i = 0; i < report->row_count; i++)
        standing_row(&table, report, &report->rows[i]);
    fputc('\n', stream);
    heading(stream, report, "the account as it stands");
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
        if (row->status != HPM_OK)
            fprintf(stream, "\n%s cannot be computed: %s: %s\n", row->rulebook->name,
                    row->error.where, row->error.message);
        else if (!row->cash.is_found)
            fprintf(stream, "\n%s: no amount of cash decides\n", row->rulebook->name);
    }
}

int hpm_compare_text(FILE *stream, const hpm_compare_report *report)
{
    hpm_head_text_several(stream, &report->head);
    if (!needs_print(stream, report)) return 0;
    if (!standing_print(stream, report)) return 0;
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
