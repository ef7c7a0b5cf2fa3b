/* Reads messages of Deribit's WebSocket subscriptions. */
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "io/import_deribit_parts.h"

/* One message: its data, and the channel's name behind the part that chose the reader. */
typedef struct message {
    const json_t *data;
    const char *rest;
    int64_t time_ns; /* of reception; 0: not known */
} message;

typedef hpm_status reader(hpm_import *import, const message *in, hpm_error *error);

static hpm_status named_entry(hpm_import *import, const hpm_import_row *row,
                              hpm_import_entry **entry, hpm_error *error)
{
    const char *symbol = NULL;
    *entry = NULL;
    if (!json_is_object(row->object))
        return hpm_fail(error, HPM_E_TYPE, row->list, "not an object");
    hpm_status status = hpm_import_row_text(row, "instrument_name", 1, &symbol, error);
    if (status != HPM_OK) return status;
    return hpm_import_entry_get(import, entry, symbol, strlen(symbol), error);
}

static hpm_status read_ticker(hpm_import *import, const message *in, hpm_error *error)
{
    const hpm_import_row row = {in->data, "data", SIZE_MAX};
    hpm_import_entry *entry = NULL;
    hpm_status status = named_entry(import, &row, &entry, error);
    if (status != HPM_OK || !entry) return status;
    return hpm_import_deribit_quote(import, &row, entry, 0, error);
}

static hpm_status read_book(hpm_import *import, const message *in, hpm_error *error)
{
    const hpm_import_row row = {in->data, "data", SIZE_MAX};
    hpm_import_entry *entry = NULL;
    hpm_status status = named_entry(import, &row, &entry, error);
    if (status != HPM_OK || !entry) return status;
    return hpm_import_deribit_book_message(import, &row, entry, error);
}

static hpm_status read_marks(hpm_import *import, const message *in, hpm_error *error)
{
    hpm_status status = HPM_OK;
    for (size_t i = 0; i < json_array_size(in->data) && status == HPM_OK; i++) {
        const hpm_import_row row = {json_array_get(in->data, i), "data", i};
        hpm_import_entry *entry = NULL;
        status = named_entry(import, &row, &entry, error);
        if (status == HPM_OK && entry) status = hpm_import_deribit_mark(import, &row, entry, error);
    }
    return status;
}

static hpm_status read_price_index(hpm_import *import, const message *in, hpm_error *error)
{
    const hpm_import_row row = {in->data, "data", SIZE_MAX};
    double price = 0;
    int64_t time_ns = 0;
    hpm_status status = hpm_import_row_real(&row, "price", 1, &price, error);
    if (status == HPM_OK) status = hpm_import_row_time(&row, "timestamp", 1, &time_ns, error);
    if (status != HPM_OK) return status;
    return hpm_import_deribit_index(import, in->rest, strlen(in->rest), price, time_ns, error);
}

static hpm_status read_portfolio(hpm_import *import, const message *in, hpm_error *error)
{
    const hpm_import_row row = {in->data, "data", SIZE_MAX};
    const char *currency = hpm_import_row_has(&row, "currency") ? NULL : in->rest;
    if (!json_is_object(in->data)) return hpm_fail(error, HPM_E_TYPE, "data", "not an object");
    return hpm_import_deribit_summary(import, &row, currency, in->time_ns, error);
}

static hpm_status read_changes(hpm_import *import, const message *in, hpm_error *error)
{
    const json_t *positions = json_object_get(in->data, "positions");
    hpm_status status = HPM_OK;
    for (size_t i = 0; i < json_array_size(positions) && status == HPM_OK; i++) {
        const hpm_import_row row = {json_array_get(positions, i), "data.positions", i};
        hpm_import_entry *entry = NULL;
        status = named_entry(import, &row, &entry, error);
        if (status == HPM_OK)
            status = hpm_import_deribit_position(import, &row, entry, in->time_ns, error);
    }
    if (json_array_size(json_object_get(in->data, "orders")) > 0)
        hpm_import_unread_count(import, "orders");
    return status;
}

static const struct {
    const char *channel;
    reader *read;
} readers[] = {
    {"ticker.", read_ticker},
    {"incremental_ticker.", read_ticker},
    {"quote.", read_ticker},
    {"book.", read_book},
    {"markprice.options.", read_marks},
    {"deribit_price_index.", read_price_index},
    {"user.portfolio.", read_portfolio},
    {"user.changes.", read_changes},
};

hpm_status hpm_import_deribit_message(hpm_import *import, const json_t *params,
                                      const hpm_import_text *text, hpm_error *error)
{
    const char *channel = json_string_value(json_object_get(params, "channel"));
    message in = {json_object_get(params, "data"), NULL, text->time_ns};
    if (!channel) return hpm_fail(error, HPM_E_TYPE, "params.channel", "not a text");
    if (!in.data) return hpm_fail(error, HPM_E_FIELD_MISSING, "params.data", "missing field");
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++) {
        size_t length = strlen(readers[i].channel);
        if (strncmp(channel, readers[i].channel, length) != 0) continue;
        in.rest = channel + length;
        return readers[i].read(import, &in, error);
    }
    char kind[HPM_IMPORT_SYMBOL_SIZE];
    snprintf(kind, sizeof kind, "channel %.*s", (int)strcspn(channel, "."), channel);
    hpm_import_unread_count(import, kind);
    return HPM_OK;
}

hpm_status hpm_import_deribit_index(hpm_import *import, const char *name, size_t length,
                                    double price, int64_t time_ns, hpm_error *error)
{
    char parts[2][HPM_ASSET_NAME_SIZE] = {"", ""};
    size_t part = 0, used = 0;
    for (size_t i = 0; i < length; i++) {
        char byte = name[i];
        if (byte == '_' && part == 0) {
            part = 1;
            used = 0;
            continue;
        }
        if (byte >= 'a' && byte <= 'z') byte = (char)(byte - 'a' + 'A');
        int is_letter = (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9');
        if (!is_letter || used + 1 >= sizeof parts[0]) break;
        parts[part][used++] = byte;
    }
    if (parts[0][0] == '\0' || parts[1][0] == '\0')
        return hpm_import_note_once(import, error, "index %.*s ignored: no pair of assets",
                                    (int)(length < 24 ? length : 24), name);
    return hpm_import_index_take(import, parts[0], parts[1], price, time_ns, error);
}
