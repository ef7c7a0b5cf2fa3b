/* Resolves the shipped templates: on the sample market without skips, on real snapshots with the
 * skips printed. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "io/document.h"
#include "io/importers.h"
#include "io/template.h"

enum { PATH_SIZE = 1024, LIMIT = 1 << 28, TEMPLATES = 10 };

static const char *const names[TEMPLATES] = {
    "market-maker", "covered-call",   "short-strangle",   "calendar",     "box",
    "iron-condor",  "cash-and-carry", "naked-short-call", "delta-hedged", "multi-collateral",
};

static const char *folder(const char *variable, const char *fallback)
{
    const char *given = getenv(variable);
    return given ? given : fallback;
}

static hpm_buffer load(const char *path)
{
    hpm_buffer text;
    if (hpm_file_read(&text, path, LIMIT, NULL) != HPM_OK) fail_msg("cannot read %s", path);
    return text;
}

static hpm_buffer load_sample(const char *name)
{
    char path[2 * PATH_SIZE];
    snprintf(path, sizeof path, "%s/%s", folder("HPM_SAMPLES", "samples"), name);
    return load(path);
}

static hpm_account *resolve(const char *name, const hpm_market *market, hpm_template_notes *skipped)
{
    char file[PATH_SIZE];
    hpm_error error = {.status = HPM_OK};
    hpm_account *account = NULL;
    snprintf(file, sizeof file, "templates/%s.json", name);
    hpm_buffer text = load_sample(file);
    hpm_status status =
        hpm_template_resolve(&account, skipped, text.bytes, text.length, market, &error);
    if (status != HPM_OK) fail_msg("%s: %s: %s", name, error.where, error.message);
    hpm_buffer_free(&text);
    return account;
}

static int setup_market(void **state)
{
    hpm_market_document *document = calloc(1, sizeof *document);
    hpm_error error = {.status = HPM_OK};
    hpm_buffer text = load_sample("market.json");
    if (hpm_market_decode(document, text.bytes, text.length, NULL, &error) != HPM_OK)
        fail_msg("market.json: %s: %s", error.where, error.message);
    hpm_buffer_free(&text);
    *state = document;
    return 0;
}

static int teardown_market(void **state)
{
    hpm_market_document_free(*state);
    free(*state);
    return 0;
}

static void sample_market_is_complete(void **state)
{
    const hpm_market *market = &((hpm_market_document *)*state)->market;
    const hpm_catalog *catalog = market->catalog;
    assert_in_range(catalog->instrument_count, 250, 400);
    for (uint32_t i = 0; i < catalog->instrument_count; i++) {
        const hpm_input *input =
            catalog->instruments[i].kind == HPM_OPTION ? &market->vol[i] : &market->mark[i];
        assert_true(input->value > 0);
    }
    for (uint32_t e = 0; e < catalog->expiry_count; e++)
        assert_true(market->curve[e].forward.value > 0);
    for (uint32_t a = 0; a < catalog->asset_count; a++)
        assert_true(market->asset_price[a].value > 0);
}

static void templates_resolve_on_sample(void **state)
{
    const hpm_market *market = &((hpm_market_document *)*state)->market;
    for (int t = 0; t < TEMPLATES; t++) {
        hpm_template_notes skipped;
        hpm_account *account = resolve(names[t], market, &skipped);
        print_message("%s: %u positions\n", names[t], account->position_count);
        for (uint32_t i = 0; i < skipped.count; i++)
            print_message("    skipped %s: %s\n", skipped.items[i].name, skipped.items[i].reason);
        assert_int_equal(skipped.count, 0);
        assert_string_equal(account->id, names[t]);
        if (t == 0) assert_true(account->position_count > 200);
        hpm_template_notes_free(&skipped);
        free(account);
    }
}

/* samples/accounts.jsonl holds what the templates gave: the same text and market, the same
 * account. */
static void sample_accounts_are_templates(void **state)
{
    const hpm_market *market = &((hpm_market_document *)*state)->market;
    hpm_buffer text = load_sample("accounts.jsonl");
    hpm_account_stream stream;
    hpm_account *expected = NULL;
    hpm_error error = {.status = HPM_OK};
    uint32_t count = 0;
    hpm_account_stream_begin(&stream, text.bytes, text.length);
    for (;; count++) {
        if (hpm_account_stream_next(&expected, &stream, market->catalog, &error) != HPM_OK)
            fail_msg("accounts.jsonl: %s: %s", error.where, error.message);
        if (!expected) break;
        hpm_template_notes skipped;
        hpm_account *made = resolve(expected->id, market, &skipped);
        hpm_hash left = hpm_account_hash(expected, market->catalog);
        hpm_hash right = hpm_account_hash(made, market->catalog);
        assert_memory_equal(left.bytes, right.bytes, sizeof left.bytes);
        hpm_template_notes_free(&skipped);
        free(made);
        free(expected);
    }
    assert_in_range(count, 3, TEMPLATES);
    hpm_buffer_free(&text);
}

/* ---- Real snapshots ----------------------------------------------------------------------- */

static int import_file(hpm_import *import, const char *name)
{
    char path[PATH_SIZE];
    hpm_buffer text;
    snprintf(path, sizeof path, "%s/chains/deribit_2026/%s", folder("HPM_DATA", "../shared/data"),
             name);
    if (hpm_file_read(&text, path, LIMIT, NULL) != HPM_OK) return 0;
    hpm_status status = hpm_import_read(import, path, text.bytes, text.length, NULL);
    assert_int_equal(status, HPM_OK);
    hpm_buffer_free(&text);
    return 1;
}

static void print_resolved(const char *snapshot, const hpm_market *market)
{
    for (int t = 0; t < TEMPLATES; t++) {
        hpm_template_notes skipped;
        hpm_account *account = resolve(names[t], market, &skipped);
        for (uint32_t i = 0; i < skipped.count; i++)
            print_message("%s %s (%u positions): skipped %s: %s\n", snapshot, names[t],
                          account->position_count, skipped.items[i].name, skipped.items[i].reason);
        for (uint32_t i = 0; i < account->position_count; i++)
            assert_true(hpm_account_positions(account)[i].quantity.e8 != 0);
        hpm_template_notes_free(&skipped);
        free(account);
    }
}

static void templates_on_snapshots(void **state)
{
    char path[PATH_SIZE / 2];
    uint32_t count = 0;
    (void)state;
    snprintf(path, sizeof path, "%s/chains/deribit_2026", folder("HPM_DATA", "../shared/data"));
    DIR *directory = opendir(path);
    if (!directory) {
        print_message("skipped: no %s (set HPM_DATA)\n", path);
        skip();
    }
    for (struct dirent *item; (item = readdir(directory));) {
        if (strncmp(item->d_name, "deribit_options_snapshot_", 25) != 0) continue;
        hpm_import *import = hpm_import_new(&hpm_import_deribit);
        hpm_import_result result;
        assert_true(import_file(import, item->d_name));
        assert_true(import_file(import, "perpetual_futures_prices.csv"));
        assert_true(import_file(import, "term_futures_marks.csv.gz"));
        assert_int_equal(hpm_import_finish(import, &result, NULL), HPM_OK);
        print_resolved(item->d_name + 25, &result.document.market);
        hpm_import_result_free(&result);
        hpm_import_free(import);
        count++;
    }
    closedir(directory);
    assert_true(count > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(sample_market_is_complete, setup_market, teardown_market),
        cmocka_unit_test_setup_teardown(templates_resolve_on_sample, setup_market, teardown_market),
        cmocka_unit_test_setup_teardown(sample_accounts_are_templates, setup_market,
                                        teardown_market),
        cmocka_unit_test(templates_on_snapshots),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
