/* The result of `hpm verify` as text and as JSON. */
#include "verification.h"

#include <inttypes.h>
#include <string.h>

#include "base/real_text.h"
#include "io/utf8.h"

#define SHOWN_SIZE 256

const char *const hpm_report_inputs[HPM_REPORT_INPUTS] = {"account", "market", "rulebook"};

/* A value as it stands in the document; a container by its kind, a long text cut. */
static void show(char text[SHOWN_SIZE], const json_t *value)
{
    if (!value)
        snprintf(text, SHOWN_SIZE, "nothing");
    else if (json_is_object(value))
        snprintf(text, SHOWN_SIZE, "an object");
    else if (json_is_array(value))
        snprintf(text, SHOWN_SIZE, "an array");
    else if (json_is_string(value))
        snprintf(text, SHOWN_SIZE, json_string_length(value) > 200 ? "\"%.200s...\"" : "\"%s\"",
                 json_string_value(value));
    else if (json_is_integer(value))
        snprintf(text, SHOWN_SIZE, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    else if (json_is_real(value))
        hpm_real_format(text, json_real_value(value));
    else
        snprintf(text, SHOWN_SIZE, "%s",
                 json_is_null(value) ? "null" : (json_is_true(value) ? "true" : "false"));
    hpm_utf8_tame(text);
}

static void put_difference(hpm_json *json, const char *path, const hpm_json_difference *difference)
{
    hpm_json_one_line(json);
    hpm_json_begin_object(json);
    hpm_json_put_text(json, "path", path);
    if (difference->given) {
        hpm_json_key(json, "reported");
        hpm_json_outline(json, difference->given);
    }
    if (difference->wanted) {
        hpm_json_key(json, "recomputed");
        hpm_json_outline(json, difference->wanted);
    }
    hpm_json_end_object(json);
}

static void difference_take(void *context, const hpm_json_difference *difference)
{
    const hpm_verification *verification = context;
    char path[HPM_PATH_TEXT], given[SHOWN_SIZE], wanted[SHOWN_SIZE];
    hpm_path_format(path, difference->path);
    if (verification->json) {
        put_difference(verification->json, path, difference);
        return;
    }
    hpm_utf8_tame(path);
    show(given, difference->given);
    show(wanted, difference->wanted);
    fprintf(verification->stream, "%s: %s: %s in the report, %s recomputed\n",
            verification->account, path[0] != '\0' ? path : "the report", given, wanted);
}

void hpm_verification_begin(hpm_verification *verification, FILE *stream, hpm_json *json,
                            const hpm_report_head *head)
{
    *verification = (hpm_verification){.stream = stream, .json = json};
    if (!json) return;
    hpm_json_begin_object(json);
    hpm_json_put_text(json, "schema", "hpm/verify/1");
    hpm_head_json(json, head);
    hpm_json_key(json, "reports");
    hpm_json_begin_array(json);
}

static void other_take(const hpm_verification *verification, hpm_report_input input,
                       const hpm_report_identity *identity)
{
    const char *name = hpm_report_inputs[input];
    const char *reported = identity->reported[input], *given = identity->given[input];
    hpm_json *json = verification->json;
    if (!json) {
        char text[SHOWN_SIZE];
        snprintf(text, sizeof text, "%.80s", reported);
        hpm_utf8_tame(text);
        fprintf(verification->stream, "%s: of another %s (hash %s in the report, %s given)\n",
                verification->account, name, text, given ? given : "no such account");
        return;
    }
    hpm_json_one_line(json);
    hpm_json_begin_object(json);
    hpm_json_put_text(json, "input", name);
    hpm_json_put_text(json, "reported", reported);
    if (given) hpm_json_put_text(json, "given", given);
    hpm_json_end_object(json);
}

static int is_other(const hpm_report_identity *identity, uint32_t input)
{
    const char *given = identity->given[input];
    return !given || strcmp(identity->reported[input], given) != 0;
}

static void list_begin(hpm_json *json, const char *key)
{
    if (!json) return;
    hpm_json_key(json, key);
    hpm_json_begin_array(json);
}

static void list_end(hpm_json *json)
{
    if (json) hpm_json_end_array(json);
}

int hpm_verification_report(hpm_verification *verification, const hpm_report_identity *identity)
{
    hpm_json *json = verification->json;
    verification->comparison =
        (hpm_json_comparison){.take = difference_take, .context = verification};
    verification->other = 0;
    verification->reports++;
    snprintf(verification->account, sizeof verification->account, "account %.100s",
             identity->account);
    hpm_utf8_tame(verification->account);
    if (json) {
        hpm_json_begin_object(json);
        hpm_json_put_text(json, "account", identity->account);
    }
    list_begin(json, "other_inputs");
    for (uint32_t i = 0; i < HPM_REPORT_INPUTS; i++) {
        if (!is_other(identity, i)) continue;
        other_take(verification, i, identity);
        verification->other = 1;
    }
    list_end(json);
    list_begin(json, "differences");
    return !verification->other;
}

static void report_end_text(const hpm_verification *verification, int equal)
{
    const hpm_json_comparison *comparison = &verification->comparison;
    FILE *stream = verification->stream;
    if (equal)
        fprintf(stream, "%s: equal (%" PRIu64 " values)\n", verification->account,
                comparison->values);
    else if (!verification->other)
        fprintf(stream, "%s: DIFFERENT (%" PRIu64 " difference%s)\n", verification->account,
                comparison->differences, comparison->differences == 1 ? "" : "s");
}

int hpm_verification_report_end(hpm_verification *verification)
{
    const hpm_json_comparison *comparison = &verification->comparison;
    hpm_json *json = verification->json;
    int equal = !verification->other && comparison->differences == 0;
    verification->equal += (uint32_t)equal;
    if (!json) {
        report_end_text(verification, equal);
        return equal;
    }
    list_end(json);
    hpm_json_put_int(json, "values", (int64_t)comparison->values);
    hpm_json_put_bool(json, "equal", equal);
    hpm_json_end_object(json);
    return equal;
}

void hpm_verification_end(hpm_verification *verification, uint32_t failed)
{
    uint32_t reports = verification->reports + failed;
    int equal = reports > 0 && verification->equal == reports;
    hpm_json *json = verification->json;
    if (!json) {
        fprintf(verification->stream, "%s: %" PRIu32 " of %" PRIu32 " reports are equal\n",
                equal ? "VERIFIED" : "NOT VERIFIED", verification->equal, reports);
        return;
    }
    hpm_json_end_array(json);
    hpm_json_put_int(json, "failed", failed);
    hpm_json_put_bool(json, "equal", equal);
    hpm_json_end_object(json);
}
