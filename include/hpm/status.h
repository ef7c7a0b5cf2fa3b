/* Status codes and the caller-owned error record: how every operating failure is reported.
 *
 * Three kinds of failure are never mixed. A programmer's error asserts. An operating error (a bad
 * document, a missing price, an overflow) returns an hpm_status and fills an hpm_error if one was
 * given. A business refusal (an account below its margin) is a normal result, not a status.
 *
 * One list makes the codes, their names, their texts, the program's exit status and the table in
 * docs/CLI.md. Numbers are never reused. */
#ifndef HPM_STATUS_H
#define HPM_STATUS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* X(name, number, exit status of the program, text) */
#define HPM_STATUS_LIST(X)                                                                         \
    X(OK, 0, 0, "ok")                                                                              \
    X(E_SYNTAX, 10, 3, "malformed document")                                                       \
    X(E_SCHEMA, 11, 3, "not the expected document schema")                                         \
    X(E_FIELD_UNKNOWN, 12, 3, "unknown field")                                                     \
    X(E_FIELD_MISSING, 13, 3, "missing field")                                                     \
    X(E_TYPE, 14, 3, "wrong type of value")                                                        \
    X(E_RANGE, 15, 3, "value out of range")                                                        \
    X(E_DUPLICATE, 16, 3, "stated twice")                                                          \
    X(E_REFERENCE, 17, 3, "refers to something that is not there")                                 \
    X(E_PRECISION, 18, 3, "more decimals than the field can hold exactly")                         \
    X(E_LOT, 19, 3, "quantity is not a whole number of lots")                                      \
    X(E_LIMIT, 20, 3, "more items than the stated limit")                                          \
    X(E_MISSING_PRICE, 30, 4, "missing price")                                                     \
    X(E_STALE, 31, 4, "input older than the hard limit")                                           \
    X(E_EXPIRED, 32, 4, "instrument has expired")                                                  \
    X(E_OVERFLOW, 33, 4, "number too large")                                                       \
    X(E_NOT_FINITE, 34, 4, "result is not a finite number")                                        \
    X(E_FP_ENVIRONMENT, 35, 4, "floating point is not in round-to-nearest without flush to zero")  \
    X(E_UNSUPPORTED, 36, 4, "not supported on this machine or by this build")                      \
    X(E_IO, 50, 5, "input or output failed")                                                       \
    X(E_MEMORY, 51, 5, "out of memory")

typedef enum hpm_status {
#define HPM_STATUS_ENUM(name, number, exit_status, text) HPM_##name = (number),
    HPM_STATUS_LIST(HPM_STATUS_ENUM)
#undef HPM_STATUS_ENUM
} hpm_status;

/* Filled by the callee on failure, untouched on success. Owned by the caller. */
typedef struct hpm_error {
    hpm_status status;
    char where[160];   /* path inside the input: "positions[3].quantity", or an instrument's name */
    char message[200]; /* the reason, with the offending value in parentheses */
    int64_t line;      /* 1-based line in the document, 0 where there is none */
} hpm_error;

/* Name ("E_RANGE"), text and program exit status of a code. Never NULL; unknown codes say so. */
const char *hpm_status_name(hpm_status status);
const char *hpm_status_text(hpm_status status);
int hpm_status_exit(hpm_status status);

/* Fills `error` (which may be NULL) and returns `status`, so that a caller can write
 * `return hpm_fail(error, HPM_E_RANGE, "positions[3]", "haircut above 1 (%g)", value);`.
 * `where` may be NULL. Text that does not fit is cut; the record is always terminated. */
hpm_status hpm_fail(hpm_error *error, hpm_status status, const char *where, const char *format, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 4, 5)))
#endif
    ;

#ifdef __cplusplus
}
#endif
#endif
