/* Line charts. Positions along the width are percentages and so fit any width; heights are pixels.
 * Curves stand in an inner drawing that is stretched, with lines that keep their width. */
#include "html_plot.h"

#include <math.h>

#include "html.h"

#define HEIGHT  240
#define X_UNITS 1000 /* width of the inner drawing in its own units */
#define X_TICKS 6
#define Y_TICKS 6

static double y_pixels(const hpm_scale *scale, double value)
{
    return HEIGHT - hpm_scale_percent(scale, value) * HEIGHT / 100;
}

static hpm_scale y_scale(const hpm_plot *plot)
{
    hpm_scale scale = hpm_scale_zero();
    for (uint32_t curve = 0; curve < plot->curve_count; curve++)
        for (uint32_t point = 0; point < plot->point_count; point++)
            hpm_scale_add(&scale, plot->y(plot->context, curve, point));
    return scale;
}

static void y_axis(FILE *stream, const hpm_scale *scale, const hpm_ticks *ticks)
{
    char text[HPM_FORMAT_SIZE];
    for (uint32_t i = 0; i < ticks->count; i++) {
        double y = y_pixels(scale, hpm_tick_at(ticks, i));
        hpm_tick_format(text, ticks, i);
        fprintf(stream,
                "<line class=\"%s\" x2=\"100%%\" y1=\"%.1f\" y2=\"%.1f\"/>"
                "<text class=\"y\" x=\"-8\" y=\"%.1f\">%s</text>\n",
                hpm_tick_at(ticks, i) == 0 ? "axis" : "grid", y, y, y + 4, text);
    }
}

static void x_axis(FILE *stream, const hpm_scale *scale)
{
    const hpm_ticks ticks = hpm_ticks_within(scale, X_TICKS);
    char text[HPM_FORMAT_SIZE];
    for (uint32_t i = 0; i < ticks.count; i++) {
        double x = hpm_scale_percent(scale, hpm_tick_at(&ticks, i));
        hpm_tick_format(text, &ticks, i);
        fprintf(stream,
                "<line class=\"grid\" x1=\"%.3f%%\" x2=\"%.3f%%\" y2=\"%d\"/>"
                "<text x=\"%.3f%%\" y=\"%d\">%s</text>\n",
                x, x, HEIGHT, x, HEIGHT + 16, text);
    }
}

static void marks(FILE *stream, const hpm_plot *plot, const hpm_scale *scale)
{
    for (uint32_t i = 0; i < plot->mark_count; i++) {
        double x = hpm_scale_percent(scale, plot->marks[i].x);
        fprintf(stream,
                "<line class=\"%s\" x1=\"%.3f%%\" x2=\"%.3f%%\" y2=\"%d\"/>"
                "<text x=\"%.3f%%\" y=\"-6\">",
                plot->marks[i].strong ? "here" : "edge", x, x, HEIGHT, x);
        hpm_html_text(stream, plot->marks[i].label);
        fputs("</text>\n", stream);
    }
}

/* A point that is not finite leaves a gap. */
static void curve_write(FILE *stream, const hpm_plot *plot, uint32_t curve, const hpm_scale *x,
                        const hpm_scale *y)
{
    char command = 'M';
    fprintf(stream, "<path class=\"%s\" d=\"", plot->curve_class[curve]);
    for (uint32_t point = 0; point < plot->point_count; point++) {
        double value = plot->y(plot->context, curve, point);
        if (!isfinite(value)) {
            command = 'M';
            continue;
        }
        fprintf(stream, "%c%.1f %.1f", command,
                hpm_scale_percent(x, plot->x(plot->context, point)) * X_UNITS / 100,
                y_pixels(y, value));
        command = 'L';
    }
    fputs("\"/>\n", stream);
}

void hpm_html_plot(FILE *stream, const hpm_plot *plot)
{
    const hpm_scale x = {plot->x(plot->context, 0), plot->x(plot->context, plot->point_count - 1)};
    hpm_scale y = y_scale(plot);
    const hpm_ticks ticks = hpm_ticks_around(&y, Y_TICKS);
    fprintf(stream,
            "<div class=\"chart\"><svg class=\"plot curves\" role=\"img\" style=\"height:%dpx\">\n"
            "<title>",
            HEIGHT + 40);
    hpm_html_text(stream, plot->title);
    fputs("</title>\n", stream);
    x_axis(stream, &x);
    y_axis(stream, &y, &ticks);
    marks(stream, plot, &x);
    fprintf(stream,
            "<svg width=\"100%%\" height=\"%d\" viewBox=\"0 0 %d %d\" "
            "preserveAspectRatio=\"none\">\n",
            HEIGHT, X_UNITS, HEIGHT);
    for (uint32_t curve = plot->curve_count; curve-- > 0;) /* the first lies on top */
        curve_write(stream, plot, curve, &x, &y);
    fputs("</svg>\n</svg></div>\n", stream);
}
