/* Line charts: several curves over one axis, with ticks on both, and whatever else a caller draws
 * between them. */
#ifndef HPM_REPORT_HTML_PLOT_H
#define HPM_REPORT_HTML_PLOT_H

#include <stdio.h>

#include "html_scale.h"

/* A line across the chart, with a label above it. */
typedef struct hpm_plot_mark {
    double x;
    char label[HPM_FORMAT_SIZE];
    int strong;
} hpm_plot_mark;

#define HPM_PLOT_MARKS_MAX 3
#define HPM_PLOT_TICKS_MAX 16

/* A tick of the caller's own, with one line below the axis or two; "": none. Texts of ours. */
typedef struct hpm_plot_tick {
    double at;
    char label[HPM_FORMAT_SIZE], second[HPM_FORMAT_SIZE];
} hpm_plot_tick;

/* Where things stand: hpm_plot_x and hpm_plot_y give places in the inner drawing, whose paths are
 * stretched with the page while their lines keep their width. */
typedef struct hpm_plot_frame {
    hpm_scale x, y;
    uint32_t height;
} hpm_plot_frame;

double hpm_plot_x(const hpm_plot_frame *frame, double value);
double hpm_plot_y(const hpm_plot_frame *frame, double value);

/* What is left zero: as said of it, or as suits one chart over the width of a section. */
typedef struct hpm_plot {
    const char *title;
    uint32_t height;                        /* pixels, without labels */
    int is_bare;                            /* stands below another with the same marks and ticks */
    hpm_scale x_scale;                      /* from the first point to the last */
    hpm_scale y_scale;                      /* from zero over all curves, to a tick at both ends */
    const hpm_plot_tick *x_ticks, *y_ticks; /* round numbers, x_tick_count of them at most */
    uint32_t x_tick_count, y_tick_count;
    uint32_t curve_count, point_count;
    const void *context;                              /* handed to the functions below */
    double (*x)(const void *context, uint32_t point); /* ascending */
    double (*y)(const void *context, uint32_t curve, uint32_t point);
    const char *const *curve_class;          /* [curve_count] */
    hpm_plot_mark marks[HPM_PLOT_MARKS_MAX]; /* by ascending x */
    uint32_t mark_count;
    /* Paths for the inner drawing, below and above the curves. */
    void (*under)(FILE *stream, const hpm_plot_frame *frame, const void *context);
    void (*over)(FILE *stream, const hpm_plot_frame *frame, const void *context);
} hpm_plot;

void hpm_html_plot(FILE *stream, const hpm_plot *plot);

/* What a class of paths means, for a legend: the path in a drawing 28 wide and 10 high. */
#define HPM_SAMPLE_LINE "M0 5H28"
#define HPM_SAMPLE_BAR  "M14 0V10"
#define HPM_SAMPLE_DOT  "M14 5h0"
void hpm_html_sample(FILE *stream, const char *name, const char *path, const char *text);

#endif
