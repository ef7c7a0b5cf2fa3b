/* Tests of src/assess/cash.c: the least cash worked out by hand, to the last digit. BTC stands at
 * 100 and moves by 10 %, so that a future is asked for 10. */
#include "hpm/cash.h"
#include "small_world.h"

static double prices[] = {-0.1, 0, 0.1}, vols[] = {0};

static void begin(world *w)
{
    static char all[][HPM_RULE_NAME_SIZE] = {"grid", "haircut"};
    world_grid(w, "grid", prices, 3, vols, 1);
    strcpy(world_component(w, "grid", HPM_COMPONENT_JOINT_GRID)->rule.joint.set, "grid");
    world_component(w, "haircut", HPM_COMPONENT_HAIRCUT);
    world_combine(w, "all", HPM_COMPONENT_SUM, all, 2);
}

/* Memory of exactly the stated sizes. */
static hpm_cash find(world *w)
{
    hpm_desk desk;
    hpm_cash cash;
    hpm_error error = {0};
    check_ok(hpm_rulebook_finish(&w->rulebook, &error), &error);
    check_ok(hpm_market_finish(&w->market, &error), &error);
    check_ok(hpm_account_init(w->account, "acc", w->balances, w->balance_count, w->positions,
                              w->position_count, w->declared, w->declared_count, &w->catalog,
                              &error),
             &error);
    size_t size = hpm_desk_size(&w->catalog, &w->rulebook);
    hpm_arena memory = {fixture_take(size, 1), size, 0};
    check_ok(hpm_desk_init(&desk, &memory, &w->context, &w->market, &w->rulebook, &error), &error);
    size = hpm_desk_work_size(&desk, w->position_count, w->balance_count + 1 + w->declared_count);
    hpm_arena work = {fixture_take(size, 1), size, 0};
    size = hpm_cash_size(w->account);
    hpm_arena own = {fixture_take(size, 1), size, 0};
    hpm_desk_work(&desk, &work);
    check_ok(hpm_cash_find(&cash, &own, &desk, w->account, &error), &error);
    assert_int_equal(own.used, 0);
    own.capacity = size - HPM_ALIGNMENT;
    hpm_cash none;
    assert_int_equal(hpm_cash_find(&none, &own, &desk, w->account, &error), HPM_E_MEMORY);
    free(own.base);
    free(work.base);
    free(memory.base);
    return cash;
}

static void check_cash(world *w, int64_t e8)
{
    hpm_cash cash = find(w);
    assert_true(cash.is_found);
    assert_int_equal(cash.amount.e8, e8);
    assert_true(cash.margin.equity.e8 >= cash.margin.initial.e8);
    assert_true(cash.shortfall.e8 > 0);
    assert_true(cash.evaluations <= 100);
}

/* A future bought at 104 has lost 4 and needs 10: 14, whatever the account has of money. */
static void test_future(void **state)
{
    world *w = *state;
    begin(w);
    world_hold(w, B_FUTURE, 1)->entry_price = 104;
    check_cash(w, e8_of(14));
    w = world_again(state);
    begin(w);
    world_hold(w, B_FUTURE, 1)->entry_price = 104;
    world_balance(w, USD, -300);
    world_balance(w, UST, 5000);
    check_cash(w, e8_of(14));
}

/* Coins stay: 2 are worth 200 and lose 20, so that 180 may be owed. With a surcharge of 25 % on
 * debts 200 - d >= 20 + d / 4: d = 144. */
static void test_coins(void **state)
{
    world *w = *state;
    begin(w);
    world_balance(w, BTC, 2);
    check_cash(w, e8_of(-180));
    w = world_again(state);
    begin(w);
    w->collateral[USD].liability_surcharge = 0.25;
    world_balance(w, BTC, 2);
    world_balance(w, USD, 7);
    check_cash(w, e8_of(-144));
}

/* A call sold at the money is worth nothing and costs 10 in the rise. With 25 % off cash c - c / 4
 * >= 10: 13.33333334, rounded up. */
static void test_haircut(void **state)
{
    world *w = *state;
    begin(w);
    w->collateral[USD].haircut = 0.25;
    world_hold(w, B_CALL_100, -1);
    check_cash(w, INT64_C(1333333334));
}

/* Nothing held: nothing needed, and a debt of 1e-8 is too much. */
static void test_nothing(void **state)
{
    world *w = *state;
    begin(w);
    world_balance(w, USD, 12);
    check_cash(w, 0);
}

/* Amounts count in an asset worth 2: 5 of it are 10 of cash. */
static void test_numeraire(void **state)
{
    world *w = *state;
    begin(w);
    strcpy(w->rulebook.numeraire, "SOL");
    w->market.asset_price[SOL].value = 2;
    world_hold(w, B_FUTURE, 1);
    check_cash(w, e8_of(10));
}

/* A future and a perpetual sold against it: nothing together, of one underlying or linear, 10 each
 * by itself; a declared amount of 3 stays. */
static void test_grouping(void **state)
{
    static char all[][HPM_RULE_NAME_SIZE] = {"grid", "orders"};
    static const double wanted[] = {3, 3, 3, 23};
    for (int grouping = HPM_GROUPING_ACCOUNT; grouping <= HPM_GROUPING_POSITION; grouping++) {
        world *w = world_again(state);
        world_grid(w, "grid", prices, 3, vols, 1);
        strcpy(world_component(w, "grid", HPM_COMPONENT_JOINT_GRID)->rule.joint.set, "grid");
        strcpy(world_component(w, "orders", HPM_COMPONENT_DECLARED)->rule.declared.amount, "open");
        world_combine(w, "all", HPM_COMPONENT_SUM, all, 2);
        w->rulebook.grouping = (hpm_grouping)grouping;
        world_hold(w, B_FUTURE, 1);
        world_hold(w, B_PERP, -1);
        world_declare(w, "open", USD, 3);
        check_cash(w, e8_of(wanted[grouping]));
    }
}

/* Where cash above a cap counts for nothing, no amount may do: two futures need 20 of at most 15.
 * At a cap of 20 exactly 20 do. */
static void test_not_found(void **state)
{
    world *w = *state;
    begin(w);
    w->collateral[USD].cap = 15;
    world_hold(w, B_FUTURE, 2);
    hpm_cash cash = find(w);
    assert_false(cash.is_found);
    assert_int_equal(cash.amount.e8, 0);
    w = world_again(state);
    begin(w);
    w->collateral[USD].cap = 20;
    world_hold(w, B_FUTURE, 2);
    check_cash(w, e8_of(20));
}

/* Beyond 2^53 e-8 doubles are coarser than money: the answer is still where yes turns to no. */
static void test_large(void **state)
{
    world *w = *state;
    begin(w);
    world_hold(w, B_FUTURE, 3e9 + 0.1);
    hpm_cash cash = find(w);
    assert_true(cash.is_found);
    check_near(hpm_e8_to_double(cash.amount.e8), 3e10 + 1, "amount");
}

static void test_errors(void **state)
{
    world *w = *state;
    hpm_desk desk;
    hpm_cash cash;
    hpm_error error = {0};
    begin(w);
    world_hold(w, B_FUTURE, 1);
    w->market.mark[B_FUTURE].value = NAN;
    check_ok(hpm_rulebook_finish(&w->rulebook, &error), &error);
    check_ok(hpm_market_finish(&w->market, &error), &error);
    check_ok(
        hpm_account_init(w->account, "acc", NULL, 0, w->positions, 1, NULL, 0, &w->catalog, &error),
        &error);
    check_ok(hpm_desk_init(&desk, &w->arena, &w->context, &w->market, &w->rulebook, &error),
             &error);
    size_t size = hpm_desk_work_size(&desk, 1, 1);
    hpm_arena work = {hpm_arena_take(&w->arena, 1, size), size, 0};
    hpm_desk_work(&desk, &work);
    check_error(hpm_cash_find(&cash, &w->arena, &desk, w->account, &error), &error,
                HPM_E_MISSING_PRICE, "b:future",
                "the market has no price, forward or volatility for it");
    assert_false(cash.is_found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_future),    WORLD_TEST(test_coins),     WORLD_TEST(test_haircut),
        WORLD_TEST(test_nothing),   WORLD_TEST(test_numeraire), WORLD_TEST(test_grouping),
        WORLD_TEST(test_not_found), WORLD_TEST(test_large),     WORLD_TEST(test_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
