/* Reads what OKX says of an account: positions, balances, and both together. */
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "io/import_okx_parts.h"

/* ---- Positions ---------------------------------------------------------------------------- */

/* The sign of a position, and which of several in one instrument it is. In net mode the quantity
 * has a sign; in long/short mode both sides are counted from 0 upwards and stand side by side. */
static const struct {
    const char *side;
    int sign; /* 0: that of the quantity */
    hpm_import_leg leg;
} sides[] = {{"net", 0, HPM_IMPORT_LEG_NET},
             {"long", 1, HPM_IMPORT_LEG_LONG},
             {"short", -1, HPM_IMPORT_LEG_SHORT}};

#define SIDES (sizeof sides / sizeof *sides)

static hpm_status take_quantity(const hpm_okx_row *row, hpm_qty *quantity, int *leg,
                                hpm_error *error)
{
    const char *side;
    int is_given;
    size_t s = 0;
    hpm_status status = hpm_import_row_text(&row->fields, "posSide", 1, &side, error);
    if (status == HPM_OK)
        status = hpm_import_row_decimal(&row->fields, "pos", 1, &quantity->e8, &is_given, error);
    if (status != HPM_OK) return status;
    while (s < SIDES && strcmp(sides[s].side, side) != 0)
        s++;
    if (s == SIDES)
        return hpm_okx_fail(row, "posSide", HPM_E_REFERENCE, error, "not net, long or short (%s)",
                            side);
    if (sides[s].sign != 0 && quantity->e8 < 0)
        return hpm_okx_fail(row, "pos", HPM_E_RANGE, error, "a %s position below 0", side);
    if (sides[s].sign < 0) quantity->e8 = -quantity->e8;
    *leg = (int)sides[s].leg;
    return HPM_OK;
}

/* Isolated positions stand beside those that share the account's collateral. */
static hpm_status take_mode(const hpm_okx_row *row, int *leg, hpm_error *error)
{
    const char *mode;
    hpm_status status = hpm_import_row_text(&row->fields, "mgnMode", 0, &mode, error);
    if (status == HPM_OK && mode && strcmp(mode, "isolated") == 0) *leg += HPM_IMPORT_LEG_ISOLATED;
    return status;
}

/* Futures owe their gain since `avgPx`; an option's premium was paid, and its mark counts. */
static hpm_status take_entry_price(const hpm_okx_row *row, const hpm_import_product *product,
                                   hpm_position *position, hpm_error *error)
{
    position->entry_price = (double)NAN;
    if (product->kind == HPM_OPTION || position->quantity.e8 == 0) return HPM_OK;
    return hpm_import_row_real(&row->fields, "avgPx", 1, &position->entry_price, error);
}

static hpm_status take_position(hpm_import *import, const hpm_okx_row *row, hpm_import_entry *entry,
                                hpm_position *position, int leg, hpm_error *error)
{
    int64_t time_ns;
    hpm_status status = take_entry_price(row, hpm_import_entry_product(entry), position, error);
    if (status == HPM_OK) status = take_mode(row, &leg, error);
    if (status == HPM_OK) status = hpm_import_row_time(&row->fields, "uTime", 1, &time_ns, error);
    return status == HPM_OK ? hpm_import_leg_take(import, entry, leg, position, time_ns, error)
                            : status;
}

/* A position in a pair is margin trading: coin that was bought with borrowed coin. Whether
 * `cashBal` holds either of them depends on the account's mode, so that it is not taken. */
static hpm_status leave_margin(hpm_import *import, const char *symbol, hpm_qty quantity,
                               hpm_error *error)
{
    if (quantity.e8 == 0) return HPM_OK;
    return hpm_okx_note_once(import, error, "positions of margin trading are left out",
                             "first: %.47s; what was bought and what is owed for it count only as "
                             "far as the balances hold them",
                             symbol);
}

/* account/positions, channel positions; inside balance_and_position. */
hpm_status hpm_okx_read_position(hpm_import *import, const hpm_okx_row *row, hpm_error *error)
{
    hpm_position position = {0};
    hpm_import_product product;
    hpm_import_entry *entry;
    const char *symbol;
    int leg = 0;
    hpm_status status = hpm_import_row_text(&row->fields, "instId", 1, &symbol, error);
    if (status == HPM_OK) status = take_quantity(row, &position.quantity, &leg, error);
    if (status != HPM_OK) return status;
    if (hpm_okx_name_parse(&product, symbol, strlen(symbol)) == HPM_IMPORT_PRODUCT &&
        product.kind == HPM_SPOT)
        return leave_margin(import, symbol, position.quantity, error);
    status = hpm_okx_entry(import, row, &entry, error);
    if (status != HPM_OK) return status;
    if (entry) return take_position(import, row, entry, &position, leg, error);
    if (position.quantity.e8 == 0) return HPM_OK;
    return hpm_okx_fail(row, "instId", HPM_E_REFERENCE, error,
                        "a position in an instrument of no known form (%.47s)", symbol);
}

/* ---- Balances ----------------------------------------------------------------------------- */

/* What an account has apart from `cashBal`, and what of it is owed. */
static const struct {
    const char *field, *note;
} parts_left_out[] = {
    {"isoEq", "collateral of isolated positions (in isoEq) is left out"},
    {"stgyEq", "equity of trading bots (stgyEq) is left out"},
    {"spotCopyTradingEq", "equity of copy trading (spotCopyTradingEq) is left out"},
    {"interest", "interest accrued but not yet charged (interest) is left out"},
};

static hpm_status note_left_out(hpm_import *import, const hpm_okx_row *row, const char *asset,
                                hpm_error *error)
{
    hpm_status status = HPM_OK;
    for (size_t i = 0; i < sizeof parts_left_out / sizeof *parts_left_out; i++) {
        double value;
        if (status != HPM_OK) break;
        status = hpm_import_row_real(&row->fields, parts_left_out[i].field, 0, &value, error);
        if (status == HPM_OK && !isnan(value) && value != 0)
            status = hpm_okx_note_once(import, error, parts_left_out[i].note, "first: %s", asset);
    }
    return status;
}

/* `cashBal` is what is left after what was borrowed is spent: below 0 where a coin is owed. */
static hpm_status note_liability(hpm_import *import, const hpm_okx_row *row, const char *asset,
                                 hpm_money cash, hpm_error *error)
{
    double owed;
    hpm_status status = hpm_import_row_real(&row->fields, "liab", 0, &owed, error);
    if (status != HPM_OK || cash.e8 < 0 || isnan(owed) || owed == 0) return status;
    return hpm_okx_note_once(import, error,
                             "a liability (liab) stands beside a cashBal that is not below 0",
                             "first: %s; cashBal is taken as it is", asset);
}

/* A row of account/balance's `details`, or of the `balData` of balance_and_position. */
hpm_status hpm_okx_read_balance(hpm_import *import, const hpm_okx_row *row, hpm_error *error)
{
    const char *asset;
    hpm_money cash;
    int64_t time_ns;
    int is_given;
    hpm_status status = hpm_import_row_text(&row->fields, "ccy", 1, &asset, error);
    if (status == HPM_OK)
        status = hpm_import_row_decimal(&row->fields, "cashBal", 1, &cash.e8, &is_given, error);
    if (status == HPM_OK) status = hpm_import_row_time(&row->fields, "uTime", 1, &time_ns, error);
    if (status == HPM_OK && strlen(asset) >= HPM_ASSET_NAME_SIZE)
        status = hpm_okx_fail(row, "ccy", HPM_E_RANGE, error, "longer than any asset's name");
    if (status == HPM_OK) status = hpm_import_balance_take(import, asset, cash, time_ns, error);
    if (status == HPM_OK) status = note_liability(import, row, asset, cash, error);
    return status == HPM_OK ? note_left_out(import, row, asset, error) : status;
}

/* ---- Lists inside one object -------------------------------------------------------------- */

static hpm_status read_list(hpm_import *import, const hpm_okx_row *parent, const char *name,
                            hpm_okx_reader *reader, hpm_error *error)
{
    char path[64];
    const json_t *list = json_object_get(parent->fields.object, name);
    hpm_okx_row row = {.fields = {.list = path}};
    hpm_status status = HPM_OK;
    if (!json_is_array(list)) return hpm_okx_fail(parent, name, HPM_E_TYPE, error, "not a list");
    snprintf(path, sizeof path, "%.20s[%zu].%.20s", parent->fields.list, parent->fields.index,
             name);
    for (size_t i = 0; i < json_array_size(list) && status == HPM_OK; i++) {
        row.fields.object = json_array_get(list, i);
        row.fields.index = i;
        status = json_is_object(row.fields.object)
                     ? reader(import, &row, error)
                     : hpm_okx_fail(parent, name, HPM_E_TYPE, error, "holds what is no object");
    }
    return status;
}

/* account/balance, channel account. */
hpm_status hpm_okx_read_account(hpm_import *import, const hpm_okx_row *row, hpm_error *error)
{
    return read_list(import, row, "details", hpm_okx_read_balance, error);
}

/* Channel balance_and_position: cash and positions of one event. */
hpm_status hpm_okx_read_changes(hpm_import *import, const hpm_okx_row *row, hpm_error *error)
{
    hpm_status status = read_list(import, row, "balData", hpm_okx_read_balance, error);
    return status == HPM_OK ? read_list(import, row, "posData", hpm_okx_read_position, error)
                            : status;
}
