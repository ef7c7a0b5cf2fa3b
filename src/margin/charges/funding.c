/* Charge `funding`: what perpetuals may have to pay before they are closed, whichever way their
 * rate turns: units * index price * the underlying's rate per 8 hours * periods, perpetual by
 * perpetual, for two perpetuals of one coin are not funded at one rate.
 *
 * Source: docs/MODEL.md, section 5; there it is one period of 8 hours. */
#include <math.h>

#include "base/field_rows.h"
#include "margin/charge.h"
#include "margin/fills.h"

static const hpm_field fields[] = {
    HPM_ROW_REAL(hpm_component, rule.funding., periods, "8 hours", 0, 1000, 1,
                 "funding periods that are provided for"),
};

const hpm_record hpm_funding_record =
    HPM_RECORD("funding", hpm_component, fields, "Funding that perpetuals may have to pay");

/* The value; with `line`, also the shares. */
static double charge_all(double *line, const hpm_exposure *exposure, double periods, double weight)
{
    const hpm_portfolio *portfolio = exposure->portfolio;
    double charge = 0;
    for (uint32_t run = 0; run < portfolio->run_count; run++) {
        const hpm_bucket *bucket = hpm_run_bucket(exposure, run);
        if (bucket->kind != HPM_BUCKET_PERPETUAL) continue;
        double per_unit = exposure->price[bucket->underlying] *
                          exposure->array->underlying_rule[bucket->underlying]->funding_rate *
                          periods;
        for (uint32_t h = portfolio->runs[run].first; h < portfolio->runs[run].end; h++) {
            double own = fabs(exposure->units[h]) * per_unit;
            charge += own;
            if (line) line[h] += weight * own;
        }
    }
    return charge;
}

static hpm_charge_result value(const hpm_exposure *exposure, const hpm_component *component)
{
    return hpm_charge_of(charge_all(NULL, exposure, component->rule.funding.periods, 0));
}

static void share(double *line, const hpm_exposure *exposure, const hpm_component *component,
                  const hpm_charge_result *result, double weight)
{
    (void)result;
    charge_all(line, exposure, component->rule.funding.periods, weight);
}

const hpm_charge_kind hpm_charge_funding = {
    .reads_positions = hpm_always,
    .value = value,
    .share = share,
    .fills = hpm_fills_gross,
};
