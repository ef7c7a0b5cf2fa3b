/* Reads a venue's files. */
#include "import_run.h"

#include "diagnose.h"
#include "exit.h"
#include "session.h"

#define INPUT_BYTES_MAX ((size_t)256 << 20)

static int file_import(hpm_import *import, const char *path)
{
    hpm_buffer buffer;
    hpm_error error;
    int status = hpm_read_file(&buffer, path, INPUT_BYTES_MAX);
    if (status != HPM_EXIT_OK) return status;
    if (hpm_import_read(import, path, buffer.bytes, buffer.length, &error) != HPM_OK) {
        status = hpm_diagnose(path, &error);
    }
    hpm_buffer_free(&buffer);
    return status;
}

static void notes_print(const hpm_import *import)
{
    for (uint32_t i = 0; i < hpm_import_note_count(import); i++) {
        hpm_note("note", "%s", hpm_import_note(import, i));
    }
}

int hpm_import_run(hpm_import **import, hpm_import_result *result, const hpm_import_venue *venue,
                   const hpm_texts *files, int quiet)
{
    hpm_error error;
    int status = HPM_EXIT_OK;
    *result = (hpm_import_result){0};
    *import = hpm_import_new(venue);
    if (*import == NULL) return hpm_out_of_memory();
    for (uint32_t i = 0; i < files->count && status == HPM_EXIT_OK; i++) {
        status = file_import(*import, files->items[i]);
    }
    if (status != HPM_EXIT_OK) return status;
    if (hpm_import_finish(*import, result, &error) != HPM_OK) return hpm_diagnose(NULL, &error);
    if (!quiet) notes_print(*import);
    return HPM_EXIT_OK;
}

void hpm_import_run_free(hpm_import *import, hpm_import_result *result)
{
    hpm_import_result_free(result);
    hpm_import_free(import);
}
