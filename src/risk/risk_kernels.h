/* The inner loops of the risk room: sums of lots * row in exact integers, and the worst column.
 *
 * One table of functions per instruction set; every table gives the same integers. Two forms of
 * the same sum exist. Which one is exact is the caller's proof (risk/totals_bound.h): with
 * b = sum |lots| * row_bound, `real` needs b < 2^53, `int` needs b < 2^63. */
#ifndef HPM_RISK_KERNELS_H
#define HPM_RISK_KERNELS_H

#include <stddef.h>
#include <stdint.h>

/* Rows start on 64 bytes; `stride` and `columns` are multiples of 8, columns <= stride. */
typedef struct hpm_risk_rows {
    const int64_t *ticks;
    const double *ticks_real; /* the same integers */
    size_t stride;
    uint32_t columns; /* how many, from the first, a kernel looks at */
} hpm_risk_rows;

/* Accounts in compressed rows: account a holds legs first[a] .. first[a + 1] - 1. */
typedef struct hpm_risk_legs {
    const uint64_t *first;
    const uint32_t *instruments;
    const int64_t *lots;
} hpm_risk_legs;

typedef struct hpm_risk_kernels {
    const char *isa;
    int int_is_as_fast; /* the int form is no slower: there is no use in proving more */

    /* total[j] += sum over `count` legs of lots * row[j]. `total` is aligned to 64 bytes. */
    void (*sum_real)(int64_t *total, const hpm_risk_rows *rows, const uint32_t *instruments,
                     const int64_t *lots, size_t count);
    void (*sum_int)(int64_t *total, const hpm_risk_rows *rows, const uint32_t *instruments,
                    const int64_t *lots, size_t count);

    /* worst[a] = max(0, max over columns of -sum), worst_column[a] the first column that attains
     * it, HPM_NONE if nothing loses. Columns of zeros are harmless. */
    void (*worst_real)(int64_t *worst, uint32_t *worst_column, const hpm_risk_rows *rows,
                       const hpm_risk_legs *legs, size_t account_count);
    void (*worst_int)(int64_t *worst, uint32_t *worst_column, const hpm_risk_rows *rows,
                      const hpm_risk_legs *legs, size_t account_count);

    /* real[j] = ticks[j] for |ticks[j]| < 2^51; returns the largest |ticks[j]|. */
    int64_t (*widen_row)(double *real, const int64_t *ticks, uint32_t columns);

    /* Worst of total + lots * row over any number of columns, given that the products fit.
     * `total` may start anywhere. Returns 0; 1 and leaves the outputs as they were if a sum or
     * the worst does not fit. */
    int (*worst_order)(int64_t *worst, uint32_t *worst_column, const int64_t *total,
                       const int64_t *row, int64_t lots, uint32_t columns);
} hpm_risk_kernels;

#if defined(__x86_64__)
extern const hpm_risk_kernels hpm_risk_kernels_avx2;
extern const hpm_risk_kernels hpm_risk_kernels_avx512;
#endif
extern const hpm_risk_kernels hpm_risk_kernels_base;

#endif
