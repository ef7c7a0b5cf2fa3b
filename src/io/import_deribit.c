/* Turns what a Deribit import has read into a catalog and a market. */
#include "io/import_deribit.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hpm/market.h"
#include "io/import_deribit_parts.h"

#define REPORTING "USD"

/* ---- Reading ------------------------------------------------------------------------------ */

static int looks_like_json(const char *text, size_t length)
{
    size_t i = 0;
    while (i < length && (text[i] == ' ' || text[i] == '\t' || text[i] == '\n' || text[i] == '\r'))
        i++;
    return i < length && (text[i] == '{' || text[i] == '[');
}

hpm_status hpm_import_deribit(hpm_import *import, const char *path, const char *text, size_t length,
                              hpm_error *error)
{
    hpm_status status = hpm_import_file_add(import, path, error);
    if (status != HPM_OK) return status;
    if (length == 0) return hpm_fail(error, HPM_E_SCHEMA, NULL, "the file is empty");
    return looks_like_json(text, length) ? hpm_import_api(import, text, length, error)
                                         : hpm_import_csv(import, text, length, error);
}

/* ---- Which rows count --------------------------------------------------------------------- */

/* What finishing works on: entries that stay, in catalog rows, and the moment. */
typedef struct assembly {
    hpm_import *import;
    int64_t now_ns;
    uint32_t *kept; /* entry of each instrument row */
    uint32_t *order;
    hpm_instrument *rows;
    uint32_t count;
    hpm_asset assets[HPM_ASSETS_MAX];
    uint32_t asset_count;
    uint32_t expired, inactive, used_prices;
} assembly;

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
static hpm_status use_prices(assembly *work, hpm_error *error)
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

static int is_kept(assembly *work, const hpm_import_entry *entry)
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

static hpm_status asset_id(assembly *work, const char *name, uint32_t *id, hpm_error *error)
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
    assert(!"every name has a row");
    return NULL;
}

static hpm_status fill_row(assembly *work, const hpm_import_entry *entry, hpm_instrument *row,
                           hpm_error *error)
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

static hpm_status fill_rows(assembly *work, hpm_error *error)
{
    hpm_import *import = work->import;
    uint32_t reporting = 0;
    hpm_status status = asset_id(work, REPORTING, &reporting, error);
    for (uint32_t i = 0; i < import->entry_count && status == HPM_OK; i++) {
        if (!is_kept(work, &import->entries[i])) continue;
        work->kept[work->count] = i;
        status = fill_row(work, &import->entries[i], &work->rows[work->count++], error);
    }
    return status;
}

/* ---- Market ------------------------------------------------------------------------------- */

static const hpm_import_entry *kept_entry(const assembly *work, uint32_t row)
{
    return &work->import->entries[work->kept[row]];
}

/* A distance in time: a row of a price file may carry a later stamp than the snapshot. */
static double age_of(const assembly *work, const hpm_import_entry *entry)
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

static candidate candidate_of(const assembly *work, const hpm_import_entry *entry, uint32_t group,
                              double value)
{
    return (candidate){group, entry->name.payoff == HPM_LINEAR, entry->time_ns, value,
                       age_of(work, entry)};
}

/* Index prices of underlyings. */
static hpm_status fill_indices(assembly *work, hpm_market *market, candidate *items,
                               hpm_error *error)
{
    const hpm_catalog *catalog = market->catalog;
    uint32_t count = 0;
    for (uint32_t i = 0; i < work->count; i++) {
        const hpm_import_entry *entry = kept_entry(work, i);
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
static hpm_status fill_other_assets(assembly *work, hpm_market *market, hpm_error *error)
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
static uint32_t forward_candidates(const assembly *work, const hpm_catalog *catalog, hpm_kind kind,
                                   candidate *items)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < work->count; i++) {
        const hpm_import_entry *entry = kept_entry(work, i);
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

static hpm_status fill_forwards(assembly *work, hpm_market *market, candidate *items,
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

static void fill_quotes(assembly *work, hpm_market *market)
{
    for (uint32_t i = 0; i < work->count; i++) {
        const hpm_import_entry *entry = kept_entry(work, i);
        uint32_t id = hpm_catalog_find_instrument(market->catalog, work->rows[i].name);
        assert(id != HPM_NONE);
        if (!entry->quoted) continue;
        int is_option = entry->name.kind == HPM_OPTION;
        hpm_input *out = is_option ? &market->vol[id] : &market->mark[id];
        double value = is_option ? entry->vol : entry->mark;
        if (!isnan(value)) *out = (hpm_input){value, 1, age_of(work, entry)};
    }
}

static hpm_status fill_market(assembly *work, hpm_market *market, hpm_error *error)
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

/* ---- Notes -------------------------------------------------------------------------------- */

static hpm_status note_count(assembly *work, uint32_t count, const char *format, hpm_error *error)
{
    char text[HPM_IMPORT_NOTE_SIZE];
    if (count == 0) return HPM_OK;
    snprintf(text, sizeof text, "%u ", count);
    return hpm_import_note_add(work->import, error, "%s%s", text, format);
}

/* One note for each underlying, payoff and kind whose sizes were assumed. */
static hpm_status note_assumptions(assembly *work, hpm_error *error)
{
    static const char *const kinds[] = {"spot pairs", "futures", "perpetuals", "options"};
    hpm_status status = HPM_OK;
    for (uint32_t asset = 0; asset < work->asset_count; asset++)
        for (int key = 0; key < 8 && status == HPM_OK; key++) {
            hpm_kind kind = (hpm_kind)(key / 2);
            hpm_payoff payoff = (hpm_payoff)(key % 2);
            const hpm_instrument *any = NULL;
            uint32_t count = 0;
            for (uint32_t i = 0; i < work->count; i++) {
                const hpm_instrument *row = &work->rows[i];
                if (row->underlying != asset || row->kind != kind || row->payoff != payoff ||
                    kept_entry(work, i)->described)
                    continue;
                any = row;
                count++;
            }
            if (!any) continue;
            char lot[HPM_DECIMAL_TEXT];
            hpm_decimal_format(lot, any->lot.e8);
            status = hpm_import_note_add(
                work->import, error,
                "contract size %g and lot %s assumed for %u %s %s %s: no get_instruments answer "
                "describes them",
                any->contract_size, lot, count, payoff == HPM_INVERSE ? "inverse" : "linear",
                work->assets[asset].name, kinds[kind]);
        }
    return status;
}

static hpm_status note_absent(assembly *work, hpm_error *error)
{
    uint32_t no_vol = 0, unquoted = 0;
    const char *first_vol = NULL;
    for (uint32_t i = 0; i < work->count; i++) {
        const hpm_import_entry *entry = kept_entry(work, i);
        unquoted += !entry->quoted;
        if (entry->name.kind != HPM_OPTION || !entry->quoted || !isnan(entry->vol)) continue;
        if (no_vol++ == 0) first_vol = entry->symbol;
    }
    hpm_status status =
        note_count(work, unquoted, "instruments are described but not quoted", error);
    if (status == HPM_OK && no_vol > 0)
        status = hpm_import_note_add(work->import, error,
                                     "%u option quotes have no volatility (first: %s); it will be "
                                     "interpolated where the expiry has others",
                                     no_vol, first_vol);
    return status;
}

static hpm_status note_all(assembly *work, hpm_error *error)
{
    hpm_import *import = work->import;
    hpm_status status = note_assumptions(work, error);
    if (status == HPM_OK) status = note_absent(work, error);
    if (status == HPM_OK)
        status = note_count(work, work->expired, "expired instruments dropped", error);
    if (status == HPM_OK)
        status = note_count(work, work->inactive, "instruments that are not active dropped", error);
    if (status == HPM_OK)
        status = note_count(work, import->combos, "rows of combos ignored", error);
    if (status == HPM_OK)
        status = note_count(work, import->refreshed,
                            "quotes were given more than once: the freshest is used", error);
    if (status == HPM_OK && import->price_count > 0)
        status = hpm_import_note_add(import, error,
                                     "%u of %u rows of futures prices belong to the snapshot",
                                     work->used_prices, import->price_count);
    if (status == HPM_OK && import->unknowns > 0)
        status = hpm_import_note_add(import, error,
                                     "%u rows of names of no known form ignored (first: %s)",
                                     import->unknowns, import->unknown_first);
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
static hpm_status take_arena(const assembly *work, hpm_market_document *document, hpm_error *error)
{
    hpm_catalog largest = {.asset_count = work->asset_count,
                           .instrument_count = work->count,
                           .expiry_count = work->count};
    size_t size = hpm_catalog_size(work->asset_count, work->count) + hpm_market_size(&largest);
    size = hpm_aligned_size(size);
    document->arena = (hpm_arena){aligned_alloc(HPM_ALIGNMENT, size), size, 0};
    if (!document->arena.base) return hpm_fail(error, HPM_E_MEMORY, NULL, "no memory");
    return HPM_OK;
}

static hpm_status build(assembly *work, hpm_market_document *document, hpm_error *error)
{
    hpm_status status = take_arena(work, document, error);
    if (status != HPM_OK) return status;
    hpm_catalog *catalog = &document->catalog;
    status = hpm_catalog_init(catalog, &document->arena, work->assets, work->asset_count,
                              work->rows, work->count, error);
    if (status != HPM_OK || work->now_ns == 0) return status;
    status = hpm_market_begin(&document->market, &document->arena, catalog,
                              hpm_catalog_find_asset(catalog, REPORTING), work->now_ns, error);
    if (status == HPM_OK) status = fill_market(work, &document->market, error);
    if (status == HPM_OK) status = hpm_market_finish(&document->market, &document->arena, error);
    return status;
}

static hpm_status assemble(assembly *work, hpm_market_document *document, hpm_error *error)
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
    if (status == HPM_OK) status = note_all(work, error);
    if (status == HPM_OK && work->count == 0)
        status =
            hpm_fail(error, HPM_E_EXPIRED, NULL, "all %u instruments have expired", work->expired);
    return status == HPM_OK ? build(work, document, error) : status;
}

hpm_status hpm_import_finish(hpm_import *import, hpm_market_document *document, hpm_error *error)
{
    memset(document, 0, sizeof *document);
    assembly *work = calloc(1, sizeof *work);
    if (!work) return hpm_fail(error, HPM_E_MEMORY, NULL, "no memory");
    work->import = import;
    hpm_status status = assemble(work, document, error);
    free(work->kept);
    free(work->rows);
    free(work);
    fill_source(import, document->source, sizeof document->source);
    if (status != HPM_OK) {
        free(document->arena.base);
        memset(document, 0, sizeof *document);
    }
    return status;
}
