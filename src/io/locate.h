/* Where in a text a path of an error points to: the parser does not keep lines, so they are looked
 * up when something is wrong. */
#ifndef HPM_IO_LOCATE_H
#define HPM_IO_LOCATE_H

#include <stddef.h>
#include <stdint.h>

#include "hpm/status.h"

/* The 1-based line of "positions[3].quantity" in a well-formed JSON text, or of the nearest thing
 * around it that is there; 0 if not even the first step is. Keys that are written with escapes are
 * not found. */
int64_t hpm_json_line_of(const char *text, size_t length, const char *path);

/* Fills error->line from error->where if there is no line yet. `error` may be NULL. */
void hpm_error_locate(hpm_error *error, const char *text, size_t length);

#endif
