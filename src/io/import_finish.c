/* Turns what an import has read into a catalog, a market, raw quotes and an account. */
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/arena_new.h"
#include "io/import_parts.h"

/* ---- Which rows count --------------------------------------------------------------------- */

static int64_t latest_quote(const hpm_import *import)
{
    int64_t latest = 0;
    for (uint32_t i = 0; i < import->entry_count; i++)
        for (int f = 0; f < HPM_IMPORT_FIELDS; f++) {
            const hpm_import_number *number = &import->entries[i]->number[f];
            if (!isnan(number->value) && number->time_ns > latest) latest = number->time_ns;
        }
    return latest;
}

/* A distance in time: a row of a price file may carry a later stamp than the snapshot. */
double hpm_import_age(const hpm_import_assembly *work, const hpm_import_number *number)
{
    if (number->time_ns == 0) return number->gap_s;
    return fabs((double)(work->now_ns - number->time_ns)) / 1e9 + number->gap_s;
}

/* Whether name and description together say what it is. */
static int is_whole(const hpm_import_product *product)
{
    int is_dated = product->kind == HPM_FUTURE || product->kind == HPM_OPTION;
    return product->base[0] != '\0' && product->settlement[0] != '\0' &&
           (!is_dated || product->expiry_ns > 0) &&
           (product->kind != HPM_OPTION || !isnan(product->strike));
}

/* What the account holds stays, whatever became of it: a margin then says why it has none. */
static int is_kept(hpm_import_assembly *work, const hpm_import_entry *entry)
{
    const hpm_import_product *product = &entry->product;
    int is_dated = product->kind == HPM_FUTURE || product->kind == HPM_OPTION;
    if (!is_whole(product)) {
        work->nameless++;
        return 0;
    }
    if (hpm_import_is_held(entry)) return 1;
    if (entry->has_position && !entry->described && !entry->is_quoted) return 0; /* closed */
    if (is_dated && work->now_ns > 0 && product->expiry_ns <= work->now_ns) {
        work->expired++;
        return 0;
    }
    if (entry->inactive) work->inactive++;
    return !entry->inactive;
}

/* ---- Catalog ------------------------------------------------------------------------------ */

/* Assets that are not coins. */
static const struct {
    const char *name;
    hpm_asset_kind kind;
    int is_dollar;
} asset_kinds[] = {
    {"USD", HPM_ASSET_FIAT, 0},         {"EUR", HPM_ASSET_FIAT, 0},
    {"GBP", HPM_ASSET_FIAT, 0},         {"JPY", HPM_ASSET_FIAT, 0},
    {"AUD", HPM_ASSET_FIAT, 0},         {"BRL", HPM_ASSET_FIAT, 0},
    {"TRY", HPM_ASSET_FIAT, 0},         {"USDC", HPM_ASSET_STABLECOIN, 1},
    {"USDT", HPM_ASSET_STABLECOIN, 1},  {"USDE", HPM_ASSET_STABLECOIN, 1},
    {"USDG", HPM_ASSET_STABLECOIN, 1},  {"USDP", HPM_ASSET_STABLECOIN, 1},
    {"USD1", HPM_ASSET_STABLECOIN, 1},  {"BUSD", HPM_ASSET_STABLECOIN, 1},
    {"TUSD", HPM_ASSET_STABLECOIN, 1},  {"FDUSD", HPM_ASSET_STABLECOIN, 1},
    {"PYUSD", HPM_ASSET_STABLECOIN, 1}, {"RLUSD", HPM_ASSET_STABLECOIN, 1},
    {"DAI", HPM_ASSET_STABLECOIN, 1},   {"EURR", HPM_ASSET_STABLECOIN, 0},
    {"EURC", HPM_ASSET_STABLECOIN, 0},  {"EURI", HPM_ASSET_STABLECOIN, 0},
    {"USYC", HPM_ASSET_TOKEN, 0},       {"BUIDL", HPM_ASSET_TOKEN, 0},
    {"STETH", HPM_ASSET_TOKEN, 0},      {"PAXG", HPM_ASSET_TOKEN, 0},
    {"WBTC", HPM_ASSET_TOKEN, 0},       {"WBETH", HPM_ASSET_TOKEN, 0},
    {"BBSOL", HPM_ASSET_TOKEN, 0},      {"BFUSD", HPM_ASSET_TOKEN, 0},
};

#define ASSET_KINDS (sizeof asset_kinds / sizeof *asset_kinds)

static hpm_asset_kind asset_kind(const char *name)
{
    for (size_t i = 0; i < ASSET_KINDS; i++)
        if (strcmp(asset_kinds[i].name, name) == 0) return asset_kinds[i].kind;
    return HPM_ASSET_COIN;
}

int hpm_import_is_dollar(const char *asset)
{
    for (size_t i = 0; i < ASSET_KINDS; i++)
        if (strcmp(asset_kinds[i].name, asset) == 0) return asset_kinds[i].is_dollar;
    return 0;
}

hpm_status hpm_import_asset_id(hpm_import_assembly *work, const char *name, uint32_t *id,
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

static int64_t common_divisor(int64_t a, int64_t b)
{
    while (b != 0) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* In the quote currency; below a fifth of it risk arrays refuse a lot (HPM_LOT_TICKS_MIN). */
#define LOT_WORTH_MIN 0.005

static int is_worth_little(const hpm_import_entry *entry, const hpm_instrument *row)
{
    double lot = hpm_e8_to_double(row->lot.e8), mark = hpm_import_mark_of(entry).value;
    return row->payoff == HPM_LINEAR && row->kind != HPM_OPTION && !isnan(mark) &&
           lot * row->contract_size * mark < LOT_WORTH_MIN;
}

/* An assumed lot is too coarse if a position is no multiple of it, and too fine if one is worth
 * next to nothing: coins differ in price by ten orders of magnitude. */
static hpm_status fill_lot(hpm_import_assembly *work, const hpm_import_entry *entry,
                           hpm_instrument *row, hpm_error *error)
{
    hpm_qty held = {0};
    hpm_status status = HPM_OK;
    if (entry->described) return HPM_OK;
    if (hpm_import_is_held(entry))
        status = hpm_import_contracts(work->import, entry, row->contract_size, &held, error);
    if (status != HPM_OK || held.e8 == INT64_MIN) return status;
    row->lot.e8 = common_divisor(row->lot.e8, held.e8 < 0 ? -held.e8 : held.e8);
    while (is_worth_little(entry, row) && row->lot.e8 <= INT64_MAX / 10 &&
           held.e8 % (10 * row->lot.e8) == 0)
        row->lot.e8 *= 10;
    return HPM_OK;
}

static hpm_status fill_row(hpm_import_assembly *work, const hpm_import_entry *entry,
                           hpm_instrument *row, hpm_error *error)
{
    hpm_import_product product = entry->product;
    if (!entry->described) work->import->venue->assume(&product);
    if (product.is_guess && hpm_import_is_held(entry))
        return hpm_fail(error, HPM_E_REFERENCE, entry->symbol,
                        "a position, and no description says how large a contract is");
    memset(row, 0, sizeof *row);
    snprintf(row->name, sizeof row->name, "%s:%s", work->import->venue->prefix, entry->symbol);
    row->kind = product.kind;
    row->payoff = product.payoff;
    row->strike = product.kind == HPM_OPTION ? product.strike : 0;
    row->is_call = product.is_call;
    row->expiry_ns = product.expiry_ns;
    row->contract_size = product.contract_size;
    row->lot = product.lot;
    hpm_status status = fill_lot(work, entry, row, error);
    if (status == HPM_OK) status = hpm_import_asset_id(work, product.base, &row->underlying, error);
    if (status != HPM_OK) return status;
    return hpm_import_asset_id(work, product.settlement, &row->settlement, error);
}

static hpm_status fill_rows(hpm_import_assembly *work, hpm_error *error)
{
    hpm_import *import = work->import;
    uint32_t id = 0;
    hpm_status status = hpm_import_asset_id(work, HPM_IMPORT_REPORTING, &id, error);
    for (uint32_t i = 0; i < import->entry_count && status == HPM_OK; i++) {
        if (!is_kept(work, import->entries[i])) continue;
        work->kept[work->count] = import->entries[i];
        status = fill_row(work, import->entries[i], &work->rows[work->count++], error);
    }
    for (uint32_t i = 0; i < import->balance_count && status == HPM_OK; i++)
        if (import->balances[i].amount.e8 != 0)
            status = hpm_import_asset_id(work, import->balances[i].asset, &id, error);
    return status;
}

/* ---- Finishing ---------------------------------------------------------------------------- */

/* The files' names as far as there is room. */
static void fill_source(const hpm_import *import, char *out, size_t size)
{
    const size_t rest = sizeof " and 4294967295 more";
    size_t used = (size_t)snprintf(out, size, "%s:", import->venue->prefix);
    uint32_t i = 0;
    for (; i < import->file_count; i++) {
        const char *name = import->files[i].name;
        if (used + 1 + strlen(name) + (i + 1 < import->file_count ? rest : 1) > size) break;
        used += (size_t)snprintf(out + used, size - used, " %s", name);
    }
    if (i == 0 && import->file_count > 0)
        snprintf(out + used, size - used, " %s", import->files[0].name);
    else if (i < import->file_count)
        snprintf(out + used, size - used, " and %u more", import->file_count - i);
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

static hpm_status build_market(hpm_import_assembly *work, hpm_import_result *result,
                               hpm_error *error)
{
    hpm_market_document *document = &result->document;
    uint32_t reporting = hpm_catalog_find_asset(&document->catalog, HPM_IMPORT_REPORTING);
    hpm_status status = hpm_market_begin(&document->market, &document->arena, &document->catalog,
                                         reporting, work->now_ns, error);
    if (status == HPM_OK) status = hpm_import_market_fill(work, &document->market, error);
    if (status == HPM_OK) status = hpm_market_finish(&document->market, error);
    if (status == HPM_OK)
        status = hpm_import_note_staggered(work->import, &document->market, error);
    if (status == HPM_OK) status = hpm_import_quotes_build(work, &document->market, result, error);
    return status;
}

static hpm_status build(hpm_import_assembly *work, hpm_import_result *result, hpm_error *error)
{
    hpm_catalog *catalog = &result->document.catalog;
    hpm_status status = take_arena(work, &result->document, error);
    if (status == HPM_OK)
        status = hpm_catalog_init(catalog, &result->document.arena, work->assets, work->asset_count,
                                  work->rows, work->count, error);
    if (status == HPM_OK && work->now_ns > 0) status = build_market(work, result, error);
    if (status != HPM_OK) return status;
    return hpm_import_account_build(work, catalog, &result->account, error);
}

static hpm_status fail_empty(const hpm_import *import, hpm_error *error)
{
    static const char text[] = "nothing to import: no instrument, no quote and no account";
    const hpm_import_counts *counts = &import->counts;
    if (counts->unread > 0)
        return hpm_fail(error, HPM_E_FIELD_MISSING, NULL, "%s; not read: %s", text,
                        import->unread_first);
    if (counts->combos > 0)
        return hpm_fail(error, HPM_E_FIELD_MISSING, NULL, "%s; combos are left out", text);
    if (counts->unknowns > 0)
        return hpm_fail(error, HPM_E_FIELD_MISSING, NULL, "%s; no known form of name: %s", text,
                        import->unknown_first);
    return hpm_fail(error, HPM_E_FIELD_MISSING, NULL, "%s%s%s", text,
                    import->note_count > 0 ? "; " : "",
                    import->note_count > 0 ? import->notes[0] : "");
}

static hpm_status check_content(const hpm_import_assembly *work, hpm_error *error)
{
    const hpm_import *import = work->import;
    if (import->entry_count == 0 && !import->has_balances) return fail_empty(import, error);
    if (work->now_ns == 0 && import->counts.timeless > 0)
        return hpm_fail(error, HPM_E_FIELD_MISSING, NULL, "no quote says of which moment it is");
    return HPM_OK;
}

static hpm_status assemble(hpm_import_assembly *work, hpm_import_result *result, hpm_error *error)
{
    hpm_import *import = work->import;
    hpm_import_books_settle(import);
    work->now_ns = latest_quote(import);
    hpm_status status = hpm_import_prices_use(work, error);
    if (status == HPM_OK) status = hpm_import_positions_settle(import, error);
    if (status == HPM_OK) status = check_content(work, error);
    if (status != HPM_OK) return status;
    work->kept = calloc(import->entry_count + 1U, sizeof(void *));
    work->rows = calloc(import->entry_count + 1U, sizeof *work->rows);
    if (!work->kept || !work->rows) return hpm_fail(error, HPM_E_MEMORY, NULL, "no memory");
    status = fill_rows(work, error);
    if (status == HPM_OK) status = hpm_import_note_all(work, error);
    if (status == HPM_OK && work->count == 0 && work->expired > 0)
        status =
            hpm_fail(error, HPM_E_EXPIRED, NULL, "all %u instruments have expired", work->expired);
    return status == HPM_OK ? build(work, result, error) : status;
}

hpm_status hpm_import_finish(hpm_import *import, hpm_import_result *result, hpm_error *error)
{
    memset(result, 0, sizeof *result);
    hpm_import_assembly *work = calloc(1, sizeof *work);
    if (!work) return hpm_fail(error, HPM_E_MEMORY, NULL, "no memory");
    work->import = import;
    hpm_status status = assemble(work, result, error);
    free(work->kept);
    free(work->rows);
    free(work);
    fill_source(import, result->document.source, sizeof result->document.source);
    if (status != HPM_OK) hpm_import_result_free(result);
    return status;
}

void hpm_import_result_free(hpm_import_result *result)
{
    hpm_market_document_free(&result->document);
    hpm_arena_free(&result->arena);
    free(result->account);
    memset(result, 0, sizeof *result);
}
