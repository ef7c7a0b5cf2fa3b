/* Tests of src/margin/charges/haircut.c: balances only, worked out by hand. */
#include "small_world.h"

static void begin(world *w)
{
    world_component(w, "haircut", HPM_COMPONENT_HAIRCUT);
    w->collateral[BTC].haircut = 0.1;
    w->collateral[BTC].liability_surcharge = 0.02;
    w->collateral[BTC].cap = 150;
    w->collateral[USD].liability_surcharge = 0.01;
}

/* 1 BTC: 10 of 100. Above the cap of 150 all is lost: 2 BTC: 15 + 50. At it: 15. Borrowed: 2 %. */
static void test_one_balance(void **state)
{
    static const double amounts[] = {1, 1.5, 2, -1}, charges[] = {10, 15, 65, 2};
    for (int i = 0; i < 4; i++) {
        world *w = world_again(state);
        begin(w);
        world_balance(w, BTC, amounts[i]);
        world_run(w);
        check_charge(w, 0, charges[i], &charges[i]);
    }
}

/* Each balance for itself, after the positions, which have no haircut. */
static void test_lines(void **state)
{
    world *w = *state;
    begin(w);
    world_hold(w, B_SPOT, 5);
    world_balance(w, BTC, -2);
    world_balance(w, USD, -300);
    world_balance(w, UST, 50);
    world_run(w);
    check_charge(w, 0, 7, (double[]){0, 4, 3, 0});
}

/* Assets without a row of their own take the row *. */
static void test_default_row(void **state)
{
    world *w = *state;
    begin(w);
    strcpy(w->collateral[SOL].asset, "OTHER");
    w->collateral[ASSETS].haircut = 0.5;
    world_balance(w, SOL, 30);
    world_run(w);
    check_charge(w, 0, 15, (double[]){15});
}

/* Where a coin's price risk is in the scenarios only the residual haircut is left, of a coin and of
 * nothing else. */
static void test_residual(void **state)
{
    world *w = *state;
    begin(w);
    w->collateral[BTC].residual_haircut = 0.01;
    w->collateral[UST].haircut = 0.04;
    w->collateral[UST].residual_haircut = 0.01;
    world_balance(w, BTC, 1);
    world_balance(w, UST, 50);
    world_run(w);
    check_charge(w, 0, 3, (double[]){1, 2});
}

/* 200 USD owed at 18.25 % a year: 10 days are 0.5 %, 1, after the 1 % of surcharge, 2. BTC bears no
 * interest: 2 % of 100. */
static void test_interest(void **state)
{
    world *w = *state;
    begin(w);
    w->rulebook.interest_days = 10;
    w->collateral[USD].interest_annual = 0.1825;
    world_balance(w, BTC, -1);
    world_balance(w, USD, -200);
    world_run(w);
    check_charge(w, 0, 5, (double[]){2, 3});
}

/* Likewise of a debt: 10 % of a coin owed, of a token all of 35 %. */
static void test_residual_surcharge(void **state)
{
    world *w = *state;
    begin(w);
    w->collateral[BTC].liability_surcharge = 0.5;
    w->collateral[BTC].residual_surcharge = 0.1;
    w->collateral[STE].liability_surcharge = 0.35;
    w->collateral[STE].residual_surcharge = 0.1;
    world_balance(w, BTC, -1);
    world_balance(w, STE, -10);
    world_run(w);
    check_charge(w, 0, 10 + 31.5, (double[]){10, 31.5});
}

/* A token has its whole haircut: nothing but a coin is in the scenarios. */
static void test_token(void **state)
{
    world *w = *state;
    begin(w);
    w->collateral[STE].haircut = 0.3;
    w->collateral[STE].residual_haircut = 0.01;
    world_balance(w, STE, 10);
    world_run(w);
    check_charge(w, 0, 27, (double[]){27}); /* 90 * 0.3 */
}

static void test_zero(void **state)
{
    world *w = *state;
    begin(w);
    world_balance(w, BTC, 0);
    world_balance(w, USD, 100);
    world_run(w);
    check_charge(w, 0, 0, (double[]){0, 0});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_one_balance), WORLD_TEST(test_lines),
        WORLD_TEST(test_default_row), WORLD_TEST(test_interest),
        WORLD_TEST(test_token),       WORLD_TEST(test_residual),
        WORLD_TEST(test_zero),        WORLD_TEST(test_residual_surcharge),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
