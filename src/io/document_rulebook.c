/* Rulebook documents. */
#include <string.h>

#include "arena_new.h"
#include "document.h"
#include "document_open.h"
#include "locate.h"

hpm_status hpm_rulebook_decode(hpm_rulebook_document *document, const char *text, size_t length,
                               hpm_error *error)
{
    json_t *root;
    memset(document, 0, sizeof *document);
    hpm_status status =
        hpm_document_open(&root, text, length, HPM_RULEBOOK_BYTES_MAX, HPM_RULEBOOK_SCHEMA, error);
    if (status != HPM_OK) return status;
    status = hpm_document_read(&document->rulebook, &document->arena, &hpm_rulebook_record, root, 0,
                               NULL, error);
    json_decref(root);
    if (status == HPM_OK) status = hpm_rulebook_finish(&document->rulebook, error);
    if (status != HPM_OK) {
        hpm_rulebook_document_free(document);
        hpm_error_locate(error, text, length);
    }
    return status;
}

void hpm_rulebook_document_free(hpm_rulebook_document *document)
{
    hpm_arena_free(&document->arena);
    memset(document, 0, sizeof *document);
}

void hpm_rulebook_write(hpm_json *json, const hpm_rulebook *rulebook)
{
    hpm_json_begin_object(json);
    hpm_json_put_text(json, "schema", HPM_RULEBOOK_SCHEMA);
    hpm_record_write_fields(json, rulebook, &hpm_rulebook_record);
    hpm_json_end_object(json);
}
