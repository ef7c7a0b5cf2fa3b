/* The program: finds the command in the table and runs it. */
#include <string.h>

#include "commands.h"
#include "exit.h"
#include "io/importers.h"

/* One command a line. */
/* clang-format off */
const hpm_command *const hpm_commands[] = {
    &hpm_command_margin,
    &hpm_command_whatif,
    &hpm_command_diff,
    &hpm_command_verify,
    &hpm_command_compare,
    &hpm_command_limits,
    &hpm_command_stress,
    &hpm_command_search,
    &hpm_command_import,
    &hpm_command_surface,
    &hpm_command_account,
    &hpm_command_price,
    &hpm_command_rulebook,
    &hpm_command_schema,
    &hpm_command_bench,
    &hpm_command_version,
    &hpm_command_help,
    NULL,
};
/* clang-format on */

const char *const hpm_formats[] = {"text", "json", "jsonl", NULL};
const char *const hpm_formats_page[] = {"text", "json", "jsonl", "html", NULL};
const char *const hpm_formats_single[] = {"text", "json", NULL};

#define NAMES_MAX 32

/* A child's name is "group child": the part after the blank. */
static const char *last_word(const hpm_command *command)
{
    const char *blank = strrchr(command->name, ' ');
    return blank != NULL ? blank + 1 : command->name;
}

static const hpm_command *child_find(const hpm_command *group, const char *word)
{
    for (const hpm_command *child = group->children; child->name != NULL; child++) {
        if (strcmp(last_word(child), word) == 0) return child;
    }
    return NULL;
}

const hpm_command *hpm_command_find(char **words, int count, int *used)
{
    *used = 0;
    for (int i = 0; count > 0 && hpm_commands[i] != NULL; i++) {
        const hpm_command *command = hpm_commands[i];
        if (strcmp(command->name, words[0]) != 0) continue;
        *used = 1;
        if (command->children == NULL || count < 2) return command;
        const hpm_command *child = child_find(command, words[1]);
        if (child == NULL) return command;
        *used = 2;
        return child;
    }
    return NULL;
}

int hpm_command_unknown(const hpm_command *group, const char *word)
{
    const char *names[NAMES_MAX];
    uint32_t count = 0;
    if (group != NULL) {
        for (const hpm_command *child = group->children; child->name != NULL; child++) {
            names[count++] = last_word(child);
        }
    } else {
        for (int i = 0; hpm_commands[i] != NULL; i++)
            names[count++] = hpm_commands[i]->name;
    }
    const char *nearest = hpm_nearest(word, names, count);
    if (nearest == NULL) return hpm_usage(group, "unknown command '%s'", word);
    return hpm_usage(group, "unknown command '%s', did you mean '%s'?", word, nearest);
}

void hpm_overview(FILE *stream)
{
    fputs("usage: hpm COMMAND [options]\n\n"
          "Hybrid portfolio margin: how much collateral an account needs, and why.\n\n"
          "commands\n",
          stream);
    for (int i = 0; hpm_commands[i] != NULL; i++) {
        fprintf(stream, "  %-12s%s\n", hpm_commands[i]->name, hpm_commands[i]->summary);
    }
    fputs("\n'hpm COMMAND --help' tells more, with examples.\n\n"
          "exit status\n"
          "  0  yes, done\n"
          "  1  the answer is no: an account below its initial margin, a package that\n"
          "     does not pass, a report that differs, a surface with arbitrage\n"
          "  2  wrong command line\n"
          "  3  a document is wrong\n"
          "  4  cannot compute: missing price, expired, stale, overflow\n"
          "  5  input, output or memory failed\n"
          "\nexamples\n" HPM_IMPORT_EXAMPLE
          "  hpm margin --market market.json --account account.json\n",
          stream);
}

static int is_help(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

static int group_run(const hpm_command *group, int argc, char **argv)
{
    if (argc > 1 && is_help(argv[1])) {
        hpm_help_print(stdout, group);
        return HPM_EXIT_OK;
    }
    if (argc > 1) return hpm_command_unknown(group, argv[1]);
    return hpm_usage(group, "a command is required");
}

int main(int argc, char **argv)
{
    int used = 0;
    if (argc < 2) {
        hpm_overview(stderr);
        return HPM_EXIT_USAGE;
    }
    if (is_help(argv[1])) {
        hpm_overview(stdout);
        return HPM_EXIT_OK;
    }
    if (strcmp(argv[1], "--version") == 0) argv[1] += 2;
    const hpm_command *command = hpm_command_find(argv + 1, argc - 1, &used);
    if (command == NULL) return hpm_command_unknown(NULL, argv[1]);
    if (command->children != NULL) return group_run(command, argc - used, argv + used);
    return command->run(command, argc - used, argv + used);
}
