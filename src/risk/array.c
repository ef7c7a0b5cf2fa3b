/* The risk array: memory, trust in the inputs, and the filling of rows through the kernels. */
#include "hpm/risk.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "math/elementary.h"
#include "price/inverse.h"
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
    size_t expiries = catalog->expiry_count;
    uint32_t extra = round_up_8(rulebook->scenario_count);
    size_t stride = extra + round_up_8(HPM_COLUMN_COUNT);
    size_t bytes = hpm_aligned_size(rows * stride * sizeof(int64_t));
    bytes += hpm_aligned_size(rows * stride * sizeof(double));
    bytes += hpm_aligned_size(rows * sizeof(int64_t)) + hpm_aligned_size(rows);
    bytes += hpm_aligned_size(extra * sizeof(double));
    bytes += hpm_aligned_size(assets * extra * sizeof(double));
    bytes += 2 * hpm_aligned_size(stride * sizeof(double));
    bytes += 2 * hpm_aligned_size(assets * sizeof(void *));
    bytes += hpm_aligned_size(catalog->bucket_count * sizeof(void *));
    bytes +=
        hpm_aligned_size(assets * sizeof(double)) + 3 * hpm_aligned_size(rows * sizeof(double));
    bytes += 3 * hpm_aligned_size(expiries * sizeof(double));
    bytes += hpm_aligned_size(assets * sizeof(uint32_t));
    bytes += hpm_aligned_size(rulebook->components.count * sizeof(uint32_t));
    bytes += hpm_aligned_size(rulebook->components.count * expiries * sizeof(hpm_static_discount));
    return bytes + hpm_shock_table_size(catalog, extra);
}

static int take_memory(hpm_risk_array *array, hpm_arena *arena)
{
    const hpm_catalog *catalog = array->catalog;
    size_t rows = catalog->instrument_count, assets = catalog->asset_count;
    size_t expiries = catalog->expiry_count, components = array->rulebook->components.count;
    array->ticks = hpm_arena_take(arena, rows * array->stride, sizeof(int64_t));
    array->ticks_real = hpm_arena_take(arena, rows * array->stride, sizeof(double));
    array->row_bound = hpm_arena_take(arena, rows, sizeof(int64_t));
    array->row_state = hpm_arena_take(arena, rows, 1);
    array->lot_size = hpm_arena_take(arena, rows, sizeof(double));
    array->units_per_lot = hpm_arena_take(arena, rows, sizeof(double));
    array->weight = hpm_arena_take(arena, array->extra, sizeof(double));
    array->price_move = hpm_arena_take(arena, assets * array->extra, sizeof(double));
    array->unit_money = hpm_arena_take(arena, array->stride, sizeof(double));
    array->unit_coin = hpm_arena_take(arena, array->stride, sizeof(double));
    array->underlying_rule = hpm_arena_take(arena, assets, sizeof(void *));
    array->collateral_rule = hpm_arena_take(arena, assets, sizeof(void *));
    array->pair_rule = hpm_arena_take(arena, catalog->bucket_count, sizeof(void *));
    array->trust_asset = hpm_arena_take(arena, assets, sizeof(double));
    array->trust_forward = hpm_arena_take(arena, catalog->expiry_count, sizeof(double));
    array->trust_atm = hpm_arena_take(arena, catalog->expiry_count, sizeof(double));
    array->trust_instrument = hpm_arena_take(arena, rows, sizeof(double));
    array->tau_years = hpm_arena_take(arena, expiries, sizeof(double));
    array->follows = hpm_arena_take(arena, assets, sizeof(uint32_t));
    array->peg_asset = hpm_arena_take(arena, components, sizeof(uint32_t));
    array->static_discount =
        hpm_arena_take(arena, components * expiries, sizeof *array->static_discount);
    array->shocks = hpm_shock_table_new(arena, catalog, array->extra);
    return array->ticks && array->ticks_real && array->row_bound && array->row_state &&
           array->lot_size && array->units_per_lot && array->weight && array->price_move &&
           array->unit_money && array->unit_coin && array->underlying_rule &&
           array->collateral_rule && array->pair_rule && array->trust_asset &&
           array->trust_forward && array->trust_atm && array->trust_instrument &&
           array->tau_years && array->follows && array->peg_asset && array->static_discount &&
           array->shocks;
}

/* The names of assets that components and totals refer to. */
static void find_assets(hpm_risk_array *array)
{
    const hpm_rulebook *rulebook = array->rulebook;
    const hpm_component *components = rulebook->components.items;
    array->numeraire = hpm_catalog_find_asset(array->catalog, rulebook->numeraire);
    for (uint32_t i = 0; i < rulebook->components.count; i++)
        array->peg_asset[i] =
            components[i].kind == HPM_COMPONENT_SCALE
                ? hpm_catalog_find_asset(array->catalog, components[i].rule.scale.peg_asset)
                : HPM_NONE;
}

/* What follows from catalog and rulebook alone. */
static void set_constants(hpm_risk_array *array)
{
    for (uint32_t c = 0; c < array->stride; c++) {
        hpm_column column = (hpm_column)(c - array->extra);
        int is_extra = c >= array->extra && c < array->extra + HPM_COLUMN_COUNT;
        array->unit_money[c] = hpm_unit_of_tick(
            is_extra ? hpm_extra_exponent(column, HPM_ASSET_FIAT) : HPM_TICK_EXPONENT_MONEY);
        array->unit_coin[c] = hpm_unit_of_tick(is_extra ? hpm_extra_exponent(column, HPM_ASSET_COIN)
                                                        : HPM_TICK_EXPONENT_COIN);
    }
    for (uint32_t a = 0; a < array->catalog->asset_count; a++) {
        const char *name = array->catalog->assets[a].name;
        array->underlying_rule[a] = hpm_rulebook_underlying(array->rulebook, name);
        array->collateral_rule[a] = hpm_rulebook_collateral(array->rulebook, name);
        array->follows[a] =
            hpm_catalog_find_asset(array->catalog, array->collateral_rule[a]->follows);
    }
    for (uint32_t b = 0; b < array->catalog->bucket_count; b++) {
        const hpm_bucket *bucket = &array->catalog->buckets[b];
        array->pair_rule[b] =
            hpm_rulebook_pair(array->rulebook, array->catalog->assets[bucket->underlying].name,
                              array->catalog->assets[bucket->settlement].name);
    }
    for (uint32_t i = 0; i < array->catalog->instrument_count; i++) {
        const hpm_instrument *row = &array->catalog->instruments[i];
        array->lot_size[i] = row->contract_size * hpm_e8_to_double(row->lot.e8);
    }
    find_assets(array);
    hpm_shock_columns_fill(array);
}

hpm_status hpm_risk_array_init(hpm_risk_array *array, hpm_arena *arena, const hpm_catalog *catalog,
                               const hpm_rulebook *rulebook, hpm_error *error)
{
    memset(array, 0, sizeof *array);
    array->catalog = catalog;
    array->rulebook = rulebook;
    array->scenario_count = rulebook->scenario_count;
    array->extra = round_up_8(rulebook->scenario_count);
    array->stride = array->extra + round_up_8(HPM_COLUMN_COUNT);
    array->with_greeks = 1;
    if (!take_memory(array, arena))
        return hpm_fail(error, HPM_E_MEMORY, "risk array", "the arena is too small");
    set_constants(array);
    return HPM_OK;
}

const double *hpm_risk_array_units(const hpm_risk_array *array, uint32_t settlement)
{
    hpm_asset_kind kind = array->catalog->assets[settlement].kind;
    return hpm_tick_exponent(kind) == HPM_TICK_EXPONENT_COIN ? array->unit_coin : array->unit_money;
}

/* ---- Trust -------------------------------------------------------------------------------- */

static double trust_of(const hpm_input *input, const hpm_rulebook *rulebook)
{
    double soft = rulebook->age_soft_s, hard = rulebook->age_hard_s;
    if (input->age_s > hard) return -1;
    if (input->age_s <= soft) return input->confidence;
    return input->confidence * ((hard - input->age_s) / (hard - soft));
}

/* Trust in one input, kept and taken into the least of all. An absent input is not trusted or
 * doubted: what needs it fails for want of it. */
static double note_trust(hpm_risk_array *array, const hpm_input *input)
{
    double trust = trust_of(input, array->rulebook);
    if (!isnan(input->value) && trust < array->trust_least) array->trust_least = trust;
    return trust;
}

double hpm_discount_rate(const hpm_risk_array *array, uint32_t expiry)
{
    double rate = array->market->curve[expiry].rate_annual, least = array->rulebook->rate_minimum;
    if (!array->rulebook->discount_at_rate) return 0;
    return rate > least ? rate : least;
}

/* Static discounts of an expiry (PMRM): of a value above 0 base * exp(-tau * (max(0, r) * multiple
 * + add)), of one below the same divided by the exponential, but what is owed at expiry counts for
 * no more than that: at most 1 / exp(-r tau). */
static hpm_static_discount static_discount(const hpm_risk_array *array,
                                           const hpm_component *component, uint32_t expiry)
{
    const hpm_rule_worst *rule = &component->rule.worst;
    if (component->kind != HPM_COMPONENT_WORST_SCENARIO || rule->fold != HPM_FOLD_DISCOUNT)
        return (hpm_static_discount){1, 1};
    double rate = array->market->curve[expiry].rate_annual, tau = array->tau_years[expiry];
    if (!(rate > 0)) rate = 0;
    double above = rate * rule->discount_rate_multiple + rule->discount_rate_add;
    double below = rate * rule->discount_short_rate_multiple + rule->discount_short_rate_add;
    double owed = hpm_exp(tau * hpm_discount_rate(array, expiry));
    double grown = rule->discount_short_base * hpm_exp(tau * below);
    return (hpm_static_discount){rule->discount_base * hpm_exp(-tau * above),
                                 grown < owed ? grown : owed};
}

/* ---- Beginning ---------------------------------------------------------------------------- */

hpm_status hpm_risk_array_begin_shared(hpm_risk_array *array, const hpm_market *market,
                                       hpm_error *error)
{
    if (market->catalog != array->catalog)
        return hpm_fail(error, HPM_E_REFERENCE, "market", "belongs to another catalog");
    array->market = market;
    array->epoch++;
    /* A row that nobody fills must not be used with the ticks of the market before. */
    memset(array->row_state, HPM_ROW_MISSING, array->catalog->instrument_count);
    array->trust_least = 1;
    for (uint32_t a = 0; a < array->catalog->asset_count; a++)
        array->trust_asset[a] = note_trust(array, &market->asset_price[a]);
    return HPM_OK;
}

void hpm_risk_array_begin_expiry(hpm_risk_array *array, uint32_t expiry)
{
    const hpm_catalog *catalog = array->catalog;
    const hpm_market *market = array->market;
    const hpm_component *components = array->rulebook->components.items;
    array->trust_forward[expiry] = note_trust(array, &market->curve[expiry].forward);
    array->trust_atm[expiry] = note_trust(array, &market->vol_atm[expiry]);
    array->tau_years[expiry] = hpm_market_tau_years(market, catalog->expiries[expiry].expiry_ns);
    for (uint32_t i = 0; i < array->rulebook->components.count; i++)
        array->static_discount[(size_t)i * catalog->expiry_count + expiry] =
            static_discount(array, &components[i], expiry);
    hpm_shock_table_fill(array, expiry);
}

void hpm_risk_array_begin_instrument(hpm_risk_array *array, uint32_t instrument)
{
    const hpm_market *market = array->market;
    int is_option = array->catalog->instruments[instrument].kind == HPM_OPTION;
    array->trust_instrument[instrument] =
        note_trust(array, is_option ? &market->vol[instrument] : &market->mark[instrument]);
}

hpm_status hpm_risk_array_begin(hpm_risk_array *array, const hpm_market *market, hpm_error *error)
{
    hpm_status status = hpm_risk_array_begin_shared(array, market, error);
    if (status != HPM_OK) return status;
    for (uint32_t e = 0; e < array->catalog->expiry_count; e++)
        hpm_risk_array_begin_expiry(array, e);
    for (uint32_t i = 0; i < array->catalog->instrument_count; i++)
        hpm_risk_array_begin_instrument(array, i);
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
    return column == HPM_COLUMN_VALUE ? hpm_tick_exponent(settlement) : HPM_TICK_EXPONENT_MONEY;
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

/* Ticks that the underlying of one lot is worth. */
static double lot_ticks(const hpm_risk_array *array, uint32_t instrument)
{
    const hpm_instrument *row = &array->catalog->instruments[instrument];
    const hpm_market *market = array->market;
    double price = row->kind == HPM_OPTION ? market->curve[row->expiry].forward.value
                                           : market->mark[instrument].value;
    double lot = array->lot_size[instrument];
    double ticks =
        hpm_ticks_per_unit(hpm_tick_exponent(array->catalog->assets[row->settlement].kind));
    if (row->payoff == HPM_LINEAR) return lot * price * ticks;
    return (row->kind == HPM_OPTION ? lot : lot / price) * ticks;
}

static hpm_row_state state_of_priced(const hpm_risk_array *array, uint32_t instrument)
{
    return lot_ticks(array, instrument) < HPM_LOT_TICKS_MIN ? HPM_ROW_COARSE : HPM_ROW_READY;
}

static hpm_row_state state_of(const hpm_risk_array *array, uint32_t instrument)
{
    const hpm_instrument *row = &array->catalog->instruments[instrument];
    const hpm_market *market = array->market;
    if (row->expiry_ns != 0 && row->expiry_ns <= market->now_ns) return HPM_ROW_EXPIRED;
    if (isnan(market->asset_price[row->underlying].value)) return HPM_ROW_MISSING;
    if (row->kind != HPM_OPTION)
        return isnan(market->mark[instrument].value) ? HPM_ROW_MISSING
                                                     : state_of_priced(array, instrument);
    if (isnan(market->vol[instrument].value) || isnan(market->curve[row->expiry].forward.value))
        return HPM_ROW_MISSING;
    return state_of_priced(array, instrument);
}

/* Ticks per unit of P&L of one lot, or of what of it counts: what the kernels multiply by. */
static double row_scale(const hpm_risk_array *array, uint32_t instrument)
{
    uint32_t settlement = array->catalog->instruments[instrument].settlement;
    hpm_asset_kind kind = array->catalog->assets[settlement].kind;
    double ticks = array->lot_size[instrument] * hpm_ticks_per_unit(hpm_tick_exponent(kind));
    return ticks * hpm_risk_row_fade(array, instrument);
}

/* Options are valued many at a time: kernels need whole vectors and more than one row to be fast.
 */
enum { CHUNK = 64 };

/* Options that can be priced, and what the kernel needs of them. */
typedef struct option_chunk {
    uint32_t count;
    uint32_t instrument[CHUNK];
    hpm_option_fill fill[CHUNK];
    hpm_black_parts parts[CHUNK];
    int64_t *ticks[CHUNK];
    uint8_t bad[CHUNK];
} option_chunk;

static void list_option(option_chunk *chunk, hpm_risk_array *array, uint32_t instrument)
{
    const hpm_instrument *row = &array->catalog->instruments[instrument];
    const hpm_shock_table *table = array->shocks;
    const size_t first = (size_t)row->expiry * table->width;
    chunk->ticks[chunk->count] = array->ticks + (size_t)instrument * array->stride;
    chunk->fill[chunk->count] = (hpm_option_fill){
        .strike = row->strike,
        .sign = row->is_call ? 1 : -1,
        .vol = array->market->vol[instrument].value,
        .scale = row_scale(array, instrument),
        .inverse = row->payoff == HPM_INVERSE,
        .forward = table->forward + first,
        .vol_mult = table->vol_mult + first,
        .vol_add = table->vol_add + first,
        .vol_floor = table->vol_floor + first,
        .sqrt_tau = table->sqrt_tau + first,
        .discount = table->discount + first,
    };
    chunk->instrument[chunk->count++] = instrument;
}

static int has_greeks(const hpm_risk_array *array)
{
    return array->with_greeks || array->rulebook->greeks_read != 0;
}

/* Values without a shock, to `value0` of every fill, and what the greeks are made of. */
static void value_options(const hpm_context *context, option_chunk *chunk,
                          const hpm_risk_array *array)
{
    double forward[CHUNK], strike[CHUNK], total_vol[CHUNK], discount[CHUNK], sign[CHUNK];
    double value[CHUNK], probability[CHUNK] = {0}, density[CHUNK] = {0};
    const hpm_shock_table *table = array->shocks;
    for (uint32_t k = 0; k < chunk->count; k++) {
        const hpm_option_fill *fill = &chunk->fill[k];
        uint32_t expiry = array->catalog->instruments[chunk->instrument[k]].expiry;
        forward[k] = table->base_forward[expiry];
        strike[k] = fill->strike;
        total_vol[k] = fill->vol * table->base_sqrt_tau[expiry];
        discount[k] = table->base_discount[expiry];
        sign[k] = fill->sign;
    }
    context->price->black76(value, forward, strike, total_vol, discount, sign, chunk->count);
    if (has_greeks(array))
        context->price->black76_law(probability, density, forward, strike, total_vol, sign,
                                    chunk->count);
    for (uint32_t k = 0; k < chunk->count; k++) {
        chunk->fill[k].value0 =
            chunk->fill[k].inverse ? hpm_inverse_value(value[k], forward[k]) : value[k];
        chunk->parts[k] = (hpm_black_parts){value[k], probability[k], density[k]};
    }
}

/* The basis move of a future is its expiry's, of a perpetual that of no time, of spot none. */
static double basis_of(const hpm_risk_array *array, const hpm_instrument *row)
{
    if (row->kind == HPM_SPOT) return 0;
    if (row->expiry != HPM_NONE) return array->shocks->basis_move[row->expiry];
    return hpm_basis_move(array->underlying_rule[row->underlying], 0);
}

/* Futures, perpetuals and spot: their own price moves. */
static int fill_linear(const hpm_context *context, hpm_risk_array *array, uint32_t instrument)
{
    const hpm_instrument *row = &array->catalog->instruments[instrument];
    double mark = array->market->mark[instrument].value;
    double basis_move = basis_of(array, row);
    const double *move = array->price_move + (size_t)row->underlying * array->extra;
    double prices[HPM_SCENARIOS_MAX + 8];
    int bad = 0;
    for (uint32_t c = 0; c < array->extra; c++) {
        prices[c] = hpm_shocked_price(mark, move[c], array->shocks->scenario[c].basis * basis_move);
        bad |= prices[c] < 0; /* beyond zero an inverse contract would turn its loss into a gain */
    }
    hpm_future_fill fill = {mark, row_scale(array, instrument), prices};
    int64_t *ticks = array->ticks + (size_t)instrument * array->stride;
    bad |= row->payoff == HPM_INVERSE ? context->price->fill_inverse(ticks, &fill, array->extra)
                                      : context->price->fill_linear(ticks, &fill, array->extra);
    return bad;
}

/* A greek that nothing but a report reads stops at the largest tick (the gamma of an option at the
 * money in its last second): it is no reason to refuse the row. */
static int must_fit(const hpm_risk_array *array, hpm_column column)
{
    if (column == HPM_COLUMN_VALUE) return 1;
    return (int)(array->rulebook->greeks_read >> column & 1);
}

static double largest_tick(double scaled)
{
    return scaled < 0 ? 1 - HPM_TICKS_LIMIT : HPM_TICKS_LIMIT - 1;
}

/* Value of one lot, and greeks if anybody reads them: else their columns are 0. */
static int fill_extra(hpm_risk_array *array, uint32_t instrument, double value0,
                      const hpm_black_parts *parts)
{
    const uint32_t settlement = array->catalog->instruments[instrument].settlement;
    const hpm_asset_kind kind = array->catalog->assets[settlement].kind;
    const int with_greeks = has_greeks(array);
    const int filled = with_greeks ? HPM_COLUMN_COUNT : HPM_COLUMN_VALUE + 1;
    int64_t *ticks = array->ticks + (size_t)instrument * array->stride + array->extra;
    double extra[HPM_COLUMN_COUNT];
    hpm_risk_row_value(extra, array, instrument, value0);
    if (with_greeks) hpm_risk_row_greeks(extra, array, instrument, parts);
    memset(ticks, 0, HPM_COLUMN_COUNT * sizeof *ticks);
    for (int c = 0; c < filled; c++) {
        double scaled = extra[c] * hpm_ticks_per_unit(hpm_extra_exponent((hpm_column)c, kind));
        if (hpm_ticks_bad(scaled)) {
            if (isnan(scaled) || must_fit(array, (hpm_column)c)) return 1;
            scaled = largest_tick(scaled);
        }
        ticks[c] = hpm_ticks_round(scaled);
    }
    return 0;
}

static void clear_row(hpm_risk_array *array, uint32_t instrument)
{
    size_t first = (size_t)instrument * array->stride;
    memset(array->ticks + first, 0, array->stride * sizeof *array->ticks);
    memset(array->ticks_real + first, 0, array->stride * sizeof *array->ticks_real);
    array->row_bound[instrument] = 0;
    array->units_per_lot[instrument] = 0;
}

/* What remains to be done when the scenario columns of a row are written, or could not be (`bad`).
 */
static void finish_row(const hpm_context *context, hpm_risk_array *array, uint32_t instrument,
                       double value0, const hpm_black_parts *parts, int bad)
{
    const size_t first = (size_t)instrument * array->stride;
    if (bad || fill_extra(array, instrument, value0, parts)) {
        array->row_state[instrument] = HPM_ROW_OVERFLOW;
        clear_row(array, instrument);
    } else {
        array->units_per_lot[instrument] = hpm_risk_row_units(array, instrument);
        array->row_bound[instrument] = context->risk->widen_row(
            array->ticks_real + first, array->ticks + first, array->stride);
    }
}

/* Padding comes out as 0 and stays 0 when it is left out. Rows of whole vectors are the faster
 * ones, as long as not much of them is padding. */
static uint32_t columns_to_fill(const hpm_risk_array *array)
{
    uint32_t padding = array->extra - array->scenario_count;
    return padding * 16 > array->extra ? array->scenario_count : array->extra;
}

/* Options whose volatilities depend on strikes bring arrays of their own: a few at a time, which is
 * what the stack should hold. To the kernel each is a shock that replaces the volatility. */
static void fill_by_strike(const hpm_context *context, const hpm_risk_array *array,
                           option_chunk *chunk)
{
    enum { ROWS = 4 };
    static const double none[HPM_SCENARIOS_MAX + 8];
    double vol[ROWS][HPM_SCENARIOS_MAX + 8];
    for (uint32_t first = 0; first < chunk->count; first += ROWS) {
        uint32_t some = chunk->count - first < ROWS ? chunk->count - first : ROWS;
        for (uint32_t i = 0; i < some; i++) {
            hpm_option_fill *fill = &chunk->fill[first + i];
            hpm_shock_option_vols(vol[i], array, chunk->instrument[first + i]);
            fill->vol_add = vol[i];
            fill->vol_mult = fill->vol_floor = none;
        }
        context->price->fill_options(chunk->ticks + first, chunk->bad + first, chunk->fill + first,
                                     some, columns_to_fill(array));
    }
}

static void fill_options(const hpm_context *context, hpm_risk_array *array, option_chunk *chunk)
{
    value_options(context, chunk, array);
    if (array->shocks->by_strike)
        fill_by_strike(context, array, chunk);
    else
        context->price->fill_options(chunk->ticks, chunk->bad, chunk->fill, chunk->count,
                                     columns_to_fill(array));
    for (uint32_t k = 0; k < chunk->count; k++)
        finish_row(context, array, chunk->instrument[k], chunk->fill[k].value0, &chunk->parts[k],
                   chunk->bad[k]);
}

static void fill_chunk(const hpm_context *context, hpm_risk_array *array, uint32_t first,
                       uint32_t end)
{
    option_chunk options;
    options.count = 0;
    for (uint32_t i = first; i < end; i++) {
        hpm_row_state state = state_of(array, i);
        array->row_state[i] = (uint8_t)state;
        if (state != HPM_ROW_READY)
            clear_row(array, i);
        else if (array->catalog->instruments[i].kind == HPM_OPTION)
            list_option(&options, array, i);
        else
            finish_row(context, array, i, 0, NULL, fill_linear(context, array, i));
    }
    fill_options(context, array, &options);
}

void hpm_risk_array_fill(const hpm_context *context, hpm_risk_array *array, uint32_t first,
                         uint32_t end)
{
    assert(array->market && first <= end && end <= array->catalog->instrument_count);
    for (uint32_t i = first; i < end; i += CHUNK)
        fill_chunk(context, array, i, end - i < CHUNK ? end : i + CHUNK);
}
