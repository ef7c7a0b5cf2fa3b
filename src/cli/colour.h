/* Whether a stream takes colour: a terminal, NO_COLOR unset or empty, TERM not "dumb". */
#ifndef HPM_CLI_COLOUR_H
#define HPM_CLI_COLOUR_H

#include <stdio.h>

int hpm_colour_wanted(FILE *stream);

#endif
