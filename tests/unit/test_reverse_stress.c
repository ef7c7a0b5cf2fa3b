/* Tests of src/assess/reverse_stress.c: linear books in closed form, curved ones against a dense
 * scan, and what cannot be found. */
#include "desk_world.h"
#include "hpm/stress.h"

static double prices[] = {-0.1, 0, 0.1}, vols[] = {-0.2, 0, 0.4};

typedef struct reversed {
    world *w;
    hpm_desk desk;
    hpm_reverse reverse;
} reversed;

static int setup(void **state)
{
    reversed *r = fixture_take(1, sizeof *r);
    r->w = world_new();
    *state = r;
    return 0;
}

static int teardown(void **state)
{
    reversed *r = *state;
    world_free(r->w);
    free(r);
    return 0;
}

#define REVERSE_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

static void run(reversed *r, hpm_reverse_target target, uint32_t step)
{
    hpm_reverse *reverse = &r->reverse;
    hpm_error error = {0};
    check_ok(hpm_reverse_init(reverse, &r->w->arena, &r->desk, r->w->account, target, &error),
             &error);
    while (reverse->ray < reverse->ray_count)
        check_ok(hpm_reverse_step(reverse, step, &error), &error);
    assert_ptr_equal(r->desk.array.market, r->desk.base);
}

/* Equity (less the target) at a point, from the desk. */
static double left_at(reversed *r, const hpm_reverse_point *point)
{
    const hpm_reverse *reverse = &r->reverse;
    double price[ASSETS], ratio[ASSETS], add[ASSETS];
    hpm_margin margin;
    hpm_error error = {0};
    for (uint32_t a = 0; a < ASSETS; a++)
        price[a] = ratio[a] = 1, add[a] = 0;
    for (uint32_t c = 0; c < reverse->coin_count; c++) {
        double vol = hpm_reverse_vol_move(reverse, point, c);
        price[reverse->coins[c]] += hpm_reverse_price_move(reverse, point, c);
        if (reverse->vol_points)
            add[reverse->coins[c]] = vol;
        else
            ratio[reverse->coins[c]] += vol;
    }
    const hpm_market_move move = {.price_ratio = price, .vol_ratio = ratio, .vol_add = add};
    check_ok(hpm_desk_move(&r->desk, &move, &error), &error);
    check_ok(hpm_desk_margin(&r->desk, &margin, r->w->account, &error), &error);
    check_ok(hpm_desk_move(&r->desk, NULL, &error), &error);
    return margin.equity_real -
           (reverse->target == HPM_REVERSE_EQUITY ? 0 : margin.maintenance_real);
}

/* The best point meets the target and the same way a little less far does not. */
static void check_best(reversed *r)
{
    const hpm_reverse_find *best = &r->reverse.best;
    hpm_reverse_point inside = best->point;
    assert_true(best->found);
    check_near(best->point.norm * best->point.norm,
               best->point.price * best->point.price + best->point.vol * best->point.vol, "norm");
    assert_true(left_at(r, &best->point) < 1e-7 && left_at(r, &best->point) > -1e-6);
    inside.price *= 1 - 1e-6;
    inside.vol *= 1 - 1e-6;
    assert_true(left_at(r, &inside) > 0);
    double least = r->reverse.target == HPM_REVERSE_EQUITY ? 0 : r->reverse.after.maintenance_real;
    assert_true(fabs(r->reverse.after.equity_real - least) < 1e-6);
}

static void check_axis(const reversed *r, uint32_t pattern, hpm_reverse_axis axis, double move)
{
    const hpm_reverse_find *find = &r->reverse.axes[pattern][axis];
    uint32_t coin = 0;
    assert_true(find->searched);
    if (isnan(move)) {
        assert_false(find->found);
        return;
    }
    while (r->reverse.patterns[pattern].sign[coin] == 0)
        coin++;
    assert_true(find->found);
    check_near(hpm_reverse_price_move(&r->reverse, &find->point, coin), move, "axis");
}

/* ---- In closed form ----------------------------------------------------------------------- */

/* Two perpetuals at 100 and 50 of cash: 50 + 200 m = 0 at m = -25 %, which is 2.5 ranges of 10 %.
 * To maintenance: 50 + 200 m = 2 * 100 * (1 + m) * 10 % at m = -1/6. Volatilities do not matter,
 * and no rise exhausts it. */
static void test_linear(void **state)
{
    reversed *r = *state;
    world_price_grid(r->w, prices, 3);
    world_hold(r->w, B_PERP, 2);
    world_balance(r->w, USD, 50);
    world_desk(r->w, &r->desk);
    for (uint32_t step = 1; step < 100; step += 30) {
        run(r, HPM_REVERSE_EQUITY, step);
        check_best(r);
        check_near(r->reverse.best.point.norm, 2.5, "norm");
        check_near(r->reverse.best.point.price, -2.5, "price");
        assert_true(r->reverse.best.point.vol == 0);
        assert_int_equal(r->reverse.pattern_count, 1);
        check_axis(r, 0, HPM_REVERSE_PRICE_DOWN, -0.25);
        check_axis(r, 0, HPM_REVERSE_PRICE_UP, NAN);
        check_axis(r, 0, HPM_REVERSE_VOL_UP, NAN);
        check_axis(r, 0, HPM_REVERSE_VOL_DOWN, NAN);
    }
    run(r, HPM_REVERSE_MAINTENANCE, 7);
    check_best(r);
    check_axis(r, 0, HPM_REVERSE_PRICE_DOWN, -1.0 / 6);
    check_near(r->reverse.best.point.norm, 10.0 / 6, "norm");
}

/* Long a BTC at 100, short ten ETH at 10, 30 of cash, ranges of 10 % and 20 %. Together the shorts
 * win on the way down: -10x + 20x, so only a rise of x = 3 ranges hurts. One against the other
 * loses 30x: x = 1, BTC down. Alone: BTC x = 3, ETH x = 1.5. */
static void test_two_coins(void **state)
{
    reversed *r = *state;
    world_price_grid(r->w, prices, 3);
    r->w->underlyings[ETH].price_range = 0.2;
    world_hold(r->w, B_PERP, 1);
    world_hold(r->w, E_PERP, -10);
    world_balance(r->w, USD, 30);
    world_desk(r->w, &r->desk);
    run(r, HPM_REVERSE_EQUITY, 9);
    check_best(r);
    const hpm_reverse *reverse = &r->reverse;
    assert_int_equal(reverse->coin_count, 2);
    assert_int_equal(reverse->pattern_count, 4);
    assert_int_equal(reverse->patterns[0].kind, HPM_REVERSE_TOGETHER);
    check_axis(r, 0, HPM_REVERSE_PRICE_DOWN, NAN);
    check_axis(r, 0, HPM_REVERSE_PRICE_UP, 0.3);
    check_axis(r, 1, HPM_REVERSE_PRICE_DOWN, -0.3); /* BTC alone */
    check_axis(r, 1, HPM_REVERSE_PRICE_UP, NAN);
    check_axis(r, 2, HPM_REVERSE_PRICE_DOWN, NAN); /* ETH alone */
    check_axis(r, 2, HPM_REVERSE_PRICE_UP, 0.3);
    check_axis(r, 3, HPM_REVERSE_PRICE_DOWN, -0.1);
    assert_int_equal(reverse->patterns[reverse->best.point.pattern].kind, HPM_REVERSE_AGAINST);
    check_near(reverse->best.point.norm, 1, "norm");
    check_near(hpm_reverse_price_move(reverse, &reverse->best.point, 0), -0.1, "BTC");
    check_near(hpm_reverse_price_move(reverse, &reverse->best.point, 1), 0.2, "ETH");
    assert_false(reverse->axes[3][HPM_REVERSE_VOL_UP].searched);
}

/* Four coins, two of them short: only the adverse pattern moves each against the account. Each is
 * 100 of value with a range of 10 %: 40x lost, 20 of cash: x = 0.5. */
static void test_adverse(void **state)
{
    reversed *r = *state;
    world_price_grid(r->w, prices, 3);
    world_hold(r->w, B_PERP, 1);
    world_hold(r->w, E_PERP, -10);
    world_hold(r->w, S_PERP, 100);
    double borrowed = 100 / world_prices[STE];
    world_balance(r->w, STE, -borrowed);
    world_balance(r->w, USD, 120);
    world_desk(r->w, &r->desk);
    run(r, HPM_REVERSE_EQUITY, 1000);
    check_best(r);
    const hpm_reverse *reverse = &r->reverse;
    const hpm_reverse_pattern *pattern = &reverse->patterns[reverse->best.point.pattern];
    assert_int_equal(pattern->kind, HPM_REVERSE_ADVERSE);
    check_near(reverse->best.point.norm, 0.5, "norm");
    const double wanted[] = {-0.05, 0.05, -0.05, 0.05};
    for (uint32_t c = 0; c < 4; c++)
        check_near(hpm_reverse_price_move(reverse, &reverse->best.point, c), wanted[c], "move");
}

/* A call of strike 100 without volatility, sold: nothing is lost down to zero; up, 30 of cash last
 * to 130. */
static void test_kink(void **state)
{
    reversed *r = *state;
    world_price_grid(r->w, prices, 3);
    world_hold(r->w, B_CALL_100, -1);
    world_balance(r->w, USD, 30);
    world_desk(r->w, &r->desk);
    run(r, HPM_REVERSE_EQUITY, 5);
    check_best(r);
    check_axis(r, 0, HPM_REVERSE_PRICE_UP, 0.3);
    check_axis(r, 0, HPM_REVERSE_PRICE_DOWN, NAN);
}

/* The fall is looked at as far as 99 %, exactly there too: a perpetual at 100 with 99 of cash. */
static void test_end_of_the_fall(void **state)
{
    reversed *r = *state;
    world_price_grid(r->w, prices, 3);
    world_hold(r->w, B_PERP, 1);
    world_balance(r->w, USD, 98.9999);
    world_desk(r->w, &r->desk);
    run(r, HPM_REVERSE_EQUITY, 5);
    check_axis(r, 0, HPM_REVERSE_PRICE_DOWN, -0.989999);
    r->w->balances[0].amount.e8 = 9901 * (HPM_E8 / 100);
    world_account(r->w);
    run(r, HPM_REVERSE_EQUITY, 5);
    check_axis(r, 0, HPM_REVERSE_PRICE_DOWN, NAN);
    assert_false(r->reverse.best.found);
}

/* ---- Against a dense scan ----------------------------------------------------------------- */

static void short_straddle(reversed *r, double cash)
{
    world *w = r->w;
    world_grid(w, "grid", prices, 3, vols, 3);
    hpm_component *worst = world_component(w, "worst", HPM_COMPONENT_WORST_SCENARIO);
    strcpy(worst->rule.worst.set, "grid");
    for (uint32_t i = 0; i < INSTRUMENTS; i++)
        if (w->catalog.instruments[i].kind == HPM_OPTION) w->market.vol[i].value = 0.5;
    world_hold(w, B_CALL_100, -2);
    world_hold(w, B_PUT_100, -1);
    world_balance(w, USD, cash);
    world_desk(w, &r->desk);
}

/* No point of a fine polar grid is milder by more than what the angles between directions hide. */
static void check_scan(reversed *r)
{
    const double step = r->reverse.best.point.norm / 100, pi = 3.14159265358979;
    double mildest = 1e9;
    for (int angle = 0; angle < 180; angle++)
        for (int i = 1; i <= 110 && i * step < mildest; i++) {
            double a = 2 * pi * angle / 180;
            hpm_reverse_point point = {0, i * step * cos(a), i * step * sin(a), i * step};
            if (point.vol * 0.2 < -1) continue;
            if (left_at(r, &point) <= 0) mildest = point.norm;
        }
    assert_true(mildest >= r->reverse.best.point.norm - 1e-9);
    assert_true(mildest <= r->reverse.best.point.norm + step);
}

static void test_curved(void **state)
{
    reversed *r = *state;
    short_straddle(r, 75);
    run(r, HPM_REVERSE_EQUITY, 11);
    check_best(r);
    /* Both coordinates matter: a direction between the axes is the mildest. */
    assert_true(r->reverse.best.point.price > 0.1 && r->reverse.best.point.vol > 0.1);
    check_scan(r);
    hpm_reverse first = r->reverse;
    run(r, HPM_REVERSE_EQUITY, 1); /* the same, ray by ray */
    const hpm_reverse_point *a = &first.best.point, *b = &r->reverse.best.point;
    assert_true(a->price == b->price && a->vol == b->vol && a->norm == b->norm);
    assert_memory_equal(&first.after, &r->reverse.after, sizeof first.after);
}

static void test_curved_to_maintenance(void **state)
{
    reversed *r = *state;
    short_straddle(r, 75);
    run(r, HPM_REVERSE_MAINTENANCE, 11);
    check_best(r);
    check_scan(r);
}

/* ---- Units, and nothing to find ----------------------------------------------------------- */

/* The volatility unit is the outer node of the first grid: 0.4 up and 0.2 down, relative or in
 * points; half and a quarter without one. */
static void test_units(void **state)
{
    static const struct {
        int with_vols;
        hpm_vol_unit unit;
        double up, down;
        int points;
    } rows[] = {{1, HPM_VOL_RELATIVE, 0.4, 0.2, 0},
                {1, HPM_VOL_ATM_UNITS, 0.4, 0.2, 0},
                {1, HPM_VOL_POINTS, 0.4, 0.2, 1},
                {0, HPM_VOL_POINTS, 0.5, 0.25, 0}};
    for (uint32_t i = 0; i < COUNT_OF(rows); i++) {
        reversed *r = *state;
        world_grid(r->w, "list", prices, 1, vols, 3); /* one price: no grid */
        world_grid(r->w, "grid", prices, 3, rows[i].with_vols ? vols : vols + 1,
                   rows[i].with_vols ? 3 : 1)
            ->vol_unit = rows[i].unit;
        hpm_component *worst = world_component(r->w, "worst", HPM_COMPONENT_WORST_SCENARIO);
        strcpy(worst->rule.worst.set, "grid");
        world_hold(r->w, B_PERP, 1);
        world_balance(r->w, USD, 10);
        world_desk(r->w, &r->desk);
        run(r, HPM_REVERSE_EQUITY, 100);
        const hpm_reverse_point up = {.vol = 1}, down = {.vol = -2};
        assert_int_equal(r->reverse.vol_points, rows[i].points);
        check_near(hpm_reverse_vol_move(&r->reverse, &up, 0), rows[i].up, "up");
        check_near(hpm_reverse_vol_move(&r->reverse, &down, 0), -2 * rows[i].down, "down");
        teardown(state);
        setup(state);
    }
}

static void test_nothing_to_find(void **state)
{
    reversed *r = *state;
    world_price_grid(r->w, prices, 3);
    world_balance(r->w, USD, 10);
    world_desk(r->w, &r->desk);
    run(r, HPM_REVERSE_EQUITY, 1); /* no coin */
    assert_false(r->reverse.best.found || r->reverse.met_before);
    assert_int_equal(r->reverse.ray_count, 0);
    world_hold(r->w, B_CALL_80, 1);
    world_account(r->w);
    run(r, HPM_REVERSE_EQUITY, 1); /* a long call and cash: never nothing */
    assert_false(r->reverse.best.found || r->reverse.met_before);
    assert_true(r->reverse.ray_count > 0);
    r->w->balances[0].amount.e8 = -21 * HPM_E8;
    world_account(r->w);
    run(r, HPM_REVERSE_EQUITY, 1); /* gone already: 20 of value, 21 owed */
    assert_true(r->reverse.met_before);
    assert_false(r->reverse.best.found);
}

static void test_refusals(void **state)
{
    reversed *r = *state;
    hpm_error error = {0};
    world_price_grid(r->w, prices, 3);
    world_hold(r->w, B_PERP, 1);
    world_desk(r->w, &r->desk);
    size_t size = hpm_reverse_size(&r->w->catalog);
    hpm_arena exact = {r->w->arena.base + r->w->arena.used, size, 0};
    check_ok(
        hpm_reverse_init(&r->reverse, &exact, &r->desk, r->w->account, HPM_REVERSE_EQUITY, &error),
        &error);
    exact = (hpm_arena){exact.base, size - HPM_ALIGNMENT, 0};
    check_error(
        hpm_reverse_init(&r->reverse, &exact, &r->desk, r->w->account, HPM_REVERSE_EQUITY, &error),
        &error, HPM_E_MEMORY, "reverse stress", "the arena is too small");
    r->w->market.asset_price[BTC].value = NAN;
    exact = (hpm_arena){exact.base, size, 0};
    check_error(
        hpm_reverse_init(&r->reverse, &exact, &r->desk, r->w->account, HPM_REVERSE_EQUITY, &error),
        &error, HPM_E_MISSING_PRICE, "b:perp", error.message);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        REVERSE_TEST(test_linear),
        REVERSE_TEST(test_two_coins),
        REVERSE_TEST(test_adverse),
        REVERSE_TEST(test_kink),
        REVERSE_TEST(test_end_of_the_fall),
        REVERSE_TEST(test_curved),
        REVERSE_TEST(test_curved_to_maintenance),
        REVERSE_TEST(test_units),
        REVERSE_TEST(test_nothing_to_find),
        REVERSE_TEST(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
