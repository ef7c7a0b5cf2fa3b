/* Reads the documents of a file one by one, in bounded memory: a file is one document, or has one
 * document per line (jsonl). Compressed files and standard input ("-") work as well. */
#ifndef HPM_CLI_STREAM_H
#define HPM_CLI_STREAM_H

#include <stddef.h>
#include <stdint.h>

#include "hpm/status.h"

typedef struct hpm_stream {
    void *file;  /* gzFile */
    char *bytes; /* the current document */
    size_t length, capacity;
    char *block; /* read ahead */
    size_t block_next, block_end;
    int64_t line; /* that the next byte is on, 1-based */
    int by_line;  /* -1: not known before the first line is read */
    size_t limit; /* of one document */
} hpm_stream;

/* `limit` is the most bytes of one document; a file of many may be longer. */
hpm_status hpm_stream_open(hpm_stream *stream, const char *path, size_t limit, hpm_error *error);

/* The next document, valid until the next call; *text is NULL at the end. *first_line is the line
 * that it starts on. Blank lines are passed over; a file without any document gives one empty one.
 * Errors: E_IO, E_LIMIT, E_MEMORY. */
hpm_status hpm_stream_next(hpm_stream *stream, const char **text, size_t *length,
                           int64_t *first_line, hpm_error *error);

void hpm_stream_close(hpm_stream *stream);

#endif
