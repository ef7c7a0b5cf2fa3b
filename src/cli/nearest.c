/* The nearest known name to a mistyped word, by edit distance with transpositions. */
#include <string.h>

#include "options.h"

#define WORD_MAX 64

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* Optimal string alignment distance; words longer than WORD_MAX are far from everything. */
static uint32_t distance(const char *a, const char *b)
{
    uint32_t cost[WORD_MAX + 1][WORD_MAX + 1];
    size_t length_a = strlen(a);
    size_t length_b = strlen(b);
    if (length_a > WORD_MAX || length_b > WORD_MAX) return UINT32_MAX;
    for (size_t i = 0; i <= length_a; i++) {
        for (size_t j = 0; j <= length_b; j++) {
            if (i == 0 || j == 0) {
                cost[i][j] = (uint32_t)(i + j);
                continue;
            }
            uint32_t swap = cost[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
            cost[i][j] = least(swap, least(cost[i - 1][j], cost[i][j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                cost[i][j] = least(cost[i][j], cost[i - 2][j - 2] + 1);
            }
        }
    }
    return cost[length_a][length_b];
}

const char *hpm_nearest(const char *word, const char *const *names, uint32_t count)
{
    const char *best = NULL;
    uint32_t best_distance = UINT32_MAX;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t far = distance(word, names[i]);
        if (far < best_distance) {
            best_distance = far;
            best = names[i];
        }
    }
    /* A third of the letters may be wrong, and always one. */
    size_t allowed = strlen(word) / 3 > 1 ? strlen(word) / 3 : 1;
    return best_distance <= allowed ? best : NULL;
}
