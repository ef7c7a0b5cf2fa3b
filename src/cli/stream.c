/* Documents of a file, one by one. */
#define _POSIX_C_SOURCE 200809L
#include "stream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#define BLOCK 65536

static hpm_status fail_read(hpm_stream *stream, hpm_error *error)
{
    int code = Z_OK;
    const char *text = gzerror(stream->file, &code);
    if (code == Z_ERRNO) text = strerror(errno);
    if (code == Z_BUF_ERROR) text = "the compressed data end early";
    return hpm_fail(error, HPM_E_IO, NULL, "cannot be read (%s)", text);
}

hpm_status hpm_stream_open(hpm_stream *stream, const char *path, size_t limit, hpm_error *error)
{
    *stream = (hpm_stream){.line = 1, .by_line = -1, .limit = limit};
    errno = 0;
    if (strcmp(path, "-") == 0) {
        int descriptor = dup(STDIN_FILENO);
        if (descriptor >= 0) stream->file = gzdopen(descriptor, "rb");
        if (stream->file == NULL && descriptor >= 0) close(descriptor);
    } else {
        stream->file = gzopen(path, "rb");
    }
    if (stream->file == NULL) {
        return hpm_fail(error, HPM_E_IO, NULL, "cannot be read (%s)",
                        errno != 0 ? strerror(errno) : "out of memory");
    }
    stream->block = malloc(BLOCK);
    if (stream->block == NULL) {
        hpm_stream_close(stream);
        return hpm_fail(error, HPM_E_MEMORY, NULL, "no memory to read (%d bytes)", BLOCK);
    }
    return HPM_OK;
}

void hpm_stream_close(hpm_stream *stream)
{
    if (stream->file != NULL) gzclose_r(stream->file);
    free(stream->block);
    free(stream->bytes);
    *stream = (hpm_stream){0};
}

/* Fills the block when it is used up; *end is set at the end of the file. */
static hpm_status block_fill(hpm_stream *stream, int *end, hpm_error *error)
{
    int got = 0;
    *end = 0;
    if (stream->block_next < stream->block_end) return HPM_OK;
    got = gzread(stream->file, stream->block, BLOCK);
    if (got < 0) return fail_read(stream, error);
    if (got == 0) {
        int code = Z_OK;
        gzerror(stream->file, &code);
        if (code != Z_OK) return fail_read(stream, error);
    }
    stream->block_next = 0;
    stream->block_end = (size_t)got;
    *end = got == 0;
    return HPM_OK;
}

static hpm_status append(hpm_stream *stream, const char *bytes, size_t length, hpm_error *error)
{
    size_t wanted = stream->length + length + 1;
    if (wanted > stream->limit) {
        return hpm_fail(error, HPM_E_LIMIT, NULL, "document longer than the limit (%zu bytes)",
                        stream->limit);
    }
    if (wanted > stream->capacity) {
        size_t capacity = wanted + wanted / 2;
        char *grown = realloc(stream->bytes, capacity);
        if (grown == NULL) {
            return hpm_fail(error, HPM_E_MEMORY, NULL, "no memory to read (%zu bytes)", capacity);
        }
        stream->bytes = grown;
        stream->capacity = capacity;
    }
    memcpy(stream->bytes + stream->length, bytes, length);
    stream->length += length;
    stream->bytes[stream->length] = '\0';
    return HPM_OK;
}

/* Appends the rest of the current line with its newline; *end if nothing was left. */
static hpm_status line_append(hpm_stream *stream, int *end, hpm_error *error)
{
    size_t before = stream->length;
    for (;;) {
        int file_end = 0;
        hpm_status status = block_fill(stream, &file_end, error);
        if (status != HPM_OK) return status;
        *end = file_end && stream->length == before;
        if (file_end) return HPM_OK;
        const char *from = stream->block + stream->block_next;
        size_t rest = stream->block_end - stream->block_next;
        const char *newline = memchr(from, '\n', rest);
        size_t length = newline != NULL ? (size_t)(newline - from) + 1 : rest;
        status = append(stream, from, length, error);
        if (status != HPM_OK) return status;
        stream->block_next += length;
        if (newline == NULL) continue;
        stream->line++;
        return HPM_OK;
    }
}

static int is_blank(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (strchr(" \t\r\n", text[i]) == NULL || text[i] == '\0') return 0;
    }
    return 1;
}

/* Whether the first line is a whole object: brackets outside of strings close at its end. The
 * parser finds out whether it is a valid one. */
static int is_whole(const char *text, size_t length)
{
    int depth = 0;
    int quoted = 0;
    for (size_t i = 0; i < length; i++) {
        char c = text[i];
        if (quoted) {
            if (c == '\\') i++;
            quoted = c != '"';
        } else if (c == '"') {
            quoted = 1;
        } else if (c == '{' || c == '[') {
            depth++;
        } else if ((c == '}' || c == ']') && --depth == 0) {
            return is_blank(text + i + 1, length - i - 1);
        }
    }
    return 0;
}

static hpm_status rest_append(hpm_stream *stream, hpm_error *error)
{
    int end = 0;
    while (!end) {
        hpm_status status = line_append(stream, &end, error);
        if (status != HPM_OK) return status;
    }
    return HPM_OK;
}

static hpm_status line_next(hpm_stream *stream, int64_t *first_line, int *end, hpm_error *error)
{
    do {
        stream->length = 0;
        *first_line = stream->line;
        hpm_status status = line_append(stream, end, error);
        if (status != HPM_OK) return status;
    } while (!*end && is_blank(stream->bytes, stream->length));
    return HPM_OK;
}

hpm_status hpm_stream_next(hpm_stream *stream, const char **text, size_t *length,
                           int64_t *first_line, hpm_error *error)
{
    int end = 0;
    *text = NULL;
    *length = 0;
    hpm_status status = line_next(stream, first_line, &end, error);
    if (status == HPM_OK && stream->by_line < 0) {
        stream->by_line = !end && is_whole(stream->bytes, stream->length);
        if (!stream->by_line) {
            status = rest_append(stream, error);
            if (status == HPM_OK) {
                *text = stream->length > 0 ? stream->bytes : "";
                *length = stream->length;
            }
            return status;
        }
    }
    if (status != HPM_OK || end) return status;
    *text = stream->bytes;
    *length = stream->length;
    return HPM_OK;
}
