/* A small world for the tests of laws: a catalog and a market in code with every kind of instrument
 * and of gap, rulebooks and documents from files, and a desk, which is a rulebook's risk array
 * filled from a market. What goes wrong here is the test's own fault and ends it. */
#ifndef HPM_TESTS_WORLD_H
#define HPM_TESTS_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hpm/hpm.h"
#include "io/document.h"

/* xorshift64*: the same books from the same seed on every machine. */
typedef struct rng {
    uint64_t state;
} rng;

rng rng_of(uint64_t seed);
uint64_t rng_next(rng *random);
uint32_t rng_below(rng *random, uint32_t count);
double rng_real(rng *random, double low, double high);
int rng_chance(rng *random, uint32_t percent);

/* A law that does not hold ends the test and says for which seed. */
#define LAW(condition, seed, ...)                                                                  \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            print_error("law broken: %s (seed %llu)\n", #condition, (unsigned long long)(seed));   \
            fail_msg(__VA_ARGS__);                                                                 \
        }                                                                                          \
    } while (0)

/* An arena of exactly this capacity, so that a size function that says too little shows. */
hpm_arena arena_exact(size_t bytes);
void arena_free(hpm_arena *arena);

/* ---- The world ---------------------------------------------------------------------------- */

#define WORLD_NOW_NS (INT64_C(1772437500) * 1000000000) /* 2026-03-02T07:45:00Z */

/* Changes inputs of a market that is not finished yet. */
typedef void market_edit(hpm_market *market, const void *data);

/* BTC, ETH, SOL, STETH, USD, USDC. Options inverse and linear over up to seven expiries: one past
 * (OLD), one in four minutes (M4), one inside its averaging window (M15: half is observed), then
 * D7, D30, D90, D300; strikes from 0. Some volatilities are missing: here and there, a whole expiry
 * between quoted ones (BTC D90) and beyond them (ETH D300). SOL D90 has no forward, a BTC future no
 * mark, a lot of SOL_USDC-HUGE is too large for ticks: they cannot be held. Futures, perpetuals and
 * spot pairs. Must not be moved. */
typedef struct world {
    hpm_catalog catalog;
    hpm_market market;
    hpm_arena catalog_arena, market_arena;
} world;

void world_init(world *out, market_edit *edit, const void *data);
void world_free(world *old);

/* An edit: confidences from 0.6 and ages up to 1000 s, from the seed (a uint64_t). */
void world_wear(hpm_market *market, const void *seed);

/* An edit: BTC D7, D30 and D300 and all of ETH's expiries have a smile instead of quotes; BTC D90
 * still has neither. `data` is a smile_trust, or NULL: all are trusted and fresh. */
typedef struct smile_trust {
    uint32_t expiry; /* whose smile is doubtful or old */
    double confidence, age_s;
} smile_trust;

void world_smiles(hpm_market *market, const void *data);

/* One input, and what becomes of it. */
typedef enum input_kind { PRICE, FORWARD, MARK, VOL } input_kind;

typedef struct change {
    input_kind kind;
    uint32_t id; /* asset, expiry, or instrument */
    double factor, confidence, age_s;
} change;

hpm_input *input_at(const hpm_market *market, input_kind kind, uint32_t id);

/* An edit: a change. A factor of NaN removes the input. */
void world_change(hpm_market *market, const void *data);

uint32_t asset_named(const hpm_catalog *catalog, const char *name);
uint32_t instrument_named(const hpm_catalog *catalog, const char *name);

/* ---- Files -------------------------------------------------------------------------------- */

/* Folders: HPM_RULEBOOKS (default rulebooks), HPM_SAMPLES (samples), HPM_DATA (../shared/data). */
const char *folder_of(const char *variable, const char *fallback);

/* All of rulebooks/, in the order of their names; returns how many. */
int rulebooks_load(hpm_rulebook_document *out, int capacity);
/* rulebooks/NAME.json. */
void rulebook_load(hpm_rulebook_document *out, const char *name);
/* The same without what breaks the law of merging on purpose: depths, caps, wrong-way shares, least
 * confidences and payoff floors. */
void rulebook_load_coherent(hpm_rulebook_document *out, const char *name);
void rulebook_decode(hpm_rulebook_document *out, const char *text);

/* samples/market.json. */
void sample_market_load(hpm_market_document *out);

/* The ten account templates of the samples: samples/templates/NAME.json. */
enum { COVERED_CALL, CASH_AND_CARRY, BOX, IRON_CONDOR, TEMPLATES = 10 };
extern const char *const template_names[TEMPLATES];

/* What a template is on a market, from malloc. Adds how many legs were left out to *skipped unless
 * it is NULL. */
hpm_account *template_load(const char *name, const hpm_market *market, uint32_t *skipped);

/* ---- The desk ----------------------------------------------------------------------------- */

typedef struct desk {
    hpm_context context;
    hpm_risk_array array;
    hpm_arena arena;
    double *reference;  /* [instrument][stride] hpm_risk_row_reference, in units */
    hpm_hash tick_hash; /* of all ticks */
} desk;

void desk_open(desk *out, const hpm_market *market, const hpm_rulebook *rulebook);
void desk_close(desk *old);

/* The hash of the array's ticks and states as they are now. */
hpm_hash ticks_hash(const hpm_risk_array *array);

/* Unit of an entry: ticks times this is an amount. */
double column_unit(const hpm_risk_array *array, uint32_t instrument, uint32_t column);

#endif
