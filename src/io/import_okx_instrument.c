/* Reads OKX's descriptions of instruments: what a contract is, and how large. */
#include <math.h>
#include <string.h>

#include "io/import_okx_parts.h"

/* ---- What kind of product it is ----------------------------------------------------------- */

static const struct {
    const char *type;
    hpm_kind kind;
} types[] = {
    {"SPOT", HPM_SPOT},      {"MARGIN", HPM_SPOT},   {"SWAP", HPM_PERPETUAL},
    {"FUTURES", HPM_FUTURE}, {"OPTION", HPM_OPTION},
};

static hpm_status take_kind(const hpm_okx_row *row, hpm_import_product *product, hpm_error *error)
{
    const char *type;
    hpm_status status = hpm_import_row_text(&row->fields, "instType", 1, &type, error);
    if (status != HPM_OK) return status;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strcmp(types[i].type, type) == 0) {
            product->kind = types[i].kind;
            return HPM_OK;
        }
    return hpm_okx_fail(row, "instType", HPM_E_REFERENCE, error, "unknown kind (%s)", type);
}

/* An asset that the description repeats; absent where the kind has none. */
static hpm_status take_asset(const hpm_okx_row *row, const char *field,
                             char out[HPM_ASSET_NAME_SIZE], hpm_error *error)
{
    const char *asset;
    hpm_status status = hpm_import_row_text(&row->fields, field, 0, &asset, error);
    if (status != HPM_OK || !asset) return status;
    if (strlen(asset) >= HPM_ASSET_NAME_SIZE)
        return hpm_okx_fail(row, field, HPM_E_RANGE, error, "longer than any asset's name");
    memset(out, 0, HPM_ASSET_NAME_SIZE);
    strcpy(out, asset);
    return HPM_OK;
}

static hpm_status take_payoff(const hpm_okx_row *row, hpm_import_product *product, hpm_error *error)
{
    const char *type;
    hpm_status status = hpm_import_row_text(&row->fields, "ctType", 0, &type, error);
    if (status != HPM_OK || !type) return status;
    if (strcmp(type, "linear") == 0)
        product->payoff = HPM_LINEAR;
    else if (strcmp(type, "inverse") == 0)
        product->payoff = HPM_INVERSE;
    else
        return hpm_okx_fail(row, "ctType", HPM_E_REFERENCE, error, "unknown (%s)", type);
    return HPM_OK;
}

static hpm_status take_option(const hpm_okx_row *row, hpm_import_product *product, hpm_error *error)
{
    const char *type;
    hpm_status status = hpm_import_row_real(&row->fields, "stk", 1, &product->strike, error);
    if (status == HPM_OK) status = hpm_import_row_text(&row->fields, "optType", 1, &type, error);
    if (status != HPM_OK) return status;
    product->is_call = strcmp(type, "C") == 0;
    if (product->is_call || strcmp(type, "P") == 0) return HPM_OK;
    return hpm_okx_fail(row, "optType", HPM_E_REFERENCE, error, "neither C nor P (%s)", type);
}

/* ---- Its size ----------------------------------------------------------------------------- */

/* A contract's value is counted in the coin; in the quote currency for inverse futures. */
static hpm_status check_unit(const hpm_okx_row *row, const hpm_import_product *product,
                             hpm_error *error)
{
    const char *unit;
    int in_quote = product->kind != HPM_OPTION && product->payoff == HPM_INVERSE;
    const char *expected = in_quote ? product->quote : product->base;
    hpm_status status = hpm_import_row_text(&row->fields, "ctValCcy", 1, &unit, error);
    if (status != HPM_OK || strcmp(unit, expected) == 0) return status;
    return hpm_okx_fail(row, "ctValCcy", HPM_E_REFERENCE, error,
                        "a contract of this kind is counted in %s (%s)", expected, unit);
}

/* The multiplier is part of the size: options have a value of 1 coin times 0.01 or so. */
static hpm_status take_contract(const hpm_okx_row *row, hpm_import_product *product,
                                hpm_error *error)
{
    double value, multiplier;
    hpm_status status = hpm_import_row_real(&row->fields, "ctVal", 1, &value, error);
    if (status == HPM_OK)
        status = hpm_import_row_real(&row->fields, "ctMult", 0, &multiplier, error);
    if (status == HPM_OK) status = check_unit(row, product, error);
    if (status != HPM_OK) return status;
    product->contract_size = isnan(multiplier) ? value : value * multiplier;
    if (product->contract_size > 0 && product->contract_size <= 1e12) return HPM_OK;
    return hpm_okx_fail(row, "ctVal", HPM_E_RANGE, error, "no size of a contract (%g)",
                        product->contract_size);
}

static hpm_status take_lot(const hpm_okx_row *row, hpm_import_product *product, hpm_error *error)
{
    int is_given;
    hpm_status status =
        hpm_import_row_decimal(&row->fields, "lotSz", 1, &product->lot.e8, &is_given, error);
    if (status != HPM_OK || product->lot.e8 > 0) return status;
    return hpm_okx_fail(row, "lotSz", HPM_E_RANGE, error, "no step of a position");
}

/* ------------------------------------------------------------------------------------------- */

/* Not yet, no longer, or never for real. A suspended one is kept: positions in it still stand. */
static int is_closed(const char *state)
{
    static const char *const closed[] = {"preopen", "test", "expired"};
    for (size_t i = 0; state && i < sizeof closed / sizeof *closed; i++)
        if (strcmp(closed[i], state) == 0) return 1;
    return 0;
}

static hpm_status take_terms(const hpm_okx_row *row, hpm_import_product *product, hpm_error *error)
{
    int is_dated = product->kind == HPM_FUTURE || product->kind == HPM_OPTION;
    hpm_status status = take_payoff(row, product, error);
    if (status == HPM_OK) status = take_asset(row, "settleCcy", product->settlement, error);
    if (status == HPM_OK && is_dated)
        status = hpm_import_row_time(&row->fields, "expTime", 1, &product->expiry_ns, error);
    if (status == HPM_OK && product->kind == HPM_OPTION) status = take_option(row, product, error);
    return status == HPM_OK ? take_contract(row, product, error) : status;
}

/* A pair is counted in its base coin. */
static hpm_status take_spot(const hpm_okx_row *row, hpm_import_product *product, hpm_error *error)
{
    product->contract_size = 1;
    hpm_status status = take_asset(row, "baseCcy", product->base, error);
    return status == HPM_OK ? take_asset(row, "quoteCcy", product->quote, error) : status;
}

hpm_status hpm_okx_read_instrument(hpm_import *import, const hpm_okx_row *row, hpm_error *error)
{
    hpm_import_entry *entry;
    const char *state;
    hpm_status status = hpm_okx_entry(import, row, &entry, error);
    if (status != HPM_OK || !entry) return status;
    hpm_import_product product = *hpm_import_entry_product(entry);
    status = take_kind(row, &product, error);
    if (status == HPM_OK)
        status = product.kind == HPM_SPOT ? take_spot(row, &product, error)
                                          : take_terms(row, &product, error);
    if (status == HPM_OK) status = take_lot(row, &product, error);
    if (status == HPM_OK) status = hpm_import_row_text(&row->fields, "state", 0, &state, error);
    if (status != HPM_OK) return status;
    return hpm_import_describe(import, entry, &product, is_closed(state), error);
}
