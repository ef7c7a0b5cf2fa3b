/* Reads Deribit's order books: of an answer, of a message, of a CSV field. */
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "io/import_deribit_parts.h"

/* [price, amount], or ["new" | "change" | "delete", price, amount]. */
static int read_level(hpm_level *level, const json_t *given)
{
    size_t count = json_array_size(given);
    const json_t *action = count == 3 ? json_array_get(given, 0) : NULL;
    const json_t *price = json_array_get(given, count == 3 ? 1 : 0);
    const json_t *size = json_array_get(given, count == 3 ? 2 : 1);
    if ((count != 2 && count != 3) || (action && !json_is_string(action))) return 0;
    if (!json_is_number(price) || !json_is_number(size)) return 0;
    level->price = json_number_value(price);
    level->size = json_number_value(size);
    if (action && strcmp(json_string_value(action), "delete") == 0) level->size = 0;
    return 1;
}

static hpm_status read_side(hpm_import *import, const hpm_import_row *row, const char *name,
                            hpm_import_side side, hpm_import_entry *entry, int64_t time_ns,
                            hpm_error *error)
{
    const json_t *levels = json_object_get(row->object, name);
    hpm_status status = HPM_OK;
    if (!levels || json_is_null(levels)) return HPM_OK;
    if (!json_is_array(levels))
        return hpm_import_row_fail(row, name, HPM_E_TYPE, "not a list of levels", error);
    for (size_t i = 0; i < json_array_size(levels) && status == HPM_OK; i++) {
        hpm_level level;
        if (!read_level(&level, json_array_get(levels, i)))
            return hpm_import_row_fail(row, name, HPM_E_TYPE, "a level that is not [price, amount]",
                                       error);
        status = hpm_import_book_set(import, entry, time_ns, side, level, error);
    }
    return status;
}

static hpm_status read_sides(hpm_import *import, const hpm_import_row *row, hpm_import_entry *entry,
                             int64_t time_ns, hpm_error *error)
{
    hpm_status status = read_side(import, row, "bids", HPM_IMPORT_BIDS, entry, time_ns, error);
    if (status != HPM_OK) return status;
    return read_side(import, row, "asks", HPM_IMPORT_ASKS, entry, time_ns, error);
}

static int64_t integer_of(const hpm_import_row *row, const char *name)
{
    return (int64_t)json_integer_value(json_object_get(row->object, name));
}

hpm_status hpm_import_deribit_book(hpm_import *import, const hpm_import_row *row,
                                   hpm_import_entry *entry, int64_t time_ns, hpm_error *error)
{
    hpm_status status = hpm_import_book_clear(import, entry, time_ns, error);
    if (status != HPM_OK) return status;
    hpm_import_book_follow(entry, time_ns, integer_of(row, "change_id"));
    return read_sides(import, row, entry, time_ns, error);
}

/* A change holds what happened after prev_change_id up to change_id. Where that leaves a hole
 * behind the book's last number the book is lost. */
static hpm_status read_change(hpm_import *import, const hpm_import_row *row,
                              hpm_import_entry *entry, int64_t time_ns, hpm_error *error)
{
    int has_hole = !hpm_import_row_has(row, "prev_change_id") ||
                   integer_of(row, "prev_change_id") > hpm_import_book_sequence(entry);
    if (hpm_import_book_is_known(entry) && has_hole)
        return hpm_import_book_lose(import, entry, time_ns, error);
    if (hpm_import_book_is_known(entry))
        hpm_import_book_follow(entry, time_ns, integer_of(row, "change_id"));
    return read_sides(import, row, entry, time_ns, error);
}

/* Numbers only rise: the same message twice, or an older one with the same clock. */
static int is_in_book(const hpm_import_row *row, const hpm_import_entry *entry, int is_change)
{
    int64_t number = integer_of(row, "change_id"), have = hpm_import_book_sequence(entry);
    return have > 0 && number > 0 && (is_change ? number <= have : number < have);
}

hpm_status hpm_import_deribit_book_message(hpm_import *import, const hpm_import_row *row,
                                           hpm_import_entry *entry, hpm_error *error)
{
    const char *type = NULL;
    int64_t time_ns = 0;
    hpm_status status = hpm_import_row_text(row, "type", 0, &type, error);
    if (status == HPM_OK) status = hpm_import_row_time(row, "timestamp", 1, &time_ns, error);
    if (status != HPM_OK) return status;
    int is_change = type && strcmp(type, "change") == 0;
    if (is_in_book(row, entry, is_change)) {
        hpm_import_book_pass_over(import);
        return HPM_OK;
    }
    return is_change ? read_change(import, row, entry, time_ns, error)
                     : hpm_import_deribit_book(import, row, entry, time_ns, error);
}

hpm_status hpm_import_deribit_levels(hpm_import *import, hpm_import_entry *entry, int64_t time_ns,
                                     const char *name, const char *text, size_t length,
                                     hpm_error *error)
{
    json_t *object = json_object();
    json_t *levels = json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL);
    hpm_import_row row = {object, "row", SIZE_MAX};
    hpm_import_side side = strcmp(name, "bids") == 0 ? HPM_IMPORT_BIDS : HPM_IMPORT_ASKS;
    hpm_status status = HPM_OK;
    if (!levels || json_object_set(object, name, levels) != 0)
        status = hpm_fail(error, HPM_E_TYPE, name, "not a list of levels (%.*s)",
                          (int)(length < 40 ? length : 40), text);
    if (status == HPM_OK) status = read_side(import, &row, name, side, entry, time_ns, error);
    json_decref(levels);
    json_decref(object);
    return status;
}
