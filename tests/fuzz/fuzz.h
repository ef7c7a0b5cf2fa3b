/* What every fuzz target is made of: `fuzz_one` decodes one input, checks what must hold of every
 * accepted document, and says whether it was accepted. libFuzzer drives it, or regress_main.c over
 * the committed corpus. */
#ifndef HPM_TESTS_FUZZ_H
#define HPM_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hpm/status.h"

int fuzz_one(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* As assert, in every build. */
#define FUZZ_CHECK(condition)                                                                      \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition);         \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/* A refusal fills the record: a code, a terminated place and a reason on one line. */
static inline void fuzz_check_error(hpm_status status, const hpm_error *error)
{
    FUZZ_CHECK(error->status == status);
    FUZZ_CHECK(memchr(error->where, 0, sizeof error->where) != NULL);
    FUZZ_CHECK(memchr(error->message, 0, sizeof error->message) != NULL);
    FUZZ_CHECK(error->message[0] != '\0');
    FUZZ_CHECK(strpbrk(error->where, "\n\r\x1b") == NULL);
    FUZZ_CHECK(strpbrk(error->message, "\n\r\x1b") == NULL);
    FUZZ_CHECK(error->line >= 0);
    FUZZ_CHECK(strcmp(hpm_status_name(status), "E_UNKNOWN") != 0);
}

#endif
