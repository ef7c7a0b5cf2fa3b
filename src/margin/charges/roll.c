/* Charge `roll`: |delta| of each expiry times max(exp(a*T) - 1, minimum), valued at the index.
 * Source: docs/MODEL.md, section 5. The parameters are the underlying's. */
#include <math.h>

#include "margin/charge.h"
#include "risk/shock.h"

/* Charge per unit of delta, in the numeraire. */
static double run_rate(const hpm_exposure *exposure, uint32_t run)
{
    uint32_t underlying = hpm_run_bucket(exposure, run)->underlying;
    return hpm_basis_move(exposure->array->underlying_rule[underlying],
                          hpm_run_tau_years(exposure, run)) *
           hpm_greek_price(exposure, underlying);
}

static double expiry_delta(const hpm_exposure *exposure, uint32_t run, uint32_t end)
{
    double delta = 0;
    for (uint32_t r = run; r < end; r++)
        delta += hpm_run_total(exposure, r, HPM_COLUMN_DELTA);
    return delta;
}

static hpm_charge_result value(const hpm_exposure *exposure, const hpm_component *component)
{
    hpm_charge_result result = hpm_charge_of(0);
    (void)component;
    for (uint32_t run = 0, end; run < exposure->portfolio->run_count; run = end) {
        end = hpm_expiry_end(exposure, run);
        double delta = expiry_delta(exposure, run, end);
        if (hpm_run_bucket(exposure, run)->kind == HPM_BUCKET_SPOT) continue;
        result.value += run_rate(exposure, run) * fabs(delta);
    }
    return result;
}

static void share(double *line, const hpm_exposure *exposure, const hpm_component *component,
                  const hpm_charge_result *result, double weight)
{
    (void)component;
    (void)result;
    for (uint32_t run = 0, end; run < exposure->portfolio->run_count; run = end) {
        end = hpm_expiry_end(exposure, run);
        double delta = expiry_delta(exposure, run, end);
        if (hpm_run_bucket(exposure, run)->kind == HPM_BUCKET_SPOT) continue;
        double part = weight * run_rate(exposure, run) * (delta < 0 ? -1 : 1);
        for (uint32_t h = exposure->portfolio->runs[run].first;
             h < exposure->portfolio->runs[end - 1].end; h++)
            line[h] +=
                part * hpm_holding_column(exposure, h, exposure->array->extra + HPM_COLUMN_DELTA);
    }
}

const hpm_charge_kind hpm_charge_roll = {
    .reads = HPM_READS(DELTA),
    .value = value,
    .share = share,
};
