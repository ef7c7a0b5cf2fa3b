/* The risk array: memory, trust in the inputs, and the filling of rows through the kernels. */
#include "hpm/risk.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "price/ticks.h"
#include "risk/array.h"
#include "risk/kernels.h"
#include "risk/shock.h"

/* ---- Memory ------------------------------------------------------------------------------- */

static uint32_t round_up_8(uint32_t columns)
{
    return (columns + 7U) & ~7U;
}

size_t hpm_risk_array_size(const hpm_catalog *catalog, const hpm_rulebook *rulebook)
{
    size_t rows = catalog->instrument_count, assets = catalog->asset_count;
    size_t expiries = catalog->expiry_count, columns = rulebook->scenario_count;
    size_t stride = round_up_8(rulebook->scenario_count) + round_up_8(HPM_COLUMN_COUNT);
    size_t bytes = hpm_aligned_size(rows * stride * sizeof(int64_t));
    bytes += hpm_aligned_size(rows * stride * sizeof(double));
    bytes += hpm_aligned_size(rows * sizeof(int64_t)) + hpm_aligned_size(rows);
    bytes += hpm_aligned_size(columns * sizeof(double));
    bytes += hpm_aligned_size(assets * columns * sizeof(double));
    bytes += hpm_aligned_size(assets * sizeof(double)) + hpm_aligned_size(rows * sizeof(double));
    bytes += 2 * hpm_aligned_size(expiries * sizeof(double));
    return bytes + hpm_shock_table_size(catalog, rulebook->scenario_count);
}

hpm_status hpm_risk_array_init(hpm_risk_array *array, hpm_arena *arena, const hpm_catalog *catalog,
                               const hpm_rulebook *rulebook, hpm_error *error)
{
    size_t rows = catalog->instrument_count, assets = catalog->asset_count;
    memset(array, 0, sizeof *array);
    array->catalog = catalog;
    array->rulebook = rulebook;
    array->scenario_count = rulebook->scenario_count;
    array->extra = round_up_8(rulebook->scenario_count);
    array->stride = array->extra + round_up_8(HPM_COLUMN_COUNT);
    array->ticks = hpm_arena_take(arena, rows * array->stride, sizeof(int64_t));
    array->ticks_real = hpm_arena_take(arena, rows * array->stride, sizeof(double));
    array->row_bound = hpm_arena_take(arena, rows, sizeof(int64_t));
    array->row_state = hpm_arena_take(arena, rows, 1);
    array->weight = hpm_arena_take(arena, array->scenario_count, sizeof(double));
    array->price_move = hpm_arena_take(arena, assets * array->scenario_count, sizeof(double));
    array->trust_asset = hpm_arena_take(arena, assets, sizeof(double));
    array->trust_forward = hpm_arena_take(arena, catalog->expiry_count, sizeof(double));
    array->trust_atm = hpm_arena_take(arena, catalog->expiry_count, sizeof(double));
    array->trust_instrument = hpm_arena_take(arena, rows, sizeof(double));
    array->shocks = hpm_shock_table_new(arena, catalog, array->scenario_count);
    if (!array->ticks || !array->ticks_real || !array->row_bound || !array->row_state ||
        !array->weight || !array->price_move || !array->trust_asset || !array->trust_forward ||
        !array->trust_atm || !array->trust_instrument || !array->shocks)
        return hpm_fail(error, HPM_E_MEMORY, "risk array", "the arena is too small");
    return HPM_OK;
}

/* ---- Trust -------------------------------------------------------------------------------- */

static double trust_of(const hpm_input *input, const hpm_rulebook *rulebook)
{
    double soft = rulebook->age_soft_s, hard = rulebook->age_hard_s;
    if (input->age_s > hard) return -1;
    if (input->age_s <= soft) return input->confidence;
    return input->confidence * ((hard - input->age_s) / (hard - soft));
}

static void set_trust(hpm_risk_array *array)
{
    const hpm_catalog *catalog = array->catalog;
    const hpm_market *market = array->market;
    for (uint32_t a = 0; a < catalog->asset_count; a++)
        array->trust_asset[a] = trust_of(&market->asset_price[a], array->rulebook);
    for (uint32_t e = 0; e < catalog->expiry_count; e++) {
        array->trust_forward[e] = trust_of(&market->curve[e].forward, array->rulebook);
        array->trust_atm[e] = trust_of(&market->vol_atm[e], array->rulebook);
    }
    for (uint32_t i = 0; i < catalog->instrument_count; i++) {
        int is_option = catalog->instruments[i].kind == HPM_OPTION;
        array->trust_instrument[i] =
            trust_of(is_option ? &market->vol[i] : &market->mark[i], array->rulebook);
    }
}

hpm_status hpm_risk_array_begin(hpm_risk_array *array, const hpm_market *market, hpm_error *error)
{
    if (market->catalog != array->catalog)
        return hpm_fail(error, HPM_E_REFERENCE, "market", "belongs to another catalog");
    array->market = market;
    array->epoch++;
    /* A row that nobody fills must not be used with the ticks of the market before. */
    memset(array->row_state, HPM_ROW_MISSING, array->catalog->instrument_count);
    set_trust(array);
    hpm_shock_table_fill(array);
    return HPM_OK;
}

/* ---- Rows --------------------------------------------------------------------------------- */

int hpm_tick_exponent(hpm_asset_kind settlement)
{
    return settlement == HPM_ASSET_COIN || settlement == HPM_ASSET_TOKEN ? HPM_TICK_EXPONENT_COIN
                                                                         : HPM_TICK_EXPONENT_MONEY;
}

int hpm_extra_exponent(hpm_column column, hpm_asset_kind settlement)
{
    static const int exponents[HPM_COLUMN_COUNT] = {
        [HPM_COLUMN_UNITS] = 12, [HPM_COLUMN_DELTA] = 12, [HPM_COLUMN_DELTA_PREMIUM] = 12,
        [HPM_COLUMN_GAMMA] = 9,  [HPM_COLUMN_VEGA] = 9,   [HPM_COLUMN_THETA] = 9,
        [HPM_COLUMN_RHO] = 9,
    };
    return column == HPM_COLUMN_VALUE ? hpm_tick_exponent(settlement) : exponents[column];
}

double hpm_ticks_per_unit(int exponent)
{
    assert(exponent == 9 || exponent == 12);
    return exponent == 12 ? 1e12 : 1e9;
}

double hpm_unit_of_tick(int exponent)
{
    assert(exponent == 9 || exponent == 12);
    return exponent == 12 ? 1e-12 : 1e-9;
}

static hpm_row_state state_of(const hpm_risk_array *array, uint32_t instrument)
{
    const hpm_instrument *row = &array->catalog->instruments[instrument];
    const hpm_market *market = array->market;
    if (row->expiry_ns != 0 && row->expiry_ns <= market->now_ns) return HPM_ROW_EXPIRED;
    if (isnan(market->asset_price[row->underlying].value)) return HPM_ROW_MISSING;
    if (row->kind != HPM_OPTION)
        return isnan(market->mark[instrument].value) ? HPM_ROW_MISSING : HPM_ROW_READY;
    if (isnan(market->vol[instrument].value) || isnan(market->curve[row->expiry].forward.value))
        return HPM_ROW_MISSING;
    return HPM_ROW_READY;
}

/* Ticks per unit of P&L of one lot: what the kernels multiply by. */
static double row_scale(const hpm_risk_array *array, const hpm_instrument *row)
{
    return row->contract_size * hpm_e8_to_double(row->lot.e8) *
           hpm_ticks_per_unit(hpm_tick_exponent(array->catalog->assets[row->settlement].kind));
}

static int fill_option(const hpm_context *context, hpm_risk_array *array, uint32_t instrument)
{
    const hpm_instrument *row = &array->catalog->instruments[instrument];
    const hpm_shock_table *table = array->shocks;
    size_t first = (size_t)row->expiry * table->width;
    hpm_option_fill fill = {
        .strike = row->strike,
        .sign = row->is_call ? 1 : -1,
        .vol = array->market->vol[instrument].value,
        .scale = row_scale(array, row),
        .inverse = row->payoff == HPM_INVERSE,
        .forward = table->forward + first,
        .vol_mult = table->vol_mult + first,
        .vol_add = table->vol_add + first,
        .vol_floor = table->vol_floor + first,
        .sqrt_tau = table->sqrt_tau + first,
        .discount = table->discount + first,
    };
    fill.value0 = hpm_option_value(&fill, array->scenario_count);
    return context->price->fill_option(array->ticks + (size_t)instrument * array->stride,
                                                &fill, array->scenario_count);
}

/* Futures, perpetuals and spot: their own price moves. */
static int fill_linear(const hpm_context *context, hpm_risk_array *array, uint32_t instrument)
{
    const hpm_instrument *row = &array->catalog->instruments[instrument];
    const hpm_underlying_rule *rule = hpm_rulebook_underlying(
        array->rulebook, array->catalog->assets[row->underlying].name);
    double mark = array->market->mark[instrument].value;
    double tau = hpm_market_tau_years(array->market, row->expiry_ns);
    double basis = row->kind == HPM_SPOT ? 0 : hpm_basis_move(rule, tau);
    const double *move = array->price_move + (size_t)row->underlying * array->scenario_count;
    double prices[HPM_SCENARIOS_MAX];
    for (uint32_t column = 0; column < array->scenario_count; column++) {
        const hpm_scenario_set *set;
        hpm_scenario scenario = hpm_scenario_of_column(array->rulebook, column, &set);
        prices[column] = hpm_scenario_price(mark, move[column], &scenario, basis);
    }
    hpm_future_fill fill = {mark, row_scale(array, row), prices};
    int64_t *ticks = array->ticks + (size_t)instrument * array->stride;
    const hpm_price_kernels *price = context->price;
    return row->payoff == HPM_INVERSE ? price->fill_inverse(ticks, &fill, array->scenario_count)
                                      : price->fill_linear(ticks, &fill, array->scenario_count);
}

static int fill_extra(hpm_risk_array *array, uint32_t instrument)
{
    const hpm_instrument *row = &array->catalog->instruments[instrument];
    hpm_asset_kind settlement = array->catalog->assets[row->settlement].kind;
    int64_t *ticks = array->ticks + (size_t)instrument * array->stride + array->extra;
    double extra[HPM_COLUMN_COUNT];
    uint64_t bad = 0;
    hpm_risk_row_extra(extra, array, instrument);
    for (int c = 0; c < HPM_COLUMN_COUNT; c++) {
        double scaled = extra[c] * hpm_ticks_per_unit(hpm_extra_exponent((hpm_column)c, settlement));
        bad |= hpm_ticks_bad(scaled);
        ticks[c] = bad ? 0 : hpm_ticks_round(scaled);
    }
    return bad != 0;
}

/* Integer-valued doubles beside the integers, and the largest of them. */
static void finish_row(hpm_risk_array *array, uint32_t instrument)
{
    const int64_t *ticks = array->ticks + (size_t)instrument * array->stride;
    double *real = array->ticks_real + (size_t)instrument * array->stride;
    int64_t bound = 0;
    for (uint32_t c = 0; c < array->stride; c++) {
        int64_t size = ticks[c] < 0 ? -ticks[c] : ticks[c];
        real[c] = (double)ticks[c];
        if (size > bound) bound = size;
    }
    array->row_bound[instrument] = bound;
}

static void clear_row(hpm_risk_array *array, uint32_t instrument)
{
    size_t first = (size_t)instrument * array->stride;
    memset(array->ticks + first, 0, array->stride * sizeof *array->ticks);
    memset(array->ticks_real + first, 0, array->stride * sizeof *array->ticks_real);
    array->row_bound[instrument] = 0;
}

static void fill_row(const hpm_context *context, hpm_risk_array *array, uint32_t instrument)
{
    hpm_row_state state = state_of(array, instrument);
    if (state == HPM_ROW_READY) {
        int is_option = array->catalog->instruments[instrument].kind == HPM_OPTION;
        int bad = is_option ? fill_option(context, array, instrument)
                            : fill_linear(context, array, instrument);
        if (bad || fill_extra(array, instrument)) state = HPM_ROW_OVERFLOW;
    }
    array->row_state[instrument] = (uint8_t)state;
    if (state == HPM_ROW_READY)
        finish_row(array, instrument);
    else
        clear_row(array, instrument);
}

void hpm_risk_array_fill(const hpm_context *context, hpm_risk_array *array, uint32_t first,
                         uint32_t end)
{
    assert(array->market && first <= end && end <= array->catalog->instrument_count);
    for (uint32_t i = first; i < end; i++)
        fill_row(context, array, i);
}
