/* Exit statuses of the program. A call over several accounts exits with the largest. */
#ifndef HPM_CLI_EXIT_H
#define HPM_CLI_EXIT_H

#include "hpm/status.h"

enum hpm_exit {
    HPM_EXIT_OK = 0,
    HPM_EXIT_NO = 1,       /* the business answer is no: below initial margin */
    HPM_EXIT_USAGE = 2,    /* the command line is wrong */
    HPM_EXIT_DOCUMENT = 3, /* a document is wrong */
    HPM_EXIT_COMPUTE = 4,  /* cannot compute: missing price, overflow, stale */
    HPM_EXIT_SYSTEM = 5,   /* input, output or memory failed */
};

static inline int hpm_exit_worst(int a, int b)
{
    return a > b ? a : b;
}

#endif
