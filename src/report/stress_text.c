/* The stress report for people. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "colour_codes.h"
#include "format.h"
#include "stress_report.h"
#include "table.h"
#include "wrap.h"

#define MOVES_SIZE 512
#define WIDTH      100

static void heading(FILE *stream, const hpm_stress_report *report, const char *text)
{
    fprintf(stream, "\n%s%s%s\n", hpm_colour_code(HPM_COLOUR_BOLD, report->colour), text,
            hpm_colour_code(HPM_COLOUR_NONE, report->colour));
}

static const char *asset_name(const hpm_stress_report *report, uint32_t asset)
{
    return asset == HPM_NONE ? "others" : report->head.array->catalog->assets[asset].name;
}

static void amount(FILE *stream, const hpm_stress_report *report, const char *name, hpm_money money)
{
    char text[HPM_FORMAT_SIZE];
    hpm_format_e8(text, money.e8, hpm_head_decimals(&report->head));
    fprintf(stream, "%-20s %22s %s\n", name, text, hpm_head_currency(&report->head));
}

static void before_print(FILE *stream, const hpm_stress_report *report)
{
    const hpm_margin *before = &report->stress->before;
    amount(stream, report, "equity", before->equity);
    amount(stream, report, "initial margin", before->initial);
    amount(stream, report, "maintenance margin", before->maintenance);
}

/* ---- Scenarios ---------------------------------------------------------------------------- */

/* Seven columns of amounts have no room for cents. */
static void amount_cell(hpm_table *table, const hpm_stress_report *report, hpm_money money)
{
    char text[HPM_FORMAT_SIZE];
    int decimals = hpm_head_decimals(&report->head);
    hpm_format_e8(text, money.e8, decimals > 2 ? 4 : 0);
    hpm_table_cell(table, "%s", text);
}

/* An empty cell where nothing goes beyond. */
static void beyond_cell(hpm_table *table, const hpm_stress_report *report, hpm_money money)
{
    if (money.e8 == 0)
        hpm_table_cell(table, "-");
    else
        amount_cell(table, report, money);
}

static int results_print(FILE *stream, const hpm_stress_report *report)
{
    static const char *const titles[] = {"scenario",    "P&L",           "equity",       "initial",
                                         "maintenance", "beyond margin", "beyond equity"};
    hpm_table table;
    uint32_t days = 0;
    hpm_table_begin(&table, 7, 1, titles);
    for (uint32_t rank = 0; (rank = hpm_stress_report_next(report, rank, &days)) != UINT32_MAX;
         rank++) {
        const hpm_stress_result *result = &report->stress->results[rank];
        hpm_table_cell(&table, "%s", report->stress->scenarios[result->scenario].name);
        amount_cell(&table, report, result->pnl);
        amount_cell(&table, report, result->equity);
        amount_cell(&table, report, result->initial);
        amount_cell(&table, report, result->maintenance);
        beyond_cell(&table, report, result->beyond_margin);
        beyond_cell(&table, report, result->beyond_equity);
    }
    heading(stream, report, "scenarios, worst first");
    int done = hpm_table_print(stream, &table, report->colour);
    hpm_table_free(&table);
    return done;
}

static void append(char text[MOVES_SIZE], const char *before, const char *what, double value,
                   const char *unit)
{
    char number[HPM_FORMAT_SIZE];
    size_t used = strlen(text);
    if (value == 0) return;
    if (unit == NULL) {
        hpm_format_percent(number, value, 1);
        unit = "";
    } else {
        char digits[HPM_FORMAT_SIZE];
        hpm_format_real(digits, value * 100, 1);
        snprintf(number, sizeof number, "%s%.40s", value > 0 ? "+" : "", digits);
    }
    snprintf(text + used, MOVES_SIZE - used, "%s%s%.40s%s", before, what, number, unit);
}

/* "BTC -39 % vol +60 %": only what moves. */
static void append_shock(char text[MOVES_SIZE], const char *name, const hpm_stress_shock *shock)
{
    size_t used = strlen(text);
    snprintf(text + used, MOVES_SIZE - used, "%s%s", used > 0 ? ", " : "", name);
    append(text, " ", "", shock->price, NULL);
    append(text, " ", "basis ", shock->basis, NULL);
    append(text, " ", "vol ", shock->vol, NULL);
    append(text, " ", "vol ", shock->vol_add, " points");
}

static void moves_print(FILE *stream, const hpm_stress_report *report)
{
    uint32_t days = 0;
    heading(stream, report, "moves");
    for (uint32_t rank = 0; (rank = hpm_stress_report_next(report, rank, &days)) != UINT32_MAX;
         rank++) {
        uint32_t index = report->stress->results[rank].scenario;
        const hpm_stress_scenario *scenario = &report->stress->scenarios[index];
        char text[MOVES_SIZE] = "";
        for (uint32_t i = 0; i < scenario->shock_count; i++)
            append_shock(text, asset_name(report, scenario->shocks[i].asset), &scenario->shocks[i]);
        if (scenario->time_days > 0) {
            size_t used = strlen(text);
            snprintf(text + used, sizeof text - used, "%s%g days pass", used > 0 ? ", " : "",
                     scenario->time_days);
        }
        int column = fprintf(stream, "  %s:", scenario->name);
        hpm_wrap(stream, text[0] != '\0' ? text : "nothing moves", (size_t)column, 6, WIDTH);
        if (report->texts[index][0] == '\0') continue;
        fputs("      ", stream);
        hpm_wrap(stream, report->texts[index], 6, 6, WIDTH);
    }
}

static void history_print(FILE *stream, const hpm_stress_report *report)
{
    const hpm_stress_history *history = report->history;
    const hpm_stress_scenario *scenarios = report->stress->scenarios;
    uint32_t days = report->stress->scenario_count - history->first;
    heading(stream, report, "history");
    fprintf(stream,
            "  %" PRIu32 " days from %s to %s, each over %" PRIu32 " day%s; the worst %" PRIu32
            " shown\n",
            days, scenarios[history->first].name,
            scenarios[report->stress->scenario_count - 1].name, history->rule.horizon_days,
            history->rule.horizon_days == 1 ? "" : "s",
            days < history->shown ? days : history->shown);
    if (history->rule.vol_beta != 0)
        fprintf(stream, "  volatilities%s rise by %g times the size of the price move\n",
                history->has_vols ? " without a history" : "", history->rule.vol_beta);
    else if (!history->has_vols)
        fputs("  volatilities stay\n", stream);
    if (history->rule.others != HPM_NONE)
        fprintf(stream, "  coins without a history move as %s\n",
                asset_name(report, history->rule.others));
    for (uint32_t i = 0; i < history->still_count; i++)
        fprintf(stream, "  %s has no history and stays\n", asset_name(report, history->still[i]));
}

static int scenarios_print(FILE *stream, const hpm_stress_report *report)
{
    if (report->stress->scenario_count > 0) {
        if (!results_print(stream, report)) return 0;
        moves_print(stream, report);
    }
    if (report->history != NULL) history_print(stream, report);
    return 1;
}

/* ---- Reverse stress ----------------------------------------------------------------------- */

static void pattern_name(char text[64], const hpm_stress_report *report, uint32_t index)
{
    const hpm_reverse_pattern *pattern = &report->reverse->patterns[index];
    const char *coin =
        pattern->coin == HPM_NONE ? "" : asset_name(report, report->reverse->coins[pattern->coin]);
    switch (pattern->kind) {
    case HPM_REVERSE_TOGETHER:
        snprintf(text, 64, "all together");
        break;
    case HPM_REVERSE_ALONE:
        snprintf(text, 64, report->reverse->coin_count == 1 ? "%s" : "%s alone", coin);
        break;
    case HPM_REVERSE_AGAINST:
        snprintf(text, 64, "%s against the rest", coin);
        break;
    case HPM_REVERSE_ADVERSE:
        snprintf(text, 64, "each against the account");
        break;
    }
}

static void point_moves(char text[MOVES_SIZE], const hpm_stress_report *report,
                        const hpm_reverse_point *point)
{
    const hpm_reverse *reverse = report->reverse;
    text[0] = '\0';
    for (uint32_t c = 0; c < reverse->coin_count; c++) {
        double vol = hpm_reverse_vol_move(reverse, point, c);
        const hpm_stress_shock shock = {.price = hpm_reverse_price_move(reverse, point, c),
                                        .vol = reverse->vol_points ? 0 : vol,
                                        .vol_add = reverse->vol_points ? vol : 0};
        if (shock.price == 0 && vol == 0) continue;
        append_shock(text, asset_name(report, reverse->coins[c]), &shock);
    }
}

static void mildest_print(FILE *stream, const hpm_stress_report *report)
{
    const hpm_reverse *reverse = report->reverse;
    const char *what = reverse->target == HPM_REVERSE_EQUITY ? "equity is exhausted"
                                                             : "equity is the maintenance margin";
    char text[MOVES_SIZE], pattern[64];
    if (reverse->met_before) {
        fprintf(stream, "  %s or less where the market is\n", what);
        return;
    }
    if (!reverse->best.found) {
        fprintf(stream, "  no scenario within %g ranges of price and volatility was found\n",
                HPM_REVERSE_RADIUS_MAX);
        return;
    }
    point_moves(text, report, &reverse->best.point);
    pattern_name(pattern, report, reverse->best.point.pattern);
    fprintf(stream, "  %s at a distance of %.4f\n", what, reverse->best.point.norm);
    fprintf(stream, "  %s: %.4f ranges of price, %.4f units of volatility\n", pattern,
            reverse->best.point.price, reverse->best.point.vol);
    fputs("  ", stream);
    hpm_wrap(stream, text, 2, 2, WIDTH);
    amount(stream, report, "  equity there", reverse->after.equity);
    amount(stream, report, "  initial margin", reverse->after.initial);
    amount(stream, report, "  maintenance", reverse->after.maintenance);
}

/* The coin whose move stands for the pattern's. */
static uint32_t shown_coin(const hpm_reverse_pattern *pattern)
{
    return pattern->coin == HPM_NONE ? 0 : pattern->coin;
}

static void axis_cell(hpm_table *table, const hpm_stress_report *report, uint32_t pattern,
                      hpm_reverse_axis axis)
{
    const hpm_reverse_find *find = &report->reverse->axes[pattern][axis];
    int is_price = axis == HPM_REVERSE_PRICE_DOWN || axis == HPM_REVERSE_PRICE_UP;
    uint32_t coin = shown_coin(&report->reverse->patterns[pattern]);
    char text[HPM_FORMAT_SIZE];
    if (!find->found) {
        hpm_table_cell(table, find->searched ? "none" : "");
        return;
    }
    double price = hpm_reverse_price_move(report->reverse, &find->point, coin);
    double vol = hpm_reverse_vol_move(report->reverse, &find->point, coin);
    hpm_format_percent(text, is_price ? price : vol, 1);
    hpm_table_cell(table, "%s", text);
}

/* A vol in points reads as percent too. */
static int axes_print(FILE *stream, const hpm_stress_report *report)
{
    static const char *const titles[] = {"along one axis", "move of",  "price down",
                                         "price up",       "vol down", "vol up"};
    const hpm_reverse *reverse = report->reverse;
    hpm_table table;
    if (reverse->pattern_count == 0) return 1;
    hpm_table_begin(&table, 6, 2, titles);
    for (uint32_t p = 0; p < reverse->pattern_count; p++) {
        char name[64];
        uint32_t coin = shown_coin(&reverse->patterns[p]);
        pattern_name(name, report, p);
        hpm_table_cell(&table, "%s", name);
        hpm_table_cell(&table, "%s", asset_name(report, reverse->coins[coin]));
        for (int a = 0; a < HPM_REVERSE_AXES; a++)
            axis_cell(&table, report, p, (hpm_reverse_axis)a);
    }
    fputc('\n', stream);
    int done = hpm_table_print(stream, &table, report->colour);
    hpm_table_free(&table);
    return done;
}

static int reverse_print(FILE *stream, const hpm_stress_report *report)
{
    heading(stream, report, "reverse stress");
    mildest_print(stream, report);
    return axes_print(stream, report);
}

static void skipped_print(FILE *stream, const hpm_stress_report *report)
{
    if (report->skipped_count == 0) return;
    heading(stream, report, "skipped legs");
    for (uint32_t i = 0; i < report->skipped_count; i++)
        fprintf(stream, "  %s: %s\n", report->skipped[i].name, report->skipped[i].reason);
}

int hpm_stress_report_text(FILE *stream, const hpm_stress_report *report)
{
    hpm_head_text(stream, &report->head);
    before_print(stream, report);
    if (!scenarios_print(stream, report)) return 0;
    if (report->reverse != NULL && !reverse_print(stream, report)) return 0;
    skipped_print(stream, report);
    return 1;
}
