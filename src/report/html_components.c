/* The margin waterfall: how charges add up to the two requirements. */
#include <string.h>

#include "html.h"
#include "margin/charge.h"

/* What has been added up so far. Parts may be negative, and then the sum goes back. */
typedef struct waterfall {
    hpm_scale scale;
    double initial, maintenance;
} waterfall;

static waterfall waterfall_of(const hpm_margin *margin)
{
    waterfall fall = {.scale = hpm_scale_zero()};
    double initial = 0, maintenance = 0;
    for (uint32_t i = 0; i < margin->component_count; i++) {
        initial += hpm_e8_to_double(margin->initial_part[i].e8);
        maintenance += hpm_e8_to_double(margin->maintenance_part[i].e8);
        hpm_scale_add(&fall.scale, initial);
        hpm_scale_add(&fall.scale, maintenance);
    }
    return fall;
}

static void step(FILE *stream, const hpm_scale *scale, double *sum, hpm_money part,
                 const char *name)
{
    double after = *sum + hpm_e8_to_double(part.e8);
    hpm_html_bar(stream, scale, *sum, after, name);
    *sum = after;
}

static void part_cell(hpm_html_table *table, const hpm_report *report, hpm_money part,
                      uint32_t index, const char *key)
{
    hpm_html_cell_begin(table);
    hpm_html_money(table->stream, part.e8, hpm_report_decimals(report), "components/%u/%s", index,
                   key);
    hpm_html_cell_end(table);
}

static void share_cell(hpm_html_table *table, hpm_money part, hpm_money whole, uint32_t index,
                       const char *key)
{
    hpm_html_cell_begin(table);
    hpm_html_share(table->stream, hpm_report_share(part, whole), "components/%u/%s", index, key);
    hpm_html_cell_end(table);
}

static void part_cells(hpm_html_table *table, const hpm_report *report, uint32_t index)
{
    const hpm_margin *margin = &report->breakdown->margin;
    hpm_money initial = margin->initial_part[index];
    hpm_money maintenance = margin->maintenance_part[index];
    part_cell(table, report, initial, index, "initial");
    share_cell(table, initial, margin->initial, index, "initial_share");
    part_cell(table, report, maintenance, index, "maintenance");
    share_cell(table, maintenance, margin->maintenance, index, "maintenance_share");
}

static void component_row(hpm_html_table *table, const hpm_report *report, uint32_t index,
                          waterfall *fall)
{
    const hpm_margin *margin = &report->breakdown->margin;
    const hpm_component *component =
        (const hpm_component *)report->breakdown->array->rulebook->components.items + index;
    hpm_html_row_begin(table, "");
    hpm_html_cell_begin(table);
    hpm_html_text(table->stream, component->name);
    if (component->text[0] != '\0') {
        fputs("<small>", table->stream);
        hpm_html_text(table->stream, component->text);
        fputs("</small>", table->stream);
    }
    step(table->stream, &fall->scale, &fall->initial, margin->initial_part[index], "initial");
    step(table->stream, &fall->scale, &fall->maintenance, margin->maintenance_part[index],
         "maintenance");
    hpm_html_cell_end(table);
    part_cells(table, report, index);
    hpm_html_row_end(table);
}

static void total_row(hpm_html_table *table, const hpm_report *report, const waterfall *fall)
{
    const hpm_margin *margin = &report->breakdown->margin;
    int decimals = hpm_report_decimals(report);
    hpm_html_row_begin(table, "total");
    hpm_html_cell_begin(table);
    fputs("total", table->stream);
    hpm_html_bar(table->stream, &fall->scale, 0, fall->initial, "initial");
    hpm_html_bar(table->stream, &fall->scale, 0, fall->maintenance, "maintenance");
    hpm_html_cell_end(table);
    hpm_html_cell_begin(table);
    hpm_html_money(table->stream, margin->initial.e8, decimals, "initial_margin");
    hpm_html_cell_end(table);
    hpm_html_cell_text(table, "");
    hpm_html_cell_begin(table);
    hpm_html_money(table->stream, margin->maintenance.e8, decimals, "maintenance_margin");
    hpm_html_cell_end(table);
    hpm_html_cell_text(table, "");
    hpm_html_row_end(table);
}

/* Combinations have no part of their own, and a charge of zero adds no step. */
static int has_part(const hpm_margin *margin, uint32_t index)
{
    return margin->initial_part[index].e8 != 0 || margin->maintenance_part[index].e8 != 0;
}

static void every_row(hpm_html_table *table, const hpm_report *report, uint32_t index)
{
    const hpm_margin *margin = &report->breakdown->margin;
    const hpm_component *component =
        (const hpm_component *)report->breakdown->array->rulebook->components.items + index;
    hpm_html_row_begin(table, "");
    hpm_html_cell_text(table, component->name);
    hpm_html_cell_text(table, hpm_component_names[component->kind]);
    hpm_html_cell_begin(table);
    hpm_html_real(table->stream, margin->value[index], hpm_report_decimals(report),
                  "components/%u/unweighted", index);
    hpm_html_cell_end(table);
    part_cells(table, report, index);
    hpm_html_row_end(table);
}

/* Combinations too, and values before the factors with which they count. */
static void every_component(FILE *stream, const hpm_report *report)
{
    static const char *const titles[] = {"component", "kind",        "before factors", "initial",
                                         "share",     "maintenance", "share",          NULL};
    uint32_t count = report->breakdown->margin.component_count;
    hpm_html_table table;
    fprintf(stream, "<details><summary>All %u components</summary>\n", count);
    hpm_html_table_begin(&table, stream, "all components", titles);
    for (uint32_t i = 0; i < count; i++)
        every_row(&table, report, i);
    hpm_html_table_end(&table);
    fputs("</details>\n", stream);
}

void hpm_html_components(FILE *stream, const hpm_report *report)
{
    static const char *const titles[] = {"charge",      "initial", "share",
                                         "maintenance", "share",   NULL};
    static const hpm_html_key legend[] = {
        {"initial", "initial"}, {"maintenance", "maintenance"}, {NULL, NULL}};
    const hpm_margin *margin = &report->breakdown->margin;
    waterfall fall = waterfall_of(margin);
    hpm_html_table table;
    hpm_html_section_begin(stream, "Margin waterfall",
                           "Each charge goes on where the one before ends.");
    hpm_html_legend(stream, legend);
    hpm_html_table_begin(&table, stream, "charges and their sums", titles);
    for (uint32_t i = 0; i < margin->component_count; i++)
        if (has_part(margin, i)) component_row(&table, report, i, &fall);
    total_row(&table, report, &fall);
    hpm_html_table_end(&table);
    every_component(stream, report);
    hpm_html_section_end(stream);
}
