/* Arenas for the library's objects, from the system: 64-byte aligned, with huge pages on request.
 */
#ifndef HPM_CLI_MEMORY_H
#define HPM_CLI_MEMORY_H

#include "hpm/arena.h"
#include "hpm/status.h"

/* An arena of at least `bytes`. Environment HPM_HUGE_PAGES=1 asks the system for huge pages for
 * blocks of 4 MiB and more, where it can. E_MEMORY. */
hpm_status hpm_memory_arena(hpm_arena *arena, size_t bytes, hpm_error *error);

/* Gives the block back; an arena that is all zero is allowed. */
void hpm_memory_free(hpm_arena *arena);

#endif
