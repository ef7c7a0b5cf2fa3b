/* Market documents. */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "arena_new.h"
#include "codec.h"
#include "document.h"
#include "document_open.h"
#include "document_rows.h"
#include "locate.h"

/* The rows of one document on their way to a market. */
typedef struct builder {
    hpm_market_rows rows;
    hpm_arena scratch;
    hpm_market *market;
    hpm_error *error;
} builder;

static size_t marks_size(const hpm_catalog *catalog)
{
    return hpm_aligned_size(catalog->asset_count) + 2 * hpm_aligned_size(catalog->expiry_count) +
           hpm_aligned_size(catalog->instrument_count);
}

/* The expiry that a row of a list is about, which must be the first about it. */
static hpm_status find_expiry(uint32_t *id, builder *b, uint8_t *marks, const char *list,
                              uint32_t row, const char *name, int64_t expiry_ns)
{
    const hpm_catalog *catalog = b->market->catalog;
    uint32_t underlying = hpm_catalog_find_asset(catalog, name);
    if (underlying == HPM_NONE)
        return hpm_row_fail(b->error, HPM_E_REFERENCE, list, row, "underlying", "no such asset",
                            name);
    *id = hpm_catalog_find_expiry(catalog, underlying, expiry_ns);
    if (*id == HPM_NONE)
        return hpm_row_fail(b->error, HPM_E_REFERENCE, list, row, "expiry",
                            "no instrument on this underlying has this expiry", name);
    return hpm_row_once(marks, *id, list, row, "expiry", name, b->error);
}

static hpm_status take_expiries(builder *b)
{
    const hpm_expiry_row *rows = b->rows.expiries.items;
    uint8_t *marks = hpm_row_marks(&b->scratch, b->market->catalog->expiry_count);
    for (uint32_t i = 0; i < b->rows.expiries.count; i++) {
        uint32_t id = HPM_NONE;
        hpm_status status =
            find_expiry(&id, b, marks, "expiries", i, rows[i].underlying, rows[i].expiry_ns);
        if (status != HPM_OK) return status;
        b->market->curve[id] = rows[i].point;
    }
    return HPM_OK;
}

static hpm_status take_smiles(builder *b)
{
    const hpm_smile_row *rows = b->rows.smiles.items;
    uint8_t *marks = hpm_row_marks(&b->scratch, b->market->catalog->expiry_count);
    for (uint32_t i = 0; i < b->rows.smiles.count; i++) {
        uint32_t id = HPM_NONE;
        hpm_status status =
            find_expiry(&id, b, marks, "smiles", i, rows[i].underlying, rows[i].expiry_ns);
        if (status != HPM_OK) return status;
        if (!hpm_svi_is_valid(&rows[i].smile.svi)) /* what the table cannot say */
            return hpm_row_fail(b->error, HPM_E_RANGE, "smiles", i, "a",
                                "the variance falls below 0, or rho is -1 or 1",
                                rows[i].underlying);
        b->market->smile[id] = rows[i].smile;
    }
    return HPM_OK;
}

static hpm_status take_quote(builder *b, uint32_t id, uint32_t number)
{
    const hpm_quote_row *row = &((const hpm_quote_row *)b->rows.instruments.items)[number];
    if (b->market->catalog->instruments[id].kind == HPM_OPTION) {
        /* The mark of an option is for people: the engine prices it from the volatility. */
        if (!isnan(row->vol))
            b->market->vol[id] = (hpm_input){row->vol, row->confidence, row->age_s};
        return HPM_OK;
    }
    if (!isnan(row->vol))
        return hpm_row_fail(b->error, HPM_E_FIELD_UNKNOWN, "instruments", number, "vol",
                            "only an option has a volatility", row->instrument);
    if (row->mark == 0)
        return hpm_row_fail(b->error, HPM_E_RANGE, "instruments", number, "mark", "not above 0",
                            row->instrument);
    if (!isnan(row->mark))
        b->market->mark[id] = (hpm_input){row->mark, row->confidence, row->age_s};
    return HPM_OK;
}

static hpm_status take_quotes(builder *b)
{
    const hpm_catalog *catalog = b->market->catalog;
    const hpm_quote_row *rows = b->rows.instruments.items;
    uint8_t *marks = hpm_row_marks(&b->scratch, catalog->instrument_count);
    for (uint32_t i = 0; i < b->rows.instruments.count; i++) {
        uint32_t id = HPM_NONE;
        hpm_status status =
            hpm_row_instrument(&id, marks, catalog, i, rows[i].instrument, b->error);
        if (status == HPM_OK) status = take_quote(b, id, i);
        if (status != HPM_OK) return status;
    }
    return HPM_OK;
}

static hpm_status fill(builder *b, hpm_arena *arena, const hpm_catalog *catalog)
{
    hpm_market *market = b->market;
    uint32_t reporting = HPM_NONE;
    hpm_status status = hpm_row_reporting(&reporting, catalog, b->rows.reporting, b->error);
    if (status == HPM_OK)
        status = hpm_market_begin(market, arena, catalog, reporting, b->rows.time_ns, b->error);
    if (status == HPM_OK)
        status = hpm_row_prices(market->asset_price, &b->scratch, catalog, reporting,
                                &b->rows.assets, b->error);
    if (status == HPM_OK) status = take_expiries(b);
    if (status == HPM_OK) status = take_smiles(b);
    if (status == HPM_OK) status = take_quotes(b);
    return status == HPM_OK ? hpm_market_finish(b->market, b->error) : status;
}

static hpm_status read_market(hpm_market_document *document, const json_t *root,
                              const hpm_catalog *catalog, hpm_error *error)
{
    builder b = {.market = &document->market, .error = error};
    hpm_status status = hpm_document_read(&b.rows, &b.scratch, &hpm_market_rows_record, root,
                                          marks_size(catalog), NULL, error);
    if (status != HPM_OK) return status;
    memcpy(document->source, b.rows.source, sizeof document->source);
    status = hpm_arena_new(&document->arena, hpm_market_size(catalog), error);
    if (status == HPM_OK) status = fill(&b, &document->arena, catalog);
    hpm_arena_free(&b.scratch);
    return status;
}

hpm_status hpm_market_decode(hpm_market_document *document, const char *text, size_t length,
                             const hpm_catalog *separate, hpm_error *error)
{
    json_t *root;
    const hpm_catalog *catalog;
    memset(document, 0, sizeof *document);
    hpm_status status =
        hpm_document_open(&root, text, length, HPM_MARKET_BYTES_MAX, HPM_MARKET_SCHEMA, error);
    if (status != HPM_OK) return status;
    status = hpm_document_catalog(&catalog, &document->catalog, &document->catalog_arena, root,
                                  separate, "the market has no catalog of its own", error);
    if (status == HPM_OK) status = read_market(document, root, catalog, error);
    json_decref(root);
    if (status != HPM_OK) {
        hpm_market_document_free(document);
        hpm_error_locate(error, text, length);
    }
    return status;
}

void hpm_market_document_free(hpm_market_document *document)
{
    hpm_arena_free(&document->arena);
    hpm_arena_free(&document->catalog_arena);
    memset(document, 0, sizeof *document);
}

/* ---- Writing ------------------------------------------------------------------------------ */

static void write_row(hpm_json *json, const void *row, const hpm_record *record)
{
    hpm_json_one_line(json);
    hpm_record_write(json, row, record);
}

static void write_expiries(hpm_json *json, const hpm_market *market)
{
    const hpm_catalog *catalog = market->catalog;
    for (uint32_t i = 0; i < catalog->expiry_count; i++) {
        const hpm_expiry *expiry = &catalog->expiries[i];
        hpm_expiry_row row = {.expiry_ns = expiry->expiry_ns, .point = market->curve[i]};
        if (isnan(row.point.forward.value)) continue;
        memcpy(row.underlying, catalog->assets[expiry->underlying].name, sizeof row.underlying);
        write_row(json, &row, &hpm_expiry_row_record);
    }
}

static void write_smiles(hpm_json *json, const hpm_market *market)
{
    const hpm_catalog *catalog = market->catalog;
    for (uint32_t i = 0; i < catalog->expiry_count; i++) {
        const hpm_expiry *expiry = &catalog->expiries[i];
        hpm_smile_row row = {.expiry_ns = expiry->expiry_ns, .smile = market->smile[i]};
        if (isnan(row.smile.svi.b)) continue;
        memcpy(row.underlying, catalog->assets[expiry->underlying].name, sizeof row.underlying);
        write_row(json, &row, &hpm_smile_row_record);
    }
}

static int has_smiles(const hpm_market *market)
{
    for (uint32_t i = 0; i < market->catalog->expiry_count; i++)
        if (!isnan(market->smile[i].svi.b)) return 1;
    return 0;
}

static void write_quotes(hpm_json *json, const hpm_market *market)
{
    const hpm_catalog *catalog = market->catalog;
    for (uint32_t i = 0; i < catalog->instrument_count; i++) {
        int is_option = catalog->instruments[i].kind == HPM_OPTION;
        if (is_option && !market->vol_quoted[i]) continue;
        const hpm_input *input = is_option ? &market->vol[i] : &market->mark[i];
        if (isnan(input->value)) continue;
        hpm_quote_row row = {
            .mark = is_option ? NAN : input->value,
            .vol = is_option ? input->value : NAN,
            .confidence = input->confidence,
            .age_s = input->age_s,
        };
        memcpy(row.instrument, catalog->instruments[i].name, sizeof row.instrument);
        write_row(json, &row, &hpm_quote_row_record);
    }
}

static void write_list(hpm_json *json, const char *key, const hpm_market *market,
                       void (*rows)(hpm_json *, const hpm_market *))
{
    hpm_json_key(json, key);
    hpm_json_begin_array(json);
    rows(json, market);
    hpm_json_end_array(json);
}

void hpm_market_write(hpm_json *json, const hpm_market *market, const char *source,
                      int embed_catalog)
{
    hpm_json_begin_object(json);
    hpm_json_put_text(json, "schema", HPM_MARKET_SCHEMA);
    hpm_json_put_time(json, "time", market->now_ns);
    hpm_json_put_text(json, "reporting", market->catalog->assets[market->reporting].name);
    if (source && source[0] != '\0') hpm_json_put_text(json, "source", source);
    if (embed_catalog) {
        hpm_json_key(json, "catalog");
        hpm_catalog_write(json, market->catalog);
    }
    hpm_row_prices_write(json, market->catalog, market->asset_price);
    write_list(json, "expiries", market, write_expiries);
    if (has_smiles(market)) write_list(json, "smiles", market, write_smiles);
    write_list(json, "instruments", market, write_quotes);
    hpm_json_end_object(json);
}
