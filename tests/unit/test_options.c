/* Tests of the option parser: every form of argument, every type, every refusal. */
#define _POSIX_C_SOURCE 200809L
#include "check.h"

#include "capture.h"
#include "cli/exit.h"
#include "cli/options.h"

struct values {
    const char *text;
    hpm_texts texts;
    double real;
    uint32_t count;
    int flag;
    int choice;
};

static const char *const choices[] = {"red", "green", NULL};

static const hpm_option options[] = {
    {"text", 't', HPM_OPTION_TEXT, 1, offsetof(struct values, text), "TEXT", NULL, "a text"},
    {"texts", 0, HPM_OPTION_TEXTS, 0, offsetof(struct values, texts), "TEXT", NULL, "many texts"},
    {"real", 'r', HPM_OPTION_REAL, 0, offsetof(struct values, real), "X", NULL, "a number"},
    {"count", 0, HPM_OPTION_COUNT, 0, offsetof(struct values, count), "N", NULL, "a count"},
    {"flag", 'f', HPM_OPTION_FLAG, 0, offsetof(struct values, flag), NULL, NULL, "a flag"},
    {"choice", 0, HPM_OPTION_CHOICE, 0, offsetof(struct values, choice), NULL, choices, "one"},
    {NULL, 0, HPM_OPTION_FLAG, 0, 0, NULL, NULL, NULL},
};

static const hpm_command command = {
    .name = "try",
    .operands = "[FILE...]",
    .text = "For the tests.",
    .examples = "  hpm try --text a\n",
    .options = options,
    .operands_max = 2,
};

#define PARSE(values, operands, ...) parse(values, operands, (char *[]){"try", __VA_ARGS__, NULL})

static int parse(struct values *values, hpm_texts *operands, char **argv)
{
    int argc = 0;
    while (argv[argc] != NULL)
        argc++;
    *values = (struct values){.real = 7};
    *operands = (hpm_texts){0};
    return hpm_options_parse(&command, values, operands, argc, argv);
}

static void test_forms(void **state)
{
    struct values values;
    hpm_texts operands;
    (void)state;
    assert_int_equal(PARSE(&values, &operands, "one", "--text=a=b", "-r", "-1.5e3", "--count", "12",
                           "-f", "--choice", "green", "--texts=x", "--texts", "-y", "-"),
                     HPM_PARSE_RUN);
    assert_string_equal(values.text, "a=b");
    assert_true(values.real == -1500);
    assert_int_equal(values.count, 12);
    assert_int_equal(values.flag, 1);
    assert_int_equal(values.choice, 1);
    assert_int_equal(values.texts.count, 2);
    assert_string_equal(values.texts.items[1], "-y");
    assert_int_equal(operands.count, 2);
    assert_string_equal(operands.items[0], "one");
    assert_string_equal(operands.items[1], "-");
    hpm_options_free(&command, &values, &operands);
}

static void test_end_of_options(void **state)
{
    struct values values;
    hpm_texts operands;
    (void)state;
    assert_int_equal(PARSE(&values, &operands, "-tvalue", "--", "--flag", "--"), HPM_PARSE_RUN);
    assert_string_equal(values.text, "value");
    assert_int_equal(values.flag, 0);
    assert_true(values.real == 7); /* the caller's default stays */
    assert_string_equal(operands.items[0], "--flag");
    assert_string_equal(operands.items[1], "--");
    hpm_options_free(&command, &values, &operands);
}

static void refused(char **argv, const char *wanted)
{
    struct values values;
    hpm_texts operands;
    capture captured = capture_begin(stderr);
    int status = parse(&values, &operands, argv);
    char *text = capture_end(&captured);
    assert_int_equal(status, HPM_EXIT_USAGE);
    if (strstr(text, wanted) == NULL) fail_msg("no \"%s\" in \"%s\"", wanted, text);
    assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1); /* one line */
    free(text);
    hpm_options_free(&command, &values, &operands);
}

#define REFUSED(wanted, ...) refused((char *[]){"try", __VA_ARGS__, NULL}, wanted)

static void test_refusals(void **state)
{
    (void)state;
    REFUSED("--text TEXT is required", "-f");
    REFUSED("unknown option '--tex', did you mean '--text'?", "--tex", "a");
    REFUSED("unknown option '-x'", "-x");
    REFUSED("--text needs a value", "--text");
    REFUSED("--text is given twice", "--text", "a", "-t", "b");
    REFUSED("--flag takes no value (yes)", "--flag=yes");
    REFUSED("--real needs a number (0x10)", "--real", "0x10");
    REFUSED("--real needs a number (inf)", "--real", "inf");
    REFUSED("--real needs a number (1e999)", "--real", "1e999");
    REFUSED("--real needs a number ()", "--real=");
    REFUSED("above 0 (0)", "--count", "0");
    REFUSED("above 0 (4294967296)", "--count", "4294967296");
    REFUSED("above 0 (-1)", "--count", "-1");
    REFUSED("--choice is one of red, green (blue)", "--choice", "blue");
    REFUSED("unexpected argument 'c'", "-ta", "a", "b", "c");
    REFUSED("unexpected argument '??[2J'", "-ta", "a", "b", "\n\033[2J");
}

static void test_help(void **state)
{
    struct values values;
    hpm_texts operands;
    (void)state;
    capture captured = capture_begin(stdout);
    int status = PARSE(&values, &operands, "--help", "--nonsense");
    char *text = capture_end(&captured);
    assert_int_equal(status, HPM_EXIT_OK);
    assert_non_null(strstr(text, "usage: hpm try --text TEXT [options] [FILE...]\n"));
    assert_non_null(strstr(text, "  -t, --text TEXT         a text\n"));
    assert_non_null(strstr(text, "  --choice red|green      one\n"));
    assert_non_null(strstr(text, "examples\n  hpm try --text a\n"));
    free(text);
    hpm_options_free(&command, &values, &operands);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forms),
        cmocka_unit_test(test_end_of_options),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_help),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
