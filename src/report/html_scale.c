/* Scales and ticks of charts. */
#include "html_scale.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>

#define DECIMALS_MAX 8

/* From the largest; an axis takes the first that its largest tick reaches. */
static const struct unit {
    double from, size;
    const char *name;
} units[] = {{1e12, 1e12, "T"}, {1e9, 1e9, "B"}, {1e6, 1e6, "M"}, {1e4, 1e3, "k"}, {0, 1, ""}};

static const struct unit *unit_of(double magnitude)
{
    const struct unit *unit = units;
    while (magnitude < unit->from)
        unit++;
    return unit;
}

hpm_scale hpm_scale_zero(void)
{
    return (hpm_scale){0, 0};
}

hpm_scale hpm_scale_none(void)
{
    return (hpm_scale){INFINITY, -INFINITY};
}

void hpm_scale_add(hpm_scale *scale, double value)
{
    if (!isfinite(value)) return;
    if (value < scale->low) scale->low = value;
    if (value > scale->high) scale->high = value;
}

double hpm_scale_percent(const hpm_scale *scale, double value)
{
    double width = scale->high > scale->low ? scale->high - scale->low : 1;
    double percent = (value - scale->low) / width * 100;
    if (!(percent > 0)) return 0;
    return percent < 100 ? percent : 100;
}

/* The least of 1, 2 and 5 times a power of ten that is not below `least`. */
static double step_round(double least)
{
    double power = 1;
    while (power > least)
        power /= 10;
    while (power * 10 <= least)
        power *= 10;
    if (power >= least) return power;
    if (power * 2 >= least) return power * 2;
    return power * 5 >= least ? power * 5 : power * 10;
}

hpm_ticks hpm_ticks_within(const hpm_scale *scale, uint32_t most)
{
    double span = scale->high - scale->low;
    if (!(span > 0)) return (hpm_ticks){scale->low, 1, 1};
    double step = step_round(span / most); /* at most `most` gaps: one tick too many at worst */
    double first = ceil(scale->low / step);
    double last = floor(scale->high / step);
    if (last - first + 1 > most) {
        step = step_round(step * 1.5);
        first = ceil(scale->low / step);
        last = floor(scale->high / step);
    }
    uint32_t count = last >= first ? (uint32_t)(last - first) + 1 : 0;
    return (hpm_ticks){first * step, step, count};
}

hpm_ticks hpm_ticks_around(hpm_scale *scale, uint32_t most)
{
    double span = scale->high - scale->low;
    if (!(span > 0)) *scale = (hpm_scale){scale->low - 1, scale->low + 1};
    double step = step_round((scale->high - scale->low) / (most > 2 ? most - 2 : 1));
    scale->low = floor(scale->low / step) * step;
    scale->high = ceil(scale->high / step) * step;
    return (hpm_ticks){scale->low, step, (uint32_t)((scale->high - scale->low) / step + 1.5)};
}

double hpm_tick_at(const hpm_ticks *ticks, uint32_t index)
{
    return (nearbyint(ticks->first / ticks->step) + index) * ticks->step;
}

static int decimals_of(double step)
{
    int decimals = 0;
    while (step < 0.999 && decimals < DECIMALS_MAX) {
        step *= 10;
        decimals++;
    }
    return decimals;
}

void hpm_tick_format(char text[HPM_FORMAT_SIZE], const hpm_ticks *ticks, uint32_t index)
{
    double value = hpm_tick_at(ticks, index);
    double first = fabs(hpm_tick_at(ticks, 0));
    double last = fabs(hpm_tick_at(ticks, ticks->count - 1));
    const struct unit *unit = unit_of(first > last ? first : last);
    char number[HPM_FORMAT_SIZE];
    assert(index < ticks->count);
    hpm_format_real(number, value / unit->size, decimals_of(ticks->step / unit->size));
    snprintf(text, HPM_FORMAT_SIZE, value == 0 ? "0" : "%.50s%s%s", number,
             unit->name[0] != '\0' ? " " : "", unit->name);
}

void hpm_compact_format(char text[HPM_FORMAT_SIZE], double value)
{
    double size = fabs(value);
    const struct unit *unit = unit_of(size < 1e4 && size >= 1e3 ? 1e4 : size);
    double shown = size / unit->size;
    char number[HPM_FORMAT_SIZE];
    if (value == 0 || !isfinite(value) || shown >= 1e6) {
        snprintf(text, HPM_FORMAT_SIZE, "%.3g", value == 0 ? 0 : value);
        return;
    }
    hpm_format_real(number, value / unit->size, shown < 9.995 ? 2 : shown < 99.95 ? 1 : 0);
    snprintf(text, HPM_FORMAT_SIZE, "%.50s%s", number, unit->name);
}
