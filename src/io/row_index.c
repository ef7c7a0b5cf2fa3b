/* Rows of a list by name. */
#include "row_index.h"

#include <string.h>

#include "base/path.h"
#include "base/sort.h"

static const char *name_of(const hpm_row_index *index, uint32_t row)
{
    return (const char *)index->rows + row * index->size;
}

static int compare(const void *a, const void *b, const void *context)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    int order = strcmp(name_of(context, left), name_of(context, right));
    if (order != 0) return order;
    return (left > right) - (left < right);
}

size_t hpm_row_index_size(uint32_t count)
{
    return hpm_aligned_size(count * sizeof(uint32_t));
}

static hpm_status fail_duplicate(const hpm_row_index *index, uint32_t at, const char *list,
                                 const char *field, const char *parent, hpm_error *error)
{
    char where[HPM_PATH_TEXT];
    uint32_t row = index->order[at];
    hpm_path root = {NULL, parent, HPM_PATH_NO_INDEX}, item = {&root, list, row};
    hpm_path path = {&item, field, HPM_PATH_NO_INDEX};
    return hpm_fail(error, HPM_E_DUPLICATE, hpm_path_format(where, &path),
                    "stated twice, first in %s[%u] (\"%s\")", list, index->order[at - 1],
                    name_of(index, row));
}

hpm_status hpm_row_index_build(hpm_row_index *index, hpm_arena *arena, const hpm_list *rows,
                               size_t size, const char *list, const char *field, const char *parent,
                               hpm_error *error)
{
    *index = (hpm_row_index){rows->items, size, NULL, rows->count};
    index->order = hpm_arena_take(arena, rows->count, sizeof *index->order);
    if (!index->order) return hpm_fail(error, HPM_E_MEMORY, list, "no memory for the list");
    for (uint32_t i = 0; i < rows->count; i++)
        index->order[i] = i;
    hpm_sort(index->order, rows->count, sizeof *index->order, compare, index);
    for (uint32_t i = 1; i < rows->count; i++)
        if (strcmp(name_of(index, index->order[i - 1]), name_of(index, index->order[i])) == 0)
            return fail_duplicate(index, i, list, field, parent, error);
    return HPM_OK;
}

uint32_t hpm_row_index_find(const hpm_row_index *index, const char *name)
{
    uint32_t low = 0, high = index->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = strcmp(name, name_of(index, index->order[middle]));
        if (order == 0) return index->order[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return UINT32_MAX;
}
