/* Which scenarios a stress report shows, and its form for programs. */
#include "stress_report.h"

#include <math.h>

const char *const hpm_reverse_kinds[] = {"together", "alone", "against", "adverse"};

int hpm_stress_report_is_day(const hpm_stress_report *report, uint32_t scenario)
{
    return report->history != NULL && scenario >= report->history->first;
}

uint32_t hpm_stress_report_next(const hpm_stress_report *report, uint32_t rank, uint32_t *days)
{
    for (; rank < report->stress->scenario_count; rank++) {
        if (!hpm_stress_report_is_day(report, report->stress->results[rank].scenario)) return rank;
        if ((*days)++ < report->history->shown) return rank;
    }
    return UINT32_MAX;
}

static const char *asset_name(const hpm_stress_report *report, uint32_t asset)
{
    return asset == HPM_NONE ? "*" : report->head.array->catalog->assets[asset].name;
}

static void put_margin(hpm_json *json, hpm_money equity, hpm_money initial, hpm_money maintenance)
{
    hpm_json_put_decimal(json, "equity", equity.e8);
    hpm_json_put_decimal(json, "initial_margin", initial.e8);
    hpm_json_put_decimal(json, "maintenance_margin", maintenance.e8);
}

/* ---- Scenarios ---------------------------------------------------------------------------- */

static void put_shocks(hpm_json *json, const hpm_stress_report *report,
                       const hpm_stress_scenario *scenario)
{
    hpm_json_key(json, "shocks");
    hpm_json_begin_array(json);
    for (uint32_t i = 0; i < scenario->shock_count; i++) {
        const hpm_stress_shock *shock = &scenario->shocks[i];
        hpm_json_one_line(json);
        hpm_json_begin_object(json);
        hpm_json_put_text(json, "asset", asset_name(report, shock->asset));
        hpm_json_put_real(json, "price", shock->price);
        hpm_json_put_real(json, "basis", shock->basis);
        hpm_json_put_real(json, "vol", shock->vol);
        hpm_json_put_real(json, "vol_add", shock->vol_add);
        hpm_json_end_object(json);
    }
    hpm_json_end_array(json);
}

static void put_result(hpm_json *json, const hpm_stress_report *report,
                       const hpm_stress_result *result)
{
    const hpm_stress_scenario *scenario = &report->stress->scenarios[result->scenario];
    hpm_json_begin_object(json);
    hpm_json_put_text(json, "name", scenario->name);
    hpm_json_put_text(json, "text", report->texts[result->scenario]);
    hpm_json_put_bool(json, "is_day", hpm_stress_report_is_day(report, result->scenario));
    hpm_json_put_real(json, "time_days", scenario->time_days);
    put_shocks(json, report, scenario);
    hpm_json_put_decimal(json, "pnl", result->pnl.e8);
    put_margin(json, result->equity, result->initial, result->maintenance);
    hpm_json_put_decimal(json, "beyond_margin", result->beyond_margin.e8);
    hpm_json_put_decimal(json, "beyond_equity", result->beyond_equity.e8);
    hpm_json_end_object(json);
}

static void put_results(hpm_json *json, const hpm_stress_report *report)
{
    uint32_t days = 0;
    hpm_json_key(json, "scenarios");
    hpm_json_begin_array(json);
    for (uint32_t rank = 0; (rank = hpm_stress_report_next(report, rank, &days)) != UINT32_MAX;
         rank++)
        put_result(json, report, &report->stress->results[rank]);
    hpm_json_end_array(json);
}

static void put_history(hpm_json *json, const hpm_stress_report *report)
{
    const hpm_stress_history *history = report->history;
    const hpm_stress_scenario *scenarios = report->stress->scenarios;
    hpm_json_key(json, "history");
    if (history == NULL) {
        hpm_json_null(json);
        return;
    }
    hpm_json_begin_object(json);
    hpm_json_put_int(json, "days", report->stress->scenario_count - history->first);
    hpm_json_put_text(json, "first", scenarios[history->first].name);
    hpm_json_put_text(json, "last", scenarios[report->stress->scenario_count - 1].name);
    hpm_json_put_int(json, "shown_at_most", history->shown);
    hpm_json_put_int(json, "horizon_days", history->rule.horizon_days);
    hpm_json_put_real(json, "vol_beta", history->rule.vol_beta);
    hpm_json_key(json, "others");
    if (history->rule.others == HPM_NONE)
        hpm_json_null(json);
    else
        hpm_json_text(json, asset_name(report, history->rule.others));
    hpm_json_key(json, "still");
    hpm_json_one_line(json);
    hpm_json_begin_array(json);
    for (uint32_t i = 0; i < history->still_count; i++)
        hpm_json_text(json, asset_name(report, history->still[i]));
    hpm_json_end_array(json);
    hpm_json_end_object(json);
}

/* ---- Reverse stress ----------------------------------------------------------------------- */

static void put_units(hpm_json *json, const hpm_stress_report *report)
{
    const hpm_reverse *reverse = report->reverse;
    hpm_json_key(json, "units");
    hpm_json_begin_object(json);
    hpm_json_key(json, "price_ranges");
    hpm_json_begin_array(json);
    for (uint32_t c = 0; c < reverse->coin_count; c++) {
        uint32_t asset = reverse->coins[c];
        hpm_json_one_line(json);
        hpm_json_begin_object(json);
        hpm_json_put_text(json, "asset", asset_name(report, asset));
        hpm_json_put_real(json, "price_range",
                          report->head.array->underlying_rule[asset]->price_range);
        hpm_json_end_object(json);
    }
    hpm_json_end_array(json);
    hpm_json_put_text(json, "vol_unit", reverse->vol_points ? "points" : "relative");
    hpm_json_put_real(json, "vol_up", reverse->vol_up);
    hpm_json_put_real(json, "vol_down", reverse->vol_down);
    hpm_json_end_object(json);
}

static void put_pattern(hpm_json *json, const hpm_stress_report *report, uint32_t index)
{
    const hpm_reverse_pattern *pattern = &report->reverse->patterns[index];
    hpm_json_put_text(json, "pattern", hpm_reverse_kinds[pattern->kind]);
    hpm_json_key(json, "coin");
    if (pattern->coin == HPM_NONE)
        hpm_json_null(json);
    else
        hpm_json_text(json, asset_name(report, report->reverse->coins[pattern->coin]));
}

static void put_point(hpm_json *json, const hpm_stress_report *report,
                      const hpm_reverse_point *point)
{
    const hpm_reverse *reverse = report->reverse;
    hpm_json_put_real(json, "norm", point->norm);
    hpm_json_put_real(json, "price_ranges", point->price);
    hpm_json_put_real(json, "vol_units", point->vol);
    hpm_json_key(json, "moves");
    hpm_json_begin_array(json);
    for (uint32_t c = 0; c < reverse->coin_count; c++) {
        hpm_json_one_line(json);
        hpm_json_begin_object(json);
        hpm_json_put_text(json, "asset", asset_name(report, reverse->coins[c]));
        hpm_json_put_real(json, "price", hpm_reverse_price_move(reverse, point, c));
        hpm_json_put_real(json, reverse->vol_points ? "vol_add" : "vol",
                          hpm_reverse_vol_move(reverse, point, c));
        hpm_json_end_object(json);
    }
    hpm_json_end_array(json);
}

static void put_mildest(hpm_json *json, const hpm_stress_report *report)
{
    const hpm_reverse *reverse = report->reverse;
    hpm_json_key(json, "mildest");
    if (!reverse->best.found) {
        hpm_json_null(json);
        return;
    }
    hpm_json_begin_object(json);
    put_pattern(json, report, reverse->best.point.pattern);
    put_point(json, report, &reverse->best.point);
    put_margin(json, reverse->after.equity, reverse->after.initial, reverse->after.maintenance);
    hpm_json_end_object(json);
}

static void put_axes(hpm_json *json, const hpm_stress_report *report)
{
    static const char *const names[] = {"price_down", "price_up", "vol_down", "vol_up"};
    const hpm_reverse *reverse = report->reverse;
    hpm_json_key(json, "axes");
    hpm_json_begin_array(json);
    for (uint32_t p = 0; p < reverse->pattern_count; p++) {
        for (uint32_t a = 0; a < HPM_REVERSE_AXES; a++) {
            const hpm_reverse_find *find = &reverse->axes[p][a];
            if (!find->searched) continue;
            hpm_json_begin_object(json);
            put_pattern(json, report, p);
            hpm_json_put_text(json, "axis", names[a]);
            hpm_json_put_bool(json, "found", find->found);
            if (find->found) put_point(json, report, &find->point);
            hpm_json_end_object(json);
        }
    }
    hpm_json_end_array(json);
}

static void put_reverse(hpm_json *json, const hpm_stress_report *report)
{
    const hpm_reverse *reverse = report->reverse;
    hpm_json_key(json, "reverse");
    if (reverse == NULL) {
        hpm_json_null(json);
        return;
    }
    hpm_json_begin_object(json);
    hpm_json_put_text(json, "target",
                      reverse->target == HPM_REVERSE_EQUITY ? "equity" : "maintenance");
    hpm_json_put_bool(json, "met_before", reverse->met_before);
    put_units(json, report);
    put_mildest(json, report);
    put_axes(json, report);
    hpm_json_put_int(json, "evaluations", (int64_t)reverse->evaluations);
    hpm_json_end_object(json);
}

static void put_skipped(hpm_json *json, const hpm_stress_report *report)
{
    hpm_json_key(json, "skipped_legs");
    hpm_json_begin_array(json);
    for (uint32_t i = 0; i < report->skipped_count; i++) {
        hpm_json_one_line(json);
        hpm_json_begin_object(json);
        hpm_json_put_text(json, "leg", report->skipped[i].name);
        hpm_json_put_text(json, "reason", report->skipped[i].reason);
        hpm_json_end_object(json);
    }
    hpm_json_end_array(json);
}

void hpm_stress_report_json(hpm_json *json, const hpm_stress_report *report)
{
    const hpm_margin *before = &report->stress->before;
    hpm_json_begin_object(json);
    hpm_json_put_text(json, "schema", HPM_STRESS_REPORT_SCHEMA);
    hpm_head_json(json, &report->head);
    hpm_json_put_text(json, "currency", hpm_head_currency(&report->head));
    hpm_json_key(json, "before");
    hpm_json_begin_object(json);
    put_margin(json, before->equity, before->initial, before->maintenance);
    hpm_json_end_object(json);
    put_results(json, report);
    put_history(json, report);
    put_reverse(json, report);
    put_skipped(json, report);
    hpm_json_end_object(json);
}
