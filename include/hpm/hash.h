/* Canonical bytes and SHA-256 (FIPS 180-4): what makes two parties sure that they computed from
 * the same account, market and rulebook.
 *
 * Canonical form: every value is written little-endian and length-prefixed where its length may
 * vary; doubles as their bits, with -0 written as +0 and every NaN (an absent input) as one
 * pattern. */
#ifndef HPM_HASH_H
#define HPM_HASH_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct hpm_hash {
    uint8_t bytes[32];
} hpm_hash;

#define HPM_HASH_TEXT 65 /* 64 hexadecimal digits and the terminator */

/* Opaque running state; plain memory, copyable. */
typedef struct hpm_hasher {
    uint64_t state[16];
} hpm_hasher;

void hpm_hash_begin(hpm_hasher *hasher);
void hpm_hash_bytes(hpm_hasher *hasher, const void *bytes, size_t length);
void hpm_hash_text(hpm_hasher *hasher, const char *text); /* length-prefixed */
void hpm_hash_int(hpm_hasher *hasher, int64_t value);
void hpm_hash_real(hpm_hasher *hasher, double value);
hpm_hash hpm_hash_end(hpm_hasher *hasher);

void hpm_hash_format(char text[HPM_HASH_TEXT], const hpm_hash *hash);

#ifdef __cplusplus
}
#endif
#endif
