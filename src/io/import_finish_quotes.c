/* Raw quotes of an import: what every instrument is bid and asked at, in contracts. */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "io/arena_new.h"
#include "io/import_parts.h"

static double value_of(const hpm_import_entry *entry, hpm_import_field field)
{
    return entry->number[field].value;
}

/* Of the older of bid and ask; where neither is known, of what is. */
static double age_of(const hpm_import_assembly *work, const hpm_import_entry *entry)
{
    double age_s = -1;
    for (int f = HPM_IMPORT_BID; f <= HPM_IMPORT_ASK; f++)
        if (!isnan(entry->number[f].value))
            age_s = fmax(age_s, hpm_import_age(work, &entry->number[f]));
    if (age_s >= 0) return age_s;
    age_s = 0;
    int is_first = 1;
    for (int f = 0; f < HPM_IMPORT_FIELDS; f++) {
        if (isnan(entry->number[f].value)) continue;
        double age = hpm_import_age(work, &entry->number[f]);
        age_s = is_first ? age : fmin(age_s, age);
        is_first = 0;
    }
    return age_s;
}

/* The book's own, where it stands between bid and ask: behind a thin best level the next one may be
 * so far away that it does not, and the quote may be later than the book. Else that of one level a
 * side. */
static double micro_of(const hpm_import_entry *entry)
{
    const hpm_level bid = {value_of(entry, HPM_IMPORT_BID), value_of(entry, HPM_IMPORT_BID_SIZE)};
    const hpm_level ask = {value_of(entry, HPM_IMPORT_ASK), value_of(entry, HPM_IMPORT_ASK_SIZE)};
    double micro = value_of(entry, HPM_IMPORT_MICRO);
    if (!(bid.price > 0 && ask.price > 0)) return (double)NAN;
    if (micro > bid.price && micro < ask.price) return micro;
    if (!(bid.size > 0 && ask.size > 0)) return (double)NAN;
    return hpm_micro_price(&bid, 1, &ask, 1, fmax(bid.size, ask.size));
}

static void fill_quote(const hpm_import_assembly *work, uint32_t row, hpm_quote *quote)
{
    const hpm_import_entry *entry = work->kept[row];
    double unit = work->import->venue->counts_units ? work->rows[row].contract_size : 1;
    quote->bid = value_of(entry, HPM_IMPORT_BID);
    quote->ask = value_of(entry, HPM_IMPORT_ASK);
    quote->bid_size = value_of(entry, HPM_IMPORT_BID_SIZE) / unit;
    quote->ask_size = value_of(entry, HPM_IMPORT_ASK_SIZE) / unit;
    quote->bid_depth = value_of(entry, HPM_IMPORT_BID_DEPTH) / unit;
    quote->ask_depth = value_of(entry, HPM_IMPORT_ASK_DEPTH) / unit;
    quote->micro = micro_of(entry);
    quote->mark = value_of(entry, HPM_IMPORT_MARK);
    quote->mark_vol = value_of(entry, HPM_IMPORT_MARK_VOL);
    quote->underlying = value_of(entry, HPM_IMPORT_UNDERLYING);
    quote->open_interest = value_of(entry, HPM_IMPORT_OPEN_INTEREST) / unit;
    quote->age_s = age_of(work, entry);
}

hpm_status hpm_import_quotes_build(const hpm_import_assembly *work, const hpm_market *market,
                                   hpm_import_result *result, hpm_error *error)
{
    const hpm_catalog *catalog = market->catalog;
    hpm_quotes *quotes = &result->quotes;
    hpm_status status = hpm_arena_new(&result->arena, hpm_quotes_size(catalog), error);
    if (status == HPM_OK)
        status = hpm_quotes_begin(quotes, &result->arena, catalog, market->reporting,
                                  market->now_ns, error);
    if (status != HPM_OK) return status;
    memcpy(quotes->asset_price, market->asset_price,
           catalog->asset_count * sizeof *quotes->asset_price);
    for (uint32_t i = 0; i < work->count; i++) {
        uint32_t id = hpm_catalog_find_instrument(catalog, work->rows[i].name);
        assert(id != HPM_NONE);
        fill_quote(work, i, &quotes->quote[id]);
    }
    return hpm_quotes_finish(quotes, error);
}
