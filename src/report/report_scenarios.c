/* The scenario tables and the greeks of the text report. */
#include <string.h>

#include "format.h"
#include "report.h"
#include "table.h"

#define MATRIX_VOLS      6 /* volatility columns side by side */
#define LIST_UNDERLYINGS 2 /* underlyings side by side in a list of scenarios */

static const char *asset_name(const hpm_report *report, uint32_t asset)
{
    return report->breakdown->array->catalog->assets[asset].name;
}

static int is_worst(const hpm_report *report, uint32_t underlying, uint32_t column)
{
    return report->breakdown->worst_columns[underlying] == column;
}

/* The worst cell is marked; the others get a blank in its place, so that digits stay aligned. */
static void pnl_cell(hpm_table *table, const hpm_report *report, uint32_t underlying,
                     uint32_t column)
{
    char text[HPM_FORMAT_SIZE];
    hpm_format_real(text, hpm_report_pnl(report, underlying, column), hpm_report_decimals(report));
    hpm_table_cell(table, "%s%c", text, is_worst(report, underlying, column) ? '*' : ' ');
}

/* Where one underlying stands in the worst scenario. */
static void worst_row(hpm_table *table, const hpm_report *report, uint32_t underlying)
{
    const hpm_breakdown *breakdown = report->breakdown;
    uint32_t asset = breakdown->underlyings[underlying];
    uint32_t column = breakdown->worst_columns[underlying], index = 0;
    char text[HPM_REPORT_SHOCK];
    hpm_table_cell(table, "%s", asset_name(report, asset));
    if (column == HPM_NONE) {
        hpm_table_cell(table, "stands still");
        for (int i = 0; i < 3; i++)
            hpm_table_cell(table, "%s", "");
        return;
    }
    const hpm_scenario_set *set = hpm_report_set(report, column, &index);
    const hpm_scenario scenario = hpm_scenario_set_at(set, index);
    hpm_table_cell(table, "%s #%u", set->name, index);
    hpm_format_percent(text, hpm_report_price_move(report, asset, column), 1);
    hpm_table_cell(table, "%s", text);
    hpm_report_vol_shock(text, set, &scenario);
    hpm_table_cell(table, "%s", text);
    hpm_format_real(text, hpm_report_pnl(report, underlying, column), hpm_report_decimals(report));
    hpm_table_cell(table, "%s", text);
}

int hpm_report_text_worst(FILE *stream, const hpm_report *report, const char *heading)
{
    static const char *const titles[] = {"underlying", "scenario", "price", "volatility", "P&L"};
    hpm_table table;
    if (report->breakdown->margin.worst_column == HPM_NONE) return 1;
    hpm_report_heading(stream, report, heading);
    hpm_table_begin(&table, 5, 2, titles);
    for (uint32_t u = 0; u < report->breakdown->underlying_count; u++)
        worst_row(&table, report, u);
    int done = hpm_table_print(stream, &table, report->colour);
    hpm_table_free(&table);
    return done;
}

/* Price by volatility for one underlying, volatilities [first, end) side by side. */
static int matrix_part(FILE *stream, const hpm_report *report, const hpm_scenario_set *set,
                       uint32_t column0, uint32_t underlying, uint32_t first, uint32_t end)
{
    const double *vols = set->vols.items;
    uint32_t asset = report->breakdown->underlyings[underlying];
    char shocks[MATRIX_VOLS][HPM_REPORT_SHOCK];
    const char *titles[MATRIX_VOLS + 1];
    char move[HPM_FORMAT_SIZE];
    hpm_table table;
    titles[0] = "price";
    for (uint32_t i = first; i < end; i++) {
        hpm_report_vol_shock(shocks[i - first], set, &(hpm_scenario){.vol = vols[i]});
        strcat(shocks[i - first], " "); /* stands over the place of the mark */
        titles[i - first + 1] = shocks[i - first];
    }
    hpm_table_begin(&table, end - first + 1, 0, titles);
    for (uint32_t price = 0; price < set->prices.count; price++) {
        uint32_t row = column0 + price * set->vols.count;
        hpm_format_percent(move, hpm_report_price_move(report, asset, row), 1);
        hpm_table_cell(&table, "%s", move);
        for (uint32_t i = first; i < end; i++)
            pnl_cell(&table, report, underlying, row + i);
    }
    int done = hpm_table_print(stream, &table, report->colour);
    hpm_table_free(&table);
    return done;
}

static int matrix_print(FILE *stream, const hpm_report *report, const hpm_scenario_set *set,
                        uint32_t column0)
{
    for (uint32_t u = 0; u < report->breakdown->underlying_count; u++) {
        char title[128];
        snprintf(title, sizeof title, "scenarios of set %s, P&L of %s in %s", set->name,
                 asset_name(report, report->breakdown->underlyings[u]),
                 hpm_report_currency(report));
        hpm_report_heading(stream, report, title);
        for (uint32_t first = 0; first < set->vols.count; first += MATRIX_VOLS) {
            uint32_t end = first + MATRIX_VOLS;
            if (end > set->vols.count) end = set->vols.count;
            if (!matrix_part(stream, report, set, column0, u, first, end)) return 0;
        }
    }
    return 1;
}

static void list_row(hpm_table *table, const hpm_report *report, const hpm_scenario_set *set,
                     uint32_t column0, uint32_t index, uint32_t first, uint32_t end)
{
    const hpm_scenario scenario = hpm_scenario_set_at(set, index);
    char text[HPM_REPORT_SHOCK];
    hpm_table_cell(table, "%u", index);
    hpm_report_vol_shock(text, set, &scenario);
    hpm_table_cell(table, "%s", text);
    hpm_table_cell(table, "%g", scenario.basis);
    hpm_table_cell(table, "%g", scenario.time_days);
    hpm_table_cell(table, "%g", scenario.weight);
    for (uint32_t u = first; u < end; u++) {
        uint32_t asset = report->breakdown->underlyings[u];
        hpm_format_percent(text, hpm_report_price_move(report, asset, column0 + index), 1);
        hpm_table_cell(table, "%s", text);
        pnl_cell(table, report, u, column0 + index);
    }
}

static int list_part(FILE *stream, const hpm_report *report, const hpm_scenario_set *set,
                     uint32_t column0, uint32_t first, uint32_t end)
{
    const char *titles[5 + 2 * LIST_UNDERLYINGS] = {"#", "vol", "basis", "days", "weight"};
    char names[LIST_UNDERLYINGS][2][32];
    uint32_t grid = set->prices.count * set->vols.count;
    hpm_table table;
    for (uint32_t u = first; u < end; u++) {
        const char *name = asset_name(report, report->breakdown->underlyings[u]);
        snprintf(names[u - first][0], sizeof names[0][0], "%s price", name);
        snprintf(names[u - first][1], sizeof names[0][1], "P&L ");
        titles[5 + 2 * (u - first)] = names[u - first][0];
        titles[6 + 2 * (u - first)] = names[u - first][1];
    }
    hpm_table_begin(&table, 5 + 2 * (end - first), 0, titles);
    for (uint32_t i = grid; i < hpm_scenario_set_count(set); i++) {
        list_row(&table, report, set, column0, i, first, end);
    }
    int done = hpm_table_print(stream, &table, report->colour);
    hpm_table_free(&table);
    return done;
}

static int list_print(FILE *stream, const hpm_report *report, const hpm_scenario_set *set,
                      uint32_t column0)
{
    uint32_t count = report->breakdown->underlying_count;
    char title[128];
    snprintf(title, sizeof title, "single scenarios of set %s, P&L in %s", set->name,
             hpm_report_currency(report));
    hpm_report_heading(stream, report, title);
    for (uint32_t first = 0; first < count; first += LIST_UNDERLYINGS) {
        uint32_t end = first + LIST_UNDERLYINGS < count ? first + LIST_UNDERLYINGS : count;
        if (!list_part(stream, report, set, column0, first, end)) return 0;
    }
    return 1;
}

int hpm_report_text_scenarios(FILE *stream, const hpm_report *report)
{
    const hpm_rulebook *rulebook = report->breakdown->array->rulebook;
    const hpm_scenario_set *sets = rulebook->sets.items;
    if (!hpm_report_text_worst(stream, report, "worst scenario")) return 0;
    for (uint32_t i = 0; i < rulebook->sets.count; i++) {
        uint32_t grid = sets[i].prices.count * sets[i].vols.count;
        uint32_t column0 = rulebook->set_first[i];
        if (!hpm_report_set_used(report, column0)) continue;
        if (grid > 0 && !matrix_print(stream, report, &sets[i], column0)) return 0;
        if (hpm_scenario_set_count(&sets[i]) > grid &&
            !list_print(stream, report, &sets[i], column0)) {
            return 0;
        }
    }
    return 1;
}

static void greeks_row(hpm_table *table, const char *name, const hpm_greeks *greeks, int with_units)
{
    const double values[] = {greeks->delta_units, greeks->delta_premium_units, greeks->delta,
                             greeks->gamma_1pct,  greeks->vega_point,          greeks->theta_day,
                             greeks->rho_bp};
    char text[HPM_FORMAT_SIZE];
    hpm_table_cell(table, "%s", name);
    for (uint32_t i = 0; i < 7; i++) {
        /* Coins of different underlyings do not add. */
        if (i < 2 && !with_units) {
            hpm_table_cell(table, "%s", "");
            continue;
        }
        hpm_format_short(text, values[i]);
        hpm_table_cell(table, "%s", text);
    }
}

static void greeks_expiries(hpm_table *table, const hpm_report *report, uint32_t first,
                            uint32_t end)
{
    const char *underlying = asset_name(report, hpm_report_bucket(report, first)->underlying);
    for (uint32_t run = first; run < end;) {
        const hpm_bucket *bucket = hpm_report_bucket(report, run);
        const hpm_greeks greeks = hpm_report_greeks(report, run, &run);
        char of[HPM_FORMAT_SIZE];
        char name[2 * HPM_FORMAT_SIZE];
        snprintf(of, sizeof of, "%s", hpm_report_bucket_kind(bucket->kind));
        if (bucket->kind == HPM_BUCKET_DATED) {
            hpm_format_date(of,
                            report->breakdown->array->catalog->expiries[bucket->expiry].expiry_ns);
        }
        snprintf(name, sizeof name, "%s %s", underlying, of);
        greeks_row(table, name, &greeks, 1);
    }
}

int hpm_report_text_greeks(FILE *stream, const hpm_report *report)
{
    static const char *const titles[] = {"of positions", "delta coin", "premium adj", "delta",
                                         "gamma 1%",     "vega point", "theta day",   "rho bp"};
    hpm_table table;
    uint32_t end = 0;
    if (report->portfolio->run_count == 0) return 1;
    hpm_table_begin(&table, 8, 1, titles);
    for (uint32_t run = 0; run < report->portfolio->run_count; run = end) {
        const hpm_greeks sum = hpm_report_greeks_underlying(report, run, &end);
        greeks_expiries(&table, report, run, end);
        greeks_row(&table, asset_name(report, hpm_report_bucket(report, run)->underlying), &sum, 1);
    }
    greeks_row(&table, "total", &report->breakdown->greeks_total, 0);
    hpm_report_heading(stream, report, "greeks");
    int done = hpm_table_print(stream, &table, report->colour);
    hpm_table_free(&table);
    return done;
}
