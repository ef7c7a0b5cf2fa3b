/* Fuzz target: catalog documents. */
#include "fuzz_document.h"

static void check_ids(const hpm_catalog *catalog)
{
    for (uint32_t i = 0; i < catalog->asset_count; i++)
        FUZZ_CHECK(hpm_catalog_find_asset(catalog, catalog->assets[i].name) == i);
    for (uint32_t i = 0; i < catalog->instrument_count; i++) {
        const hpm_instrument *row = &catalog->instruments[i];
        FUZZ_CHECK(hpm_catalog_find_instrument(catalog, row->name) == i);
        FUZZ_CHECK(row->underlying < catalog->asset_count);
        FUZZ_CHECK(row->settlement < catalog->asset_count);
        FUZZ_CHECK(row->bucket < catalog->bucket_count);
        FUZZ_CHECK(row->contract_size > 0 && row->lot.e8 > 0 && row->strike >= 0);
    }
}

/* Written and read again it is the same catalog, and is written in the same bytes. */
static void check_round_trip(const hpm_catalog *catalog)
{
    hpm_catalog_document again;
    hpm_json json, second;
    hpm_error error;
    hpm_json_to_buffer(&json, 1);
    hpm_catalog_write(&json, catalog);
    fuzz_finish(&json);
    FUZZ_CHECK(hpm_catalog_decode(&again, json.bytes, json.length, &error) == HPM_OK);
    FUZZ_CHECK(memcmp(&again.catalog.hash, &catalog->hash, sizeof catalog->hash) == 0);
    hpm_json_to_buffer(&second, 1);
    hpm_catalog_write(&second, &again.catalog);
    fuzz_finish(&second);
    FUZZ_CHECK(strcmp(json.bytes, second.bytes) == 0);
    hpm_json_free(&json);
    hpm_json_free(&second);
    hpm_catalog_document_free(&again);
}

int fuzz_one(const uint8_t *data, size_t size)
{
    hpm_catalog_document document;
    hpm_error error;
    hpm_status status = hpm_catalog_decode(&document, (const char *)data, size, &error);
    fuzz_check_schema(data, size, status == HPM_OK, HPM_CATALOG_SCHEMA);
    if (status != HPM_OK) {
        fuzz_check_error(status, &error);
        return 0;
    }
    check_ids(&document.catalog);
    check_round_trip(&document.catalog);
    hpm_catalog_document_free(&document);
    return 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_one(data, size);
    return 0;
}
