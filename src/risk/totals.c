/* Totals: array applied to portfolio, run by run, in exact integers. */
#include "hpm/risk.h"

size_t hpm_totals_size(const hpm_risk_array *array, uint32_t run_count)
{
    return hpm_aligned_size((size_t)run_count * array->stride * sizeof(int64_t));
}

hpm_status hpm_totals_init(hpm_totals *totals, hpm_arena *arena, const hpm_risk_array *array,
                           const hpm_portfolio *portfolio, hpm_error *error)
{
    *totals = (hpm_totals){array->epoch, array->stride, portfolio->run_count, NULL, NULL};
    totals->ticks =
        hpm_arena_take(arena, (size_t)portfolio->run_count * array->stride, sizeof(int64_t));
    if (!totals->ticks)
        return hpm_fail(error, HPM_E_MEMORY, "totals", "the arena is too small");
    return HPM_OK;
}

hpm_status hpm_totals_add(hpm_totals *totals, const hpm_risk_array *array, uint32_t run,
                          uint32_t instrument, int64_t lots, hpm_error *error)
{
    int64_t *total = totals->ticks + (size_t)run * totals->stride;
    const int64_t *row = array->ticks + (size_t)instrument * array->stride;
    for (uint32_t c = 0; c < array->stride; c++) {
        __int128 sum = (__int128)row[c] * lots + total[c];
        if (sum > INT64_MAX || sum < INT64_MIN)
            return hpm_fail(error, HPM_E_OVERFLOW, array->catalog->instruments[instrument].name,
                            "the total does not fit");
    }
    for (uint32_t c = 0; c < array->stride; c++)
        total[c] += row[c] * lots;
    return HPM_OK;
}

hpm_status hpm_totals_apply(const hpm_context *context, hpm_totals *totals,
                            const hpm_risk_array *array, const hpm_portfolio *portfolio,
                            hpm_error *error)
{
    (void)context;
    for (size_t i = 0; i < (size_t)totals->run_count * totals->stride; i++)
        totals->ticks[i] = 0;
    for (uint32_t r = 0; r < portfolio->run_count; r++)
        for (uint32_t h = portfolio->runs[r].first; h < portfolio->runs[r].end; h++) {
            hpm_status status = hpm_totals_add(totals, array, r, portfolio->holdings[h].instrument,
                                               portfolio->holdings[h].lots, error);
            if (status != HPM_OK) return status;
        }
    return HPM_OK;
}

double hpm_totals_real(const hpm_totals *totals, uint32_t run, uint32_t column)
{
    return (double)totals->ticks[(size_t)run * totals->stride + column];
}
