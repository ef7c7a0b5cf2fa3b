/* Fuzzes the Deribit import: files that a line "%%" separates. A market that comes out of it can be
 * written and read back to the same hash. */
#include "fuzz.h"
#include "io/importers.h"

/* Length of the first file; *next is where the one after it begins. */
static size_t first_file(const char *text, size_t length, size_t *next)
{
    for (size_t i = 0; i + 4 <= length; i++)
        if (memcmp(text + i, "\n%%\n", 4) == 0) {
            *next = i + 4;
            return i + 1;
        }
    *next = length;
    return length;
}

static hpm_status read_files(hpm_import *import, const char *text, size_t length)
{
    hpm_error error = {.status = HPM_OK};
    hpm_status status = HPM_OK;
    while (length > 0 && status == HPM_OK) {
        size_t next, used = first_file(text, length, &next);
        status = hpm_import_read(import, "chain.csv", text, used, &error);
        FUZZ_CHECK(status == error.status);
        text += next;
        length -= next;
    }
    return status;
}

static void check_round_trip(const hpm_market_document *document)
{
    hpm_json json;
    hpm_market_document again;
    hpm_json_to_buffer(&json, 0);
    hpm_market_write(&json, &document->market, document->source, 1);
    FUZZ_CHECK(hpm_json_finish(&json, NULL) == HPM_OK);
    FUZZ_CHECK(hpm_market_decode(&again, json.bytes, json.length, NULL, NULL) == HPM_OK);
    FUZZ_CHECK(memcmp(again.market.hash.bytes, document->market.hash.bytes, 32) == 0);
    hpm_market_document_free(&again);
    hpm_json_free(&json);
}

static void check_document(hpm_import *import, const hpm_market_document *document)
{
    for (uint32_t i = 0; i < hpm_import_note_count(import); i++)
        FUZZ_CHECK(hpm_import_note(import, i)[0] != '\0');
    if (!document->market.catalog) return;
    hpm_import_check check;
    hpm_import_check_marks(import, &document->market, &check);
    FUZZ_CHECK(check.within_own <= check.options && check.staggered <= check.options);
    check_round_trip(document);
}

int fuzz_one(const uint8_t *data, size_t size)
{
    if (size > 1 << 16) return 0;
    char *text = malloc(size + 1);
    hpm_import *import = hpm_import_new(&hpm_import_deribit);
    hpm_import_result result;
    FUZZ_CHECK(text && import);
    memcpy(text, data, size);
    int accepted = read_files(import, text, size) == HPM_OK &&
                   hpm_import_finish(import, &result, NULL) == HPM_OK;
    if (accepted) {
        check_document(import, &result.document);
        hpm_import_result_free(&result);
    }
    hpm_import_free(import);
    free(text);
    return accepted;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_one(data, size);
    return 0;
}
