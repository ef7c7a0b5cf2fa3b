/* The catalog: what exists. Assets and instruments with explicit attributes and dense ids.
 *
 * An instrument's name (`venue:symbol`) is opaque; nothing in the library reads meaning out of it.
 * Ids are positions in arrays sorted by name, so that the same rows in any order give the same
 * catalog, the same ids and the same hash. Expiries and buckets are derived from the instruments:
 * a bucket is the unit in which risk is summed, (underlying, expiry, settlement asset), with the
 * perpetuals and the spot pairs of an underlying in buckets of their own. */
#ifndef HPM_CATALOG_H
#define HPM_CATALOG_H

#include <stddef.h>
#include <stdint.h>

#include "hpm/arena.h"
#include "hpm/hash.h"
#include "hpm/number.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HPM_NAME_SIZE       64         /* an instrument's name with its terminator */
#define HPM_ASSET_NAME_SIZE 16         /* an asset's name with its terminator */
#define HPM_NONE            UINT32_MAX /* no such id */

#define HPM_ASSETS_MAX      1024
#define HPM_INSTRUMENTS_MAX 1000000

typedef enum hpm_asset_kind {
    HPM_ASSET_FIAT,
    HPM_ASSET_STABLECOIN,
    HPM_ASSET_COIN,
    HPM_ASSET_TOKEN, /* wrapped, staked and venue tokens: their own price, no derivatives on them */
} hpm_asset_kind;

typedef enum hpm_kind {
    HPM_SPOT,
    HPM_FUTURE,
    HPM_PERPETUAL,
    HPM_OPTION, /* European */
} hpm_kind;

typedef enum hpm_payoff {
    HPM_LINEAR,  /* P&L in the settlement asset is contract_size * (price change) */
    HPM_INVERSE, /* quoted against a currency, margined and settled in the underlying coin */
} hpm_payoff;

typedef struct hpm_asset {
    char name[HPM_ASSET_NAME_SIZE];
    hpm_asset_kind kind;
} hpm_asset;

typedef struct hpm_instrument {
    char name[HPM_NAME_SIZE];
    hpm_kind kind;
    hpm_payoff payoff;
    uint32_t underlying; /* asset id */
    uint32_t settlement; /* asset id; the underlying itself for an inverse instrument */
    /* One contract is this many units of the underlying; for an inverse future or perpetual, this
     * many units of the quote currency. > 0. */
    double contract_size;
    hpm_qty lot;       /* smallest step of a position, in contracts; > 0 */
    double strike;     /* options: >= 0, in quote currency per unit of underlying; else 0 */
    int is_call;       /* options only */
    int64_t expiry_ns; /* futures and options: ns since 1970-01-01 UTC; else 0 */
    uint32_t expiry;   /* derived: id of (underlying, expiry_ns), HPM_NONE for spot, perpetual */
    uint32_t bucket;   /* derived */
} hpm_instrument;

typedef struct hpm_expiry {
    uint32_t underlying;
    int64_t expiry_ns;
} hpm_expiry;

typedef enum hpm_bucket_kind {
    HPM_BUCKET_SPOT,
    HPM_BUCKET_PERPETUAL,
    HPM_BUCKET_DATED,
} hpm_bucket_kind;

typedef struct hpm_bucket {
    uint32_t underlying;
    uint32_t settlement;
    uint32_t expiry; /* HPM_NONE unless dated */
    hpm_bucket_kind kind;
} hpm_bucket;

/* Read only after hpm_catalog_init. Arrays live in the arena that init was given. */
typedef struct hpm_catalog {
    const hpm_asset *assets; /* sorted by name */
    uint32_t asset_count;
    const hpm_instrument *instruments; /* sorted by name */
    uint32_t instrument_count;
    const hpm_expiry *expiries; /* sorted by underlying, time */
    uint32_t expiry_count;
    const hpm_bucket *buckets; /* sorted by underlying, kind, expiry, settlement */
    uint32_t bucket_count;
    hpm_hash hash;
} hpm_catalog;

/* Arena bytes that hpm_catalog_init will take. */
size_t hpm_catalog_size(uint32_t asset_count, uint32_t instrument_count);

/* Builds a catalog from rows in any order (copied; the caller's rows are not kept).
 * In `instruments`, `underlying` and `settlement` are positions in the given `assets` array and
 * the derived fields are ignored. Errors: E_DUPLICATE, E_REFERENCE (asset position out of range,
 * an inverse instrument settled in another asset), E_RANGE (contract size, lot, strike, expiry),
 * E_MEMORY. On failure *catalog is not usable. */
hpm_status hpm_catalog_init(hpm_catalog *catalog, hpm_arena *arena, const hpm_asset *assets,
                            uint32_t asset_count, const hpm_instrument *instruments,
                            uint32_t instrument_count, hpm_error *error);

/* Ids by name, HPM_NONE if there is no such name. O(log n). */
uint32_t hpm_catalog_find_asset(const hpm_catalog *catalog, const char *name);
uint32_t hpm_catalog_find_instrument(const hpm_catalog *catalog, const char *name);
/* Id of the expiry, HPM_NONE if no instrument has it. */
uint32_t hpm_catalog_find_expiry(const hpm_catalog *catalog, uint32_t underlying,
                                 int64_t expiry_ns);

#ifdef __cplusplus
}
#endif
#endif
