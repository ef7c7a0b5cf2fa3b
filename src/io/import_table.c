/* The table that an import fills: one entry an instrument, found by its name; of each number of its
 * quote the freshest. */
#include "io/import_table.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/import_parts.h"

#define LARGEST 1e15 /* prices, sizes and amounts */

enum {
    FILES_MAX = 4096,
    INDICES_MAX = 65536,
};

/* ---- Memory ------------------------------------------------------------------------------- */

hpm_import *hpm_import_new(const hpm_import_venue *venue)
{
    hpm_import *import = calloc(1, sizeof *import);
    if (import) import->venue = venue;
    return import;
}

void hpm_import_free(hpm_import *import)
{
    if (!import) return;
    for (uint32_t i = 0; i < import->entry_count; i++) {
        hpm_import_book_free(import->entries[i]->book);
        free(import->entries[i]);
    }
    free(import->entries);
    free(import->slots);
    free(import->indices);
    free(import->balances);
    free(import->prices);
    free(import->files);
    free(import->notes);
    free(import);
}

void *hpm_import_grow(void *items, uint32_t count, uint32_t *room, size_t size, uint32_t limit)
{
    if (count < *room) return items;
    if (count >= limit) return NULL;
    uint32_t more = *room == 0 ? 16 : *room > limit / 2 ? limit : *room * 2;
    void *grown = realloc(items, more * size);
    if (grown) *room = more;
    return grown;
}

hpm_status hpm_import_fail_growth(hpm_error *error, const char *what, uint32_t count,
                                  uint32_t limit)
{
    if (count >= limit) return hpm_fail(error, HPM_E_LIMIT, NULL, "more than %u %s", limit, what);
    return hpm_fail(error, HPM_E_MEMORY, NULL, "no memory for %s", what);
}

/* ---- Files -------------------------------------------------------------------------------- */

static hpm_status file_add(hpm_import *import, const char *path, hpm_error *error)
{
    hpm_import_file *grown = hpm_import_grow(import->files, import->file_count, &import->file_room,
                                             sizeof *grown, FILES_MAX);
    if (!grown) return hpm_import_fail_growth(error, "files", import->file_count, FILES_MAX);
    import->files = grown;
    hpm_import_file *file = &import->files[import->file_count++];
    memset(file, 0, sizeof *file);
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    size_t length = strlen(name);
    if (length > 3 && strcmp(name + length - 3, ".gz") == 0) length -= 3;
    if (length >= sizeof file->name) length = sizeof file->name - 1;
    memcpy(file->name, name, length);
    return HPM_OK;
}

hpm_status hpm_import_read(hpm_import *import, const char *path, const char *text, size_t length,
                           hpm_error *error)
{
    static const char mark[] = "\xef\xbb\xbf"; /* of UTF-8, as some programs write */
    hpm_status status = file_add(import, path, error);
    if (status != HPM_OK) return status;
    if (length >= sizeof mark - 1 && memcmp(text, mark, sizeof mark - 1) == 0) {
        text += sizeof mark - 1;
        length -= sizeof mark - 1;
    }
    if (length == 0) return hpm_fail(error, HPM_E_SCHEMA, NULL, "the file is empty");
    import->text++;
    return import->venue->read(import, text, length, error);
}

void hpm_import_snapshot_mark(hpm_import *import, int64_t time_ns)
{
    hpm_import_file *file = hpm_import_current_file(import);
    file->is_chain = 1;
    if (time_ns > file->time_ns) file->time_ns = time_ns;
}

/* ---- Entries ------------------------------------------------------------------------------ */

static uint64_t hash_symbol(const char *symbol, size_t length)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)symbol[i]) * UINT64_C(1099511628211);
    return hash ^ hash >> 32;
}

/* The slot of the symbol, or the free one where it belongs. */
static uint32_t find_slot(const hpm_import *import, const char *symbol, size_t length)
{
    uint32_t mask = import->slot_count - 1;
    uint32_t slot = (uint32_t)hash_symbol(symbol, length) & mask;
    for (;; slot = (slot + 1) & mask) {
        if (import->slots[slot] == 0) return slot;
        const char *have = import->entries[import->slots[slot] - 1]->symbol;
        if (strncmp(have, symbol, length) == 0 && have[length] == '\0') return slot;
    }
}

/* Keeps at least half of the slots free. */
static hpm_status grow_slots(hpm_import *import, hpm_error *error)
{
    if (import->slot_count > 2 * import->entry_count) return HPM_OK;
    uint32_t count = import->slot_count == 0 ? 1024 : import->slot_count * 2;
    uint32_t *slots = calloc(count, sizeof *slots);
    if (!slots) return hpm_fail(error, HPM_E_MEMORY, NULL, "no memory for instruments");
    free(import->slots);
    import->slots = slots;
    import->slot_count = count;
    for (uint32_t i = 0; i < import->entry_count; i++) {
        const char *symbol = import->entries[i]->symbol;
        import->slots[find_slot(import, symbol, strlen(symbol))] = i + 1;
    }
    return HPM_OK;
}

/* Counts a row whose name is no product of its own. */
static void count_other(hpm_import *import, hpm_import_class class, const char *symbol,
                        size_t length)
{
    if (class == HPM_IMPORT_COMBO) {
        import->counts.combos++;
        return;
    }
    if (import->counts.unknowns++ == 0)
        snprintf(import->unknown_first, sizeof import->unknown_first, "%.*s", (int)length, symbol);
}

static hpm_status add_entry(hpm_import *import, hpm_import_entry **entry,
                            const hpm_import_product *product, const char *symbol, size_t length,
                            hpm_error *error)
{
    hpm_import_entry **grown =
        hpm_import_grow(import->entries, import->entry_count, &import->entry_room, sizeof(void *),
                        HPM_INSTRUMENTS_MAX);
    if (!grown)
        return hpm_import_fail_growth(error, "instruments", import->entry_count,
                                      HPM_INSTRUMENTS_MAX);
    import->entries = grown;
    hpm_status status = grow_slots(import, error);
    if (status != HPM_OK) return status;
    hpm_import_entry *made = calloc(1, sizeof *made);
    if (!made) return hpm_fail(error, HPM_E_MEMORY, NULL, "no memory for instruments");
    memcpy(made->symbol, symbol, length);
    made->product = *product;
    for (int f = 0; f < HPM_IMPORT_FIELDS; f++)
        made->number[f].value = (double)NAN;
    import->entries[import->entry_count] = made;
    import->slots[find_slot(import, symbol, length)] = ++import->entry_count;
    *entry = made;
    return HPM_OK;
}

/* NULL: there is none. */
static hpm_import_entry *find_entry(const hpm_import *import, const char *symbol, size_t length)
{
    if (import->slot_count == 0) return NULL;
    uint32_t found = import->slots[find_slot(import, symbol, length)];
    return found > 0 ? import->entries[found - 1] : NULL;
}

hpm_status hpm_import_entry_get(hpm_import *import, hpm_import_entry **entry, const char *symbol,
                                size_t length, hpm_error *error)
{
    *entry = NULL;
    if (length == 0 || length >= HPM_IMPORT_SYMBOL_SIZE || memchr(symbol, '\0', length))
        return hpm_fail(error, HPM_E_RANGE, "instrument_name",
                        "an instrument name has 1 to %d bytes (%zu)", HPM_IMPORT_SYMBOL_SIZE - 1,
                        length);
    *entry = find_entry(import, symbol, length);
    if (*entry) return HPM_OK;
    hpm_import_product product = {.strike = (double)NAN, .contract_size = (double)NAN};
    hpm_import_class class = import->venue->parse(&product, symbol, length);
    if (class == HPM_IMPORT_PRODUCT)
        return add_entry(import, entry, &product, symbol, length, error);
    count_other(import, class, symbol, length);
    return HPM_OK;
}

const hpm_import_product *hpm_import_entry_product(const hpm_import_entry *entry)
{
    return &entry->product;
}

/* ---- Descriptions ------------------------------------------------------------------------- */

static hpm_status fail_disagreement(const hpm_import_entry *entry, const char *what,
                                    hpm_error *error)
{
    return hpm_fail(error, HPM_E_REFERENCE, entry->symbol,
                    "the description says another %s than the name", what);
}

/* An asset that one of the two may leave open. */
static hpm_status agree_asset(hpm_import_entry *entry, char *have, const char *said,
                              const char *what, hpm_error *error)
{
    if (said[0] == '\0' || strcmp(have, said) == 0) return HPM_OK;
    if (have[0] != '\0') return fail_disagreement(entry, what, error);
    memcpy(have, said, HPM_ASSET_NAME_SIZE);
    return HPM_OK;
}

static hpm_status agree_dates(hpm_import_entry *entry, const hpm_import_product *said,
                              hpm_error *error)
{
    hpm_import_product *have = &entry->product;
    if (have->expiry_ns == 0) have->expiry_ns = said->expiry_ns;
    if (said->expiry_ns != 0 && said->expiry_ns != have->expiry_ns)
        return fail_disagreement(entry, "expiry", error);
    if (have->kind != HPM_OPTION) return HPM_OK;
    if (isnan(have->strike)) have->strike = said->strike;
    if (!isnan(said->strike) && said->strike != have->strike)
        return fail_disagreement(entry, "strike", error);
    return said->is_call == have->is_call ? HPM_OK : fail_disagreement(entry, "option type", error);
}

static hpm_status take_sizes(hpm_import_entry *entry, const hpm_import_product *said,
                             hpm_error *error)
{
    if (isnan(said->contract_size)) return HPM_OK;
    if (!(said->contract_size > 0) || said->contract_size > 1e12)
        return hpm_fail(error, HPM_E_RANGE, entry->symbol, "not a contract size (%g)",
                        said->contract_size);
    if (said->lot.e8 <= 0)
        return hpm_fail(error, HPM_E_RANGE, entry->symbol, "no lot of contracts");
    entry->product.contract_size = said->contract_size;
    entry->product.lot = said->lot;
    entry->described = 1;
    return HPM_OK;
}

hpm_status hpm_import_describe(hpm_import *import, hpm_import_entry *entry,
                               const hpm_import_product *said, int inactive, hpm_error *error)
{
    hpm_import_product *have = &entry->product;
    (void)import;
    hpm_status status = HPM_OK;
    if (said->kind != have->kind) status = fail_disagreement(entry, "kind", error);
    if (status == HPM_OK && said->payoff != have->payoff)
        status = fail_disagreement(entry, "payoff", error);
    if (status == HPM_OK) status = agree_asset(entry, have->base, said->base, "base asset", error);
    if (status == HPM_OK)
        status = agree_asset(entry, have->quote, said->quote, "quote asset", error);
    if (status == HPM_OK)
        status = agree_asset(entry, have->settlement, said->settlement, "settlement asset", error);
    if (status == HPM_OK) status = agree_dates(entry, said, error);
    if (status == HPM_OK) status = take_sizes(entry, said, error);
    if (status == HPM_OK && inactive) entry->inactive = 1;
    return status;
}

/* ---- Quotes ------------------------------------------------------------------------------- */

const hpm_import_quote hpm_import_quote_none = {
    .quote = {NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, 0}, .index = NAN};

typedef enum value_limit {
    FROM_ZERO, /* prices that may be nobody's, sizes */
    ABOVE_ZERO,
    MARK, /* above 0, of options from 0 */
    VOLATILITY,
} value_limit;

typedef struct field_rule {
    const char *name;
    value_limit limit;
} field_rule;

static const field_rule rules[HPM_IMPORT_FIELDS] = {
    [HPM_IMPORT_BID] = {"bid", FROM_ZERO},
    [HPM_IMPORT_ASK] = {"ask", FROM_ZERO},
    [HPM_IMPORT_BID_SIZE] = {"bid size", FROM_ZERO},
    [HPM_IMPORT_ASK_SIZE] = {"ask size", FROM_ZERO},
    [HPM_IMPORT_MICRO] = {"micro-price", ABOVE_ZERO},
    [HPM_IMPORT_BID_DEPTH] = {"bid depth", FROM_ZERO},
    [HPM_IMPORT_ASK_DEPTH] = {"ask depth", FROM_ZERO},
    [HPM_IMPORT_MARK] = {"mark", MARK},
    [HPM_IMPORT_MARK_VOL] = {"volatility", VOLATILITY},
    [HPM_IMPORT_UNDERLYING] = {"underlying price", ABOVE_ZERO},
    [HPM_IMPORT_OPEN_INTEREST] = {"open interest", FROM_ZERO},
    [HPM_IMPORT_INDEX] = {"index price", ABOVE_ZERO},
};

static void list_numbers(double values[HPM_IMPORT_FIELDS], const hpm_import_quote *given)
{
    const hpm_quote *quote = &given->quote;
    values[HPM_IMPORT_BID] = quote->bid;
    values[HPM_IMPORT_ASK] = quote->ask;
    values[HPM_IMPORT_BID_SIZE] = quote->bid_size;
    values[HPM_IMPORT_ASK_SIZE] = quote->ask_size;
    values[HPM_IMPORT_MICRO] = quote->micro;
    values[HPM_IMPORT_BID_DEPTH] = quote->bid_depth;
    values[HPM_IMPORT_ASK_DEPTH] = quote->ask_depth;
    values[HPM_IMPORT_MARK] = quote->mark;
    values[HPM_IMPORT_MARK_VOL] = quote->mark_vol;
    values[HPM_IMPORT_UNDERLYING] = quote->underlying;
    values[HPM_IMPORT_OPEN_INTEREST] = quote->open_interest;
    values[HPM_IMPORT_INDEX] = given->index;
}

static int is_in_range(value_limit limit, int is_option, double value)
{
    if (limit == VOLATILITY) return value >= 0 && value <= HPM_QUOTED_VOL_MAX;
    int is_zero_fine = limit == FROM_ZERO || (limit == MARK && is_option);
    return (value > 0 || (is_zero_fine && value == 0)) && value <= LARGEST;
}

/* Of two for one moment the later text's; within one text that is a contradiction. */
static hpm_status take_number(const hpm_import *import, hpm_import_entry *entry,
                              hpm_import_field field, const hpm_import_quote *quote, double value,
                              hpm_error *error)
{
    hpm_import_number *have = &entry->number[field];
    if (!is_in_range(rules[field].limit, entry->product.kind == HPM_OPTION, value))
        return hpm_fail(error, HPM_E_RANGE, entry->symbol, "not a value of %s (%g)",
                        rules[field].name, value);
    if (!isnan(have->value)) {
        if (have->time_ns == quote->time_ns && have->text == import->text)
            return hpm_fail(error, HPM_E_DUPLICATE, entry->symbol,
                            "quoted twice for the same moment in one file");
        if (have->time_ns > quote->time_ns) return HPM_OK;
    }
    *have = (hpm_import_number){value, quote->time_ns, import->text, quote->gap_s};
    return HPM_OK;
}

hpm_status hpm_import_quote_take(hpm_import *import, hpm_import_entry *entry,
                                 const hpm_import_quote *quote, hpm_error *error)
{
    double values[HPM_IMPORT_FIELDS];
    assert(quote->time_ns >= 0);
    list_numbers(values, quote);
    hpm_status status = HPM_OK;
    int is_again = 0; /* of at least one number */
    for (int f = 0; f < HPM_IMPORT_FIELDS && status == HPM_OK; f++) {
        if (isnan(values[f])) continue;
        is_again |= !isnan(entry->number[f].value);
        status = take_number(import, entry, (hpm_import_field)f, quote, values[f], error);
    }
    if (status != HPM_OK) return status;
    import->counts.refreshed += is_again != 0;
    if (quote->time_ns == 0) import->counts.timeless++;
    entry->is_quoted = 1;
    return HPM_OK;
}

/* ---- Index prices ------------------------------------------------------------------------- */

int hpm_import_is_asset(const char *name)
{
    size_t length = strlen(name);
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)name[i] < 0x20 || name[i] == 0x7F) return 0;
    return length > 0 && length < HPM_ASSET_NAME_SIZE;
}

hpm_status hpm_import_index_take(hpm_import *import, const char *asset, const char *quote,
                                 double price, int64_t time_ns, hpm_error *error)
{
    if (!hpm_import_is_asset(asset) || !hpm_import_is_asset(quote))
        return hpm_fail(error, HPM_E_RANGE, "index", "not the name of an asset (%.20s, %.20s)",
                        asset, quote);
    if (!is_in_range(ABOVE_ZERO, 0, price))
        return hpm_fail(error, HPM_E_RANGE, asset, "not an index price (%g)", price);
    hpm_import_index *grown = hpm_import_grow(import->indices, import->index_count,
                                              &import->index_room, sizeof *grown, INDICES_MAX);
    if (!grown)
        return hpm_import_fail_growth(error, "index prices", import->index_count, INDICES_MAX);
    import->indices = grown;
    hpm_import_index *index = NULL;
    for (uint32_t i = 0; i < import->index_count && !index; i++)
        if (strcmp(grown[i].asset, asset) == 0 && strcmp(grown[i].quote, quote) == 0)
            index = &grown[i];
    if (index && index->number.time_ns > time_ns) return HPM_OK;
    if (!index) {
        index = &grown[import->index_count++];
        memset(index, 0, sizeof *index);
        snprintf(index->asset, sizeof index->asset, "%s", asset);
        snprintf(index->quote, sizeof index->quote, "%s", quote);
    }
    index->number = (hpm_import_number){price, time_ns, import->text, 0};
    return HPM_OK;
}
