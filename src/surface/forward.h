/* The forward and the discount rate of every expiry, from whatever says something of them: the
 * underlying that the venue states beside its options, put-call parity, the dated future. Robust:
 * up to two fifths of the quotes may be stale or absurd. docs/MODEL.md states the rules. */
#ifndef HPM_SURFACE_FORWARD_H
#define HPM_SURFACE_FORWARD_H

#include "hpm/surface.h"

typedef enum forward_source {
    FORWARD_STATED,  /* the venue's own, on its option rows: not contradicted */
    FORWARD_PARITY,  /* calls and puts of equal strike */
    FORWARD_FUTURE,  /* the dated future */
    FORWARD_BETWEEN, /* carry of the neighbouring expiries */
    FORWARD_SPOT,    /* the index price: nothing else is known */
    FORWARD_NONE,    /* value NaN */
} forward_source;

/* What one source says: a value, and between what it cannot be told apart. */
typedef struct forward_view {
    double value; /* NaN: says nothing */
    double low, high;
    double age_s;
    uint32_t count; /* of rows or strikes that it rests on */
} forward_view;

typedef struct surface_forward {
    hpm_input forward;  /* with its confidence and age */
    double rate_annual; /* of premiums in the quote currency; 0 where quotes allow it to be 0 */
    forward_source source;
    forward_view stated, parity, future;
} surface_forward;

/* 1 up to the soft limit, 0 from the hard limit on, linear between. */
double surface_trust(double age_s, const hpm_surface_rules *rules);

/* Arena bytes that surface_forwards will take; the caller may give them back after it. */
size_t surface_forwards_size(const hpm_catalog *catalog);

/* out[expiry_count], by expiry id. `quotes` are finished. E_MEMORY. */
hpm_status surface_forwards(surface_forward *out, hpm_arena *arena, const hpm_quotes *quotes,
                            const hpm_surface_rules *rules, hpm_error *error);

#endif
