/* Whether a surface has arbitrage, and where, for programs and for people. */
#include <inttypes.h>
#include <math.h>

#include "colour_codes.h"
#include "io/rows.h"
#include "surface_text.h"

/* ---- For programs ------------------------------------------------------------------------- */

static void put_check(hpm_json *json, const hpm_slice_check *check)
{
    int has_step = !isnan(check->step_at);
    hpm_json_put_bool(json, "is_free", hpm_slice_is_free(check));
    hpm_json_put_bool(json, "certain", check->certain);
    hpm_json_put_real(json, "least_density", check->least_density);
    hpm_json_put_real(json, "density_at", check->density_at);
    hpm_json_put_real(json, "least_step", has_step ? check->least_step : NAN);
    hpm_json_put_real(json, "step_at", check->step_at);
}

static void put_tally(hpm_json *json, const hpm_slice_tally *tally)
{
    hpm_json_key(json, "quotes");
    hpm_json_one_line(json);
    hpm_json_begin_object(json);
    hpm_json_put_int(json, "judged", tally->judged);
    hpm_json_put_int(json, "inside", tally->inside);
    hpm_json_put_int(json, "marked", tally->marked);
    hpm_json_put_int(json, "mark_inside", tally->mark_inside);
    hpm_json_put_int(json, "vol_marked", tally->vol_marked);
    hpm_json_put_real(json, "mark_rmse", tally->mark_rmse);
    hpm_json_end_object(json);
}

void hpm_surface_check_json(hpm_json *json, const hpm_surface_report *report)
{
    hpm_json_begin_object(json);
    hpm_json_put_text(json, "schema", HPM_SURFACE_CHECK_SCHEMA);
    hpm_surface_json_head(json, report);
    hpm_json_put_int(json, "arbitrage_count", report->arbitrage_count);
    hpm_json_key(json, "slices");
    hpm_json_begin_array(json);
    for (uint32_t i = 0; i < report->surface->slice_count; i++) {
        const hpm_slice *slice = &report->surface->slices[i];
        hpm_json_begin_object(json);
        hpm_slice_json_name(json, slice);
        hpm_json_put_text(json, "state", hpm_slice_state_names[slice->state]);
        if (slice->state != HPM_SLICE_NONE) put_check(json, &report->checks[i]);
        if (report->tallies) put_tally(json, &report->tallies[i]);
        hpm_json_end_object(json);
    }
    hpm_json_end_array(json);
    hpm_json_end_object(json);
}

/* ---- For people --------------------------------------------------------------------------- */

static const char *verdict(const hpm_slice *slice, const hpm_slice_check *check)
{
    if (slice->state == HPM_SLICE_NONE) return "-";
    if (check->least_density < 0)
        return check->least_step < 0 ? "butterfly, calendar" : "butterfly";
    if (!hpm_slice_is_free(check)) return "calendar";
    return check->certain ? "free, proved" : "free";
}

static void check_row(hpm_table *table, const hpm_surface_report *report, uint32_t place)
{
    const hpm_slice *slice = &report->surface->slices[place];
    const hpm_slice_check *check = &report->checks[place];
    int is_known = slice->state != HPM_SLICE_NONE;
    hpm_slice_name_cell(table, slice);
    hpm_real_cell(table, is_known ? check->least_density : NAN, "%.4f");
    hpm_real_cell(table, is_known ? check->density_at : NAN, "%+.3f");
    hpm_real_cell(table, is_known && !isnan(check->step_at) ? check->least_step : NAN, "%.2e");
    hpm_real_cell(table, is_known ? check->step_at : NAN, "%+.3f");
    hpm_table_cell(table, "%s", verdict(slice, check));
}

static int checks_print(FILE *stream, const hpm_surface_report *report)
{
    static const char *const titles[] = {"expiry",     "least density", "at ln(K/F)",
                                         "least step", "at ln(K/F)",    "arbitrage"};
    hpm_table table;
    hpm_table_begin(&table, 6, 1, titles);
    for (uint32_t i = 0; i < report->surface->slice_count; i++)
        check_row(&table, report, i);
    hpm_surface_heading(stream, "density, and total variance above the expiry before",
                        report->colour);
    return hpm_surface_table(stream, &table, report->colour);
}

static void share_cell(hpm_table *table, uint32_t part, uint32_t whole)
{
    hpm_real_cell(table, whole > 0 ? 100.0 * part / whole : NAN, "%.1f %%");
}

static void tally_cells(hpm_table *table, const hpm_slice_tally *tally)
{
    hpm_table_cell(table, "%" PRIu32, tally->judged);
    hpm_table_cell(table, "%" PRIu32, tally->inside);
    share_cell(table, tally->inside, tally->judged);
    share_cell(table, tally->mark_inside, tally->marked);
}

static int tallies_print(FILE *stream, const hpm_surface_report *report)
{
    static const char *const titles[] = {"expiry", "judged",           "inside",
                                         "share",  "venue's marks in", "rmse"};
    hpm_slice_tally all = {0};
    hpm_table table;
    hpm_table_begin(&table, 6, 1, titles);
    for (uint32_t i = 0; i < report->surface->slice_count; i++) {
        const hpm_slice_tally *tally = &report->tallies[i];
        hpm_slice_name_cell(&table, &report->surface->slices[i]);
        tally_cells(&table, tally);
        hpm_vol_cell(&table, tally->mark_rmse);
        all.judged += tally->judged;
        all.inside += tally->inside;
        all.marked += tally->marked;
        all.mark_inside += tally->mark_inside;
    }
    hpm_table_cell(&table, "all");
    tally_cells(&table, &all);
    hpm_table_cell(&table, "%s", "");
    hpm_surface_heading(stream, "quotes of delta 0.05 to 0.95 with the surface inside bid and ask",
                        report->colour);
    return hpm_surface_table(stream, &table, report->colour);
}

int hpm_surface_check_text(FILE *stream, const hpm_surface_report *report)
{
    hpm_surface_head(stream, "surface", report);
    if (!checks_print(stream, report)) return 0;
    if (report->tallies && !tallies_print(stream, report)) return 0;
    hpm_surface_verdict(stream, report);
    return 1;
}
