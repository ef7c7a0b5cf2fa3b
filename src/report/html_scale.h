/* Scales and ticks of charts: from values to percent of a width, and round numbers along an axis.
 */
#ifndef HPM_REPORT_HTML_SCALE_H
#define HPM_REPORT_HTML_SCALE_H

#include <stdint.h>

#include "format.h"

/* low < high, both finite. */
typedef struct hpm_scale {
    double low, high;
} hpm_scale;

/* A scale from zero that values are then added to; and one of nothing. */
hpm_scale hpm_scale_zero(void);
hpm_scale hpm_scale_none(void);

/* Widens the scale so that `value` is on it; what is not finite is left out. */
void hpm_scale_add(hpm_scale *scale, double value);

/* Where `value` stands, in percent of the width, cut at both ends. A scale of no width counts as
 * one of 1. */
double hpm_scale_percent(const hpm_scale *scale, double value);

/* Round numbers (1, 2 or 5 times a power of ten apart) within [low, high]. */
typedef struct hpm_ticks {
    double first, step;
    uint32_t count;
} hpm_ticks;

/* At most `most` >= 2 of them. */
hpm_ticks hpm_ticks_within(const hpm_scale *scale, uint32_t most);

/* The scale widened to the next ticks on both sides, and these. */
hpm_ticks hpm_ticks_around(hpm_scale *scale, uint32_t most);

double hpm_tick_at(const hpm_ticks *ticks, uint32_t index);

/* The tick with the unit and decimals that all of the axis share: "-1.5 M", "200 k", "0.25". */
void hpm_tick_format(char text[HPM_FORMAT_SIZE], const hpm_ticks *ticks, uint32_t index);

/* A value in at most seven characters, for where there is little room: "-64.6k", "1.82M". */
void hpm_compact_format(char text[HPM_FORMAT_SIZE], double value);

#endif
