/* Builds the library's objects of one case and runs both paths of the engine. */
#include "world.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bound.h"
#include "io/arena_new.h"
#include "risk/array.h"

/* Everything of one run, so that it can be freed together. */
typedef struct engine_run {
    hpm_catalog catalog;
    hpm_market market;
    hpm_risk_array array;
    hpm_portfolio portfolio;
    hpm_totals totals;
    hpm_account *account;
    hpm_arena catalog_arena, market_arena, array_arena, totals_arena, scratch;
} engine_run;

static void run_free(engine_run *run)
{
    hpm_arena_free(&run->catalog_arena);
    hpm_arena_free(&run->market_arena);
    hpm_arena_free(&run->array_arena);
    hpm_arena_free(&run->totals_arena);
    hpm_arena_free(&run->scratch);
    free(run->account);
}

/* ---- Catalog ------------------------------------------------------------------------------ */

static hpm_status make_catalog(engine_run *run, const conform_world *world, hpm_error *error)
{
    hpm_asset *assets = calloc(world->asset_count + 1U, sizeof *assets);
    hpm_instrument *rows = calloc(world->row_count + 1U, sizeof *rows);
    hpm_status status = HPM_E_MEMORY;
    if (!assets || !rows) {
        hpm_fail(error, status, NULL, "out of memory");
    } else {
        for (uint32_t i = 0; i < world->asset_count; i++) {
            assert(strlen(world->assets[i].name) < sizeof assets[i].name);
            strcpy(assets[i].name, world->assets[i].name);
            assets[i].kind = world->assets[i].kind;
        }
        for (uint32_t i = 0; i < world->row_count; i++)
            rows[i] = world->rows[i].what;
        status = hpm_arena_new(&run->catalog_arena,
                               hpm_catalog_size(world->asset_count, world->row_count), error);
        if (status == HPM_OK)
            status = hpm_catalog_init(&run->catalog, &run->catalog_arena, assets,
                                      world->asset_count, rows, world->row_count, error);
    }
    free(assets);
    free(rows);
    return status;
}

static uint32_t asset_id(const engine_run *run, const conform_world *world, uint32_t position)
{
    uint32_t id = hpm_catalog_find_asset(&run->catalog, world->assets[position].name);
    assert(id != HPM_NONE);
    return id;
}

/* ---- Market ------------------------------------------------------------------------------- */

static void set_inputs(engine_run *run, const conform_world *world)
{
    for (uint32_t i = 0; i < world->asset_count; i++) {
        const world_asset *asset = &world->assets[i];
        run->market.asset_price[asset_id(run, world, i)] =
            (hpm_input){asset->price, asset->confidence, 0};
    }
    for (uint32_t i = 0; i < world->row_count; i++) {
        const world_row *row = &world->rows[i];
        uint32_t id = hpm_catalog_find_instrument(&run->catalog, row->what.name);
        int is_option = row->what.kind == HPM_OPTION;
        hpm_input *input = is_option ? &run->market.vol[id] : &run->market.mark[id];
        *input = (hpm_input){is_option ? row->vol : row->mark, row->confidence, 0};
        uint32_t expiry = run->catalog.instruments[id].expiry;
        if (is_option) run->market.curve[expiry] = row->curve;
    }
}

static hpm_status make_market(engine_run *run, const conform_world *world, hpm_error *error)
{
    hpm_status status = hpm_arena_new(&run->market_arena, hpm_market_size(&run->catalog), error);
    if (status == HPM_OK)
        status = hpm_market_begin(&run->market, &run->market_arena, &run->catalog,
                                  asset_id(run, world, 0), world->now_ns, error);
    if (status != HPM_OK) return status;
    set_inputs(run, world);
    return hpm_market_finish(&run->market, error);
}

/* ---- Account ------------------------------------------------------------------------------ */

typedef struct account_rows {
    hpm_balance *balances;
    hpm_position *positions;
    hpm_declared *declared;
    uint32_t balance_count, position_count;
} account_rows;

static void collect_rows(account_rows *rows, const engine_run *run, const conform_world *world)
{
    for (uint32_t i = 0; i < world->asset_count; i++)
        if (world->assets[i].balance_e8 != 0)
            rows->balances[rows->balance_count++] =
                (hpm_balance){asset_id(run, world, i), {world->assets[i].balance_e8}};
    for (uint32_t i = 0; i < world->row_count; i++) {
        const world_row *row = &world->rows[i];
        uint32_t id = hpm_catalog_find_instrument(&run->catalog, row->what.name);
        if (row->contracts != 0)
            rows->positions[rows->position_count++] =
                (hpm_position){id, {row->contracts * HPM_E8}, row->entry_price, {row->funding_e8}};
    }
    for (uint32_t i = 0; i < world->declared_count; i++) {
        rows->declared[i] = world->declared[i];
        rows->declared[i].asset = asset_id(run, world, world->declared[i].asset);
    }
}

static hpm_status init_account(engine_run *run, const conform_world *world,
                               const account_rows *rows, hpm_error *error)
{
    run->account =
        malloc(hpm_account_size(rows->balance_count, rows->position_count, world->declared_count));
    if (!run->account) return hpm_fail(error, HPM_E_MEMORY, NULL, "out of memory");
    return hpm_account_init(run->account, world->account, rows->balances, rows->balance_count,
                            rows->positions, rows->position_count, rows->declared,
                            world->declared_count, &run->catalog, error);
}

static hpm_status make_account(engine_run *run, const conform_world *world, hpm_error *error)
{
    account_rows rows = {calloc(world->asset_count + 1U, sizeof(hpm_balance)),
                         calloc(world->row_count + 1U, sizeof(hpm_position)),
                         calloc(world->declared_count + 1U, sizeof(hpm_declared)), 0, 0};
    hpm_status status = HPM_E_MEMORY;
    if (!rows.balances || !rows.positions || !rows.declared) {
        hpm_fail(error, status, NULL, "out of memory");
    } else {
        collect_rows(&rows, run, world);
        status = init_account(run, world, &rows, error);
    }
    free(rows.balances);
    free(rows.positions);
    free(rows.declared);
    return status;
}

/* ---- Array and totals --------------------------------------------------------------------- */

static hpm_status make_array(engine_run *run, const hpm_context *context,
                             const conform_world *world, hpm_error *error)
{
    hpm_status status = hpm_arena_new(&run->array_arena,
                                      hpm_risk_array_size(&run->catalog, world->rulebook), error);
    if (status == HPM_OK)
        status = hpm_risk_array_init(&run->array, &run->array_arena, &run->catalog, world->rulebook,
                                     error);
    if (status == HPM_OK) status = hpm_risk_array_begin(&run->array, &run->market, error);
    if (status == HPM_OK)
        hpm_risk_array_fill(context, &run->array, 0, run->catalog.instrument_count);
    return status;
}

static hpm_status make_totals(engine_run *run, const hpm_context *context, hpm_error *error)
{
    uint32_t positions = run->account->position_count;
    hpm_status status = hpm_arena_new(
        &run->totals_arena, hpm_portfolio_size(positions) + hpm_totals_size(&run->array, positions),
        error);
    if (status == HPM_OK)
        status = hpm_portfolio_init(&run->portfolio, &run->totals_arena, run->account, &run->array,
                                    error);
    if (status == HPM_OK)
        status =
            hpm_totals_init(&run->totals, &run->totals_arena, &run->array, &run->portfolio, error);
    if (status == HPM_OK)
        status = hpm_totals_apply(context, &run->totals, &run->array, &run->portfolio, error);
    return status;
}

/* ---- Both paths --------------------------------------------------------------------------- */

/* Scenario P&L by the reference path: a breakdown without totals. */
static hpm_status read_scenarios(world_result *result, engine_run *run, hpm_error *error)
{
    hpm_breakdown breakdown;
    uint32_t count = run->array.scenario_count;
    hpm_status status =
        hpm_margin_breakdown(&breakdown, &run->scratch, &run->array, &run->portfolio, NULL, error);
    if (status != HPM_OK) return status;
    if (count == 0) return HPM_OK;
    if (breakdown.underlying_count > 1)
        return hpm_fail(error, HPM_E_UNSUPPORTED, NULL, "more than one underlying in a case");
    result->scenario_pnl = calloc(count, sizeof *result->scenario_pnl);
    if (!result->scenario_pnl) return hpm_fail(error, HPM_E_MEMORY, NULL, "out of memory");
    if (breakdown.underlying_count == 1)
        memcpy(result->scenario_pnl, breakdown.scenario_pnl, count * sizeof(double));
    return HPM_OK;
}

/* Values by the reference path; rows that are not held have none. */
static hpm_status read_values(world_result *result, engine_run *run, const conform_world *world,
                              hpm_error *error)
{
    const hpm_risk_array *array = &run->array;
    double *row = calloc(array->stride, sizeof *row);
    result->row_value = calloc(world->row_count + 1U, sizeof *result->row_value);
    for (uint32_t i = 0; row && result->row_value && i < world->row_count; i++) {
        uint32_t id = hpm_catalog_find_instrument(&run->catalog, world->rows[i].what.name);
        if (world->rows[i].contracts == 0) continue;
        hpm_risk_row_reference(row, array, id);
        result->row_value[i] =
            (double)world->rows[i].contracts * row[array->extra + HPM_COLUMN_VALUE];
    }
    hpm_status status = row && result->row_value ? HPM_OK : HPM_E_MEMORY;
    free(row);
    return status == HPM_OK ? status : hpm_fail(error, status, NULL, "out of memory");
}

static hpm_status evaluate(world_result *result, engine_run *run, const conform_world *world,
                           hpm_error *error)
{
    uint32_t positions = run->account->position_count;
    hpm_status status = hpm_arena_new(&run->scratch,
                                      hpm_margin_scratch_size(&run->array, positions) +
                                          hpm_breakdown_size(&run->array, run->account),
                                      error);
    if (status == HPM_OK)
        status = hpm_margin_reference(&result->reference, &run->scratch, &run->array,
                                      &run->portfolio, error);
    if (status == HPM_OK)
        status = hpm_margin_evaluate(&result->exact, &run->scratch, &run->array, &run->portfolio,
                                     &run->totals, error);
    if (status == HPM_OK) status = conform_bound(result, &run->array, &run->portfolio, error);
    if (status == HPM_OK) status = read_scenarios(result, run, error);
    if (status == HPM_OK) status = read_values(result, run, world, error);
    return status;
}

hpm_status world_run(world_result *result, const conform_world *world, hpm_error *error)
{
    hpm_context context;
    engine_run run;
    memset(&run, 0, sizeof run);
    memset(result, 0, sizeof *result);
    hpm_status status = hpm_context_init(&context, HPM_ISA_BASE, error);
    if (status == HPM_OK) status = make_catalog(&run, world, error);
    if (status == HPM_OK) status = make_market(&run, world, error);
    if (status == HPM_OK) status = make_account(&run, world, error);
    if (status == HPM_OK) status = make_array(&run, &context, world, error);
    if (status == HPM_OK) status = make_totals(&run, &context, error);
    if (status == HPM_OK) status = evaluate(result, &run, world, error);
    if (status != HPM_OK) world_result_free(result);
    run_free(&run);
    return status;
}

void world_result_free(world_result *result)
{
    free(result->scenario_pnl);
    free(result->row_value);
    result->scenario_pnl = result->row_value = NULL;
}

/* ---- Help for suites ---------------------------------------------------------------------- */

uint32_t world_component(const hpm_rulebook *rulebook, const char *name)
{
    const hpm_component *components = rulebook->components.items;
    uint32_t i = 0;
    while (i < rulebook->components.count && strcmp(components[i].name, name) != 0)
        i++;
    assert(i < rulebook->components.count);
    return i;
}

hpm_status world_contracts(double *contract_size, int64_t *contracts, conform_wide amount_e18,
                           const char *where, hpm_error *error)
{
    const conform_wide unit = (conform_wide)1000000000000000000;
    const conform_wide few = 1000000; /* more lots than this blur the integer path's bound */
    conform_wide amount = amount_e18 < 0 ? -amount_e18 : amount_e18;
    int64_t sign = amount_e18 < 0 ? -1 : 1;
    if (amount > unit * 10000000000) return hpm_fail(error, HPM_E_RANGE, where, "above 1e10 units");
    conform_wide step = unit;
    for (double size = 1; step >= unit / 1000000; step /= 10, size *= 10)
        if (amount % step == 0 && amount / step <= few) {
            *contract_size = 1 / size;
            *contracts = sign * (int64_t)(amount / step);
            return HPM_OK;
        }
    int64_t count = 1;
    while (amount > unit * count)
        count *= 10;
    *contract_size = (double)amount / (1e18 * (double)count);
    *contracts = sign * count;
    return HPM_OK;
}

hpm_status world_round(int64_t *out, conform_wide value, conform_wide divisor, const char *where,
                       hpm_error *error)
{
    conform_wide half = value < 0 ? -divisor / 2 : divisor / 2;
    return conform_narrow(out, (value + half) / divisor, where, error);
}

/* With three decimals the rounding that is left is worth 1e-8 USD. */
hpm_status world_unit_for(world_unit *out, conform_wide amount_e18, const char *where,
                          hpm_error *error)
{
    enum { DECIMALS_MAX = 3 };
    conform_wide divisor = 10000000000;
    out->per_coin = 1;
    for (int i = 0; i < DECIMALS_MAX && amount_e18 % divisor != 0; i++) {
        divisor /= 10;
        out->per_coin *= 10;
    }
    return world_round(&out->balance_e8, amount_e18, divisor, where, error);
}
