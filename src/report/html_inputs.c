/* What a page's figures came from: account, market and rulebook with their hashes. */
#include <stdarg.h>

#include "hpm/margin.h"
#include "html.h"
#include "io/time_text.h"

#define KEY_SIZE 96

void hpm_html_inputs_begin(FILE *stream)
{
    hpm_html_section_begin(stream, "Inputs",
                           "The same inputs give the same figures, to the last digit. The hashes "
                           "are SHA-256.");
    fputs("<dl class=\"inputs\">\n", stream);
}

void hpm_html_inputs_end(FILE *stream)
{
    fputs("</dl>\n", stream);
}

static void name_write(FILE *stream, const char *name)
{
    fprintf(stream, "<div><dt>%s</dt><dd", name);
}

void hpm_html_input_text(FILE *stream, const char *name, const char *text, const char *key, ...)
{
    char field[KEY_SIZE];
    va_list arguments;
    va_start(arguments, key);
    vsnprintf(field, sizeof field, key, arguments);
    va_end(arguments);
    name_write(stream, name);
    fprintf(stream, " data-key=\"%s\"><bdi>", field);
    hpm_html_text(stream, text);
    fputs("</bdi></dd></div>\n", stream);
}

void hpm_html_input_hash(FILE *stream, const char *name, const hpm_hash *hash, const char *key, ...)
{
    char field[KEY_SIZE];
    char digits[HPM_HASH_TEXT];
    va_list arguments;
    va_start(arguments, key);
    vsnprintf(field, sizeof field, key, arguments);
    va_end(arguments);
    hpm_hash_format(digits, hash);
    name_write(stream, name);
    fprintf(stream, " data-key=\"%s\"><code>%s</code></dd></div>\n", field, digits);
}

void hpm_html_input_time(FILE *stream, const char *name, int64_t time_ns, const char *key)
{
    char exact[HPM_TIME_TEXT];
    char shown[HPM_FORMAT_SIZE];
    hpm_time_format(exact, time_ns);
    hpm_format_time(shown, time_ns);
    name_write(stream, name);
    fprintf(stream, "><time data-key=\"%s\" datetime=\"%s\">%s</time></dd></div>\n", key, exact,
            shown);
}

void hpm_html_inputs_head(FILE *stream, const hpm_report_head *head)
{
    const hpm_market *market = head->array->market;
    hpm_html_input_time(stream, "Market time", market->now_ns, "market/time");
    hpm_html_input_text(stream, "Market source", head->source, "market/source");
    hpm_html_input_hash(stream, "Market hash", &market->hash, "market/hash");
    if (head->account != NULL)
        hpm_html_input_hash(stream, "Account hash", &head->account_hash, "account/hash");
    name_write(stream, "Numbers version");
    fprintf(stream, "><data data-key=\"numbers_version\" value=\"%d\">%d</data></dd></div>\n",
            HPM_NUMBERS_VERSION, HPM_NUMBERS_VERSION);
}

static void rulebook_write(FILE *stream, const hpm_rulebook *rulebook)
{
    hpm_html_input_text(stream, "Rulebook", rulebook->name, "rulebook/name");
    hpm_html_input_text(stream, "Rulebook version", rulebook->version, "rulebook/version");
    hpm_html_input_text(stream, "Rulebook title", rulebook->title, "rulebook/title");
    hpm_html_input_hash(stream, "Rulebook hash", &rulebook->hash, "rulebook/hash");
}

void hpm_html_inputs(FILE *stream, const hpm_report_head *head)
{
    hpm_html_inputs_begin(stream);
    hpm_html_inputs_head(stream, head);
    rulebook_write(stream, head->array->rulebook);
    hpm_html_input_text(stream, "Reporting currency", hpm_head_currency(head), "currency");
    hpm_html_inputs_end(stream);
    hpm_html_section_end(stream);
}
