/* A what-if for people: the trades, before and after, whether it passes and why. */
#include <math.h>

#include "base/real_text.h"
#include "colour_codes.h"
#include "format.h"
#include "table.h"
#include "whatif_report.h"

static void heading(FILE *stream, const hpm_whatif_report *report, const char *text)
{
    fprintf(stream, "\n%s%s%s\n", hpm_colour_code(HPM_COLOUR_BOLD, report->colour), text,
            hpm_colour_code(HPM_COLOUR_NONE, report->colour));
}

static int table_end(FILE *stream, hpm_table *table, int colour)
{
    int printed = hpm_table_print(stream, table, colour);
    hpm_table_free(table);
    return printed;
}

static void amount_cell(hpm_table *table, const hpm_whatif_report *report, hpm_money amount)
{
    char text[HPM_FORMAT_SIZE];
    hpm_format_e8(text, amount.e8, hpm_head_decimals(&report->head));
    hpm_table_cell(table, "%s", amount.e8 == 0 ? "-" : text);
}

static void amount_cells(hpm_table *table, const hpm_whatif_report *report, const char *name,
                         hpm_amounts amounts)
{
    hpm_table_cell(table, "%s", name);
    amount_cell(table, report, amounts.before);
    amount_cell(table, report, amounts.after);
    amount_cell(table, report, hpm_amounts_change(amounts));
}

static const hpm_instrument *instrument_of(const hpm_whatif_report *report, const hpm_order *order)
{
    return &report->head.array->catalog->instruments[order->instrument];
}

static const char *asset_name(const hpm_whatif_report *report, uint32_t asset)
{
    return report->head.array->catalog->assets[asset].name;
}

/* ---- Trades ------------------------------------------------------------------------------- */

static void cash_cell(hpm_table *table, const hpm_whatif_report *report, uint32_t asset,
                      hpm_money amount)
{
    char text[HPM_FORMAT_SIZE];
    if (amount.e8 == 0) {
        hpm_table_cell(table, "-");
        return;
    }
    hpm_format_e8(text, amount.e8,
                  hpm_format_decimals(report->head.array->catalog->assets[asset].kind));
    hpm_table_cell(table, "%s%s %s", amount.e8 > 0 ? "+" : "", text, asset_name(report, asset));
}

static void trade_row(hpm_table *table, const hpm_whatif_report *report, uint32_t index)
{
    const hpm_order *trade = &report->question->trades[index];
    const hpm_fill *fill = &report->whatif->fills[index];
    const hpm_instrument *row = instrument_of(report, trade);
    char text[HPM_FORMAT_SIZE];
    hpm_table_cell(table, "%s", row->name);
    hpm_decimal_format(text, trade->quantity.e8);
    hpm_table_cell(table, "%s", text);
    hpm_format_short(text, fill->price);
    hpm_table_cell(table, "%s%s", text, isnan(trade->price) ? " mark" : "");
    cash_cell(table, report, row->settlement, fill->cash);
    if (row->kind == HPM_SPOT)
        cash_cell(table, report, row->underlying, fill->delivered);
    else
        hpm_table_cell(table, "%s", "");
    if (fill->gain == 0) {
        hpm_table_cell(table, "%s", "");
        return;
    }
    hpm_format_real(text, fill->gain,
                    hpm_format_decimals(report->head.array->catalog->assets[row->settlement].kind));
    hpm_table_cell(table, "%s %s", text, asset_name(report, row->settlement));
}

static int trades_print(FILE *stream, const hpm_whatif_report *report)
{
    static const char *const titles[] = {"trade", "quantity",  "price",
                                         "cash",  "delivered", "gain to the mark"};
    hpm_table table;
    if (report->question->trade_count == 0) return 1;
    hpm_table_begin(&table, 6, 1, titles);
    for (uint32_t i = 0; i < report->question->trade_count; i++)
        trade_row(&table, report, i);
    int printed = table_end(stream, &table, report->colour);
    if (printed) fputc('\n', stream);
    return printed;
}

/* ---- Before and after --------------------------------------------------------------------- */

static int totals_print(FILE *stream, const hpm_whatif_report *report)
{
    static const char *const names[HPM_TOTALS] = {"equity",
                                                  "initial margin",
                                                  "maintenance margin",
                                                  "excess",
                                                  "requirement with open orders",
                                                  "shortfall"};
    const char *const titles[] = {hpm_head_currency(&report->head), "before", "after", "change"};
    hpm_table table;
    hpm_table_begin(&table, 4, 1, titles);
    for (int total = 0; total < HPM_TOTALS; total++)
        if (total != HPM_TOTAL_REQUIREMENT || report->question->order_count > 0)
            amount_cells(&table, report, names[total],
                         hpm_whatif_amounts(report->whatif, (hpm_whatif_total)total));
    return table_end(stream, &table, report->colour);
}

static int components_print(FILE *stream, const hpm_whatif_report *report, const char *title,
                            const hpm_money *before, const hpm_money *after)
{
    static const char *const titles[] = {"component", "before", "after", "change"};
    const hpm_rulebook *rulebook = report->head.array->rulebook;
    const hpm_component *components = rulebook->components.items;
    hpm_table table;
    hpm_table_begin(&table, 4, 1, titles);
    for (uint32_t i = 0; i < rulebook->components.count; i++)
        if (before[i].e8 != 0 || after[i].e8 != 0)
            amount_cells(&table, report, components[i].name, (hpm_amounts){before[i], after[i]});
    heading(stream, report, title);
    return table_end(stream, &table, report->colour);
}

/* ---- Open orders -------------------------------------------------------------------------- */

static void side_cells(hpm_table *table, const hpm_whatif_report *report, uint32_t order,
                       int is_after)
{
    hpm_money due;
    int is_worst;
    if (!hpm_whatif_order(&due, &is_worst, report, order, is_after)) {
        hpm_table_cell(table, "cancelled");
        return;
    }
    char text[HPM_FORMAT_SIZE];
    hpm_format_e8(text, due.e8, hpm_head_decimals(&report->head));
    hpm_table_cell(table, "%s%s", is_worst ? "* " : "", due.e8 == 0 ? "-" : text);
}

static void order_row(hpm_table *table, const hpm_whatif_report *report, uint32_t index)
{
    const hpm_order *order = &report->question->orders[index];
    char text[HPM_FORMAT_SIZE];
    hpm_table_cell(table, "%s", order->id);
    hpm_table_cell(table, "%s", instrument_of(report, order)->name);
    hpm_decimal_format(text, order->quantity.e8);
    hpm_table_cell(table, "%s", text);
    if (!isnan(order->price)) hpm_real_format(text, order->price);
    hpm_table_cell(table, "%s", isnan(order->price) ? "mark" : text);
    side_cells(table, report, index, 0);
    side_cells(table, report, index, 1);
}

static void plain_row(hpm_table *table, const hpm_whatif_report *report, const char *name,
                      hpm_money before, hpm_money after)
{
    hpm_table_cell(table, "%s", name);
    for (int i = 0; i < 3; i++)
        hpm_table_cell(table, "%s", "");
    amount_cell(table, report, before);
    amount_cell(table, report, after);
}

static int orders_print(FILE *stream, const hpm_whatif_report *report)
{
    static const char *const titles[] = {"due to", "instrument", "quantity",
                                         "price",  "before",     "after"};
    const hpm_open_orders *before = &report->whatif->before.open;
    const hpm_open_orders *after = &report->whatif->after.open;
    hpm_table table;
    hpm_table_begin(&table, 6, 2, titles);
    plain_row(&table, report, "the account", before->account_part, after->account_part);
    for (uint32_t i = 0; i < report->question->order_count; i++)
        order_row(&table, report, i);
    plain_row(&table, report, "sum", before->requirement, after->requirement);
    plain_row(&table, report, "if exactly * fill", before->attained, after->attained);
    heading(stream, report, "requirement with open orders (* of the set that makes it)");
    return table_end(stream, &table, report->colour);
}

/* ---- Result ------------------------------------------------------------------------------- */

static const char *reason(const hpm_amounts *shortfall)
{
    if (shortfall->after.e8 == 0) return "equity covers the requirement after it";
    if (shortfall->after.e8 <= shortfall->before.e8) return "the shortfall does not grow";
    return shortfall->before.e8 == 0 ? "equity does not cover the requirement after it"
                                     : "the shortfall grows";
}

static void result_print(FILE *stream, const hpm_whatif_report *report)
{
    const hpm_amounts shortfall = hpm_whatif_amounts(report->whatif, HPM_TOTAL_SHORTFALL);
    int passes = report->whatif->passes;
    fprintf(stream, "%s%s%s  %s\n\n",
            hpm_colour_code(passes ? HPM_COLOUR_GREEN : HPM_COLOUR_RED, report->colour),
            passes ? "PASS" : "FAIL", hpm_colour_code(HPM_COLOUR_NONE, report->colour),
            reason(&shortfall));
}

int hpm_whatif_text(FILE *stream, const hpm_whatif_report *report)
{
    const hpm_whatif *whatif = report->whatif;
    hpm_head_text(stream, &report->head);
    result_print(stream, report);
    if (!trades_print(stream, report)) return 0;
    if (!totals_print(stream, report)) return 0;
    if (!components_print(stream, report, "components of the initial margin",
                          whatif->before.margin.initial_part, whatif->after.margin.initial_part))
        return 0;
    if (report->question->order_count == 0) return 1;
    if (!components_print(stream, report, "components with open orders", whatif->before.open.part,
                          whatif->after.open.part))
        return 0;
    return orders_print(stream, report);
}
