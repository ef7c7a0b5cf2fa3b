/* Turns scenarios into arrays per expiry: see hpm/scenario.h for the formulas. */
#include "risk/shock.h"

#include <assert.h>
#include <math.h>

#include "math/elementary.h"
#include "risk/array.h"

size_t hpm_shock_table_size(const hpm_catalog *catalog, uint32_t width)
{
    size_t expiries = catalog->expiry_count;
    return hpm_aligned_size(sizeof(hpm_shock_table)) +
           6 * hpm_aligned_size(expiries * width * sizeof(double)) +
           4 * hpm_aligned_size(expiries * sizeof(double)) +
           hpm_aligned_size(width * sizeof(hpm_scenario));
}

/* Takes `count` arrays of `items` doubles; 0 when the arena is full. */
static int take_arrays(hpm_arena *arena, double ***arrays, size_t count, size_t items)
{
    for (size_t i = 0; i < count; i++) {
        *arrays[i] = hpm_arena_take(arena, items, sizeof(double));
        if (!*arrays[i]) return 0;
    }
    return 1;
}

hpm_shock_table *hpm_shock_table_new(hpm_arena *arena, const hpm_catalog *catalog, uint32_t width)
{
    size_t expiries = catalog->expiry_count;
    hpm_shock_table *table = hpm_arena_take(arena, 1, sizeof *table);
    if (!table) return NULL;
    table->width = width;
    double **cells[] = {&table->forward,   &table->vol_mult, &table->vol_add,
                        &table->vol_floor, &table->sqrt_tau, &table->discount};
    double **rows[] = {&table->base_forward, &table->base_sqrt_tau, &table->base_discount,
                       &table->basis_move};
    table->scenario = hpm_arena_take(arena, width, sizeof *table->scenario);
    return table->scenario && take_arrays(arena, cells, 6, expiries * width) &&
                   take_arrays(arena, rows, 4, expiries)
               ? table
               : NULL;
}

hpm_scenario hpm_scenario_of_column(const hpm_rulebook *rulebook, uint32_t column,
                                    const hpm_scenario_set **set)
{
    const hpm_scenario_set *sets = rulebook->sets.items;
    uint32_t s = rulebook->sets.count - 1;
    assert(column < rulebook->scenario_count);
    while (rulebook->set_first[s] > column)
        s--;
    *set = &sets[s];
    return hpm_scenario_set_at(&sets[s], column - rulebook->set_first[s]);
}

double hpm_scenario_price_move(const hpm_rulebook *rulebook, const hpm_scenario_set *set,
                               const hpm_scenario *scenario, const char *asset)
{
    return hpm_rulebook_price_move(set->price_unit, hpm_rulebook_underlying(rulebook, asset),
                                   scenario->price);
}

double hpm_basis_move(const hpm_underlying_rule *rule, double tau_years)
{
    double carried = hpm_expm1(rule->basis_annual * tau_years);
    return carried > rule->basis_minimum ? carried : rule->basis_minimum;
}

hpm_settlement hpm_settlement_of(const hpm_rulebook *rulebook, const hpm_curve_point *point)
{
    if (rulebook->fade_s > 0) return (hpm_settlement){0, hpm_curve_settlement_forward(point)};
    return (hpm_settlement){point->observed_share * point->observed_price,
                            (1 - point->observed_share) * point->forward.value};
}

double hpm_fade_of(const hpm_rulebook *rulebook, double tau_years)
{
    double seconds = tau_years * 31536000;
    return seconds < rulebook->fade_s ? seconds / rulebook->fade_s : 1;
}

/* What the market says of one expiry. */
typedef struct expiry_state {
    hpm_settlement settlement;
    const double *move; /* [width] of the underlying */
    double tau_years, vol_atm, basis_move, rate;
} expiry_state;

static expiry_state state_of(const hpm_risk_array *array, uint32_t expiry)
{
    const hpm_expiry *row = &array->catalog->expiries[expiry];
    expiry_state state;
    state.settlement = hpm_settlement_of(array->rulebook, &array->market->curve[expiry]);
    state.move = array->price_move + (size_t)row->underlying * array->extra;
    state.tau_years = array->tau_years[expiry];
    state.vol_atm = array->market->vol_atm[expiry].value;
    state.basis_move = hpm_basis_move(array->underlying_rule[row->underlying], state.tau_years);
    state.rate = hpm_discount_rate(array, expiry);
    return state;
}

/* Observed part of the settlement average stands still; the rest moves. */
static double shocked_forward(const expiry_state *state, double move, double basis_shift)
{
    return state->settlement.still + hpm_shocked_price(state->settlement.moving, move, basis_shift);
}

static void set_vol(hpm_shock_table *table, size_t cell, const expiry_state *state,
                    const hpm_scenario_set *set, const hpm_scenario *scenario, double term_factor)
{
    double shock = scenario->vol * term_factor;
    double relative = set->vol_unit == HPM_VOL_RELATIVE ? 1 + shock : 1;
    table->vol_mult[cell] = relative > 0 ? relative : 0;
    table->vol_add[cell] = 0;
    if (set->vol_unit == HPM_VOL_POINTS) table->vol_add[cell] = shock;
    if (set->vol_unit == HPM_VOL_ATM_UNITS && scenario->vol != 0)
        table->vol_add[cell] = shock * state->vol_atm;
    table->vol_floor[cell] = scenario->vol > 0 ? set->vol_minimum_up : 0;
}

static double discount_at(const expiry_state *state, double tau)
{
    return state->rate == 0 ? 1 : hpm_exp(-state->rate * tau);
}

static void fill_base(hpm_shock_table *table, uint32_t expiry, const expiry_state *state)
{
    table->basis_move[expiry] = state->basis_move;
    table->base_forward[expiry] = shocked_forward(state, 0, 0);
    table->base_sqrt_tau[expiry] = sqrt(state->tau_years);
    table->base_discount[expiry] = discount_at(state, state->tau_years);
}

static void set_time(hpm_shock_table *table, size_t cell, uint32_t expiry,
                     const expiry_state *state, double time_days)
{
    table->sqrt_tau[cell] = table->base_sqrt_tau[expiry];
    table->discount[cell] = table->base_discount[expiry];
    if (time_days == 0) return;
    double tau = state->tau_years - time_days / 365;
    if (!(tau > 0)) tau = 0;
    table->sqrt_tau[cell] = sqrt(tau);
    table->discount[cell] = discount_at(state, tau);
}

static void pad_expiry(hpm_shock_table *table, uint32_t expiry, uint32_t from)
{
    for (uint32_t column = from; column < table->width; column++) {
        size_t cell = (size_t)expiry * table->width + column;
        table->forward[cell] = table->base_forward[expiry];
        table->vol_mult[cell] = 1;
        table->vol_add[cell] = 0;
        table->vol_floor[cell] = 0;
        table->sqrt_tau[cell] = table->base_sqrt_tau[expiry];
        table->discount[cell] = table->base_discount[expiry];
    }
}

static void fill_set(hpm_risk_array *array, uint32_t expiry, uint32_t set_index,
                     const expiry_state *state)
{
    const hpm_scenario_set *set = (const hpm_scenario_set *)array->rulebook->sets.items + set_index;
    hpm_shock_table *table = array->shocks;
    uint32_t first = array->rulebook->set_first[set_index];
    double term_factor = hpm_scenario_term_factor(set, state->tau_years * 365);
    const uint32_t count = hpm_scenario_set_count(set);
    for (uint32_t i = 0; i < count; i++) {
        const hpm_scenario *scenario = &table->scenario[first + i];
        size_t cell = (size_t)expiry * table->width + first + i;
        table->forward[cell] =
            shocked_forward(state, state->move[first + i], scenario->basis * state->basis_move);
        set_vol(table, cell, state, set, scenario, term_factor);
        set_time(table, cell, expiry, state, scenario->time_days);
    }
}

void hpm_shock_columns_fill(hpm_risk_array *array)
{
    const hpm_scenario_set *sets = array->rulebook->sets.items;
    array->shocks->by_strike = 0;
    for (uint32_t s = 0; s < array->rulebook->sets.count; s++)
        array->shocks->by_strike |= hpm_scenario_set_by_strike(&sets[s]);
    for (uint32_t column = 0; column < array->scenario_count; column++) {
        const hpm_scenario_set *set;
        hpm_scenario scenario = hpm_scenario_of_column(array->rulebook, column, &set);
        array->weight[column] = scenario.weight;
        array->shocks->scenario[column] = scenario;
        for (uint32_t a = 0; a < array->catalog->asset_count; a++)
            array->price_move[(size_t)a * array->extra + column] =
                hpm_rulebook_price_move(set->price_unit, array->underlying_rule[a], scenario.price);
    }
}

void hpm_shock_table_fill(hpm_risk_array *array, uint32_t expiry)
{
    expiry_state state = state_of(array, expiry);
    fill_base(array->shocks, expiry, &state);
    for (uint32_t s = 0; s < array->rulebook->sets.count; s++)
        fill_set(array, expiry, s, &state);
    pad_expiry(array->shocks, expiry, array->scenario_count);
}
