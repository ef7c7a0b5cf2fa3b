/* A PMRM version 1 case as a world of one coin: USD counts, USDC settles, ETH is the underlying. */
#include "pmrm1.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { USD, USDC, ETH, ASSETS };

/* ---- Rows --------------------------------------------------------------------------------- */

static hpm_curve_point curve_of(const pmrm1_option *option, const world_unit *unit)
{
    hpm_curve_point point = {{0, option->confidence, 0}, option->rate, 0, 0};
    double variable = option->forward_variable / unit->per_coin;
    double fixed = option->forward_fixed / unit->per_coin;
    point.forward.value = variable;
    if (fixed == 0) return point;
    /* Halves are exact: settlement = 1/2 * 2 fixed + 1/2 * 2 variable. */
    point.observed_share = variable > 0 ? 0.5 : 1;
    point.observed_price = variable > 0 ? 2 * fixed : fixed;
    point.forward.value = variable > 0 ? 2 * variable : fixed;
    return point;
}

static hpm_status option_row(world_row *row, const pmrm1_option *option, const world_unit *unit,
                             int64_t now_ns, uint32_t index, hpm_error *error)
{
    char where[CONFORM_WHERE_SIZE];
    conform_where_item(where, "option amounts", index);
    int has_expired = option->to_expiry_ns <= 0;
    if (option->to_expiry_ns > 100 * HPM_YEAR_NS)
        return hpm_fail(error, HPM_E_RANGE, where, "expires in more than a century");
    memset(row, 0, sizeof *row);
    row->what = (hpm_instrument){.kind = HPM_OPTION,
                                 .payoff = HPM_LINEAR,
                                 .underlying = ETH,
                                 .settlement = USDC,
                                 .lot = {HPM_E8},
                                 .strike = option->strike / unit->per_coin,
                                 .is_call = option->is_call,
                                 /* The library prices what is alive: an instant before expiry, and
                                  * without volatility, an option is worth what it pays. */
                                 .expiry_ns = now_ns + (has_expired ? 1 : option->to_expiry_ns)};
    snprintf(row->what.name, sizeof row->what.name, "derive:option-%u", index);
    row->vol = has_expired ? 0 : option->vol;
    row->confidence = option->confidence;
    row->curve = curve_of(option, unit);
    row->entry_price = NAN;
    hpm_status status = world_contracts(&row->what.contract_size, &row->contracts,
                                        option->amount_e18, where, error);
    row->what.contract_size *= unit->per_coin;
    return status;
}

static hpm_status perp_row(world_row *row, const pmrm1_case *portfolio, const world_unit *unit,
                           uint32_t index, hpm_error *error)
{
    const pmrm1_perp *perp = &portfolio->perps[index];
    memset(row, 0, sizeof *row);
    row->what = (hpm_instrument){.kind = HPM_PERPETUAL,
                                 .payoff = HPM_LINEAR,
                                 .underlying = ETH,
                                 .settlement = USDC,
                                 .lot = {HPM_E8}};
    snprintf(row->what.name, sizeof row->what.name, "derive:perp-%u", index);
    row->mark = portfolio->perp_price / unit->per_coin;
    row->confidence = portfolio->perp_confidence;
    row->entry_price = perp->entry_price / unit->per_coin;
    hpm_status status = world_contracts(&row->what.contract_size, &row->contracts, perp->amount_e18,
                                        "Perps", error);
    row->what.contract_size *= unit->per_coin;
    return status;
}

/* Rows of one expiry must agree, because an expiry has one forward; the least confidence of them
 * speaks for all. */
static hpm_status join_expiries(world_row *rows, uint32_t count, hpm_error *error)
{
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t k = 0; k < i; k++) {
            hpm_curve_point *mine = &rows[i].curve, *theirs = &rows[k].curve;
            if (rows[i].what.expiry_ns != rows[k].what.expiry_ns) continue;
            if (mine->forward.value != theirs->forward.value ||
                mine->observed_price != theirs->observed_price ||
                mine->rate_annual != theirs->rate_annual)
                return hpm_fail(error, HPM_E_DUPLICATE, "Forwards",
                                "rows %u and %u have one expiry and different forwards or rates", k,
                                i);
            double least = fmin(mine->forward.confidence, theirs->forward.confidence);
            mine->forward.confidence = theirs->forward.confidence = least;
        }
    return HPM_OK;
}

static hpm_status make_rows(conform_world *world, const pmrm1_case *portfolio,
                            const world_unit *unit, hpm_error *error)
{
    hpm_status status = HPM_OK;
    for (uint32_t i = 0; i < portfolio->option_count && status == HPM_OK; i++)
        status = option_row(&world->rows[world->row_count++], &portfolio->options[i], unit,
                            world->now_ns, i, error);
    if (status == HPM_OK) status = join_expiries(world->rows, world->row_count, error);
    for (uint32_t i = 0; i < portfolio->perp_count && status == HPM_OK; i++)
        if (portfolio->perps[i].amount_e18 != 0)
            status = perp_row(&world->rows[world->row_count++], portfolio, unit, i, error);
    return status;
}

/* ---- Cash --------------------------------------------------------------------------------- */

/* Cash and P&L are rounded together, once. P&L goes to the first perpetual as its funding, or to
 * the balance if there is none. */
static hpm_status set_cash(conform_world *world, world_row *perp, const pmrm1_case *portfolio,
                           hpm_error *error)
{
    const conform_wide e10 = 10000000000;
    int64_t total = 0, pnl = 0;
    hpm_status status =
        world_round(&total, portfolio->cash_e18 + portfolio->pnl_e18, e10, "Cash", error);
    if (status == HPM_OK && perp)
        status = world_round(&pnl, portfolio->pnl_e18, e10, "UnrealisedPerpPNL", error);
    if (perp) perp->funding_e8 = pnl;
    if (status == HPM_OK)
        status = conform_narrow(&world->assets[USDC].balance_e8, (conform_wide)total - pnl, "Cash",
                                error);
    return status;
}

/* ---- Run ---------------------------------------------------------------------------------- */

static double value_of(const world_result *run, const hpm_rulebook *rulebook, const char *name)
{
    return run->reference.value[world_component(rulebook, name)];
}

static void read_result(pmrm1_result *out, const world_result *run, const hpm_rulebook *rulebook)
{
    const hpm_margin *reference = &run->reference;
    double unscaled = value_of(run, rulebook, "maintenance");
    out->mtm = reference->equity_real;
    out->initial = reference->equity_real - reference->initial_real;
    out->maintenance = reference->equity_real - reference->maintenance_real;
    out->scenario_worst = -value_of(run, rulebook, "spot_vol");
    out->forward = -value_of(run, rulebook, "forward");
    out->perp = -value_of(run, rulebook, "size_perpetual");
    out->base = -value_of(run, rulebook, "size_balance");
    out->option = -value_of(run, rulebook, "naked");
    out->oracle = -value_of(run, rulebook, "oracle");
    out->loss_factor = unscaled > 0 ? value_of(run, rulebook, "scaled") / unscaled : NAN;
    out->reference = run->reference;
    out->exact = run->exact;
    out->equity_bound = run->equity_bound;
    out->initial_bound = run->initial_bound;
    out->maintenance_bound = run->maintenance_bound;
}

static hpm_status run_world(pmrm1_result *result, conform_world *world, const pmrm1_case *portfolio,
                            const world_unit *unit, hpm_error *error)
{
    world_result run;
    hpm_status status = make_rows(world, portfolio, unit, error);
    world_row *last = world->row_count > 0 ? &world->rows[world->row_count - 1] : NULL;
    int has_perp = last && last->what.kind == HPM_PERPETUAL;
    if (status == HPM_OK) status = set_cash(world, has_perp ? last : NULL, portfolio, error);
    if (status == HPM_OK) status = world_run(&run, world, error);
    if (status != HPM_OK) return status;
    read_result(result, &run, world->rulebook);
    world_result_free(&run);
    return HPM_OK;
}

hpm_status pmrm1_run(pmrm1_result *result, const pmrm1_case *portfolio,
                     const hpm_rulebook *rulebook, hpm_error *error)
{
    world_unit unit;
    hpm_status status = world_unit_for(&unit, portfolio->base_e18, "Base", error);
    if (status != HPM_OK) return status;
    world_asset assets[ASSETS] = {
        [USD] = {"USD", HPM_ASSET_FIAT, 1, 1, 0},
        [USDC] = {"USDC", HPM_ASSET_STABLECOIN, portfolio->stable, 1, 0},
        [ETH] = {"ETH", HPM_ASSET_COIN, portfolio->spot / unit.per_coin, portfolio->spot_confidence,
                 unit.balance_e8},
    };
    conform_world world = {.account = portfolio->name,
                           .now_ns =
                               INT64_C(1672531200000000000), /* cases tell times to expiry only */
                           .assets = assets,
                           .asset_count = ASSETS,
                           .rulebook = rulebook};
    world.rows = calloc(portfolio->option_count + portfolio->perp_count + 1U, sizeof *world.rows);
    if (!world.rows) return hpm_fail(error, HPM_E_MEMORY, NULL, "out of memory");
    status = run_world(result, &world, portfolio, &unit, error);
    free(world.rows);
    return status;
}

void pmrm1_compare_exact(conform_tally *tally, const pmrm1_result *result)
{
    const hpm_margin *exact = &result->exact, *reference = &result->reference;
    conform_compare(tally, "integers.equity", hpm_e8_to_double(exact->equity.e8),
                    reference->equity_real, result->equity_bound);
    conform_compare(tally, "integers.initial", hpm_e8_to_double(exact->initial.e8),
                    reference->initial_real, result->initial_bound);
    conform_compare(tally, "integers.maintenance", hpm_e8_to_double(exact->maintenance.e8),
                    reference->maintenance_real, result->maintenance_bound);
}
