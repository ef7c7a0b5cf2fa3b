/* A standard margin case as a world of two coins: USD counts, USDC settles. */
#include "srm.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { USD, USDC, FIRST_COIN, ASSETS = FIRST_COIN + SRM_MARKETS };

static const char *const coins[SRM_MARKETS] = {[SRM_ETH] = "ETH", [SRM_BTC] = "BTC"};

hpm_status srm_market_of(int *market, const char *name, const char *where, hpm_error *error)
{
    for (*market = 0; *market < SRM_MARKETS; ++*market)
        if (strcasecmp(name, coins[*market]) == 0) return HPM_OK;
    return hpm_fail(error, HPM_E_UNSUPPORTED, where, "neither eth nor btc (%.20s)", name);
}

/* What of a world is being built, and in which unit each coin is counted. */
typedef struct builder {
    conform_world world;
    const srm_case *portfolio;
    world_unit units[SRM_MARKETS];
} builder;

/* ---- Rows --------------------------------------------------------------------------------- */

static hpm_instrument instrument_of(int market, hpm_kind kind, const char *name, uint32_t index)
{
    hpm_instrument out = {.kind = kind,
                          .payoff = HPM_LINEAR,
                          .underlying = FIRST_COIN + (uint32_t)market,
                          .settlement = USDC,
                          .lot = {HPM_E8}};
    snprintf(out.name, sizeof out.name, "derive:%s-%u", name, index);
    return out;
}

/* Contracts of units of the coin. */
static hpm_status set_amount(world_row *row, const world_unit *unit, conform_wide amount_e18,
                             const char *where, hpm_error *error)
{
    hpm_status status =
        world_contracts(&row->what.contract_size, &row->contracts, amount_e18, where, error);
    row->what.contract_size *= unit->per_coin;
    return status;
}

/* The library prices what is alive: an instant before expiry, and without volatility, an option is
 * worth what it pays. */
static hpm_status option_row(world_row *row, const builder *made, uint32_t index, hpm_error *error)
{
    const srm_option *option = &made->portfolio->options[index];
    const world_unit *unit = &made->units[option->market];
    char where[CONFORM_WHERE_SIZE];
    int has_expired = option->to_expiry_ns <= 0;
    conform_where_item(where, "option amounts", index);
    if (option->to_expiry_ns > 100 * HPM_YEAR_NS)
        return hpm_fail(error, HPM_E_RANGE, where, "expires in more than a century");
    *row = (world_row){.what = instrument_of(option->market, HPM_OPTION, "option", index),
                       .vol = has_expired ? 0 : option->vol,
                       .confidence = option->vol_confidence,
                       .entry_price = NAN};
    row->what.strike = option->strike / unit->per_coin;
    row->what.is_call = option->is_call;
    row->what.expiry_ns = made->world.now_ns + (has_expired ? 1 : option->to_expiry_ns);
    row->curve.forward =
        (hpm_input){option->forward / unit->per_coin, option->forward_confidence, 0};
    row->curve.observed_share = option->observed_share;
    row->curve.observed_price = option->observed_price / unit->per_coin;
    return set_amount(row, unit, option->amount_e18, where, error);
}

static hpm_status perp_row(world_row *row, const builder *made, uint32_t index, hpm_error *error)
{
    const srm_perp *perp = &made->portfolio->perps[index];
    const srm_market *market = &made->portfolio->markets[perp->market];
    const world_unit *unit = &made->units[perp->market];
    char where[CONFORM_WHERE_SIZE];
    conform_where_item(where, "perps", index);
    *row = (world_row){.what = instrument_of(perp->market, HPM_PERPETUAL, "perp", index),
                       .mark = market->perp_price / unit->per_coin,
                       .confidence = market->perp_confidence,
                       .entry_price = perp->entry_price / unit->per_coin};
    hpm_status status = set_amount(row, unit, perp->amount_e18, where, error);
    if (status == HPM_OK)
        status = hpm_e8_from_double(&row->funding_e8, perp->funding, HPM_ROUND_HALF_EVEN);
    return status;
}

/* Rows of one expiry must agree, because an expiry has one forward; the least confidence of them
 * speaks for all. */
static hpm_status join_expiries(world_row *rows, uint32_t count, hpm_error *error)
{
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t k = 0; k < i; k++) {
            hpm_curve_point *mine = &rows[i].curve, *theirs = &rows[k].curve;
            if (rows[i].what.underlying != rows[k].what.underlying ||
                rows[i].what.expiry_ns != rows[k].what.expiry_ns)
                continue;
            if (mine->forward.value != theirs->forward.value)
                return hpm_fail(error, HPM_E_DUPLICATE, "Forwards",
                                "rows %u and %u have one expiry and different forwards", k, i);
            double least = fmin(mine->forward.confidence, theirs->forward.confidence);
            mine->forward.confidence = theirs->forward.confidence = least;
        }
    return HPM_OK;
}

static hpm_status make_rows(builder *made, hpm_error *error)
{
    conform_world *world = &made->world;
    hpm_status status = HPM_OK;
    for (uint32_t i = 0; i < made->portfolio->option_count && status == HPM_OK; i++)
        status = option_row(&world->rows[world->row_count++], made, i, error);
    if (status == HPM_OK) status = join_expiries(world->rows, world->row_count, error);
    for (uint32_t i = 0; i < made->portfolio->perp_count && status == HPM_OK; i++)
        if (made->portfolio->perps[i].amount_e18 != 0)
            status = perp_row(&world->rows[world->row_count++], made, i, error);
    return status;
}

static hpm_status make_assets(builder *made, world_asset assets[ASSETS], hpm_error *error)
{
    const srm_case *portfolio = made->portfolio;
    hpm_status status = HPM_OK;
    assets[USD] = (world_asset){"USD", HPM_ASSET_FIAT, 1, 1, 0};
    assets[USDC] = (world_asset){"USDC", HPM_ASSET_STABLECOIN, portfolio->stable, 1, 0};
    for (int m = 0; m < SRM_MARKETS && status == HPM_OK; m++) {
        const srm_market *market = &portfolio->markets[m];
        status = world_unit_for(&made->units[m], market->base_e18, coins[m], error);
        assets[FIRST_COIN + m] =
            (world_asset){coins[m], HPM_ASSET_COIN, market->spot / made->units[m].per_coin,
                          market->spot_confidence, made->units[m].balance_e8};
    }
    if (status == HPM_OK)
        status =
            world_round(&assets[USDC].balance_e8, portfolio->cash_e18, 10000000000, "Cash", error);
    return status;
}

/* ---- Run ---------------------------------------------------------------------------------- */

static double value_of(const world_result *run, const hpm_rulebook *rulebook, const char *name)
{
    return run->reference.value[world_component(rulebook, name)];
}

static double base_value(const builder *made)
{
    double value = 0;
    for (int m = 0; m < SRM_MARKETS; m++)
        value += hpm_e8_to_double(made->units[m].balance_e8) * made->portfolio->markets[m].spot /
                 made->units[m].per_coin;
    return value / made->portfolio->stable;
}

/* The engine's charge for options is what the margin lacks of their value. */
static void read_result(srm_result *out, const world_result *run, const builder *made)
{
    const hpm_rulebook *rulebook = made->world.rulebook;
    const hpm_margin *reference = &run->reference;
    out->mtm = reference->equity_real;
    out->margin[0] = reference->equity_real - reference->maintenance_real;
    out->margin[1] = reference->equity_real - reference->initial_real;
    out->options[0] = -value_of(run, rulebook, "options_mm");
    out->options[1] = -value_of(run, rulebook, "options");
    out->base = base_value(made) - value_of(run, rulebook, "base_mm");
    out->perp = -value_of(run, rulebook, "perpetuals_mm");
    out->oracle = -value_of(run, rulebook, "oracle");
    out->depeg = -value_of(run, rulebook, "depeg");
    out->reference = run->reference;
    out->exact = run->exact;
    out->equity_bound = run->equity_bound;
    out->initial_bound = run->initial_bound;
    out->maintenance_bound = run->maintenance_bound;
}

static hpm_status run_rows(srm_result *result, builder *made, hpm_error *error)
{
    world_result run;
    hpm_status status = make_rows(made, error);
    if (status == HPM_OK) status = world_run(&run, &made->world, error);
    if (status != HPM_OK) return status;
    read_result(result, &run, made);
    world_result_free(&run);
    return HPM_OK;
}

hpm_status srm_run(srm_result *result, const srm_case *portfolio, const hpm_rulebook *rulebook,
                   hpm_error *error)
{
    world_asset assets[ASSETS];
    builder made = {.portfolio = portfolio};
    hpm_status status = make_assets(&made, assets, error);
    if (status != HPM_OK) return status;
    made.world = (conform_world){.account = portfolio->name,
                                 .now_ns = INT64_C(1672531200000000000), /* 2023-01-01 */
                                 .assets = assets,
                                 .asset_count = ASSETS,
                                 .rulebook = rulebook};
    made.world.rows =
        calloc(portfolio->option_count + portfolio->perp_count + 1U, sizeof *made.world.rows);
    if (!made.world.rows) return hpm_fail(error, HPM_E_MEMORY, NULL, "out of memory");
    status = run_rows(result, &made, error);
    free(made.world.rows);
    return status;
}

void srm_compare_exact(conform_tally *tally, const srm_result *result)
{
    const hpm_margin *exact = &result->exact, *reference = &result->reference;
    conform_compare(tally, "integers.equity", hpm_e8_to_double(exact->equity.e8),
                    reference->equity_real, result->equity_bound);
    conform_compare(tally, "integers.initial", hpm_e8_to_double(exact->initial.e8),
                    reference->initial_real, result->initial_bound);
    conform_compare(tally, "integers.maintenance", hpm_e8_to_double(exact->maintenance.e8),
                    reference->maintenance_real, result->maintenance_bound);
}
