/* What moved between two surfaces, for programs and for people. */
#include <assert.h>
#include <inttypes.h>
#include <math.h>

#include "format.h"
#include "io/rows.h"
#include "surface_text.h"

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
    hpm_surface_json_head(json, report);
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
    hpm_json_put_text(json, "state", hpm_slice_state_names[of->slice->state]);
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
    hpm_slice_json_name(json, slice);
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

/* ---- For people --------------------------------------------------------------------------- */

/* "43.20 +0.55": where it is now, and by how much it moved in points. */
static void moved_cell(hpm_table *table, double before, double after)
{
    if (isnan(before) || isnan(after))
        hpm_vol_cell(table, isnan(after) ? before : after);
    else
        hpm_table_cell(table, "%.2f %+.2f", 100 * after, 100 * (after - before));
}

static void forward_cell(hpm_table *table, const side *before, const side *after)
{
    char move[HPM_FORMAT_SIZE] = "", now[HPM_FORMAT_SIZE];
    double from = before->slice ? before->slice->forward.value : NAN;
    double to = after->slice ? after->slice->forward.value : NAN;
    hpm_strike_format(now, isnan(to) ? from : to);
    if (!isnan(to / from)) hpm_format_percent(move, to / from - 1, 1);
    hpm_table_cell(table, "%s%s%s", now, move[0] != '\0' ? " " : "", move);
}

/* That a slice moved, its figures say: the word is for all else. */
static void state_cell(hpm_table *table, const side *before, const side *after,
                       hpm_slice_change change)
{
    const hpm_slice *from = before->slice, *to = after->slice ? after->slice : before->slice;
    const char *word = change == HPM_SLICE_MOVED ? "" : hpm_slice_changes[change];
    assert(to);
    if (from && from->state != to->state)
        hpm_table_cell(table, "%s to %s", hpm_slice_states[from->state],
                       hpm_slice_states[to->state]);
    else
        hpm_table_cell(table, "%s%s%s", hpm_slice_states[to->state], word[0] != '\0' ? ", " : "",
                       word);
}

static void diff_row(hpm_table *table, const hpm_surface_diff *diff, uint32_t index)
{
    static const hpm_slice_figures unknown = {
        .atm_vol = NAN, .risk_reversal = NAN, .butterfly = NAN};
    const hpm_surface_diff_row *row = &diff->rows[index];
    side before = side_of(&diff->before, row->before), after = side_of(&diff->after, row->after);
    const hpm_slice_figures *from = before.slice ? before.figures : &unknown;
    const hpm_slice_figures *to = after.slice ? after.figures : &unknown;
    hpm_slice_name_cell(table, row->change == HPM_SLICE_VANISHED ? before.slice : after.slice);
    forward_cell(table, &before, &after);
    moved_cell(table, from->atm_vol, to->atm_vol);
    moved_cell(table, from->risk_reversal, to->risk_reversal);
    moved_cell(table, from->butterfly, to->butterfly);
    state_cell(table, &before, &after, row->change);
}

static int rows_print(FILE *stream, const hpm_surface_diff *diff)
{
    static const char *const titles[] = {"expiry", "forward", "ATM vol", "RR 25", "BF 25", "state"};
    hpm_table table;
    hpm_table_begin(&table, 6, 1, titles);
    for (uint32_t i = 0; i < diff->row_count; i++)
        if (diff->rows[i].change != HPM_SLICE_SAME) diff_row(&table, diff, i);
    hpm_surface_heading(stream, "expiries after, and by how much they moved", diff->colour);
    return hpm_surface_table(stream, &table, diff->colour);
}

/* Expiries that did not move are counted alone. */
static int changes_print(FILE *stream, const hpm_surface_diff *diff)
{
    uint32_t same = 0;
    for (uint32_t i = 0; i < diff->row_count; i++)
        same += diff->rows[i].change == HPM_SLICE_SAME;
    if (same < diff->row_count && !rows_print(stream, diff)) return 0;
    if (same == diff->row_count)
        fprintf(stream, "\n  nothing moved\n");
    else if (same > 0)
        fprintf(stream, "  and %" PRIu32 " the same\n", same);
    return 1;
}

int hpm_surface_diff_text(FILE *stream, const hpm_surface_diff *diff)
{
    hpm_surface_head(stream, "before", &diff->before);
    hpm_surface_head(stream, "after", &diff->after);
    if (!changes_print(stream, diff)) return 0;
    fprintf(stream, "\ncanonical forms: %s\n", diff->is_equal ? "equal" : "different");
    return 1;
}
