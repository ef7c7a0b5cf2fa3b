/* Canonical bytes over libsodium's SHA-256. */
#include "hpm/hash.h"

#include <sodium/crypto_hash_sha256.h>
#include <string.h>

_Static_assert(sizeof(crypto_hash_sha256_state) <= sizeof(hpm_hasher), "hasher too small");
_Static_assert(_Alignof(crypto_hash_sha256_state) <= _Alignof(hpm_hasher), "hasher misaligned");

static crypto_hash_sha256_state *state_of(hpm_hasher *hasher)
{
    return (crypto_hash_sha256_state *)(void *)hasher->state;
}

void hpm_hash_begin(hpm_hasher *hasher)
{
    memset(hasher, 0, sizeof *hasher);
    crypto_hash_sha256_init(state_of(hasher));
}

void hpm_hash_bytes(hpm_hasher *hasher, const void *bytes, size_t length)
{
    if (length > 0) crypto_hash_sha256_update(state_of(hasher), bytes, length);
}

static void hash_word(hpm_hasher *hasher, uint64_t word)
{
    unsigned char bytes[8];
    for (unsigned i = 0; i < 8; i++)
        bytes[i] = (unsigned char)(word >> (8 * i));
    hpm_hash_bytes(hasher, bytes, sizeof bytes);
}

void hpm_hash_text(hpm_hasher *hasher, const char *text)
{
    size_t length = strlen(text);
    hash_word(hasher, length);
    hpm_hash_bytes(hasher, text, length);
}

void hpm_hash_int(hpm_hasher *hasher, int64_t value)
{
    hash_word(hasher, (uint64_t)value);
}

void hpm_hash_real(hpm_hasher *hasher, double value)
{
    uint64_t bits;
    if (value != value) {
        bits = UINT64_C(0x7FF8000000000000);
    } else {
        value += 0.0; /* -0 becomes +0 in round-to-nearest */
        memcpy(&bits, &value, sizeof bits);
    }
    hash_word(hasher, bits);
}

hpm_hash hpm_hash_end(hpm_hasher *hasher)
{
    hpm_hash hash;
    crypto_hash_sha256_final(state_of(hasher), hash.bytes);
    return hash;
}

void hpm_hash_format(char text[HPM_HASH_TEXT], const hpm_hash *hash)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < sizeof hash->bytes; i++) {
        text[2 * i] = digits[hash->bytes[i] >> 4];
        text[2 * i + 1] = digits[hash->bytes[i] & 15];
    }
    text[HPM_HASH_TEXT - 1] = '\0';
}
