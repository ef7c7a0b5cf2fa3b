/* Fuzz target: histories of daily closes, CSV and JSON, with the asset in a column or named. What
 * is accepted is ascending, each day once, above zero. */
#include "../unit/template_fixture.h"
#include "fuzz.h"
#include "io/history_read.h"

static void check_history(const hpm_history *history)
{
    FUZZ_CHECK(history->close_count > 0);
    for (uint32_t i = 0; i < history->close_count; i++) {
        FUZZ_CHECK(history->closes[i].value > 0 && history->closes[i].day >= 0);
        FUZZ_CHECK(i == 0 || history->closes[i - 1].day < history->closes[i].day);
    }
}

static int decode(const uint8_t *data, size_t size, uint32_t asset, const hpm_catalog *catalog)
{
    hpm_history_file file;
    hpm_error error = {.status = HPM_OK};
    hpm_status status =
        hpm_history_decode(&file, (const char *)data, size, asset, 0, catalog, &error);
    if (status != HPM_OK) {
        FUZZ_CHECK(error.status == status && error.message[0] != '\0');
        return 0;
    }
    for (uint32_t i = 0; i < file.count; i++) {
        FUZZ_CHECK(i == 0 || file.histories[i - 1].asset < file.histories[i].asset);
        check_history(&file.histories[i]);
    }
    hpm_history_file_free(&file);
    return 1;
}

int fuzz_one(const uint8_t *data, size_t size)
{
    static hpm_market_document market;
    if (!market.arena.base) FUZZ_CHECK(fixture_market(&market) == 0);
    if (size > 1 << 16) return 0;
    uint32_t asset = hpm_catalog_find_asset(&market.catalog, "BTC");
    int named = decode(data, size, asset, &market.catalog);
    return decode(data, size, HPM_NONE, &market.catalog) || named;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_one(data, size);
    return 0;
}
