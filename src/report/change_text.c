/* An attribution for people: a waterfall of the totals, then what moved each component. */
#include <string.h>

#include "change.h"
#include "colour_codes.h"
#include "format.h"
#include "table.h"

#define COLUMNS_WIDE 6 /* columns of amounts that fit beside a name */

static void heading(FILE *stream, const hpm_change_report *report, const char *text)
{
    fprintf(stream, "\n%s%s%s\n", hpm_colour_code(HPM_COLOUR_BOLD, report->colour), text,
            hpm_colour_code(HPM_COLOUR_NONE, report->colour));
}

static int is_changed(const hpm_change_report *report, uint32_t part)
{
    return (report->attribution->changed >> part & 1) != 0;
}

static void amount_cell(hpm_table *table, const hpm_change_report *report, hpm_money amount)
{
    char text[HPM_FORMAT_SIZE];
    hpm_format_e8(text, amount.e8, hpm_head_decimals(&report->before));
    hpm_table_cell(table, "%s", amount.e8 == 0 ? "-" : text);
}

/* ---- Totals ------------------------------------------------------------------------------- */

enum { TOTALS = 4 };

static void totals_row(hpm_table *table, const hpm_change_report *report, const char *name,
                       const hpm_money amounts[TOTALS])
{
    hpm_table_cell(table, "%s", name);
    for (uint32_t i = 0; i < TOTALS; i++)
        amount_cell(table, report, amounts[i]);
}

static int totals_print(FILE *stream, const hpm_change_report *report)
{
    static const char *const titles[] = {"part", "equity", "initial margin", "maintenance margin",
                                         "excess"};
    const hpm_attribution *attribution = report->attribution;
    const hpm_change excess = hpm_change_excess(attribution);
    const hpm_change *const of[TOTALS] = {&attribution->equity, &attribution->initial,
                                          &attribution->maintenance, &excess};
    hpm_money amounts[TOTALS];
    hpm_table table;
    hpm_table_begin(&table, 1 + TOTALS, 1, titles);
    for (uint32_t i = 0; i < TOTALS; i++)
        amounts[i] = of[i]->before;
    totals_row(&table, report, "before", amounts);
    for (uint32_t p = 0; p < HPM_PART_COUNT; p++) {
        if (!is_changed(report, p)) continue;
        for (uint32_t i = 0; i < TOTALS; i++)
            amounts[i] = of[i]->part[p];
        totals_row(&table, report, hpm_part_name((hpm_part)p), amounts);
    }
    for (uint32_t i = 0; i < TOTALS; i++)
        amounts[i] = of[i]->after;
    totals_row(&table, report, "after", amounts);
    int printed = hpm_table_print(stream, &table, report->colour);
    hpm_table_free(&table);
    return printed;
}

/* ---- Components --------------------------------------------------------------------------- */

/* The columns of a change: before, the parts in which the states differ, after. */
typedef struct columns {
    uint32_t count;
    const char *titles[HPM_PART_COUNT + 2];
    uint32_t part[HPM_PART_COUNT + 2];
} columns;

enum { BEFORE = HPM_PART_COUNT, AFTER };

static void columns_add(columns *of, const char *title, uint32_t part)
{
    of->titles[of->count] = title;
    of->part[of->count++] = part;
}

static columns columns_of(const hpm_change_report *report)
{
    columns of = {0};
    columns_add(&of, "before", BEFORE);
    for (uint32_t p = 0; p < HPM_PART_COUNT; p++)
        if (is_changed(report, p)) columns_add(&of, hpm_part_name((hpm_part)p), p);
    columns_add(&of, "after", AFTER);
    return of;
}

static hpm_money amount_of(const hpm_change *change, uint32_t part)
{
    if (part == BEFORE) return change->before;
    return part == AFTER ? change->after : change->part[part];
}

static int is_nothing(const hpm_change *change)
{
    for (uint32_t p = 0; p < HPM_PART_COUNT + 2; p++)
        if (amount_of(change, p).e8 != 0) return 0;
    return 1;
}

static int columns_print(FILE *stream, const hpm_change_report *report, const columns *of,
                         uint32_t first, uint32_t end, int is_initial)
{
    const char *titles[1 + HPM_PART_COUNT + 2] = {"component"};
    hpm_table table;
    memcpy(titles + 1, of->titles + first, (end - first) * sizeof *titles);
    hpm_table_begin(&table, 1 + end - first, 1, titles);
    for (uint32_t i = 0; i < report->attribution->component_count; i++) {
        const hpm_component_change *row = &report->attribution->components[i];
        const hpm_change *change = is_initial ? &row->initial : &row->maintenance;
        if (is_nothing(change)) continue;
        hpm_table_cell(&table, "%s", row->component->name);
        for (uint32_t c = first; c < end; c++)
            amount_cell(&table, report, amount_of(change, of->part[c]));
    }
    int printed = hpm_table_print(stream, &table, report->colour);
    hpm_table_free(&table);
    return printed;
}

/* In two tables where one would be too wide. */
static int components_print(FILE *stream, const hpm_change_report *report, int is_initial)
{
    const columns of = columns_of(report);
    uint32_t wide = of.count > COLUMNS_WIDE ? (of.count + 1) / 2 : of.count;
    heading(stream, report,
            is_initial ? "components of the initial margin"
                       : "components of the maintenance margin");
    for (uint32_t first = 0; first < of.count; first += wide) {
        uint32_t end = first + wide < of.count ? first + wide : of.count;
        if (first > 0) fputc('\n', stream);
        if (!columns_print(stream, report, &of, first, end, is_initial)) return 0;
    }
    return 1;
}

/* ---- Settlement --------------------------------------------------------------------------- */

static int settled_print(FILE *stream, const hpm_change_report *report)
{
    static const char *const titles[] = {"instrument", "quantity", "value", "asset"};
    const hpm_attribution *attribution = report->attribution;
    const hpm_catalog *catalog = report->before.array->catalog;
    hpm_table table;
    if (attribution->settled_count == 0) return 1;
    heading(stream, report, "expired in between, at their mark before");
    hpm_table_begin(&table, 4, 1, titles);
    for (uint32_t i = 0; i < attribution->settled_count; i++) {
        const hpm_settled *row = &attribution->settled[i];
        const hpm_instrument *instrument = &catalog->instruments[row->instrument];
        const hpm_asset *asset = &catalog->assets[instrument->settlement];
        char quantity[HPM_DECIMAL_TEXT], value[HPM_FORMAT_SIZE];
        hpm_decimal_format(quantity, row->quantity.e8);
        hpm_format_real(value, row->value, hpm_format_decimals(asset->kind));
        hpm_table_cell(&table, "%s", instrument->name);
        hpm_table_cell(&table, "%s", quantity);
        hpm_table_cell(&table, "%s", value);
        hpm_table_cell(&table, "%s", asset->name);
    }
    int printed = hpm_table_print(stream, &table, report->colour);
    hpm_table_free(&table);
    return printed;
}

/* ---- All of it ---------------------------------------------------------------------------- */

static void unchanged_print(FILE *stream, const hpm_change_report *report)
{
    int count = 0;
    for (uint32_t p = 0; p < HPM_PART_COUNT; p++) {
        if (is_changed(report, p)) continue;
        fprintf(stream, "%s%s", count++ == 0 ? "\n  unchanged: " : ", ",
                hpm_part_name((hpm_part)p));
    }
    if (count > 0) fputc('\n', stream);
}

int hpm_change_text(FILE *stream, const hpm_change_report *report)
{
    fprintf(stream, "before\n");
    hpm_head_text(stream, &report->before);
    fprintf(stream, "after\n");
    hpm_head_text(stream, &report->after);
    fprintf(stream, "change, in %s\n", hpm_head_currency(&report->before));
    if (!totals_print(stream, report)) return 0;
    unchanged_print(stream, report);
    return settled_print(stream, report) && components_print(stream, report, 1) &&
           components_print(stream, report, 0);
}
