/* Worlds of quotes as a broken or hostile venue could send them, and the laws that hold of whatever
 * is fitted to them. The same worlds are made from seeds and, for a fuzzer, from bytes. */
#ifndef HPM_TESTS_HOSTILE_H
#define HPM_TESTS_HOSTILE_H

#include <stddef.h>
#include <stdint.h>

#include "hpm/surface.h"
#include "math/rng.h"

#define HOSTILE_NOW_NS (INT64_C(1772447400) * 1000000000)

enum { HOSTILE_EXPIRIES = 6, HOSTILE_ROWS = 2048 };

/* Where a world's choices come from: bytes, and 0 for ever after them; without any, a seed. Choice
 * 0 is always the ordinary one. */
typedef struct hostile_draws {
    const uint8_t *bytes; /* NULL: from the seed */
    size_t left;
    hpm_rng rng;
} hostile_draws;

typedef struct hostile_world {
    hpm_arena arena;
    hpm_catalog catalog;
    hpm_quotes quotes;
    hpm_surface_rules rules;
    hpm_surface earlier;
    const hpm_surface *before; /* NULL, or &earlier: what its author likes */
    hpm_instrument rows[HOSTILE_ROWS];
    hpm_quote row_quotes[HOSTILE_ROWS];
    hpm_slice earlier_slices[2 * HOSTILE_EXPIRIES];
    uint32_t count;
} hostile_world;

/* Draws up a world of at most `rows_most` instruments; close it whatever it returns. E_RANGE where
 * a number is beyond what quotes may be at all. */
hpm_status hostile_open(hostile_world *out, hostile_draws *draws, uint32_t rows_most,
                        hpm_error *error);
/* The same quotes, their rows in reverse: what is fitted to them is the same. */
hpm_status hostile_reverse(hostile_world *out, const hostile_world *of, hpm_error *error);
void hostile_close(hostile_world *old);

/* A fit in memory of exactly the stated size, from malloc; free it even where there is none. */
typedef struct hostile_fit {
    hpm_surface_fit fit;
    hpm_arena arena;
} hostile_fit;

hpm_status hostile_fit_open(hostile_fit *out, const hostile_world *world, hpm_isa isa,
                            hpm_error *error);
void hostile_fit_close(hostile_fit *old);

/* The first law that does not hold of a fit, in words; NULL if all hold. */
const char *hostile_broken_law(const hpm_surface_fit *fit, const hostile_world *world);

#endif
