/* Line charts: several curves over one axis, with round ticks on both. */
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

typedef struct hpm_plot {
    const char *title;
    uint32_t curve_count, point_count;
    const void *context;                              /* handed to the functions below */
    double (*x)(const void *context, uint32_t point); /* ascending */
    double (*y)(const void *context, uint32_t curve, uint32_t point);
    const char *const *curve_class;          /* [curve_count] */
    hpm_plot_mark marks[HPM_PLOT_MARKS_MAX]; /* by ascending x */
    uint32_t mark_count;
} hpm_plot;

void hpm_html_plot(FILE *stream, const hpm_plot *plot);

#endif
