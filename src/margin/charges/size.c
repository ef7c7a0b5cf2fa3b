/* Charge `size`: a share of the index price per unit of net perpetual, future and balance.
 * Source: docs/MODEL.md, section 5. */
#include <math.h>

#include "base/field_rows.h"
#include "margin/charge.h"

static const hpm_field fields[] = {
    HPM_ROW_REAL(hpm_component, rule.size., perpetual, "1", 0, 10, 0,
                 "share of the index price per unit of net perpetual"),
    HPM_ROW_REAL(hpm_component, rule.size., future, "1", 0, 10, 0,
                 "share of the index price per unit of net future, per expiry"),
    HPM_ROW_REAL(hpm_component, rule.size., balance, "1", 0, 10, 0,
                 "share of the index price per unit of a coin's balance"),
};

const hpm_record hpm_size_record =
    HPM_RECORD("size", hpm_component, fields, "A share of the index price per unit held");

static double rate_of(const hpm_rule_size *rule, hpm_kind kind)
{
    if (kind == HPM_PERPETUAL) return rule->perpetual;
    return kind == HPM_FUTURE ? rule->future : 0;
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

/* Net units of one kind over runs first..end; with `line`, `per_unit` of each also goes to its
 * holding's line. */
static double sum_units(double *line, const hpm_exposure *exposure, uint32_t first, uint32_t end,
                        hpm_kind kind, double per_unit)
{
    const hpm_portfolio *portfolio = exposure->portfolio;
    double units = 0;
    for (uint32_t h = portfolio->runs[first].first; h < portfolio->runs[end - 1].end; h++) {
        if (exposure->catalog->instruments[portfolio->holdings[h].instrument].kind != kind)
            continue;
        units += exposure->units[h];
        if (line) line[h] += per_unit * exposure->units[h];
    }
    return units;
}

/* Charge of one expiry (or the perpetuals): per net unit. */
static double expiry_charge(double *line, const hpm_exposure *exposure, uint32_t first,
                            uint32_t end, const hpm_rule_size *rule, double spot, double weight)
{
    hpm_kind kind = charged_kind(exposure, first);
    double per_unit = rate_of(rule, kind) * spot;
    if (per_unit == 0) return 0;
    double net = sum_units(NULL, exposure, first, end, kind, 0);
    if (line)
        sum_units(line, exposure, first, end, kind, weight * (net < 0 ? -per_unit : per_unit));
    return fabs(net) * per_unit;
}

/* A balance of a coin that the account has exposure to; borrowed coins are charged too. */
static double balance_charge(double *line, const hpm_exposure *exposure, const hpm_group *group,
                             const hpm_rule_size *rule, double weight)
{
    const hpm_account *account = exposure->portfolio->account;
    uint32_t balance = hpm_find_balance(account, group->asset);
    if (balance == HPM_NONE || rule->balance == 0) return 0;
    double amount = hpm_e8_to_double(hpm_account_balances(account)[balance].amount.e8);
    double charge = fabs(amount) * rule->balance * hpm_group_spot(exposure, group);
    if (line) line[hpm_line_of_balance(exposure, balance)] += weight * charge;
    return charge;
}

/* The value; with `line`, also the shares. */
static double charge_all(double *line, const hpm_exposure *exposure, const hpm_rule_size *rule,
                         double weight)
{
    double charge = 0;
    for (uint32_t g = 0; g < exposure->group_count; g++) {
        const hpm_group *group = &exposure->groups[g];
        double spot = hpm_group_spot(exposure, group);
        for (uint32_t run = group->run_first, end; run < group->run_end; run = end) {
            end = hpm_expiry_end(exposure, run);
            charge += expiry_charge(line, exposure, run, end, rule, spot, weight);
        }
        charge += balance_charge(line, exposure, group, rule, weight);
    }
    return charge;
}

static hpm_charge_result value(const hpm_exposure *exposure, const hpm_component *component)
{
    return hpm_charge_of(charge_all(NULL, exposure, &component->rule.size, 0));
}

static void share(double *line, const hpm_exposure *exposure, const hpm_component *component,
                  const hpm_charge_result *result, double weight)
{
    (void)result;
    charge_all(line, exposure, &component->rule.size, weight);
}

const hpm_charge_kind hpm_charge_size = {
    .reads_positions = hpm_always,
    .value = value,
    .share = share,
};
