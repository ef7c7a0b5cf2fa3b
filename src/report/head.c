/* How every report begins. */
#include "head.h"

#include <string.h>

#include "format.h"
#include "hpm/margin.h"
#include "io/utf8.h"

#define SHORT_HASH 12
#define TEXT_WIDTH 72 /* characters */

static uint32_t currency_of(const hpm_report_head *head)
{
    const hpm_risk_array *array = head->array;
    return array->numeraire == HPM_NONE ? array->market->reporting : array->numeraire;
}

const char *hpm_head_currency(const hpm_report_head *head)
{
    return head->array->catalog->assets[currency_of(head)].name;
}

int hpm_head_decimals(const hpm_report_head *head)
{
    return hpm_format_decimals(head->array->catalog->assets[currency_of(head)].kind);
}

/* ---- Text --------------------------------------------------------------------------------- */

static void line(FILE *stream, const char *name, const char *text, const hpm_hash *hash)
{
    char digits[HPM_HASH_TEXT];
    size_t length = strlen(text), shown = hpm_utf8_prefix(text, length, TEXT_WIDTH);
    size_t pad = TEXT_WIDTH - hpm_utf8_count(text, shown);
    hpm_hash_format(digits, hash);
    fprintf(stream, "%-10s%.*s%*s  %.*s\n", name, (int)shown, text, (int)pad, "", SHORT_HASH,
            digits);
}

static void inputs_line(FILE *stream, const hpm_report_head *head)
{
    const hpm_market *market = head->array->market;
    char text[320];
    char time[HPM_FORMAT_SIZE];
    hpm_format_time(time, market->now_ns);
    if (head->account != NULL) line(stream, "account", head->account->id, &head->account_hash);
    snprintf(text, sizeof text, "%s%s%s", time, head->source[0] != '\0' ? "  " : "", head->source);
    line(stream, "market", text, &market->hash);
}

void hpm_head_text(FILE *stream, const hpm_report_head *head)
{
    const hpm_rulebook *rulebook = head->array->rulebook;
    char text[320];
    inputs_line(stream, head);
    snprintf(text, sizeof text, "%s %s  %s", rulebook->name, rulebook->version, rulebook->title);
    line(stream, "rulebook", text, &rulebook->hash);
    fprintf(stream, "%-10s%d\n\n", "numbers", HPM_NUMBERS_VERSION);
}

void hpm_head_text_several(FILE *stream, const hpm_report_head *head)
{
    inputs_line(stream, head);
    fprintf(stream, "%-10s%d\n\n", "numbers", HPM_NUMBERS_VERSION);
}

/* ---- JSON --------------------------------------------------------------------------------- */

static void put_hash(hpm_json *json, const hpm_hash *hash)
{
    hpm_json_key(json, "hash");
    hpm_json_hash(json, hash);
}

static void put_account(hpm_json *json, const hpm_report_head *head)
{
    hpm_json_key(json, "account");
    hpm_json_begin_object(json);
    hpm_json_put_text(json, "id", head->account->id);
    put_hash(json, &head->account_hash);
    hpm_json_end_object(json);
}

void hpm_head_json_rulebook(hpm_json *json, const hpm_rulebook *rulebook)
{
    hpm_json_put_text(json, "name", rulebook->name);
    hpm_json_put_text(json, "version", rulebook->version);
    hpm_json_put_text(json, "title", rulebook->title);
    put_hash(json, &rulebook->hash);
}

static void put_inputs(hpm_json *json, const hpm_report_head *head)
{
    const hpm_market *market = head->array->market;
    if (head->account != NULL) put_account(json, head);
    hpm_json_key(json, "market");
    hpm_json_begin_object(json);
    hpm_json_put_time(json, "time", market->now_ns);
    hpm_json_put_text(json, "source", head->source);
    put_hash(json, &market->hash);
    hpm_json_end_object(json);
}

void hpm_head_json(hpm_json *json, const hpm_report_head *head)
{
    put_inputs(json, head);
    hpm_json_key(json, "rulebook");
    hpm_json_begin_object(json);
    hpm_head_json_rulebook(json, head->array->rulebook);
    hpm_json_end_object(json);
    hpm_json_put_int(json, "numbers_version", HPM_NUMBERS_VERSION);
}

void hpm_head_json_several(hpm_json *json, const hpm_report_head *head)
{
    put_inputs(json, head);
    hpm_json_put_int(json, "numbers_version", HPM_NUMBERS_VERSION);
}
