/* Histories of daily closes. */
#include "history_read.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "arena_new.h"
#include "base/sort.h"
#include "codec.h"
#include "csv.h"
#include "hpm/market.h"
#include "time_text.h"

#define ROWS_MAX    1000000
#define DATE_LENGTH 10 /* 2026-01-31 */
#define CLOSE_MAX   1e15
#define DAY_MS      INT64_C(86400000)
#define DAYS_MAX    106751 /* as many as times can say: to April 2262 */

typedef struct row {
    uint32_t asset;
    int32_t day;
    double value;
    int64_t line;
} row;

typedef struct reader {
    const hpm_catalog *catalog;
    uint32_t asset; /* HPM_NONE: as the column says */
    row *rows;
    uint32_t count;
    hpm_error *error;
} reader;

/* The line is the place: a file of many rows has no better one. */
static hpm_status fail_at(const reader *r, int64_t line, hpm_status status, const char *column,
                          const char *reason, hpm_csv_text shown)
{
    hpm_fail(r->error, status, NULL, "%s: %s (%.*s)", column, reason,
             (int)(shown.length < 40 ? shown.length : 40), shown.bytes);
    if (r->error) r->error->line = line;
    return status;
}

/* ---- CSV ---------------------------------------------------------------------------------- */

static int is_midnight(hpm_csv_text rest)
{
    static const char *const forms[] = {"", " 00:00:00", "T00:00:00Z", "T00:00:00", " 00:00"};
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
        if (hpm_csv_equals(rest, forms[i])) return 1;
    return 0;
}

static int parse_day(int32_t *day, hpm_csv_text text)
{
    char moment[HPM_TIME_TEXT];
    int64_t ns = 0;
    if (text.length < DATE_LENGTH ||
        !is_midnight((hpm_csv_text){text.bytes + DATE_LENGTH, text.length - DATE_LENGTH}))
        return 0;
    int length = snprintf(moment, sizeof moment, "%.*sT00:00:00Z", DATE_LENGTH, text.bytes);
    if (hpm_time_parse(&ns, moment, (size_t)length) != HPM_OK) return 0;
    *day = (int32_t)(ns / HPM_DAY_NS);
    return 1;
}

static uint32_t find_asset(const hpm_catalog *catalog, hpm_csv_text text)
{
    char name[HPM_ASSET_NAME_SIZE];
    if (text.length >= sizeof name) return HPM_NONE;
    memcpy(name, text.bytes, text.length);
    name[text.length] = '\0';
    return hpm_catalog_find_asset(catalog, name);
}

/* A column that archives write in two ways. */
static uint32_t find_column(const hpm_csv *csv, const char *name, const char *capital)
{
    uint32_t column = hpm_csv_column(csv, name);
    return column == UINT32_MAX ? hpm_csv_column(csv, capital) : column;
}

typedef struct columns {
    uint32_t date, close, asset;
} columns;

static hpm_status find_columns(const reader *r, const hpm_csv *csv, columns *found)
{
    *found = (columns){find_column(csv, "date", "Date"), find_column(csv, "close", "Close"),
                       hpm_csv_column(csv, "asset")};
    if (found->date == UINT32_MAX || found->close == UINT32_MAX)
        return hpm_fail(r->error, HPM_E_FIELD_MISSING, NULL, "no column of this name (%s)",
                        found->date == UINT32_MAX ? "date" : "close");
    if (found->asset == UINT32_MAX && r->asset == HPM_NONE)
        return hpm_fail(r->error, HPM_E_FIELD_MISSING, NULL,
                        "no column 'asset': say which asset it is, as FILE,ASSET");
    return HPM_OK;
}

static hpm_status take_row(reader *r, const hpm_csv *csv, const columns *at)
{
    row *out = &r->rows[r->count];
    *out = (row){.asset = r->asset, .line = csv->line};
    if (at->asset != UINT32_MAX) {
        out->asset = find_asset(r->catalog, csv->fields[at->asset]);
        if (r->asset != HPM_NONE && out->asset != r->asset) return HPM_OK; /* not asked for */
        if (out->asset == HPM_NONE)
            return fail_at(r, csv->line, HPM_E_REFERENCE, "asset", "the market has no such asset",
                           csv->fields[at->asset]);
    }
    if (!parse_day(&out->day, csv->fields[at->date]))
        return fail_at(r, csv->line, HPM_E_SYNTAX, "date", "not a day as 2026-01-31",
                       csv->fields[at->date]);
    if (!hpm_csv_real(&out->value, csv->fields[at->close]) ||
        !(out->value > 0 && out->value <= CLOSE_MAX))
        return fail_at(r, csv->line, HPM_E_RANGE, "close", "not a number above 0",
                       csv->fields[at->close]);
    r->count++;
    return HPM_OK;
}

static hpm_status read_csv(reader *r, const char *text, size_t length)
{
    hpm_csv csv;
    columns at;
    hpm_status status = hpm_csv_open(&csv, text, length, r->error);
    if (status != HPM_OK) return status;
    status = find_columns(r, &csv, &at);
    for (int has_row = 1; status == HPM_OK && has_row;) {
        status = hpm_csv_next(&csv, &has_row, r->error);
        if (status == HPM_OK && has_row) status = take_row(r, &csv, &at);
    }
    hpm_csv_close(&csv);
    return status;
}

/* ---- JSON --------------------------------------------------------------------------------- */

static hpm_status fail_pair(const reader *r, size_t index, const char *reason)
{
    char where[HPM_PATH_TEXT];
    hpm_path path = {NULL, "", (uint32_t)index};
    return hpm_fail(r->error, HPM_E_TYPE, hpm_path_format(where, &path), "%s", reason);
}

static hpm_status take_pair(reader *r, const json_t *pair, size_t index)
{
    const json_t *time = json_array_get(pair, 0), *value = json_array_get(pair, 1);
    if (json_array_size(pair) != 2 || !json_is_integer(time) || !json_is_number(value))
        return fail_pair(r, index, "not a pair [milliseconds since 1970, close]");
    int64_t day = json_integer_value(time) / DAY_MS;
    double close = json_number_value(value);
    if (json_integer_value(time) < 0 || day > DAYS_MAX || !(close > 0 && close <= CLOSE_MAX))
        return fail_pair(r, index, "a time before 1970 or too far, or a close that is not above 0");
    r->rows[r->count++] = (row){r->asset, (int32_t)day, close, 0};
    return HPM_OK;
}

static hpm_status read_json(reader *r, const char *text, size_t length)
{
    json_t *root = NULL;
    hpm_status status = HPM_OK;
    if (r->asset == HPM_NONE)
        return hpm_fail(r->error, HPM_E_FIELD_MISSING, NULL,
                        "does not say which asset it is: write FILE,ASSET");
    status = hpm_codec_parse(&root, text, length, HPM_HISTORY_BYTES_MAX, r->error);
    if (status != HPM_OK) return status;
    for (size_t i = 0; i < json_array_size(root) && status == HPM_OK; i++)
        status = take_pair(r, json_array_get(root, i), i);
    json_decref(root);
    return status;
}

/* ---- Rows to histories -------------------------------------------------------------------- */

static int compare(const void *a, const void *b, const void *context)
{
    const row *x = a, *y = b;
    (void)context;
    if (x->asset != y->asset) return x->asset < y->asset ? -1 : 1;
    if (x->day != y->day) return x->day < y->day ? -1 : 1;
    return x->line < y->line ? -1 : x->line > y->line;
}

/* Rows that say the same again go; archives have them where they were put together. */
static hpm_status drop_repeated(reader *r)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < r->count; i++) {
        const row *now = &r->rows[i], *last = count > 0 ? &r->rows[count - 1] : NULL;
        if (!last || now->asset != last->asset || now->day != last->day) {
            r->rows[count++] = *now;
        } else if (now->value != last->value) {
            const char *name = r->catalog->assets[now->asset].name;
            return fail_at(r, now->line, HPM_E_DUPLICATE, "date", "two closes on one day",
                           (hpm_csv_text){name, strlen(name)});
        }
    }
    r->count = count;
    return HPM_OK;
}

static void fill_histories(hpm_history_file *file, const reader *r, hpm_close *closes, int is_vol)
{
    for (uint32_t i = 0; i < r->count; i++) {
        const row *now = &r->rows[i];
        closes[i] = (hpm_close){now->day, now->value};
        if (i == 0 || now->asset != now[-1].asset)
            file->histories[file->count++] = (hpm_history){now->asset, is_vol, &closes[i], 0};
        file->histories[file->count - 1].close_count++;
    }
}

/* No more rows than line ends or opening brackets. */
static size_t row_bound(const char *text, size_t length)
{
    size_t bound = 1;
    for (size_t i = 0; i < length; i++)
        bound += text[i] == '\n' || text[i] == '[';
    return bound;
}

static int is_json(const char *text, size_t length)
{
    size_t at = 0;
    while (at < length && strchr(" \t\r\n", text[at]) && text[at] != '\0')
        at++;
    return at < length && text[at] == '[';
}

static hpm_status read_rows(hpm_history_file *file, reader *r, const char *text, size_t length,
                            int is_vol)
{
    size_t bound = row_bound(text, length);
    size_t bytes = hpm_aligned_size(bound * sizeof(row)) +
                   hpm_aligned_size(bound * sizeof(hpm_close)) +
                   hpm_aligned_size(r->catalog->asset_count * sizeof(hpm_history));
    if (bound > ROWS_MAX)
        return hpm_fail(r->error, HPM_E_LIMIT, NULL, "more than %d rows (%zu)", ROWS_MAX, bound);
    hpm_status status = hpm_arena_new(&file->arena, bytes, r->error);
    if (status != HPM_OK) return status;
    r->rows = hpm_arena_reserve(&file->arena, bound, sizeof *r->rows);
    hpm_close *closes = hpm_arena_reserve(&file->arena, bound, sizeof *closes);
    file->histories =
        hpm_arena_reserve(&file->arena, r->catalog->asset_count, sizeof *file->histories);
    assert(r->rows && closes && file->histories);
    status = is_json(text, length) ? read_json(r, text, length) : read_csv(r, text, length);
    if (status == HPM_OK && r->count == 0)
        return hpm_fail(r->error, HPM_E_FIELD_MISSING, NULL, "no close in it");
    if (status != HPM_OK) return status;
    hpm_sort(r->rows, r->count, sizeof *r->rows, compare, NULL);
    status = drop_repeated(r);
    if (status == HPM_OK) fill_histories(file, r, closes, is_vol);
    return status;
}

hpm_status hpm_history_decode(hpm_history_file *file, const char *text, size_t length,
                              uint32_t asset, int is_vol, const hpm_catalog *catalog,
                              hpm_error *error)
{
    reader r = {.catalog = catalog, .asset = asset, .error = error};
    memset(file, 0, sizeof *file);
    hpm_status status = read_rows(file, &r, text, length, is_vol);
    if (status != HPM_OK) hpm_history_file_free(file);
    return status;
}

void hpm_history_file_free(hpm_history_file *file)
{
    hpm_arena_free(&file->arena);
    memset(file, 0, sizeof *file);
}
