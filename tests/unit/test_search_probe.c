/* Tests of src/assess/search_probe.c: the fine moves by hand, losses by hand and against the market
 * moved there. */
#include "assess/search_probe.h"
#include "desk_world.h"

static double prices[] = {-0.2, 0, 0.2, 0.4}, vols[] = {-0.3, 0.5}, one_vol[] = {0};

typedef struct probed {
    world *w;
    hpm_desk desk;
    hpm_probe probe;
    hpm_search_rules rules;
    void *memory, *work;
} probed;

static int setup(void **state)
{
    probed *p = fixture_take(1, sizeof *p);
    p->w = world_new();
    hpm_search_defaults(&p->rules);
    p->rules.with_basis = 0;
    *state = p;
    return 0;
}

static int teardown(void **state)
{
    probed *p = *state;
    world_free(p->w);
    free(p->memory);
    free(p->work);
    free(p);
    return 0;
}

#define PROBE_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

static void make_rulebook(probed *p, double *price_nodes, uint32_t price_count, double *vol_nodes,
                          uint32_t vol_count)
{
    world_grid(p->w, "grid", price_nodes, price_count, vol_nodes, vol_count)->vol_power_short = 0;
    hpm_component *joint = world_component(p->w, "joint", HPM_COMPONENT_JOINT_GRID);
    strcpy(joint->rule.joint.set, "grid");
    joint->rule.joint.offset_share = 0.5;
}

/* In memory of exactly the stated size. */
static hpm_status make(probed *p, size_t missing, hpm_error *error)
{
    const hpm_rulebook *rulebook = &p->w->rulebook;
    world_desk(p->w, &p->desk);
    size_t size = hpm_probe_size(&p->w->catalog, rulebook, rulebook, &p->rules);
    p->memory = fixture_take(size, 1);
    hpm_arena arena = {p->memory, size - missing, 0};
    hpm_status status = hpm_probe_init(&p->probe, &arena, &p->w->context, &p->w->market, rulebook,
                                       rulebook, &p->rules, error);
    if (status != HPM_OK) return status;
    size = hpm_probe_work_size(&p->probe);
    p->work = fixture_take(size, 1);
    p->probe.work = (hpm_arena){p->work, size, 0};
    return HPM_OK;
}

static void make_ok(probed *p)
{
    hpm_error error = {0};
    check_ok(make(p, 0, &error), &error);
}

static double loss_of(probed *p, hpm_search_move *where)
{
    hpm_error error = {0};
    double lost = NAN;
    world_account(p->w);
    check_ok(hpm_probe_loss(&p->probe, &lost, where, p->w->account, &error), &error);
    return lost;
}

/* ---- Moves -------------------------------------------------------------------------------- */

static void check_move(const probed *p, uint32_t index, double price, double vol, double basis,
                       int is_node)
{
    const hpm_scenario *move = &p->probe.moves[index];
    check_near(move->price, price, "price");
    check_near(move->vol, vol, "vol");
    assert_true(move->basis == basis && move->weight == 1 && move->time_days == 0);
    assert_int_equal(p->probe.is_node[index], is_node);
}

/* Prices -0.2 0 0.2 0.4 in halves are 7, volatilities -0.3 0.5 in halves 3; three bases. */
static void test_moves(void **state)
{
    probed *p = *state;
    p->rules.parts = 2;
    p->rules.with_basis = 1;
    make_rulebook(p, prices, 4, vols, 2);
    make_ok(p);
    assert_int_equal(p->probe.price_count, 7);
    assert_int_equal(p->probe.vol_count, 3);
    assert_int_equal(p->probe.move_count, 7 * 3 * 3);
    check_move(p, 0, -0.2, -0.3, 0, 1);
    check_move(p, 1, -0.2, 0.1, 0, 0);
    check_move(p, 2, -0.2, 0.5, 0, 1);
    check_move(p, 3, -0.1, -0.3, 0, 0);
    check_move(p, 20, 0.4, 0.5, 0, 1);
    check_move(p, 21, -0.2, -0.3, -1, 0);
    check_move(p, 42, -0.2, -0.3, 1, 0);
}

/* Nodes in any order and twice are the same axis; beyond it goes on in the steps of its ends. */
static void test_order_and_beyond(void **state)
{
    static double mixed[] = {0.4, -0.2, 0.2, 0, -0.2};
    probed *p = *state;
    p->rules.parts = 2;
    p->rules.beyond = 1.5;
    make_rulebook(p, mixed, 5, one_vol, 1);
    make_ok(p);
    const double wanted[] = {-0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6};
    assert_int_equal(p->probe.move_count, COUNT_OF(wanted));
    for (uint32_t i = 0; i < COUNT_OF(wanted); i++)
        check_move(p, i, wanted[i], 0, 0, i == 1 || i == 3 || i == 5 || i == 7);
}

/* More than fit into one array: the moves go on in the next. */
static void test_slabs(void **state)
{
    probed *p = *state;
    hpm_search_move where;
    p->rules.parts = 64;
    p->rules.with_basis = 1;
    make_rulebook(p, prices, 4, vols, 1);
    p->w->position_count = 0;
    world_hold(p->w, B_PERP, 1);
    make_ok(p);
    assert_int_equal(p->probe.move_count, 3 * (3 * 64 + 1));
    p->rules.parts = 24;
    teardown(state);
    setup(state);
    p = *state;
    p->rules.parts = 24;
    p->rules.with_basis = 1;
    make_rulebook(p, prices, 4, vols, 2);
    world_hold(p->w, B_PERP, -1);
    make_ok(p);
    assert_int_equal(p->probe.move_count, 3 * 73 * 25);
    assert_int_equal(p->probe.slab_count, 6);
    check_near(loss_of(p, &where), 40, "loss");
    assert_true(where.scenario.price == 0.4 && where.is_node);
}

/* ---- Losses ------------------------------------------------------------------------------- */

/* Three calls of strike 80 without volatility and two futures sold at 100: worth 60 and 0. At 90 it
 * has lost 30 - 20 = 10, at 80 60 - 40 = 20, at 70 still 60 - 60 = 0. Nodes at 70, 100 and 130 see
 * nothing of it. */
static void test_between_nodes(void **state)
{
    static double coarse[] = {-0.3, 0, 0.3};
    probed *p = *state;
    hpm_search_move where;
    p->rules.parts = 3;
    make_rulebook(p, coarse, 3, one_vol, 1);
    world_hold(p->w, B_CALL_80, 3);
    world_hold(p->w, B_FUTURE, -2);
    make_ok(p);
    check_near(loss_of(p, &where), 20, "loss");
    check_near(where.scenario.price, -0.2, "price");
    assert_true(where.alone == HPM_NONE && !where.is_node);
}

/* A long BTC at 100 against ten ETH at 10 sold: nothing is lost together, 20 by BTC alone going
 * down 20 %, 40 by ETH alone going up 40 %. No offset is granted, none is needed. */
static void test_alone(void **state)
{
    probed *p = *state;
    hpm_search_move where;
    p->rules.parts = 1;
    make_rulebook(p, prices, 4, one_vol, 1);
    world_hold(p->w, B_PERP, 1);
    world_hold(p->w, E_PERP, -10);
    make_ok(p);
    check_near(loss_of(p, &where), 40, "loss");
    assert_true(where.alone == ETH && where.scenario.price == 0.4 && where.is_node);
    p->w->positions[1].quantity.e8 = -5 * HPM_E8;
    check_near(loss_of(p, &where), 20, "loss");
    assert_true(where.scenario.price == -0.2 || where.scenario.price == 0.4);
    p->w->position_count = 1;
    p->w->positions[0].quantity.e8 = 3 * HPM_E8;
    check_near(loss_of(p, &where), 60, "loss");
    assert_true(where.alone == HPM_NONE); /* of one underlying alone is together */
    p->w->position_count = 0;
    check_near(loss_of(p, &where), 0, "loss");
}

/* Every kind of position and a coin balance, at price moves alone: what equity really loses there.
 */
static void test_against_the_moved_market(void **state)
{
    probed *p = *state;
    world *w = p->w;
    hpm_search_move where;
    hpm_margin before, there;
    hpm_error error = {0};
    double ratio[ASSETS], worst = 0;
    p->rules.parts = 5;
    make_rulebook(p, prices, 4, one_vol, 1);
    for (uint32_t i = 0; i < INSTRUMENTS; i++)
        if (w->catalog.instruments[i].kind == HPM_OPTION) w->market.vol[i].value = 0.7;
    world_hold(w, B_COIN_CALL, -3);
    world_hold(w, B_COIN_FUTURE, 4);
    world_hold(w, B_COIN_PERP, -9);
    world_hold(w, B_CALL_80, 2);
    world_hold(w, B_PUT_100, -1.5);
    world_hold(w, B_FAR_FUTURE, 0.7);
    world_hold(w, B_SPOT, 0.5);
    world_balance(w, BTC, 0.4);
    make_ok(p);
    double lost = loss_of(p, &where);
    check_ok(hpm_desk_margin(&p->desk, &before, w->account, &error), &error);
    for (int step = -5; step <= 10; step++) {
        const hpm_market_move move = {.price_ratio = ratio};
        for (uint32_t a = 0; a < ASSETS; a++)
            ratio[a] = a == BTC ? 1 + step * 0.04 : 1;
        check_ok(hpm_desk_move(&p->desk, &move, &error), &error);
        check_ok(hpm_desk_margin(&p->desk, &there, w->account, &error), &error);
        worst = fmax(worst, before.equity_real - there.equity_real);
    }
    assert_true(lost > 1);
    if (fabs(lost - worst) > 1e-6 * worst) fail_msg("%.12g, not %.12g", lost, worst);
}

/* ---- Refusals ----------------------------------------------------------------------------- */

static void test_refusals(void **state)
{
    probed *p = *state;
    hpm_error error = {0};
    make_rulebook(p, prices, 1, vols, 2); /* one price is no grid */
    check_error(make(p, 0, &error), &error, HPM_E_UNSUPPORTED, "test",
                "has no grid of prices and volatilities to look between");
    free(p->memory);
    p->w->sets[0].prices.count = 4;
    p->rules.parts = 64;
    check_error(make(p, 0, &error), &error, HPM_E_LIMIT, "test",
                "its grid split is more than 8192 moves (12545)");
    free(p->memory);
    p->rules.parts = 2;
    check_error(make(p, HPM_ALIGNMENT, &error), &error, HPM_E_MEMORY, "risk array",
                "the arena is too small");
}

/* A row that cannot be priced is not ready; the others are. */
static void test_ready(void **state)
{
    probed *p = *state;
    make_rulebook(p, prices, 4, one_vol, 1);
    p->w->market.mark[B_PERP].value = NAN;
    make_ok(p);
    assert_false(hpm_probe_is_ready(&p->probe, B_PERP));
    assert_true(hpm_probe_is_ready(&p->probe, B_FUTURE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PROBE_TEST(test_moves),    PROBE_TEST(test_order_and_beyond),
        PROBE_TEST(test_slabs),    PROBE_TEST(test_between_nodes),
        PROBE_TEST(test_alone),    PROBE_TEST(test_against_the_moved_market),
        PROBE_TEST(test_refusals), PROBE_TEST(test_ready),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
