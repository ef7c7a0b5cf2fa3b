/* Tests of src/risk/shock_vol.c: what becomes of volatilities that depend on strikes, by hand.
 *
 * BTC in 0.2 years, forward 100, is quoted at 80 (60 %) and at 100 (40 %, by the call; the put says
 * 45 %). Between them variance is linear in ln K, beyond them volatility is flat. */
#include "price/black76.h"
#include "risk/shock.h"
#include "small_world.h"

static hpm_scenario_set *begin(world *w, hpm_scenario *scenarios, uint32_t count)
{
    w->market.vol[B_CALL_80].value = 0.6;
    w->market.vol[B_CALL_UST].value = 0.6;
    w->market.vol[B_COIN_CALL].value = 0.6;
    w->market.vol[B_CALL_100].value = 0.4;
    w->market.vol[B_PUT_100].value = 0.45;
    hpm_scenario_set *set = world_list(w, "list", scenarios, count);
    world_component(w, "haircut", HPM_COMPONENT_HAIRCUT);
    return set;
}

static void check_vols(world *w, uint32_t instrument, const double *wanted)
{
    double vol[16];
    assert_true(w->array.extra <= 16);
    hpm_shock_option_vols(vol, &w->array, instrument);
    for (uint32_t c = 0; c < w->array.scenario_count; c++) {
        char what[128];
        snprintf(what, sizeof what, "%s in scenario %u", w->catalog.instruments[instrument].name,
                 c);
        check_near(vol[c], wanted[c], what);
    }
    for (uint32_t c = w->array.scenario_count; c < w->array.extra; c++)
        assert_true(vol[c] == w->market.vol[instrument].value);
}

static void test_sticky_strike(void **state)
{
    static hpm_scenario list[] = {
        {.weight = 1}, {.price = -0.2, .weight = 1}, {.vol = 0.5, .weight = 1}};
    world *w = *state;
    begin(w, list, 3);
    world_price(w);
    assert_int_equal(w->array.shocks->by_strike, 0);
    check_vols(w, B_CALL_80, (double[]){0.6, 0.6, 0.9});
}

/* At a forward of 80 the strike 80 is at the money and takes the 40 % of 100; 100 is where 125 was,
 * beyond the quotes. At 125 the strike 100 is where 80 was, and 80 beyond. The put keeps its 5
 * points over the smile. */
static void test_sticky_moneyness(void **state)
{
    static hpm_scenario list[] = {{.weight = 1},
                                  {.price = -0.2, .weight = 1},
                                  {.price = 0.25, .weight = 1},
                                  {.price = 0.25, .vol = -0.1, .weight = 1}};
    world *w = *state;
    hpm_scenario_set *set = begin(w, list, 4);
    set->vol_dynamics = HPM_STICKY_MONEYNESS;
    set->vol_unit = HPM_VOL_POINTS;
    world_price(w);
    assert_int_equal(w->array.shocks->by_strike, 1);
    check_vols(w, B_CALL_80, (double[]){0.6, 0.4, 0.6, 0.5});
    check_vols(w, B_CALL_100, (double[]){0.4, 0.4, 0.6, 0.5});
    check_vols(w, B_PUT_100, (double[]){0.45, 0.45, 0.65, 0.55});
}

/* Volatility doubles: a strike is half as many deviations away as it was. 80 then is where
 * 100 * 0.8^0.5 was, half way between the quotes: sqrt((0.36 + 0.16) / 2), doubled. Halved, it is
 * where 100 * 0.8^2 = 64 was. Without a volatility shock the same as sticky moneyness: at a forward
 * of 80 the strike 80 stands where 100 stood. No deviations are left: beyond the outermost quote.
 */
static void test_sticky_delta(void **state)
{
    static hpm_scenario list[] = {{.weight = 1},
                                  {.vol = 1, .weight = 1},
                                  {.vol = -0.5, .weight = 1},
                                  {.price = -0.2, .weight = 1},
                                  {.price = 0.25, .vol = 1, .weight = 1},
                                  {.time_days = 73, .weight = 1}};
    world *w = *state;
    begin(w, list, 6)->vol_dynamics = HPM_STICKY_DELTA;
    world_price(w);
    double between = sqrt((0.36 + 0.16) / 2);
    check_vols(w, B_CALL_80, (double[]){0.6, 2 * between, 0.3, 0.4, 1.2, 0.6});
    check_vols(w, B_CALL_100, (double[]){0.4, 0.8, 0.2, 0.4, 2 * between, 0.4});
}

/* k = ln(80/100), k* = 0.5, c = 0.2: 0.6 * (1 - 0.4463 * 0.2). After the forward has moved to 80
 * the strike 100 is ln(100/80) away. Then the parallel shock. */
static void test_skew(void **state)
{
    static hpm_scenario list[] = {{.weight = 1, .skew = 1},
                                  {.price = -0.2, .weight = 1, .skew = 1},
                                  {.vol = 0.5, .weight = 1, .skew = -1}};
    world *w = *state;
    hpm_scenario_set *set = begin(w, list, 3);
    double part = log(1.25) / 0.5 * 0.2;
    set->skew_cap = 0.2;
    set->skew_minimum = 0.5;
    world_price(w);
    check_vols(w, B_CALL_80, (double[]){0.6 * (1 - part), 0.6, 0.6 * (1 + part) * 1.5});
    check_vols(w, B_CALL_100, (double[]){0.4, 0.4 * (1 + part), 0.4 * 1.5});
}

/* k* = 0.5 * 0.4 * sqrt(0.2) at the least, or 0.3; k = ln(80/100), or the same of 100 at a forward
 * of 80. Both wings alike; after the skew and before the parallel shock. */
static void test_curvature(void **state)
{
    static hpm_scenario list[] = {{.weight = 1, .curvature = 1},
                                  {.price = -0.2, .weight = 1, .curvature = 1},
                                  {.vol = 0.5, .weight = 1, .curvature = -2, .skew = 1}};
    static const double leasts[] = {0.01, 0.3};
    for (size_t i = 0; i < COUNT_OF(leasts); i++) {
        world *w = world_again(state);
        hpm_scenario_set *set = begin(w, list, 3);
        double half = i == 0 ? 0.5 * 0.4 * sqrt(0.2) : 0.3;
        double k = log(1.25), part = 0.2 * k * k / (k * k + half * half);
        double skewed = 1 - 0.1 * k / 0.5;
        set->curvature_cap = 0.2;
        set->curvature_width = 0.5;
        set->curvature_minimum = leasts[i];
        set->skew_cap = 0.1;
        set->skew_minimum = 0.5;
        world_price(w);
        assert_int_equal(w->array.shocks->by_strike, 1);
        check_vols(w, B_CALL_80,
                   (double[]){0.6 * (1 + part), 0.6, 0.6 * skewed * (1 - 2 * part) * 1.5});
        check_vols(w, B_CALL_100, (double[]){0.4, 0.4 * (1 + part), 0.4 * 1.5});
        check_vols(w, B_PUT_100, (double[]){0.45, 0.45 * (1 + part), 0.45 * 1.5});
    }
}

/* A put at 80 is worth at most 80/100 of the one at 100: what an option is worth at a strike of 0
 * no volatility changes. Quoted at 300 % and 10 %, doubled, it would be worth ten times that. Where
 * nothing moves what is quoted stays, and 100 is free. */
static void test_arbitrage_free(void **state)
{
    static hpm_scenario list[] = {{.weight = 1}, {.vol = 1, .weight = 1}};
    world *w = *state;
    double vol[16], root = sqrt(0.2);
    begin(w, list, 2)->arbitrage_free = 1;
    w->market.vol[B_CALL_80].value = w->market.vol[B_CALL_UST].value = 3;
    w->market.vol[B_COIN_CALL].value = 3;
    w->market.vol[B_CALL_100].value = w->market.vol[B_PUT_100].value = 0.1;
    world_price(w);
    assert_int_equal(w->array.shocks->by_strike, 1);
    check_vols(w, B_CALL_100, (double[]){0.1, 0.2});
    check_vols(w, B_PUT_100, (double[]){0.1, 0.2});
    hpm_shock_option_vols(vol, &w->array, B_CALL_80);
    assert_true(vol[0] == 3 && vol[1] < 3);
    check_near(hpm_black76(100, 80, vol[1] * root, -1), 0.8 * hpm_black76(100, 100, 0.2 * root, -1),
               "a put");
}

/* Under a smile the cap counts from every strike of the expiry that has an option: 100 lies between
 * 125 and 80, and has no quote. All at a variance of 0.36 * 0.2. */
static void test_cap_under_a_smile(void **state)
{
    static hpm_scenario list[] = {{.price = 0.25, .weight = 1, .skew = 1}};
    world *w = *state;
    hpm_scenario_set *set = begin(w, list, 1);
    set->skew_shape = HPM_SKEW_ABSOLUTE;
    set->skew_minimum = 0.44628710262841951; /* 2 ln 1.25 */
    set->skew_cap = 2 * set->skew_minimum;
    set->vol_slope_cap = 0.1;
    for (uint32_t i = 0; i < INSTRUMENTS; i++)
        w->market.vol[i].value = NAN;
    w->market.smile[BTC_NEAR].svi = (hpm_svi){0.072, 0, 0, 0, 1};
    w->market.vol[B_FAR_CALL].value = w->market.vol[E_CALL].value = 0.6;
    world_price(w);
    double inner = 0.6 * (1 + 2 * log(1.25)), outer = 0.6 * (1 + 4 * log(1.25));
    double held = sqrt((inner * inner * 0.2 + 0.1 * log(1.25)) / 0.2);
    assert_true(held < outer);
    check_vols(w, B_CALL_100, (double[]){inner});
    check_vols(w, B_CALL_80, (double[]){held});
}

/* A smile rides with the price as quotes do, but bends between and beyond strikes. An option with a
 * volatility of its own stays as far off it as it was. */
static void test_riding_smile(void **state)
{
    static hpm_scenario list[] = {{.weight = 1}, {.price = -0.2, .weight = 1}};
    const hpm_svi svi = {0.01, 0.2, -0.4, 0, 0.3};
    world *w = *state;
    begin(w, list, 2)->vol_dynamics = HPM_STICKY_MONEYNESS;
    w->market.smile[BTC_NEAR].svi = svi;
    w->market.vol[B_CALL_80].value = NAN;
    world_price(w);
    double at_80 = sqrt(hpm_svi_at(&svi, log(0.8)).variance / 0.2);
    double at_100 = sqrt(hpm_svi_at(&svi, 0).variance / 0.2);
    double at_125 = sqrt(hpm_svi_at(&svi, log(1.25)).variance / 0.2);
    check_vols(w, B_CALL_80, (double[]){at_80, at_100});
    check_vols(w, B_CALL_100, (double[]){0.4, 0.4 + at_125 - at_100});
}

/* At a forward of 125 the strike 100 lies between the money and 80. Doubled, its total variance is
 * 0.8^2 * 0.2 = 0.128, and that of 80 at most a slope times ln(100/80) more: 0.5 holds it back, 2
 * does not. Up by a point, 80 may not even be where it was, and stays there. Down, nothing is held.
 * A strike with none between it and the money is free. */
static void test_slope_cap(void **state)
{
    static hpm_scenario list[] = {{.price = 0.25, .vol = 1, .weight = 1},
                                  {.price = 0.25, .vol = 1.0 / 60, .weight = 1},
                                  {.price = 0.25, .vol = -0.5, .weight = 1},
                                  {.vol = 1, .weight = 1}};
    static const double slopes[] = {0.5, 2};
    for (int i = 0; i < 2; i++) {
        world *w = world_again(state);
        begin(w, list, 4)->vol_slope_cap = slopes[i];
        world_price(w);
        double held = sqrt((0.128 + 0.5 * log(1.25)) / 0.2);
        check_vols(w, B_CALL_80, (double[]){i == 0 ? held : 1.2, 0.61, 0.3, 1.2});
        check_vols(w, B_CALL_100, (double[]){0.8, 0.4 * (1 + 1.0 / 60), 0.2, 0.8});
        w = world_again(state);
        begin(w, list, 4)->vol_slope_cap = 0.01;
        world_price(w);
        held = sqrt((0.128 + 0.01 * log(1.25)) / 0.2);
        check_vols(w, B_CALL_80, (double[]){held, 0.6, 0.3, 1.2});
    }
}

/* A cap holds the smile as it is after dynamics and skew. At 125 the smile rides: 100 has the 60 %
 * of 80, and 80 those of the wing. The skew lifts both by twice their distance, up to 2 ln 1.25 off
 * the money; then 80 may have 0.1 ln 1.25 more than 100. */
static void test_cap_of_everything(void **state)
{
    static hpm_scenario list[] = {{.price = 0.25, .weight = 1, .skew = 1}};
    world *w = *state;
    hpm_scenario_set *set = begin(w, list, 1);
    set->vol_dynamics = HPM_STICKY_MONEYNESS;
    set->skew_shape = HPM_SKEW_ABSOLUTE;
    set->skew_minimum = 0.44628710262841951; /* 2 ln 1.25 */
    set->skew_cap = 2 * set->skew_minimum;
    set->vol_slope_cap = 0.1;
    world_price(w);
    double inner = 0.6 * (1 + 2 * log(1.25)), outer = 0.6 * (1 + 4 * log(1.25));
    double held = sqrt((inner * inner * 0.2 + 0.1 * log(1.25)) / 0.2);
    assert_true(held < outer);
    check_vols(w, B_CALL_100, (double[]){inner});
    check_vols(w, B_CALL_80, (double[]){held});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_sticky_strike), WORLD_TEST(test_sticky_moneyness),
        WORLD_TEST(test_sticky_delta),  WORLD_TEST(test_skew),
        WORLD_TEST(test_slope_cap),     WORLD_TEST(test_cap_of_everything),
        WORLD_TEST(test_curvature),     WORLD_TEST(test_cap_under_a_smile),
        WORLD_TEST(test_riding_smile),  WORLD_TEST(test_arbitrage_free),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
