/* Charge `borrowed`: a share of the value of what is owed, balance by balance. The rate of a
 * venue's loans depends on their leverage. Source: docs/MODEL.md, section 5. */
#include "base/field_rows.h"
#include "margin/charge.h"
#include "margin/collateral.h"
#include "margin/fills.h"

static const hpm_field fields[] = {
    HPM_ROW_REAL(hpm_component, rule.borrowed., rate, "1", 0, 10, 0,
                 "share of the value of a negative balance"),
};

const hpm_record hpm_borrowed_record =
    HPM_RECORD("borrowed", hpm_component, fields, "A share of what is owed");

static double charge_of(double value, const hpm_component *component)
{
    return value < 0 ? -value * component->rule.borrowed.rate : 0;
}

static double balance_charge(const hpm_exposure *exposure, uint32_t balance,
                             const hpm_component *component)
{
    return charge_of(hpm_balance_value(exposure, balance), component);
}

static hpm_charge_result value(const hpm_exposure *exposure, const hpm_component *component)
{
    hpm_charge_result result = hpm_charge_of(0);
    for (uint32_t i = 0; i < exposure->portfolio->account->balance_count; i++)
        result.value += balance_charge(exposure, i, component);
    return result;
}

static void share(double *line, const hpm_exposure *exposure, const hpm_component *component,
                  const hpm_charge_result *result, double weight)
{
    (void)result;
    for (uint32_t i = 0; i < exposure->portfolio->account->balance_count; i++)
        line[hpm_line_of_balance(exposure, i)] += weight * balance_charge(exposure, i, component);
}

/* Most is owed where each balance is as low as it can be. */
static double fills_worst(const hpm_fills *fills, const hpm_component *component, double rho,
                          const hpm_fill_share *share)
{
    const hpm_exposure *exposure = fills->exposure;
    const hpm_account *account = exposure->portfolio->account;
    double sum = 0;
    (void)rho;
    for (uint32_t b = 0; b < account->balance_count; b++) {
        double price = exposure->price[hpm_account_balances(account)[b].asset];
        double worst = charge_of(fills->amount_low[b] * price, component);
        sum += worst;
        if (share)
            hpm_fills_share_balance(share, fills, b, 0,
                                    worst - balance_charge(exposure, b, component));
    }
    return sum;
}

const hpm_charge_kind hpm_charge_borrowed = {
    .value = value,
    .share = share,
    .fills = fills_worst,
};
