/* From an instruction set to its table of kernels. */
#include "price/kernels.h"

extern const hpm_price_kernels hpm_price_kernels_base, hpm_price_kernels_avx2,
    hpm_price_kernels_avx512;

static const hpm_price_kernels *const tables[] = {
    [HPM_ISA_BASE] = &hpm_price_kernels_base,
#if defined(__x86_64__)
    [HPM_ISA_AVX2] = &hpm_price_kernels_avx2,
    [HPM_ISA_AVX512] = &hpm_price_kernels_avx512,
#endif
};

const hpm_price_kernels *hpm_price_kernels_for(hpm_isa isa)
{
    return (size_t)isa < sizeof tables / sizeof tables[0] ? tables[isa] : NULL;
}
