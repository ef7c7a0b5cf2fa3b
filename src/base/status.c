/* Names, texts and exit statuses of the status codes, and the filling of an error record. */
#include "hpm/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *hpm_status_name(hpm_status status)
{
    switch (status) {
#define HPM_STATUS_NAME(name, number, exit_status, text)                                           \
    case HPM_##name:                                                                               \
        return #name;
        HPM_STATUS_LIST(HPM_STATUS_NAME)
#undef HPM_STATUS_NAME
    }
    return "E_UNKNOWN";
}

const char *hpm_status_text(hpm_status status)
{
    switch (status) {
#define HPM_STATUS_TEXT(name, number, exit_status, text)                                           \
    case HPM_##name:                                                                               \
        return text;
        HPM_STATUS_LIST(HPM_STATUS_TEXT)
#undef HPM_STATUS_TEXT
    }
    return "unknown status code";
}

int hpm_status_exit(hpm_status status)
{
    switch (status) {
#define HPM_STATUS_EXIT(name, number, exit_status, text)                                           \
    case HPM_##name:                                                                               \
        return exit_status;
        HPM_STATUS_LIST(HPM_STATUS_EXIT) /* NOLINT(bugprone-branch-clone): rows of a table */
#undef HPM_STATUS_EXIT
    }
    return 5;
}

/* Start of a UTF-8 character at or before text[at]. */
static size_t character_start(const char *text, size_t at)
{
    while (at > 0 && ((unsigned char)text[at] & 0xC0U) == 0x80U)
        at--;
    return at;
}

/* Bytes that the character starting with `lead` should have; 1 for what starts none. */
static size_t character_length(unsigned char lead)
{
    if (lead >= 0xF0U) return 4;
    if (lead >= 0xE0U) return 3;
    return lead >= 0xC0U ? 2 : 1;
}

/* The record quotes hostile input and is printed on one line of a terminal: control characters
 * become '?', and a character that the cut went through is dropped whole. */
static void text_tidy(char *text)
{
    size_t length = strlen(text);
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)text[i] < 0x20U || text[i] == 0x7F) text[i] = '?';
    if (length == 0) return;
    size_t last = character_start(text, length - 1);
    if (last + character_length((unsigned char)text[last]) > length) text[last] = '\0';
}

hpm_status hpm_fail(hpm_error *error, hpm_status status, const char *where, const char *format, ...)
{
    if (!error) return status;
    error->status = status;
    error->line = 0;
    snprintf(error->where, sizeof error->where, "%s", where ? where : "");
    va_list arguments;
    va_start(arguments, format);
    if (vsnprintf(error->message, sizeof error->message, format, arguments) < 0)
        error->message[0] = '\0';
    va_end(arguments);
    text_tidy(error->where);
    text_tidy(error->message);
    return status;
}
