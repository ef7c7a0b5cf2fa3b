/* Expands gzip data (RFC 1952) in memory, with a limit on what comes out. */
#ifndef HPM_IO_GZIP_H
#define HPM_IO_GZIP_H

#include "hpm/status.h"
#include "io/buffer.h"

/* Whether the bytes begin like a gzip member. */
int hpm_gzip_detect(const void *bytes, size_t length);

/* Expands all members of `bytes` into `out` (owned by the caller: hpm_buffer_free). E_SYNTAX for
 * damaged, truncated or trailing data, E_LIMIT as soon as more than `limit` bytes come out (a
 * small file can expand a thousandfold), E_MEMORY. `out` is untouched on failure. */
hpm_status hpm_gzip_expand(hpm_buffer *out, const void *bytes, size_t length, size_t limit,
                           hpm_error *error);

#endif
