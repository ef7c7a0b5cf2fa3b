/* The commands of the program: one record per cmd_<name>.c, one table in hpm_main.c. */
#ifndef HPM_CLI_COMMANDS_H
#define HPM_CLI_COMMANDS_H

#include "options.h"

extern const hpm_command hpm_command_account;
extern const hpm_command hpm_command_bench;
extern const hpm_command hpm_command_diff;
extern const hpm_command hpm_command_compare;
extern const hpm_command hpm_command_help;
extern const hpm_command hpm_command_import;
extern const hpm_command hpm_command_limits;
extern const hpm_command hpm_command_margin;
extern const hpm_command hpm_command_price;
extern const hpm_command hpm_command_rulebook;
extern const hpm_command hpm_command_schema;
extern const hpm_command hpm_command_search;
extern const hpm_command hpm_command_stress;
extern const hpm_command hpm_command_surface;
extern const hpm_command hpm_command_verify;
extern const hpm_command hpm_command_version;
extern const hpm_command hpm_command_whatif;

/* All of them, in the order of the overview; a NULL name ends the table. */
extern const hpm_command *const hpm_commands[];

/* The command that `words` name ("rulebook", "show"), and in *used how many words that took. NULL
 * if the first word names none. A group is returned if the word after it names no child. */
const hpm_command *hpm_command_find(char **words, int count, int *used);

/* The overview of all commands. */
void hpm_overview(FILE *stream);

/* "unknown command 'x', did you mean 'y'?" among the children of a group, or all commands. */
int hpm_command_unknown(const hpm_command *group, const char *word);

/* Choices of --format; commands that stream take the third as well. */
enum hpm_format { HPM_FORMAT_TEXT, HPM_FORMAT_JSON, HPM_FORMAT_JSONL, HPM_FORMAT_HTML };
extern const char *const hpm_formats[];
extern const char *const hpm_formats_page[];   /* and html */
extern const char *const hpm_formats_single[]; /* text, json */

#define HPM_OPTIONS_END                                                                            \
    {                                                                                              \
        NULL, 0, HPM_OPTION_FLAG, 0, 0, NULL, NULL, NULL                                           \
    }

#endif
