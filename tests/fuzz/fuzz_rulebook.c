/* Fuzz target: rulebook documents. */
#include "fuzz_document.h"

static void check_round_trip(const hpm_rulebook *rulebook)
{
    hpm_rulebook_document again;
    hpm_json json;
    hpm_error error;
    hpm_json_to_buffer(&json, 1);
    hpm_rulebook_write(&json, rulebook);
    fuzz_finish(&json);
    FUZZ_CHECK(hpm_rulebook_decode(&again, json.bytes, json.length, &error) == HPM_OK);
    FUZZ_CHECK(memcmp(&again.rulebook.hash, &rulebook->hash, sizeof rulebook->hash) == 0);
    hpm_json_free(&json);
    hpm_rulebook_document_free(&again);
}

int fuzz_one(const uint8_t *data, size_t size)
{
    hpm_rulebook_document document;
    hpm_error error;
    hpm_status status = hpm_rulebook_decode(&document, (const char *)data, size, &error);
    fuzz_check_schema(data, size, status == HPM_OK, HPM_RULEBOOK_SCHEMA);
    if (status != HPM_OK) {
        fuzz_check_error(status, &error);
        return 0;
    }
    const hpm_rulebook *rulebook = &document.rulebook;
    FUZZ_CHECK(hpm_record_check(rulebook, &hpm_rulebook_record, "", &error) == HPM_OK);
    FUZZ_CHECK((rulebook->scenario_count > 0) == (rulebook->sets.count > 0));
    FUZZ_CHECK(rulebook->scenario_count <= HPM_SCENARIOS_MAX);
    FUZZ_CHECK(rulebook->initial_index < rulebook->components.count);
    FUZZ_CHECK(rulebook->maintenance_index < rulebook->components.count);
    check_round_trip(rulebook);
    hpm_rulebook_document_free(&document);
    return 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_one(data, size);
    return 0;
}
