/* Fuzz target: documents of raw quotes, with their catalogs embedded or given. */
#include <math.h>

#include "../unit/documents.h"
#include "fuzz_document.h"

static int is_number(double value)
{
    return isnan(value) || (value >= 0 && value <= 1e18);
}

static void check_inputs(const hpm_quotes *quotes)
{
    const hpm_catalog *catalog = quotes->catalog;
    FUZZ_CHECK(quotes->reporting < catalog->asset_count);
    FUZZ_CHECK(quotes->asset_price[quotes->reporting].value == 1);
    for (uint32_t i = 0; i < catalog->instrument_count; i++) {
        const hpm_quote *quote = &quotes->quote[i];
        FUZZ_CHECK(is_number(quote->bid) && is_number(quote->ask) && is_number(quote->micro));
        FUZZ_CHECK(is_number(quote->bid_size) && is_number(quote->ask_depth));
        FUZZ_CHECK(isnan(quote->underlying) || quote->underlying > 0);
        FUZZ_CHECK(quote->age_s >= 0 && quote->age_s <= 1e9);
        FUZZ_CHECK(catalog->instruments[i].kind == HPM_OPTION || quote->mark != 0);
    }
}

static void write(hpm_json *json, const hpm_quotes_document *document)
{
    hpm_json_to_buffer(json, 0);
    hpm_quotes_write(json, &document->quotes, document->source, 1);
    fuzz_finish(json);
}

/* Same hash, and the same text when it is written again. */
static void check_round_trip(const hpm_quotes_document *document)
{
    hpm_quotes_document again;
    hpm_json json, second;
    hpm_error error;
    write(&json, document);
    FUZZ_CHECK(hpm_quotes_decode(&again, json.bytes, json.length, NULL, &error) == HPM_OK);
    FUZZ_CHECK(memcmp(&again.quotes.hash, &document->quotes.hash, sizeof(hpm_hash)) == 0);
    write(&second, &again);
    FUZZ_CHECK(strcmp(json.bytes, second.bytes) == 0);
    hpm_json_free(&second);
    hpm_json_free(&json);
    hpm_quotes_document_free(&again);
}

static int decode(const uint8_t *data, size_t size, const hpm_catalog *catalog)
{
    hpm_quotes_document document;
    hpm_error error;
    hpm_status status = hpm_quotes_decode(&document, (const char *)data, size, catalog, &error);
    if (status != HPM_OK) {
        fuzz_check_error(status, &error);
        return 0;
    }
    check_inputs(&document.quotes);
    check_round_trip(&document);
    hpm_quotes_document_free(&document);
    return 1;
}

int fuzz_one(const uint8_t *data, size_t size)
{
    hpm_catalog_document separate;
    hpm_error error;
    FUZZ_CHECK(hpm_catalog_decode(&separate, CATALOG, sizeof CATALOG - 1, &error) == HPM_OK);
    int accepted = decode(data, size, NULL);
    accepted |= decode(data, size, &separate.catalog);
    fuzz_check_schema(data, size, accepted, HPM_QUOTES_SCHEMA);
    hpm_catalog_document_free(&separate);
    return accepted;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_one(data, size);
    return 0;
}
