/* Tests of src/margin/collateral.c: value and haircut of one balance, in the numeraire. */
#include "margin/collateral.h"
#include "small_world.h"

static void check_balance(void **state, double amount, double cap, double value, double haircut)
{
    world *w = world_again(state);
    world_component(w, "haircut", HPM_COMPONENT_HAIRCUT);
    w->collateral[ETH] = (hpm_collateral_rule){.asset = "ETH",
                                               .haircut = 0.25,
                                               .residual_haircut = NAN,
                                               .liability_surcharge = 0.5,
                                               .residual_surcharge = NAN,
                                               .cap = cap};
    world_balance(w, ETH, amount);
    world_balance(w, USD, 7);
    world_run(w);
    check_near(hpm_balance_value(&w->exposure, 0), value, "value");
    check_near(hpm_balance_haircut(&w->exposure, 0), haircut, "haircut");
    check_near(hpm_balance_value(&w->exposure, 1), 7, "value");
    check_near(hpm_balance_haircut(&w->exposure, 1), 0, "haircut");
}

/* ETH at 10: a quarter of what counts and all of what does not. */
static void test_positive(void **state)
{
    check_balance(state, 4, 0, 40, 10);
    check_balance(state, 4, 40, 40, 10);
    check_balance(state, 4, 39, 40, 1 + 9.75);
    check_balance(state, 4, 39.5, 40, 0.5 + 9.875);
    check_balance(state, 0, 0, 0, 0);
}

/* Nothing of the first 10, a tenth of what is above, half of what is above 30; a cap comes first, a
 * residual haircut instead. */
static void test_tiers(void **state)
{
    static const double amounts[] = {0.5, 1, 2, 4, 10, 10, 4}, caps[] = {0, 0, 0, 0, 0, 60, 0},
                        residuals[] = {NAN, NAN, NAN, NAN, NAN, NAN, 0.01},
                        haircuts[] = {0, 0, 1, 2 + 5, 2 + 35, 40 + 2 + 15, 0.4};
    hpm_tier tiers[] = {{10, 0}, {30, 0.1}, {NAN, 0.5}};
    for (int i = 0; i < 7; i++) {
        world *w = world_again(state);
        world_component(w, "haircut", HPM_COMPONENT_HAIRCUT);
        w->collateral[ETH].haircut = 0.25;
        w->collateral[ETH].tiers = (hpm_list){tiers, 3};
        w->collateral[ETH].cap = caps[i];
        w->collateral[ETH].residual_haircut = residuals[i];
        world_balance(w, ETH, amounts[i]);
        world_run(w);
        check_near(hpm_balance_haircut(&w->exposure, 0), haircuts[i], "haircut");
    }
}

/* Half on top of a liability, which has no cap. */
static void test_liability(void **state)
{
    check_balance(state, -4, 0, -40, 20);
    check_balance(state, -4, 1, -40, 20);
}

/* 40 owed at 36.5 % a year: 10 days cost 1 % of it, 0.4, on top of the half. What is owned bears no
 * interest. */
static void test_interest(void **state)
{
    static const double amounts[] = {-4, 4}, haircuts[] = {20.4, 10};
    for (int i = 0; i < 2; i++) {
        world *w = world_again(state);
        world_component(w, "haircut", HPM_COMPONENT_HAIRCUT);
        w->rulebook.interest_days = 10;
        w->collateral[ETH] = (hpm_collateral_rule){.asset = "ETH",
                                                   .haircut = 0.25,
                                                   .residual_haircut = NAN,
                                                   .liability_surcharge = 0.5,
                                                   .residual_surcharge = NAN,
                                                   .interest_annual = 0.365};
        world_balance(w, ETH, amounts[i]);
        world_run(w);
        check_near(hpm_balance_haircut(&w->exposure, 0), haircuts[i], "haircut");
    }
}

/* Counted in UST at 0.5 everything is worth twice as many; the cap is in the same units. */
static void test_numeraire(void **state)
{
    world *w = *state;
    world_component(w, "haircut", HPM_COMPONENT_HAIRCUT);
    strcpy(w->rulebook.numeraire, "UST");
    w->market.asset_price[UST].value = 0.5;
    w->collateral[ETH] =
        (hpm_collateral_rule){.asset = "ETH", .haircut = 0.25, .residual_haircut = NAN, .cap = 60};
    world_balance(w, ETH, 4);
    world_run(w);
    check_near(hpm_balance_value(&w->exposure, 0), 80, "value");
    check_near(hpm_balance_haircut(&w->exposure, 0), 20 + 15, "haircut");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_positive),  WORLD_TEST(test_liability), WORLD_TEST(test_interest),
        WORLD_TEST(test_numeraire), WORLD_TEST(test_tiers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
