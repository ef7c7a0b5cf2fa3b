/* The union of two catalogs, and markets and accounts carried over to it by name. */
#include "assess/alignment.h"

#include <assert.h>
#include <math.h>
#include <string.h>

/* ---- Merging two arrays that are sorted by name ------------------------------------------- */

/* Where one stands in both arrays; the next name is taken from one of them or from both. */
typedef struct merge {
    uint32_t left, right, left_count, right_count;
} merge;

/* < 0: the left one comes next, > 0: the right one, 0: both have this name. */
static int merge_order(const merge *at, const char *left, const char *right)
{
    if (at->left == at->left_count) return 1;
    return at->right == at->right_count ? -1 : strcmp(left, right);
}

static int is_done(const merge *at)
{
    return at->left == at->left_count && at->right == at->right_count;
}

static void advance(merge *at, int order)
{
    if (order <= 0) at->left++;
    if (order >= 0) at->right++;
}

/* Names are the first member of assets and of instruments. */
static const char *name_at(const void *rows, size_t size, uint32_t index)
{
    return (const char *)rows + index * size;
}
_Static_assert(offsetof(hpm_asset, name) == 0 && offsetof(hpm_instrument, name) == 0, "name_at");

static uint32_t count_names(const void *left, uint32_t left_count, const void *right,
                            uint32_t right_count, size_t size)
{
    merge at = {0, 0, left_count, right_count};
    uint32_t count = 0;
    while (!is_done(&at)) {
        advance(&at,
                merge_order(&at, name_at(left, size, at.left), name_at(right, size, at.right)));
        count++;
    }
    return count;
}

hpm_catalog hpm_alignment_bound(const hpm_catalog *before, const hpm_catalog *after)
{
    return (hpm_catalog){
        .asset_count = count_names(before->assets, before->asset_count, after->assets,
                                   after->asset_count, sizeof(hpm_asset)),
        .instrument_count =
            count_names(before->instruments, before->instrument_count, after->instruments,
                        after->instrument_count, sizeof(hpm_instrument)),
        .expiry_count = before->expiry_count + after->expiry_count,
        .bucket_count = before->bucket_count + after->bucket_count,
    };
}

size_t hpm_alignment_size(const hpm_catalog *before, const hpm_catalog *after)
{
    const hpm_catalog bound = hpm_alignment_bound(before, after);
    size_t bytes = hpm_catalog_size(bound.asset_count, bound.instrument_count);
    bytes += hpm_aligned_size(bound.asset_count * sizeof(hpm_asset));
    bytes += hpm_aligned_size(bound.instrument_count * sizeof(hpm_instrument));
    return bytes + 2 * hpm_market_size(&bound);
}

/* ---- The catalog -------------------------------------------------------------------------- */

/* Rows that are not sorted out yet. */
typedef struct rows {
    hpm_asset *assets;
    hpm_instrument *instruments; /* underlying and settlement are positions in `assets` */
    uint32_t asset_count, instrument_count;
} rows;

static hpm_status merge_assets(rows *out, const hpm_catalog *before, const hpm_catalog *after,
                               hpm_error *error)
{
    merge at = {0, 0, before->asset_count, after->asset_count};
    while (!is_done(&at)) {
        const hpm_asset *left = &before->assets[at.left], *right = &after->assets[at.right];
        int order = merge_order(&at, left->name, right->name);
        if (order == 0 && left->kind != right->kind)
            return hpm_fail(error, HPM_E_REFERENCE, left->name,
                            "the asset is of another kind in the two catalogs");
        out->assets[out->asset_count++] = order <= 0 ? *left : *right;
        advance(&at, order);
    }
    return HPM_OK;
}

static uint32_t position_of(const rows *out, const char *name)
{
    uint32_t low = 0, high = out->asset_count;
    while (low + 1 < high) {
        uint32_t middle = low + (high - low) / 2;
        if (strcmp(out->assets[middle].name, name) <= 0)
            low = middle;
        else
            high = middle;
    }
    assert(low < out->asset_count && strcmp(out->assets[low].name, name) == 0);
    return low;
}

static hpm_instrument carried(const rows *out, const hpm_catalog *from, uint32_t id)
{
    hpm_instrument row = from->instruments[id];
    row.underlying = position_of(out, from->assets[row.underlying].name);
    row.settlement = position_of(out, from->assets[row.settlement].name);
    return row;
}

static int is_same_contract(const hpm_instrument *a, const hpm_instrument *b)
{
    return a->kind == b->kind && a->payoff == b->payoff && a->underlying == b->underlying &&
           a->settlement == b->settlement && a->contract_size == b->contract_size &&
           a->strike == b->strike && a->is_call == b->is_call && a->expiry_ns == b->expiry_ns;
}

static hpm_status merge_instruments(rows *out, const hpm_catalog *before, const hpm_catalog *after,
                                    hpm_error *error)
{
    merge at = {0, 0, before->instrument_count, after->instrument_count};
    while (!is_done(&at)) {
        hpm_instrument *row = &out->instruments[out->instrument_count++];
        int order =
            merge_order(&at, before->instruments[at.left].name, after->instruments[at.right].name);
        if (order <= 0) *row = carried(out, before, at.left);
        if (order == 0) {
            const hpm_instrument other = carried(out, after, at.right);
            if (!is_same_contract(row, &other))
                return hpm_fail(error, HPM_E_REFERENCE, row->name,
                                "the instrument is another contract in the two catalogs");
            row->lot = other.lot;
        }
        if (order > 0) *row = carried(out, after, at.right);
        advance(&at, order);
    }
    return HPM_OK;
}

static hpm_status merge_catalogs(hpm_alignment *alignment, hpm_arena *arena,
                                 const hpm_catalog *before, const hpm_catalog *after,
                                 hpm_error *error)
{
    const hpm_catalog bound = hpm_alignment_bound(before, after);
    rows out = {.assets = hpm_arena_take(arena, bound.asset_count, sizeof(hpm_asset)),
                .instruments =
                    hpm_arena_take(arena, bound.instrument_count, sizeof(hpm_instrument))};
    if (!out.assets || !out.instruments)
        return hpm_fail(error, HPM_E_MEMORY, "alignment", "the arena is too small");
    hpm_status status = merge_assets(&out, before, after, error);
    if (status == HPM_OK) status = merge_instruments(&out, before, after, error);
    if (status != HPM_OK) return status;
    return hpm_catalog_init(&alignment->catalog, arena, out.assets, out.asset_count,
                            out.instruments, out.instrument_count, error);
}

/* ---- Markets ------------------------------------------------------------------------------ */

static uint32_t asset_in(const hpm_catalog *catalog, const hpm_catalog *from, uint32_t asset)
{
    return hpm_catalog_find_asset(catalog, from->assets[asset].name);
}

static void carry_inputs(hpm_market *out, const hpm_market *market)
{
    const hpm_catalog *catalog = out->catalog, *from = market->catalog;
    for (uint32_t a = 0; a < from->asset_count; a++)
        out->asset_price[asset_in(catalog, from, a)] = market->asset_price[a];
    for (uint32_t e = 0; e < from->expiry_count; e++) {
        const hpm_expiry *expiry = &from->expiries[e];
        uint32_t underlying = asset_in(catalog, from, expiry->underlying);
        uint32_t id = hpm_catalog_find_expiry(catalog, underlying, expiry->expiry_ns);
        out->curve[id] = market->curve[e];
        out->smile[id] = market->smile[e];
    }
    for (uint32_t i = 0; i < from->instrument_count; i++) {
        uint32_t id = hpm_catalog_find_instrument(catalog, from->instruments[i].name);
        out->mark[id] = market->mark[i];
        if (market->vol_quoted[i]) out->vol[id] = market->vol[i]; /* others follow from these */
    }
}

static hpm_status carry_market(hpm_market *out, hpm_arena *arena, const hpm_catalog *catalog,
                               const hpm_market *market, hpm_error *error)
{
    uint32_t reporting = asset_in(catalog, market->catalog, market->reporting);
    hpm_status status = hpm_market_begin(out, arena, catalog, reporting, market->now_ns, error);
    if (status != HPM_OK) return status;
    carry_inputs(out, market);
    return hpm_market_finish(out, error);
}

hpm_status hpm_alignment_init(hpm_alignment *alignment, hpm_arena *arena, const hpm_market *before,
                              const hpm_market *after, hpm_error *error)
{
    const char *reporting = before->catalog->assets[before->reporting].name;
    const char *reporting_after = after->catalog->assets[after->reporting].name;
    if (strcmp(reporting, reporting_after) != 0)
        return hpm_fail(error, HPM_E_REFERENCE, "reporting",
                        "the markets quote in different assets (%s, %s)", reporting,
                        reporting_after);
    hpm_status status = merge_catalogs(alignment, arena, before->catalog, after->catalog, error);
    if (status == HPM_OK)
        status = carry_market(&alignment->before, arena, &alignment->catalog, before, error);
    if (status == HPM_OK)
        status = carry_market(&alignment->after, arena, &alignment->catalog, after, error);
    return status;
}

/* ---- Accounts ----------------------------------------------------------------------------- */

static hpm_status carry_positions(hpm_position *out, const hpm_catalog *catalog,
                                  const hpm_account *of, const hpm_catalog *from, hpm_error *error)
{
    const hpm_position *positions = hpm_account_positions(of);
    for (uint32_t p = 0; p < of->position_count; p++) {
        const hpm_instrument *row = &from->instruments[positions[p].instrument];
        out[p] = positions[p];
        out[p].instrument = hpm_catalog_find_instrument(catalog, row->name);
        assert(out[p].instrument != HPM_NONE);
        if (catalog->instruments[out[p].instrument].lot.e8 != row->lot.e8)
            return hpm_fail(error, HPM_E_REFERENCE, row->name,
                            "the lot of the instrument is another in the two catalogs");
    }
    return HPM_OK;
}

size_t hpm_alignment_account_scratch(const hpm_account *of)
{
    return hpm_aligned_size(of->balance_count * sizeof(hpm_balance)) +
           hpm_aligned_size(of->position_count * sizeof(hpm_position)) +
           hpm_aligned_size(of->declared_count * sizeof(hpm_declared));
}

hpm_status hpm_alignment_account(hpm_account *account, hpm_arena *scratch,
                                 const hpm_alignment *alignment, const hpm_account *of,
                                 const hpm_catalog *from, hpm_error *error)
{
    const hpm_catalog *catalog = &alignment->catalog;
    size_t mark = scratch->used;
    hpm_balance *balances = hpm_arena_take(scratch, of->balance_count, sizeof *balances);
    hpm_position *positions = hpm_arena_take(scratch, of->position_count, sizeof *positions);
    hpm_declared *declared = hpm_arena_take(scratch, of->declared_count, sizeof *declared);
    if (!balances || !positions || !declared)
        return hpm_fail(error, HPM_E_MEMORY, of->id, "the arena is too small");
    for (uint32_t b = 0; b < of->balance_count; b++) {
        balances[b] = hpm_account_balances(of)[b];
        balances[b].asset = asset_in(catalog, from, balances[b].asset);
    }
    for (uint32_t d = 0; d < of->declared_count; d++) {
        declared[d] = hpm_account_declared(of)[d];
        declared[d].asset = asset_in(catalog, from, declared[d].asset);
    }
    hpm_status status = carry_positions(positions, catalog, of, from, error);
    if (status == HPM_OK)
        status = hpm_account_init(account, of->id, balances, of->balance_count, positions,
                                  of->position_count, declared, of->declared_count, catalog, error);
    scratch->used = mark;
    return status;
}
