/* The kernels and a risk-array fill, for the C++ benchmark. */
#include "bench_kernels.h"

#include <stdio.h>
#include <stdlib.h>

#include "price/kernels.h"

struct bench_fill {
    size_t options, scenarios;
    hpm_option_fill *rows;
    int64_t *ticks;
};

static const hpm_price_kernels *kernels_of(int isa)
{
    const hpm_price_kernels *kernels = hpm_price_kernels_for((hpm_isa)isa);
#if defined(__x86_64__)
    if (isa == HPM_ISA_AVX2 && !__builtin_cpu_supports("avx2")) return NULL;
    if (isa == HPM_ISA_AVX512 && !__builtin_cpu_supports("avx512dq")) return NULL;
#endif
    return kernels;
}

const char *bench_isa_name(int isa)
{
    const hpm_price_kernels *kernels = kernels_of(isa);
    return kernels ? kernels->isa : NULL;
}

void bench_black76(int isa, double *value, const double *forward, const double *strike,
                   const double *total_vol, const double *discount, const double *sign,
                   size_t count)
{
    kernels_of(isa)->black76(value, forward, strike, total_vol, discount, sign, count);
}

void bench_implied_vol(int isa, double *total_vol, const double *forward, const double *strike,
                       const double *value, const double *sign, size_t count)
{
    kernels_of(isa)->implied_vol(total_vol, forward, strike, value, sign, count);
}

static void *aligned(size_t size)
{
    void *p = aligned_alloc(64, (size + 63) / 64 * 64);
    if (p == NULL) abort();
    return p;
}

static double *filled(size_t n, double first, double step, size_t period)
{
    double *a = aligned(n * sizeof *a);
    for (size_t i = 0; i < n; i++)
        a[i] = first + step * (double)(i % period);
    return a;
}

bench_fill *bench_fill_new(size_t options, size_t scenarios)
{
    bench_fill *fill = aligned(sizeof *fill);
    *fill = (bench_fill){.options = options, .scenarios = scenarios};
    fill->rows = aligned(options * sizeof *fill->rows);
    fill->ticks = aligned(options * scenarios * sizeof *fill->ticks);
    double *forward = filled(scenarios, 80000, 40000.0 / (double)scenarios, scenarios);
    double *mult = filled(scenarios, 0.7, 0.05, 13);
    double *add = filled(scenarios, 0, 0, 1), *floors = filled(scenarios, 0.05, 0, 1);
    double *sqrt_tau = filled(scenarios, 0.5, 0, 1), *discount = filled(scenarios, 0.98, 0, 1);
    for (size_t i = 0; i < options; i++)
        fill->rows[i] = (hpm_option_fill){.strike = 40000 + 60.0 * (double)i,
                                          .sign = i % 2 ? 1 : -1,
                                          .vol = 0.4 + 0.0002 * (double)i,
                                          .value0 = 5000,
                                          .scale = 1e6,
                                          .inverse = 0,
                                          .forward = forward,
                                          .vol_mult = mult,
                                          .vol_add = add,
                                          .vol_floor = floors,
                                          .sqrt_tau = sqrt_tau,
                                          .discount = discount};
    return fill;
}

void bench_fill_run(int isa, bench_fill *fill)
{
    const hpm_price_kernels *kernels = kernels_of(isa);
    int bad = 0;
    for (size_t i = 0; i < fill->options; i++)
        bad |= kernels->fill_option(fill->ticks + i * fill->scenarios, &fill->rows[i],
                                    fill->scenarios);
    if (bad) abort();
}
