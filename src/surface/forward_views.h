/* What each source says of one expiry's forward. */
#ifndef HPM_SURFACE_FORWARD_VIEWS_H
#define HPM_SURFACE_FORWARD_VIEWS_H

#include "surface/forward.h"

/* Years from the quotes' moment; 0 once past. */
double surface_tau_years(const hpm_quotes *quotes, uint32_t expiry);

/* Arena bytes that surface_views will take. */
size_t surface_views_size(const hpm_catalog *catalog);

/* Sets stated, parity, future and rate_annual of each expiry, and nothing else. E_MEMORY. */
hpm_status surface_views(surface_forward *out, hpm_arena *arena, const hpm_quotes *quotes,
                         const hpm_surface_rules *rules, hpm_error *error);

#endif
