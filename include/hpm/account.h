/* The account: balances and positions, as plain data. No pointers, sorted ids, one block of memory
 * that can be copied, compared and hashed. */
#ifndef HPM_ACCOUNT_H
#define HPM_ACCOUNT_H

#include <stddef.h>
#include <stdint.h>

#include "hpm/catalog.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HPM_ACCOUNT_ID_SIZE 64
#define HPM_POSITIONS_MAX   100000
#define HPM_BALANCES_MAX    1024

typedef struct hpm_balance {
    uint32_t asset;
    hpm_money amount; /* units of the asset; negative: borrowed */
} hpm_balance;

typedef struct hpm_position {
    uint32_t instrument;
    hpm_qty quantity;   /* contracts, signed; a whole number of lots */
    double entry_price; /* futures and perpetuals: average entry; NaN: P&L is settled to the mark */
    hpm_money funding;  /* and realised gains: accrued, unsettled, in the settlement asset */
} hpm_position;

/* An amount that a venue states for the account and that is an input to its method (open orders,
 * market-maker protection). Read by the charge `declared`. */
typedef struct hpm_declared {
    char name[32];
    uint32_t asset;
    hpm_money amount; /* >= 0 */
} hpm_declared;

/* Header of one block: the three arrays follow it in this order. */
typedef struct hpm_account {
    char id[HPM_ACCOUNT_ID_SIZE];
    uint32_t balance_count;
    uint32_t position_count;
    uint32_t declared_count;
    uint32_t reserved;
} hpm_account;

/* Bytes of an account with these counts. */
size_t hpm_account_size(uint32_t balance_count, uint32_t position_count, uint32_t declared_count);

/* Lays out an account in `memory` (hpm_account_size bytes, 8-byte aligned, caller-owned) from rows
 * in any order, sorted by id. E_DUPLICATE (an asset or instrument twice), E_REFERENCE,
 * E_LOT (not a whole number of lots), E_RANGE (entry price). */
hpm_status hpm_account_init(hpm_account *account, const char *id, const hpm_balance *balances,
                            uint32_t balance_count, const hpm_position *positions,
                            uint32_t position_count, const hpm_declared *declared,
                            uint32_t declared_count, const hpm_catalog *catalog, hpm_error *error);

const hpm_balance *hpm_account_balances(const hpm_account *account);
const hpm_position *hpm_account_positions(const hpm_account *account);
const hpm_declared *hpm_account_declared(const hpm_account *account);

/* Whether the account has anything in the asset: a balance, or a position that follows or settles
 * in it. */
int hpm_account_depends_on(const hpm_account *account, uint32_t asset, const hpm_catalog *catalog);

/* Whether two accounts of one catalog are equal in everything but their id. */
int hpm_account_holds_same(const hpm_account *a, const hpm_account *b);

/* Hash by names, not by ids: it does not depend on what else is in the catalog. */
hpm_hash hpm_account_hash(const hpm_account *account, const hpm_catalog *catalog);

#ifdef __cplusplus
}
#endif
#endif
