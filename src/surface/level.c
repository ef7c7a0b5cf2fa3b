/* The level of a family of slices. */
#include "surface/level.h"

#include <math.h>

#include "math/elementary.h"
#include "surface/svi_descent.h"

enum { LEVELS = 49, SECTIONS = 48 };

/* The smaller part of a golden section. */
#define GOLDEN 0.38196601125010515

static double cost_at(const hpm_svi_quotes *quotes, svi_family *family, const void *shape,
                      double log_level)
{
    const svi_goal goal = {.quotes = quotes};
    hpm_svi svi = family(shape, hpm_exp(log_level));
    return svi_cost(&svi, &goal);
}

double svi_best_level(const hpm_svi_quotes *quotes, svi_family *family, const void *shape,
                      double low, double high)
{
    double first = hpm_log(low), step = (hpm_log(high) - first) / (LEVELS - 1);
    double best = first, best_cost = INFINITY;
    for (int i = 0; i < LEVELS; i++) {
        double level = fma(i, step, first), cost = cost_at(quotes, family, shape, level);
        if (!(cost < best_cost)) continue;
        best = level;
        best_cost = cost;
    }
    double from = best - step, to = best + step;
    from = from < first ? first : from;
    to = to > hpm_log(high) ? hpm_log(high) : to;
    for (int i = 0; i < SECTIONS; i++) {
        double left = fma(GOLDEN, to - from, from), right = fma(-GOLDEN, to - from, to);
        if (cost_at(quotes, family, shape, left) <= cost_at(quotes, family, shape, right))
            to = right;
        else
            from = left;
    }
    return hpm_exp(0.5 * (from + to));
}
