/* What is well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates, up to U+10FFFF). */
#ifndef HPM_IO_UTF8_H
#define HPM_IO_UTF8_H

#include <stddef.h>

/* Bytes of the character at `text`, which has `length` bytes left; 0 if it is malformed. */
size_t hpm_utf8_length(const char *text, size_t length);

#endif
