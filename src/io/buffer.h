/* Bytes read or made at run time: one malloc'ed block and its length. */
#ifndef HPM_IO_BUFFER_H
#define HPM_IO_BUFFER_H

#include <stddef.h>
#include <stdlib.h>

typedef struct hpm_buffer {
    char *bytes; /* from malloc, NULL when empty; not terminated */
    size_t length;
} hpm_buffer;

static inline void hpm_buffer_free(hpm_buffer *buffer)
{
    free(buffer->bytes);
    buffer->bytes = NULL;
    buffer->length = 0;
}

#endif
