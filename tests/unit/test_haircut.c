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

/* The second haircut, 5 %, is of what is owned, before the cap: 2 BTC 10, a BTC owed nothing. */
static void test_initial(void **state)
{
    static const double amounts[] = {2, -1}, charges[] = {10, 0};
    for (int i = 0; i < 2; i++) {
        world *w = world_again(state);
        begin(w);
        w->components[0].rule.haircut.part = HPM_HAIRCUT_INITIAL;
        w->collateral[BTC].initial_haircut = 0.05;
        world_balance(w, BTC, amounts[i]);
        world_run(w);
        check_charge(w, 0, charges[i], &charges[i]);
    }
}

/* Counted in UST at 0.8 a BTC is worth 125 and covers 90, a hundred less 10 %; the second haircut
 * is
 * 5. UST count in UST: 4 % of 50. USD are cash too: 10 % of their value. A BTC owed costs 2 % of
 * 125. Where UST is worth 1.25 a BTC is worth 80 and covers more than that: nothing is charged. */
static void test_counted_in_reporting(void **state)
{
    static const struct {
        double peg, amount;
        hpm_haircut_part part;
        double btc, ust;
    } rows[] = {{0.8, 1, HPM_HAIRCUT_FIRST, 35, 2},
                {0.8, 1, HPM_HAIRCUT_INITIAL, 5, 0.5},
                {0.8, -1, HPM_HAIRCUT_FIRST, 2.5, 2},
                {1.25, 1, HPM_HAIRCUT_FIRST, 0, 2}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        world *w = world_again(state);
        begin(w);
        strcpy(w->rulebook.numeraire, "UST");
        w->market.asset_price[UST].value = rows[i].peg;
        w->components[0].rule.haircut = (hpm_rule_haircut){rows[i].part, HPM_COUNT_REPORTING};
        w->collateral[BTC].initial_haircut = 0.05;
        w->collateral[UST].haircut = 0.04;
        w->collateral[UST].initial_haircut = 0.01;
        w->collateral[USD].haircut = 0.1;
        double usd = rows[i].part == HPM_HAIRCUT_FIRST ? 10 / rows[i].peg : 0;
        world_balance(w, BTC, rows[i].amount);
        world_balance(w, USD, 100);
        world_balance(w, UST, 50);
        world_run(w);
        check_charge(w, 0, rows[i].btc + usd + rows[i].ust,
                     (double[]){rows[i].btc, usd, rows[i].ust});
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_one_balance), WORLD_TEST(test_lines),
        WORLD_TEST(test_default_row), WORLD_TEST(test_interest),
        WORLD_TEST(test_token),       WORLD_TEST(test_residual),
        WORLD_TEST(test_zero),        WORLD_TEST(test_residual_surcharge),
        WORLD_TEST(test_initial),     WORLD_TEST(test_counted_in_reporting),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
