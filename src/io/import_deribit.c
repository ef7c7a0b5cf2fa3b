/* Turns what a Deribit import has read into a catalog and a market. */
#include "io/import_deribit.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hpm/market.h"
#include "io/arena_new.h"
#include "io/import_deribit_parts.h"

/* ---- Reading ------------------------------------------------------------------------------ */

static int looks_like_json(const char *text, size_t length)
{
    size_t i = 0;
    while (i < length && (text[i] == ' ' || text[i] == '\t' || text[i] == '\n' || text[i] == '\r'))
        i++;
    return i < length && (text[i] == '{' || text[i] == '[');
}

hpm_status hpm_import_deribit_read(hpm_import *import, const char *path, const char *text,
                                   size_t length, hpm_error *error)
{
    hpm_status status = hpm_import_file_add(import, path, error);
    if (status != HPM_OK) return status;
    if (length == 0) return hpm_fail(error, HPM_E_SCHEMA, NULL, "the file is empty");
    return looks_like_json(text, length) ? hpm_import_api(import, text, length, error)
                                         : hpm_import_csv(import, text, length, error);
}

/* ---- Which rows count --------------------------------------------------------------------- */

static int64_t latest_quote(const hpm_import *import)
{
    int64_t latest = 0;
    for (uint32_t i = 0; i < import->entry_count; i++)
        if (import->entries[i].quoted && import->entries[i].time_ns > latest)
            latest = import->entries[i].time_ns;
    return latest;
}

/* A price row belongs to a chain that it names, or whose moment is its own to the millisecond. */
static int is_of_snapshot(const hpm_import *import, const hpm_import_price *price)
{
    for (uint32_t i = 0; i < import->file_count; i++) {
        const hpm_import_file *file = &import->files[i];
        if (!file->is_chain) continue;
        if (strcmp(file->name, price->snapshot) == 0 ||
            file->time_ns / 1000000 == price->time_ns / 1000000)
            return 1;
    }
    return 0;
}

/* Prices of futures become quotes of the snapshot's own moment. */
static hpm_status use_prices(hpm_import_assembly *work, hpm_error *error)
{
    hpm_import *import = work->import;
    for (uint32_t i = 0; i < import->price_count; i++) {
        const hpm_import_price *price = &import->prices[i];
        hpm_import_entry *entry = NULL;
        if (!is_of_snapshot(import, price)) continue;
        hpm_status status =
            hpm_import_entry_get(import, &entry, price->symbol, strlen(price->symbol), error);
        if (status != HPM_OK) return status;
        if (!entry) continue;
        hpm_import_entry quote = {.time_ns = price->time_ns, .file = price->file};
        quote.mark = price->price;
        quote.gap_s = price->gap_s;
        quote.vol = quote.forward = quote.index = (double)NAN;
        status = hpm_import_quote(import, entry, &quote, error);
        if (status != HPM_OK) return status;
        work->used_prices++;
    }
    return HPM_OK;
}

static int is_kept(hpm_import_assembly *work, const hpm_import_entry *entry)
{
    int is_dated = entry->name.kind == HPM_FUTURE || entry->name.kind == HPM_OPTION;
    if (is_dated && work->now_ns > 0 && entry->name.expiry_ns <= work->now_ns) {
        work->expired++;
        return 0;
    }
    if (entry->inactive) work->inactive++;
    return !entry->inactive;
}

/* ---- Catalog ------------------------------------------------------------------------------ */

/* Kinds of assets that are not coins. */
static hpm_asset_kind asset_kind(const char *name)
{
    static const struct {
        const char *name;
        hpm_asset_kind kind;
    } kinds[] = {
        {"USD", HPM_ASSET_FIAT},        {"EUR", HPM_ASSET_FIAT},
        {"USDC", HPM_ASSET_STABLECOIN}, {"USDT", HPM_ASSET_STABLECOIN},
        {"USDE", HPM_ASSET_STABLECOIN}, {"EURR", HPM_ASSET_STABLECOIN},
        {"USYC", HPM_ASSET_TOKEN},      {"BUIDL", HPM_ASSET_TOKEN},
        {"STETH", HPM_ASSET_TOKEN},     {"PAXG", HPM_ASSET_TOKEN},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].name, name) == 0) return kinds[i].kind;
    return HPM_ASSET_COIN;
}

static hpm_status asset_id(hpm_import_assembly *work, const char *name, uint32_t *id,
                           hpm_error *error)
{
    for (*id = 0; *id < work->asset_count; (*id)++)
        if (strcmp(work->assets[*id].name, name) == 0) return HPM_OK;
    if (work->asset_count == HPM_ASSETS_MAX)
        return hpm_fail(error, HPM_E_LIMIT, NULL, "more than %d assets", HPM_ASSETS_MAX);
    hpm_asset *asset = &work->assets[work->asset_count++];
    memset(asset, 0, sizeof *asset);
    snprintf(asset->name, sizeof asset->name, "%s", name);
    asset->kind = asset_kind(name);
    return HPM_OK;
}

/* Sizes that are assumed, and noted, where no instrument answer was given. One option contract is
 * one coin, an inverse future counts USD, a linear product is counted in its coin. */
typedef struct assumption {
    const char *base; /* "*": any other */
    int is_option;    /* else futures and perpetuals */
    hpm_payoff payoff;
    double contract_size;
    int64_t lot_e8;
} assumption;

static const assumption assumptions[] = {
    {"BTC", 1, HPM_INVERSE, 1, HPM_E8 / 10}, {"ETH", 1, HPM_INVERSE, 1, HPM_E8},
    {"*", 1, HPM_INVERSE, 1, HPM_E8},        {"BTC", 0, HPM_INVERSE, 10, HPM_E8},
    {"*", 0, HPM_INVERSE, 1, HPM_E8},        {"*", 1, HPM_LINEAR, 1, HPM_E8 / 10000},
    {"*", 0, HPM_LINEAR, 1, HPM_E8 / 10000},
};

#define ASSUMPTION_COUNT (sizeof assumptions / sizeof *assumptions)

static const assumption *assumption_of(const hpm_deribit_name *name)
{
    for (size_t i = 0; i < ASSUMPTION_COUNT; i++) {
        const assumption *row = &assumptions[i];
        if (row->is_option == (name->kind == HPM_OPTION) && row->payoff == name->payoff &&
            (strcmp(row->base, name->base) == 0 || strcmp(row->base, "*") == 0))
            return row;
    }
    assert(0); /* every name has a row */
    return NULL;
}

static hpm_status fill_row(hpm_import_assembly *work, const hpm_import_entry *entry,
                           hpm_instrument *row, hpm_error *error)
{
    const hpm_deribit_name *name = &entry->name;
    const char *settlement = name->payoff == HPM_INVERSE ? name->base : name->quote;
    memset(row, 0, sizeof *row);
    snprintf(row->name, sizeof row->name, "deribit:%s", entry->symbol);
    row->kind = name->kind;
    row->payoff = name->payoff;
    row->strike = name->strike;
    row->is_call = name->is_call;
    row->expiry_ns = name->expiry_ns;
    const assumption *assumed = assumption_of(name);
    row->contract_size = entry->described ? entry->contract_size : assumed->contract_size;
    row->lot.e8 = entry->described ? entry->lot.e8 : assumed->lot_e8;
    hpm_status status = asset_id(work, name->base, &row->underlying, error);
    return status == HPM_OK ? asset_id(work, settlement, &row->settlement, error) : status;
}

static hpm_status fill_rows(hpm_import_assembly *work, hpm_error *error)
{
    hpm_import *import = work->import;
    uint32_t reporting = 0;
    hpm_status status = asset_id(work, HPM_IMPORT_REPORTING, &reporting, error);
    for (uint32_t i = 0; i < import->entry_count && status == HPM_OK; i++) {
        if (!is_kept(work, &import->entries[i])) continue;
        work->kept[work->count] = i;
        status = fill_row(work, &import->entries[i], &work->rows[work->count++], error);
    }
    return status;
}

/* ---- Finishing ---------------------------------------------------------------------------- */

static void fill_source(const hpm_import *import, char *out, size_t size)
{
    int used = snprintf(out, size, "deribit:");
    for (uint32_t i = 0; i < import->file_count && used > 0 && (size_t)used < size; i++)
        used += snprintf(out + used, size - (size_t)used, " %s", import->files[i].name);
}

/* Catalog and market sizes are known before either is built: expiries are at most instruments. */
static hpm_status take_arena(const hpm_import_assembly *work, hpm_market_document *document,
                             hpm_error *error)
{
    hpm_catalog largest = {.asset_count = work->asset_count,
                           .instrument_count = work->count,
                           .expiry_count = work->count};
    size_t size = hpm_catalog_size(work->asset_count, work->count) + hpm_market_size(&largest);
    return hpm_arena_new(&document->arena, size, error);
}

static hpm_status build(hpm_import_assembly *work, hpm_market_document *document, hpm_error *error)
{
    hpm_status status = take_arena(work, document, error);
    if (status != HPM_OK) return status;
    hpm_catalog *catalog = &document->catalog;
    status = hpm_catalog_init(catalog, &document->arena, work->assets, work->asset_count,
                              work->rows, work->count, error);
    if (status != HPM_OK || work->now_ns == 0) return status;
    status = hpm_market_begin(&document->market, &document->arena, catalog,
                              hpm_catalog_find_asset(catalog, HPM_IMPORT_REPORTING), work->now_ns,
                              error);
    if (status == HPM_OK) status = hpm_import_fill_market(work, &document->market, error);
    if (status == HPM_OK) status = hpm_market_finish(&document->market, error);
    if (status == HPM_OK)
        status = hpm_import_note_staggered(work->import, &document->market, error);
    return status;
}

static hpm_status assemble(hpm_import_assembly *work, hpm_market_document *document,
                           hpm_error *error)
{
    hpm_import *import = work->import;
    work->now_ns = latest_quote(import);
    hpm_status status = use_prices(work, error);
    if (status != HPM_OK) return status;
    if (import->entry_count == 0)
        return hpm_fail(error, HPM_E_FIELD_MISSING, NULL,
                        "nothing to import: no chain, no API answer with an instrument");
    work->kept = calloc(import->entry_count, sizeof *work->kept);
    work->rows = calloc(import->entry_count, sizeof *work->rows);
    if (!work->kept || !work->rows) return hpm_fail(error, HPM_E_MEMORY, NULL, "no memory");
    status = fill_rows(work, error);
    if (status == HPM_OK) status = hpm_import_note_all(work, error);
    if (status == HPM_OK && work->count == 0)
        status =
            hpm_fail(error, HPM_E_EXPIRED, NULL, "all %u instruments have expired", work->expired);
    return status == HPM_OK ? build(work, document, error) : status;
}

hpm_status hpm_import_deribit_finish(hpm_import *import, hpm_market_document *document,
                                     hpm_error *error)
{
    memset(document, 0, sizeof *document);
    hpm_import_assembly *work = calloc(1, sizeof *work);
    if (!work) return hpm_fail(error, HPM_E_MEMORY, NULL, "no memory");
    work->import = import;
    hpm_status status = assemble(work, document, error);
    free(work->kept);
    free(work->rows);
    free(work);
    fill_source(import, document->source, sizeof document->source);
    if (status != HPM_OK) {
        hpm_arena_free(&document->arena);
        memset(document, 0, sizeof *document);
    }
    return status;
}

/* ------------------------------------------------------------------------------------------- */

const hpm_importer hpm_importer_deribit = {
    .new_import = hpm_import_deribit_new,
    .free_import = hpm_import_deribit_free,
    .read = hpm_import_deribit_read,
    .finish = hpm_import_deribit_finish,
    .note_count = hpm_import_deribit_note_count,
    .note = hpm_import_deribit_note,
    .check = hpm_import_deribit_reprice,
};
