/* hpm verify: recomputes reports from their inputs and compares every field. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "diagnose.h"
#include "exit.h"
#include "extras.h"
#include "io/codec.h"
#include "report/verification.h"
#include "session.h"

#define REPORT_BYTES_MAX ((size_t)64 << 20) /* of one document: a report or an array of them */

struct values {
    hpm_session_input input;
    hpm_texts accounts;
    int format;
};

static const hpm_option options[] = {
    HPM_OPTIONS_INPUT(struct values),
    {"account", 'a', HPM_OPTION_TEXTS, 1, offsetof(struct values, accounts), "FILE", NULL,
     "account document, jsonl file of many, or account template; may be repeated"},
    {"format", 'f', HPM_OPTION_CHOICE, 0, offsetof(struct values, format), NULL, hpm_formats_single,
     "text for people or json"},
    HPM_OPTIONS_END,
};

struct verifier {
    hpm_session session;
    hpm_extras extras;
    hpm_account_items items;
    char (*hashes)[HPM_HASH_TEXT]; /* of the items */
    char market[HPM_HASH_TEXT], rulebook[HPM_HASH_TEXT];
    uint32_t next; /* item to look at first: reports mostly come in the order of the accounts */
    hpm_json json;
    hpm_verification verification;
    uint32_t failed;
};

/* ---- What a report says about itself ------------------------------------------------------ */

static hpm_status text_read(const char **text, const json_t *report, const hpm_path *path,
                            const char *object, const char *name, hpm_error *error)
{
    const hpm_path above = {path, object, HPM_PATH_NO_INDEX};
    const hpm_path field = {object != NULL ? &above : path, name, HPM_PATH_NO_INDEX};
    const json_t *parent = object != NULL ? json_object_get(report, object) : report;
    char where[HPM_PATH_TEXT];
    *text = json_string_value(json_object_get(parent, name));
    if (*text != NULL) return HPM_OK;
    return hpm_fail(error, HPM_E_FIELD_MISSING, hpm_path_format(where, &field),
                    "a report has a text here");
}

static hpm_status identity_read(hpm_report_identity *identity, const json_t *report,
                                const hpm_path *path, hpm_error *error)
{
    const hpm_path field = {path, "schema", HPM_PATH_NO_INDEX};
    char where[HPM_PATH_TEXT];
    const char *schema = NULL;
    hpm_status status = text_read(&schema, report, path, NULL, "schema", error);
    if (schema == NULL) return status;
    if (strcmp(schema, HPM_REPORT_SCHEMA) != 0) {
        return hpm_fail(error, HPM_E_SCHEMA, hpm_path_format(where, &field),
                        "expected \"" HPM_REPORT_SCHEMA "\" (\"%.60s\")", schema);
    }
    status = text_read(&identity->account, report, path, "account", "id", error);
    for (uint32_t i = 0; i < HPM_REPORT_INPUTS && status == HPM_OK; i++) {
        status =
            text_read(&identity->reported[i], report, path, hpm_report_inputs[i], "hash", error);
    }
    return status;
}

/* The account with the id and hash of the report, else the one with its id; NULL: there is none. */
static const hpm_account_item *item_find(struct verifier *verifier, hpm_report_identity *identity)
{
    const char *wanted = identity->reported[HPM_REPORT_ACCOUNT];
    const hpm_account_item *namesake = NULL;
    assert(identity->account != NULL && wanted != NULL); /* identity_read found them */
    for (uint32_t i = 0; i < verifier->items.count; i++) {
        uint32_t at = (verifier->next + i) % verifier->items.count;
        const hpm_account_item *item = &verifier->items.items[at];
        if (strcmp(item->account->id, identity->account) != 0) continue;
        if (namesake == NULL) identity->given[HPM_REPORT_ACCOUNT] = verifier->hashes[at];
        namesake = item;
        if (strcmp(verifier->hashes[at], wanted) != 0) continue;
        identity->given[HPM_REPORT_ACCOUNT] = verifier->hashes[at];
        verifier->next = at + 1;
        return item;
    }
    return namesake;
}

static int is_of_inputs(const hpm_report_identity *identity)
{
    for (uint32_t i = 0; i < HPM_REPORT_INPUTS; i++) {
        const char *given = identity->given[i];
        if (given == NULL || strcmp(identity->reported[i], given) != 0) return 0;
    }
    return 1;
}

/* ---- Recomputation ------------------------------------------------------------------------ */

/* Through the writer of `hpm margin` itself, so that nothing can drift apart. */
static hpm_status report_compute(json_t **tree, struct verifier *verifier,
                                 const hpm_account_item *item, int brief, hpm_error *error)
{
    hpm_report report;
    hpm_json json;
    hpm_status status = hpm_session_report(&verifier->session, &report, item, brief, error);
    if (status == HPM_OK && !brief)
        status = hpm_extras_add(&verifier->extras, &verifier->session, &report, error);
    if (status != HPM_OK) return status;
    hpm_json_to_buffer(&json, 0);
    hpm_report_json(&json, &report, brief);
    status = hpm_json_finish(&json, error);
    if (status == HPM_OK) {
        status = hpm_codec_parse(tree, json.bytes, json.length, json.length, error);
    }
    hpm_json_free(&json);
    return status;
}

/* Whether the report has a field that the whole report has and the brief one has not. */
static int is_whole(const json_t *report, const json_t *brief, const json_t *whole)
{
    const char *key = NULL;
    json_t *value = NULL;
    json_object_foreach((json_t *)whole, key, value)
    {
        if (json_object_get(brief, key) == NULL && json_object_get(report, key) != NULL) return 1;
    }
    return 0;
}

/* The same kind of report as the given one: brief or whole, with what was asked for. */
static hpm_status recompute(json_t **tree, struct verifier *verifier, const hpm_account_item *item,
                            const json_t *report, hpm_error *error)
{
    json_t *brief = NULL;
    json_t *whole = NULL;
    verifier->extras.off_grid = json_object_get(report, "off_grid") != NULL;
    verifier->extras.ladders = json_object_get(report, "ladders") != NULL;
    hpm_status status = report_compute(&brief, verifier, item, 1, error);
    if (status == HPM_OK) status = report_compute(&whole, verifier, item, 0, error);
    if (status == HPM_OK) {
        *tree = json_incref(is_whole(report, brief, whole) ? whole : brief);
    }
    json_decref(brief);
    json_decref(whole);
    return status;
}

/* ---- Verification ------------------------------------------------------------------------- */

static int report_verify(struct verifier *verifier, const char *file, int64_t line,
                         const json_t *report, const hpm_path *path)
{
    hpm_verification *verification = &verifier->verification;
    hpm_report_identity identity = {.given = {NULL, verifier->market, verifier->rulebook}};
    json_t *tree = NULL;
    hpm_error error;
    if (identity_read(&identity, report, path, &error) != HPM_OK) {
        verifier->failed++;
        return hpm_diagnose_at(file, line, &error);
    }
    const hpm_account_item *item = item_find(verifier, &identity);
    if (is_of_inputs(&identity) && recompute(&tree, verifier, item, report, &error) != HPM_OK) {
        verifier->failed++;
        return hpm_account_diagnose(item, &error);
    }
    if (hpm_verification_report(verification, &identity)) {
        hpm_json_compare(&verification->comparison, report, tree, NULL);
    }
    json_decref(tree);
    return hpm_verification_report_end(verification) ? HPM_EXIT_OK : HPM_EXIT_NO;
}

/* One document: a report or an array of reports. */
static int document_verify(struct verifier *verifier, const char *file, int64_t line,
                           const json_t *document)
{
    int status = HPM_EXIT_OK;
    if (!json_is_array(document)) return report_verify(verifier, file, line, document, NULL);
    for (uint32_t i = 0; i < json_array_size(document); i++) {
        const hpm_path path = {NULL, NULL, i};
        const json_t *report = json_array_get(document, i);
        status = hpm_exit_worst(status, report_verify(verifier, file, line, report, &path));
    }
    return status;
}

static int text_verify(struct verifier *verifier, const char *file, int64_t line, const char *text,
                       size_t length)
{
    json_t *document = NULL;
    hpm_error error;
    if (hpm_codec_parse(&document, text, length, REPORT_BYTES_MAX, &error) != HPM_OK) {
        verifier->failed++;
        return hpm_diagnose_at(file, line, &error);
    }
    int status = document_verify(verifier, file, line, document);
    json_decref(document);
    return status;
}

/* Document by document; a line of jsonl that is wrong costs its own report only. */
static int stream_verify(struct verifier *verifier, hpm_stream *stream, const char *file)
{
    hpm_error error;
    int status = HPM_EXIT_OK;
    for (;;) {
        const char *text = NULL;
        size_t length = 0;
        int64_t line = 0;
        if (hpm_stream_next(stream, &text, &length, &line, &error) != HPM_OK) {
            verifier->failed++;
            return hpm_exit_worst(status, hpm_diagnose(file, &error));
        }
        if (text == NULL) break;
        if (!stream->by_line) line = 0;
        status = hpm_exit_worst(status, text_verify(verifier, file, line, text, length));
    }
    if (verifier->verification.reports + verifier->failed > 0) return status;
    hpm_fail(&error, HPM_E_FIELD_MISSING, NULL, "no report in it");
    return hpm_diagnose(file, &error);
}

static int prepare(struct verifier *verifier, const struct values *values)
{
    hpm_session *session = &verifier->session;
    int status = hpm_session_begin(session, &values->input);
    if (status != HPM_EXIT_OK) return status;
    status = hpm_account_items_read(&verifier->items, values->accounts.items,
                                    values->accounts.count, &session->market.market);
    if (status != HPM_EXIT_OK) return status;
    verifier->hashes = calloc((size_t)verifier->items.count + 1, sizeof *verifier->hashes);
    if (verifier->hashes == NULL) return hpm_out_of_memory();
    for (uint32_t i = 0; i < verifier->items.count; i++) {
        hpm_hash hash =
            hpm_account_hash(verifier->items.items[i].account, session->market.market.catalog);
        hpm_hash_format(verifier->hashes[i], &hash);
    }
    hpm_hash_format(verifier->market, &session->market.market.hash);
    hpm_hash_format(verifier->rulebook, &session->rulebook.rulebook.hash);
    return hpm_session_price(session);
}

static int file_verify(struct verifier *verifier, int format, const char *file)
{
    const hpm_session *session = &verifier->session;
    hpm_json *json = format == HPM_FORMAT_JSON ? &verifier->json : NULL;
    const hpm_report_head head = {.array = &session->array, .source = session->market.source};
    hpm_stream stream;
    hpm_error error;
    if (hpm_stream_open(&stream, file, REPORT_BYTES_MAX, &error) != HPM_OK) {
        return hpm_diagnose(file, &error);
    }
    if (json != NULL) hpm_json_to_file(json, stdout, 1);
    hpm_verification_begin(&verifier->verification, stdout, json, &head);
    int status = stream_verify(verifier, &stream, file);
    hpm_verification_end(&verifier->verification, verifier->failed);
    hpm_stream_close(&stream);
    return json != NULL ? hpm_exit_worst(status, hpm_json_close(json)) : status;
}

static int verify(const struct values *values, const char *file)
{
    struct verifier verifier = {0};
    int status = prepare(&verifier, values);
    if (status == HPM_EXIT_OK) status = file_verify(&verifier, values->format, file);
    free(verifier.hashes);
    hpm_account_items_free(&verifier.items);
    hpm_extras_free(&verifier.extras);
    hpm_session_close(&verifier.session);
    return status;
}

static int check(const hpm_command *self, const struct values *values, const char *file)
{
    return hpm_stdin_check(self, hpm_session_stdin(&values->input) + hpm_stdin_file(file) +
                                     hpm_stdin_files(&values->accounts));
}

static int run(const hpm_command *self, int argc, char **argv)
{
    struct values values = {0};
    hpm_texts operands = {0};
    int status = hpm_options_parse(self, &values, &operands, argc, argv);
    if (status == HPM_PARSE_RUN) status = check(self, &values, operands.items[0]);
    if (status == HPM_PARSE_RUN) status = verify(&values, operands.items[0]);
    hpm_options_free(self, &values, &operands);
    return hpm_stdout_close(status);
}

const hpm_command hpm_command_verify = {
    .name = "verify",
    .summary = "recompute reports from their inputs and compare every figure",
    .operands = "REPORT",
    .text =
        "Reads a report of `hpm margin` (json: one or an array; jsonl: one per line; brief or "
        "whole), computes it again from the market, account and rulebook that are given, and "
        "compares all hashes and every field. Numbers must be the same to the last digit; the "
        "order of fields and the spelling of a number do not matter.\n"
        "\n"
        "Prints one line per difference with its path, what the report says and what comes out, "
        "and exits with 0 only if every report is equal, with 1 if one is not. A report whose "
        "hashes say that it is of another account, market or rulebook is named as such, and its "
        "figures are not compared.",
    .examples = "  hpm verify report.json --market market.json --account account.json\n"
                "  hpm verify reports.jsonl -m market.json -a book.jsonl -r hpm --format json\n",
    .options = options,
    .run = run,
    .operands_min = 1,
    .operands_max = 1,
};
