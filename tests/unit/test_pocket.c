/* Tests of src/margin/pocket.c: which lines stand together under each grouping, that a pocket is
 * what an account of its lines alone would be, and the requirement as a sum over pockets. */
#include "margin/pocket.h"
#include "small_world.h"

static double prices[] = {-0.1, 0, 0.1}, vols[] = {0};

static void begin(world *w, hpm_grouping grouping)
{
    w->rulebook.grouping = grouping;
    world_grid(w, "grid", prices, 3, vols, 1);
    strcpy(world_component(w, "grid", HPM_COMPONENT_JOINT_GRID)->rule.joint.set, "grid");
}

/* Holdings in the order of buckets: 0 spot, 1 perpetual, then the expiry in 73 days: 2 future, 3
 * call of strike 80, 4 call of strike 100; 5 the ETH perpetual. Lines 6, 7, 8 are balances of BTC,
 * ETH and USD, 9 a declared amount. */
static void hold_mixture(world *w)
{
    world_hold(w, B_SPOT, 1);
    world_hold(w, B_PERP, -2);
    world_hold(w, B_FUTURE, 3);
    world_hold(w, B_CALL_80, 1);
    world_hold(w, B_CALL_100, -1);
    world_hold(w, E_PERP, 5);
    world_balance(w, BTC, 2);
    world_balance(w, SOL, 1);
    world_balance(w, USD, 50);
    world_declare(w, "orders", USD, 7);
}

/* Rows of lines, each ended by END, the last by another. */
enum { END = 99 };

static void check_pockets(world *w, const uint32_t *wanted)
{
    hpm_pocket pocket;
    hpm_error error = {0};
    int more;
    size_t used = w->arena.used;
    hpm_pocket_begin(&pocket, &w->exposure);
    for (; *wanted != END; wanted++) {
        check_ok(hpm_pocket_next(&pocket, &more, &error), &error);
        assert_true(more);
        uint32_t count = hpm_line_count(pocket.exposure->portfolio);
        for (uint32_t i = 0; i < count; i++)
            assert_int_equal(pocket.lines[i], *wanted++);
        assert_int_equal(*wanted, END);
    }
    check_ok(hpm_pocket_next(&pocket, &more, &error), &error);
    assert_false(more);
    assert_int_equal(w->arena.used, used); /* all of it is given back */
}

static void test_position(void **state)
{
    static const uint32_t wanted[] = {0,   END, 1,   END, 2,   END, 3,   END, 4,   END, 5,
                                      END, 6,   END, 7,   END, 8,   END, 9,   END, END};
    world *w = *state;
    begin(w, HPM_GROUPING_POSITION);
    hold_mixture(w);
    world_run(w);
    check_pockets(w, wanted);
}

/* Options stand with what they are written on. */
static void test_underlying(void **state)
{
    static const uint32_t wanted[] = {0, 1, 2, 3, 4, 6, END, 5, END, 7, END, 8, END, 9, END, END};
    world *w = *state;
    begin(w, HPM_GROUPING_UNDERLYING);
    hold_mixture(w);
    world_run(w);
    check_pockets(w, wanted);
}

/* A coin without positions of its own is by itself, whether it is a group or not. */
static void test_linear(void **state)
{
    static const uint32_t wanted[] = {0, 1,   2, 6,   END, 5,   END, 7,   END,
                                      3, END, 4, END, 8,   END, 9,   END, END};
    world *w = *state;
    begin(w, HPM_GROUPING_LINEAR);
    hold_mixture(w);
    world_run(w);
    check_pockets(w, wanted);
}

static void test_account(void **state)
{
    world *w = *state;
    hpm_pocket pocket;
    hpm_error error = {0};
    int more;
    begin(w, HPM_GROUPING_ACCOUNT);
    hold_mixture(w);
    world_run(w);
    hpm_pocket_begin(&pocket, &w->exposure);
    check_ok(hpm_pocket_next(&pocket, &more, &error), &error);
    assert_true(more);
    assert_ptr_equal(pocket.exposure, &w->exposure);
    assert_null(pocket.lines);
    check_ok(hpm_pocket_next(&pocket, &more, &error), &error);
    assert_false(more);
}

static void test_nothing(void **state)
{
    static const uint32_t wanted[] = {END};
    world *w = *state;
    begin(w, HPM_GROUPING_LINEAR);
    world_run(w);
    check_pockets(w, wanted);
}

/* ---- Margins ------------------------------------------------------------------------------ */

static hpm_margin margin_of(world *w)
{
    hpm_margin margin, reference;
    hpm_error error = {0};
    check_ok(hpm_margin_evaluate(&margin, &w->arena, &w->array, &w->portfolio, &w->totals, &error),
             &error);
    check_ok(hpm_margin_reference(&reference, &w->arena, &w->array, &w->portfolio, &error), &error);
    check_near(reference.initial_real, margin.initial_real, "reference");
    check_near(reference.equity_real, margin.equity_real, "reference equity");
    return margin;
}

/* Prices 100, moves of 10 %. The future gains or loses 10, the perpetual -2 loses or gains 20; two
 * coins lose 20: together 10 - 20 + 20 = 10 in the fall. The call of strike 80 (worth 20) loses 10,
 * the call of strike 100 sold (worth 0) costs 10 in the rise, as do ten ETH perpetuals at 10 sold.
 * The grid moves both underlyings alike and lets no gain offset a loss.
 *   account     fall: -10 + 20 - 20 - 10 + 0 = -20; rise: 10 - 20 + 20 + 10 - 10, ETH -10   20
 *   underlying  BTC 20, ETH 10                                                              30
 *   linear      linear products and coins 10, calls 10 and 10, ETH 10                       40
 *   position    10 + 20 + 20 + 10 + 10, ETH 10                                              80
 * Equity is the account's under each: 2 coins 200, call 20, cash 50. */
static void test_groupings(void **state)
{
    static const double wanted[] = {[HPM_GROUPING_ACCOUNT] = 20,
                                    [HPM_GROUPING_UNDERLYING] = 30,
                                    [HPM_GROUPING_LINEAR] = 40,
                                    [HPM_GROUPING_POSITION] = 80};
    world *w = *state;
    for (int grouping = HPM_GROUPING_ACCOUNT; grouping <= HPM_GROUPING_POSITION; grouping++) {
        begin(w, (hpm_grouping)grouping);
        world_hold(w, B_FUTURE, 1);
        world_hold(w, B_PERP, -2);
        world_hold(w, B_CALL_80, 1);
        world_hold(w, B_CALL_100, -1);
        world_hold(w, E_PERP, -10);
        world_balance(w, BTC, 2);
        world_balance(w, USD, 50);
        world_run(w);
        hpm_margin margin = margin_of(w);
        assert_int_equal(margin.initial.e8, e8_of(wanted[grouping]));
        assert_int_equal(margin.initial_part[0].e8, margin.initial.e8);
        assert_int_equal(margin.equity.e8, e8_of(270));
        assert_int_equal(margin.worst_column == HPM_NONE, grouping != HPM_GROUPING_ACCOUNT);
        w = world_again(state);
    }
}

/* A call paid in the coin, strike 80, worth 20 / 100 = 0.2 coins. At 90 it is worth 10 / 90 coins,
 * 10 dollars: it loses 10, its own coins included, whoever holds coins beside it. At 110 two such
 * calls sold cost 60 instead of 40. */
static void test_own_coins(void **state)
{
    world *w = *state;
    begin(w, HPM_GROUPING_POSITION);
    world_hold(w, B_COIN_CALL, 1);
    world_run(w);
    check_near(margin_of(w).initial_real, 10, "bought");
    w = world_again(state);
    begin(w, HPM_GROUPING_POSITION);
    world_hold(w, B_COIN_CALL, -2);
    world_balance(w, BTC, 3);
    world_run(w);
    check_near(margin_of(w).initial_real, 20 + 30, "two sold, three coins");
}

/* Combinations are per pocket: the larger of two charges of each, 10 against 1 and 20 against 2 for
 * the futures, whose notional is 100 and 200, and 0 against 3 for three dollars declared. */
static void test_combinations(void **state)
{
    static char both[][HPM_RULE_NAME_SIZE] = {"grid", "less"};
    world *w = *state;
    begin(w, HPM_GROUPING_POSITION);
    strcpy(world_component(w, "less", HPM_COMPONENT_DECLARED)->rule.declared.amount, "orders");
    world_combine(w, "most", HPM_COMPONENT_MAXIMUM, both, 2);
    world_hold(w, B_FUTURE, 1);
    world_hold(w, B_PERP, -2);
    world_declare(w, "orders", USD, 3);
    world_run(w);
    hpm_margin margin = margin_of(w);
    check_near(margin.value[0], 30, "grid");
    check_near(margin.value[1], 3, "declared");
    check_near(margin.value[2], 33, "most");
    assert_int_equal(margin.initial_part[0].e8, e8_of(30));
    assert_int_equal(margin.initial_part[1].e8, e8_of(3));
    assert_int_equal(margin.initial.e8, e8_of(33));
}

/* Lines pay for their own pocket: of the linear products 10 is asked, future -10, perpetual 20 and
 * two coins -20 in the fall; the calls pay 10 each. */
static void test_contributions(void **state)
{
    static const double wanted[] = {[0] = -20, [1] = 10, [2] = 10, [3] = 10, [4] = 20, [5] = 0};
    world *w = *state;
    hpm_breakdown breakdown;
    hpm_error error = {0};
    begin(w, HPM_GROUPING_LINEAR);
    world_hold(w, B_FUTURE, 1);
    world_hold(w, B_PERP, -2);
    world_hold(w, B_CALL_80, 1);
    world_hold(w, B_CALL_100, -1);
    world_balance(w, BTC, 2);
    world_balance(w, USD, 50);
    world_run(w);
    size_t size = hpm_breakdown_size(&w->array, w->account);
    hpm_arena exact = {w->arena.base + w->arena.used, size, 0};
    check_ok(hpm_margin_breakdown(&breakdown, &exact, &w->array, &w->portfolio, &w->totals, &error),
             &error);
    assert_int_equal(breakdown.line_count, 6);
    for (uint32_t i = 0; i < 6; i++)
        assert_int_equal(breakdown.lines[i].initial.e8, e8_of(wanted[i]));
    assert_int_equal(breakdown.worst_columns[0], HPM_NONE);
}

static void test_memory(void **state)
{
    world *w = *state;
    hpm_margin margin;
    hpm_error error = {0};
    begin(w, HPM_GROUPING_LINEAR);
    hold_mixture(w);
    world_run(w);
    size_t size = hpm_margin_scratch_size(&w->array, w->account->position_count);
    hpm_arena exact = {w->arena.base + w->arena.used, size, 0};
    check_ok(hpm_margin_evaluate(&margin, &exact, &w->array, &w->portfolio, &w->totals, &error),
             &error);
    assert_int_equal(exact.used, 0);
    exact.capacity = hpm_exposure_size(&w->array, w->account->position_count);
    check_error(hpm_margin_evaluate(&margin, &exact, &w->array, &w->portfolio, &w->totals, &error),
                &error, HPM_E_MEMORY, "scratch", "the scratch arena is too small");
    assert_int_equal(exact.used, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_position),  WORLD_TEST(test_linear),       WORLD_TEST(test_account),
        WORLD_TEST(test_nothing),   WORLD_TEST(test_underlying),   WORLD_TEST(test_groupings),
        WORLD_TEST(test_own_coins), WORLD_TEST(test_combinations), WORLD_TEST(test_contributions),
        WORLD_TEST(test_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
