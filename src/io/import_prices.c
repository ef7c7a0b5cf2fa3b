/* Prices from files that hold those of many snapshots: which of them belong to what is imported. */
#include <string.h>

#include "io/import_parts.h"

enum { PRICES_MAX = 1000000 };

static void copy_text(char *out, size_t size, const char *text, size_t length)
{
    size_t used = length < size ? length : size - 1;
    memcpy(out, text, used);
    out[used] = '\0';
}

hpm_status hpm_import_snapshot_price_add(hpm_import *import, const hpm_import_snapshot_price *given,
                                         hpm_error *error)
{
    hpm_import_price *grown = hpm_import_grow(import->prices, import->price_count,
                                              &import->price_room, sizeof *grown, PRICES_MAX);
    if (!grown) return hpm_import_fail_growth(error, "prices", import->price_count, PRICES_MAX);
    import->prices = grown;
    hpm_import_price *price = &import->prices[import->price_count++];
    memset(price, 0, sizeof *price);
    copy_text(price->symbol, sizeof price->symbol, given->symbol, given->symbol_length);
    copy_text(price->snapshot, sizeof price->snapshot, given->snapshot, given->snapshot_length);
    price->time_ns = given->time_ns;
    price->price = given->price;
    price->gap_s = given->gap_s;
    price->text = import->text;
    return HPM_OK;
}

/* A price row belongs to a chain that it names, or whose moment is its own to the millisecond. */
static int is_of_snapshot(const hpm_import *import, const hpm_import_price *price)
{
    for (uint32_t i = 0; i < import->file_count; i++) {
        const hpm_import_file *file = &import->files[i];
        if (!file->is_chain) continue;
        if (strcmp(file->name, price->snapshot) == 0 ||
            file->time_ns / 1000000 == price->time_ns / 1000000)
            return 1;
    }
    return 0;
}

static hpm_status use_price(hpm_import *import, const hpm_import_price *price, hpm_error *error)
{
    hpm_import_entry *entry = NULL;
    hpm_status status =
        hpm_import_entry_get(import, &entry, price->symbol, strlen(price->symbol), error);
    if (status != HPM_OK || !entry) return status;
    hpm_import_quote quote = hpm_import_quote_none;
    quote.time_ns = price->time_ns;
    quote.quote.mark = price->price;
    quote.gap_s = price->gap_s;
    import->text = price->text; /* twice in one file is what it is there */
    return hpm_import_quote_take(import, entry, &quote, error);
}

hpm_status hpm_import_prices_use(hpm_import_assembly *work, hpm_error *error)
{
    hpm_import *import = work->import;
    hpm_status status = HPM_OK;
    for (uint32_t i = 0; i < import->price_count && status == HPM_OK; i++) {
        if (!is_of_snapshot(import, &import->prices[i])) continue;
        status = use_price(import, &import->prices[i], error);
        work->used_prices++;
    }
    return status;
}
