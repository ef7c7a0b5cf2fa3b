/* Collateral: haircuts, caps and liability surcharges of the rulebook's collateral table. */
#include "margin/collateral.h"

#include <math.h>

double hpm_balance_value(const hpm_exposure *exposure, uint32_t balance)
{
    const hpm_balance *row = &hpm_account_balances(exposure->portfolio->account)[balance];
    return hpm_e8_to_double(row->amount.e8) * exposure->price[row->asset];
}

/* The price risk of a coin is in the scenarios; a rule may say what is left to charge. */
static double rate_for(hpm_asset_kind kind, double rate, double residual)
{
    return kind != HPM_ASSET_COIN || isnan(residual) ? rate : residual;
}

double hpm_amount_haircut(const hpm_exposure *exposure, uint32_t asset, double amount)
{
    const hpm_collateral_rule *rule = exposure->array->collateral_rule[asset];
    double value = amount * exposure->price[asset];
    hpm_asset_kind kind = exposure->catalog->assets[asset].kind;
    /* A liability bears interest until it is paid. */
    if (value < 0)
        return -value * fma(rule->interest_annual, exposure->rulebook->interest_days / 365,
                            rate_for(kind, rule->liability_surcharge, rule->residual_surcharge));
    double counted = rule->cap > 0 && value > rule->cap ? rule->cap : value;
    return (value - counted) + counted * rate_for(kind, rule->haircut, rule->residual_haircut);
}

double hpm_balance_haircut(const hpm_exposure *exposure, uint32_t balance)
{
    const hpm_balance *row = &hpm_account_balances(exposure->portfolio->account)[balance];
    return hpm_amount_haircut(exposure, row->asset, hpm_e8_to_double(row->amount.e8));
}
