/* The processor probe. */
#include "isa.h"

#include <stdlib.h>
#include <string.h>

static const char *const isa_names[HPM_ISA_COUNT] = {"base", "avx2", "avx512"};

const char *hpm_isa_name(hpm_isa isa)
{
    return isa_names[isa];
}

int hpm_isa_present(hpm_isa isa)
{
    if (isa == HPM_ISA_BASE) return 1;
#if defined(__x86_64__)
    if (isa == HPM_ISA_AVX2) {
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    }
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("fma");
#else
    return 0;
#endif
}

static hpm_status context_forced(hpm_context *context, const char *name, hpm_error *error)
{
    for (int isa = 0; isa < HPM_ISA_COUNT; isa++) {
        if (strcmp(name, isa_names[isa]) != 0) continue;
        if (!hpm_isa_present((hpm_isa)isa)) {
            return hpm_fail(error, HPM_E_UNSUPPORTED, "HPM_ISA",
                            "the processor lacks this instruction set (%s)", name);
        }
        return hpm_context_init(context, (hpm_isa)isa, error);
    }
    return hpm_fail(error, HPM_E_UNSUPPORTED, "HPM_ISA", "is one of base, avx2, avx512 (%.20s)",
                    name);
}

hpm_status hpm_isa_context(hpm_context *context, hpm_error *error)
{
    const char *forced = getenv("HPM_ISA");
    if (forced != NULL && forced[0] != '\0') return context_forced(context, forced, error);
    for (int isa = HPM_ISA_COUNT - 1; isa > HPM_ISA_BASE; isa--) {
        if (!hpm_isa_present((hpm_isa)isa)) continue;
        hpm_status status = hpm_context_init(context, (hpm_isa)isa, error);
        if (status != HPM_E_UNSUPPORTED) return status;
    }
    return hpm_context_init(context, HPM_ISA_BASE, error);
}
