/* A PMRM_2 case as a world of one coin: USD counts, USDC settles, BASE is the underlying, and every
 * collateral is an asset of its own. */
#include "pmrm2.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { USD, USDC, BASE, COLLATERAL };

/* ---- Volatility --------------------------------------------------------------------------- */

/* ln(K/F) is held to this many standard deviations of the slice's least variance. */
#define SVI_DEVIATIONS_MAX 4.0
#define SVI_VARIANCE_MAX   144.0

/* Source: lyra-utils, src/math/SVI.sol. Forward and time are those of the fit. */
hpm_status pmrm2_vol(double *vol, const pmrm2_feed *feed, double strike, hpm_error *error)
{
    double furthest = SVI_DEVIATIONS_MAX * sqrt(feed->svi.a + feed->svi.b * feed->svi.sigma);
    double k = strike > 0 ? log(strike / feed->svi_forward) : -INFINITY;
    double variance = hpm_svi_at(&feed->svi, fmin(fmax(k, -furthest), furthest)).variance;
    if (!(variance >= 0 && furthest >= 0 && feed->svi_years > 0))
        return hpm_fail(error, HPM_E_RANGE, "SVIparam", "no variance at strike %g", strike);
    *vol = sqrt(fmin(variance, SVI_VARIANCE_MAX) / feed->svi_years);
    return HPM_OK;
}

/* ---- Rows --------------------------------------------------------------------------------- */

static hpm_curve_point curve_of(const pmrm2_feed *feed)
{
    double variable = feed->forward_variable, fixed = feed->forward_fixed;
    hpm_curve_point point = {{variable, feed->confidence, 0}, feed->rate, 0, 0};
    if (fixed == 0) return point;
    /* Halves are exact: settlement = 1/2 * 2 fixed + 1/2 * 2 variable. */
    point.observed_share = variable > 0 ? 0.5 : 1;
    point.observed_price = variable > 0 ? 2 * fixed : fixed;
    point.forward.value = variable > 0 ? 2 * variable : fixed;
    return point;
}

/* The library prices what is alive: an instant before expiry (another for each feed), and without
 * volatility, an option is worth what it pays. */
static int64_t expiry_of(const conform_world *world, const pmrm2_case *portfolio, uint32_t feed)
{
    int64_t ahead = portfolio->feeds[feed].to_expiry_ns;
    return world->now_ns + (ahead > 0 ? ahead : 1 + (int64_t)feed);
}

static hpm_status option_row(world_row *row, const conform_world *world,
                             const pmrm2_case *portfolio, uint32_t index, hpm_error *error)
{
    const pmrm2_option *option = &portfolio->options[index];
    const pmrm2_feed *feed = &portfolio->feeds[option->feed];
    char where[CONFORM_WHERE_SIZE];
    conform_where_item(where, "Options", index);
    if (feed->to_expiry_ns > 100 * HPM_YEAR_NS)
        return hpm_fail(error, HPM_E_RANGE, where, "expires in more than a century");
    row->what = (hpm_instrument){.kind = HPM_OPTION,
                                 .payoff = HPM_LINEAR,
                                 .underlying = BASE,
                                 .settlement = USDC,
                                 .lot = {HPM_E8},
                                 .strike = option->strike,
                                 .is_call = option->is_call,
                                 .expiry_ns = expiry_of(world, portfolio, option->feed)};
    snprintf(row->what.name, sizeof row->what.name, "derive:option-%u", index);
    row->confidence = feed->confidence;
    row->curve = curve_of(feed);
    row->entry_price = NAN;
    hpm_status status = HPM_OK;
    if (feed->to_expiry_ns > 0) status = pmrm2_vol(&row->vol, feed, option->strike, error);
    if (status != HPM_OK) return status;
    return world_contracts(&row->what.contract_size, &row->contracts, option->amount_e18, where,
                           error);
}

static hpm_status perp_row(world_row *row, const pmrm2_case *portfolio, hpm_error *error)
{
    row->what = (hpm_instrument){.name = "derive:perp",
                                 .kind = HPM_PERPETUAL,
                                 .payoff = HPM_LINEAR,
                                 .underlying = BASE,
                                 .settlement = USDC,
                                 .lot = {HPM_E8}};
    row->mark = portfolio->perp_price;
    row->confidence = portfolio->perp_confidence;
    row->entry_price = NAN;
    return world_contracts(&row->what.contract_size, &row->contracts, portfolio->perp_e18,
                           "NumPerps", error);
}

static hpm_status make_rows(conform_world *world, const pmrm2_case *portfolio, hpm_error *error)
{
    hpm_status status = HPM_OK;
    for (uint32_t i = 0; i < portfolio->option_count && status == HPM_OK; i++)
        status = option_row(&world->rows[world->row_count++], world, portfolio, i, error);
    if (status == HPM_OK && portfolio->perp_e18 != 0)
        status = perp_row(&world->rows[world->row_count++], portfolio, error);
    return status;
}

/* ---- Assets ------------------------------------------------------------------------------- */

/* Balances have eight decimals. One with more is counted in a unit that is as small as its number
 * allows, and the price with it. */
static void put_collateral(world_asset *asset, char name[HPM_ASSET_NAME_SIZE], uint32_t index,
                           const pmrm2_collateral *in, double spot_confidence)
{
    double units = 1;
    while (fabs(in->amount) * units < 1e8 && units < 1e9)
        units *= 10;
    pmrm2_collateral_name(name, index);
    /* Doubt in the index is doubt in all collateral, also where nothing is held on it. */
    *asset = (world_asset){name, HPM_ASSET_TOKEN, in->price / units,
                           fmin(in->confidence, spot_confidence),
                           (int64_t)rint(in->amount * units * 1e8)};
    if (in->amount == 0) asset->price = 1;
}

/* Cash and P&L are rounded together, once. P&L goes to the perpetual as its funding, or to the
 * balance if there is none. */
static hpm_status put_cash(conform_world *world, const pmrm2_case *portfolio, hpm_error *error)
{
    const conform_wide e10 = 10000000000;
    conform_wide sum = portfolio->cash_e18 + portfolio->pnl_e18;
    int64_t total = 0, pnl = 0;
    hpm_status status =
        conform_narrow(&total, (sum + (sum < 0 ? -e10 : e10) / 2) / e10, "Cash", error);
    if (status == HPM_OK && portfolio->perp_e18 != 0) {
        world_row *perp = &world->rows[world->row_count - 1];
        status = conform_narrow(&pnl, portfolio->pnl_e18 / e10, "UnrealisedPerpPNL", error);
        perp->funding_e8 = pnl;
    }
    world->assets[USDC].balance_e8 = total - pnl;
    return status;
}

/* ---- Results ------------------------------------------------------------------------------ */

static double value_of(const pmrm2_result *result, const hpm_rulebook *rulebook, const char *name)
{
    return result->run.reference.value[world_component(rulebook, name)];
}

static void read_result(pmrm2_result *out, const pmrm2_case *portfolio, const pmrm2_rules *rules)
{
    const hpm_rulebook *rulebook = &rules->document.rulebook;
    const hpm_margin *reference = &out->run.reference;
    double span = value_of(out, rulebook, "span");
    out->mtm = reference->equity_real;
    out->initial = reference->equity_real - value_of(out, rulebook, "initial");
    out->maintenance = reference->equity_real - value_of(out, rulebook, "maintenance");
    out->forward = -value_of(out, rulebook, "forward");
    out->perp = -value_of(out, rulebook, "perpetuals");
    out->perp_initial = -value_of(out, rulebook, "perpetuals_initial");
    out->option = -value_of(out, rulebook, "options");
    out->option_initial = -value_of(out, rulebook, "options_initial");
    out->collateral = -value_of(out, rulebook, "collateral");
    out->collateral_initial = -value_of(out, rulebook, "collateral_initial");
    out->oracle = -value_of(out, rulebook, "oracle");
    /* Expired and out of the money, an option is worth the least of numbers under the least
     * volatility: of that no factor can be told. */
    out->factor = isnormal(span) ? value_of(out, rulebook, "span_initial") / span : NAN;
    for (uint32_t i = 0; i < portfolio->option_count; i++)
        out->expiry_value[portfolio->options[i].feed] += out->run.row_value[i];
    for (uint32_t i = 0; i < rules->scenario_count; i++)
        out->scenario_pnl[i] = out->run.scenario_pnl[rules->scenarios[i].column];
}

static hpm_status run_world(pmrm2_result *result, conform_world *world, const pmrm2_case *portfolio,
                            const pmrm2_rules *rules, hpm_error *error)
{
    hpm_status status = make_rows(world, portfolio, error);
    if (status == HPM_OK) status = put_cash(world, portfolio, error);
    if (status == HPM_OK) status = world_run(&result->run, world, error);
    if (status == HPM_OK) read_result(result, portfolio, rules);
    return status;
}

hpm_status pmrm2_run(pmrm2_result *result, const pmrm2_case *portfolio, const pmrm2_rules *rules,
                     hpm_error *error)
{
    char names[PMRM2_COLLATERAL_MAX][HPM_ASSET_NAME_SIZE];
    world_asset assets[COLLATERAL + PMRM2_COLLATERAL_MAX] = {
        [USD] = {"USD", HPM_ASSET_FIAT, 1, 1, 0},
        [USDC] = {"USDC", HPM_ASSET_STABLECOIN, portfolio->stable, 1, 0},
        [BASE] = {"BASE", HPM_ASSET_COIN, portfolio->spot, portfolio->spot_confidence, 0},
    };
    conform_world world = {.account = portfolio->name,
                           .now_ns =
                               INT64_C(1672531200000000000), /* cases tell times to expiry only */
                           .assets = assets,
                           .asset_count = COLLATERAL + portfolio->collateral_count,
                           .rulebook = &rules->document.rulebook};
    memset(result, 0, sizeof *result);
    for (uint32_t i = 0; i < portfolio->collateral_count; i++)
        put_collateral(&assets[COLLATERAL + i], names[i], i, &portfolio->collateral[i],
                       portfolio->spot_confidence);
    world.rows = calloc(portfolio->option_count + 1U, sizeof *world.rows);
    if (!world.rows) return hpm_fail(error, HPM_E_MEMORY, NULL, "out of memory");
    hpm_status status = run_world(result, &world, portfolio, rules, error);
    free(world.rows);
    return status;
}
