/* Reads single JSON values by type. */
#include "codec_value.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/real_text.h"
#include "base/record.h"
#include "codec.h"
#include "hpm/number.h"
#include "time_text.h"

_Static_assert(HPM_REAL_TEXT <= HPM_CODEC_SHOWN, "room for a real");

const char *hpm_codec_show(char text[HPM_CODEC_SHOWN], const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return "an object";
    case JSON_ARRAY:
        return "an array";
    case JSON_STRING:
        snprintf(text, HPM_CODEC_SHOWN, json_string_length(value) > 60 ? "\"%.60s...\"" : "\"%s\"",
                 json_string_value(value));
        return text;
    case JSON_INTEGER:
        snprintf(text, HPM_CODEC_SHOWN, "%lld", (long long)json_integer_value(value));
        return text;
    case JSON_REAL:
        hpm_real_format(text, json_real_value(value));
        return text;
    case JSON_TRUE:
        return "true";
    case JSON_FALSE:
        return "false";
    case JSON_NULL:
        break;
    }
    return "null";
}

/* Fails at `path` with a reason and the value in parentheses. */
static hpm_status fail_value(hpm_status status, const char *reason, const json_t *value,
                             const hpm_path *path, hpm_error *error)
{
    char where[HPM_PATH_TEXT], shown[HPM_CODEC_SHOWN];
    return hpm_fail(error, status, hpm_path_format(where, path), "%s (%s)", reason,
                    hpm_codec_show(shown, value));
}

hpm_status hpm_codec_fail_type(const char *expected, const json_t *value, const hpm_path *path,
                               hpm_error *error)
{
    char reason[64];
    snprintf(reason, sizeof reason, "expected %s", expected);
    return fail_value(HPM_E_TYPE, reason, value, path, error);
}

static int has_control(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)text[i] < 0x20 || text[i] == 0x7F) return 1;
    return 0;
}

static hpm_status read_text(char *text, const hpm_field *field, const json_t *value,
                            const hpm_path *path, hpm_error *error)
{
    char reason[64];
    if (!json_is_string(value)) return hpm_codec_fail_type("a string", value, path, error);
    size_t length = json_string_length(value);
    if (length >= field->capacity) {
        snprintf(reason, sizeof reason, "text longer than %u bytes", field->capacity - 1);
        return fail_value(HPM_E_RANGE, reason, value, path, error);
    }
    if (length == 0 && field->required)
        return fail_value(HPM_E_RANGE, "empty text", value, path, error);
    if (has_control(json_string_value(value), length))
        return fail_value(HPM_E_RANGE, "control character in the text", value, path, error);
    memcpy(text, json_string_value(value), length + 1);
    return HPM_OK;
}

static hpm_status read_real(double *real, const hpm_field *field, const json_t *value,
                            const hpm_path *path, hpm_error *error)
{
    if (!json_is_number(value)) return hpm_codec_fail_type("a number", value, path, error);
    /* -0 becomes +0: no input says more by its sign. */
    *real = json_number_value(value) + 0.0;
    return hpm_field_check_real(*real, field, path, error);
}

static hpm_status read_count(uint32_t *count, const hpm_field *field, const json_t *value,
                             const hpm_path *path, hpm_error *error)
{
    if (!json_is_integer(value)) return hpm_codec_fail_type("an integer", value, path, error);
    json_int_t integer = json_integer_value(value);
    if (integer < 0 || integer > UINT32_MAX)
        return fail_value(HPM_E_RANGE, "count out of range", value, path, error);
    *count = (uint32_t)integer;
    return hpm_field_check_count(*count, field, path, error);
}

static hpm_status read_flag(int *flag, const json_t *value, const hpm_path *path, hpm_error *error)
{
    if (!json_is_boolean(value)) return hpm_codec_fail_type("true or false", value, path, error);
    *flag = json_is_true(value);
    return HPM_OK;
}

static hpm_status fail_choice(const hpm_field *field, const json_t *value, const hpm_path *path,
                              hpm_error *error)
{
    char reason[128] = "not one of ";
    size_t used = strlen(reason);
    for (uint32_t i = 0; field->choices[i] && used < sizeof reason; i++)
        used += (size_t)snprintf(reason + used, sizeof reason - used, "%s%s", i > 0 ? ", " : "",
                                 field->choices[i]);
    return fail_value(HPM_E_RANGE, reason, value, path, error);
}

static hpm_status read_choice(int *choice, const hpm_field *field, const json_t *value,
                              const hpm_path *path, hpm_error *error)
{
    if (!json_is_string(value)) return hpm_codec_fail_type("a string", value, path, error);
    for (int i = 0; field->choices[i]; i++)
        if (strcmp(field->choices[i], json_string_value(value)) == 0) {
            *choice = i;
            return HPM_OK;
        }
    return fail_choice(field, value, path, error);
}

static const char *decimal_reason(hpm_status status)
{
    if (status == HPM_E_PRECISION) return "more than 8 decimals";
    return status == HPM_E_OVERFLOW ? "number too large" : "not a decimal number";
}

static hpm_status decimal_from_text(int64_t *e8, const json_t *value, const hpm_path *path,
                                    hpm_error *error)
{
    hpm_status status = hpm_decimal_parse(e8, json_string_value(value), json_string_length(value));
    if (status == HPM_OK) return HPM_OK;
    /* E_OVERFLOW is for results of computations; here the document is at fault. */
    hpm_status reported = status == HPM_E_OVERFLOW ? HPM_E_RANGE : status;
    return fail_value(reported, decimal_reason(status), value, path, error);
}

static hpm_status decimal_from_integer(int64_t *e8, const json_t *value, const hpm_path *path,
                                       hpm_error *error)
{
    int64_t scaled;
    if (__builtin_mul_overflow((int64_t)json_integer_value(value), HPM_E8, &scaled))
        return fail_value(HPM_E_RANGE, "number too large", value, path, error);
    *e8 = scaled;
    return HPM_OK;
}

/* A JSON real has been through a double: what was written is no longer known exactly. */
static hpm_status fail_decimal_real(const json_t *value, const hpm_path *path, hpm_error *error)
{
    char where[HPM_PATH_TEXT], shown[HPM_CODEC_SHOWN];
    hpm_codec_show(shown, value);
    return hpm_fail(error, HPM_E_TYPE, hpm_path_format(where, path),
                    "a JSON real is not exact; write it as a string: \"%s\" (%s)", shown, shown);
}

static hpm_status read_decimal(int64_t *e8, const hpm_field *field, const json_t *value,
                               const hpm_path *path, hpm_error *error)
{
    hpm_status status;
    if (json_is_real(value)) return fail_decimal_real(value, path, error);
    if (json_is_string(value))
        status = decimal_from_text(e8, value, path, error);
    else if (json_is_integer(value))
        status = decimal_from_integer(e8, value, path, error);
    else
        return hpm_codec_fail_type("a decimal string or an integer", value, path, error);
    return status == HPM_OK ? hpm_field_check_decimal(*e8, field, path, error) : status;
}

static hpm_status read_time(int64_t *ns, const json_t *value, const hpm_path *path,
                            hpm_error *error)
{
    if (!json_is_string(value)) return hpm_codec_fail_type("a time string", value, path, error);
    hpm_status status = hpm_time_parse(ns, json_string_value(value), json_string_length(value));
    if (status == HPM_OK) return HPM_OK;
    return fail_value(status, hpm_time_reason(status), value, path, error);
}

hpm_status hpm_codec_value(void *at, const hpm_field *field, const json_t *value,
                           const hpm_path *path, hpm_error *error)
{
    switch (field->type) {
    case HPM_FIELD_TEXT:
    case HPM_FIELD_TEXTS:
        return read_text(at, field, value, path, error);
    case HPM_FIELD_REAL:
    case HPM_FIELD_REALS:
        return read_real(at, field, value, path, error);
    case HPM_FIELD_COUNT:
        return read_count(at, field, value, path, error);
    case HPM_FIELD_FLAG:
        return read_flag(at, value, path, error);
    case HPM_FIELD_CHOICE:
        return read_choice(at, field, value, path, error);
    case HPM_FIELD_DECIMAL:
        return read_decimal(at, field, value, path, error);
    case HPM_FIELD_TIME:
        return read_time(at, value, path, error);
    case HPM_FIELD_RECORDS:
    case HPM_FIELD_VARIANT:
        break;
    }
    assert(0 && "not a single value");
    return HPM_E_UNSUPPORTED;
}
