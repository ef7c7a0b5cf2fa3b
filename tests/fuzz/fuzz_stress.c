/* Fuzz target: stress documents on a small market. What is accepted is within its limits, and what
 * comes out for the library passes its checks. */
#include "../unit/template_fixture.h"
#include "fuzz_document.h"
#include "io/document_stress.h"

static void check_scenario(const hpm_stress_scenario *scenario, const hpm_catalog *catalog)
{
    FUZZ_CHECK(scenario->name && scenario->name[0] != '\0');
    FUZZ_CHECK(scenario->time_days >= 0 && scenario->time_days <= HPM_STRESS_DAYS_MAX);
    FUZZ_CHECK(scenario->shock_count <= HPM_STRESS_SHOCKS_MAX);
    for (uint32_t i = 0; i < scenario->shock_count; i++) {
        const hpm_stress_shock *shock = &scenario->shocks[i];
        FUZZ_CHECK(shock->asset == HPM_NONE || shock->asset < catalog->asset_count);
        FUZZ_CHECK(shock->price > -1 && shock->price <= HPM_STRESS_RISE_MAX);
        FUZZ_CHECK(shock->basis > -1 && shock->vol >= -1 && shock->vol_add >= -100);
    }
}

int fuzz_one(const uint8_t *data, size_t size)
{
    static hpm_market_document market;
    hpm_stress_document document;
    hpm_error error = {.status = HPM_OK};
    if (!market.arena.base) FUZZ_CHECK(fixture_market(&market) == 0);
    hpm_status status =
        hpm_stress_decode(&document, (const char *)data, size, &market.catalog, &error);
    fuzz_check_schema(data, size, status == HPM_OK, HPM_STRESS_SCHEMA);
    if (status != HPM_OK) {
        fuzz_check_error(status, &error);
        return 0;
    }
    FUZZ_CHECK(document.rows.scenarios.count > 0);
    for (uint32_t i = 0; i < document.rows.scenarios.count; i++)
        check_scenario(&document.scenarios[i], &market.catalog);
    hpm_stress_document_free(&document);
    return 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_one(data, size);
    return 0;
}
