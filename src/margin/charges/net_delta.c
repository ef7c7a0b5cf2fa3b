/* Charge `net_delta`: the value of each underlying's net delta, coins included, times its price
 * range. What a method asks that looks at first derivatives only: blind to gamma, vega and time, it
 * is here to be compared with. */
#include <math.h>

#include "base/field_rows.h"
#include "margin/charge.h"
#include "margin/coin.h"

static const hpm_field fields[] = {
    HPM_ROW_REAL(hpm_component, rule.net_delta., ranges, "1", 0, 10, 1,
                 "price ranges that the net delta is charged for"),
};

const hpm_record hpm_net_delta_record =
    HPM_RECORD("net_delta", hpm_component, fields, "Net delta times the price range");

static double net_delta(const hpm_exposure *exposure, const hpm_group *group)
{
    double coins = hpm_group_coins(exposure, group), net = 0;
    for (uint32_t run = group->run_first; run < group->run_end; run++)
        net += hpm_run_total(exposure, run, HPM_COLUMN_DELTA);
    net *= hpm_greek_price(exposure, group->asset);
    return coins != 0 ? net + coins * exposure->price[group->asset] : net;
}

static double group_rate(const hpm_exposure *exposure, const hpm_group *group,
                         const hpm_component *component)
{
    return exposure->array->underlying_rule[group->asset]->price_range *
           component->rule.net_delta.ranges;
}

static hpm_charge_result value(const hpm_exposure *exposure, const hpm_component *component)
{
    hpm_charge_result result = hpm_charge_of(0);
    for (uint32_t g = 0; g < exposure->group_count; g++) {
        const hpm_group *group = &exposure->groups[g];
        result.value += fabs(net_delta(exposure, group)) * group_rate(exposure, group, component);
    }
    return result;
}

/* What adds to the net delta pays, what takes from it is credited. */
static void share(double *line, const hpm_exposure *exposure, const hpm_component *component,
                  const hpm_charge_result *result, double weight)
{
    uint32_t column = exposure->array->extra + (uint32_t)HPM_COLUMN_DELTA;
    (void)result;
    for (uint32_t g = 0; g < exposure->group_count; g++) {
        const hpm_group *group = &exposure->groups[g];
        double part = weight * group_rate(exposure, group, component);
        if (net_delta(exposure, group) < 0) part = -part;
        hpm_coins_share(line, exposure, group, part * exposure->price[group->asset]);
        for (uint32_t run = group->run_first; run < group->run_end; run++)
            for (uint32_t h = exposure->portfolio->runs[run].first;
                 h < exposure->portfolio->runs[run].end; h++)
                line[h] += part * hpm_greek_price(exposure, group->asset) *
                           hpm_holding_column(exposure, h, column);
    }
}

const hpm_charge_kind hpm_charge_net_delta = {
    .reads = HPM_READS(DELTA),
    .value = value,
    .share = share,
};
