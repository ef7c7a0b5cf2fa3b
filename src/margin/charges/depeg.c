/* Charge `depeg`: stablecoins leave their pegs.
 *
 * The net exposure to a stablecoin is the account's equity in it: balance (or debt), unrealised
 * P&L, funding and marks. One coin at a time falls, or rises if it is owed, by its depeg_shock: the
 * worst of all is charged. On top, each coin that is already below the threshold charges slope *
 * (threshold - price) of its exposure, whichever way that is. The reporting currency is
 * worth 1 by definition. */
#include <math.h>

#include "base/field_rows.h"
#include "margin/charge.h"
#include "margin/coin.h"
#include "margin/fills.h"

static const hpm_field fields[] = {
    HPM_ROW_REAL(hpm_component, rule.depeg., threshold, "reporting currency", 0, 10, 0,
                 "price below which a stablecoin is charged for having left its peg"),
    HPM_ROW_REAL(hpm_component, rule.depeg., slope, "1", 0, 100, 0,
                 "charge per unit of price below the threshold, share of the exposure"),
};

const hpm_record hpm_depeg_record = HPM_RECORD(
    "depeg", hpm_component, fields, "The worst stablecoin leaves its peg; those that have left it");

static int is_pegged(const hpm_exposure *exposure, uint32_t asset)
{
    return exposure->catalog->assets[asset].kind == HPM_ASSET_STABLECOIN &&
           asset != exposure->market->reporting;
}

/* Share of the exposure that is charged because the coin is below the threshold. */
static double reactive_rate(const hpm_exposure *exposure, uint32_t asset,
                            const hpm_rule_depeg *rule)
{
    double below = rule->threshold - exposure->market->asset_price[asset].value;
    return below > 0 ? rule->slope * below : 0;
}

static double exposure_to(const hpm_exposure *exposure, uint32_t asset)
{
    return fabs(exposure->coin_equity[asset]) * exposure->price[asset];
}

/* The coin whose depeg costs most, HPM_NONE if none costs anything; ties: the first. */
static uint32_t find_worst(const hpm_exposure *exposure, double *worst)
{
    uint32_t found = HPM_NONE;
    *worst = 0;
    for (uint32_t i = 0; i < exposure->equity_count; i++) {
        uint32_t asset = exposure->equity_assets[i];
        if (!is_pegged(exposure, asset)) continue;
        double loss =
            exposure_to(exposure, asset) * exposure->array->collateral_rule[asset]->depeg_shock;
        if (loss > *worst || isnan(loss)) {
            *worst = loss;
            found = asset;
        }
    }
    return found;
}

static hpm_charge_result value(const hpm_exposure *exposure, const hpm_component *component)
{
    hpm_charge_result result = hpm_charge_of(0);
    find_worst(exposure, &result.value);
    for (uint32_t i = 0; i < exposure->equity_count; i++) {
        uint32_t asset = exposure->equity_assets[i];
        if (is_pegged(exposure, asset))
            result.value += exposure_to(exposure, asset) *
                            reactive_rate(exposure, asset, &component->rule.depeg);
    }
    return result;
}

static void share(double *line, const hpm_exposure *exposure, const hpm_component *component,
                  const hpm_charge_result *result, double weight)
{
    double unused;
    uint32_t worst = find_worst(exposure, &unused);
    (void)result;
    for (uint32_t i = 0; i < exposure->equity_count; i++) {
        uint32_t asset = exposure->equity_assets[i];
        if (!is_pegged(exposure, asset)) continue;
        double rate = reactive_rate(exposure, asset, &component->rule.depeg);
        if (asset == worst) rate += exposure->array->collateral_rule[asset]->depeg_shock;
        if (rate == 0) continue;
        double per_coin = weight * rate * exposure->price[asset];
        hpm_equity_share(line, exposure, asset,
                         exposure->coin_equity[asset] < 0 ? -per_coin : per_coin);
    }
}

/* Exposures grow with what is owned, and with what is owed. */
static double fills_worst(const hpm_fills *fills, const hpm_component *component, double rho,
                          const hpm_fill_share *share)
{
    const hpm_exposure *exposure = fills->exposure;
    double sum = 0, worst = 0, worst_rate = 0;
    uint32_t worst_asset = HPM_NONE;
    (void)rho;
    for (uint32_t asset = 0; asset < exposure->catalog->asset_count; asset++) {
        if (!is_pegged(exposure, asset) || isnan(exposure->price[asset])) continue;
        hpm_interval coins = hpm_fills_coins(fills, asset);
        double size = hpm_largest(coins);
        double rate =
            reactive_rate(exposure, asset, &component->rule.depeg) * exposure->price[asset];
        double shock =
            exposure->array->collateral_rule[asset]->depeg_shock * exposure->price[asset];
        sum += size * rate;
        if (share) hpm_fills_share_coins(share, fills, asset, hpm_is_high(coins), rate);
        if (!(size * shock > worst)) continue;
        worst = size * shock;
        worst_rate = shock;
        worst_asset = asset;
    }
    if (share && worst_asset != HPM_NONE)
        hpm_fills_share_coins(share, fills, worst_asset,
                              hpm_is_high(hpm_fills_coins(fills, worst_asset)), worst_rate);
    return sum + worst;
}

const hpm_charge_kind hpm_charge_depeg = {
    .value = value,
    .share = share,
    .fills = fills_worst,
};
