/* Reads files and standard input through zlib, which passes on what is not compressed. */
#define _POSIX_C_SOURCE 200809L /* dup */
#include "file_read.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#define FIRST_BYTES 65536
#define STEP_BYTES  (1U << 20) /* zlib counts in unsigned */

static hpm_status fail_io(hpm_error *error, const char *path, const char *reason)
{
    return hpm_fail(error, HPM_E_IO, path, "cannot be read (%s)", reason);
}

/* The library keeps the system's own errors apart from those of the compressed stream. */
static const char *stream_reason(gzFile file)
{
    int code = Z_OK;
    const char *text = gzerror(file, &code);
    if (code == Z_ERRNO) return strerror(errno);
    return code == Z_BUF_ERROR ? "the compressed data end early" : text;
}

static gzFile file_open(const char *path)
{
    if (strcmp(path, "-") != 0) return gzopen(path, "rb");
    int descriptor = dup(STDIN_FILENO);
    if (descriptor < 0) return NULL;
    gzFile file = gzdopen(descriptor, "rb");
    if (!file) close(descriptor);
    return file;
}

/* Room for at least one byte more and a terminator; doubles, but never far beyond the limit. */
static int buffer_grow(hpm_buffer *buffer, size_t *capacity, size_t limit)
{
    if (buffer->length + 1 < *capacity) return 1;
    size_t wanted = *capacity == 0 ? FIRST_BYTES : *capacity * 2;
    if (wanted > limit && limit + 2 > *capacity) wanted = limit + 2;
    char *bytes = realloc(buffer->bytes, wanted);
    if (!bytes) return 0;
    buffer->bytes = bytes;
    *capacity = wanted;
    return 1;
}

static hpm_status read_all(hpm_buffer *buffer, gzFile file, const char *path, size_t limit,
                           hpm_error *error)
{
    size_t capacity = 0;
    for (;;) {
        if (!buffer_grow(buffer, &capacity, limit))
            return hpm_fail(error, HPM_E_MEMORY, path, "no memory for the file");
        size_t room = capacity - 1 - buffer->length;
        int got = gzread(file, buffer->bytes + buffer->length,
                         (unsigned)(room < STEP_BYTES ? room : STEP_BYTES));
        if (got < 0) return fail_io(error, path, stream_reason(file));
        if (got == 0) break;
        buffer->length += (size_t)got;
        if (buffer->length > limit)
            return hpm_fail(error, HPM_E_LIMIT, path, "file longer than %zu bytes", limit);
    }
    int code = Z_OK;
    gzerror(file, &code);
    if (code != Z_OK) return fail_io(error, path, stream_reason(file));
    buffer->bytes[buffer->length] = '\0';
    return HPM_OK;
}

hpm_status hpm_file_read(hpm_buffer *out, const char *path, size_t limit, hpm_error *error)
{
    *out = (hpm_buffer){NULL, 0};
    if (limit > SIZE_MAX / 4) limit = SIZE_MAX / 4;
    errno = 0;
    gzFile file = file_open(path);
    if (!file) return fail_io(error, path, errno ? strerror(errno) : "out of memory");
    hpm_status status = read_all(out, file, path, limit, error);
    gzclose_r(file);
    if (status != HPM_OK) hpm_buffer_free(out);
    return status;
}

void hpm_buffer_free(hpm_buffer *buffer)
{
    free(buffer->bytes);
    *buffer = (hpm_buffer){NULL, 0};
}
