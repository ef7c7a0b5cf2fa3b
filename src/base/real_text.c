/* A double as text. */
#include "real_text.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The C library writes and reads the decimal sign of the host's locale, which may be several bytes
 * long: whatever is neither digit, sign nor letter is that sign. */
static size_t point_normalize(char *text)
{
    size_t length = strlen(text);
    size_t start = strspn(text, "+-0123456789");
    if (start == length || (text[start] >= 'a' && text[start] <= 'z')) return length;
    size_t end = start + strcspn(text + start, "0123456789");
    text[start] = '.';
    memmove(text + start + 1, text + end, length - end + 1);
    return length - (end - start) + 1;
}

size_t hpm_real_format(char text[HPM_REAL_TEXT], double value)
{
    if (value - value != 0.0) {
        const char *name = value != value ? "nan" : value > 0 ? "inf" : "-inf";
        strcpy(text, name);
        return strlen(name);
    }
    for (int digits = 15; digits <= 17; digits++) {
        int length = snprintf(text, HPM_REAL_TEXT, "%.*g", digits, value);
        assert(length > 0 && length < HPM_REAL_TEXT);
        (void)length;
        if (strtod(text, NULL) == value) break;
    }
    return point_normalize(text);
}
