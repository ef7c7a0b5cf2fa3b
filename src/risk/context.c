/* The context: kernels of one instruction set, and the floating-point environment that the numbers
 * need. */
#include "hpm/context.h"

#include <float.h>
#include <stddef.h>

#include "risk/kernels.h"

_Static_assert(FLT_EVAL_METHOD == 0, "doubles are evaluated as doubles");

/* By hpm_isa. The price table is found by its own room; a pair is complete or absent. */
static const hpm_risk_kernels *const risk_kernels[] = {
    [HPM_ISA_BASE] = &hpm_risk_kernels_base,
#if defined(__x86_64__)
    [HPM_ISA_AVX2] = &hpm_risk_kernels_avx2,
    [HPM_ISA_AVX512] = &hpm_risk_kernels_avx512,
#endif
};

enum { ISA_COUNT = sizeof risk_kernels / sizeof risk_kernels[0] };

/* Each test distinguishes round-to-nearest from one other mode; the last two find flush-to-zero of
 * results and of operands. Volatile, so that the compiler cannot answer. */
static int environment_is_sound(void)
{
    volatile double one = 1, half_ulp = 0x1p-53, more = 0x1.8p-53;
    volatile double smallest_normal = 0x1p-1022, denormal = 0x1p-1074;
    volatile double up = one + half_ulp, down = -one - half_ulp, chopped = one + more;
    volatile double flushed = smallest_normal * 0.5, ignored = denormal * 0x1p60;
    return up == 1 && down == -1 && chopped > 1 && flushed != 0 && ignored != 0;
}

hpm_status hpm_context_init(hpm_context *context, hpm_isa isa, hpm_error *error)
{
    const hpm_price_kernels *price = hpm_price_kernels_for(isa);
    const hpm_risk_kernels *risk = (size_t)isa < ISA_COUNT ? risk_kernels[isa] : NULL;
    if (!price || !risk)
        return hpm_fail(error, HPM_E_UNSUPPORTED, "instruction set",
                        "this build has no kernels for it (%d)", (int)isa);
    if (!environment_is_sound())
        return hpm_fail(error, HPM_E_FP_ENVIRONMENT, "floating point",
                        "the thread does not round to nearest, or flushes denormals to zero");
    context->price = price;
    context->risk = risk;
    return HPM_OK;
}
