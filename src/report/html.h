/* Reports as one self-contained HTML page: markup, style and SVG written by hand, no script, no
 * request. The markup is also well-formed XML.
 *
 * Text that is not ours goes through hpm_html_text, always. A figure is a <data> element: what
 * people read is rounded, its value is the digits of the JSON report, and data-key names the field
 * there ("components/0/initial", relative to the report whose number stands in the nearest
 * data-report). Colours have classes: `loss` and `gain` differ in hue and in sign. */
#ifndef HPM_REPORT_HTML_H
#define HPM_REPORT_HTML_H

#include <stdint.h>
#include <stdio.h>

#include "compare.h"
#include "html_scale.h"
#include "report.h"

#if defined(__GNUC__)
#define HPM_PRINTF(format_, first_) __attribute__((format(printf, format_, first_)))
#else
#define HPM_PRINTF(format_, first_)
#endif

/* ---- The page ---------------------------------------------------------------------------- */

/* `title` stands in the window's frame. */
void hpm_html_begin(FILE *stream, const char *title);
void hpm_html_end(FILE *stream);

/* A table with one line per account; `linked`: to the section of the report of the same number. */
void hpm_html_index_begin(FILE *stream);
void hpm_html_index_row(FILE *stream, const hpm_report *report, uint32_t number, int linked);
void hpm_html_index_end(FILE *stream);
/* Below the table, where no sections follow: market and rulebook, as of one of the reports. */
void hpm_html_index_inputs(FILE *stream, const hpm_report *report, uint32_t number);

/* Links to the sections of accounts, where a table of them would say too much. */
void hpm_html_links_begin(FILE *stream);
void hpm_html_link(FILE *stream, const char *account_id, uint32_t number);
void hpm_html_links_end(FILE *stream);

/* The section of one account, with its name unless that stands in a header of its own (NULL). */
void hpm_html_article_begin(FILE *stream, const char *account_id, uint32_t number);
void hpm_html_article_end(FILE *stream);

/* The same, whole. Returns 0 if memory failed on the way. */
int hpm_html_report(FILE *stream, const hpm_report *report, uint32_t number);
void hpm_html_compare(FILE *stream, const hpm_compare_report *report, uint32_t number);

/* ---- Its sections, one file each --------------------------------------------------------- */

void hpm_html_result(FILE *stream, const hpm_report *report);
void hpm_html_components(FILE *stream, const hpm_report *report);
void hpm_html_worst(FILE *stream, const hpm_report *report);
/* Its table alone; `key` names the scenario in the JSON report. */
void hpm_html_worst_table(FILE *stream, const hpm_report *report, const char *key);
void hpm_html_scenarios(FILE *stream, const hpm_report *report);
void hpm_html_profile(FILE *stream, const hpm_report *report);
void hpm_html_off_grid(FILE *stream, const hpm_report *report);
void hpm_html_ladders(FILE *stream, const hpm_report *report);
void hpm_html_greeks(FILE *stream, const hpm_report *report);
void hpm_html_collateral(FILE *stream, const hpm_report *report);
int hpm_html_lines(FILE *stream, const hpm_report *report);
void hpm_html_degraded(FILE *stream, const hpm_report *report);
void hpm_html_skipped(FILE *stream, const hpm_template_note *legs, uint32_t count);

/* ---- Inputs ------------------------------------------------------------------------------ */

/* All that a report's head names. */
void hpm_html_inputs(FILE *stream, const hpm_report_head *head);

/* The same in pieces: market, account and version of the numbers; and anything else. The section
 * stays open at the end. */
void hpm_html_inputs_begin(FILE *stream);
void hpm_html_inputs_head(FILE *stream, const hpm_report_head *head);
void hpm_html_input_text(FILE *stream, const char *name, const char *text, const char *key, ...)
    HPM_PRINTF(4, 5);
void hpm_html_input_hash(FILE *stream, const char *name, const hpm_hash *hash, const char *key, ...)
    HPM_PRINTF(4, 5);
void hpm_html_input_time(FILE *stream, const char *name, int64_t time_ns, const char *key);
void hpm_html_inputs_end(FILE *stream);

extern const char *const hpm_html_style[]; /* parts of the style sheet, then NULL */

/* ---- Markup ------------------------------------------------------------------------------- */

/* Escaped, for an element's content or a quoted attribute. What is not UTF-8, and what XML cannot
 * hold, becomes U+FFFD. */
void hpm_html_text(FILE *stream, const char *text);

/* At most `characters` of it, both ends kept; what is cut can be read in the element's title.
 * Isolated, so that its writing direction ends with it. */
void hpm_html_name(FILE *stream, const char *text, uint32_t characters);

/* The same for the content of an SVG <text>, where <bdi> is not known. */
void hpm_svg_name(FILE *stream, const char *text, uint32_t characters);

/* <section> with a heading and a sentence on how to read it (NULL: none). */
void hpm_html_section_begin(FILE *stream, const char *heading, const char *lead);
void hpm_html_section_end(FILE *stream);
/* A section that says why there is nothing to see. */
void hpm_html_section_lacking(FILE *stream, const char *heading, const char *why);
/* Sections of a group stand side by side where there is room; the others take the whole width. */
void hpm_html_group_begin(FILE *stream);
void hpm_html_group_end(FILE *stream);

/* Figures. `key` is a printf format and names the field of the report. */
void hpm_html_money(FILE *stream, int64_t e8, int decimals, const char *key, ...) HPM_PRINTF(4, 5);
/* With as many decimals as it has. */
void hpm_html_quantity(FILE *stream, int64_t e8, const char *key, ...) HPM_PRINTF(3, 4);
void hpm_html_real(FILE *stream, double value, int decimals, const char *key, ...) HPM_PRINTF(4, 5);
/* "+12.5 %" with the decimals that a move needs, and "90.4 %" of a whole. */
void hpm_html_move(FILE *stream, double ratio, const char *key, ...) HPM_PRINTF(3, 4);
void hpm_html_share(FILE *stream, double ratio, const char *key, ...) HPM_PRINTF(3, 4);
void hpm_html_count(FILE *stream, uint32_t count, const char *key, ...) HPM_PRINTF(3, 4);
/* A volatility or a rate: "45.12 %". */
void hpm_html_rate(FILE *stream, double ratio, const char *key, ...) HPM_PRINTF(3, 4);
/* Whether an account passes. */
void hpm_html_verdict(FILE *stream, int passes, const char *key, ...) HPM_PRINTF(3, 4);
/* One that the JSON report does not have. */
void hpm_html_plain(FILE *stream, double value, int decimals);
#define HPM_HTML_SHORT (-1) /* decimals: fewer as the number grows */

/* Tables: each cell knows its column's title, and becomes a line of its own where there is no room
 * for the columns. The first column heads its row. A NULL title ends the list. */
typedef struct hpm_html_table {
    FILE *stream;
    const char *const *titles;
    uint32_t column;
} hpm_html_table;

/* `label` says what the table is to those who cannot see the heading above it. */
void hpm_html_table_begin(hpm_html_table *table, FILE *stream, const char *label,
                          const char *const *titles);
void hpm_html_table_end(hpm_html_table *table);
/* `name`: a class, "" if none. */
void hpm_html_row_begin(hpm_html_table *table, const char *name);
void hpm_html_row_end(hpm_html_table *table);
void hpm_html_cell_begin(hpm_html_table *table);
void hpm_html_cell_end(hpm_html_table *table);
void hpm_html_cell_text(hpm_html_table *table, const char *text);

/* A bar beside a figure, which says the same: hidden from those who listen. `name` is its class. */
void hpm_html_bar(FILE *stream, const hpm_scale *scale, double from, double to, const char *name);

/* What the classes of bars mean; a NULL name ends the list. Texts of ours. */
typedef struct hpm_html_key {
    const char *name, *text;
} hpm_html_key;

void hpm_html_legend(FILE *stream, const hpm_html_key *keys);

/* The class of an amount by its sign: what costs the account is a loss. */
const char *hpm_html_sign(double value);

#endif
