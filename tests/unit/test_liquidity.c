/* Tests of src/margin/charges/liquidity.c: fixtures worked out by hand. The half-spread of BTC is 1
 * % of the delta's value, 1 per BTC at 100, up to 400; of its vega 2 points. */
#include "small_world.h"

static void begin(world *w)
{
    world_component(w, "liquidity", HPM_COMPONENT_LIQUIDITY);
    w->underlyings[BTC].delta_spread = 0.01;
    w->underlyings[BTC].delta_depth = 400;
    w->underlyings[BTC].vega_spread = 2;
}

/* Net over expiries, settlements and kinds: 3 perpetuals, -1 future, 0.5 in UST, -0.5 of a call
 * with a delta of 1, 0.5 spot: 2.5. What takes from the net is credited. */
static void test_net_delta(void **state)
{
    world *w = *state;
    begin(w);
    world_hold(w, B_SPOT, 0.5);
    world_hold(w, B_PERP, 3);
    world_hold(w, B_FAR_FUTURE, -1);
    world_hold(w, B_FUTURE_UST, 0.5);
    world_hold(w, B_CALL_80, -0.5);
    world_run(w);
    check_charge(w, 0, 2.5, (double[]){0.5, 3, -0.5, 0.5, -1});
}

/* Up to a depth of 400 1 per BTC; 16 BTC are 4 depths, each BTC costs sqrt(4) = 2. Short as long.
 */
static void test_beyond_the_depth(void **state)
{
    static const double held[] = {4, 16, 36}, charges[] = {4, 32, 108};
    for (int i = 0; i < 3; i++)
        for (int sign = -1; sign <= 1; sign += 2) {
            world *w = world_again(state);
            begin(w);
            world_hold(w, B_PERP, sign * held[i]);
            world_run(w);
            check_charge(w, 0, charges[i], &charges[i]);
        }
}

/* A hedge is credited at the cost that it saves on average: 20 - 4 = 16 at 2 each. */
static void test_hedge_beyond_the_depth(void **state)
{
    world *w = *state;
    begin(w);
    world_hold(w, B_COIN_PERP, -40);
    world_hold(w, B_PERP, 20);
    world_run(w);
    check_charge(w, 0, 32, (double[]){-8, 40});
}

/* A hedged delta costs nothing however large; a depth of 0 is none. */
static void test_hedged(void **state)
{
    world *w = *state;
    begin(w);
    world_hold(w, B_PERP, 1000);
    world_hold(w, B_FUTURE, -1000);
    world_run(w);
    check_charge(w, 0, 0, (double[]){1000, -1000}); /* of opposite signs: they sum to nothing */
    w = world_again(state);
    begin(w);
    w->underlyings[BTC].delta_depth = 0;
    world_hold(w, B_PERP, 1000);
    world_run(w);
    check_charge(w, 0, 1000, (double[]){1000});
}

/* Vega of a call at the money: 100 * sqrt(0.2) * phi(d) per 1, d = 0.5 * sqrt(0.2) / 2, a
 * hundredth of it per point. */
static double near_vega(void)
{
    double d = 0.5 * sqrt(0.2) / 2;
    return sqrt(0.2) * exp(-d * d / 2) / sqrt(2 * acos(-1));
}

/* A call and a put of one strike have the same vega: 3 - 1 nets to 2 of them, 2 points each. Their
 * deltas N(d) and N(d) - 1 leave 3 N(d) - (N(d) - 1) = 2 N(d) + 1; here they are free. */
static void test_vega_nets_within_an_expiry(void **state)
{
    double each = 2 * near_vega();
    world *w = *state;
    begin(w);
    w->underlyings[BTC].delta_spread = 0;
    w->market.vol[B_CALL_100].value = w->market.vol[B_PUT_100].value = 0.5;
    world_hold(w, B_CALL_100, 3);
    world_hold(w, B_PUT_100, -1);
    world_run(w);
    /* The array's vegas are whole ticks of 1e-9 a lot of 0.1. */
    hpm_charge_result result = world_value(w, 0);
    assert_true(fabs(result.value - 2 * each) < 1e-6);
    double lines[2] = {0, 0};
    hpm_charge_liquidity.share(lines, &w->exposure, &w->components[0], &result, 1);
    assert_true(fabs(lines[0] - 3 * each) < 1e-6);
    assert_true(fabs(lines[1] + each) < 1e-6);
}

/* Expiries do not net. Vega at strike 80 after a year: 100 * phi(d) a hundredth, d = ln(100/80)/0.5
 * + 0.25. Two of them and a depth of a quarter of their vega: each costs sqrt(4) * 2 points. */
static void test_vega_by_expiry(void **state)
{
    double d = log(1.25) / 0.5 + 0.25, far = exp(-d * d / 2) / sqrt(2 * acos(-1));
    double depth = far / 2, near = near_vega();
    world *w = *state;
    begin(w);
    w->underlyings[BTC].delta_spread = 0;
    w->underlyings[BTC].vega_depth = depth;
    w->market.vol[B_CALL_100].value = w->market.vol[B_FAR_CALL].value = 0.5;
    world_hold(w, B_CALL_100, -1);
    world_hold(w, B_FAR_CALL, 2);
    world_run(w);
    double wanted = near * 2 * sqrt(near > depth ? near / depth : 1) + 2 * far * 2 * 2;
    assert_true(fabs(world_value(w, 0).value - wanted) < 1e-6);
}

/* Underlyings add, each with its own depth: 2 BTC 2, 50 ETH at 10 and 0.4 % 500 * 0.004 * sqrt(4) =
 * 4. A balance is no position: what it costs to sell is its haircut. In UST at 0.5 twice as many.
 */
static void test_underlyings(void **state)
{
    for (int i = 0; i < 2; i++) {
        world *w = world_again(state);
        begin(w);
        w->underlyings[ETH].delta_spread = 0.004;
        w->underlyings[ETH].delta_depth = 125;
        if (i == 1) strcpy(w->rulebook.numeraire, "UST");
        if (i == 1) w->market.asset_price[UST].value = 0.5;
        world_hold(w, B_PERP, 2);
        world_hold(w, E_FUTURE, -50);
        world_balance(w, BTC, 30);
        world_balance(w, SOL, 30);
        world_run(w);
        check_charge(w, 0, i == 0 ? 6 : 12,
                     i == 0 ? (double[]){2, 4, 0, 0} : (double[]){4, 8, 0, 0});
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_net_delta),
        WORLD_TEST(test_beyond_the_depth),
        WORLD_TEST(test_hedge_beyond_the_depth),
        WORLD_TEST(test_hedged),
        WORLD_TEST(test_vega_nets_within_an_expiry),
        WORLD_TEST(test_vega_by_expiry),
        WORLD_TEST(test_underlyings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
