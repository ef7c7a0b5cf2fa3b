/* Charge `size`: a share of the index price per unit of net perpetual, future and balance.
 * Source: Derive PMRM, static contingencies. */
#include <math.h>

#include "base/field_rows.h"
#include "margin/charge.h"

static const hpm_field fields[] = {
    HPM_ROW_REAL(hpm_component, rule.size., perpetual, "1", 0, 1, 0,
                 "share of the index price per unit of net perpetual"),
    HPM_ROW_REAL(hpm_component, rule.size., future, "1", 0, 1, 0,
                 "share of the index price per unit of net future, per expiry"),
    HPM_ROW_REAL(hpm_component, rule.size., balance, "1", 0, 1, 0,
                 "share of the index price per unit of a coin's balance"),
};

const hpm_record hpm_size_record =
    HPM_RECORD("size", hpm_component, fields, "A share of the index price per unit held");

static double rate_of(const hpm_rule_size *rule, hpm_kind kind)
{
    if (kind == HPM_PERPETUAL) return rule->perpetual;
    return kind == HPM_FUTURE ? rule->future : 0;
}

/* Net units of one kind over the holdings of runs first..end. */
static double net_units(const hpm_exposure *exposure, uint32_t first, uint32_t end, hpm_kind kind)
{
    const hpm_portfolio *portfolio = exposure->portfolio;
    double units = 0;
    for (uint32_t h = portfolio->runs[first].first; h < portfolio->runs[end - 1].end; h++)
        if (exposure->catalog->instruments[portfolio->holdings[h].instrument].kind == kind)
            units +=
                exposure->units[h];
    return units;
}

/* The kind that an expiry's runs are charged for. */
static hpm_kind charged_kind(const hpm_exposure *exposure, uint32_t run)
{
    static const hpm_kind kinds[] = {
        [HPM_BUCKET_SPOT] = HPM_SPOT,
        [HPM_BUCKET_PERPETUAL] = HPM_PERPETUAL,
        [HPM_BUCKET_DATED] = HPM_FUTURE,
    };
    return kinds[hpm_run_bucket(exposure, run)->kind];
}

/* A balance of a coin that the account has exposure to; borrowed coins are charged too. */
static double balance_charge(const hpm_exposure *exposure, const hpm_group *group,
                             const hpm_rule_size *rule, uint32_t *balance)
{
    *balance = hpm_find_balance(exposure->portfolio->account, group->asset);
    if (*balance == HPM_NONE || rule->balance == 0) return 0;
    double amount = hpm_e8_to_double(
        hpm_account_balances(exposure->portfolio->account)[*balance].amount.e8);
    return fabs(amount) * rule->balance * hpm_group_spot(exposure, group);
}

static hpm_charge_result value(const hpm_exposure *exposure, const hpm_component *component)
{
    const hpm_rule_size *rule = &component->rule.size;
    hpm_charge_result result = {0, HPM_NONE, HPM_NONE};
    uint32_t balance;
    for (uint32_t g = 0; g < exposure->group_count; g++) {
        const hpm_group *group = &exposure->groups[g];
        double spot = hpm_group_spot(exposure, group);
        for (uint32_t run = group->run_first, end; run < group->run_end; run = end) {
            hpm_kind kind = charged_kind(exposure, run);
            end = hpm_expiry_end(exposure, run);
            if (rate_of(rule, kind) != 0)
                result.value +=
                    fabs(net_units(exposure, run, end, kind)) * rate_of(rule, kind) * spot;
        }
        result.value += balance_charge(exposure, group, rule, &balance);
    }
    return result;
}

static void share_expiry(double *line, const hpm_exposure *exposure, uint32_t first, uint32_t end,
                         hpm_kind kind, double per_unit)
{
    const hpm_portfolio *portfolio = exposure->portfolio;
    double sign = net_units(exposure, first, end, kind) < 0 ? -1 : 1;
    for (uint32_t h = portfolio->runs[first].first; h < portfolio->runs[end - 1].end; h++)
        if (exposure->catalog->instruments[portfolio->holdings[h].instrument].kind == kind)
            line[h] += sign * per_unit *
                       exposure->units[h];
}

static void share(double *line, const hpm_exposure *exposure, const hpm_component *component,
                  const hpm_charge_result *result, double weight)
{
    const hpm_rule_size *rule = &component->rule.size;
    uint32_t balance;
    (void)result;
    for (uint32_t g = 0; g < exposure->group_count; g++) {
        const hpm_group *group = &exposure->groups[g];
        double spot = hpm_group_spot(exposure, group);
        for (uint32_t run = group->run_first, end; run < group->run_end; run = end) {
            hpm_kind kind = charged_kind(exposure, run);
            end = hpm_expiry_end(exposure, run);
            if (rate_of(rule, kind) != 0)
                share_expiry(line, exposure, run, end, kind, weight * rate_of(rule, kind) * spot);
        }
        double charge = balance_charge(exposure, group, rule, &balance);
        if (charge != 0) line[hpm_line_of_balance(exposure, balance)] += weight * charge;
    }
}

const hpm_charge_kind hpm_charge_size = {
    .value = value,
    .share = share,
};
