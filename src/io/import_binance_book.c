/* Reads Binance's order books: snapshots and the changes that chain onto them.
 *
 * A change says which update ids it covers, U to u, and futures also the id before, pu. It belongs
 * on a book of id L if pu == L or U <= L + 1; what ends at or before L is old news; anything else
 * was not recorded whole, and the book is not known until the next snapshot. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "io/import_binance_parts.h"

static hpm_status take_level(const hpm_binance_message *message, hpm_import_entry *entry,
                             int64_t time_ns, hpm_import_side side, const json_t *pair,
                             hpm_error *error)
{
    hpm_level level = {0, 0};
    if (!json_is_array(pair) || !hpm_import_json_real(json_array_get(pair, 0), &level.price) ||
        !hpm_import_json_real(json_array_get(pair, 1), &level.size))
        return hpm_fail(error, HPM_E_TYPE, side == HPM_IMPORT_BIDS ? "bids" : "asks",
                        "not a pair of price and size");
    return hpm_import_book_set(message->import, entry, time_ns, side, level, error);
}

static hpm_status take_side(const hpm_binance_message *message, const hpm_import_row *row,
                            const char *name, hpm_import_entry *entry, int64_t time_ns,
                            hpm_import_side side, hpm_error *error)
{
    const json_t *levels = json_object_get(row->object, name);
    hpm_status status = HPM_OK;
    if (!json_is_array(levels))
        return hpm_import_row_fail(row, name, levels ? HPM_E_TYPE : HPM_E_FIELD_MISSING,
                                   "not an array of levels", error);
    for (size_t i = 0; i < json_array_size(levels) && status == HPM_OK; i++)
        status = take_level(message, entry, time_ns, side, json_array_get(levels, i), error);
    return status;
}

static hpm_status take_sides(const hpm_binance_message *message, const hpm_import_row *row,
                             const char *const names[2], hpm_import_entry *entry, int64_t time_ns,
                             hpm_error *error)
{
    hpm_status status = take_side(message, row, names[0], entry, time_ns, HPM_IMPORT_BIDS, error);
    if (status != HPM_OK) return status;
    return take_side(message, row, names[1], entry, time_ns, HPM_IMPORT_ASKS, error);
}

static const char *const answer_sides[2] = {"bids", "asks"};
static const char *const event_sides[2] = {"b", "a"};

/* An update id; 0: not given. */
static int64_t id_of(const hpm_import_row *row, const char *name)
{
    const json_t *value = json_object_get(row->object, name);
    return json_is_integer(value) && json_integer_value(value) > 0 ? json_integer_value(value) : 0;
}

/* When a message was sent; books of options say only when their last change was. */
static const char *clock_of(const hpm_import_row *row)
{
    return hpm_import_row_has(row, "E") ? "E" : "T";
}

/* The chain of ids is the order of a book's messages; clocks (of matching, of sending, of
 * reception) may run behind each other and must not make a change late. */
static int64_t not_before(const hpm_import_entry *entry, int64_t time_ns)
{
    int64_t book_ns = hpm_import_book_time(entry);
    return time_ns > book_ns ? time_ns : book_ns;
}

static hpm_status take_snapshot(const hpm_binance_message *message, const hpm_import_row *row,
                                const char *const names[2], int64_t id, hpm_import_entry *entry,
                                int64_t time_ns, hpm_error *error)
{
    if (hpm_import_book_is_known(entry) && hpm_import_book_sequence(entry) > id) return HPM_OK;
    time_ns = not_before(entry, time_ns);
    hpm_status status = hpm_import_book_clear(message->import, entry, time_ns, error);
    if (status != HPM_OK) return status;
    hpm_import_book_follow(entry, time_ns, id);
    return take_sides(message, row, names, entry, time_ns, error);
}

/* An answer, or what the spot market's streams of the best levels send. Neither names what it is a
 * book of. Futures and options say when they were asked, pairs do not. */
hpm_status hpm_binance_read_depth(const hpm_binance_message *message, const hpm_import_row *row,
                                  hpm_error *error)
{
    char symbol[HPM_IMPORT_SYMBOL_SIZE];
    hpm_import_entry *entry = NULL;
    int64_t time_ns = 0, id = id_of(row, "lastUpdateId");
    if (!hpm_binance_symbol_around(message, symbol))
        return hpm_fail(error, HPM_E_FIELD_MISSING, "symbol",
                        "an order book does not say of what: save it as one line, "
                        "\"URL -> SECONDS: ANSWER\"");
    int is_spot = hpm_binance_is_spot(message, symbol, !hpm_import_row_has(row, "T"));
    hpm_status status = hpm_binance_entry(message, symbol, is_spot, &entry, error);
    if (status == HPM_OK) status = hpm_binance_time(message, row, clock_of(row), &time_ns, error);
    if (status != HPM_OK || !entry) return status;
    return take_snapshot(message, row, answer_sides, id > 0 ? id : id_of(row, "u"), entry, time_ns,
                         error);
}

/* "btcusdt@depth5@100ms" sends the best levels whole, "btcusdt@depth@100ms" changes, under one
 * name. */
static int is_whole(const hpm_binance_message *message)
{
    static const char word[] = "@depth";
    size_t length = sizeof word - 1;
    const char *at = message->stream ? memchr(message->stream, '@', message->stream_length) : NULL;
    size_t left = at ? message->stream_length - (size_t)(at - message->stream) : 0;
    return left > length && memcmp(at, word, length) == 0 && at[length] >= '0' && at[length] <= '9';
}

static hpm_status take_change(const hpm_binance_message *message, const hpm_import_row *row,
                              hpm_import_entry *entry, int64_t time_ns, hpm_error *error)
{
    int64_t first = id_of(row, "U"), last = id_of(row, "u"), previous = id_of(row, "pu");
    int64_t have = hpm_import_book_sequence(entry);
    if (first == 0 || last < first)
        return hpm_import_row_fail(row, "U", HPM_E_RANGE, "no range of update ids", error);
    if (!hpm_import_book_is_known(entry))
        return take_sides(message, row, event_sides, entry, time_ns, error); /* which counts them */
    if (last <= have) return HPM_OK;
    time_ns = not_before(entry, time_ns);
    if (previous != have && first - 1 > have)
        return hpm_import_book_lose(message->import, entry, time_ns, error);
    hpm_import_book_follow(entry, time_ns, last);
    return take_sides(message, row, event_sides, entry, time_ns, error);
}

static hpm_status read_event(const hpm_binance_message *message, const hpm_import_row *row,
                             int whole, hpm_error *error)
{
    const char *symbol = NULL;
    hpm_import_entry *entry = NULL;
    int64_t time_ns = 0;
    hpm_status status = hpm_import_row_text(row, "s", 1, &symbol, error);
    if (status == HPM_OK) status = hpm_binance_time(message, row, clock_of(row), &time_ns, error);
    if (status != HPM_OK) return status;
    int is_spot = hpm_binance_is_spot(message, symbol, !hpm_import_row_has(row, "pu"));
    status = hpm_binance_entry(message, symbol, is_spot, &entry, error);
    if (status != HPM_OK || !entry) return status;
    if (!whole) return take_change(message, row, entry, time_ns, error);
    return take_snapshot(message, row, event_sides, id_of(row, "u"), entry, time_ns, error);
}

hpm_status hpm_binance_read_event_depth(const hpm_binance_message *message,
                                        const hpm_import_row *row, hpm_error *error)
{
    return read_event(message, row, is_whole(message), error);
}

hpm_status hpm_binance_read_event_option_depth(const hpm_binance_message *message,
                                               const hpm_import_row *row, hpm_error *error)
{
    return read_event(message, row, 1, error);
}
