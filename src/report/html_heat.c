/* Heat maps. Positions along the width are percentages and so fit any width; heights are pixels. */
#include "html_heat.h"

#include <math.h>

#include "html.h"

#define ROW_HEIGHT   30
#define STEPS        5   /* shades of each hue */
#define LABEL_WIDTH  58  /* pixels that a label of the horizontal axis needs */
#define NARROW_WIDTH 256 /* of the cells together on a narrow screen */
#define ROW_LABEL    16  /* characters */

/* Widths at which all cells have room for their figures; the style sheet knows these classes. */
static const struct fit {
    uint32_t columns;
    const char *name;
} fits[] = {{7, " fit7"}, {11, " fit11"}, {17, " fit17"}, {25, " fit25"}};

static const char *fit_class(uint32_t columns)
{
    for (size_t i = 0; i < sizeof fits / sizeof fits[0]; i++)
        if (columns <= fits[i].columns) return fits[i].name;
    return "";
}

static double largest(const hpm_heat *heat)
{
    double most = 0;
    for (uint32_t row = 0; row < heat->row_count; row++)
        for (uint32_t column = 0; column < heat->column_count; column++) {
            double size = fabs(heat->value(heat->context, row, column));
            if (size > most) most = size;
        }
    return most;
}

/* "l3": the third shade of losses of five; "z": nothing. */
static void shade(char name[8], double value, double most)
{
    int step = most > 0 ? (int)ceil(fabs(value) / most * STEPS) : 0;
    snprintf(name, 8, step == 0 ? "z" : "%c%d", value < 0 ? 'l' : 'g', step);
}

static void tooltip(FILE *stream, const hpm_heat *heat, uint32_t row, uint32_t column, double value)
{
    char label[HPM_HEAT_LABEL];
    char text[HPM_FORMAT_SIZE];
    fputs("<title>", stream);
    heat->column_label(label, heat->context, column);
    hpm_html_text(stream, label);
    fputs(", ", stream);
    heat->row_label(label, heat->context, row);
    hpm_html_text(stream, label);
    hpm_format_real(text, value, heat->decimals);
    fprintf(stream, ": %s ", text);
    hpm_html_text(stream, heat->unit);
    fputs("</title>", stream);
}

static void cell(FILE *stream, const hpm_heat *heat, uint32_t row, uint32_t column, double most)
{
    double value = heat->value(heat->context, row, column);
    double width = 100.0 / heat->column_count;
    char text[HPM_FORMAT_SIZE];
    char name[8];
    shade(name, value, most);
    hpm_compact_format(text, value);
    fprintf(stream, "<g class=\"%s\">", name);
    tooltip(stream, heat, row, column, value);
    fprintf(stream,
            "<rect x=\"%.3f%%\" y=\"%u\" width=\"%.3f%%\" height=\"%d\"/>"
            "<text x=\"%.3f%%\" y=\"%u\">%s</text></g>\n",
            column * width, row * ROW_HEIGHT, width, ROW_HEIGHT, (column + 0.5) * width,
            row * ROW_HEIGHT + 19, text);
}

static void row_labels(FILE *stream, const hpm_heat *heat)
{
    char label[HPM_HEAT_LABEL];
    for (uint32_t row = 0; row < heat->row_count; row++) {
        heat->row_label(label, heat->context, row);
        fprintf(stream, "<text class=\"y\" x=\"-8\" y=\"%u\">", row * ROW_HEIGHT + 19);
        hpm_svg_name(stream, label, ROW_LABEL);
        fputs("</text>\n", stream);
    }
}

/* On a narrow screen only every so many columns have a label; the others wait for room. */
static void column_labels(FILE *stream, const hpm_heat *heat)
{
    uint32_t every = (heat->column_count * LABEL_WIDTH + NARROW_WIDTH - 1) / NARROW_WIDTH;
    double width = 100.0 / heat->column_count;
    char label[HPM_HEAT_LABEL];
    if (every == 0) every = 1;
    for (uint32_t column = 0; column < heat->column_count; column++) {
        heat->column_label(label, heat->context, column);
        fprintf(stream, "<text class=\"x%s\" x=\"%.3f%%\" y=\"%u\">",
                column % every == 0 ? "" : " room", (column + 0.5) * width,
                heat->row_count * ROW_HEIGHT + 16);
        hpm_svg_name(stream, label, ROW_LABEL);
        fputs("</text>\n", stream);
    }
}

static void mark(FILE *stream, const hpm_heat *heat)
{
    double width = 100.0 / heat->column_count;
    if (heat->marked_row == HPM_NONE || heat->marked_column == HPM_NONE) return;
    fprintf(stream, "<rect class=\"mark\" x=\"%.3f%%\" y=\"%u\" width=\"%.3f%%\" height=\"%d\"/>\n",
            heat->marked_column * width, heat->marked_row * ROW_HEIGHT, width, ROW_HEIGHT);
}

/* Ten shades from the largest loss to the largest gain. */
static void legend(FILE *stream, double most)
{
    char text[HPM_FORMAT_SIZE];
    hpm_compact_format(text, most);
    fprintf(stream, "<p class=\"shades\"><span>-%s</span><svg aria-hidden=\"true\">", text);
    for (int i = -STEPS; i <= STEPS; i++) {
        char name[8];
        shade(name, i, STEPS);
        fprintf(stream, "<g class=\"%s\"><rect x=\"%.2f%%\" width=\"9.1%%\" height=\"100%%\"/></g>",
                name, (i + STEPS) * 100.0 / (2 * STEPS + 1));
    }
    fprintf(stream, "</svg><span>+%s</span></p>\n", text);
}

void hpm_html_heat(FILE *stream, const hpm_heat *heat)
{
    double most = largest(heat);
    fprintf(stream,
            "<div class=\"chart\"><svg class=\"plot heat%s\" role=\"img\" "
            "style=\"height:%upx\">\n<title>",
            fit_class(heat->column_count), heat->row_count * ROW_HEIGHT + 22);
    hpm_html_text(stream, heat->title);
    fputs("</title>\n", stream);
    for (uint32_t row = 0; row < heat->row_count; row++)
        for (uint32_t column = 0; column < heat->column_count; column++)
            cell(stream, heat, row, column, most);
    mark(stream, heat);
    row_labels(stream, heat);
    column_labels(stream, heat);
    fputs("</svg></div>\n", stream);
    legend(stream, most);
}
