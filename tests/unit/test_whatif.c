/* Tests of src/assess/whatif.c: a package before and after, its verdict, and open orders on both
 * sides. The price of BTC falls and rises by 20 %; volatility is 0. */
#include "fills_fixture.h"
#include "hpm/whatif.h"

static double prices[] = {-0.2, 0.2}, vols[] = {0};

typedef struct answer {
    hpm_whatif whatif;
    hpm_arena memory, work, arena;
    hpm_desk desk;
} answer;

static hpm_status ask(answer *out, world *w, const order_list *trades, const order_list *orders,
                      const uint8_t *is_cancelled, hpm_error *error)
{
    const hpm_whatif_question question = {
        .account = w->account,
        .trades = trades->rows,
        .trade_count = trades->count,
        .orders = orders->rows,
        .order_count = orders->count,
        .is_cancelled = is_cancelled,
    };
    size_t bytes = hpm_desk_size(&w->catalog, &w->rulebook);
    out->memory = (hpm_arena){fixture_take(1, bytes), bytes, 0};
    check_ok(hpm_desk_init(&out->desk, &out->memory, &w->context, &w->market, &w->rulebook, error),
             error);
    bytes = hpm_whatif_work_size(&out->desk, &question);
    out->work = (hpm_arena){fixture_take(1, bytes), bytes, 0};
    hpm_desk_work(&out->desk, &out->work);
    bytes = hpm_whatif_size(&out->desk, &question);
    out->arena = (hpm_arena){fixture_take(1, bytes), bytes, 0};
    return hpm_whatif_evaluate(&out->whatif, &out->arena, &out->desk, &question, error);
}

static void answer_free(answer *old)
{
    free(old->memory.base);
    free(old->work.base);
    free(old->arena.base);
}

/* The grid alone; `cash` is all that the account has beside its positions. */
static void begin(world *w, double cash)
{
    hpm_error error = {0};
    world_grid(w, "grid", prices, 2, vols, 1);
    hpm_component *worst = world_component(w, "worst", HPM_COMPONENT_WORST_SCENARIO);
    strcpy(worst->rule.worst.set, "grid");
    if (cash != 0) world_balance(w, USD, cash);
    world_price(w);
    check_ok(world_arrange(w, &error), &error);
}

static void check_sides(const answer *got, double equity_before, double initial_before,
                        double equity_after, double initial_after)
{
    assert_int_equal(got->whatif.before.margin.equity.e8, e8_of(equity_before));
    assert_int_equal(got->whatif.before.margin.initial.e8, e8_of(initial_before));
    assert_int_equal(got->whatif.after.margin.equity.e8, e8_of(equity_after));
    assert_int_equal(got->whatif.after.margin.initial.e8, e8_of(initial_after));
}

/* To sell a perpetual is refused: it loses 20 up, and 5 are there. Together with a call at 80,
 * which gains as much, it passes. */
static void test_package(void **state)
{
    world *w = *state;
    order_list trades = {.count = 0}, none = {.count = 0};
    hpm_error error = {0};
    answer got;
    begin(w, 5);
    list_order(&trades, B_PERP, -1, NAN, 0);
    check_ok(ask(&got, w, &trades, &none, NULL, &error), &error);
    check_sides(&got, 5, 0, 5, 20);
    assert_int_equal(got.whatif.passes, 0);
    assert_int_equal(hpm_whatif_shortfall(&got.whatif.before).e8, 0);
    assert_int_equal(hpm_whatif_shortfall(&got.whatif.after).e8, e8_of(15));
    assert_int_equal(got.whatif.after.open.requirement.e8, e8_of(20));
    answer_free(&got);
    list_order(&trades, B_CALL_80, 1, 19, 0.25);
    check_ok(ask(&got, w, &trades, &none, NULL, &error), &error);
    check_sides(&got, 5, 0, 5.75, 0);
    assert_int_equal(got.whatif.passes, 1);
    assert_int_equal(got.whatif.fills[1].cash.e8, e8_of(-19.25));
    assert_int_equal(got.whatif.after.account->position_count, 2);
    assert_ptr_equal(got.whatif.before.account, w->account);
    answer_free(&got);
}

/* Short of 15 before: what does not make that larger passes, what does not is refused. */
static void test_shortfall_that_does_not_grow(void **state)
{
    static const struct {
        double contracts, price;
        int passes;
    } cases[] = {{0.5, NAN, 1}, {1, NAN, 1}, {2, NAN, 1},  {-0.1, NAN, 0},
                 {2.1, NAN, 0}, {1, 121, 0}, {2, 100.1, 0}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        world *w = world_again(state);
        order_list trades = {.count = 0}, none = {.count = 0};
        hpm_error error = {0};
        answer got;
        world_hold(w, B_PERP, -1)->entry_price = 100;
        begin(w, 5);
        list_order(&trades, B_PERP, cases[i].contracts, cases[i].price, 0);
        check_ok(ask(&got, w, &trades, &none, NULL, &error), &error);
        if (got.whatif.passes != cases[i].passes) fail_msg("case %zu", i);
        answer_free(&got);
    }
}

static void test_open_orders(void **state)
{
    static const uint8_t is_cancelled[] = {1, 0};
    world *w = *state;
    order_list trades = {.count = 0}, orders = {.count = 0};
    hpm_error error = {0};
    answer got;
    world_hold(w, B_PERP, 1);
    begin(w, 50);
    list_order(&orders, B_PERP, 1, 90, 0);
    list_order(&orders, B_PERP, 2, NAN, 0);
    list_order(&trades, B_PERP, -1, NAN, 0);
    check_ok(ask(&got, w, &trades, &orders, is_cancelled, &error), &error);
    const hpm_open_orders *before = &got.whatif.before.open, *after = &got.whatif.after.open;
    assert_int_equal(got.whatif.before.order_count, 2);
    assert_int_equal(got.whatif.after.order_count, 1);
    assert_int_equal(got.whatif.order_after[0], HPM_NONE);
    assert_int_equal(got.whatif.order_after[1], 0);
    check_near(hpm_e8_to_double(before->attained.e8), 20 + 10 + 40, "attained before");
    check_near(hpm_e8_to_double(after->attained.e8), 40, "attained after");
    assert_true(before->requirement.e8 >= before->attained.e8);
    assert_true(before->requirement.e8 - before->attained.e8 < 100);
    assert_int_equal(before->taken[0] && before->taken[1] && after->taken[0], 1);
    assert_int_equal(got.whatif.passes, 1);
    answer_free(&got);
}

static void test_errors(void **state)
{
    world *w = *state;
    order_list trades = {.count = 0}, none = {.count = 0};
    hpm_error error = {0};
    answer got;
    w->market.mark[E_PERP].value = NAN;
    begin(w, 5);
    list_order(&trades, E_PERP, 1, 10, 0);
    check_error(ask(&got, w, &trades, &none, NULL, &error), &error, HPM_E_MISSING_PRICE, "e:perp",
                "the market has no price, forward or volatility for it");
    answer_free(&got);
}

static void test_saturates(void **state)
{
    hpm_whatif_side side = {.margin = {.equity = {INT64_MIN}}};
    (void)state;
    side.open.requirement.e8 = 5;
    assert_int_equal(hpm_whatif_shortfall(&side).e8, INT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_package),     WORLD_TEST(test_shortfall_that_does_not_grow),
        WORLD_TEST(test_open_orders), WORLD_TEST(test_errors),
        WORLD_TEST(test_saturates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
