/* Which instruction set's kernels to use: the best that the processor and the build have, or the
 * one that HPM_ISA names. Results do not depend on it and never mention it. */
#ifndef HPM_CLI_ISA_H
#define HPM_CLI_ISA_H

#include "hpm/context.h"

/* The context for this machine. Environment HPM_ISA=base|avx2|avx512 forces a choice:
 * E_UNSUPPORTED if it names no instruction set, or one that the machine or build lacks. */
hpm_status hpm_isa_context(hpm_context *context, hpm_error *error);

/* Whether the processor has it. */
int hpm_isa_present(hpm_isa isa);
const char *hpm_isa_name(hpm_isa isa);

#define HPM_ISA_COUNT 3

#endif
