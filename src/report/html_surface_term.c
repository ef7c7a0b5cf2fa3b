/* Over time to expiry: volatility at the money and in the wings, and what forwards are worth above
 * the price now. */
#include <math.h>

#include "html.h"
#include "html_surface.h"
#include "math/elementary.h"

#define HEIGHT     210
#define LABEL_ROOM 0.09 /* of the axis, that a label needs */

/* Times that people name, in days; the axis is their logarithm. */
static const struct {
    double days;
    const char *name;
} terms[] = {{1.0 / 24, "1 h"}, {0.25, "6 h"}, {1, "1 d"},   {2, "2 d"},   {3, "3 d"},
             {7, "1 w"},        {14, "2 w"},   {30, "1 m"},  {61, "2 m"},  {91, "3 m"},
             {182, "6 m"},      {365, "1 y"},  {730, "2 y"}, {1095, "3 y"}};

typedef struct term_view {
    const hpm_surface_part *part;
    double spot; /* price now; NaN: the nearest forward stands for it */
} term_view;

static const hpm_slice *slice_at(const term_view *term, uint32_t point)
{
    return hpm_part_slice(term->part, term->part->drawn[point]);
}

static double days_at(const term_view *term, uint32_t point)
{
    const double days = hpm_slice_days(term->part->report->surface, slice_at(term, point));
    return days > 1.0 / 48 ? days : 1.0 / 48;
}

static double time_at(const void *context, uint32_t point)
{
    return hpm_log(days_at(context, point));
}

/* All expiries, with room on both sides. */
static hpm_scale time_scale(const term_view *term)
{
    hpm_scale scale = hpm_scale_none();
    for (uint32_t i = 0; i < term->part->drawn_count; i++)
        hpm_scale_add(&scale, time_at(term, i));
    const double room = 0.05 * (scale.high - scale.low) + 0.1;
    return (hpm_scale){scale.low - room, scale.high + room};
}

static uint32_t time_ticks(hpm_plot_tick ticks[HPM_PLOT_TICKS_MAX], const hpm_scale *scale)
{
    const double room = LABEL_ROOM * (scale->high - scale->low);
    double last = -INFINITY;
    uint32_t count = 0;
    for (size_t i = 0; i < sizeof terms / sizeof terms[0]; i++) {
        const double at = hpm_log(terms[i].days);
        if (at < scale->low || at > scale->high || at < last + room) continue;
        ticks[count] = (hpm_plot_tick){.at = at};
        snprintf(ticks[count].label, sizeof ticks[count].label, "%s", terms[i].name);
        last = at;
        count++;
    }
    return count;
}

/* ---- Volatility --------------------------------------------------------------------------- */

/* At the money, then the 25-delta put and call. */
static double vol_at(const void *context, uint32_t curve, uint32_t point)
{
    const term_view *term = context;
    const hpm_slice_figures *figures = hpm_part_figures(term->part, term->part->drawn[point]);
    const double vols[] = {figures->atm_vol, figures->at[HPM_PUT_25].vol,
                           figures->at[HPM_CALL_25].vol};
    return 100 * vols[curve];
}

static void spreads_draw(FILE *stream, const hpm_plot_frame *frame, const void *context)
{
    const term_view *term = context;
    for (uint32_t i = 0; i < term->part->drawn_count; i++) {
        const double vol = vol_at(term, 0, i);
        const double half = 50 * slice_at(term, i)->spread_vol;
        const double x = hpm_plot_x(frame, time_at(term, i));
        if (half > 0)
            fprintf(stream, "<path class=\"quote\" d=\"M%.1f %.1fV%.1f\"/>\n", x,
                    hpm_plot_y(frame, vol - half), hpm_plot_y(frame, vol + half));
        fprintf(stream, "<path class=\"dot fit\" d=\"M%.1f %.1fh0\"/>\n", x,
                hpm_plot_y(frame, vol));
    }
}

static hpm_scale vol_scale(const term_view *term)
{
    hpm_scale scale = hpm_scale_none();
    for (uint32_t i = 0; i < term->part->drawn_count; i++) {
        const double half = 50 * slice_at(term, i)->spread_vol;
        for (uint32_t curve = 0; curve < 3; curve++)
            hpm_scale_add(&scale, vol_at(term, curve, i));
        hpm_scale_add(&scale, vol_at(term, 0, i) - half);
        hpm_scale_add(&scale, vol_at(term, 0, i) + half);
    }
    return hpm_vol_scale_widened(scale);
}

static void vol_section(FILE *stream, const term_view *term)
{
    static const char *const classes[] = {"fit", "put", "call"};
    hpm_plot_tick ticks[HPM_PLOT_TICKS_MAX];
    const hpm_scale times = time_scale(term);
    const hpm_plot plot = {
        .title = "Volatility over time to expiry",
        .height = HEIGHT,
        .x_scale = times,
        .y_scale = vol_scale(term),
        .x_ticks = ticks,
        .x_tick_count = time_ticks(ticks, &times),
        .curve_count = 3,
        .point_count = term->part->drawn_count,
        .context = term,
        .x = time_at,
        .y = vol_at,
        .curve_class = classes,
        .over = spreads_draw,
    };
    hpm_html_section_begin(stream, "Volatility over time",
                           "Annual, in percent, by time to expiry. Bars: the median spread of the "
                           "expiry's quotes.");
    fputs("<p class=\"legend\">", stream);
    hpm_html_sample(stream, "fit", HPM_SAMPLE_LINE, "at the money");
    hpm_html_sample(stream, "put", HPM_SAMPLE_LINE, "25-delta put");
    hpm_html_sample(stream, "call", HPM_SAMPLE_LINE, "25-delta call");
    fputs("</p>\n", stream);
    hpm_html_plot(stream, &plot);
    hpm_html_section_end(stream);
}

/* ---- Forwards ----------------------------------------------------------------------------- */

/* The price now, and from when on a forward has earned something over it. */
static double price_now(const term_view *term, double *days)
{
    *days = 0;
    if (isfinite(term->spot)) return term->spot;
    *days = days_at(term, 0);
    return slice_at(term, 0)->forward.value;
}

/* ln(forward / price) a year, in percent; NaN of the expiry that stands for the price. */
static double basis_at(const void *context, uint32_t curve, uint32_t point)
{
    const term_view *term = context;
    double from;
    const double price = price_now(term, &from);
    const double years = (days_at(term, point) - from) / 365;
    (void)curve;
    if (!(years > 0)) return NAN;
    return 100 * hpm_log(slice_at(term, point)->forward.value / price) / years;
}

static void forwards_draw(FILE *stream, const hpm_plot_frame *frame, const void *context)
{
    const term_view *term = context;
    for (uint32_t i = 0; i < term->part->drawn_count; i++) {
        const double basis = basis_at(term, 0, i);
        if (isfinite(basis))
            fprintf(stream, "<path class=\"dot fit\" d=\"M%.1f %.1fh0\"/>\n",
                    hpm_plot_x(frame, time_at(term, i)), hpm_plot_y(frame, basis));
    }
}

static void basis_section(FILE *stream, const term_view *term)
{
    static const char *const classes[] = {"fit"};
    hpm_plot_tick ticks[HPM_PLOT_TICKS_MAX];
    const hpm_scale times = time_scale(term);
    const hpm_plot plot = {
        .title = "Forwards over time to expiry",
        .height = HEIGHT,
        .x_scale = times,
        .x_ticks = ticks,
        .x_tick_count = time_ticks(ticks, &times),
        .curve_count = 1,
        .point_count = term->part->drawn_count,
        .context = term,
        .x = time_at,
        .y = basis_at,
        .curve_class = classes,
        .over = forwards_draw,
    };
    hpm_html_section_begin(stream, "Forwards over time",
                           isfinite(term->spot)
                               ? "ln(forward / index price) a year, in percent: the annualised "
                                 "basis by time to expiry."
                               : "ln(forward / nearest forward) a year, in percent: the annualised "
                                 "basis by time to expiry, from the nearest expiry on.");
    hpm_html_plot(stream, &plot);
    hpm_html_section_end(stream);
}

static double spot_of(const hpm_surface_part *part)
{
    const hpm_quotes *quotes = part->report->quotes;
    if (quotes == NULL) return NAN;
    const uint32_t asset = hpm_catalog_find_asset(quotes->catalog, part->underlying);
    if (asset == HPM_NONE || !(quotes->asset_price[asset].value > 0)) return NAN;
    return quotes->asset_price[asset].value;
}

void hpm_html_surface_term(FILE *stream, const hpm_surface_part *part)
{
    const term_view term = {part, spot_of(part)};
    if (part->drawn_count < 2) return;
    hpm_html_group_begin(stream);
    vol_section(stream, &term);
    basis_section(stream, &term);
    hpm_html_group_end(stream);
}
