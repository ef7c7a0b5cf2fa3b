/* Terminal codes of the few colours that reports use. */
#ifndef HPM_REPORT_COLOUR_CODES_H
#define HPM_REPORT_COLOUR_CODES_H

typedef enum hpm_colour {
    HPM_COLOUR_NONE,
    HPM_COLOUR_BOLD,
    HPM_COLOUR_DIM,
    HPM_COLOUR_RED,
    HPM_COLOUR_GREEN,
    HPM_COLOUR_YELLOW,
} hpm_colour;

/* The code, or "" where colour is not wanted. */
static inline const char *hpm_colour_code(hpm_colour code, int wanted)
{
    static const char *const codes[] = {"\033[0m",  "\033[1m",  "\033[2m",
                                        "\033[31m", "\033[32m", "\033[33m"};
    return wanted ? codes[code] : "";
}

#endif
