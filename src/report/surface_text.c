/* A surface for people: what was fitted, and what it says. */
#include "surface_text.h"

#include <inttypes.h>
#include <math.h>

#include "colour_codes.h"
#include "format.h"

/* ---- Pieces ------------------------------------------------------------------------------- */

void hpm_surface_line(FILE *stream, const char *name, const char *text)
{
    fprintf(stream, "%-10s%s\n", name, text);
}

void hpm_surface_head(FILE *stream, const char *name, const hpm_surface_report *report)
{
    char time[HPM_FORMAT_SIZE], hash[HPM_HASH_TEXT];
    hpm_format_time(time, report->surface->now_ns);
    hpm_hash_format(hash, &report->surface->hash);
    fprintf(stream, "%-10s%s  %s\n", name, report->name, time);
    if (report->source[0] != '\0') hpm_surface_line(stream, "", report->source);
    hpm_surface_line(stream, "", hash);
}

void hpm_surface_heading(FILE *stream, const char *text, int colour)
{
    fprintf(stream, "\n%s%s%s\n", hpm_colour_code(HPM_COLOUR_BOLD, colour), text,
            hpm_colour_code(HPM_COLOUR_NONE, colour));
}

void hpm_slice_name_cell(hpm_table *table, const hpm_slice *slice)
{
    char time[HPM_FORMAT_SIZE];
    hpm_expiry_format(time, slice->expiry_ns);
    hpm_table_cell(table, "%s %s", slice->underlying, time);
}

void hpm_real_cell(hpm_table *table, double value, const char *format)
{
    char text[HPM_FORMAT_SIZE] = "-";
    if (!isnan(value)) snprintf(text, sizeof text, format, value);
    hpm_table_cell(table, "%s", text);
}

void hpm_strike_format(char text[HPM_FORMAT_SIZE], double value)
{
    if (isnan(value))
        snprintf(text, HPM_FORMAT_SIZE, "-");
    else if (value < 1000)
        hpm_format_short(text, value);
    else
        hpm_format_whole(text, value);
}

void hpm_price_cell(hpm_table *table, double value)
{
    char text[HPM_FORMAT_SIZE] = "-";
    if (!isnan(value)) hpm_format_short(text, value);
    hpm_table_cell(table, "%s", text);
}

void hpm_vol_cell(hpm_table *table, double value)
{
    hpm_real_cell(table, 100 * value, "%.2f");
}

void hpm_vol_move_cell(hpm_table *table, double value)
{
    hpm_real_cell(table, 100 * value, "%+.2f");
}

int hpm_surface_table(FILE *stream, hpm_table *table, int colour)
{
    int done = hpm_table_print(stream, table, colour);
    hpm_table_free(table);
    return done;
}

/* ---- Slices ------------------------------------------------------------------------------- */

static void slice_row(hpm_table *table, const hpm_surface_report *report, uint32_t place)
{
    const hpm_slice *slice = &report->surface->slices[place];
    const hpm_slice_figures *figures = &report->figures[place];
    hpm_slice_name_cell(table, slice);
    hpm_table_cell(table, "%.1f", hpm_slice_days(report->surface, slice));
    hpm_price_cell(table, slice->forward.value);
    hpm_vol_cell(table, figures->atm_vol);
    hpm_vol_cell(table, figures->forward_vol);
    hpm_vol_move_cell(table, figures->risk_reversal);
    hpm_vol_move_cell(table, figures->butterfly);
    hpm_table_cell(table, "%.2f", slice->confidence);
    hpm_real_cell(table, slice->state == HPM_SLICE_NONE ? NAN : slice->age_s,
                  slice->age_s < 10 ? "%.1f" : "%.0f");
    hpm_table_cell(table, "%s", hpm_slice_states[slice->state]);
}

static int slices_print(FILE *stream, const hpm_surface_report *report)
{
    static const char *const titles[] = {"expiry", "days",  "forward", "ATM vol", "fwd vol",
                                         "RR 25",  "BF 25", "trust",   "age s",   "state"};
    hpm_table table;
    hpm_table_begin(&table, 10, 1, titles);
    for (uint32_t i = 0; i < report->surface->slice_count; i++)
        if (hpm_surface_is_shown(report, i)) slice_row(&table, report, i);
    hpm_surface_heading(stream, "expiries, volatilities in percent", report->colour);
    return hpm_surface_table(stream, &table, report->colour);
}

/* ---- Smiles at deltas --------------------------------------------------------------------- */

static void point_cell(hpm_table *table, const hpm_slice_point *point)
{
    char strike[HPM_FORMAT_SIZE];
    if (isnan(point->vol)) {
        hpm_table_cell(table, "-");
        return;
    }
    hpm_strike_format(strike, point->strike);
    hpm_table_cell(table, "%.2f %s", 100 * point->vol, strike);
}

static int points_print(FILE *stream, const hpm_surface_report *report)
{
    static const char *const titles[] = {"expiry", "put 10", "put 25", "50", "call 25", "call 10"};
    hpm_table table;
    hpm_table_begin(&table, 6, 1, titles);
    for (uint32_t i = 0; i < report->surface->slice_count; i++) {
        if (!hpm_surface_is_shown(report, i)) continue;
        hpm_slice_name_cell(&table, &report->surface->slices[i]);
        for (uint32_t p = 0; p < HPM_SLICE_POINTS; p++)
            point_cell(&table, &report->figures[i].at[p]);
    }
    hpm_surface_heading(stream, "smiles by delta: volatility and strike", report->colour);
    return hpm_surface_table(stream, &table, report->colour);
}

int hpm_surface_show_text(FILE *stream, const hpm_surface_report *report)
{
    hpm_surface_head(stream, "surface", report);
    return slices_print(stream, report) && points_print(stream, report);
}

/* ---- The fit ------------------------------------------------------------------------------ */

static void share_cell(hpm_table *table, uint32_t part, uint32_t whole)
{
    if (whole == 0)
        hpm_table_cell(table, "-");
    else
        hpm_table_cell(table, "%.1f %%", 100.0 * part / whole);
}

static void quality_row(hpm_table *table, const hpm_slice *slice)
{
    hpm_slice_name_cell(table, slice);
    hpm_table_cell(table, "%" PRIu32, slice->quotes);
    hpm_table_cell(table, "%" PRIu32, slice->two_sided);
    hpm_table_cell(table, "%" PRIu32, slice->used);
    hpm_table_cell(table, "%" PRIu32, slice->judged);
    share_cell(table, slice->inside, slice->judged);
    share_cell(table, slice->mark_inside, slice->judged);
    hpm_vol_cell(table, slice->mark_rmse);
    hpm_vol_cell(table, slice->spread_vol);
    if (slice->state == HPM_SLICE_REPAIRED)
        hpm_vol_cell(table, slice->repair_vol);
    else
        hpm_table_cell(table, "-");
}

static void total_row(hpm_table *table, const hpm_surface *surface)
{
    hpm_slice all = {0};
    for (uint32_t i = 0; i < surface->slice_count; i++) {
        const hpm_slice *slice = &surface->slices[i];
        all.quotes += slice->quotes;
        all.two_sided += slice->two_sided;
        all.used += slice->used;
        all.judged += slice->judged;
        all.inside += slice->inside;
        all.mark_inside += slice->mark_inside;
    }
    hpm_table_cell(table, "all");
    hpm_table_cell(table, "%" PRIu32, all.quotes);
    hpm_table_cell(table, "%" PRIu32, all.two_sided);
    hpm_table_cell(table, "%" PRIu32, all.used);
    hpm_table_cell(table, "%" PRIu32, all.judged);
    share_cell(table, all.inside, all.judged);
    share_cell(table, all.mark_inside, all.judged);
    for (int i = 0; i < 3; i++)
        hpm_table_cell(table, "%s", "");
}

static int quality_print(FILE *stream, const hpm_surface_report *report)
{
    static const char *const titles[] = {"expiry", "options",  "two-sided", "used",   "judged",
                                         "inside", "marks in", "rmse",      "spread", "repair"};
    hpm_table table;
    hpm_table_begin(&table, 10, 1, titles);
    for (uint32_t i = 0; i < report->surface->slice_count; i++)
        quality_row(&table, &report->surface->slices[i]);
    total_row(&table, report->surface);
    hpm_surface_heading(stream, "agreement with the quotes, in points of volatility",
                        report->colour);
    return hpm_surface_table(stream, &table, report->colour);
}

/* How many options count, and why the others do not. */
static void uses_print(FILE *stream, const hpm_surface_report *report)
{
    uint32_t count[HPM_USE_EXPIRED + 1] = {0};
    for (uint32_t i = 0; i < report->quotes->catalog->instrument_count; i++)
        if (report->quotes->catalog->instruments[i].kind == HPM_OPTION)
            count[report->fit->quote[i].use]++;
    hpm_surface_heading(stream, "quotes", report->colour);
    for (uint32_t use = 0; use <= HPM_USE_EXPIRED; use++)
        if (count[use] > 0)
            fprintf(stream, "  %-22s %6" PRIu32 "\n", hpm_quote_uses[use], count[use]);
}

static void across_print(FILE *stream, const hpm_surface_report *report)
{
    hpm_surface_heading(stream, "across expiries (SSVI)", report->colour);
    for (uint32_t i = 0; i < report->surface->underlying_count; i++) {
        const hpm_ssvi *across = &report->surface->across[i];
        if (isnan(across->rmse))
            fprintf(stream, "  %-8s not fitted\n", across->underlying);
        else
            fprintf(stream, "  %-8s rho %+.3f  eta %.3f  gamma %.3f  rmse %.2f points\n",
                    across->underlying, across->rho, across->eta, across->gamma,
                    100 * across->rmse);
    }
}

void hpm_surface_verdict(FILE *stream, const hpm_surface_report *report)
{
    int is_free = report->arbitrage_count == 0;
    fprintf(stream, "\n%sarbitrage: ",
            hpm_colour_code(is_free ? HPM_COLOUR_GREEN : HPM_COLOUR_RED, report->colour));
    if (is_free)
        fprintf(stream, "none");
    else
        fprintf(stream, "%" PRIu32 " of %" PRIu32 " expiries", report->arbitrage_count,
                report->surface->slice_count);
    fprintf(stream, "%s\n", hpm_colour_code(HPM_COLOUR_NONE, report->colour));
}

int hpm_surface_fit_text(FILE *stream, const hpm_surface_report *report)
{
    hpm_surface_head(stream, "surface", report);
    if (!slices_print(stream, report) || !quality_print(stream, report)) return 0;
    uses_print(stream, report);
    across_print(stream, report);
    hpm_surface_verdict(stream, report);
    return 1;
}
