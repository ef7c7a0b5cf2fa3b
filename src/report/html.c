/* Markup: text, figures, tables and bars. */
#include "html.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "base/real_text.h"
#include "io/utf8.h"

#define KEY_SIZE     96
#define COLUMNS_FEW  6
#define COLUMNS_MANY 10

/* ---- Text --------------------------------------------------------------------------------- */

static const char *entity_of(char byte)
{
    switch (byte) {
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '&':
        return "&amp;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

/* Control characters, U+FFFE and U+FFFF are no characters of XML; a page must not end at a NUL. */
static int is_unwritable(const char *text, size_t size)
{
    unsigned char byte = (unsigned char)text[0];
    if (size == 1) return (byte < 0x20 && byte != '\t' && byte != '\n') || byte == 0x7F;
    if (size == 2 && byte == 0xC2) return (unsigned char)text[1] < 0xA0;
    return size == 3 &&
           (memcmp(text, "\xEF\xBF\xBE", 3) == 0 || memcmp(text, "\xEF\xBF\xBF", 3) == 0);
}

static void text_write(FILE *stream, const char *text, size_t length)
{
    for (size_t i = 0; i < length;) {
        size_t size = hpm_utf8_length(text + i, length - i);
        const char *entity = size == 1 ? entity_of(text[i]) : NULL;
        if (size == 0 || is_unwritable(text + i, size)) {
            fputs("\xEF\xBF\xBD", stream);
        } else if (entity != NULL) {
            fputs(entity, stream);
        } else {
            fwrite(text + i, 1, size, stream);
        }
        i += size > 0 ? size : 1;
    }
}

void hpm_html_text(FILE *stream, const char *text)
{
    text_write(stream, text, strlen(text));
}

/* The first and the last characters of a text of `count`, `characters` together. */
static void middle_cut(FILE *stream, const char *text, size_t count, size_t characters)
{
    size_t length = strlen(text);
    size_t head = (characters - 1) / 2;
    size_t tail = hpm_utf8_prefix(text, length, count - (characters - 1 - head));
    text_write(stream, text, hpm_utf8_prefix(text, length, head));
    fputs("…", stream);
    text_write(stream, text + tail, length - tail);
}

void hpm_html_name(FILE *stream, const char *text, uint32_t characters)
{
    size_t count = hpm_utf8_count(text, strlen(text));
    if (count <= characters) {
        fputs("<bdi>", stream);
        hpm_html_text(stream, text);
    } else {
        fputs("<bdi title=\"", stream);
        hpm_html_text(stream, text);
        fputs("\">", stream);
        middle_cut(stream, text, count, characters);
    }
    fputs("</bdi>", stream);
}

void hpm_svg_name(FILE *stream, const char *text, uint32_t characters)
{
    size_t count = hpm_utf8_count(text, strlen(text));
    if (count <= characters) {
        hpm_html_text(stream, text);
        return;
    }
    fputs("<title>", stream);
    hpm_html_text(stream, text);
    fputs("</title>", stream);
    middle_cut(stream, text, count, characters);
}

void hpm_html_section_begin(FILE *stream, const char *heading, const char *lead)
{
    fputs("<section>\n<h3>", stream);
    hpm_html_text(stream, heading);
    fputs("</h3>\n", stream);
    if (lead == NULL) return;
    fputs("<p class=\"lead\">", stream);
    hpm_html_text(stream, lead);
    fputs("</p>\n", stream);
}

void hpm_html_section_end(FILE *stream)
{
    fputs("</section>\n", stream);
}

void hpm_html_section_lacking(FILE *stream, const char *heading, const char *why)
{
    hpm_html_section_begin(stream, heading, "Cannot be computed:");
    fputs("<p>", stream);
    hpm_html_text(stream, why);
    fputs("</p>\n", stream);
    hpm_html_section_end(stream);
}

void hpm_html_group_begin(FILE *stream)
{
    fputs("<div class=\"group\">\n", stream);
}

void hpm_html_group_end(FILE *stream)
{
    fputs("</div>\n", stream);
}

/* ---- Figures ------------------------------------------------------------------------------ */

/* `exact`: "" where the JSON report has null. */
static void figure_write(FILE *stream, const char *exact, const char *shown, const char *format,
                         va_list arguments)
{
    char key[KEY_SIZE];
    vsnprintf(key, sizeof key, format, arguments);
    fprintf(stream, "<data data-key=\"%s\" value=\"%s\">%s</data>", key, exact, shown);
}

void hpm_html_money(FILE *stream, int64_t e8, int decimals, const char *key, ...)
{
    char exact[HPM_DECIMAL_TEXT];
    char shown[HPM_FORMAT_SIZE];
    va_list arguments;
    hpm_decimal_format(exact, e8);
    hpm_format_e8(shown, e8, decimals);
    va_start(arguments, key);
    figure_write(stream, exact, shown, key, arguments);
    va_end(arguments);
}

void hpm_html_quantity(FILE *stream, int64_t e8, const char *key, ...)
{
    char exact[HPM_DECIMAL_TEXT];
    char shown[HPM_FORMAT_SIZE];
    va_list arguments;
    hpm_decimal_format(exact, e8);
    const char *point = strchr(exact, '.');
    hpm_format_e8(shown, e8, point != NULL ? (int)strlen(point + 1) : 0);
    va_start(arguments, key);
    figure_write(stream, exact, shown, key, arguments);
    va_end(arguments);
}

#define DIGITS_LIMIT 1e9 /* from here on no decimals are shown */

static void real_show(char shown[HPM_FORMAT_SIZE], double value, int decimals)
{
    double size = fabs(value);
    if (decimals < 0) decimals = size < 100 ? 4 : size < 100000 ? 2 : 0;
    if (size < DIGITS_LIMIT) {
        hpm_format_real(shown, value, decimals);
    } else {
        hpm_format_whole(shown, value);
    }
}

/* The digits that the JSON report has: "" of what it has no number for, and 0 of -0. */
static void exact_write(char text[HPM_REAL_TEXT], double value)
{
    text[0] = '\0';
    if (isfinite(value)) hpm_real_format(text, value + 0.0);
}

void hpm_html_real(FILE *stream, double value, int decimals, const char *key, ...)
{
    char exact[HPM_REAL_TEXT];
    char shown[HPM_FORMAT_SIZE] = "–";
    va_list arguments;
    exact_write(exact, value);
    if (isfinite(value)) real_show(shown, value, decimals);
    va_start(arguments, key);
    figure_write(stream, exact, shown, key, arguments);
    va_end(arguments);
}

void hpm_html_plain(FILE *stream, double value, int decimals)
{
    char shown[HPM_FORMAT_SIZE] = "–";
    if (isfinite(value)) real_show(shown, value, decimals);
    fputs(shown, stream);
}

void hpm_html_count(FILE *stream, uint32_t count, const char *key, ...)
{
    char exact[HPM_FORMAT_SIZE];
    char shown[HPM_FORMAT_SIZE];
    va_list arguments;
    snprintf(exact, sizeof exact, "%u", count);
    hpm_format_whole(shown, count);
    va_start(arguments, key);
    figure_write(stream, exact, shown, key, arguments);
    va_end(arguments);
}

/* `shown` is a percentage, unless the ratio has no value. */
static void ratio_write(FILE *stream, double ratio, const char *shown, const char *key,
                        va_list arguments)
{
    char exact[HPM_REAL_TEXT];
    exact_write(exact, ratio);
    figure_write(stream, exact, isfinite(ratio) ? shown : "–", key, arguments);
}

void hpm_html_move(FILE *stream, double ratio, const char *key, ...)
{
    char shown[HPM_FORMAT_SIZE];
    va_list arguments;
    hpm_format_percent(shown, ratio, 1);
    va_start(arguments, key);
    ratio_write(stream, ratio, shown, key, arguments);
    va_end(arguments);
}

static void percent_write(FILE *stream, double ratio, int decimals, const char *key,
                          va_list arguments)
{
    char number[HPM_FORMAT_SIZE];
    char shown[HPM_FORMAT_SIZE];
    hpm_format_real(number, ratio * 100, decimals);
    snprintf(shown, sizeof shown, "%.60s %%", number);
    ratio_write(stream, ratio, shown, key, arguments);
}

void hpm_html_share(FILE *stream, double ratio, const char *key, ...)
{
    va_list arguments;
    va_start(arguments, key);
    percent_write(stream, ratio, 1, key, arguments);
    va_end(arguments);
}

void hpm_html_rate(FILE *stream, double ratio, const char *key, ...)
{
    va_list arguments;
    va_start(arguments, key);
    percent_write(stream, ratio, 2, key, arguments);
    va_end(arguments);
}

void hpm_html_verdict(FILE *stream, int passes, const char *key, ...)
{
    char field[KEY_SIZE];
    va_list arguments;
    va_start(arguments, key);
    vsnprintf(field, sizeof field, key, arguments);
    va_end(arguments);
    fprintf(stream, "<data class=\"verdict %s\" data-key=\"%s\" value=\"%s\">%s</data>",
            passes ? "yes" : "no", field, passes ? "true" : "false", passes ? "✓ PASS" : "✗ FAIL");
}

/* ---- Tables ------------------------------------------------------------------------------- */

/* The more columns, the earlier a table becomes a list; the style sheet knows from where on. */
static const char *width_class(const char *const *titles)
{
    uint32_t count = 0;
    while (titles[count] != NULL)
        count++;
    if (count > COLUMNS_MANY) return " many most";
    return count <= COLUMNS_FEW ? "" : count == COLUMNS_FEW + 1 ? " more" : " many";
}

void hpm_html_table_begin(hpm_html_table *table, FILE *stream, const char *label,
                          const char *const *titles)
{
    *table = (hpm_html_table){.stream = stream, .titles = titles};
    fprintf(stream, "<div class=\"table%s\"><table aria-label=\"", width_class(titles));
    hpm_html_text(stream, label);
    fputs("\">\n<thead><tr>", stream);
    for (uint32_t i = 0; titles[i] != NULL; i++) {
        fputs("<th scope=\"col\">", stream);
        hpm_html_text(stream, titles[i]);
        fputs("</th>", stream);
    }
    fputs("</tr></thead>\n<tbody>\n", stream);
}

void hpm_html_table_end(hpm_html_table *table)
{
    fputs("</tbody>\n</table></div>\n", table->stream);
}

void hpm_html_row_begin(hpm_html_table *table, const char *name)
{
    table->column = 0;
    if (name[0] == '\0') {
        fputs("<tr>", table->stream);
    } else {
        fprintf(table->stream, "<tr class=\"%s\">", name);
    }
}

void hpm_html_row_end(hpm_html_table *table)
{
    fputs("</tr>\n", table->stream);
}

void hpm_html_cell_begin(hpm_html_table *table)
{
    if (table->column == 0) {
        fputs("<th scope=\"row\">", table->stream);
        return;
    }
    fputs("<td data-l=\"", table->stream);
    hpm_html_text(table->stream, table->titles[table->column]);
    fputs("\">", table->stream);
}

void hpm_html_cell_end(hpm_html_table *table)
{
    fputs(table->column == 0 ? "</th>" : "</td>", table->stream);
    table->column++;
}

void hpm_html_cell_text(hpm_html_table *table, const char *text)
{
    hpm_html_cell_begin(table);
    hpm_html_text(table->stream, text);
    hpm_html_cell_end(table);
}

/* ---- Bars --------------------------------------------------------------------------------- */

void hpm_html_bar(FILE *stream, const hpm_scale *scale, double from, double to, const char *name)
{
    double left = hpm_scale_percent(scale, from < to ? from : to);
    double right = hpm_scale_percent(scale, from < to ? to : from);
    fprintf(stream,
            "<svg class=\"bar\" aria-hidden=\"true\"><rect class=\"%s\" x=\"%.2f%%\" "
            "width=\"%.2f%%\" height=\"100%%\"/>",
            name, left, right - left);
    if (scale->low < 0) {
        double zero = hpm_scale_percent(scale, 0);
        fprintf(stream, "<line class=\"zero\" x1=\"%.2f%%\" x2=\"%.2f%%\" y2=\"100%%\"/>", zero,
                zero);
    }
    fputs("</svg>", stream);
}

void hpm_html_legend(FILE *stream, const hpm_html_key *keys)
{
    fputs("<p class=\"legend\">", stream);
    for (; keys->name != NULL; keys++)
        fprintf(stream,
                "<span><svg class=\"swatch\" aria-hidden=\"true\"><rect class=\"%s\" "
                "width=\"100%%\" height=\"100%%\"/></svg>%s</span>\n",
                keys->name, keys->text);
    fputs("</p>\n", stream);
}

const char *hpm_html_sign(double value)
{
    return value < 0 ? "loss" : "gain";
}
