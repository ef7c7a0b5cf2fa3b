/* Charge `declared`: amounts that the venue states for the account under a name (open orders,
 * market-maker protection), valued at the index. */
#include <string.h>

#include "base/field_rows.h"
#include "margin/charge.h"
#include "margin/fills.h"

static const hpm_field fields[] = {
    HPM_ROW_TEXT(1, hpm_component, rule.declared., amount, "name of the declared amounts"),
};

const hpm_record hpm_declared_record =
    HPM_RECORD("declared", hpm_component, fields, "Amounts that the venue states for the account");

static double row_charge(const hpm_exposure *exposure, const hpm_component *component,
                         const hpm_declared *row)
{
    if (strcmp(row->name, component->rule.declared.amount) != 0) return 0;
    return hpm_e8_to_double(row->amount.e8) * exposure->price[row->asset];
}

static hpm_charge_result value(const hpm_exposure *exposure, const hpm_component *component)
{
    const hpm_account *account = exposure->portfolio->account;
    hpm_charge_result result = hpm_charge_of(0);
    for (uint32_t i = 0; i < account->declared_count; i++)
        result.value += row_charge(exposure, component, &hpm_account_declared(account)[i]);
    return result;
}

static void share(double *line, const hpm_exposure *exposure, const hpm_component *component,
                  const hpm_charge_result *result, double weight)
{
    const hpm_account *account = exposure->portfolio->account;
    (void)result;
    for (uint32_t i = 0; i < account->declared_count; i++)
        line[hpm_line_of_declared(exposure, i)] +=
            weight * row_charge(exposure, component, &hpm_account_declared(account)[i]);
}

const hpm_charge_kind hpm_charge_declared = {
    .value = value,
    .share = share,
    .fills = hpm_fills_gross,
};
