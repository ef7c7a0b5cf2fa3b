/* Tests of src/risk/array.c: memory, trust, row states and the filling of rows. */
#include "risk/array.h"
#include "small_world.h"

static double prices[] = {-0.2, 0, 0.2}, vols[] = {-0.5, 0, 0.5};

/* Nine scenarios; number 4 is none at all. */
static void begin(world *w)
{
    world_grid(w, "grid", prices, 3, vols, 3);
    world_component(w, "haircut", HPM_COMPONENT_HAIRCUT);
}

/* Options of every kind at 50 %. */
static void set_vols(world *w)
{
    for (uint32_t i = 0; i < INSTRUMENTS; i++)
        if (w->catalog.instruments[i].kind == HPM_OPTION) w->market.vol[i].value = 0.5;
}

static int64_t tick(const world *w, uint32_t instrument, uint32_t column)
{
    return w->array.ticks[(size_t)instrument * w->array.stride + column];
}

static hpm_row_state state_of(const world *w, uint32_t instrument)
{
    return (hpm_row_state)w->array.row_state[instrument];
}

/* ---- Memory ------------------------------------------------------------------------------- */

static void test_memory(void **state)
{
    world *w = *state;
    hpm_error error = {0};
    hpm_risk_array array;
    begin(w);
    check_ok(hpm_rulebook_finish(&w->rulebook, &error), &error);
    size_t size = hpm_risk_array_size(&w->catalog, &w->rulebook), used = w->arena.used;
    check_ok(hpm_risk_array_init(&array, &w->arena, &w->catalog, &w->rulebook, &error), &error);
    assert_int_equal(w->arena.used - used, size);
    assert_int_equal(array.scenario_count, 9);
    assert_int_equal(array.extra, 16);
    assert_int_equal(array.stride, 24);
    assert_int_equal((uintptr_t)array.ticks % HPM_ALIGNMENT, 0);
    hpm_arena small = {w->arena.base + used, size - HPM_ALIGNMENT, 0};
    check_error(hpm_risk_array_init(&array, &small, &w->catalog, &w->rulebook, &error), &error,
                HPM_E_MEMORY, "risk array", "the arena is too small");
}

static void test_other_catalog(void **state)
{
    world *w = *state;
    hpm_error error = {0};
    hpm_catalog other;
    begin(w);
    world_price(w);
    other = w->catalog;
    w->market.catalog = &other;
    check_error(hpm_risk_array_begin(&w->array, &w->market, &error), &error, HPM_E_REFERENCE,
                "market", "belongs to another catalog");
    assert_int_equal(w->array.epoch, 1);
}

/* Rows that nobody has filled since the market changed are not those of the market before. */
static void test_begin_forgets(void **state)
{
    world *w = *state;
    hpm_error error = {0};
    begin(w);
    world_price(w);
    assert_int_equal(state_of(w, B_PERP), HPM_ROW_READY);
    check_ok(hpm_risk_array_begin(&w->array, &w->market, &error), &error);
    assert_int_equal(w->array.epoch, 2);
    for (uint32_t i = 0; i < INSTRUMENTS; i++)
        assert_int_equal(state_of(w, i), HPM_ROW_MISSING);
    world_hold(w, B_PERP, 1);
    check_error(world_arrange(w, &error), &error, HPM_E_MISSING_PRICE, "b:perp",
                "the market has no price, forward or volatility for it");
}

static void test_units(void **state)
{
    world *w = *state;
    begin(w);
    world_price(w);
    assert_int_equal(hpm_tick_exponent(HPM_ASSET_FIAT), 9);
    assert_int_equal(hpm_tick_exponent(HPM_ASSET_STABLECOIN), 9);
    assert_int_equal(hpm_tick_exponent(HPM_ASSET_COIN), 12);
    assert_int_equal(hpm_tick_exponent(HPM_ASSET_TOKEN), 12);
    const double *in_usd = hpm_risk_array_units(&w->array, USD);
    const double *in_btc = hpm_risk_array_units(&w->array, BTC);
    assert_true(in_usd[0] == 1e-9 && in_btc[0] == 1e-12);
    assert_ptr_equal(in_usd, hpm_risk_array_units(&w->array, UST));
    for (uint32_t c = 0; c < HPM_COLUMN_COUNT; c++) {
        int coin = c == HPM_COLUMN_VALUE ? 12 : 9; /* greeks are money */
        assert_int_equal(hpm_extra_exponent((hpm_column)c, HPM_ASSET_FIAT), 9);
        assert_int_equal(hpm_extra_exponent((hpm_column)c, HPM_ASSET_COIN), coin);
        assert_true(in_usd[w->array.extra + c] == 1e-9);
        assert_true(in_btc[w->array.extra + c] == hpm_unit_of_tick(coin));
    }
    assert_true(hpm_ticks_per_unit(9) == 1e9 && hpm_ticks_per_unit(12) == 1e12);
}

/* ---- Rows --------------------------------------------------------------------------------- */

/* One lot of 0.1: linear at -20 % -2, inverse 0.1 * 10 * (1/100 - 1/80) = -0.0025 BTC and at +20 %
 * 0.1 * 10 * (1/100 - 1/120) = 1/600. */
static void test_linear_and_inverse(void **state)
{
    world *w = *state;
    begin(w);
    world_price(w);
    for (uint32_t v = 0; v < 3; v++) {
        assert_int_equal(tick(w, B_PERP, v), -2000000000);
        assert_int_equal(tick(w, B_SPOT, 6 + v), 2000000000);
        assert_int_equal(tick(w, B_COIN_PERP, v), -2500000000);
        assert_int_equal(tick(w, B_COIN_FUTURE, 6 + v), 1666666667); /* rounded once */
    }
}

/* Intrinsic values: a call at 80 of 100 is worth 20, 0 at 80, 40 at 120; in coin 0.2, 0, 1/3. */
static void test_options(void **state)
{
    world *w = *state;
    begin(w);
    world_price(w);
    assert_int_equal(tick(w, B_CALL_80, 1), -2000000000);
    assert_int_equal(tick(w, B_CALL_80, 7), 2000000000);
    assert_int_equal(tick(w, B_COIN_CALL, 1), -20000000000);
    assert_int_equal(tick(w, B_COIN_CALL, 7), 13333333333); /* 0.1 * (1/3 - 1/5) */
    assert_int_equal(tick(w, B_PUT_100, 0), 2000000000);
    assert_int_equal(tick(w, B_CALL_80, w->array.extra + HPM_COLUMN_VALUE), 2000000000);
    assert_int_equal(tick(w, B_COIN_CALL, w->array.extra + HPM_COLUMN_VALUE), 20000000000);
}

/* Where nothing happens nothing is gained, to the last digit, and padding is nothing too. */
static void test_no_shock_and_padding(void **state)
{
    world *w = *state;
    begin(w);
    set_vols(w);
    world_price(w);
    for (uint32_t i = 0; i < INSTRUMENTS; i++) {
        assert_int_equal(state_of(w, i), HPM_ROW_READY);
        assert_int_equal(tick(w, i, 4), 0);
        assert_true(tick(w, i, 0) != 0);
        for (uint32_t c = w->array.scenario_count; c < w->array.extra; c++)
            assert_int_equal(tick(w, i, c), 0);
    }
}

static void test_real_and_bound(void **state)
{
    world *w = *state;
    begin(w);
    set_vols(w);
    world_price(w);
    for (uint32_t i = 0; i < INSTRUMENTS; i++) {
        uint64_t bound = 0;
        for (uint32_t c = 0; c < w->array.stride; c++) {
            assert_true(w->array.ticks_real[(size_t)i * w->array.stride + c] ==
                        (double)tick(w, i, c));
            if (hpm_magnitude(tick(w, i, c)) > bound) bound = hpm_magnitude(tick(w, i, c));
        }
        assert_int_equal(w->array.row_bound[i], bound);
    }
}

/* Of the underlying in one lot, unrounded: 0.1, or 0.1 * 10 / 3 of an inverse contract at 3. */
static void test_units_per_lot(void **state)
{
    world *w = *state;
    begin(w);
    w->market.mark[B_COIN_PERP].value = 3;
    world_price(w);
    assert_true(w->array.units_per_lot[B_PERP] == 0.1);
    assert_true(w->array.units_per_lot[B_COIN_CALL] == 0.1);
    assert_true(w->array.units_per_lot[B_COIN_PERP] == 1.0 / 3);
}

/* In slices of any size, in any order, on any instruction set: the same bits as at once. */
static void test_slices(void **state)
{
    world *w = *state;
    hpm_error error = {0};
    begin(w);
    set_vols(w);
    world_price(w);
    size_t bytes = (size_t)INSTRUMENTS * w->array.stride * sizeof(int64_t);
    int64_t *kept = fixture_take(1, bytes);
    memcpy(kept, w->array.ticks, bytes);
    memset(w->array.ticks, 0, bytes);
    check_ok(hpm_risk_array_begin(&w->array, &w->market, &error), &error);
    for (uint32_t end = INSTRUMENTS; end > 0; end -= end < 5 ? end : 5)
        hpm_risk_array_fill(&w->context, &w->array, end < 5 ? 0 : end - 5, end);
    hpm_risk_array_fill(&w->context, &w->array, 3, 3); /* nothing */
    assert_memory_equal(kept, w->array.ticks, bytes);
    for (int isa = 0; runnable_kernels(isa); isa++) {
        memset(w->array.ticks, 0, bytes);
        check_ok(hpm_context_init(&w->context, (hpm_isa)isa, &error), &error);
        hpm_risk_array_fill(&w->context, &w->array, 0, INSTRUMENTS);
        assert_memory_equal(kept, w->array.ticks, bytes);
    }
    free(kept);
}

/* A call at the money with hardly any volatility: gamma = 0.4 / (F v) = 0.4 / (100 * 1e-9 *
 * sqrt(0.2)) is 9e6, times F^2 * 0.01 * 0.1 lots 9e7 a lot, more than ticks can say. It stops
 * there; the row stays usable, its other columns as they were. */
static void test_greek_too_large(void **state)
{
    world *w = *state;
    begin(w);
    w->market.curve[BTC_NEAR].forward.value = 100;
    w->market.vol[B_CALL_100].value = 1e-9;
    world_price(w);
    assert_int_equal(w->array.row_state[B_CALL_100], HPM_ROW_READY);
    assert_int_equal(tick(w, B_CALL_100, w->array.extra + HPM_COLUMN_GAMMA),
                     (INT64_C(1) << 51) - 1);
    assert_int_equal(tick(w, B_CALL_100, w->array.extra + HPM_COLUMN_DELTA), INT64_C(5000000001));
}

/* Without greeks every other column is the same and these are 0; a rulebook that reads them gets
 * them all the same. */
static void test_without_greeks(void **state)
{
    world *w = *state;
    begin(w);
    set_vols(w);
    world_price(w);
    size_t bytes = (size_t)INSTRUMENTS * w->array.stride * sizeof(int64_t);
    int64_t *kept = fixture_take(1, bytes);
    memcpy(kept, w->array.ticks, bytes);
    w->array.with_greeks = 0;
    hpm_risk_array_fill(&w->context, &w->array, 0, INSTRUMENTS);
    for (uint32_t i = 0; i < INSTRUMENTS; i++)
        for (uint32_t c = 0; c < w->array.stride; c++) {
            int is_greek = c > w->array.extra + HPM_COLUMN_VALUE;
            assert_int_equal(tick(w, i, c), is_greek ? 0 : kept[i * w->array.stride + c]);
        }
    w->rulebook.greeks_read = 1U << HPM_COLUMN_DELTA;
    hpm_risk_array_fill(&w->context, &w->array, 0, INSTRUMENTS);
    assert_memory_equal(kept, w->array.ticks, bytes);
    assert_true(tick(w, B_CALL_80, w->array.extra + HPM_COLUMN_VEGA) != 0);
    free(kept);
}

/* ---- States ------------------------------------------------------------------------------- */

static void check_state(world *w, uint32_t instrument, hpm_row_state wanted)
{
    world_price(w);
    assert_int_equal(state_of(w, instrument), wanted);
    for (uint32_t c = 0; wanted != HPM_ROW_READY && c < w->array.stride; c++) {
        assert_int_equal(tick(w, instrument, c), 0);
        assert_true(w->array.ticks_real[(size_t)instrument * w->array.stride + c] == 0);
    }
    if (wanted == HPM_ROW_READY) return;
    assert_int_equal(w->array.row_bound[instrument], 0);
    assert_true(w->array.units_per_lot[instrument] == 0);
}

static world *fresh(void **state)
{
    world *w = world_again(state);
    begin(w);
    return w;
}

static void test_missing(void **state)
{
    world *w = fresh(state);
    w->market.curve[BTC_NEAR].forward.value = NAN;
    check_state(w, B_CALL_80, HPM_ROW_MISSING);
    assert_int_equal(state_of(w, B_FUTURE), HPM_ROW_READY); /* has its own mark */
    assert_int_equal(state_of(w, B_FAR_CALL), HPM_ROW_READY);
    w = fresh(state);
    w->market.vol[E_CALL].value = NAN; /* the only quote of its underlying */
    check_state(w, E_CALL, HPM_ROW_MISSING);
    w = fresh(state);
    w->market.mark[B_FUTURE].value = NAN;
    check_state(w, B_FUTURE, HPM_ROW_MISSING);
    w = fresh(state);
    w->market.asset_price[ETH].value = NAN;
    check_state(w, E_PERP, HPM_ROW_MISSING);
    assert_int_equal(state_of(w, E_CALL), HPM_ROW_MISSING);
    assert_int_equal(state_of(w, S_PERP), HPM_ROW_READY);
}

/* At the very nanosecond of its expiry an instrument has expired; one before it has not. */
static void test_expired(void **state)
{
    world *w = fresh(state);
    w->market.now_ns = NEAR_NS;
    check_state(w, B_CALL_80, HPM_ROW_EXPIRED);
    assert_int_equal(state_of(w, B_FUTURE), HPM_ROW_EXPIRED);
    assert_int_equal(state_of(w, B_FAR_CALL), HPM_ROW_READY);
    assert_int_equal(state_of(w, B_PERP), HPM_ROW_READY);
    w = fresh(state);
    w->market.now_ns = NEAR_NS - 1;
    check_state(w, B_CALL_80, HPM_ROW_READY);
}

/* An expired instrument is that, whatever else it lacks. */
static void test_expired_and_missing(void **state)
{
    world *w = fresh(state);
    w->market.now_ns = NEAR_NS;
    w->market.mark[B_FUTURE].value = NAN;
    check_state(w, B_FUTURE, HPM_ROW_EXPIRED);
}

/* A tick has to stay below 2^51: of 0.1 lots at 1e-9, moves of 2e7 do (2e15 ticks), of 2e8 do not;
 * nor do values of spot where the move would. */
static void test_overflow(void **state)
{
    world *w = fresh(state);
    w->market.mark[B_PERP].value = 1e8;
    check_state(w, B_PERP, HPM_ROW_READY);
    w = fresh(state);
    w->market.mark[B_PERP].value = 1e9;
    check_state(w, B_PERP, HPM_ROW_OVERFLOW);
    w = fresh(state);
    w->market.mark[B_SPOT].value = 1e8; /* moves of 2e15, a value of 1e16 */
    check_state(w, B_SPOT, HPM_ROW_OVERFLOW);
    w = fresh(state);
    w->market.vol[B_CALL_80].value = 0;
    w->market.curve[BTC_NEAR].forward.value = 1e12;
    check_state(w, B_CALL_80, HPM_ROW_OVERFLOW);
    w = fresh(state);
    w->market.mark[B_COIN_PERP].value = 1e-5;
    check_state(w, B_COIN_PERP, HPM_ROW_OVERFLOW);
}

/* A lot of 0.1 units at 0.01 is worth 1e6 ticks of 1e-9, at a little less it is refused; of a
 * contract of 10 USD a lot of 0.1 is 1 / price coins, 1e6 ticks of 1e-12 at a price of 1e6. */
static void test_coarse(void **state)
{
    world *w = fresh(state);
    w->market.mark[B_PERP].value = 0.0100001;
    check_state(w, B_PERP, HPM_ROW_READY);
    w = fresh(state);
    w->market.mark[B_PERP].value = 0.0099999;
    check_state(w, B_PERP, HPM_ROW_COARSE);
    w = fresh(state);
    w->market.mark[B_COIN_PERP].value = 0.9999e6;
    check_state(w, B_COIN_PERP, HPM_ROW_READY);
    w = fresh(state);
    w->market.mark[B_COIN_PERP].value = 1.0001e6;
    check_state(w, B_COIN_PERP, HPM_ROW_COARSE);
    w = fresh(state);
    w->market.curve[BTC_NEAR].forward.value = 0.0099999;
    check_state(w, B_CALL_80, HPM_ROW_COARSE);
    check_state(w, B_COIN_CALL, HPM_ROW_READY); /* a lot of it is 0.1 coins at any price */
}

/* A basis of 100 % a year is e - 1 after one year: half of it down leaves a price, all of it
 * goes below zero, where a loss on an inverse contract would come out as a gain. */
static void check_far_basis(void **state, double basis, hpm_row_state wanted)
{
    hpm_scenario down[] = {{.basis = basis, .weight = 1}};
    world *w = fresh(state);
    world_list(w, "basis", down, 1);
    for (uint32_t a = 0; a <= ASSETS; a++)
        w->underlyings[a].basis_annual = 1;
    check_state(w, B_FAR_FUTURE, wanted);
    assert_int_equal(state_of(w, B_PERP), HPM_ROW_READY);
}

static void test_basis_below_zero(void **state)
{
    check_far_basis(state, -0.5, HPM_ROW_READY);
    check_far_basis(state, -1, HPM_ROW_OVERFLOW);
}

/* ---- Trust -------------------------------------------------------------------------------- */

static void check_trust(void **state, double age_s, double confidence, double wanted)
{
    world *w = fresh(state);
    w->rulebook.age_soft_s = 20;
    w->rulebook.age_hard_s = 100;
    w->market.mark[B_PERP] = (hpm_input){100, confidence, age_s};
    world_price(w);
    check_near(w->array.trust_instrument[B_PERP], wanted, "trust");
    check_near(w->array.trust_least, wanted < 1 ? wanted : 1, "least trust");
    assert_true(w->array.trust_instrument[E_PERP] == 1);
}

/* In full up to the soft limit of 20 s, nothing at the hard limit of 100 s, -1 beyond it. */
static void test_trust(void **state)
{
    check_trust(state, 0, 1, 1);
    check_trust(state, 20, 1, 1);
    check_trust(state, 20, 0.5, 0.5);
    check_trust(state, 60, 1, 0.5);
    check_trust(state, 60, 0.5, 0.25);
    check_trust(state, 99, 1, 0.0125);
    check_trust(state, 100, 1, 0);
    check_trust(state, 100.0001, 1, -1);
    check_trust(state, 1e9, 0.5, -1);
}

/* Where soft and hard limit are one there is no decay between them. */
static void test_one_limit(void **state)
{
    world *w = fresh(state);
    w->rulebook.age_soft_s = w->rulebook.age_hard_s = 60;
    w->market.mark[B_PERP].age_s = 60;
    w->market.mark[E_PERP].age_s = 60.5;
    world_price(w);
    assert_true(w->array.trust_instrument[B_PERP] == 1);
    assert_true(w->array.trust_instrument[E_PERP] == -1);
}

/* Options are trusted as their volatility is, marks do not matter; what is absent is not counted.
 */
static void test_trust_of_every_input(void **state)
{
    world *w = fresh(state);
    w->market.vol[B_CALL_100].confidence = 0.9;
    w->market.mark[B_CALL_100] = (hpm_input){1, 0.3, 0};
    w->market.asset_price[ETH].confidence = 0.8;
    w->market.curve[BTC_FAR].forward.confidence = 0.7;
    w->market.mark[S_PERP] = (hpm_input){NAN, 0.1, 0};
    world_price(w);
    assert_true(w->array.trust_instrument[B_CALL_100] == 0.9);
    assert_true(w->array.trust_atm[BTC_NEAR] == 0.9);
    assert_true(w->array.trust_asset[ETH] == 0.8 && w->array.trust_asset[BTC] == 1);
    assert_true(w->array.trust_forward[BTC_FAR] == 0.7);
    assert_true(w->array.trust_least == 0.7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_memory),
        WORLD_TEST(test_other_catalog),
        WORLD_TEST(test_begin_forgets),
        WORLD_TEST(test_units),
        WORLD_TEST(test_linear_and_inverse),
        WORLD_TEST(test_options),
        WORLD_TEST(test_no_shock_and_padding),
        WORLD_TEST(test_real_and_bound),
        WORLD_TEST(test_units_per_lot),
        WORLD_TEST(test_slices),
        WORLD_TEST(test_greek_too_large),
        WORLD_TEST(test_without_greeks),
        WORLD_TEST(test_missing),
        WORLD_TEST(test_expired),
        WORLD_TEST(test_expired_and_missing),
        WORLD_TEST(test_overflow),
        WORLD_TEST(test_coarse),
        WORLD_TEST(test_basis_below_zero),
        WORLD_TEST(test_trust),
        WORLD_TEST(test_one_limit),
        WORLD_TEST(test_trust_of_every_input),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
