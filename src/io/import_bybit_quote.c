/* Reads Bybit's prices: tickers and order books. */
#include <jansson.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "io/import_bybit_parts.h"

/* ---- Numbers of a ticker -------------------------------------------------------------------- */

typedef enum number_rule {
    BEST,  /* a price; "" or 0: nobody is there */
    PRICE, /* 0: not known */
    MARK,  /* likewise, but that an option may be worth nothing */
    RATE,  /* a fraction of 1; 0: not known */
    COUNT, /* of contracts */
} number_rule;

/* A field by its names in answers, in messages of options, and in the v2 API: there whole numbers
 * of 1e-4 or 1e-8, too. */
typedef struct number {
    const char *field;
    size_t offset; /* in hpm_import_quote */
    number_rule rule;
    double scale;
} number;

#define OF(member) offsetof(hpm_import_quote, member)

static const number numbers[] = {
    {"bid1Price", OF(quote.bid), BEST, 1},
    {"bidPrice", OF(quote.bid), BEST, 1},
    {"bid1_price", OF(quote.bid), BEST, 1},
    {"bid1_price_e4", OF(quote.bid), BEST, 1e4},
    {"ask1Price", OF(quote.ask), BEST, 1},
    {"askPrice", OF(quote.ask), BEST, 1},
    {"ask1_price", OF(quote.ask), BEST, 1},
    {"ask1_price_e4", OF(quote.ask), BEST, 1e4},
    {"bid1Size", OF(quote.bid_size), COUNT, 1},
    {"bidSize", OF(quote.bid_size), COUNT, 1},
    {"ask1Size", OF(quote.ask_size), COUNT, 1},
    {"askSize", OF(quote.ask_size), COUNT, 1},
    {"markPrice", OF(quote.mark), MARK, 1},
    {"mark_price", OF(quote.mark), MARK, 1},
    {"mark_price_e4", OF(quote.mark), MARK, 1e4},
    {"markIv", OF(quote.mark_vol), RATE, 1},
    {"markPriceIv", OF(quote.mark_vol), RATE, 1},
    {"underlyingPrice", OF(quote.underlying), PRICE, 1},
    {"indexPrice", OF(index), PRICE, 1},
    {"index_price", OF(index), PRICE, 1},
    {"index_price_e4", OF(index), PRICE, 1e4},
    {"openInterest", OF(quote.open_interest), COUNT, 1},
    {"open_interest", OF(quote.open_interest), COUNT, 1},
    {"open_interest_e8", OF(quote.open_interest), COUNT, 1e8},
};

static hpm_status take_number(const hpm_import_row *row, const number *of,
                              const hpm_import_product *product, double *out, hpm_error *error)
{
    double value;
    int is_count = of->rule == COUNT || of->rule == RATE;
    int is_open =
        of->rule == BEST || of->rule == COUNT || (of->rule == MARK && product->kind == HPM_OPTION);
    hpm_status status = hpm_import_row_real(row, of->field, 0, &value, error);
    if (status != HPM_OK || !isnan(*out)) return status;
    if (of->rule == BEST && json_is_string(json_object_get(row->object, of->field)) && isnan(value))
        value = 0;
    if (value == 0 && !is_open) return HPM_OK;
    *out = is_count ? value / of->scale : hpm_bybit_unit_price(product, value / of->scale);
    return HPM_OK;
}

/* A future's ticker says when it is delivered; "0" where nothing is. */
static hpm_status check_delivery(const hpm_import_row *row, const hpm_import_product *product,
                                 hpm_error *error)
{
    const char *zero = json_string_value(json_object_get(row->object, "deliveryTime"));
    int64_t delivery_ns;
    if (product->kind != HPM_FUTURE || (zero && strcmp(zero, "0") == 0)) return HPM_OK;
    hpm_status status = hpm_import_row_time(row, "deliveryTime", 0, &delivery_ns, error);
    if (status != HPM_OK || delivery_ns == 0 || delivery_ns == product->expiry_ns) return status;
    return hpm_import_row_fail(row, "deliveryTime", HPM_E_REFERENCE, "the name says another expiry",
                               error);
}

static hpm_status take_quote(const hpm_bybit_message *message, const hpm_import_row *row,
                             hpm_import_entry *entry, hpm_error *error)
{
    const hpm_import_product *product = hpm_import_entry_product(entry);
    hpm_import_quote quote = hpm_import_quote_none;
    quote.time_ns = message->time_ns;
    hpm_status status = check_delivery(row, product, error);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers && status == HPM_OK; i++)
        status = take_number(row, &numbers[i], product,
                             (double *)(void *)((char *)&quote + numbers[i].offset), error);
    return status == HPM_OK ? hpm_import_quote_take(message->import, entry, &quote, error) : status;
}

/* ---- Tickers -------------------------------------------------------------------------------- */

/* What one coin of a pair is worth in USD: "" for coins that are no collateral. */
static hpm_status take_dollars(const hpm_bybit_message *message, const hpm_import_row *row,
                               const hpm_import_product *product, hpm_error *error)
{
    double price;
    hpm_status status = hpm_import_row_real(row, "usdIndexPrice", 0, &price, error);
    if (status != HPM_OK || isnan(price) || price == 0 || product->base[0] == '\0') return status;
    return hpm_import_index_take(message->import, product->base, HPM_IMPORT_REPORTING, price,
                                 message->time_ns, error);
}

/* market/tickers, topics tickers.*: those of spot pairs alone have a usdIndexPrice. What changes
 * say holds by itself, whether a snapshot came before or not. */
hpm_status hpm_bybit_read_ticker(const hpm_bybit_message *message, const hpm_import_row *row,
                                 hpm_error *error)
{
    hpm_bybit_message about = *message;
    hpm_import_entry *entry;
    if (about.category == HPM_BYBIT_ANY && json_object_get(row->object, "usdIndexPrice"))
        about.category = HPM_BYBIT_SPOT;
    hpm_status status = hpm_bybit_entry(&about, row, "symbol", &entry, error);
    if (status != HPM_OK || !entry) return status;
    status = take_dollars(message, row, hpm_import_entry_product(entry), error);
    return status == HPM_OK ? take_quote(message, row, entry, error) : status;
}

/* Its name is of two products; the table counts it as a combo. */
hpm_status hpm_bybit_read_spread(const hpm_bybit_message *message, const hpm_import_row *row,
                                 hpm_error *error)
{
    hpm_import_entry *entry;
    hpm_status status = hpm_bybit_entry(message, row, "symbol", &entry, error);
    if (status != HPM_OK || !entry) return status;
    return hpm_import_row_fail(row, "symbol", HPM_E_REFERENCE,
                               "a spread by its legs, but not by its name", error);
}

/* ---- Order books ---------------------------------------------------------------------------- */

static const struct {
    const char *field;
    hpm_import_side side;
    size_t price, size; /* in hpm_import_quote */
} sides[] = {
    {"b", HPM_IMPORT_BIDS, OF(quote.bid), OF(quote.bid_size)},
    {"a", HPM_IMPORT_ASKS, OF(quote.ask), OF(quote.ask_size)},
};

#define SIDES (sizeof sides / sizeof *sides)

/* ["30247.20", "30.028"]. Three numbers would be a book of retail orders, which others do not get.
 */
static hpm_status read_level(const hpm_import_row *row, size_t s, size_t index,
                             const hpm_import_product *product, hpm_level *level, hpm_error *error)
{
    const json_t *given = json_array_get(json_object_get(row->object, sides[s].field), index);
    if (json_array_size(given) != 2 ||
        !hpm_import_json_real(json_array_get(given, 0), &level->price) ||
        !hpm_import_json_real(json_array_get(given, 1), &level->size))
        return hpm_import_row_fail(row, sides[s].field, HPM_E_TYPE, "a level is not [price, size]",
                                   error);
    level->price = hpm_bybit_unit_price(product, level->price);
    return HPM_OK;
}

static hpm_status take_levels(const hpm_bybit_message *message, const hpm_import_row *row,
                              hpm_import_entry *entry, size_t s, hpm_error *error)
{
    const json_t *levels = json_object_get(row->object, sides[s].field);
    hpm_status status = HPM_OK;
    hpm_level level = {0, 0};
    for (size_t i = 0; i < json_array_size(levels) && status == HPM_OK; i++) {
        status = read_level(row, s, i, hpm_import_entry_product(entry), &level, error);
        if (status == HPM_OK)
            status = hpm_import_book_set(message->import, entry, message->time_ns, sides[s].side,
                                         level, error);
    }
    return status;
}

/* A book of one level is a quote: a change takes the old level away and brings the new one. */
static hpm_status take_best(const hpm_import_row *row, const hpm_import_entry *entry, size_t s,
                            int is_delta, hpm_import_quote *quote, hpm_error *error)
{
    const json_t *levels = json_object_get(row->object, sides[s].field);
    hpm_status status = HPM_OK;
    hpm_level level = {0, 0}, best = {0, 0};
    for (size_t i = 0; i < json_array_size(levels) && status == HPM_OK; i++) {
        status = read_level(row, s, i, hpm_import_entry_product(entry), &level, error);
        if (status == HPM_OK && level.size > 0) best = level;
    }
    if (status != HPM_OK || (is_delta && json_array_size(levels) == 0)) return status;
    memcpy((char *)quote + sides[s].price, &best.price, sizeof best.price);
    memcpy((char *)quote + sides[s].size, &best.size, sizeof best.size);
    return HPM_OK;
}

static hpm_status read_best(const hpm_bybit_message *message, const hpm_import_row *row,
                            hpm_import_entry *entry, hpm_error *error)
{
    hpm_import_quote quote = hpm_import_quote_none;
    hpm_status status = HPM_OK;
    quote.time_ns = message->time_ns;
    for (size_t s = 0; s < SIDES && status == HPM_OK; s++)
        status = take_best(row, entry, s, message->is_delta, &quote, error);
    return status == HPM_OK ? hpm_import_quote_take(message->import, entry, &quote, error) : status;
}

/* The venue does not promise that its numbers leave none out. */
static hpm_status note_gap(const hpm_bybit_message *message, const hpm_import_row *row,
                           hpm_error *error)
{
    return hpm_import_note_once(message->import, error,
                                "%.47s: numbers (u) between changes of the order book are missing; "
                                "if messages are, too, the book is not right",
                                json_string_value(json_object_get(row->object, "s")));
}

/* A message with update id 1 is whole whatever it calls itself: the venue has begun anew. */
static hpm_status read_levels(const hpm_bybit_message *message, const hpm_import_row *row,
                              hpm_import_entry *entry, hpm_error *error)
{
    int64_t update = json_integer_value(json_object_get(row->object, "u"));
    int64_t have = hpm_import_book_sequence(entry);
    int is_change = message->is_delta && update != 1;
    hpm_status status = HPM_OK;
    if (is_change && have > 0 && update > 0 && update <= have) {
        hpm_import_book_pass_over(message->import);
        return HPM_OK;
    }
    if (is_change && have > 0 && update > have + 1) status = note_gap(message, row, error);
    if (!is_change) status = hpm_import_book_clear(message->import, entry, message->time_ns, error);
    for (size_t s = 0; s < SIDES && status == HPM_OK; s++)
        status = take_levels(message, row, entry, s, error);
    if (status == HPM_OK && hpm_import_book_is_known(entry))
        hpm_import_book_follow(entry, message->time_ns, update);
    return status;
}

/* An order book alone does not say whether BTCUSDT is the perpetual or the pair. */
static hpm_status note_category(const hpm_bybit_message *message, const hpm_import_row *row,
                                const hpm_import_entry *entry, hpm_error *error)
{
    const hpm_import_product *product = hpm_import_entry_product(entry);
    const char *symbol = json_string_value(json_object_get(row->object, "s"));
    size_t length = strlen(symbol);
    int is_told = length > 4 && strcmp(symbol + length - 4, "PERP") == 0;
    if (message->category != HPM_BYBIT_ANY || product->kind != HPM_PERPETUAL ||
        product->payoff == HPM_INVERSE || is_told)
        return HPM_OK;
    return hpm_import_note_once(message->import, error,
                                "%.47s: an order book that names no category is taken as the "
                                "perpetual's, not as the spot pair's",
                                symbol);
}

/* market/orderbook, topics orderbook.50.BTCUSDT and the like. */
hpm_status hpm_bybit_read_book(const hpm_bybit_message *message, const hpm_import_row *row,
                               hpm_error *error)
{
    hpm_import_entry *entry;
    hpm_status status = hpm_bybit_entry(message, row, "s", &entry, error);
    for (size_t s = 0; s < SIDES && status == HPM_OK; s++)
        if (!json_is_array(json_object_get(row->object, sides[s].field)))
            return hpm_import_row_fail(row, sides[s].field, HPM_E_TYPE, "not a list of levels",
                                       error);
    if (status != HPM_OK || !entry) return status;
    status = note_category(message, row, entry, error);
    if (status != HPM_OK) return status;
    return message->is_best ? read_best(message, row, entry, error)
                            : read_levels(message, row, entry, error);
}
