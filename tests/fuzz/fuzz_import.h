/* For the targets of importers: files that a line "%%" separates become whatever they make. Market
 * and account that come out of it can be written and read back to the same; the quotes are whole.
 * A target is this header and FUZZ_IMPORT(hpm_import_<venue>). */
#ifndef HPM_TESTS_FUZZ_IMPORT_H
#define HPM_TESTS_FUZZ_IMPORT_H

#include "fuzz_document.h"
#include "io/importers.h"

/* Length of the first file; *next is where the one after it begins. */
static inline size_t fuzz_first_file(const char *text, size_t length, size_t *next)
{
    for (size_t i = 0; i + 4 <= length; i++)
        if (memcmp(text + i, "\n%%\n", 4) == 0) {
            *next = i + 4;
            return i + 1;
        }
    *next = length;
    return length;
}

static inline hpm_status fuzz_read_files(hpm_import *import, const char *text, size_t length)
{
    hpm_error error = {.status = HPM_OK};
    hpm_status status = HPM_OK;
    while (length > 0 && status == HPM_OK) {
        size_t next, used = fuzz_first_file(text, length, &next);
        status = hpm_import_read(import, "chain.csv", text, used, &error);
        FUZZ_CHECK(status == error.status);
        text += next;
        length -= next;
    }
    return status;
}

static inline void fuzz_check_market(const hpm_market_document *document)
{
    hpm_json json;
    hpm_market_document again;
    hpm_json_to_buffer(&json, 0);
    hpm_market_write(&json, &document->market, document->source, 1);
    fuzz_finish(&json);
    FUZZ_CHECK(hpm_market_decode(&again, json.bytes, json.length, NULL, NULL) == HPM_OK);
    FUZZ_CHECK(memcmp(again.market.hash.bytes, document->market.hash.bytes, 32) == 0);
    hpm_market_document_free(&again);
    hpm_json_free(&json);
}

static inline void fuzz_check_account(const hpm_account *account, const hpm_catalog *catalog)
{
    hpm_json json;
    hpm_account *again = NULL;
    hpm_json_to_buffer(&json, 0);
    hpm_account_write(&json, account, catalog);
    fuzz_finish(&json);
    FUZZ_CHECK(hpm_account_decode(&again, json.bytes, json.length, catalog, NULL) == HPM_OK);
    FUZZ_CHECK(hpm_account_holds_same(account, again));
    free(again);
    hpm_json_free(&json);
}

/* What a quote's numbers must be to each other, whatever came in. */
static inline void fuzz_check_quotes(const hpm_quotes *quotes)
{
    for (uint32_t i = 0; i < quotes->catalog->instrument_count; i++) {
        const hpm_quote *quote = &quotes->quote[i];
        FUZZ_CHECK(!(quote->age_s < 0) && quote->age_s == quote->age_s);
        if (quote->micro == quote->micro)
            FUZZ_CHECK(quote->micro >= 0 && quote->bid > 0 && quote->ask > 0);
    }
}

static inline void fuzz_check_result(hpm_import *import, const hpm_import_result *result)
{
    const hpm_market_document *document = &result->document;
    for (uint32_t i = 0; i < hpm_import_note_count(import); i++)
        FUZZ_CHECK(hpm_import_note(import, i)[0] != '\0');
    if (result->account) fuzz_check_account(result->account, &document->catalog);
    if (!document->market.catalog) return;
    hpm_import_check check;
    hpm_import_check_marks(import, &document->market, &check);
    FUZZ_CHECK(check.within_own <= check.options && check.staggered <= check.options);
    fuzz_check_market(document);
    fuzz_check_quotes(&result->quotes);
}

/* Whether the files were taken. */
static inline int fuzz_import(const hpm_import_venue *venue, const uint8_t *data, size_t size)
{
    if (size > 1 << 16) return 0;
    char *text = malloc(size + 1);
    hpm_import *import = hpm_import_new(venue);
    hpm_import_result result;
    FUZZ_CHECK(text && import);
    memcpy(text, data, size);
    int accepted = fuzz_read_files(import, text, size) == HPM_OK &&
                   hpm_import_finish(import, &result, NULL) == HPM_OK;
    if (accepted) {
        fuzz_check_result(import, &result);
        hpm_import_result_free(&result);
    }
    hpm_import_free(import);
    free(text);
    return accepted;
}

#define FUZZ_IMPORT(venue)                                                                         \
    int fuzz_one(const uint8_t *data, size_t size)                                                 \
    {                                                                                              \
        return fuzz_import(&(venue), data, size);                                                  \
    }                                                                                              \
    int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)                                   \
    {                                                                                              \
        fuzz_one(data, size);                                                                      \
        return 0;                                                                                  \
    }

#endif
