/* Tests of src/assess/desk.c: the same bits as a whole array gives, where the market is and where
 * it moves, whatever was asked before, in memory of exactly the stated size. */
#include "hpm/desk.h"
#include "small_world.h"

static double prices[] = {-0.2, 0, 0.2}, vols[] = {-0.3, 0, 0.5};
static char all[][HPM_RULE_NAME_SIZE] = {"joint", "naked", "venue"};

typedef struct desks {
    world *w;
    hpm_desk desk;
    hpm_arena work;
    hpm_market moved;
    hpm_risk_array whole; /* every row filled, as `hpm margin` does */
} desks;

static void make_rulebook(world *w)
{
    world_grid(w, "grid", prices, 3, vols, 3)->vol_unit = HPM_VOL_ATM_UNITS;
    strcpy(world_component(w, "joint", HPM_COMPONENT_JOINT_GRID)->rule.joint.set, "grid");
    world_component(w, "naked", HPM_COMPONENT_NAKED_SHORT)->rule.naked.option = 0.01;
    strcpy(world_component(w, "venue", HPM_COMPONENT_DECLARED)->rule.declared.amount, "orders");
    world_combine(w, "all", HPM_COMPONENT_SUM, all, 3);
}

static void hold_all(world *w)
{
    for (uint32_t i = 0; i < INSTRUMENTS; i++)
        world_hold(w, i, w->catalog.instruments[i].kind == HPM_OPTION ? -1 : 1)->entry_price = 90;
    world_balance(w, BTC, 2);
    world_balance(w, USD, 1000);
    world_declare(w, "orders", UST, 5);
}

static void make_account(world *w)
{
    hpm_error error = {0};
    check_ok(hpm_account_init(w->account, "acc", w->balances, w->balance_count, w->positions,
                              w->position_count, w->declared, w->declared_count, &w->catalog,
                              &error),
             &error);
}

/* Work memory of exactly the size that an account of these counts needs, less `missing`. */
static void give_work(desks *d, uint32_t positions, uint32_t balances, size_t missing)
{
    size_t bytes = hpm_desk_work_size(&d->desk, positions, balances);
    free(d->work.base);
    d->work = (hpm_arena){fixture_take(bytes, 1), bytes - missing, 0};
    hpm_desk_work(&d->desk, &d->work);
}

static int setup(void **state)
{
    desks *d = fixture_take(1, sizeof *d);
    hpm_error error = {0};
    world *w = d->w = world_new();
    make_rulebook(w);
    for (uint32_t i = 0; i < INSTRUMENTS; i++)
        if (w->catalog.instruments[i].kind == HPM_OPTION)
            w->market.vol[i].value = 0.9 - w->catalog.instruments[i].strike / 250;
    check_ok(hpm_rulebook_finish(&w->rulebook, &error), &error);
    check_ok(hpm_market_finish(&w->market, &error), &error);
    check_ok(hpm_market_moved_begin(&d->moved, &w->arena, &w->market, &error), &error);
    check_ok(hpm_risk_array_init(&d->whole, &w->arena, &w->catalog, &w->rulebook, &error), &error);
    check_ok(hpm_desk_init(&d->desk, &w->arena, &w->context, &w->market, &w->rulebook, &error),
             &error);
    hold_all(w);
    make_account(w);
    give_work(d, w->position_count, w->balance_count + w->declared_count, 0);
    *state = d;
    return 0;
}

static int teardown(void **state)
{
    desks *d = *state;
    free(d->work.base);
    world_free(d->w);
    free(d);
    return 0;
}

#define DESK_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

/* What the account's margin is on an array of the whole catalog at a market. */
static hpm_margin whole_margin(desks *d, const hpm_market *market)
{
    world *w = d->w;
    hpm_arena *arena = &w->arena;
    const size_t used = arena->used;
    hpm_portfolio portfolio;
    hpm_totals totals;
    hpm_margin margin;
    hpm_error error = {0};
    hpm_risk_array *array = &d->whole;
    check_ok(hpm_risk_array_begin(array, market, &error), &error);
    hpm_risk_array_fill(&w->context, array, 0, INSTRUMENTS);
    check_ok(hpm_portfolio_init(&portfolio, arena, w->account, array, &error), &error);
    check_ok(hpm_totals_init(&totals, arena, array, &portfolio, &error), &error);
    check_ok(hpm_totals_apply(&w->context, &totals, array, &portfolio, &error), &error);
    check_ok(hpm_margin_evaluate(&margin, arena, array, &portfolio, &totals, &error), &error);
    arena->used = used;
    return margin;
}

static void move(desks *d, const hpm_market_move *where)
{
    hpm_error error = {0};
    check_ok(hpm_desk_move(&d->desk, where, &error), &error);
    check_ok(hpm_market_moved(&d->moved, &d->w->market, where, &error), &error);
}

/* The desk stands where d->moved is, and says what the whole array says. */
static hpm_margin check_equal(desks *d)
{
    hpm_margin margin, wanted = whole_margin(d, &d->moved);
    hpm_breakdown breakdown;
    hpm_error error = {0};
    check_ok(hpm_desk_margin(&d->desk, &margin, d->w->account, &error), &error);
    assert_memory_equal(&margin, &wanted, sizeof margin);
    check_ok(hpm_desk_again(&d->desk, &margin, &error), &error);
    assert_memory_equal(&margin, &wanted, sizeof margin);
    check_ok(hpm_desk_breakdown(&d->desk, &breakdown, d->w->account, &error), &error);
    assert_memory_equal(&breakdown.margin, &wanted, sizeof wanted);
    return margin;
}

static const double crash[ASSETS] = {
    [BTC] = 0.7, [ETH] = 0.6, [SOL] = 0.5, [STE] = 0.7, [USD] = 1, [UST] = 0.98, [USX] = 0.9};
static const double panic[ASSETS] = {[BTC] = 0.3, [ETH] = 0.3, [SOL] = 0.3};
static const double basis[EXPIRIES] = {1.01, 0.97, 1};

/* ---- The same bits ------------------------------------------------------------------------ */

static void test_base(void **state)
{
    desks *d = *state;
    move(d, NULL);
    hpm_margin margin = check_equal(d);
    assert_true(margin.initial.e8 > 0 && margin.equity.e8 > 0);
}

/* There, further, back: each answer is the one of its place. */
static void test_moves(void **state)
{
    const hpm_market_move fall = {crash, basis, NULL, panic, 0.5};
    const hpm_market_move time = {.time_days = 10};
    desks *d = *state;
    move(d, NULL);
    hpm_margin before = check_equal(d);
    move(d, &fall);
    hpm_margin fallen = check_equal(d);
    assert_true(fallen.initial.e8 != before.initial.e8 && fallen.equity.e8 < before.equity.e8);
    move(d, &time);
    check_equal(d);
    move(d, &fall);
    hpm_margin again = check_equal(d);
    assert_memory_equal(&again, &fallen, sizeof again);
    move(d, NULL);
    again = check_equal(d);
    assert_memory_equal(&again, &before, sizeof again);
}

/* An account that is arranged once is right wherever the desk goes then. */
static void test_again(void **state)
{
    const hpm_market_move fall = {crash, basis, NULL, panic, 0.5};
    const hpm_market_move late = {.time_days = 74}, time = {.time_days = 10};
    const hpm_market_move *const stops[] = {NULL, &fall, &time, NULL, &fall};
    desks *d = *state;
    hpm_margin margin, wanted;
    hpm_error error = {0};
    d->w->positions[B_PERP].entry_price = NAN;
    make_account(d->w);
    for (size_t start = 0; start < 2; start++) {
        move(d, stops[start]);
        check_ok(hpm_desk_arrange(&d->desk, d->w->account, &error), &error);
        for (size_t i = start; i < COUNT_OF(stops); i++) {
            move(d, stops[i]);
            check_ok(hpm_desk_again(&d->desk, &margin, &error), &error);
            d->w->positions[B_PERP].entry_price = d->w->market.mark[B_PERP].value;
            make_account(d->w);
            wanted = whole_margin(d, &d->moved);
            d->w->positions[B_PERP].entry_price = NAN;
            make_account(d->w);
            assert_memory_equal(&margin, &wanted, sizeof margin);
        }
    }
    move(d, &late);
    check_error(hpm_desk_again(&d->desk, &margin, &error), &error, HPM_E_EXPIRED, "b:coin:future",
                "its row of the risk array cannot be used (instrument has expired)");
    move(d, NULL);
    check_ok(hpm_desk_again(&d->desk, &margin, &error), &error);
}

/* Other accounts in between, rows that were filled for them and rows that were not. */
static void test_other_accounts(void **state)
{
    const hpm_market_move fall = {.price_ratio = crash};
    const uint32_t held[] = {B_CALL_100, B_CALL_80, B_PUT_100, E_CALL, E_PERP};
    desks *d = *state;
    world *w = d->w;
    move(d, &fall);
    for (uint32_t first = 0; first < COUNT_OF(held); first++) {
        w->position_count = 0;
        for (uint32_t i = first; i < COUNT_OF(held) && i < first + 3; i++)
            world_hold(w, held[i], i % 2 ? -2 : 1)->entry_price = 10;
        make_account(w);
        check_equal(d);
    }
    w->position_count = 0;
    hold_all(w);
    w->balance_count = 2;
    w->declared_count = 1;
    make_account(w);
    check_equal(d);
}

/* Without an entry price a position is settled to the mark of the base market: elsewhere its P&L is
 * that since there. */
static void test_settled_at_base(void **state)
{
    const uint32_t held[] = {B_COIN_PERP, B_FAR_FUTURE, B_PERP, E_PERP};
    const hpm_market_move fall = {crash, basis, NULL, panic, 0.5};
    desks *d = *state;
    world *w = d->w;
    hpm_margin settled, entered;
    hpm_error error = {0};
    for (int elsewhere = 0; elsewhere < 2; elsewhere++) {
        move(d, elsewhere ? &fall : NULL);
        w->position_count = 0;
        for (uint32_t i = 0; i < COUNT_OF(held); i++)
            world_hold(w, held[i], 2);
        make_account(w);
        check_ok(hpm_desk_margin(&d->desk, &settled, w->account, &error), &error);
        for (uint32_t i = 0; i < COUNT_OF(held); i++)
            w->positions[i].entry_price = w->market.mark[held[i]].value;
        make_account(w);
        check_ok(hpm_desk_margin(&d->desk, &entered, w->account, &error), &error);
        assert_memory_equal(&settled, &entered, sizeof settled);
    }
    /* The perpetuals alone: -30 % of 100 and -40 % of 10, twice each. */
    w->position_count = w->balance_count = w->declared_count = 0;
    world_hold(w, B_PERP, 2);
    world_hold(w, E_PERP, 2);
    make_account(w);
    check_ok(hpm_desk_margin(&d->desk, &settled, w->account, &error), &error);
    check_near(settled.equity_real, -2 * 30 - 2 * 4, "equity");
}

/* Only what was asked for is priced, and once at each place. */
static void test_fill(void **state)
{
    desks *d = *state;
    const hpm_risk_array *array = &d->desk.array;
    hpm_desk_fill(&d->desk, B_PERP);
    assert_int_equal(array->row_state[B_PERP], HPM_ROW_READY);
    assert_int_equal(array->row_state[B_CALL_80], HPM_ROW_MISSING);
    int64_t *ticks = array->ticks + (size_t)B_PERP * array->stride;
    int64_t first = ticks[0];
    ticks[0] = 12345;
    hpm_desk_fill(&d->desk, B_PERP);
    assert_true(ticks[0] == 12345);
    move(d, NULL);
    hpm_desk_fill(&d->desk, B_PERP);
    assert_true(ticks[0] == first && first != 12345);
}

/* ---- Memory ------------------------------------------------------------------------------- */

static void test_size(void **state)
{
    desks *d = *state;
    world *w = d->w;
    hpm_desk desk;
    hpm_error error = {0};
    size_t size = hpm_desk_size(&w->catalog, &w->rulebook);
    for (size_t less = 0; less <= size; less += size / 8) {
        hpm_arena exact = {w->arena.base + w->arena.used, size - less, 0};
        hpm_status status =
            hpm_desk_init(&desk, &exact, &w->context, &w->market, &w->rulebook, &error);
        assert_int_equal(status, less == 0 ? HPM_OK : HPM_E_MEMORY);
    }
}

static void test_work(void **state)
{
    desks *d = *state;
    world *w = d->w;
    hpm_margin margin;
    hpm_breakdown breakdown;
    hpm_error error = {0};
    uint32_t balances = w->balance_count + w->declared_count;
    move(d, NULL);
    give_work(d, w->position_count, balances, HPM_ALIGNMENT);
    check_error(hpm_desk_margin(&d->desk, &margin, w->account, &error), &error, HPM_E_MEMORY, "acc",
                "the desk's memory is too small for it");
    check_error(hpm_desk_breakdown(&d->desk, &breakdown, w->account, &error), &error, HPM_E_MEMORY,
                "acc", "the desk's memory is too small for it");
    give_work(d, w->position_count, balances, 0);
    check_equal(d);
    w->position_count = w->balance_count = w->declared_count = 0;
    give_work(d, 0, 0, 0);
    make_account(w);
    hpm_margin nothing = check_equal(d);
    assert_true(nothing.initial.e8 == 0 && nothing.equity.e8 == 0);
}

/* A balance of every asset and many declared amounts: one may be asked for as the other. */
static void test_work_of_many(void **state)
{
    desks *d = *state;
    world *w = d->w;
    world_balance(w, ETH, 1);
    world_balance(w, SOL, 1);
    world_balance(w, UST, -1);
    for (uint32_t i = 1; i < 9; i++) {
        char name[8];
        snprintf(name, sizeof name, "n%u", i);
        world_declare(w, name, i % ASSETS, 1);
    }
    make_account(w);
    give_work(d, w->position_count, w->balance_count + w->declared_count, 0);
    move(d, NULL);
    check_equal(d);
}

/* ---- Errors ------------------------------------------------------------------------------- */

static void test_errors(void **state)
{
    desks *d = *state;
    hpm_margin margin;
    hpm_error error = {0};
    const hpm_market_move late = {.time_days = 74}, wrong = {.time_days = -1};
    check_ok(hpm_desk_move(&d->desk, &late, &error), &error);
    check_error(hpm_desk_margin(&d->desk, &margin, d->w->account, &error), &error, HPM_E_EXPIRED,
                "b:call:100", "it expired before the market's time");
    check_error(hpm_desk_move(&d->desk, &wrong, &error), &error, HPM_E_RANGE, "time_days",
                "outside [0, 36500] (-1)");
    move(d, NULL);
    check_equal(d);
    d->w->position_count = d->w->balance_count = d->w->declared_count = 0;
    world_balance(d->w, SOL, 1);
    make_account(d->w);
    d->w->market.asset_price[SOL].value = NAN;
    check_ok(hpm_desk_move(&d->desk, NULL, &error), &error);
    check_error(hpm_desk_margin(&d->desk, &margin, d->w->account, &error), &error,
                HPM_E_MISSING_PRICE, "SOL", "the market has no price of this asset");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(test_base),
        DESK_TEST(test_moves),
        DESK_TEST(test_again),
        DESK_TEST(test_other_accounts),
        DESK_TEST(test_settled_at_base),
        DESK_TEST(test_fill),
        DESK_TEST(test_size),
        DESK_TEST(test_work),
        DESK_TEST(test_work_of_many),
        DESK_TEST(test_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
