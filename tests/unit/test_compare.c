/* Tests of src/assess/compare.c and src/report/compare.c: capital, ratios and covers of columns
 * that are worked out by hand. BTC stands at 100 and moves by 10 %. */
#include "hpm/compare.h"
#include "report/compare.h"
#include "small_world.h"

static double prices[] = {-0.1, 0, 0.1}, vols[] = {0};

enum { COLUMNS_MAX = 3 };

/* The world's rulebook in variants, each with a desk. */
typedef struct columns {
    world *w;
    hpm_rulebook rulebooks[COLUMNS_MAX];
    hpm_desk desks[COLUMNS_MAX];
    hpm_comparison rows[COLUMNS_MAX];
    uint32_t count;
} columns;

static void begin(columns *all, world *w)
{
    *all = (columns){.w = w};
    world_grid(w, "grid", prices, 3, vols, 1);
    strcpy(world_component(w, "grid", HPM_COMPONENT_JOINT_GRID)->rule.joint.set, "grid");
}

static hpm_rulebook *add(columns *all, const char *name)
{
    hpm_rulebook *rulebook = &all->rulebooks[all->count++];
    *rulebook = all->w->rulebook;
    strcpy(rulebook->name, name);
    return rulebook;
}

static void compare(columns *all)
{
    world *w = all->w;
    hpm_error error = {0};
    check_ok(hpm_market_finish(&w->market, &error), &error);
    check_ok(hpm_account_init(w->account, "acc", w->balances, w->balance_count, w->positions,
                              w->position_count, w->declared, w->declared_count, &w->catalog,
                              &error),
             &error);
    for (uint32_t c = 0; c < all->count; c++) {
        hpm_desk *desk = &all->desks[c];
        check_ok(hpm_rulebook_finish(&all->rulebooks[c], &error), &error);
        check_ok(
            hpm_desk_init(desk, &w->arena, &w->context, &w->market, &all->rulebooks[c], &error),
            &error);
        size_t size = hpm_desk_work_size(desk, w->position_count, w->balance_count + 1);
        hpm_arena work = {hpm_arena_take(&w->arena, 1, size), size, 0};
        assert_non_null(work.base);
        hpm_desk_work(desk, &work);
        hpm_status status =
            hpm_compare(&all->rows[c], c > 0 ? all->rows : NULL, &w->arena, desk, w->account);
        assert_int_equal(status, all->rows[c].status);
    }
}

/* A future and two perpetuals sold: 1 net, asked 10 together and 10 + 20 by themselves. Two coins
 * more, asked 20, are netted too: 1 net, and 30 + 20. The smallest cash is 10 - 200 and 50 - 200,
 * the capital 10 and 50. */
static void test_capital(void **state)
{
    columns all;
    begin(&all, *state);
    add(&all, "account");
    add(&all, "position")->grouping = HPM_GROUPING_POSITION;
    world_hold(all.w, B_FUTURE, 1);
    world_hold(all.w, B_PERP, -2);
    world_balance(all.w, BTC, 2);
    world_balance(all.w, USD, 33);
    compare(&all);
    for (uint32_t c = 0; c < 2; c++) {
        const hpm_comparison *row = &all.rows[c];
        int64_t wanted = e8_of(c == 0 ? 10 : 50);
        assert_int_equal(row->status, HPM_OK);
        assert_int_equal(row->margin.initial.e8, wanted);
        assert_int_equal(row->margin.equity.e8, e8_of(233));
        assert_int_equal(row->cash.amount.e8, wanted - e8_of(200));
        assert_int_equal(row->driver, 0);
        assert_int_equal(row->currency, USD);
        assert_true(row->capital == hpm_e8_to_double(wanted));
        assert_true(row->same_cover);
    }
    assert_true(all.rows[0].ratio == 1);
    assert_true(all.rows[1].ratio == 5);
}

/* Twice the range asks twice as much, and is another cover; in an asset worth 2 half the figure is
 * the same capital. */
static void test_covers(void **state)
{
    static hpm_underlying_rule wider[ASSETS + 1];
    columns all;
    begin(&all, *state);
    add(&all, "as it is");
    hpm_rulebook *rulebook = add(&all, "in SOL");
    strcpy(rulebook->numeraire, "SOL");
    rulebook = add(&all, "wider");
    memcpy(wider, all.w->underlyings, sizeof wider);
    for (size_t i = 0; i <= ASSETS; i++)
        wider[i].price_range = 0.2;
    rulebook->underlyings.items = wider;
    all.w->sets[0].price_unit = HPM_PRICE_RANGE;
    prices[0] = -1;
    prices[2] = 1;
    all.w->market.asset_price[SOL].value = 2;
    world_hold(all.w, B_FUTURE, 1);
    compare(&all);
    prices[0] = -0.1;
    prices[2] = 0.1;
    assert_int_equal(all.rows[1].margin.initial.e8, e8_of(5));
    assert_int_equal(all.rows[1].currency, SOL);
    assert_int_equal(all.rows[1].cash.amount.e8, e8_of(10));
    assert_true(all.rows[1].ratio == 1);
    assert_false(all.rows[1].same_cover);
    assert_true(all.rows[2].ratio == 2);
    assert_false(all.rows[2].same_cover);
}

static hpm_compare_report report_of(const columns *all)
{
    return (hpm_compare_report){
        .head = {.array = &all->desks[0].array, .account = all->w->account, .source = ""},
        .rows = all->rows,
        .row_count = all->count,
    };
}

/* Nothing held: nothing to divide by, nothing to say. */
static void test_nothing(void **state)
{
    columns all;
    begin(&all, *state);
    add(&all, "one");
    add(&all, "two")->grouping = HPM_GROUPING_POSITION;
    compare(&all);
    const hpm_compare_report report = report_of(&all);
    for (uint32_t c = 0; c < 2; c++) {
        assert_int_equal(all.rows[c].driver, HPM_NONE);
        assert_int_equal(all.rows[c].cash.amount.e8, 0);
        assert_true(isnan(all.rows[c].ratio));
        assert_true(isnan(hpm_compare_efficiency(&report, c)));
    }
}

/* An account that the first rulebook does not cover: the others stand without a ratio. */
static void test_uncovered(void **state)
{
    columns all;
    begin(&all, *state);
    add(&all, "one")->underlyings_max = 1;
    add(&all, "two");
    world_hold(all.w, B_FUTURE, 1);
    world_hold(all.w, E_FUTURE, 1);
    compare(&all);
    const hpm_compare_report report = report_of(&all);
    assert_int_equal(all.rows[0].status, HPM_E_UNSUPPORTED);
    assert_string_equal(all.rows[0].error.where, "acc");
    assert_int_equal(all.rows[1].status, HPM_OK);
    assert_int_equal(all.rows[1].cash.amount.e8, e8_of(11));
    assert_true(isnan(all.rows[1].ratio));
    assert_true(isnan(hpm_compare_efficiency(&report, 1)));
}

/* Efficiency is said of the same cover only: 10 of 30. */
static void test_efficiency(void **state)
{
    columns all;
    begin(&all, *state);
    add(&all, "account");
    add(&all, "position")->grouping = HPM_GROUPING_POSITION;
    strcpy(add(&all, "in SOL")->numeraire, "SOL");
    world_hold(all.w, B_FUTURE, 1);
    world_hold(all.w, B_PERP, -2);
    compare(&all);
    const hpm_compare_report report = report_of(&all);
    assert_true(isnan(hpm_compare_efficiency(&report, 0)));
    assert_true(hpm_compare_efficiency(&report, 1) == 10.0 / 30);
    assert_true(isnan(hpm_compare_efficiency(&report, 2)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_capital),   WORLD_TEST(test_covers),     WORLD_TEST(test_nothing),
        WORLD_TEST(test_uncovered), WORLD_TEST(test_efficiency),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
