/* The steps of a search: random small portfolios of the instruments that may be held, and random
 * changes of them. */
#ifndef HPM_ASSESS_SEARCH_MOVE_H
#define HPM_ASSESS_SEARCH_MOVE_H

#include "assess/search_probe.h"
#include "math/rng.h"

typedef struct hpm_legs {
    hpm_search_leg legs[HPM_SEARCH_LEGS_MAX]; /* each instrument once, no zero lots */
    uint32_t count;
} hpm_legs;

/* An instrument that may be held. */
typedef struct hpm_candidate {
    uint32_t instrument;
    int64_t lots_max;  /* of the size limit, >= 1 */
    int64_t lots_base; /* a step of a leg's size, >= 1 */
    double notional;   /* of a lot at the index, reporting currency */
} hpm_candidate;

typedef struct hpm_search_mover {
    hpm_rng rng;
    hpm_candidate *candidates; /* by underlying, expiry, strike, type: neighbours are alike */
    uint32_t candidate_count;
    uint32_t *place; /* [instrument_count] in `candidates`; HPM_NONE: may not be held */
    uint32_t legs_max;
    int one_underlying; /* the rulebook covers no more */
    const hpm_catalog *catalog;
} hpm_search_mover;

size_t hpm_search_mover_size(const hpm_catalog *catalog);

/* Candidates are instruments that can be priced at all moves, of which the rulebook says what a lot
 * needs, and of which a lot is no larger than the size limit. `scratch` has room for an account of
 * one position. E_MISSING_PRICE: there is none; E_MEMORY. */
hpm_status hpm_search_mover_init(hpm_search_mover *mover, hpm_arena *arena, hpm_desk *desk,
                                 const hpm_probe *probe, const hpm_search_rules *rules,
                                 hpm_account *scratch, hpm_error *error);

/* One to legs_max legs, near each other. */
void hpm_search_begin(hpm_search_mover *mover, hpm_legs *legs);

/* One change: a leg more, less, turned round, resized, exchanged for a neighbour, or sized like
 * another. Never empty, never beyond the limits. */
void hpm_search_change(hpm_search_mover *mover, hpm_legs *legs);

/* Sum of |notional| in the reporting currency. */
double hpm_search_gross(const hpm_search_mover *mover, const hpm_legs *legs);

#endif
