/* Tests of src/market/market.c: defaults, range checks, hash, time and settlement forward. */
#include "small_world.h"

/* What an asset, expiry or instrument has that a check can be tried on. */
typedef enum target {
    PRICE,
    FORWARD,
    MARK,
    VOL,
} target;

static hpm_input *input_of(world *w, target which)
{
    hpm_input *inputs[] = {[PRICE] = &w->market.asset_price[BTC],
                           [FORWARD] = &w->market.curve[BTC_NEAR].forward,
                           [MARK] = &w->market.mark[B_PERP],
                           [VOL] = &w->market.vol[B_CALL_80]};
    return inputs[which];
}

static const char *const places[] = {"BTC", "BTC", "b:perp", "b:call:80"};

static void check_finish(world *w, hpm_status wanted, const char *where, const char *message)
{
    hpm_error error = {0};
    hpm_status status = hpm_market_finish(&w->market, &error);
    if (wanted == HPM_OK)
        check_ok(status, &error);
    else
        check_error(status, &error, wanted, where, message);
}

static void check_input(void **state, target which, hpm_input input, const char *message)
{
    world *w = world_again(state);
    *input_of(w, which) = input;
    check_finish(w, message ? HPM_E_RANGE : HPM_OK, places[which], message);
}

/* ---- Begin -------------------------------------------------------------------------------- */

static void test_begin(void **state)
{
    world *w = *state;
    hpm_error error = {0};
    hpm_market market;
    size_t used = w->arena.used;
    check_ok(hpm_market_begin(&market, &w->arena, &w->catalog, USD, NOW_NS, &error), &error);
    assert_int_equal(w->arena.used - used, hpm_market_size(&w->catalog));
    assert_true(market.asset_price[USD].value == 1);
    assert_true(isnan(market.asset_price[BTC].value));
    assert_true(market.asset_price[BTC].confidence == 1 && market.asset_price[BTC].age_s == 0);
    assert_true(isnan(market.curve[BTC_FAR].forward.value));
    assert_true(market.curve[BTC_FAR].forward.confidence == 1);
    assert_true(market.curve[BTC_FAR].rate_annual == 0);
    assert_true(isnan(market.mark[B_PERP].value) && isnan(market.vol[B_CALL_80].value));
    assert_true(isnan(market.vol_atm[BTC_FAR].value));
}

static void test_begin_refuses(void **state)
{
    world *w = *state;
    hpm_error error = {0};
    hpm_market market;
    check_error(hpm_market_begin(&market, &w->arena, &w->catalog, ASSETS, NOW_NS, &error), &error,
                HPM_E_REFERENCE, "reporting", "unknown asset id (7)");
    w->arena.capacity = w->arena.used + hpm_market_size(&w->catalog) - HPM_ALIGNMENT;
    check_error(hpm_market_begin(&market, &w->arena, &w->catalog, USD, NOW_NS, &error), &error,
                HPM_E_MEMORY, "market", "the arena is too small");
}

/* ---- Ranges ------------------------------------------------------------------------------- */

static void test_prices(void **state)
{
    check_input(state, PRICE, (hpm_input){0, 1, 0}, "price outside (0, 1e15] (0)");
    check_input(state, PRICE, (hpm_input){-1, 1, 0}, "price outside (0, 1e15] (-1)");
    check_input(state, PRICE, (hpm_input){INFINITY, 1, 0}, "price outside (0, 1e15] (inf)");
    check_input(state, PRICE, (hpm_input){2e15, 1, 0}, "price outside (0, 1e15] (2e+15)");
    check_input(state, FORWARD, (hpm_input){0, 1, 0}, "forward outside (0, 1e15] (0)");
    check_input(state, FORWARD, (hpm_input){-INFINITY, 1, 0}, "forward outside (0, 1e15] (-inf)");
    check_input(state, MARK, (hpm_input){-2, 1, 0}, "mark outside (0, 1e15] (-2)");
    check_input(state, MARK, (hpm_input){1e300, 1, 0}, "mark outside (0, 1e15] (1e+300)");
    check_input(state, VOL, (hpm_input){-0.1, 1, 0}, "vol outside [0, 1e5] (-0.1)");
    check_input(state, VOL, (hpm_input){100001, 1, 0}, "vol outside [0, 1e5] (100001)");
    check_input(state, VOL, (hpm_input){INFINITY, 1, 0}, "vol outside [0, 1e5] (inf)");
}

static void test_edges_are_good(void **state)
{
    for (target which = PRICE; which <= MARK; which++) {
        check_input(state, which, (hpm_input){1e15, 0, 1e9}, NULL);
        check_input(state, which, (hpm_input){1e-300, 1, 0}, NULL);
    }
    check_input(state, VOL, (hpm_input){0, 0, 0}, NULL);
    check_input(state, VOL, (hpm_input){100, 1, 1e9}, NULL);
}

static void test_trust(void **state)
{
    for (target which = PRICE; which <= VOL; which++) {
        check_input(state, which, (hpm_input){1, 1.01, 0}, "confidence outside [0, 1] (1.01)");
        check_input(state, which, (hpm_input){1, -0.01, 0}, "confidence outside [0, 1] (-0.01)");
        check_input(state, which, (hpm_input){1, NAN, 0}, "confidence outside [0, 1] (nan)");
        check_input(state, which, (hpm_input){1, 1, -1}, "age_s outside [0, 1e9] (-1)");
        check_input(state, which, (hpm_input){1, 1, NAN}, "age_s outside [0, 1e9] (nan)");
        check_input(state, which, (hpm_input){1, 1, 1.5e9}, "age_s outside [0, 1e9] (1.5e+09)");
    }
}

/* NaN is absent, and the trust in what is absent means nothing. */
static void test_absent(void **state)
{
    for (target which = PRICE; which <= VOL; which++)
        check_input(state, which, (hpm_input){NAN, 7, -7}, NULL);
}

static void check_curve(void **state, double rate, double share, double price, const char *message)
{
    world *w = world_again(state);
    hpm_curve_point *point = &w->market.curve[ETH_NEAR];
    point->rate_annual = rate;
    point->observed_share = share;
    point->observed_price = price;
    check_finish(w, message ? HPM_E_RANGE : HPM_OK, "ETH", message);
}

static void test_curves(void **state)
{
    check_curve(state, 10, 1, 1e15, NULL);
    check_curve(state, -10, 0, 0, NULL);
    check_curve(state, 10.5, 0, 0, "rate outside [-10, 10] (10.5)");
    check_curve(state, -10.5, 0, 0, "rate outside [-10, 10] (-10.5)");
    check_curve(state, NAN, 0, 0, "rate outside [-10, 10] (nan)");
    check_curve(state, 0, 1.01, 0, "observed_share outside [0, 1] (1.01)");
    check_curve(state, 0, -0.01, 0, "observed_share outside [0, 1] (-0.01)");
    check_curve(state, 0, NAN, 0, "observed_share outside [0, 1] (nan)");
    check_curve(state, 0, 0, -1, "observed_price outside [0, 1e15] (-1)");
    check_curve(state, 0, 0, 2e15, "observed_price outside [0, 1e15] (2e+15)");
    check_curve(state, 0, 0, NAN, "observed_price outside [0, 1e15] (nan)");
    check_curve(state, 0, 0.5, 0, "observed_share without an observed_price (0.5)");
}

static void check_smile(void **state, hpm_smile smile, const char *message)
{
    world *w = world_again(state);
    w->market.smile[ETH_NEAR] = smile;
    check_finish(w, message ? HPM_E_RANGE : HPM_OK, "ETH", message);
}

static void test_smiles(void **state)
{
    const hpm_svi good = {0.01, 0.05, -0.4, 0.1, 0.2};
    hpm_svi bad = good;
    check_smile(state, (hpm_smile){.svi = good, .confidence = 0, .age_s = 1e9}, NULL);
    check_smile(state, (hpm_smile){.svi.b = NAN, .confidence = 7, .age_s = -7}, NULL);
    check_smile(state, (hpm_smile){.svi = good, .confidence = 1.01},
                "confidence outside [0, 1] (1.01)");
    check_smile(state, (hpm_smile){.svi = good, .age_s = -1}, "age_s outside [0, 1e9] (-1)");
    bad.rho = 1;
    check_smile(state, (hpm_smile){.svi = bad},
                "svi out of range or of negative variance (0.01, 0.05, 1, 0.1, 0.2)");
    bad = good;
    bad.a = -0.02;
    check_smile(state, (hpm_smile){.svi = bad},
                "svi out of range or of negative variance (-0.02, 0.05, -0.4, 0.1, 0.2)");
    bad = good;
    bad.sigma = 1e7;
    check_smile(state, (hpm_smile){.svi = bad},
                "svi out of range or of negative variance (0.01, 0.05, -0.4, 0.1, 1e+07)");
    bad = good;
    bad.m = NAN;
    check_smile(state, (hpm_smile){.svi = bad},
                "svi out of range or of negative variance (0.01, 0.05, -0.4, nan, 0.2)");
}

static void test_reporting_is_worth_one(void **state)
{
    world *w = *state;
    w->market.asset_price[USD].value = 1.001;
    check_finish(w, HPM_E_RANGE, "USD", "the reporting asset is worth 1 by definition (1.001)");
    w->market.asset_price[USD].value = NAN;
    check_finish(w, HPM_E_RANGE, "USD", "the reporting asset is worth 1 by definition (nan)");
}

/* ---- Hash --------------------------------------------------------------------------------- */

static void check_changed(void **state, const hpm_hash *before, const char *what)
{
    world *w = *state;
    check_finish(w, HPM_OK, NULL, NULL);
    if (memcmp(before, &w->market.hash, sizeof *before) == 0)
        fail_msg("%s does not reach the hash", what);
    world_again(state);
}

static hpm_hash plain_hash(void **state)
{
    world *w = *state;
    check_finish(w, HPM_OK, NULL, NULL);
    hpm_hash hash = w->market.hash;
    world_again(state);
    return hash;
}

static void test_hash_of_every_input(void **state)
{
    static const char *const names[] = {"price", "forward", "mark", "vol"};
    hpm_hash hash = plain_hash(state);
    for (target which = PRICE; which <= VOL; which++) {
        input_of(*state, which)->value += 0.5;
        check_changed(state, &hash, names[which]);
        input_of(*state, which)->value = NAN;
        check_changed(state, &hash, names[which]);
        input_of(*state, which)->confidence = 0.5;
        check_changed(state, &hash, names[which]);
        input_of(*state, which)->age_s = 0.5;
        check_changed(state, &hash, names[which]);
    }
}

static void test_hash_of_the_rest(void **state)
{
    hpm_hash hash = plain_hash(state);
    ((world *)*state)->market.now_ns++;
    check_changed(state, &hash, "time");
    ((world *)*state)->market.reporting = UST;
    check_changed(state, &hash, "reporting asset");
    ((world *)*state)->market.curve[ETH_NEAR].rate_annual = 0.1;
    check_changed(state, &hash, "rate");
    ((world *)*state)->market.curve[ETH_NEAR].observed_price = 0.1;
    check_changed(state, &hash, "observed price");
    ((world *)*state)->market.curve[ETH_NEAR].observed_price = 0.1;
    hpm_hash priced = plain_hash(state);
    ((world *)*state)->market.curve[ETH_NEAR].observed_price = 0.1;
    ((world *)*state)->market.curve[ETH_NEAR].observed_share = 0.1;
    check_changed(state, &priced, "observed share");
    ((world *)*state)->catalog.hash.bytes[31] ^= 1;
    check_changed(state, &hash, "catalog");
}

/* Every number of a smile, and whose it is. */
static void test_hash_of_smiles(void **state)
{
    const hpm_smile smile = {.svi = {0.01, 0.05, -0.4, 0.1, 0.2}, .confidence = 0.5, .age_s = 3};
    hpm_hash hash = plain_hash(state);
    ((world *)*state)->market.smile[BTC_FAR] = smile;
    check_changed(state, &hash, "a smile");
    ((world *)*state)->market.smile[BTC_FAR] = smile;
    hash = plain_hash(state);
    ((world *)*state)->market.smile[BTC_NEAR] = smile;
    check_changed(state, &hash, "its expiry");
    for (size_t i = 0; i < 7; i++) {
        hpm_smile other = smile;
        double *const numbers[] = {&other.svi.a, &other.svi.b,     &other.svi.rho,
                                   &other.svi.m, &other.svi.sigma, &other.confidence,
                                   &other.age_s};
        *numbers[i] += 0.01;
        ((world *)*state)->market.smile[BTC_FAR] = other;
        check_changed(state, &hash, "a number of a smile");
    }
    ((world *)*state)->market.smile[BTC_FAR] = smile;
    ((world *)*state)->market.smile[BTC_FAR].forward = 7; /* derived */
    check_finish(*state, HPM_OK, NULL, NULL);
    assert_memory_equal(&hash, &((world *)*state)->market.hash, sizeof hash);
}

/* The trust in an absent input and what is derived do not reach the hash. */
static void test_hash_of_given_inputs_only(void **state)
{
    world *w = *state;
    w->market.vol[E_CALL].value = NAN;
    w->market.vol[E_CALL].age_s = 5;
    check_finish(w, HPM_OK, NULL, NULL);
    hpm_hash hash = w->market.hash;
    w = world_again(state);
    w->market.vol[E_CALL].value = NAN;
    w->market.vol_atm[BTC_NEAR].value = 3;
    w->market.vol_quoted[E_CALL] = 1;
    check_finish(w, HPM_OK, NULL, NULL);
    assert_memory_equal(&hash, &w->market.hash, sizeof hash);
}

/* ---- Questions ---------------------------------------------------------------------------- */

static void test_tau(void **state)
{
    world *w = *state;
    assert_true(hpm_market_tau_years(&w->market, NEAR_NS) == 0.2);
    assert_true(hpm_market_tau_years(&w->market, FAR_NS) == 1);
    assert_true(hpm_market_tau_years(&w->market, NOW_NS) == 0);
    assert_true(hpm_market_tau_years(&w->market, NOW_NS - 1) == 0);
    assert_true(hpm_market_tau_years(&w->market, 0) == 0);
    assert_true(hpm_market_tau_years(&w->market, NOW_NS + 1) == 1.0 / (double)HPM_YEAR_NS);
}

/* A quarter of the window is seen at 80, the rest is at 100: 20 + 75 = 95. */
static void test_settlement_forward(void **state)
{
    const hpm_curve_point point = {{100, 1, 0}, 0, 0.25, 80};
    const hpm_curve_point all = {{100, 1, 0}, 0, 1, 80};
    const hpm_curve_point none = {{100, 1, 0}, 0, 0, 80};
    const hpm_curve_point absent = {{NAN, 1, 0}, 0, 0.25, 80};
    (void)state;
    assert_true(hpm_curve_settlement_forward(&point) == 95);
    assert_true(hpm_curve_settlement_forward(&all) == 80);
    assert_true(hpm_curve_settlement_forward(&none) == 100);
    assert_true(isnan(hpm_curve_settlement_forward(&absent)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_begin),
        WORLD_TEST(test_begin_refuses),
        WORLD_TEST(test_prices),
        WORLD_TEST(test_edges_are_good),
        WORLD_TEST(test_trust),
        WORLD_TEST(test_absent),
        WORLD_TEST(test_curves),
        WORLD_TEST(test_smiles),
        WORLD_TEST(test_reporting_is_worth_one),
        WORLD_TEST(test_hash_of_every_input),
        WORLD_TEST(test_hash_of_the_rest),
        WORLD_TEST(test_hash_of_smiles),
        WORLD_TEST(test_hash_of_given_inputs_only),
        WORLD_TEST(test_tau),
        cmocka_unit_test(test_settlement_forward),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
