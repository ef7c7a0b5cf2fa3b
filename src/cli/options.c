/* The option parser: walks a command's option table over argv. */
#include "options.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "exit.h"

static const hpm_option help_option = {"help", 'h',  HPM_OPTION_FLAG,  0, 0,
                                       NULL,   NULL, "print this text"};

/* State of one parse. */
struct parse {
    const hpm_command *command;
    void *values;
    hpm_texts *operands;
    int argc;
    char **argv;
    int next;       /* argument to read next */
    int help;       /* --help was given */
    int plain;      /* `--` was given: only operands follow */
    uint64_t given; /* bit i: option i was given */
};

#define OPTIONS_MAX 64

int hpm_usage(const hpm_command *command, const char *format, ...)
{
    char text[512];
    va_list arguments;
    const char *space = command != NULL ? " " : "";
    const char *name = command != NULL ? command->name : "";
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    for (char *at = text; *at != '\0'; at++) {
        if ((unsigned char)*at < ' ' || *at == 127) *at = '?'; /* stays one line */
    }
    fprintf(stderr, "hpm%s%s: %s; see 'hpm%s%s --help'\n", space, name, text, space, name);
    return HPM_EXIT_USAGE;
}

int hpm_out_of_memory(void)
{
    fputs("hpm: out of memory\n", stderr);
    return HPM_EXIT_SYSTEM;
}

static void *value_of(const struct parse *parse, const hpm_option *option)
{
    return (char *)parse->values + option->offset;
}

static const hpm_option *option_find(const hpm_command *command, const char *name, size_t length)
{
    for (const hpm_option *option = command->options; option->name != NULL; option++) {
        if (strlen(option->name) == length && strncmp(option->name, name, length) == 0) {
            return option;
        }
    }
    return strlen(help_option.name) == length && strncmp(help_option.name, name, length) == 0
               ? &help_option
               : NULL;
}

static const hpm_option *option_find_letter(const hpm_command *command, char letter)
{
    for (const hpm_option *option = command->options; option->name != NULL; option++) {
        if (option->letter == letter) return option;
    }
    return letter == help_option.letter ? &help_option : NULL;
}

/* Room for every argument is taken at the first use: a list never grows. */
static int texts_add(hpm_texts *texts, const char *text, int argc)
{
    if (texts->items == NULL) texts->items = calloc((size_t)argc + 1, sizeof *texts->items);
    if (texts->items == NULL) return hpm_out_of_memory();
    texts->items[texts->count++] = text;
    return HPM_EXIT_OK;
}

int hpm_real_parse(double *real, const char *text)
{
    char *end = NULL;
    double value = 0;
    /* strtod also reads hexadecimal, "nan" and "infinity"; options do not. */
    if (text[0] == '\0' || strspn(text, "0123456789+-.eE") != strlen(text)) return 0;
    value = strtod(text, &end);
    if (*end != '\0' || !isfinite(value)) return 0;
    *real = value;
    return 1;
}

static int count_parse(uint32_t *count, const char *text)
{
    unsigned long value = 0;
    if (text[0] == '\0' || strspn(text, "0123456789") != strlen(text)) return 0;
    errno = 0;
    value = strtoul(text, NULL, 10);
    if (errno != 0 || value == 0 || value > UINT32_MAX) return 0;
    *count = (uint32_t)value;
    return 1;
}

static int choice_find(const char *const *choices, const char *text)
{
    for (int i = 0; choices[i] != NULL; i++) {
        if (strcmp(choices[i], text) == 0) return i;
    }
    return -1;
}

static void choices_join(char *text, size_t size, const char *const *choices, const char *separator)
{
    size_t used = 0;
    text[0] = '\0';
    for (int i = 0; choices[i] != NULL; i++) {
        int wrote = snprintf(text + used, size - used, "%s%s", i == 0 ? "" : separator, choices[i]);
        if (wrote < 0 || (size_t)wrote >= size - used) return;
        used += (size_t)wrote;
    }
}

static int choice_store(const struct parse *parse, const hpm_option *option, const char *text)
{
    char choices[128];
    int index = choice_find(option->choices, text);
    if (index >= 0) {
        *(int *)value_of(parse, option) = index;
        return HPM_EXIT_OK;
    }
    choices_join(choices, sizeof choices, option->choices, ", ");
    return hpm_usage(parse->command, "--%s is one of %s (%s)", option->name, choices, text);
}

static int option_store(struct parse *parse, const hpm_option *option, const char *text)
{
    void *value = value_of(parse, option);
    switch (option->type) {
    case HPM_OPTION_FLAG:
        *(int *)value = 1;
        return HPM_EXIT_OK;
    case HPM_OPTION_TEXT:
        *(const char **)value = text;
        return HPM_EXIT_OK;
    case HPM_OPTION_TEXTS:
        return texts_add(value, text, parse->argc);
    case HPM_OPTION_REAL:
        if (hpm_real_parse(value, text)) return HPM_EXIT_OK;
        return hpm_usage(parse->command, "--%s needs a number (%s)", option->name, text);
    case HPM_OPTION_COUNT:
        if (count_parse(value, text)) return HPM_EXIT_OK;
        return hpm_usage(parse->command, "--%s needs a whole number above 0 (%s)", option->name,
                         text);
    case HPM_OPTION_CHOICE:
        return choice_store(parse, option, text);
    }
    assert(0);
    return HPM_EXIT_USAGE;
}

/* `text` is the value that came with the option itself, NULL if none did. */
static int option_take(struct parse *parse, const hpm_option *option, const char *text)
{
    if (option == &help_option) {
        parse->help = 1;
        return HPM_EXIT_OK;
    }
    if (option->type == HPM_OPTION_FLAG && text != NULL) {
        return hpm_usage(parse->command, "--%s takes no value (%s)", option->name, text);
    }
    if (option->type != HPM_OPTION_FLAG && text == NULL) {
        if (parse->next >= parse->argc) {
            return hpm_usage(parse->command, "--%s needs a value", option->name);
        }
        text = parse->argv[parse->next++];
    }
    uint64_t bit = UINT64_C(1) << (option - parse->command->options);
    if ((parse->given & bit) != 0 && option->type != HPM_OPTION_TEXTS) {
        return hpm_usage(parse->command, "--%s is given twice", option->name);
    }
    parse->given |= bit;
    return option_store(parse, option, text);
}

static int option_unknown(const struct parse *parse, const char *name, size_t length)
{
    const char *names[OPTIONS_MAX];
    uint32_t count = 0;
    char word[64];
    for (const hpm_option *option = parse->command->options; option->name != NULL; option++) {
        names[count++] = option->name;
    }
    names[count++] = help_option.name;
    snprintf(word, sizeof word, "%.*s", (int)(length < 60 ? length : 60), name);
    const char *nearest = hpm_nearest(word, names, count);
    if (nearest == NULL) return hpm_usage(parse->command, "unknown option '--%s'", word);
    return hpm_usage(parse->command, "unknown option '--%s', did you mean '--%s'?", word, nearest);
}

static int long_take(struct parse *parse, const char *name)
{
    const char *equals = strchr(name, '=');
    size_t length = equals != NULL ? (size_t)(equals - name) : strlen(name);
    const hpm_option *option = option_find(parse->command, name, length);
    if (option == NULL) return option_unknown(parse, name, length);
    return option_take(parse, option, equals != NULL ? equals + 1 : NULL);
}

static int short_take(struct parse *parse, const char *letters)
{
    const hpm_option *option = option_find_letter(parse->command, letters[0]);
    if (option == NULL) {
        return hpm_usage(parse->command, "unknown option '-%c'", letters[0]);
    }
    return option_take(parse, option, letters[1] != '\0' ? letters + 1 : NULL);
}

static int argument_take(struct parse *parse)
{
    const char *argument = parse->argv[parse->next++];
    int dashes = argument[0] == '-' && argument[1] != '\0' && !parse->plain;
    if (dashes && strcmp(argument, "--") == 0) {
        parse->plain = 1;
        return HPM_EXIT_OK;
    }
    if (dashes && argument[1] == '-') return long_take(parse, argument + 2);
    if (dashes) return short_take(parse, argument + 1);
    return texts_add(parse->operands, argument, parse->argc);
}

static int required_check(const struct parse *parse)
{
    const hpm_command *command = parse->command;
    for (uint32_t i = 0; command->options[i].name != NULL; i++) {
        const hpm_option *option = &command->options[i];
        if (option->required && (parse->given >> i & 1) == 0) {
            return hpm_usage(command, "--%s %s is required", option->name, option->metavar);
        }
    }
    if (parse->operands->count < command->operands_min) {
        return hpm_usage(command, "%s is required", command->operands);
    }
    if (parse->operands->count > command->operands_max) {
        return hpm_usage(command, "unexpected argument '%s'",
                         parse->operands->items[command->operands_max]);
    }
    return HPM_EXIT_OK;
}

int hpm_options_parse(const hpm_command *command, void *values, hpm_texts *operands, int argc,
                      char **argv)
{
    struct parse parse = {command, values, operands, argc, argv, 1, 0, 0, 0};
    int status = HPM_EXIT_OK;
    while (status == HPM_EXIT_OK && parse.next < argc && !parse.help) {
        status = argument_take(&parse);
    }
    if (status == HPM_EXIT_OK && parse.help) {
        hpm_help_print(stdout, command);
        return HPM_EXIT_OK;
    }
    if (status == HPM_EXIT_OK) status = required_check(&parse);
    return status == HPM_EXIT_OK ? HPM_PARSE_RUN : status;
}

void hpm_options_free(const hpm_command *command, void *values, hpm_texts *operands)
{
    for (const hpm_option *option = command->options; option->name != NULL; option++) {
        if (option->type == HPM_OPTION_TEXTS) {
            free(((hpm_texts *)(void *)((char *)values + option->offset))->items);
        }
    }
    free(operands->items);
}
