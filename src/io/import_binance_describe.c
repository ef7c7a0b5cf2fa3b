/* Reads Binance's descriptions of instruments: exchangeInfo of futures and options.
 *
 * Descriptions of spot pairs are passed over: spot holdings are balances, and no size of a pair
 * matters to a margin. */
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "io/import_binance_parts.h"

static hpm_status take_asset(const hpm_import_row *row, const char *name, char *asset,
                             hpm_error *error)
{
    const char *text = NULL;
    hpm_status status = hpm_import_row_text(row, name, 1, &text, error);
    if (status != HPM_OK) return status;
    if (strlen(text) >= HPM_ASSET_NAME_SIZE)
        return hpm_import_row_fail(row, name, HPM_E_RANGE, "longer than the name of an asset",
                                   error);
    snprintf(asset, HPM_ASSET_NAME_SIZE, "%s", text);
    return HPM_OK;
}

/* The field of the filter of this type. */
static hpm_status take_filter(const hpm_import_row *row, const char *type, const char *name,
                              hpm_qty *value, hpm_error *error)
{
    const json_t *filters = json_object_get(row->object, "filters");
    int is_given = 0;
    for (size_t i = 0; i < json_array_size(filters); i++) {
        hpm_import_row filter = {json_array_get(filters, i), "filters", i};
        const char *have = json_string_value(json_object_get(filter.object, "filterType"));
        if (have && strcmp(have, type) == 0)
            return hpm_import_row_decimal(&filter, name, 1, &value->e8, &is_given, error);
    }
    return hpm_import_row_fail(row, type, HPM_E_FIELD_MISSING, "no such filter", error);
}

static int is_text(const hpm_import_row *row, const char *name, const char *word)
{
    const char *text = json_string_value(json_object_get(row->object, name));
    return text && strcmp(text, word) == 0;
}

/* ---- Futures ------------------------------------------------------------------------------ */

/* A perpetual's deliveryDate lies in the year 2100, until it is delisted. */
static hpm_status take_contract(const hpm_import_row *row, hpm_import_product *product,
                                hpm_error *error)
{
    const char *type = NULL;
    hpm_status status = hpm_import_row_text(row, "contractType", 0, &type, error);
    if (status != HPM_OK || !type) return status; /* not yet listed */
    product->kind = strstr(type, "PERPETUAL") ? HPM_PERPETUAL : HPM_FUTURE;
    if (product->kind == HPM_PERPETUAL) return HPM_OK;
    return hpm_import_row_time(row, "deliveryDate", 1, &product->expiry_ns, error);
}

/* Inverse futures have a contractSize in USD; linear ones are counted in their coin. */
static hpm_status take_future(const hpm_import_row *row, hpm_import_product *product,
                              hpm_error *error)
{
    hpm_status status = take_asset(row, "baseAsset", product->base, error);
    if (status == HPM_OK) status = take_asset(row, "quoteAsset", product->quote, error);
    if (status == HPM_OK) status = take_asset(row, "marginAsset", product->settlement, error);
    if (status == HPM_OK) status = take_contract(row, product, error);
    if (status == HPM_OK)
        status = hpm_import_row_real(row, "contractSize", 0, &product->contract_size, error);
    if (isnan(product->contract_size)) product->contract_size = 1;
    int is_inverse = strcmp(product->settlement, product->base) == 0;
    product->payoff = is_inverse ? HPM_INVERSE : HPM_LINEAR;
    if (status != HPM_OK) return status;
    return take_filter(row, "LOT_SIZE", "stepSize", &product->lot, error);
}

static hpm_status read_future(const hpm_binance_message *message, const hpm_import_row *row,
                              hpm_error *error)
{
    const char *symbol = NULL;
    hpm_import_entry *entry = NULL;
    const char *state = hpm_import_row_has(row, "contractStatus") ? "contractStatus" : "status";
    hpm_status status = hpm_import_row_text(row, "symbol", 1, &symbol, error);
    if (status == HPM_OK) status = hpm_binance_entry(message, symbol, 0, &entry, error);
    if (status != HPM_OK || !entry) return status;
    hpm_import_product product = *hpm_import_entry_product(entry);
    status = take_future(row, &product, error);
    if (status != HPM_OK) return status;
    return hpm_import_describe(message->import, entry, &product, !is_text(row, state, "TRADING"),
                               error);
}

/* ---- Options ------------------------------------------------------------------------------ */

/* What an answer and an event call the same things. */
typedef struct option_names {
    const char *symbol, *side, *strike, *underlying, *unit, *expiry, *least;
} option_names;

static const option_names answer_names = {
    "symbol", "side", "strikePrice", "underlying", "unit", "expiryDate", "minQty",
};
static const option_names event_names = {"s", "d", "sp", "u", "unit", "ed", "mq"};

/* "BTCUSDT" of an option on BTC. */
static hpm_status take_underlying(const hpm_import_row *row, const option_names *names,
                                  hpm_import_product *product, hpm_error *error)
{
    const char *pair = NULL;
    hpm_status status = hpm_import_row_text(row, names->underlying, 1, &pair, error);
    if (status != HPM_OK) return status;
    if (!hpm_binance_pair_parse(product, pair, strlen(pair)))
        return hpm_import_row_fail(row, names->underlying, HPM_E_REFERENCE, "not a known pair",
                                   error);
    snprintf(product->settlement, sizeof product->settlement, "%s", product->quote);
    return HPM_OK;
}

static hpm_status take_option(const hpm_import_row *row, const option_names *names,
                              hpm_import_product *product, hpm_error *error)
{
    int is_given = 0;
    const char *side = NULL;
    hpm_status status = take_underlying(row, names, product, error);
    if (status == HPM_OK) status = hpm_import_row_text(row, names->side, 1, &side, error);
    if (status == HPM_OK)
        status = hpm_import_row_real(row, names->strike, 1, &product->strike, error);
    if (status == HPM_OK)
        status = hpm_import_row_time(row, names->expiry, 1, &product->expiry_ns, error);
    if (status == HPM_OK)
        status = hpm_import_row_real(row, names->unit, 1, &product->contract_size, error);
    if (status != HPM_OK) return status;
    product->is_call = strcmp(side, "CALL") == 0;
    if (!product->is_call && strcmp(side, "PUT") != 0)
        return hpm_import_row_fail(row, names->side, HPM_E_RANGE, "neither CALL nor PUT", error);
    return hpm_import_row_decimal(row, names->least, 1, &product->lot.e8, &is_given, error);
}

static hpm_status read_option(const hpm_binance_message *message, const hpm_import_row *row,
                              const option_names *names, hpm_error *error)
{
    const char *symbol = NULL;
    hpm_import_entry *entry = NULL;
    hpm_status status = hpm_import_row_text(row, names->symbol, 1, &symbol, error);
    if (status == HPM_OK) status = hpm_binance_entry(message, symbol, 0, &entry, error);
    if (status != HPM_OK || !entry) return status;
    hpm_import_product product = *hpm_import_entry_product(entry);
    status = take_option(row, names, &product, error);
    if (status != HPM_OK) return status;
    int inactive = hpm_import_row_has(row, "status") && !is_text(row, "status", "TRADING");
    return hpm_import_describe(message->import, entry, &product, inactive, error);
}

static hpm_status read_answer_option(const hpm_binance_message *message, const hpm_import_row *row,
                                     hpm_error *error)
{
    return read_option(message, row, &answer_names, error);
}

hpm_status hpm_binance_read_option_pair(const hpm_binance_message *message,
                                        const hpm_import_row *row, hpm_error *error)
{
    return read_option(message, row, &event_names, error);
}

/* ---- Both --------------------------------------------------------------------------------- */

/* Pairs have no marginAsset. */
static hpm_status read_symbol(const hpm_binance_message *message, const hpm_import_row *row,
                              hpm_error *error)
{
    return hpm_import_row_has(row, "marginAsset") ? read_future(message, row, error) : HPM_OK;
}

hpm_status hpm_binance_read_info(const hpm_binance_message *message, const hpm_import_row *row,
                                 hpm_error *error)
{
    hpm_status status = hpm_binance_each(message, row, "optionSymbols", read_answer_option, error);
    if (status != HPM_OK) return status;
    return hpm_binance_each(message, row, "symbols", read_symbol, error);
}
