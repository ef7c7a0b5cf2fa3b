/* Walks two JSON trees side by side. */
#include "json_compare.h"

static void differ(hpm_json_comparison *comparison, const json_t *given, const json_t *wanted,
                   const hpm_path *path)
{
    const hpm_json_difference difference = {path, given, wanted};
    comparison->differences++;
    comparison->take(comparison->context, &difference);
}

/* Whether a double holds it exactly. */
static int is_exact(json_int_t integer)
{
    double real = (double)integer;
    return real < 0x1p63 && (json_int_t)real == integer;
}

static int number_equal(const json_t *a, const json_t *b)
{
    if (json_is_integer(a) && json_is_integer(b))
        return json_integer_value(a) == json_integer_value(b);
    if (json_is_integer(a) && !is_exact(json_integer_value(a))) return 0;
    if (json_is_integer(b) && !is_exact(json_integer_value(b))) return 0;
    return json_number_value(a) == json_number_value(b);
}

static int scalar_equal(const json_t *a, const json_t *b)
{
    return json_is_number(a) && json_is_number(b) ? number_equal(a, b) : json_equal(a, b);
}

static void compare_objects(hpm_json_comparison *comparison, const json_t *given,
                            const json_t *wanted, const hpm_path *path)
{
    const char *key = NULL;
    json_t *value = NULL;
    /* The iterators of jansson are not const; nothing is changed. */
    json_object_foreach((json_t *)wanted, key, value)
    {
        const hpm_path field = {path, key, HPM_PATH_NO_INDEX};
        const json_t *other = json_object_get(given, key);
        if (other)
            hpm_json_compare(comparison, other, value, &field);
        else
            differ(comparison, NULL, value, &field);
    }
    json_object_foreach((json_t *)given, key, value)
    {
        const hpm_path field = {path, key, HPM_PATH_NO_INDEX};
        if (!json_object_get(wanted, key)) differ(comparison, value, NULL, &field);
    }
}

static void compare_arrays(hpm_json_comparison *comparison, const json_t *given,
                           const json_t *wanted, const hpm_path *path)
{
    size_t given_count = json_array_size(given), wanted_count = json_array_size(wanted);
    for (size_t i = 0; i < given_count || i < wanted_count; i++) {
        const hpm_path item = {path, NULL, (uint32_t)i};
        const json_t *left = json_array_get(given, i), *right = json_array_get(wanted, i);
        if (left && right)
            hpm_json_compare(comparison, left, right, &item);
        else
            differ(comparison, left, right, &item);
    }
}

void hpm_json_compare(hpm_json_comparison *comparison, const json_t *given, const json_t *wanted,
                      const hpm_path *path)
{
    size_t members = json_object_size(given) + json_object_size(wanted);
    size_t items = json_array_size(given) + json_array_size(wanted);
    int alike = json_typeof(given) == json_typeof(wanted);
    if (alike && members > 0) {
        compare_objects(comparison, given, wanted, path);
    } else if (alike && items > 0) {
        compare_arrays(comparison, given, wanted, path);
    } else {
        comparison->values++;
        if (!scalar_equal(given, wanted)) differ(comparison, given, wanted, path);
    }
}

void hpm_json_outline(hpm_json *json, const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        hpm_json_begin_object(json);
        hpm_json_end_object(json);
        break;
    case JSON_ARRAY:
        hpm_json_begin_array(json);
        hpm_json_end_array(json);
        break;
    case JSON_STRING:
        hpm_json_text_length(json, json_string_value(value), json_string_length(value));
        break;
    case JSON_INTEGER:
        hpm_json_int(json, json_integer_value(value));
        break;
    case JSON_REAL:
        hpm_json_real(json, json_real_value(value));
        break;
    case JSON_TRUE:
    case JSON_FALSE:
        hpm_json_bool(json, json_is_true(value));
        break;
    case JSON_NULL:
        hpm_json_null(json);
        break;
    }
}
