/* A whole file, or standard input, in memory; compressed or not. */
#ifndef HPM_IO_FILE_READ_H
#define HPM_IO_FILE_READ_H

#include <stddef.h>

#include "hpm/status.h"

typedef struct hpm_buffer {
    char *bytes; /* malloc'ed, and terminated beyond `length` */
    size_t length;
} hpm_buffer;

/* Reads `path` ("-": standard input), unpacking gzip whatever the file is called. `limit` is the
 * most bytes there may be after unpacking. E_IO (the reason is the system's), E_LIMIT, E_MEMORY;
 * *out is empty on failure. */
hpm_status hpm_file_read(hpm_buffer *out, const char *path, size_t limit, hpm_error *error);

void hpm_buffer_free(hpm_buffer *buffer);

#endif
