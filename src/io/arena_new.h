/* Arenas on the heap, for the rooms outside the library. */
#ifndef HPM_IO_ARENA_NEW_H
#define HPM_IO_ARENA_NEW_H

#include <stddef.h>

#include "hpm/arena.h"
#include "hpm/status.h"

/* An arena of at least `bytes`. E_MEMORY, and *arena is empty. */
hpm_status hpm_arena_new(hpm_arena *arena, size_t bytes, hpm_error *error);

/* Releases the block; an empty arena is left alone. */
void hpm_arena_free(hpm_arena *arena);

#endif
