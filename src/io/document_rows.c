/* What documents about a catalog have in common. */
#include "document_rows.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/path.h"
#include "document_open.h"

static hpm_status read_embedded(hpm_catalog *catalog, hpm_arena *arena, json_t *object,
                                hpm_error *error)
{
    const hpm_path path = {NULL, "catalog", HPM_PATH_NO_INDEX};
    hpm_status status = HPM_OK;
    if (json_is_object(object))
        status = hpm_document_check_schema(object, HPM_CATALOG_SCHEMA, &path, error);
    if (status != HPM_OK) return status;
    return hpm_catalog_from_json(catalog, arena, object, "catalog", error);
}

hpm_status hpm_document_catalog(const hpm_catalog **used, hpm_catalog *embedded, hpm_arena *arena,
                                json_t *root, const hpm_catalog *separate, const char *lacking,
                                hpm_error *error)
{
    json_t *object = json_object_get(root, "catalog");
    *used = separate ? separate : embedded;
    if (!object && !separate)
        return hpm_fail(error, HPM_E_FIELD_MISSING, "catalog", "%s and none was given (--catalog)",
                        lacking);
    if (!object) {
        *embedded = *separate;
        return HPM_OK;
    }
    hpm_status status = read_embedded(embedded, arena, object, error);
    json_object_del(root, "catalog");
    if (status != HPM_OK || !separate) return status;
    if (memcmp(embedded->hash.bytes, separate->hash.bytes, sizeof separate->hash.bytes) == 0)
        return HPM_OK;
    return hpm_fail(error, HPM_E_REFERENCE, "catalog",
                    "the embedded catalog is not the one that was given");
}

/* ---- Rows --------------------------------------------------------------------------------- */

hpm_status hpm_row_fail(hpm_error *error, hpm_status status, const char *list, uint32_t row,
                        const char *field, const char *reason, const char *value)
{
    char where[HPM_PATH_TEXT];
    hpm_path item = {NULL, list, row}, path = {&item, field, HPM_PATH_NO_INDEX};
    return hpm_fail(error, status, hpm_path_format(where, &path), "%s (\"%s\")", reason, value);
}

uint8_t *hpm_row_marks(hpm_arena *scratch, uint32_t count)
{
    uint8_t *marks = hpm_arena_take(scratch, count, 1);
    assert(marks);
    return marks;
}

hpm_status hpm_row_once(uint8_t *marks, uint32_t id, const char *list, uint32_t row,
                        const char *field, const char *name, hpm_error *error)
{
    if (marks[id])
        return hpm_row_fail(error, HPM_E_DUPLICATE, list, row, field, "stated twice", name);
    marks[id] = 1;
    return HPM_OK;
}

hpm_status hpm_row_reporting(uint32_t *id, const hpm_catalog *catalog, const char *name,
                             hpm_error *error)
{
    *id = hpm_catalog_find_asset(catalog, name);
    if (*id != HPM_NONE) return HPM_OK;
    return hpm_fail(error, HPM_E_REFERENCE, "reporting", "no such asset (\"%s\")", name);
}

hpm_status hpm_row_prices(hpm_input *asset_price, hpm_arena *scratch, const hpm_catalog *catalog,
                          uint32_t reporting, const hpm_list *list, hpm_error *error)
{
    const hpm_price_row *rows = list->items;
    uint8_t *marks = hpm_row_marks(scratch, catalog->asset_count);
    for (uint32_t i = 0; i < list->count; i++) {
        uint32_t id = hpm_catalog_find_asset(catalog, rows[i].asset);
        if (id == HPM_NONE)
            return hpm_row_fail(error, HPM_E_REFERENCE, "assets", i, "asset", "no such asset",
                                rows[i].asset);
        hpm_status status = hpm_row_once(marks, id, "assets", i, "asset", rows[i].asset, error);
        if (status != HPM_OK) return status;
        if (id == reporting && rows[i].price.value != 1)
            return hpm_row_fail(error, HPM_E_RANGE, "assets", i, "price",
                                "the reporting asset is worth 1 by definition", rows[i].asset);
        asset_price[id] = rows[i].price;
    }
    return HPM_OK;
}

void hpm_row_prices_write(hpm_json *json, const hpm_catalog *catalog, const hpm_input *asset_price)
{
    hpm_json_key(json, "assets");
    hpm_json_begin_array(json);
    for (uint32_t i = 0; i < catalog->asset_count; i++) {
        hpm_price_row row = {.price = asset_price[i]};
        if (isnan(row.price.value)) continue;
        memcpy(row.asset, catalog->assets[i].name, sizeof row.asset);
        hpm_json_one_line(json);
        hpm_record_write(json, &row, &hpm_price_row_record);
    }
    hpm_json_end_array(json);
}

hpm_status hpm_row_instrument(uint32_t *id, uint8_t *marks, const hpm_catalog *catalog,
                              uint32_t row, const char *name, hpm_error *error)
{
    *id = hpm_catalog_find_instrument(catalog, name);
    if (*id == HPM_NONE)
        return hpm_row_fail(error, HPM_E_REFERENCE, "instruments", row, "instrument",
                            "no such instrument", name);
    return hpm_row_once(marks, *id, "instruments", row, "instrument", name, error);
}
