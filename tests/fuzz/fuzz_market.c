/* Fuzz target: market documents, with their catalogs embedded or given. */
#include <math.h>

#include "../unit/documents.h"
#include "fuzz_document.h"

static void check_inputs(const hpm_market *market)
{
    const hpm_catalog *catalog = market->catalog;
    FUZZ_CHECK(market->reporting < catalog->asset_count);
    FUZZ_CHECK(market->asset_price[market->reporting].value == 1);
    for (uint32_t i = 0; i < catalog->asset_count; i++)
        FUZZ_CHECK(isnan(market->asset_price[i].value) || market->asset_price[i].value > 0);
    for (uint32_t i = 0; i < catalog->instrument_count; i++) {
        FUZZ_CHECK(isnan(market->mark[i].value) || market->mark[i].value > 0);
        FUZZ_CHECK(isnan(market->vol[i].value) || market->vol[i].value >= 0);
        FUZZ_CHECK(catalog->instruments[i].kind != HPM_OPTION || isnan(market->mark[i].value));
    }
}

static void check_round_trip(const hpm_market_document *document)
{
    hpm_market_document again;
    hpm_json json;
    hpm_error error;
    hpm_json_to_buffer(&json, 0);
    hpm_market_write(&json, &document->market, document->source, 1);
    fuzz_finish(&json);
    FUZZ_CHECK(hpm_market_decode(&again, json.bytes, json.length, NULL, &error) == HPM_OK);
    FUZZ_CHECK(memcmp(&again.market.hash, &document->market.hash, sizeof(hpm_hash)) == 0);
    FUZZ_CHECK(strcmp(again.source, document->source) == 0);
    hpm_json_free(&json);
    hpm_market_document_free(&again);
}

static int decode(const uint8_t *data, size_t size, const hpm_catalog *catalog)
{
    hpm_market_document document;
    hpm_error error;
    hpm_status status = hpm_market_decode(&document, (const char *)data, size, catalog, &error);
    if (status != HPM_OK) {
        fuzz_check_error(status, &error);
        return 0;
    }
    check_inputs(&document.market);
    check_round_trip(&document);
    hpm_market_document_free(&document);
    return 1;
}

int fuzz_one(const uint8_t *data, size_t size)
{
    hpm_catalog_document separate;
    hpm_error error;
    FUZZ_CHECK(hpm_catalog_decode(&separate, CATALOG, sizeof CATALOG - 1, &error) == HPM_OK);
    int accepted = decode(data, size, NULL);
    accepted |= decode(data, size, &separate.catalog);
    fuzz_check_schema(data, size, accepted, HPM_MARKET_SCHEMA);
    hpm_catalog_document_free(&separate);
    return accepted;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_one(data, size);
    return 0;
}
