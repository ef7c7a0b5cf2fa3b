/* Raw quotes: memory, checks, canonical form; and the micro-price of a book. */
#include "hpm/quotes.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <string.h>

#include "market/input.h"

const hpm_quote hpm_quote_none = {NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, 0};

size_t hpm_quotes_size(const hpm_catalog *catalog)
{
    return hpm_aligned_size(catalog->asset_count * sizeof(hpm_input)) +
           hpm_aligned_size(catalog->instrument_count * sizeof(hpm_quote));
}

hpm_status hpm_quotes_begin(hpm_quotes *quotes, hpm_arena *arena, const hpm_catalog *catalog,
                            uint32_t reporting, int64_t now_ns, hpm_error *error)
{
    if (reporting >= catalog->asset_count)
        return hpm_fail(error, HPM_E_REFERENCE, "reporting", "unknown asset id (%u)", reporting);
    if (now_ns < 0)
        return hpm_fail(error, HPM_E_RANGE, "time", "before 1970 (%lld ns)", (long long)now_ns);
    memset(quotes, 0, sizeof *quotes);
    quotes->catalog = catalog;
    quotes->now_ns = now_ns;
    quotes->reporting = reporting;
    quotes->asset_price = hpm_arena_reserve(arena, catalog->asset_count, sizeof(hpm_input));
    quotes->quote = hpm_arena_reserve(arena, catalog->instrument_count, sizeof(hpm_quote));
    if (!quotes->asset_price || !quotes->quote)
        return hpm_fail(error, HPM_E_MEMORY, "quotes", "the arena is too small");
    for (uint32_t i = 0; i < catalog->asset_count; i++)
        quotes->asset_price[i] = (hpm_input){NAN, 1, 0};
    for (uint32_t i = 0; i < catalog->instrument_count; i++)
        quotes->quote[i] = hpm_quote_none;
    quotes->asset_price[reporting].value = 1;
    return HPM_OK;
}

/* ---- Checks --------------------------------------------------------------------------------- */

#define AMOUNT_MAX 1e18 /* contracts: whole supplies of the smallest coins */

/* The numbers of a quote, in the order of the canonical form. */
static const struct {
    const char *name;
    size_t offset;
    double most;
} numbers[] = {
    {"bid", offsetof(hpm_quote, bid), HPM_PRICE_MAX},
    {"ask", offsetof(hpm_quote, ask), HPM_PRICE_MAX},
    {"bid_size", offsetof(hpm_quote, bid_size), AMOUNT_MAX},
    {"ask_size", offsetof(hpm_quote, ask_size), AMOUNT_MAX},
    {"micro", offsetof(hpm_quote, micro), HPM_PRICE_MAX},
    {"bid_depth", offsetof(hpm_quote, bid_depth), AMOUNT_MAX},
    {"ask_depth", offsetof(hpm_quote, ask_depth), AMOUNT_MAX},
    {"mark", offsetof(hpm_quote, mark), HPM_PRICE_MAX},
    {"mark_vol", offsetof(hpm_quote, mark_vol), HPM_VOL_MAX},
    {"underlying", offsetof(hpm_quote, underlying), HPM_PRICE_MAX},
    {"open_interest", offsetof(hpm_quote, open_interest), AMOUNT_MAX},
    {"age_s", offsetof(hpm_quote, age_s), HPM_AGE_MAX_S},
};

enum { NUMBERS = sizeof numbers / sizeof numbers[0] };
_Static_assert(sizeof(hpm_quote) == NUMBERS * sizeof(double), "a number of hpm_quote is missing");

static double number_of(const hpm_quote *quote, size_t index)
{
    double value;
    memcpy(&value, (const char *)quote + numbers[index].offset, sizeof value);
    return value;
}

static hpm_status check_quote(const hpm_quote *quote, const hpm_instrument *row, hpm_error *error)
{
    for (size_t i = 0; i < NUMBERS; i++) {
        double value = number_of(quote, i);
        if (isnan(value) || (value >= 0 && value <= numbers[i].most)) continue;
        return hpm_fail(error, HPM_E_RANGE, row->name, "%s outside [0, %g] (%g)", numbers[i].name,
                        numbers[i].most, value);
    }
    if (isnan(quote->age_s))
        return hpm_fail(error, HPM_E_RANGE, row->name, "age_s is not a number (nan)");
    if (row->kind != HPM_OPTION && quote->mark < DBL_MIN)
        return hpm_fail(error, HPM_E_RANGE, row->name, "mark not above 0 (%g)", quote->mark);
    if (quote->underlying < DBL_MIN)
        return hpm_fail(error, HPM_E_RANGE, row->name, "underlying not above 0 (%g)",
                        quote->underlying);
    return HPM_OK;
}

/* ---- Canonical form ------------------------------------------------------------------------- */

static hpm_hash hash_quotes(const hpm_quotes *quotes)
{
    const hpm_catalog *catalog = quotes->catalog;
    hpm_hasher hasher;
    hpm_hash_begin(&hasher);
    hpm_hash_text(&hasher, "hpm/quotes/1");
    hpm_hash_bytes(&hasher, catalog->hash.bytes, sizeof catalog->hash.bytes);
    hpm_hash_int(&hasher, quotes->now_ns);
    hpm_hash_int(&hasher, quotes->reporting);
    for (uint32_t i = 0; i < catalog->asset_count; i++)
        hpm_input_hash(&hasher, &quotes->asset_price[i]);
    for (uint32_t i = 0; i < catalog->instrument_count; i++)
        for (size_t n = 0; n < NUMBERS; n++)
            hpm_hash_real(&hasher, number_of(&quotes->quote[i], n));
    return hpm_hash_end(&hasher);
}

hpm_status hpm_quotes_finish(hpm_quotes *quotes, hpm_error *error)
{
    const hpm_catalog *catalog = quotes->catalog;
    hpm_status status =
        hpm_input_check_indices(quotes->asset_price, catalog, quotes->reporting, error);
    for (uint32_t i = 0; i < catalog->instrument_count && status == HPM_OK; i++)
        status = check_quote(&quotes->quote[i], &catalog->instruments[i], error);
    if (status == HPM_OK) quotes->hash = hash_quotes(quotes);
    return status;
}

/* ---- Micro-price ---------------------------------------------------------------------------- */

/* What a side offers within `depth`: how much, and at which average price. */
static hpm_level reach(const hpm_level *levels, size_t count, double depth)
{
    double size = 0, paid = 0;
    for (size_t i = 0; i < count && size < depth; i++) {
        double taken = levels[i].size < depth - size ? levels[i].size : depth - size;
        if (!(taken > 0)) continue;
        paid = fma(taken, levels[i].price, paid);
        size += taken;
    }
    return (hpm_level){paid / size, size};
}

double hpm_micro_price(const hpm_level *bids, size_t bid_count, const hpm_level *asks,
                       size_t ask_count, double depth)
{
    assert(depth > 0);
    if (bid_count == 0 || ask_count == 0 || bids[0].price > asks[0].price) return NAN;
    hpm_level bid = reach(bids, bid_count, depth), ask = reach(asks, ask_count, depth);
    return fma(bid.price, ask.size, ask.price * bid.size) / (bid.size + ask.size);
}
