/* Builds the catalog: sorts rows by name, checks them, derives expiries, buckets and the hash. */
#include "hpm/catalog.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/sort.h"

size_t hpm_catalog_size(uint32_t asset_count, uint32_t instrument_count)
{
    size_t bytes = hpm_aligned_size(asset_count * sizeof(hpm_asset));
    bytes += hpm_aligned_size(asset_count * sizeof(uint32_t)); /* the caller's order of assets */
    bytes += hpm_aligned_size(instrument_count * sizeof(hpm_instrument));
    bytes += hpm_aligned_size(instrument_count * sizeof(hpm_expiry));
    bytes += hpm_aligned_size(instrument_count * sizeof(hpm_bucket));
    return bytes;
}

/* ---- Orders ------------------------------------------------------------------------------- */

static int three_way(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int compare_assets(const void *a, const void *b, const void *context)
{
    (void)context;
    return strcmp(((const hpm_asset *)a)->name, ((const hpm_asset *)b)->name);
}

static int compare_instruments(const void *a, const void *b, const void *context)
{
    (void)context;
    return strcmp(((const hpm_instrument *)a)->name, ((const hpm_instrument *)b)->name);
}

static int compare_expiries(const void *a, const void *b, const void *context)
{
    const hpm_expiry *left = a, *right = b;
    (void)context;
    if (left->underlying != right->underlying)
        return three_way(left->underlying, right->underlying);
    return three_way(left->expiry_ns, right->expiry_ns);
}

static int compare_buckets(const void *a, const void *b, const void *context)
{
    const hpm_bucket *left = a, *right = b;
    (void)context;
    if (left->underlying != right->underlying)
        return three_way(left->underlying, right->underlying);
    if (left->kind != right->kind) return three_way(left->kind, right->kind);
    if (left->expiry != right->expiry) return three_way(left->expiry, right->expiry);
    return three_way(left->settlement, right->settlement);
}

/* Position of `key` in a sorted array, or HPM_NONE. */
static uint32_t find_sorted(const void *key, const void *items, uint32_t count, size_t size,
                            int (*compare)(const void *, const void *, const void *))
{
    uint32_t low = 0, high = count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = compare(key, (const unsigned char *)items + middle * size, NULL);
        if (order == 0) return middle;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return HPM_NONE;
}

/* Sorts and drops repeated items; returns how many are left. */
static uint32_t sort_unique(void *items, uint32_t count, size_t size,
                            int (*compare)(const void *, const void *, const void *))
{
    unsigned char *bytes = items;
    uint32_t kept = 0;
    hpm_sort(items, count, size, compare, NULL);
    for (uint32_t i = 0; i < count; i++) {
        if (kept > 0 && compare(bytes + (kept - 1) * size, bytes + i * size, NULL) == 0) continue;
        memmove(bytes + kept * size, bytes + i * size, size);
        kept++;
    }
    return kept;
}

/* ---- Checks ------------------------------------------------------------------------------- */

static int is_terminated(const char *text, size_t size)
{
    return memchr(text, '\0', size) != NULL;
}

static hpm_status check_asset(const hpm_asset *asset, hpm_error *error)
{
    if (!is_terminated(asset->name, sizeof asset->name) || asset->name[0] == '\0')
        return hpm_fail(error, HPM_E_RANGE, "assets", "an asset needs a name of 1 to %d bytes",
                        HPM_ASSET_NAME_SIZE - 1);
    return HPM_OK;
}

static int is_dated(hpm_kind kind)
{
    return kind == HPM_FUTURE || kind == HPM_OPTION;
}

static hpm_status check_instrument(const hpm_instrument *row, uint32_t asset_count,
                                   hpm_error *error)
{
    if (!is_terminated(row->name, sizeof row->name) || row->name[0] == '\0')
        return hpm_fail(error, HPM_E_RANGE, "instruments",
                        "an instrument needs a name of 1 to %d bytes", HPM_NAME_SIZE - 1);
    if (row->underlying >= asset_count || row->settlement >= asset_count)
        return hpm_fail(error, HPM_E_REFERENCE, row->name,
                        "its underlying or settlement asset is not in the catalog");
    if (row->payoff == HPM_INVERSE && row->underlying != row->settlement)
        return hpm_fail(error, HPM_E_REFERENCE, row->name,
                        "an inverse instrument settles in its own underlying");
    if (row->payoff == HPM_INVERSE && row->kind == HPM_SPOT)
        return hpm_fail(error, HPM_E_RANGE, row->name, "a spot pair cannot be inverse");
    if (!(row->contract_size > 0 && row->contract_size <= 1e12))
        return hpm_fail(error, HPM_E_RANGE, row->name, "contract size outside (0, 1e12] (%g)",
                        row->contract_size);
    if (row->lot.e8 <= 0) return hpm_fail(error, HPM_E_RANGE, row->name, "lot is not positive");
    if (row->kind == HPM_OPTION && !(row->strike >= 0 && row->strike <= 1e15))
        return hpm_fail(error, HPM_E_RANGE, row->name, "strike outside [0, 1e15] (%g)",
                        row->strike);
    if (is_dated(row->kind) && row->expiry_ns <= 0)
        return hpm_fail(error, HPM_E_RANGE, row->name, "a dated instrument needs its expiry");
    return HPM_OK;
}

/* ---- Building ----------------------------------------------------------------------------- */

/* Copies and sorts assets; moved[i] is where the caller's i-th asset went. */
static hpm_status build_assets(hpm_catalog *catalog, hpm_asset *sorted, uint32_t *moved,
                               const hpm_asset *assets, uint32_t count, hpm_error *error)
{
    for (uint32_t i = 0; i < count; i++) {
        hpm_status status = check_asset(&assets[i], error);
        if (status != HPM_OK) return status;
        sorted[i] = assets[i];
    }
    hpm_sort(sorted, count, sizeof *sorted, compare_assets, NULL);
    for (uint32_t i = 1; i < count; i++)
        if (strcmp(sorted[i - 1].name, sorted[i].name) == 0)
            return hpm_fail(error, HPM_E_DUPLICATE, sorted[i].name, "asset stated twice");
    catalog->assets = sorted;
    catalog->asset_count = count;
    for (uint32_t i = 0; i < count; i++)
        moved[i] = hpm_catalog_find_asset(catalog, assets[i].name);
    return HPM_OK;
}

/* A copy with asset ids of the sorted catalog and without attributes that its kind does not have,
 * so that they cannot reach the hash. */
static hpm_instrument normal_instrument(const hpm_instrument *row, const uint32_t *moved)
{
    hpm_instrument out;
    memset(&out, 0, sizeof out);
    memcpy(out.name, row->name, strlen(row->name));
    out.kind = row->kind;
    out.payoff = row->payoff;
    out.underlying = moved[row->underlying];
    out.settlement = moved[row->settlement];
    out.contract_size = row->contract_size;
    out.lot = row->lot;
    if (row->kind == HPM_OPTION) {
        out.strike = row->strike;
        out.is_call = row->is_call != 0;
    }
    if (is_dated(row->kind)) out.expiry_ns = row->expiry_ns;
    return out;
}

static hpm_status build_instruments(hpm_catalog *catalog, hpm_instrument *sorted,
                                    const uint32_t *moved, const hpm_instrument *rows,
                                    uint32_t count, hpm_error *error)
{
    for (uint32_t i = 0; i < count; i++) {
        hpm_status status = check_instrument(&rows[i], catalog->asset_count, error);
        if (status != HPM_OK) return status;
        sorted[i] = normal_instrument(&rows[i], moved);
    }
    hpm_sort(sorted, count, sizeof *sorted, compare_instruments, NULL);
    for (uint32_t i = 1; i < count; i++)
        if (strcmp(sorted[i - 1].name, sorted[i].name) == 0)
            return hpm_fail(error, HPM_E_DUPLICATE, sorted[i].name, "instrument stated twice");
    return HPM_OK;
}

static void derive_expiries(hpm_catalog *catalog, hpm_expiry *expiries, hpm_instrument *rows,
                            uint32_t count)
{
    uint32_t dated = 0;
    for (uint32_t i = 0; i < count; i++)
        if (is_dated(rows[i].kind))
            expiries[dated++] = (hpm_expiry){rows[i].underlying, rows[i].expiry_ns};
    catalog->expiries = expiries;
    catalog->expiry_count = sort_unique(expiries, dated, sizeof *expiries, compare_expiries);
    for (uint32_t i = 0; i < count; i++)
        rows[i].expiry =
            is_dated(rows[i].kind)
                ? hpm_catalog_find_expiry(catalog, rows[i].underlying, rows[i].expiry_ns)
                : HPM_NONE;
}

static hpm_bucket bucket_of(const hpm_instrument *row)
{
    static const hpm_bucket_kind kinds[] = {
        [HPM_SPOT] = HPM_BUCKET_SPOT,
        [HPM_PERPETUAL] = HPM_BUCKET_PERPETUAL,
        [HPM_FUTURE] = HPM_BUCKET_DATED,
        [HPM_OPTION] = HPM_BUCKET_DATED,
    };
    return (hpm_bucket){row->underlying, row->settlement, row->expiry, kinds[row->kind]};
}

static void derive_buckets(hpm_catalog *catalog, hpm_bucket *buckets, hpm_instrument *rows,
                           uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        buckets[i] = bucket_of(&rows[i]);
    catalog->buckets = buckets;
    catalog->bucket_count = sort_unique(buckets, count, sizeof *buckets, compare_buckets);
    for (uint32_t i = 0; i < count; i++) {
        hpm_bucket key = bucket_of(&rows[i]);
        rows[i].bucket =
            find_sorted(&key, buckets, catalog->bucket_count, sizeof *buckets, compare_buckets);
        assert(rows[i].bucket != HPM_NONE);
    }
}

static hpm_hash hash_catalog(const hpm_catalog *catalog)
{
    hpm_hasher hasher;
    hpm_hash_begin(&hasher);
    hpm_hash_text(&hasher, "hpm/catalog/1");
    hpm_hash_int(&hasher, catalog->asset_count);
    for (uint32_t i = 0; i < catalog->asset_count; i++) {
        hpm_hash_text(&hasher, catalog->assets[i].name);
        hpm_hash_int(&hasher, catalog->assets[i].kind);
    }
    hpm_hash_int(&hasher, catalog->instrument_count);
    for (uint32_t i = 0; i < catalog->instrument_count; i++) {
        const hpm_instrument *row = &catalog->instruments[i];
        hpm_hash_text(&hasher, row->name);
        hpm_hash_int(&hasher, row->kind);
        hpm_hash_int(&hasher, row->payoff);
        hpm_hash_int(&hasher, row->underlying);
        hpm_hash_int(&hasher, row->settlement);
        hpm_hash_real(&hasher, row->contract_size);
        hpm_hash_int(&hasher, row->lot.e8);
        hpm_hash_real(&hasher, row->strike);
        hpm_hash_int(&hasher, row->is_call);
        hpm_hash_int(&hasher, row->expiry_ns);
    }
    return hpm_hash_end(&hasher);
}

static hpm_status check_counts(uint32_t asset_count, uint32_t instrument_count, hpm_error *error)
{
    if (asset_count > HPM_ASSETS_MAX)
        return hpm_fail(error, HPM_E_LIMIT, "assets", "more than %d (%u)", HPM_ASSETS_MAX,
                        asset_count);
    if (instrument_count > HPM_INSTRUMENTS_MAX)
        return hpm_fail(error, HPM_E_LIMIT, "instruments", "more than %d (%u)", HPM_INSTRUMENTS_MAX,
                        instrument_count);
    return HPM_OK;
}

hpm_status hpm_catalog_init(hpm_catalog *catalog, hpm_arena *arena, const hpm_asset *assets,
                            uint32_t asset_count, const hpm_instrument *instruments,
                            uint32_t instrument_count, hpm_error *error)
{
    hpm_status status = check_counts(asset_count, instrument_count, error);
    if (status != HPM_OK) return status;
    hpm_asset *own_assets = hpm_arena_take(arena, asset_count, sizeof *own_assets);
    uint32_t *moved = hpm_arena_take(arena, asset_count, sizeof *moved);
    hpm_instrument *rows = hpm_arena_take(arena, instrument_count, sizeof *rows);
    hpm_expiry *expiries = hpm_arena_take(arena, instrument_count, sizeof *expiries);
    hpm_bucket *buckets = hpm_arena_take(arena, instrument_count, sizeof *buckets);
    if (!own_assets || !moved || !rows || !expiries || !buckets)
        return hpm_fail(error, HPM_E_MEMORY, "catalog", "the arena is too small");

    memset(catalog, 0, sizeof *catalog);
    status = build_assets(catalog, own_assets, moved, assets, asset_count, error);
    if (status == HPM_OK)
        status = build_instruments(catalog, rows, moved, instruments, instrument_count, error);
    if (status != HPM_OK) return status;
    derive_expiries(catalog, expiries, rows, instrument_count);
    derive_buckets(catalog, buckets, rows, instrument_count);
    catalog->instruments = rows;
    catalog->instrument_count = instrument_count;
    catalog->hash = hash_catalog(catalog);
    return HPM_OK;
}

/* ---- Look-up ------------------------------------------------------------------------------ */

uint32_t hpm_catalog_find_asset(const hpm_catalog *catalog, const char *name)
{
    hpm_asset key = {{0}, HPM_ASSET_FIAT};
    if (strlen(name) >= sizeof key.name) return HPM_NONE;
    strcpy(key.name, name);
    return find_sorted(&key, catalog->assets, catalog->asset_count, sizeof key, compare_assets);
}

uint32_t hpm_catalog_find_instrument(const hpm_catalog *catalog, const char *name)
{
    hpm_instrument key;
    if (strlen(name) >= sizeof key.name) return HPM_NONE;
    strcpy(key.name, name);
    return find_sorted(&key, catalog->instruments, catalog->instrument_count, sizeof key,
                       compare_instruments);
}

uint32_t hpm_catalog_find_expiry(const hpm_catalog *catalog, uint32_t underlying, int64_t expiry_ns)
{
    hpm_expiry key = {underlying, expiry_ns};
    return find_sorted(&key, catalog->expiries, catalog->expiry_count, sizeof key,
                       compare_expiries);
}
