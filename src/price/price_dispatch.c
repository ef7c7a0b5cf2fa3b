/* From an instruction set to its table of kernels. */
#include "price/kernels.h"

#if defined(__x86_64__)
extern const hpm_price_kernels hpm_price_kernels_sse2;
extern const hpm_price_kernels hpm_price_kernels_avx2;
extern const hpm_price_kernels hpm_price_kernels_avx512;
#elif defined(__aarch64__)
extern const hpm_price_kernels hpm_price_kernels_neon;
#else
#error "the kernels are built for x86-64 and aarch64"
#endif

const hpm_price_kernels *hpm_price_kernels_for(hpm_isa isa)
{
    switch (isa) {
#if defined(__x86_64__)
    case HPM_ISA_BASE:
        return &hpm_price_kernels_sse2;
    case HPM_ISA_AVX2:
        return &hpm_price_kernels_avx2;
    case HPM_ISA_AVX512:
        return &hpm_price_kernels_avx512;
#else
    case HPM_ISA_BASE:
        return &hpm_price_kernels_neon;
    case HPM_ISA_AVX2:
    case HPM_ISA_AVX512:
        return NULL;
#endif
    }
    return NULL;
}
