/* A plain C face of the kernels for the C++ benchmark (their headers are C11). */
#ifndef HPM_BENCH_KERNELS_H
#define HPM_BENCH_KERNELS_H

#include <stddef.h>

typedef struct bench_fill bench_fill;

/* Name of instruction set 0, 1, 2 or NULL where it does not run. */
const char *bench_isa_name(int isa);
void bench_black76(int isa, double *value, const double *forward, const double *strike,
                   const double *total_vol, const double *discount, const double *sign,
                   size_t count);
void bench_implied_vol(int isa, double *total_vol, const double *forward, const double *strike,
                       const double *value, const double *sign, size_t count);
/* A chain of options over a price x volatility grid; never freed. */
bench_fill *bench_fill_new(size_t options, size_t scenarios);
void bench_fill_run(int isa, bench_fill *fill);

#endif
