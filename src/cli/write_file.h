/* Documents that go to files. */
#ifndef HPM_CLI_WRITE_FILE_H
#define HPM_CLI_WRITE_FILE_H

#include "io/json_write.h"

/* Writes one document, indented, through `write`; diagnoses. A file that could not be written whole
 * is taken away again. */
typedef void hpm_document_writer(hpm_json *json, const void *context);
int hpm_write_file(const char *path, hpm_document_writer *write, const void *context);

#endif
