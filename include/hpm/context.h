/* The context: which instruction set's kernels to use, and proof that the floating-point
 * environment is the one that the numbers need. Results never depend on the choice. */
#ifndef HPM_CONTEXT_H
#define HPM_CONTEXT_H

#include "hpm/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum hpm_isa {
    HPM_ISA_BASE,   /* what every machine of the architecture has: SSE2, NEON */
    HPM_ISA_AVX2,   /* AVX2 and FMA */
    HPM_ISA_AVX512, /* AVX-512 F, DQ, VL */
} hpm_isa;

typedef struct hpm_context {
    /* Const tables of the chosen instruction set. */
    const struct hpm_price_kernels *price;
    const struct hpm_risk_kernels *risk;
} hpm_context;

/* E_UNSUPPORTED if this build has no kernels for `isa`; E_FP_ENVIRONMENT unless the calling thread
 * rounds to nearest and keeps denormals (a host linked with -ffast-math does not). The library
 * does not probe the processor: the caller vouches that it has the instruction set. */
hpm_status hpm_context_init(hpm_context *context, hpm_isa isa, hpm_error *error);

#ifdef __cplusplus
}
#endif
#endif
