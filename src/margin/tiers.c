/* Sums over tiers, and what tiers must be like. */
#include "margin/tiers.h"

#include <assert.h>
#include <math.h>

double hpm_tiers_sum(const hpm_list *tiers, double amount)
{
    const hpm_tier *rows = tiers->items;
    double sum = 0, from = 0;
    assert(tiers->count > 0);
    while (amount > rows->up_to) { /* never beyond the last, which is NaN */
        sum += rows->rate * (rows->up_to - from);
        from = (rows++)->up_to;
    }
    return sum + rows->rate * (amount - from);
}

int hpm_tiers_grow(const hpm_list *tiers)
{
    const hpm_tier *rows = tiers->items;
    for (uint32_t i = 1; i < tiers->count; i++)
        if (rows[i].rate > rows[i - 1].rate) return 1;
    return 0;
}

hpm_status hpm_tiers_check(const hpm_list *tiers, const char *where, hpm_error *error)
{
    const hpm_tier *rows = tiers->items;
    double from = 0;
    for (uint32_t i = 0; i < tiers->count; i++) {
        int is_last = i + 1 == tiers->count;
        if (isnan(rows[i].up_to) != is_last)
            return is_last ? hpm_fail(error, HPM_E_RANGE, where,
                                      "the last tier has an end (%g); it covers all that is beyond",
                                      rows[i].up_to)
                           : hpm_fail(error, HPM_E_FIELD_MISSING, where,
                                      "tier %u says not where it ends (up_to)", i);
        if (!is_last && !(rows[i].up_to > from))
            return hpm_fail(error, HPM_E_RANGE, where,
                            "tier %u ends at or before the one before it (%g)", i, rows[i].up_to);
        from = rows[i].up_to;
    }
    return HPM_OK;
}
