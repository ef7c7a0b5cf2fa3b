/* Tests of src/margin/coin.c: equity in one asset and the coins of an underlying, line by line. */
#include "margin/coin.h"
#include "small_world.h"

/* 2 BTC of balance; 10 inverse contracts of 10 USD since 80: 0.25 and funding 0.05; a coin call
 * worth 0.2: 2.5 in all, 2.3 of them coins. */
static void begin(world *w)
{
    world_component(w, "haircut", HPM_COMPONENT_HAIRCUT);
    hpm_position *perp = world_hold(w, B_COIN_PERP, 10);
    perp->entry_price = 80;
    perp->funding.e8 = e8_of(0.05);
    world_hold(w, B_COIN_CALL, 1);
    world_hold(w, B_PERP, 7)->entry_price = 50;
    world_balance(w, BTC, 2);
    world_balance(w, UST, 30);
}

static void check_lines(const double *got, const double *wanted, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        check_near(got[i], wanted[i], "line");
}

/* Lines: inverse perpetual, perpetual, coin call, BTC, UST; 10 per coin, added to what is there. */
static void test_equity_share(void **state)
{
    world *w = *state;
    double lines[5] = {1, 1, 1, 1, 1};
    begin(w);
    world_run(w);
    hpm_equity_share(lines, &w->exposure, BTC, 10);
    check_lines(lines, (double[]){1 + 3, 1, 1 + 2, 1 + 20, 1}, 5);
    hpm_equity_share(lines, &w->exposure, UST, -1);
    check_lines(lines, (double[]){4, 1, 3, 21, 1 - 30}, 5);
}

static void test_coins(void **state)
{
    world *w = *state;
    double lines[5] = {0};
    begin(w);
    world_run(w);
    assert_int_equal(w->exposure.groups[0].asset, BTC);
    check_near(hpm_group_coins(&w->exposure, &w->exposure.groups[0]), 2.3, "coins");
    hpm_coins_share(lines, &w->exposure, &w->exposure.groups[0], 10);
    check_lines(lines, (double[]){3, 0, 0, 20, 0}, 5);
}

/* A stablecoin of which a pair is held is a group, and its balance is no position in it. */
static void test_stablecoin(void **state)
{
    world *w = *state;
    double lines[2] = {0};
    world_component(w, "haircut", HPM_COMPONENT_HAIRCUT);
    world_hold(w, U_SPOT, 5);
    world_balance(w, UST, 30);
    world_run(w);
    assert_int_equal(w->exposure.groups[0].asset, UST);
    check_near(hpm_group_coins(&w->exposure, &w->exposure.groups[0]), 0, "coins");
    hpm_coins_share(lines, &w->exposure, &w->exposure.groups[0], 10);
    check_lines(lines, (double[]){0, 0}, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_equity_share),
        WORLD_TEST(test_coins),
        WORLD_TEST(test_stablecoin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
