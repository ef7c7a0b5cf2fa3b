/* Line charts. Positions along the width are percentages and so fit any width; heights are pixels.
 * Curves stand in an inner drawing that is stretched, with lines that keep their width. */
#include "html_plot.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "html.h"

#define HEIGHT  240
#define X_UNITS 1000 /* width of the inner drawing in its own units */
#define TICKS   6
#define LABELS  40 /* pixels of labels above and below the drawing; the style sheet divides them */
#define SECOND  14 /* of a second line below it */
#define BARE    12 /* above and below a drawing without labels; likewise */

double hpm_plot_x(const hpm_plot_frame *frame, double value)
{
    return hpm_scale_percent(&frame->x, value) * X_UNITS / 100;
}

/* What is off the scale is off the drawing, which cuts it, but not so far that digits run wild. */
double hpm_plot_y(const hpm_plot_frame *frame, double value)
{
    double share = (value - frame->y.low) / (frame->y.high - frame->y.low);
    if (!(share > -1)) share = -1;
    return frame->height * (1 - (share < 2 ? share : 2));
}

/* ---- Axes --------------------------------------------------------------------------------- */

typedef struct axis {
    hpm_plot_tick ticks[HPM_PLOT_TICKS_MAX];
    uint32_t count;
} axis;

static void axis_set(axis *to, const hpm_plot_tick *given, uint32_t count)
{
    assert(count <= HPM_PLOT_TICKS_MAX);
    memcpy(to->ticks, given, count * sizeof *given);
    to->count = count;
}

static void axis_round(axis *to, const hpm_ticks *ticks)
{
    assert(ticks->count <= HPM_PLOT_TICKS_MAX);
    to->count = ticks->count;
    for (uint32_t i = 0; i < ticks->count; i++) {
        to->ticks[i].at = hpm_tick_at(ticks, i);
        to->ticks[i].second[0] = '\0';
        hpm_tick_format(to->ticks[i].label, ticks, i);
    }
}

static int is_given(const hpm_scale *scale)
{
    return scale->low < scale->high;
}

static uint32_t at_most(uint32_t count)
{
    return count > 0 ? count : TICKS;
}

static hpm_scale x_scale(axis *to, const hpm_plot *plot)
{
    hpm_scale scale = plot->x_scale;
    if (!is_given(&scale))
        scale =
            (hpm_scale){plot->x(plot->context, 0), plot->x(plot->context, plot->point_count - 1)};
    if (plot->x_ticks != NULL) {
        axis_set(to, plot->x_ticks, plot->x_tick_count);
    } else {
        const hpm_ticks ticks = hpm_ticks_within(&scale, at_most(plot->x_tick_count));
        axis_round(to, &ticks);
    }
    return scale;
}

static hpm_scale values_scale(const hpm_plot *plot)
{
    hpm_scale scale = hpm_scale_zero();
    for (uint32_t curve = 0; curve < plot->curve_count; curve++)
        for (uint32_t point = 0; point < plot->point_count; point++)
            hpm_scale_add(&scale, plot->y(plot->context, curve, point));
    return scale;
}

static hpm_scale y_scale(axis *to, const hpm_plot *plot)
{
    hpm_scale scale = is_given(&plot->y_scale) ? plot->y_scale : values_scale(plot);
    if (plot->y_ticks != NULL) {
        axis_set(to, plot->y_ticks, plot->y_tick_count);
        return scale;
    }
    const uint32_t most = at_most(plot->y_tick_count);
    const hpm_ticks ticks =
        is_given(&plot->y_scale) ? hpm_ticks_within(&scale, most) : hpm_ticks_around(&scale, most);
    axis_round(to, &ticks);
    return scale;
}

static void y_axis(FILE *stream, const hpm_plot_frame *frame, const axis *y)
{
    for (uint32_t i = 0; i < y->count; i++) {
        const hpm_plot_tick *tick = &y->ticks[i];
        double place = hpm_plot_y(frame, tick->at);
        fprintf(stream,
                "<line class=\"%s\" x2=\"100%%\" y1=\"%.1f\" y2=\"%.1f\"/>"
                "<text class=\"y\" x=\"-8\" y=\"%.1f\">%s</text>\n",
                tick->at == 0 ? "axis" : "grid", place, place, place + 4, tick->label);
    }
}

static void x_label(FILE *stream, double percent, uint32_t y, const char *label)
{
    if (label[0] != '\0')
        fprintf(stream, "<text x=\"%.3f%%\" y=\"%u\">%s</text>", percent, y, label);
}

static void x_axis(FILE *stream, const hpm_plot *plot, const hpm_plot_frame *frame, const axis *x)
{
    for (uint32_t i = 0; i < x->count; i++) {
        const hpm_plot_tick *tick = &x->ticks[i];
        double place = hpm_scale_percent(&frame->x, tick->at);
        fprintf(stream, "<line class=\"grid\" x1=\"%.3f%%\" x2=\"%.3f%%\" y2=\"%u\"/>", place,
                place, frame->height);
        if (!plot->is_bare) {
            x_label(stream, place, frame->height + 16, tick->label);
            x_label(stream, place, frame->height + 16 + SECOND, tick->second);
        }
        fputc('\n', stream);
    }
}

static uint32_t labels_height(const hpm_plot *plot, const axis *x)
{
    if (plot->is_bare) return BARE;
    for (uint32_t i = 0; i < x->count; i++)
        if (x->ticks[i].second[0] != '\0') return LABELS + SECOND;
    return LABELS;
}

/* ---- Drawing ------------------------------------------------------------------------------ */

static void marks(FILE *stream, const hpm_plot *plot, const hpm_plot_frame *frame)
{
    for (uint32_t i = 0; i < plot->mark_count; i++) {
        double x = hpm_scale_percent(&frame->x, plot->marks[i].x);
        fprintf(stream,
                "<line class=\"%s\" x1=\"%.3f%%\" x2=\"%.3f%%\" y2=\"%u\"/>"
                "<text x=\"%.3f%%\" y=\"-6\">",
                plot->marks[i].strong ? "here" : "edge", x, x, frame->height, x);
        hpm_html_text(stream, plot->marks[i].label);
        fputs("</text>\n", stream);
    }
}

/* A point that is not finite leaves a gap. */
static void curve_write(FILE *stream, const hpm_plot *plot, uint32_t curve,
                        const hpm_plot_frame *frame)
{
    char command = 'M';
    fprintf(stream, "<path class=\"%s\" d=\"", plot->curve_class[curve]);
    for (uint32_t point = 0; point < plot->point_count; point++) {
        double value = plot->y(plot->context, curve, point);
        if (!isfinite(value)) {
            command = 'M';
            continue;
        }
        fprintf(stream, "%c%.1f %.1f", command, hpm_plot_x(frame, plot->x(plot->context, point)),
                hpm_plot_y(frame, value));
        command = 'L';
    }
    fputs("\"/>\n", stream);
}

static void inner_drawing(FILE *stream, const hpm_plot *plot, const hpm_plot_frame *frame)
{
    fprintf(stream,
            "<svg width=\"100%%\" height=\"%u\" viewBox=\"0 0 %d %u\" "
            "preserveAspectRatio=\"none\">\n",
            frame->height, X_UNITS, frame->height);
    if (plot->under != NULL) plot->under(stream, frame, plot->context);
    for (uint32_t curve = plot->curve_count; curve-- > 0;) /* the first lies on top */
        curve_write(stream, plot, curve, frame);
    if (plot->over != NULL) plot->over(stream, frame, plot->context);
    fputs("</svg>\n", stream);
}

void hpm_html_sample(FILE *stream, const char *name, const char *path, const char *text)
{
    fprintf(stream,
            "<span><svg class=\"sample\" aria-hidden=\"true\"><path class=\"%s\" d=\"%s\"/></svg>",
            name, path);
    hpm_html_text(stream, text);
    fputs("</span>\n", stream);
}

void hpm_html_plot(FILE *stream, const hpm_plot *plot)
{
    hpm_plot_frame frame = {.height = plot->height > 0 ? plot->height : HEIGHT};
    axis x, y;
    frame.x = x_scale(&x, plot);
    frame.y = y_scale(&y, plot);
    fprintf(stream,
            "<div class=\"chart\"><svg class=\"plot curves%s\" role=\"img\" "
            "style=\"height:%upx\">\n<title>",
            plot->is_bare ? " bare" : "", frame.height + labels_height(plot, &x));
    hpm_html_text(stream, plot->title);
    fputs("</title>\n", stream);
    x_axis(stream, plot, &frame, &x);
    y_axis(stream, &frame, &y);
    marks(stream, plot, &frame);
    inner_drawing(stream, plot, &frame);
    fputs("</svg></div>\n", stream);
}
