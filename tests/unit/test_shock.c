/* Tests of src/risk/shock.c: what each scenario does to each expiry, by hand. */
#include "risk/shock.h"
#include "small_world.h"

static size_t cell(const world *w, uint32_t expiry, uint32_t column)
{
    return (size_t)expiry * w->array.shocks->width + column;
}

static double forward_in(const world *w, uint32_t expiry, uint32_t column)
{
    return w->array.shocks->forward[cell(w, expiry, column)];
}

/* What a volatility of `vol` becomes, as the kernels compute it. */
static double vol_in(const world *w, uint32_t expiry, uint32_t column, double vol)
{
    size_t at = cell(w, expiry, column);
    double shocked = fma(vol, w->array.shocks->vol_mult[at], w->array.shocks->vol_add[at]);
    double least = w->array.shocks->vol_floor[at];
    return shocked > least ? shocked : least;
}

static void price_list(world *w, hpm_scenario *scenarios, uint32_t count)
{
    world_list(w, "list", scenarios, count);
    world_component(w, "haircut", HPM_COMPONENT_HAIRCUT);
    world_price(w);
}

/* ---- Prices ------------------------------------------------------------------------------- */

/* -20 % is -20 % of everybody as a ratio; 2 ranges are +20 % of BTC (10 %) and +40 % of ETH. */
static void test_price_units(void **state)
{
    static double ratio[] = {-0.2}, ranges[] = {2}, flat[] = {0};
    world *w = *state;
    world_grid(w, "ratio", ratio, 1, flat, 1);
    world_grid(w, "range", ranges, 1, flat, 1)->price_unit = HPM_PRICE_RANGE;
    w->underlyings[ETH].price_range = 0.2;
    world_component(w, "haircut", HPM_COMPONENT_HAIRCUT);
    world_price(w);
    check_near(forward_in(w, BTC_NEAR, 0), 80, "BTC by ratio");
    check_near(forward_in(w, ETH_NEAR, 0), 8, "ETH by ratio");
    check_near(forward_in(w, BTC_FAR, 1), 120, "BTC by ranges");
    check_near(forward_in(w, ETH_NEAR, 1), 14, "ETH by ranges");
    check_near(w->array.price_move[ETH * w->array.extra + 1], 0.4, "move of ETH");
    check_near(w->array.price_move[USD * w->array.extra + 0], -0.2,
               "move of an asset that has none");
}

/* BTC steps 1, 2, 10 %, ETH 5, 10, 20 %: the second step down, half-way from the second to the
 * third, and six steps, twice the third. The place of a move is its inverse. */
static void test_price_steps(void **state)
{
    static double places[] = {-2, 2.5, 6}, flat[] = {0}, btc[] = {0.01, 0.02, 0.1},
                  eth[] = {0.05, 0.1, 0.2};
    static const double of_btc[] = {98, 106, 120}, of_eth[] = {9, 11.5, 14};
    world *w = *state;
    for (int a = 0; a <= ASSETS; a++)
        w->underlyings[a].price_steps = (hpm_list){eth, 3};
    w->underlyings[BTC].price_steps = (hpm_list){btc, 3};
    world_grid(w, "steps", places, 3, flat, 1)->price_unit = HPM_PRICE_STEPS;
    world_component(w, "haircut", HPM_COMPONENT_HAIRCUT);
    world_price(w);
    for (uint32_t i = 0; i < 3; i++) {
        double move = w->array.price_move[BTC * w->array.extra + i];
        check_near(forward_in(w, BTC_NEAR, i), of_btc[i], "BTC");
        check_near(forward_in(w, ETH_NEAR, i), of_eth[i], "ETH");
        check_near(hpm_rulebook_price_node(HPM_PRICE_STEPS, &w->underlyings[BTC], move), places[i],
                   "place");
    }
}

static void test_columns(void **state)
{
    static hpm_scenario list[] = {{.price = 0.5, .weight = 0.25}, {.basis = -2, .weight = 1}};
    static double ratio[] = {-0.2, 0.2}, flat[] = {0, 1};
    world *w = *state;
    const hpm_scenario_set *set;
    world_grid(w, "grid", ratio, 2, flat, 2);
    price_list(w, list, 2);
    assert_int_equal(w->array.scenario_count, 6);
    assert_int_equal(w->array.extra, 8);
    static const double moves[] = {-0.2, -0.2, 0.2, 0.2, 0.5, 0};
    static const double weights[] = {1, 1, 1, 1, 0.25, 1}, basis[] = {0, 0, 0, 0, 0, -2};
    for (uint32_t c = 0; c < 6; c++) {
        assert_true(w->array.price_move[BTC * w->array.extra + c] == moves[c]);
        assert_true(w->array.weight[c] == weights[c]);
        assert_true(w->array.shocks->scenario[c].basis == basis[c]);
        hpm_scenario scenario = hpm_scenario_of_column(&w->rulebook, c, &set);
        assert_ptr_equal(set, &w->sets[c >= 4]);
        assert_true(scenario.price == moves[c] && scenario.weight == weights[c]);
    }
}

/* F * (1 + m) * (1 + basis * b): b of a year at a = ln 2 is 1, of 0.2 years 2^0.2 - 1, never below
 * the minimum of 0.2. */
static void test_basis(void **state)
{
    static hpm_scenario list[] = {{.basis = 1, .weight = 1},
                                  {.basis = -0.5, .weight = 1},
                                  {.price = 0.1, .basis = 1, .weight = 1}};
    world *w = *state;
    w->underlyings[BTC].basis_annual = 0.69314718055994531;
    w->underlyings[BTC].basis_minimum = 0.2;
    price_list(w, list, 3);
    check_near(w->array.shocks->basis_move[BTC_FAR], 1, "a year");
    check_near(w->array.shocks->basis_move[BTC_NEAR], 0.2, "the minimum");
    check_near(w->array.shocks->basis_move[ETH_NEAR], 0, "none");
    check_near(forward_in(w, BTC_FAR, 0), 200, "a year up");
    check_near(forward_in(w, BTC_FAR, 1), 50, "a year down");
    check_near(forward_in(w, BTC_NEAR, 1), 90, "the minimum down");
    check_near(forward_in(w, BTC_NEAR, 2), 100 * 1.1 * 1.2, "price and basis");
    check_near(forward_in(w, ETH_NEAR, 2), 11, "price alone");
}

static void test_basis_move(void **state)
{
    const hpm_underlying_rule rule = {.basis_annual = 0.69314718055994531, .basis_minimum = 0.2};
    (void)state;
    check_near(hpm_basis_move(&rule, 2), 3, "two years");
    check_near(hpm_basis_move(&rule, 0), 0.2, "no time");
    check_near(hpm_basis_move(&rule, 0.2), 0.2, "below the minimum");
    check_near(hpm_basis_move(&rule, 0.3), pow(2, 0.3) - 1, "above it");
}

/* Of a settlement average a quarter stands at 80 and three quarters of 100 move: -20 % gives
 * 20 + 0.75 * 80 = 80; unshocked 95. Wholly observed, nothing moves. */
static void test_settlement_average(void **state)
{
    static hpm_scenario list[] = {{.price = -0.2, .weight = 1}, {.basis = 1, .weight = 1}};
    world *w = *state;
    w->underlyings[BTC].basis_minimum = 0.1;
    w->market.curve[BTC_NEAR].observed_share = 0.25;
    w->market.curve[BTC_NEAR].observed_price = 80;
    w->market.curve[BTC_FAR].observed_share = 1;
    w->market.curve[BTC_FAR].observed_price = 70;
    price_list(w, list, 2);
    check_near(w->array.shocks->base_forward[BTC_NEAR], 95, "unshocked");
    check_near(forward_in(w, BTC_NEAR, 0), 80, "price");
    check_near(forward_in(w, BTC_NEAR, 1), 20 + 75 * 1.1, "basis");
    check_near(w->array.shocks->base_forward[BTC_FAR], 70, "unshocked");
    check_near(forward_in(w, BTC_FAR, 0), 70, "all observed");
}

/* Where contracts fade, all of the 95 moves. */
static void test_no_part_stands_still(void **state)
{
    static hpm_scenario list[] = {{.price = -0.2, .weight = 1}};
    world *w = *state;
    w->rulebook.fade_s = 1800;
    w->market.curve[BTC_NEAR].observed_share = 0.25;
    w->market.curve[BTC_NEAR].observed_price = 80;
    price_list(w, list, 1);
    check_near(w->array.shocks->base_forward[BTC_NEAR], 95, "unshocked");
    check_near(forward_in(w, BTC_NEAR, 0), 76, "price");
}

static void test_fade(void **state)
{
    world *w = *state;
    w->rulebook.fade_s = 1800;
    check_near(hpm_fade_of(&w->rulebook, 900.0 / 31536000), 0.5, "a quarter of an hour");
    check_near(hpm_fade_of(&w->rulebook, 1800.0 / 31536000), 1, "half an hour");
    check_near(hpm_fade_of(&w->rulebook, 0), 0, "the end");
    w->rulebook.fade_s = 0;
    check_near(hpm_fade_of(&w->rulebook, 0), 1, "no fade");
}

/* ---- Volatility --------------------------------------------------------------------------- */

static hpm_scenario vol_shocks[] = {
    {.vol = 0.5, .weight = 1}, {.vol = -0.5, .weight = 1}, {.vol = -3, .weight = 1}, {.weight = 1}};

static void price_vols(world *w, hpm_vol_unit unit)
{
    world_list(w, "list", vol_shocks, 4)->vol_unit = unit;
    w->sets[0].vol_minimum_up = 0.7;
    world_component(w, "haircut", HPM_COMPONENT_HAIRCUT);
    w->market.vol[B_CALL_100].value = 0.4; /* at the money: sigma_ATM */
    world_price(w);
}

/* Relative: 0.8 * 1.5, 0.8 * 0.5, never below 0. The minimum of 0.7 is after upward shocks only. */
static void test_relative(void **state)
{
    world *w = *state;
    price_vols(w, HPM_VOL_RELATIVE);
    check_near(vol_in(w, BTC_NEAR, 0, 0.8), 1.2, "up");
    check_near(vol_in(w, BTC_NEAR, 0, 0.4), 0.7, "up to the minimum");
    check_near(vol_in(w, BTC_NEAR, 1, 0.8), 0.4, "down, below the minimum");
    check_near(vol_in(w, BTC_NEAR, 2, 0.8), 0, "down to nothing");
    check_near(vol_in(w, BTC_NEAR, 3, 0.3), 0.3, "no shock");
}

/* Points: 0.8 + 0.5, 0.8 - 0.5, never below 0. */
static void test_points(void **state)
{
    world *w = *state;
    price_vols(w, HPM_VOL_POINTS);
    check_near(vol_in(w, BTC_NEAR, 0, 0.8), 1.3, "up");
    check_near(vol_in(w, BTC_NEAR, 0, 0.1), 0.7, "up to the minimum");
    check_near(vol_in(w, BTC_NEAR, 1, 0.8), 0.3, "down");
    check_near(vol_in(w, BTC_NEAR, 2, 0.8), 0, "down to nothing");
    check_near(vol_in(w, BTC_NEAR, 3, 0.3), 0.3, "no shock");
}

/* Units of the at-the-money volatility of 0.4: 0.8 + 0.2, 0.8 - 0.2, 0.8 - 1.2. */
static void test_atm_units(void **state)
{
    world *w = *state;
    price_vols(w, HPM_VOL_ATM_UNITS);
    check_near(vol_in(w, BTC_NEAR, 0, 0.8), 1, "up");
    check_near(vol_in(w, BTC_NEAR, 0, 0.1), 0.7, "up to the minimum");
    check_near(vol_in(w, BTC_NEAR, 1, 0.8), 0.6, "down");
    check_near(vol_in(w, BTC_NEAR, 2, 0.8), 0, "down to nothing");
    check_near(vol_in(w, BTC_NEAR, 3, 0.3), 0.3, "no shock");
}

/* 73 days with the long power of 0.5: (30/73)^0.5; 365 days: (30/365)^0.5. */
static void test_term_factor(void **state)
{
    world *w = *state;
    world_list(w, "list", vol_shocks, 4)->vol_power_long = 0.5;
    w->sets[0].vol_power_short = 2;
    world_component(w, "haircut", HPM_COMPONENT_HAIRCUT);
    world_price(w);
    check_near(vol_in(w, BTC_NEAR, 0, 1), 1 + 0.5 * sqrt(30.0 / 73), "73 days");
    check_near(vol_in(w, BTC_FAR, 1, 1), 1 - 0.5 * sqrt(30.0 / 365), "365 days");
}

/* At exactly 30 days to the expiry the factor is 1 for either power, a week away the short power
 * speaks: (30/7)^2. */
static void test_short_term(void **state)
{
    static const int days[] = {30, 7};
    static const double factors[] = {1, 900.0 / 49};
    for (int i = 0; i < 2; i++) {
        world *w = world_again(state);
        world_list(w, "list", vol_shocks, 4)->vol_power_long = 0.5;
        w->sets[0].vol_power_short = 2;
        world_component(w, "haircut", HPM_COMPONENT_HAIRCUT);
        w->market.now_ns = NEAR_NS - days[i] * HPM_DAY_NS;
        world_price(w);
        check_near(vol_in(w, BTC_NEAR, 0, 1), 1 + 0.5 * factors[i], "relative");
    }
}

/* ---- Time --------------------------------------------------------------------------------- */

/* 41 of 73 days pass: 32 are left; 73 and more leave nothing. The rate counts if the rulebook
 * discounts. */
static void test_time(void **state)
{
    static hpm_scenario list[] = {{.time_days = 41, .weight = 1},
                                  {.time_days = 73, .weight = 1},
                                  {.time_days = 200, .weight = 1},
                                  {.weight = 1}};
    world *w = *state;
    w->rulebook.discount_at_rate = 1;
    w->market.curve[BTC_NEAR].rate_annual = 0.5;
    price_list(w, list, 4);
    static const double left[] = {32, 0, 0, 73};
    for (uint32_t c = 0; c < 4; c++) {
        size_t at = cell(w, BTC_NEAR, c);
        double tau = left[c] / 365;
        assert_true(fabs(w->array.shocks->sqrt_tau[at] - sqrt(tau)) < 1e-7);
        check_near(w->array.shocks->discount[at], exp(-0.5 * tau), "discount");
    }
    assert_true(w->array.shocks->sqrt_tau[cell(w, BTC_NEAR, 2)] == 0);
    assert_true(w->array.shocks->discount[cell(w, BTC_FAR, 0)] == 1);
}

static void test_no_discount(void **state)
{
    static hpm_scenario list[] = {{.time_days = 41, .weight = 1}};
    world *w = *state;
    w->market.curve[BTC_NEAR].rate_annual = 0.5;
    price_list(w, list, 1);
    assert_true(w->array.shocks->base_discount[BTC_NEAR] == 1);
    assert_true(w->array.shocks->discount[cell(w, BTC_NEAR, 0)] == 1);
}

/* Columns after the scenarios are as if nothing happened. */
static void test_padding(void **state)
{
    static hpm_scenario list[] = {{0.5, 0.5, 1, 5, 0.5, 0, 0}};
    world *w = *state;
    price_list(w, list, 1);
    for (uint32_t c = 1; c < w->array.shocks->width; c++) {
        size_t at = cell(w, BTC_FAR, c);
        const hpm_shock_table *table = w->array.shocks;
        assert_true(table->forward[at] == 100 && table->vol_mult[at] == 1);
        assert_true(table->vol_add[at] == 0 && table->vol_floor[at] == 0);
        assert_true(table->sqrt_tau[at] == 1 && table->discount[at] == 1);
    }
}

static void test_memory(void **state)
{
    world *w = *state;
    size_t used = w->arena.used;
    assert_non_null(hpm_shock_table_new(&w->arena, &w->catalog, 16));
    assert_int_equal(w->arena.used - used, hpm_shock_table_size(&w->catalog, 16));
    for (size_t less = HPM_ALIGNMENT; less <= w->arena.used - used; less += HPM_ALIGNMENT) {
        hpm_arena small = {w->arena.base, hpm_shock_table_size(&w->catalog, 16) - less, 0};
        assert_null(hpm_shock_table_new(&small, &w->catalog, 16));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_price_units),
        WORLD_TEST(test_price_steps),
        WORLD_TEST(test_columns),
        WORLD_TEST(test_basis),
        cmocka_unit_test(test_basis_move),
        WORLD_TEST(test_settlement_average),
        WORLD_TEST(test_relative),
        WORLD_TEST(test_points),
        WORLD_TEST(test_atm_units),
        WORLD_TEST(test_term_factor),
        WORLD_TEST(test_short_term),
        WORLD_TEST(test_time),
        WORLD_TEST(test_no_discount),
        WORLD_TEST(test_padding),
        WORLD_TEST(test_no_part_stands_still),
        WORLD_TEST(test_fade),
        WORLD_TEST(test_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
