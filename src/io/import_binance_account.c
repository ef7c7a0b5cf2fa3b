/* Reads Binance's balances: of every wallet by itself, which add up in the account.
 *
 * A balance here is what a wallet holds without unrealised profit, less what it owes. A portfolio
 * margin account's answer states three wallets: its margin wallet and those of both futures. */
#include <jansson.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "io/import_binance_parts.h"

#define WALLET_SPOT    "spot"
#define WALLET_MARGIN  "margin"
#define WALLET_USDM    "usdm"
#define WALLET_COINM   "coinm"
#define WALLET_OPTIONS "options"

/* Fields that add up to a balance, the needed ones first. */
#define PARTS_MAX 4

typedef struct balance_kind {
    const char *asset; /* name of the field */
    const char *clock; /* of the row; NULL: none, the message's time */
    int needed;        /* so many parts */
    struct {
        const char *name;
        int sign;
    } parts[PARTS_MAX];
} balance_kind;

static const balance_kind spot_kind = {"asset", NULL, 2, {{"free", 1}, {"locked", 1}}};
static const balance_kind spot_event_kind = {"a", NULL, 2, {{"f", 1}, {"l", 1}}};
static const balance_kind margin_kind = {
    "asset", NULL, 4, {{"free", 1}, {"locked", 1}, {"borrowed", -1}, {"interest", -1}}};
static const balance_kind portfolio_margin_kind = {
    "asset",
    "updateTime",
    3,
    {{"crossMarginAsset", 1}, {"crossMarginBorrowed", -1}, {"crossMarginInterest", -1}}};
static const balance_kind portfolio_usdm_kind = {
    "asset", "updateTime", 1, {{"umWalletBalance", 1}}};
static const balance_kind portfolio_coinm_kind = {
    "asset", "updateTime", 1, {{"cmWalletBalance", 1}}};
static const balance_kind option_kind = {"asset", NULL, 1, {{"marginBalance", 1}}};
static const balance_kind option_event_kind = {"a", NULL, 1, {{"b", 1}}};
static const balance_kind wallet_kind = {"asset", "updateTime", 1, {{"walletBalance", 1}}};
static const balance_kind balance_only_kind = {"asset", "updateTime", 1, {{"balance", 1}}};
static const balance_kind cross_kind = {"asset", "updateTime", 1, {{"crossWalletBalance", 1}}};
static const balance_kind futures_event_kind = {"a", NULL, 1, {{"wb", 1}}};

static hpm_status add_parts(const hpm_import_row *row, const balance_kind *kind, int64_t *sum,
                            hpm_error *error)
{
    *sum = 0;
    for (int i = 0; i < PARTS_MAX && kind->parts[i].name; i++) {
        const char *name = kind->parts[i].name;
        int64_t e8 = 0;
        int is_given = 0;
        hpm_status status =
            hpm_import_row_decimal(row, name, i < kind->needed, &e8, &is_given, error);
        if (status != HPM_OK) return status;
        if (e8 == INT64_MIN || hpm_e8_add(sum, *sum, kind->parts[i].sign * e8) != HPM_OK)
            return hpm_import_row_fail(row, name, HPM_E_RANGE, "more than can be counted", error);
    }
    return HPM_OK;
}

static hpm_status take_balance(const hpm_binance_message *message, const hpm_import_row *row,
                               const char *wallet, const balance_kind *kind, hpm_error *error)
{
    const char *asset = NULL;
    hpm_money amount = {0};
    int64_t time_ns = 0;
    hpm_status status = hpm_import_row_text(row, kind->asset, 1, &asset, error);
    if (status == HPM_OK) status = hpm_binance_time(message, row, kind->clock, &time_ns, error);
    if (status == HPM_OK) status = add_parts(row, kind, &amount.e8, error);
    if (status != HPM_OK) return status;
    return hpm_import_wallet_take(message->import, wallet, asset, amount, time_ns, error);
}

static hpm_status take_balances(const hpm_binance_message *message, const hpm_import_row *row,
                                const char *list, const char *wallet, const balance_kind *kind,
                                hpm_error *error)
{
    const json_t *items = json_object_get(row->object, list);
    hpm_status status = HPM_OK;
    if (!json_is_array(items)) return hpm_fail(error, HPM_E_TYPE, list, "not an array");
    for (size_t i = 0; i < json_array_size(items) && status == HPM_OK; i++) {
        hpm_import_row item = {json_array_get(items, i), list, i};
        status = take_balance(message, &item, wallet, kind, error);
    }
    return status;
}

/* The message as of its own clock, for lists whose rows have none. */
typedef struct timed_message {
    hpm_binance_message message;
    hpm_import_text text;
} timed_message;

static hpm_status set_time(const hpm_binance_message *message, const hpm_import_row *row,
                           const char *clock, timed_message *timed, hpm_error *error)
{
    timed->message = *message;
    timed->text = *message->text;
    timed->message.text = &timed->text;
    return hpm_binance_time(message, row, clock, &timed->text.time_ns, error);
}

/* ---- Spot and margin ---------------------------------------------------------------------- */

hpm_status hpm_binance_read_spot_account(const hpm_binance_message *message,
                                         const hpm_import_row *row, hpm_error *error)
{
    timed_message timed;
    hpm_status status = set_time(message, row, "updateTime", &timed, error);
    if (status != HPM_OK) return status;
    return take_balances(&timed.message, row, "balances", WALLET_SPOT, &spot_kind, error);
}

hpm_status hpm_binance_read_margin_account(const hpm_binance_message *message,
                                           const hpm_import_row *row, hpm_error *error)
{
    return take_balances(message, row, "userAssets", WALLET_MARGIN, &margin_kind, error);
}

/* In a portfolio margin account these are of the margin wallet, and silent about its loans. */
hpm_status hpm_binance_read_event_spot_account(const hpm_binance_message *message,
                                               const hpm_import_row *row, hpm_error *error)
{
    timed_message timed;
    if (message->market == HPM_BINANCE_PORTFOLIO) {
        hpm_import_unread_count(message->import, "outboundAccountPosition");
        return HPM_OK;
    }
    hpm_status status = set_time(message, row, "E", &timed, error);
    if (status != HPM_OK) return status;
    return take_balances(&timed.message, row, "B", WALLET_SPOT, &spot_event_kind, error);
}

/* ---- Portfolio margin --------------------------------------------------------------------- */

/* The total that the venue states is the sum of its wallets, loans not taken off. */
static hpm_status check_total(const hpm_binance_message *message, const hpm_import_row *row,
                              hpm_error *error)
{
    static const balance_kind parts = {
        NULL, NULL, 3, {{"crossMarginAsset", 1}, {"umWalletBalance", 1}, {"cmWalletBalance", 1}}};
    int64_t total = 0, sum = 0, difference = 0;
    int is_given = 0;
    const char *asset = NULL;
    hpm_status status = hpm_import_row_text(row, "asset", 1, &asset, error);
    if (status == HPM_OK)
        status = hpm_import_row_decimal(row, "totalWalletBalance", 0, &total, &is_given, error);
    if (status == HPM_OK) status = add_parts(row, &parts, &sum, error);
    if (status != HPM_OK || !is_given) return status;
    /* Each of the four is cut to eight decimals. */
    if (total != INT64_MIN && hpm_e8_add(&difference, sum, -total) == HPM_OK &&
        llabs(difference) <= 4)
        return HPM_OK;
    return hpm_import_note_once(message->import, error,
                                "totalWalletBalance of %.15s is not the sum of its wallets, which "
                                "are used",
                                asset);
}

hpm_status hpm_binance_read_portfolio_balance(const hpm_binance_message *message,
                                              const hpm_import_row *row, hpm_error *error)
{
    hpm_status status = check_total(message, row, error);
    if (status == HPM_OK)
        status = take_balance(message, row, WALLET_MARGIN, &portfolio_margin_kind, error);
    if (status == HPM_OK)
        status = take_balance(message, row, WALLET_USDM, &portfolio_usdm_kind, error);
    if (status != HPM_OK) return status;
    return take_balance(message, row, WALLET_COINM, &portfolio_coinm_kind, error);
}

/* ---- Options ------------------------------------------------------------------------------ */

/* Premiums are paid and received when a trade is made: the balance is cash, the positions' values
 * come on top. */
hpm_status hpm_binance_read_option_account(const hpm_binance_message *message,
                                           const hpm_import_row *row, hpm_error *error)
{
    timed_message timed;
    hpm_status status = set_time(message, row, "time", &timed, error);
    if (status == HPM_OK)
        status = hpm_import_note_once(message->import, error,
                                      "marginBalance of the options wallet is read as cash, "
                                      "premiums paid and received");
    if (status != HPM_OK) return status;
    return take_balances(&timed.message, row, "asset", WALLET_OPTIONS, &option_kind, error);
}

/* ---- Futures ------------------------------------------------------------------------------ */

/* The market whose wallet a message means: its URL says it, else the names of its positions. */
static hpm_binance_market futures_market(const hpm_binance_message *message,
                                         const json_t *positions, const char *symbol_name)
{
    hpm_import_product product;
    const json_t *first = json_array_get(positions, 0);
    const char *symbol = json_string_value(json_object_get(first, symbol_name));
    if (message->market == HPM_BINANCE_USDM || message->market == HPM_BINANCE_COINM)
        return message->market;
    if (!symbol || hpm_binance_parse(&product, symbol, strlen(symbol)) != HPM_IMPORT_PRODUCT)
        return HPM_BINANCE_ANY;
    return product.payoff == HPM_INVERSE ? HPM_BINANCE_COINM : HPM_BINANCE_USDM;
}

static const char *wallet_of(hpm_binance_market market)
{
    return market == HPM_BINANCE_COINM ? WALLET_COINM : WALLET_USDM;
}

/* The first asset says which of the three forms the list has: with its isolated part or without. */
static const balance_kind *futures_kind(const hpm_import_row *row)
{
    if (hpm_import_row_has(row, "walletBalance")) return &wallet_kind;
    return hpm_import_row_has(row, "balance") ? &balance_only_kind : &cross_kind;
}

hpm_status hpm_binance_read_futures_account(const hpm_binance_message *message,
                                            const hpm_import_row *row, hpm_error *error)
{
    const json_t *assets = json_object_get(row->object, "assets");
    hpm_binance_market market =
        futures_market(message, json_object_get(row->object, "positions"), "symbol");
    if (market == HPM_BINANCE_ANY && hpm_import_row_has(row, "totalWalletBalance"))
        market = HPM_BINANCE_USDM;
    if (market == HPM_BINANCE_ANY && json_array_size(assets) > 0)
        return hpm_fail(error, HPM_E_SCHEMA, "assets",
                        "without positions nothing says whether this is a USD-M or a COIN-M "
                        "account: save it as one line, \"URL -> SECONDS: ANSWER\"");
    hpm_import_row first = {json_array_get(assets, 0), "assets", 0};
    hpm_status status =
        take_balances(message, row, "assets", wallet_of(market), futures_kind(&first), error);
    if (status != HPM_OK) return status;
    return hpm_binance_each(message, row, "positions", hpm_binance_read_position, error);
}

/* COIN-M rows say what can be withdrawn under another name than USD-M rows. */
hpm_status hpm_binance_read_futures_balance(const hpm_binance_message *message,
                                            const hpm_import_row *row, hpm_error *error)
{
    hpm_binance_market market = futures_market(message, NULL, NULL);
    if (market == HPM_BINANCE_ANY && hpm_import_row_has(row, "withdrawAvailable"))
        market = HPM_BINANCE_COINM;
    return take_balance(message, row, wallet_of(market), futures_kind(row), error);
}

/* ---- Events ------------------------------------------------------------------------------- */

static hpm_status read_event_options(const hpm_binance_message *message, const hpm_import_row *row,
                                     hpm_error *error)
{
    hpm_status status = take_balances(message, row, "B", WALLET_OPTIONS, &option_event_kind, error);
    if (status != HPM_OK) return status;
    return hpm_binance_each(message, row, "P", hpm_binance_read_event_option_position, error);
}

/* Of futures all is in the object "a"; a portfolio margin account says "fs" (UM, CM), a COIN-M
 * account its alias "i". */
static hpm_status read_event_futures(const hpm_binance_message *message, const hpm_import_row *row,
                                     hpm_error *error)
{
    hpm_import_row body = {json_object_get(row->object, "a"), "a", SIZE_MAX};
    const char *segment = NULL;
    hpm_status status = hpm_import_row_text(row, "fs", 0, &segment, error);
    if (status != HPM_OK) return status;
    hpm_binance_market market = futures_market(message, json_object_get(body.object, "P"), "s");
    int is_coinm = market == HPM_BINANCE_COINM || hpm_import_row_has(row, "i");
    if (segment) is_coinm = strcmp(segment, "CM") == 0;
    const char *wallet = is_coinm ? WALLET_COINM : WALLET_USDM;
    status = take_balances(message, &body, "B", wallet, &futures_event_kind, error);
    if (status != HPM_OK) return status;
    return hpm_binance_each(message, &body, "P", hpm_binance_read_event_position, error);
}

hpm_status hpm_binance_read_event_account(const hpm_binance_message *message,
                                          const hpm_import_row *row, hpm_error *error)
{
    timed_message timed;
    hpm_status status = set_time(message, row, "E", &timed, error);
    if (status != HPM_OK) return status;
    return json_is_object(json_object_get(row->object, "a"))
               ? read_event_futures(&timed.message, row, error)
               : read_event_options(&timed.message, row, error);
}
