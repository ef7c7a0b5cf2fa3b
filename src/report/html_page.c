/* The page: its frame, the table of accounts and the order of an account's sections. */
#include "html.h"

#include <math.h>

#define INDEX_NAME 40 /* characters of an account's id in the table of accounts */

/* The policy lets nothing in but the style below, whatever a text may smuggle. */
void hpm_html_begin(FILE *stream, const char *title)
{
    fputs("<!DOCTYPE html>\n"
          "<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
          "<meta http-equiv=\"Content-Security-Policy\" "
          "content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\"/>\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
          "<meta name=\"color-scheme\" content=\"light dark\"/>\n"
          "<link rel=\"icon\" href=\"data:,\"/>\n<title>",
          stream);
    hpm_html_text(stream, title);
    fputs("</title>\n<style>\n", stream);
    for (uint32_t i = 0; hpm_html_style[i] != NULL; i++)
        fputs(hpm_html_style[i], stream);
    fputs("</style>\n</head>\n<body>\n<main>\n<h1>", stream);
    hpm_html_text(stream, title);
    fputs("</h1>\n", stream);
}

void hpm_html_end(FILE *stream)
{
    fputs("</main>\n</body>\n</html>\n", stream);
}

/* ---- Table of accounts -------------------------------------------------------------------- */

static const char *const index_titles[] = {
    "account", "equity", "initial margin", "maintenance margin",
    "excess",  "health", "result",         NULL};

void hpm_html_index_begin(FILE *stream)
{
    hpm_html_table table;
    fputs("<nav>\n<h2>Accounts</h2>\n", stream);
    hpm_html_table_begin(&table, stream, "accounts", index_titles);
}

static void index_name(FILE *stream, const hpm_report *report, uint32_t number, int linked)
{
    if (linked) fprintf(stream, "<a href=\"#account-%u\">", number);
    hpm_html_name(stream, report->portfolio->account->id, INDEX_NAME);
    if (linked) fputs("</a>", stream);
}

static void index_money(hpm_html_table *table, const hpm_report *report, hpm_money amount,
                        const char *key)
{
    hpm_html_cell_begin(table);
    hpm_html_money(table->stream, amount.e8, hpm_report_decimals(report), "%s", key);
    hpm_html_cell_end(table);
}

void hpm_html_index_row(FILE *stream, const hpm_report *report, uint32_t number, int linked)
{
    const hpm_margin *margin = &report->breakdown->margin;
    hpm_html_table table = {.stream = stream, .titles = index_titles};
    fprintf(stream, "<tr data-report=\"%u\">", number);
    hpm_html_cell_begin(&table);
    index_name(stream, report, number, linked);
    hpm_html_cell_end(&table);
    index_money(&table, report, margin->equity, "equity");
    index_money(&table, report, margin->initial, "initial_margin");
    index_money(&table, report, margin->maintenance, "maintenance_margin");
    index_money(&table, report, (hpm_money){hpm_report_excess(report)}, "excess");
    hpm_html_cell_begin(&table);
    hpm_html_real(stream, hpm_report_health(report), 3, "health");
    hpm_html_cell_end(&table);
    hpm_html_cell_begin(&table);
    hpm_html_verdict(stream, hpm_report_passes(report), "pass");
    hpm_html_cell_end(&table);
    hpm_html_row_end(&table);
}

void hpm_html_index_end(FILE *stream)
{
    hpm_html_table table = {.stream = stream};
    hpm_html_table_end(&table);
    fputs("</nav>\n", stream);
}

void hpm_html_index_inputs(FILE *stream, const hpm_report *report, uint32_t number)
{
    hpm_report_head head = hpm_report_head_of(report);
    head.account = NULL; /* they differ in it */
    fprintf(stream, "<div data-report=\"%u\">\n", number);
    hpm_html_inputs(stream, &head);
    fputs("</div>\n", stream);
}

void hpm_html_links_begin(FILE *stream)
{
    fputs("<nav>\n<h2>Accounts</h2>\n<ul>\n", stream);
}

void hpm_html_link(FILE *stream, const char *account_id, uint32_t number)
{
    fprintf(stream, "<li><a href=\"#account-%u\">", number);
    hpm_html_name(stream, account_id, INDEX_NAME);
    fputs("</a></li>\n", stream);
}

void hpm_html_links_end(FILE *stream)
{
    fputs("</ul>\n</nav>\n", stream);
}

/* ---- One account -------------------------------------------------------------------------- */

void hpm_html_article_begin(FILE *stream, const char *account_id, uint32_t number)
{
    fprintf(stream, "<article id=\"account-%u\" data-report=\"%u\">\n", number, number);
    if (account_id == NULL) return;
    fputs("<header><h2 data-key=\"account/id\">", stream);
    hpm_html_name(stream, account_id, HPM_ACCOUNT_ID_SIZE);
    fputs("</h2></header>\n", stream);
}

void hpm_html_article_end(FILE *stream)
{
    fputs("</article>\n", stream);
}

int hpm_html_report(FILE *stream, const hpm_report *report, uint32_t number)
{
    const hpm_report_head head = hpm_report_head_of(report);
    hpm_html_article_begin(stream, NULL, number);
    hpm_html_result(stream, report);
    hpm_html_components(stream, report);
    hpm_html_group_begin(stream);
    hpm_html_collateral(stream, report);
    hpm_html_worst(stream, report);
    hpm_html_group_end(stream);
    hpm_html_scenarios(stream, report);
    hpm_html_off_grid(stream, report);
    hpm_html_profile(stream, report);
    hpm_html_ladders(stream, report);
    hpm_html_greeks(stream, report);
    int done = hpm_html_lines(stream, report);
    hpm_html_degraded(stream, report);
    hpm_html_skipped(stream, report->skipped, report->skipped_count);
    hpm_html_inputs(stream, &head);
    hpm_html_article_end(stream);
    return done;
}
