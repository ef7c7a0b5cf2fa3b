/* JSON Schemas (draft 2020-12) of the documents, generated from the tables that the decoders walk.
 *
 * What a schema cannot say (references, lots, a name stated twice) only the decoders check; what
 * the decoders accept, the schema accepts. */
#ifndef HPM_IO_SCHEMA_H
#define HPM_IO_SCHEMA_H

#include "hpm/status.h"
#include "json_write.h"

/* Names of the documents that have a schema ("catalog", ...), NULL-terminated. */
const char *const *hpm_schema_nouns(void);

/* Writes the schema of a noun as one JSON object. E_REFERENCE for an unknown noun, and nothing is
 * written. */
hpm_status hpm_schema_write(hpm_json *json, const char *noun, hpm_error *error);

#endif
