/* Tests of src/margin/charges/borrowed.c: debts worked out by hand, at 8 %. */
#include "fills_fixture.h"

static void begin(world *w)
{
    world_component(w, "borrowed", HPM_COMPONENT_BORROWED)->rule.borrowed.rate = 0.08;
}

/* 300 USD: 24. 2 BTC of 100: 16. What is owned costs nothing and pays for nothing. */
static void test_debts(void **state)
{
    world *w = *state;
    begin(w);
    world_hold(w, B_PERP, 5);
    world_balance(w, BTC, -2);
    world_balance(w, ETH, 1000);
    world_balance(w, USD, -300);
    world_run(w);
    check_charge(w, 0, 40, (double[]){0, 16, 0, 24});
}

static void test_nothing_owed(void **state)
{
    world *w = *state;
    begin(w);
    world_balance(w, BTC, 0);
    world_balance(w, USD, 1);
    world_run(w);
    check_charge(w, 0, 0, (double[]){0, 0});
}

/* In UST at 0.5 a debt of 1 BTC is 200: 16. */
static void test_numeraire(void **state)
{
    world *w = *state;
    begin(w);
    strcpy(w->rulebook.numeraire, "UST");
    w->market.asset_price[UST].value = 0.5;
    world_balance(w, BTC, -1);
    world_run(w);
    check_charge(w, 0, 16, (double[]){16});
}

/* 150 USD are there. Buying 3 spot BTC at 100 leaves 150 owed: 12. Selling 1 BTC of which none is
 * held owes it: 8. Both may fill, each at its worst: 20. */
static void test_orders(void **state)
{
    world *w = *state;
    order_list list = {.count = 0};
    begin(w);
    world_balance(w, USD, 150);
    list_order(&list, B_SPOT, 3, 100, 0);
    list_order(&list, B_SPOT, -1, 100, 0);
    fills_make(w, &list);
    check_bound(&list, w, 0, 0, 20, (double[]){12, 8});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_debts),
        WORLD_TEST(test_nothing_owed),
        WORLD_TEST(test_numeraire),
        WORLD_TEST(test_orders),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
