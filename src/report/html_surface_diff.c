/* The page about two surfaces: what moved from one to the other, as tables, as smiles over each
 * other and as their difference. */
#include <assert.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "html.h"
#include "html_surface.h"

#define POINTS            97 /* of a curve */
#define SMILE_HEIGHT      170
#define DIFFERENCE_HEIGHT 84
#define STRIKE_TICKS      6
#define VOL_TICKS         6
#define DIFFERENCE_TICKS  4
#define DEVIATIONS        2.5

/* The rows [first, end) of one underlying. */
typedef struct diff_part {
    const hpm_surface_diff *diff;
    uint32_t first, end;
} diff_part;

/* One side of a row; NULL: it is not there. */
static const hpm_slice *slice_of(const hpm_surface_report *report, uint32_t place)
{
    return place == HPM_NONE ? NULL : &report->surface->slices[place];
}

static const hpm_slice *before_of(const diff_part *part, uint32_t row)
{
    return slice_of(&part->diff->before, part->diff->rows[row].before);
}

static const hpm_slice *after_of(const diff_part *part, uint32_t row)
{
    return slice_of(&part->diff->after, part->diff->rows[row].after);
}

/* Either of them: they share underlying and expiry. */
static const hpm_slice *any_of(const diff_part *part, uint32_t row)
{
    const hpm_slice *after = after_of(part, row);
    const hpm_slice *slice = after != NULL ? after : before_of(part, row);
    assert(slice != NULL);
    return slice;
}

static int has_smile(const hpm_slice *slice)
{
    return slice != NULL && slice->state != HPM_SLICE_NONE;
}

/* ---- Table -------------------------------------------------------------------------------- */

typedef struct side_figures {
    double forward, atm_vol, risk_reversal, butterfly, confidence, age_s;
} side_figures;

/* By their names in the JSON form; volatilities are shown in percent. */
static const struct column {
    const char *key;
    size_t offset;
    int is_vol, decimals;
} columns[] = {
    {"forward", offsetof(side_figures, forward), 0, 2},
    {"atm_vol", offsetof(side_figures, atm_vol), 1, 2},
    {"risk_reversal_25", offsetof(side_figures, risk_reversal), 1, 2},
    {"butterfly_25", offsetof(side_figures, butterfly), 1, 2},
    {"confidence", offsetof(side_figures, confidence), 0, 3},
    {"age_s", offsetof(side_figures, age_s), 0, 0},
};

static side_figures figures_of(const hpm_surface_report *report, uint32_t place)
{
    const hpm_slice *slice = slice_of(report, place);
    if (slice == NULL) return (side_figures){NAN, NAN, NAN, NAN, NAN, NAN};
    const hpm_slice_figures *figures = &report->figures[place];
    return (side_figures){slice->forward.value, figures->atm_vol,  figures->risk_reversal,
                          figures->butterfly,   slice->confidence, slice->age_s};
}

static double value_of(const side_figures *figures, const struct column *column)
{
    double value;
    memcpy(&value, (const char *)figures + column->offset, sizeof value);
    return value;
}

static void value_write(FILE *stream, const struct column *column, double value, const char *side,
                        uint32_t row)
{
    if (isnan(value)) {
        fputs("–", stream); /* the side may not be there, and then has no such field */
    } else if (column->is_vol) {
        hpm_html_rate(stream, value, "slices/%u/%s/%s", row, side, column->key);
    } else {
        hpm_html_real(stream, value, column->decimals, "slices/%u/%s/%s", row, side, column->key);
    }
}

/* What it is, and below it what it was. */
static void value_cell(hpm_html_table *table, const struct column *column,
                       const side_figures *before, const side_figures *after, uint32_t row)
{
    hpm_html_cell_begin(table);
    value_write(table->stream, column, value_of(after, column), "after", row);
    if (!isnan(value_of(before, column))) {
        fputs("<small>was ", table->stream);
        value_write(table->stream, column, value_of(before, column), "before", row);
        fputs("</small>", table->stream);
    }
    hpm_html_cell_end(table);
}

static void state_write(FILE *stream, const hpm_slice *slice, const char *side, uint32_t row)
{
    fprintf(stream, "<span data-key=\"slices/%u/%s/state\">%s</span>", row, side,
            hpm_slice_states[slice->state]);
}

static void state_cell(hpm_html_table *table, const diff_part *part, uint32_t row)
{
    const hpm_slice *before = before_of(part, row), *after = after_of(part, row);
    hpm_html_cell_begin(table);
    if (after != NULL) {
        state_write(table->stream, after, "after", row);
    } else {
        fputs("–", table->stream);
    }
    if (before != NULL) {
        fputs("<small>was ", table->stream);
        state_write(table->stream, before, "before", row);
        fputs("</small>", table->stream);
    }
    hpm_html_cell_end(table);
}

static void change_cell(hpm_html_table *table, const diff_part *part, uint32_t row)
{
    /* By change; plain where nothing has happened. */
    static const char *const classes[] = {"", "badge warn", "badge warn", "badge no"};
    const hpm_slice_change change = part->diff->rows[row].change;
    hpm_html_cell_begin(table);
    fprintf(table->stream, "<span class=\"%s\" data-key=\"slices/%u/change\">%s</span>",
            classes[change], row, hpm_slice_changes[change]);
    hpm_html_cell_end(table);
}

static void moved_row(hpm_html_table *table, const diff_part *part, uint32_t row)
{
    const hpm_surface_diff *diff = part->diff;
    const side_figures before = figures_of(&diff->before, diff->rows[row].before);
    const side_figures after = figures_of(&diff->after, diff->rows[row].after);
    char name[HPM_FORMAT_SIZE];
    hpm_expiry_format(name, any_of(part, row)->expiry_ns);
    hpm_html_row_begin(table, "");
    hpm_html_cell_text(table, name);
    change_cell(table, part, row);
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++)
        value_cell(table, &columns[i], &before, &after, row);
    state_cell(table, part, row);
    hpm_html_row_end(table);
}

static void moved_section(FILE *stream, const diff_part *part)
{
    static const char *const titles[] = {
        "expiry",     "change", "forward", "ATM vol", "25-delta skew", "25-delta butterfly",
        "confidence", "age, s", "state",   NULL};
    hpm_html_table table;
    hpm_html_section_begin(stream, "What moved",
                           "Skew: volatility of the 25-delta call less the put's. Butterfly: their "
                           "mean less that at the money.");
    hpm_html_table_begin(&table, stream, "expiries of both surfaces", titles);
    for (uint32_t row = part->first; row < part->end; row++)
        moved_row(&table, part, row);
    hpm_html_table_end(&table);
    hpm_html_section_end(stream);
}

/* ---- Smiles over each other --------------------------------------------------------------- */

typedef struct pair_card {
    const hpm_slice *before, *after;
    hpm_scale log_moneyness;
} pair_card;

static double drawn_at(const void *context, uint32_t point)
{
    const pair_card *card = context;
    return hpm_drawn_at(&card->log_moneyness, point, POINTS);
}

/* In percent: after, then before. */
static double vol_at(const void *context, uint32_t curve, uint32_t point)
{
    const pair_card *card = context;
    return 100 * hpm_slice_vol(curve == 0 ? card->after : card->before, drawn_at(card, point));
}

static double difference_at(const void *context, uint32_t curve, uint32_t point)
{
    (void)curve;
    return vol_at(context, 0, point) - vol_at(context, 1, point);
}

static hpm_scale vol_scale(const pair_card *card)
{
    hpm_scale scale = hpm_scale_none();
    for (uint32_t point = 0; point < POINTS; point++) {
        hpm_scale_add(&scale, vol_at(card, 0, point));
        hpm_scale_add(&scale, vol_at(card, 1, point));
    }
    return hpm_vol_scale_widened(scale);
}

static void smiles_plot(FILE *stream, const pair_card *card, const char *name)
{
    static const char *const classes[] = {"fit", "before"};
    hpm_plot_tick ticks[HPM_PLOT_TICKS_MAX];
    const double forward = card->after->forward.value;
    char title[2 * HPM_FORMAT_SIZE];
    snprintf(title, sizeof title, "Volatility before and after, %s", name);
    const hpm_plot plot = {
        .title = title,
        .height = SMILE_HEIGHT,
        .x_scale = card->log_moneyness,
        .y_scale = vol_scale(card),
        .x_ticks = ticks,
        .x_tick_count = hpm_strike_ticks(ticks, &card->log_moneyness, forward, STRIKE_TICKS),
        .y_tick_count = VOL_TICKS,
        .curve_count = 2,
        .point_count = POINTS,
        .context = card,
        .x = drawn_at,
        .y = vol_at,
        .curve_class = classes,
        .marks = {{.x = 0, .label = "forward", .strong = 1}},
        .mark_count = 1,
    };
    hpm_html_plot(stream, &plot);
}

static void difference_plot(FILE *stream, const pair_card *card, const char *name)
{
    static const char *const classes[] = {"difference"};
    hpm_plot_tick ticks[HPM_PLOT_TICKS_MAX];
    char title[2 * HPM_FORMAT_SIZE];
    snprintf(title, sizeof title, "Volatility after less before, %s", name);
    const hpm_plot plot = {
        .title = title,
        .height = DIFFERENCE_HEIGHT,
        .is_bare = 1,
        .x_scale = card->log_moneyness,
        .x_ticks = ticks,
        .x_tick_count = hpm_strike_ticks(ticks, &card->log_moneyness, 1, STRIKE_TICKS),
        .y_tick_count = DIFFERENCE_TICKS,
        .curve_count = 1,
        .point_count = POINTS,
        .context = card,
        .x = drawn_at,
        .y = difference_at,
        .curve_class = classes,
    };
    hpm_html_plot(stream, &plot);
}

/* The place where the two are furthest apart. */
static void furthest_write(FILE *stream, const pair_card *card)
{
    uint32_t most = 0;
    char difference[HPM_FORMAT_SIZE], strike[HPM_FORMAT_SIZE];
    for (uint32_t point = 1; point < POINTS; point++)
        if (fabs(difference_at(card, 0, point)) > fabs(difference_at(card, 0, most))) most = point;
    hpm_format_real(difference, difference_at(card, 0, most), 2);
    hpm_format_real(strike, drawn_at(card, most), 2);
    fprintf(stream, "<p class=\"lead\">Most: %s points at %s</p>\n", difference, strike);
}

static void card_write(FILE *stream, const diff_part *part, uint32_t row)
{
    pair_card card = {before_of(part, row), after_of(part, row), {0, 0}};
    const double before = hpm_slice_deviation(card.before);
    const double after = hpm_slice_deviation(card.after);
    const double reach = DEVIATIONS * (before > after ? before : after);
    char name[HPM_FORMAT_SIZE];
    card.log_moneyness = reach > 0 ? (hpm_scale){-reach, reach} : (hpm_scale){-0.1, 0.1};
    hpm_expiry_format(name, card.after->expiry_ns);
    fprintf(stream, "<div class=\"card\">\n<h4>%s</h4>\n", name);
    furthest_write(stream, &card);
    smiles_plot(stream, &card, name);
    difference_plot(stream, &card, name);
    fputs("</div>\n", stream);
}

static int is_moved_pair(const diff_part *part, uint32_t row)
{
    return part->diff->rows[row].change == HPM_SLICE_MOVED && has_smile(before_of(part, row)) &&
           has_smile(after_of(part, row));
}

static void cards(FILE *stream, const diff_part *part)
{
    uint32_t count = 0;
    for (uint32_t row = part->first; row < part->end; row++)
        count += is_moved_pair(part, row) != 0;
    if (count == 0) return;
    hpm_html_section_begin(stream, "Smiles",
                           "Annual volatility in percent over ln(strike / forward), each over its "
                           "own forward, with the later strikes below; and their difference, in "
                           "points.");
    fputs("<p class=\"legend\">", stream);
    hpm_html_sample(stream, "fit", HPM_SAMPLE_LINE, "after");
    hpm_html_sample(stream, "before", HPM_SAMPLE_LINE, "before");
    hpm_html_sample(stream, "difference", HPM_SAMPLE_LINE, "after less before");
    fputs("</p>\n<div class=\"cards\">\n", stream);
    for (uint32_t row = part->first; row < part->end; row++)
        if (is_moved_pair(part, row)) card_write(stream, part, row);
    fputs("</div>\n", stream);
    hpm_html_section_end(stream);
}

/* ---- The page ----------------------------------------------------------------------------- */

static void changes_tiles(FILE *stream, const hpm_surface_diff *diff)
{
    uint32_t counts[HPM_SLICE_VANISHED + 1] = {0};
    for (uint32_t row = 0; row < diff->row_count; row++)
        counts[diff->rows[row].change]++;
    fputs("<dl class=\"tiles\">\n", stream);
    for (int change = 0; change <= HPM_SLICE_VANISHED; change++)
        fprintf(stream, "<div><dt>Expiries %s</dt><dd>%u</dd></div>\n", hpm_slice_changes[change],
                counts[change]);
    fputs("</dl>\n", stream);
}

static void head(FILE *stream, const hpm_surface_diff *diff)
{
    char before[HPM_FORMAT_SIZE], after[HPM_FORMAT_SIZE];
    hpm_format_time(before, diff->before.surface->now_ns);
    hpm_format_time(after, diff->after.surface->now_ns);
    fprintf(stream,
            "<header>\n<h2>%s → %s</h2>\n<p><data data-key=\"is_equal\" "
            "value=\"%s\">%s</data></p>\n",
            before, after, diff->is_equal ? "true" : "false",
            diff->is_equal ? "The two surfaces are equal." : "The two surfaces differ.");
    changes_tiles(stream, diff);
    fputs("</header>\n", stream);
}

static void side_inputs(FILE *stream, const hpm_surface_report *report, const char *side)
{
    char name[HPM_FORMAT_SIZE];
    char key[HPM_FORMAT_SIZE];
    snprintf(name, sizeof name, "Surface %s", side);
    hpm_html_input_text(stream, name, report->name, "%s/name", side);
    snprintf(name, sizeof name, "Source %s", side);
    hpm_html_input_text(stream, name, report->source, "%s/source", side);
    snprintf(name, sizeof name, "Time %s", side);
    snprintf(key, sizeof key, "%s/time", side);
    hpm_html_input_time(stream, name, report->surface->now_ns, key);
    snprintf(name, sizeof name, "Hash %s", side);
    hpm_html_input_hash(stream, name, &report->surface->hash, "%s/hash", side);
    snprintf(name, sizeof name, "Hash of its quotes %s", side);
    hpm_html_input_hash(stream, name, &report->surface->quotes_hash, "%s/quotes_hash", side);
}

static void part_write(FILE *stream, const diff_part *part)
{
    fputs("<header>\n<h2>", stream);
    hpm_html_name(stream, any_of(part, part->first)->underlying, HPM_ASSET_NAME_SIZE);
    fputs("</h2>\n</header>\n", stream);
    moved_section(stream, part);
    cards(stream, part);
}

int hpm_html_surface_diff(FILE *stream, const hpm_surface_diff *diff, uint32_t number)
{
    diff_part part = {diff, 0, 0};
    hpm_html_article_begin(stream, NULL, number);
    head(stream, diff);
    for (; part.first < diff->row_count; part.first = part.end) {
        const char *underlying = any_of(&part, part.first)->underlying;
        while (part.end < diff->row_count &&
               strcmp(any_of(&part, part.end)->underlying, underlying) == 0)
            part.end++;
        part_write(stream, &part);
    }
    hpm_html_inputs_begin(stream);
    side_inputs(stream, &diff->before, "before");
    side_inputs(stream, &diff->after, "after");
    hpm_html_inputs_end(stream);
    hpm_html_section_end(stream);
    hpm_html_article_end(stream);
    return 1;
}
