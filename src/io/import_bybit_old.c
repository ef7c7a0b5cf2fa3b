/* Reads messages of Bybit's v2 API (to 2023), of which recorded sessions exist: order books by
 * rows, and instrument_info. It had no spot pairs. */
#include <jansson.h>
#include <string.h>

#include "io/import_bybit_parts.h"

/* ---- Order books ---------------------------------------------------------------------------- */

/* {"price": "60591.00", "symbol": "BTCUSD", "id": 605910000, "side": "Buy", "size": 14431}; rows of
 * levels that are gone have no size. */
static hpm_status take_level(const hpm_bybit_message *message, const hpm_import_row *row,
                             int is_gone, hpm_error *error)
{
    hpm_import_entry *entry;
    const char *side;
    hpm_level level = {0, 0};
    hpm_status status = hpm_bybit_entry(message, row, "symbol", &entry, error);
    if (status == HPM_OK) status = hpm_import_row_text(row, "side", 1, &side, error);
    if (status == HPM_OK) status = hpm_import_row_real(row, "price", 1, &level.price, error);
    if (status == HPM_OK && !is_gone)
        status = hpm_import_row_real(row, "size", 1, &level.size, error);
    if (status != HPM_OK || !entry) return status;
    int is_bid = strcmp(side, "Buy") == 0;
    if (!is_bid && strcmp(side, "Sell") != 0)
        return hpm_import_row_fail(row, "side", HPM_E_REFERENCE, "neither Buy nor Sell", error);
    level.price = hpm_bybit_unit_price(hpm_import_entry_product(entry), level.price);
    return hpm_import_book_set(message->import, entry, message->time_ns,
                               is_bid ? HPM_IMPORT_BIDS : HPM_IMPORT_ASKS, level, error);
}

static hpm_status take_levels(const hpm_bybit_message *message, const json_t *list,
                              const char *name, int is_gone, hpm_error *error)
{
    hpm_status status = HPM_OK;
    for (size_t i = 0; i < json_array_size(list) && status == HPM_OK; i++) {
        const hpm_import_row row = {json_array_get(list, i), name, i};
        status = take_level(message, &row, is_gone, error);
    }
    return status;
}

/* The topic's last part names the instrument: a snapshot may be empty. */
static hpm_status clear_book(const hpm_bybit_message *message, const hpm_import_row *row,
                             hpm_error *error)
{
    hpm_import_entry *entry;
    const char *topic = json_string_value(json_object_get(row->object, "topic"));
    hpm_status status = hpm_bybit_entry_of(message, strrchr(topic, '.') + 1, &entry, error);
    if (status != HPM_OK || !entry) return status;
    return hpm_import_book_clear(message->import, entry, message->time_ns, error);
}

/* `row` is the whole message. Topics orderBookL2_25.BTCUSD, orderBook_200.100ms.BTCUSD: a
 * snapshot's data are rows, of linear contracts in a field of their own. */
hpm_status hpm_bybit_read_old_book(const hpm_bybit_message *message, const hpm_import_row *row,
                                   hpm_error *error)
{
    const json_t *data = json_object_get(row->object, "data");
    const json_t *nested = json_object_get(data, "order_book");
    if (!message->is_delta) {
        const json_t *rows = nested ? nested : data;
        if (!json_is_array(rows))
            return hpm_import_row_fail(row, "data", HPM_E_TYPE, "not a list of levels", error);
        hpm_status status = clear_book(message, row, error);
        return status == HPM_OK ? take_levels(message, rows, "data", 0, error) : status;
    }
    hpm_status status =
        take_levels(message, json_object_get(data, "delete"), "data.delete", 1, error);
    if (status == HPM_OK)
        status = take_levels(message, json_object_get(data, "update"), "data.update", 0, error);
    if (status != HPM_OK) return status;
    return take_levels(message, json_object_get(data, "insert"), "data.insert", 0, error);
}

/* ---- Tickers -------------------------------------------------------------------------------- */

/* Topics instrument_info.100ms.BTCUSD: data are the whole, or lists of what changed. */
hpm_status hpm_bybit_read_old_ticker(const hpm_bybit_message *message, const hpm_import_row *row,
                                     hpm_error *error)
{
    const json_t *data = json_object_get(row->object, "data");
    const json_t *changes = json_object_get(data, "update");
    hpm_status status = HPM_OK;
    if (!changes)
        return hpm_bybit_read_ticker(message, &(hpm_import_row){data, "data", SIZE_MAX}, error);
    for (size_t i = 0; i < json_array_size(changes) && status == HPM_OK; i++) {
        const hpm_import_row change = {json_array_get(changes, i), "data.update", i};
        status = hpm_bybit_read_ticker(message, &change, error);
    }
    return status;
}
