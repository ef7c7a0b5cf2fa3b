/* Writes documents to files. */
#define _POSIX_C_SOURCE 200809L
#include "write_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "diagnose.h"
#include "exit.h"

/* A half-written document is removed; a device or a pipe that was named stays. */
static int is_regular(FILE *file)
{
    struct stat what;
    return fstat(fileno(file), &what) == 0 && S_ISREG(what.st_mode);
}

int hpm_write_file(const char *path, hpm_document_writer *write, const void *context)
{
    hpm_json json;
    hpm_error error;
    FILE *file = fopen(path, "w");
    if (file == NULL) {
        hpm_fail(&error, HPM_E_IO, NULL, "cannot be written (%s)", strerror(errno));
        return hpm_diagnose(path, &error);
    }
    int may_remove = is_regular(file);
    hpm_json_to_file(&json, file, 1);
    write(&json, context);
    hpm_status status = hpm_json_finish(&json, &error);
    hpm_json_free(&json);
    if (fclose(file) != 0 && status == HPM_OK) {
        status = hpm_fail(&error, HPM_E_IO, NULL, "cannot be written (%s)", strerror(errno));
    }
    if (status == HPM_OK) return HPM_EXIT_OK;
    if (may_remove) remove(path);
    return hpm_diagnose(path, &error);
}
