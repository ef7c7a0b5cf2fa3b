/* Tests of src/assess/limits.c: what is transferable, deposits and withdrawals, by hand. BTC stands
 * at 100, so that a requirement is 25 a coin. */
#include "limit_fixture.h"

static hpm_limit_cash deposit(const fixed *f)
{
    hpm_limit_cash cash;
    hpm_limits_deposit(&f->limits, &cash);
    assert_int_equal(cash.asset, USD);
    return cash;
}

static hpm_limit_cash withdrawal(const fixed *f, uint32_t asset)
{
    hpm_limit_cash cash;
    hpm_error error = {0};
    check_ok(hpm_limits_withdrawal(&f->limits, &cash, asset, &error), &error);
    assert_int_equal(cash.asset, asset);
    return cash;
}

static void check_cash(hpm_limit_cash cash, hpm_limit_kind kind, double amount, double transferable)
{
    assert_int_equal(cash.kind, kind);
    check_money(cash.amount.e8, amount, "amount");
    check_money(cash.transferable.e8, transferable, "transferable");
    if (kind == HPM_LIMIT_FOUND) assert_true(passes(&cash.at) && !passes(&cash.next));
}

/* ---- What is transferable ----------------------------------------------------------------- */

/* 400 in cash, 10 perpetuals from 90: 100 of profit that is not there yet. Equity 500, initial 250:
 * 250 could go, and 400 are there. */
static void test_excess(void **state)
{
    fixed *f = *state;
    world_balance(f->w, USD, 400);
    world_hold(f->w, B_PERP, 10)->entry_price = 90;
    fixed_init(f);
    check_money(f->limits.now.equity.e8, 500, "now.equity");
    check_money(f->limits.transferable.e8, 400, "transferable");
    check_money(f->limits.withdrawable.e8, 250, "withdrawable");
}

/* Of 100 in cash and 900 of profit only the 100 can go; of 1000 in cash and 300 of loss 700 at
 * most, whatever another position has won in the same asset up to nothing. */
static void test_profit_and_loss(void **state)
{
    fixed *f = *state;
    world_balance(f->w, USD, 100);
    world_hold(f->w, B_PERP, 9)->entry_price = 0.000001;
    fixed_init(f);
    check_money(f->limits.withdrawable.e8, 100, "withdrawable");
    f = fixed_again(state);
    world_balance(f->w, USD, 1000);
    world_hold(f->w, B_PERP, 10)->entry_price = 140;
    world_hold(f->w, B_FUTURE, -1)->entry_price = 200;
    fixed_init(f);
    check_money(f->limits.transferable.e8, 700, "transferable");
    check_cash(withdrawal(f, USD), HPM_LIMIT_FOUND, 475, 700);
}

/* To the last digit, whatever a double makes of it. */
static void test_transferable_digits(void **state)
{
    fixed *f = *state;
    for (int64_t e8 = 1; e8 < INT64_C(9000000000000); e8 = e8 * 7 + 3) {
        f = fixed_again(state);
        f->w->balances[f->w->balance_count++] = (hpm_balance){ETH, {e8}};
        world_balance(f->w, USD, 9e6);
        fixed_init(f);
        assert_int_equal(withdrawal(f, ETH).transferable.e8, e8);
    }
}

/* A long call is worth 20 and cannot be withdrawn; accrued funding owed counts against the cash. */
static void test_options_and_funding(void **state)
{
    fixed *f = *state;
    world_balance(f->w, USD, 50);
    world_hold(f->w, B_CALL_80, 2);
    world_hold(f->w, B_PERP, 0.1)->funding.e8 = e8_of(-8);
    fixed_init(f);
    check_money(f->limits.now.equity.e8, 82, "now.equity");
    check_money(f->limits.transferable.e8, 42, "transferable");
}

/* Borrowed assets are nothing to withdraw, and an account below its margin has nothing either. */
static void test_nothing(void **state)
{
    fixed *f = *state;
    world_balance(f->w, USD, -50);
    world_balance(f->w, BTC, 1);
    fixed_init(f);
    check_money(f->limits.transferable.e8, 100, "transferable");
    check_money(f->limits.withdrawable.e8, 25, "withdrawable");
    check_cash(withdrawal(f, USD), HPM_LIMIT_BOUNDLESS, 0, 0);
    f = fixed_again(state);
    world_balance(f->w, USD, 249);
    world_hold(f->w, B_PERP, 10);
    fixed_init(f);
    assert_int_equal(f->limits.withdrawable.e8, 0);
    hpm_limit_cash cash = withdrawal(f, USD);
    check_cash(cash, HPM_LIMIT_ALREADY, 0, 249);
    check_point(&cash.at, 249, 250);
}

static void test_empty(void **state)
{
    fixed *f = *state;
    fixed_init(f);
    assert_int_equal(f->limits.withdrawable.e8, 0);
    assert_int_equal(f->limits.underlying_count, 0);
    check_cash(deposit(f), HPM_LIMIT_ALREADY, 0, 0);
}

/* ---- Withdrawals -------------------------------------------------------------------------- */

/* 400 less 250, and with 1e-8 more the account does not pass. */
static void test_withdrawal(void **state)
{
    fixed *f = *state;
    world_balance(f->w, USD, 400);
    world_hold(f->w, B_PERP, 10);
    fixed_init(f);
    hpm_limit_cash cash = withdrawal(f, USD);
    check_cash(cash, HPM_LIMIT_FOUND, 150, 400);
    check_point(&cash.at, 250, 250);
    check_point(&cash.next, 250 - 1e-8, 250);
    cash = withdrawal(f, USD); /* the account is as it was */
    check_cash(cash, HPM_LIMIT_FOUND, 150, 400);
}

/* Four coins hedge four perpetuals that were sold. Each coin that goes takes 100 of equity and adds
 * 25 of requirement: 400 - 100 w >= 25 w up to w = 3.2. */
static void test_withdrawal_of_a_hedge(void **state)
{
    fixed *f = *state;
    world_balance(f->w, BTC, 4);
    world_hold(f->w, B_PERP, -4);
    fixed_init(f);
    check_money(f->limits.withdrawable.e8, 400, "withdrawable"); /* which the full model refuses */
    hpm_limit_cash cash = withdrawal(f, BTC);
    check_cash(cash, HPM_LIMIT_FOUND, 3.2, 4);
    check_point(&cash.at, 80, 80);
}

/* A coin that is a burden can go as a whole: its price risk goes with it. */
static void test_withdrawal_of_all(void **state)
{
    fixed *f = *state;
    world_balance(f->w, BTC, 1);
    world_balance(f->w, USD, 300);
    world_hold(f->w, B_PERP, 10);
    fixed_init(f);
    hpm_limit_cash cash = withdrawal(f, BTC);
    check_cash(cash, HPM_LIMIT_BOUNDLESS, 1, 1);
    check_point(&cash.at, 300, 250);
}

/* ---- Deposits ----------------------------------------------------------------------------- */

static void test_deposit(void **state)
{
    fixed *f = *state;
    world_balance(f->w, USD, 100);
    world_hold(f->w, B_PERP, 10);
    fixed_init(f);
    hpm_limit_cash cash = deposit(f);
    check_cash(cash, HPM_LIMIT_FOUND, 150, 0);
    check_point(&cash.at, 250, 250);
    check_point(&cash.next, 250 - 1e-8, 250);
    assert_int_equal(f->limits.now.equity.e8, e8_of(100));
    check_cash(deposit(f), HPM_LIMIT_FOUND, 150, 0);
}

/* Nothing in the reporting asset before: 250 are missing, less 80 that a stablecoin is worth. */
static void test_first_deposit(void **state)
{
    fixed *f = *state;
    world_balance(f->w, UST, 80);
    world_hold(f->w, B_PERP, 10);
    fixed_init(f);
    check_cash(deposit(f), HPM_LIMIT_FOUND, 170, 0);
}

/* With a haircut of a fifth: 100 + d = 250 + (100 + d)/5, d = 212.5. */
static void test_deposit_with_haircut(void **state)
{
    fixed *f = *state;
    f->w->collateral[USD].haircut = 0.2;
    world_balance(f->w, USD, 100);
    world_hold(f->w, B_PERP, 10);
    fixed_init(f);
    hpm_limit_cash cash = deposit(f);
    check_cash(cash, HPM_LIMIT_FOUND, 212.5, 0);
    check_point(&cash.at, 312.5, 312.5);
}

/* What counts at most 200 can never cover 250. */
static void test_no_deposit(void **state)
{
    fixed *f = *state;
    f->w->collateral[USD].cap = 200;
    world_balance(f->w, USD, 100);
    world_hold(f->w, B_PERP, 10);
    fixed_init(f);
    hpm_limit_cash cash = deposit(f);
    assert_int_equal(cash.kind, HPM_LIMIT_BOUNDLESS);
    check_cash(deposit(f), HPM_LIMIT_BOUNDLESS, 0, 0);
}

/* An account that owes 300 at a surcharge of an eighth: -300 + d against 250 + (300 - d)/8 until
 * nothing is owed, then against 250. */
static void test_deposit_of_a_debtor(void **state)
{
    fixed *f = *state;
    f->w->collateral[USD].liability_surcharge = 0.125;
    world_balance(f->w, USD, -300);
    world_hold(f->w, B_PERP, 10);
    fixed_init(f);
    check_cash(deposit(f), HPM_LIMIT_FOUND, 550, 0);
}

/* ---- Beginning ---------------------------------------------------------------------------- */

static void test_memory(void **state)
{
    fixed *f = *state;
    hpm_error error = {0};
    world_balance(f->w, USD, 100);
    world_hold(f->w, B_PERP, 10);
    fixed_open(f);
    f->memory.capacity -= HPM_ALIGNMENT;
    check_error(hpm_limits_init(&f->limits, &f->memory, &f->desk, f->w->account, &error), &error,
                HPM_E_MEMORY, "limits", "the arena is too small");
}

static void test_errors(void **state)
{
    fixed *f = *state;
    hpm_error error = {0};
    world_hold(f->w, B_PERP, 10);
    f->w->market.mark[B_PERP].value = NAN;
    fixed_open(f);
    check_error(hpm_limits_init(&f->limits, &f->memory, &f->desk, f->w->account, &error), &error,
                HPM_E_MISSING_PRICE, "b:perp",
                "the market has no price, forward or volatility for it");
}

/* Underlyings of positions and coins, not stablecoins; instruments that are near. */
static void test_near(void **state)
{
    const uint32_t near[] = {B_CALL_UST, B_COIN_FUTURE, B_COIN_PERP, B_FAR_FUTURE,
                             B_FUTURE,   B_FUTURE_UST,  B_PERP,      B_PERP_UST,
                             B_SPOT,     E_FUTURE,      E_PERP};
    fixed *f = *state;
    size_t next = 0;
    world_balance(f->w, ETH, 1);
    world_balance(f->w, UST, 1);
    world_hold(f->w, B_CALL_UST, 1);
    fixed_init(f);
    assert_int_equal(f->limits.underlying_count, 2);
    assert_int_equal(f->limits.underlyings[0], BTC);
    assert_int_equal(f->limits.underlyings[1], ETH);
    for (uint32_t i = 0; i < INSTRUMENTS; i++) {
        int wanted = next < COUNT_OF(near) && near[next] == i;
        assert_int_equal(hpm_limits_is_near(&f->limits, i), wanted);
        next += (size_t)wanted;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXED_TEST(test_excess),
        FIXED_TEST(test_profit_and_loss),
        FIXED_TEST(test_transferable_digits),
        FIXED_TEST(test_options_and_funding),
        FIXED_TEST(test_nothing),
        FIXED_TEST(test_empty),
        FIXED_TEST(test_withdrawal),
        FIXED_TEST(test_withdrawal_of_a_hedge),
        FIXED_TEST(test_withdrawal_of_all),
        FIXED_TEST(test_deposit),
        FIXED_TEST(test_first_deposit),
        FIXED_TEST(test_deposit_with_haircut),
        FIXED_TEST(test_no_deposit),
        FIXED_TEST(test_deposit_of_a_debtor),
        FIXED_TEST(test_memory),
        FIXED_TEST(test_errors),
        FIXED_TEST(test_near),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
