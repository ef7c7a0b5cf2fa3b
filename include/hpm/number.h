/* Exact numbers: money and quantities as integers scaled 1e8, and the named roundings between
 * them, decimal text and doubles.
 *
 * One-field structs, so that the compiler refuses to mix money with quantities. Every operation is
 * checked: overflow is an error, never a wrap. */
#ifndef HPM_NUMBER_H
#define HPM_NUMBER_H

#include <stddef.h>
#include <stdint.h>

#include "hpm/status.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HPM_E8 INT64_C(100000000)

/* Reported money or a balance, in 1e-8 of its asset. */
typedef struct hpm_money {
    int64_t e8;
} hpm_money;

/* A number of contracts (or units of a balance's asset), in 1e-8. */
typedef struct hpm_qty {
    int64_t e8;
} hpm_qty;

/* How a number crosses to fewer digits. Named at each call; there is no default. */
typedef enum hpm_rounding {
    HPM_ROUND_CEILING, /* against the account for a requirement */
    HPM_ROUND_FLOOR,   /* against the account for equity */
    HPM_ROUND_TOWARD_ZERO,
    HPM_ROUND_HALF_EVEN,
} hpm_rounding;

/* Parses decimal text ("-12.5", "1e3", no blanks, no thousands separators) of `length` bytes into
 * 1e-8 units, exactly. HPM_E_SYNTAX, HPM_E_PRECISION (a non-zero digit beyond the eighth decimal)
 * or HPM_E_OVERFLOW; *e8 is untouched on failure. */
hpm_status hpm_decimal_parse(int64_t *e8, const char *text, size_t length);

#define HPM_DECIMAL_TEXT 24 /* bytes that hold any value of hpm_decimal_format */

/* Writes the shortest exact decimal ("-0.125", "60000") and returns its length. */
size_t hpm_decimal_format(char text[HPM_DECIMAL_TEXT], int64_t e8);

/* value * 1e8, rounded as named. HPM_E_NOT_FINITE or HPM_E_OVERFLOW; *e8 untouched on failure. */
hpm_status hpm_e8_from_double(int64_t *e8, double value, hpm_rounding rounding);

/* The nearest double of e8 / 1e8 (correctly rounded: one division of two exact doubles when
 * |e8| <= 2^53, one more rounding above). */
double hpm_e8_to_double(int64_t e8);

/* Checked sum: HPM_E_OVERFLOW and *sum untouched when it does not fit. */
hpm_status hpm_e8_add(int64_t *sum, int64_t a, int64_t b);

#ifdef __cplusplus
}
#endif
#endif
