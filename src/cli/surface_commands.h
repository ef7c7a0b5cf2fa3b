/* The parts of `hpm surface`, one file each: its row in the table of cmd_surface.c. */
#ifndef HPM_CLI_SURFACE_COMMANDS_H
#define HPM_CLI_SURFACE_COMMANDS_H

#include <stddef.h>

#include "options.h"

/* Choices of --format. */
enum hpm_surface_format { HPM_SURFACE_TEXT, HPM_SURFACE_JSON, HPM_SURFACE_HTML };
extern const char *const hpm_surface_formats[];

/* clang-format off */
#define HPM_OPTION_SURFACE_FORMAT(values)                                                          \
    {"format", 'f', HPM_OPTION_CHOICE, 0, offsetof(values, format), NULL, hpm_surface_formats,     \
     "text for people, json, or a page that needs nothing else"}
/* clang-format on */

extern const hpm_option hpm_surface_fit_options[];
extern const hpm_option hpm_surface_show_options[];
extern const hpm_option hpm_surface_check_options[];
extern const hpm_option hpm_surface_diff_options[];
extern const hpm_option hpm_surface_apply_options[];

hpm_command_run hpm_surface_fit_run;
hpm_command_run hpm_surface_show_run;
hpm_command_run hpm_surface_check_run;
hpm_command_run hpm_surface_diff_run;
hpm_command_run hpm_surface_apply_run;

#endif
