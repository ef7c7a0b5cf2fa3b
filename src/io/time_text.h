/* RFC 3339 times as text, and as ns since 1970-01-01T00:00:00Z inside. */
#ifndef HPM_IO_TIME_TEXT_H
#define HPM_IO_TIME_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "hpm/status.h"

#define HPM_TIME_TEXT 32 /* bytes that hold any text of hpm_time_format */

/* Reads "2026-01-16T08:00:00Z": a fraction of a second and an offset ("+02:00") are accepted, a
 * leap second and lower-case letters are not. HPM_E_SYNTAX (form, or a date that is not in the
 * calendar), HPM_E_PRECISION (finer than 1 ns), HPM_E_RANGE (before 1970, or beyond int64 ns, which
 * ends in April 2262). *ns is untouched on failure. */
hpm_status hpm_time_parse(int64_t *ns, const char *text, size_t length);

/* The text of hpm_status that hpm_time_parse returned, for messages. */
const char *hpm_time_reason(hpm_status status);

/* Writes UTC with a Z and as many decimals as needed; returns the length. ns >= 0. */
size_t hpm_time_format(char text[HPM_TIME_TEXT], int64_t ns);

#endif
