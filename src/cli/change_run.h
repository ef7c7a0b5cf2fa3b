/* Attributions for commands: memory, progress and the heads of their reports. */
#ifndef HPM_CLI_CHANGE_RUN_H
#define HPM_CLI_CHANGE_RUN_H

#include "hpm/attribution.h"

typedef struct hpm_change_run {
    hpm_attribution attribution;
    hpm_arena memory, work;
} hpm_change_run;

/* Computes why the margin changed between two states, into an all-zero run. */
hpm_status hpm_change_compute(hpm_change_run *run, const hpm_context *context,
                              const hpm_state *before, const hpm_state *after, hpm_error *error);
void hpm_change_free(hpm_change_run *run);

/* What the head of a report reads of an array. */
hpm_risk_array hpm_change_array(const hpm_state *state);

#endif
