/* Exact numbers: decimal text, doubles and 1e-8 units, with named roundings and checked sums. */
#include "hpm/number.h"

#include <assert.h>
#include <string.h>

#define DECIMALS     8
#define EXPONENT_CAP INT64_C(1000000000) /* beyond any exponent that can matter */

/* Decimal text cut into its parts: sign, digits around the point, exponent. */
typedef struct decimal_parts {
    int negative;
    const char *whole, *fraction;
    size_t whole_count, fraction_count;
    int64_t exponent;
} decimal_parts;

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t digit_run(const char *text, const char *end)
{
    const char *at = text;
    while (at < end && is_digit(*at))
        at++;
    return (size_t)(at - text);
}

/* Reads "e+12" at *at; saturates, so that a long exponent cannot wrap into a small one. */
static int exponent_read(int64_t *exponent, const char **at, const char *end)
{
    const char *text = *at + 1;
    int negative = text < end && *text == '-';
    if (text < end && (*text == '-' || *text == '+')) text++;
    size_t count = digit_run(text, end);
    int64_t value = 0;
    for (size_t i = 0; i < count; i++)
        if (value < EXPONENT_CAP) value = value * 10 + (text[i] - '0');
    *exponent = negative ? -value : value;
    *at = text + count;
    return count > 0;
}

/* The grammar is JSON's number: no blanks, no '+', no leading zeros, digits on both sides of the
 * point. */
static int decimal_split(decimal_parts *parts, const char *text, size_t length)
{
    const char *at = text, *end = text + length;
    memset(parts, 0, sizeof *parts);
    parts->negative = at < end && *at == '-';
    if (parts->negative) at++;
    parts->whole = at;
    parts->whole_count = digit_run(at, end);
    if (parts->whole_count == 0 || (parts->whole_count > 1 && *at == '0')) return 0;
    at += parts->whole_count;
    if (at < end && *at == '.') {
        parts->fraction = ++at;
        parts->fraction_count = digit_run(at, end);
        if (parts->fraction_count == 0) return 0;
        at += parts->fraction_count;
    }
    if (at < end && (*at == 'e' || *at == 'E') && !exponent_read(&parts->exponent, &at, end))
        return 0;
    return at == end;
}

static int append_digit(uint64_t *value, unsigned digit)
{
    return !__builtin_mul_overflow(*value, UINT64_C(10), value) &&
           !__builtin_add_overflow(*value, (uint64_t)digit, value);
}

/* Appends the digits that stand at 1e-8 and above. `power` is the power of ten, in 1e-8 units, of
 * the digit that comes next. */
static hpm_status append_run(uint64_t *value, int64_t *power, const char *digits, size_t count)
{
    for (size_t i = 0; i < count; i++, --*power) {
        unsigned digit = (unsigned)(digits[i] - '0');
        if (*power < 0 && digit != 0) return HPM_E_PRECISION;
        if (*power >= 0 && !append_digit(value, digit)) return HPM_E_OVERFLOW;
    }
    return HPM_OK;
}

static hpm_status decimal_magnitude(uint64_t *value, const decimal_parts *parts)
{
    int64_t power = (int64_t)parts->whole_count - 1 + parts->exponent + DECIMALS;
    hpm_status status = append_run(value, &power, parts->whole, parts->whole_count);
    if (status == HPM_OK)
        status = append_run(value, &power, parts->fraction, parts->fraction_count);
    for (; status == HPM_OK && *value != 0 && power >= 0; power--)
        if (!append_digit(value, 0)) status = HPM_E_OVERFLOW;
    return status;
}

hpm_status hpm_decimal_parse(int64_t *e8, const char *text, size_t length)
{
    decimal_parts parts;
    uint64_t value = 0;
    if (length == 0 || !decimal_split(&parts, text, length)) return HPM_E_SYNTAX;
    hpm_status status = decimal_magnitude(&value, &parts);
    if (status != HPM_OK) return status;
    if (value > (uint64_t)INT64_MAX + (parts.negative ? 1U : 0U)) return HPM_E_OVERFLOW;
    if (!parts.negative)
        *e8 = (int64_t)value;
    else
        *e8 = value == 0 ? 0 : -(int64_t)(value - 1) - 1;
    return HPM_OK;
}

static size_t digits_write(char *text, uint64_t value)
{
    char reversed[20];
    size_t count = 0;
    do
        reversed[count++] = (char)('0' + value % 10);
    while ((value /= 10) != 0);
    for (size_t i = 0; i < count; i++)
        text[i] = reversed[count - 1 - i];
    return count;
}

size_t hpm_decimal_format(char text[HPM_DECIMAL_TEXT], int64_t e8)
{
    size_t length = 0;
    uint64_t magnitude = e8 < 0 ? 0 - (uint64_t)e8 : (uint64_t)e8;
    if (e8 < 0) text[length++] = '-';
    length += digits_write(text + length, magnitude / (uint64_t)HPM_E8);
    uint64_t fraction = magnitude % (uint64_t)HPM_E8;
    if (fraction != 0) {
        text[length++] = '.';
        for (uint64_t unit = (uint64_t)HPM_E8 / 10; fraction != 0; unit /= 10) {
            text[length++] = (char)('0' + fraction / unit);
            fraction %= unit;
        }
    }
    assert(length < HPM_DECIMAL_TEXT);
    text[length] = '\0';
    return length;
}

/* -1, 0 or +1: what must be added to `whole`, the truncation of a value, to round it as named.
 * `rest` is the exact remainder, of the value's sign. */
static int64_t rounding_step(int64_t whole, double rest, hpm_rounding rounding)
{
    switch (rounding) {
    case HPM_ROUND_CEILING:
        return rest > 0.0;
    case HPM_ROUND_FLOOR:
        return -(rest < 0.0);
    case HPM_ROUND_TOWARD_ZERO:
        return 0;
    case HPM_ROUND_HALF_EVEN:
        break;
    }
    int odd = (whole & 1) != 0;
    if (rest > 0.5 || (rest == 0.5 && odd)) return 1;
    if (rest < -0.5 || (rest == -0.5 && odd)) return -1;
    return 0;
}

hpm_status hpm_e8_from_double(int64_t *e8, double value, hpm_rounding rounding)
{
    assert((unsigned)rounding <= HPM_ROUND_HALF_EVEN);
    if (!(value - value == 0.0)) return HPM_E_NOT_FINITE;
    double scaled = value * 1e8;
    if (!(scaled >= -0x1p63 && scaled < 0x1p63)) return HPM_E_OVERFLOW;
    int64_t whole = (int64_t)scaled;
    /* Exact: below 2^53 both are multiples of the ulp of `scaled`, above it the rest is 0, and
     * there no step can overflow. */
    double rest = scaled - (double)whole;
    *e8 = whole + rounding_step(whole, rest, rounding);
    return HPM_OK;
}

double hpm_e8_to_double(int64_t e8)
{
    return (double)e8 / 1e8;
}

hpm_status hpm_e8_add(int64_t *sum, int64_t a, int64_t b)
{
    int64_t result;
    if (__builtin_add_overflow(a, b, &result)) return HPM_E_OVERFLOW;
    *sum = result;
    return HPM_OK;
}
