/* Runs attributions. */
#include "change_run.h"

#include "memory.h"
#include "progress.h"

static hpm_status steps_run(hpm_attribution *attribution, hpm_error *error)
{
    hpm_progress progress;
    hpm_status status = HPM_OK;
    int done = 0;
    hpm_progress_begin(&progress, "states", attribution->step_count);
    while (status == HPM_OK && !done) {
        hpm_progress_step(&progress, attribution->step);
        status = hpm_attribution_step(attribution, &done, error);
    }
    hpm_progress_end(&progress);
    return status;
}

hpm_status hpm_change_compute(hpm_change_run *run, const hpm_context *context,
                              const hpm_state *before, const hpm_state *after, hpm_error *error)
{
    hpm_status status = hpm_memory_arena(&run->memory, hpm_attribution_size(before, after), error);
    if (status == HPM_OK) {
        status =
            hpm_attribution_init(&run->attribution, &run->memory, context, before, after, error);
    }
    if (status == HPM_OK) {
        status = hpm_memory_arena(&run->work, hpm_attribution_work_size(&run->attribution), error);
    }
    if (status != HPM_OK) return status;
    hpm_attribution_work(&run->attribution, &run->work);
    return steps_run(&run->attribution, error);
}

void hpm_change_free(hpm_change_run *run)
{
    hpm_memory_free(&run->work);
    hpm_memory_free(&run->memory);
}

hpm_risk_array hpm_change_array(const hpm_state *state)
{
    const hpm_catalog *catalog = state->market->catalog;
    return (hpm_risk_array){
        .catalog = catalog,
        .market = state->market,
        .rulebook = state->rulebook,
        .numeraire = hpm_catalog_find_asset(catalog, state->rulebook->numeraire),
    };
}
