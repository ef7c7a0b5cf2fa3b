/* Collateral: haircuts, caps and liability surcharges of the rulebook's collateral table. */
#include "margin/collateral.h"

#include <math.h>

double hpm_balance_value(const hpm_exposure *exposure, uint32_t balance)
{
    const hpm_balance *row = &hpm_account_balances(exposure->portfolio->account)[balance];
    return hpm_e8_to_double(row->amount.e8) * exposure->price[row->asset];
}

static double haircut_of(const hpm_collateral_rule *rule, hpm_asset_kind kind)
{
    if (kind != HPM_ASSET_COIN || isnan(rule->residual_haircut)) return rule->haircut;
    return rule->residual_haircut;
}

/* A liability is worth more than its value, and bears interest until it is paid. */
static double liability_rate(const hpm_collateral_rule *rule, double interest_days)
{
    return fma(rule->interest_annual, interest_days / 365, rule->liability_surcharge);
}

double hpm_amount_haircut(const hpm_exposure *exposure, uint32_t asset, double amount)
{
    const hpm_collateral_rule *rule = exposure->array->collateral_rule[asset];
    double value = amount * exposure->price[asset];
    if (value < 0) return -value * liability_rate(rule, exposure->rulebook->interest_days);
    double counted = rule->cap > 0 && value > rule->cap ? rule->cap : value;
    return (value - counted) + counted * haircut_of(rule, exposure->catalog->assets[asset].kind);
}

double hpm_balance_haircut(const hpm_exposure *exposure, uint32_t balance)
{
    const hpm_balance *row = &hpm_account_balances(exposure->portfolio->account)[balance];
    return hpm_amount_haircut(exposure, row->asset, hpm_e8_to_double(row->amount.e8));
}
