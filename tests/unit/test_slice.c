/* Tests of src/market/slice.c: smiles, and interpolation within an expiry and between expiries, by
 * hand. */
#include "small_world.h"

/* A catalog of calls and puts on BTC at 50, 100 and 200, expiring in 0.2, 0.6 and 1 years, with a
 * forward of 100 each, and one call at 0 and at 70.71 (halfway between 50 and 100 in the logarithm)
 * in the first. */
enum { SLICES = 3, STRIKES = 3 };

static const double strikes[STRIKES] = {50, 100, 200};
static const int days[SLICES] = {73, 219, 365};

typedef struct quotes {
    hpm_arena arena;
    hpm_catalog catalog;
    hpm_market market;
} quotes;

static hpm_instrument row_of(int slice, double strike, int is_call)
{
    hpm_instrument row = {.kind = HPM_OPTION,
                          .underlying = 1,
                          .contract_size = 1,
                          .lot = {HPM_E8},
                          .strike = strike,
                          .is_call = is_call,
                          .expiry_ns = NOW_NS + days[slice] * HPM_DAY_NS};
    snprintf(row.name, sizeof row.name, "%d:%g:%c", slice, strike, is_call ? 'c' : 'p');
    return row;
}

static int setup(void **state)
{
    static const hpm_asset assets[] = {{"USD", HPM_ASSET_FIAT}, {"BTC", HPM_ASSET_COIN}};
    quotes *q = fixture_take(1, sizeof *q);
    hpm_instrument rows[2 * SLICES * STRIKES + 2];
    uint32_t count = 0;
    hpm_error error = {0};
    q->arena = (hpm_arena){fixture_take(WORLD_BYTES, 1), WORLD_BYTES, 0};
    for (int e = 0; e < SLICES; e++)
        for (int k = 0; k < STRIKES; k++)
            for (int call = 0; call < 2; call++)
                rows[count++] = row_of(e, strikes[k], call);
    rows[count++] = row_of(0, 0, 1);
    rows[count++] = row_of(0, 70.710678118654752, 1);
    check_ok(hpm_catalog_init(&q->catalog, &q->arena, assets, 2, rows, count, &error), &error);
    check_ok(hpm_market_begin(&q->market, &q->arena, &q->catalog, 1, NOW_NS, &error), &error);
    for (uint32_t e = 0; e < SLICES; e++)
        q->market.curve[e].forward.value = 100;
    *state = q;
    return 0;
}

static int teardown(void **state)
{
    quotes *q = *state;
    free(q->arena.base);
    free(q);
    return 0;
}

static quotes *again(void **state)
{
    teardown(state);
    setup(state);
    return *state;
}

static uint32_t id_of(const quotes *q, const char *name)
{
    uint32_t id = hpm_catalog_find_instrument(&q->catalog, name);
    assert_int_not_equal(id, HPM_NONE);
    return id;
}

static void quote(quotes *q, const char *name, double vol)
{
    q->market.vol[id_of(q, name)].value = vol;
}

static void quote_input(quotes *q, const char *name, hpm_input input)
{
    q->market.vol[id_of(q, name)] = input;
}

static void finish(quotes *q)
{
    hpm_error error = {0};
    check_ok(hpm_market_finish(&q->market, &error), &error);
}

static double vol_at(const quotes *q, uint32_t expiry, double strike)
{
    return hpm_market_vol_at(&q->market, expiry, strike).value;
}

/* ---- Within an expiry --------------------------------------------------------------------- */

/* Variances 0.25 at 50 and 0.09 at 100: halfway in the logarithm 0.17, a quarter of the way from
 * 100 to 50 (at 100 * 2^-0.25) 0.13. */
static void test_between_strikes(void **state)
{
    quotes *q = *state;
    quote(q, "0:50:p", 0.5);
    quote(q, "0:100:c", 0.3);
    quote(q, "0:200:c", 0.3);
    finish(q);
    assert_true(vol_at(q, 0, 50) == 0.5);
    assert_true(vol_at(q, 0, 100) == 0.3);
    check_near(vol_at(q, 0, 70.710678118654752), sqrt(0.17), "halfway");
    check_near(vol_at(q, 0, 84.08964152537145), sqrt(0.13), "a quarter");
    check_near(vol_at(q, 0, 150), 0.3, "between equal ones");
    /* An option that is not quoted gets it, and says so. */
    uint32_t id = id_of(q, "0:70.7107:c");
    check_near(q->market.vol[id].value, sqrt(0.17), "interpolated");
    assert_int_equal(q->market.vol_quoted[id], 0);
    assert_int_equal(q->market.vol_quoted[id_of(q, "0:100:c")], 1);
    check_near(q->market.vol_atm[0].value, 0.3, "at the money");
}

static void test_flat_outside(void **state)
{
    quotes *q = *state;
    quote(q, "0:50:p", 0.5);
    quote(q, "0:100:c", 0.3);
    finish(q);
    assert_true(vol_at(q, 0, 49.999) == 0.5);
    assert_true(vol_at(q, 0, 1e-9) == 0.5);
    assert_true(vol_at(q, 0, 0) == 0.5);
    assert_true(vol_at(q, 0, 100.001) == 0.3);
    assert_true(vol_at(q, 0, 1e15) == 0.3);
}

/* At one strike the option out of the money speaks, at the forward itself the call; whatever the
 * other is quoted at. */
static void test_call_and_put_at_one_strike(void **state)
{
    quotes *q = *state;
    for (int k = 0; k < STRIKES; k++) {
        char name[32];
        snprintf(name, sizeof name, "0:%g:c", strikes[k]);
        quote(q, name, 0.1);
        name[strlen(name) - 1] = 'p';
        quote(q, name, 0.2);
    }
    finish(q);
    assert_true(vol_at(q, 0, 50) == 0.2);
    assert_true(vol_at(q, 0, 100) == 0.1);
    assert_true(vol_at(q, 0, 200) == 0.1);
    assert_true(q->market.vol_atm[0].value == 0.1);
    assert_true(q->market.vol[id_of(q, "0:50:c")].value == 0.1); /* a quote stays what it is */
    assert_int_equal(q->market.slice_first[1] - q->market.slice_first[0], 3);
}

/* The only quote of a strike speaks for it, in the money or not. */
static void test_one_of_the_two(void **state)
{
    quotes *q = *state;
    quote(q, "0:50:c", 0.4);
    finish(q);
    assert_true(q->market.vol[id_of(q, "0:50:p")].value == 0.4);
    assert_true(vol_at(q, 0, 200) == 0.4);
}

/* ln(K/0) is infinite: above a strike of 0 the next strike speaks. */
static void test_strike_of_zero(void **state)
{
    quotes *q = *state;
    quote(q, "0:0:c", 0.9);
    quote(q, "0:50:p", 0.5);
    finish(q);
    assert_true(vol_at(q, 0, 0) == 0.9);
    assert_true(vol_at(q, 0, 1) == 0.5);
    assert_true(vol_at(q, 0, 50) == 0.5);
}

/* Without a forward quotes still answer at a strike; at the money is nowhere. */
static void test_missing_forward(void **state)
{
    quotes *q = *state;
    quote(q, "0:50:p", 0.5);
    quote(q, "0:100:c", 0.3);
    q->market.curve[0].forward.value = NAN;
    finish(q);
    check_near(vol_at(q, 0, 70.710678118654752), sqrt(0.17), "halfway");
    assert_true(isnan(q->market.vol_atm[0].value));
}

/* ---- Between expiries --------------------------------------------------------------------- */

/* At 100: total variance 0.25 * 0.2 = 0.05 in 0.2 years and 0.09 * 1 = 0.09 in 1; in 0.6, halfway,
 * 0.07, a variance of 0.07 / 0.6. */
static void test_between_expiries(void **state)
{
    quotes *q = *state;
    quote(q, "0:100:c", 0.5);
    quote(q, "2:100:c", 0.3);
    finish(q);
    check_near(vol_at(q, 1, 100), sqrt(0.07 / 0.6), "halfway in time");
    check_near(q->market.vol_atm[1].value, sqrt(0.07 / 0.6), "at the money");
    check_near(q->market.vol[id_of(q, "1:200:p")].value, sqrt(0.07 / 0.6), "every strike");
}

/* Equal strike over forward: with forwards 100, 50 and 200, a strike of 50 is at the money in the
 * second and asks the first at 100 and the third at 200. */
static void test_equal_moneyness(void **state)
{
    quotes *q = *state;
    q->market.curve[1].forward.value = 50;
    q->market.curve[2].forward.value = 200;
    quote(q, "0:50:p", 0.9);
    quote(q, "0:100:c", 0.5);
    quote(q, "2:100:p", 0.8);
    quote(q, "2:200:c", 0.3);
    finish(q);
    check_near(vol_at(q, 1, 50), sqrt(0.07 / 0.6), "at the money");
    /* At 25, half the forward: (0.81 * 0.2 + 0.64 * 1) / 2 / 0.6. */
    check_near(vol_at(q, 1, 25), sqrt((0.162 + 0.64) / 2 / 0.6), "at half the forward");
}

/* Before the first and after the last slice: flat, at equal strike over forward. */
static void test_flat_beyond_the_last_expiry(void **state)
{
    quotes *q = *state;
    q->market.curve[2].forward.value = 200;
    quote(q, "1:50:p", 0.5);
    quote(q, "1:100:c", 0.3);
    finish(q);
    assert_true(vol_at(q, 0, 50) == 0.5);
    assert_true(vol_at(q, 0, 100) == 0.3);
    assert_true(vol_at(q, 2, 100) == 0.5); /* half of 200 */
    assert_true(vol_at(q, 2, 200) == 0.3);
}

/* A neighbour without a forward is passed over; without its own forward an expiry has no answer. */
static void test_missing_forwards(void **state)
{
    quotes *q = *state;
    quote(q, "0:100:c", 0.5);
    quote(q, "2:100:c", 0.3);
    q->market.curve[2].forward.value = NAN;
    finish(q);
    assert_true(vol_at(q, 1, 100) == 0.5);
    q = again(state);
    quote(q, "0:100:c", 0.5);
    q->market.curve[1].forward.value = NAN;
    finish(q);
    assert_true(isnan(vol_at(q, 1, 100)));
    assert_true(vol_at(q, 2, 100) == 0.5); /* over the one without quotes */
}

static void test_no_quotes(void **state)
{
    quotes *q = *state;
    finish(q);
    for (uint32_t e = 0; e < SLICES; e++) {
        assert_true(isnan(vol_at(q, e, 100)));
        assert_true(isnan(q->market.vol_atm[e].value));
    }
    assert_true(isnan(q->market.vol[id_of(q, "1:100:c")].value));
}

/* Expired slices have no time between them; the earlier one answers. */
static void test_expired(void **state)
{
    quotes *q = *state;
    quote(q, "0:100:c", 0.5);
    quote(q, "2:100:c", 0.3);
    q->market.now_ns = NOW_NS + 219 * HPM_DAY_NS; /* exactly at the second expiry */
    finish(q);
    assert_true(vol_at(q, 1, 100) == 0.5);
}

/* Expiries of another underlying are no neighbours: BTC's quotes do not speak for ETH. */
static void test_other_underlyings(void **state)
{
    world *w;
    hpm_error error = {0};
    teardown(state);
    world_setup(state);
    w = *state;
    w->market.vol[E_CALL].value = NAN;
    check_ok(hpm_market_finish(&w->market, &error), &error);
    assert_true(isnan(w->market.vol[E_CALL].value) && isnan(w->market.vol_atm[ETH_NEAR].value));
    world_teardown(state);
    setup(state);
}

/* ---- Trust -------------------------------------------------------------------------------- */

static void check_trust(const quotes *q, uint32_t expiry, double strike, double confidence,
                        double age_s)
{
    hpm_input input = hpm_market_vol_at(&q->market, expiry, strike);
    assert_true(input.confidence == confidence && input.age_s == age_s);
}

/* The least confidence and the greatest age of those that an answer came from, and of no others. */
static void test_trust(void **state)
{
    quotes *q = *state;
    quote_input(q, "0:50:p", (hpm_input){0.5, 0.9, 3});
    quote_input(q, "0:100:c", (hpm_input){0.3, 0.8, 2});
    quote_input(q, "0:200:c", (hpm_input){0.3, 0.1, 99});
    quote_input(q, "2:100:c", (hpm_input){0.3, 0.7, 1});
    finish(q);
    check_trust(q, 0, 50, 0.9, 3);
    check_trust(q, 0, 70, 0.8, 3);
    check_trust(q, 0, 100, 0.8, 2);
    check_trust(q, 0, 300, 0.1, 99);
    check_trust(q, 1, 100, 0.7, 2);
    check_trust(q, 1, 70, 0.7, 3);
    assert_true(q->market.vol_atm[1].confidence == 0.7);
    assert_true(q->market.vol[id_of(q, "1:100:p")].age_s == 2);
}

/* An answer from another expiry depends on that expiry's forward too; one within it does not. */
static void test_trust_in_a_neighbours_forward(void **state)
{
    quotes *q = *state;
    quote_input(q, "0:100:c", (hpm_input){0.5, 0.9, 3});
    quote_input(q, "2:100:c", (hpm_input){0.3, 0.8, 2});
    q->market.curve[0].forward = (hpm_input){100, 0.6, 1};
    q->market.curve[2].forward = (hpm_input){100, 0.7, 8};
    finish(q);
    check_trust(q, 0, 100, 0.9, 3);
    check_trust(q, 1, 100, 0.6, 8);
    check_trust(q, 2, 100, 0.8, 2);
}

/* ---- Smiles ------------------------------------------------------------------------------- */

/* With m = 0 and sigma = 0.75 the root is 1.25 at k = +-1: w(0) = a + 0.75 b, and
 * w(+-1) = a + b (1.25 +- rho). */
static const hpm_svi five_numbers = {0.03, 0.04, -0.5, 0, 0.75};

static void smile(quotes *q, uint32_t expiry, hpm_svi svi)
{
    q->market.smile[expiry].svi = svi;
}

static double total(const quotes *q, uint32_t expiry, double strike)
{
    double vol = vol_at(q, expiry, strike);
    return vol * vol * days[expiry] / 365;
}

/* Options without a volatility of their own read it, one with its own keeps it; what the expiry
 * says is the smile all the same. */
static void test_smile(void **state)
{
    const double e = exp(1);
    quotes *q = *state;
    smile(q, 0, five_numbers);
    quote(q, "0:200:c", 0.9);
    finish(q);
    check_near(total(q, 0, 100), 0.06, "at the money");
    check_near(total(q, 0, 100 * e), 0.06, "up");
    check_near(total(q, 0, 100 / e), 0.1, "down");
    check_near(q->market.vol_atm[0].value, sqrt(0.06 / 0.2), "vol_atm");
    check_near(q->market.vol[id_of(q, "0:100:p")].value, sqrt(0.06 / 0.2), "an option");
    assert_int_equal(q->market.vol_quoted[id_of(q, "0:100:p")], 0);
    assert_true(q->market.vol[id_of(q, "0:200:c")].value == 0.9);
    assert_true(q->market.vol[id_of(q, "0:200:p")].value == vol_at(q, 0, 200));
    assert_true(vol_at(q, 0, 200) < 0.6);
}

/* All strikes of the expiry speak, one option each; of 50 the put, of 200 the call. */
static void test_strikes_of_a_smile(void **state)
{
    static const char *const names[] = {"0:0:c", "0:50:p", "0:70.7107:c", "0:100:c", "0:200:c"};
    quotes *q = *state;
    smile(q, 0, five_numbers);
    quote(q, "1:100:c", 0.3);
    finish(q);
    assert_int_equal(q->market.slice_first[1], 5);
    assert_int_equal(q->market.slice_first[2], 6);
    for (uint32_t i = 0; i < 5; i++)
        assert_int_equal(q->market.slice[i], id_of(q, names[i]));
}

/* Flat beyond |k| = 10, where w = a + b (rho k + sqrt(k^2 + sigma^2)); a strike of 0, of which no
 * price depends on volatility, reads it at the money. */
static void test_reach_of_a_smile(void **state)
{
    quotes *q = *state;
    smile(q, 0, five_numbers);
    finish(q);
    double least = 0.03 + 0.04 * (5 + sqrt(100.5625)), most = 0.03 + 0.04 * (-5 + sqrt(100.5625));
    check_near(total(q, 0, 1e-4), least, "far below");
    check_near(total(q, 0, 1e-300), least, "as far as there are numbers");
    check_near(total(q, 0, 1e9), most, "far above");
    assert_true(vol_at(q, 0, INFINITY) == vol_at(q, 0, 1e300));
    assert_true(vol_at(q, 0, 0) == vol_at(q, 0, 100));
}

/* Smiles and quotes on either side, at equal strike over forward: the smile has 0.06 in 0.2 years,
 * the quote 0.09 in 1; in 0.6 the mean of both. */
static void test_between_smile_and_quotes(void **state)
{
    quotes *q = *state;
    q->market.curve[0].forward.value = 400;
    smile(q, 0, five_numbers);
    quote(q, "2:100:c", 0.3);
    finish(q);
    check_near(vol_at(q, 1, 100), sqrt(0.075 / 0.6), "at the money");
    check_near(vol_at(q, 1, 100 / exp(1)), sqrt((0.1 + 0.09) / 2 / 0.6), "down");
    check_near(q->market.vol_atm[1].value, sqrt(0.075 / 0.6), "vol_atm");
    q = again(state);
    smile(q, 0, five_numbers);
    smile(q, 2, (hpm_svi){0.09, 0, 0, 0, 1});
    finish(q);
    check_near(vol_at(q, 1, 100), sqrt(0.075 / 0.6), "between smiles");
}

static void test_trust_in_a_smile(void **state)
{
    quotes *q = *state;
    smile(q, 0, five_numbers);
    q->market.smile[0].confidence = 0.8;
    q->market.smile[0].age_s = 30;
    q->market.curve[0].forward = (hpm_input){100, 0.9, 40};
    quote_input(q, "0:200:c", (hpm_input){0.5, 0.3, 99});
    finish(q);
    check_trust(q, 0, 200, 0.8, 30);
    check_trust(q, 1, 100, 0.8, 40); /* it depends on that forward too */
    assert_true(q->market.vol_atm[0].confidence == 0.8 && q->market.vol_atm[0].age_s == 30);
    assert_true(q->market.vol[id_of(q, "0:50:p")].age_s == 30);
    assert_true(q->market.vol[id_of(q, "0:200:c")].age_s == 99);
}

/* Without a forward, or after the expiry, there is nothing to read, and quotes speak. */
static void test_unreadable_smiles(void **state)
{
    quotes *q = *state;
    smile(q, 0, five_numbers);
    smile(q, 1, five_numbers);
    quote(q, "0:100:c", 0.3);
    q->market.curve[0].forward.value = NAN;
    finish(q);
    assert_true(vol_at(q, 0, 50) == 0.3);
    assert_int_equal(q->market.slice_first[1], 1);
    q = again(state);
    smile(q, 0, five_numbers);
    smile(q, 1, five_numbers);
    q->market.now_ns = NOW_NS + 73 * HPM_DAY_NS; /* exactly at the first expiry */
    finish(q);
    assert_true(q->market.smile[0].tau_years == 0 && q->market.smile[1].tau_years > 0.39);
    check_near(vol_at(q, 0, 100), vol_at(q, 1, 100), "by the neighbour");
}

static void check_refused(quotes *q, hpm_svi svi, const char *where, const char *message)
{
    hpm_error error = {0};
    smile(q, 0, svi);
    check_error(hpm_market_finish(&q->market, &error), &error, HPM_E_RANGE, where, message);
}

/* A variance that touches 0 is a slice, but not where an option reads a volatility from it. */
static void test_vols_of_a_smile(void **state)
{
    quotes *q = *state;
    check_refused(q, (hpm_svi){-0.05, 0.1, 0, 0, 0.5}, "0:0:c",
                  "vol of the smile outside (0, 1e5) (0)");
    q = again(state);
    check_refused(q, (hpm_svi){0, 1e6, 0, 0, 1e6}, "0:0:c",
                  "vol of the smile outside (0, 1e5) (100000)");
}

#define QUOTES_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        QUOTES_TEST(test_between_strikes),
        QUOTES_TEST(test_flat_outside),
        QUOTES_TEST(test_call_and_put_at_one_strike),
        QUOTES_TEST(test_one_of_the_two),
        QUOTES_TEST(test_strike_of_zero),
        QUOTES_TEST(test_missing_forward),
        QUOTES_TEST(test_between_expiries),
        QUOTES_TEST(test_equal_moneyness),
        QUOTES_TEST(test_flat_beyond_the_last_expiry),
        QUOTES_TEST(test_missing_forwards),
        QUOTES_TEST(test_no_quotes),
        QUOTES_TEST(test_expired),
        QUOTES_TEST(test_other_underlyings),
        QUOTES_TEST(test_trust),
        QUOTES_TEST(test_trust_in_a_neighbours_forward),
        QUOTES_TEST(test_smile),
        QUOTES_TEST(test_strikes_of_a_smile),
        QUOTES_TEST(test_reach_of_a_smile),
        QUOTES_TEST(test_between_smile_and_quotes),
        QUOTES_TEST(test_trust_in_a_smile),
        QUOTES_TEST(test_unreadable_smiles),
        QUOTES_TEST(test_vols_of_a_smile),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
