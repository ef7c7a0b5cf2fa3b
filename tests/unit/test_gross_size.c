/* Tests of src/margin/charges/gross_size.c: fixtures worked out by hand. Perpetuals 10 %, futures
 * 20 %, short options 100 %, long ones 50 %. */
#include "fills_fixture.h"

static hpm_rule_gross_size *begin(world *w)
{
    hpm_rule_gross_size *rule =
        &world_component(w, "gross", HPM_COMPONENT_GROSS_SIZE)->rule.gross_size;
    *rule = (hpm_rule_gross_size){0.1, 0.2, 1, 0.5, HPM_GROSS_INDEX, HPM_GROSS_ONE};
    return rule;
}

/* At the index of 100, whatever the mark: 3 perpetuals short 30, and 2 more in coins, 20 contracts
 * of 10 dollars, do not net: 20. A future 20, an option short 100, one long 50, of ETH at 10 a
 * tenth of that. A spot pair and balances are nothing. */
static void test_index(void **state)
{
    world *w = *state;
    begin(w);
    w->market.mark[B_PERP].value = 110;
    world_hold(w, B_PERP, -3);
    world_hold(w, B_COIN_PERP, 20);
    world_hold(w, B_FUTURE, 1);
    world_hold(w, B_CALL_80, -1);
    world_hold(w, B_CALL_100, 1);
    world_hold(w, E_CALL, -1);
    world_hold(w, B_SPOT, 7);
    world_balance(w, BTC, 3);
    world_run(w);
    check_near(world_value(w, 0).value, 30 + 20 + 20 + 100 + 50 + 10, "gross");
}

/* Each pays its own. */
static void test_lines(void **state)
{
    world *w = *state;
    begin(w);
    world_hold(w, B_PERP, -3);
    world_hold(w, B_PERP_UST, 1);
    world_balance(w, BTC, 3);
    world_run(w);
    check_charge(w, 0, 40, (double[]){30, 10, 0});
}

/* At the mark: 3 * 110 * 10 %. Options stay at the index. */
static void test_mark(void **state)
{
    world *w = *state;
    begin(w)->price = HPM_GROSS_MARK;
    w->market.mark[B_PERP].value = 110;
    world_hold(w, B_PERP, -3);
    world_hold(w, B_CALL_80, -1);
    world_run(w);
    check_charge(w, 0, 133, (double[]){33, 100});
}

/* Multiples of what the underlying asks: 10 % of half the price of a perpetual, 20 % of half that
 * of a future, or of a quarter. Options are no multiples. */
static void test_multiples(void **state)
{
    static const hpm_gross_multiple multiples[] = {HPM_GROSS_INITIAL, HPM_GROSS_MAINTENANCE};
    for (int i = 0; i < 2; i++) {
        world *w = world_again(state);
        begin(w)->multiple_of = multiples[i];
        w->underlyings[BTC].linear_initial = 0.5;
        w->underlyings[BTC].linear_maintenance = 0.25;
        world_hold(w, B_PERP, 1);
        world_hold(w, B_FUTURE, -1);
        world_hold(w, B_CALL_80, -1);
        world_run(w);
        double rate = multiples[i] == HPM_GROSS_INITIAL ? 0.5 : 0.25;
        check_charge(w, 0, 100 + 30 * rate, (double[]){10 * rate, 20 * rate, 100});
    }
}

/* Counted in UST at 0.8: a mark in USD is 1.25 times as many, in UST it is what it says; the index
 * counts as it is quoted. */
static void test_numeraire(void **state)
{
    static const hpm_gross_price prices[] = {HPM_GROSS_MARK, HPM_GROSS_INDEX};
    for (int i = 0; i < 2; i++) {
        world *w = world_again(state);
        begin(w)->price = prices[i];
        strcpy(w->rulebook.numeraire, "UST");
        w->market.asset_price[UST].value = 0.8;
        world_hold(w, B_COIN_PERP, 10);
        world_hold(w, B_PERP, 1);
        world_hold(w, B_PERP_UST, 1);
        world_run(w);
        double usd = i ? 10 : 12.5;
        check_charge(w, 0, 2 * usd + 10, (double[]){usd, usd, 10});
    }
}

/* One perpetual long; 3 may be sold, 2 bought: 3 long cost 30, 2 short 20. A long call may be sold
 * twice: short 100 instead of long 50. */
static void test_orders(void **state)
{
    world *w = *state;
    order_list list = {.count = 0};
    begin(w);
    world_hold(w, B_PERP, 1);
    world_hold(w, B_CALL_80, 1);
    list_order(&list, B_PERP, -3, NAN, 0);
    list_order(&list, B_PERP, 2, NAN, 0);
    list_order(&list, B_CALL_80, -2, NAN, 0);
    fills_make(w, &list);
    check_bound(&list, w, 0, 0, 30 + 100, (double[]){0, 20, 50});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_index),     WORLD_TEST(test_lines),     WORLD_TEST(test_mark),
        WORLD_TEST(test_multiples), WORLD_TEST(test_numeraire), WORLD_TEST(test_orders),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
