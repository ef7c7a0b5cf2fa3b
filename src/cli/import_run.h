/* A venue's files, read in one go. */
#ifndef HPM_CLI_IMPORT_RUN_H
#define HPM_CLI_IMPORT_RUN_H

#include "io/importers.h"
#include "options.h"

/* Reads all files and builds the result; notes go to stderr unless `quiet`. Diagnoses. *import is
 * there for questions about the result; free both, after a failure too. */
int hpm_import_run(hpm_import **import, hpm_import_result *result, const hpm_import_venue *venue,
                   const hpm_texts *files, int quiet);
void hpm_import_run_free(hpm_import *import, hpm_import_result *result);

#endif
