/* docs/CLI.md, made from the command tables and the list of status codes. */
#ifndef HPM_CLI_MARKDOWN_H
#define HPM_CLI_MARKDOWN_H

#include <stdio.h>

void hpm_markdown(FILE *stream);

#endif
