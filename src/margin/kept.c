/* What charges keep: see margin/kept.h. */
#include "margin/kept.h"

#include <assert.h>
#include <math.h>
#include <string.h>

static uint32_t number_readers(uint32_t *reader, const hpm_rulebook *rulebook)
{
    const hpm_component *components = rulebook->components.items;
    uint32_t count = 0;
    for (uint32_t i = 0; i < rulebook->components.count; i++)
        reader[i] = hpm_component_reads_positions(&components[i]) ? count++ : HPM_NONE;
    return count;
}

/* Runs are no more than positions. */
size_t hpm_kept_size(const hpm_risk_array *array, uint32_t position_count)
{
    uint32_t reader[HPM_COMPONENTS_MAX];
    size_t cells = (size_t)number_readers(reader, array->rulebook) * position_count;
    return hpm_aligned_size(sizeof(hpm_kept)) +
           hpm_aligned_size(cells * HPM_KEPT_FIGURES * sizeof(double)) +
           hpm_aligned_size(cells * array->stride * sizeof(double)) + hpm_aligned_size(cells);
}

void hpm_kept_begin(hpm_exposure *exposure, hpm_arena *arena)
{
    hpm_kept *kept = hpm_arena_reserve(arena, 1, sizeof *kept);
    assert(kept); /* hpm_kept_size counts all */
    kept->reader_count = number_readers(kept->reader, exposure->rulebook);
    size_t runs = (size_t)kept->reader_count * exposure->portfolio->run_count;
    size_t figures =
        (size_t)kept->reader_count * HPM_KEPT_FIGURES * exposure->portfolio->holding_count;
    kept->figures = hpm_arena_reserve(arena, figures, sizeof(double));
    kept->rows = hpm_arena_reserve(arena, runs * exposure->array->stride, sizeof(double));
    kept->row_known = hpm_arena_take(arena, runs, 1);
    assert(kept->figures && kept->rows && kept->row_known);
    for (size_t i = 0; i < figures; i++)
        kept->figures[i] = NAN;
    exposure->kept = kept;
}

void hpm_kept_forget(const hpm_exposure *exposure, uint32_t holding, uint32_t run)
{
    const hpm_kept *kept = exposure->kept;
    const size_t holdings = exposure->portfolio->holding_count;
    if (!kept) return;
    for (uint32_t i = 0; i < kept->reader_count * HPM_KEPT_FIGURES; i++)
        kept->figures[i * holdings + holding] = NAN;
    for (uint32_t i = 0; i < kept->reader_count; i++)
        kept->row_known[(size_t)i * exposure->portfolio->run_count + run] = 0;
}

double *hpm_kept_figures(const hpm_exposure *exposure, const hpm_component *component)
{
    const hpm_component *components = exposure->rulebook->components.items;
    if (!exposure->kept) return NULL;
    size_t reader = exposure->kept->reader[component - components];
    assert(reader < exposure->kept->reader_count);
    return exposure->kept->figures + reader * HPM_KEPT_FIGURES * exposure->portfolio->holding_count;
}

double *hpm_kept_row(uint8_t **is_known, const hpm_exposure *exposure, uint32_t component,
                     uint32_t run)
{
    const hpm_kept *kept = exposure->kept;
    if (!kept) return NULL;
    assert(kept->reader[component] < kept->reader_count && run < exposure->portfolio->run_count);
    size_t cell = (size_t)kept->reader[component] * exposure->portfolio->run_count + run;
    *is_known = &kept->row_known[cell];
    return kept->rows + cell * exposure->array->stride;
}
