/* Charge `haircut`: what collateral is not worth, balance by balance. Positive balances only lose;
 * a liability costs a surcharge.
 *
 * A component takes the haircut of the collateral table, or its initial_haircut, which comes on top
 * of the other in the requirement that asks for both. Where balances are counted in the reporting
 * currency, what is left of one is held to cover as many units of the numeraire: a numeraire below
 * its peg raises the value of a balance and not what it counts for. Never below 0. Cash, the
 * numeraire and the reporting currency, counts at its value. Source: docs/MODEL.md, section 8. */
#include "base/field_rows.h"
#include "margin/charge.h"
#include "margin/collateral.h"
#include "margin/fills.h"
#include "margin/tiers.h"
#include "math/order.h"

static const char *const parts[] = {"haircut", "initial_haircut", NULL};
static const char *const counts[] = {"numeraire", "reporting", NULL};

static const hpm_field fields[] = {
    HPM_ROW_CHOICE(0, hpm_component, rule.haircut., part, parts,
                   "which haircut of the collateral table"),
    HPM_ROW_CHOICE(0, hpm_component, rule.haircut., counted_in, counts,
                   "what a balance is worth after it is figured in: the numeraire, or the "
                   "reporting currency as if that were the numeraire"),
};

const hpm_record hpm_haircut_record =
    HPM_RECORD("haircut", hpm_component, fields, "What balances are not worth as collateral");

/* What a unit of the currency that counts is worth in the numeraire's place. */
static double unit_for(const hpm_exposure *exposure, uint32_t asset, const hpm_rule_haircut *rule)
{
    uint32_t numeraire = exposure->array->numeraire;
    if (rule->counted_in == HPM_COUNT_NUMERAIRE || numeraire == HPM_NONE || asset == numeraire ||
        asset == exposure->market->reporting)
        return 1;
    return exposure->market->asset_price[numeraire].value;
}

static double charge_of(const hpm_exposure *exposure, uint32_t asset, double amount,
                        const hpm_rule_haircut *rule)
{
    double value = amount * exposure->price[asset], unit = unit_for(exposure, asset, rule);
    if (rule->part == HPM_HAIRCUT_INITIAL)
        return hpm_greatest(value, 0) * unit *
               exposure->array->collateral_rule[asset]->initial_haircut;
    double haircut = hpm_amount_haircut(exposure, asset, amount);
    if (value <= 0 || unit == 1) return haircut;
    return hpm_greatest(value - (value - haircut) * unit, 0);
}

static double balance_charge(const hpm_exposure *exposure, uint32_t balance,
                             const hpm_rule_haircut *rule)
{
    const hpm_balance *row = &hpm_account_balances(exposure->portfolio->account)[balance];
    return charge_of(exposure, row->asset, hpm_e8_to_double(row->amount.e8), rule);
}

static hpm_charge_result value(const hpm_exposure *exposure, const hpm_component *component)
{
    hpm_charge_result result = hpm_charge_of(0);
    for (uint32_t i = 0; i < exposure->portfolio->account->balance_count; i++)
        result.value += balance_charge(exposure, i, &component->rule.haircut);
    return result;
}

static void share(double *line, const hpm_exposure *exposure, const hpm_component *component,
                  const hpm_charge_result *result, double weight)
{
    (void)result;
    for (uint32_t i = 0; i < exposure->portfolio->account->balance_count; i++)
        line[hpm_line_of_balance(exposure, i)] +=
            weight * balance_charge(exposure, i, &component->rule.haircut);
}

/* Two accounts have a cap twice, and the cheap tiers. */
static unsigned breaks(const hpm_component *component, const hpm_rulebook *rulebook)
{
    const hpm_collateral_rule *rules = rulebook->collateral.items;
    unsigned broken = 0;
    if (component->rule.haircut.part == HPM_HAIRCUT_INITIAL) return 0;
    for (uint32_t i = 0; i < rulebook->collateral.count; i++) {
        if (rules[i].tiers.count > 1) broken |= HPM_BREAKS_SCALE;
        if (rules[i].cap > 0 || hpm_tiers_grow(&rules[i].tiers))
            return HPM_BREAKS_SCALE | HPM_BREAKS_MERGE;
    }
    return broken;
}

/* What is not counted of a balance grows with what is owned, and with what is owed: it is largest
 * at one of the two ends. */
static double fills_worst(const hpm_fills *fills, const hpm_component *component, double rho,
                          const hpm_fill_share *share)
{
    const hpm_exposure *exposure = fills->exposure;
    const hpm_account *account = exposure->portfolio->account;
    const hpm_rule_haircut *rule = &component->rule.haircut;
    double sum = 0;
    (void)rho;
    for (uint32_t b = 0; b < account->balance_count; b++) {
        uint32_t asset = hpm_account_balances(account)[b].asset;
        double low = charge_of(exposure, asset, fills->amount_low[b], rule);
        double high = charge_of(exposure, asset, fills->amount_high[b], rule);
        double worst = high >= low ? high : low;
        sum += worst;
        if (share)
            hpm_fills_share_balance(share, fills, b, high >= low,
                                    worst - balance_charge(exposure, b, rule));
    }
    return sum;
}

const hpm_charge_kind hpm_charge_haircut = {
    .breaks = breaks,
    .value = value,
    .share = share,
    .fills = fills_worst,
};
