/* Test of the skew shock of src/scenario/scenario.c: the multipliers that Derive's own cases of
 * PMRM_2 state for each option, linear and absolute. Skipped without HPM_DATA. */
#include <dirent.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "hpm/scenario.h"

enum { PATH_SIZE = 1024 };

static const char *folder(void)
{
    static char path[PATH_SIZE];
    const char *data = getenv("HPM_DATA");
    snprintf(path, sizeof path, "%s/vectors/derive_pmrm2", data ? data : "../shared/data");
    return path;
}

static double number(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    assert_true(json_is_number(value));
    return json_number_value(value);
}

static hpm_scenario_set set_of(const json_t *skew, int is_absolute)
{
    hpm_scenario_set set;
    hpm_record_defaults(&set, &hpm_scenario_set_record);
    set.skew_shape = is_absolute ? HPM_SKEW_ABSOLUTE : HPM_SKEW_LINEAR;
    set.skew_cap = number(skew, is_absolute ? "ABS_SCALE_CAP" : "LINEAR_SCALE_CAP");
    set.skew_cap_tau = number(skew, is_absolute ? "ABS_CBASE" : "LINEAR_CBASE");
    set.skew_minimum = number(skew, "MIN_K_STAR");
    set.skew_width = number(skew, "MIN_WIDTH_SCALE");
    set.skew_vol = number(skew, "VOL_PARAM_STATIC");
    set.skew_vol_tau = number(skew, "VOL_PARAM_SCALE");
    return set;
}

static double check_option(const json_t *skew, const json_t *option, const char *file)
{
    double seconds = number(option, "Expiry"), largest = 0;
    if (seconds <= 0) return 0; /* no volatility counts any more, and none is stated */
    double root = sqrt(seconds / (365 * 86400.0));
    for (int is_absolute = 0; is_absolute < 2; is_absolute++) {
        const hpm_scenario_set set = set_of(skew, is_absolute);
        /* A volatility is not below zero; the cases state its multiplier before that. */
        double wanted =
            fmax(0, number(option, is_absolute ? "abs_multiplier" : "linear_multiplier"));
        double got = hpm_scenario_skew_factor(&set, 1, number(option, "k"), root);
        if (!(fabs(got - wanted) <= 1e-12))
            fail_msg("%s: strike %g: %.17g instead of %.17g", file, number(option, "Strike"), got,
                     wanted);
        largest = fmax(largest, fabs(got - wanted));
    }
    return largest;
}

static size_t check_file(const char *name, double *largest)
{
    char path[2 * PATH_SIZE];
    json_error_t error;
    snprintf(path, sizeof path, "%s/%s", folder(), name);
    json_t *root = json_load_file(path, 0, &error), *option;
    if (!root) fail_msg("%s: %s", path, error.text);
    const json_t *skew = json_object_get(json_object_get(root, "Parameters"), "SkewShock");
    const json_t *options = json_object_get(json_object_get(root, "Scenario"), "Options");
    size_t i, count = json_array_size(options);
    json_array_foreach(options, i, option) *largest =
        fmax(*largest, check_option(skew, option, name));
    json_decref(root);
    return count;
}

static void test_multipliers(void **state)
{
    DIR *list = opendir(folder());
    size_t options = 0;
    double largest = 0;
    (void)state;
    if (!list) {
        print_message("skipped: no cases in %s (set HPM_DATA)\n", folder());
        skip();
    }
    for (struct dirent *item; (item = readdir(list));) {
        const char *dot = strrchr(item->d_name, '.');
        if (dot && strcmp(dot, ".json") == 0) options += check_file(item->d_name, &largest);
    }
    closedir(list);
    print_message("%zu options, largest error %.2g\n", options, largest);
    assert_true(options > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_multipliers)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
