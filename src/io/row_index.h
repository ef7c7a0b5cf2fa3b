/* Rows of a list by name: finds rows, and names that stand in two of them. */
#ifndef HPM_IO_ROW_INDEX_H
#define HPM_IO_ROW_INDEX_H

#include <stddef.h>
#include <stdint.h>

#include "hpm/arena.h"
#include "hpm/fields.h"
#include "hpm/status.h"

/* The name is the text at the start of each row. */
typedef struct hpm_row_index {
    const unsigned char *rows;
    size_t size;     /* of a row */
    uint32_t *order; /* row numbers sorted by name, equal names by row number */
    uint32_t count;
} hpm_row_index;

/* Arena bytes of an index over `count` rows. */
size_t hpm_row_index_size(uint32_t count);

/* E_MEMORY; E_DUPLICATE at "<list>[i].<field>" for the first row, of those whose name comes first
 * in the order of names, that repeats a name. */
hpm_status hpm_row_index_build(hpm_row_index *index, hpm_arena *arena, const hpm_list *rows,
                               size_t size, const char *list, const char *field, const char *parent,
                               hpm_error *error);

/* Number of the row with this name, or UINT32_MAX. O(log n). */
uint32_t hpm_row_index_find(const hpm_row_index *index, const char *name);

#endif
