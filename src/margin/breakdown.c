/* The breakdown: the margin again with everything that people ask of it. Computes no figure twice:
 * the margin inside it is the one that hpm_margin_evaluate gives. */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "margin/collateral.h"
#include "margin/compose.h"
#include "margin/pocket.h"
#include "margin/scenario_pnl.h"

size_t hpm_breakdown_size(const hpm_risk_array *array, const hpm_account *account)
{
    size_t lines =
        (size_t)account->position_count + account->balance_count + account->declared_count;
    size_t assets = array->catalog->asset_count;
    size_t bytes = hpm_exposure_size(array, account->position_count);
    bytes += hpm_pocket_size(array, account->position_count);
    bytes += hpm_aligned_size(lines * sizeof(hpm_margin_line));
    bytes += 2 * hpm_aligned_size(lines * sizeof(double));
    bytes += 2 * hpm_aligned_size(assets * sizeof(uint32_t));
    bytes += hpm_aligned_size(assets * array->scenario_count * sizeof(double));
    bytes += hpm_aligned_size(account->position_count * sizeof(hpm_greeks));
    return bytes + 2 * hpm_aligned_size(account->balance_count * sizeof(double));
}

static void take_memory(hpm_breakdown *out, hpm_arena *arena, const hpm_exposure *exposure)
{
    const hpm_portfolio *portfolio = exposure->portfolio;
    out->line_count = hpm_line_count(portfolio);
    out->underlying_count = exposure->group_count;
    out->lines = hpm_arena_take(arena, out->line_count, sizeof *out->lines);
    out->underlyings = hpm_arena_take(arena, out->underlying_count, sizeof *out->underlyings);
    out->scenario_pnl =
        hpm_arena_take(arena, (size_t)out->underlying_count * exposure->array->scenario_count,
                       sizeof *out->scenario_pnl);
    out->worst_columns = hpm_arena_take(arena, out->underlying_count, sizeof *out->worst_columns);
    out->greeks = hpm_arena_take(arena, portfolio->run_count, sizeof *out->greeks);
    out->collateral_value =
        hpm_arena_take(arena, portfolio->account->balance_count, sizeof(double));
    out->collateral_haircut =
        hpm_arena_take(arena, portfolio->account->balance_count, sizeof(double));
    assert(out->lines && out->underlyings && out->scenario_pnl && out->worst_columns &&
           out->greeks && out->collateral_value &&
           out->collateral_haircut); /* hpm_breakdown_size counts them */
}

/* ---- Contributions ------------------------------------------------------------------------ */

static hpm_money *line_amount(hpm_margin_line *line, int is_initial)
{
    return is_initial ? &line->initial : &line->maintenance;
}

/* Rounds each share and gives what is left of the exact total to the largest line, the first of
 * equals, so that the lines sum to the requirement to the last digit. */
static hpm_status round_shares(hpm_breakdown *out, const double *shares, hpm_money total,
                               int is_initial, hpm_error *error)
{
    int64_t left = total.e8;
    uint32_t largest = 0;
    for (uint32_t i = 0; i < out->line_count; i++) {
        int64_t *amount = &line_amount(&out->lines[i], is_initial)->e8;
        hpm_status status = hpm_e8_from_double(amount, shares[i], HPM_ROUND_HALF_EVEN);
        if (status == HPM_OK) status = hpm_e8_add(&left, left, -*amount);
        if (status != HPM_OK)
            return hpm_fail(error, status, "contributions", "a line's share is too large (%g)",
                            shares[i]);
        if (fabs(shares[i]) > fabs(shares[largest])) largest = i;
    }
    if (left == 0) return HPM_OK;
    assert(out->line_count > 0); /* nothing held needs nothing */
    int64_t *amount = &line_amount(&out->lines[largest], is_initial)->e8;
    return hpm_e8_add(amount, *amount, left);
}

/* The margin, and what each line contributes to it. */
static hpm_status contribute(hpm_breakdown *out, hpm_arena *arena, hpm_composition *composition,
                             const hpm_exposure *exposure, hpm_error *error)
{
    const hpm_line_shares shares = {hpm_arena_take(arena, out->line_count, sizeof(double)),
                                    hpm_arena_take(arena, out->line_count, sizeof(double))};
    assert(shares.initial && shares.maintenance); /* hpm_breakdown_size counts them */
    hpm_status status = hpm_margin_compose(&out->margin, composition, &shares, exposure, error);
    if (status == HPM_OK) status = round_shares(out, shares.initial, out->margin.initial, 1, error);
    if (status == HPM_OK)
        status = round_shares(out, shares.maintenance, out->margin.maintenance, 0, error);
    return status;
}

static hpm_status value_line(hpm_margin_line *line, hpm_line_kind kind, uint32_t id, double value,
                             hpm_error *error)
{
    line->kind = kind;
    line->id = id;
    hpm_status status = hpm_e8_from_double(&line->value.e8, value, HPM_ROUND_HALF_EVEN);
    if (status == HPM_OK) return HPM_OK;
    return hpm_fail(error, status, "value of a line", "%s (%g)", hpm_status_text(status), value);
}

static hpm_status name_lines(hpm_breakdown *out, const hpm_exposure *exposure, hpm_error *error)
{
    const hpm_portfolio *portfolio = exposure->portfolio;
    const hpm_account *account = portfolio->account;
    hpm_margin_line *line = out->lines;
    hpm_status status = HPM_OK;
    for (uint32_t h = 0; h < portfolio->holding_count && status == HPM_OK; h++) {
        uint32_t id = portfolio->holdings[h].instrument;
        uint32_t settlement = exposure->catalog->instruments[id].settlement;
        double value = hpm_holding_column(exposure, h, exposure->array->extra + HPM_COLUMN_VALUE) +
                       exposure->unrealised[h];
        status =
            value_line(line++, HPM_LINE_POSITION, id, value * exposure->price[settlement], error);
    }
    for (uint32_t i = 0; i < account->balance_count && status == HPM_OK; i++)
        status = value_line(line++, HPM_LINE_BALANCE, hpm_account_balances(account)[i].asset,
                            hpm_balance_value(exposure, i), error);
    for (uint32_t i = 0; i < account->declared_count && status == HPM_OK; i++)
        status =
            value_line(line++, HPM_LINE_DECLARED, hpm_account_declared(account)[i].asset, 0, error);
    return status;
}

/* ---- Tables ------------------------------------------------------------------------------- */

/* The first component that aggregates a set shows how its scenarios are read. */
static void fill_scenarios(hpm_breakdown *out, const hpm_exposure *exposure)
{
    const hpm_component *components = exposure->rulebook->components.items;
    uint32_t columns = exposure->array->scenario_count;
    for (uint32_t g = 0; g < exposure->group_count; g++) {
        double *row = out->scenario_pnl + (size_t)g * columns;
        out->underlyings[g] = exposure->groups[g].asset;
        for (uint32_t c = 0; c < columns; c++)
            row[c] = NAN;
        for (uint32_t i = 0; i < exposure->rulebook->components.count; i++) {
            hpm_pnl_view view;
            if (!hpm_pnl_view_of(&view, exposure->array, &components[i])) continue;
            if (isnan(row[view.first]))
                hpm_group_pnl(row + view.first, exposure, &exposure->groups[g], &view);
        }
    }
}

static void fill_worst(hpm_breakdown *out, const hpm_exposure *exposure,
                       const hpm_composition *composition)
{
    const hpm_charge_result *root = &composition->results[exposure->rulebook->initial_index];
    for (uint32_t g = 0; g < exposure->group_count; g++)
        out->worst_columns[g] = HPM_NONE;
    if (out->margin.worst_column == HPM_NONE) return;
    const hpm_component *leader =
        (const hpm_component *)exposure->rulebook->components.items + root->leader;
    hpm_charge_kinds[leader->kind]->stand(out->worst_columns, exposure, leader);
}

static hpm_greeks greeks_of(const hpm_exposure *exposure, uint32_t run)
{
    double price = exposure->market->asset_price[hpm_run_bucket(exposure, run)->underlying].value;
    double delta = hpm_run_total(exposure, run, HPM_COLUMN_DELTA);
    if (!exposure->array->with_greeks && !exposure->rulebook->greeks_read)
        return (hpm_greeks){NAN, NAN, NAN, NAN, NAN, NAN, NAN}; /* nobody filled them */
    return (hpm_greeks){
        .delta_units = delta / price,
        .delta_premium_units = hpm_run_total(exposure, run, HPM_COLUMN_DELTA_PREMIUM) / price,
        .delta = delta,
        .gamma_1pct = hpm_run_total(exposure, run, HPM_COLUMN_GAMMA),
        .vega_point = hpm_run_total(exposure, run, HPM_COLUMN_VEGA),
        .theta_day = hpm_run_total(exposure, run, HPM_COLUMN_THETA),
        .rho_bp = hpm_run_total(exposure, run, HPM_COLUMN_RHO),
    };
}

/* Units of different underlyings do not add up; values do. */
static void fill_greeks(hpm_breakdown *out, const hpm_exposure *exposure)
{
    for (uint32_t run = 0; run < exposure->portfolio->run_count; run++) {
        hpm_greeks greeks = greeks_of(exposure, run);
        out->greeks[run] = greeks;
        out->greeks_total.delta += greeks.delta;
        out->greeks_total.gamma_1pct += greeks.gamma_1pct;
        out->greeks_total.vega_point += greeks.vega_point;
        out->greeks_total.theta_day += greeks.theta_day;
        out->greeks_total.rho_bp += greeks.rho_bp;
    }
}

static void fill_collateral(hpm_breakdown *out, const hpm_exposure *exposure)
{
    for (uint32_t i = 0; i < exposure->portfolio->account->balance_count; i++) {
        out->collateral_value[i] = hpm_balance_value(exposure, i);
        out->collateral_haircut[i] = hpm_balance_haircut(exposure, i);
    }
}

hpm_status hpm_margin_breakdown(hpm_breakdown *breakdown, hpm_arena *arena,
                                const hpm_risk_array *array, const hpm_portfolio *portfolio,
                                const hpm_totals *totals, hpm_error *error)
{
    hpm_exposure exposure;
    hpm_composition composition;
    memset(breakdown, 0, sizeof *breakdown);
    breakdown->array = array;
    if (arena->capacity - arena->used < hpm_breakdown_size(array, portfolio->account))
        return hpm_fail(error, HPM_E_MEMORY, "breakdown", "the arena is too small");
    hpm_status status = hpm_exposure_init(&exposure, arena, array, portfolio, totals, error);
    if (status != HPM_OK) return status;
    take_memory(breakdown, arena, &exposure);
    status = contribute(breakdown, arena, &composition, &exposure, error);
    if (status == HPM_OK) status = name_lines(breakdown, &exposure, error);
    if (status != HPM_OK) return status;
    fill_scenarios(breakdown, &exposure);
    fill_worst(breakdown, &exposure, &composition);
    fill_greeks(breakdown, &exposure);
    fill_collateral(breakdown, &exposure);
    return HPM_OK;
}
