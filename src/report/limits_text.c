/* The limits of an account for people. */
#include <inttypes.h>
#include <math.h>

#include "colour_codes.h"
#include "format.h"
#include "limits_report.h"
#include "skipped.h"
#include "table.h"

static void heading(FILE *stream, const hpm_limits_report *report, const char *text)
{
    fprintf(stream, "\n%s%s%s\n", hpm_colour_code(HPM_COLOUR_BOLD, report->colour), text,
            hpm_colour_code(HPM_COLOUR_NONE, report->colour));
}

static int print(FILE *stream, const hpm_limits_report *report, hpm_table *table)
{
    int done = hpm_table_print(stream, table, report->colour);
    hpm_table_free(table);
    return done;
}

static void amount_cell(hpm_table *table, int64_t e8, int decimals)
{
    char text[HPM_FORMAT_SIZE];
    hpm_format_e8(text, e8, decimals);
    hpm_table_cell(table, "%s", text);
}

/* A quantity or balance in as many decimals as it has. */
static void exact_cell(hpm_table *table, int64_t e8)
{
    int decimals = 8;
    for (int64_t rest = e8; decimals > 0 && rest % 10 == 0; rest /= 10)
        decimals--;
    amount_cell(table, e8, decimals);
}

static void point_cells(hpm_table *table, const hpm_limits_report *report,
                        const hpm_limit_point *point)
{
    int decimals = hpm_head_decimals(&report->head);
    amount_cell(table, point->equity.e8, decimals);
    amount_cell(table, point->requirement.e8, decimals);
}

/* ---- Amounts ------------------------------------------------------------------------------ */

static void sum_line(FILE *stream, const char *name, int64_t e8, int decimals, const char *text)
{
    char amount[HPM_FORMAT_SIZE];
    hpm_format_e8(amount, e8, decimals);
    fprintf(stream, "%-20s%20s%s%s\n", name, amount, text[0] != '\0' ? "  " : "", text);
}

static void deposit_print(FILE *stream, const hpm_limits_report *report)
{
    const hpm_limit_cash *row = &report->deposit;
    const hpm_asset *asset = &report->head.array->catalog->assets[row->asset];
    char text[64];
    if (row->kind == HPM_LIMIT_ALREADY) return;
    if (row->kind == HPM_LIMIT_BOUNDLESS) {
        fprintf(stream, "%-20s%20s  no deposit of %s makes it pass\n", "missing", "-", asset->name);
        return;
    }
    snprintf(text, sizeof text, "%s to deposit until it passes", asset->name);
    sum_line(stream, "missing", row->amount.e8, 8, text);
}

static void result_print(FILE *stream, const hpm_limits_report *report)
{
    const hpm_limits *limits = report->limits;
    int decimals = hpm_head_decimals(&report->head);
    const char *currency = hpm_head_currency(&report->head);
    sum_line(stream, "equity", limits->now.equity.e8, decimals, currency);
    sum_line(stream, "initial margin", limits->now.initial.e8, decimals,
             hpm_limits_pass(report) ? "PASS" : "FAIL");
    sum_line(stream, "maintenance margin", limits->now.maintenance.e8, decimals, "");
    sum_line(stream, "transferable", limits->transferable.e8, decimals,
             "balances less unrealised losses");
    sum_line(stream, "withdrawable", limits->withdrawable.e8, decimals,
             "the least of these and equity less initial margin");
    deposit_print(stream, report);
}

static int withdrawals_print(FILE *stream, const hpm_limits_report *report)
{
    static const char *const titles[] = {"asset",  "balance",     "transferable",
                                         "can go", "equity then", "initial margin then"};
    const hpm_account *account = report->head.account;
    const hpm_balance *balances = hpm_account_balances(account);
    hpm_table table;
    if (account->balance_count == 0) return 1;
    hpm_table_begin(&table, 6, 1, titles);
    for (uint32_t i = 0; i < account->balance_count; i++) {
        const hpm_limit_cash *row = &report->withdrawals[i];
        hpm_table_cell(&table, "%s", report->head.array->catalog->assets[row->asset].name);
        exact_cell(&table, balances[i].amount.e8);
        exact_cell(&table, row->transferable.e8);
        exact_cell(&table, row->amount.e8);
        point_cells(&table, report, &row->at);
    }
    heading(stream, report, "largest withdrawal of each balance alone");
    return print(stream, report, &table);
}

/* ---- Trades ------------------------------------------------------------------------------- */

static void side_cells(hpm_table *table, const hpm_limits_report *report,
                       const hpm_limit_size *size)
{
    if (size->kind == HPM_LIMIT_UNAVAILABLE) {
        hpm_table_cell(table, "-");
        hpm_table_cell(table, "-");
        return;
    }
    if (size->kind == HPM_LIMIT_BOUNDLESS)
        hpm_table_cell(table, "any");
    else
        exact_cell(table, size->quantity.e8);
    amount_cell(table, size->at.requirement.e8, hpm_head_decimals(&report->head));
}

static int trades_print(FILE *stream, const hpm_limits_report *report)
{
    static const char *const titles[] = {"instrument",          "held", "buy",
                                         "initial margin then", "sell", "initial margin then"};
    hpm_table table;
    if (report->instrument_count == 0) return 1;
    hpm_table_begin(&table, 6, 1, titles);
    for (uint32_t i = 0; i < report->instrument_count; i++) {
        const hpm_limit_size *sizes = &report->sizes[2 * i];
        int64_t held = hpm_limits_held(report, sizes->instrument).e8;
        hpm_table_cell(&table, "%s",
                       report->head.array->catalog->instruments[sizes->instrument].name);
        if (held != 0)
            exact_cell(&table, held);
        else
            hpm_table_cell(&table, "%s", "");
        side_cells(&table, report, &sizes[0]);
        side_cells(&table, report, &sizes[1]);
    }
    heading(stream, report, "largest trade that passes, in contracts, at the mark");
    return print(stream, report, &table);
}

static void reasons_print(FILE *stream, const hpm_limits_report *report)
{
    const char *title = "cannot be traded";
    for (uint32_t i = 0; i < report->instrument_count; i++) {
        const hpm_limit_size *size = &report->sizes[2 * i];
        if (size->kind != HPM_LIMIT_UNAVAILABLE) continue;
        if (title) heading(stream, report, title);
        title = NULL;
        fprintf(stream, "  %s: %s\n",
                report->head.array->catalog->instruments[size->instrument].name, size->why.message);
    }
}

/* ---- Liquidation -------------------------------------------------------------------------- */

static const char *name_of(const hpm_limits_report *report, const hpm_limit_liquidation *row)
{
    if (row->move == HPM_LIQUIDATION_PRICES) return "all together";
    if (row->move == HPM_LIQUIDATION_VOL) return "volatility";
    return report->head.array->catalog->assets[row->underlying].name;
}

/* How far a place is from now. */
static void move_text(char text[HPM_FORMAT_SIZE], const hpm_limit_liquidation *row, double place)
{
    char number[HPM_FORMAT_SIZE];
    if (row->move == HPM_LIQUIDATION_VOL) {
        hpm_format_real(number, place * 100, 2);
        snprintf(text, HPM_FORMAT_SIZE, "%s%.40s points", place > 0 ? "+" : "", number);
    } else {
        hpm_format_percent(text, place - 1, 1);
    }
}

/* Prices are of one underlying; a joint move is told by the widest, others follow in a line. */
static void price_cell(hpm_table *table, const hpm_limits_report *report,
                       const hpm_limit_liquidation *row)
{
    char text[HPM_FORMAT_SIZE];
    if (row->move != HPM_LIQUIDATION_PRICE) {
        hpm_table_cell(table, "%s", "");
        return;
    }
    hpm_format_short(text,
                     row->place * report->head.array->market->asset_price[row->underlying].value);
    hpm_table_cell(table, "%s", text);
}

static void none_cells(hpm_table *table, const hpm_limit_liquidation *row)
{
    char text[HPM_FORMAT_SIZE];
    move_text(text, row, row->searched);
    if (row->kind == HPM_LIMIT_ALREADY)
        hpm_table_cell(table, "already");
    else if (row->kind == HPM_LIMIT_UNAVAILABLE)
        hpm_table_cell(table, "unknown past");
    else
        hpm_table_cell(table, "none to");
    hpm_table_cell(table, "%s", row->kind == HPM_LIMIT_ALREADY ? "" : text);
}

static void liquidation_row(hpm_table *table, const hpm_limits_report *report,
                            const hpm_limit_liquidation *row)
{
    char text[HPM_FORMAT_SIZE];
    hpm_table_cell(table, "%s", name_of(report, row));
    hpm_table_cell(table, "%s", row->direction > 0 ? "up" : "down");
    if (row->kind == HPM_LIMIT_FOUND) {
        price_cell(table, report, row);
        move_text(text, row, row->place);
        hpm_table_cell(table, "%s", text);
        point_cells(table, report, &row->at);
    } else {
        none_cells(table, row);
        point_cells(table, report, &row->before);
    }
}

/* How each underlying stands in a joint move. */
static void joint_print(FILE *stream, const hpm_limits_report *report,
                        const hpm_limit_liquidation *row)
{
    const hpm_limits *limits = report->limits;
    if (row->move != HPM_LIQUIDATION_PRICES || row->kind != HPM_LIMIT_FOUND) return;
    fprintf(stream, "  all together %s:", row->direction > 0 ? "up" : "down");
    for (uint32_t u = 0; u < limits->underlying_count; u++) {
        uint32_t asset = limits->underlyings[u];
        char text[HPM_FORMAT_SIZE];
        hpm_format_percent(text, hpm_limits_price_ratio(limits, row, row->place, asset) - 1, 1);
        fprintf(stream, "%s %s %s", u > 0 ? "," : "",
                report->head.array->catalog->assets[asset].name, text);
    }
    fputc('\n', stream);
}

static int liquidation_print(FILE *stream, const hpm_limits_report *report)
{
    static const char *const titles[] = {"liquidation", "way",         "at",
                                         "move",        "equity then", "maintenance then"};
    hpm_table table;
    if (report->move_count == 0) return 1;
    hpm_table_begin(&table, 6, 2, titles);
    for (uint32_t i = 0; i < 2 * report->move_count; i++)
        liquidation_row(&table, report, &report->liquidations[i]);
    heading(stream, report, "where maintenance margin is not covered any more");
    if (!print(stream, report, &table)) return 0;
    for (uint32_t i = 0; i < 2 * report->move_count; i++)
        joint_print(stream, report, &report->liquidations[i]);
    return 1;
}

int hpm_limits_text(FILE *stream, const hpm_limits_report *report)
{
    hpm_head_text(stream, &report->head);
    result_print(stream, report);
    if (!withdrawals_print(stream, report) || !trades_print(stream, report)) return 0;
    reasons_print(stream, report);
    if (!liquidation_print(stream, report)) return 0;
    hpm_skipped_text(stream, report->skipped, report->skipped_count, report->colour);
    return 1;
}
