/* Takes names of instruments apart, as far as venues make them alike. */
#include "io/import_names.h"

#include <stdio.h>
#include <string.h>

#include "io/csv.h"
#include "io/time_text.h"

#define STRIKE_MAX 1e15

static int is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static int is_upper(char byte)
{
    return byte >= 'A' && byte <= 'Z';
}

/* ---- Parts -------------------------------------------------------------------------------- */

hpm_span hpm_span_take(hpm_span *text, char separator)
{
    if (text->length == 0) return *text; /* NULL perhaps, to which not even 0 may be added */
    const char *stop = memchr(text->bytes, separator, text->length);
    size_t length = stop ? (size_t)(stop - text->bytes) : text->length;
    hpm_span part = {text->bytes, length};
    size_t used = stop ? length + 1 : length;
    text->bytes += used;
    text->length -= used;
    return part;
}

size_t hpm_span_split(hpm_span *parts, size_t room, hpm_span text)
{
    size_t count = 0;
    parts[count++] = (hpm_span){text.bytes, 0};
    for (size_t i = 0; i < text.length; i++) {
        if (text.bytes[i] != '-') {
            parts[count - 1].length++;
            continue;
        }
        if (count == room) return 0;
        parts[count++] = (hpm_span){text.bytes + i + 1, 0};
    }
    return count;
}

int hpm_span_equals(hpm_span text, const char *expected)
{
    return hpm_csv_equals((hpm_csv_text){text.bytes, text.length}, expected);
}

/* ---- What they say ------------------------------------------------------------------------ */

int hpm_name_asset(char out[HPM_ASSET_NAME_SIZE], hpm_span text)
{
    if (text.length == 0 || text.length >= HPM_ASSET_NAME_SIZE) return 0;
    for (size_t i = 0; i < text.length; i++)
        if (!is_digit(text.bytes[i]) && !is_upper(text.bytes[i])) return 0;
    memset(out, 0, HPM_ASSET_NAME_SIZE);
    memcpy(out, text.bytes, text.length);
    return 1;
}

int hpm_name_strike(double *strike, hpm_span text)
{
    if (text.length == 0 || !is_digit(text.bytes[0])) return 0;
    for (size_t i = 0; i < text.length; i++)
        if (!is_digit(text.bytes[i]) && text.bytes[i] != '.') return 0;
    return hpm_csv_real(strike, (hpm_csv_text){text.bytes, text.length}) && *strike <= STRIKE_MAX;
}

/* ---- Dates -------------------------------------------------------------------------------- */

/* The next one or two digits as a number; -1: they are none. */
static int take_number(hpm_span *text, size_t digits)
{
    int value = 0;
    if (text->length < digits) return -1;
    for (size_t i = 0; i < digits; i++) {
        if (!is_digit(text->bytes[i])) return -1;
        value = value * 10 + (text->bytes[i] - '0');
    }
    *text = (hpm_span){text->bytes + digits, text->length - digits};
    return value;
}

int hpm_name_date(int64_t *expiry_ns, int year, int month, int day)
{
    char text[48];
    if (year < 0 || month < 0 || day < 0) return 0;
    int length = snprintf(text, sizeof text, "20%02d-%02d-%02dT08:00:00Z", year, month, day);
    return hpm_time_parse(expiry_ns, text, (size_t)length) == HPM_OK;
}

int hpm_name_digit_date(int64_t *expiry_ns, hpm_span text)
{
    if (text.length != 6) return 0;
    int year = take_number(&text, 2), month = take_number(&text, 2), day = take_number(&text, 2);
    return hpm_name_date(expiry_ns, year, month, day);
}

int hpm_name_month_date(int64_t *expiry_ns, hpm_span text)
{
    static const char months[] = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC";
    if (text.length < 6 || text.length > 7) return 0;
    int day = take_number(&text, text.length - 5), month = 0;
    if (day < 0) return 0;
    while (month < 12 && memcmp(text.bytes, months + 3 * month, 3) != 0)
        month++;
    text = (hpm_span){text.bytes + 3, text.length - 3};
    return month < 12 && hpm_name_date(expiry_ns, take_number(&text, 2), month + 1, day);
}
