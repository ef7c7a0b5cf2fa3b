/* An in-place heap sort: no allocation, O(n log n) whatever the order of the input. (The C
 * library's qsort may allocate.) */
#ifndef HPM_BASE_SORT_H
#define HPM_BASE_SORT_H

#include <stddef.h>

typedef int (*hpm_compare)(const void *a, const void *b, const void *context);

/* Sorts `count` items of `size` bytes each. Not stable: order items that compare equal by a
 * further key. `context` is passed to `compare` and may be NULL. */
void hpm_sort(void *items, size_t count, size_t size, hpm_compare compare, const void *context);

/* For doubles in ascending order, none of them NaN. */
int hpm_compare_reals(const void *a, const void *b, const void *context);

#endif
