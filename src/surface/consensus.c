/* Consensus: a median that nobody far off can move, then a sharper one of those near it. */
#include "surface/consensus.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/sort.h"

static double number_at(const opinion *item, size_t offset)
{
    double x;
    memcpy(&x, (const char *)item + offset, sizeof x);
    return x;
}

static int compare_numbers(const void *a, const void *b, const void *context)
{
    double left = number_at(a, *(const size_t *)context);
    double right = number_at(b, *(const size_t *)context);
    return (left > right) - (left < right);
}

/* The lower median by weight of the number at `offset`. */
static double median_of(opinion *items, size_t count, size_t offset)
{
    double all = 0, sum = 0;
    hpm_sort(items, count, sizeof *items, compare_numbers, &offset);
    for (size_t i = 0; i < count; i++)
        all += items[i].weight;
    for (size_t i = 0; i + 1 < count; i++) {
        sum += items[i].weight;
        if (sum >= 0.5 * all) return number_at(&items[i], offset);
    }
    return number_at(&items[count - 1], offset);
}

static double distance_of(opinion *items, size_t count, double centre)
{
    for (size_t i = 0; i < count; i++)
        items[i].distance = fabs(items[i].value - centre);
    return median_of(items, count, offsetof(opinion, distance));
}

/* Moves those that reach `centre` to the front and weighs them. Returns how many they are. */
static size_t keep_near(opinion *items, size_t count, double centre, double reach, double grain)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        opinion item = items[i];
        if (item.low - reach > centre || item.high + reach < centre) continue;
        double width = item.high - item.low + grain * fabs(centre);
        item.weight = item.trust / width;
        items[kept++] = item;
    }
    return kept;
}

opinion consensus_of(size_t *agreed, opinion *items, size_t count, double grain)
{
    assert(count > 0 && grain > 0);
    for (size_t i = 0; i < count; i++)
        items[i].weight = items[i].trust;
    double centre = median_of(items, count, offsetof(opinion, value));
    double reach = distance_of(items, count, centre);
    size_t kept = keep_near(items, count, centre, reach, grain);
    assert(kept > 0); /* the one that the median is */
    *agreed = kept;
    opinion result = {.trust = 1};
    result.value = median_of(items, kept, offsetof(opinion, value));
    result.low = median_of(items, kept, offsetof(opinion, low));
    result.high = median_of(items, kept, offsetof(opinion, high));
    result.age_s = median_of(items, kept, offsetof(opinion, age_s));
    /* Medians keep the order of what they are of, but for the rounding of sums of weights. */
    result.low = result.low < result.value ? result.low : result.value;
    result.high = result.high > result.value ? result.high : result.value;
    return result;
}
