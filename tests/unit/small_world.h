/* Shared by the tests of market, risk and margin: a small world in which every figure can be found
 * with a pocket calculator. Round prices, volatilities of zero (an option is worth its intrinsic
 * value and its delta is 0 or 1), expiries in 0.2 years and in 1 year, lots of 0.1. A test changes
 * what it is about, adds scenario sets and components, then prices, holds and arranges. */
#ifndef HPM_TESTS_SMALL_WORLD_H
#define HPM_TESTS_SMALL_WORLD_H

#include <math.h>

#include "margin/compose.h"
#include "risk_fixture.h"

/* Ids: in the order of the names, as the catalog sorts them. */
enum { BTC, ETH, SOL, STE, USD, UST, USX, ASSETS };
enum { BTC_NEAR, BTC_FAR, ETH_NEAR, EXPIRIES };
enum {
    B_CALL_100,
    B_CALL_80,
    B_CALL_UST,
    B_COIN_CALL,
    B_COIN_FUTURE,
    B_COIN_PERP,
    B_FAR_CALL,
    B_FAR_FUTURE,
    B_FUTURE,
    B_FUTURE_UST,
    B_PERP,
    B_PERP_UST,
    B_PUT_100,
    B_SPOT,
    E_CALL,
    E_FUTURE,
    E_PERP,
    S_PERP,
    U_SPOT,
    INSTRUMENTS
};

#define NOW_NS  INT64_C(1767225600000000000)
#define NEAR_NS (NOW_NS + 73 * HPM_DAY_NS)  /* 0.2 years */
#define FAR_NS  (NOW_NS + 365 * HPM_DAY_NS) /* 1 year */

static const hpm_asset world_assets[ASSETS] = {
    [BTC] = {"BTC", HPM_ASSET_COIN},       [ETH] = {"ETH", HPM_ASSET_COIN},
    [SOL] = {"SOL", HPM_ASSET_COIN},       [STE] = {"STE", HPM_ASSET_TOKEN},
    [USD] = {"USD", HPM_ASSET_FIAT},       [UST] = {"UST", HPM_ASSET_STABLECOIN},
    [USX] = {"USX", HPM_ASSET_STABLECOIN},
};

#define WORLD_ROW(name_, kind_, underlying_, settlement_, size_, strike_, call_, expiry_)          \
    {                                                                                              \
        .name = name_, .kind = (kind_),                                                            \
        .payoff = (settlement_) == (underlying_) ? HPM_INVERSE : HPM_LINEAR,                       \
        .underlying = (underlying_), .settlement = (settlement_), .contract_size = (size_),        \
        .lot = {HPM_E8 / 10}, .strike = (strike_), .is_call = (call_), .expiry_ns = (expiry_)      \
    }

/* A test about contracts that settle in another coin defines it as that one. */
#ifndef WORLD_SOL_SETTLEMENT
#define WORLD_SOL_SETTLEMENT USD
#endif

/* One contract of an inverse future or perpetual is 10 USD, of everything else 1 unit. */
static const hpm_instrument world_instruments[INSTRUMENTS] = {
    [B_CALL_100] = WORLD_ROW("b:call:100", HPM_OPTION, BTC, USD, 1, 100, 1, NEAR_NS),
    [B_CALL_80] = WORLD_ROW("b:call:80", HPM_OPTION, BTC, USD, 1, 80, 1, NEAR_NS),
    [B_CALL_UST] = WORLD_ROW("b:call:ust", HPM_OPTION, BTC, UST, 1, 80, 1, NEAR_NS),
    [B_COIN_CALL] = WORLD_ROW("b:coin:call", HPM_OPTION, BTC, BTC, 1, 80, 1, NEAR_NS),
    [B_COIN_FUTURE] = WORLD_ROW("b:coin:future", HPM_FUTURE, BTC, BTC, 10, 0, 0, NEAR_NS),
    [B_COIN_PERP] = WORLD_ROW("b:coin:perp", HPM_PERPETUAL, BTC, BTC, 10, 0, 0, 0),
    [B_FAR_CALL] = WORLD_ROW("b:far:call", HPM_OPTION, BTC, USD, 1, 80, 1, FAR_NS),
    [B_FAR_FUTURE] = WORLD_ROW("b:far:future", HPM_FUTURE, BTC, USD, 1, 0, 0, FAR_NS),
    [B_FUTURE] = WORLD_ROW("b:future", HPM_FUTURE, BTC, USD, 1, 0, 0, NEAR_NS),
    [B_FUTURE_UST] = WORLD_ROW("b:future:ust", HPM_FUTURE, BTC, UST, 1, 0, 0, NEAR_NS),
    [B_PERP] = WORLD_ROW("b:perp", HPM_PERPETUAL, BTC, USD, 1, 0, 0, 0),
    [B_PERP_UST] = WORLD_ROW("b:perp:ust", HPM_PERPETUAL, BTC, UST, 1, 0, 0, 0),
    [B_PUT_100] = WORLD_ROW("b:put:100", HPM_OPTION, BTC, USD, 1, 100, 0, NEAR_NS),
    [B_SPOT] = WORLD_ROW("b:spot", HPM_SPOT, BTC, USD, 1, 0, 0, 0),
    [E_CALL] = WORLD_ROW("e:call", HPM_OPTION, ETH, USD, 1, 10, 1, NEAR_NS),
    [E_FUTURE] = WORLD_ROW("e:future", HPM_FUTURE, ETH, USD, 1, 0, 0, NEAR_NS),
    [E_PERP] = WORLD_ROW("e:perp", HPM_PERPETUAL, ETH, USD, 1, 0, 0, 0),
    [S_PERP] = WORLD_ROW("s:perp", HPM_PERPETUAL, SOL, WORLD_SOL_SETTLEMENT, 1, 0, 0, 0),
    [U_SPOT] = WORLD_ROW("u:spot", HPM_SPOT, UST, USD, 1, 0, 0, 0),
};
static const double world_prices[ASSETS] = {
    [BTC] = 100, [ETH] = 10, [SOL] = 1, [STE] = 9, [USD] = 1, [UST] = 1, [USX] = 1};

enum { WORLD_ROWS = 16, WORLD_BYTES = 1 << 20 };

typedef struct world {
    hpm_arena arena;
    hpm_catalog catalog;
    hpm_market market;
    hpm_underlying_rule underlyings[ASSETS + 1]; /* the last is * */
    hpm_collateral_rule collateral[ASSETS + 1];
    hpm_scenario_set sets[WORLD_ROWS];
    hpm_component components[HPM_COMPONENTS_MAX];
    hpm_rulebook rulebook;
    hpm_context context;
    hpm_risk_array array;
    hpm_balance balances[ASSETS];
    uint32_t balance_count;
    hpm_position positions[INSTRUMENTS];
    uint32_t position_count;
    hpm_declared declared[WORLD_ROWS];
    uint32_t declared_count;
    hpm_account *account;
    hpm_portfolio portfolio;
    hpm_totals totals;
    hpm_exposure exposure;
} world;

/* ---- Building ----------------------------------------------------------------------------- */

static inline void world_catalog(world *w)
{
    hpm_error error = {0};
    check_ok(hpm_catalog_init(&w->catalog, &w->arena, world_assets, ASSETS, world_instruments,
                              INSTRUMENTS, &error),
             &error);
    for (uint32_t i = 0; i < INSTRUMENTS; i++)
        assert_int_equal(hpm_catalog_find_instrument(&w->catalog, world_instruments[i].name), i);
}

/* Every input present, trusted and fresh. */
static inline void world_market(world *w)
{
    hpm_error error = {0};
    check_ok(hpm_market_begin(&w->market, &w->arena, &w->catalog, USD, NOW_NS, &error), &error);
    for (uint32_t a = 0; a < ASSETS; a++)
        w->market.asset_price[a].value = world_prices[a];
    for (uint32_t e = 0; e < EXPIRIES; e++)
        w->market.curve[e].forward.value = world_prices[w->catalog.expiries[e].underlying];
    for (uint32_t i = 0; i < INSTRUMENTS; i++) {
        const hpm_instrument *row = &w->catalog.instruments[i];
        if (row->kind == HPM_OPTION)
            w->market.vol[i].value = 0;
        else
            w->market.mark[i].value = world_prices[row->underlying];
    }
}

static inline void world_rulebook(world *w)
{
    hpm_record_defaults(&w->rulebook, &hpm_rulebook_record);
    strcpy(w->rulebook.name, "test");
    strcpy(w->rulebook.version, "1");
    strcpy(w->rulebook.title, "A test");
    strcpy(w->rulebook.coverage, "own method: a test");
    for (uint32_t a = 0; a <= ASSETS; a++) {
        const char *name = a < ASSETS ? world_assets[a].name : "*";
        strcpy(w->underlyings[a].asset, name);
        w->underlyings[a].price_range = 0.1;
        w->underlyings[a].delta_increment = NAN;
        strcpy(w->collateral[a].asset, name);
        w->collateral[a].residual_haircut = w->collateral[a].residual_surcharge = NAN;
    }
    w->rulebook.underlyings = (hpm_list){w->underlyings, ASSETS + 1};
    w->rulebook.collateral = (hpm_list){w->collateral, ASSETS + 1};
    w->rulebook.sets.items = w->sets;
    w->rulebook.components.items = w->components;
}

static inline world *world_new(void)
{
    world *w = fixture_take(1, sizeof *w);
    hpm_error error = {0};
    w->arena = (hpm_arena){fixture_take(WORLD_BYTES, 1), WORLD_BYTES, 0};
    w->account = fixture_take(1, hpm_account_size(ASSETS, INSTRUMENTS, WORLD_ROWS));
    world_catalog(w);
    world_market(w);
    world_rulebook(w);
    check_ok(hpm_context_init(&w->context, HPM_ISA_BASE, &error), &error);
    return w;
}

static inline void world_free(world *w)
{
    free(w->arena.base);
    free(w->account);
    free(w);
}

/* A fresh world for every test, and another one within a test. */
static inline int world_setup(void **state)
{
    *state = world_new();
    return 0;
}

static inline int world_teardown(void **state)
{
    world_free(*state);
    return 0;
}

static inline world *world_again(void **state)
{
    world_teardown(state);
    world_setup(state);
    return *state;
}

#define WORLD_TEST(test) cmocka_unit_test_setup_teardown(test, world_setup, world_teardown)

/* `prices` and `vols` stay the caller's. */
static inline hpm_scenario_set *world_grid(world *w, const char *name, double *prices,
                                           uint32_t price_count, double *vols, uint32_t vol_count)
{
    hpm_scenario_set *set = &w->sets[w->rulebook.sets.count++];
    hpm_record_defaults(set, &hpm_scenario_set_record);
    strcpy(set->name, name);
    set->prices = (hpm_list){prices, price_count};
    set->vols = (hpm_list){vols, vol_count};
    return set;
}

static inline hpm_scenario_set *world_list(world *w, const char *name, hpm_scenario *scenarios,
                                           uint32_t count)
{
    hpm_scenario_set *set = world_grid(w, name, NULL, 0, NULL, 0);
    set->scenarios = (hpm_list){scenarios, count};
    return set;
}

/* The last component is both requirements unless the test says otherwise. */
static inline hpm_component *world_component(world *w, const char *name, hpm_component_kind kind)
{
    hpm_component *component = &w->components[w->rulebook.components.count++];
    strcpy(component->name, name);
    component->kind = kind;
    if (hpm_component_records[kind]) hpm_record_defaults(component, hpm_component_records[kind]);
    strcpy(w->rulebook.initial, name);
    strcpy(w->rulebook.maintenance, name);
    return component;
}

static inline hpm_component *world_combine(world *w, const char *name, hpm_component_kind kind,
                                           char (*of)[HPM_RULE_NAME_SIZE], uint32_t count)
{
    hpm_component *component = world_component(w, name, kind);
    component->rule.combine.of = (hpm_list){of, count};
    return component;
}

static inline int64_t e8_of(double units)
{
    return (int64_t)llround(units * 1e8);
}

static inline hpm_position *world_hold(world *w, uint32_t instrument, double contracts)
{
    hpm_position *position = &w->positions[w->position_count++];
    *position = (hpm_position){instrument, {e8_of(contracts)}, NAN, {0}};
    return position;
}

static inline void world_balance(world *w, uint32_t asset, double amount)
{
    w->balances[w->balance_count++] = (hpm_balance){asset, {e8_of(amount)}};
}

static inline void world_declare(world *w, const char *name, uint32_t asset, double amount)
{
    hpm_declared *row = &w->declared[w->declared_count++];
    *row = (hpm_declared){.asset = asset, .amount = {e8_of(amount)}};
    strcpy(row->name, name);
}

/* ---- Running ------------------------------------------------------------------------------ */

static inline void world_price(world *w)
{
    hpm_error error = {0};
    check_ok(hpm_rulebook_finish(&w->rulebook, &error), &error);
    check_ok(hpm_market_finish(&w->market, &error), &error);
    check_ok(hpm_risk_array_init(&w->array, &w->arena, &w->catalog, &w->rulebook, &error), &error);
    check_ok(hpm_risk_array_begin(&w->array, &w->market, &error), &error);
    hpm_risk_array_fill(&w->context, &w->array, 0, INSTRUMENTS);
}

/* The account as portfolio and totals. */
static inline hpm_status world_arrange(world *w, hpm_error *error)
{
    hpm_status status =
        hpm_account_init(w->account, "acc", w->balances, w->balance_count, w->positions,
                         w->position_count, w->declared, w->declared_count, &w->catalog, error);
    if (status == HPM_OK)
        status = hpm_portfolio_init(&w->portfolio, &w->arena, w->account, &w->array, error);
    if (status == HPM_OK)
        status = hpm_totals_init(&w->totals, &w->arena, &w->array, &w->portfolio, error);
    if (status == HPM_OK)
        status = hpm_totals_apply(&w->context, &w->totals, &w->array, &w->portfolio, error);
    return status;
}

static inline hpm_status world_expose(world *w, hpm_error *error)
{
    return hpm_exposure_init(&w->exposure, &w->arena, &w->array, &w->portfolio, &w->totals, error);
}

/* From the filled rows to the exposure. */
static inline void world_run(world *w)
{
    hpm_error error = {0};
    world_price(w);
    check_ok(world_arrange(w, &error), &error);
    check_ok(world_expose(w, &error), &error);
}

/* ---- Checks ------------------------------------------------------------------------------- */

static inline void check_near(double got, double wanted, const char *what)
{
    if (!(fabs(got - wanted) <= 1e-9 * fabs(wanted) + 1e-12))
        fail_msg("%s: %.17g instead of %.17g", what, got, wanted);
}

static inline hpm_charge_result world_value(const world *w, uint32_t component)
{
    const hpm_component *row = &w->components[component];
    return hpm_charge_kinds[row->kind]->value(&w->exposure, row);
}

/* The charge is `value`; its shares at weight 2 are twice `lines`, added to what the lines hold
 * already, and sum to twice the value. `lines`: holdings, balances, declared amounts. */
static inline void check_charge(const world *w, uint32_t component, double value,
                                const double *lines)
{
    const hpm_component *row = &w->components[component];
    hpm_charge_result result = world_value(w, component);
    uint32_t count = hpm_line_count(&w->portfolio);
    double shares[64], sum = 0;
    assert_true(count <= 64);
    for (uint32_t i = 0; i < count; i++)
        shares[i] = 8;
    check_near(result.value, value, row->name);
    hpm_charge_kinds[row->kind]->share(shares, &w->exposure, row, &result, 2);
    for (uint32_t i = 0; i < count; i++) {
        char what[64];
        snprintf(what, sizeof what, "%s, line %u", row->name, i);
        check_near(shares[i] - 8, 2 * lines[i], what);
        sum += shares[i] - 8;
    }
    check_near(sum, 2 * value, "sum of the shares");
}

#endif
