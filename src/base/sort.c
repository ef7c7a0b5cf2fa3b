/* Heap sort. */
#include "sort.h"

#include <assert.h>
#include <string.h>

typedef struct heap {
    unsigned char *items;
    size_t size;
    hpm_compare compare;
    const void *context;
} heap;

static void *item_at(const heap *h, size_t index)
{
    return h->items + index * h->size;
}

static void swap(const heap *h, size_t a, size_t b)
{
    unsigned char block[256];
    unsigned char *left = item_at(h, a), *right = item_at(h, b);
    for (size_t done = 0; done < h->size;) {
        size_t step = h->size - done < sizeof block ? h->size - done : sizeof block;
        memcpy(block, left + done, step);
        memcpy(left + done, right + done, step);
        memcpy(right + done, block, step);
        done += step;
    }
}

static int less(const heap *h, size_t a, size_t b)
{
    return h->compare(item_at(h, a), item_at(h, b), h->context) < 0;
}

/* Restores the heap below `root` within the first `count` items. */
static void sift_down(const heap *h, size_t root, size_t count)
{
    while (root < count / 2) {
        size_t child = 2 * root + 1;
        if (child + 1 < count && less(h, child, child + 1)) child++;
        if (!less(h, root, child)) return;
        swap(h, root, child);
        root = child;
    }
}

/* Without equal items among them there is one order only. */
static int is_sorted(const heap *h, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (!less(h, i - 1, i)) return 0;
    return 1;
}

/* Much that is sorted has been so before. */
void hpm_sort(void *items, size_t count, size_t size, hpm_compare compare, const void *context)
{
    assert(size > 0 && compare);
    heap h = {items, size, compare, context};
    if (is_sorted(&h, count)) return;
    for (size_t root = count / 2; root-- > 0;)
        sift_down(&h, root, count);
    for (size_t last = count; last-- > 1;) {
        swap(&h, 0, last);
        sift_down(&h, 0, last);
    }
}

int hpm_compare_reals(const void *a, const void *b, const void *context)
{
    const double left = *(const double *)a, right = *(const double *)b;
    (void)context;
    return (left > right) - (left < right);
}
