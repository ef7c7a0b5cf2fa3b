/* Tests of src/assess/search.c: a planted hole is found and its figures reproduce; the same seed
 * gives the same bits; what is kept is distinct and passes with its cash. */
#include "search_world.h"

static double coarse[] = {-0.3, 0, 0.3}, no_vol[] = {0}, vols[] = {-0.3, 0, 0.5};

/* The margin is the worst of three prices, 30 % apart, without volatility moves. */
static void make_coarse(searched *s)
{
    world_grid(s->w, "grid", coarse, 3, no_vol, 1);
    hpm_component *worst = world_component(s->w, "worst", HPM_COMPONENT_WORST_SCENARIO);
    strcpy(worst->rule.worst.set, "grid");
    worst->rule.worst.balances = 1;
    s->rules.parts = 3;
    s->rules.floor_share = 0.1;
}

static void run(searched *s, uint64_t step)
{
    hpm_error error = {0};
    check_ok(searched_make(s, 0, &error), &error);
    while (s->search.done < s->rules.evaluations)
        check_ok(hpm_search_step(&s->search, step, &error), &error);
}

/* ---- A planted hole ----------------------------------------------------------------------- */

/* Loss of the legs at a price of BTC, by hand: no volatility, so that options are worth their
 * intrinsic value; contracts of the small world. */
static double value_at(const searched *s, const hpm_search_find *find, double price)
{
    double sum = 0;
    for (uint32_t i = 0; i < find->leg_count; i++) {
        const hpm_instrument *row = &s->w->catalog.instruments[find->legs[i].instrument];
        double contracts = (double)find->legs[i].lots / 10;
        double intrinsic = row->is_call ? price - row->strike : row->strike - price;
        if (row->kind == HPM_OPTION)
            sum += contracts * (intrinsic > 0 ? intrinsic : 0);
        else if (row->settlement == BTC)
            sum += contracts * 10 * (price / 100 - 1); /* in dollars */
        else
            sum += contracts * (price - 100);
    }
    return sum;
}

/* Between the nodes 70 and 100 a book of three calls of strike 80 less two futures loses 20 at 80
 * and nothing at a node: 4 % of its gross notional of 500, 40 % of the margin that the floor
 * counts. The search may hold only dollar-settled BTC, so that every figure is a sum of intrinsic
 * values. */
static void test_planted_hole(void **state)
{
    searched *s = *state;
    hpm_margin again;
    hpm_error error = {0};
    make_coarse(s);
    for (uint32_t i = 0; i < INSTRUMENTS; i++) {
        const hpm_instrument *row = &s->w->catalog.instruments[i];
        int is_wanted = row->underlying == BTC && row->settlement == USD && row->kind != HPM_SPOT;
        if (!is_wanted && row->kind != HPM_OPTION) s->w->market.mark[i].value = NAN;
        if (!is_wanted && row->kind == HPM_OPTION) s->w->market.vol[i].value = NAN;
    }
    s->w->market.curve[ETH_NEAR].forward.value = NAN;
    s->w->market.asset_price[UST].value = NAN;
    world_desk(s->w, &s->desk);
    s->rules.evaluations = 6000;
    run(s, 500);
    const hpm_search_find *find = &s->search.finds[0];
    assert_true(find->score >= 0.4 * (1 - 1e-9));
    assert_false(find->where.is_node);
    assert_true(find->where.scenario.vol == 0);
    /* By hand: the loss there, and the margin at the three nodes. */
    double here = value_at(s, find, 100);
    check_near(find->loss, here - value_at(s, find, 100 * (1 + find->where.scenario.price)),
               "loss");
    double margin = fmax(0, fmax(here - value_at(s, find, 70), here - value_at(s, find, 130)));
    assert_true(fabs(find->margin - margin) <= 1e-9 * find->gross);
    /* From scratch: the account passes, exactly, and its margin is the reported one. */
    const hpm_account *account = hpm_search_account(&s->search, find, "hole");
    check_ok(hpm_desk_margin(&s->desk, &again, account, &error), &error);
    assert_memory_equal(&again, &find->with_cash, sizeof again);
    assert_true(again.equity.e8 >= again.initial.e8);
    if (find->cash.e8 > 0) assert_true(again.equity.e8 == again.initial.e8);
    check_near(again.initial_real, find->margin, "margin");
    /* And bankrupt where the search says. */
    hpm_search_move where;
    double lost = 0;
    check_ok(hpm_search_loss(&s->search, &lost, &where, account, &error), &error);
    assert_true(lost == find->loss && where.scenario.price == find->where.scenario.price);
    double ratio[ASSETS] = {1, 1, 1, 1, 1, 1, 1};
    ratio[BTC] = 1 + where.scenario.price;
    const hpm_market_move move = {.price_ratio = ratio};
    check_ok(hpm_desk_move(&s->desk, &move, &error), &error);
    check_ok(hpm_desk_margin(&s->desk, &again, account, &error), &error);
    check_ok(hpm_desk_move(&s->desk, NULL, &error), &error);
    check_near(again.equity_real, find->with_cash.equity_real - lost, "equity there");
    if (find->cash.e8 > 0) assert_true(again.equity_real < 0);
}

/* A rulebook that looks at all the moves has no hole between them. */
static void test_no_hole(void **state)
{
    searched *s = *state;
    make_coarse(s);
    s->rules.parts = 1;
    s->rules.legs_max = 3;
    world_desk(s->w, &s->desk);
    run(s, 1000);
    for (uint32_t i = 0; i < s->search.find_count; i++)
        assert_true(s->search.finds[i].score <= 1e-9 && s->search.finds[i].where.is_node);
}

/* ---- The same again ----------------------------------------------------------------------- */

static void make_curved(searched *s)
{
    world_grid(s->w, "grid", coarse, 3, vols, 3)->vol_unit = HPM_VOL_ATM_UNITS;
    hpm_component *joint = world_component(s->w, "joint", HPM_COMPONENT_JOINT_GRID);
    strcpy(joint->rule.joint.set, "grid");
    joint->rule.joint.offset_share = 0.5;
    for (uint32_t i = 0; i < INSTRUMENTS; i++)
        if (s->w->catalog.instruments[i].kind == HPM_OPTION) s->w->market.vol[i].value = 0.6;
    world_desk(s->w, &s->desk);
}

static void check_same(const hpm_search *a, const hpm_search_find *finds, uint32_t count)
{
    assert_int_equal(a->find_count, count);
    for (uint32_t i = 0; i < count; i++) {
        const hpm_search_find *x = &a->finds[i], *y = &finds[i];
        assert_int_equal(x->leg_count, y->leg_count);
        assert_memory_equal(x->legs, y->legs, x->leg_count * sizeof *x->legs);
        assert_true(x->margin == y->margin && x->loss == y->loss && x->score == y->score);
        assert_true(x->cash.e8 == y->cash.e8);
        assert_memory_equal(&x->with_cash, &y->with_cash, sizeof x->with_cash);
    }
}

static void test_seed(void **state)
{
    searched *s = *state;
    hpm_search_find finds[HPM_SEARCH_KEEP_MAX];
    make_curved(s);
    run(s, 3000);
    uint32_t count = s->search.find_count;
    memcpy(finds, s->search.finds, count * sizeof *finds);
    assert_true(count > 1);
    run(s, 7); /* in other steps */
    check_same(&s->search, finds, count);
    run(s, 1);
    check_same(&s->search, finds, count);
    s->rules.seed = 2;
    run(s, 3000);
    assert_true(s->search.finds[0].loss != finds[0].loss);
}

/* Kept portfolios: best first, less than half shared, legs in order; each passes with its cash. */
static void test_kept(void **state)
{
    searched *s = *state;
    make_curved(s);
    s->rules.keep = 3;
    s->rules.goal = HPM_SEARCH_AMOUNT;
    run(s, 100);
    const hpm_search *search = &s->search;
    assert_int_equal(search->done, s->rules.evaluations);
    assert_in_range(search->find_count, 2, 3);
    for (uint32_t i = 0; i < search->find_count; i++) {
        const hpm_search_find *find = &search->finds[i];
        if (i > 0) assert_true(find->score <= find[-1].score);
        check_near(find->score, (find->loss - find->margin) / s->rules.size, "score");
        assert_true(find->with_cash.equity.e8 >= find->with_cash.initial.e8);
        for (uint32_t k = 1; k < find->leg_count; k++)
            assert_true(find->legs[k - 1].instrument < find->legs[k].instrument);
        for (uint32_t j = 0; j < i; j++) {
            uint32_t shared = 0;
            for (uint32_t a = 0; a < find->leg_count; a++)
                for (uint32_t b = 0; b < search->finds[j].leg_count; b++)
                    shared += find->legs[a].instrument == search->finds[j].legs[b].instrument;
            assert_true(2 * shared <= find->leg_count || 2 * shared <= search->finds[j].leg_count);
        }
    }
}

/* Cash that is worth less than itself: some more is paid in until the account passes. */
static void test_haircut_on_cash(void **state)
{
    static char parts[][HPM_RULE_NAME_SIZE] = {"worst", "haircut"};
    searched *s = *state;
    make_coarse(s);
    world_component(s->w, "haircut", HPM_COMPONENT_HAIRCUT);
    world_combine(s->w, "all", HPM_COMPONENT_SUM, parts, 2);
    s->w->collateral[USD].haircut = 0.25;
    world_desk(s->w, &s->desk);
    s->rules.evaluations = 300;
    run(s, 100);
    for (uint32_t i = 0; i < s->search.find_count; i++) {
        const hpm_search_find *find = &s->search.finds[i];
        assert_true(find->with_cash.equity.e8 >= find->with_cash.initial.e8);
        if (find->cash.e8 > 0)
            check_near(find->with_cash.initial_real,
                       find->margin + 0.25 * hpm_e8_to_double(find->cash.e8), "initial");
    }
}

/* ---- Refusals ----------------------------------------------------------------------------- */

/* Accounts on more underlyings than the rulebook covers count as tried, and are not kept. */
static void test_rejected(void **state)
{
    searched *s = *state;
    make_coarse(s);
    s->w->rulebook.underlyings_max = 2;
    world_desk(s->w, &s->desk);
    run(s, 1000);
    assert_true(s->search.rejected > 0 && s->search.rejected < s->search.done);
    assert_true(s->search.find_count > 0);
}

static void test_rules(void **state)
{
    searched *s = *state;
    hpm_error error = {0};
    make_coarse(s);
    world_desk(s->w, &s->desk);
    const hpm_search_rules good = s->rules;
    hpm_search_rules bad[7] = {good, good, good, good, good, good, good};
    static const char *const rows[7][2] = {
        {"evaluations", "outside [1, 1e+15] (0)"}, {"legs_max", "outside [1, 16] (17)"},
        {"size", "outside [1e-08, 1e+15] (nan)"},  {"floor_share", "outside [1e-09, 1e+09] (0)"},
        {"keep", "outside [1, 64] (65)"},          {"parts", "outside [1, 64] (65)"},
        {"beyond", "outside [1, 4] (0.5)"}};
    bad[0].evaluations = 0;
    bad[1].legs_max = 17;
    bad[2].size = NAN;
    bad[3].floor_share = 0;
    bad[4].keep = 65;
    bad[5].parts = 65;
    bad[6].beyond = 0.5;
    for (uint32_t i = 0; i < COUNT_OF(bad); i++) {
        s->rules = bad[i];
        check_error(searched_make(s, 0, &error), &error, HPM_E_RANGE, rows[i][0], rows[i][1]);
    }
    s->rules = good;
    check_ok(searched_make(s, 0, &error), &error);
    hpm_status status = searched_make(s, HPM_ALIGNMENT, &error);
    assert_int_equal(status, HPM_E_MEMORY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SEARCH_TEST(test_planted_hole), SEARCH_TEST(test_no_hole),
        SEARCH_TEST(test_seed),         SEARCH_TEST(test_kept),
        SEARCH_TEST(test_rejected),     SEARCH_TEST(test_haircut_on_cash),
        SEARCH_TEST(test_rules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
