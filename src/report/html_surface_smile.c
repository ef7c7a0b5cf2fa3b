/* Smiles, one card per expiry: volatility over log-moneyness with the quotes behind it, and below
 * it the risk-neutral density over the same axis. */
#include <math.h>

#include "base/real_text.h"
#include "html.h"
#include "html_surface.h"
#include "math/elementary.h"
#include "surface/ssvi.h"

#define POINTS         97 /* of a curve */
#define SMILE_HEIGHT   190
#define DENSITY_HEIGHT 56
#define STRIKE_TICKS   6
#define VOL_TICKS      6
#define STEM           14   /* pixels: from a quote's one side to where the other would be */
#define REPAIR_LEAST   1e-4 /* smaller ones are not told apart */
#define NAMED_MOST     3    /* quotes named below a smile */

/* Quotes do not widen a scale beyond this multiple of the smile's own ends. */
#define WIDEST 1.4

/* ---- Shared by the drawings --------------------------------------------------------------- */

double hpm_drawn_at(const hpm_scale *log_moneyness, uint32_t point, uint32_t count)
{
    double share = (double)point / (count - 1);
    return log_moneyness->low + share * (log_moneyness->high - log_moneyness->low);
}

uint32_t hpm_strike_ticks(hpm_plot_tick ticks[HPM_PLOT_TICKS_MAX], const hpm_scale *log_moneyness,
                          double forward, uint32_t most)
{
    const hpm_ticks round = hpm_ticks_within(log_moneyness, most);
    for (uint32_t i = 0; i < round.count; i++) {
        ticks[i].at = hpm_tick_at(&round, i);
        hpm_tick_format(ticks[i].label, &round, i);
        hpm_compact_format(ticks[i].second, forward * hpm_exp(ticks[i].at));
    }
    return round.count;
}

hpm_scale hpm_vol_scale_widened(hpm_scale scale)
{
    const double room = 0.06 * (scale.high - scale.low) + 0.5;
    return (hpm_scale){scale.low > room ? scale.low - room : 0, scale.high + room};
}

double hpm_slice_deviation(const hpm_slice *slice)
{
    return sqrt(hpm_svi_at(&slice->svi, 0).variance);
}

/* Gatheral and Jacquier 2014, section 2.1: g(k) exp(-d2^2 / 2) / sqrt(2 pi w). */
double hpm_slice_density(const hpm_slice *slice, double log_moneyness)
{
    double variance = hpm_svi_at(&slice->svi, log_moneyness).variance;
    if (!(variance > 0)) return NAN;
    double deviation = sqrt(variance);
    double d2 = -log_moneyness / deviation - 0.5 * deviation;
    return hpm_svi_density(&slice->svi, log_moneyness) * hpm_exp(-0.5 * d2 * d2) *
           HPM_INV_SQRT_2PI / deviation;
}

/* ---- A card ------------------------------------------------------------------------------- */

typedef struct smile_card {
    const hpm_surface_part *part;
    uint32_t slice;
    const hpm_slice *of;
    hpm_scale log_moneyness;
    int has_across; /* the shape of all expiries together, at the level of this one, is known */
    hpm_svi across;
} smile_card;

static double drawn_at(const void *context, uint32_t point)
{
    const smile_card *card = context;
    return hpm_drawn_at(&card->log_moneyness, point, POINTS);
}

/* In percent, as the axis is: the slice, then the shape of all expiries at its level. */
static double vol_at(const void *context, uint32_t curve, uint32_t point)
{
    const smile_card *card = context;
    const double k = drawn_at(card, point);
    if (curve == 0) return 100 * hpm_slice_vol(card->of, k);
    return 100 * sqrt(hpm_svi_at(&card->across, k).variance / card->of->tau_years);
}

static int has_across(const hpm_surface_part *part)
{
    return part->across != HPM_NONE && !isnan(part->report->surface->across[part->across].rmse);
}

static void across_set(smile_card *card)
{
    const hpm_surface_part *part = card->part;
    const double level = hpm_svi_at(&card->of->svi, 0).variance;
    card->has_across = has_across(part) && level > 0;
    if (card->has_across)
        card->across = ssvi_slice(&part->report->surface->across[part->across], level);
}

/* The quote of an option of this card's slice; NULL of everything else. */
static const hpm_smile_quote *quote_of(const smile_card *card, uint32_t id)
{
    const hpm_surface_fit *fit = card->part->report->fit;
    return fit->slice_of[id] == card->slice ? &fit->quote[id] : NULL;
}

static uint32_t instrument_count(const smile_card *card)
{
    const hpm_surface_report *report = card->part->report;
    return report->fit != NULL ? report->quotes->catalog->instrument_count : 0;
}

static const hpm_instrument *instrument_of(const smile_card *card, uint32_t id)
{
    return &card->part->report->quotes->catalog->instruments[id];
}

/* ---- Scales ------------------------------------------------------------------------------- */

static double within(double value, double low, double high)
{
    return value < low ? low : value > high ? high : value;
}

/* The strikes that the fit has used, and in any case what is likely. */
static hpm_scale moneyness_scale(const smile_card *card)
{
    const double deviation = hpm_slice_deviation(card->of);
    hpm_scale scale = {-1.5 * deviation, 1.5 * deviation};
    uint32_t used = 0;
    for (uint32_t id = 0; id < instrument_count(card); id++) {
        const hpm_smile_quote *quote = quote_of(card, id);
        if (quote == NULL || !(quote->weight > 0)) continue;
        hpm_scale_add(&scale, 1.04 * within(quote->log_moneyness, -6 * deviation, 6 * deviation));
        used++;
    }
    if (used == 0) scale = (hpm_scale){-3 * deviation, 3 * deviation};
    if (!(scale.low < scale.high)) scale = (hpm_scale){-0.1, 0.1}; /* without volatility */
    return scale;
}

static void quote_widen(hpm_scale *scale, const hpm_scale *smile, const hpm_smile_quote *quote)
{
    const double sides[] = {100 * quote->bid_vol, 100 * quote->ask_vol};
    if (!(quote->weight > 0)) return;
    for (int i = 0; i < 2; i++)
        if (isfinite(sides[i]))
            hpm_scale_add(scale, within(sides[i], smile->low / WIDEST, smile->high * WIDEST));
}

static hpm_scale vol_scale(const smile_card *card)
{
    hpm_scale smile = hpm_scale_none();
    for (uint32_t point = 0; point < POINTS; point++)
        hpm_scale_add(&smile, vol_at(card, 0, point));
    const double repair = 100 * card->of->repair_vol;
    hpm_scale scale = {smile.low - repair, smile.high + repair};
    for (uint32_t id = 0; id < instrument_count(card); id++) {
        const hpm_smile_quote *quote = quote_of(card, id);
        if (quote != NULL) quote_widen(&scale, &smile, quote);
    }
    return hpm_vol_scale_widened(scale);
}

/* ---- Quotes ------------------------------------------------------------------------------- */

static const char *quote_class(const hpm_smile_quote *quote)
{
    if (quote->use == HPM_USE_OUTLIER || quote->use == HPM_USE_CROSSED) return "quote wrong";
    if (!(quote->weight > 0)) return "quote idle";
    return quote->use == HPM_USE_TWO_SIDED ? "quote" : "quote half";
}

static int is_drawn(const smile_card *card, const hpm_smile_quote *quote)
{
    return quote != NULL && (isfinite(quote->bid_vol) || isfinite(quote->ask_vol)) &&
           quote->log_moneyness >= card->log_moneyness.low &&
           quote->log_moneyness <= card->log_moneyness.high;
}

/* From the bid's place to the ask's; where a side is missing a stem points to where it would be. */
static void quote_ends(double *from, double *to, const hpm_plot_frame *frame,
                       const hpm_smile_quote *quote)
{
    double bid = hpm_plot_y(frame, 100 * quote->bid_vol);
    double ask = hpm_plot_y(frame, 100 * quote->ask_vol);
    if (!isfinite(quote->bid_vol)) bid = ask + STEM;
    if (!isfinite(quote->ask_vol)) ask = bid - STEM;
    const double room = fabs(bid - ask) < 2 ? 1 : 0; /* a spread of nothing is still seen */
    *from = bid + (bid < ask ? -room : room);
    *to = ask + (bid < ask ? room : -room);
}

static void side_write(FILE *stream, const char *name, double vol)
{
    char text[HPM_FORMAT_SIZE];
    if (!isfinite(vol)) return;
    hpm_format_real(text, 100 * vol, 2);
    fprintf(stream, ", %s %s", name, text);
}

static void quote_draw(FILE *stream, const hpm_plot_frame *frame, const smile_card *card,
                       uint32_t id, const hpm_smile_quote *quote)
{
    double from, to;
    quote_ends(&from, &to, frame, quote);
    fprintf(stream, "<path class=\"%s\" d=\"M%.1f %.1fV%.1f\"><title>", quote_class(quote),
            hpm_plot_x(frame, quote->log_moneyness), from, to);
    hpm_html_text(stream, instrument_of(card, id)->name);
    side_write(stream, "bid", quote->bid_vol);
    side_write(stream, "ask", quote->ask_vol);
    side_write(stream, "fit", quote->fit_vol);
    fprintf(stream, ": %s</title></path>\n", hpm_quote_uses[quote->use]);
}

/* The venue's own volatility: that of the option which is out of the money, as both have the same.
 */
static void marks_draw(FILE *stream, const hpm_plot_frame *frame, const void *context)
{
    const smile_card *card = context;
    if (instrument_count(card) == 0) return;
    fputs("<path class=\"dot venue\" d=\"", stream);
    for (uint32_t id = 0; id < instrument_count(card); id++) {
        const hpm_smile_quote *quote = quote_of(card, id);
        if (!is_drawn(card, quote) || !(quote->mark_vol > 0)) continue;
        if (instrument_of(card, id)->is_call != (quote->log_moneyness >= 0)) continue;
        fprintf(stream, "M%.1f %.1fh0", hpm_plot_x(frame, quote->log_moneyness),
                hpm_plot_y(frame, 100 * quote->mark_vol));
    }
    fputs("\"/>\n", stream);
}

static void quotes_draw(FILE *stream, const hpm_plot_frame *frame, const smile_card *card)
{
    for (uint32_t id = 0; id < instrument_count(card); id++) {
        const hpm_smile_quote *quote = quote_of(card, id);
        if (is_drawn(card, quote)) quote_draw(stream, frame, card, id, quote);
    }
}

/* ---- Repair ------------------------------------------------------------------------------- */

/* Where the quotes lie that say how far a repair went; without quotes, where they would. */
static hpm_scale judged_scale(const smile_card *card)
{
    const hpm_slice_figures *figures = hpm_part_figures(card->part, card->slice);
    hpm_scale scale = hpm_scale_none();
    for (uint32_t id = 0; id < instrument_count(card); id++) {
        const hpm_smile_quote *quote = quote_of(card, id);
        if (quote == NULL || quote->use != HPM_USE_TWO_SIDED) continue;
        const double delta = fabs(quote->delta);
        if (delta >= 0.05 && delta <= 0.95) hpm_scale_add(&scale, quote->log_moneyness);
    }
    if (scale.low < scale.high) return scale;
    return (hpm_scale){figures->at[HPM_PUT_10].log_moneyness,
                       figures->at[HPM_CALL_10].log_moneyness};
}

/* The smile before its repair lay within this band. */
static void repair_draw(FILE *stream, const hpm_plot_frame *frame, const smile_card *card)
{
    const hpm_scale judged = judged_scale(card);
    if (!(card->of->repair_vol > 0 && judged.low < judged.high)) return;
    fputs("<path class=\"repair\" d=\"", stream);
    for (uint32_t i = 0; i < 2 * POINTS; i++) {
        const int is_back = i >= POINTS;
        const uint32_t point = is_back ? 2 * POINTS - 1 - i : i;
        const double k = hpm_drawn_at(&judged, point, POINTS);
        const double vol =
            hpm_slice_vol(card->of, k) + (is_back ? -card->of->repair_vol : card->of->repair_vol);
        fprintf(stream, "%c%.1f %.1f", i == 0 ? 'M' : 'L', hpm_plot_x(frame, k),
                hpm_plot_y(frame, 100 * vol));
    }
    fputs("Z\"/>\n", stream);
}

/* ---- The smile ---------------------------------------------------------------------------- */

static void ground_draw(FILE *stream, const hpm_plot_frame *frame, const void *context)
{
    repair_draw(stream, frame, context);
    quotes_draw(stream, frame, context);
}

static void smile_plot(FILE *stream, const smile_card *card, const char *name)
{
    static const char *const classes[] = {"fit", "across"};
    hpm_plot_tick ticks[HPM_PLOT_TICKS_MAX];
    char title[2 * HPM_FORMAT_SIZE];
    char forward[HPM_FORMAT_SIZE];
    hpm_format_short(forward, card->of->forward.value);
    snprintf(title, sizeof title, "Volatility over log-moneyness, %s", name);
    hpm_plot plot = {
        .title = title,
        .height = SMILE_HEIGHT,
        .x_scale = card->log_moneyness,
        .y_scale = vol_scale(card),
        .x_ticks = ticks,
        .x_tick_count =
            hpm_strike_ticks(ticks, &card->log_moneyness, card->of->forward.value, STRIKE_TICKS),
        .y_tick_count = VOL_TICKS,
        .curve_count = card->has_across ? 2 : 1,
        .point_count = POINTS,
        .context = card,
        .x = drawn_at,
        .y = vol_at,
        .curve_class = classes,
        .mark_count = 1,
        .under = ground_draw,
        .over = marks_draw,
    };
    plot.marks[0] = (hpm_plot_mark){.x = 0, .strong = 1};
    snprintf(plot.marks[0].label, sizeof plot.marks[0].label, "forward %.40s", forward);
    hpm_html_plot(stream, &plot);
}

/* ---- The density -------------------------------------------------------------------------- */

static double density_at(const void *context, uint32_t curve, uint32_t point)
{
    const smile_card *card = context;
    (void)curve;
    return hpm_slice_density(card->of, drawn_at(card, point));
}

/* The area between the axis and the curve, on one side of the axis. */
static void area_draw(FILE *stream, const hpm_plot_frame *frame, const smile_card *card,
                      double sign, const char *name)
{
    const double zero = hpm_plot_y(frame, 0);
    fprintf(stream, "<path class=\"%s\" d=\"M0 %.1f", name, zero);
    for (uint32_t point = 0; point < POINTS; point++) {
        const double density = density_at(card, 0, point);
        fprintf(stream, "L%.1f %.1f", hpm_plot_x(frame, drawn_at(card, point)),
                sign * density > 0 ? hpm_plot_y(frame, density) : zero);
    }
    fprintf(stream, "V%.1fZ\"/>\n", zero);
}

static void density_draw(FILE *stream, const hpm_plot_frame *frame, const void *context)
{
    const smile_card *card = context;
    area_draw(stream, frame, card, 1, "density");
    if (frame->y.low < 0) area_draw(stream, frame, card, -1, "below");
}

/* Where a check has found the density least, if that is less than nothing. */
static void worst_draw(FILE *stream, const hpm_plot_frame *frame, const void *context)
{
    const smile_card *card = context;
    const hpm_slice_check *checks = card->part->report->checks;
    if (checks == NULL || !(checks[card->slice].least_density < 0)) return;
    const double k = checks[card->slice].density_at;
    fprintf(stream, "<path class=\"dot worst\" d=\"M%.1f %.1fh0\"/>\n", hpm_plot_x(frame, k),
            hpm_plot_y(frame, hpm_slice_density(card->of, k)));
}

static hpm_scale density_scale(const smile_card *card)
{
    hpm_scale scale = hpm_scale_zero();
    for (uint32_t point = 0; point < POINTS; point++)
        hpm_scale_add(&scale, density_at(card, 0, point));
    scale.low *= 1.1;
    scale.high *= 1.1;
    return scale;
}

static void density_plot(FILE *stream, const smile_card *card, const char *name)
{
    static const char *const classes[] = {"outline"};
    static const hpm_plot_tick zero[] = {{0, "0", ""}};
    hpm_plot_tick ticks[HPM_PLOT_TICKS_MAX];
    char title[2 * HPM_FORMAT_SIZE];
    snprintf(title, sizeof title, "Risk-neutral density over log-moneyness, %s", name);
    const hpm_plot plot = {
        .title = title,
        .height = DENSITY_HEIGHT,
        .is_bare = 1,
        .x_scale = card->log_moneyness,
        .y_scale = density_scale(card),
        .x_ticks = ticks,
        .x_tick_count =
            hpm_strike_ticks(ticks, &card->log_moneyness, card->of->forward.value, STRIKE_TICKS),
        .y_ticks = zero,
        .y_tick_count = 1,
        .curve_count = 1,
        .point_count = POINTS,
        .context = card,
        .x = drawn_at,
        .y = density_at,
        .curve_class = classes,
        .under = density_draw,
        .over = worst_draw,
    };
    hpm_html_plot(stream, &plot);
}

/* ---- Texts of a card ---------------------------------------------------------------------- */

static void facts_write(FILE *stream, const smile_card *card)
{
    const hpm_slice *slice = card->of;
    fputs("<p class=\"lead\">ATM ", stream);
    hpm_html_plain(stream, 100 * hpm_slice_vol(slice, 0), 2);
    fputs(" %", stream);
    if (slice->judged > 0) fprintf(stream, ", %u of %u inside", slice->inside, slice->judged);
    if (slice->repair_vol >= REPAIR_LEAST) {
        fputs(", repair ", stream);
        hpm_html_plain(stream, 100 * slice->repair_vol, 2);
    } else if (slice->repair_vol > 0) {
        fputs(", repair below 0.01", stream);
    }
    fputs("</p>\n", stream);
}

/* What the colours cannot say: which quotes are wrong, and why. */
static void wrong_write(FILE *stream, const smile_card *card)
{
    uint32_t count = 0;
    for (uint32_t id = 0; id < instrument_count(card); id++) {
        const hpm_smile_quote *quote = quote_of(card, id);
        char strike[HPM_REAL_TEXT];
        if (quote == NULL) continue;
        if (quote->use != HPM_USE_OUTLIER && quote->use != HPM_USE_CROSSED) continue;
        if (count++ >= NAMED_MOST) continue;
        hpm_real_format(strike, instrument_of(card, id)->strike);
        fprintf(stream, "%s%s %s: %s", count == 1 ? "<p class=\"lead\">" : "; ", strike,
                instrument_of(card, id)->is_call ? "call" : "put", hpm_quote_uses[quote->use]);
    }
    if (count > NAMED_MOST) fprintf(stream, "; and %u more", count - NAMED_MOST);
    if (count > 0) fputs("</p>\n", stream);
}

static void card_write(FILE *stream, const hpm_surface_part *part, uint32_t slice)
{
    smile_card card = {.part = part, .slice = slice, .of = hpm_part_slice(part, slice)};
    char name[HPM_FORMAT_SIZE];
    char days[HPM_FORMAT_SIZE];
    card.log_moneyness = moneyness_scale(&card);
    across_set(&card);
    hpm_expiry_format(name, card.of->expiry_ns);
    hpm_format_real(days, hpm_slice_days(part->report->surface, card.of), 1);
    fprintf(stream, "<div class=\"card\">\n<h4>%s <small>in %s days</small></h4>\n", name, days);
    facts_write(stream, &card);
    smile_plot(stream, &card, name);
    density_plot(stream, &card, name);
    wrong_write(stream, &card);
    fputs("</div>\n", stream);
}

/* ---- All cards ---------------------------------------------------------------------------- */

static void legend(FILE *stream, const hpm_surface_part *part)
{
    fputs("<p class=\"legend\">", stream);
    hpm_html_sample(stream, "fit", HPM_SAMPLE_LINE, "fit");
    if (part->report->fit != NULL) {
        hpm_html_sample(stream, "quote", HPM_SAMPLE_BAR, "bid to ask");
        hpm_html_sample(stream, "quote half", HPM_SAMPLE_BAR, "one side only");
        hpm_html_sample(stream, "quote idle", HPM_SAMPLE_BAR, "not used");
        hpm_html_sample(stream, "quote wrong", HPM_SAMPLE_BAR, "outlier, crossed");
        hpm_html_sample(stream, "dot venue", HPM_SAMPLE_DOT, "venue's mark");
    }
    if (has_across(part))
        hpm_html_sample(stream, "across", HPM_SAMPLE_LINE, "SSVI, the shape of all expiries");
    hpm_html_sample(stream, "repair", "M0 0H28V10H0Z", "within this before its repair");
    hpm_html_sample(stream, "density", "M0 0H28V10H0Z", "density");
    hpm_html_sample(stream, "below", "M0 0H28V10H0Z", "density below zero");
    fputs("</p>\n", stream);
}

void hpm_html_surface_smiles(FILE *stream, const hpm_surface_part *part)
{
    if (part->drawn_count == 0) return;
    hpm_html_section_begin(stream, "Smiles",
                           "Annual volatility in percent over ln(strike / forward), with strikes "
                           "below; and what the smile says of the price at expiry, its "
                           "risk-neutral density.");
    legend(stream, part);
    fputs("<div class=\"cards\">\n", stream);
    for (uint32_t i = 0; i < part->drawn_count; i++)
        card_write(stream, part, part->drawn[i]);
    fputs("</div>\n", stream);
    hpm_html_section_end(stream);
}
