/* Many expiries that contradict each other a little: what is moved stays near its own quotes. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "hpm/surface.h"
#include "math/rng.h"
#include "price/black76.h"

enum { EXPIRIES = 200, STRIKES_MOST = 20 };

#define NOW_NS  (INT64_C(1772447400) * 1000000000)
#define FORWARD 80000.0
#define VOL     0.6

typedef struct crowd {
    int strikes; /* of each expiry */
    double noise;
    hpm_arena arena;
    hpm_catalog catalog;
    hpm_quotes quotes;
    hpm_surface_fit fit;
} crowd;

static double years(int expiry)
{
    return (expiry + 1) / 365.0;
}

/* From two deviations below the money to two above. */
static double strike_at(const crowd *c, int expiry, int strike)
{
    double place = 2 * (2.0 * (strike + 0.5) / c->strikes - 1);
    return FORWARD * exp(place * VOL * sqrt(years(expiry)));
}

static void list(crowd *c, hpm_error *error)
{
    static hpm_instrument rows[EXPIRIES * STRIKES_MOST];
    const hpm_asset assets[] = {{"USD", HPM_ASSET_FIAT}, {"BTC", HPM_ASSET_COIN}};
    uint32_t count = (uint32_t)(EXPIRIES * c->strikes);
    memset(rows, 0, sizeof rows);
    for (uint32_t i = 0; i < count; i++) {
        int expiry = (int)i / c->strikes;
        snprintf(rows[i].name, sizeof rows[i].name, "x:%05u", i);
        rows[i].kind = HPM_OPTION;
        rows[i].payoff = HPM_LINEAR;
        rows[i].underlying = 1;
        rows[i].contract_size = 1;
        rows[i].lot.e8 = HPM_E8;
        rows[i].strike = strike_at(c, expiry, (int)i % c->strikes);
        rows[i].is_call = rows[i].strike >= FORWARD;
        rows[i].expiry_ns = NOW_NS + (expiry + 1) * HPM_DAY_NS;
    }
    check_ok(hpm_catalog_init(&c->catalog, &c->arena, assets, 2, rows, count, error), error);
}

/* One volatility everywhere, give or take the noise; half a spread of a point. */
static void quote(crowd *c, hpm_error *error)
{
    hpm_rng random = {5};
    uint32_t usd = hpm_catalog_find_asset(&c->catalog, "USD");
    check_ok(hpm_quotes_begin(&c->quotes, &c->arena, &c->catalog, usd, NOW_NS, error), error);
    for (uint32_t i = 0; i < c->catalog.instrument_count; i++) {
        const hpm_instrument *option = &c->catalog.instruments[i];
        double root = sqrt(years((int)i / c->strikes)), sign = option->is_call ? 1 : -1;
        double vol = VOL + c->noise * (2 * hpm_rng_real(&random) - 1);
        c->quotes.quote[i].bid = hpm_black76(FORWARD, option->strike, (vol - 0.01) * root, sign);
        c->quotes.quote[i].ask = hpm_black76(FORWARD, option->strike, (vol + 0.01) * root, sign);
        c->quotes.quote[i].underlying = FORWARD;
    }
    check_ok(hpm_quotes_finish(&c->quotes, error), error);
}

static void stay_near_their_quotes(int strikes, double noise)
{
    crowd c = {.strikes = strikes, .noise = noise};
    hpm_error error = {0};
    hpm_context context;
    c.arena.capacity = (size_t)32 << 20;
    c.arena.base = aligned_alloc(HPM_ALIGNMENT, c.arena.capacity);
    assert_non_null(c.arena.base);
    list(&c, &error);
    quote(&c, &error);
    check_ok(hpm_context_init(&context, HPM_ISA_BASE, &error), &error);
    check_ok(hpm_surface_fit_quotes(&context, &c.fit, &c.arena, &c.quotes, NULL, NULL, &error),
             &error);
    for (uint32_t s = 0; s < c.fit.surface.slice_count; s++) {
        const hpm_slice *slice = &c.fit.surface.slices[s];
        assert_int_not_equal(slice->state, HPM_SLICE_NONE);
        double vol = sqrt(hpm_svi_at(&slice->svi, 0).variance / slice->tau_years);
        if (!(vol > 0.6 * (VOL - noise) && vol < 1.5 * (VOL + noise)))
            fail_msg("expiry %u: volatility %g from quotes of %g +- %g", s, vol, VOL, noise);
    }
    free(c.arena.base);
}

static void a_strike_each(void **state)
{
    (void)state;
    stay_near_their_quotes(1, 0.01);
}

static void smiles_of_their_own(void **state)
{
    (void)state;
    stay_near_their_quotes(10, 0.02);
    stay_near_their_quotes(STRIKES_MOST, 0.3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_strike_each),
        cmocka_unit_test(smiles_of_their_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
