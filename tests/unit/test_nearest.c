/* Tests of the suggestion for a mistyped word. */
#include "check.h"

#include "cli/options.h"

static const char *const names[] = {"margin", "import", "price", "schema"};

static const char *nearest(const char *word)
{
    return hpm_nearest(word, names, COUNT_OF(names));
}

static void test_near(void **state)
{
    (void)state;
    assert_string_equal(nearest("margin"), "margin");
    assert_string_equal(nearest("margn"), "margin");   /* a letter missing */
    assert_string_equal(nearest("marginn"), "margin"); /* one too many */
    assert_string_equal(nearest("pricf"), "price");    /* a wrong one */
    assert_string_equal(nearest("shcema"), "schema");  /* two swapped count once */
}

static void test_far(void **state)
{
    char word[200];
    (void)state;
    assert_null(nearest("xyzzy"));
    assert_null(nearest(""));
    assert_null(nearest("i"));
    memset(word, 'm', sizeof word - 1);
    word[sizeof word - 1] = '\0';
    assert_null(nearest(word));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_near),
        cmocka_unit_test(test_far),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
