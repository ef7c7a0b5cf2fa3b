/* Account documents, single and in streams. */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "arena_new.h"
#include "codec.h"
#include "document.h"
#include "document_open.h"
#include "locate.h"

/* The rows of one document on their way to an account. */
typedef struct builder {
    hpm_account_rows rows;
    hpm_arena scratch;
    hpm_balance *balances;
    hpm_position *positions;
    hpm_declared *declared;
    const hpm_catalog *catalog;
    hpm_error *error;
} builder;

static size_t scratch_size(const json_t *root, const hpm_catalog *catalog)
{
    size_t balances = json_array_size(json_object_get(root, "balances"));
    size_t positions = json_array_size(json_object_get(root, "positions"));
    size_t declared = json_array_size(json_object_get(root, "declared"));
    if (balances > HPM_BALANCES_MAX || positions > HPM_POSITIONS_MAX || declared > HPM_BALANCES_MAX)
        return 0; /* are refused */
    return hpm_aligned_size(balances * sizeof(hpm_balance)) +
           hpm_aligned_size(positions * sizeof(hpm_position)) +
           hpm_aligned_size(declared * sizeof(hpm_declared)) +
           hpm_aligned_size(catalog->asset_count) + hpm_aligned_size(catalog->instrument_count);
}

static hpm_status fail_row(const builder *b, hpm_status status, const char *list, uint32_t row,
                           const char *field, const char *reason, const char *value)
{
    char where[HPM_PATH_TEXT];
    hpm_path item = {NULL, list, row}, path = {&item, field, HPM_PATH_NO_INDEX};
    return hpm_fail(b->error, status, hpm_path_format(where, &path), "%s (\"%s\")", reason, value);
}

static hpm_status take_balances(builder *b)
{
    const hpm_balance_row *rows = b->rows.balances.items;
    uint8_t *stated = hpm_arena_take(&b->scratch, b->catalog->asset_count, 1);
    b->balances = hpm_arena_take(&b->scratch, b->rows.balances.count, sizeof *b->balances);
    assert(stated && b->balances);
    for (uint32_t i = 0; i < b->rows.balances.count; i++) {
        uint32_t id = hpm_catalog_find_asset(b->catalog, rows[i].asset);
        if (id == HPM_NONE)
            return fail_row(b, HPM_E_REFERENCE, "balances", i, "asset", "no such asset",
                            rows[i].asset);
        if (stated[id]++)
            return fail_row(b, HPM_E_DUPLICATE, "balances", i, "asset", "stated twice",
                            rows[i].asset);
        b->balances[i] = (hpm_balance){id, {rows[i].amount_e8}};
    }
    return HPM_OK;
}

static hpm_status check_lots(const builder *b, uint32_t number, const hpm_instrument *instrument)
{
    const hpm_position_row *row = &((const hpm_position_row *)b->rows.positions.items)[number];
    char where[HPM_PATH_TEXT], quantity[HPM_DECIMAL_TEXT], lot[HPM_DECIMAL_TEXT];
    if (row->quantity_e8 % instrument->lot.e8 == 0) return HPM_OK;
    hpm_path item = {NULL, "positions", number}, path = {&item, "quantity", HPM_PATH_NO_INDEX};
    hpm_decimal_format(quantity, row->quantity_e8);
    hpm_decimal_format(lot, instrument->lot.e8);
    return hpm_fail(b->error, HPM_E_LOT, hpm_path_format(where, &path),
                    "not a whole number of lots of %s (%s)", lot, quantity);
}

static hpm_status take_positions(builder *b)
{
    const hpm_position_row *rows = b->rows.positions.items;
    uint8_t *stated = hpm_arena_take(&b->scratch, b->catalog->instrument_count, 1);
    b->positions = hpm_arena_take(&b->scratch, b->rows.positions.count, sizeof *b->positions);
    assert(stated && b->positions);
    for (uint32_t i = 0; i < b->rows.positions.count; i++) {
        uint32_t id = hpm_catalog_find_instrument(b->catalog, rows[i].instrument);
        if (id == HPM_NONE)
            return fail_row(b, HPM_E_REFERENCE, "positions", i, "instrument", "no such instrument",
                            rows[i].instrument);
        if (stated[id]++)
            return fail_row(b, HPM_E_DUPLICATE, "positions", i, "instrument", "stated twice",
                            rows[i].instrument);
        hpm_status status = check_lots(b, i, &b->catalog->instruments[id]);
        if (status != HPM_OK) return status;
        b->positions[i] =
            (hpm_position){id, {rows[i].quantity_e8}, rows[i].entry_price, {rows[i].funding_e8}};
    }
    return HPM_OK;
}

/* Few rows: comparing each with those before it needs no index. */
static int declared_before(const hpm_declared *rows, uint32_t number)
{
    for (uint32_t i = 0; i < number; i++)
        if (rows[i].asset == rows[number].asset && strcmp(rows[i].name, rows[number].name) == 0)
            return 1;
    return 0;
}

static hpm_status take_declared(builder *b)
{
    const hpm_declared_row *rows = b->rows.declared.items;
    b->declared = hpm_arena_take(&b->scratch, b->rows.declared.count, sizeof *b->declared);
    assert(b->declared);
    for (uint32_t i = 0; i < b->rows.declared.count; i++) {
        hpm_declared *out = &b->declared[i];
        memcpy(out->name, rows[i].name, sizeof out->name);
        out->asset = hpm_catalog_find_asset(b->catalog, rows[i].asset);
        out->amount.e8 = rows[i].amount_e8;
        if (out->asset == HPM_NONE)
            return fail_row(b, HPM_E_REFERENCE, "declared", i, "asset", "no such asset",
                            rows[i].asset);
        if (declared_before(b->declared, i))
            return fail_row(b, HPM_E_DUPLICATE, "declared", i, "name", "stated twice",
                            rows[i].name);
    }
    return HPM_OK;
}

static hpm_status lay_out(hpm_account **account, const builder *b)
{
    const hpm_account_rows *rows = &b->rows;
    size_t size =
        hpm_account_size(rows->balances.count, rows->positions.count, rows->declared.count);
    hpm_account *block = malloc(size);
    if (!block) return hpm_fail(b->error, HPM_E_MEMORY, "", "no memory (%zu bytes)", size);
    hpm_status status = hpm_account_init(block, rows->id, b->balances, rows->balances.count,
                                         b->positions, rows->positions.count, b->declared,
                                         rows->declared.count, b->catalog, b->error);
    if (status == HPM_OK)
        *account = block;
    else
        free(block);
    return status;
}

static hpm_status read_account(hpm_account **account, const json_t *root,
                               const hpm_catalog *catalog, hpm_error *error)
{
    builder b = {.catalog = catalog, .error = error};
    hpm_status status = hpm_document_read(&b.rows, &b.scratch, &hpm_account_rows_record, root,
                                          scratch_size(root, catalog), NULL, error);
    if (status != HPM_OK) return status;
    status = take_balances(&b);
    if (status == HPM_OK) status = take_positions(&b);
    if (status == HPM_OK) status = take_declared(&b);
    if (status == HPM_OK) status = lay_out(account, &b);
    hpm_arena_free(&b.scratch);
    return status;
}

hpm_status hpm_account_decode(hpm_account **account, const char *text, size_t length,
                              const hpm_catalog *catalog, hpm_error *error)
{
    json_t *root;
    *account = NULL;
    hpm_status status =
        hpm_document_open(&root, text, length, HPM_ACCOUNT_BYTES_MAX, HPM_ACCOUNT_SCHEMA, error);
    if (status != HPM_OK) return status;
    status = read_account(account, root, catalog, error);
    json_decref(root);
    if (status != HPM_OK) hpm_error_locate(error, text, length);
    return status;
}

/* ---- Streams ------------------------------------------------------------------------------ */

void hpm_account_stream_begin(hpm_account_stream *stream, const char *text, size_t length)
{
    *stream = (hpm_account_stream){text, length, 0, 1};
}

static void stream_skip(hpm_account_stream *stream, size_t bytes)
{
    for (size_t end = stream->at + bytes; stream->at < end; stream->at++)
        stream->line += stream->text[stream->at] == '\n';
}

static void skip_blanks(hpm_account_stream *stream)
{
    while (stream->at < stream->length && memchr(" \t\r\n", stream->text[stream->at], 4))
        stream_skip(stream, 1);
}

/* A document that is well-formed JSON; the stream then stands behind it. */
static hpm_status stream_read(hpm_account **account, json_t *root, const hpm_catalog *catalog,
                              hpm_error *error)
{
    hpm_status status;
    if (json_is_object(root))
        status = hpm_document_check_schema(root, HPM_ACCOUNT_SCHEMA, NULL, error);
    else
        status = hpm_fail(error, HPM_E_SCHEMA, "", "not a JSON object; should be \"%s\"",
                          HPM_ACCOUNT_SCHEMA);
    return status == HPM_OK ? read_account(account, root, catalog, error) : status;
}

hpm_status hpm_account_stream_next(hpm_account **account, hpm_account_stream *stream,
                                   const hpm_catalog *catalog, hpm_error *error)
{
    json_t *root;
    size_t used;
    *account = NULL;
    skip_blanks(stream);
    if (stream->at == stream->length) return HPM_OK;
    const char *text = stream->text + stream->at;
    int64_t first_line = stream->line;
    hpm_status status = hpm_codec_parse_first(&root, &used, text, stream->length - stream->at,
                                              HPM_ACCOUNT_BYTES_MAX, error);
    if (status == HPM_OK) {
        stream_skip(stream, used);
        status = stream_read(account, root, catalog, error);
        json_decref(root);
        if (status != HPM_OK) hpm_error_locate(error, text, used);
    } else {
        stream->at = stream->length;
    }
    if (status != HPM_OK && error) error->line = first_line + (error->line > 0) * (error->line - 1);
    return status;
}

/* ---- Writing ------------------------------------------------------------------------------ */

static void write_row(hpm_json *json, const void *row, const hpm_record *record)
{
    hpm_json_one_line(json);
    hpm_record_write(json, row, record);
}

static void write_balances(hpm_json *json, const hpm_account *account, const hpm_catalog *catalog)
{
    const hpm_balance *balances = hpm_account_balances(account);
    for (uint32_t i = 0; i < account->balance_count; i++) {
        hpm_balance_row row = {.amount_e8 = balances[i].amount.e8};
        memcpy(row.asset, catalog->assets[balances[i].asset].name, sizeof row.asset);
        write_row(json, &row, &hpm_balance_row_record);
    }
}

static void write_positions(hpm_json *json, const hpm_account *account, const hpm_catalog *catalog)
{
    const hpm_position *positions = hpm_account_positions(account);
    for (uint32_t i = 0; i < account->position_count; i++) {
        hpm_position_row row = {
            .quantity_e8 = positions[i].quantity.e8,
            .entry_price = positions[i].entry_price,
            .funding_e8 = positions[i].funding.e8,
        };
        memcpy(row.instrument, catalog->instruments[positions[i].instrument].name,
               sizeof row.instrument);
        write_row(json, &row, &hpm_position_row_record);
    }
}

static void write_declared(hpm_json *json, const hpm_account *account, const hpm_catalog *catalog)
{
    const hpm_declared *declared = hpm_account_declared(account);
    for (uint32_t i = 0; i < account->declared_count; i++) {
        hpm_declared_row row = {.amount_e8 = declared[i].amount.e8};
        memcpy(row.name, declared[i].name, sizeof row.name);
        memcpy(row.asset, catalog->assets[declared[i].asset].name, sizeof row.asset);
        write_row(json, &row, &hpm_declared_row_record);
    }
}

void hpm_account_write(hpm_json *json, const hpm_account *account, const hpm_catalog *catalog)
{
    hpm_json_begin_object(json);
    hpm_json_put_text(json, "schema", HPM_ACCOUNT_SCHEMA);
    hpm_json_put_text(json, "id", account->id);
    hpm_json_key(json, "balances");
    hpm_json_begin_array(json);
    write_balances(json, account, catalog);
    hpm_json_end_array(json);
    hpm_json_key(json, "positions");
    hpm_json_begin_array(json);
    write_positions(json, account, catalog);
    hpm_json_end_array(json);
    if (account->declared_count > 0) {
        hpm_json_key(json, "declared");
        hpm_json_begin_array(json);
        write_declared(json, account, catalog);
        hpm_json_end_array(json);
    }
    hpm_json_end_object(json);
}
