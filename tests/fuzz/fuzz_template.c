/* Fuzzes account templates on a small market: an account that comes out is valid and reads back. */
#include "../unit/template_fixture.h"
#include "fuzz.h"
#include "io/template.h"

static void check_account(const hpm_account *account, const hpm_catalog *catalog)
{
    hpm_json json;
    hpm_account *again = NULL;
    hpm_json_to_buffer(&json, 0);
    hpm_account_write(&json, account, catalog);
    FUZZ_CHECK(hpm_json_finish(&json, NULL) == HPM_OK);
    FUZZ_CHECK(hpm_account_decode(&again, json.bytes, json.length, catalog, NULL) == HPM_OK);
    hpm_hash left = hpm_account_hash(account, catalog), right = hpm_account_hash(again, catalog);
    FUZZ_CHECK(memcmp(left.bytes, right.bytes, sizeof left.bytes) == 0);
    free(again);
    hpm_json_free(&json);
}

int fuzz_one(const uint8_t *data, size_t size)
{
    static hpm_market_document document;
    hpm_template_notes skipped;
    hpm_account *account = NULL;
    hpm_error error = {.status = HPM_OK};
    if (!document.arena.base) FUZZ_CHECK(fixture_market(&document) == 0);
    if (size > 1 << 16) return 0;
    char *text = malloc(size + 1);
    FUZZ_CHECK(text != NULL);
    memcpy(text, data, size);
    hpm_status status =
        hpm_template_resolve(&account, &skipped, text, size, &document.market, &error);
    FUZZ_CHECK((status == HPM_OK) == (account != NULL) && status == error.status);
    FUZZ_CHECK(status == HPM_OK || skipped.count == 0);
    if (account) check_account(account, &document.catalog);
    hpm_template_notes_free(&skipped);
    free(account);
    free(text);
    return status == HPM_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_one(data, size);
    return 0;
}
