/* Equity in one asset and the coins of an underlying, in total and line by line. */
#include "margin/coin.h"

void hpm_equity_share(double *line, const hpm_exposure *exposure, uint32_t asset, double per_unit)
{
    const hpm_portfolio *portfolio = exposure->portfolio;
    uint32_t balance = hpm_find_balance(portfolio->account, asset);
    if (balance != HPM_NONE)
        line[hpm_line_of_balance(exposure, balance)] +=
            per_unit *
            hpm_e8_to_double(hpm_account_balances(portfolio->account)[balance].amount.e8);
    for (uint32_t h = 0; h < portfolio->holding_count; h++) {
        const hpm_instrument *row =
            &exposure->catalog->instruments[portfolio->holdings[h].instrument];
        if (row->settlement != asset) continue;
        double value = hpm_holding_column(exposure, h, exposure->array->extra + HPM_COLUMN_VALUE);
        line[h] += per_unit * (value + exposure->unrealised[h]);
    }
}

double hpm_group_coins(const hpm_exposure *exposure, const hpm_group *group)
{
    double coins = exposure->coin_equity[group->asset];
    if (exposure->catalog->assets[group->asset].kind != HPM_ASSET_COIN) return 0;
    for (uint32_t run = group->run_first; run < group->run_end; run++)
        if (hpm_run_bucket(exposure, run)->settlement == group->asset)
            coins -= hpm_run_total(exposure, run, HPM_COLUMN_VALUE);
    return coins;
}

void hpm_coins_share(double *line, const hpm_exposure *exposure, const hpm_group *group,
                     double per_unit)
{
    const uint32_t column = exposure->array->extra + HPM_COLUMN_VALUE;
    if (exposure->catalog->assets[group->asset].kind != HPM_ASSET_COIN) return;
    hpm_equity_share(line, exposure, group->asset, per_unit);
    for (uint32_t run = group->run_first; run < group->run_end; run++) {
        const hpm_bucket_run *held = &exposure->portfolio->runs[run];
        if (hpm_run_bucket(exposure, run)->settlement != group->asset) continue;
        for (uint32_t h = held->first; h < held->end; h++)
            line[h] -= per_unit * hpm_holding_column(exposure, h, column);
    }
}
