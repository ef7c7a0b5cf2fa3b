/* Tests of src/risk/row.c: values, units and greeks of one lot, and the slow twin of the fill. */
#include "risk/array.h"
#include "small_world.h"

static double prices[] = {-0.2, 0, 0.2}, vols[] = {-0.5, 0, 0.5}, ranges[] = {-0.5, 2};
static hpm_scenario singles[] = {{0.1, 0.3, 1, 10, 1, 0, 0}, {-0.1, 0, -1, 80, 1, 0, 0}};

/* Everything moves: prices, volatilities, basis, time; options at 50 %, with a rate that counts and
 * a settlement average that is partly observed. */
static void begin(world *w)
{
    world_grid(w, "grid", prices, 3, vols, 3)->scenarios = (hpm_list){singles, 2};
    world_grid(w, "ranges", ranges, 2, vols, 3)->price_unit = HPM_PRICE_RANGE;
    w->sets[1].vol_unit = HPM_VOL_ATM_UNITS;
    w->sets[1].vol_power_long = 0.3;
    w->sets[1].vol_minimum_up = 0.6;
    world_grid(w, "points", prices, 1, vols, 3)->vol_unit = HPM_VOL_POINTS;
    world_component(w, "haircut", HPM_COMPONENT_HAIRCUT);
    for (uint32_t i = 0; i < INSTRUMENTS; i++)
        if (w->catalog.instruments[i].kind == HPM_OPTION) w->market.vol[i].value = 0.5;
    for (uint32_t a = 0; a <= ASSETS; a++)
        w->underlyings[a].basis_minimum = 0.05;
    w->rulebook.discount_at_rate = 1;
    w->market.curve[BTC_NEAR].rate_annual = 0.1;
    w->market.curve[BTC_NEAR].forward.value = 104;
    w->market.curve[BTC_NEAR].observed_share = 0.25;
    w->market.curve[BTC_NEAR].observed_price = 96;
}

static void values_of(double row[HPM_COLUMN_COUNT], const world *w, uint32_t instrument,
                      double unit_value)
{
    hpm_risk_row_value(row, &w->array, instrument, unit_value);
    for (int c = HPM_COLUMN_DELTA; c < HPM_COLUMN_COUNT; c++)
        assert_true(row[c] == 0);
    hpm_risk_row_greeks(row, &w->array, instrument, NULL);
}

/* ---- Value and units ---------------------------------------------------------------------- */

/* One lot is 0.1 contracts. Futures are settled: no value. Spot is worth its mark. One inverse
 * contract of 10 USD at 100 is 0.1 BTC. */
static void test_value_and_units(void **state)
{
    world *w = *state;
    double row[HPM_COLUMN_COUNT];
    world_component(w, "haircut", HPM_COMPONENT_HAIRCUT);
    w->market.mark[B_SPOT].value = 99;
    world_price(w);
    values_of(row, w, B_PERP, 0);
    check_near(row[HPM_COLUMN_VALUE], 0, "value of a perpetual");
    check_near(hpm_risk_row_units(&w->array, B_PERP), 0.1, "units of a perpetual");
    check_near(row[HPM_COLUMN_DELTA], 10, "delta of a perpetual");
    check_near(row[HPM_COLUMN_DELTA_PREMIUM], 10, "delta of a perpetual");
    values_of(row, w, B_SPOT, 0);
    check_near(row[HPM_COLUMN_VALUE], 9.9, "value of spot");
    check_near(hpm_risk_row_units(&w->array, B_SPOT), 0.1, "units of spot");
    values_of(row, w, B_COIN_FUTURE, 0);
    check_near(hpm_risk_row_units(&w->array, B_COIN_FUTURE), 0.01, "units of an inverse future");
    check_near(row[HPM_COLUMN_DELTA], 1, "delta of an inverse future");
    values_of(row, w, B_CALL_80, 20);
    check_near(row[HPM_COLUMN_VALUE], 2, "value of an option");
    check_near(hpm_risk_row_units(&w->array, B_CALL_80), 0.1, "units of an option");
}

/* Without volatility a call in the money has a delta of 1, one at the money of 0.5 and a put of
 * -0.5; settled in coin the premium of 0.2 comes off. One lot of 0.1 at an index of 100 is
 * worth 10. */
static void test_deltas(void **state)
{
    world *w = *state;
    double row[HPM_COLUMN_COUNT];
    world_component(w, "haircut", HPM_COMPONENT_HAIRCUT);
    world_price(w);
    values_of(row, w, B_CALL_80, 20);
    check_near(row[HPM_COLUMN_DELTA], 10, "in the money");
    check_near(row[HPM_COLUMN_DELTA_PREMIUM], 10, "no premium in coin");
    values_of(row, w, B_PUT_100, 0);
    check_near(row[HPM_COLUMN_DELTA], -5, "at the money");
    values_of(row, w, B_COIN_CALL, 0.2);
    check_near(row[HPM_COLUMN_DELTA], 10, "in the money");
    check_near(row[HPM_COLUMN_DELTA_PREMIUM], 8, "less the premium");
}

/* ---- Greeks against differences ----------------------------------------------------------- */

/* Value of one lot in quote currency after a bump of one input. */
typedef struct bump {
    double forward, vol, days, rate;
} bump;

static double bumped(void **state, uint32_t instrument, bump by)
{
    world *w = world_again(state);
    double *row;
    begin(w);
    uint32_t expiry = w->catalog.instruments[instrument].expiry;
    w->market.curve[expiry].forward.value *= 1 + by.forward;
    w->market.curve[expiry].rate_annual += by.rate;
    w->market.vol[instrument].value += by.vol;
    w->market.now_ns += (int64_t)(by.days * (double)HPM_DAY_NS);
    world_price(w);
    row = fixture_take(w->array.stride, sizeof *row);
    hpm_risk_row_reference(row, &w->array, instrument);
    double value = row[w->array.extra + HPM_COLUMN_VALUE];
    free(row);
    if (w->catalog.instruments[instrument].payoff == HPM_INVERSE)
        value *= hpm_curve_settlement_forward(&w->market.curve[expiry]);
    return value;
}

static void greeks_of(double row[HPM_COLUMN_COUNT], void **state, uint32_t instrument)
{
    world *w = world_again(state);
    begin(w);
    world_price(w);
    values_of(row, w, instrument, 0);
}

static void check_greek(double got, double wanted, const char *what)
{
    if (!(fabs(got - wanted) <= 2e-5 * fabs(wanted) + 1e-9))
        fail_msg("%s: %.12g instead of %.12g", what, got, wanted);
}

static void check_instrument(void **state, uint32_t instrument)
{
    double row[HPM_COLUMN_COUNT], h = 1e-4;
    greeks_of(row, state, instrument);
    double forward = world_prices[BTC] + (instrument == B_FAR_CALL ? 0 : 4);
    double up = bumped(state, instrument, (bump){.forward = h});
    double here = bumped(state, instrument, (bump){0});
    double down = bumped(state, instrument, (bump){.forward = -h});
    check_greek(row[HPM_COLUMN_DELTA], (up - down) / (2 * h * forward) * 100, "delta");
    check_greek(row[HPM_COLUMN_GAMMA], (up - 2 * here + down) / (h * h) * 0.01, "gamma");
    check_greek(row[HPM_COLUMN_VEGA],
                (bumped(state, instrument, (bump){.vol = h}) -
                 bumped(state, instrument, (bump){.vol = -h})) /
                    (2 * h) * 0.01,
                "vega");
    check_greek(row[HPM_COLUMN_THETA],
                (bumped(state, instrument, (bump){.days = 0.01}) -
                 bumped(state, instrument, (bump){.days = -0.01})) /
                    0.02,
                "theta");
    check_greek(row[HPM_COLUMN_RHO],
                (bumped(state, instrument, (bump){.rate = h}) -
                 bumped(state, instrument, (bump){.rate = -h})) /
                    (2 * h) * 1e-4,
                "rho");
}

/* Delta at the index of 100, gamma per 1 %, vega per volatility point, theta per day, rho per basis
 * point; delta and gamma of the part of the settlement average that still moves. */
static void test_greeks_are_differences(void **state)
{
    check_instrument(state, B_CALL_100);
    check_instrument(state, B_CALL_80);
    check_instrument(state, B_PUT_100);
    check_instrument(state, B_FAR_CALL);
    check_instrument(state, B_COIN_CALL);
}

/* Premium-adjusted delta: that of the value in coin, times the forward that it is divided by; here
 * wholly unobserved. */
static void test_premium_delta(void **state)
{
    double row[HPM_COLUMN_COUNT], values[2], h = 1e-4;
    for (int i = 0; i < 2; i++) {
        world *w = world_again(state);
        w->market.vol[B_COIN_CALL].value = 0.5;
        w->market.curve[BTC_NEAR].forward.value = 100 * (1 + (i == 0 ? h : -h));
        world_component(w, "haircut", HPM_COMPONENT_HAIRCUT);
        world_price(w);
        values[i] =
            w->array.ticks_real[(size_t)B_COIN_CALL * w->array.stride + w->array.extra] * 1e-12;
    }
    world *w = world_again(state);
    w->market.vol[B_COIN_CALL].value = 0.5;
    world_component(w, "haircut", HPM_COMPONENT_HAIRCUT);
    world_price(w);
    values_of(row, w, B_COIN_CALL, 0);
    check_greek(row[HPM_COLUMN_DELTA_PREMIUM], (values[0] - values[1]) / (2 * h) * 100,
                "premium delta");
}

/* ---- The twin ----------------------------------------------------------------------------- */

/* Every entry of the array is the twin's, rounded: within one tick. */
static void test_reference(void **state)
{
    world *w = *state;
    begin(w);
    world_price(w);
    double *row = fixture_take(w->array.stride, sizeof *row);
    for (uint32_t i = 0; i < INSTRUMENTS; i++) {
        const double *units = hpm_risk_array_units(&w->array, w->catalog.instruments[i].settlement);
        hpm_risk_row_reference(row, &w->array, i);
        for (uint32_t c = 0; c < w->array.stride; c++) {
            double got = w->array.ticks_real[(size_t)i * w->array.stride + c] * units[c];
            if (!(fabs(got - row[c]) <= 0.51 * units[c] + 1e-13 * fabs(row[c])))
                fail_msg("%s, column %u: %.17g instead of %.17g", w->catalog.instruments[i].name, c,
                         got, row[c]);
        }
    }
    free(row);
}

/* By hand: -20 % of the part of the forward that moves (0.25 * 96 + 0.75 * 104 * 0.8 = 86.4) and
 * nothing else leaves a call at 80 without volatility 6.4 of 22, discounted over 0.2 years. */
static void test_reference_by_hand(void **state)
{
    world *w = *state;
    begin(w);
    w->market.vol[B_CALL_80].value = 0;
    world_price(w);
    double *row = fixture_take(w->array.stride, sizeof *row);
    hpm_risk_row_reference(row, &w->array, B_CALL_80);
    check_near(row[1], 0.1 * (6.4 - 22) * exp(-0.02), "scenario");
    check_near(row[w->array.extra + HPM_COLUMN_VALUE], 2.2 * exp(-0.02), "value");
    /* 80 days pass: the end. Basis -5 %, price -10 %: 24 + 78 * 0.9 * 0.95 = 90.69. */
    check_near(row[10], 0.1 * (10.69 - 22 * exp(-0.02)), "past the expiry");
    free(row);
}

/* A quarter of an hour before the end half of what happens counts: -20 % takes 1 from a tenth of a
 * future at 100 and 1 from a tenth of a call at 80 without volatility, whose value stays 2; deltas
 * are
 * 5. A perpetual loses all of 2. The fill and its twin agree. */
static void test_fade(void **state)
{
    static const struct {
        uint32_t instrument;
        double pnl, value, delta;
    } rows[] = {{B_FUTURE, -1, 0, 5}, {B_CALL_80, -1, 2, 5}, {B_PERP, -2, 0, 10}};
    world *w = *state;
    world_grid(w, "grid", prices, 3, vols, 1);
    world_component(w, "haircut", HPM_COMPONENT_HAIRCUT);
    w->rulebook.fade_s = 1800;
    w->market.now_ns = w->catalog.expiries[BTC_NEAR].expiry_ns - INT64_C(900000000000);
    world_price(w);
    double *row = fixture_take(w->array.stride, sizeof *row);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const size_t first = (size_t)rows[i].instrument * w->array.stride;
        hpm_risk_row_reference(row, &w->array, rows[i].instrument);
        check_near(row[0], rows[i].pnl, "P&L");
        check_near(row[w->array.extra + HPM_COLUMN_VALUE], rows[i].value, "value");
        check_near(row[w->array.extra + HPM_COLUMN_DELTA], rows[i].delta, "delta");
        for (uint32_t c = 0; c < w->array.scenario_count; c++)
            check_near(w->array.ticks_real[first + c] * 1e-9, row[c], "ticks");
    }
    free(row);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_value_and_units),
        WORLD_TEST(test_deltas),
        WORLD_TEST(test_greeks_are_differences),
        WORLD_TEST(test_premium_delta),
        WORLD_TEST(test_reference),
        WORLD_TEST(test_reference_by_hand),
        WORLD_TEST(test_fade),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
