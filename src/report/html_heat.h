/* Heat maps: a matrix of amounts as coloured cells, losses in one hue and gains in another. Cells
 * have their figures where there is room for them, and always as a tooltip. */
#ifndef HPM_REPORT_HTML_HEAT_H
#define HPM_REPORT_HTML_HEAT_H

#include <stdint.h>
#include <stdio.h>

#define HPM_HEAT_LABEL 64

/* Rows are drawn from the top. */
typedef struct hpm_heat {
    uint32_t row_count, column_count;
    const void *context; /* handed to the functions below */
    double (*value)(const void *context, uint32_t row, uint32_t column);
    void (*row_label)(char text[HPM_HEAT_LABEL], const void *context, uint32_t row);
    void (*column_label)(char text[HPM_HEAT_LABEL], const void *context, uint32_t column);
    uint32_t marked_row, marked_column; /* the cell that is outlined; HPM_NONE: none */
    const char *title, *unit;
    int decimals; /* of the tooltips */
} hpm_heat;

void hpm_html_heat(FILE *stream, const hpm_heat *heat);

#endif
