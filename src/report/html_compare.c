/* A comparison as a page: what an account needs under several rulebooks, as bars of capital. */
#include <math.h>

#include "compare.h"
#include "html.h"

#define NAME_SHOWN 40

static const hpm_catalog *catalog_of(const hpm_compare_report *report)
{
    return report->head.array->catalog;
}

static const hpm_asset *reporting_of(const hpm_compare_report *report)
{
    return &catalog_of(report)->assets[report->head.array->market->reporting];
}

static const char *cover_class(const hpm_comparison *row)
{
    return row->same_cover ? "initial" : "maintenance";
}

static void name_begin(hpm_html_table *table, const hpm_compare_report *report, uint32_t index)
{
    char label[HPM_COMPARE_LABEL];
    hpm_html_row_begin(table, "");
    hpm_html_cell_begin(table);
    hpm_html_name(table->stream, hpm_compare_label(label, report, index), NAME_SHOWN);
}

static void empty_cells(hpm_html_table *table, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        hpm_html_cell_text(table, "–");
}

static void text_cell(hpm_html_table *table, const char *text, uint32_t index, const char *key)
{
    hpm_html_cell_begin(table);
    fprintf(table->stream, "<span data-key=\"rulebooks/%u/%s\">", index, key);
    hpm_html_text(table->stream, text);
    fputs("</span>", table->stream);
    hpm_html_cell_end(table);
}

static void real_cell(hpm_html_table *table, double value, int decimals, uint32_t index,
                      const char *key)
{
    hpm_html_cell_begin(table);
    hpm_html_real(table->stream, value, decimals, "rulebooks/%u/%s", index, key);
    hpm_html_cell_end(table);
}

static void money_cell(hpm_html_table *table, hpm_money amount, int decimals, uint32_t index,
                       const char *key)
{
    hpm_html_cell_begin(table);
    hpm_html_money(table->stream, amount.e8, decimals, "rulebooks/%u/%s", index, key);
    hpm_html_cell_end(table);
}

/* ---- What the positions need -------------------------------------------------------------- */

static hpm_scale scale_of(const hpm_compare_report *report)
{
    hpm_scale scale = hpm_scale_zero();
    for (uint32_t i = 0; i < report->row_count; i++)
        if (report->rows[i].status == HPM_OK) hpm_scale_add(&scale, report->rows[i].capital);
    return scale;
}

static void need_cells(hpm_html_table *table, const hpm_compare_report *report, uint32_t index)
{
    const hpm_comparison *row = &report->rows[index];
    int decimals = hpm_format_decimals(reporting_of(report)->kind);
    if (row->status != HPM_OK) {
        empty_cells(table, 4);
        return;
    }
    if (row->cash.is_found) {
        money_cell(table, row->cash.amount, decimals, index, "smallest_cash");
    } else {
        empty_cells(table, 1);
    }
    real_cell(table, row->capital, decimals, index, "capital");
    real_cell(table, row->ratio, 3, index, "ratio");
    hpm_html_cell_begin(table);
    hpm_html_share(table->stream, hpm_compare_efficiency(report, index), "rulebooks/%u/efficiency",
                   index);
    hpm_html_cell_end(table);
}

static void need_row(hpm_html_table *table, const hpm_compare_report *report, uint32_t index,
                     const hpm_scale *scale)
{
    const hpm_comparison *row = &report->rows[index];
    name_begin(table, report, index);
    if (row->status == HPM_OK && isfinite(row->capital))
        hpm_html_bar(table->stream, scale, 0, row->capital, cover_class(row));
    hpm_html_cell_end(table);
    need_cells(table, report, index);
    hpm_html_cell_begin(table);
    fprintf(table->stream, "<data data-key=\"rulebooks/%u/same_cover\" value=\"%s\">%s</data>",
            index, row->same_cover ? "true" : "false", row->same_cover ? "same" : "other");
    hpm_html_cell_end(table);
    hpm_html_row_end(table);
}

static void needs(FILE *stream, const hpm_compare_report *report)
{
    char first[HPM_RULE_NAME_SIZE + 16];
    const char *titles[] = {"rulebook", "smallest cash", "capital", "ratio", first, "cover", NULL};
    static const hpm_html_key legend[] = {
        {"initial", "same cover as the first"}, {"maintenance", "another cover"}, {NULL, NULL}};
    const hpm_scale scale = scale_of(report);
    char heading[64];
    hpm_html_table table;
    snprintf(first, sizeof first, "%s needs of it", report->rows[0].rulebook->name);
    snprintf(heading, sizeof heading, "What the positions need, %s", reporting_of(report)->name);
    hpm_html_section_begin(stream, heading,
                           "The smallest cash with which they pass, and as bars the capital: what "
                           "everything in the account is then worth. A ratio is a matter of "
                           "capital efficiency only where the cover is the same.");
    hpm_html_legend(stream, legend);
    hpm_html_table_begin(&table, stream, "cash and capital by rulebook", titles);
    for (uint32_t i = 0; i < report->row_count; i++)
        need_row(&table, report, i, &scale);
    hpm_html_table_end(&table);
    hpm_html_section_end(stream);
}

/* ---- The account as it stands ------------------------------------------------------------- */

/* Its name and its part. */
static void driver_cells(hpm_html_table *table, const hpm_comparison *row, int decimals,
                         uint32_t index)
{
    const hpm_component *components = row->rulebook->components.items;
    if (row->driver == HPM_NONE) {
        empty_cells(table, 2);
        return;
    }
    text_cell(table, components[row->driver].name, index, "driver/component");
    money_cell(table, row->margin.initial_part[row->driver], decimals, index, "driver/initial");
}

static void price_move(FILE *stream, const hpm_scenario_set *set, double price, uint32_t number)
{
    if (set->price_unit == HPM_PRICE_RATIO) {
        hpm_html_move(stream, price, "rulebooks/%u/worst_scenario/price", number);
        return;
    }
    hpm_html_real(stream, price, 2, "rulebooks/%u/worst_scenario/price", number);
    fputs(set->price_unit == HPM_PRICE_STEPS ? " steps" : " ranges", stream);
}

static void vol_move(FILE *stream, const hpm_scenario_set *set, double vol, uint32_t number)
{
    if (set->vol_unit == HPM_VOL_ATM_UNITS) {
        hpm_html_real(stream, vol, 2, "rulebooks/%u/worst_scenario/vol", number);
        fputs(" ATM", stream);
        return;
    }
    hpm_html_move(stream, vol, "rulebooks/%u/worst_scenario/vol", number);
    if (set->vol_unit == HPM_VOL_POINTS) fputs(" points", stream);
}

/* Which one, and how far it moves, in units of its set. */
static void scenario_cells(hpm_html_table *table, const hpm_comparison *row, uint32_t number)
{
    FILE *stream = table->stream;
    uint32_t index = 0;
    const hpm_scenario_set *set = hpm_compare_worst(row, &index);
    if (set == NULL) {
        empty_cells(table, 4);
        return;
    }
    const hpm_scenario scenario = hpm_scenario_set_at(set, index);
    text_cell(table, set->name, number, "worst_scenario/set");
    hpm_html_cell_begin(table);
    fprintf(stream, "<data data-key=\"rulebooks/%u/worst_scenario/index\" value=\"%u\">%u</data>",
            number, index, index);
    hpm_html_cell_end(table);
    hpm_html_cell_begin(table);
    price_move(stream, set, scenario.price, number);
    hpm_html_cell_end(table);
    hpm_html_cell_begin(table);
    vol_move(stream, set, scenario.vol, number);
    if (scenario.skew != 0) fputs(", skewed", stream);
    if (scenario.curvature != 0) fputs(", curved", stream);
    hpm_html_cell_end(table);
}

static void standing_row(hpm_html_table *table, const hpm_compare_report *report, uint32_t index)
{
    const hpm_comparison *row = &report->rows[index];
    const hpm_asset *currency = &catalog_of(report)->assets[row->currency];
    int decimals = hpm_format_decimals(currency->kind);
    name_begin(table, report, index);
    hpm_html_cell_end(table);
    if (row->status != HPM_OK) {
        empty_cells(table, 5);
        hpm_html_row_end(table);
        return;
    }
    hpm_html_cell_text(table, currency->name);
    money_cell(table, row->margin.equity, decimals, index, "equity");
    money_cell(table, row->margin.initial, decimals, index, "initial_margin");
    money_cell(table, row->margin.maintenance, decimals, index, "maintenance_margin");
    hpm_html_cell_begin(table);
    hpm_html_verdict(table->stream, row->margin.equity.e8 >= row->margin.initial.e8,
                     "rulebooks/%u/pass", index);
    hpm_html_cell_end(table);
    hpm_html_row_end(table);
}

static void standing(FILE *stream, const hpm_compare_report *report)
{
    static const char *const titles[] = {"rulebook",    "in",     "equity", "initial",
                                         "maintenance", "result", NULL};
    hpm_html_table table;
    hpm_html_section_begin(stream, "The account as it stands", "With the money that is in it.");
    hpm_html_table_begin(&table, stream, "the account under each rulebook", titles);
    for (uint32_t i = 0; i < report->row_count; i++)
        standing_row(&table, report, i);
    hpm_html_table_end(&table);
    hpm_html_section_end(stream);
}

/* ---- What drives it ----------------------------------------------------------------------- */

static void driver_row(hpm_html_table *table, const hpm_compare_report *report, uint32_t index)
{
    const hpm_comparison *row = &report->rows[index];
    const hpm_asset *currency = &catalog_of(report)->assets[row->currency];
    name_begin(table, report, index);
    hpm_html_cell_end(table);
    if (row->status == HPM_OK) {
        driver_cells(table, row, hpm_format_decimals(currency->kind), index);
        scenario_cells(table, row, index);
    } else {
        empty_cells(table, 6);
    }
    hpm_html_row_end(table);
}

static void drivers(FILE *stream, const hpm_compare_report *report)
{
    static const char *const titles[] = {"rulebook", "main driver", "part of it", "worst scenario",
                                         "number",   "price",       "volatility", NULL};
    hpm_html_table table;
    hpm_html_section_begin(stream, "What drives its initial margin",
                           "The largest part of it, and the scenario that set it.");
    hpm_html_table_begin(&table, stream, "what drives the initial margin", titles);
    for (uint32_t i = 0; i < report->row_count; i++)
        driver_row(&table, report, i);
    hpm_html_table_end(&table);
    hpm_html_section_end(stream);
}

/* ---- Reasons, inputs ---------------------------------------------------------------------- */

static void reason(FILE *stream, const hpm_comparison *row, uint32_t index)
{
    fputs("<p>", stream);
    hpm_html_name(stream, row->rulebook->name, NAME_SHOWN);
    if (row->status == HPM_OK) {
        fputs(": no amount of cash decides.</p>\n", stream);
        return;
    }
    fprintf(stream, ": <span data-key=\"rulebooks/%u/error/where\">", index);
    hpm_html_text(stream, row->error.where);
    fprintf(stream, "</span>: <span data-key=\"rulebooks/%u/error/message\">", index);
    hpm_html_text(stream, row->error.message);
    fputs("</span></p>\n", stream);
}

static void reasons(FILE *stream, const hpm_compare_report *report)
{
    int begun = 0;
    for (uint32_t i = 0; i < report->row_count; i++) {
        const hpm_comparison *row = &report->rows[i];
        if (row->status == HPM_OK && row->cash.is_found) continue;
        if (!begun) hpm_html_section_begin(stream, "Without an answer", NULL);
        begun = 1;
        reason(stream, row, i);
    }
    if (begun) hpm_html_section_end(stream);
}

static void rulebook_row(hpm_html_table *table, const hpm_rulebook *rulebook, uint32_t index)
{
    char digits[HPM_HASH_TEXT];
    hpm_hash_format(digits, &rulebook->hash);
    hpm_html_row_begin(table, "");
    hpm_html_cell_begin(table);
    fprintf(table->stream, "<span data-key=\"rulebooks/%u/name\">", index);
    hpm_html_name(table->stream, rulebook->name, NAME_SHOWN);
    fputs("</span>", table->stream);
    hpm_html_cell_end(table);
    text_cell(table, rulebook->version, index, "version");
    text_cell(table, rulebook->title, index, "title");
    hpm_html_cell_begin(table);
    fprintf(table->stream, "<code data-key=\"rulebooks/%u/hash\">%s</code>", index, digits);
    hpm_html_cell_end(table);
    hpm_html_row_end(table);
}

static void rulebooks(FILE *stream, const hpm_compare_report *report)
{
    static const char *const titles[] = {"rulebook", "version", "title", "hash", NULL};
    hpm_html_table table;
    fputs("<details class=\"texts\"><summary>Rulebooks</summary>\n", stream);
    hpm_html_table_begin(&table, stream, "rulebooks", titles);
    for (uint32_t i = 0; i < report->row_count; i++)
        rulebook_row(&table, report->rows[i].rulebook, i);
    hpm_html_table_end(&table);
    fputs("</details>\n", stream);
}

static void inputs(FILE *stream, const hpm_compare_report *report)
{
    hpm_html_inputs_begin(stream);
    hpm_html_inputs_head(stream, &report->head);
    hpm_html_input_text(stream, "Reporting currency", reporting_of(report)->name, "currency");
    hpm_html_inputs_end(stream);
    rulebooks(stream, report);
    hpm_html_section_end(stream);
}

void hpm_html_compare(FILE *stream, const hpm_compare_report *report, uint32_t number)
{
    hpm_html_article_begin(stream, report->head.account->id, number);
    needs(stream, report);
    standing(stream, report);
    drivers(stream, report);
    reasons(stream, report);
    hpm_html_skipped(stream, report->skipped, report->skipped_count);
    inputs(stream, report);
    hpm_html_article_end(stream);
}
