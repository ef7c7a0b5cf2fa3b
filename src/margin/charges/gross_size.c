/* Charge `gross_size`: a share of the price for each unit held, each position by itself: nothing is
 * netted.
 *
 * Prices count as they are quoted: the index in the reporting currency, the mark of a linear
 * contract in its settlement asset. Options count at the index; spot pairs do not count. Shares may
 * be multiples of the underlying's own requirement. A sum of this kind below a scale that grows
 * with a peg's fall is the penalty that venues add then. Source: docs/MODEL.md, section 5. */
#include <math.h>

#include "base/field_rows.h"
#include "margin/charge.h"
#include "margin/fills.h"
#include "math/order.h"

static const char *const prices[] = {"index", "mark", NULL};
static const char *const multiples[] = {"one", "linear_initial", "linear_maintenance", NULL};

static const hpm_field fields[] = {
    HPM_ROW_REAL(hpm_component, rule.gross_size., perpetual, "1", 0, 10, 0,
                 "share of the price per unit of each perpetual"),
    HPM_ROW_REAL(hpm_component, rule.gross_size., future, "1", 0, 10, 0,
                 "share of the price per unit of each future"),
    HPM_ROW_REAL(hpm_component, rule.gross_size., short_option, "1", 0, 10, 0,
                 "share of the index price per unit of each short option"),
    HPM_ROW_REAL(hpm_component, rule.gross_size., long_option, "1", 0, 10, 0,
                 "share of the index price per unit of each long option"),
    HPM_ROW_CHOICE(0, hpm_component, rule.gross_size., price, prices,
                   "price of futures and perpetuals: the index or their mark"),
    HPM_ROW_CHOICE(0, hpm_component, rule.gross_size., multiple_of, multiples,
                   "whether shares of futures and perpetuals are multiples of a requirement of "
                   "their underlying"),
};

const hpm_record hpm_gross_size_record = HPM_RECORD(
    "gross_size", hpm_component, fields, "A share of the price per unit of each position");

static double share_of(const hpm_rule_gross_size *rule, const hpm_instrument *row,
                       const hpm_underlying_rule *underlying, int is_long)
{
    const double multiple[] = {[HPM_GROSS_ONE] = 1,
                               [HPM_GROSS_INITIAL] = underlying->linear_initial,
                               [HPM_GROSS_MAINTENANCE] = underlying->linear_maintenance};
    switch (row->kind) {
    case HPM_OPTION:
        return is_long ? rule->long_option : rule->short_option;
    case HPM_PERPETUAL:
        return rule->perpetual * multiple[rule->multiple_of];
    case HPM_FUTURE:
        return rule->future * multiple[rule->multiple_of];
    default:
        return 0;
    }
}

/* A coin-settled contract's mark is in the reporting currency. */
static double price_of(const hpm_exposure *exposure, uint32_t instrument,
                       const hpm_rule_gross_size *rule)
{
    const hpm_instrument *row = &exposure->catalog->instruments[instrument];
    if (row->kind == HPM_OPTION || rule->price == HPM_GROSS_INDEX)
        return exposure->market->asset_price[row->underlying].value;
    return exposure->market->mark[instrument].value *
           (row->payoff == HPM_INVERSE ? hpm_greek_price(exposure, row->underlying)
                                       : exposure->price[row->settlement]);
}

static double lots_charge(const hpm_exposure *exposure, uint32_t holding, double lots,
                          const hpm_rule_gross_size *rule)
{
    uint32_t id = exposure->portfolio->holdings[holding].instrument;
    const hpm_instrument *row = &exposure->catalog->instruments[id];
    double share = share_of(rule, row, exposure->array->underlying_rule[row->underlying], lots > 0);
    if (share == 0) return 0;
    return fabs(lots * exposure->array->units_per_lot[id]) * share * price_of(exposure, id, rule);
}

static double holding_charge(const hpm_exposure *exposure, uint32_t holding,
                             const hpm_rule_gross_size *rule)
{
    return lots_charge(exposure, holding, (double)exposure->portfolio->holdings[holding].lots,
                       rule);
}

static hpm_charge_result value(const hpm_exposure *exposure, const hpm_component *component)
{
    hpm_charge_result result = hpm_charge_of(0);
    for (uint32_t h = 0; h < exposure->portfolio->holding_count; h++)
        result.value += holding_charge(exposure, h, &component->rule.gross_size);
    return result;
}

static void share(double *line, const hpm_exposure *exposure, const hpm_component *component,
                  const hpm_charge_result *result, double weight)
{
    (void)result;
    for (uint32_t h = 0; h < exposure->portfolio->holding_count; h++)
        line[h] += weight * holding_charge(exposure, h, &component->rule.gross_size);
}

/* Convex in the lots of each holding: most at an end. */
static double fills_worst(const hpm_fills *fills, const hpm_component *component, double rho,
                          const hpm_fill_share *share)
{
    const hpm_exposure *exposure = fills->exposure;
    const hpm_rule_gross_size *rule = &component->rule.gross_size;
    double sum = 0;
    (void)rho;
    for (uint32_t h = 0; h < exposure->portfolio->holding_count; h++) {
        double low = lots_charge(exposure, h, (double)fills->lots_low[h], rule);
        double high = lots_charge(exposure, h, (double)fills->lots_high[h], rule);
        double worst = hpm_greatest(low, high);
        sum += worst;
        if (share)
            hpm_fills_share_lots(share, fills, h, high >= low,
                                 worst - holding_charge(exposure, h, rule));
    }
    return sum;
}

const hpm_charge_kind hpm_charge_gross_size = {
    .reads_positions = hpm_always,
    .value = value,
    .share = share,
    .fills = fills_worst,
};
