/* Charge `wrong_way`: collateral that falls when the account's own positions lose. A staking or
 * venue token follows an underlying; where the account is long of that underlying, a share of what
 * the token still counts for after its haircut, up to the size of the long exposure, is charged.
 * The exposure is net delta and coins held. */
#include "margin/charge.h"
#include "margin/coin.h"
#include "margin/collateral.h"
#include "margin/fills.h"

/* The group of the underlying that an asset follows; NULL: it follows none, or nothing is held. */
static const hpm_group *followed_group(const hpm_exposure *exposure, uint32_t asset)
{
    uint32_t follows = exposure->array->follows[asset];
    if (follows == HPM_NONE) return NULL;
    for (uint32_t g = 0; g < exposure->group_count; g++)
        if (exposure->groups[g].asset == follows) return &exposure->groups[g];
    return NULL;
}

static double long_exposure(const hpm_exposure *exposure, const hpm_group *group)
{
    double delta = 0;
    for (uint32_t run = group->run_first; run < group->run_end; run++)
        delta += hpm_run_total(exposure, run, HPM_COLUMN_DELTA);
    return delta * hpm_greek_price(exposure, group->asset) +
           hpm_group_coins(exposure, group) * exposure->price[group->asset];
}

/* Charge of one balance, and which side of the minimum decides it. */
typedef struct own_charge {
    double amount;
    const hpm_group *exposed; /* the exposure is the smaller; NULL: the token */
} own_charge;

static own_charge charge_of(const hpm_exposure *exposure, uint32_t balance)
{
    uint32_t asset = hpm_account_balances(exposure->portfolio->account)[balance].asset;
    double part = exposure->array->collateral_rule[asset]->wrong_way;
    const hpm_group *group = part > 0 ? followed_group(exposure, asset) : NULL;
    if (!group) return (own_charge){0, NULL};
    double worth = hpm_balance_value(exposure, balance) - hpm_balance_haircut(exposure, balance);
    double exposed = long_exposure(exposure, group);
    if (worth <= 0 || exposed <= 0) return (own_charge){0, NULL};
    return worth <= exposed ? (own_charge){part * worth, NULL}
                            : (own_charge){part * exposed, group};
}

static hpm_charge_result value(const hpm_exposure *exposure, const hpm_component *component)
{
    hpm_charge_result result = hpm_charge_of(0);
    (void)component;
    for (uint32_t i = 0; i < exposure->portfolio->account->balance_count; i++)
        result.value += charge_of(exposure, i).amount;
    return result;
}

/* By delta and coins of the group. */
static void share_exposure(double *line, const hpm_exposure *exposure, const hpm_group *group,
                           double part)
{
    const uint32_t column = exposure->array->extra + HPM_COLUMN_DELTA;
    double price = hpm_greek_price(exposure, group->asset);
    hpm_coins_share(line, exposure, group, part * exposure->price[group->asset]);
    for (uint32_t run = group->run_first; run < group->run_end; run++)
        for (uint32_t h = exposure->portfolio->runs[run].first;
             h < exposure->portfolio->runs[run].end; h++)
            line[h] += part * price * hpm_holding_column(exposure, h, column);
}

static void share(double *line, const hpm_exposure *exposure, const hpm_component *component,
                  const hpm_charge_result *result, double weight)
{
    const hpm_balance *balances = hpm_account_balances(exposure->portfolio->account);
    (void)component;
    (void)result;
    for (uint32_t i = 0; i < exposure->portfolio->account->balance_count; i++) {
        own_charge own = charge_of(exposure, i);
        double part = exposure->array->collateral_rule[balances[i].asset]->wrong_way;
        if (own.exposed)
            share_exposure(line, exposure, own.exposed, weight * part);
        else
            line[hpm_line_of_balance(exposure, i)] += weight * own.amount;
    }
}

/* ---- Open orders -------------------------------------------------------------------------- */

/* The most that a group can be long of, and the most that a balance can count for: the charge grows
 * with both. */
static double most_exposed(const hpm_fills *fills, const hpm_group *group)
{
    const hpm_exposure *exposure = fills->exposure;
    hpm_interval delta = hpm_fills_column(fills, group->run_first, group->run_end,
                                          exposure->array->extra + HPM_COLUMN_DELTA);
    return delta.high * hpm_greek_price(exposure, group->asset) +
           hpm_fills_group_coins(fills, group).high * exposure->price[group->asset];
}

static void share_most_exposed(const hpm_fill_share *share, const hpm_fills *fills,
                               const hpm_group *group, double part)
{
    const hpm_exposure *exposure = fills->exposure;
    hpm_fills_share_column(share, fills, group->run_first, group->run_end,
                           exposure->array->extra + HPM_COLUMN_DELTA, 1,
                           part * hpm_greek_price(exposure, group->asset));
    hpm_fills_share_group_coins(share, fills, group, 1, part * exposure->price[group->asset]);
}

static double most_worth(const hpm_fills *fills, uint32_t balance, uint32_t asset)
{
    double most = fills->amount_high[balance];
    return most * fills->exposure->price[asset] - hpm_amount_haircut(fills->exposure, asset, most);
}

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
        double part = exposure->array->collateral_rule[asset]->wrong_way;
        const hpm_group *group = part > 0 ? followed_group(exposure, asset) : NULL;
        if (!group) continue;
        double worth = most_worth(fills, b, asset), exposed = most_exposed(fills, group);
        double worst = part * (worth < exposed ? worth : exposed);
        if (!(worst > 0)) continue;
        sum += worst;
        if (share && worth < exposed)
            hpm_fills_share_balance(share, fills, b, 1, worst - charge_of(exposure, b).amount);
        else if (share)
            share_most_exposed(share, fills, group, part);
    }
    return sum;
}

/* The token of one account and the long position of another meet only when they are merged. A cap
 * on the token does not scale. */
static unsigned breaks(const hpm_component *component, const hpm_rulebook *rulebook)
{
    const hpm_collateral_rule *rules = rulebook->collateral.items;
    unsigned broken = 0;
    (void)component;
    for (uint32_t i = 0; i < rulebook->collateral.count; i++)
        if (rules[i].wrong_way > 0 && rules[i].follows[0] != '\0')
            broken |= HPM_BREAKS_MERGE | (rules[i].cap > 0 ? HPM_BREAKS_SCALE : 0);
    return broken;
}

const hpm_charge_kind hpm_charge_wrong_way = {
    .reads = HPM_READS(DELTA),
    .breaks = breaks,
    .value = value,
    .share = share,
    .fills = fills_worst,
};
