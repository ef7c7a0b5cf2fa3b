/* Reads Binance's quotes: tickers, marks, index prices and open interest, from answers and streams.
 *
 * Each kind is a table of its fields. Prices of options are in USDT for one unit of the underlying,
 * volatilities are fractions of 1. */
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "io/import_binance_parts.h"

typedef struct quote_field {
    const char *name;
    size_t offset; /* in hpm_import_quote */
    enum {
        AS_GIVEN,
        ABOVE_ZERO, /* the venue's word for none is 0, or -1 */
    } rule;
} quote_field;

#define FIELDS_MAX 8

typedef struct quote_kind {
    const char *symbol; /* names of fields */
    const char *clock;  /* NULL: none, the moment of reception */
    const char *needed; /* the one without which the message says nothing */
    quote_field fields[FIELDS_MAX];
} quote_kind;

#define QUOTE(field_) offsetof(hpm_import_quote, quote.field_)
#define INDEX         offsetof(hpm_import_quote, index)

/* ---- Answers ------------------------------------------------------------------------------ */

/* An option's has no time (closeTime is its last trade's), but the price of its underlying: until
 * the last half hour exercisePrice is the index price. */
static const quote_kind ticker = {
    "symbol",
    "time",
    "bidPrice",
    {{"bidPrice", QUOTE(bid), AS_GIVEN},
     {"askPrice", QUOTE(ask), AS_GIVEN},
     {"bidQty", QUOTE(bid_size), AS_GIVEN},
     {"askQty", QUOTE(ask_size), AS_GIVEN},
     {"exercisePrice", INDEX, ABOVE_ZERO}},
};

static const quote_kind spot_day = {
    "symbol",
    "closeTime",
    "bidPrice",
    {{"bidPrice", QUOTE(bid), AS_GIVEN},
     {"askPrice", QUOTE(ask), AS_GIVEN},
     {"bidQty", QUOTE(bid_size), AS_GIVEN},
     {"askQty", QUOTE(ask_size), AS_GIVEN}},
};

static const quote_kind spot_price = {
    "symbol",
    NULL,
    "price",
    {{"price", QUOTE(mark), ABOVE_ZERO}},
};

static const quote_kind option_mark = {
    "symbol",
    NULL,
    "markPrice",
    {{"markPrice", QUOTE(mark), AS_GIVEN}, {"markIV", QUOTE(mark_vol), ABOVE_ZERO}},
};

static const quote_kind premium = {
    "symbol",
    "time",
    "markPrice",
    {{"markPrice", QUOTE(mark), ABOVE_ZERO}, {"indexPrice", INDEX, ABOVE_ZERO}},
};

static const quote_kind open_interest = {
    "symbol", "time", "openInterest", {{"openInterest", QUOTE(open_interest), AS_GIVEN}}};

static const quote_kind option_interest = {"symbol",
                                           "timestamp",
                                           "sumOpenInterest",
                                           {{"sumOpenInterest", QUOTE(open_interest), AS_GIVEN}}};

/* ---- Events of streams -------------------------------------------------------------------- */

static const quote_kind event_book_ticker = {
    "s",
    "E",
    "b",
    {{"b", QUOTE(bid), AS_GIVEN},
     {"a", QUOTE(ask), AS_GIVEN},
     {"B", QUOTE(bid_size), AS_GIVEN},
     {"A", QUOTE(ask_size), AS_GIVEN}},
};

/* What options have beyond that stands under other names: "b" and "a" are volatilities. */
static const quote_kind event_option = {
    "s",
    "E",
    "mp",
    {{"mp", QUOTE(mark), AS_GIVEN},
     {"vo", QUOTE(mark_vol), ABOVE_ZERO},
     {"bo", QUOTE(bid), AS_GIVEN},
     {"ao", QUOTE(ask), AS_GIVEN},
     {"bq", QUOTE(bid_size), AS_GIVEN},
     {"aq", QUOTE(ask_size), AS_GIVEN},
     {"i", INDEX, ABOVE_ZERO}},
};

/* "T" is here the time of the next funding. */
static const quote_kind event_mark = {
    "s", "E", "p", {{"p", QUOTE(mark), ABOVE_ZERO}, {"i", INDEX, ABOVE_ZERO}}};

static const quote_kind event_interest = {"s", "E", "o", {{"o", QUOTE(open_interest), AS_GIVEN}}};

/* ---- Reading ------------------------------------------------------------------------------ */

static hpm_status take_field(const hpm_import_row *row, const quote_field *field, int is_needed,
                             hpm_import_quote *quote, hpm_error *error)
{
    double value = (double)NAN;
    hpm_status status = hpm_import_row_real(row, field->name, is_needed, &value, error);
    if (status != HPM_OK) return status;
    if (field->rule == ABOVE_ZERO && !(value > 0)) return HPM_OK;
    memcpy((char *)quote + field->offset, &value, sizeof value);
    return HPM_OK;
}

static hpm_status read_fields(const hpm_binance_message *message, const hpm_import_row *row,
                              const quote_kind *kind, hpm_import_quote *quote, hpm_error *error)
{
    *quote = hpm_import_quote_none;
    hpm_status status = hpm_binance_time(message, row, kind->clock, &quote->time_ns, error);
    for (int i = 0; i < FIELDS_MAX && kind->fields[i].name && status == HPM_OK; i++) {
        const quote_field *field = &kind->fields[i];
        status = take_field(row, field, strcmp(field->name, kind->needed) == 0, quote, error);
    }
    return status;
}

/* A pair that nobody bids or asks for is closed: the venue lists it for ever. */
static int is_dead_pair(const hpm_import_quote *quote)
{
    return quote->quote.bid == 0 && quote->quote.ask == 0;
}

static hpm_status read_quote(const hpm_binance_message *message, const hpm_import_row *row,
                             const quote_kind *kind, int by_fields, hpm_error *error)
{
    int is_spot = 0;
    const char *symbol = NULL;
    hpm_import_quote quote;
    hpm_import_entry *entry = NULL;
    hpm_status status = hpm_import_row_text(row, kind->symbol, 1, &symbol, error);
    if (status == HPM_OK) status = read_fields(message, row, kind, &quote, error);
    if (status != HPM_OK) return status;
    is_spot = hpm_binance_is_spot(message, symbol, by_fields);
    if (is_spot && is_dead_pair(&quote)) return HPM_OK;
    status = hpm_binance_entry(message, symbol, is_spot, &entry, error);
    if (status != HPM_OK || !entry) return status;
    return hpm_import_quote_take(message->import, entry, &quote, error);
}

/* Answers about futures have the time, those about pairs and options have not. */
hpm_status hpm_binance_read_ticker(const hpm_binance_message *message, const hpm_import_row *row,
                                   hpm_error *error)
{
    return read_quote(message, row, &ticker, !hpm_import_row_has(row, "time"), error);
}

hpm_status hpm_binance_read_spot_day(const hpm_binance_message *message, const hpm_import_row *row,
                                     hpm_error *error)
{
    return read_quote(message, row, &spot_day, 1, error);
}

/* A future's last price is of no use. */
hpm_status hpm_binance_read_last_price(const hpm_binance_message *message,
                                       const hpm_import_row *row, hpm_error *error)
{
    const char *symbol = NULL;
    hpm_status status = hpm_import_row_text(row, "symbol", 1, &symbol, error);
    if (status != HPM_OK) return status;
    int is_spot = hpm_binance_is_spot(message, symbol, !hpm_import_row_has(row, "time"));
    return is_spot ? read_quote(message, row, &spot_price, 1, error) : HPM_OK;
}

hpm_status hpm_binance_read_option_mark(const hpm_binance_message *message,
                                        const hpm_import_row *row, hpm_error *error)
{
    return read_quote(message, row, &option_mark, 0, error);
}

hpm_status hpm_binance_read_premium(const hpm_binance_message *message, const hpm_import_row *row,
                                    hpm_error *error)
{
    return read_quote(message, row, &premium, 0, error);
}

hpm_status hpm_binance_read_open_interest(const hpm_binance_message *message,
                                          const hpm_import_row *row, hpm_error *error)
{
    return read_quote(message, row, &open_interest, 0, error);
}

hpm_status hpm_binance_read_option_interest(const hpm_binance_message *message,
                                            const hpm_import_row *row, hpm_error *error)
{
    return read_quote(message, row, &option_interest, 0, error);
}

/* The spot stream's event has neither name nor time. */
hpm_status hpm_binance_read_event_book_ticker(const hpm_binance_message *message,
                                              const hpm_import_row *row, hpm_error *error)
{
    return read_quote(message, row, &event_book_ticker, !hpm_import_row_has(row, "e"), error);
}

/* One name for three things: an option's has a mark, a pair's a bid, a future's nothing of use. */
hpm_status hpm_binance_read_event_day_ticker(const hpm_binance_message *message,
                                             const hpm_import_row *row, hpm_error *error)
{
    if (hpm_import_row_has(row, "mp")) return read_quote(message, row, &event_option, 0, error);
    if (hpm_import_row_has(row, "b")) return read_quote(message, row, &event_book_ticker, 1, error);
    return HPM_OK;
}

hpm_status hpm_binance_read_event_mark(const hpm_binance_message *message,
                                       const hpm_import_row *row, hpm_error *error)
{
    return read_quote(message, row, &event_mark, 0, error);
}

hpm_status hpm_binance_read_event_option_mark(const hpm_binance_message *message,
                                              const hpm_import_row *row, hpm_error *error)
{
    return read_quote(message, row, &event_option, 0, error);
}

hpm_status hpm_binance_read_event_interest(const hpm_binance_message *message,
                                           const hpm_import_row *row, hpm_error *error)
{
    return read_quote(message, row, &event_interest, 0, error);
}

/* ---- Index prices ------------------------------------------------------------------------- */

static hpm_status take_index(const hpm_binance_message *message, const hpm_import_row *row,
                             const char *pair, const char *price_name, const char *clock,
                             hpm_error *error)
{
    hpm_import_product product = {.kind = HPM_SPOT};
    double price = 0;
    int64_t time_ns = 0;
    if (!hpm_binance_pair_parse(&product, pair, strlen(pair)))
        return hpm_fail(error, HPM_E_REFERENCE, "index", "not a pair that is known (%.40s)", pair);
    hpm_status status = hpm_import_row_real(row, price_name, 1, &price, error);
    if (status == HPM_OK) status = hpm_binance_time(message, row, clock, &time_ns, error);
    if (status != HPM_OK) return status;
    return hpm_import_index_take(message->import, product.base, product.quote, price, time_ns,
                                 error);
}

/* {"time":..., "indexPrice":...}: of which underlying only the request said. */
hpm_status hpm_binance_read_option_index(const hpm_binance_message *message,
                                         const hpm_import_row *row, hpm_error *error)
{
    char pair[HPM_IMPORT_SYMBOL_SIZE];
    if (!hpm_binance_symbol_around(message, pair))
        return hpm_fail(error, HPM_E_FIELD_MISSING, "underlying",
                        "an index price does not say of what: save it as one line, "
                        "\"URL -> SECONDS: ANSWER\"");
    return take_index(message, row, pair, "indexPrice", "time", error);
}

/* Of the pair "s" (options) or "i" (inverse futures). */
hpm_status hpm_binance_read_event_index(const hpm_binance_message *message,
                                        const hpm_import_row *row, hpm_error *error)
{
    const char *pair = NULL;
    const char *name = hpm_import_row_has(row, "s") ? "s" : "i";
    hpm_status status = hpm_import_row_text(row, name, 1, &pair, error);
    return status == HPM_OK ? take_index(message, row, pair, "p", "E", error) : status;
}
