/* Writes the quotes of an import into a market: index prices, forwards, marks, volatilities.
 *
 * Where several rows say the same thing, the freshest says it; of equally fresh ones the lower
 * median. Products quoted in USD come before those quoted in a stablecoin. */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "io/import_parts.h"

/* What a price is in: the sooner it is used. */
typedef enum price_rank {
    IN_DOLLARS,
    IN_STABLECOIN,         /* that has a price of its own */
    IN_ASSUMED_STABLECOIN, /* that has none: worth 1 */
    IN_OTHER,
    RANKS
} price_rank;

/* qsort has no context: what to order by is in the items. */
typedef struct candidate {
    uint32_t group; /* expiry or asset id */
    price_rank rank;
    int64_t time_ns;
    double value, age_s;
} candidate;

static int compare_candidates(const void *a, const void *b)
{
    const candidate *left = a, *right = b;
    if (left->group != right->group) return left->group < right->group ? -1 : 1;
    if (left->rank != right->rank) return left->rank < right->rank ? -1 : 1;
    if (left->time_ns != right->time_ns) return left->time_ns > right->time_ns ? -1 : 1;
    return (left->value > right->value) - (left->value < right->value);
}

/* The first of a group's candidates with its ties; the lower median, so that the result is a price
 * that was quoted. Returns where the group ends. */
static uint32_t choose(const candidate *items, uint32_t first, uint32_t count, hpm_input *out)
{
    uint32_t ties = first, end = first;
    while (ties < count && items[ties].group == items[first].group &&
           items[ties].rank == items[first].rank && items[ties].time_ns == items[first].time_ns)
        ties++;
    while (end < count && items[end].group == items[first].group)
        end++;
    const candidate *chosen = &items[first + (ties - first - 1) / 2];
    *out = (hpm_input){chosen->value, 1, chosen->age_s};
    return end;
}

/* ---- Marks -------------------------------------------------------------------------------- */

hpm_import_number hpm_import_mark_of(const hpm_import_entry *entry)
{
    const hpm_import_number *bid = &entry->number[HPM_IMPORT_BID];
    const hpm_import_number *ask = &entry->number[HPM_IMPORT_ASK];
    hpm_import_number mark = entry->number[HPM_IMPORT_MARK];
    if (!isnan(mark.value) || !(bid->value > 0) || !(ask->value >= bid->value)) return mark;
    mark = bid->time_ns < ask->time_ns ? *bid : *ask;
    mark.value = 0.5 * (bid->value + ask->value);
    return mark;
}

static int is_from_middle(const hpm_import_entry *entry)
{
    return isnan(entry->number[HPM_IMPORT_MARK].value) && !isnan(hpm_import_mark_of(entry).value);
}

/* ---- Index prices ------------------------------------------------------------------------- */

/* What finds prices of assets. */
typedef struct pricing {
    hpm_import_assembly *work;
    hpm_market *market;
    candidate *items;
    uint32_t count;
    hpm_import_names from_spot, from_stablecoin, assumed, absent;
} pricing;

/* A stablecoin in which prices are quoted need not be an asset of the catalog. */
static double dollar_index(const hpm_import *import, const char *asset)
{
    for (uint32_t i = 0; i < import->index_count; i++)
        if (strcmp(import->indices[i].asset, asset) == 0 &&
            strcmp(import->indices[i].quote, HPM_IMPORT_REPORTING) == 0)
            return import->indices[i].number.value;
    return (double)NAN;
}

/* What one unit of a quote currency is worth; NaN: not known. */
static double worth(const pricing *prices, const char *quote)
{
    const hpm_market *market = prices->market;
    uint32_t asset = hpm_catalog_find_asset(market->catalog, quote);
    if (asset == HPM_NONE) return dollar_index(prices->work->import, quote);
    return market->asset_price[asset].value;
}

/* `dollars`: what the quote currency is worth. */
static price_rank rank_of(const char *quote, double dollars)
{
    if (strcmp(quote, HPM_IMPORT_REPORTING) == 0) return IN_DOLLARS;
    if (!hpm_import_is_dollar(quote)) return IN_OTHER;
    return isnan(dollars) ? IN_ASSUMED_STABLECOIN : IN_STABLECOIN;
}

static void consider(pricing *prices, price_rank rank, const char *base, const char *quote,
                     const hpm_import_number *number)
{
    hpm_market *market = prices->market;
    if (isnan(number->value)) return;
    uint32_t asset = hpm_catalog_find_asset(market->catalog, base);
    if (asset == HPM_NONE || asset == market->reporting) return;
    if (!isnan(market->asset_price[asset].value)) return;
    double dollars = worth(prices, quote);
    if (rank_of(quote, dollars) != rank) return;
    double value = number->value;
    if (rank == IN_STABLECOIN || rank == IN_OTHER) value *= dollars;
    if (!(value > 0)) return;
    prices->items[prices->count++] =
        (candidate){asset, rank, number->time_ns, value, hpm_import_age(prices->work, number)};
}

static void consider_indices(pricing *prices, price_rank rank)
{
    const hpm_import *import = prices->work->import;
    for (uint32_t i = 0; i < prices->work->count; i++) {
        const hpm_import_entry *entry = prices->work->kept[i];
        consider(prices, rank, entry->product.base, entry->product.quote,
                 &entry->number[HPM_IMPORT_INDEX]);
    }
    for (uint32_t i = 0; i < import->index_count; i++)
        consider(prices, rank, import->indices[i].asset, import->indices[i].quote,
                 &import->indices[i].number);
}

/* Where there is no index at all. */
static void consider_spot(pricing *prices, price_rank rank)
{
    for (uint32_t i = 0; i < prices->work->count; i++) {
        const hpm_import_entry *entry = prices->work->kept[i];
        const hpm_import_number mark = hpm_import_mark_of(entry);
        if (entry->product.kind == HPM_SPOT)
            consider(prices, rank, entry->product.base, entry->product.quote, &mark);
    }
}

typedef void source(pricing *prices, price_rank rank);

static void name_price(pricing *prices, source *from, price_rank rank, uint32_t asset)
{
    const char *name = prices->market->catalog->assets[asset].name;
    if (from == consider_spot)
        hpm_import_names_add(&prices->from_spot, name);
    else if (rank == IN_ASSUMED_STABLECOIN)
        hpm_import_names_add(&prices->from_stablecoin, name);
}

/* Prices in stablecoins and coins wait until those have theirs. */
static void fill_rank(pricing *prices, source *from, price_rank rank)
{
    prices->count = 0;
    from(prices, rank);
    qsort(prices->items, prices->count, sizeof *prices->items, compare_candidates);
    for (uint32_t first = 0; first < prices->count;) {
        uint32_t asset = prices->items[first].group;
        first = choose(prices->items, first, prices->count, &prices->market->asset_price[asset]);
        name_price(prices, from, rank, asset);
    }
}

/* Stablecoins that no index prices, and assets that stay without a price. */
static void fill_other_assets(pricing *prices)
{
    hpm_market *market = prices->market;
    for (uint32_t i = 0; i < market->catalog->asset_count; i++) {
        const hpm_asset *asset = &market->catalog->assets[i];
        if (!isnan(market->asset_price[i].value)) continue;
        int is_dollar = hpm_import_is_dollar(asset->name);
        if (is_dollar) market->asset_price[i].value = 1;
        hpm_import_names_add(is_dollar ? &prices->assumed : &prices->absent, asset->name);
    }
}

static hpm_status note_prices(pricing *prices, hpm_error *error)
{
    const struct {
        hpm_import_names *names;
        const char *before, *after;
    } notes[] = {
        {&prices->from_stablecoin, "price of ",
         " taken from an index in a stablecoin, which is assumed to be worth 1 USD"},
        {&prices->from_spot, "price of ", " taken from the spot pair: no index was given"},
        {&prices->assumed, "price 1 assumed for ", ": no index was given"},
        {&prices->absent, "no price for ", ": no index was given"},
    };
    hpm_status status = HPM_OK;
    for (size_t i = 0; i < sizeof notes / sizeof *notes && status == HPM_OK; i++)
        if (notes[i].names->count > 0)
            status = hpm_import_note_add(prices->work->import, error, "%s%s%s", notes[i].before,
                                         hpm_import_names_text(notes[i].names), notes[i].after);
    return status;
}

/* ---- Forwards and marks ------------------------------------------------------------------- */

/* The part of entries that says what an expiry's forward is: options by their underlying, or (kind
 * HPM_FUTURE) futures by their mark. */
static uint32_t forward_candidates(const hpm_import_assembly *work, const hpm_catalog *catalog,
                                   hpm_kind kind, candidate *items)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < work->count; i++) {
        const hpm_import_product *product = &work->kept[i]->product;
        const hpm_import_number number = kind == HPM_OPTION
                                             ? work->kept[i]->number[HPM_IMPORT_UNDERLYING]
                                             : hpm_import_mark_of(work->kept[i]);
        if (product->kind != kind || isnan(number.value)) continue;
        uint32_t asset = hpm_catalog_find_asset(catalog, product->base);
        uint32_t expiry = hpm_catalog_find_expiry(catalog, asset, product->expiry_ns);
        assert(expiry != HPM_NONE);
        items[count++] = (candidate){expiry, rank_of(product->quote, 1), number.time_ns,
                                     number.value, hpm_import_age(work, &number)};
    }
    qsort(items, count, sizeof *items, compare_candidates);
    return count;
}

static hpm_status fill_forwards(hpm_import_assembly *work, hpm_market *market, candidate *items,
                                hpm_error *error)
{
    uint32_t from_futures = 0, absent = 0;
    uint32_t count = forward_candidates(work, market->catalog, HPM_OPTION, items);
    for (uint32_t first = 0; first < count;)
        first = choose(items, first, count, &market->curve[items[first].group].forward);
    count = forward_candidates(work, market->catalog, HPM_FUTURE, items);
    for (uint32_t first = 0; first < count;) {
        hpm_input chosen;
        hpm_input *forward = &market->curve[items[first].group].forward;
        first = choose(items, first, count, &chosen);
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
                                     "no forward for %u expiries: nothing quotes it ('hpm surface "
                                     "fit' finds what calls and puts say of it)",
                                     absent);
    return status;
}

/* Marks in coins are turned into the reporting currency; those in dollar stablecoins are taken as
 * they are. */
static hpm_import_number mark_in_reporting(const pricing *prices, const hpm_import_entry *entry)
{
    const char *quote = entry->product.quote;
    hpm_import_number mark = hpm_import_mark_of(entry);
    if (entry->product.payoff == HPM_LINEAR && rank_of(quote, 1) == IN_OTHER)
        mark.value *= worth(prices, quote);
    return mark;
}

static hpm_status fill_marks(const pricing *prices, hpm_error *error)
{
    const hpm_import_assembly *work = prices->work;
    hpm_market *market = prices->market;
    uint32_t from_middle = 0;
    for (uint32_t i = 0; i < work->count; i++) {
        const hpm_import_entry *entry = work->kept[i];
        uint32_t id = hpm_catalog_find_instrument(market->catalog, work->rows[i].name);
        assert(id != HPM_NONE);
        int is_option = entry->product.kind == HPM_OPTION;
        hpm_input *out = is_option ? &market->vol[id] : &market->mark[id];
        const hpm_import_number number =
            is_option ? entry->number[HPM_IMPORT_MARK_VOL] : mark_in_reporting(prices, entry);
        from_middle += !is_option && is_from_middle(entry);
        if (!isnan(number.value))
            *out = (hpm_input){number.value, 1, hpm_import_age(work, &number)};
    }
    if (from_middle == 0) return HPM_OK;
    return hpm_import_note_add(work->import, error,
                               "mark of %u instruments taken from the middle of bid and ask: none "
                               "was given",
                               from_middle);
}

hpm_status hpm_import_market_fill(hpm_import_assembly *work, hpm_market *market, hpm_error *error)
{
    size_t room = (size_t)work->count + work->import->index_count + 1;
    pricing prices = {.work = work, .market = market};
    prices.items = malloc(room * sizeof *prices.items);
    if (!prices.items) return hpm_fail(error, HPM_E_MEMORY, NULL, "no memory for the market");
    for (int rank = IN_DOLLARS; rank < RANKS; rank++)
        fill_rank(&prices, consider_indices, (price_rank)rank);
    for (int rank = IN_DOLLARS; rank < RANKS; rank++)
        fill_rank(&prices, consider_spot, (price_rank)rank);
    fill_other_assets(&prices);
    hpm_status status = note_prices(&prices, error);
    if (status == HPM_OK) status = fill_forwards(work, market, prices.items, error);
    if (status == HPM_OK) status = fill_marks(&prices, error);
    free(prices.items);
    return status;
}
