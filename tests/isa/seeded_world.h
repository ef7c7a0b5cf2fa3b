/* A market and accounts drawn from a fixed seed: every kind of instrument, gaps, ages, doubts. */
#ifndef HPM_TESTS_SEEDED_WORLD_H
#define HPM_TESTS_SEEDED_WORLD_H

#include "hpm/account.h"
#include "hpm/market.h"

#define SEEDED_ACCOUNTS 60

typedef struct seeded_world {
    hpm_arena arena;
    hpm_catalog catalog;
    hpm_market market;
    hpm_market smiles;                      /* the same with smiles in place of most quotes */
    hpm_account *accounts[SEEDED_ACCOUNTS]; /* malloc'ed */
} seeded_world;

/* Must not be moved afterwards: the market points to its catalog. */
hpm_status seeded_world_init(seeded_world *world, hpm_error *error);
void seeded_world_free(seeded_world *world);

#endif
