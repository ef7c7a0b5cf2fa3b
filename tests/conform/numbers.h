/* Exact reading of the numbers in venues' files.
 *
 * Some files hold integers scaled 1e18, beyond what an int64 or a double holds. So a document is
 * parsed with every number turned into its text; a number is then read from the digits, to a
 * correctly rounded double or to an exact wide integer. Numbers that a file has as strings are read
 * alike. */
#ifndef CONFORM_NUMBERS_H
#define CONFORM_NUMBERS_H

#include <jansson.h>
#include <stdint.h>

#include "hpm/status.h"

__extension__ typedef __int128 conform_wide;

/* Parses a JSON document; numbers become strings. E_SYNTAX with the line. Release it with
 * json_decref. */
hpm_status conform_json_parse(json_t **root, const char *text, size_t length, hpm_error *error);

/* A member of an object. E_FIELD_MISSING and E_TYPE name it under `where`. */
hpm_status conform_json_object(const json_t **out, const json_t *object, const char *where,
                               const char *name, hpm_error *error);
hpm_status conform_json_array(const json_t **out, const json_t *object, const char *where,
                              const char *name, hpm_error *error);
hpm_status conform_json_text(const char **out, const json_t *object, const char *where,
                             const char *name, hpm_error *error);

/* value * 10^shift as the nearest double. E_TYPE, E_RANGE (overflow) name `where`. */
hpm_status conform_real(double *out, const json_t *value, int shift, const char *where,
                        hpm_error *error);
/* value * 10^shift exactly; E_PRECISION if it is no integer, E_OVERFLOW beyond 30 digits. */
hpm_status conform_exact(conform_wide *out, const json_t *value, int shift, const char *where,
                         hpm_error *error);

/* One unit of the last digit that is printed: how exactly a rounded figure is known. */
hpm_status conform_last_digit(double *unit, const json_t *value, const char *where,
                              hpm_error *error);

/* Numbers that are members of an object. */
hpm_status conform_real_in(double *out, const json_t *object, const char *where, const char *name,
                           int shift, hpm_error *error);
hpm_status conform_exact_in(conform_wide *out, const json_t *object, const char *where,
                            const char *name, int shift, hpm_error *error);

/* Item `index` of the member array, which must have `count` items. */
hpm_status conform_real_at(double *out, const json_t *object, const char *where, const char *name,
                           uint32_t index, uint32_t count, int shift, hpm_error *error);
hpm_status conform_exact_at(conform_wide *out, const json_t *object, const char *where,
                            const char *name, uint32_t index, uint32_t count, int shift,
                            hpm_error *error);

/* A date "20230118" as days since 1970-01-01. */
hpm_status conform_date(int64_t *days, const char *text, const char *where, hpm_error *error);

/* A count that fits an int64, e.g. of nanoseconds: a wide integer in range. */
hpm_status conform_narrow(int64_t *out, conform_wide value, const char *where, hpm_error *error);

/* "where.name"; just the name if `where` is empty. */
#define CONFORM_WHERE_SIZE 120
void conform_where(char out[CONFORM_WHERE_SIZE], const char *where, const char *name);
void conform_where_item(char out[CONFORM_WHERE_SIZE], const char *where, uint32_t index);

#endif
