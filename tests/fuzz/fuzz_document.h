/* For the targets of JSON documents: writing an accepted one again. */
#ifndef HPM_TESTS_FUZZ_DOCUMENT_H
#define HPM_TESTS_FUZZ_DOCUMENT_H

#include "fuzz.h"
#include "io/document.h"

/* Ends a document that was written into a buffer. */
static inline void fuzz_finish(hpm_json *json)
{
    hpm_error error;
    FUZZ_CHECK(hpm_json_finish(json, &error) == HPM_OK);
    FUZZ_CHECK(strlen(json->bytes) == json->length);
}

/* The peek at the schema never disagrees with the decoder that accepted the document. (It may see
 * none: it does not know escapes.) */
static inline void fuzz_check_schema(const uint8_t *data, size_t size, int accepted,
                                     const char *schema)
{
    char seen[HPM_SCHEMA_SIZE];
    hpm_error error;
    hpm_status status = hpm_document_schema(seen, (const char *)data, size, &error);
    if (status != HPM_OK)
        fuzz_check_error(status, &error);
    else if (accepted)
        FUZZ_CHECK(strcmp(seen, schema) == 0);
}

#endif
