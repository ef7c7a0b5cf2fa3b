/* Numbers for people: thousands separators, a fixed number of decimals, no locale. */
#ifndef HPM_REPORT_FORMAT_H
#define HPM_REPORT_FORMAT_H

#include <stdint.h>

#include "hpm/catalog.h"
#include "hpm/number.h"

#define HPM_FORMAT_SIZE 64

/* "-1,234,567.89": e8 / 1e8 rounded half to even to `decimals` (0 to 8). A negative value that
 * rounds to nothing is written without its sign. */
void hpm_format_e8(char text[HPM_FORMAT_SIZE], int64_t e8, int decimals);

/* The same from a double. From 1e9 on, and for what is not finite, it falls back to %.5g. */
void hpm_format_real(char text[HPM_FORMAT_SIZE], double value, int decimals);

/* A double as a whole number with separators, half to even; %.5g from 1e15 on. */
void hpm_format_whole(char text[HPM_FORMAT_SIZE], double value);

/* A double in at most about ten characters: decimals are given up as the number grows. */
void hpm_format_short(char text[HPM_FORMAT_SIZE], double value);

/* "+12.5 %" with the decimals that are needed (at most 2); `value` is a ratio. */
void hpm_format_percent(char text[HPM_FORMAT_SIZE], double value, int sign);

/* "2026-01-16 08:00Z" and "2026-01-16": seconds are left out when they are 0. time_ns >= 0. */
void hpm_format_time(char text[HPM_FORMAT_SIZE], int64_t time_ns);
void hpm_format_date(char text[HPM_FORMAT_SIZE], int64_t time_ns);

/* Decimals in which an amount of this asset is shown to people. */
int hpm_format_decimals(hpm_asset_kind kind);

#endif
