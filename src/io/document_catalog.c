/* Catalog documents. */
#include <assert.h>
#include <string.h>

#include "arena_new.h"
#include "codec.h"
#include "document.h"
#include "document_open.h"
#include "locate.h"
#include "row_index.h"

/* The rows of one document on their way to a catalog. */
typedef struct builder {
    hpm_catalog_rows rows;
    hpm_arena scratch;
    hpm_row_index assets;
    const char *path; /* to the document, "" or "catalog" */
    hpm_error *error;
} builder;

static const hpm_asset_row *asset_rows(const builder *b)
{
    return b->rows.assets.items;
}

static const hpm_instrument_row *instrument_rows(const builder *b)
{
    return b->rows.instruments.items;
}

/* Scratch beyond the rows themselves: indices and the structs that hpm_catalog_init takes. */
static size_t scratch_size(const json_t *object)
{
    size_t assets = json_array_size(json_object_get(object, "assets"));
    size_t instruments = json_array_size(json_object_get(object, "instruments"));
    if (assets > HPM_ASSETS_MAX || instruments > HPM_INSTRUMENTS_MAX) return 0; /* are refused */
    return hpm_row_index_size((uint32_t)assets) + hpm_row_index_size((uint32_t)instruments) +
           hpm_aligned_size(assets * sizeof(hpm_asset)) +
           hpm_aligned_size(instruments * sizeof(hpm_instrument));
}

static hpm_status fail_row(const builder *b, hpm_status status, uint32_t row, const char *field,
                           const char *reason, const char *value)
{
    char where[HPM_PATH_TEXT];
    hpm_path root = {NULL, b->path, HPM_PATH_NO_INDEX}, item = {&root, "instruments", row};
    hpm_path path = {&item, field, HPM_PATH_NO_INDEX};
    return hpm_fail(b->error, status, hpm_path_format(where, &path), "%s (\"%s\")", reason, value);
}

/* Both names must be unique before anything refers to them. */
static hpm_status index_rows(builder *b)
{
    hpm_row_index instruments;
    hpm_status status =
        hpm_row_index_build(&b->assets, &b->scratch, &b->rows.assets, sizeof(hpm_asset_row),
                            "assets", "asset", b->path, b->error);
    if (status != HPM_OK) return status;
    return hpm_row_index_build(&instruments, &b->scratch, &b->rows.instruments,
                               sizeof(hpm_instrument_row), "instruments", "instrument", b->path,
                               b->error);
}

static void fill_asset(hpm_asset *asset, const hpm_asset_row *row)
{
    memcpy(asset->name, row->asset, sizeof asset->name);
    asset->kind = (hpm_asset_kind)row->kind;
}

static hpm_status fill_instrument(hpm_instrument *instrument, const builder *b, uint32_t number)
{
    const hpm_instrument_row *row = &instrument_rows(b)[number];
    memcpy(instrument->name, row->instrument, sizeof instrument->name);
    instrument->kind = (hpm_kind)row->kind;
    instrument->payoff = (hpm_payoff)row->payoff;
    instrument->underlying = hpm_row_index_find(&b->assets, row->underlying);
    instrument->settlement = hpm_row_index_find(&b->assets, row->settlement);
    instrument->contract_size = row->contract_size;
    instrument->lot.e8 = row->lot_e8;
    instrument->strike = row->strike;
    instrument->is_call = row->type;
    instrument->expiry_ns = row->expiry_ns;
    if (instrument->underlying == HPM_NONE)
        return fail_row(b, HPM_E_REFERENCE, number, "underlying", "no such asset", row->underlying);
    if (instrument->settlement == HPM_NONE)
        return fail_row(b, HPM_E_REFERENCE, number, "settlement", "no such asset", row->settlement);
    if (row->payoff == HPM_INVERSE && instrument->underlying != instrument->settlement)
        return fail_row(b, HPM_E_REFERENCE, number, "settlement",
                        "an inverse instrument settles in its own underlying", row->settlement);
    if (row->payoff == HPM_INVERSE && row->kind == HPM_SPOT)
        return fail_row(b, HPM_E_RANGE, number, "payoff", "a spot pair cannot be inverse",
                        "inverse");
    return HPM_OK;
}

static hpm_status build(hpm_catalog *catalog, hpm_arena *arena, builder *b)
{
    uint32_t asset_count = b->rows.assets.count, count = b->rows.instruments.count;
    hpm_asset *assets = hpm_arena_take(&b->scratch, asset_count, sizeof *assets);
    hpm_instrument *instruments = hpm_arena_take(&b->scratch, count, sizeof *instruments);
    assert(assets && instruments);
    for (uint32_t i = 0; i < asset_count; i++)
        fill_asset(&assets[i], &asset_rows(b)[i]);
    for (uint32_t i = 0; i < count; i++) {
        hpm_status status = fill_instrument(&instruments[i], b, i);
        if (status != HPM_OK) return status;
    }
    hpm_status status = hpm_arena_new(arena, hpm_catalog_size(asset_count, count), b->error);
    if (status != HPM_OK) return status;
    status = hpm_catalog_init(catalog, arena, assets, asset_count, instruments, count, b->error);
    if (status != HPM_OK) hpm_arena_free(arena);
    return status;
}

hpm_status hpm_catalog_from_json(hpm_catalog *catalog, hpm_arena *arena, const json_t *object,
                                 const char *path, hpm_error *error)
{
    builder b = {.path = path, .error = error};
    const hpm_path root = {NULL, path, HPM_PATH_NO_INDEX};
    hpm_status status = hpm_document_read(&b.rows, &b.scratch, &hpm_catalog_rows_record, object,
                                          scratch_size(object), &root, error);
    if (status != HPM_OK) return status;
    status = index_rows(&b);
    if (status == HPM_OK) status = build(catalog, arena, &b);
    hpm_arena_free(&b.scratch);
    return status;
}

hpm_status hpm_catalog_decode(hpm_catalog_document *document, const char *text, size_t length,
                              hpm_error *error)
{
    json_t *root;
    memset(document, 0, sizeof *document);
    hpm_status status =
        hpm_document_open(&root, text, length, HPM_CATALOG_BYTES_MAX, HPM_CATALOG_SCHEMA, error);
    if (status != HPM_OK) return status;
    status = hpm_catalog_from_json(&document->catalog, &document->arena, root, "", error);
    json_decref(root);
    if (status != HPM_OK) hpm_error_locate(error, text, length);
    return status;
}

void hpm_catalog_document_free(hpm_catalog_document *document)
{
    hpm_arena_free(&document->arena);
    memset(document, 0, sizeof *document);
}

/* ---- Writing ------------------------------------------------------------------------------ */

static void write_asset(hpm_json *json, const hpm_asset *asset)
{
    hpm_asset_row row = {.kind = (int)asset->kind};
    memcpy(row.asset, asset->name, sizeof row.asset);
    hpm_json_one_line(json);
    hpm_record_write(json, &row, &hpm_asset_row_record);
}

static void write_instrument(hpm_json *json, const hpm_instrument *instrument,
                             const hpm_asset *assets)
{
    hpm_instrument_row row = {
        .payoff = (int)instrument->payoff,
        .contract_size = instrument->contract_size,
        .lot_e8 = instrument->lot.e8,
        .kind = (int)instrument->kind,
        .type = instrument->is_call,
        .expiry_ns = instrument->expiry_ns,
        .strike = instrument->strike,
    };
    memcpy(row.instrument, instrument->name, sizeof row.instrument);
    memcpy(row.underlying, assets[instrument->underlying].name, sizeof row.underlying);
    memcpy(row.settlement, assets[instrument->settlement].name, sizeof row.settlement);
    hpm_json_one_line(json);
    hpm_record_write(json, &row, &hpm_instrument_row_record);
}

void hpm_catalog_write(hpm_json *json, const hpm_catalog *catalog)
{
    hpm_json_begin_object(json);
    hpm_json_put_text(json, "schema", HPM_CATALOG_SCHEMA);
    hpm_json_key(json, "assets");
    hpm_json_begin_array(json);
    for (uint32_t i = 0; i < catalog->asset_count; i++)
        write_asset(json, &catalog->assets[i]);
    hpm_json_end_array(json);
    hpm_json_key(json, "instruments");
    hpm_json_begin_array(json);
    for (uint32_t i = 0; i < catalog->instrument_count; i++)
        write_instrument(json, &catalog->instruments[i], catalog->assets);
    hpm_json_end_array(json);
    hpm_json_end_object(json);
}
