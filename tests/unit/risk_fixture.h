/* Shared by the tests of totals and scans: a risk array of made-up ticks, the kernels that this
 * machine can run, a generator, and the slow sums that everything is held against. */
#ifndef HPM_TESTS_RISK_FIXTURE_H
#define HPM_TESTS_RISK_FIXTURE_H

#include <stdio.h>
#include <stdlib.h>

#include "check.h"
#include "hpm/risk.h"
#include "risk/risk_kernels.h"
#include "risk/totals_bound.h"

#define TICK_MAX ((INT64_C(1) << 53) - 1)

static uint64_t random_state = 88172645463325252u;

static inline uint64_t random_bits(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

/* Uniform in -limit .. limit. */
static inline int64_t random_within(int64_t limit)
{
    uint64_t span = 2 * (uint64_t)limit + 1;
    return (int64_t)(random_bits() % span - (uint64_t)limit);
}

typedef struct fixture {
    hpm_risk_array array;
    hpm_catalog catalog;
    hpm_instrument *instruments;
} fixture;

static inline void *fixture_take(size_t count, size_t size)
{
    size_t bytes = hpm_aligned_size(count * size + 1);
    void *memory = aligned_alloc(HPM_ALIGNMENT, bytes);
    assert_non_null(memory);
    memset(memory, 0, bytes);
    return memory;
}

static inline void fixture_init(fixture *f, uint32_t instrument_count, uint32_t scenario_count)
{
    memset(f, 0, sizeof *f);
    f->instruments = fixture_take(instrument_count, sizeof *f->instruments);
    for (uint32_t i = 0; i < instrument_count; i++)
        snprintf(f->instruments[i].name, sizeof f->instruments[i].name, "test:%u", i);
    f->catalog.instruments = f->instruments;
    f->catalog.instrument_count = instrument_count;
    hpm_risk_array *array = &f->array;
    array->catalog = &f->catalog;
    array->epoch = 7;
    array->scenario_count = scenario_count;
    array->extra = (scenario_count + 7) / 8 * 8;
    array->stride = array->extra + 8;
    size_t entries = (size_t)instrument_count * array->stride;
    array->ticks = fixture_take(entries, sizeof *array->ticks);
    array->ticks_real = fixture_take(entries, sizeof *array->ticks_real);
    array->row_bound = fixture_take(instrument_count, sizeof *array->row_bound);
    array->row_state = fixture_take(instrument_count, 1);
}

static inline void fixture_free(fixture *f)
{
    free(f->instruments);
    free(f->array.ticks);
    free(f->array.ticks_real);
    free(f->array.row_bound);
    free(f->array.row_state);
}

static inline void fixture_set(fixture *f, uint32_t instrument, uint32_t column, int64_t tick)
{
    size_t at = (size_t)instrument * f->array.stride + column;
    f->array.ticks[at] = tick;
    f->array.ticks_real[at] = (double)tick;
    if ((int64_t)hpm_magnitude(tick) > f->array.row_bound[instrument])
        f->array.row_bound[instrument] = (int64_t)hpm_magnitude(tick);
}

/* Random ticks in the scenarios and in the columns after them, zeros between. */
static inline void fixture_fill(fixture *f, int64_t limit)
{
    for (uint32_t i = 0; i < f->catalog.instrument_count; i++) {
        f->array.row_bound[i] = 0;
        for (uint32_t j = 0; j < f->array.stride; j++)
            if (j < f->array.scenario_count || j >= f->array.extra)
                fixture_set(f, i, j, random_within(limit));
    }
}

static inline int64_t fixture_tick(const fixture *f, uint32_t instrument, uint32_t column)
{
    return f->array.ticks[(size_t)instrument * f->array.stride + column];
}

/* Worst of a column of exact sums, as hpm_scan_worst defines it. Returns 0 if it does not fit. */
typedef struct loss {
    int64_t worst;
    uint32_t column;
    int fits;
} loss;

static inline loss slow_worst(const hpm_wide *sums, uint32_t count)
{
    hpm_wide worst = 0;
    uint32_t column = HPM_NONE;
    for (uint32_t j = 0; j < count; j++)
        if (-sums[j] > worst) {
            worst = -sums[j];
            column = j;
        }
    return (loss){(int64_t)worst, column, worst <= INT64_MAX};
}

/* The n-th table that this machine can run, NULL after the last. */
static inline const hpm_risk_kernels *runnable_kernels(int n)
{
    const hpm_risk_kernels *tables[4] = {&hpm_risk_kernels_base};
#if defined(__x86_64__)
    int count = 1;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        tables[count++] = &hpm_risk_kernels_avx2;
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vl"))
        tables[count++] = &hpm_risk_kernels_avx512;
#endif
    return n < 4 ? tables[n] : NULL;
}

/* Says once which instruction sets a run covered. */
static inline void print_coverage(void)
{
    for (int n = 0; runnable_kernels(n); n++)
        print_message("kernels: %s\n", runnable_kernels(n)->isa);
}

#endif
