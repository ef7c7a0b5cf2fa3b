/* What charges keep while an exposure is updated again and again: most holdings and runs stay as
 * they are, and what follows from them alone need not be computed anew. */
#ifndef HPM_MARGIN_KEPT_H
#define HPM_MARGIN_KEPT_H

#include "margin/charge.h"

#define HPM_KEPT_FIGURES 2 /* of each holding, for each component that reads positions */

typedef struct hpm_kept {
    double *figures; /* NaN where not known */
    double *rows;
    uint8_t *row_known;
    uint32_t reader_count;
    uint32_t reader[HPM_COMPONENTS_MAX]; /* number among those that read positions, or HPM_NONE */
} hpm_kept;

/* Arena bytes that hpm_kept_begin will take. */
size_t hpm_kept_size(const hpm_risk_array *array, uint32_t position_count);

/* From now on the exposure keeps what its charges find; nothing is known yet. */
void hpm_kept_begin(hpm_exposure *exposure, hpm_arena *arena);

/* What is kept of a holding and its run is not known any longer. */
void hpm_kept_forget(const hpm_exposure *exposure, uint32_t holding, uint32_t run);

/* Figures of a component that reads positions: [HPM_KEPT_FIGURES][holding_count], NaN where not
 * known. They may depend on the holding, the market and the rulebook, and on nothing else. NULL:
 * nothing is kept here. */
double *hpm_kept_figures(const hpm_exposure *exposure, const hpm_component *component);

/* The same of a run: [stride], and whether it is known, which the caller sets. */
double *hpm_kept_row(uint8_t **is_known, const hpm_exposure *exposure, uint32_t component,
                     uint32_t run);

#endif
