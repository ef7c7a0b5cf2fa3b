/* The seeded market and accounts. Only +, -, * and / make its numbers, which every machine rounds
 * alike: no libm. */
#include "seeded_world.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/arena_new.h"

#define COINS         3 /* the first assets */
#define ASSETS        5
#define EXPIRIES      7
#define STRIKES       9
#define ROWS_MAX      2000
#define POSITIONS_MAX 40
#define NOW_NS        INT64_C(1767225600000000000) /* 2026-01-01T00:00:00Z */

enum { USD = 3, USDC = 4 };

static const hpm_asset assets[ASSETS] = {{"BTC", HPM_ASSET_COIN},
                                         {"ETH", HPM_ASSET_COIN},
                                         {"SOL", HPM_ASSET_COIN},
                                         {"USD", HPM_ASSET_FIAT},
                                         {"USDC", HPM_ASSET_STABLECOIN}};
static const double prices[ASSETS] = {90000, 3000, 140, 1, 0.9996};
static const int half_days[EXPIRIES] = {-3, 1, 7, 33, 90, 401, 1603}; /* one has expired */
static const double moneyness[STRIKES] = {0, 0.4, 0.7, 0.9, 1, 1.05, 1.3, 2, 5};

static uint64_t state;

static uint64_t draw(uint64_t count) /* 0 .. count - 1 */
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (state >> 33) % count;
}

static double uniform(double low, double high)
{
    return low + (high - low) * ((double)draw(1 << 30) * 0x1p-30);
}

/* ---- Catalog ------------------------------------------------------------------------------ */

typedef struct rows {
    hpm_instrument items[ROWS_MAX];
    uint32_t count;
} rows;

static void row_add(rows *into, hpm_instrument row, int expiry, int strike)
{
    static const char *const kinds[] = {"S", "F", "P", "O"};
    row.settlement = row.payoff == HPM_INVERSE ? row.underlying : USDC;
    row.expiry_ns = expiry < 0 ? 0 : NOW_NS + half_days[expiry] * (HPM_DAY_NS / 2);
    row.strike = strike < 0 ? 0 : prices[row.underlying] * moneyness[strike];
    row.lot.e8 = row.kind == HPM_OPTION ? HPM_E8 / 10 : HPM_E8;
    snprintf(row.name, sizeof row.name, "seed:%s-%s-%d-%d-%d-%c", assets[row.underlying].name,
             kinds[row.kind], row.payoff, expiry, strike, row.is_call ? 'C' : 'P');
    into->items[into->count++] = row;
}

static void rows_of_coin(rows *into, uint32_t coin, hpm_payoff payoff)
{
    hpm_instrument row = {.underlying = coin, .payoff = payoff};
    double quoted = payoff == HPM_INVERSE ? 10 : 0.01; /* inverse futures count in dollars */
    row.contract_size = quoted;
    row.kind = HPM_PERPETUAL;
    row_add(into, row, -1, -1);
    for (int e = 0; e < EXPIRIES; e++) {
        row.kind = HPM_FUTURE;
        row.contract_size = quoted;
        row_add(into, row, e, -1);
        row.kind = HPM_OPTION;
        row.contract_size = 1;
        for (int k = 0; k < 2 * STRIKES; k++) {
            row.is_call = k % 2;
            row_add(into, row, e, k / 2);
        }
        row.is_call = 0;
    }
    row.kind = HPM_SPOT;
    row.contract_size = 1;
    if (payoff == HPM_LINEAR) row_add(into, row, -1, -1);
}

static hpm_status catalog_make(seeded_world *world, hpm_error *error)
{
    rows *made = calloc(1, sizeof *made);
    hpm_status status = HPM_E_MEMORY;
    if (made == NULL) return status;
    for (uint32_t coin = 0; coin < COINS; coin++) {
        rows_of_coin(made, coin, HPM_LINEAR);
        if (coin < 2) rows_of_coin(made, coin, HPM_INVERSE);
    }
    status = hpm_catalog_init(&world->catalog, &world->arena, assets, ASSETS, made->items,
                              made->count, error);
    free(made);
    return status;
}

/* ---- Market ------------------------------------------------------------------------------- */

/* Some inputs are doubtful, some old. */
static hpm_input input(double value)
{
    hpm_input made = {value, 1, 0};
    if (draw(6) == 0) made.confidence = uniform(0.3, 1);
    if (draw(6) == 0) made.age_s = uniform(0, 60);
    return made;
}

static void curve_set(hpm_curve_point *point, double spot, double tau)
{
    double forward = spot * (1 + uniform(-0.02, 0.12) * (tau < 0 ? 0 : tau));
    *point = (hpm_curve_point){.forward = input(forward), .rate_annual = uniform(-0.02, 0.08)};
    if (draw(4) == 0) {
        point->observed_share = uniform(0, 1);
        point->observed_price = spot * uniform(0.97, 1.03);
    }
}

static void instrument_set(hpm_market *market, uint32_t id)
{
    const hpm_instrument *row = &market->catalog->instruments[id];
    double spot = prices[row->underlying];
    double away = row->strike / spot - 1;
    if (row->kind != HPM_OPTION) {
        market->mark[id] = input(spot * uniform(0.98, 1.02));
    } else if (draw(5) != 0) { /* the others are interpolated */
        market->vol[id] =
            input(0.45 + 0.2 * away * away / (1 + 0.5 * away * away) + uniform(-0.01, 0.01));
    }
}

static hpm_status market_make(seeded_world *world, hpm_error *error)
{
    hpm_market *market = &world->market;
    hpm_status status =
        hpm_market_begin(market, &world->arena, &world->catalog, USD, NOW_NS, error);
    if (status != HPM_OK) return status;
    for (uint32_t i = 0; i < ASSETS; i++)
        if (i != USD) market->asset_price[i] = input(prices[i]);
    for (uint32_t i = 0; i < world->catalog.expiry_count; i++) {
        const hpm_expiry *expiry = &world->catalog.expiries[i];
        double days = (double)(expiry->expiry_ns - NOW_NS) / (double)HPM_DAY_NS;
        curve_set(&market->curve[i], prices[expiry->underlying], days / 365);
    }
    for (uint32_t i = 0; i < world->catalog.instrument_count; i++)
        instrument_set(market, i);
    return hpm_market_finish(market, error);
}

/* Of two expiries in three, about as high as the quotes; one in five options keeps its own. */
static void smile_set(hpm_market *market, uint32_t expiry, double days)
{
    double years = days > 0 ? days / 365 : 1, width = uniform(0.4, 0.7) * years;
    hpm_smile *smile = &market->smile[expiry];
    smile->svi = (hpm_svi){0.3 * width * width / years, 0.4 * width, uniform(-0.6, 0.6),
                           uniform(-0.1, 0.1) * width, width};
    smile->confidence = draw(3) == 0 ? uniform(0.3, 1) : 1;
    smile->age_s = draw(3) == 0 ? uniform(0, 60) : 0;
}

static hpm_status smiles_make(seeded_world *world, hpm_error *error)
{
    hpm_market *market = &world->smiles;
    const hpm_catalog *catalog = &world->catalog;
    hpm_status status = hpm_market_begin(market, &world->arena, catalog, USD, NOW_NS, error);
    if (status != HPM_OK) return status;
    memcpy(market->asset_price, world->market.asset_price, ASSETS * sizeof(hpm_input));
    memcpy(market->curve, world->market.curve, catalog->expiry_count * sizeof(hpm_curve_point));
    memcpy(market->mark, world->market.mark, catalog->instrument_count * sizeof(hpm_input));
    for (uint32_t e = 0; e < catalog->expiry_count; e++)
        if (e % 3 != 0)
            smile_set(market, e,
                      (double)(catalog->expiries[e].expiry_ns - NOW_NS) / (double)HPM_DAY_NS);
    for (uint32_t i = 0; i < catalog->instrument_count; i++)
        if (world->market.vol_quoted[i] && draw(5) == 0) market->vol[i] = world->market.vol[i];
    return hpm_market_finish(market, error);
}

/* ---- Accounts ----------------------------------------------------------------------------- */

static int64_t lots_of(int64_t most)
{
    int64_t lots = 1 + (int64_t)draw((uint64_t)most);
    return draw(2) ? lots : -lots;
}

/* Instruments in rising order, a random step apart, so that none comes twice; of one coin only, or
 * of all (HPM_NONE). */
static uint32_t positions_draw(hpm_position *positions, const hpm_catalog *catalog, uint32_t coin,
                               uint32_t most)
{
    uint32_t count = 0;
    uint32_t step = 1 + catalog->instrument_count / (coin == HPM_NONE ? 1 : COINS) / most;
    for (uint32_t id = (uint32_t)draw(step); id < catalog->instrument_count && count < most;
         id += 1 + (uint32_t)draw(2 * step)) {
        const hpm_instrument *row = &catalog->instruments[id];
        double entry = prices[row->underlying] * uniform(0.8, 1.2);
        int dated = row->kind == HPM_FUTURE || row->kind == HPM_PERPETUAL;
        if (coin != HPM_NONE && row->underlying != coin) continue;
        if (row->expiry_ns != 0 && row->expiry_ns < NOW_NS && draw(30) != 0) continue;
        positions[count++] = (hpm_position){
            .instrument = id,
            .quantity = {row->lot.e8 * lots_of(200)},
            .entry_price = dated && draw(2) ? entry : NAN,
            .funding = {dated ? lots_of(HPM_E8 / 1000) : 0},
        };
    }
    return count;
}

static hpm_status account_make(hpm_account **account, const hpm_catalog *catalog, int index,
                               hpm_error *error)
{
    hpm_position positions[POSITIONS_MAX];
    hpm_balance balances[ASSETS];
    hpm_declared declared = {"open_orders", 0, {HPM_E8 / 100}};
    char id[16];
    uint32_t coin = index % 4 < COINS ? (uint32_t)index % 4 : HPM_NONE;
    uint32_t position_count =
        positions_draw(positions, catalog, coin, 1 + (uint32_t)draw(POSITIONS_MAX));
    uint32_t balance_count = 1 + (uint32_t)draw(ASSETS);
    for (uint32_t i = 0; i < balance_count; i++) {
        double units = uniform(-20000, 200000) / prices[ASSETS - 1 - i];
        balances[i] = (hpm_balance){ASSETS - 1 - i, {(int64_t)(units * 1e8)}};
    }
    snprintf(id, sizeof id, "seed-%02d", index);
    *account = malloc(hpm_account_size(balance_count, position_count, 1));
    if (*account == NULL) return HPM_E_MEMORY;
    return hpm_account_init(*account, id, balances, balance_count, positions, position_count,
                            &declared, (uint32_t)(index % 2), catalog, error);
}

hpm_status seeded_world_init(seeded_world *world, hpm_error *error)
{
    *world = (seeded_world){0};
    state = 20260101;
    /* The market's size is only known from its catalog: a bound that holds both. */
    hpm_status status =
        hpm_arena_new(&world->arena, hpm_catalog_size(ASSETS, ROWS_MAX) + ((size_t)4 << 20), error);
    if (status == HPM_OK) status = catalog_make(world, error);
    if (status == HPM_OK) status = market_make(world, error);
    for (int i = 0; status == HPM_OK && i < SEEDED_ACCOUNTS; i++)
        status = account_make(&world->accounts[i], &world->catalog, i, error);
    if (status == HPM_OK) status = smiles_make(world, error); /* last: it draws, too */
    return status;
}

void seeded_world_free(seeded_world *world)
{
    for (int i = 0; i < SEEDED_ACCOUNTS; i++)
        free(world->accounts[i]);
    hpm_arena_free(&world->arena);
}
