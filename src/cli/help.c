/* Help texts, made from the command tables. */
#include <string.h>

#include "options.h"

#define HELP_INDENT 26
#define HELP_WIDTH  80

static size_t choices_print(FILE *stream, const char *const *choices)
{
    size_t length = 0;
    for (int i = 0; choices[i] != NULL; i++) {
        length += (size_t)fprintf(stream, "%s%s", i == 0 ? "" : "|", choices[i]);
    }
    return length;
}

static size_t value_print(FILE *stream, const hpm_option *option)
{
    if (option->type == HPM_OPTION_FLAG) return 0;
    if (option->type == HPM_OPTION_CHOICE) {
        return (size_t)fprintf(stream, " ") + choices_print(stream, option->choices);
    }
    return (size_t)fprintf(stream, " %s", option->metavar);
}

static void option_print(FILE *stream, const hpm_option *option)
{
    size_t column = 0;
    if (option->letter != 0) {
        column = (size_t)fprintf(stream, "  -%c, --%s", option->letter, option->name);
    } else {
        column = (size_t)fprintf(stream, "  --%s", option->name);
    }
    column += value_print(stream, option);
    if (column + 2 > HELP_INDENT) {
        fprintf(stream, "\n%*s", HELP_INDENT, "");
    } else {
        fprintf(stream, "%*s", HELP_INDENT - (int)column, "");
    }
    hpm_wrap(stream, option->text, HELP_INDENT, HELP_INDENT, HELP_WIDTH);
}

static void synopsis_print(FILE *stream, const hpm_command *command)
{
    fprintf(stream, "usage: hpm %s", command->name);
    for (const hpm_option *option = command->options; option->name != NULL; option++) {
        if (!option->required) continue;
        fprintf(stream, " --%s", option->name);
        value_print(stream, option);
    }
    /* There is always --help. */
    fprintf(stream, " [options]%s%s\n", command->operands[0] != '\0' ? " " : "", command->operands);
}

static void paragraphs_print(FILE *stream, const char *text)
{
    while (*text != '\0') {
        char line[1024];
        size_t length = strcspn(text, "\n");
        snprintf(line, sizeof line, "%.*s", (int)length, text);
        hpm_wrap(stream, line, 0, 0, HELP_WIDTH);
        text += length;
        text += *text == '\n';
    }
}

static void children_print(FILE *stream, const hpm_command *children)
{
    for (const hpm_command *child = children; child->name != NULL; child++) {
        int column = fprintf(stream, "  hpm %s", child->name);
        fprintf(stream, "%*s", column + 2 > HELP_INDENT ? 1 : HELP_INDENT - column, "");
        hpm_wrap(stream, child->summary, HELP_INDENT, HELP_INDENT, HELP_WIDTH);
    }
}

void hpm_help_print(FILE *stream, const hpm_command *command)
{
    if (command->children != NULL) {
        fprintf(stream, "usage: hpm %s COMMAND [options]\n\n", command->name);
    } else {
        synopsis_print(stream, command);
        fputc('\n', stream);
    }
    paragraphs_print(stream, command->text);
    if (command->children != NULL) {
        fprintf(stream, "\ncommands\n");
        children_print(stream, command->children);
    } else {
        fprintf(stream, "\noptions\n");
        for (const hpm_option *option = command->options; option->name != NULL; option++) {
            option_print(stream, option);
        }
        fprintf(stream, "  -h, --help%*s%s\n", HELP_INDENT - 12, "", "print this text");
    }
    fprintf(stream, "\nexamples\n%s", command->examples);
}
