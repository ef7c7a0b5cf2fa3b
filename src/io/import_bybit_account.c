/* Reads what Bybit says of an account: positions and coins. */
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "io/import_bybit_parts.h"

/* ---- Positions ------------------------------------------------------------------------------ */

/* "Buy" is long, "Sell" short; "" or "None" where nothing is held. */
static hpm_status take_quantity(const hpm_import_row *row, hpm_qty *quantity, hpm_error *error)
{
    const char *side;
    int is_given;
    hpm_status status = hpm_import_row_text(row, "side", 0, &side, error);
    if (status == HPM_OK)
        status = hpm_import_row_decimal(row, "size", 1, &quantity->e8, &is_given, error);
    if (status != HPM_OK || quantity->e8 == 0) return status;
    if (quantity->e8 < 0)
        return hpm_import_row_fail(row, "size", HPM_E_RANGE, "a size below 0", error);
    int is_short = side && strcmp(side, "Sell") == 0;
    if (!is_short && !(side && strcmp(side, "Buy") == 0))
        return hpm_import_row_fail(row, "side", HPM_E_REFERENCE, "neither Buy nor Sell", error);
    if (is_short) quantity->e8 = -quantity->e8;
    return HPM_OK;
}

/* 0 in one-way mode; in hedge mode 1 and 2 are the long and the short leg of one instrument. */
static hpm_status take_leg(const hpm_import_row *row, int *leg, hpm_error *error)
{
    static const hpm_import_leg legs[] = {HPM_IMPORT_LEG_NET, HPM_IMPORT_LEG_LONG,
                                          HPM_IMPORT_LEG_SHORT};
    double index;
    hpm_status status = hpm_import_row_real(row, "positionIdx", 0, &index, error);
    *leg = HPM_IMPORT_LEG_NET;
    if (status != HPM_OK || isnan(index)) return status;
    if (index != 0 && index != 1 && index != 2)
        return hpm_import_row_fail(row, "positionIdx", HPM_E_RANGE, "not 0, 1 or 2", error);
    *leg = (int)legs[(int)index];
    return HPM_OK;
}

/* The price from which the wallet still owes or is owed the gain. Contracts on USDC pay theirs into
 * the wallet every session: theirs is the session's. An option's premium was paid, and its mark
 * counts. */
static hpm_status take_entry_price(const hpm_import_row *row, const hpm_import_product *product,
                                   hpm_position *position, hpm_error *error)
{
    const char *average = hpm_import_row_has(row, "entryPrice") ? "entryPrice" : "avgPrice";
    double session = (double)NAN, price;
    position->entry_price = (double)NAN;
    if (product->kind == HPM_OPTION || position->quantity.e8 == 0) return HPM_OK;
    if (strcmp(product->settlement, "USDC") == 0) {
        hpm_status status = hpm_import_row_real(row, "sessionAvgPrice", 0, &session, error);
        if (status != HPM_OK) return status;
    }
    hpm_status status = hpm_import_row_real(row, average, 1, &price, error);
    if (status == HPM_OK)
        position->entry_price = hpm_bybit_unit_price(product, session > 0 ? session : price);
    return status;
}

/* position/list, topics position, position.linear, ...: each row names its category, or the answer.
 */
hpm_status hpm_bybit_read_position(const hpm_bybit_message *message, const hpm_import_row *row,
                                   hpm_error *error)
{
    hpm_position position = {0};
    hpm_bybit_message about = *message;
    hpm_import_entry *entry = NULL;
    const char *category = NULL;
    int leg = 0;
    hpm_status status = hpm_import_row_text(row, "category", 0, &category, error);
    if (status != HPM_OK) return status;
    if (category) about.category = hpm_bybit_category_of(category, strlen(category));
    status = take_quantity(row, &position.quantity, error);
    if (status == HPM_OK) status = take_leg(row, &leg, error);
    if (status == HPM_OK) status = hpm_bybit_entry(&about, row, "symbol", &entry, error);
    if (status != HPM_OK || (!entry && position.quantity.e8 == 0)) return status;
    if (!entry)
        return hpm_import_row_fail(row, "symbol", HPM_E_REFERENCE,
                                   "a position in an instrument of no known form", error);
    status = take_entry_price(row, hpm_import_entry_product(entry), &position, error);
    if (status != HPM_OK) return status;
    return hpm_import_leg_take(message->import, entry, leg, &position, message->time_ns, error);
}

/* ---- Coins ---------------------------------------------------------------------------------- */

/* Whether the venue counts a coin as collateral: the user's switch, and the venue's own. */
static int is_collateral(const json_t *coin)
{
    return !json_is_false(json_object_get(coin, "collateralSwitch")) &&
           !json_is_false(json_object_get(coin, "marginCollateral"));
}

/* What is beside the balance and is not imported. */
static hpm_status note_coin(const hpm_bybit_message *message, const hpm_import_row *row,
                            const char *asset, hpm_money cash, hpm_error *error)
{
    double interest = (double)NAN;
    hpm_status status = HPM_OK;
    if (cash.e8 > 0 && !is_collateral(row->object))
        status = hpm_import_note_once(message->import, error,
                                      "balance of %s imported like all others: the venue does not "
                                      "take it as collateral",
                                      asset);
    if (status == HPM_OK) status = hpm_import_row_real(row, "accruedInterest", 0, &interest, error);
    if (status != HPM_OK || isnan(interest) || interest == 0) return status;
    return hpm_import_note_once(
        message->import, error,
        "interest on %s that has accrued but is not yet charged is left out", asset);
}

/* The wallet's balance is cash, without unrealised gains. It holds coins that were borrowed for
 * spot trades, and the debt stands beside it; what derivatives borrowed makes it negative. */
static hpm_status take_coin(const hpm_bybit_message *message, const char *wallet,
                            const hpm_import_row *row, hpm_error *error)
{
    const char *asset;
    hpm_money cash;
    int64_t borrowed;
    int is_given;
    hpm_status status = hpm_import_row_text(row, "coin", 1, &asset, error);
    if (status == HPM_OK)
        status = hpm_import_row_decimal(row, "walletBalance", 1, &cash.e8, &is_given, error);
    if (status == HPM_OK)
        status = hpm_import_row_decimal(row, "spotBorrow", 0, &borrowed, &is_given, error);
    if (status != HPM_OK) return status;
    if (strlen(asset) >= HPM_ASSET_NAME_SIZE)
        return hpm_import_row_fail(row, "coin", HPM_E_RANGE, "longer than any asset's name", error);
    if (borrowed < 0 || hpm_e8_add(&cash.e8, cash.e8, -borrowed) != HPM_OK)
        return hpm_import_row_fail(row, "spotBorrow", HPM_E_RANGE, "not an amount", error);
    status = hpm_import_wallet_take(message->import, wallet, asset, cash, message->time_ns, error);
    return status == HPM_OK ? note_coin(message, row, asset, cash, error) : status;
}

/* account/wallet-balance, topic wallet: one account of UNIFIED, SPOT, CONTRACT, with its coins. */
hpm_status hpm_bybit_read_wallet(const hpm_bybit_message *message, const hpm_import_row *row,
                                 hpm_error *error)
{
    char path[64];
    const char *wallet;
    const json_t *coins = json_object_get(row->object, "coin");
    hpm_status status = hpm_import_row_text(row, "accountType", 1, &wallet, error);
    if (status != HPM_OK) return status;
    if (strlen(wallet) >= HPM_IMPORT_WALLET_SIZE)
        return hpm_import_row_fail(row, "accountType", HPM_E_RANGE, "no known account", error);
    if (!json_is_array(coins))
        return hpm_import_row_fail(row, "coin", HPM_E_TYPE, "not a list of coins", error);
    snprintf(path, sizeof path, "%.20s[%zu].coin", row->list, row->index);
    for (size_t i = 0; i < json_array_size(coins) && status == HPM_OK; i++) {
        const hpm_import_row coin = {json_array_get(coins, i), path, i};
        status = take_coin(message, wallet, &coin, error);
    }
    return status;
}
