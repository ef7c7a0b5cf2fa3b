/* The table that a Deribit import fills: one entry an instrument, found by its name. */
#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/import_deribit_parts.h"

enum {
    PRICES_MAX = 1000000,
    FILES_MAX = 4096,
    NOTES_MAX = 4096,
};

hpm_import *hpm_import_deribit_new(void)
{
    return calloc(1, sizeof(hpm_import));
}

void hpm_import_deribit_free(hpm_import *import)
{
    if (!import) return;
    free(import->entries);
    free(import->slots);
    free(import->prices);
    free(import->files);
    free(import->notes);
    free(import);
}

/* Room for one more item; the items move. NULL when there is no memory or `limit` is reached. */
static void *grow(void *items, uint32_t count, uint32_t *room, size_t size, uint32_t limit)
{
    if (count < *room) return items;
    if (count >= limit) return NULL;
    uint32_t more = *room == 0 ? 16 : *room > limit / 2 ? limit : *room * 2;
    void *grown = realloc(items, more * size);
    if (grown) *room = more;
    return grown;
}

static hpm_status fail_growth(hpm_error *error, const char *what, uint32_t count, uint32_t limit)
{
    if (count >= limit) return hpm_fail(error, HPM_E_LIMIT, NULL, "more than %u %s", limit, what);
    return hpm_fail(error, HPM_E_MEMORY, NULL, "no memory for %s", what);
}

/* ---- Entries ------------------------------------------------------------------------------ */

/* FNV-1a, 64 bits. Files can be made so that it collides; that costs time, never correctness. */
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
        const char *have = import->entries[import->slots[slot] - 1].symbol;
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
        const char *symbol = import->entries[i].symbol;
        import->slots[find_slot(import, symbol, strlen(symbol))] = i + 1;
    }
    return HPM_OK;
}

/* Counts a row whose name is no product of its own. */
static void count_other(hpm_import *import, hpm_deribit_class class, const char *symbol,
                        size_t length)
{
    if (class == HPM_DERIBIT_COMBO) {
        import->combos++;
        return;
    }
    if (import->unknowns++ == 0)
        snprintf(import->unknown_first, sizeof import->unknown_first, "%.*s", (int)length, symbol);
}

static hpm_status add_entry(hpm_import *import, const hpm_deribit_name *name, const char *symbol,
                            size_t length, hpm_error *error)
{
    hpm_import_entry *grown = grow(import->entries, import->entry_count, &import->entry_room,
                                   sizeof *grown, HPM_INSTRUMENTS_MAX);
    if (!grown) return fail_growth(error, "instruments", import->entry_count, HPM_INSTRUMENTS_MAX);
    import->entries = grown;
    hpm_status status = grow_slots(import, error);
    if (status != HPM_OK) return status;
    hpm_import_entry *entry = &import->entries[import->entry_count];
    memset(entry, 0, sizeof *entry);
    memcpy(entry->symbol, symbol, length);
    entry->name = *name;
    entry->mark = entry->vol = entry->forward = entry->index = (double)NAN;
    import->slots[find_slot(import, symbol, length)] = ++import->entry_count;
    return HPM_OK;
}

hpm_status hpm_import_entry_get(hpm_import *import, hpm_import_entry **entry, const char *symbol,
                                size_t length, hpm_error *error)
{
    *entry = NULL;
    if (length == 0 || length >= HPM_DERIBIT_SYMBOL_SIZE || memchr(symbol, '\0', length))
        return hpm_fail(error, HPM_E_RANGE, "instrument_name",
                        "an instrument name has 1 to %d bytes (%zu)", HPM_DERIBIT_SYMBOL_SIZE - 1,
                        length);
    if (import->slot_count > 0) {
        uint32_t found = import->slots[find_slot(import, symbol, length)];
        if (found > 0) *entry = &import->entries[found - 1];
        if (found > 0) return HPM_OK;
    }
    hpm_deribit_name name;
    hpm_deribit_class class = hpm_deribit_name_parse(&name, symbol, length);
    if (class != HPM_DERIBIT_PRODUCT) {
        count_other(import, class, symbol, length);
        return HPM_OK;
    }
    hpm_status status = add_entry(import, &name, symbol, length, error);
    if (status == HPM_OK) *entry = &import->entries[import->entry_count - 1];
    return status;
}

hpm_status hpm_import_quote(hpm_import *import, hpm_import_entry *entry,
                            const hpm_import_entry *quote, hpm_error *error)
{
    if (entry->quoted && entry->time_ns == quote->time_ns && entry->file == quote->file)
        return hpm_fail(error, HPM_E_DUPLICATE, entry->symbol,
                        "quoted twice for the same moment in one file");
    if (entry->quoted) import->refreshed++;
    if (entry->quoted && entry->time_ns > quote->time_ns) return HPM_OK;
    entry->quoted = 1;
    entry->time_ns = quote->time_ns;
    entry->file = quote->file;
    entry->mark = quote->mark;
    entry->vol = quote->vol;
    entry->forward = quote->forward;
    entry->index = quote->index;
    entry->gap_s = quote->gap_s;
    return HPM_OK;
}

/* ---- Files, prices, notes ----------------------------------------------------------------- */

hpm_status hpm_import_price_add(hpm_import *import, const hpm_import_price *price, hpm_error *error)
{
    hpm_import_price *grown =
        grow(import->prices, import->price_count, &import->price_room, sizeof *grown, PRICES_MAX);
    if (!grown) return fail_growth(error, "prices", import->price_count, PRICES_MAX);
    import->prices = grown;
    import->prices[import->price_count++] = *price;
    return HPM_OK;
}

hpm_status hpm_import_file_add(hpm_import *import, const char *path, hpm_error *error)
{
    hpm_import_file *grown =
        grow(import->files, import->file_count, &import->file_room, sizeof *grown, FILES_MAX);
    if (!grown) return fail_growth(error, "files", import->file_count, FILES_MAX);
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

hpm_status hpm_import_note_add(hpm_import *import, hpm_error *error, const char *format, ...)
{
    char(*grown)[HPM_IMPORT_NOTE_SIZE] =
        grow(import->notes, import->note_count, &import->note_room, sizeof *grown, NOTES_MAX);
    if (!grown) return fail_growth(error, "notes", import->note_count, NOTES_MAX);
    import->notes = grown;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(import->notes[import->note_count++], sizeof *grown, format, arguments);
    va_end(arguments);
    return HPM_OK;
}

uint32_t hpm_import_deribit_note_count(const hpm_import *import)
{
    return import->note_count;
}

const char *hpm_import_deribit_note(const hpm_import *import, uint32_t index)
{
    assert(index < import->note_count);
    return import->notes[index];
}
