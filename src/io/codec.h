/* Reads JSON into structs by field tables, strictly: everything in the document must be in the
 * table, in its type, in its range. Errors name the path and the offending value. */
#ifndef HPM_IO_CODEC_H
#define HPM_IO_CODEC_H

#include <jansson.h>
#include <stddef.h>

#include "base/path.h"
#include "hpm/arena.h"
#include "hpm/fields.h"
#include "hpm/status.h"

/* Most values in one document: what a value takes in memory, once parsed, is many times what it
 * takes in a text like [0,0,0,... */
#define HPM_CODEC_VALUES_MAX 4000000

/* Parses `length` bytes of JSON, of which there may be at most `limit`. *root is owned by the
 * caller (json_decref). E_LIMIT, E_SYNTAX, E_DUPLICATE (a key twice), E_RANGE (a number that no
 * double or int64 can hold), E_MEMORY; with the line, and the column in the message. */
hpm_status hpm_codec_parse(json_t **root, const char *text, size_t length, size_t limit,
                           hpm_error *error);

/* As hpm_codec_parse, for the first of several documents that follow each other; *used is set to
 * the bytes that it took. */
hpm_status hpm_codec_parse_first(json_t **root, size_t *used, const char *text, size_t length,
                                 size_t limit, hpm_error *error);

/* Arena bytes that hpm_record_read will take for this object. */
size_t hpm_record_read_size(const json_t *object, const hpm_record *record);

/* Fills `item`, defaults first, from a JSON object; lists go to the arena, where they are checked
 * against their limits before anything is allocated. Names that start with "x_" are ignored.
 * `path` leads to the object (NULL: the document itself). On failure *item is not usable. */
hpm_status hpm_record_read(void *item, const hpm_record *record, const json_t *object,
                           hpm_arena *arena, const hpm_path *path, hpm_error *error);

/* A short form of a JSON value for messages: numbers and short strings as they are, else the name
 * of the type. */
#define HPM_CODEC_SHOWN 80
const char *hpm_codec_show(char text[HPM_CODEC_SHOWN], const json_t *value);

#endif
