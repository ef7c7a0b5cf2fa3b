/* RFC 3339 times. The calendar is the proleptic Gregorian one; there are no leap seconds. */
#include "time_text.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"

#define SECOND_NS INT64_C(1000000000)
#define DAY_S     INT64_C(86400)

typedef struct cursor {
    const char *at, *end;
    int failed;
} cursor;

typedef struct civil {
    int64_t year;
    int64_t month, day;
} civil;

/* Days since 1970-01-01. Years are counted from March, so that the leap day is the last of its
 * year (H. Hinnant, "chrono-compatible low-level date algorithms"). year >= 0. */
static int64_t days_from_civil(civil date)
{
    int64_t year = date.month <= 2 ? date.year - 1 : date.year;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t year_of_era = year - era * 400;
    int64_t month = date.month > 2 ? date.month - 3 : date.month + 9;
    int64_t day_of_year = (153 * month + 2) / 5 + date.day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

/* Inverse of days_from_civil; days >= 0. */
static civil civil_from_days(int64_t days)
{
    int64_t shifted = days + 719468;
    int64_t era = shifted / 146097;
    int64_t day_of_era = shifted - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month = (5 * day_of_year + 2) / 153;
    civil date;
    date.day = day_of_year - (153 * month + 2) / 5 + 1;
    date.month = month < 10 ? month + 3 : month - 9;
    date.year = year_of_era + era * 400 + (date.month <= 2);
    return date;
}

/* Exactly `count` digits, or failure. */
static int64_t number(cursor *c, int count)
{
    int64_t value = 0;
    for (int i = 0; i < count; i++) {
        if (c->at >= c->end || *c->at < '0' || *c->at > '9') {
            c->failed = 1;
            return 0;
        }
        value = value * 10 + (*c->at++ - '0');
    }
    return value;
}

static void expect(cursor *c, char wanted)
{
    if (c->at >= c->end || *c->at != wanted)
        c->failed = 1;
    else
        c->at++;
}

static int64_t date_seconds(cursor *c)
{
    civil date;
    date.year = number(c, 4);
    expect(c, '-');
    date.month = number(c, 2);
    expect(c, '-');
    date.day = number(c, 2);
    if (c->failed || date.month < 1 || date.month > 12 || date.day < 1 ||
        date.day > hpm_days_in_month(date.year, date.month)) {
        c->failed = 1;
        return 0;
    }
    return days_from_civil(date) * DAY_S;
}

static int64_t clock_seconds(cursor *c, int with_seconds)
{
    int64_t hour = number(c, 2), minute, second = 0;
    expect(c, ':');
    minute = number(c, 2);
    if (with_seconds) {
        expect(c, ':');
        second = number(c, 2);
    }
    if (hour > 23 || minute > 59 || second > 59) c->failed = 1;
    return hour * 3600 + minute * 60 + second;
}

/* Nanoseconds of ".123"; *too_fine is set if a digit beyond the ninth is not 0. */
static int64_t fraction_ns(cursor *c, int *too_fine)
{
    if (c->at >= c->end || *c->at != '.') return 0;
    c->at++;
    if (c->at >= c->end || *c->at < '0' || *c->at > '9') c->failed = 1;
    int64_t ns = 0, unit = SECOND_NS / 10;
    for (; c->at < c->end && *c->at >= '0' && *c->at <= '9'; c->at++, unit /= 10) {
        ns += (*c->at - '0') * unit;
        if (unit == 0 && *c->at != '0') *too_fine = 1;
    }
    return ns;
}

static int64_t offset_seconds(cursor *c)
{
    if (c->at < c->end && (*c->at == '+' || *c->at == '-')) {
        int sign = *c->at++ == '-' ? -1 : 1;
        return sign * clock_seconds(c, 0);
    }
    expect(c, 'Z');
    return 0;
}

hpm_status hpm_time_parse(int64_t *ns, const char *text, size_t length)
{
    cursor c = {text, text + length, 0};
    int too_fine = 0;
    int64_t seconds = date_seconds(&c);
    expect(&c, 'T');
    seconds += clock_seconds(&c, 1);
    int64_t fraction = fraction_ns(&c, &too_fine);
    seconds -= offset_seconds(&c);
    if (c.failed || c.at != c.end) return HPM_E_SYNTAX;
    if (too_fine) return HPM_E_PRECISION;
    int64_t value;
    if (seconds < 0 || __builtin_mul_overflow(seconds, SECOND_NS, &value) ||
        __builtin_add_overflow(value, fraction, &value))
        return HPM_E_RANGE;
    *ns = value;
    return HPM_OK;
}

const char *hpm_time_reason(hpm_status status)
{
    if (status == HPM_E_PRECISION) return "time finer than a nanosecond";
    if (status == HPM_E_RANGE) return "time outside 1970 to 2262";
    return "not a time such as \"2026-01-16T08:00:00Z\"";
}

static size_t fraction_write(char *text, int64_t ns)
{
    size_t length = 0;
    if (ns == 0) return 0;
    text[length++] = '.';
    for (int64_t unit = SECOND_NS / 10; ns != 0; unit /= 10) {
        text[length++] = (char)('0' + ns / unit);
        ns %= unit;
    }
    return length;
}

size_t hpm_time_format(char text[HPM_TIME_TEXT], int64_t ns)
{
    assert(ns >= 0);
    int64_t seconds = ns / SECOND_NS, of_day = seconds % DAY_S;
    civil date = civil_from_days(seconds / DAY_S);
    int written = snprintf(text, HPM_TIME_TEXT, "%04d-%02d-%02dT%02d:%02d:%02d", (int)date.year,
                           (int)date.month, (int)date.day, (int)(of_day / 3600),
                           (int)(of_day / 60 % 60), (int)(of_day % 60));
    assert(written == 19);
    size_t length = (size_t)written;
    length += fraction_write(text + length, ns % SECOND_NS);
    text[length++] = 'Z';
    text[length] = '\0';
    return length;
}
