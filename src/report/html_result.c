/* What an account's section begins with: the result. */
#include <math.h>

#include "html.h"

#define ID_CHARACTERS 63

static const char *verdict_reason(const hpm_report *report)
{
    const hpm_margin *margin = &report->breakdown->margin;
    if (hpm_report_passes(report)) return "equity covers the initial margin";
    return margin->equity.e8 < margin->maintenance.e8 ? "equity is below the maintenance margin"
                                                      : "equity is below the initial margin";
}

/* ---- Tiles -------------------------------------------------------------------------------- */

static void tile_money(FILE *stream, const hpm_report *report, const char *name, const char *key,
                       int64_t e8)
{
    fprintf(stream, "<div><dt>%s, ", name);
    hpm_html_text(stream, hpm_report_currency(report));
    fputs("</dt><dd>", stream);
    hpm_html_money(stream, e8, hpm_report_decimals(report), "%s", key);
    fputs("</dd></div>\n", stream);
}

/* Not in the JSON report, but in that of `hpm limits`. */
static void tile_withdrawable(FILE *stream, const hpm_report *report)
{
    char text[HPM_FORMAT_SIZE];
    if (report->limits == NULL) return;
    hpm_format_e8(text, report->limits->withdrawable.e8, hpm_report_decimals(report));
    fputs("<div><dt>Withdrawable, ", stream);
    hpm_html_text(stream, hpm_report_currency(report));
    fprintf(stream, "</dt><dd>%s</dd></div>\n", text);
}

static void tile_health(FILE *stream, const hpm_report *report)
{
    double health = hpm_report_health(report);
    char words[128];
    hpm_report_health_text(words, report);
    fputs(isnan(health) ? "<div><dt>Health: nothing required" : "<div><dt>Health, ", stream);
    if (!isnan(health)) hpm_html_text(stream, words);
    fputs("</dt><dd>", stream);
    hpm_html_real(stream, health, 4, "health");
    fputs("</dd></div>\n", stream);
}

static void tiles(FILE *stream, const hpm_report *report)
{
    const hpm_margin *margin = &report->breakdown->margin;
    int64_t excess = hpm_report_excess(report);
    fputs("<dl class=\"tiles\">\n", stream);
    tile_money(stream, report, "Equity", "equity", margin->equity.e8);
    tile_money(stream, report, "Initial margin", "initial_margin", margin->initial.e8);
    tile_money(stream, report, "Maintenance margin", "maintenance_margin", margin->maintenance.e8);
    tile_money(stream, report, excess < 0 ? "Shortfall" : "Excess", "excess", excess);
    tile_withdrawable(stream, report);
    tile_health(stream, report);
    fputs("</dl>\n", stream);
}

/* ---- Gauge: equity with the requirements under it ----------------------------------------- */

static void gauge_bar(FILE *stream, const hpm_scale *scale, const char *label, hpm_money amount,
                      const char *name)
{
    fprintf(stream, "<li><span>%s</span>", label);
    hpm_html_bar(stream, scale, 0, hpm_e8_to_double(amount.e8), name);
    fputs("</li>\n", stream);
}

static void gauge(FILE *stream, const hpm_margin *margin)
{
    hpm_scale scale = hpm_scale_zero();
    hpm_scale_add(&scale, hpm_e8_to_double(margin->equity.e8));
    hpm_scale_add(&scale, hpm_e8_to_double(margin->initial.e8));
    hpm_scale_add(&scale, hpm_e8_to_double(margin->maintenance.e8));
    fputs("<ul class=\"gauge\" aria-hidden=\"true\">\n", stream);
    gauge_bar(stream, &scale, "equity", margin->equity, "equity");
    gauge_bar(stream, &scale, "initial", margin->initial, "initial");
    gauge_bar(stream, &scale, "maint.", margin->maintenance, "maintenance");
    fputs("</ul>\n", stream);
}

void hpm_html_result(FILE *stream, const hpm_report *report)
{
    fputs("<header>\n<h2 data-key=\"account/id\">", stream);
    hpm_html_name(stream, report->portfolio->account->id, ID_CHARACTERS);
    fputs("</h2>\n<p>", stream);
    hpm_html_verdict(stream, hpm_report_passes(report), "pass");
    fprintf(stream, " %s</p>\n", verdict_reason(report));
    tiles(stream, report);
    gauge(stream, &report->breakdown->margin);
    fputs("</header>\n", stream);
}
