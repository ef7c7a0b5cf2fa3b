/* One line on stderr per error. */
#include "diagnose.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "exit.h"
#include "io/utf8.h"

/* Control characters and broken UTF-8 must not reach the terminal. */
static void line_print(char *text)
{
    hpm_utf8_tame(text);
    fprintf(stderr, "%s\n", text);
}

static const char *file_name(const char *file)
{
    return strcmp(file, "-") == 0 ? "stdin" : file;
}

int hpm_diagnose_at(const char *file, int64_t first_line, const hpm_error *error)
{
    char text[1024];
    char line[32] = "";
    const char *where = error->where;
    int64_t before = first_line > 0 ? first_line - 1 : 0;
    int64_t number = error->line > 0 ? error->line + before : first_line;
    /* A path says where in its document; which document of many, or where without a path, a line.
     */
    if (number > 0 && (where[0] == '\0' || before > 0))
        snprintf(line, sizeof line, "%" PRId64 ":", number);
    if (file != NULL) {
        snprintf(text, sizeof text, "%.400s:%s%s%s %s", file_name(file), line, where,
                 where[0] != '\0' ? ":" : "", error->message);
    } else {
        snprintf(text, sizeof text, "hpm:%s%s%s %s", where[0] != '\0' ? " " : "", where,
                 where[0] != '\0' ? ":" : "", error->message);
    }
    line_print(text);
    return hpm_status_exit(error->status);
}

int hpm_diagnose(const char *file, const hpm_error *error)
{
    return hpm_diagnose_at(file, 0, error);
}

void hpm_note(const char *file, const char *format, ...)
{
    char text[1024];
    int used = snprintf(text, sizeof text, "%.400s: ", file_name(file));
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text + used, sizeof text - (size_t)used, format, arguments);
    va_end(arguments);
    line_print(text);
}

int hpm_stdout_close(int exit_status)
{
    if (fflush(stdout) == 0 && !ferror(stdout)) return exit_status;
    fprintf(stderr, "stdout: cannot write (%s)\n", strerror(errno));
    return HPM_EXIT_SYSTEM;
}

int hpm_json_close(hpm_json *json)
{
    hpm_error error;
    hpm_status status = hpm_json_finish(json, &error);
    hpm_json_free(json);
    if (status == HPM_E_IO) return HPM_EXIT_SYSTEM; /* hpm_stdout_close says why */
    return status == HPM_OK ? HPM_EXIT_OK : hpm_diagnose("stdout", &error);
}
