/* Writes docs/CLI.md. */
#include "markdown.h"

#include "commands.h"
#include "hpm/status.h"

static const struct {
    const char *name;
    int number, exit_status;
    const char *text;
} statuses[] = {
#define STATUS_ROW(name_, number_, exit_status_, text_) {#name_, number_, exit_status_, text_},
    HPM_STATUS_LIST(STATUS_ROW)
#undef STATUS_ROW
};

#define STATUS_COUNT (sizeof statuses / sizeof statuses[0])

static void command_print(FILE *stream, const hpm_command *command)
{
    fprintf(stream, "\n## hpm %s\n\n```\n", command->name);
    hpm_help_print(stream, command);
    fputs("```\n", stream);
    if (command->children == NULL) return;
    for (const hpm_command *child = command->children; child->name != NULL; child++) {
        command_print(stream, child);
    }
}

static void statuses_print(FILE *stream)
{
    fputs("\n## Exit status\n\n"
          "Over several accounts the program exits with the largest.\n\n"
          "| exit | means |\n|---|---|\n"
          "| 0 | yes, done |\n"
          "| 1 | the answer is no: an account below its initial margin, a package that does not "
          "pass, a report that differs |\n"
          "| 2 | wrong command line |\n"
          "| 3 | a document is wrong |\n"
          "| 4 | cannot compute |\n"
          "| 5 | input, output or memory failed |\n"
          "\n## Status codes\n\n"
          "What the library returns, and the exit status that it becomes.\n\n"
          "| code | number | exit | means |\n|---|---|---|---|\n",
          stream);
    for (size_t i = 0; i < STATUS_COUNT; i++) {
        fprintf(stream, "| %s | %d | %d | %s |\n", statuses[i].name, statuses[i].number,
                statuses[i].exit_status, statuses[i].text);
    }
}

void hpm_markdown(FILE *stream)
{
    fputs(
        "# The program `hpm`\n\n"
        "Made by `hpm help --markdown` from the tables that the program itself uses.\n\n"
        "An error is one line on stderr, `file:path: reason (value)`; a line number stands where\n"
        "there is no path, and before the path in a file of many documents. stdout then has\n"
        "nothing of the document that failed. Reports never depend on the machine, its\n"
        "instruction set or the locale.\n\n"
        "Environment: `HPM_RULEBOOKS` and `HPM_SCHEMAS` name directories of rulebooks and\n"
        "schemas; `HPM_ISA=base|avx2|avx512` forces an instruction set (for tests: results are\n"
        "the same); `HPM_HUGE_PAGES=1` asks for huge pages; `NO_COLOR` turns colour off.\n\n"
        "```\n",
        stream);
    hpm_overview(stream);
    fputs("```\n", stream);
    for (int i = 0; hpm_commands[i] != NULL; i++)
        command_print(stream, hpm_commands[i]);
    statuses_print(stream);
}
