/* Arenas on the heap. */
#include "arena_new.h"

#include <stdlib.h>

hpm_status hpm_arena_new(hpm_arena *arena, size_t bytes, hpm_error *error)
{
    size_t capacity = hpm_aligned_size(bytes > 0 ? bytes : 1);
    *arena = (hpm_arena){NULL, 0, 0};
    if (capacity != SIZE_MAX) arena->base = aligned_alloc(HPM_ALIGNMENT, capacity);
    if (!arena->base) return hpm_fail(error, HPM_E_MEMORY, "", "no memory (%zu bytes)", bytes);
    arena->capacity = capacity;
    return HPM_OK;
}

void hpm_arena_free(hpm_arena *arena)
{
    free(arena->base);
    *arena = (hpm_arena){NULL, 0, 0};
}
