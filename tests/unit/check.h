/* Shared by the tests of the base and io rooms: cmocka with its headers, and checks of errors to
 * the letter. */
#ifndef HPM_TESTS_CHECK_H
#define HPM_TESTS_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "hpm/status.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

/* The error is exactly this one: code, place and message. */
static inline void check_error(hpm_status got, const hpm_error *error, hpm_status wanted,
                               const char *where, const char *message)
{
    if (got != wanted)
        fail_msg("%s instead of %s: \"%s: %s\"", hpm_status_name(got), hpm_status_name(wanted),
                 error->where, error->message);
    assert_int_equal(error->status, wanted);
    assert_string_equal(error->where, where);
    assert_string_equal(error->message, message);
}

static inline void check_ok(hpm_status got, const hpm_error *error)
{
    if (got != HPM_OK)
        fail_msg("%s: \"%s: %s\"", hpm_status_name(got), error->where, error->message);
}

#endif
