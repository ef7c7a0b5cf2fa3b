/* Tests of src/margin/breakdown.c: lines that sum to the requirement to the last digit, and the
 * tables beside them. */
#include "margin/collateral.h"
#include "small_world.h"

static double prices[] = {-0.2, 0.2}, vols[] = {0};

static hpm_breakdown run(world *w)
{
    hpm_breakdown breakdown;
    hpm_error error = {0};
    world_run(w);
    check_ok(
        hpm_margin_breakdown(&breakdown, &w->arena, &w->array, &w->portfolio, &w->totals, &error),
        &error);
    return breakdown;
}

static void check_sums(const hpm_breakdown *breakdown)
{
    int64_t initial = 0, maintenance = 0;
    for (uint32_t i = 0; i < breakdown->line_count; i++) {
        initial += breakdown->lines[i].initial.e8;
        maintenance += breakdown->lines[i].maintenance.e8;
    }
    assert_int_equal(initial, breakdown->margin.initial.e8);
    assert_int_equal(maintenance, breakdown->margin.maintenance.e8);
}

/* ---- Contributions ------------------------------------------------------------------------ */

static void declare(world *w, uint32_t asset, double price)
{
    w->market.asset_price[asset].value = price;
    world_declare(w, "x", asset, 1);
}

static hpm_component *declared(world *w)
{
    hpm_component *component = world_component(w, "declared", HPM_COMPONENT_DECLARED);
    strcpy(component->rule.declared.amount, "x");
    return component;
}

static void check_initials(const hpm_breakdown *breakdown, const int64_t *wanted)
{
    for (uint32_t i = 0; i < breakdown->line_count; i++)
        assert_int_equal(breakdown->lines[i].initial.e8, wanted[i]);
    check_sums(breakdown);
}

static void check_declared(void **state, const double amounts[3], double total,
                           const int64_t *initials)
{
    world *w = world_again(state);
    declared(w);
    for (uint32_t a = BTC; a <= SOL; a++)
        declare(w, a, amounts[a]);
    hpm_breakdown breakdown = run(w);
    assert_int_equal(breakdown.margin.initial.e8, e8_of(total));
    check_initials(&breakdown, initials);
}

/* What rounding leaves goes to the largest line, wherever it stands, and to the first of equals.
 * Three thirds of 10: 3.33333333 each leave 1e-8. 2/3 + 5/3 + 2/3: 0.66666667 twice
 * leave 1.66666666. */
static void test_remainder(void **state)
{
    static const double thirds[] = {10.0 / 3, 10.0 / 3, 10.0 / 3},
                        parts[] = {2.0 / 3, 5.0 / 3, 2.0 / 3};
    check_declared(state, thirds, 10, (int64_t[]){333333334, 333333333, 333333333});
    check_declared(state, parts, 3, (int64_t[]){66666667, 166666666, 66666667});
}

/* At -20 % 4 perpetuals lose 80 and 3 futures short gain 60: 20. A haircut of 1/3 on a balance of 1
 * is rounded up to 0.33333334. */
static void test_several_charges(void **state)
{
    static char both[][HPM_RULE_NAME_SIZE] = {"worst", "haircut"};
    world *w = *state;
    world_grid(w, "grid", prices, 2, vols, 1);
    strcpy(world_component(w, "worst", HPM_COMPONENT_WORST_SCENARIO)->rule.worst.set, "grid");
    world_component(w, "haircut", HPM_COMPONENT_HAIRCUT);
    world_combine(w, "sum", HPM_COMPONENT_SUM, both, 2);
    strcpy(w->rulebook.maintenance, "worst");
    w->collateral[UST].haircut = 1.0 / 3;
    world_hold(w, B_PERP, 4);
    world_hold(w, B_FUTURE, -3);
    world_balance(w, UST, 1);
    hpm_breakdown breakdown = run(w);
    assert_int_equal(breakdown.margin.initial.e8, 2033333334);
    /* The haircut's share rounds to 0.33333333: the last digit is the largest line's. */
    check_initials(&breakdown, (int64_t[]){8000000001, -6000000000, 33333333});
    assert_int_equal(breakdown.lines[0].maintenance.e8, 80 * HPM_E8);
    assert_int_equal(breakdown.lines[1].maintenance.e8, -60 * HPM_E8);
    assert_int_equal(breakdown.lines[2].maintenance.e8, 0);
}

/* Scaled by 1.5 a charge's lines are too; a component in no requirement has no lines. */
static void test_weights(void **state)
{
    world *w = *state;
    world_component(w, "haircut", HPM_COMPONENT_HAIRCUT);
    w->collateral[USD].haircut = 0.5;
    declared(w);
    hpm_component *scale = world_component(w, "scaled", HPM_COMPONENT_SCALE);
    strcpy(scale->rule.scale.of, "declared");
    scale->rule.scale.factor = 1.5;
    strcpy(w->rulebook.maintenance, "declared");
    world_balance(w, USD, 100);
    declare(w, BTC, 100);
    hpm_breakdown breakdown = run(w);
    assert_int_equal(breakdown.lines[0].initial.e8, 0);
    assert_int_equal(breakdown.lines[1].initial.e8, 150 * HPM_E8);
    assert_int_equal(breakdown.lines[1].maintenance.e8, 100 * HPM_E8);
    check_sums(&breakdown);
}

/* ---- Lines -------------------------------------------------------------------------------- */

static void check_line(const hpm_margin_line *line, hpm_line_kind kind, uint32_t id, double value)
{
    assert_int_equal(line->kind, kind);
    assert_int_equal(line->id, id);
    assert_int_equal(line->value.e8, e8_of(value));
}

/* Positions in the order of holdings: mark value and P&L since entry, in the numeraire. */
static void test_lines(void **state)
{
    world *w = *state;
    declared(w);
    world_hold(w, B_CALL_80, -1);
    world_hold(w, B_COIN_PERP, 10)->entry_price = 80;
    world_hold(w, B_PERP, 2)->entry_price = 90;
    world_hold(w, B_SPOT, 3);
    world_balance(w, USD, -7);
    world_balance(w, BTC, 2);
    declare(w, ETH, 10);
    hpm_breakdown breakdown = run(w);
    assert_int_equal(breakdown.line_count, 7);
    check_line(&breakdown.lines[0], HPM_LINE_POSITION, B_SPOT, 300);
    check_line(&breakdown.lines[1], HPM_LINE_POSITION, B_COIN_PERP, 25);
    check_line(&breakdown.lines[2], HPM_LINE_POSITION, B_PERP, 20);
    check_line(&breakdown.lines[3], HPM_LINE_POSITION, B_CALL_80, -20);
    check_line(&breakdown.lines[4], HPM_LINE_BALANCE, BTC, 200);
    check_line(&breakdown.lines[5], HPM_LINE_BALANCE, USD, -7);
    check_line(&breakdown.lines[6], HPM_LINE_DECLARED, ETH, 0);
    check_near(breakdown.margin.equity_real, 300 + 25 + 20 - 20 + 200 - 7, "equity");
}

/* ---- Tables ------------------------------------------------------------------------------- */

/* As the component that reads a set sees it; sets that none reads are not numbers. Two components
 * read the first: the first of them is shown. */
static void test_scenarios(void **state)
{
    world *w = *state;
    world_grid(w, "grid", prices, 2, vols, 1);
    world_grid(w, "unread", prices, 2, vols, 1);
    strcpy(world_component(w, "joint", HPM_COMPONENT_JOINT_GRID)->rule.joint.set, "grid");
    strcpy(world_component(w, "worst", HPM_COMPONENT_WORST_SCENARIO)->rule.worst.set, "grid");
    strcpy(world_component(w, "basis", HPM_COMPONENT_EXPIRY_BASIS)->rule.basis.set, "unread");
    world_hold(w, B_PERP, 1);
    world_hold(w, E_PERP, -10);
    world_balance(w, BTC, 1);
    hpm_breakdown breakdown = run(w);
    assert_int_equal(breakdown.underlying_count, 2);
    assert_int_equal(breakdown.underlyings[0], BTC);
    assert_int_equal(breakdown.underlyings[1], ETH);
    static const double wanted[] = {-40, 40, NAN, NAN, 20, -20, NAN, NAN};
    for (uint32_t i = 0; i < 8; i++)
        if (isnan(wanted[i]))
            assert_true(isnan(breakdown.scenario_pnl[i]));
        else
            check_near(breakdown.scenario_pnl[i], wanted[i], "scenario");
}

/* Nodes at -1, -0.5, 0.5 and 1 ranges of 10 %, and ETH of 20 %. */
static double nodes[] = {-1, -0.5, 0.5, 1};

static hpm_component *begin_joint(world *w, double btc, double eth)
{
    static char parts[][HPM_RULE_NAME_SIZE] = {"small", "scaled"};
    world_grid(w, "nodes", nodes, 4, vols, 1)->price_unit = HPM_PRICE_RANGE;
    w->underlyings[ETH].price_range = 0.2;
    hpm_component *joint = world_component(w, "joint", HPM_COMPONENT_JOINT_GRID);
    strcpy(joint->rule.joint.set, "nodes");
    hpm_component *scale = world_component(w, "scaled", HPM_COMPONENT_SCALE);
    strcpy(scale->rule.scale.of, "joint");
    world_grid(w, "grid", prices, 2, vols, 1);
    strcpy(world_component(w, "small", HPM_COMPONENT_WORST_SCENARIO)->rule.worst.set, "grid");
    static hpm_pair_rule pairs[] = {
        {"*", "*", 1, NAN, 20}}; /* forgives most of it: the grid leads */
    w->rulebook.pairs = (hpm_list){pairs, 1};
    world_combine(w, "sum", HPM_COMPONENT_SUM, parts, 2);
    world_hold(w, B_PERP, btc);
    world_hold(w, E_PERP, eth);
    return joint;
}

static void check_stand(world *w, uint32_t btc, uint32_t eth)
{
    hpm_breakdown breakdown = run(w);
    assert_int_equal(breakdown.worst_columns[0], btc);
    assert_int_equal(breakdown.worst_columns[1], eth);
}

/* Through sum and scale to the charge that leads. All at -1; BTC at -1 against ETH at +0.5; without
 * that node (gamma 0.3) BTC alone; lifted by a floor each at its own worst. */
static void test_where_underlyings_stand(void **state)
{
    world *w = *state;
    begin_joint(w, 1, 5);
    check_stand(w, 0, 0);
    w = world_again(state);
    begin_joint(w, 1, -5);
    check_stand(w, 0, 2);
    w = world_again(state);
    begin_joint(w, 1, -4)->rule.joint.opposite_share = 0.3;
    w->components[0].rule.joint.offset_share = 0.5;
    check_stand(w, 0, HPM_NONE);
    w = world_again(state);
    begin_joint(w, 1, -4)->rule.joint.opposite_share = 0.3;
    w->components[0].rule.joint.alone_floor = 1;
    check_stand(w, 0, 3);
}

/* Each at its own worst where no joint scenario is asked for; not at all where nothing leads. */
static void test_where_each_stands(void **state)
{
    world *w = *state;
    world_grid(w, "grid", prices, 2, vols, 1);
    strcpy(world_component(w, "worst", HPM_COMPONENT_WORST_SCENARIO)->rule.worst.set, "grid");
    world_hold(w, B_PERP, 1);
    world_hold(w, E_PERP, -1);
    check_stand(w, 0, 1);
    w = world_again(state);
    declared(w);
    world_hold(w, B_PERP, 1);
    world_hold(w, E_PERP, -1);
    check_stand(w, HPM_NONE, HPM_NONE);
}

/* Runs: perpetual 2 units, near expiry -1 call with a delta of 1 (coin-settled: less its premium of
 * 0.2), ETH -10 units. Units do not add up over underlyings, values do: 200 - 100 - 100. */
static void test_greeks(void **state)
{
    world *w = *state;
    declared(w);
    world_hold(w, B_PERP, 2);
    world_hold(w, B_COIN_CALL, -1);
    world_hold(w, E_PERP, -10);
    hpm_breakdown breakdown = run(w);
    static const double units[] = {2, -1, -10}, values[] = {200, -100, -100};
    static const double premium[] = {2, -0.8, -10};
    for (uint32_t r = 0; r < 3; r++) {
        check_near(breakdown.greeks[r].delta_units, units[r], "delta in units");
        check_near(breakdown.greeks[r].delta, values[r], "delta");
        check_near(breakdown.greeks[r].delta_premium_units, premium[r], "premium-adjusted");
    }
    check_near(breakdown.greeks_total.delta, 0, "total delta");
    check_near(breakdown.greeks_total.delta_units, 0, "units over underlyings");
}

/* Totals are sums, of every greek. */
static void test_greeks_of_options(void **state)
{
    world *w = *state;
    declared(w);
    w->market.vol[B_CALL_100].value = w->market.vol[B_FAR_CALL].value = 0.5;
    world_hold(w, B_CALL_100, 2);
    world_hold(w, B_FAR_CALL, -1);
    hpm_breakdown breakdown = run(w);
    const hpm_greeks *runs = breakdown.greeks, *total = &breakdown.greeks_total;
    assert_true(runs[0].gamma_1pct > 0 && runs[0].vega_point > 0 && runs[0].theta_day < 0 &&
                runs[0].rho_bp < 0);
    assert_true(runs[1].gamma_1pct < 0 && runs[1].vega_point < 0 && runs[1].theta_day > 0 &&
                runs[1].rho_bp > 0);
    check_near(total->gamma_1pct, runs[0].gamma_1pct + runs[1].gamma_1pct, "gamma");
    check_near(total->vega_point, runs[0].vega_point + runs[1].vega_point, "vega");
    check_near(total->theta_day, runs[0].theta_day + runs[1].theta_day, "theta");
    check_near(total->rho_bp, runs[0].rho_bp + runs[1].rho_bp, "rho");
    check_near(total->delta, runs[0].delta + runs[1].delta, "delta");
}

static void test_collateral(void **state)
{
    world *w = *state;
    declared(w);
    w->collateral[BTC].haircut = 0.1;
    world_balance(w, BTC, 2);
    world_balance(w, USD, 50);
    hpm_breakdown breakdown = run(w);
    check_near(breakdown.collateral_value[0], 200, "value");
    check_near(breakdown.collateral_haircut[0], 20, "haircut");
    check_near(breakdown.collateral_value[1], 50, "value");
    check_near(breakdown.collateral_haircut[1], 0, "haircut");
}

/* ---- Whole -------------------------------------------------------------------------------- */

static void every_kind(world *w)
{
    static char all[][HPM_RULE_NAME_SIZE] = {"joint", "naked", "haircut", "roll", "size", "fees"};
    world_grid(w, "grid", prices, 2, vols, 1);
    strcpy(world_component(w, "joint", HPM_COMPONENT_JOINT_GRID)->rule.joint.set, "grid");
    world_component(w, "naked", HPM_COMPONENT_NAKED_SHORT)->rule.naked.option = 0.0137;
    world_component(w, "haircut", HPM_COMPONENT_HAIRCUT);
    world_component(w, "roll", HPM_COMPONENT_ROLL);
    world_component(w, "size", HPM_COMPONENT_SIZE)->rule.size =
        (hpm_rule_size){0.0111, 0.0173, 0.0007};
    world_component(w, "fees", HPM_COMPONENT_CLOSE_OUT)->rule.close_out.future_fee = 1.0 / 3000;
    world_combine(w, "all", HPM_COMPONENT_SUM, all, 6);
    strcpy(w->rulebook.maintenance, "joint");
    w->collateral[BTC].haircut = 1.0 / 7;
    w->underlyings[BTC].basis_minimum = 1.0 / 70;
    for (uint32_t i = 0; i < INSTRUMENTS; i++)
        world_hold(w, i, i % 3 == 0 ? 1.1 : -0.7);
    world_balance(w, BTC, 2.123);
}

/* The margin inside is the one that evaluation gives, bit for bit; lines of a book of everything.
 */
static void test_margin_is_the_same(void **state)
{
    world *w = *state;
    hpm_margin margin;
    hpm_error error = {0};
    every_kind(w);
    hpm_breakdown breakdown = run(w);
    check_ok(hpm_margin_evaluate(&margin, &w->arena, &w->array, &w->portfolio, &w->totals, &error),
             &error);
    assert_memory_equal(&margin, &breakdown.margin, sizeof margin);
    assert_ptr_equal(breakdown.array, &w->array);
    check_sums(&breakdown);
}

static void test_empty(void **state)
{
    world *w = *state;
    declared(w);
    hpm_breakdown breakdown = run(w);
    assert_int_equal(breakdown.line_count, 0);
    assert_int_equal(breakdown.underlying_count, 0);
    assert_int_equal(breakdown.margin.initial.e8, 0);
    assert_true(breakdown.greeks_total.delta == 0);
}

static void test_memory(void **state)
{
    world *w = *state;
    hpm_breakdown breakdown;
    hpm_error error = {0};
    every_kind(w);
    world_run(w);
    size_t size = hpm_breakdown_size(&w->array, w->account);
    hpm_arena exact = {w->arena.base + w->arena.used, size, 0};
    check_ok(hpm_margin_breakdown(&breakdown, &exact, &w->array, &w->portfolio, &w->totals, &error),
             &error);
    exact = (hpm_arena){w->arena.base + w->arena.used, size - HPM_ALIGNMENT, 0};
    check_error(
        hpm_margin_breakdown(&breakdown, &exact, &w->array, &w->portfolio, &w->totals, &error),
        &error, HPM_E_MEMORY, "breakdown", "the arena is too small");
}

/* A line's value that is too large for money is refused although the equity is not. */
static void test_value_of_a_line(void **state)
{
    world *w = *state;
    hpm_breakdown breakdown;
    hpm_error error = {0};
    declared(w);
    w->market.asset_price[SOL].value = 2;
    world_hold(w, S_PERP, 0)->funding.e8 = e8_of(-9e10);
    world_balance(w, SOL, 6e10);
    world_run(w);
    check_error(
        hpm_margin_breakdown(&breakdown, &w->arena, &w->array, &w->portfolio, &w->totals, &error),
        &error, HPM_E_OVERFLOW, "value of a line", "number too large (1.2e+11)");
}

/* Lines that offset each other may be too large where their sum is not: 6e9 contracts that
 * lose 20 each against 6e9 that gain it. */
static void test_share_of_a_line(void **state)
{
    world *w = *state;
    hpm_breakdown breakdown;
    hpm_error error = {0};
    world_grid(w, "grid", prices, 2, vols, 1);
    strcpy(world_component(w, "worst", HPM_COMPONENT_WORST_SCENARIO)->rule.worst.set, "grid");
    world_hold(w, B_PERP, 6e9);
    world_hold(w, B_FUTURE, -6e9);
    world_hold(w, B_PERP_UST, 1);
    world_run(w);
    check_error(
        hpm_margin_breakdown(&breakdown, &w->arena, &w->array, &w->portfolio, &w->totals, &error),
        &error, HPM_E_OVERFLOW, "contributions", "a line's share is too large (1.2e+11)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_remainder),
        WORLD_TEST(test_several_charges),
        WORLD_TEST(test_weights),
        WORLD_TEST(test_lines),
        WORLD_TEST(test_scenarios),
        WORLD_TEST(test_where_underlyings_stand),
        WORLD_TEST(test_where_each_stands),
        WORLD_TEST(test_greeks),
        WORLD_TEST(test_greeks_of_options),
        WORLD_TEST(test_collateral),
        WORLD_TEST(test_margin_is_the_same),
        WORLD_TEST(test_empty),
        WORLD_TEST(test_memory),
        WORLD_TEST(test_value_of_a_line),
        WORLD_TEST(test_share_of_a_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
