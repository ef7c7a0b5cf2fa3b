/* A chain of options on one coin, made from slices that are known: what a fit should find again. */
#ifndef HPM_TESTS_CHAIN_WORLD_H
#define HPM_TESTS_CHAIN_WORLD_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "hpm/surface.h"
#include "price/black76.h"

enum { CHAIN_EXPIRIES = 3, CHAIN_STRIKES = 21, CHAIN_OPTIONS = 2 * CHAIN_STRIKES };
enum { CHAIN_INSTRUMENTS = CHAIN_EXPIRIES * CHAIN_OPTIONS };

#define CHAIN_NOW_NS  (INT64_C(1772447400) * 1000000000)
#define CHAIN_FORWARD 80000.0

static const int chain_days[CHAIN_EXPIRIES] = {7, 30, 180};

/* Free of arbitrage, each and together; total variance near 0.5^2 T at the money. */
static const hpm_svi chain_slices[CHAIN_EXPIRIES] = {
    {0.0020, 0.030, -0.20, 0.000, 0.090},
    {0.0060, 0.090, -0.25, 0.010, 0.170},
    {0.0200, 0.200, -0.30, 0.020, 0.500},
};

typedef struct chain_world {
    hpm_arena arena;
    hpm_catalog catalog;
    hpm_quotes quotes;
    hpm_context context;
} chain_world;

static inline int64_t chain_expiry_ns(int expiry)
{
    return CHAIN_NOW_NS + chain_days[expiry] * HPM_DAY_NS;
}

static inline double chain_strike(int expiry, int strike)
{
    double deviation = sqrt(hpm_svi_at(&chain_slices[expiry], 0).variance);
    double place = 2.5 * (2.0 * strike / (CHAIN_STRIKES - 1) - 1);
    return floor(CHAIN_FORWARD * exp(place * deviation));
}

static inline void chain_name(char name[HPM_NAME_SIZE], int expiry, int strike, int is_call)
{
    snprintf(name, HPM_NAME_SIZE, "x:%03d-%06.0f-%c", chain_days[expiry],
             chain_strike(expiry, strike), is_call ? 'C' : 'P');
}

/* Rows of the chain from the `first` one on, round and round. */
static inline hpm_status chain_catalog(chain_world *world, hpm_payoff payoff, int first)
{
    hpm_instrument rows[CHAIN_INSTRUMENTS];
    hpm_asset assets[] = {{"USD", HPM_ASSET_FIAT}, {"BTC", HPM_ASSET_COIN}};
    memset(rows, 0, sizeof rows);
    for (int i = 0; i < CHAIN_INSTRUMENTS; i++) {
        int option = (i + first) % CHAIN_INSTRUMENTS, expiry = option / CHAIN_OPTIONS;
        int strike = option % CHAIN_OPTIONS / 2;
        hpm_instrument *row = &rows[i];
        chain_name(row->name, expiry, strike, option % 2);
        row->kind = HPM_OPTION;
        row->payoff = payoff;
        row->underlying = 1;
        row->settlement = payoff == HPM_INVERSE ? 1 : 0;
        row->contract_size = 1;
        row->lot.e8 = HPM_E8;
        row->strike = chain_strike(expiry, strike);
        row->is_call = option % 2;
        row->expiry_ns = chain_expiry_ns(expiry);
    }
    hpm_error error = {0};
    return hpm_catalog_init(&world->catalog, &world->arena, assets, 2, rows, CHAIN_INSTRUMENTS,
                            &error);
}

static inline hpm_quote *chain_quote(chain_world *world, int expiry, int strike, int is_call)
{
    char name[HPM_NAME_SIZE];
    chain_name(name, expiry, strike, is_call);
    return &world->quotes.quote[hpm_catalog_find_instrument(&world->catalog, name)];
}

/* The price at a volatility that is `shift` off the slice's. */
static inline double chain_price(const chain_world *world, int expiry, int strike, int is_call,
                                 double shift)
{
    double tau = chain_days[expiry] / 365.0, at = chain_strike(expiry, strike);
    double k = log(at / CHAIN_FORWARD);
    double vol = sqrt(hpm_svi_at(&chain_slices[expiry], k).variance / tau) + shift;
    double value = hpm_black76(CHAIN_FORWARD, at, vol * sqrt(tau), is_call ? 1 : -1);
    return world->catalog.instruments[0].payoff == HPM_INVERSE ? value / CHAIN_FORWARD : value;
}

/* Two-sided quotes `half` of volatility around the slices. */
static inline void chain_quotes(chain_world *world, double half)
{
    for (int e = 0; e < CHAIN_EXPIRIES; e++)
        for (int s = 0; s < CHAIN_STRIKES; s++)
            for (int c = 0; c < 2; c++) {
                hpm_quote *quote = chain_quote(world, e, s, c);
                quote->bid = chain_price(world, e, s, c, -half);
                quote->ask = chain_price(world, e, s, c, half);
                quote->mark = chain_price(world, e, s, c, 0);
                double tau = chain_days[e] / 365.0, at = chain_strike(e, s);
                double k = log(at / CHAIN_FORWARD);
                quote->mark_vol = sqrt(hpm_svi_at(&chain_slices[e], k).variance / tau);
                quote->underlying = CHAIN_FORWARD;
            }
}

static inline chain_world *chain_new(hpm_payoff payoff, double half, int first)
{
    chain_world *world = calloc(1, sizeof *world);
    hpm_error error = {0};
    assert_non_null(world);
    world->arena.capacity = (size_t)4 << 20;
    world->arena.base = aligned_alloc(HPM_ALIGNMENT, world->arena.capacity);
    assert_non_null(world->arena.base);
    assert_int_equal(chain_catalog(world, payoff, first), HPM_OK);
    check_ok(hpm_quotes_begin(&world->quotes, &world->arena, &world->catalog,
                              hpm_catalog_find_asset(&world->catalog, "USD"), CHAIN_NOW_NS, &error),
             &error);
    world->quotes.asset_price[hpm_catalog_find_asset(&world->catalog, "BTC")] =
        (hpm_input){CHAIN_FORWARD, 1, 0};
    chain_quotes(world, half);
    check_ok(hpm_context_init(&world->context, HPM_ISA_BASE, &error), &error);
    return world;
}

static inline void chain_free(chain_world *world)
{
    free(world->arena.base);
    free(world);
}

/* Finishes the quotes and fits; memory is exactly what was asked for. */
static inline hpm_status chain_fit(hpm_surface_fit *fit, chain_world *world,
                                   const hpm_surface *before, hpm_error *error)
{
    check_ok(hpm_quotes_finish(&world->quotes, error), error);
    hpm_arena exact = {.capacity = hpm_surface_fit_size(&world->catalog, before)};
    assert_true(world->arena.capacity - world->arena.used >= exact.capacity);
    exact.base = world->arena.base + world->arena.used;
    hpm_status status =
        hpm_surface_fit_quotes(&world->context, fit, &exact, &world->quotes, before, NULL, error);
    world->arena.used += hpm_aligned_size(exact.capacity);
    return status;
}

#endif
