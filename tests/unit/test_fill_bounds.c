/* Tests of src/margin/fill_bounds.c: the bounds that charges share. Those of single charges are in
 * test_open_orders.c. */
#include "fills_fixture.h"

static double prices[] = {-0.2, 0.2}, vols[] = {0};

static void begin(world *w)
{
    world_grid(w, "grid", prices, 2, vols, 1);
}

/* A fee of 1 % of 100 a unit. Long 1, and orders to buy 2 and to sell 4: at most 3 are held, the
 * high end of equals: what is bought adds 2. Of calls none are held, and 1 may be sold. */
static void test_gross(void **state)
{
    world *w = *state;
    order_list list = {.count = 0};
    begin(w);
    hpm_component *fees = world_component(w, "fees", HPM_COMPONENT_CLOSE_OUT);
    fees->rule.close_out.future_fee = fees->rule.close_out.option_fee = 0.01;
    world_hold(w, B_PERP, 1);
    list_order(&list, B_PERP, 2, 90, 0);
    list_order(&list, B_PERP, -4, NAN, 0.5);
    list_order(&list, B_CALL_80, -1, NAN, 0);
    fills_make(w, &list);
    check_bound(&list, w, 0, 0, 3 + 1, (const double[]){2, 0, 1});
}

/* Of a balance what the account has is its own; the rest is due to the orders that sell for it. */
static void test_gross_balance(void **state)
{
    world *w = *state;
    order_list list = {.count = 0};
    begin(w);
    hpm_component *doubt = world_component(w, "doubt", HPM_COMPONENT_CONFIDENCE);
    doubt->rule.confidence.combine = HPM_CONFIDENCE_SUM;
    w->market.asset_price[USD].confidence = 0.9;
    world_balance(w, USD, 100);
    list_order(&list, B_SPOT, -1, 100, 0);
    list_order(&list, B_SPOT, -2, 100, 0);
    list_order(&list, B_SPOT, 2, 100, 0);
    fills_make(w, &list);
    check_bound(&list, w, 0, 0, 40, (const double[]){10, 20, 0});
}

/* Half the index for each net perpetual: held 1, to buy 2 and to sell 4: each for itself. */
static void test_apart(void **state)
{
    world *w = *state;
    order_list list = {.count = 0};
    begin(w);
    hpm_component *size = world_component(w, "size", HPM_COMPONENT_SIZE);
    size->rule.size.perpetual = 0.5;
    size->rule.size.balance = 0.1;
    world_hold(w, B_PERP, 1);
    world_balance(w, BTC, -1);
    list_order(&list, B_PERP, 2, 90, 0);
    list_order(&list, B_PERP, -4, NAN, 0.5);
    list_order(&list, B_SPOT, 3, 100, 0);
    fills_make(w, &list);
    hpm_fill_share share = {list.part, 1, NULL};
    check_near(hpm_fills_apart(&list.fills, &w->components[0], 0, &share), 60 + 100 + 200 + 30,
               "size");
    check_near(list.part[0], 100, "to buy");
    check_near(list.part[1], 200, "to sell");
    check_near(list.part[2], 30, "coins");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_gross),
        WORLD_TEST(test_gross_balance),
        WORLD_TEST(test_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
