/* What a function writes to a stream, as text. */
#ifndef HPM_TESTS_CAPTURE_H
#define HPM_TESTS_CAPTURE_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Redirects a descriptor to a file without a name until capture_end. */
typedef struct capture {
    FILE *stream;
    int saved;
    FILE *file;
} capture;

static inline capture capture_begin(FILE *stream)
{
    capture state = {stream, -1, tmpfile()};
    assert_non_null(state.file);
    fflush(stream);
    state.saved = dup(fileno(stream));
    dup2(fileno(state.file), fileno(stream));
    return state;
}

/* The text, to be freed. */
static inline char *capture_end(capture *state)
{
    fflush(state->stream);
    dup2(state->saved, fileno(state->stream));
    close(state->saved);
    long length = lseek(fileno(state->file), 0, SEEK_END);
    char *text = calloc(1, (size_t)length + 1);
    rewind(state->file);
    assert_int_equal(fread(text, 1, (size_t)length, state->file), length);
    fclose(state->file);
    return text;
}

#endif
