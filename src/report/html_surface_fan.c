/* The fan: total variance of all expiries over log-moneyness. Lines that cross are calendar
 * arbitrage. */
#include <math.h>
#include <stdlib.h>

#include "html.h"
#include "html_surface.h"

#define POINTS     201 /* of a line */
#define HEIGHT     340
#define SHADES     10 /* classes e0 to e9, by time to expiry */
#define DEVIATIONS 3
#define X_TICKS    8
#define Y_TICKS    6

typedef struct fan_view {
    const hpm_surface_part *part;
    hpm_scale log_moneyness;
} fan_view;

static double variance_of(const fan_view *fan, uint32_t curve, double log_moneyness)
{
    const hpm_slice *slice = hpm_part_slice(fan->part, fan->part->drawn[curve]);
    return hpm_svi_at(&slice->svi, log_moneyness).variance;
}

static double drawn_at(const void *context, uint32_t point)
{
    const fan_view *fan = context;
    return hpm_drawn_at(&fan->log_moneyness, point, POINTS);
}

/* On an axis of square roots short expiries are seen too, and lines cross where they do. */
static double root_at(const void *context, uint32_t curve, uint32_t point)
{
    const fan_view *fan = context;
    return sqrt(variance_of(fan, curve, drawn_at(fan, point)));
}

/* The width of the longest expiry. */
static hpm_scale moneyness_scale(const hpm_surface_part *part)
{
    double most = 0;
    for (uint32_t i = 0; i < part->drawn_count; i++) {
        const double deviation = hpm_slice_deviation(hpm_part_slice(part, part->drawn[i]));
        if (deviation > most) most = deviation;
    }
    return most > 0 ? (hpm_scale){-DEVIATIONS * most, DEVIATIONS * most} : (hpm_scale){-0.1, 0.1};
}

static const char *shade_of(const fan_view *fan, uint32_t curve)
{
    static const char *const shades[SHADES] = {"e0", "e1", "e2", "e3", "e4",
                                               "e5", "e6", "e7", "e8", "e9"};
    const uint32_t last = fan->part->drawn_count - 1;
    return shades[curve * (SHADES - 1) / last];
}

/* ---- Crossings ---------------------------------------------------------------------------- */

static int is_crossed(const fan_view *fan, uint32_t curve, uint32_t point)
{
    const double k = drawn_at(fan, point);
    return curve > 0 && variance_of(fan, curve, k) < variance_of(fan, curve - 1, k);
}

static uint32_t crossing_count(const fan_view *fan)
{
    uint32_t count = 0;
    for (uint32_t curve = 1; curve < fan->part->drawn_count; curve++) {
        uint32_t point = 0;
        while (point < POINTS && !is_crossed(fan, curve, point))
            point++;
        count += point < POINTS;
    }
    return count;
}

static void dot(FILE *stream, const hpm_plot_frame *frame, const fan_view *fan, uint32_t curve,
                double log_moneyness)
{
    fprintf(stream, "<path class=\"dot worst\" d=\"M%.1f %.1fh0\"/>\n",
            hpm_plot_x(frame, log_moneyness),
            hpm_plot_y(frame, sqrt(variance_of(fan, curve, log_moneyness))));
}

/* Where a curve is below the one before it: at the places drawn, and at the worst that a check
 * found. */
static void crossings_draw(FILE *stream, const hpm_plot_frame *frame, const void *context)
{
    const fan_view *fan = context;
    const hpm_slice_check *checks = fan->part->report->checks;
    for (uint32_t curve = 1; curve < fan->part->drawn_count; curve++) {
        for (uint32_t point = 0; point < POINTS; point++)
            if (is_crossed(fan, curve, point)) dot(stream, frame, fan, curve, drawn_at(fan, point));
        if (checks == NULL) continue;
        const hpm_slice_check *check = &checks[fan->part->drawn[curve]];
        if (isfinite(check->step_at) && check->least_step < 0)
            dot(stream, frame, fan, curve, check->step_at);
    }
}

/* ---- Axis and legend ---------------------------------------------------------------------- */

/* Variances at round roots. */
static uint32_t variance_ticks(hpm_plot_tick ticks[HPM_PLOT_TICKS_MAX], hpm_scale *roots)
{
    const hpm_ticks round = hpm_ticks_around(roots, Y_TICKS);
    for (uint32_t i = 0; i < round.count; i++) {
        const double root = hpm_tick_at(&round, i);
        ticks[i] = (hpm_plot_tick){.at = root};
        snprintf(ticks[i].label, sizeof ticks[i].label, "%.4g", root * root);
    }
    return round.count;
}

static void legend(FILE *stream, const fan_view *fan)
{
    char name[HPM_FORMAT_SIZE];
    fputs("<p class=\"legend\">", stream);
    for (uint32_t i = 0; i < fan->part->drawn_count; i++) {
        const hpm_slice *slice = hpm_part_slice(fan->part, fan->part->drawn[i]);
        hpm_expiry_format(name, slice->expiry_ns);
        hpm_html_sample(stream, shade_of(fan, i), HPM_SAMPLE_LINE, name);
    }
    if (crossing_count(fan) > 0)
        hpm_html_sample(stream, "dot worst", HPM_SAMPLE_DOT, "below the expiry before");
    fputs("</p>\n", stream);
}

static void verdict(FILE *stream, const fan_view *fan)
{
    const uint32_t count = crossing_count(fan);
    if (count == 0) {
        fputs("<p>No two lines cross here.</p>\n", stream);
        return;
    }
    fprintf(stream,
            "<p><b class=\"verdict no\">%u of %u</b> expiries have less total variance "
            "than the one before somewhere.</p>\n",
            count, fan->part->drawn_count);
}

/* `classes` has room for the expiries. */
static void plot_write(FILE *stream, const fan_view *fan, const char **classes)
{
    hpm_plot_tick ticks[HPM_PLOT_TICKS_MAX], levels[HPM_PLOT_TICKS_MAX];
    const hpm_slice *last = hpm_part_slice(fan->part, fan->part->drawn[fan->part->drawn_count - 1]);
    hpm_scale roots = hpm_scale_zero();
    for (uint32_t curve = 0; curve < fan->part->drawn_count; curve++) {
        classes[curve] = shade_of(fan, curve);
        for (uint32_t point = 0; point < POINTS; point++)
            hpm_scale_add(&roots, root_at(fan, curve, point));
    }
    const uint32_t level_count = variance_ticks(levels, &roots);
    const hpm_plot plot = {
        .title = "Total variance over log-moneyness, all expiries",
        .height = HEIGHT,
        .x_scale = fan->log_moneyness,
        .y_scale = roots,
        .x_ticks = ticks,
        .x_tick_count = hpm_strike_ticks(ticks, &fan->log_moneyness, last->forward.value, X_TICKS),
        .y_ticks = levels,
        .y_tick_count = level_count,
        .curve_count = fan->part->drawn_count,
        .point_count = POINTS,
        .context = fan,
        .x = drawn_at,
        .y = root_at,
        .curve_class = classes,
        .over = crossings_draw,
    };
    hpm_html_plot(stream, &plot);
}

int hpm_html_surface_fan(FILE *stream, const hpm_surface_part *part)
{
    const fan_view fan = {part, moneyness_scale(part)};
    if (part->drawn_count < 2) return 1; /* nothing to cross */
    const char **classes = malloc(part->drawn_count * sizeof *classes);
    if (classes == NULL) return 0;
    hpm_html_section_begin(stream, "Total variance",
                           "Volatility squared times time, of all expiries over ln(strike / "
                           "forward), on an axis of square roots; strikes are those of the last "
                           "expiry. Where a line is below that of an earlier expiry, a calendar "
                           "spread costs less than nothing.");
    legend(stream, &fan);
    plot_write(stream, &fan, classes);
    verdict(stream, &fan);
    hpm_html_section_end(stream);
    free(classes);
    return 1;
}
