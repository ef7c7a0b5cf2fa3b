/* What all decoders begin with. Private to the documents. */
#ifndef HPM_IO_DOCUMENT_OPEN_H
#define HPM_IO_DOCUMENT_OPEN_H

#include <jansson.h>

#include "base/path.h"
#include "document.h"
#include "hpm/arena.h"
#include "hpm/fields.h"

/* Parses an object of at most `limit` bytes, checks that its "schema" is `schema` and takes that
 * field away: the rest is for the field table. *root is owned by the caller. */
hpm_status hpm_document_open(json_t **root, const char *text, size_t length, size_t limit,
                             const char *schema, hpm_error *error);

/* The check of hpm_document_open for an object that is parsed already; `path` leads to it. */
hpm_status hpm_document_check_schema(json_t *object, const char *schema, const hpm_path *path,
                                     hpm_error *error);

/* Reads `object` into `item`; lists go to a new *arena with `extra` bytes of room beyond them. On
 * failure the arena is released. */
hpm_status hpm_document_read(void *item, hpm_arena *arena, const hpm_record *record,
                             const json_t *object, size_t extra, const hpm_path *path,
                             hpm_error *error);

/* Builds a catalog from an object without its "schema"; *arena is new. */
hpm_status hpm_catalog_from_json(hpm_catalog *catalog, hpm_arena *arena, const json_t *object,
                                 const char *path, hpm_error *error);

#endif
