/* Tests of src/margin/charges/size.c: fixtures worked out by hand, at 1 % of the index per unit of
 * perpetual, 2 % per unit of future and 3 % per unit of balance. */
#include "small_world.h"

static void begin(world *w)
{
    hpm_component *component = world_component(w, "size", HPM_COMPONENT_SIZE);
    component->rule.size = (hpm_rule_size){0.01, 0.02, 0.03};
}

/* Perpetuals of every settlement net in units of BTC: 10 inverse ones of 10 USD are 1, +3, -1: 3
 * units, 3. Short they cost the same. */
static void test_perpetuals_net(void **state)
{
    static const double signs[] = {1, -1};
    for (int i = 0; i < 2; i++) {
        world *w = world_again(state);
        begin(w);
        world_hold(w, B_PERP_UST, -1 * signs[i]);
        world_hold(w, B_COIN_PERP, 10 * signs[i]);
        world_hold(w, B_PERP, 3 * signs[i]);
        world_run(w);
        check_charge(w, 0, 3, (double[]){1, 3, -1});
    }
}

/* Futures net within an expiry (2 - 0.5 = 1.5 units: 3) and not between (2 short: 4); options and
 * spot are not charged. */
static void test_futures_per_expiry(void **state)
{
    world *w = *state;
    begin(w);
    world_hold(w, B_FUTURE, 2);
    world_hold(w, B_FUTURE_UST, -0.5);
    world_hold(w, B_FAR_FUTURE, -2);
    world_hold(w, B_CALL_80, 5);
    world_hold(w, B_SPOT, 9);
    world_run(w);
    check_charge(w, 0, 7, (double[]){0, 4, 0, -1, 4});
}

/* Balances of a coin, borrowed ones too: 0.5 * 3 = 1.5. Other assets are not coins with exposure.
 */
static void test_balance(void **state)
{
    static const double amounts[] = {0.5, -0.5};
    for (int i = 0; i < 2; i++) {
        world *w = world_again(state);
        begin(w);
        world_balance(w, UST, 300);
        world_balance(w, USD, -100);
        world_balance(w, BTC, amounts[i]);
        world_run(w);
        check_charge(w, 0, 1.5, (double[]){1.5, 0, 0});
    }
}

/* Two underlyings, each at its own index: 2 BTC 2, 10 ETH 1, and 4 ETH of balance 1.2. */
static void test_underlyings(void **state)
{
    world *w = *state;
    begin(w);
    world_hold(w, B_PERP, 2);
    world_hold(w, E_PERP, -10);
    world_balance(w, ETH, 4);
    world_run(w);
    check_charge(w, 0, 4.2, (double[]){2, 1, 1.2});
}

static void test_rates_of_zero(void **state)
{
    world *w = *state;
    world_component(w, "size", HPM_COMPONENT_SIZE);
    world_hold(w, B_PERP, 2);
    world_hold(w, B_FUTURE, 2);
    world_balance(w, BTC, 4);
    world_run(w);
    check_charge(w, 0, 0, (double[]){0, 0, 0});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_perpetuals_net), WORLD_TEST(test_futures_per_expiry),
        WORLD_TEST(test_balance),        WORLD_TEST(test_underlyings),
        WORLD_TEST(test_rates_of_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
