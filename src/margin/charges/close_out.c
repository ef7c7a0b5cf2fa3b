/* Charge `close_out`: the fees of closing everything, so that the maintenance margin can pay for a
 * liquidation. Taker fee on notional at the index, for options capped by a share of the mark; the
 * liquidation fee on notional comes on top. Spot pairs need not be closed. */
#include <math.h>

#include "base/field_rows.h"
#include "margin/charge.h"
#include "margin/fills.h"
#include "margin/kept.h"
#include "math/order.h"

static const hpm_field fields[] = {
    HPM_ROW_REAL(hpm_component, rule.close_out., future_fee, "1", 0, 1, 0,
                 "taker fee of futures and perpetuals, share of notional"),
    HPM_ROW_REAL(hpm_component, rule.close_out., option_fee, "1", 0, 1, 0,
                 "taker fee of options, share of notional"),
    HPM_ROW_REAL(hpm_component, rule.close_out., option_fee_cap, "1", 0, 1, 1,
                 "largest option fee as a share of the option's mark"),
    HPM_ROW_REAL(hpm_component, rule.close_out., liquidation_fee, "1", 0, 1, 0,
                 "liquidation fee, share of notional"),
};

const hpm_record hpm_close_out_record =
    HPM_RECORD("close_out", hpm_component, fields, "Fees of closing all positions");

static double holding_charge(const hpm_exposure *exposure, uint32_t holding,
                             const hpm_rule_close_out *rule)
{
    const hpm_risk_array *array = exposure->array;
    const hpm_instrument *row =
        &exposure->catalog->instruments[exposure->portfolio->holdings[holding].instrument];
    double units = fabs(exposure->units[holding]);
    double notional = units * exposure->price[row->underlying];
    if (row->kind == HPM_SPOT) return 0;
    if (row->kind != HPM_OPTION) return notional * (rule->future_fee + rule->liquidation_fee);
    double mark = fabs(hpm_holding_column(exposure, holding, array->extra + HPM_COLUMN_VALUE)) *
                  exposure->price[row->settlement];
    return hpm_least(notional * rule->option_fee, mark * rule->option_fee_cap) +
           notional * rule->liquidation_fee;
}

static hpm_charge_result value(const hpm_exposure *exposure, const hpm_component *component)
{
    hpm_charge_result result = hpm_charge_of(0);
    double *kept = hpm_kept_figures(exposure, component);
    for (uint32_t h = 0; h < exposure->portfolio->holding_count; h++) {
        double charge = kept ? kept[h] : NAN;
        if (isnan(charge)) charge = holding_charge(exposure, h, &component->rule.close_out);
        if (kept) kept[h] = charge;
        result.value += charge;
    }
    return result;
}

static void share(double *line, const hpm_exposure *exposure, const hpm_component *component,
                  const hpm_charge_result *result, double weight)
{
    (void)result;
    for (uint32_t h = 0; h < exposure->portfolio->holding_count; h++)
        line[h] += weight * holding_charge(exposure, h, &component->rule.close_out);
}

const hpm_charge_kind hpm_charge_close_out = {
    .reads_positions = hpm_always,
    .value = value,
    .share = share,
    .fills = hpm_fills_gross,
};
