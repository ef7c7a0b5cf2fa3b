/* Order books of an import: levels by price, and what they say of a quote. */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "hpm/quotes.h"
#include "io/import_parts.h"

/* A venue's deepest answer has 10,000 levels a side; inserting costs as much as there are. */
enum { LEVELS_MAX = 32768 };

#define LARGEST 1e15

void hpm_import_book_free(hpm_import_book *book)
{
    if (!book) return;
    free(book->side[HPM_IMPORT_BIDS].items);
    free(book->side[HPM_IMPORT_ASKS].items);
    free(book);
}

/* The book of an entry. What is older than the book is passed over: *is_late. */
static hpm_status open_book(hpm_import *import, hpm_import_entry *entry, int64_t time_ns,
                            int *is_late, hpm_error *error)
{
    assert(time_ns >= 0);
    if (!entry->book) entry->book = calloc(1, sizeof *entry->book);
    if (!entry->book) return hpm_fail(error, HPM_E_MEMORY, NULL, "no memory for order books");
    *is_late = time_ns < entry->book->time_ns;
    if (*is_late) import->counts.late_levels++;
    return HPM_OK;
}

static void empty(hpm_import_book *book, int64_t time_ns)
{
    book->time_ns = time_ns;
    book->side[HPM_IMPORT_BIDS].count = 0;
    book->side[HPM_IMPORT_ASKS].count = 0;
}

hpm_status hpm_import_book_clear(hpm_import *import, hpm_import_entry *entry, int64_t time_ns,
                                 hpm_error *error)
{
    int is_late = 0;
    hpm_status status = open_book(import, entry, time_ns, &is_late, error);
    if (status != HPM_OK || is_late) return status;
    entry->book->is_known = 1;
    entry->book->text = import->text;
    entry->book->is_changed = 0;
    empty(entry->book, time_ns);
    return HPM_OK;
}

int hpm_import_book_is_known(const hpm_import_entry *entry)
{
    return entry->book != NULL && entry->book->is_known;
}

hpm_status hpm_import_book_lose(hpm_import *import, hpm_import_entry *entry, int64_t time_ns,
                                hpm_error *error)
{
    int is_late = 0;
    hpm_status status = open_book(import, entry, time_ns, &is_late, error);
    if (status != HPM_OK || is_late) return status;
    import->counts.lost_books += entry->book->is_known != 0;
    empty(entry->book, time_ns);
    entry->book->is_known = 0;
    entry->book->sequence = 0;
    return HPM_OK;
}

void hpm_import_book_pass_over(hpm_import *import)
{
    import->counts.late_levels++;
}

void hpm_import_book_follow(hpm_import_entry *entry, int64_t time_ns, int64_t sequence)
{
    assert(entry->book);
    if (time_ns >= entry->book->time_ns) entry->book->sequence = sequence;
}

int64_t hpm_import_book_sequence(const hpm_import_entry *entry)
{
    return entry->book ? entry->book->sequence : 0;
}

int64_t hpm_import_book_time(const hpm_import_entry *entry)
{
    return entry->book ? entry->book->time_ns : 0;
}

/* Where a price is, or belongs. */
static uint32_t find_level(const hpm_import_levels *levels, hpm_import_side side, double price)
{
    uint32_t low = 0, high = levels->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        double have = levels->items[middle].price;
        int is_before = side == HPM_IMPORT_BIDS ? have > price : have < price;
        if (is_before)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void remove_level(hpm_import_levels *levels, uint32_t at)
{
    levels->count--;
    memmove(levels->items + at, levels->items + at + 1,
            (levels->count - at) * sizeof *levels->items);
}

static hpm_status insert_level(hpm_import_levels *levels, uint32_t at, hpm_level level,
                               hpm_error *error)
{
    hpm_level *grown =
        hpm_import_grow(levels->items, levels->count, &levels->room, sizeof *grown, LEVELS_MAX);
    if (!grown)
        return hpm_import_fail_growth(error, "levels in an order book", levels->count, LEVELS_MAX);
    levels->items = grown;
    memmove(grown + at + 1, grown + at, (levels->count - at) * sizeof *grown);
    grown[at] = level;
    levels->count++;
    return HPM_OK;
}

hpm_status hpm_import_book_set(hpm_import *import, hpm_import_entry *entry, int64_t time_ns,
                               hpm_import_side side, hpm_level level, hpm_error *error)
{
    int is_late = 0;
    if (!(level.price > 0 && level.price <= LARGEST) || !(level.size >= 0 && level.size <= LARGEST))
        return hpm_fail(error, HPM_E_RANGE, entry->symbol,
                        "not a level of an order book (price %g, size %g)", level.price,
                        level.size);
    hpm_status status = open_book(import, entry, time_ns, &is_late, error);
    if (status != HPM_OK || is_late) return status;
    if (!entry->book->is_known) {
        import->counts.lost_levels++;
        return HPM_OK;
    }
    entry->book->is_changed |= entry->book->text != import->text;
    entry->book->time_ns = time_ns;
    hpm_import_levels *levels = &entry->book->side[side];
    uint32_t at = find_level(levels, side, level.price);
    int is_there = at < levels->count && levels->items[at].price == level.price;
    if (is_there && level.size > 0)
        levels->items[at] = level;
    else if (is_there)
        remove_level(levels, at);
    else if (level.size > 0)
        return insert_level(levels, at, level, error);
    return HPM_OK;
}

/* ---- What a book says --------------------------------------------------------------------- */

static double depth_of(const hpm_import_levels *levels)
{
    double depth = 0;
    for (uint32_t i = 0; i < levels->count; i++)
        depth += levels->items[i].size;
    return depth;
}

/* A number that was quoted later than the book stays. */
static void put(hpm_import_entry *entry, hpm_import_field field, double value)
{
    hpm_import_number *have = &entry->number[field];
    if (!isnan(have->value) && have->time_ns > entry->book->time_ns) return;
    *have = (hpm_import_number){value, entry->book->time_ns, 0, 0};
}

/* Both sides are averaged over as many contracts as the larger of the two best levels holds: the
 * side with less at its best price goes on to its next ones. */
static double micro_of(const hpm_import_levels *bids, const hpm_import_levels *asks)
{
    if (bids->count == 0 || asks->count == 0) return (double)NAN;
    double bid = bids->items[0].size, ask = asks->items[0].size;
    return hpm_micro_price(bids->items, bids->count, asks->items, asks->count,
                           bid > ask ? bid : ask);
}

/* A level that was bought or sold long ago and never deleted: the venue would have matched these
 * orders. What a snapshot says of itself is let in, like any quote. */
static int has_missed_change(const hpm_import_book *book)
{
    const hpm_import_levels *bids = &book->side[HPM_IMPORT_BIDS];
    const hpm_import_levels *asks = &book->side[HPM_IMPORT_ASKS];
    return book->is_changed && bids->count > 0 && asks->count > 0 &&
           bids->items[0].price >= asks->items[0].price;
}

static void settle(hpm_import_entry *entry)
{
    const hpm_import_levels *bids = &entry->book->side[HPM_IMPORT_BIDS];
    const hpm_import_levels *asks = &entry->book->side[HPM_IMPORT_ASKS];
    put(entry, HPM_IMPORT_BID, bids->count > 0 ? bids->items[0].price : 0);
    put(entry, HPM_IMPORT_BID_SIZE, bids->count > 0 ? bids->items[0].size : 0);
    put(entry, HPM_IMPORT_ASK, asks->count > 0 ? asks->items[0].price : 0);
    put(entry, HPM_IMPORT_ASK_SIZE, asks->count > 0 ? asks->items[0].size : 0);
    put(entry, HPM_IMPORT_BID_DEPTH, depth_of(bids));
    put(entry, HPM_IMPORT_ASK_DEPTH, depth_of(asks));
    put(entry, HPM_IMPORT_MICRO, micro_of(bids, asks));
    entry->is_quoted = 1;
}

void hpm_import_books_settle(hpm_import *import)
{
    for (uint32_t i = 0; i < import->entry_count; i++) {
        if (!hpm_import_book_is_known(import->entries[i])) continue;
        if (has_missed_change(import->entries[i]->book))
            import->counts.crossed_books++;
        else
            settle(import->entries[i]);
    }
}
