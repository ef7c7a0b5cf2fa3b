/* Tests of src/margin/charges/declared.c: amounts by name, at the index. */
#include "small_world.h"

static void begin(world *w)
{
    hpm_component *component = world_component(w, "declared", HPM_COMPONENT_DECLARED);
    strcpy(component->rule.declared.amount, "open_orders");
}

/* 0.02 BTC at 100 and 3 USD: 5. Lines follow positions and balances. */
static void test_amounts_by_name(void **state)
{
    world *w = *state;
    begin(w);
    world_hold(w, B_PERP, 1);
    world_balance(w, USD, 10);
    world_declare(w, "open_orders", USD, 3);
    world_declare(w, "open_orders", BTC, 0.02);
    world_declare(w, "mmp", BTC, 7);
    world_run(w);
    /* sorted by name and asset: mmp, open_orders BTC, open_orders USD */
    check_charge(w, 0, 5, (double[]){0, 0, 0, 2, 3});
}

static void test_no_such_name(void **state)
{
    world *w = *state;
    begin(w);
    world_declare(w, "open_order", BTC, 1);
    world_declare(w, "open_orders2", BTC, 1);
    world_run(w);
    check_charge(w, 0, 0, (double[]){0, 0});
}

static void test_zero_and_none(void **state)
{
    world *w = *state;
    begin(w);
    world_declare(w, "open_orders", ETH, 0);
    world_run(w);
    check_charge(w, 0, 0, (double[]){0});
    w = world_again(state);
    begin(w);
    world_run(w);
    check_charge(w, 0, 0, NULL);
}

/* In the numeraire: 1 ETH is 20 UST at 0.5. */
static void test_numeraire(void **state)
{
    world *w = *state;
    begin(w);
    strcpy(w->rulebook.numeraire, "UST");
    w->market.asset_price[UST].value = 0.5;
    world_declare(w, "open_orders", ETH, 1);
    world_run(w);
    check_charge(w, 0, 20, (double[]){20});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_amounts_by_name),
        WORLD_TEST(test_no_such_name),
        WORLD_TEST(test_zero_and_none),
        WORLD_TEST(test_numeraire),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
