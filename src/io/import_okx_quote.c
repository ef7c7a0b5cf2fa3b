/* Reads OKX's prices: tickers, marks, volatilities, open interest, indices and order books. */
#include <jansson.h>
#include <math.h>
#include <stddef.h>

#include "io/import_okx_parts.h"

/* ---- Quotes of instruments ---------------------------------------------------------------- */

/* One number of a quote. */
typedef struct number {
    const char *field;
    size_t offset; /* in hpm_quote */
    int is_best;   /* a best price: "" says that nobody is there, not that it is not known */
} number;

static hpm_status take_numbers(const hpm_okx_row *row, const number *numbers, size_t count,
                               hpm_quote *quote, hpm_error *error)
{
    hpm_status status = HPM_OK;
    for (size_t i = 0; i < count && status == HPM_OK; i++) {
        double *out = (double *)(void *)((char *)quote + numbers[i].offset);
        status = hpm_import_row_real(&row->fields, numbers[i].field, 0, out, error);
        if (numbers[i].is_best && isnan(*out) &&
            json_object_get(row->fields.object, numbers[i].field))
            *out = 0;
    }
    return status;
}

/* Reads the row's numbers and hands them over under the row's own time. */
static hpm_status take_quote(hpm_import *import, const hpm_okx_row *row, const number *numbers,
                             size_t count, hpm_error *error)
{
    hpm_import_entry *entry;
    hpm_import_quote quote = hpm_import_quote_none;
    hpm_status status = hpm_okx_entry(import, row, &entry, error);
    if (status != HPM_OK || !entry) return status;
    status = hpm_import_row_time(&row->fields, "ts", 1, &quote.time_ns, error);
    if (status == HPM_OK) status = take_numbers(row, numbers, count, &quote.quote, error);
    return status == HPM_OK ? hpm_import_quote_take(import, entry, &quote, error) : status;
}

#define COUNT(list) (sizeof(list) / sizeof *(list))

/* market/tickers, market/ticker, channel tickers. Prices of options are in coin per coin. */
hpm_status hpm_okx_read_ticker(hpm_import *import, const hpm_okx_row *row, hpm_error *error)
{
    static const number numbers[] = {
        {"bidPx", offsetof(hpm_quote, bid), 1},
        {"askPx", offsetof(hpm_quote, ask), 1},
        {"bidSz", offsetof(hpm_quote, bid_size), 0},
        {"askSz", offsetof(hpm_quote, ask_size), 0},
    };
    return take_quote(import, row, numbers, COUNT(numbers), error);
}

/* public/mark-price, channel mark-price. */
hpm_status hpm_okx_read_mark(hpm_import *import, const hpm_okx_row *row, hpm_error *error)
{
    static const number numbers[] = {{"markPx", offsetof(hpm_quote, mark), 0}};
    return take_quote(import, row, numbers, COUNT(numbers), error);
}

/* public/opt-summary, channel opt-summary: volatilities are fractions of 1, "3.72" is 372 %. */
hpm_status hpm_okx_read_summary(hpm_import *import, const hpm_okx_row *row, hpm_error *error)
{
    static const number numbers[] = {
        {"markVol", offsetof(hpm_quote, mark_vol), 0},
        {"fwdPx", offsetof(hpm_quote, underlying), 0},
    };
    return take_quote(import, row, numbers, COUNT(numbers), error);
}

/* public/open-interest, channel open-interest: `oi` counts contracts, `oiCcy` coins. */
hpm_status hpm_okx_read_interest(hpm_import *import, const hpm_okx_row *row, hpm_error *error)
{
    static const number numbers[] = {{"oi", offsetof(hpm_quote, open_interest), 0}};
    return take_quote(import, row, numbers, COUNT(numbers), error);
}

/* ---- Indices ------------------------------------------------------------------------------ */

/* market/index-tickers, channel index-tickers: "BTC-USD" and "BTC-USDT" are different indices. */
hpm_status hpm_okx_read_index(hpm_import *import, const hpm_okx_row *row, hpm_error *error)
{
    char base[HPM_ASSET_NAME_SIZE], quote[HPM_ASSET_NAME_SIZE];
    const char *pair;
    double price;
    int64_t time_ns;
    hpm_status status = hpm_import_row_text(&row->fields, "instId", 1, &pair, error);
    if (status == HPM_OK) status = hpm_import_row_real(&row->fields, "idxPx", 1, &price, error);
    if (status == HPM_OK) status = hpm_import_row_time(&row->fields, "ts", 1, &time_ns, error);
    if (status != HPM_OK) return status;
    if (!hpm_okx_pair_parse(base, quote, pair))
        return hpm_okx_fail(row, "instId", HPM_E_REFERENCE, error, "no pair of an index (%s)",
                            pair);
    return hpm_import_index_take(import, base, quote, price, time_ns, error);
}

/* ---- Order books -------------------------------------------------------------------------- */

/* ["30238.8", "2", "0", "1"]: price, size, a deprecated field, number of orders. */
static int read_level(hpm_level *level, const json_t *given)
{
    return hpm_import_json_real(json_array_get(given, 0), &level->price) &&
           hpm_import_json_real(json_array_get(given, 1), &level->size);
}

typedef struct book_side {
    const char *field;
    hpm_import_side side;
} book_side;

/* The first level of a side; {0, 0}: nobody is there. */
static hpm_status take_best(const hpm_okx_row *row, const char *field, hpm_level *best,
                            hpm_error *error)
{
    const json_t *levels = json_object_get(row->fields.object, field);
    if (json_is_array(levels) &&
        (json_array_size(levels) == 0 || read_level(best, json_array_get(levels, 0))))
        return HPM_OK;
    return hpm_okx_fail(row, field, HPM_E_TYPE, error, "not a list of levels");
}

static hpm_status take_side(hpm_import *import, const hpm_okx_row *row, hpm_import_entry *entry,
                            int64_t time_ns, const book_side *side, hpm_error *error)
{
    const json_t *levels = json_object_get(row->fields.object, side->field);
    hpm_status status = HPM_OK;
    if (!json_is_array(levels))
        return hpm_okx_fail(row, side->field, HPM_E_TYPE, error, "not a list of levels");
    for (size_t i = 0; i < json_array_size(levels) && status == HPM_OK; i++) {
        hpm_level level;
        if (!read_level(&level, json_array_get(levels, i)))
            return hpm_okx_fail(row, side->field, HPM_E_TYPE, error,
                                "level %zu is no price and size", i);
        status = hpm_import_book_set(import, entry, time_ns, side->side, level, error);
    }
    return status;
}

/* Changes name the message before them. Without such numbers (answers, sessions from before 2023)
 * nothing can be seen to be missing. */
static int is_gap(const hpm_import_entry *entry, int64_t before)
{
    int64_t last = hpm_import_book_sequence(entry);
    return last > 0 && before > 0 && last != before;
}

/* A change that came before. The venue's numbers fall only where one says so itself: `sequence`
 * below `before`. */
static int is_in_book(const hpm_import_entry *entry, int64_t before, int64_t sequence)
{
    int64_t last = hpm_import_book_sequence(entry);
    return last > 0 && before != last && before < sequence && sequence <= last;
}

static hpm_status take_levels(hpm_import *import, const hpm_okx_row *row, hpm_import_entry *entry,
                              int64_t time_ns, hpm_error *error)
{
    static const book_side sides[] = {{"bids", HPM_IMPORT_BIDS}, {"asks", HPM_IMPORT_ASKS}};
    hpm_status status = HPM_OK;
    if (!row->is_update) status = hpm_import_book_clear(import, entry, time_ns, error);
    for (size_t i = 0; i < COUNT(sides) && status == HPM_OK; i++)
        status = take_side(import, row, entry, time_ns, &sides[i], error);
    return status;
}

/* market/books, channels books, books5, ...: only `books` and its kin send changes. */
hpm_status hpm_okx_read_book(hpm_import *import, const hpm_okx_row *row, hpm_error *error)
{
    hpm_import_entry *entry;
    int64_t time_ns;
    const json_t *sequence = json_object_get(row->fields.object, "seqId");
    const json_t *before = json_object_get(row->fields.object, "prevSeqId");
    hpm_status status = hpm_okx_entry(import, row, &entry, error);
    if (status != HPM_OK || !entry) return status;
    status = hpm_import_row_time(&row->fields, "ts", 1, &time_ns, error);
    if (status != HPM_OK) return status;
    if (row->is_update &&
        is_in_book(entry, json_integer_value(before), json_integer_value(sequence))) {
        hpm_import_book_pass_over(import);
        return HPM_OK;
    }
    if (row->is_update && is_gap(entry, json_integer_value(before)))
        return hpm_import_book_lose(import, entry, time_ns, error);
    status = take_levels(import, row, entry, time_ns, error);
    if (status == HPM_OK && json_is_integer(sequence) && hpm_import_book_is_known(entry))
        hpm_import_book_follow(entry, time_ns, json_integer_value(sequence));
    return status;
}

/* Channel bbo-tbt: the best level of each side, as a list of one or none. It is a quote and not a
 * book, so that it does not cut down the one that another channel keeps. */
hpm_status hpm_okx_read_best(hpm_import *import, const hpm_okx_row *row, hpm_error *error)
{
    hpm_import_entry *entry;
    hpm_import_quote quote = hpm_import_quote_none;
    hpm_level bid = {0, 0}, ask = {0, 0};
    hpm_status status = hpm_okx_entry(import, row, &entry, error);
    if (status == HPM_OK) status = take_best(row, "bids", &bid, error);
    if (status == HPM_OK) status = take_best(row, "asks", &ask, error);
    if (status == HPM_OK)
        status = hpm_import_row_time(&row->fields, "ts", 1, &quote.time_ns, error);
    if (status != HPM_OK || !entry) return status;
    quote.quote.bid = bid.price;
    quote.quote.bid_size = bid.size;
    quote.quote.ask = ask.price;
    quote.quote.ask_size = ask.size;
    return hpm_import_quote_take(import, entry, &quote, error);
}
