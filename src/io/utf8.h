/* What is well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates, up to U+10FFFF), and what
 * of it may reach a terminal. */
#ifndef HPM_IO_UTF8_H
#define HPM_IO_UTF8_H

#include <stddef.h>

/* Bytes of the character at `text`, which has `length` bytes left; 0 if it is malformed. */
size_t hpm_utf8_length(const char *text, size_t length);

/* Bytes of the first `characters` characters, at most `length`; a byte that belongs to none counts
 * as one. And how many there are. */
size_t hpm_utf8_prefix(const char *text, size_t length, size_t characters);
size_t hpm_utf8_count(const char *text, size_t length);

/* Puts a '?' in the place of every byte that is malformed or part of a control character: text from
 * a document, for people. `text` is terminated. */
void hpm_utf8_tame(char *text);

#endif
