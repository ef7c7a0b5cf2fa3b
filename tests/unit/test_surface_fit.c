/* Fits of surfaces to chains that are known: what is found again, which quotes count, expiries with
 * few quotes or none, and arbitrage that the quotes themselves have. */
#include "chain_world.h"
#include "math/rng.h"

static hpm_surface_fit fit_of(chain_world *world, const hpm_surface *before)
{
    hpm_surface_fit fit;
    hpm_error error = {0};
    check_ok(chain_fit(&fit, world, before, &error), &error);
    return fit;
}

static const hpm_smile_quote *seen(const hpm_surface_fit *fit, const chain_world *world, int expiry,
                                   int strike, int is_call)
{
    char name[HPM_NAME_SIZE];
    chain_name(name, expiry, strike, is_call);
    return &fit->quote[hpm_catalog_find_instrument(&world->catalog, name)];
}

static void silence(chain_world *world, int expiry, int first, int end)
{
    for (int s = first; s < end; s++)
        for (int c = 0; c < 2; c++) {
            hpm_quote *quote = chain_quote(world, expiry, s, c);
            quote->bid = quote->ask = 0;
        }
}

static void assert_free(const hpm_surface *surface)
{
    hpm_slice_check checks[CHAIN_EXPIRIES + 1];
    assert_int_equal(hpm_surface_check(checks, surface), 0);
    for (uint32_t s = 0; s < surface->slice_count; s++)
        assert_true(surface->slices[s].state == HPM_SLICE_NONE || checks[s].certain);
}

static void assert_near(double a, double b, double error)
{
    if (!(fabs(a - b) <= error)) fail_msg("%.17g is not %.17g within %g", a, b, error);
}

/* ---- What is known is found -------------------------------------------------------------------
 */

static void found_again(hpm_payoff payoff)
{
    chain_world *world = chain_new(payoff, 0, 0);
    hpm_surface_fit fit = fit_of(world, NULL);
    assert_int_equal(fit.surface.slice_count, CHAIN_EXPIRIES);
    for (int e = 0; e < CHAIN_EXPIRIES; e++) {
        const hpm_slice *slice = &fit.surface.slices[e];
        assert_int_equal(slice->state, HPM_SLICE_FITTED);
        assert_near(slice->forward.value, CHAIN_FORWARD, 1e-6);
        assert_near(slice->svi.a, chain_slices[e].a, 1e-8);
        assert_near(slice->svi.b, chain_slices[e].b, 1e-8);
        assert_near(slice->svi.rho, chain_slices[e].rho, 1e-8);
        assert_near(slice->svi.m, chain_slices[e].m, 1e-8);
        assert_near(slice->svi.sigma, chain_slices[e].sigma, 1e-8);
        assert_true(slice->mark_rmse < 1e-8);
        assert_int_equal(slice->inside, slice->judged); /* each bid is its ask */
        assert_true(slice->repair_vol == 0);
    }
    assert_free(&fit.surface);
    chain_free(world);
}

static void test_found_in_coin(void **state)
{
    (void)state;
    found_again(HPM_INVERSE);
}

static void test_found_in_currency(void **state)
{
    (void)state;
    found_again(HPM_LINEAR);
}

/* Every two-sided quote near the money is met, and the figures say so. */
static void test_figures(void **state)
{
    (void)state;
    chain_world *world = chain_new(HPM_INVERSE, 0.01, 0);
    hpm_surface_fit fit = fit_of(world, NULL);
    for (int e = 0; e < CHAIN_EXPIRIES; e++) {
        const hpm_slice *slice = &fit.surface.slices[e];
        assert_int_equal(slice->quotes, CHAIN_OPTIONS);
        assert_int_equal(slice->inside, slice->judged);
        assert_int_equal(slice->mark_inside, slice->judged);
        assert_true(slice->judged > 20 && slice->judged < CHAIN_OPTIONS);
        assert_near(slice->spread_vol, 0.02, 1e-9);
        assert_true(slice->confidence > 0.8 && slice->confidence < 1);
        assert_true(slice->age_s == 0);
    }
    const hpm_smile_quote *middle = seen(&fit, world, 1, CHAIN_STRIKES / 2, 1);
    assert_int_equal(middle->use, HPM_USE_TWO_SIDED);
    assert_near(middle->ask_vol - middle->bid_vol, 0.02, 1e-9);
    assert_near(middle->delta, 0.5, 0.1);
    assert_true(middle->is_inside && middle->weight > 0);
    chain_free(world);
}

static void test_order_of_rows(void **state)
{
    (void)state;
    chain_world *one = chain_new(HPM_INVERSE, 0.01, 0);
    chain_world *other = chain_new(HPM_INVERSE, 0.01, 57);
    hpm_surface_fit fit = fit_of(one, NULL), again = fit_of(other, NULL);
    assert_memory_equal(&fit.surface.hash, &again.surface.hash, sizeof(hpm_hash));
    chain_free(one);
    chain_free(other);
}

/* ---- Which quotes count -----------------------------------------------------------------------
 */

static void test_uses(void **state)
{
    (void)state;
    chain_world *world = chain_new(HPM_INVERSE, 0.01, 0);
    chain_quote(world, 1, 0, 0)->bid = 0;
    chain_quote(world, 1, 20, 1)->ask = 0;
    chain_quote(world, 1, 3, 0)->bid = chain_quote(world, 1, 3, 0)->ask * 1.5;
    chain_quote(world, 1, 4, 0)->bid = chain_quote(world, 1, 4, 0)->ask = 0;
    chain_quote(world, 1, 5, 0)->age_s = 1e5;
    /* In the money, asked below what exercise would give. */
    chain_quote(world, 1, 2, 1)->bid = 0.01;
    chain_quote(world, 1, 2, 1)->ask = 0.02;
    hpm_surface_fit fit = fit_of(world, NULL);
    assert_int_equal(seen(&fit, world, 1, 0, 0)->use, HPM_USE_ASK_ALONE);
    assert_int_equal(seen(&fit, world, 1, 20, 1)->use, HPM_USE_BID_ALONE);
    assert_int_equal(seen(&fit, world, 1, 3, 0)->use, HPM_USE_CROSSED);
    assert_int_equal(seen(&fit, world, 1, 4, 0)->use, HPM_USE_NO_QUOTE);
    assert_int_equal(seen(&fit, world, 1, 5, 0)->use, HPM_USE_STALE);
    assert_int_equal(seen(&fit, world, 1, 2, 1)->use, HPM_USE_NO_TIME_VALUE);
    assert_near(fit.surface.slices[1].svi.sigma, chain_slices[1].sigma, 1e-3);
    chain_free(world);
}

/* One option that is quoted tightly at an absurd volatility does not bend the smile. */
static void test_outlier(void **state)
{
    (void)state;
    chain_world *world = chain_new(HPM_INVERSE, 0.01, 0);
    hpm_quote *quote = chain_quote(world, 1, 8, 0);
    quote->bid = chain_price(world, 1, 8, 0, 0.299);
    quote->ask = chain_price(world, 1, 8, 0, 0.301);
    hpm_surface_fit fit = fit_of(world, NULL);
    assert_int_equal(seen(&fit, world, 1, 8, 0)->use, HPM_USE_OUTLIER);
    assert_true(seen(&fit, world, 1, 8, 0)->weight == 0);
    assert_near(fit.surface.slices[1].svi.a, chain_slices[1].a, 1e-3);
    assert_near(hpm_svi_at(&fit.surface.slices[1].svi, 0).variance,
                hpm_svi_at(&chain_slices[1], 0).variance, 1e-5);
    chain_free(world);
}

/* Neither is the end of a smile an outlier because it is steep, ... */
static void test_ends_are_no_outliers(void **state)
{
    (void)state;
    chain_world *world = chain_new(HPM_INVERSE, 0.0005, 0);
    hpm_surface_fit fit = fit_of(world, NULL);
    for (int e = 0; e < CHAIN_EXPIRIES; e++)
        assert_int_equal(fit.surface.slices[e].two_sided, CHAIN_OPTIONS);
    chain_free(world);
}

/* ... nor is it hidden there, be it call or put. */
static void test_outlier_at_an_end(void **state)
{
    (void)state;
    static const int strikes[] = {0, CHAIN_STRIKES - 1};
    for (int i = 0; i < 4; i++) {
        int strike = strikes[i / 2], is_call = i % 2;
        chain_world *world = chain_new(HPM_INVERSE, 0.01, 0);
        hpm_quote *quote = chain_quote(world, 1, strike, is_call);
        quote->bid = chain_price(world, 1, strike, is_call, 0.499);
        quote->ask = chain_price(world, 1, strike, is_call, 0.501);
        hpm_surface_fit fit = fit_of(world, NULL);
        assert_int_equal(seen(&fit, world, 1, strike, is_call)->use, HPM_USE_OUTLIER);
        assert_int_equal(seen(&fit, world, 1, strike, !is_call)->use, HPM_USE_TWO_SIDED);
        chain_free(world);
    }
}

/* A single ask far below the model's wing pulls it down. */
static void test_single_ask(void **state)
{
    (void)state;
    chain_world *world = chain_new(HPM_INVERSE, 0.01, 0);
    silence(world, 1, 17, CHAIN_STRIKES);
    hpm_surface_fit without = fit_of(world, NULL);
    hpm_quote *wing = chain_quote(world, 1, 20, 1);
    wing->ask = chain_price(world, 1, 20, 1, -0.06);
    hpm_surface_fit with = fit_of(world, NULL);
    assert_int_equal(seen(&with, world, 1, 20, 1)->use, HPM_USE_ASK_ALONE);
    assert_true(seen(&with, world, 1, 20, 1)->weight > 0);
    assert_true(seen(&with, world, 1, 20, 1)->fit_vol < seen(&without, world, 1, 20, 1)->fit_vol);
    chain_free(world);
}

/* ---- Few quotes and none ----------------------------------------------------------------------
 */

static void test_sparse(void **state)
{
    (void)state;
    chain_world *world = chain_new(HPM_INVERSE, 0.005, 0);
    silence(world, 1, 0, 9);
    silence(world, 1, 11, CHAIN_STRIKES);
    hpm_surface_fit fit = fit_of(world, NULL);
    const hpm_slice *slice = &fit.surface.slices[1];
    assert_int_equal(slice->state, HPM_SLICE_SPARSE);
    assert_int_equal(slice->used, 4);
    for (int s = 9; s < 11; s++)
        assert_near(seen(&fit, world, 1, s, 1)->fit_vol, seen(&fit, world, 1, s, 1)->mark_vol,
                    0.005);
    assert_true(slice->confidence < 0.5 * fit.surface.slices[0].confidence);
    assert_free(&fit.surface);
    chain_free(world);
}

/* Where no expiry has quotes enough to tell the common shape, the few that there are count for more
 * than a shape that is made up. */
static void test_few_and_no_shape(void **state)
{
    (void)state;
    const double halves[] = {0.0005, 0.005, 0.02};
    for (size_t h = 0; h < sizeof halves / sizeof halves[0]; h++)
        for (int count = 5; count < 8; count++) {
            chain_world *world = chain_new(HPM_INVERSE, halves[h], 0);
            for (int e = 0; e < CHAIN_EXPIRIES; e++)
                silence(world, e, 0, e == 1 ? 7 : CHAIN_STRIKES);
            silence(world, 1, 7 + count, CHAIN_STRIKES);
            hpm_surface_fit fit = fit_of(world, NULL);
            assert_int_equal(fit.surface.slices[1].two_sided, 2 * count);
            for (int s = 7; s < 7 + count; s++)
                assert_true(seen(&fit, world, 1, s, 0)->is_inside);
            assert_free(&fit.surface);
            chain_free(world);
        }
}

static void test_nothing_but_asks(void **state)
{
    (void)state;
    chain_world *world = chain_new(HPM_INVERSE, 0.005, 0);
    for (int s = 0; s < CHAIN_STRIKES; s++)
        for (int c = 0; c < 2; c++)
            chain_quote(world, 1, s, c)->bid = 0;
    hpm_surface_fit fit = fit_of(world, NULL);
    const hpm_slice *slice = &fit.surface.slices[1];
    assert_int_equal(slice->state, HPM_SLICE_SPARSE);
    /* Between its neighbours, not beyond the asks by more than the margin of a wide quote. */
    double true_variance = hpm_svi_at(&chain_slices[1], 0).variance;
    assert_near(hpm_svi_at(&slice->svi, 0).variance, true_variance, 0.5 * true_variance);
    assert_free(&fit.surface);
    chain_free(world);
}

static void test_last_good(void **state)
{
    (void)state;
    const double hour_s = 3600;
    chain_world *early = chain_new(HPM_INVERSE, 0.005, 0), *late = chain_new(HPM_INVERSE, 0.005, 0);
    hpm_surface_fit before = fit_of(early, NULL);
    silence(late, 1, 0, CHAIN_STRIKES);
    late->quotes.now_ns += (int64_t)(hour_s * 1e9);
    hpm_surface_fit fit = fit_of(late, &before.surface);
    const hpm_slice *slice = &fit.surface.slices[1], *old = &before.surface.slices[1];
    assert_int_equal(slice->state, HPM_SLICE_LAST_GOOD);
    assert_near(slice->age_s, hour_s, 1e-9);
    assert_true(slice->confidence == old->confidence);
    /* The same volatility at the money for the time that is left. */
    assert_near(hpm_svi_at(&slice->svi, 0).variance / slice->tau_years,
                hpm_svi_at(&old->svi, 0).variance / old->tau_years, 1e-3);
    assert_free(&fit.surface);
    /* Not for ever. */
    late->quotes.now_ns += HPM_DAY_NS;
    fit = fit_of(late, &before.surface);
    assert_int_equal(fit.surface.slices[1].state, HPM_SLICE_NONE);
    chain_free(early);
    chain_free(late);
}

/* The earlier surface knows an expiry that the catalog no longer lists. */
static void test_last_good_unlisted(void **state)
{
    (void)state;
    chain_world *world = chain_new(HPM_INVERSE, 0.005, 0);
    hpm_surface_fit before = fit_of(world, NULL);
    before.surface.slices[2].expiry_ns += HPM_DAY_NS;
    before.surface.slices[2].tau_years += 1.0 / 365;
    hpm_surface_fit fit = fit_of(world, &before.surface);
    assert_int_equal(fit.surface.slice_count, CHAIN_EXPIRIES + 1);
    const hpm_slice *slice = &fit.surface.slices[CHAIN_EXPIRIES];
    assert_int_equal(slice->state, HPM_SLICE_LAST_GOOD);
    assert_int_equal(slice->quotes, 0);
    assert_near(slice->forward.value, CHAIN_FORWARD, 1e-6);
    chain_free(world);
}

static void test_refusals(void **state)
{
    (void)state;
    hpm_surface_fit fit;
    hpm_error error = {0};
    chain_world *world = chain_new(HPM_INVERSE, 0.005, 0);
    for (int e = 0; e < CHAIN_EXPIRIES; e++)
        silence(world, e, 0, CHAIN_STRIKES);
    check_error(chain_fit(&fit, world, NULL, &error), &error, HPM_E_MISSING_PRICE, "quotes",
                "no option has a quote that says anything of volatility");
    hpm_surface later = {.now_ns = CHAIN_NOW_NS + 1};
    check_error(chain_fit(&fit, world, &later, &error), &error, HPM_E_RANGE, "before",
                "the earlier surface is later than the quotes");
    hpm_arena small = {.base = world->arena.base + world->arena.used, .capacity = 64};
    check_error(
        hpm_surface_fit_quotes(&world->context, &fit, &small, &world->quotes, NULL, NULL, &error),
        &error, HPM_E_MEMORY, "surface", "the arena is too small");
    chain_free(world);
}

/* ---- Arbitrage in the quotes ------------------------------------------------------------------
 */

/* The middle expiry is quoted 25 points too high: more variance than the last one has. */
static void test_calendar_repaired(void **state)
{
    (void)state;
    chain_world *world = chain_new(HPM_INVERSE, 0.01, 0);
    for (int s = 0; s < CHAIN_STRIKES; s++)
        for (int c = 0; c < 2; c++) {
            chain_quote(world, 1, s, c)->bid = chain_price(world, 1, s, c, 0.89);
            chain_quote(world, 1, s, c)->ask = chain_price(world, 1, s, c, 0.91);
        }
    hpm_surface_fit fit = fit_of(world, NULL);
    assert_int_equal(fit.surface.slices[1].state, HPM_SLICE_REPAIRED);
    assert_true(fit.surface.slices[1].repair_vol > 0.01);
    assert_true(fit.surface.slices[1].inside < fit.surface.slices[1].judged);
    assert_free(&fit.surface);
    chain_free(world);
}

/* Seeded quotes with spreads, holes and noise of every size: never arbitrage, never a crash. */
static void test_noise(void **state)
{
    (void)state;
    enum { WORLDS = 40 };
    for (uint64_t seed = 0; seed < WORLDS; seed++) {
        hpm_rng rng = {seed};
        double noise = 0.4 * hpm_rng_real(&rng);
        chain_world *world = chain_new(seed % 2 ? HPM_LINEAR : HPM_INVERSE, 0.01, 0);
        for (int i = 0; i < CHAIN_INSTRUMENTS; i++) {
            int e = i / CHAIN_OPTIONS, s = i % CHAIN_OPTIONS / 2, c = i % 2;
            hpm_quote *quote = chain_quote(world, e, s, c);
            double off = noise * (hpm_rng_real(&rng) - 0.5), draw = hpm_rng_real(&rng);
            quote->bid = chain_price(world, e, s, c, off - 0.02);
            quote->ask = chain_price(world, e, s, c, off + 0.02);
            if (draw < 0.1) quote->bid = 0;
            if (draw > 0.9) quote->ask = 0;
            if (draw > 0.85 && draw < 0.87) quote->ask *= 3;
        }
        hpm_surface_fit fit = fit_of(world, NULL);
        assert_free(&fit.surface);
        for (int e = 0; e < CHAIN_EXPIRIES; e++)
            assert_int_not_equal(fit.surface.slices[e].state, HPM_SLICE_NONE);
        chain_free(world);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_found_in_coin),
        cmocka_unit_test(test_found_in_currency),
        cmocka_unit_test(test_figures),
        cmocka_unit_test(test_order_of_rows),
        cmocka_unit_test(test_uses),
        cmocka_unit_test(test_outlier),
        cmocka_unit_test(test_ends_are_no_outliers),
        cmocka_unit_test(test_outlier_at_an_end),
        cmocka_unit_test(test_single_ask),
        cmocka_unit_test(test_sparse),
        cmocka_unit_test(test_few_and_no_shape),
        cmocka_unit_test(test_nothing_but_asks),
        cmocka_unit_test(test_last_good),
        cmocka_unit_test(test_last_good_unlisted),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_calendar_repaired),
        cmocka_unit_test(test_noise),
    };
    return cmocka_run_group_tests_name("surface fit", tests, NULL, NULL);
}
