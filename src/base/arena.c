/* The bump arena over one block of the caller's memory. */
#include "hpm/arena.h"

#include <assert.h>
#include <string.h>

size_t hpm_aligned_size(size_t bytes)
{
    size_t rest = bytes % HPM_ALIGNMENT;
    if (rest == 0) return bytes;
    size_t missing = HPM_ALIGNMENT - rest;
    /* Saturates: no arena can hold SIZE_MAX, so that a sum that wrapped cannot pass as small. */
    return bytes > SIZE_MAX - missing ? SIZE_MAX : bytes + missing;
}

void *hpm_arena_reserve(hpm_arena *arena, size_t count, size_t size)
{
    assert((uintptr_t)arena->base % HPM_ALIGNMENT == 0);
    assert(arena->used <= arena->capacity);
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes)) return NULL;
    size_t aligned = hpm_aligned_size(bytes);
    if (aligned > arena->capacity - arena->used) return NULL;
    unsigned char *memory = arena->base + arena->used;
    arena->used += aligned;
    return memory;
}

void *hpm_arena_take(hpm_arena *arena, size_t count, size_t size)
{
    void *memory = hpm_arena_reserve(arena, count, size);
    /* The product fits: otherwise there is no memory. */
    if (memory && count * size > 0) memset(memory, 0, count * size);
    return memory;
}
