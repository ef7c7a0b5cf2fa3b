/* hpm rulebook diff, for the table of what `hpm rulebook` does. */
#ifndef HPM_CLI_RULEBOOK_DIFF_H
#define HPM_CLI_RULEBOOK_DIFF_H

#include "options.h"

extern const hpm_option hpm_rulebook_diff_options[];
hpm_command_run hpm_rulebook_diff_run;

#endif
