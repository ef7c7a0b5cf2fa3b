/* Tests of src/market/slice.c: interpolation within an expiry and between expiries, by hand. */
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
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
