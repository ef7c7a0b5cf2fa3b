/* What an account's section begins and ends with: the result, and the inputs that it came from. */
#include <math.h>

#include "html.h"
#include "io/time_text.h"

#define ID_CHARACTERS 63

void hpm_html_verdict(FILE *stream, const hpm_report *report)
{
    int passes = hpm_report_passes(report);
    fprintf(stream, "<data class=\"verdict %s\" data-key=\"pass\" value=\"%s\">%s</data>",
            passes ? "yes" : "no", passes ? "true" : "false", passes ? "✓ PASS" : "✗ FAIL");
}

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

static void tile_health(FILE *stream, const hpm_report *report)
{
    double health = hpm_report_health(report);
    fprintf(stream, "<div><dt>%s</dt><dd>",
            isnan(health) ? "Health: nothing required" : "Health, equity / maintenance");
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
    hpm_html_verdict(stream, report);
    fprintf(stream, " %s</p>\n", verdict_reason(report));
    tiles(stream, report);
    gauge(stream, &report->breakdown->margin);
    fputs("</header>\n", stream);
}

/* ---- Inputs ------------------------------------------------------------------------------- */

static void input_text(FILE *stream, const char *name, const char *key, const char *text)
{
    fprintf(stream, "<div><dt>%s</dt><dd data-key=\"%s\"><bdi>", name, key);
    hpm_html_text(stream, text);
    fputs("</bdi></dd></div>\n", stream);
}

static void input_hash(FILE *stream, const char *name, const char *key, const hpm_hash *hash)
{
    char digits[HPM_HASH_TEXT];
    hpm_hash_format(digits, hash);
    fprintf(stream, "<div><dt>%s</dt><dd data-key=\"%s\"><code>%s</code></dd></div>\n", name, key,
            digits);
}

static void input_time(FILE *stream, int64_t time_ns)
{
    char exact[HPM_TIME_TEXT];
    char shown[HPM_FORMAT_SIZE];
    hpm_time_format(exact, time_ns);
    hpm_format_time(shown, time_ns);
    fprintf(stream,
            "<div><dt>Market time</dt><dd><time data-key=\"market/time\" datetime=\"%s\">%s</time>"
            "</dd></div>\n",
            exact, shown);
}

void hpm_html_inputs(FILE *stream, const hpm_report *report, int with_account)
{
    const hpm_risk_array *array = report->breakdown->array;
    hpm_html_section_begin(stream, "Inputs",
                           "The same inputs give the same figures, to the last digit. The hashes "
                           "are SHA-256.");
    fputs("<dl class=\"inputs\">\n", stream);
    input_time(stream, array->market->now_ns);
    input_text(stream, "Market source", "market/source", report->source);
    input_hash(stream, "Market hash", "market/hash", &array->market->hash);
    if (with_account) input_hash(stream, "Account hash", "account/hash", &report->account_hash);
    input_text(stream, "Rulebook", "rulebook/name", array->rulebook->name);
    input_text(stream, "Rulebook version", "rulebook/version", array->rulebook->version);
    input_text(stream, "Rulebook title", "rulebook/title", array->rulebook->title);
    input_hash(stream, "Rulebook hash", "rulebook/hash", &array->rulebook->hash);
    fprintf(stream,
            "<div><dt>Numbers version</dt><dd><data data-key=\"numbers_version\" value=\"%d\">%d"
            "</data></dd></div>\n",
            HPM_NUMBERS_VERSION, HPM_NUMBERS_VERSION);
    input_text(stream, "Reporting currency", "currency", hpm_report_currency(report));
    fputs("</dl>\n", stream);
    hpm_html_section_end(stream);
}
