/* JSON with numbers as text, and text to doubles and wide integers. */
#include "numbers.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MANTISSA_MAX 400 /* digits of one number; a double needs at most 17 to be told */
#define EXPONENT_MAX 9999
#define WIDE_DIGITS  30 /* sums of many still fit */

/* ---- The grammar of a number -------------------------------------------------------------- */

/* A number as JSON writes it, in parts. */
typedef struct decimal {
    const char *mantissa; /* digits and at most one point, without the sign */
    size_t mantissa_length;
    int is_negative;
    long exponent;
} decimal;

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t skip_digits(const char *text, size_t length, size_t at)
{
    while (at < length && is_digit(text[at]))
        at++;
    return at;
}

static int read_exponent(long *exponent, const char *text, size_t length, size_t at)
{
    long value = 0;
    int is_negative = 0;
    if (at < length && (text[at] == '+' || text[at] == '-')) is_negative = text[at++] == '-';
    if (at == length || skip_digits(text, length, at) != length) return 0;
    for (; at < length && value <= EXPONENT_MAX; at++)
        value = value * 10 + (text[at] - '0');
    *exponent = is_negative ? -value : value;
    return 1;
}

/* 1 if the whole text is a JSON number. */
static int read_decimal(decimal *out, const char *text, size_t length)
{
    size_t at = 0, end;
    memset(out, 0, sizeof *out);
    if (at < length && text[at] == '-') {
        out->is_negative = 1;
        at++;
    }
    out->mantissa = text + at;
    end = skip_digits(text, length, at);
    if (end == at || (text[at] == '0' && end > at + 1)) return 0;
    at = end;
    if (at < length && text[at] == '.') {
        end = skip_digits(text, length, at + 1);
        if (end == at + 1) return 0;
        at = end;
    }
    out->mantissa_length = (size_t)(text + at - out->mantissa);
    if (at == length) return 1;
    return (text[at] == 'e' || text[at] == 'E') &&
           read_exponent(&out->exponent, text, length, at + 1);
}

/* ---- Numbers to text ---------------------------------------------------------------------- */

typedef struct quoter {
    const char *text;
    size_t length, at;
    char *out;
    size_t used;
    int64_t line;
} quoter;

static void copy_string(quoter *state)
{
    state->out[state->used++] = state->text[state->at++];
    while (state->at < state->length) {
        char c = state->text[state->at];
        state->out[state->used++] = state->text[state->at++];
        if (c == '"') return;
        if (c == '\\' && state->at < state->length)
            state->out[state->used++] = state->text[state->at++];
    }
}

static int quote_number(quoter *state)
{
    decimal parts;
    size_t end = state->at;
    while (end < state->length && (is_digit(state->text[end]) || strchr("+-.eE", state->text[end])))
        end++;
    if (!read_decimal(&parts, state->text + state->at, end - state->at)) return 0;
    state->out[state->used++] = '"';
    memcpy(state->out + state->used, state->text + state->at, end - state->at);
    state->used += end - state->at;
    state->out[state->used++] = '"';
    state->at = end;
    return 1;
}

static int quote_all(quoter *state)
{
    while (state->at < state->length) {
        char c = state->text[state->at];
        if (c == '"') {
            copy_string(state);
        } else if (c == '-' || is_digit(c)) {
            if (!quote_number(state)) return 0;
        } else {
            state->line += c == '\n';
            state->out[state->used++] = state->text[state->at++];
        }
    }
    return 1;
}

hpm_status conform_json_parse(json_t **root, const char *text, size_t length, hpm_error *error)
{
    json_error_t problem;
    quoter state = {text, length, 0, malloc(3 * length + 1), 0, 1};
    *root = NULL;
    if (!state.out) return hpm_fail(error, HPM_E_MEMORY, NULL, "out of memory");
    int has_nul = memchr(text, '\0', length) != NULL; /* the quoter tells characters by strchr */
    if (has_nul || !quote_all(&state)) {
        free(state.out);
        if (error) error->line = state.line;
        return hpm_fail(error, HPM_E_SYNTAX, NULL,
                        has_nul ? "has a NUL byte" : "not a number of JSON");
    }
    *root = json_loadb(state.out, state.used, JSON_REJECT_DUPLICATES, &problem);
    free(state.out);
    if (*root) return HPM_OK;
    hpm_fail(error, HPM_E_SYNTAX, NULL, "not JSON: %s", problem.text);
    if (error) error->line = problem.line;
    return HPM_E_SYNTAX;
}

/* ---- Members ------------------------------------------------------------------------------ */

void conform_where(char out[CONFORM_WHERE_SIZE], const char *where, const char *name)
{
    snprintf(out, CONFORM_WHERE_SIZE, "%.80s%s%.38s", where, where[0] != '\0' ? "." : "", name);
}

void conform_where_item(char out[CONFORM_WHERE_SIZE], const char *where, uint32_t index)
{
    snprintf(out, CONFORM_WHERE_SIZE, "%.100s[%u]", where, index);
}

static hpm_status member(const json_t **out, const json_t *object, const char *where,
                         const char *name, hpm_error *error)
{
    char path[CONFORM_WHERE_SIZE];
    *out = json_object_get(object, name);
    if (*out) return HPM_OK;
    conform_where(path, where, name);
    return hpm_fail(error, HPM_E_FIELD_MISSING, path, "missing field");
}

static hpm_status typed(const json_t **out, const json_t *object, const char *where,
                        const char *name, json_type type, const char *what, hpm_error *error)
{
    char path[CONFORM_WHERE_SIZE];
    hpm_status status = member(out, object, where, name, error);
    if (status != HPM_OK || json_typeof(*out) == type) return status;
    conform_where(path, where, name);
    return hpm_fail(error, HPM_E_TYPE, path, "is not %s", what);
}

hpm_status conform_json_object(const json_t **out, const json_t *object, const char *where,
                               const char *name, hpm_error *error)
{
    return typed(out, object, where, name, JSON_OBJECT, "an object", error);
}

hpm_status conform_json_array(const json_t **out, const json_t *object, const char *where,
                              const char *name, hpm_error *error)
{
    return typed(out, object, where, name, JSON_ARRAY, "an array", error);
}

hpm_status conform_json_text(const char **out, const json_t *object, const char *where,
                             const char *name, hpm_error *error)
{
    const json_t *value;
    hpm_status status = typed(&value, object, where, name, JSON_STRING, "a text", error);
    if (status == HPM_OK) *out = json_string_value(value);
    return status;
}

/* ---- Values ------------------------------------------------------------------------------- */

static hpm_status decimal_of(decimal *out, const json_t *value, const char *where, hpm_error *error)
{
    if (!json_is_string(value) ||
        !read_decimal(out, json_string_value(value), json_string_length(value)))
        return hpm_fail(error, HPM_E_TYPE, where, "is not a number");
    if (out->mantissa_length > MANTISSA_MAX || labs(out->exponent) > EXPONENT_MAX)
        return hpm_fail(error, HPM_E_LIMIT, where, "a number of too many digits");
    return HPM_OK;
}

hpm_status conform_real(double *out, const json_t *value, int shift, const char *where,
                        hpm_error *error)
{
    char text[MANTISSA_MAX + 32];
    decimal parts;
    hpm_status status = decimal_of(&parts, value, where, error);
    if (status != HPM_OK) return status;
    /* No locale is ever set, so that strtod's point is the JSON point. */
    snprintf(text, sizeof text, "%s%.*se%ld", parts.is_negative ? "-" : "",
             (int)parts.mantissa_length, parts.mantissa, parts.exponent + shift);
    *out = strtod(text, NULL);
    if (isfinite(*out)) return HPM_OK;
    return hpm_fail(error, HPM_E_RANGE, where, "too large (%.40s)", json_string_value(value));
}

/* Digits in order with the point taken out; *exponent counts from after the last. */
static size_t plain_digits(char digits[MANTISSA_MAX], long *exponent, const decimal *parts)
{
    size_t count = 0;
    int after_point = 0;
    *exponent = parts->exponent;
    for (size_t i = 0; i < parts->mantissa_length; i++) {
        if (parts->mantissa[i] == '.') {
            after_point = 1;
            continue;
        }
        *exponent -= after_point;
        if (count > 0 || parts->mantissa[i] != '0') digits[count++] = parts->mantissa[i];
    }
    while (count > 0 && digits[count - 1] == '0') {
        count--;
        ++*exponent;
    }
    return count;
}

hpm_status conform_exact(conform_wide *out, const json_t *value, int shift, const char *where,
                         hpm_error *error)
{
    char digits[MANTISSA_MAX];
    decimal parts;
    long exponent;
    hpm_status status = decimal_of(&parts, value, where, error);
    if (status != HPM_OK) return status;
    size_t count = plain_digits(digits, &exponent, &parts);
    *out = 0;
    if (count == 0) return HPM_OK;
    exponent += shift;
    if (exponent < 0)
        return hpm_fail(error, HPM_E_PRECISION, where, "more decimals than are exact (%.40s)",
                        json_string_value(value));
    if (exponent > WIDE_DIGITS || count + (size_t)exponent > WIDE_DIGITS)
        return hpm_fail(error, HPM_E_OVERFLOW, where, "too large (%.40s)",
                        json_string_value(value));
    for (size_t i = 0; i < count + (size_t)exponent; i++)
        *out = *out * 10 + (i < count ? digits[i] - '0' : 0);
    if (parts.is_negative) *out = -*out;
    return HPM_OK;
}

hpm_status conform_last_digit(double *unit, const json_t *value, const char *where,
                              hpm_error *error)
{
    decimal parts;
    hpm_status status = decimal_of(&parts, value, where, error);
    if (status != HPM_OK) return status;
    const char *point = memchr(parts.mantissa, '.', parts.mantissa_length);
    long decimals = point ? parts.mantissa + parts.mantissa_length - point - 1 : 0;
    *unit = pow(10, (double)(parts.exponent - decimals));
    return HPM_OK;
}

hpm_status conform_real_in(double *out, const json_t *object, const char *where, const char *name,
                           int shift, hpm_error *error)
{
    char path[CONFORM_WHERE_SIZE];
    const json_t *value;
    hpm_status status = member(&value, object, where, name, error);
    if (status != HPM_OK) return status;
    conform_where(path, where, name);
    return conform_real(out, value, shift, path, error);
}

hpm_status conform_exact_in(conform_wide *out, const json_t *object, const char *where,
                            const char *name, int shift, hpm_error *error)
{
    char path[CONFORM_WHERE_SIZE];
    const json_t *value;
    hpm_status status = member(&value, object, where, name, error);
    if (status != HPM_OK) return status;
    conform_where(path, where, name);
    return conform_exact(out, value, shift, path, error);
}

static hpm_status find_item(const json_t **out, char where_item[CONFORM_WHERE_SIZE],
                            const json_t *object, const char *where, const char *name,
                            uint32_t index, uint32_t count, hpm_error *error)
{
    char array[CONFORM_WHERE_SIZE];
    const json_t *list;
    hpm_status status = conform_json_array(&list, object, where, name, error);
    conform_where(array, where, name);
    if (status != HPM_OK) return status;
    if (json_array_size(list) != count)
        return hpm_fail(error, HPM_E_RANGE, array, "has %zu items instead of %u",
                        json_array_size(list), count);
    conform_where_item(where_item, array, index);
    *out = json_array_get(list, index);
    return HPM_OK;
}

hpm_status conform_real_at(double *out, const json_t *object, const char *where, const char *name,
                           uint32_t index, uint32_t count, int shift, hpm_error *error)
{
    char item[CONFORM_WHERE_SIZE];
    const json_t *value = NULL;
    hpm_status status = find_item(&value, item, object, where, name, index, count, error);
    return status == HPM_OK ? conform_real(out, value, shift, item, error) : status;
}

hpm_status conform_exact_at(conform_wide *out, const json_t *object, const char *where,
                            const char *name, uint32_t index, uint32_t count, int shift,
                            hpm_error *error)
{
    char item[CONFORM_WHERE_SIZE];
    const json_t *value = NULL;
    hpm_status status = find_item(&value, item, object, where, name, index, count, error);
    return status == HPM_OK ? conform_exact(out, value, shift, item, error) : status;
}

/* Days since 1970-01-01 of a date of the Gregorian calendar, counted from March so that the leap
 * day is the last of a year. */
static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
    int64_t shifted = month > 2 ? year : year - 1;
    int64_t from_march = (month + 9) % 12;
    return 365 * shifted + shifted / 4 - shifted / 100 + shifted / 400 +
           (153 * from_march + 2) / 5 + day - 1 - 719468;
}

hpm_status conform_date(int64_t *days, const char *text, const char *where, hpm_error *error)
{
    char *end;
    long date = strtol(text, &end, 10);
    long month = date / 100 % 100, day = date % 100;
    if (strlen(text) != 8 || *end != '\0' || date < 19700101 || month < 1 || month > 12 ||
        day < 1 || day > 31)
        return hpm_fail(error, HPM_E_RANGE, where, "expiry is not a date (%.20s)", text);
    *days = days_of(date / 10000, month, day);
    return HPM_OK;
}

hpm_status conform_narrow(int64_t *out, conform_wide value, const char *where, hpm_error *error)
{
    if (value < INT64_MIN || value > INT64_MAX)
        return hpm_fail(error, HPM_E_OVERFLOW, where, "too large");
    *out = (int64_t)value;
    return HPM_OK;
}
