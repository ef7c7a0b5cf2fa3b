/* Documents of raw quotes. */
#include <math.h>
#include <string.h>

#include "arena_new.h"
#include "base/record.h"
#include "document.h"
#include "document_open.h"
#include "document_rows.h"
#include "locate.h"

static int is_same(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

/* Whether anything in the row differs from what its absence stands for. */
static int says_something(const hpm_raw_quote_row *row)
{
    for (uint32_t i = 0; i < hpm_raw_quote_row_record.field_count; i++) {
        const hpm_field *field = &hpm_raw_quote_row_record.fields[i];
        if (field->type != HPM_FIELD_REAL) continue;
        if (!is_same(*(const double *)hpm_field_of(row, field), field->fallback)) return 1;
    }
    return 0;
}

static size_t marks_size(const hpm_catalog *catalog)
{
    return hpm_aligned_size(catalog->asset_count) + hpm_aligned_size(catalog->instrument_count);
}

static hpm_status take_quotes(hpm_quotes *quotes, hpm_arena *scratch, const hpm_list *list,
                              hpm_error *error)
{
    const hpm_catalog *catalog = quotes->catalog;
    const hpm_raw_quote_row *rows = list->items;
    uint8_t *marks = hpm_row_marks(scratch, catalog->instrument_count);
    for (uint32_t i = 0; i < list->count; i++) {
        uint32_t id = HPM_NONE;
        hpm_status status = hpm_row_instrument(&id, marks, catalog, i, rows[i].instrument, error);
        if (status != HPM_OK) return status;
        if (catalog->instruments[id].kind != HPM_OPTION && rows[i].quote.mark == 0)
            return hpm_row_fail(error, HPM_E_RANGE, "instruments", i, "mark", "not above 0",
                                rows[i].instrument);
        quotes->quote[id] = rows[i].quote;
    }
    return HPM_OK;
}

static hpm_status fill(hpm_quotes *quotes, hpm_arena *arena, hpm_arena *scratch,
                       const hpm_quotes_rows *rows, const hpm_catalog *catalog, hpm_error *error)
{
    uint32_t reporting = HPM_NONE;
    hpm_status status = hpm_row_reporting(&reporting, catalog, rows->reporting, error);
    if (status == HPM_OK)
        status = hpm_quotes_begin(quotes, arena, catalog, reporting, rows->time_ns, error);
    if (status == HPM_OK)
        status =
            hpm_row_prices(quotes->asset_price, scratch, catalog, reporting, &rows->assets, error);
    if (status == HPM_OK) status = take_quotes(quotes, scratch, &rows->instruments, error);
    return status == HPM_OK ? hpm_quotes_finish(quotes, error) : status;
}

static hpm_status read_quotes(hpm_quotes_document *document, const json_t *root,
                              const hpm_catalog *catalog, hpm_error *error)
{
    hpm_quotes_rows rows;
    hpm_arena scratch;
    hpm_status status = hpm_document_read(&rows, &scratch, &hpm_quotes_rows_record, root,
                                          marks_size(catalog), NULL, error);
    if (status != HPM_OK) return status;
    memcpy(document->source, rows.source, sizeof document->source);
    status = hpm_arena_new(&document->arena, hpm_quotes_size(catalog), error);
    if (status == HPM_OK)
        status = fill(&document->quotes, &document->arena, &scratch, &rows, catalog, error);
    hpm_arena_free(&scratch);
    return status;
}

hpm_status hpm_quotes_decode(hpm_quotes_document *document, const char *text, size_t length,
                             const hpm_catalog *separate, hpm_error *error)
{
    json_t *root;
    const hpm_catalog *catalog;
    memset(document, 0, sizeof *document);
    hpm_status status =
        hpm_document_open(&root, text, length, HPM_QUOTES_BYTES_MAX, HPM_QUOTES_SCHEMA, error);
    if (status != HPM_OK) return status;
    status = hpm_document_catalog(&catalog, &document->catalog, &document->catalog_arena, root,
                                  separate, "the quotes have no catalog of their own", error);
    if (status == HPM_OK) status = read_quotes(document, root, catalog, error);
    json_decref(root);
    if (status != HPM_OK) {
        hpm_quotes_document_free(document);
        hpm_error_locate(error, text, length);
    }
    return status;
}

void hpm_quotes_document_free(hpm_quotes_document *document)
{
    hpm_arena_free(&document->arena);
    hpm_arena_free(&document->catalog_arena);
    memset(document, 0, sizeof *document);
}

/* ---- Writing ------------------------------------------------------------------------------ */

static void write_quotes(hpm_json *json, const hpm_quotes *quotes)
{
    const hpm_catalog *catalog = quotes->catalog;
    hpm_json_key(json, "instruments");
    hpm_json_begin_array(json);
    for (uint32_t i = 0; i < catalog->instrument_count; i++) {
        hpm_raw_quote_row row = {.quote = quotes->quote[i]};
        if (!says_something(&row)) continue;
        memcpy(row.instrument, catalog->instruments[i].name, sizeof row.instrument);
        hpm_json_one_line(json);
        hpm_record_write(json, &row, &hpm_raw_quote_row_record);
    }
    hpm_json_end_array(json);
}

void hpm_quotes_write(hpm_json *json, const hpm_quotes *quotes, const char *source,
                      int embed_catalog)
{
    hpm_json_begin_object(json);
    hpm_json_put_text(json, "schema", HPM_QUOTES_SCHEMA);
    hpm_json_put_time(json, "time", quotes->now_ns);
    hpm_json_put_text(json, "reporting", quotes->catalog->assets[quotes->reporting].name);
    if (source && source[0] != '\0') hpm_json_put_text(json, "source", source);
    if (embed_catalog) {
        hpm_json_key(json, "catalog");
        hpm_catalog_write(json, quotes->catalog);
    }
    hpm_row_prices_write(json, quotes->catalog, quotes->asset_price);
    write_quotes(json, quotes);
    hpm_json_end_object(json);
}
