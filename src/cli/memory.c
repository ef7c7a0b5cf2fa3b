/* Aligned arenas by aligned_alloc. */
#define _DEFAULT_SOURCE
#include "memory.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define HUGE_PAGE ((size_t)2 << 20)
#define HUGE_FROM (2 * HUGE_PAGE)

static int huge_wanted(size_t bytes)
{
    const char *setting = getenv("HPM_HUGE_PAGES");
    return bytes >= HUGE_FROM && setting != NULL && strcmp(setting, "1") == 0;
}

static void huge_advise(void *base, size_t bytes)
{
#ifdef MADV_HUGEPAGE
    (void)madvise(base, bytes, MADV_HUGEPAGE); /* advice: nothing is lost if it is not taken */
#else
    (void)base;
    (void)bytes;
#endif
}

hpm_status hpm_memory_arena(hpm_arena *arena, size_t bytes, hpm_error *error)
{
    int huge = huge_wanted(bytes);
    size_t alignment = huge ? HUGE_PAGE : HPM_ALIGNMENT;
    size_t capacity = 0;
    *arena = (hpm_arena){0};
    if (bytes <= SIZE_MAX - alignment) capacity = (bytes / alignment + 1) * alignment;
    if (capacity > 0) arena->base = aligned_alloc(alignment, capacity);
    if (arena->base == NULL) {
        return hpm_fail(error, HPM_E_MEMORY, NULL, "cannot take memory (%zu bytes)", bytes);
    }
    if (huge) huge_advise(arena->base, capacity);
    arena->capacity = capacity;
    return HPM_OK;
}

void hpm_memory_free(hpm_arena *arena)
{
    free(arena->base);
    *arena = (hpm_arena){0};
}
