/* What moved between two surfaces, for programs and for people. */
#include "surface_report.h"

#include <assert.h>

/* The slice and its figures on one side; NULL: not there. */
typedef struct side {
    const hpm_slice *slice;
    const hpm_slice_figures *figures;
} side;

static side side_of(const hpm_surface_report *report, uint32_t place)
{
    if (place == HPM_NONE) return (side){NULL, NULL};
    return (side){&report->surface->slices[place], &report->figures[place]};
}

/* ---- For programs ------------------------------------------------------------------------- */

static void put_surface(hpm_json *json, const char *key, const hpm_surface_report *report)
{
    hpm_json_key(json, key);
    hpm_json_begin_object(json);
    hpm_json_put_text(json, "name", report->name);
    hpm_json_put_text(json, "source", report->source);
    hpm_json_put_time(json, "time", report->surface->now_ns);
    hpm_json_key(json, "hash");
    hpm_json_hash(json, &report->surface->hash);
    hpm_json_key(json, "quotes_hash");
    hpm_json_hash(json, &report->surface->quotes_hash);
    hpm_json_end_object(json);
}

static void put_side(hpm_json *json, const char *key, const side *of)
{
    hpm_json_key(json, key);
    if (!of->slice) {
        hpm_json_null(json);
        return;
    }
    hpm_json_one_line(json);
    hpm_json_begin_object(json);
    hpm_json_put_text(json, "state", hpm_slice_states[of->slice->state]);
    hpm_json_put_real(json, "forward", of->slice->forward.value);
    hpm_json_put_real(json, "rate", of->slice->rate_annual);
    hpm_json_put_real(json, "atm_vol", of->figures->atm_vol);
    hpm_json_put_real(json, "risk_reversal_25", of->figures->risk_reversal);
    hpm_json_put_real(json, "butterfly_25", of->figures->butterfly);
    hpm_json_put_real(json, "confidence", of->slice->confidence);
    hpm_json_put_real(json, "age_s", of->slice->age_s);
    hpm_json_end_object(json);
}

static void put_row(hpm_json *json, const side *before, const side *after, hpm_slice_change change)
{
    const hpm_slice *slice = change == HPM_SLICE_VANISHED ? before->slice : after->slice;
    assert(slice);
    hpm_json_begin_object(json);
    hpm_json_put_text(json, "underlying", slice->underlying);
    hpm_json_put_time(json, "expiry", slice->expiry_ns);
    hpm_json_put_text(json, "change", hpm_slice_changes[change]);
    put_side(json, "before", before);
    put_side(json, "after", after);
    hpm_json_end_object(json);
}

void hpm_surface_diff_json(hpm_json *json, const hpm_surface_diff *diff)
{
    hpm_json_begin_object(json);
    hpm_json_put_text(json, "schema", HPM_SURFACE_DIFF_SCHEMA);
    hpm_json_put_bool(json, "is_equal", diff->is_equal);
    put_surface(json, "before", &diff->before);
    put_surface(json, "after", &diff->after);
    hpm_json_key(json, "slices");
    hpm_json_begin_array(json);
    for (uint32_t i = 0; i < diff->row_count; i++) {
        side before = side_of(&diff->before, diff->rows[i].before);
        side after = side_of(&diff->after, diff->rows[i].after);
        put_row(json, &before, &after, diff->rows[i].change);
    }
    hpm_json_end_array(json);
    hpm_json_end_object(json);
}
