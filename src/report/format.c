/* Numbers for people. */
#include "format.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "io/time_text.h"

#define REAL_LIMIT  1e9  /* below it, value * 1e8 fits an int64 and its digits mean something */
#define WHOLE_LIMIT 1e15 /* below it, a double is exact to the unit */

static const uint64_t powers[9] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};

/* magnitude / divisor, half to even. */
static uint64_t divide_half_even(uint64_t magnitude, uint64_t divisor)
{
    uint64_t quotient = magnitude / divisor;
    uint64_t rest = magnitude % divisor;
    if (rest * 2 > divisor || (rest * 2 == divisor && quotient % 2 == 1)) quotient++;
    return quotient;
}

/* Writes the digits of `whole` with a comma every three and returns the length. */
static size_t group(char *text, uint64_t whole)
{
    char digits[24];
    size_t count = (size_t)snprintf(digits, sizeof digits, "%" PRIu64, whole);
    size_t length = 0;
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && (count - i) % 3 == 0) text[length++] = ',';
        text[length++] = digits[i];
    }
    text[length] = '\0';
    return length;
}

void hpm_format_e8(char text[HPM_FORMAT_SIZE], int64_t e8, int decimals)
{
    uint64_t magnitude = e8 < 0 ? 0 - (uint64_t)e8 : (uint64_t)e8;
    uint64_t scaled = divide_half_even(magnitude, powers[8 - decimals]);
    size_t length = 0;
    if (e8 < 0 && scaled > 0) text[length++] = '-';
    length += group(text + length, scaled / powers[decimals]);
    if (decimals > 0) {
        /* The digits of 1 and the fraction together: the 1 makes way for the point. */
        char digits[24];
        snprintf(digits, sizeof digits, "%" PRIu64, powers[decimals] + scaled % powers[decimals]);
        digits[0] = '.';
        memcpy(text + length, digits, (size_t)decimals + 2);
    }
}

void hpm_format_real(char text[HPM_FORMAT_SIZE], double value, int decimals)
{
    int64_t e8 = 0;
    if (fabs(value) < REAL_LIMIT && hpm_e8_from_double(&e8, value, HPM_ROUND_HALF_EVEN) == HPM_OK) {
        hpm_format_e8(text, e8, decimals);
    } else {
        snprintf(text, HPM_FORMAT_SIZE, "%.5g", value);
    }
}

void hpm_format_whole(char text[HPM_FORMAT_SIZE], double value)
{
    double size = nearbyint(fabs(value));
    if (!(size < WHOLE_LIMIT)) {
        snprintf(text, HPM_FORMAT_SIZE, "%.5g", value);
        return;
    }
    size_t sign = value < 0 && size > 0;
    text[0] = '-';
    group(text + sign, (uint64_t)size);
}

void hpm_format_short(char text[HPM_FORMAT_SIZE], double value)
{
    double size = fabs(value);
    if (size >= 1e7) {
        snprintf(text, HPM_FORMAT_SIZE, "%.4g", value);
        return;
    }
    hpm_format_real(text, value, size < 100 ? 4 : size < 100000 ? 2 : 0);
}

void hpm_format_percent(char text[HPM_FORMAT_SIZE], double value, int sign)
{
    char digits[HPM_FORMAT_SIZE];
    hpm_format_real(digits, value * 100, 2);
    char *point = strchr(digits, '.');
    if (point != NULL) {
        char *end = digits + strlen(digits);
        while (end[-1] == '0')
            *--end = '\0';
        if (end[-1] == '.') end[-1] = '\0';
    }
    snprintf(text, HPM_FORMAT_SIZE, "%s%.40s %%", sign && value > 0 ? "+" : "", digits);
}

void hpm_format_date(char text[HPM_FORMAT_SIZE], int64_t time_ns)
{
    char full[HPM_TIME_TEXT];
    hpm_time_format(full, time_ns);
    snprintf(text, HPM_FORMAT_SIZE, "%.10s", full);
}

void hpm_format_time(char text[HPM_FORMAT_SIZE], int64_t time_ns)
{
    char full[HPM_TIME_TEXT];
    size_t length = hpm_time_format(full, time_ns);
    full[10] = ' ';
    if (strcmp(full + 16, ":00Z") == 0) {
        memcpy(full + 16, "Z", 2);
        length = 17;
    }
    memcpy(text, full, length + 1);
}

int hpm_format_decimals(hpm_asset_kind kind)
{
    return kind == HPM_ASSET_FIAT || kind == HPM_ASSET_STABLECOIN ? 2 : 8;
}
