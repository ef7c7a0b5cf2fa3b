/* Which instruction set a test was asked to run, and what to do where the processor lacks it. */
#ifndef HPM_TESTS_ISA_CHOICE_H
#define HPM_TESTS_ISA_CHOICE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/isa.h"

#define ISA_RUN  0
#define ISA_FAIL 1
#define ISA_SKIP 77 /* the test harness reads this exit status as: skipped */

/* Is `name` one of the words of `list`? */
static inline int isa_in_list(const char *list, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = list; (at = strstr(at, name)) != NULL; at += length) {
        int starts = at == list || at[-1] == ' ';
        if (starts && (at[length] == '\0' || at[length] == ' ')) return 1;
    }
    return 0;
}

/* ISA_RUN with *isa set, or the exit status to leave with, the reason printed. HPM_REQUIRE_ISA, a
 * list of names, turns a skip into a failure: for machines that are known to have them. */
static inline int isa_choose(hpm_isa *isa, const char *name)
{
    const char *required = getenv("HPM_REQUIRE_ISA");
    for (int i = 0; i < HPM_ISA_COUNT; i++) {
        *isa = (hpm_isa)i;
        if (strcmp(name, hpm_isa_name(*isa)) != 0) continue;
        if (hpm_isa_present(*isa)) return ISA_RUN;
        printf("the processor lacks %s\n", name);
        return required != NULL && isa_in_list(required, name) ? ISA_FAIL : ISA_SKIP;
    }
    printf("no such instruction set (%s)\n", name);
    return ISA_FAIL;
}

#endif
