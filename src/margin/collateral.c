/* Collateral: haircuts, tiers, caps and liability surcharges of the rulebook's collateral table. */
#include "margin/collateral.h"

#include <math.h>

#include "margin/tiers.h"

double hpm_balance_value(const hpm_exposure *exposure, uint32_t balance)
{
    const hpm_balance *row = &hpm_account_balances(exposure->portfolio->account)[balance];
    return hpm_e8_to_double(row->amount.e8) * exposure->price[row->asset];
}

/* The price risk of a coin is in the scenarios; a rule may say what is left to charge. */
static int is_residual(hpm_asset_kind kind, double residual)
{
    return kind == HPM_ASSET_COIN && !isnan(residual);
}

/* Of a value up to the cap. */
static double counted_haircut(const hpm_collateral_rule *rule, hpm_asset_kind kind, double value)
{
    if (is_residual(kind, rule->residual_haircut)) return value * rule->residual_haircut;
    return rule->tiers.count > 0 ? hpm_tiers_sum(&rule->tiers, value) : value * rule->haircut;
}

double hpm_amount_haircut(const hpm_exposure *exposure, uint32_t asset, double amount)
{
    const hpm_collateral_rule *rule = exposure->array->collateral_rule[asset];
    double value = amount * exposure->price[asset];
    hpm_asset_kind kind = exposure->catalog->assets[asset].kind;
    /* A liability bears interest until it is paid. */
    if (value < 0)
        return -value * fma(rule->interest_annual, exposure->rulebook->interest_days / 365,
                            is_residual(kind, rule->residual_surcharge)
                                ? rule->residual_surcharge
                                : rule->liability_surcharge);
    double counted = rule->cap > 0 && value > rule->cap ? rule->cap : value;
    return (value - counted) + counted_haircut(rule, kind, counted);
}

double hpm_balance_haircut(const hpm_exposure *exposure, uint32_t balance)
{
    const hpm_balance *row = &hpm_account_balances(exposure->portfolio->account)[balance];
    return hpm_amount_haircut(exposure, row->asset, hpm_e8_to_double(row->amount.e8));
}
