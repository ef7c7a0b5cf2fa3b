/* The account of an import: positions and balances as the venue states them, made one of ours. */
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/import_legs.h"
#include "io/import_parts.h"

/* ---- What messages say -------------------------------------------------------------------- */

hpm_status hpm_import_position_take(hpm_import *import, hpm_import_entry *entry,
                                    const hpm_position *position, int64_t time_ns, hpm_error *error)
{
    return hpm_import_leg_take(import, entry, HPM_IMPORT_LEG_NET, position, time_ns, error);
}

hpm_status hpm_import_leg_take(hpm_import *import, hpm_import_entry *entry, int leg,
                               const hpm_position *position, int64_t time_ns, hpm_error *error)
{
    double entry_price = position->entry_price;
    assert(leg >= 0 && leg < HPM_IMPORT_LEGS);
    hpm_import_holding *holding = &entry->legs[leg];
    if (!isnan(entry_price) && !(entry_price > 0 && entry_price <= 1e15))
        return hpm_fail(error, HPM_E_RANGE, entry->symbol, "not an entry price (%g)", entry_price);
    if (holding->is_stated && holding->text == import->text)
        return hpm_fail(error, HPM_E_DUPLICATE, entry->symbol, "two positions in one answer");
    if (holding->is_stated) import->counts.replaced++;
    if (holding->is_stated && holding->time_ns > time_ns) return HPM_OK;
    *holding = (hpm_import_holding){1, *position, time_ns, import->text};
    if (time_ns > entry->position_ns) entry->position_ns = time_ns;
    entry->has_position = 1;
    return HPM_OK;
}

/* ---- Several positions in one instrument -------------------------------------------------- */

/* Size by which quantities count: of a contract, or 1 where they are units. */
static double size_of(const hpm_import *import, const hpm_import_entry *entry)
{
    hpm_import_product product = entry->product;
    if (import->venue->counts_units) return 1;
    if (!entry->described) import->venue->assume(&product);
    return product.contract_size;
}

static int is_open(const hpm_import_entry *entry, int leg)
{
    return entry->legs[leg].is_stated && entry->legs[leg].position.quantity.e8 != 0;
}

/* A venue lets an account hold one position or two sides, and change between them with nothing
 * held: both are of different days, and what is closed by now is not told. */
static hpm_status check_mode(const hpm_import_entry *entry, hpm_error *error)
{
    for (int i = 0; i < HPM_IMPORT_LEGS; i += HPM_IMPORT_LEG_ISOLATED)
        if (is_open(entry, i + HPM_IMPORT_LEG_NET) &&
            (is_open(entry, i + HPM_IMPORT_LEG_LONG) || is_open(entry, i + HPM_IMPORT_LEG_SHORT)))
            return hpm_fail(error, HPM_E_REFERENCE, entry->symbol,
                            "held as one position in one message and as long or short in another");
    return HPM_OK;
}

static hpm_status settle_legs(hpm_import *import, hpm_import_entry *entry, hpm_error *error)
{
    hpm_position legs[HPM_IMPORT_LEGS] = {{.entry_price = (double)NAN}};
    size_t count = 0;
    for (int i = 0; i < HPM_IMPORT_LEGS; i++)
        if (is_open(entry, i)) legs[count++] = entry->legs[i].position;
    entry->position = legs[0];
    if (count < 2) return HPM_OK;
    hpm_error reason;
    hpm_status status = check_mode(entry, error);
    if (status != HPM_OK) return status;
    status = hpm_import_legs_net(&entry->position, legs, count, entry->product.payoff,
                                 size_of(import, entry), &reason);
    if (status != HPM_OK) return hpm_fail(error, status, entry->symbol, "%s", reason.message);
    return hpm_import_note_add(import, error,
                               "the account holds %s in %zu positions: they are set off, and what "
                               "they gained against each other is taken as realised",
                               entry->symbol, count);
}

int hpm_import_positions_are_stated(const hpm_import *import)
{
    for (uint32_t i = 0; i < import->entry_count; i++)
        if (import->entries[i]->has_position) return 1;
    return 0;
}

hpm_status hpm_import_positions_settle(hpm_import *import, hpm_error *error)
{
    hpm_status status = HPM_OK;
    for (uint32_t i = 0; i < import->entry_count && status == HPM_OK; i++)
        if (import->entries[i]->has_position)
            status = settle_legs(import, import->entries[i], error);
    return status;
}

/* ---- Balances ----------------------------------------------------------------------------- */

/* An account has at most HPM_BALANCES_MAX assets, in a few wallets each. Venues also list what they
 * hold nothing of: it is kept, as an older message that is read later may say that something was
 * there. */
enum { BALANCES_MAX = 16 * HPM_BALANCES_MAX };

static hpm_import_balance *find_balance(const hpm_import *import, const char *wallet,
                                        const char *asset)
{
    for (uint32_t i = 0; i < import->balance_count; i++) {
        hpm_import_balance *balance = &import->balances[i];
        if (strcmp(balance->asset, asset) == 0 && strcmp(balance->wallet, wallet) == 0)
            return balance;
    }
    return NULL;
}

/* NULL: *error says why. */
static hpm_import_balance *add_balance(hpm_import *import, const char *wallet, const char *asset,
                                       hpm_error *error)
{
    hpm_import_balance *grown = hpm_import_grow(import->balances, import->balance_count,
                                                &import->balance_room, sizeof *grown, BALANCES_MAX);
    if (!grown) {
        hpm_import_fail_growth(error, "balances", import->balance_count, BALANCES_MAX);
        return NULL;
    }
    import->balances = grown;
    hpm_import_balance *balance = &grown[import->balance_count++];
    memset(balance, 0, sizeof *balance);
    snprintf(balance->wallet, sizeof balance->wallet, "%s", wallet);
    snprintf(balance->asset, sizeof balance->asset, "%s", asset);
    return balance;
}

hpm_status hpm_import_wallet_take(hpm_import *import, const char *wallet, const char *asset,
                                  hpm_money amount, int64_t time_ns, hpm_error *error)
{
    assert(strlen(wallet) < HPM_IMPORT_WALLET_SIZE);
    if (!hpm_import_is_asset(asset))
        return hpm_fail(error, HPM_E_RANGE, "balance", "not the name of an asset (%.20s)", asset);
    import->has_balances = 1;
    hpm_import_balance *balance = find_balance(import, wallet, asset);
    if (balance && balance->text == import->text)
        return hpm_fail(error, HPM_E_DUPLICATE, asset, "two balances in one answer");
    if (balance) import->counts.replaced++;
    if (balance && balance->time_ns > time_ns) return HPM_OK;
    if (!balance) balance = add_balance(import, wallet, asset, error);
    if (!balance) return import->balance_count < BALANCES_MAX ? HPM_E_MEMORY : HPM_E_LIMIT;
    balance->amount = amount;
    balance->time_ns = time_ns;
    balance->text = import->text;
    return HPM_OK;
}

hpm_status hpm_import_balance_take(hpm_import *import, const char *asset, hpm_money amount,
                                   int64_t time_ns, hpm_error *error)
{
    return hpm_import_wallet_take(import, "", asset, amount, time_ns, error);
}

/* ---- The account -------------------------------------------------------------------------- */

/* A whole number of units need not be one of contracts in eight decimals: the nearest then, and the
 * account's check of lots has the word. */
hpm_status hpm_import_contracts(const hpm_import *import, const hpm_import_entry *entry,
                                double contract_size, hpm_qty *contracts, hpm_error *error)
{
    *contracts = entry->position.quantity;
    if (!import->venue->counts_units) return HPM_OK;
    double units = hpm_e8_to_double(entry->position.quantity.e8);
    if (hpm_e8_from_double(&contracts->e8, units / contract_size, HPM_ROUND_HALF_EVEN) == HPM_OK)
        return HPM_OK;
    return hpm_fail(error, HPM_E_OVERFLOW, entry->symbol,
                    "more contracts than a position can count (%g units of %g)", units,
                    contract_size);
}

typedef struct builder {
    const hpm_import_assembly *work;
    const hpm_catalog *catalog;
    hpm_balance *balances;
    hpm_position *positions;
    uint32_t balance_count, position_count;
} builder;

static hpm_status take_position(builder *build, uint32_t row, hpm_error *error)
{
    const hpm_import_assembly *work = build->work;
    const hpm_import_entry *entry = work->kept[row];
    const hpm_instrument *instrument = &work->rows[row];
    if (!hpm_import_is_held(entry)) return HPM_OK;
    hpm_position *position = &build->positions[build->position_count++];
    *position = entry->position;
    position->instrument = hpm_catalog_find_instrument(build->catalog, instrument->name);
    assert(position->instrument != HPM_NONE);
    return hpm_import_contracts(work->import, entry, instrument->contract_size, &position->quantity,
                                error);
}

/* What the wallets hold of an asset adds up, in the row that has it first. */
static hpm_status take_balance(builder *build, const hpm_import_balance *balance, hpm_error *error)
{
    uint32_t asset = hpm_catalog_find_asset(build->catalog, balance->asset), i = 0;
    assert(asset != HPM_NONE);
    while (i < build->balance_count && build->balances[i].asset != asset)
        i++;
    if (i == build->balance_count) build->balances[build->balance_count++].asset = asset;
    int64_t *sum = &build->balances[i].amount.e8;
    if (hpm_e8_add(sum, *sum, balance->amount.e8) == HPM_OK) return HPM_OK;
    return hpm_fail(error, HPM_E_OVERFLOW, balance->asset, "its balances add up to too much");
}

static hpm_status take_balances(builder *build, hpm_error *error)
{
    const hpm_import *import = build->work->import;
    hpm_status status = HPM_OK;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < import->balance_count && status == HPM_OK; i++)
        if (import->balances[i].amount.e8 != 0)
            status = take_balance(build, &import->balances[i], error);
    for (uint32_t i = 0; i < build->balance_count; i++)
        if (build->balances[i].amount.e8 != 0) build->balances[kept++] = build->balances[i];
    build->balance_count = kept;
    return status;
}

static hpm_status lay_out(const builder *build, hpm_account **account, hpm_error *error)
{
    size_t size = hpm_account_size(build->balance_count, build->position_count, 0);
    hpm_account *made = malloc(size);
    if (!made) return hpm_fail(error, HPM_E_MEMORY, NULL, "no memory for the account");
    hpm_status status = hpm_account_init(made, build->work->import->venue->prefix, build->balances,
                                         build->balance_count, build->positions,
                                         build->position_count, NULL, 0, build->catalog, error);
    if (status != HPM_OK) {
        free(made);
        return status;
    }
    *account = made;
    return HPM_OK;
}

/* Whether some message was about the account. */
static int is_stated(const hpm_import *import)
{
    return import->has_balances || hpm_import_positions_are_stated(import);
}

hpm_status hpm_import_account_build(const hpm_import_assembly *work, const hpm_catalog *catalog,
                                    hpm_account **account, hpm_error *error)
{
    builder build = {.work = work, .catalog = catalog};
    build.balances = calloc(work->import->balance_count + 1U, sizeof *build.balances);
    build.positions = calloc(work->count + 1U, sizeof *build.positions);
    hpm_status status = HPM_OK;
    if (!build.balances || !build.positions) {
        free(build.balances);
        free(build.positions);
        return hpm_fail(error, HPM_E_MEMORY, NULL, "no memory for the account");
    }
    for (uint32_t i = 0; i < work->count && status == HPM_OK; i++)
        status = take_position(&build, i, error);
    if (status == HPM_OK) status = take_balances(&build, error);
    if (status == HPM_OK && is_stated(work->import)) status = lay_out(&build, account, error);
    free(build.balances);
    free(build.positions);
    return status;
}
