/* The options of one expiry in the order of their strikes. */
#ifndef HPM_MARGIN_STRIKES_H
#define HPM_MARGIN_STRIKES_H

#include "margin/exposure.h"

/* One option holding: its strike and what is held, units of the underlying. */
typedef struct hpm_strike_row {
    double strike, units;
    uint32_t holding;
} hpm_strike_row;

_Static_assert(sizeof(hpm_strike_row) <= HPM_CHARGE_BYTES_PER_POSITION,
               "hpm_exposure_size counts it");

/* The options of runs run_first..run_end, ascending by strike, then by holding, in memory of the
 * exposure's scratch arena, which the caller gives back. run_first < run_end. */
hpm_strike_row *hpm_strike_rows(uint32_t *count, const hpm_exposure *exposure, uint32_t run_first,
                                uint32_t run_end);

#endif
