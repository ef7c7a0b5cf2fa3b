/* Tests of src/assess/open_orders.c: the bounds of all charges by hand, and what combinations make
 * of them. tests/property/test_open_orders.c holds them against brute force. */
#include "fills_fixture.h"
#include "hpm/open_orders.h"

static double prices[] = {-0.2, 0.2}, vols[] = {0};
static hpm_scenario basis_moves[] = {{.basis = 1, .weight = 1}, {.basis = -1, .weight = 1}};

/* ---- Charge by charge --------------------------------------------------------------------- */

/* Held: a perpetual. To buy another at 90, to sell 2 calls at 25, to buy a put at 3: see
 * test_fill_losses.c. */
static void hold_and_list(world *w, order_list *list)
{
    world_hold(w, B_PERP, 1);
    list_order(list, B_PERP, 1, 90, 0);
    list_order(list, B_CALL_80, -2, 25, 0);
    list_order(list, B_PUT_100, 1, 3, 0);
}

static void test_worst_scenario(void **state)
{
    world *w = *state;
    order_list list = {.count = 0};
    world_grid(w, "grid", prices, 2, vols, 1);
    hpm_component *worst = world_component(w, "worst", HPM_COMPONENT_WORST_SCENARIO);
    strcpy(worst->rule.worst.set, "grid");
    hold_and_list(w, &list);
    fills_make(w, &list);
    check_bound(&list, w, 0, 0, 40, (const double[]){20, 0, 0});
    check_bound(&list, w, 0, 1, 30, (const double[]){10, 0, 0});
}

static hpm_component *joint(world *w, double offset_share, double alone_floor)
{
    world_grid(w, "grid", prices, 2, vols, 1);
    hpm_component *component = world_component(w, "joint", HPM_COMPONENT_JOINT_GRID);
    strcpy(component->rule.joint.set, "grid");
    component->rule.joint.offset_share = offset_share;
    component->rule.joint.alone_floor = alone_floor;
    component->rule.joint.opposite_share = 1;
    return component;
}

/* BTC loses 20 down. To buy 10 ETH with a fee of 1: down 20 and 1 are lost. To sell 4 at 11: up 8,
 * and 4 are gained; against BTC down it is 4, less what the fill at hand loses otherwise. */
static void test_joint_grid(void **state)
{
    world *w = *state;
    order_list list = {.count = 0};
    joint(w, 0.5, 0.5);
    world_hold(w, B_PERP, 1);
    list_order(&list, E_PERP, 10, NAN, 1);
    list_order(&list, E_PERP, -4, 11, 0);
    fills_make(w, &list);
    check_bound(&list, w, 0, 0, 40, (const double[]){20, 0});
    check_bound(&list, w, 0, 1, 41, (const double[]){21, 0});
    w = world_again(state);
    list = (order_list){.count = 0};
    joint(w, 0.5, 0.5);
    world_hold(w, B_PERP, 1);
    list_order(&list, E_PERP, -4, 11, 0);
    fills_make(w, &list);
    check_bound(&list, w, 0, 0, 28, (const double[]){8}); /* BTC down, ETH up */
    check_bound(&list, w, 0, 1, 24, (const double[]){4});
}

/* What gains counts half. Held: 1 BTC, and ETH short. To sell the perpetual at 103: up it loses 20,
 * but from a gain of 20 to none. The worst is either price against the other, or ETH alone, with
 * nothing filled; to sell 2 it is both up. */
static void test_joint_offset(void **state)
{
    world *w = *state;
    order_list list = {.count = 0};
    joint(w, 0.5, 0);
    world_hold(w, B_PERP, 1);
    world_hold(w, E_PERP, -8);
    list_order(&list, B_PERP, -1, 103, 0);
    fills_make(w, &list);
    check_bound(&list, w, 0, 0, 36, (const double[]){0});
    w = world_again(state);
    list = (order_list){.count = 0};
    hpm_component *component = joint(w, 0.5, 0);
    component->rule.joint.opposite_share = 0.25;
    world_hold(w, B_PERP, 1);
    world_hold(w, E_PERP, -20);
    list_order(&list, B_PERP, -2, 103, 0);
    fills_make(w, &list);
    check_bound(&list, w, 0, 0, 60, (const double[]){40});
    check_bound(&list, w, 0, 1, 54, (const double[]){34});
}

/* Floor: each at its own worst, half of it: (20 + 8)/2 with the order that sells ETH. */
static void test_joint_floor(void **state)
{
    world *w = *state;
    order_list list = {.count = 0};
    hpm_component *component = joint(w, 0, 0.9);
    component->rule.joint.opposite_share = 0.25;
    world_hold(w, B_PERP, 1);
    list_order(&list, E_PERP, -4, 10.5, 0);
    fills_make(w, &list);
    check_bound(&list, w, 0, 0, 0.9 * 28, (const double[]){7.2});
    check_bound(&list, w, 0, 1, 0.9 * 28 - 2, (const double[]){5.2});
}

/* A basis of 10 %: the future held loses 10 down. */
static void test_expiry_basis(void **state)
{
    world *w = *state;
    order_list list = {.count = 0};
    world_list(w, "basis", basis_moves, 2);
    hpm_component *basis = world_component(w, "basis", HPM_COMPONENT_EXPIRY_BASIS);
    strcpy(basis->rule.basis.set, "basis");
    basis->rule.basis.factor = 2;
    w->underlyings[BTC].basis_minimum = 0.1;
    world_hold(w, B_FUTURE, 1);
    list_order(&list, B_FUTURE, -2, NAN, 0);
    list_order(&list, B_FUTURE_UST, 1, 90, 0);
    list_order(&list, B_FAR_FUTURE, -1, NAN, 1);
    fills_make(w, &list);
    /* Near: 10 + 10 down, or -10 + 20 up. Far: 10 up. */
    check_bound(&list, w, 0, 0, 2 * (20 + 10), (const double[]){0, 20, 20});
}

static void test_haircut(void **state)
{
    world *w = *state;
    order_list list = {.count = 0};
    world_grid(w, "grid", prices, 2, vols, 1);
    world_component(w, "haircut", HPM_COMPONENT_HAIRCUT);
    w->collateral[UST].haircut = 0.02;
    w->collateral[UST].liability_surcharge = 0.05;
    world_balance(w, UST, 100);
    list_order(&list, B_CALL_UST, 10, NAN, 0);
    list_order(&list, B_CALL_UST, -5, NAN, 0);
    fills_make(w, &list);
    check_bound(&list, w, 0, 0, 5, (const double[]){3, 0}); /* 5 % of 100 owed, not 2 % of 200 */
}

static void test_depeg(void **state)
{
    world *w = *state;
    order_list list = {.count = 0};
    world_grid(w, "grid", prices, 2, vols, 1);
    hpm_component *depeg = world_component(w, "depeg", HPM_COMPONENT_DEPEG);
    depeg->rule.depeg.threshold = 1.5;
    depeg->rule.depeg.slope = 0.2;
    w->collateral[UST].depeg_shock = w->collateral[USX].depeg_shock = 0.1;
    world_balance(w, UST, 100);
    world_balance(w, USX, -50);
    list_order(&list, B_CALL_UST, -2, 25, 0);
    list_order(&list, B_CALL_UST, 2, 30, 0);
    fills_make(w, &list);
    /* UST at most 110: 10 % and 20 % of half; USX 20 % of half. */
    check_bound(&list, w, 0, 0, 11 + 11 + 5, (const double[]){2, 0});
}

/* 400 short, four times the depth: a unit costs twice the spread of 1 %. */
static void test_liquidity(void **state)
{
    world *w = *state;
    order_list list = {.count = 0};
    world_grid(w, "grid", prices, 2, vols, 1);
    world_component(w, "liquidity", HPM_COMPONENT_LIQUIDITY);
    w->underlyings[BTC].delta_depth = 100;
    w->underlyings[BTC].delta_spread = 0.01;
    world_hold(w, B_PERP, 1);
    list_order(&list, B_PERP, 2, NAN, 0);
    list_order(&list, B_FUTURE, -5, NAN, 0);
    fills_make(w, &list);
    check_bound(&list, w, 0, 0, 8, (const double[]){0, 10});
}

/* STE of 36 follows ETH; half of it is charged where as much ETH is long. */
static void test_wrong_way(void **state)
{
    world *w = *state;
    order_list list = {.count = 0};
    world_grid(w, "grid", prices, 2, vols, 1);
    world_component(w, "wrong", HPM_COMPONENT_WRONG_WAY);
    strcpy(w->collateral[STE].follows, "ETH");
    w->collateral[STE].wrong_way = 0.5;
    world_balance(w, STE, 4);
    world_hold(w, E_PERP, -1);
    list_order(&list, E_PERP, 2, NAN, 0);
    list_order(&list, E_PERP, -2, NAN, 0);
    fills_make(w, &list);
    check_bound(&list, w, 0, 0, 5, (const double[]){10, 0});
    w = world_again(state);
    list = (order_list){.count = 0};
    world_grid(w, "grid", prices, 2, vols, 1);
    world_component(w, "wrong", HPM_COMPONENT_WRONG_WAY);
    strcpy(w->collateral[STE].follows, "ETH");
    w->collateral[STE].wrong_way = 0.5;
    world_balance(w, STE, 4);
    list_order(&list, E_PERP, 20, NAN, 0);
    fills_make(w, &list);
    check_bound(&list, w, 0, 0, 18, (const double[]){0});
}

/* Long 1, to sell 3 calls at 25, which gain 15: above 2 units lose, below 1. */
static void test_tail_slope(void **state)
{
    world *w = *state;
    order_list list = {.count = 0};
    world_grid(w, "grid", prices, 2, vols, 1);
    hpm_component *tail = world_component(w, "tail", HPM_COMPONENT_TAIL_SLOPE);
    tail->rule.tail.rate = 0.06;
    world_hold(w, B_PERP, 1);
    list_order(&list, B_CALL_80, -3, 25, 0);
    fills_make(w, &list);
    check_bound(&list, w, 0, 0, 12, (const double[]){18});
    check_bound(&list, w, 0, 0.5, 6, (const double[]){0});
    w = world_again(state);
    list = (order_list){.count = 0};
    world_grid(w, "grid", prices, 2, vols, 1);
    tail = world_component(w, "tail", HPM_COMPONENT_TAIL_SLOPE);
    tail->rule.tail.rate = 0.06;
    list_order(&list, B_COIN_CALL, 1, 0.25, 0);
    list_order(&list, B_SPOT, 1, 99, 3);
    fills_make(w, &list);
    /* Coins are lost below: the pair's one; above what the call costs is less than the call. */
    check_bound(&list, w, 0, 0, 6, (const double[]){0, 6});
    check_bound(&list, w, 0, 1, 8 + 5 - 1.5, (const double[]){3.5, 8});
}

/* All but long options: to sell 3 perpetuals and 2 of the call that is held once: 400 short. */
static void test_delta_shock(void **state)
{
    world *w = *state;
    order_list list = {.count = 0};
    world_grid(w, "grid", prices, 2, vols, 1);
    hpm_component *shock = world_component(w, "shock", HPM_COMPONENT_DELTA_SHOCK);
    shock->rule.delta_shock.threshold = 100;
    shock->rule.delta_shock.increment = 0.01;
    shock->rule.delta_shock.maximum = 1;
    world_hold(w, B_CALL_80, 1);
    list_order(&list, B_PERP, -3, NAN, 0);
    list_order(&list, B_CALL_80, -2, NAN, 0);
    fills_make(w, &list);
    check_bound(&list, w, 0, 0, 300 * 4 * 0.01, (const double[]){9, 6});
}

/* A call that is held once and may be sold three times: 2 short at 0.15 of the index are more than
 * 20 for the long one; net futures 4 short, 5 % and 1 % a million more. */
static void test_standard_margin(void **state)
{
    world *w = *state;
    order_list list = {.count = 0};
    world_grid(w, "grid", prices, 2, vols, 1);
    hpm_component *standard = world_component(w, "standard", HPM_COMPONENT_STANDARD_MARGIN);
    standard->rule.standard.short_option = 0.15;
    standard->rule.standard.future = 0.05;
    standard->rule.standard.future_growth = 1;
    world_hold(w, B_CALL_80, 1);
    world_hold(w, B_PERP, 1);
    list_order(&list, B_CALL_80, -3, NAN, 0);
    list_order(&list, B_CALL_80, 0.2, NAN, 0);
    list_order(&list, B_FUTURE, -5, NAN, 0);
    list_order(&list, B_PERP, 1, NAN, 0);
    fills_make(w, &list);
    check_bound(&list, w, 0, 0, 30 + 400 * 0.0504, (const double[]){10, 0, 25.2, 0});
}

/* A kind that can break sub-additivity states a bound of its own. */
static void test_every_kind_has_a_bound(void **state)
{
    (void)state;
    for (int k = 0; k < HPM_COMPONENT_KINDS; k++) {
        const hpm_charge_kind *kind = hpm_charge_kinds[k];
        if (kind->combine)
            assert_true(kind->couple && !kind->fills);
        else
            assert_true(kind->fills || !kind->breaks);
    }
}

/* ---- Combinations ------------------------------------------------------------------------- */

typedef struct result {
    hpm_open_orders open;
    hpm_arena arena;
} result;

static hpm_status evaluate(result *out, world *w, const order_list *list, hpm_error *error)
{
    hpm_desk desk;
    hpm_arena memory, work;
    hpm_status status =
        hpm_account_init(w->account, "acc", w->balances, w->balance_count, w->positions,
                         w->position_count, w->declared, w->declared_count, &w->catalog, error);
    if (status == HPM_OK) status = hpm_rulebook_finish(&w->rulebook, error);
    if (status == HPM_OK) status = hpm_market_finish(&w->market, error);
    check_ok(status, error);
    size_t bytes = hpm_desk_size(&w->catalog, &w->rulebook);
    memory = (hpm_arena){fixture_take(1, bytes), bytes, 0};
    check_ok(hpm_desk_init(&desk, &memory, &w->context, &w->market, &w->rulebook, error), error);
    bytes = hpm_desk_work_size(&desk, w->position_count + list->count, ASSETS + w->declared_count);
    work = (hpm_arena){fixture_take(1, bytes), bytes, 0};
    hpm_desk_work(&desk, &work);
    bytes = hpm_open_orders_size(&desk, w->account, list->count);
    out->arena = (hpm_arena){fixture_take(1, bytes), bytes, 0};
    status = hpm_open_orders_evaluate(&out->open, &out->arena, &desk, w->account, list->rows,
                                      list->count, error);
    free(memory.base);
    free(work.base);
    return status;
}

static void check_amount(hpm_money got, double wanted, const char *what)
{
    if (fabs(hpm_e8_to_double(got.e8) - wanted) > 1e-6)
        fail_msg("%s: %.9f instead of %.9f", what, hpm_e8_to_double(got.e8), wanted);
}

/* What is needed, what of it is due to each order, and what the worst set alone needs. */
static void check_need(world *w, const order_list *list, double wanted, const double *parts,
                       double attained)
{
    hpm_error error = {0};
    result got;
    check_ok(evaluate(&got, w, list, &error), &error);
    check_amount(got.open.requirement, wanted, "requirement");
    check_amount(got.open.attained, attained, "attained");
    int64_t sum = got.open.account_part.e8, components = got.open.rest.e8;
    for (uint32_t i = 0; i < list->count; i++) {
        check_amount(got.open.order_part[i], parts[i], "part");
        sum += got.open.order_part[i].e8;
    }
    for (uint32_t i = 0; i < w->rulebook.components.count; i++)
        components += got.open.part[i].e8;
    assert_int_equal(sum, got.open.requirement.e8);
    assert_int_equal(components, got.open.requirement.e8);
    free(got.arena.base);
}

static void worst(world *w)
{
    world_grid(w, "grid", prices, 2, vols, 1);
    hpm_component *component = world_component(w, "worst", HPM_COMPONENT_WORST_SCENARIO);
    strcpy(component->rule.worst.set, "grid");
}

static void scale(world *w, const char *name, double factor)
{
    hpm_component *component = world_component(w, name, HPM_COMPONENT_SCALE);
    strcpy(component->rule.scale.of, "worst");
    component->rule.scale.factor = factor;
}

/* Held: a perpetual, which loses 20. To buy another at 90: 20 less 10. To sell one at 99.5 loses
 * 0.5 and nothing else. */
static order_list two_orders(world *w)
{
    order_list list = {.count = 0};
    world_hold(w, B_PERP, 1);
    world_balance(w, USD, 1000);
    list_order(&list, B_PERP, 1, 90, 0);
    list_order(&list, B_PERP, -1, 99.5, 0);
    return list;
}

static void test_charge(void **state)
{
    world *w = *state;
    worst(w);
    order_list list = two_orders(w);
    check_need(w, &list, 30, (const double[]){10, 0}, 30);
}

static void test_no_orders(void **state)
{
    world *w = *state;
    hpm_error error = {0};
    result got;
    worst(w);
    order_list list = two_orders(w);
    list.count = 0;
    check_ok(evaluate(&got, w, &list, &error), &error);
    assert_int_equal(got.open.requirement.e8, e8_of(20));
    assert_int_equal(got.open.account_part.e8, e8_of(20));
    assert_int_equal(got.open.attained.e8, e8_of(20));
    assert_int_equal(got.open.part[0].e8, e8_of(20));
    assert_int_equal(got.open.leader, HPM_NONE);
    free(got.arena.base);
}

/* Twice the loss, once the gain. */
static void test_scale(void **state)
{
    world *w = *state;
    worst(w);
    scale(w, "twice", 2);
    order_list list = two_orders(w);
    check_need(w, &list, 40 + 30, (const double[]){30, 0}, 70);
}

/* Nothing is required, and still a fill can lose. */
static void test_scale_of_nothing(void **state)
{
    world *w = *state;
    worst(w);
    scale(w, "nothing", 0);
    order_list list = two_orders(w);
    check_need(w, &list, 0.5, (const double[]){0, 0.5}, 0);
}

static void test_sum_of_the_same(void **state)
{
    static char of[][HPM_RULE_NAME_SIZE] = {"worst", "worst"};
    world *w = *state;
    worst(w);
    world_combine(w, "both", HPM_COMPONENT_SUM, of, 2);
    order_list list = two_orders(w);
    check_need(w, &list, 40 + 30, (const double[]){30, 0}, 70);
}

/* The first that can carries the gain; fees of 1 % come on top: three perpetuals at most. */
static void test_sum(void **state)
{
    static char of[][HPM_RULE_NAME_SIZE] = {"fees", "worst", "twice"};
    world *w = *state;
    worst(w);
    scale(w, "twice", 2);
    hpm_component *fees = world_component(w, "fees", HPM_COMPONENT_CLOSE_OUT);
    fees->rule.close_out.future_fee = 0.01;
    world_combine(w, "all", HPM_COMPONENT_SUM, of, 3);
    order_list list = two_orders(w);
    check_need(w, &list, 2 + 30 + 80, (const double[]){1 + 10 + 40, 0}, 112);
}

/* The larger is asked for its loss less the whole gain, and wants it of its input at half: its
 * input is asked for the whole by the other. So it counts without, and with what fills lose. */
static void test_maximum_of_two_demands(void **state)
{
    static char of[][HPM_RULE_NAME_SIZE] = {"worst", "twice"};
    world *w = *state;
    worst(w);
    scale(w, "twice", 2);
    world_combine(w, "larger", HPM_COMPONENT_MAXIMUM, of, 2);
    order_list list = two_orders(w);
    check_need(w, &list, 80.5, (const double[]){40, 0.5}, 40);
}

/* What no part of an input can carry counts there too: 29.8 and the 0.5 that selling loses are more
 * than 30. */
static void test_maximum_without_a_carrier(void **state)
{
    static char of_stated[][HPM_RULE_NAME_SIZE] = {"stated"};
    static char of[][HPM_RULE_NAME_SIZE] = {"worst", "held"};
    world *w = *state;
    worst(w);
    hpm_component *stated = world_component(w, "stated", HPM_COMPONENT_DECLARED);
    strcpy(stated->rule.declared.amount, "stated");
    world_declare(w, "stated", USD, 29.8);
    world_combine(w, "held", HPM_COMPONENT_SUM, of_stated, 1);
    world_combine(w, "larger", HPM_COMPONENT_MAXIMUM, of, 2);
    order_list list = two_orders(w);
    check_need(w, &list, 30.3, (const double[]){0, 0.5}, 29.8);
}

/* To buy at 110 loses 10 at once: 20 + 20 + 10, or 1.2 times 40 and 10, which is more although it
 * is wanted at another gain. */
static void test_maximum_at_another_gain(void **state)
{
    static char of[][HPM_RULE_NAME_SIZE] = {"worst", "more"};
    world *w = *state;
    order_list list = {.count = 0};
    worst(w);
    scale(w, "more", 1.2);
    world_combine(w, "larger", HPM_COMPONENT_MAXIMUM, of, 2);
    world_hold(w, B_PERP, 1);
    list_order(&list, B_PERP, 1, 110, 0);
    check_need(w, &list, 58, (const double[]){34}, 24);
}

static void test_minimum(void **state)
{
    static char of[][HPM_RULE_NAME_SIZE] = {"worst", "stated"};
    world *w = *state;
    worst(w);
    hpm_component *stated = world_component(w, "stated", HPM_COMPONENT_DECLARED);
    strcpy(stated->rule.declared.amount, "stated");
    world_declare(w, "stated", USD, 25);
    world_combine(w, "smaller", HPM_COMPONENT_MINIMUM, of, 2);
    order_list list = two_orders(w);
    check_need(w, &list, 25.5, (const double[]){0, 0.5}, 20);
}

static void test_grouped(void **state)
{
    world *w = *state;
    hpm_error error = {0};
    result got;
    worst(w);
    w->rulebook.grouping = HPM_GROUPING_POSITION;
    order_list list = two_orders(w);
    check_error(evaluate(&got, w, &list, &error), &error, HPM_E_UNSUPPORTED, "test",
                "open orders are judged under rulebooks that take the account as a whole");
    free(got.arena.base);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_worst_scenario),
        WORLD_TEST(test_joint_grid),
        WORLD_TEST(test_joint_offset),
        WORLD_TEST(test_joint_floor),
        WORLD_TEST(test_expiry_basis),
        WORLD_TEST(test_haircut),
        WORLD_TEST(test_depeg),
        WORLD_TEST(test_liquidity),
        WORLD_TEST(test_wrong_way),
        WORLD_TEST(test_tail_slope),
        WORLD_TEST(test_delta_shock),
        WORLD_TEST(test_standard_margin),
        WORLD_TEST(test_every_kind_has_a_bound),
        WORLD_TEST(test_charge),
        WORLD_TEST(test_no_orders),
        WORLD_TEST(test_scale),
        WORLD_TEST(test_scale_of_nothing),
        WORLD_TEST(test_sum_of_the_same),
        WORLD_TEST(test_sum),
        WORLD_TEST(test_maximum_of_two_demands),
        WORLD_TEST(test_maximum_without_a_carrier),
        WORLD_TEST(test_maximum_at_another_gain),
        WORLD_TEST(test_minimum),
        WORLD_TEST(test_grouped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
