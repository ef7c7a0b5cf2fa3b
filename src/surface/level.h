/* The one number of a family of slices, found from quotes. */
#ifndef HPM_SURFACE_LEVEL_H
#define HPM_SURFACE_LEVEL_H

#include "hpm/svi_fit.h"

/* A family of slices by their level. */
typedef hpm_svi svi_family(const void *shape, double level);

/* The level from `low` to `high` (both > 0) whose slice misses the quotes least: the best of a
 * geometric grid, then golden sections between its neighbours. */
double svi_best_level(const hpm_svi_quotes *quotes, svi_family *family, const void *shape,
                      double low, double high);

#endif
