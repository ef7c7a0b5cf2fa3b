/* Tests of src/margin/charges/wrong_way.c: fixtures worked out by hand. STE at 9 follows ETH at 10;
 * 20 % are charged of what its haircut of 25 % leaves. */
#include "small_world.h"

static void begin(world *w)
{
    world_component(w, "wrong_way", HPM_COMPONENT_WRONG_WAY);
    strcpy(w->collateral[STE].follows, "ETH");
    w->collateral[STE].haircut = 0.25;
    w->collateral[STE].wrong_way = 0.2;
}

/* 4 STE count for 36 * 0.75 = 27. Long 10 ETH, 100: the token decides, 5.4. */
static void test_token_decides(void **state)
{
    world *w = *state;
    begin(w);
    world_hold(w, E_PERP, 10);
    world_balance(w, STE, 4);
    world_run(w);
    check_charge(w, 0, 5.4, (double[]){0, 5.4});
}

/* Long 2 - 0.5 ETH: 15 decide, 3: the perpetual 4, the future is credited 1. */
static void test_exposure_decides(void **state)
{
    world *w = *state;
    begin(w);
    world_hold(w, E_FUTURE, -0.5);
    world_hold(w, E_PERP, 2);
    world_balance(w, STE, 4);
    world_run(w);
    check_charge(w, 0, 3, (double[]){4, -1, 0});
}

/* Options count their delta, coins their number: a call at 10 in the money (forward 11) 1, owed 0.5
 * ETH: 0.5 ETH long, 5: 1. */
static void test_options_and_coins(void **state)
{
    world *w = *state;
    begin(w);
    w->market.curve[ETH_NEAR].forward.value = 11;
    world_hold(w, E_CALL, 1);
    world_balance(w, ETH, -0.5);
    world_balance(w, STE, 4);
    world_run(w);
    check_charge(w, 0, 1, (double[]){2, -1, 0});
    w = world_again(state);
    begin(w);
    world_balance(w, ETH, 2); /* coins alone: 20 */
    world_balance(w, STE, 4);
    world_run(w);
    check_charge(w, 0, 4, (double[]){4, 0});
}

/* Short of ETH, flat, long of something else, or owing the token: nothing goes the wrong way. */
static void test_nothing(void **state)
{
    static const uint32_t ids[] = {E_PERP, E_PERP, B_PERP, E_PERP};
    static const double held[] = {-5, 0, 5, 5}, tokens[] = {4, 4, 4, -4};
    for (int i = 0; i < 4; i++) {
        world *w = world_again(state);
        begin(w);
        world_hold(w, ids[i], held[i]);
        world_balance(w, STE, tokens[i]);
        world_run(w);
        check_charge(w, 0, 0, (double[]){0, 0});
    }
}

/* Value above a cap counts for nothing already: 20 * 0.75 is left, 3. An asset that the catalog
 * does not have cannot be followed. */
static void test_cap_and_absent(void **state)
{
    world *w = *state;
    begin(w);
    w->collateral[STE].cap = 20;
    world_hold(w, E_PERP, 10);
    world_balance(w, STE, 4);
    world_run(w);
    check_charge(w, 0, 3, (double[]){0, 3});
    w = world_again(state);
    begin(w);
    strcpy(w->collateral[STE].follows, "XRP");
    world_hold(w, E_PERP, 10);
    world_balance(w, STE, 4);
    world_run(w);
    check_charge(w, 0, 0, (double[]){0, 0});
}

/* Two that follow one underlying, each by itself: SOL as well, at 50 % of 30: 15 + 5.4. Counted in
 * UST at 0.5 all is twice as many. */
static void test_two_followers(void **state)
{
    for (int i = 0; i < 2; i++) {
        world *w = world_again(state);
        begin(w);
        strcpy(w->collateral[SOL].follows, "ETH");
        w->collateral[SOL].wrong_way = 0.5;
        if (i == 1) strcpy(w->rulebook.numeraire, "UST");
        if (i == 1) w->market.asset_price[UST].value = 0.5;
        world_hold(w, E_PERP, 10);
        world_balance(w, SOL, 30);
        world_balance(w, STE, 4);
        world_run(w);
        check_charge(w, 0, i == 0 ? 20.4 : 40.8,
                     i == 0 ? (double[]){0, 15, 5.4} : (double[]){0, 30, 10.8});
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_token_decides),     WORLD_TEST(test_exposure_decides),
        WORLD_TEST(test_options_and_coins), WORLD_TEST(test_nothing),
        WORLD_TEST(test_cap_and_absent),    WORLD_TEST(test_two_followers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
