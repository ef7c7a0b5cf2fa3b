/* Writes the quotes of a Deribit import into a market: index prices, forwards, marks, volatilities.
 *
 * Where several rows say the same thing, the freshest says it; of equally fresh ones the lower
 * median. Products quoted in USD come before those quoted in a stablecoin. */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "io/import_deribit_parts.h"

/* A distance in time: a row of a price file may carry a later stamp than the snapshot. */
static double age_of(const hpm_import_assembly *work, const hpm_import_entry *entry)
{
    return fabs((double)(work->now_ns - entry->time_ns)) / 1e9 + entry->gap_s;
}

/* qsort has no context: what to order by is in the items. */
typedef struct candidate {
    uint32_t group; /* expiry or asset id */
    int is_linear;  /* quoted in a stablecoin: used only where nothing is quoted in USD */
    int64_t time_ns;
    double value, age_s;
} candidate;

static int compare_candidates(const void *a, const void *b)
{
    const candidate *left = a, *right = b;
    if (left->group != right->group) return left->group < right->group ? -1 : 1;
    if (left->is_linear != right->is_linear) return left->is_linear - right->is_linear;
    if (left->time_ns != right->time_ns) return left->time_ns > right->time_ns ? -1 : 1;
    return (left->value > right->value) - (left->value < right->value);
}

/* The first of a group's candidates with its ties; the lower median, so that the result is a price
 * that was quoted. Returns where the group ends. */
static uint32_t choose(const candidate *items, uint32_t first, uint32_t count, hpm_input *out,
                       int *is_linear)
{
    uint32_t ties = first, end = first;
    while (ties < count && items[ties].group == items[first].group &&
           items[ties].is_linear == items[first].is_linear &&
           items[ties].time_ns == items[first].time_ns)
        ties++;
    while (end < count && items[end].group == items[first].group)
        end++;
    const candidate *chosen = &items[first + (ties - first - 1) / 2];
    *out = (hpm_input){chosen->value, 1, chosen->age_s};
    *is_linear = chosen->is_linear;
    return end;
}

static candidate candidate_of(const hpm_import_assembly *work, const hpm_import_entry *entry,
                              uint32_t group, double value)
{
    return (candidate){group, entry->name.payoff == HPM_LINEAR, entry->time_ns, value,
                       age_of(work, entry)};
}

/* Index prices of underlyings. */
static hpm_status fill_indices(hpm_import_assembly *work, hpm_market *market, candidate *items,
                               hpm_error *error)
{
    const hpm_catalog *catalog = market->catalog;
    uint32_t count = 0;
    for (uint32_t i = 0; i < work->count; i++) {
        const hpm_import_entry *entry = hpm_import_kept(work, i);
        uint32_t asset = hpm_catalog_find_asset(catalog, entry->name.base);
        if (entry->quoted && !isnan(entry->index) && asset != market->reporting)
            items[count++] = candidate_of(work, entry, asset, entry->index);
    }
    qsort(items, count, sizeof *items, compare_candidates);
    hpm_status status = HPM_OK;
    for (uint32_t first = 0; first < count && status == HPM_OK;) {
        int is_linear = 0;
        uint32_t asset = items[first].group;
        first = choose(items, first, count, &market->asset_price[asset], &is_linear);
        if (is_linear)
            status = hpm_import_note_add(work->import, error,
                                         "price of %s taken from an index in a stablecoin, which "
                                         "is assumed to be worth 1 USD",
                                         catalog->assets[asset].name);
    }
    return status;
}

/* Stablecoins that no index prices, and assets that stay without a price. */
static hpm_status fill_other_assets(hpm_import_assembly *work, hpm_market *market, hpm_error *error)
{
    hpm_status status = HPM_OK;
    for (uint32_t i = 0; i < market->catalog->asset_count && status == HPM_OK; i++) {
        const hpm_asset *asset = &market->catalog->assets[i];
        if (!isnan(market->asset_price[i].value)) continue;
        int is_dollar = strncmp(asset->name, "USD", 3) == 0 && asset->kind == HPM_ASSET_STABLECOIN;
        if (is_dollar) market->asset_price[i].value = 1;
        status = hpm_import_note_add(work->import, error,
                                     is_dollar ? "price 1 assumed for %s: no index was given"
                                               : "no price for %s: no index was given",
                                     asset->name);
    }
    return status;
}

/* The part of entries that says what an expiry's forward is: options by their underlying, or (kind
 * HPM_FUTURE) futures by their mark. */
static uint32_t forward_candidates(const hpm_import_assembly *work, const hpm_catalog *catalog,
                                   hpm_kind kind, candidate *items)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < work->count; i++) {
        const hpm_import_entry *entry = hpm_import_kept(work, i);
        double value = kind == HPM_OPTION ? entry->forward : entry->mark;
        if (entry->name.kind != kind || !entry->quoted || isnan(value)) continue;
        uint32_t asset = hpm_catalog_find_asset(catalog, entry->name.base);
        uint32_t expiry = hpm_catalog_find_expiry(catalog, asset, entry->name.expiry_ns);
        assert(expiry != HPM_NONE);
        items[count++] = candidate_of(work, entry, expiry, value);
    }
    qsort(items, count, sizeof *items, compare_candidates);
    return count;
}

static hpm_status fill_forwards(hpm_import_assembly *work, hpm_market *market, candidate *items,
                                hpm_error *error)
{
    int is_linear = 0;
    uint32_t from_futures = 0, absent = 0;
    uint32_t count = forward_candidates(work, market->catalog, HPM_OPTION, items);
    for (uint32_t first = 0; first < count;)
        first = choose(items, first, count, &market->curve[items[first].group].forward, &is_linear);
    count = forward_candidates(work, market->catalog, HPM_FUTURE, items);
    for (uint32_t first = 0; first < count;) {
        hpm_input chosen;
        hpm_input *forward = &market->curve[items[first].group].forward;
        first = choose(items, first, count, &chosen, &is_linear);
        if (!isnan(forward->value)) continue;
        *forward = chosen;
        from_futures++;
    }
    for (uint32_t e = 0; e < market->catalog->expiry_count; e++)
        absent += isnan(market->curve[e].forward.value) != 0;
    hpm_status status = HPM_OK;
    if (from_futures > 0)
        status = hpm_import_note_add(work->import, error,
                                     "forward of %u expiries taken from the future's mark: no "
                                     "option quotes an underlying",
                                     from_futures);
    if (status == HPM_OK && absent > 0)
        status = hpm_import_note_add(work->import, error,
                                     "no forward for %u expiries: nothing quotes it", absent);
    return status;
}

static void fill_quotes(hpm_import_assembly *work, hpm_market *market)
{
    for (uint32_t i = 0; i < work->count; i++) {
        const hpm_import_entry *entry = hpm_import_kept(work, i);
        uint32_t id = hpm_catalog_find_instrument(market->catalog, work->rows[i].name);
        assert(id != HPM_NONE);
        if (!entry->quoted) continue;
        int is_option = entry->name.kind == HPM_OPTION;
        hpm_input *out = is_option ? &market->vol[id] : &market->mark[id];
        double value = is_option ? entry->vol : entry->mark;
        if (!isnan(value)) *out = (hpm_input){value, 1, age_of(work, entry)};
    }
}

hpm_status hpm_import_fill_market(hpm_import_assembly *work, hpm_market *market, hpm_error *error)
{
    candidate *items = malloc((work->count + 1U) * sizeof *items);
    if (!items) return hpm_fail(error, HPM_E_MEMORY, NULL, "no memory for the market");
    hpm_status status = fill_indices(work, market, items, error);
    if (status == HPM_OK) status = fill_other_assets(work, market, error);
    if (status == HPM_OK) status = fill_forwards(work, market, items, error);
    free(items);
    if (status == HPM_OK) fill_quotes(work, market);
    return status;
}
