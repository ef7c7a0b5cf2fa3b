/* Surface documents. */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "arena_new.h"
#include "document.h"
#include "document_open.h"
#include "locate.h"

/* ---- Hashes ------------------------------------------------------------------------------- */

static int digit_value(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "" is no hash: all zero. */
static hpm_status read_hash(hpm_hash *hash, const char *text, const char *where, hpm_error *error)
{
    memset(hash, 0, sizeof *hash);
    if (text[0] == '\0') return HPM_OK;
    int is_hash = strlen(text) == 2 * sizeof hash->bytes;
    for (size_t i = 0; is_hash && i < sizeof hash->bytes; i++) {
        int high = digit_value(text[2 * i]), low = digit_value(text[2 * i + 1]);
        if (high < 0 || low < 0) is_hash = 0;
        hash->bytes[i] = (uint8_t)(high * 16 + low);
    }
    if (is_hash) return HPM_OK;
    return hpm_fail(error, HPM_E_RANGE, where, "not 64 hexadecimal digits, a to f small (\"%s\")",
                    text);
}

static int is_zero(const hpm_hash *hash)
{
    static const hpm_hash zero;
    return memcmp(hash, &zero, sizeof zero) == 0;
}

static hpm_status check_hash(const hpm_surface *surface, const char *stated, hpm_error *error)
{
    char computed[HPM_HASH_TEXT];
    hpm_hash given;
    hpm_status status = read_hash(&given, stated, "hash", error);
    if (status != HPM_OK || stated[0] == '\0') return status;
    if (memcmp(&given, &surface->hash, sizeof given) == 0) return HPM_OK;
    hpm_hash_format(computed, &surface->hash);
    return hpm_fail(error, HPM_E_REFERENCE, "hash",
                    "stated %s, computed %s; leave \"hash\" out of an edited document", stated,
                    computed);
}

/* ---- Reading ------------------------------------------------------------------------------ */

static void take_slice(hpm_slice *slice, const hpm_slice_row *row, int64_t now_ns)
{
    *slice = row->slice;
    slice->state = (hpm_slice_state)row->state;
    if (slice->state == HPM_SLICE_NONE) slice->confidence = 0;
    if (!isnan(slice->tau_years)) return;
    double left_ns = (double)(slice->expiry_ns - now_ns);
    slice->tau_years = left_ns > 0 ? left_ns / (double)HPM_YEAR_NS : 0;
}

static hpm_status fill(hpm_surface *surface, hpm_arena *arena, const hpm_surface_rows *rows,
                       hpm_error *error)
{
    const hpm_slice_row *slices = rows->slices.items;
    surface->now_ns = rows->time_ns;
    surface->slice_count = rows->slices.count;
    surface->underlying_count = rows->across.count;
    surface->slices = hpm_arena_take(arena, rows->slices.count, sizeof *surface->slices);
    surface->across = hpm_arena_take(arena, rows->across.count, sizeof *surface->across);
    assert(surface->slices && surface->across);
    for (uint32_t i = 0; i < rows->slices.count; i++)
        take_slice(&surface->slices[i], &slices[i], rows->time_ns);
    if (rows->across.count > 0)
        memcpy(surface->across, rows->across.items, rows->across.count * sizeof *surface->across);
    hpm_status status = read_hash(&surface->quotes_hash, rows->quotes_hash, "quotes_hash", error);
    if (status == HPM_OK) status = hpm_surface_finish(surface, error);
    return status == HPM_OK ? check_hash(surface, rows->hash, error) : status;
}

static hpm_status read_surface(hpm_surface_document *document, const json_t *root, hpm_error *error)
{
    hpm_surface_rows rows;
    hpm_arena scratch;
    hpm_status status =
        hpm_document_read(&rows, &scratch, &hpm_surface_rows_record, root, 0, NULL, error);
    if (status != HPM_OK) return status;
    memcpy(document->source, rows.source, sizeof document->source);
    status = hpm_arena_new(&document->arena,
                           hpm_aligned_size(rows.slices.count * sizeof(hpm_slice)) +
                               hpm_aligned_size(rows.across.count * sizeof(hpm_ssvi)),
                           error);
    if (status == HPM_OK) status = fill(&document->surface, &document->arena, &rows, error);
    hpm_arena_free(&scratch);
    return status;
}

hpm_status hpm_surface_decode(hpm_surface_document *document, const char *text, size_t length,
                              hpm_error *error)
{
    json_t *root;
    memset(document, 0, sizeof *document);
    hpm_status status =
        hpm_document_open(&root, text, length, HPM_SURFACE_BYTES_MAX, HPM_SURFACE_SCHEMA, error);
    if (status != HPM_OK) return status;
    status = read_surface(document, root, error);
    json_decref(root);
    if (status != HPM_OK) {
        hpm_surface_document_free(document);
        hpm_error_locate(error, text, length);
    }
    return status;
}

void hpm_surface_document_free(hpm_surface_document *document)
{
    hpm_arena_free(&document->arena);
    memset(document, 0, sizeof *document);
}

/* ---- Writing ------------------------------------------------------------------------------ */

static void write_slice(hpm_json *json, const hpm_slice *slice)
{
    const hpm_slice_row row = {*slice, (int)slice->state};
    hpm_json_begin_object(json);
    hpm_record_write_fields(json, &row, &hpm_slice_row_record);
    hpm_json_end_object(json);
}

/* The numbers of one that was not fitted are undefined. */
static void write_across(hpm_json *json, const hpm_ssvi *across)
{
    hpm_ssvi row = *across;
    if (isnan(row.rmse)) row.rho = row.eta = row.gamma = NAN;
    hpm_json_one_line(json);
    hpm_record_write(json, &row, &hpm_across_row_record);
}

void hpm_surface_write(hpm_json *json, const hpm_surface *surface, const char *source)
{
    hpm_json_begin_object(json);
    hpm_json_put_text(json, "schema", HPM_SURFACE_SCHEMA);
    hpm_json_put_time(json, "time", surface->now_ns);
    if (source && source[0] != '\0') hpm_json_put_text(json, "source", source);
    if (!is_zero(&surface->quotes_hash)) {
        hpm_json_key(json, "quotes_hash");
        hpm_json_hash(json, &surface->quotes_hash);
    }
    hpm_json_key(json, "hash");
    hpm_json_hash(json, &surface->hash);
    hpm_json_key(json, "slices");
    hpm_json_begin_array(json);
    for (uint32_t i = 0; i < surface->slice_count; i++)
        write_slice(json, &surface->slices[i]);
    hpm_json_end_array(json);
    hpm_json_key(json, "across");
    hpm_json_begin_array(json);
    for (uint32_t i = 0; i < surface->underlying_count; i++)
        write_across(json, &surface->across[i]);
    hpm_json_end_array(json);
    hpm_json_end_object(json);
}
