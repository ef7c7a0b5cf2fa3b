/* Tables about a surface: what it says of each expiry, what its quotes say of it, and its check for
 * arbitrage. */
#include <math.h>

#include "html.h"
#include "html_surface.h"

/* ---- Tiles -------------------------------------------------------------------------------- */

/* Sums over the expiries that are shown. */
typedef struct quote_sums {
    uint32_t quotes, used, judged, inside, mark_inside;
    int has_marks; /* the venue's own volatilities are known */
    uint32_t of_state[HPM_SLICE_NONE + 1];
} quote_sums;

static quote_sums sums_of(const hpm_surface_part *part)
{
    quote_sums sums = {0};
    for (uint32_t i = 0; i < part->shown_count; i++) {
        const hpm_slice *slice = hpm_part_slice(part, part->shown[i]);
        sums.quotes += slice->quotes;
        sums.used += slice->used;
        sums.judged += slice->judged;
        sums.inside += slice->inside;
        sums.mark_inside += slice->mark_inside;
        sums.has_marks |= isfinite(slice->mark_rmse) != 0;
        sums.of_state[slice->state]++;
    }
    return sums;
}

static void tile_begin(FILE *stream, const char *name)
{
    fprintf(stream, "<div><dt>%s</dt><dd>", name);
}

static void tile_end(FILE *stream)
{
    fputs("</dd></div>\n", stream);
}

static void count_tile(FILE *stream, const char *name, uint32_t count)
{
    tile_begin(stream, name);
    hpm_html_plain(stream, count, 0);
    tile_end(stream);
}

static void share_tile(FILE *stream, const char *name, uint32_t part, uint32_t whole)
{
    if (whole == 0) return;
    tile_begin(stream, name);
    hpm_html_plain(stream, 100.0 * part / whole, 1);
    fputs(" %", stream);
    tile_end(stream);
}

static void states_tile(FILE *stream, const quote_sums *sums)
{
    int is_first = 1;
    fputs("<div class=\"words\"><dt>Expiries</dt><dd>", stream);
    for (int state = 0; state <= HPM_SLICE_NONE; state++) {
        if (sums->of_state[state] == 0) continue;
        fprintf(stream, "%s%u %s", is_first ? "" : ", ", sums->of_state[state],
                hpm_slice_states[state]);
        is_first = 0;
    }
    tile_end(stream);
}

/* The shape of all expiries together. */
static void across_tiles(FILE *stream, const hpm_surface_part *part)
{
    if (part->across == HPM_NONE) return;
    const hpm_ssvi *across = &part->report->surface->across[part->across];
    if (isnan(across->rmse)) return;
    const double values[] = {across->rho, across->eta, across->gamma};
    static const char *const names[] = {"rho", "eta", "gamma"};
    fputs("<dl class=\"tiles small\">\n", stream);
    for (int i = 0; i < 3; i++) {
        fprintf(stream, "<div><dt>SSVI %s</dt><dd>", names[i]);
        hpm_html_real(stream, values[i], 4, "across/%u/%s", part->across, names[i]);
        tile_end(stream);
    }
    tile_begin(stream, "SSVI from quotes");
    hpm_html_rate(stream, across->rmse, "across/%u/rmse", part->across);
    tile_end(stream);
    fputs("</dl>\n", stream);
}

static void time_tile(FILE *stream, const hpm_surface_part *part)
{
    char time[HPM_FORMAT_SIZE];
    hpm_format_time(time, part->report->surface->now_ns);
    tile_begin(stream, "Time");
    fputs(time, stream);
    tile_end(stream);
}

void hpm_html_surface_tiles(FILE *stream, const hpm_surface_part *part)
{
    const quote_sums sums = sums_of(part);
    fputs("<dl class=\"tiles\">\n", stream);
    time_tile(stream, part);
    states_tile(stream, &sums);
    if (sums.quotes > 0) {
        count_tile(stream, "Quotes", sums.quotes);
        count_tile(stream, "Used", sums.used);
    }
    share_tile(stream, "Inside bid and ask", sums.inside, sums.judged);
    if (sums.has_marks) share_tile(stream, "Venue's mark inside", sums.mark_inside, sums.judged);
    fputs("</dl>\n", stream);
    across_tiles(stream, part);
}

void hpm_html_surface_check_tiles(FILE *stream, const hpm_surface_part *part)
{
    const hpm_surface_report *report = part->report;
    const quote_sums sums = sums_of(part);
    hpm_slice_tally all = {0};
    uint32_t free_count = 0;
    for (uint32_t i = 0; i < part->drawn_count; i++)
        free_count += hpm_slice_is_free(&report->checks[part->drawn[i]]) != 0;
    for (uint32_t i = 0; i < part->shown_count && report->tallies != NULL; i++) {
        const hpm_slice_tally *tally = &report->tallies[part->shown[i]];
        all.judged += tally->judged;
        all.inside += tally->inside;
        all.marked += tally->marked;
        all.mark_inside += tally->mark_inside;
    }
    fputs("<dl class=\"tiles\">\n", stream);
    time_tile(stream, part);
    states_tile(stream, &sums);
    tile_begin(stream, "Free of arbitrage");
    fprintf(stream, "%u of %u", free_count, part->drawn_count);
    tile_end(stream);
    share_tile(stream, "Inside bid and ask", all.inside, all.judged);
    share_tile(stream, "Venue's mark inside", all.mark_inside, all.marked);
    fputs("</dl>\n", stream);
}

/* ---- Cells -------------------------------------------------------------------------------- */

static void name_cell(hpm_html_table *table, const hpm_surface_part *part, uint32_t slice)
{
    char name[HPM_FORMAT_SIZE];
    hpm_expiry_format(name, hpm_part_slice(part, slice)->expiry_ns);
    hpm_html_cell_text(table, name);
}

static void real_cell(hpm_html_table *table, double value, int decimals, uint32_t place,
                      const char *key)
{
    hpm_html_cell_begin(table);
    hpm_html_real(table->stream, value, decimals, "slices/%u/%s", place, key);
    hpm_html_cell_end(table);
}

static void rate_cell(hpm_html_table *table, double value, uint32_t place, const char *key)
{
    hpm_html_cell_begin(table);
    hpm_html_rate(table->stream, value, "slices/%u/%s", place, key);
    hpm_html_cell_end(table);
}

static void count_cell(hpm_html_table *table, uint32_t count, uint32_t place, const char *key)
{
    hpm_html_cell_begin(table);
    hpm_html_count(table->stream, count, "slices/%u/%s", place, key);
    hpm_html_cell_end(table);
}

void hpm_html_slice_state(FILE *stream, const hpm_slice *slice, uint32_t place)
{
    /* By state; plain where all is well. */
    static const char *const classes[] = {"", "badge warn", "badge warn", "badge warn", "badge no"};
    fprintf(stream, "<span class=\"%s\" data-key=\"slices/%u/state\">%s</span>",
            classes[slice->state], place, hpm_slice_states[slice->state]);
}

/* ---- Expiries ----------------------------------------------------------------------------- */

/* A short bar below a figure. */
static void meter(FILE *stream, const hpm_scale *scale, double value, const char *name)
{
    fputs("<span class=\"meter\">", stream);
    hpm_html_bar(stream, scale, 0, value, name);
    fputs("</span>", stream);
}

static void confidence_cell(hpm_html_table *table, const hpm_slice *slice, uint32_t place)
{
    static const hpm_scale whole = {0, 1};
    hpm_html_cell_begin(table);
    hpm_html_share(table->stream, slice->confidence, "slices/%u/confidence", place);
    meter(table->stream, &whole, slice->confidence, "initial");
    hpm_html_cell_end(table);
}

/* The bar is full where confidence has gone; of a surface that was read, at the oldest. */
static hpm_scale age_scale(const hpm_surface_part *part)
{
    hpm_scale scale = hpm_scale_zero();
    for (uint32_t i = 0; i < part->shown_count; i++)
        hpm_scale_add(&scale, hpm_part_slice(part, part->shown[i])->age_s);
    if (part->report->rules != NULL) scale.high = part->report->rules->hard_age_s;
    return scale;
}

static void age_cell(hpm_html_table *table, const hpm_surface_part *part, uint32_t slice)
{
    const hpm_scale scale = age_scale(part);
    const hpm_surface_rules *rules = part->report->rules;
    const double age_s = hpm_part_slice(part, slice)->age_s;
    const int is_old = rules != NULL && age_s > rules->soft_age_s;
    hpm_html_cell_begin(table);
    hpm_html_real(table->stream, age_s, 0, "slices/%u/age_s", hpm_part_place(part, slice));
    meter(table->stream, &scale, age_s, is_old ? "loss" : "maintenance");
    hpm_html_cell_end(table);
}

static void inside_cell(hpm_html_table *table, const hpm_slice *slice)
{
    hpm_html_cell_begin(table);
    hpm_html_plain(table->stream, 100.0 * slice->inside / slice->judged, 1);
    if (slice->judged > 0) fputs(" %", table->stream);
    hpm_html_cell_end(table);
}

static void expiry_row(hpm_html_table *table, const hpm_surface_part *part, uint32_t slice)
{
    const hpm_slice *of = hpm_part_slice(part, slice);
    const hpm_slice_figures *figures = hpm_part_figures(part, slice);
    const uint32_t place = hpm_part_place(part, slice);
    hpm_html_row_begin(table, "");
    name_cell(table, part, slice);
    real_cell(table, hpm_slice_days(part->report->surface, of), 1, place, "days");
    real_cell(table, of->forward.value, 2, place, "forward");
    rate_cell(table, figures->atm_vol, place, "atm_vol");
    rate_cell(table, figures->risk_reversal, place, "risk_reversal_25");
    rate_cell(table, figures->butterfly, place, "butterfly_25");
    confidence_cell(table, of, place);
    age_cell(table, part, slice);
    inside_cell(table, of);
    rate_cell(table, of->mark_rmse, place, "mark_rmse");
    hpm_html_cell_begin(table);
    hpm_html_slice_state(table->stream, of, place);
    hpm_html_cell_end(table);
    hpm_html_row_end(table);
}

/* ---- Points of the smiles ----------------------------------------------------------------- */

static void point_cell(hpm_html_table *table, const hpm_slice_point *point, uint32_t place,
                       uint32_t index)
{
    hpm_html_cell_begin(table);
    hpm_html_rate(table->stream, point->vol, "slices/%u/smile/%u/vol", place, index);
    fputs("<small>at ", table->stream);
    hpm_html_real(table->stream, point->strike, 2, "slices/%u/smile/%u/strike", place, index);
    fputs("</small>", table->stream);
    hpm_html_cell_end(table);
}

static void points_table(FILE *stream, const hpm_surface_part *part)
{
    static const char *const titles[] = {"expiry",        "10-delta put",  "25-delta put", "50",
                                         "25-delta call", "10-delta call", "forward",      NULL};
    hpm_html_table table;
    hpm_html_table_begin(&table, stream, "volatilities by expiry and delta", titles);
    for (uint32_t i = 0; i < part->shown_count; i++) {
        const uint32_t slice = part->shown[i], place = hpm_part_place(part, slice);
        const hpm_slice_figures *figures = hpm_part_figures(part, slice);
        hpm_html_row_begin(&table, "");
        name_cell(&table, part, slice);
        for (uint32_t p = 0; p < HPM_SLICE_POINTS; p++)
            point_cell(&table, &figures->at[p], place, p);
        rate_cell(&table, figures->forward_vol, place, "forward_vol");
        hpm_html_row_end(&table);
    }
    hpm_html_table_end(&table);
}

/* ---- How the fit agrees with its quotes --------------------------------------------------- */

static void quality_row(hpm_html_table *table, const hpm_surface_part *part, uint32_t slice)
{
    const hpm_slice *of = hpm_part_slice(part, slice);
    const uint32_t place = hpm_part_place(part, slice);
    hpm_html_row_begin(table, "");
    name_cell(table, part, slice);
    count_cell(table, of->quotes, place, "quotes");
    count_cell(table, of->two_sided, place, "two_sided");
    count_cell(table, of->used, place, "used");
    count_cell(table, of->judged, place, "judged");
    count_cell(table, of->inside, place, "inside");
    count_cell(table, of->mark_inside, place, "mark_inside");
    rate_cell(table, of->spread_vol, place, "spread_vol");
    rate_cell(table, of->repair_vol, place, "repair_vol");
    rate_cell(table, of->rate_annual, place, "rate");
    hpm_html_row_end(table);
}

static void quality_table(FILE *stream, const hpm_surface_part *part)
{
    static const char *const titles[] = {"expiry", "quotes", "two-sided",   "used",
                                         "judged", "inside", "mark inside", "spread",
                                         "repair", "rate",   NULL};
    hpm_html_table table;
    hpm_html_table_begin(&table, stream, "quotes by expiry", titles);
    for (uint32_t i = 0; i < part->shown_count; i++)
        quality_row(&table, part, part->shown[i]);
    hpm_html_table_end(&table);
}

void hpm_html_surface_expiries(FILE *stream, const hpm_surface_part *part)
{
    static const char *const titles[] = {
        "expiry",     "days",   "forward", "ATM vol",   "25-delta skew", "25-delta butterfly",
        "confidence", "age, s", "inside",  "from mark", "state",         NULL};
    hpm_html_table table;
    hpm_html_section_begin(
        stream, "Expiries",
        "Skew: volatility of the 25-delta call less the put's. Butterfly: their mean less that at "
        "the money. Inside: two-sided quotes of delta 0.05 to 0.95 with the fit between bid and "
        "ask. From mark: root mean square of the fit less the venue's volatility.");
    hpm_html_table_begin(&table, stream, "expiries", titles);
    for (uint32_t i = 0; i < part->shown_count; i++)
        expiry_row(&table, part, part->shown[i]);
    hpm_html_table_end(&table);
    fputs("<details><summary>Volatilities by delta</summary>\n", stream);
    points_table(stream, part);
    fputs("</details>\n<details><summary>Quotes, rates and repairs</summary>\n", stream);
    quality_table(stream, part);
    fputs("</details>\n", stream);
    hpm_html_section_end(stream);
}

/* ---- Arbitrage ---------------------------------------------------------------------------- */

/* Against quotes: how many are inside, of how many; and how many of the venue's own marks. */
static void tally_cells(hpm_html_table *table, const hpm_slice_tally *tally, uint32_t place)
{
    count_cell(table, tally->judged, place, "quotes/judged");
    count_cell(table, tally->inside, place, "quotes/inside");
    count_cell(table, tally->mark_inside, place, "quotes/mark_inside");
    rate_cell(table, tally->mark_rmse, place, "quotes/mark_rmse");
}

/* The check's own numbers, rounded where they are large enough to be read. */
static void check_cells(hpm_html_table *table, const hpm_slice_check *check, uint32_t place)
{
    const int has_step = !isnan(check->step_at);
    real_cell(table, check->least_density, 6, place, "least_density");
    real_cell(table, check->density_at, 3, place, "density_at");
    real_cell(table, has_step ? check->least_step : NAN, 6, place, "least_step");
    real_cell(table, check->step_at, 3, place, "step_at");
    hpm_html_cell_begin(table);
    fprintf(table->stream, "<data data-key=\"slices/%u/certain\" value=\"%s\">%s</data>", place,
            check->certain ? "true" : "false", check->certain ? "everywhere" : "at the places");
    hpm_html_cell_end(table);
    hpm_html_cell_begin(table);
    hpm_html_verdict(table->stream, hpm_slice_is_free(check), "slices/%u/is_free", place);
    hpm_html_cell_end(table);
}

static void check_row(hpm_html_table *table, const hpm_surface_part *part, uint32_t slice)
{
    const hpm_surface_report *report = part->report;
    const uint32_t place = hpm_part_place(part, slice);
    hpm_html_row_begin(table, "");
    name_cell(table, part, slice);
    if (hpm_part_slice(part, slice)->state != HPM_SLICE_NONE) {
        check_cells(table, &report->checks[slice], place);
    } else {
        for (int i = 0; i < 6; i++)
            hpm_html_cell_text(table, "–");
    }
    if (report->tallies != NULL) tally_cells(table, &report->tallies[slice], place);
    hpm_html_row_end(table);
}

void hpm_html_surface_checks(FILE *stream, const hpm_surface_part *part)
{
    static const char *const alone[] = {"expiry", "least density", "at",     "least step",
                                        "at",     "proved for",    "result", NULL};
    static const char *const judged[] = {"expiry", "least density", "at",        "least step",
                                         "at",     "proved for",    "result",    "judged",
                                         "inside", "mark inside",   "from mark", NULL};
    hpm_html_table table;
    hpm_html_section_begin(
        stream, "Arbitrage",
        "Density: the sign of the risk-neutral density, least of 400 strikes within 6 standard "
        "deviations; below zero a butterfly costs less than nothing. Step: total variance less "
        "that of the expiry before, least of 400 places; below zero a calendar spread does. At: "
        "ln(strike / forward).");
    hpm_html_table_begin(&table, stream, "check for arbitrage",
                         part->report->tallies != NULL ? judged : alone);
    for (uint32_t i = 0; i < part->shown_count; i++)
        check_row(&table, part, part->shown[i]);
    hpm_html_table_end(&table);
    hpm_html_section_end(stream);
}
