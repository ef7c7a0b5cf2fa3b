/* Calendar dates as text: years, months and days of the proleptic Gregorian calendar. */
#ifndef HPM_BASE_DATE_H
#define HPM_BASE_DATE_H

#include <stdint.h>

#define HPM_DATE_LENGTH 10 /* of "2024-06-17" */

/* month from 1. */
int64_t hpm_days_in_month(int64_t year, int64_t month);

/* Whether the text is a day ("2024-06-17"), a month ("2024-06") or a year ("2024"). Days in such
 * texts compare as their bytes do: a day lies not after the end of a period if its first bytes, as
 * many as the period has, are not above it. */
int hpm_date_is_period(const char *text);

#endif
