/* Charge `haircut`: what collateral is not worth. Positive balances only lose; a liability costs a
 * surcharge; value above a cap counts zero. Rates are the rulebook's collateral table. */
#include <math.h>

#include "margin/charge.h"

static double balance_charge(const hpm_exposure *exposure, const hpm_balance *balance)
{
    const hpm_collateral_rule *rule = hpm_rulebook_collateral(
        exposure->rulebook, exposure->catalog->assets[balance->asset].name);
    double value = hpm_e8_to_double(balance->amount.e8) * exposure->price[balance->asset];
    if (value < 0) return -value * rule->liability_surcharge;
    double counted = rule->cap > 0 && value > rule->cap ? rule->cap : value;
    return (value - counted) + counted * rule->haircut;
}

static hpm_charge_result value(const hpm_exposure *exposure, const hpm_component *component)
{
    const hpm_account *account = exposure->portfolio->account;
    hpm_charge_result result = {0, HPM_NONE, HPM_NONE};
    (void)component;
    for (uint32_t i = 0; i < account->balance_count; i++)
        result.value += balance_charge(exposure, &hpm_account_balances(account)[i]);
    return result;
}

static void share(double *line, const hpm_exposure *exposure, const hpm_component *component,
                  const hpm_charge_result *result, double weight)
{
    const hpm_account *account = exposure->portfolio->account;
    (void)component;
    (void)result;
    for (uint32_t i = 0; i < account->balance_count; i++)
        line[hpm_line_of_balance(exposure, i)] +=
            weight * balance_charge(exposure, &hpm_account_balances(account)[i]);
}

const hpm_charge_kind hpm_charge_haircut = {
    .additive = 1,
    .value = value,
    .share = share,
};
