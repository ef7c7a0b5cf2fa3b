/* Stress: one account in many moved markets. See hpm/stress.h. */
#include "hpm/stress.h"

#include <stdio.h>

#include "base/sort.h"

/* ---- Checks ------------------------------------------------------------------------------- */

static int is_within(double value, double least, double most)
{
    return value >= least && value <= most;
}

static hpm_status check_shock(const hpm_stress_scenario *scenario, const hpm_stress_shock *shock,
                              const hpm_market *market, hpm_error *error)
{
    const struct {
        const char *name;
        double value, least, most;
    } fields[] = {
        {"price", shock->price, -HPM_STRESS_FALL_MAX, HPM_STRESS_RISE_MAX},
        {"basis", shock->basis, -HPM_STRESS_FALL_MAX, HPM_STRESS_RISE_MAX},
        {"vol", shock->vol, -1, HPM_STRESS_RISE_MAX},
        {"vol_add", shock->vol_add, -100, 100},
    };
    for (uint32_t f = 0; f < sizeof fields / sizeof fields[0]; f++)
        if (!is_within(fields[f].value, fields[f].least, fields[f].most))
            return hpm_fail(error, HPM_E_RANGE, scenario->name, "%s outside [%g, %g] (%g)",
                            fields[f].name, fields[f].least, fields[f].most, fields[f].value);
    if (shock->asset == HPM_NONE) return HPM_OK;
    if (shock->asset >= market->catalog->asset_count)
        return hpm_fail(error, HPM_E_REFERENCE, scenario->name, "no such asset (%u)", shock->asset);
    if (shock->asset == market->reporting && shock->price != 0)
        return hpm_fail(error, HPM_E_RANGE, scenario->name,
                        "the reporting asset is worth 1 by definition (%g)", shock->price);
    return HPM_OK;
}

static hpm_status check_scenario(const hpm_stress_scenario *scenario, const hpm_market *market,
                                 hpm_error *error)
{
    if (scenario->shock_count > HPM_STRESS_SHOCKS_MAX)
        return hpm_fail(error, HPM_E_LIMIT, scenario->name, "more than %d shocks (%u)",
                        HPM_STRESS_SHOCKS_MAX, scenario->shock_count);
    for (uint32_t i = 0; i < scenario->shock_count; i++) {
        hpm_status status = check_shock(scenario, &scenario->shocks[i], market, error);
        if (status != HPM_OK) return status;
        uint32_t asset = scenario->shocks[i].asset;
        for (uint32_t j = 0; j < i; j++)
            if (scenario->shocks[j].asset == asset)
                return hpm_fail(error, HPM_E_DUPLICATE, scenario->name, "moves twice (%s)",
                                asset == HPM_NONE ? "*" : market->catalog->assets[asset].name);
    }
    if (is_within(scenario->time_days, 0, HPM_STRESS_DAYS_MAX)) return HPM_OK;
    return hpm_fail(error, HPM_E_RANGE, scenario->name, "time_days outside [0, %g] (%g)",
                    HPM_STRESS_DAYS_MAX, scenario->time_days);
}

/* ---- From shocks to a move of the market -------------------------------------------------- */

static const hpm_stress_shock *find_shock(const hpm_stress_scenario *scenario, uint32_t asset)
{
    for (uint32_t i = 0; i < scenario->shock_count; i++)
        if (scenario->shocks[i].asset == asset) return &scenario->shocks[i];
    return NULL;
}

const hpm_stress_shock *hpm_stress_shock_of(const hpm_stress_scenario *scenario,
                                            const hpm_catalog *catalog, uint32_t asset)
{
    hpm_asset_kind kind = catalog->assets[asset].kind;
    const hpm_stress_shock *named = find_shock(scenario, asset);
    if (named || (kind != HPM_ASSET_COIN && kind != HPM_ASSET_TOKEN)) return named;
    return find_shock(scenario, HPM_NONE);
}

static hpm_market_move move_of(const hpm_stress *stress, const hpm_stress_scenario *scenario)
{
    const hpm_catalog *catalog = stress->desk->base->catalog;
    for (uint32_t a = 0; a < catalog->asset_count; a++) {
        const hpm_stress_shock *shock = hpm_stress_shock_of(scenario, catalog, a);
        stress->price_ratio[a] = shock ? 1 + shock->price : 1;
        stress->vol_ratio[a] = shock ? 1 + shock->vol : 1;
        stress->vol_add[a] = shock ? shock->vol_add : 0;
    }
    for (uint32_t e = 0; e < catalog->expiry_count; e++) {
        const hpm_stress_shock *shock =
            hpm_stress_shock_of(scenario, catalog, catalog->expiries[e].underlying);
        stress->forward_ratio[e] = shock ? 1 + shock->basis : 1;
    }
    return (hpm_market_move){.price_ratio = stress->price_ratio,
                             .forward_ratio = stress->forward_ratio,
                             .vol_ratio = stress->vol_ratio,
                             .vol_add = stress->vol_add,
                             .time_days = scenario->time_days};
}

/* ---- Running ------------------------------------------------------------------------------ */

size_t hpm_stress_size(const hpm_catalog *catalog, uint32_t scenario_count)
{
    return hpm_aligned_size(scenario_count * sizeof(hpm_stress_result)) +
           3 * hpm_aligned_size(catalog->asset_count * sizeof(double)) +
           hpm_aligned_size(catalog->expiry_count * sizeof(double));
}

static int take_memory(hpm_stress *stress, hpm_arena *arena, const hpm_catalog *catalog)
{
    stress->results = hpm_arena_take(arena, stress->scenario_count, sizeof *stress->results);
    stress->price_ratio = hpm_arena_take(arena, catalog->asset_count, sizeof(double));
    stress->vol_ratio = hpm_arena_take(arena, catalog->asset_count, sizeof(double));
    stress->vol_add = hpm_arena_take(arena, catalog->asset_count, sizeof(double));
    stress->forward_ratio = hpm_arena_take(arena, catalog->expiry_count, sizeof(double));
    return stress->results && stress->price_ratio && stress->vol_ratio && stress->vol_add &&
           stress->forward_ratio;
}

hpm_status hpm_stress_init(hpm_stress *stress, hpm_arena *arena, hpm_desk *desk,
                           const hpm_account *account, const hpm_stress_scenario *scenarios,
                           uint32_t scenario_count, hpm_error *error)
{
    *stress = (hpm_stress){
        .desk = desk, .account = account, .scenarios = scenarios, .scenario_count = scenario_count};
    if (scenario_count > HPM_STRESS_SCENARIOS_MAX)
        return hpm_fail(error, HPM_E_LIMIT, "scenarios", "more than %d (%u)",
                        HPM_STRESS_SCENARIOS_MAX, scenario_count);
    for (uint32_t i = 0; i < scenario_count; i++) {
        hpm_status status = check_scenario(&scenarios[i], desk->base, error);
        if (status != HPM_OK) return status;
    }
    if (!take_memory(stress, arena, desk->base->catalog))
        return hpm_fail(error, HPM_E_MEMORY, "stress", "the arena is too small");
    hpm_status status = hpm_desk_move(desk, NULL, error);
    return status == HPM_OK ? hpm_desk_margin(desk, &stress->before, account, error) : status;
}

/* What is below zero, as a positive amount. */
static int64_t below_zero(int64_t e8)
{
    return e8 < 0 ? (e8 == INT64_MIN ? INT64_MAX : -e8) : 0;
}

static hpm_status fill_result(hpm_stress_result *result, const hpm_stress *stress,
                              const hpm_margin *there, hpm_error *error)
{
    const hpm_margin *before = &stress->before;
    int64_t covered = 0;
    result->equity = there->equity;
    result->initial = there->initial;
    result->maintenance = there->maintenance;
    result->beyond_equity.e8 = below_zero(there->equity.e8);
    if (__builtin_sub_overflow(there->equity.e8, before->equity.e8, &result->pnl.e8) ||
        __builtin_add_overflow(result->pnl.e8, before->initial.e8, &covered))
        return hpm_fail(error, HPM_E_OVERFLOW, "pnl", "too large for money (%g)",
                        there->equity_real - before->equity_real);
    result->beyond_margin.e8 = result->pnl.e8 < 0 ? below_zero(covered) : 0;
    return HPM_OK;
}

/* Puts the scenario's name before the place that the error names. */
static hpm_status fail_in(const hpm_stress_scenario *scenario, hpm_status status,
                          const hpm_error *inner, hpm_error *error)
{
    char where[sizeof inner->where];
    snprintf(where, sizeof where, "%.64s: %.80s", scenario->name, inner->where);
    return hpm_fail(error, status, where, "%s", inner->message);
}

static hpm_status evaluate(hpm_stress *stress, uint32_t index, hpm_error *error)
{
    const hpm_stress_scenario *scenario = &stress->scenarios[index];
    hpm_market_move move = move_of(stress, scenario);
    hpm_stress_result *result = &stress->results[index];
    hpm_error inner;
    hpm_margin there;
    hpm_status status = hpm_desk_move(stress->desk, &move, &inner);
    if (status == HPM_OK) status = hpm_desk_margin(stress->desk, &there, stress->account, &inner);
    if (status == HPM_OK) status = fill_result(result, stress, &there, &inner);
    result->scenario = index;
    return status == HPM_OK ? HPM_OK : fail_in(scenario, status, &inner, error);
}

static int compare(const void *a, const void *b, const void *context)
{
    const hpm_stress_result *x = a, *y = b;
    (void)context;
    if (x->pnl.e8 != y->pnl.e8) return x->pnl.e8 < y->pnl.e8 ? -1 : 1;
    return x->scenario < y->scenario ? -1 : x->scenario > y->scenario;
}

hpm_status hpm_stress_step(hpm_stress *stress, uint32_t count, hpm_error *error)
{
    uint32_t left = stress->scenario_count - stress->done;
    uint32_t end = stress->done + (count < left ? count : left);
    if (left == 0) return HPM_OK;
    for (; stress->done < end; stress->done++) {
        hpm_status status = evaluate(stress, stress->done, error);
        if (status != HPM_OK) return status;
    }
    if (stress->done < stress->scenario_count) return HPM_OK;
    hpm_sort(stress->results, stress->done, sizeof *stress->results, compare, NULL);
    return hpm_desk_move(stress->desk, NULL, error);
}
