/* Options by strike: a run is sorted already, runs of one expiry one after the other need not be.
 */
#include "margin/strikes.h"

#include <assert.h>

#include "base/sort.h"

static int compare_strikes(const void *a, const void *b, const void *context)
{
    const hpm_strike_row *left = a, *right = b;
    (void)context;
    if (left->strike != right->strike) return left->strike < right->strike ? -1 : 1;
    return (left->holding > right->holding) - (left->holding < right->holding);
}

hpm_strike_row *hpm_strike_rows(uint32_t *count, const hpm_exposure *exposure, uint32_t run_first,
                                uint32_t run_end)
{
    const hpm_portfolio *portfolio = exposure->portfolio;
    assert(run_first < run_end);
    uint32_t first = portfolio->runs[run_first].first, end = portfolio->runs[run_end - 1].end;
    hpm_strike_row *rows = hpm_arena_reserve(exposure->scratch, end - first, sizeof *rows);
    int is_sorted = 1;
    assert(rows); /* hpm_exposure_size counts it */
    *count = 0;
    for (uint32_t h = first; h < end; h++) {
        const hpm_instrument *row =
            &exposure->catalog->instruments[portfolio->holdings[h].instrument];
        if (row->kind != HPM_OPTION) continue;
        is_sorted &= *count == 0 || rows[*count - 1].strike <= row->strike;
        rows[(*count)++] = (hpm_strike_row){row->strike, exposure->units[h], h};
    }
    if (!is_sorted) hpm_sort(rows, *count, sizeof *rows, compare_strikes, NULL);
    return rows;
}
