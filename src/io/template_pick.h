/* Which listed instrument a template's leg means. */
#ifndef HPM_IO_TEMPLATE_PICK_H
#define HPM_IO_TEMPLATE_PICK_H

#include "hpm/market.h"
#include "io/template_rows.h"

/* What a leg became; id HPM_NONE: skipped. */
typedef struct hpm_template_pick {
    uint32_t id;
    char reason[160]; /* why it was skipped */
} hpm_template_pick;

/* The instrument of the leg. `expiry_of` and `strike_of` are the ids of the legs that it refers
 * to, HPM_NONE where it refers to none. */
hpm_template_pick hpm_template_pick_leg(const hpm_market *market, const hpm_template_leg *leg,
                                        uint32_t expiry_of, uint32_t strike_of);

/* Options of the ladder in the order in which sizes are dealt: by expiry, strike, put before call.
 * `ids` has room for every instrument of the catalog; returns how many were written. */
uint32_t hpm_template_pick_ladder(const hpm_market *market, const hpm_template_ladder *ladder,
                                  uint32_t *ids);

/* Delta of one contract in units of the underlying; NaN where an input is absent. An option's is
 * its Black-76 forward delta. */
double hpm_template_delta(const hpm_market *market, uint32_t id);

/* Value in reporting currency of the underlying of one contract; NaN where an input is absent. */
double hpm_template_notional(const hpm_market *market, uint32_t id);

#endif
