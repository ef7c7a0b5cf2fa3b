/* Charge `haircut`: what collateral is not worth, balance by balance. Positive balances only lose;
 * a liability costs a surcharge. */
#include "margin/charge.h"
#include "margin/collateral.h"
#include "margin/fills.h"
#include "margin/tiers.h"

static hpm_charge_result value(const hpm_exposure *exposure, const hpm_component *component)
{
    hpm_charge_result result = hpm_charge_of(0);
    (void)component;
    for (uint32_t i = 0; i < exposure->portfolio->account->balance_count; i++)
        result.value += hpm_balance_haircut(exposure, i);
    return result;
}

static void share(double *line, const hpm_exposure *exposure, const hpm_component *component,
                  const hpm_charge_result *result, double weight)
{
    (void)component;
    (void)result;
    for (uint32_t i = 0; i < exposure->portfolio->account->balance_count; i++)
        line[hpm_line_of_balance(exposure, i)] += weight * hpm_balance_haircut(exposure, i);
}

/* Two accounts have a cap twice, and the cheap tiers. */
static unsigned breaks(const hpm_component *component, const hpm_rulebook *rulebook)
{
    const hpm_collateral_rule *rules = rulebook->collateral.items;
    (void)component;
    unsigned broken = 0;
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
    double sum = 0;
    (void)component;
    (void)rho;
    for (uint32_t b = 0; b < account->balance_count; b++) {
        uint32_t asset = hpm_account_balances(account)[b].asset;
        double low = hpm_amount_haircut(exposure, asset, fills->amount_low[b]);
        double high = hpm_amount_haircut(exposure, asset, fills->amount_high[b]);
        double worst = high >= low ? high : low;
        sum += worst;
        if (share)
            hpm_fills_share_balance(share, fills, b, high >= low,
                                    worst - hpm_balance_haircut(exposure, b));
    }
    return sum;
}

const hpm_charge_kind hpm_charge_haircut = {
    .breaks = breaks,
    .value = value,
    .share = share,
    .fills = fills_worst,
};
