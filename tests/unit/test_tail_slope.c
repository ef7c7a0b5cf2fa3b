/* Tests of src/margin/charges/tail_slope.c: fixtures worked out by hand, at 3 % of the index: 3 per
 * BTC at 100, 0.3 per ETH at 10. U is the slope above, D below. */
#include "small_world.h"

static void begin(world *w)
{
    hpm_component *component = world_component(w, "tail_slope", HPM_COMPONENT_TAIL_SLOPE);
    assert_true(component->rule.tail.rate == 0.03);
}

/* 2 calls sold: U = -2, D = 0: 2 * 3. Bought, they lose nothing there. 2 puts sold: U = 0, D = 2.
 */
static void test_naked_options(void **state)
{
    static const uint32_t ids[] = {B_CALL_100, B_PUT_100};
    for (int i = 0; i < 2; i++) {
        world *w = world_again(state);
        begin(w);
        world_hold(w, ids[i], -2);
        world_run(w);
        check_charge(w, 0, 6, (double[]){6});
        w = world_again(state);
        begin(w);
        world_hold(w, ids[i], 2);
        world_run(w);
        check_charge(w, 0, 0, (double[]){0});
    }
}

/* The worse side, not both: a call and 3 puts sold have U = -1 and D = 3: 9, and the call is not
 * what costs. With half a future sold U = -1.5, D = 2.5: 7.5, the future is credited 1.5. */
static void test_sides(void **state)
{
    world *w = *state;
    begin(w);
    world_hold(w, B_CALL_100, -1);
    world_hold(w, B_PUT_100, -3);
    world_run(w);
    check_charge(w, 0, 9, (double[]){0, 9});
    w = world_again(state);
    begin(w);
    world_hold(w, B_CALL_100, -1);
    world_hold(w, B_FUTURE, -0.5);
    world_hold(w, B_PUT_100, -3);
    world_run(w);
    check_charge(w, 0, 7.5, (double[]){-1.5, 0, 9}); /* futures stand first */
}

/* A tie goes up: a call and a put sold have U = -1 and D = 1. */
static void test_tie(void **state)
{
    world *w = *state;
    begin(w);
    world_hold(w, B_CALL_100, -1);
    world_hold(w, B_PUT_100, -1);
    world_run(w);
    check_charge(w, 0, 3, (double[]){3, 0});
}

/* What has a bound has no slope: a call spread, and another across expiries and settlements; and a
 * future hedged by options, long call and short put against it. */
static void test_bounded(void **state)
{
    world *w = *state;
    begin(w);
    world_hold(w, B_CALL_80, 1);
    world_hold(w, B_CALL_100, -1);
    world_hold(w, B_COIN_CALL, 2);
    world_hold(w, B_CALL_UST, -1.5);
    world_hold(w, B_FAR_CALL, -0.5);
    world_balance(w, USD, 50);
    world_run(w);
    check_charge(w, 0, 0, (double[]){0, 0, 0, 0, 0, 0});
    w = world_again(state);
    begin(w);
    world_hold(w, B_CALL_100, 1);
    world_hold(w, B_FUTURE, -1);
    world_hold(w, B_PUT_100, -1);
    world_run(w);
    check_charge(w, 0, 0, (double[]){0, 0, 0});
}

/* Every contract without a strike counts its units on both sides: inverse perpetual 10 * 10 / 100 =
 * 1, perpetual 2, future -4, spot 0.5: U = D = -0.5: 1.5 above. */
static void test_linear_and_inverse(void **state)
{
    world *w = *state;
    begin(w);
    world_hold(w, B_COIN_PERP, 10);
    world_hold(w, B_FAR_FUTURE, -4);
    world_hold(w, B_PERP, 2);
    world_hold(w, B_SPOT, 0.5);
    world_run(w);
    check_charge(w, 0, 1.5, (double[]){-1.5, -3, -6, 12});
}

/* A coin covers the call sold on it: U = 0, D = 1. Settled in the coin the call's mark of 0.2 BTC
 * is no coin that could be held: with it U would be -0.2. */
static void test_covered_call(void **state)
{
    static const uint32_t calls[] = {B_CALL_80, B_COIN_CALL};
    for (int i = 0; i < 2; i++) {
        world *w = world_again(state);
        begin(w);
        world_hold(w, calls[i], -1);
        world_balance(w, BTC, 1);
        world_run(w);
        check_charge(w, 0, 3, (double[]){0, 3});
    }
}

/* Coins are balance, funding and P&L: a coin perpetual sold at 80, -10 contracts of 10 USD: -1 BTC
 * and -100 * (1/80 - 1/100) = -0.25, with funding of 0.05: -0.2. With 0.5 BTC of balance U = D =
 * -0.7: 2.1, of which the perpetual 3 * 1.2, the balance -1.5. */
static void test_coin_profit(void **state)
{
    world *w = *state;
    begin(w);
    hpm_position *perp = world_hold(w, B_COIN_PERP, -10);
    perp->entry_price = 80;
    perp->funding.e8 = e8_of(0.05);
    world_balance(w, BTC, 0.5);
    world_run(w);
    check_charge(w, 0, 2.1, (double[]){3.6, -1.5});
}

/* Underlyings add: no offset. BTC U = -1: 3; ETH D = 5 of a balance and D = 2 of perpetuals: 7 *
 * 0.3. Money has no slope, and half a UST is money. */
static void test_underlyings(void **state)
{
    world *w = *state;
    begin(w);
    w->market.asset_price[UST].value = 0.5;
    world_hold(w, B_CALL_UST, -1);
    world_hold(w, E_PERP, 2);
    world_balance(w, ETH, 5);
    world_balance(w, UST, 70);
    world_run(w);
    check_charge(w, 0, 5.1, (double[]){3, 0.6, 1.5, 0});
}

/* A quarter of the settlement average is fixed: options follow three quarters, the future all. A
 * call sold 3 * 0.75; against a future U = 1 - 0.75, D = 1. */
static void test_averaging_window(void **state)
{
    world *w = *state;
    begin(w);
    w->market.curve[BTC_NEAR].observed_share = 0.25;
    w->market.curve[BTC_NEAR].observed_price = 100;
    world_hold(w, B_CALL_100, -1);
    world_run(w);
    check_charge(w, 0, 2.25, (double[]){2.25});
    w = world_again(state);
    begin(w);
    w->market.curve[BTC_NEAR].observed_share = 0.25;
    w->market.curve[BTC_NEAR].observed_price = 100;
    world_hold(w, B_CALL_100, -1);
    world_hold(w, B_FUTURE, 1);
    world_run(w);
    check_charge(w, 0, 3, (double[]){3, 0});
}

/* At strike 0 a call is the forward, D = 2, and a put sold loses nothing. */
static void test_strike_zero(void **state)
{
    world *w = *state;
    hpm_instrument *rows = (hpm_instrument *)w->catalog.instruments; /* the arena's own */
    begin(w);
    rows[B_CALL_80].strike = rows[B_PUT_100].strike = 0;
    world_hold(w, B_CALL_80, 2);
    world_hold(w, B_PUT_100, -7);
    world_run(w);
    check_charge(w, 0, 6, (double[]){6, 0});
}

/* Struck below the last 3 a put sold at 1.5 can cost that and no more: half a slope, 1.5 each; the
 * call there has the other half. Call less put is the future still. */
static void test_low_strikes(void **state)
{
    world *w = *state;
    hpm_instrument *rows = (hpm_instrument *)w->catalog.instruments; /* the arena's own */
    begin(w);
    rows[B_PUT_100].strike = 1.5;
    world_hold(w, B_PUT_100, -2);
    world_run(w);
    check_charge(w, 0, 3, (double[]){3});
    w = world_again(state);
    rows = (hpm_instrument *)w->catalog.instruments;
    begin(w);
    rows[B_CALL_80].strike = rows[B_PUT_100].strike = 1.5;
    world_hold(w, B_CALL_80, -1);
    world_hold(w, B_FUTURE, 1);
    world_hold(w, B_PUT_100, 1);
    world_run(w);
    check_charge(w, 0, 0, (double[]){0, 0, 0});
}

/* Half of the average is fixed at 100, no settlement is below 50: a put of 40 sold pays nothing,
 * one of 51 pays 1 at most. */
static void test_least_settlement(void **state)
{
    static const double strikes[] = {40, 51}, charges[] = {0, 1};
    for (int i = 0; i < 2; i++) {
        world *w = world_again(state);
        hpm_instrument *rows = (hpm_instrument *)w->catalog.instruments; /* the arena's own */
        begin(w);
        rows[B_PUT_100].strike = strikes[i];
        w->market.curve[BTC_NEAR].observed_share = 0.5;
        w->market.curve[BTC_NEAR].observed_price = 100;
        world_hold(w, B_PUT_100, -1);
        world_run(w);
        check_charge(w, 0, charges[i], (double[]){charges[i]});
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_naked_options), WORLD_TEST(test_sides),
        WORLD_TEST(test_tie),           WORLD_TEST(test_bounded),
        WORLD_TEST(test_covered_call),  WORLD_TEST(test_linear_and_inverse),
        WORLD_TEST(test_coin_profit),   WORLD_TEST(test_underlyings),
        WORLD_TEST(test_strike_zero),   WORLD_TEST(test_averaging_window),
        WORLD_TEST(test_low_strikes),   WORLD_TEST(test_least_settlement),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
