/* Turns scenarios into arrays per expiry: see hpm/scenario.h for the formulas. */
#include "risk/shock.h"

#include <assert.h>
#include <math.h>

#include "math/elementary.h"

size_t hpm_shock_table_size(const hpm_catalog *catalog, uint32_t scenario_count)
{
    size_t cells = (size_t)catalog->expiry_count * (scenario_count + 1U);
    return hpm_aligned_size(sizeof(hpm_shock_table)) + 6 * hpm_aligned_size(cells * sizeof(double));
}

hpm_shock_table *hpm_shock_table_new(hpm_arena *arena, const hpm_catalog *catalog,
                                     uint32_t scenario_count)
{
    size_t cells = (size_t)catalog->expiry_count * (scenario_count + 1U);
    hpm_shock_table *table = hpm_arena_take(arena, 1, sizeof *table);
    if (!table) return NULL;
    table->width = scenario_count + 1;
    double **arrays[] = {&table->forward,   &table->vol_mult, &table->vol_add,
                         &table->vol_floor, &table->sqrt_tau, &table->discount};
    for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++) {
        *arrays[i] = hpm_arena_take(arena, cells, sizeof(double));
        if (!*arrays[i]) return NULL;
    }
    return table;
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
    if (set->price_unit == HPM_PRICE_RATIO) return scenario->price;
    return scenario->price * hpm_rulebook_underlying(rulebook, asset)->price_range;
}

double hpm_scenario_price(double price, double move, const hpm_scenario *scenario,
                          double basis_move)
{
    return price * (1 + move) * (1 + scenario->basis * basis_move);
}

double hpm_basis_move(const hpm_underlying_rule *rule, double tau_years)
{
    double carried = hpm_expm1(rule->basis_annual * tau_years);
    return carried > rule->basis_minimum ? carried : rule->basis_minimum;
}

/* What the market says of one expiry. */
typedef struct expiry_state {
    const hpm_curve_point *point;
    const hpm_underlying_rule *rule;
    double tau_years, vol_atm, basis_move, rate;
} expiry_state;

static expiry_state state_of(const hpm_risk_array *array, uint32_t expiry)
{
    const hpm_expiry *row = &array->catalog->expiries[expiry];
    expiry_state state;
    state.point = &array->market->curve[expiry];
    state.rule = hpm_rulebook_underlying(array->rulebook,
                                         array->catalog->assets[row->underlying].name);
    state.tau_years = hpm_market_tau_years(array->market, row->expiry_ns);
    state.vol_atm = array->market->vol_atm[expiry].value;
    state.basis_move = hpm_basis_move(state.rule, state.tau_years);
    state.rate = array->rulebook->discount_at_rate ? state.point->rate_annual : 0;
    return state;
}

/* Observed part of the settlement average stands still; the rest moves. */
static double shocked_forward(const expiry_state *state, double move,
                              const hpm_scenario *scenario)
{
    double unobserved = (1 - state->point->observed_share) * state->point->forward.value;
    return state->point->observed_share * state->point->observed_price +
           hpm_scenario_price(unobserved, move, scenario, state->basis_move);
}

static void set_vol(hpm_shock_table *table, size_t cell, const expiry_state *state,
                    const hpm_scenario_set *set, const hpm_scenario *scenario)
{
    double shock = scenario->vol * hpm_scenario_term_factor(set, state->tau_years * 365);
    double relative = set->vol_unit == HPM_VOL_RELATIVE ? 1 + shock : 1;
    table->vol_mult[cell] = relative > 0 ? relative : 0;
    table->vol_add[cell] = 0;
    if (set->vol_unit == HPM_VOL_POINTS) table->vol_add[cell] = shock;
    if (set->vol_unit == HPM_VOL_ATM_UNITS && scenario->vol != 0)
        table->vol_add[cell] = shock * state->vol_atm;
    table->vol_floor[cell] = scenario->vol > 0 ? set->vol_minimum_up : 0;
}

static void set_time(hpm_shock_table *table, size_t cell, const expiry_state *state,
                     double time_days)
{
    double tau = state->tau_years - time_days / 365;
    if (!(tau > 0)) tau = 0;
    table->sqrt_tau[cell] = sqrt(tau);
    table->discount[cell] = state->rate == 0 ? 1 : hpm_exp(-state->rate * tau);
}

static void fill_expiry(hpm_risk_array *array, uint32_t expiry)
{
    static const hpm_scenario_set no_set = {.vol_floor_days = 1};
    static const hpm_scenario no_shock = {.weight = 1};
    hpm_shock_table *table = array->shocks;
    expiry_state state = state_of(array, expiry);
    const char *asset =
        array->catalog->assets[array->catalog->expiries[expiry].underlying].name;
    for (uint32_t column = 0; column < table->width; column++) {
        size_t cell = (size_t)expiry * table->width + column;
        const hpm_scenario_set *set = &no_set;
        hpm_scenario scenario = no_shock;
        if (column < array->scenario_count)
            scenario = hpm_scenario_of_column(array->rulebook, column, &set);
        double move = hpm_scenario_price_move(array->rulebook, set, &scenario, asset);
        table->forward[cell] = shocked_forward(&state, move, &scenario);
        set_vol(table, cell, &state, set, &scenario);
        set_time(table, cell, &state, scenario.time_days);
    }
}

static void fill_moves(hpm_risk_array *array)
{
    for (uint32_t column = 0; column < array->scenario_count; column++) {
        const hpm_scenario_set *set;
        hpm_scenario scenario = hpm_scenario_of_column(array->rulebook, column, &set);
        array->weight[column] = scenario.weight;
        for (uint32_t a = 0; a < array->catalog->asset_count; a++)
            array->price_move[(size_t)a * array->scenario_count + column] =
                hpm_scenario_price_move(array->rulebook, set, &scenario,
                                        array->catalog->assets[a].name);
    }
}

void hpm_shock_table_fill(hpm_risk_array *array)
{
    fill_moves(array);
    for (uint32_t expiry = 0; expiry < array->catalog->expiry_count; expiry++)
        fill_expiry(array, expiry);
}
