/* Colour only where a person reads it (no-color.org). */
#define _POSIX_C_SOURCE 200809L
#include "colour.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int hpm_colour_wanted(FILE *stream)
{
    const char *refused = getenv("NO_COLOR");
    const char *terminal = getenv("TERM");
    if (refused != NULL && refused[0] != '\0') return 0;
    if (terminal != NULL && strcmp(terminal, "dumb") == 0) return 0;
    return isatty(fileno(stream));
}
