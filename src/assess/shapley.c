/* Splits a change among its causes. */
#include "assess/shapley.h"

#include <assert.h>

__extension__ typedef __int128 wide;

static const int64_t factorial[HPM_CAUSES_MAX + 1] = {1, 1, 2, 6, 24, 120, 720, 5040, 40320};

static uint32_t size_of(uint32_t set)
{
    uint32_t size = 0;
    for (; set != 0; set &= set - 1)
        size++;
    return size;
}

/* Times cause_count!: in how many orders a cause comes right after the set, times what it then
 * does. */
static wide weighted_sum(const int64_t *values, size_t stride, uint32_t cause_count, uint32_t cause)
{
    const uint32_t bit = 1U << cause;
    wide sum = 0;
    for (uint32_t set = 0; set < 1U << cause_count; set++) {
        if ((set & bit) != 0) continue;
        uint32_t size = size_of(set);
        wide step = (wide)values[(set | bit) * stride] - values[set * stride];
        sum += step * (factorial[size] * factorial[cause_count - 1 - size]);
    }
    return sum; /* below 2^65 * 8! in magnitude */
}

static wide divide_half_even(wide sum, int64_t divisor)
{
    wide quotient = sum / divisor, rest = sum % divisor;
    int sign = sum < 0 ? -1 : 1;
    wide twice = rest * sign * 2;
    if (twice > divisor || (twice == divisor && quotient % 2 != 0)) quotient += sign;
    return quotient;
}

static wide magnitude(wide value)
{
    return value < 0 ? -value : value;
}

hpm_status hpm_shapley_split(hpm_money *part, const int64_t *values, size_t stride,
                             uint32_t cause_count, hpm_error *error)
{
    assert(cause_count <= HPM_CAUSES_MAX);
    const uint32_t all = (1U << cause_count) - 1;
    wide parts[HPM_CAUSES_MAX] = {0};
    wide left = (wide)values[all * stride] - values[0];
    uint32_t largest = 0;
    for (uint32_t i = 0; i < cause_count; i++) {
        parts[i] =
            divide_half_even(weighted_sum(values, stride, cause_count, i), factorial[cause_count]);
        left -= parts[i];
        if (magnitude(parts[i]) > magnitude(parts[largest])) largest = i;
    }
    assert(cause_count > 0 || left == 0);
    parts[largest] += left;
    for (uint32_t i = 0; i < cause_count; i++) {
        if (parts[i] != (int64_t)parts[i])
            return hpm_fail(error, HPM_E_OVERFLOW, "attribution", "a part does not fit");
        part[i].e8 = (int64_t)parts[i];
    }
    return HPM_OK;
}
