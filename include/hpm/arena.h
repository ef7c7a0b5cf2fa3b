/* Memory that the caller owns: a bump arena over one 64-byte aligned block.
 *
 * The library never calls malloc. Objects are laid out by `_init` functions in memory whose size a
 * `_size` function states, or taken from an arena. */
#ifndef HPM_ARENA_H
#define HPM_ARENA_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define HPM_ALIGNMENT 64

typedef struct hpm_arena {
    unsigned char *base; /* 64-byte aligned, owned by the caller */
    size_t capacity;
    size_t used;
} hpm_arena;

/* `bytes` rounded up to the alignment of every object of the library. */
size_t hpm_aligned_size(size_t bytes);

/* Zeroed memory for `count` items of `size` bytes, 64-byte aligned; NULL when the arena is full or
 * the product overflows. count * size of 0 gives a valid pointer. */
void *hpm_arena_take(hpm_arena *arena, size_t count, size_t size);

/* The same, not zeroed: for what is written before it is read. */
void *hpm_arena_reserve(hpm_arena *arena, size_t count, size_t size);

#ifdef __cplusplus
}
#endif
#endif
