/* Tests of errors for people: their form, and that hostile text cannot break it. */
#define _POSIX_C_SOURCE 200809L
#include "check.h"

#include "capture.h"
#include "cli/diagnose.h"
#include "cli/exit.h"

static void diagnosed(const char *file, int64_t first_line, const hpm_error *error,
                      const char *wanted)
{
    capture captured = capture_begin(stderr);
    int status = hpm_diagnose_at(file, first_line, error);
    char *text = capture_end(&captured);
    assert_string_equal(text, wanted);
    assert_int_equal(status, hpm_status_exit(error->status));
    free(text);
}

static hpm_error error_of(const char *where, int64_t line, const char *message)
{
    hpm_error error;
    hpm_fail(&error, HPM_E_RANGE, "", "%s", "");
    snprintf(error.where, sizeof error.where, "%s", where);
    snprintf(error.message, sizeof error.message, "%s", message);
    error.line = line;
    return error;
}

static void test_forms(void **state)
{
    hpm_error error = error_of("a[1].b", 3, "too large (9)");
    (void)state;
    diagnosed("x.json", 0, &error, "x.json:a[1].b: too large (9)\n");
    diagnosed("-", 5, &error, "stdin:7:a[1].b: too large (9)\n");
    diagnosed(NULL, 0, &error, "hpm: a[1].b: too large (9)\n");
    error.line = 0;
    diagnosed("x.json", 0, &error, "x.json:a[1].b: too large (9)\n");
    diagnosed("x.jsonl", 5, &error, "x.jsonl:5:a[1].b: too large (9)\n");
    error.where[0] = '\0';
    diagnosed("x.json", 0, &error, "x.json: too large (9)\n");
    diagnosed(NULL, 0, &error, "hpm: too large (9)\n");
    error.line = 3;
    diagnosed("x.json", 0, &error, "x.json:3: too large (9)\n");
}

static void test_hostile(void **state)
{
    hpm_error error = error_of("a\nb", 0, "\033[2J \xff \xc3\xa9 \xc2\x9b \x7f");
    (void)state;
    diagnosed("f\r", 0, &error, "f?:a?b: ?[2J ? \xc3\xa9 ?? ?\n");
}

static void test_note(void **state)
{
    (void)state;
    capture captured = capture_begin(stderr);
    hpm_note("x.json", "%d legs\n", 3);
    char *text = capture_end(&captured);
    assert_string_equal(text, "x.json: 3 legs?\n");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forms),
        cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_note),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
