/* The report for programs: hpm/report/1. Money is exact decimal strings; what is a double inside
 * (scenario P&L, greeks, unweighted values) is a number that reads back to the same double. The
 * instruction set is never in it: it does not change the numbers. */
#include <math.h>

#include "margin/charge.h"
#include "report.h"
#include "skipped.h"

static const char *asset_name(const hpm_report *report, uint32_t asset)
{
    return report->breakdown->array->catalog->assets[asset].name;
}

static void put_result(hpm_json *json, const hpm_report *report)
{
    const hpm_margin *margin = &report->breakdown->margin;
    hpm_json_put_text(json, "currency", hpm_report_currency(report));
    hpm_json_put_decimal(json, "equity", margin->equity.e8);
    hpm_json_put_decimal(json, "initial_margin", margin->initial.e8);
    hpm_json_put_decimal(json, "maintenance_margin", margin->maintenance.e8);
    hpm_json_put_decimal(json, "excess", hpm_report_excess(report));
    hpm_json_put_real(json, "health", hpm_report_health(report)); /* null: nothing required */
    hpm_json_put_bool(json, "pass", hpm_report_passes(report));
}

static void put_components(hpm_json *json, const hpm_report *report)
{
    const hpm_margin *margin = &report->breakdown->margin;
    const hpm_component *components = report->breakdown->array->rulebook->components.items;
    hpm_json_key(json, "components");
    hpm_json_begin_array(json);
    for (uint32_t i = 0; i < margin->component_count; i++) {
        hpm_money initial = margin->initial_part[i];
        hpm_money maintenance = margin->maintenance_part[i];
        hpm_json_one_line(json);
        hpm_json_begin_object(json);
        hpm_json_put_text(json, "name", components[i].name);
        hpm_json_put_text(json, "kind", hpm_component_names[components[i].kind]);
        hpm_json_put_real(json, "unweighted", margin->value[i]);
        hpm_json_put_decimal(json, "initial", initial.e8);
        hpm_json_put_real(json, "initial_share", hpm_report_share(initial, margin->initial));
        hpm_json_put_decimal(json, "maintenance", maintenance.e8);
        hpm_json_put_real(json, "maintenance_share",
                          hpm_report_share(maintenance, margin->maintenance));
        hpm_json_end_object(json);
    }
    hpm_json_end_array(json);
}

static void put_scenario(hpm_json *json, const hpm_report *report, uint32_t column)
{
    uint32_t index = 0;
    const hpm_scenario_set *set = hpm_report_set(report, column, &index);
    const hpm_scenario scenario = hpm_scenario_set_at(set, index);
    hpm_json_put_text(json, "set", set->name);
    hpm_json_put_int(json, "index", index);
    hpm_record_write_fields(json, &scenario, &hpm_scenario_record);
}

/* Where one underlying stands: its scenario, or null if it does not move. */
static void put_stand(hpm_json *json, const hpm_report *report, uint32_t underlying)
{
    const hpm_breakdown *breakdown = report->breakdown;
    uint32_t asset = breakdown->underlyings[underlying];
    uint32_t column = breakdown->worst_columns[underlying];
    hpm_json_one_line(json);
    hpm_json_begin_object(json);
    hpm_json_put_text(json, "underlying", asset_name(report, asset));
    hpm_json_key(json, "column");
    if (column == HPM_NONE) {
        hpm_json_null(json);
        hpm_json_put_real(json, "price_move", 0);
        hpm_json_put_real(json, "pnl", 0);
    } else {
        hpm_json_int(json, column);
        hpm_json_put_real(json, "price_move", hpm_report_price_move(report, asset, column));
        hpm_json_put_real(json, "pnl", hpm_report_pnl(report, underlying, column));
    }
    hpm_json_end_object(json);
}

void hpm_report_json_worst(hpm_json *json, const hpm_report *report)
{
    const hpm_breakdown *breakdown = report->breakdown;
    uint32_t column = breakdown->margin.worst_column;
    char text[HPM_REPORT_SHOCK];
    uint32_t index = 0;
    hpm_json_key(json, "worst_scenario");
    if (column == HPM_NONE) {
        hpm_json_null(json);
        return;
    }
    const hpm_scenario_set *set = hpm_report_set(report, column, &index);
    hpm_json_begin_object(json);
    hpm_json_put_int(json, "column", column);
    put_scenario(json, report, column);
    const hpm_scenario scenario = hpm_scenario_set_at(set, index);
    hpm_report_vol_shock(text, set, &scenario);
    hpm_json_put_text(json, "vol_shock", text);
    hpm_json_key(json, "underlyings");
    hpm_json_begin_array(json);
    for (uint32_t u = 0; u < breakdown->underlying_count; u++)
        put_stand(json, report, u);
    hpm_json_end_array(json);
    hpm_json_end_object(json);
}

static void put_row(hpm_json *json, const hpm_report *report, const char *key, uint32_t underlying,
                    double (*of)(const hpm_report *, uint32_t, uint32_t))
{
    uint32_t count = report->breakdown->array->scenario_count;
    hpm_json_key(json, key);
    hpm_json_one_line(json);
    hpm_json_begin_array(json);
    for (uint32_t column = 0; column < count; column++) {
        hpm_json_real(json, of(report, underlying, column));
    }
    hpm_json_end_array(json);
}

/* All columns of all sets, then one row of P&L per underlying in the same order. */
static void put_scenarios(hpm_json *json, const hpm_report *report)
{
    const hpm_breakdown *breakdown = report->breakdown;
    hpm_json_key(json, "scenarios");
    hpm_json_begin_array(json);
    for (uint32_t column = 0; column < breakdown->array->scenario_count; column++) {
        hpm_json_one_line(json);
        hpm_json_begin_object(json);
        put_scenario(json, report, column);
        hpm_json_end_object(json);
    }
    hpm_json_end_array(json);
    hpm_json_key(json, "underlyings");
    hpm_json_begin_array(json);
    for (uint32_t i = 0; i < breakdown->underlying_count; i++) {
        uint32_t asset = breakdown->underlyings[i];
        hpm_json_begin_object(json);
        hpm_json_put_text(json, "underlying", asset_name(report, asset));
        put_row(json, report, "price_move", asset, hpm_report_price_move);
        put_row(json, report, "pnl", i, hpm_report_pnl);
        hpm_json_end_object(json);
    }
    hpm_json_end_array(json);
}

void hpm_report_json_greeks(hpm_json *json, const hpm_greeks *greeks, int with_units)
{
    if (with_units) {
        hpm_json_put_real(json, "delta_units", greeks->delta_units);
        hpm_json_put_real(json, "delta_premium_units", greeks->delta_premium_units);
    }
    hpm_json_put_real(json, "delta", greeks->delta);
    hpm_json_put_real(json, "gamma_1pct", greeks->gamma_1pct);
    hpm_json_put_real(json, "vega_point", greeks->vega_point);
    hpm_json_put_real(json, "theta_day", greeks->theta_day);
    hpm_json_put_real(json, "rho_bp", greeks->rho_bp);
}

static void put_greeks_underlyings(hpm_json *json, const hpm_report *report)
{
    uint32_t end = 0;
    hpm_json_key(json, "underlyings");
    hpm_json_begin_array(json);
    for (uint32_t run = 0; run < report->portfolio->run_count; run = end) {
        const hpm_greeks sum = hpm_report_greeks_underlying(report, run, &end);
        hpm_json_one_line(json);
        hpm_json_begin_object(json);
        hpm_json_put_text(json, "underlying",
                          asset_name(report, hpm_report_bucket(report, run)->underlying));
        hpm_report_json_greeks(json, &sum, 1);
        hpm_json_end_object(json);
    }
    hpm_json_end_array(json);
}

static void put_greeks_expiries(hpm_json *json, const hpm_report *report)
{
    uint32_t end = 0;
    hpm_json_key(json, "expiries");
    hpm_json_begin_array(json);
    for (uint32_t run = 0; run < report->portfolio->run_count; run = end) {
        const hpm_bucket *bucket = hpm_report_bucket(report, run);
        const hpm_greeks sum = hpm_report_greeks(report, run, &end);
        hpm_json_one_line(json);
        hpm_json_begin_object(json);
        hpm_json_put_text(json, "underlying", asset_name(report, bucket->underlying));
        hpm_json_put_text(json, "kind", hpm_report_bucket_kind(bucket->kind));
        if (bucket->kind == HPM_BUCKET_DATED) {
            const hpm_catalog *catalog = report->breakdown->array->catalog;
            hpm_json_put_time(json, "expiry", catalog->expiries[bucket->expiry].expiry_ns);
        }
        hpm_report_json_greeks(json, &sum, 1);
        hpm_json_end_object(json);
    }
    hpm_json_end_array(json);
}

static void put_greeks(hpm_json *json, const hpm_report *report)
{
    hpm_json_key(json, "greeks");
    hpm_json_begin_object(json);
    hpm_json_key(json, "total");
    hpm_json_one_line(json);
    hpm_json_begin_object(json);
    hpm_report_json_greeks(json, &report->breakdown->greeks_total, 0);
    hpm_json_end_object(json);
    put_greeks_underlyings(json, report);
    put_greeks_expiries(json, report);
    hpm_json_end_object(json);
}

static void put_collateral(hpm_json *json, const hpm_report *report)
{
    const hpm_breakdown *breakdown = report->breakdown;
    const hpm_balance *balances = hpm_account_balances(report->portfolio->account);
    hpm_json_key(json, "collateral");
    hpm_json_begin_array(json);
    for (uint32_t i = 0; i < report->portfolio->account->balance_count; i++) {
        hpm_json_one_line(json);
        hpm_json_begin_object(json);
        hpm_json_put_text(json, "asset", asset_name(report, balances[i].asset));
        hpm_json_put_decimal(json, "amount", balances[i].amount.e8);
        hpm_json_put_real(json, "price",
                          breakdown->array->market->asset_price[balances[i].asset].value);
        hpm_json_put_real(json, "value", breakdown->collateral_value[i]);
        hpm_json_put_real(json, "haircut", breakdown->collateral_haircut[i]);
        hpm_json_end_object(json);
    }
    hpm_json_end_array(json);
}

static void put_line_name(hpm_json *json, const hpm_report *report, uint32_t index)
{
    const hpm_margin_line *line = &report->breakdown->lines[index];
    switch (line->kind) {
    case HPM_LINE_POSITION:
        hpm_json_put_text(json, "instrument",
                          report->breakdown->array->catalog->instruments[line->id].name);
        hpm_json_put_decimal(json, "quantity", hpm_report_quantity(report, index).e8);
        break;
    case HPM_LINE_BALANCE:
        hpm_json_put_text(json, "balance", asset_name(report, line->id));
        hpm_json_put_decimal(json, "amount", hpm_report_balance(report, index)->amount.e8);
        break;
    case HPM_LINE_DECLARED:
        hpm_json_put_text(json, "declared", hpm_report_declared(report, index)->name);
        hpm_json_put_text(json, "asset", asset_name(report, line->id));
        hpm_json_put_decimal(json, "amount", hpm_report_declared(report, index)->amount.e8);
        break;
    }
}

static void put_line(hpm_json *json, const hpm_report *report, uint32_t index)
{
    const hpm_margin_line *line = &report->breakdown->lines[index];
    hpm_json_one_line(json);
    hpm_json_begin_object(json);
    put_line_name(json, report, index);
    hpm_json_put_decimal(json, "value", line->value.e8);
    hpm_json_put_decimal(json, "initial", line->initial.e8);
    hpm_json_put_decimal(json, "maintenance", line->maintenance.e8);
    hpm_json_end_object(json);
}

static void put_contributions(hpm_json *json, const hpm_report *report)
{
    hpm_json_key(json, "contributions");
    hpm_json_begin_array(json);
    for (uint32_t i = 0; i < report->breakdown->line_count; i++) {
        put_line(json, report, i);
    }
    hpm_json_end_array(json);
}

static void put_degraded(hpm_json *json, const hpm_report *report)
{
    hpm_json_key(json, "degraded");
    hpm_json_begin_array(json);
    for (uint32_t i = 0; i < report->degraded_count; i++) {
        const hpm_degraded *row = &report->degraded[i];
        char name[HPM_NAME_SIZE];
        hpm_report_degraded_name(name, report, row);
        hpm_json_one_line(json);
        hpm_json_begin_object(json);
        hpm_json_put_text(json, "input", name);
        hpm_json_put_text(json, "of", hpm_report_degraded_kind(row->kind));
        hpm_json_put_real(json, "confidence", row->confidence);
        hpm_json_put_real(json, "age_s", row->age_s);
        hpm_json_put_real(json, "effective", row->effective);
        hpm_json_end_object(json);
    }
    hpm_json_end_array(json);
}

static void put_breakdown(hpm_json *json, const hpm_report *report)
{
    put_components(json, report);
    hpm_report_json_worst(json, report);
    put_scenarios(json, report);
    put_greeks(json, report);
    put_collateral(json, report);
    put_contributions(json, report);
    hpm_report_json_off_grid(json, report);
    hpm_report_json_ladders(json, report);
}

void hpm_report_json(hpm_json *json, const hpm_report *report, int brief)
{
    const hpm_report_head head = hpm_report_head_of(report);
    hpm_json_begin_object(json);
    hpm_json_put_text(json, "schema", HPM_REPORT_SCHEMA);
    hpm_head_json(json, &head);
    put_result(json, report);
    if (!brief) put_breakdown(json, report);
    put_degraded(json, report);
    hpm_skipped_json(json, report->skipped, report->skipped_count);
    hpm_json_end_object(json);
}
