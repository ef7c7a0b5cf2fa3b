/* Tests of src/margin/charges/position_tiers.c: 1 % of a notional up to 200, 5 % of what is above;
 * of ETH 10 %. */
#include "fills_fixture.h"

static hpm_tier tiers[] = {{200, 0.01}, {NAN, 0.05}}, flat[] = {{NAN, 0.1}};

static void begin(world *w)
{
    world_component(w, "position_tiers", HPM_COMPONENT_POSITION_TIERS);
    for (int a = 0; a <= ASSETS; a++)
        w->underlyings[a].position_tiers = (hpm_list){tiers, 2};
    w->underlyings[ETH].position_tiers = (hpm_list){flat, 1};
}

/* 1 BTC: 1. 2: 2. 5: 2 + 5 % of 300, long or short; published as 5 % of 500 less 8. Each contract
 * by itself. */
static void test_sizes(void **state)
{
    static const double sizes[] = {1, 2, 5}, charges[] = {1, 2, 17};
    for (int i = 0; i < 3; i++) {
        world *w = world_again(state);
        begin(w);
        world_hold(w, B_FUTURE, sizes[i]);
        world_hold(w, B_PERP, -sizes[i]);
        world_run(w);
        check_charge(w, 0, 2 * charges[i], (double[]){charges[i], charges[i]});
    }
    check_near(17, 0.05 * 500 - (0.05 - 0.01) * 200, "rate times notional less the amount");
}

/* At the mark: 3 at 110 are 330. Ten inverse contracts of 10 USD are 100 whatever the mark, for a
 * coin that is worth its index; at a mark of 80 they are 1.25 coins of 100. A contract in UST at
 * 0.5 is half. */
static void test_marks(void **state)
{
    world *w = *state;
    begin(w);
    w->market.mark[B_PERP].value = 110;
    w->market.mark[B_COIN_PERP].value = 80;
    w->market.asset_price[UST].value = 0.5;
    world_hold(w, B_COIN_PERP, -10);
    world_hold(w, B_PERP, 3);
    world_hold(w, B_PERP_UST, 2);
    world_run(w);
    check_charge(w, 0, 1.25 + 8.5 + 1, (double[]){1.25, 8.5, 1});
}

/* Options and spot pairs are not charged; ETH has a rate of its own: 7 at 10. */
static void test_kinds(void **state)
{
    world *w = *state;
    begin(w);
    world_hold(w, B_CALL_80, -9);
    world_hold(w, B_SPOT, 9);
    world_hold(w, E_PERP, 7);
    world_run(w);
    check_charge(w, 0, 7, (double[]){0, 0, 7});
}

/* 1 BTC is held; +4 and -2 may come: 5 long, 17, is worse than 1 short. The order is due its 4 of
 * the 5. */
static void test_orders(void **state)
{
    world *w = *state;
    order_list list = {.count = 0};
    begin(w);
    world_hold(w, B_PERP, 1);
    list_order(&list, B_PERP, 4, 100, 0);
    list_order(&list, B_PERP, -2, 100, 0);
    fills_make(w, &list);
    check_bound(&list, w, 0, 0, 17, (double[]){13.6, 0});
}

static void test_refused(void **state)
{
    hpm_error error = {0};
    world *w = *state;
    begin(w);
    w->underlyings[ETH].position_tiers.count = 0;
    check_error(hpm_rulebook_finish(&w->rulebook, &error), &error, HPM_E_FIELD_MISSING,
                "position_tiers", "underlying ETH has no position_tiers");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_sizes),  WORLD_TEST(test_marks),   WORLD_TEST(test_kinds),
        WORLD_TEST(test_orders), WORLD_TEST(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
