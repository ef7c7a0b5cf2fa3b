/* Tests of src/io/utf8.c. */
#include "check.h"

#include "io/utf8.h"

typedef struct utf8_case {
    const char *bytes;
    size_t length;
    size_t wanted;
} utf8_case;

static void test_length(void **state)
{
    static const utf8_case cases[] = {
        {"a", 1, 1},
        {"\x7F", 1, 1},
        {"\0", 1, 1},
        {"\xC2\x80", 2, 2},
        {"\xDF\xBF", 2, 2},
        {"\xE0\xA0\x80", 3, 3},
        {"\xED\x9F\xBF", 3, 3},
        {"\xEE\x80\x80", 3, 3},
        {"\xEF\xBF\xBF", 3, 3},
        {"\xF0\x90\x80\x80", 4, 4},
        {"\xF4\x8F\xBF\xBF", 4, 4},
        {"", 0, 0},
        {"\x80", 1, 0},             /* starts with a continuation */
        {"\xC0\x80", 2, 0},         /* overlong */
        {"\xC1\xBF", 2, 0},         /* overlong */
        {"\xE0\x9F\xBF", 3, 0},     /* overlong */
        {"\xF0\x8F\xBF\xBF", 4, 0}, /* overlong */
        {"\xED\xA0\x80", 3, 0},     /* surrogate */
        {"\xF4\x90\x80\x80", 4, 0}, /* beyond U+10FFFF */
        {"\xF5\x80\x80\x80", 4, 0},
        {"\xFF", 1, 0},
        {"\xC2", 1, 0},         /* cut */
        {"\xE2\x82", 2, 0},     /* cut */
        {"\xF0\x9F\x98", 3, 0}, /* cut */
        {"\xC2 ", 2, 0},
        {"\xE2\x82 ", 3, 0},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_int_equal(hpm_utf8_length(cases[i].bytes, cases[i].length), cases[i].wanted);
}

static void expect_tame(const char *bytes, const char *wanted)
{
    char text[64];
    strcpy(text, bytes);
    hpm_utf8_tame(text);
    assert_string_equal(text, wanted);
}

static void test_tame(void **state)
{
    (void)state;
    expect_tame("", "");
    expect_tame("plain, \xC3\xA4, \xE2\x82\xAC", "plain, \xC3\xA4, \xE2\x82\xAC");
    expect_tame("a\nb\t\x1B[31m\x7F", "a?b??[31m?");
    expect_tame("\xC2\x9B!\xC2\xA0", "?"
                                     "?!\xC2\xA0"); /* a control sequence of its own */
    expect_tame("\xFF\xC2", "??");                  /* malformed, cut */
    expect_tame("\xE2\x82x", "??x");
}

static void test_prefix(void **state)
{
    static const char text[] = "a\xC3\xA4\xE2\x82\xAC\xFF"
                               "b"; /* five, one of them malformed */
    static const size_t bytes[] = {0, 1, 3, 6, 7, 8, 8};
    (void)state;
    for (size_t i = 0; i < sizeof bytes / sizeof bytes[0]; i++)
        assert_int_equal(hpm_utf8_prefix(text, sizeof text - 1, i), bytes[i]);
    assert_int_equal(hpm_utf8_count(text, sizeof text - 1), 5);
    assert_int_equal(hpm_utf8_count(text, 2), 2); /* the second is cut */
    assert_int_equal(hpm_utf8_count(text, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_prefix), cmocka_unit_test(test_length),
                                       cmocka_unit_test(test_tame)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
