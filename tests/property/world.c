/* The small world: its catalog and market, and what opens documents and desks for the tests. */
#include "world.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "risk/array.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

/* ---- Random numbers ----------------------------------------------------------------------- */

rng rng_of(uint64_t seed)
{
    rng random = {seed * 0x9e3779b97f4a7c15 + 0x1234567};
    rng_next(&random);
    return random;
}

uint64_t rng_next(rng *random)
{
    uint64_t x = random->state ? random->state : 1;
    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    random->state = x;
    return x * 0x2545f4914f6cdd1d;
}

uint32_t rng_below(rng *random, uint32_t count)
{
    return (uint32_t)((rng_next(random) >> 32) * count >> 32);
}

double rng_real(rng *random, double low, double high)
{
    return low + (high - low) * ((double)(rng_next(random) >> 11) * 0x1p-53);
}

int rng_chance(rng *random, uint32_t percent)
{
    return rng_below(random, 100) < percent;
}

/* ---- Memory ------------------------------------------------------------------------------- */

hpm_arena arena_exact(size_t bytes)
{
    size_t block = hpm_aligned_size(bytes ? bytes : 1);
    hpm_arena arena = {aligned_alloc(HPM_ALIGNMENT, block), bytes, 0};
    if (!arena.base) fail_msg("no memory (%zu bytes)", bytes);
    memset(arena.base, 0x5a, block); /* nothing may rely on fresh memory being zero */
    return arena;
}

void arena_free(hpm_arena *arena)
{
    free(arena->base);
    *arena = (hpm_arena){NULL, 0, 0};
}

/* ---- Catalog ------------------------------------------------------------------------------ */

enum { BTC, ETH, SOL, STETH, USD, USDC };

static const hpm_asset assets[] = {
    [BTC] = {"BTC", HPM_ASSET_COIN}, [ETH] = {"ETH", HPM_ASSET_COIN},
    [SOL] = {"SOL", HPM_ASSET_COIN}, [STETH] = {"STETH", HPM_ASSET_TOKEN},
    [USD] = {"USD", HPM_ASSET_FIAT}, [USDC] = {"USDC", HPM_ASSET_STABLECOIN},
};

static const double spots[] = {
    [BTC] = 60000, [ETH] = 2400, [SOL] = 120, [STETH] = 2390, [USD] = 1, [USDC] = 0.9998,
};

enum { OLD, M4, M15, D7, D30, D90, D300, TENORS };

static const char *const tenor_names[] = {"OLD", "M4", "M15", "D7", "D30", "D90", "D300"};
static const int64_t tenor_seconds[] = {-86400, 240, 900, 604800, 2592000, 7776000, 25920000};

#define ON(tenor) (1U << (tenor))

typedef struct chain {
    uint32_t underlying, settlement;
    hpm_payoff payoff;
    const char *mark; /* in the name */
    double contract_size;
    int64_t lot_e8;
    uint32_t tenors;
    double strikes[12]; /* shares of spot, ended by a negative one or the array's end */
} chain;

static const chain chains[] = {
    {BTC,
     BTC,
     HPM_INVERSE,
     "",
     1,
     10000000,
     ON(TENORS) - 1,
     {0, 0.5, 0.75, 0.85, 0.9, 0.95, 1, 1.05, 1.1, 1.2, 1.5, 2.5}},
    {BTC,
     USDC,
     HPM_LINEAR,
     "_USDC",
     1,
     1000000,
     ON(D7) | ON(D30),
     {0, 0.8, 0.95, 1, 1.05, 1.25, -1}},
    {ETH,
     ETH,
     HPM_INVERSE,
     "",
     1,
     HPM_E8,
     ON(M15) | ON(D7) | ON(D30) | ON(D300),
     {0.7, 0.9, 1, 1.1, 1.4, -1}},
    {SOL,
     USDC,
     HPM_LINEAR,
     "_USDC",
     10,
     HPM_E8,
     ON(D7) | ON(D30) | ON(D90),
     {0.75, 0.9, 1, 1.1, 1.4, -1}},
};

typedef struct plain {
    const char *name;
    hpm_kind kind;
    hpm_payoff payoff;
    uint32_t underlying, settlement;
    double contract_size;
    int64_t lot_e8;
    int tenor;
    double mark; /* over spot; 0: none */
} plain;

static const plain plains[] = {
    {"t:BTC-PERP", HPM_PERPETUAL, HPM_INVERSE, BTC, BTC, 10, HPM_E8, -1, 1.0002},
    {"t:BTC_USDC-PERP", HPM_PERPETUAL, HPM_LINEAR, BTC, USDC, 1, 10000, -1, 1.0004},
    {"t:ETH-PERP", HPM_PERPETUAL, HPM_INVERSE, ETH, ETH, 1, HPM_E8, -1, 0.9997},
    {"t:SOL_USDC-PERP", HPM_PERPETUAL, HPM_LINEAR, SOL, USDC, 1, 10000000, -1, 1.001},
    {"t:BTC-M15", HPM_FUTURE, HPM_INVERSE, BTC, BTC, 10, HPM_E8, M15, 1.0001},
    {"t:BTC-D30", HPM_FUTURE, HPM_INVERSE, BTC, BTC, 10, HPM_E8, D30, 1.005},
    {"t:BTC-D90", HPM_FUTURE, HPM_INVERSE, BTC, BTC, 10, HPM_E8, D90, 1.016},
    {"t:BTC_USDC-D30", HPM_FUTURE, HPM_LINEAR, BTC, USDC, 1, 10000, D30, 1.0055},
    {"t:ETH_USDC-D30", HPM_FUTURE, HPM_LINEAR, ETH, USDC, 1, 100000, D30, 1.006},
    {"t:BTC-D300", HPM_FUTURE, HPM_INVERSE, BTC, BTC, 10, HPM_E8, D300, 0},
    {"t:SOL_USDC-HUGE", HPM_PERPETUAL, HPM_LINEAR, SOL, USDC, 1e12, HPM_E8, -1, 1},
    {"t:BTC/USDC", HPM_SPOT, HPM_LINEAR, BTC, USDC, 1, 10000, -1, 1.0001},
    {"t:ETH/USD", HPM_SPOT, HPM_LINEAR, ETH, USD, 1, 100000, -1, 1},
};

static int64_t expiry_of(int tenor)
{
    return tenor < 0 ? 0 : WORLD_NOW_NS + tenor_seconds[tenor] * 1000000000;
}

static uint32_t add_strike(hpm_instrument *rows, uint32_t count, const chain *of, int tenor,
                           double strike)
{
    for (int is_call = 0; is_call < 2; is_call++, count++) {
        hpm_instrument *row = &rows[count];
        *row = (hpm_instrument){.kind = HPM_OPTION,
                                .payoff = of->payoff,
                                .underlying = of->underlying,
                                .settlement = of->settlement,
                                .contract_size = of->contract_size,
                                .lot = {of->lot_e8},
                                .strike = strike,
                                .is_call = is_call,
                                .expiry_ns = expiry_of(tenor)};
        snprintf(row->name, sizeof row->name, "t:%s%s-%s-%g-%c", assets[of->underlying].name,
                 of->mark, tenor_names[tenor], strike, is_call ? 'C' : 'P');
    }
    return count;
}

static uint32_t add_chain(hpm_instrument *rows, uint32_t count, const chain *of)
{
    for (int tenor = 0; tenor < TENORS; tenor++) {
        if (!(of->tenors & ON(tenor))) continue;
        for (size_t k = 0; k < COUNT_OF(of->strikes) && of->strikes[k] >= 0; k++)
            count =
                add_strike(rows, count, of, tenor, round(of->strikes[k] * spots[of->underlying]));
    }
    return count;
}

static void build_catalog(world *out)
{
    static hpm_instrument rows[512];
    hpm_error error = {.status = HPM_OK};
    uint32_t count = 0;
    for (size_t c = 0; c < COUNT_OF(chains); c++)
        count = add_chain(rows, count, &chains[c]);
    for (size_t p = 0; p < COUNT_OF(plains); p++, count++) {
        const plain *from = &plains[p];
        rows[count] = (hpm_instrument){.kind = from->kind,
                                       .payoff = from->payoff,
                                       .underlying = from->underlying,
                                       .settlement = from->settlement,
                                       .contract_size = from->contract_size,
                                       .lot = {from->lot_e8},
                                       .expiry_ns = expiry_of(from->tenor)};
        strcpy(rows[count].name, from->name);
    }
    out->catalog_arena = arena_exact(hpm_catalog_size(COUNT_OF(assets), count));
    if (hpm_catalog_init(&out->catalog, &out->catalog_arena, assets, COUNT_OF(assets), rows, count,
                         &error) != HPM_OK)
        fail_msg("catalog: %s: %s", error.where, error.message);
}

/* ---- Market ------------------------------------------------------------------------------- */

static int tenor_of(int64_t expiry_ns)
{
    for (int tenor = 0; tenor < TENORS; tenor++)
        if (expiry_of(tenor) == expiry_ns) return tenor;
    return -1;
}

/* The order of the table of assets is that of the sorted catalog. */
static void set_curve(hpm_market *market, uint32_t expiry)
{
    const hpm_expiry *row = &market->catalog->expiries[expiry];
    int tenor = tenor_of(row->expiry_ns);
    double years = (double)tenor_seconds[tenor] / (365 * 86400.0);
    hpm_curve_point *point = &market->curve[expiry];
    if (row->underlying == SOL && tenor == D90) return;
    point->forward.value = spots[row->underlying] * (1 + 0.06 * (years > 0 ? years : 0));
    point->rate_annual = tenor == D30 ? -0.01 : 0.04;
    if (tenor == M15) {
        point->observed_share = 0.5;
        point->observed_price = spots[row->underlying] * 0.998;
    }
}

/* Some strikes have neither a call's nor a put's volatility, others lack one of the two. */
static int is_quoted(const hpm_instrument *row, int tenor, uint32_t index)
{
    long percent = lround(100 * row->strike / spots[row->underlying]);
    if (row->underlying == BTC && tenor == D90) return 0;
    if (row->underlying == ETH && tenor == D300) return 0;
    if ((tenor == D30 || tenor == M15) && (percent == 95 || percent == 110)) return 0;
    return (index * 7 + (uint32_t)tenor) % 4 != 0;
}

/* A skewed smile, the same for calls and puts. */
static void set_vol(hpm_market *market, uint32_t instrument)
{
    const hpm_instrument *row = &market->catalog->instruments[instrument];
    int tenor = tenor_of(row->expiry_ns);
    double moneyness = row->strike > 0 ? log(row->strike / spots[row->underlying]) : -2;
    double level = row->underlying == SOL ? 0.8 : row->underlying == ETH ? 0.65 : 0.5;
    if (!is_quoted(row, tenor, instrument)) return;
    market->vol[instrument].value =
        level + 0.02 * (D300 - tenor) - 0.08 * moneyness + 0.15 * moneyness * moneyness;
}

static void set_inputs(hpm_market *market)
{
    const hpm_catalog *catalog = market->catalog;
    for (uint32_t a = 0; a < catalog->asset_count; a++)
        market->asset_price[a].value = spots[a];
    for (uint32_t e = 0; e < catalog->expiry_count; e++)
        set_curve(market, e);
    for (uint32_t i = 0; i < catalog->instrument_count; i++)
        if (catalog->instruments[i].kind == HPM_OPTION) set_vol(market, i);
    for (size_t p = 0; p < COUNT_OF(plains); p++)
        if (plains[p].mark > 0)
            market->mark[instrument_named(catalog, plains[p].name)].value =
                plains[p].mark * spots[plains[p].underlying];
}

void world_init(world *out, market_edit *edit, const void *data)
{
    hpm_error error = {.status = HPM_OK};
    build_catalog(out);
    out->market_arena = arena_exact(hpm_market_size(&out->catalog));
    hpm_status status = hpm_market_begin(&out->market, &out->market_arena, &out->catalog, USD,
                                         WORLD_NOW_NS, &error);
    if (status == HPM_OK) {
        set_inputs(&out->market);
        if (edit) edit(&out->market, data);
        status = hpm_market_finish(&out->market, &error);
    }
    if (status != HPM_OK) fail_msg("market: %s: %s", error.where, error.message);
}

void world_free(world *old)
{
    arena_free(&old->market_arena);
    arena_free(&old->catalog_arena);
}

static void wear(hpm_input *input, rng *random)
{
    if (rng_chance(random, 50)) input->confidence = rng_real(random, 0.6, 1);
    if (rng_chance(random, 50)) input->age_s = rng_real(random, 0, 1000);
}

void world_wear(hpm_market *market, const void *seed)
{
    const hpm_catalog *catalog = market->catalog;
    rng random = rng_of(*(const uint64_t *)seed);
    for (uint32_t a = 0; a < catalog->asset_count; a++)
        wear(&market->asset_price[a], &random);
    for (uint32_t e = 0; e < catalog->expiry_count; e++)
        wear(&market->curve[e].forward, &random);
    for (uint32_t i = 0; i < catalog->instrument_count; i++)
        wear(catalog->instruments[i].kind == HPM_OPTION ? &market->vol[i] : &market->mark[i],
             &random);
}

static int has_smile(const hpm_expiry *row)
{
    int tenor = tenor_of(row->expiry_ns);
    if (row->underlying == ETH) return 1;
    return row->underlying == BTC && (tenor == D7 || tenor == D30 || tenor == D300);
}

/* At the money 65 %, with a skew to the puts. */
static hpm_smile smile_of(const hpm_expiry *row)
{
    double years = (double)tenor_seconds[tenor_of(row->expiry_ns)] / (365 * 86400.0);
    double width = 0.65 * sqrt(years > 0 ? years : 1);
    hpm_svi svi = {0.5 * width * width, 0.5 * width, -0.3, 0.1 * width, width};
    return (hpm_smile){.svi = svi, .confidence = 1};
}

void world_smiles(hpm_market *market, const void *data)
{
    const hpm_catalog *catalog = market->catalog;
    const smile_trust *trust = data;
    for (uint32_t e = 0; e < catalog->expiry_count; e++)
        if (has_smile(&catalog->expiries[e])) market->smile[e] = smile_of(&catalog->expiries[e]);
    for (uint32_t i = 0; i < catalog->instrument_count; i++) {
        uint32_t expiry = catalog->instruments[i].expiry;
        if (expiry != HPM_NONE && has_smile(&catalog->expiries[expiry])) market->vol[i].value = NAN;
    }
    if (!trust) return;
    market->smile[trust->expiry].confidence = trust->confidence;
    market->smile[trust->expiry].age_s = trust->age_s;
}

hpm_input *input_at(const hpm_market *market, input_kind kind, uint32_t id)
{
    switch (kind) {
    case PRICE:
        return &market->asset_price[id];
    case FORWARD:
        return &market->curve[id].forward;
    case MARK:
        return &market->mark[id];
    case VOL:
        break;
    }
    return &market->vol[id];
}

void world_change(hpm_market *market, const void *data)
{
    const change *what = data;
    hpm_input *input = input_at(market, what->kind, what->id);
    input->value *= what->factor;
    input->confidence = what->confidence;
    input->age_s = what->age_s;
}

uint32_t asset_named(const hpm_catalog *catalog, const char *name)
{
    uint32_t id = hpm_catalog_find_asset(catalog, name);
    if (id == HPM_NONE) fail_msg("no asset %s", name);
    return id;
}

uint32_t instrument_named(const hpm_catalog *catalog, const char *name)
{
    uint32_t id = hpm_catalog_find_instrument(catalog, name);
    if (id == HPM_NONE) fail_msg("no instrument %s", name);
    return id;
}

/* ---- The desk ----------------------------------------------------------------------------- */

hpm_hash ticks_hash(const hpm_risk_array *array)
{
    size_t rows = array->catalog->instrument_count;
    hpm_hasher hasher;
    hpm_hash_begin(&hasher);
    hpm_hash_bytes(&hasher, array->ticks, rows * array->stride * sizeof *array->ticks);
    hpm_hash_bytes(&hasher, array->row_bound, rows * sizeof *array->row_bound);
    hpm_hash_bytes(&hasher, array->row_state, rows);
    return hpm_hash_end(&hasher);
}

double column_unit(const hpm_risk_array *array, uint32_t instrument, uint32_t column)
{
    hpm_asset_kind kind =
        array->catalog->assets[array->catalog->instruments[instrument].settlement].kind;
    int exponent = column < array->extra
                       ? hpm_tick_exponent(kind)
                       : hpm_extra_exponent((hpm_column)(column - array->extra), kind);
    return exponent == 12 ? 1e-12 : 1e-9;
}

void desk_open(desk *out, const hpm_market *market, const hpm_rulebook *rulebook)
{
    hpm_error error = {.status = HPM_OK};
    const hpm_catalog *catalog = market->catalog;
    out->arena = arena_exact(hpm_risk_array_size(catalog, rulebook));
    hpm_status status = hpm_context_init(&out->context, HPM_ISA_BASE, &error);
    if (status == HPM_OK)
        status = hpm_risk_array_init(&out->array, &out->arena, catalog, rulebook, &error);
    if (status == HPM_OK) status = hpm_risk_array_begin(&out->array, market, &error);
    if (status != HPM_OK) fail_msg("desk: %s: %s", error.where, error.message);
    hpm_risk_array_fill(&out->context, &out->array, 0, catalog->instrument_count);
    out->tick_hash = ticks_hash(&out->array);
    out->reference = calloc((size_t)catalog->instrument_count * out->array.stride, sizeof(double));
    if (!out->reference) fail_msg("no memory");
    for (uint32_t i = 0; i < catalog->instrument_count; i++)
        if (out->array.row_state[i] == HPM_ROW_READY)
            hpm_risk_row_reference(out->reference + (size_t)i * out->array.stride, &out->array, i);
}

void desk_close(desk *old)
{
    arena_free(&old->arena);
    free(old->reference);
}
