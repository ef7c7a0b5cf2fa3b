/* Charge `slippage`: what closing each option loses to the spread, however it is hedged.
 *
 *   per option   max(least, per_delta * |delta|) * index
 *   a long one   no more than its mark: nobody pays to be rid of it
 *
 * Futures, perpetuals and spot pairs are not charged. Source: docs/MODEL.md, section 5. */
#include <math.h>

#include "base/field_rows.h"
#include "margin/charge.h"
#include "margin/fills.h"
#include "math/order.h"

static const hpm_field fields[] = {
    HPM_ROW_REAL(hpm_component, rule.slippage., least, "1", 0, 1, 0,
                 "least slippage of an option as a share of the index price"),
    HPM_ROW_REAL(hpm_component, rule.slippage., per_delta, "1", 0, 1, 0,
                 "share of the index price per unit of its delta"),
};

const hpm_record hpm_slippage_record =
    HPM_RECORD("slippage", hpm_component, fields, "What closing each option loses to the spread");

static const hpm_instrument *instrument_of(const hpm_exposure *exposure, uint32_t holding)
{
    return &exposure->catalog->instruments[exposure->portfolio->holdings[holding].instrument];
}

/* What a number of units come to in the numeraire. */
typedef struct option_size {
    double units; /* signed */
    double delta; /* value of it */
    double mark;
} option_size;

static double option_charge(const hpm_exposure *exposure, const hpm_instrument *row,
                            option_size size, const hpm_rule_slippage *rule)
{
    double charge = hpm_greatest(rule->least * fabs(size.units) * exposure->price[row->underlying],
                                 rule->per_delta * fabs(size.delta));
    return size.units > 0 ? hpm_least(charge, size.mark) : charge;
}

static double holding_charge(const hpm_exposure *exposure, uint32_t holding,
                             const hpm_rule_slippage *rule)
{
    const hpm_instrument *row = instrument_of(exposure, holding);
    uint32_t extra = exposure->array->extra;
    if (row->kind != HPM_OPTION) return 0;
    option_size size = {
        exposure->units[holding],
        hpm_holding_column(exposure, holding, extra + HPM_COLUMN_DELTA) *
            hpm_greek_price(exposure, row->underlying),
        hpm_holding_column(exposure, holding, extra + HPM_COLUMN_VALUE) *
            exposure->price[row->settlement],
    };
    return option_charge(exposure, row, size, rule);
}

static hpm_charge_result value(const hpm_exposure *exposure, const hpm_component *component)
{
    hpm_charge_result result = hpm_charge_of(0);
    for (uint32_t h = 0; h < exposure->portfolio->holding_count; h++)
        result.value += holding_charge(exposure, h, &component->rule.slippage);
    return result;
}

static void share(double *line, const hpm_exposure *exposure, const hpm_component *component,
                  const hpm_charge_result *result, double weight)
{
    (void)result;
    for (uint32_t h = 0; h < exposure->portfolio->holding_count; h++)
        line[h] += weight * holding_charge(exposure, h, &component->rule.slippage);
}

/* ---- Open orders -------------------------------------------------------------------------- */

/* Of so many lots. */
static double lots_charge(const hpm_exposure *exposure, uint32_t holding, double lots,
                          const hpm_rule_slippage *rule)
{
    const hpm_instrument *row = instrument_of(exposure, holding);
    uint32_t id = exposure->portfolio->holdings[holding].instrument;
    uint32_t extra = exposure->array->extra;
    option_size size = {
        lots * exposure->array->units_per_lot[id],
        lots * hpm_lot_column(exposure, id, extra + HPM_COLUMN_DELTA) *
            hpm_greek_price(exposure, row->underlying),
        lots * hpm_lot_column(exposure, id, extra + HPM_COLUMN_VALUE) *
            exposure->price[row->settlement],
    };
    return option_charge(exposure, row, size, rule);
}

/* It grows with what is long and with what is short: most at one of the two ends. */
static double fills_worst(const hpm_fills *fills, const hpm_component *component, double rho,
                          const hpm_fill_share *share)
{
    const hpm_exposure *exposure = fills->exposure;
    const hpm_rule_slippage *rule = &component->rule.slippage;
    double sum = 0;
    (void)rho;
    for (uint32_t h = 0; h < exposure->portfolio->holding_count; h++) {
        if (instrument_of(exposure, h)->kind != HPM_OPTION) continue;
        hpm_interval lots = hpm_fills_lots(fills, h);
        double at_low = lots_charge(exposure, h, lots.low, rule);
        double at_high = lots_charge(exposure, h, lots.high, rule);
        double worst = hpm_greatest(at_low, at_high);
        double now = (double)exposure->portfolio->holdings[h].lots;
        sum += worst;
        if (share)
            hpm_fills_share_lots(share, fills, h, at_high >= at_low,
                                 worst - lots_charge(exposure, h, now, rule));
    }
    return sum;
}

const hpm_charge_kind hpm_charge_slippage = {
    .reads_positions = hpm_always,
    .reads = HPM_READS(DELTA),
    .value = value,
    .share = share,
    .fills = fills_worst,
};
