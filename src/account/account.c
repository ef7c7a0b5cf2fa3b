/* The account as one block of plain data: layout, checks, order and hash. */
#include "hpm/account.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/sort.h"

size_t hpm_account_size(uint32_t balance_count, uint32_t position_count, uint32_t declared_count)
{
    return sizeof(hpm_account) + balance_count * sizeof(hpm_balance) +
           position_count * sizeof(hpm_position) + declared_count * sizeof(hpm_declared);
}

/* Every array starts 8-byte aligned because every struct's size is a multiple of 8. */
_Static_assert(sizeof(hpm_account) % 8 == 0, "balances follow the header");
_Static_assert(sizeof(hpm_balance) % 8 == 0, "positions follow the balances");
_Static_assert(sizeof(hpm_position) % 8 == 0, "declared amounts follow the positions");

const hpm_balance *hpm_account_balances(const hpm_account *account)
{
    return (const hpm_balance *)(account + 1);
}

const hpm_position *hpm_account_positions(const hpm_account *account)
{
    return (const hpm_position *)(hpm_account_balances(account) + account->balance_count);
}

const hpm_declared *hpm_account_declared(const hpm_account *account)
{
    return (const hpm_declared *)(hpm_account_positions(account) + account->position_count);
}

static int compare_balances(const void *a, const void *b, const void *context)
{
    uint32_t left = ((const hpm_balance *)a)->asset, right = ((const hpm_balance *)b)->asset;
    (void)context;
    return (left > right) - (left < right);
}

static int compare_positions(const void *a, const void *b, const void *context)
{
    uint32_t left = ((const hpm_position *)a)->instrument;
    uint32_t right = ((const hpm_position *)b)->instrument;
    (void)context;
    return (left > right) - (left < right);
}

static int compare_declared(const void *a, const void *b, const void *context)
{
    const hpm_declared *left = a, *right = b;
    int order = strcmp(left->name, right->name);
    (void)context;
    if (order != 0) return order;
    return (left->asset > right->asset) - (left->asset < right->asset);
}

static hpm_status take_balances(hpm_balance *out, const hpm_balance *rows, uint32_t count,
                                const hpm_catalog *catalog, hpm_error *error)
{
    for (uint32_t i = 0; i < count; i++) {
        if (rows[i].asset >= catalog->asset_count)
            return hpm_fail(error, HPM_E_REFERENCE, "balances", "unknown asset id (%u)",
                            rows[i].asset);
        out[i] = rows[i];
    }
    hpm_sort(out, count, sizeof *out, compare_balances, NULL);
    for (uint32_t i = 1; i < count; i++)
        if (out[i - 1].asset == out[i].asset)
            return hpm_fail(error, HPM_E_DUPLICATE, catalog->assets[out[i].asset].name,
                            "balance stated twice");
    return HPM_OK;
}

static hpm_status check_position(const hpm_position *row, const hpm_catalog *catalog,
                                 hpm_error *error)
{
    if (row->instrument >= catalog->instrument_count)
        return hpm_fail(error, HPM_E_REFERENCE, "positions", "unknown instrument id (%u)",
                        row->instrument);
    const hpm_instrument *instrument = &catalog->instruments[row->instrument];
    if (row->quantity.e8 % instrument->lot.e8 != 0) {
        char quantity[HPM_DECIMAL_TEXT], lot[HPM_DECIMAL_TEXT];
        hpm_decimal_format(quantity, row->quantity.e8);
        hpm_decimal_format(lot, instrument->lot.e8);
        return hpm_fail(error, HPM_E_LOT, instrument->name,
                        "quantity is not a whole number of lots of %s (%s)", lot, quantity);
    }
    if (!isnan(row->entry_price) && !(row->entry_price > 0 && row->entry_price < 1e15))
        return hpm_fail(error, HPM_E_RANGE, instrument->name, "entry price outside (0, 1e15) (%g)",
                        row->entry_price);
    return HPM_OK;
}

static hpm_status take_positions(hpm_position *out, const hpm_position *rows, uint32_t count,
                                 const hpm_catalog *catalog, hpm_error *error)
{
    for (uint32_t i = 0; i < count; i++) {
        hpm_status status = check_position(&rows[i], catalog, error);
        if (status != HPM_OK) return status;
        out[i] = rows[i];
    }
    hpm_sort(out, count, sizeof *out, compare_positions, NULL);
    for (uint32_t i = 1; i < count; i++)
        if (out[i - 1].instrument == out[i].instrument)
            return hpm_fail(error, HPM_E_DUPLICATE, catalog->instruments[out[i].instrument].name,
                            "position stated twice");
    return HPM_OK;
}

static hpm_status take_declared(hpm_declared *out, const hpm_declared *rows, uint32_t count,
                                const hpm_catalog *catalog, hpm_error *error)
{
    for (uint32_t i = 0; i < count; i++) {
        if (!memchr(rows[i].name, '\0', sizeof rows[i].name) || rows[i].name[0] == '\0')
            return hpm_fail(error, HPM_E_RANGE, "declared", "an amount needs a name");
        if (rows[i].asset >= catalog->asset_count)
            return hpm_fail(error, HPM_E_REFERENCE, rows[i].name, "unknown asset id (%u)",
                            rows[i].asset);
        if (rows[i].amount.e8 < 0)
            return hpm_fail(error, HPM_E_RANGE, rows[i].name, "a declared amount is negative");
        out[i] = rows[i];
    }
    hpm_sort(out, count, sizeof *out, compare_declared, NULL);
    for (uint32_t i = 1; i < count; i++)
        if (compare_declared(&out[i - 1], &out[i], NULL) == 0)
            return hpm_fail(error, HPM_E_DUPLICATE, out[i].name, "declared amount stated twice");
    return HPM_OK;
}

hpm_status hpm_account_init(hpm_account *account, const char *id, const hpm_balance *balances,
                            uint32_t balance_count, const hpm_position *positions,
                            uint32_t position_count, const hpm_declared *declared,
                            uint32_t declared_count, const hpm_catalog *catalog, hpm_error *error)
{
    if (strlen(id) >= HPM_ACCOUNT_ID_SIZE || id[0] == '\0')
        return hpm_fail(error, HPM_E_RANGE, "id", "an account's id has 1 to %d bytes",
                        HPM_ACCOUNT_ID_SIZE - 1);
    if (balance_count > HPM_BALANCES_MAX)
        return hpm_fail(error, HPM_E_LIMIT, "balances", "more than %d (%u)", HPM_BALANCES_MAX,
                        balance_count);
    if (declared_count > HPM_BALANCES_MAX)
        return hpm_fail(error, HPM_E_LIMIT, "declared", "more than %d (%u)", HPM_BALANCES_MAX,
                        declared_count);
    if (position_count > HPM_POSITIONS_MAX)
        return hpm_fail(error, HPM_E_LIMIT, "positions", "more than %d (%u)", HPM_POSITIONS_MAX,
                        position_count);
    memset(account, 0, sizeof *account);
    strcpy(account->id, id);
    account->balance_count = balance_count;
    account->position_count = position_count;
    account->declared_count = declared_count;
    /* The block is the caller's to write until this returns. */
    hpm_balance *own_balances = (hpm_balance *)(account + 1);
    hpm_position *own_positions = (hpm_position *)(own_balances + balance_count);
    hpm_declared *own_declared = (hpm_declared *)(own_positions + position_count);
    hpm_status status = take_balances(own_balances, balances, balance_count, catalog, error);
    if (status == HPM_OK)
        status = take_positions(own_positions, positions, position_count, catalog, error);
    if (status == HPM_OK)
        status = take_declared(own_declared, declared, declared_count, catalog, error);
    return status;
}

int hpm_account_depends_on(const hpm_account *account, uint32_t asset, const hpm_catalog *catalog)
{
    const hpm_balance *balances = hpm_account_balances(account);
    const hpm_position *positions = hpm_account_positions(account);
    for (uint32_t i = 0; i < account->balance_count; i++)
        if (balances[i].asset == asset && balances[i].amount.e8 != 0) return 1;
    for (uint32_t i = 0; i < account->position_count; i++) {
        const hpm_instrument *row = &catalog->instruments[positions[i].instrument];
        if (row->underlying == asset || row->settlement == asset) return 1;
    }
    return 0;
}

static int same_balance(const hpm_balance *a, const hpm_balance *b)
{
    return a->asset == b->asset && a->amount.e8 == b->amount.e8;
}

static int same_position(const hpm_position *a, const hpm_position *b)
{
    int same_entry =
        a->entry_price == b->entry_price || (isnan(a->entry_price) && isnan(b->entry_price));
    return a->instrument == b->instrument && a->quantity.e8 == b->quantity.e8 &&
           a->funding.e8 == b->funding.e8 && same_entry;
}

static int same_declared(const hpm_declared *a, const hpm_declared *b)
{
    return strcmp(a->name, b->name) == 0 && a->asset == b->asset && a->amount.e8 == b->amount.e8;
}

int hpm_account_holds_same(const hpm_account *a, const hpm_account *b)
{
    int same = a->balance_count == b->balance_count && a->position_count == b->position_count &&
               a->declared_count == b->declared_count;
    for (uint32_t i = 0; same && i < a->balance_count; i++)
        same = same_balance(&hpm_account_balances(a)[i], &hpm_account_balances(b)[i]);
    for (uint32_t i = 0; same && i < a->position_count; i++)
        same = same_position(&hpm_account_positions(a)[i], &hpm_account_positions(b)[i]);
    for (uint32_t i = 0; same && i < a->declared_count; i++)
        same = same_declared(&hpm_account_declared(a)[i], &hpm_account_declared(b)[i]);
    return same;
}

hpm_hash hpm_account_hash(const hpm_account *account, const hpm_catalog *catalog)
{
    const hpm_balance *balances = hpm_account_balances(account);
    const hpm_position *positions = hpm_account_positions(account);
    const hpm_declared *declared = hpm_account_declared(account);
    hpm_hasher hasher;
    hpm_hash_begin(&hasher);
    hpm_hash_text(&hasher, "hpm/account/1");
    hpm_hash_text(&hasher, account->id);
    hpm_hash_int(&hasher, account->balance_count);
    for (uint32_t i = 0; i < account->balance_count; i++) {
        hpm_hash_text(&hasher, catalog->assets[balances[i].asset].name);
        hpm_hash_int(&hasher, balances[i].amount.e8);
    }
    hpm_hash_int(&hasher, account->position_count);
    for (uint32_t i = 0; i < account->position_count; i++) {
        hpm_hash_text(&hasher, catalog->instruments[positions[i].instrument].name);
        hpm_hash_int(&hasher, positions[i].quantity.e8);
        hpm_hash_real(&hasher, positions[i].entry_price);
        hpm_hash_int(&hasher, positions[i].funding.e8);
    }
    hpm_hash_int(&hasher, account->declared_count);
    for (uint32_t i = 0; i < account->declared_count; i++) {
        hpm_hash_text(&hasher, declared[i].name);
        hpm_hash_text(&hasher, catalog->assets[declared[i].asset].name);
        hpm_hash_int(&hasher, declared[i].amount.e8);
    }
    return hpm_hash_end(&hasher);
}
