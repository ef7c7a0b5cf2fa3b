/* What names of instruments are made of at every venue: parts between separators, assets, strikes,
 * dates. Everything expires at 08:00 UTC. */
#ifndef HPM_IO_IMPORT_NAMES_H
#define HPM_IO_IMPORT_NAMES_H

#include <stddef.h>
#include <stdint.h>

#include "hpm/catalog.h"

/* Not terminated. */
typedef struct hpm_span {
    const char *bytes;
    size_t length;
} hpm_span;

/* Cuts the part before the next `separator` off the front; the rest is empty after the last. */
hpm_span hpm_span_take(hpm_span *text, char separator);
/* Cuts the text at its dashes; how many parts, 0 if there are more than `room`. */
size_t hpm_span_split(hpm_span *parts, size_t room, hpm_span text);
int hpm_span_equals(hpm_span text, const char *expected);

/* Each of these is 0 where the text is anything else; what `out` holds then is of no use. */

/* Capital letters and digits, of no more than an asset's name may have. */
int hpm_name_asset(char out[HPM_ASSET_NAME_SIZE], hpm_span text);
/* Digits with a point or without, no more than 1e15. */
int hpm_name_strike(double *strike, hpm_span text);
/* A year of two digits; 0 also where any is below 0 or there is no such day. */
int hpm_name_date(int64_t *expiry_ns, int year, int month, int day);
/* "260327". */
int hpm_name_digit_date(int64_t *expiry_ns, hpm_span text);
/* "27MAR26", "6JAN23". */
int hpm_name_month_date(int64_t *expiry_ns, hpm_span text);

#endif
