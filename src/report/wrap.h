/* Words on lines for people. */
#ifndef HPM_REPORT_WRAP_H
#define HPM_REPORT_WRAP_H

#include <stdio.h>

/* Prints words from `column`, where the cursor stands, and goes on at `indent` below when a line
 * would be longer than `width`. Ends the line. */
void hpm_wrap(FILE *stream, const char *text, size_t column, size_t indent, size_t width);

#endif
