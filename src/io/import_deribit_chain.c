/* Reads CSV files of Deribit data: option chains, and the futures prices that belong to them.
 *
 * The unit of a volatility follows from its column's name, never from its value; the values only
 * serve to refuse a file that breaks the convention. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/csv.h"
#include "io/import_deribit_parts.h"

/* ---- Values ------------------------------------------------------------------------------- */

static hpm_status fail_value(const hpm_csv *csv, uint32_t column, hpm_status code,
                             const char *reason, hpm_error *error)
{
    hpm_csv_text text = csv->fields[column], name = csv->header[column];
    char where[80];
    snprintf(where, sizeof where, "%.*s", (int)(name.length < 64 ? name.length : 64), name.bytes);
    hpm_fail(error, code, where, "%s (%.*s)", reason, (int)(text.length < 64 ? text.length : 64),
             text.bytes);
    if (error) error->line = csv->line;
    return code;
}

/* How programs that write such files spell a value that is not there. */
static int is_absent(hpm_csv_text text)
{
    return text.length == 0 || hpm_csv_equals(text, "None") || hpm_csv_equals(text, "nan") ||
           hpm_csv_equals(text, "NaN");
}

/* NaN if the column or the value is absent. */
static hpm_status take_real(const hpm_csv *csv, uint32_t column, double *value, hpm_error *error)
{
    *value = (double)NAN;
    if (column == UINT32_MAX || is_absent(csv->fields[column])) return HPM_OK;
    if (hpm_csv_real(value, csv->fields[column])) return HPM_OK;
    return fail_value(csv, column, HPM_E_TYPE, "not a number", error);
}

/* As take_real, and the value must be above 0 (or 0 if `zero`). */
static hpm_status take_price(const hpm_csv *csv, uint32_t column, int zero, double *value,
                             hpm_error *error)
{
    hpm_status status = take_real(csv, column, value, error);
    if (status != HPM_OK || isnan(*value)) return status;
    if (*value > 0 || (zero && *value == 0)) return HPM_OK;
    return fail_value(csv, column, HPM_E_RANGE, zero ? "below 0" : "not above 0", error);
}

static hpm_status take_time(const hpm_csv *csv, uint32_t column, int64_t *time_ns, hpm_error *error)
{
    hpm_csv_text text = csv->fields[column];
    if (hpm_import_time_parse(time_ns, text.bytes, text.length)) return HPM_OK;
    return fail_value(csv, column, HPM_E_TYPE,
                      "neither RFC 3339 with an offset nor whole milliseconds", error);
}

/* ---- Option chains ------------------------------------------------------------------------ */

/* Volatilities of a file, to see whether they are in the unit that its column's name says. */
typedef struct vol_list {
    double *items;
    uint32_t count, room;
} vol_list;

typedef struct chain_columns {
    uint32_t name, time, mark, vol, forward, index;       /* forward, index: UINT32_MAX if absent */
    uint32_t expiry, strike, type;                        /* what the name says again, if present */
    uint32_t bid, ask, bid_size, ask_size, open_interest; /* if present */
    uint32_t bids, asks;                                  /* levels, if present */
    double vol_unit;                                      /* value of 1 in the volatility column */
} chain_columns;

static uint32_t first_column(const hpm_csv *csv, const char *name, const char *other)
{
    uint32_t column = hpm_csv_column(csv, name);
    return column != UINT32_MAX ? column : hpm_csv_column(csv, other);
}

static hpm_status chain_columns_find(chain_columns *columns, const hpm_csv *csv, hpm_error *error)
{
    static const char *const required[] = {"instrument_name", "timestamp", "mark_price"};
    uint32_t found[3];
    hpm_status status = hpm_csv_columns(csv, found, required, 3, error);
    if (status != HPM_OK) return status;
    columns->name = found[0];
    columns->time = found[1];
    columns->mark = found[2];
    columns->vol = hpm_csv_column(csv, "mark_iv");
    columns->vol_unit = 0.01;
    if (columns->vol == UINT32_MAX) {
        columns->vol = hpm_csv_column(csv, "implied_volatility");
        columns->vol_unit = 1;
    }
    columns->forward = first_column(csv, "underlying_price", "underlying");
    columns->index = first_column(csv, "index_price", "estimated_delivery_price");
    columns->expiry = first_column(csv, "expiry_datetime", "expiration_timestamp");
    columns->strike = hpm_csv_column(csv, "strike");
    columns->type = hpm_csv_column(csv, "option_type");
    columns->bid = first_column(csv, "best_bid_price", "bid_price");
    columns->ask = first_column(csv, "best_ask_price", "ask_price");
    columns->bid_size = first_column(csv, "best_bid_amount", "bid_amount");
    columns->ask_size = first_column(csv, "best_ask_amount", "ask_amount");
    columns->open_interest = hpm_csv_column(csv, "open_interest");
    columns->bids = hpm_csv_column(csv, "bids");
    columns->asks = hpm_csv_column(csv, "asks");
    if (columns->vol != UINT32_MAX && columns->forward != UINT32_MAX) return HPM_OK;
    hpm_fail(error, HPM_E_FIELD_MISSING, NULL, "missing columns (%s)",
             columns->vol == UINT32_MAX ? "mark_iv or implied_volatility"
                                        : "underlying_price or underlying");
    if (error) error->line = 1;
    return HPM_E_FIELD_MISSING;
}

/* Columns that repeat what the name says must agree with it. */
static hpm_status check_name(const hpm_csv *csv, const chain_columns *columns,
                             const hpm_import_product *name, hpm_error *error)
{
    double strike = (double)NAN;
    int64_t expiry_ns = 0;
    if (name->kind != HPM_OPTION) return HPM_OK;
    hpm_status status = take_real(csv, columns->strike, &strike, error);
    if (status != HPM_OK) return status;
    if (!isnan(strike) && strike != name->strike)
        return fail_value(csv, columns->strike, HPM_E_REFERENCE, "not the name's strike", error);
    if (columns->expiry != UINT32_MAX && !is_absent(csv->fields[columns->expiry])) {
        status = take_time(csv, columns->expiry, &expiry_ns, error);
        if (status != HPM_OK) return status;
        if (expiry_ns != name->expiry_ns)
            return fail_value(csv, columns->expiry, HPM_E_REFERENCE, "not the name's expiry",
                              error);
    }
    if (columns->type != UINT32_MAX && !is_absent(csv->fields[columns->type]) &&
        !hpm_csv_equals(csv->fields[columns->type], name->is_call ? "call" : "put"))
        return fail_value(csv, columns->type, HPM_E_REFERENCE, "not the name's option type", error);
    return HPM_OK;
}

/* A best price: where the file has the column, an absent value means that nobody is there. */
static hpm_status take_best(const hpm_csv *csv, uint32_t column, double *price, hpm_error *error)
{
    hpm_status status = take_price(csv, column, 1, price, error);
    if (status == HPM_OK && column != UINT32_MAX && isnan(*price)) *price = 0;
    return status;
}

static hpm_status take_sides(const hpm_csv *csv, const chain_columns *columns, hpm_quote *quote,
                             hpm_error *error)
{
    hpm_status status = take_best(csv, columns->bid, &quote->bid, error);
    if (status == HPM_OK) status = take_best(csv, columns->ask, &quote->ask, error);
    if (status == HPM_OK) status = take_price(csv, columns->bid_size, 1, &quote->bid_size, error);
    if (status == HPM_OK) status = take_price(csv, columns->ask_size, 1, &quote->ask_size, error);
    if (status == HPM_OK)
        status = take_price(csv, columns->open_interest, 1, &quote->open_interest, error);
    return status;
}

static hpm_status take_book(hpm_import *import, const hpm_csv *csv, const chain_columns *columns,
                            hpm_import_entry *entry, int64_t time_ns, hpm_error *error)
{
    if (columns->bids == UINT32_MAX || columns->asks == UINT32_MAX) return HPM_OK;
    hpm_csv_text bids = csv->fields[columns->bids], asks = csv->fields[columns->asks];
    if (is_absent(bids) || is_absent(asks)) return HPM_OK;
    hpm_status status = hpm_import_book_clear(import, entry, time_ns, error);
    if (status == HPM_OK)
        status = hpm_import_deribit_levels(import, entry, time_ns, "bids", bids.bytes, bids.length,
                                           error);
    if (status == HPM_OK)
        status = hpm_import_deribit_levels(import, entry, time_ns, "asks", asks.bytes, asks.length,
                                           error);
    return status;
}

static hpm_status take_quote(const hpm_csv *csv, const chain_columns *columns, int is_option,
                             hpm_import_quote *out, hpm_error *error)
{
    hpm_quote *quote = &out->quote;
    hpm_status status = take_time(csv, columns->time, &out->time_ns, error);
    if (status == HPM_OK) status = take_price(csv, columns->mark, is_option, &quote->mark, error);
    if (status == HPM_OK) status = take_price(csv, columns->vol, 1, &quote->mark_vol, error);
    if (status == HPM_OK) status = take_price(csv, columns->forward, 0, &quote->underlying, error);
    if (status == HPM_OK) status = take_price(csv, columns->index, 0, &out->index, error);
    if (status == HPM_OK) status = take_sides(csv, columns, quote, error);
    if (columns->vol_unit != 1) quote->mark_vol = hpm_import_percent(quote->mark_vol);
    return status;
}

static hpm_status add_vol(vol_list *vols, double vol, hpm_error *error)
{
    if (!(vol > 0)) return HPM_OK;
    if (vols->count == vols->room) {
        uint32_t room = vols->room == 0 ? 1024 : vols->room * 2;
        double *grown = realloc(vols->items, room * sizeof *grown);
        if (!grown) return hpm_fail(error, HPM_E_MEMORY, NULL, "no memory");
        vols->items = grown;
        vols->room = room;
    }
    vols->items[vols->count++] = vol;
    return HPM_OK;
}

static hpm_status read_chain_row(hpm_import *import, const hpm_csv *csv,
                                 const chain_columns *columns, vol_list *vols, hpm_error *error)
{
    hpm_csv_text symbol = csv->fields[columns->name];
    hpm_import_quote quote = hpm_import_quote_none;
    hpm_import_entry *entry = NULL;
    hpm_status status = hpm_import_entry_get(import, &entry, symbol.bytes, symbol.length, error);
    if (status == HPM_OK && entry) {
        const hpm_import_product *product = hpm_import_entry_product(entry);
        status = check_name(csv, columns, product, error);
        if (status == HPM_OK)
            status = take_quote(csv, columns, product->kind == HPM_OPTION, &quote, error);
        if (status == HPM_OK) status = add_vol(vols, quote.quote.mark_vol, error);
        if (status == HPM_OK) status = hpm_import_quote_take(import, entry, &quote, error);
        if (status == HPM_OK) status = take_book(import, csv, columns, entry, quote.time_ns, error);
        if (status == HPM_OK) hpm_import_snapshot_mark(import, quote.time_ns);
    }
    if (status != HPM_OK && error && error->line == 0) error->line = csv->line;
    return status;
}

static int compare_reals(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

/* A fraction column whose median is above 500 %, or a percent column whose median is below 5 %,
 * holds the other unit: refused, because reading it either way could be wrong. */
static hpm_status check_unit(vol_list *vols, double vol_unit, hpm_error *error)
{
    if (vols->count == 0) return HPM_OK;
    qsort(vols->items, vols->count, sizeof *vols->items, compare_reals);
    double median = vols->items[vols->count / 2];
    if (vol_unit == 1 && median > 5)
        return hpm_fail(error, HPM_E_RANGE, "implied_volatility",
                        "not fractions of 1: the median is %g", median);
    if (vol_unit != 1 && median < 0.05)
        return hpm_fail(error, HPM_E_RANGE, "mark_iv", "not percent: the median is %g",
                        median * 100);
    return HPM_OK;
}

static hpm_status read_chain(hpm_import *import, hpm_csv *csv, hpm_error *error)
{
    chain_columns columns = {0};
    vol_list vols = {0};
    hpm_status status = chain_columns_find(&columns, csv, error);
    if (status != HPM_OK) return status;
    hpm_import_snapshot_mark(import, 0);
    for (int has_row = 1; has_row && status == HPM_OK;) {
        status = hpm_csv_next(csv, &has_row, error);
        if (status == HPM_OK && has_row)
            status = read_chain_row(import, csv, &columns, &vols, error);
    }
    if (status == HPM_OK) status = check_unit(&vols, columns.vol_unit, error);
    free(vols.items);
    return status;
}

/* ---- Futures prices ----------------------------------------------------------------------- */

/* Which column of a price file is what. `mark` is used where it holds a value, else `candle`. */
typedef struct price_layout {
    const char *name, *mark, *candle, *gap;
    const char *mark_source; /* where it says a chart, the mark column holds the candle's price */
} price_layout;

static const price_layout price_layouts[] = {
    {"instrument_name", "perp_futures_mark_price", "candle_price_used", "candle_price_gap_seconds",
     "data_source"},
    {"futures_instrument_name", "snapshot_term_mark_price", "term_candle_price_used",
     "term_candle_gap_seconds", NULL},
};

static int is_layout(const hpm_csv *csv, const price_layout *layout)
{
    return hpm_csv_column(csv, layout->name) != UINT32_MAX &&
           hpm_csv_column(csv, layout->mark) != UINT32_MAX;
}

typedef struct price_columns {
    uint32_t name, mark, candle, gap, snapshot, time;
    uint32_t source; /* UINT32_MAX if absent */
} price_columns;

static hpm_status take_futures_price(const hpm_csv *csv, const price_columns *columns,
                                     hpm_import_snapshot_price *price, hpm_error *error)
{
    static const char chart[] = "tradingview_chart";
    hpm_status status = take_price(csv, columns->mark, 0, &price->price, error);
    if (status != HPM_OK) return status;
    int is_candle = isnan(price->price);
    if (columns->source != UINT32_MAX) {
        hpm_csv_text source = csv->fields[columns->source];
        if (source.length >= sizeof chart - 1 && memcmp(source.bytes, chart, sizeof chart - 1) == 0)
            is_candle = 1;
    }
    if (isnan(price->price)) status = take_price(csv, columns->candle, 0, &price->price, error);
    if (status == HPM_OK && is_candle)
        status = take_price(csv, columns->gap, 1, &price->gap_s, error);
    if (isnan(price->gap_s)) price->gap_s = 0;
    return status;
}

static hpm_status read_price_row(hpm_import *import, const hpm_csv *csv,
                                 const price_columns *columns, hpm_error *error)
{
    hpm_csv_text symbol = csv->fields[columns->name], snapshot = csv->fields[columns->snapshot];
    if (symbol.length == 0 || symbol.length >= HPM_IMPORT_SYMBOL_SIZE)
        return fail_value(csv, columns->name, HPM_E_RANGE, "not an instrument name", error);
    hpm_import_snapshot_price price = {
        symbol.bytes, snapshot.bytes, symbol.length, snapshot.length, 0, 0, 0};
    hpm_status status = take_time(csv, columns->time, &price.time_ns, error);
    if (status == HPM_OK) status = take_futures_price(csv, columns, &price, error);
    if (status != HPM_OK || isnan(price.price)) return status;
    return hpm_import_snapshot_price_add(import, &price, error);
}

static hpm_status read_prices(hpm_import *import, hpm_csv *csv, const price_layout *layout,
                              hpm_error *error)
{
    const char *const names[] = {layout->name, layout->mark,    layout->candle,
                                 layout->gap,  "snapshot_file", "snapshot_timestamp_ms"};
    uint32_t found[6];
    hpm_status status = hpm_csv_columns(csv, found, names, 6, error);
    if (status != HPM_OK) return status;
    price_columns columns = {found[0], found[1], found[2],  found[3],
                             found[4], found[5], UINT32_MAX};
    if (layout->mark_source) columns.source = hpm_csv_column(csv, layout->mark_source);
    for (int has_row = 1; has_row;) {
        status = hpm_csv_next(csv, &has_row, error);
        if (status == HPM_OK && has_row) status = read_price_row(import, csv, &columns, error);
        if (status != HPM_OK) return status;
    }
    return HPM_OK;
}

static hpm_status read_by_header(hpm_import *import, hpm_csv *csv, hpm_error *error)
{
    for (size_t i = 0; i < sizeof price_layouts / sizeof *price_layouts; i++)
        if (is_layout(csv, &price_layouts[i]))
            return read_prices(import, csv, &price_layouts[i], error);
    if (hpm_csv_column(csv, "instrument_name") != UINT32_MAX) return read_chain(import, csv, error);
    hpm_fail(error, HPM_E_SCHEMA, NULL,
             "a CSV file that is neither a chain (instrument_name, timestamp, mark_price, ...) nor "
             "futures prices");
    if (error) error->line = 1;
    return HPM_E_SCHEMA;
}

hpm_status hpm_import_deribit_csv(hpm_import *import, const char *text, size_t length,
                                  hpm_error *error)
{
    hpm_csv csv;
    hpm_status status = hpm_csv_open(&csv, text, length, error);
    if (status != HPM_OK) return status;
    status = read_by_header(import, &csv, error);
    hpm_csv_close(&csv);
    return status;
}
