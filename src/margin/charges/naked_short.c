/* Charge `naked_short`: a share of the index price per net short option, calls and puts of one
 * strike netted together. Source: docs/MODEL.md, section 5. */
#include "base/field_rows.h"
#include "margin/charge.h"
#include "margin/strikes.h"

static const hpm_field fields[] = {
    HPM_ROW_REAL(hpm_component, rule.naked., option, "1", 0, 10, 0,
                 "share of the index price per net short option at a strike"),
};

const hpm_record hpm_naked_short_record = HPM_RECORD(
    "naked_short", hpm_component, fields, "A share of the index price per net short option");

/* Charge of one expiry; with `line`, also the share of each holding: at a net short strike every
 * holding adds the opposite of what it holds. */
static double expiry_charge(double *line, const hpm_strike_row *rows, uint32_t count,
                            double per_unit)
{
    double charge = 0;
    for (uint32_t i = 0, end; i < count; i = end) {
        double net = 0;
        for (end = i; end < count && rows[end].strike == rows[i].strike; end++)
            net += rows[end].units;
        if (!(net < 0)) continue;
        charge -= net * per_unit;
        for (uint32_t k = i; line && k < end; k++)
            line[rows[k].holding] -= rows[k].units * per_unit;
    }
    return charge;
}

static double charge_all(double *line, const hpm_exposure *exposure, double share_of_spot)
{
    double charge = 0;
    for (uint32_t run = 0, end; run < exposure->portfolio->run_count; run = end) {
        end = hpm_expiry_end(exposure, run);
        if (hpm_run_bucket(exposure, run)->kind != HPM_BUCKET_DATED) continue;
        uint32_t underlying = hpm_run_bucket(exposure, run)->underlying;
        double spot = exposure->market->asset_price[underlying].value;
        size_t mark = exposure->scratch->used;
        uint32_t count;
        const hpm_strike_row *rows = hpm_strike_rows(&count, exposure, run, end);
        charge += expiry_charge(line, rows, count, share_of_spot * spot);
        exposure->scratch->used = mark;
    }
    return charge;
}

static hpm_charge_result value(const hpm_exposure *exposure, const hpm_component *component)
{
    return hpm_charge_of(charge_all(NULL, exposure, component->rule.naked.option));
}

static void share(double *line, const hpm_exposure *exposure, const hpm_component *component,
                  const hpm_charge_result *result, double weight)
{
    (void)result;
    charge_all(line, exposure, weight * component->rule.naked.option);
}

const hpm_charge_kind hpm_charge_naked_short = {
    .reads_positions = hpm_always,
    .value = value,
    .share = share,
};
