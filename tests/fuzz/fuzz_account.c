/* Fuzz target: account documents, single and in streams. */
#include "../unit/documents.h"
#include "fuzz_document.h"

static void check_round_trip(const hpm_account *account, const hpm_catalog *catalog)
{
    hpm_account *again;
    hpm_json json;
    hpm_error error;
    hpm_json_to_buffer(&json, 1);
    hpm_account_write(&json, account, catalog);
    fuzz_finish(&json);
    FUZZ_CHECK(hpm_account_decode(&again, json.bytes, json.length, catalog, &error) == HPM_OK);
    hpm_hash a = hpm_account_hash(account, catalog), b = hpm_account_hash(again, catalog);
    FUZZ_CHECK(memcmp(&a, &b, sizeof a) == 0);
    hpm_json_free(&json);
    free(again);
}

static void check_account(const hpm_account *account, const hpm_catalog *catalog)
{
    const hpm_position *positions = hpm_account_positions(account);
    for (uint32_t i = 0; i < account->position_count; i++) {
        FUZZ_CHECK(positions[i].instrument < catalog->instrument_count);
        FUZZ_CHECK(i == 0 || positions[i - 1].instrument < positions[i].instrument);
        FUZZ_CHECK(
            positions[i].quantity.e8 % catalog->instruments[positions[i].instrument].lot.e8 == 0);
    }
    check_round_trip(account, catalog);
}

/* Ends, and takes bytes with every document. Returns how many were accepted. */
static int run_stream(const uint8_t *data, size_t size, const hpm_catalog *catalog)
{
    hpm_account_stream stream;
    int accepted = 0;
    hpm_account_stream_begin(&stream, (const char *)data, size);
    for (size_t before = 0;; before = stream.at) {
        hpm_account *account;
        hpm_error error;
        hpm_status status = hpm_account_stream_next(&account, &stream, catalog, &error);
        FUZZ_CHECK(stream.at <= size);
        if (status == HPM_OK && !account) return accepted;
        FUZZ_CHECK(stream.at > before);
        if (status != HPM_OK) {
            fuzz_check_error(status, &error);
            FUZZ_CHECK(error.line > 0);
            continue;
        }
        check_account(account, catalog);
        free(account);
        accepted++;
    }
}

static int run_single(const uint8_t *data, size_t size, const hpm_catalog *catalog)
{
    hpm_account *account;
    hpm_error error;
    hpm_status status = hpm_account_decode(&account, (const char *)data, size, catalog, &error);
    if (status != HPM_OK) {
        fuzz_check_error(status, &error);
        return 0;
    }
    check_account(account, catalog);
    free(account);
    return 1;
}

int fuzz_one(const uint8_t *data, size_t size)
{
    hpm_catalog_document document;
    hpm_error error;
    FUZZ_CHECK(hpm_catalog_decode(&document, CATALOG, sizeof CATALOG - 1, &error) == HPM_OK);
    int single = run_single(data, size, &document.catalog);
    int streamed = run_stream(data, size, &document.catalog);
    FUZZ_CHECK(!single || streamed == 1);
    fuzz_check_schema(data, size, single, HPM_ACCOUNT_SCHEMA);
    hpm_catalog_document_free(&document);
    return streamed > 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_one(data, size);
    return 0;
}
