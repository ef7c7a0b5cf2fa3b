/* Fuzz target: orders documents. */
#include <math.h>

#include "../unit/documents.h"
#include "fuzz_document.h"

static void check_orders(const hpm_order *orders, uint32_t count, const hpm_catalog *catalog)
{
    FUZZ_CHECK(count <= HPM_ORDERS_MAX);
    for (uint32_t i = 0; i < count; i++) {
        hpm_error error;
        FUZZ_CHECK(hpm_order_check(&orders[i], catalog, &error) == HPM_OK);
        FUZZ_CHECK(memchr(orders[i].id, 0, sizeof orders[i].id) && orders[i].id[0] != '\0');
        FUZZ_CHECK(isnan(orders[i].price) || orders[i].price > 0);
        for (uint32_t k = 0; count <= 64 && k < i; k++)
            FUZZ_CHECK(strcmp(orders[i].id, orders[k].id) != 0);
    }
}

int fuzz_one(const uint8_t *data, size_t size)
{
    hpm_catalog_document document;
    hpm_order *orders;
    hpm_error error;
    uint32_t count;
    FUZZ_CHECK(hpm_catalog_decode(&document, CATALOG, sizeof CATALOG - 1, &error) == HPM_OK);
    hpm_status status =
        hpm_orders_decode(&orders, &count, (const char *)data, size, &document.catalog, &error);
    if (status != HPM_OK)
        fuzz_check_error(status, &error);
    else
        check_orders(orders, count, &document.catalog);
    fuzz_check_schema(data, size, status == HPM_OK, HPM_ORDERS_SCHEMA);
    free(orders);
    hpm_catalog_document_free(&document);
    return status == HPM_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_one(data, size);
    return 0;
}
