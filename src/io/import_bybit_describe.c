/* Reads Bybit's descriptions of instruments (market/instruments-info): what a contract is, and in
 * which steps it is held. */
#include <jansson.h>
#include <math.h>
#include <string.h>

#include "io/import_bybit_parts.h"

static hpm_status fail(const hpm_import_row *row, const char *field, const char *reason,
                       hpm_error *error)
{
    return hpm_import_row_fail(row, field, HPM_E_REFERENCE, reason, error);
}

/* ---- What kind of product it is ------------------------------------------------------------- */

static hpm_status take_contract(const hpm_import_row *row, hpm_import_product *product,
                                hpm_error *error)
{
    static const struct {
        const char *type;
        hpm_kind kind;
        hpm_payoff payoff;
    } types[] = {
        {"LinearPerpetual", HPM_PERPETUAL, HPM_LINEAR},
        {"LinearFutures", HPM_FUTURE, HPM_LINEAR},
        {"InversePerpetual", HPM_PERPETUAL, HPM_INVERSE},
        {"InverseFutures", HPM_FUTURE, HPM_INVERSE},
    };
    const char *type;
    hpm_status status = hpm_import_row_text(row, "contractType", 1, &type, error);
    if (status != HPM_OK) return status;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strcmp(types[i].type, type) == 0) {
            product->kind = types[i].kind;
            product->payoff = types[i].payoff;
            return HPM_OK;
        }
    return fail(row, "contractType", "no known kind of contract", error);
}

static hpm_status take_option(const hpm_import_row *row, hpm_import_product *product,
                              hpm_error *error)
{
    const char *type;
    product->kind = HPM_OPTION;
    product->payoff = HPM_LINEAR;
    hpm_status status = hpm_import_row_text(row, "optionsType", 1, &type, error);
    if (status != HPM_OK) return status;
    product->is_call = strcmp(type, "Call") == 0;
    if (product->is_call || strcmp(type, "Put") == 0) return HPM_OK;
    return fail(row, "optionsType", "neither Call nor Put", error);
}

static hpm_status take_kind(const hpm_bybit_message *message, const hpm_import_row *row,
                            hpm_import_product *product, hpm_error *error)
{
    if (message->category == HPM_BYBIT_OPTION) return take_option(row, product, error);
    if (message->category == HPM_BYBIT_SPOT) return HPM_OK;
    return take_contract(row, product, error);
}

/* ---- Its currencies ------------------------------------------------------------------------- */

static hpm_status take_asset(const hpm_import_row *row, const char *field,
                             char out[HPM_ASSET_NAME_SIZE], hpm_error *error)
{
    const char *asset;
    hpm_status status = hpm_import_row_text(row, field, 1, &asset, error);
    if (status != HPM_OK) return status;
    if (strlen(asset) >= HPM_ASSET_NAME_SIZE)
        return hpm_import_row_fail(row, field, HPM_E_RANGE, "longer than any asset's name", error);
    memset(out, 0, HPM_ASSET_NAME_SIZE);
    memcpy(out, asset, strlen(asset));
    return HPM_OK;
}

/* "1000PEPE" or "PEPE" for a contract on thousands of them. */
static hpm_status take_base(const hpm_import_row *row, hpm_import_product *product,
                            hpm_error *error)
{
    char base[HPM_ASSET_NAME_SIZE];
    hpm_status status = take_asset(row, "baseCoin", base, error);
    if (status != HPM_OK) return status;
    memcpy(product->base, base, sizeof base);
    if (product->kind != HPM_SPOT && product->payoff == HPM_LINEAR)
        (void)hpm_bybit_coin_parse(product->base, base, strlen(base));
    return HPM_OK;
}

/* Options on USDC are quoted in USD by their descriptions, in USDC by some of them. */
static hpm_status take_quote(const hpm_import_row *row, hpm_import_product *product,
                             hpm_error *error)
{
    char quote[HPM_ASSET_NAME_SIZE];
    hpm_status status = take_asset(row, "quoteCoin", quote, error);
    if (status != HPM_OK) return status;
    if (product->kind == HPM_OPTION && strcmp(quote, product->settlement) == 0) return HPM_OK;
    memcpy(product->quote, quote, sizeof quote);
    return HPM_OK;
}

static hpm_status take_assets(const hpm_import_row *row, hpm_import_product *product,
                              hpm_error *error)
{
    int is_spot = product->kind == HPM_SPOT;
    hpm_status status = take_base(row, product, error);
    if (status == HPM_OK && !is_spot)
        status = take_asset(row, "settleCoin", product->settlement, error);
    if (status == HPM_OK) status = take_quote(row, product, error);
    if (status == HPM_OK && is_spot)
        memcpy(product->settlement, product->quote, HPM_ASSET_NAME_SIZE);
    return status;
}

/* ---- The rest ------------------------------------------------------------------------------- */

/* "0" where there is none. */
static hpm_status take_expiry(const hpm_import_row *row, hpm_import_product *product,
                              hpm_error *error)
{
    if (product->kind != HPM_FUTURE && product->kind != HPM_OPTION) return HPM_OK;
    return hpm_import_row_time(row, "deliveryTime", 1, &product->expiry_ns, error);
}

/* A spot pair's amounts have a precision, all others a step. */
static hpm_status take_lot(const hpm_import_row *row, hpm_import_product *product, hpm_error *error)
{
    const hpm_import_row filter = {json_object_get(row->object, "lotSizeFilter"), "lotSizeFilter",
                                   SIZE_MAX};
    const char *field = product->kind == HPM_SPOT ? "basePrecision" : "qtyStep";
    int is_given;
    hpm_status status =
        hpm_import_row_decimal(&filter, field, 1, &product->lot.e8, &is_given, error);
    if (status != HPM_OK || product->lot.e8 > 0) return status;
    return hpm_import_row_fail(&filter, field, HPM_E_RANGE, "no step of a position", error);
}

/* No longer traded. One that is not yet (PreLaunch) has positions already. */
static int is_closed(const char *state)
{
    return state && (strcmp(state, "Closed") == 0 || strcmp(state, "Delivering") == 0);
}

hpm_status hpm_bybit_read_description(const hpm_bybit_message *message, const hpm_import_row *row,
                                      hpm_error *error)
{
    hpm_import_entry *entry;
    const char *state;
    if (message->category == HPM_BYBIT_ANY)
        return hpm_fail(error, HPM_E_FIELD_MISSING, "result.category",
                        "descriptions without their category");
    hpm_status status = hpm_bybit_entry(message, row, "symbol", &entry, error);
    if (status != HPM_OK || !entry) return status;
    hpm_import_product product = *hpm_import_entry_product(entry);
    status = take_kind(message, row, &product, error);
    if (status == HPM_OK) status = take_assets(row, &product, error);
    if (status == HPM_OK) status = take_expiry(row, &product, error);
    if (status == HPM_OK) status = take_lot(row, &product, error);
    if (status == HPM_OK) status = hpm_import_row_text(row, "status", 0, &state, error);
    if (status != HPM_OK) return status;
    return hpm_import_describe(message->import, entry, &product, is_closed(state), error);
}
