/* What to doubt: inputs that are not fully trusted, and legs of a template that the market lacks.
 */
#include "html.h"

#define NAME_SHOWN 44

static void degraded_cell(hpm_html_table *table, double value, int decimals, uint32_t index,
                          const char *key)
{
    hpm_html_cell_begin(table);
    hpm_html_real(table->stream, value, decimals, "degraded/%u/%s", index, key);
    hpm_html_cell_end(table);
}

void hpm_html_degraded(FILE *stream, const hpm_report *report)
{
    static const char *const titles[] = {"input", "of", "confidence", "age, s", "effective", NULL};
    hpm_html_table table;
    if (report->degraded_count == 0) return;
    hpm_html_section_begin(stream, "Degraded inputs",
                           "Inputs that this account depends on and that are old or doubted. "
                           "Effective confidence is what is left of it after the age.");
    hpm_html_table_begin(&table, stream, "degraded inputs", titles);
    for (uint32_t i = 0; i < report->degraded_count; i++) {
        const hpm_degraded *row = &report->degraded[i];
        char name[HPM_NAME_SIZE];
        hpm_report_degraded_name(name, report, row);
        hpm_html_row_begin(&table, "");
        hpm_html_cell_begin(&table);
        hpm_html_name(stream, name, NAME_SHOWN);
        hpm_html_cell_end(&table);
        hpm_html_cell_text(&table, hpm_report_degraded_kind(row->kind));
        degraded_cell(&table, row->confidence, 4, i, "confidence");
        degraded_cell(&table, row->age_s, 1, i, "age_s");
        degraded_cell(&table, row->effective, 4, i, "effective");
        hpm_html_row_end(&table);
    }
    hpm_html_table_end(&table);
    hpm_html_section_end(stream);
}

void hpm_html_skipped(FILE *stream, const hpm_template_note *legs, uint32_t count)
{
    if (count == 0) return;
    hpm_html_section_begin(stream, "Skipped legs",
                           "Parts of the account template that this market does not list.");
    fputs("<ul>\n", stream);
    for (uint32_t i = 0; i < count; i++) {
        fprintf(stream, "<li><b data-key=\"skipped_legs/%u/leg\">", i);
        hpm_html_text(stream, legs[i].name);
        fprintf(stream, "</b>: <span data-key=\"skipped_legs/%u/reason\">", i);
        hpm_html_text(stream, legs[i].reason);
        fputs("</span></li>\n", stream);
    }
    fputs("</ul>\n", stream);
    hpm_html_section_end(stream);
}
