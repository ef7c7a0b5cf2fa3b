/* What the reports on surfaces share, and their forms for programs. */
#include "surface_report.h"

#include <math.h>
#include <string.h>

#include "io/rows.h"

const char *const hpm_slice_states[] = {"fitted", "repaired", "sparse", "last good", "none"};
const char *const hpm_slice_changes[] = {"same", "moved", "new", "vanished"};
const char *const hpm_quote_uses[] = {
    [HPM_USE_TWO_SIDED] = "two-sided",
    [HPM_USE_ASK_ALONE] = "no bid",
    [HPM_USE_BID_ALONE] = "no ask",
    [HPM_USE_NO_QUOTE] = "no quote",
    [HPM_USE_CROSSED] = "crossed",
    [HPM_USE_NO_TIME_VALUE] = "no time value",
    [HPM_USE_ABOVE_BOUND] = "above any volatility",
    [HPM_USE_NO_FORWARD] = "no forward",
    [HPM_USE_STALE] = "stale",
    [HPM_USE_OUTLIER] = "outlier",
    [HPM_USE_EXPIRED] = "expired",
};

int hpm_surface_is_shown(const hpm_surface_report *report, uint32_t slice)
{
    return report->shown == NULL || report->shown[slice];
}

int hpm_slice_is_free(const hpm_slice_check *check)
{
    /* The first expiry of an underlying has none before it: its step says nothing. */
    return check->least_density >= 0 && (isnan(check->step_at) || check->least_step >= 0);
}

void hpm_expiry_format(char text[HPM_FORMAT_SIZE], int64_t expiry_ns)
{
    const char usual[] = " 08:00Z";
    hpm_format_time(text, expiry_ns);
    const size_t length = strlen(text);
    if (length > sizeof usual && strcmp(text + length - (sizeof usual - 1), usual) == 0)
        text[length - (sizeof usual - 1)] = '\0';
}

double hpm_slice_days(const hpm_surface *surface, const hpm_slice *slice)
{
    double days = (double)(slice->expiry_ns - surface->now_ns) / (double)HPM_DAY_NS;
    return days > 0 ? days : 0;
}

/* ---- hpm/surface-report/1 ----------------------------------------------------------------- */

void hpm_surface_json_head(hpm_json *json, const hpm_surface_report *report)
{
    hpm_json_put_text(json, "name", report->name);
    hpm_json_put_text(json, "source", report->source);
    hpm_json_put_time(json, "time", report->surface->now_ns);
    hpm_json_key(json, "hash");
    hpm_json_hash(json, &report->surface->hash);
}

void hpm_slice_json_name(hpm_json *json, const hpm_slice *slice)
{
    hpm_json_put_text(json, "underlying", slice->underlying);
    hpm_json_put_time(json, "expiry", slice->expiry_ns);
}

static void put_figures(hpm_json *json, const hpm_slice *slice, const hpm_slice_figures *figures)
{
    hpm_json_put_real(json, "forward", slice->forward.value);
    hpm_json_put_real(json, "rate", slice->rate_annual);
    hpm_json_put_real(json, "atm_vol", figures->atm_vol);
    hpm_json_put_real(json, "forward_vol", figures->forward_vol);
    hpm_json_put_real(json, "risk_reversal_25", figures->risk_reversal);
    hpm_json_put_real(json, "butterfly_25", figures->butterfly);
    hpm_json_put_text(json, "state", hpm_slice_state_names[slice->state]);
    hpm_json_put_real(json, "confidence", slice->confidence);
    hpm_json_put_real(json, "age_s", slice->age_s);
}

static void put_points(hpm_json *json, const hpm_slice_figures *figures)
{
    hpm_json_key(json, "smile");
    hpm_json_begin_array(json);
    for (uint32_t i = 0; i < HPM_SLICE_POINTS; i++) {
        hpm_json_one_line(json);
        hpm_json_begin_object(json);
        hpm_json_put_real(json, "call_delta", figures->at[i].call_delta);
        hpm_json_put_real(json, "log_moneyness", figures->at[i].log_moneyness);
        hpm_json_put_real(json, "strike", figures->at[i].strike);
        hpm_json_put_real(json, "vol", figures->at[i].vol);
        hpm_json_end_object(json);
    }
    hpm_json_end_array(json);
}

static void put_quality(hpm_json *json, const hpm_slice *slice)
{
    hpm_json_put_int(json, "quotes", slice->quotes);
    hpm_json_put_int(json, "two_sided", slice->two_sided);
    hpm_json_put_int(json, "used", slice->used);
    hpm_json_put_int(json, "judged", slice->judged);
    hpm_json_put_int(json, "inside", slice->inside);
    hpm_json_put_int(json, "mark_inside", slice->mark_inside);
    hpm_json_put_real(json, "mark_rmse", slice->mark_rmse);
    hpm_json_put_real(json, "spread_vol", slice->spread_vol);
    hpm_json_put_real(json, "repair_vol", slice->repair_vol);
}

static void put_slices(hpm_json *json, const hpm_surface_report *report)
{
    hpm_json_key(json, "slices");
    hpm_json_begin_array(json);
    for (uint32_t i = 0; i < report->surface->slice_count; i++) {
        const hpm_slice *slice = &report->surface->slices[i];
        if (!hpm_surface_is_shown(report, i)) continue;
        hpm_json_begin_object(json);
        hpm_slice_json_name(json, slice);
        hpm_json_put_real(json, "days", hpm_slice_days(report->surface, slice));
        put_figures(json, slice, &report->figures[i]);
        put_points(json, &report->figures[i]);
        put_quality(json, slice);
        hpm_json_end_object(json);
    }
    hpm_json_end_array(json);
}

void hpm_surface_report_json(hpm_json *json, const hpm_surface_report *report)
{
    const hpm_surface *surface = report->surface;
    hpm_json_begin_object(json);
    hpm_json_put_text(json, "schema", HPM_SURFACE_REPORT_SCHEMA);
    hpm_surface_json_head(json, report);
    hpm_json_key(json, "quotes_hash");
    hpm_json_hash(json, &surface->quotes_hash);
    put_slices(json, report);
    hpm_json_key(json, "across");
    hpm_json_begin_array(json);
    for (uint32_t i = 0; i < surface->underlying_count; i++) {
        const hpm_ssvi *across = &surface->across[i];
        hpm_json_one_line(json);
        hpm_json_begin_object(json);
        hpm_json_put_text(json, "underlying", across->underlying);
        hpm_json_put_real(json, "rho", across->rho);
        hpm_json_put_real(json, "eta", across->eta);
        hpm_json_put_real(json, "gamma", across->gamma);
        hpm_json_put_real(json, "rmse", across->rmse);
        hpm_json_end_object(json);
    }
    hpm_json_end_array(json);
    hpm_json_end_object(json);
}
