/* Tests of src/base/real_text.c. */
#include "check.h"

#include <locale.h>
#include <math.h>
#include <stdlib.h>

#include "base/real_text.h"

static void check_text(double value, const char *wanted)
{
    char text[HPM_REAL_TEXT];
    size_t length = hpm_real_format(text, value);
    assert_string_equal(text, wanted);
    assert_int_equal(length, strlen(wanted));
}

static void check_texts(void)
{
    check_text(0.1, "0.1");
    check_text(0.3, "0.3");
    check_text(100000, "100000");
    check_text(1e22, "1e+22");
    check_text(1e-5, "1e-05");
    check_text(-0.0, "-0");
    check_text(1.0 / 3, "0.3333333333333333");
    check_text(88530.23, "88530.23");
    check_text(0.1 + 0.2, "0.30000000000000004");
    check_text(1.7976931348623157e308, "1.7976931348623157e+308");
    check_text(5e-324, "4.94065645841247e-324");
    check_text(NAN, "nan");
    check_text(INFINITY, "inf");
    check_text(-INFINITY, "-inf");
}

static void test_texts(void **state)
{
    (void)state;
    check_texts();
}

/* A host that runs in a locale with another decimal sign sees the same text. */
static void test_locale(void **state)
{
    static const char *const locales[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "ps_AF.UTF-8", "de_DE"};
    int found = 0;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(locales); i++)
        if (setlocale(LC_NUMERIC, locales[i])) {
            found = 1;
            check_texts();
        }
    setlocale(LC_NUMERIC, "C");
    if (!found) {
        print_message("skipped: none of the locales with a decimal comma is installed\n");
        skip();
    }
}

static void test_round_trip(void **state)
{
    uint64_t random = 42;
    (void)state;
    for (int i = 0; i < 20000; i++) {
        char text[HPM_REAL_TEXT];
        double value;
        random = random * 6364136223846793005U + 1442695040888963407U;
        uint64_t bits = random ^ (random >> 29);
        memcpy(&value, &bits, sizeof value);
        if (!isfinite(value)) continue;
        hpm_real_format(text, value);
        assert_true(strtod(text, NULL) == value);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_locale),
        cmocka_unit_test(test_round_trip),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
