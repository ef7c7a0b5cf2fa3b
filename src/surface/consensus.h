/* What many intervals agree on, when up to two fifths of them may be wrong. */
#ifndef HPM_SURFACE_CONSENSUS_H
#define HPM_SURFACE_CONSENSUS_H

#include <stddef.h>

/* One quote's opinion of a number: its own best value, and between what it leaves it open. */
typedef struct opinion {
    double value, low, high;
    double age_s;
    double trust;            /* (0, 1] */
    double weight, distance; /* scratch */
} opinion;

/* First the median of all values, by trust; then, of the intervals that reach it (give or take the
 * median distance of values from it), the medians of values, lows, highs and ages by trust over
 * width. `grain`, relative to the first median, is added to each width: no quote is sharper.
 * *agreed is how many reach it. Reorders `items`; count > 0. Medians are lower ones: numbers that
 * were given. */
opinion consensus_of(size_t *agreed, opinion *items, size_t count, double grain);

#endif
