/* hpm help [command]: the overview, or a command's help text. */
#include "commands.h"
#include "diagnose.h"
#include "exit.h"
#include "markdown.h"

struct values {
    int markdown;
};

static const hpm_option options[] = {
    {"markdown", 0, HPM_OPTION_FLAG, 0, offsetof(struct values, markdown), NULL, NULL,
     "everything about all commands, as docs/CLI.md"},
    HPM_OPTIONS_END,
};

static int command_print(const hpm_texts *words)
{
    int used = 0;
    const hpm_command *command =
        hpm_command_find((char **)(void *)words->items, (int)words->count, &used);
    if (command == NULL) return hpm_command_unknown(NULL, words->items[0]);
    if (used < (int)words->count && command->children != NULL) {
        return hpm_command_unknown(command, words->items[used]);
    }
    hpm_help_print(stdout, command);
    return HPM_EXIT_OK;
}

static int print(const struct values *values, const hpm_texts *words)
{
    if (values->markdown) {
        hpm_markdown(stdout);
        return HPM_EXIT_OK;
    }
    if (words->count > 0) return command_print(words);
    hpm_overview(stdout);
    return HPM_EXIT_OK;
}

static int run(const hpm_command *self, int argc, char **argv)
{
    struct values values = {0};
    hpm_texts words = {0};
    int status = hpm_options_parse(self, &values, &words, argc, argv);
    if (status == HPM_PARSE_RUN) status = print(&values, &words);
    hpm_options_free(self, &values, &words);
    return hpm_stdout_close(status);
}

const hpm_command hpm_command_help = {
    .name = "help",
    .summary = "what the program or one of its commands does",
    .operands = "[COMMAND]",
    .text = "Prints the overview of all commands, or the help text of one.",
    .examples = "  hpm help\n  hpm help margin\n  hpm help rulebook show\n",
    .options = options,
    .run = run,
    .operands_max = 2,
};
