/* Tests of src/assess/liquidation.c: liquidation prices in closed form, with one crossing, two and
 * none, joint moves and volatilities, and the figures at the answer computed from scratch. */
#include "limit_fixture.h"
#include "math/elementary.h"
#include "price/black76.h"

static hpm_limit_liquidation find(fixed *f, hpm_liquidation_move move, uint32_t underlying,
                                  int direction)
{
    hpm_limit_liquidation out;
    hpm_error error = {0};
    check_ok(hpm_limits_liquidation(&f->limits, &out, move, underlying, direction, &error), &error);
    assert_true(out.move == move && out.direction == direction);
    assert_true(f->desk.array.market == &f->w->market);
    return out;
}

/* The margin in a market that is moved by hand, on an array of its own. */
static hpm_margin margin_at(fixed *f, const hpm_market_move *move)
{
    world *w = f->w;
    hpm_arena *arena = &w->arena;
    const size_t used = arena->used;
    hpm_market moved;
    hpm_desk desk;
    hpm_margin margin;
    hpm_error error = {0};
    check_ok(hpm_market_moved_begin(&moved, arena, &w->market, &error), &error);
    check_ok(hpm_market_moved(&moved, &w->market, move, &error), &error);
    check_ok(hpm_desk_init(&desk, arena, &w->context, &moved, &w->rulebook, &error), &error);
    hpm_desk_work(&desk, &f->work);
    check_ok(hpm_desk_margin(&desk, &margin, w->account, &error), &error);
    arena->used = used;
    return margin;
}

static void check_here(fixed *f, const hpm_limit_liquidation *out, double place,
                       const hpm_limit_point *point)
{
    double ratio[ASSETS], add[ASSETS] = {0};
    for (uint32_t a = 0; a < ASSETS; a++) {
        ratio[a] = hpm_limits_price_ratio(&f->limits, out, place, a);
        if (out->move == HPM_LIQUIDATION_VOL) add[a] = place;
    }
    hpm_margin margin = margin_at(f, &(hpm_market_move){.price_ratio = ratio, .vol_add = add});
    assert_int_equal(point->status, HPM_OK);
    assert_int_equal(point->equity.e8, margin.equity.e8);
    assert_int_equal(point->requirement.e8, margin.maintenance.e8);
}

/* Found at this place, with its figures, and beside it a place that holds. Positions need an entry
 * price: the markets are moved by hand. */
static void check_found(fixed *f, const hpm_limit_liquidation *out, double place)
{
    assert_int_equal(out->kind, HPM_LIMIT_FOUND);
    if (!(fabs(out->place - place) <= 2e-9 * place))
        fail_msg("at %.12g instead of %.12g", out->place, place);
    assert_true(fabs(out->place - out->place_before) <= HPM_LIMIT_TOLERANCE * out->place);
    assert_true((out->place > out->place_before) == (out->direction > 0));
    check_here(f, out, out->place, &out->at);
    check_here(f, out, out->place_before, &out->before);
    assert_true(!passes(&out->at) && passes(&out->before));
}

static void check_none(fixed *f, const hpm_limit_liquidation *out, double searched)
{
    assert_int_equal(out->kind, HPM_LIMIT_BOUNDLESS);
    assert_true(out->searched == searched);
    check_here(f, out, searched, &out->before);
}

/* ---- Prices ------------------------------------------------------------------------------- */

/* 10 perpetuals from 100 on 200 of cash: 200 + 10 (P - 100) = 10 P/8 at 800/8.75. */
static void test_long_future(void **state)
{
    fixed *f = *state;
    world_balance(f->w, USD, 200);
    world_hold(f->w, B_PERP, 10)->entry_price = 100;
    fixed_init(f);
    hpm_limit_liquidation down = find(f, HPM_LIQUIDATION_PRICE, BTC, -1);
    check_found(f, &down, 8 / 8.75);
    hpm_limit_liquidation up = find(f, HPM_LIQUIDATION_PRICE, BTC, 1);
    check_none(f, &up, HPM_LIMIT_RISE_RATIO);
    hpm_limit_liquidation again = find(f, HPM_LIQUIDATION_PRICE, BTC, -1);
    assert_true(again.place == down.place && again.place_before == down.place_before);
}

/* Sold: 400 - 10 (P - 100) = 10 P/8 at 1400/11.25. */
static void test_short_future(void **state)
{
    fixed *f = *state;
    world_balance(f->w, USD, 400);
    world_hold(f->w, B_PERP, -10)->entry_price = 100;
    fixed_init(f);
    hpm_limit_liquidation up = find(f, HPM_LIQUIDATION_PRICE, BTC, 1);
    check_found(f, &up, 14 / 11.25);
    hpm_limit_liquidation down = find(f, HPM_LIQUIDATION_PRICE, BTC, -1);
    check_none(f, &down, HPM_LIMIT_FALL_RATIO);
}

/* Settled to the mark: as if entered at it. */
static void test_settled_future(void **state)
{
    fixed *f = *state;
    world_balance(f->w, USD, 200);
    world_hold(f->w, B_PERP, 10);
    fixed_init(f);
    double settled = find(f, HPM_LIQUIDATION_PRICE, BTC, -1).place;
    f = fixed_again(state);
    world_balance(f->w, USD, 200);
    world_hold(f->w, B_PERP, 10)->entry_price = 100;
    fixed_init(f);
    assert_true(find(f, HPM_LIQUIDATION_PRICE, BTC, -1).place == settled);
}

/* 1000 USD of inverse perpetuals from 100 on 6 coins: 6 + 1000/100 - 1000/P coins at P are worth
 * 16 P - 1000. A fall of a quarter loses 4 P, and 7/8 of 16 P is 1000 where half of that is all
 * that is left. */
static void test_inverse_future(void **state)
{
    fixed *f = *state;
    world_balance(f->w, BTC, 6);
    world_hold(f->w, B_COIN_PERP, 100)->entry_price = 100;
    fixed_init(f);
    hpm_limit_liquidation down = find(f, HPM_LIQUIDATION_PRICE, BTC, -1);
    check_found(f, &down, 10.0 / 16 / 0.875);
    hpm_limit_liquidation up = find(f, HPM_LIQUIDATION_PRICE, BTC, 1);
    check_none(f, &up, HPM_LIMIT_RISE_RATIO);
}

/* A call and a put at 100 sold, without volatility: 20 - |P - 100| against an eighth of P. Up at
 * 120/1.125, down at 80/0.875. */
static void test_straddle(void **state)
{
    fixed *f = *state;
    world_balance(f->w, USD, 20);
    world_hold(f->w, B_CALL_100, -1);
    world_hold(f->w, B_PUT_100, -1);
    fixed_init(f);
    hpm_limit_liquidation up = find(f, HPM_LIQUIDATION_PRICE, BTC, 1);
    check_found(f, &up, 1.2 / 1.125);
    hpm_limit_liquidation down = find(f, HPM_LIQUIDATION_PRICE, BTC, -1);
    check_found(f, &down, 0.8 / 0.875);
}

/* A put at 100 sold, two calls at 80 and two perpetuals sold against them: worth P - 60 between 80
 * and 100, 100 - P below. On 22 that are owed equity is gone at 82, where a fall loses nothing, and
 * maintained again below 78/1.125: the nearest is reported. */
static void test_nearest(void **state)
{
    fixed *f = *state;
    world_balance(f->w, USD, -22);
    world_hold(f->w, B_PUT_100, -1);
    world_hold(f->w, B_CALL_80, 2);
    world_hold(f->w, B_PERP, -2)->entry_price = 100;
    fixed_init(f);
    hpm_limit_liquidation down = find(f, HPM_LIQUIDATION_PRICE, BTC, -1);
    check_found(f, &down, 0.82);
    double below = 0.6;
    hpm_margin margin =
        margin_at(f, &(hpm_market_move){.price_ratio = (double[ASSETS]){below, 1, 1, 1, 1, 1, 1}});
    assert_true(margin.equity.e8 > margin.maintenance.e8);
}

static void test_already(void **state)
{
    fixed *f = *state;
    world_balance(f->w, USD, 100);
    world_hold(f->w, B_PERP, 10)->entry_price = 100;
    fixed_init(f);
    hpm_limit_liquidation down = find(f, HPM_LIQUIDATION_PRICE, BTC, -1);
    assert_int_equal(down.kind, HPM_LIMIT_ALREADY);
    assert_true(down.place == 1);
    check_point(&down.at, 100, 125);
}

/* ---- Several underlyings ------------------------------------------------------------------ */

/* BTC and ETH long, ETH with twice the range: at a fall of x of BTC it falls by 2 x. 1000 USD each
 * on 500 of cash: 500 - 1000 x - 2000 x = (1 - x + 1 - 2 x) 125, x = 250/2625. The place is ETH's
 * ratio. */
static void test_joint(void **state)
{
    fixed *f = *state;
    f->w->underlyings[BTC].price_range = 0.125;
    f->w->underlyings[ETH].price_range = 0.25;
    world_balance(f->w, USD, 500);
    world_hold(f->w, B_PERP, 10)->entry_price = 100;
    world_hold(f->w, E_PERP, 100)->entry_price = 10;
    fixed_init(f);
    hpm_limit_liquidation all = find(f, HPM_LIQUIDATION_PRICES, HPM_NONE, -1);
    check_found(f, &all, 1 - 2 * 250 / 2625.0);
    check_near(hpm_limits_price_ratio(&f->limits, &all, all.place, BTC), (1 + all.place) / 2,
               "BTC");
    assert_true(hpm_limits_price_ratio(&f->limits, &all, all.place, SOL) == 1);
    /* Alone: 500 - 1000 x = 125 + 125 (1 - x). */
    hpm_limit_liquidation alone = find(f, HPM_LIQUIDATION_PRICE, ETH, -1);
    check_found(f, &alone, 1 - 250 / 875.0);
    assert_true(hpm_limits_price_ratio(&f->limits, &alone, 0.5, BTC) == 1);
}

/* Collateral that follows ETH falls with it: 100 staked at 9 under 100 perpetuals from 10. */
static void test_follower(void **state)
{
    fixed *f = *state;
    strcpy(f->w->collateral[STE].follows, "ETH");
    world_balance(f->w, STE, 100);
    world_hold(f->w, E_PERP, 100)->entry_price = 10;
    fixed_init(f);
    hpm_limit_liquidation down = find(f, HPM_LIQUIDATION_PRICE, ETH, -1);
    /* 900 r + 1000 (r - 1) = 125 r */
    check_found(f, &down, 1000 / 1775.0);
    assert_true(hpm_limits_price_ratio(&f->limits, &down, 0.25, STE) == 0.25);
    assert_true(hpm_limits_price_ratio(&f->limits, &down, 0.25, UST) == 1);
}

/* ---- Volatility --------------------------------------------------------------------------- */

/* A straddle sold at 40 %. At the answer what is left of 60 of cash is half of what the straddle
 * loses up. */
static void test_volatility(void **state)
{
    fixed *f = *state;
    f->w->market.vol[B_CALL_100].value = f->w->market.vol[B_PUT_100].value = 0.4;
    world_balance(f->w, USD, 60);
    world_hold(f->w, B_CALL_100, -1);
    world_hold(f->w, B_PUT_100, -1);
    fixed_init(f);
    hpm_limit_liquidation up = find(f, HPM_LIQUIDATION_VOL, HPM_NONE, 1);
    assert_int_equal(up.kind, HPM_LIMIT_FOUND);
    double root = (0.4 + up.place) * sqrt(0.2), straddle = 2 * hpm_black76(100, 100, root, 1);
    double beyond = hpm_black76(125, 100, root, 1) + hpm_black76(125, 100, root, -1) - straddle;
    assert_true(fabs(60 - straddle - beyond / 2) < 1e-6);
    assert_true(up.place - up.place_before <= HPM_LIMIT_TOLERANCE && up.place_before < up.place);
    check_here(f, &up, up.place, &up.at);
    check_here(f, &up, up.place_before, &up.before);
    hpm_limit_liquidation down = find(f, HPM_LIQUIDATION_VOL, HPM_NONE, -1);
    check_none(f, &down, -0.4); /* there is nothing left of it */
    check_point(&down.before, 60, 12.5);
}

static void test_no_volatility(void **state)
{
    fixed *f = *state;
    world_balance(f->w, USD, 400);
    world_hold(f->w, B_PERP, 10)->entry_price = 100;
    fixed_init(f);
    assert_int_equal(f->limits.has_options, 0);
    hpm_limit_liquidation down = find(f, HPM_LIQUIDATION_VOL, HPM_NONE, -1);
    check_none(f, &down, 0);
    f = fixed_again(state);
    world_balance(f->w, USD, 4000);
    world_hold(f->w, B_PERP, 10)->entry_price = 100;
    fixed_init(f);
    hpm_limit_liquidation up = find(f, HPM_LIQUIDATION_VOL, HPM_NONE, 1);
    check_none(f, &up, HPM_LIMIT_VOL_RISE);
}

/* ---- Ends --------------------------------------------------------------------------------- */

/* A price that would leave its range ends the search and says so. */
static void test_unavailable(void **state)
{
    fixed *f = *state;
    f->w->market.mark[B_FUTURE].value = 5e14;
    world_balance(f->w, USD, 400);
    world_hold(f->w, B_PERP, 10)->entry_price = 100;
    fixed_init(f);
    hpm_limit_liquidation up = find(f, HPM_LIQUIDATION_PRICE, BTC, 1);
    assert_int_equal(up.kind, HPM_LIMIT_UNAVAILABLE);
    assert_int_equal(up.why.status, HPM_E_RANGE);
    assert_string_equal(up.why.where, "b:future");
    assert_true(up.searched > 1.7 && up.searched < 2);
    check_point(&up.before, 400 + 1000 * (up.searched - 1), 125 * up.searched);
}

/* The other questions answer as before. */
static void test_home(void **state)
{
    fixed *f = *state;
    hpm_limit_size before, after;
    hpm_limit_cash cash;
    hpm_error error = {0};
    world_balance(f->w, USD, 400);
    world_hold(f->w, B_PERP, 10)->entry_price = 100;
    world_hold(f->w, B_CALL_100, -1);
    fixed_init(f);
    hpm_limits_trade(&f->limits, &before, B_CALL_100, -1);
    find(f, HPM_LIQUIDATION_PRICE, BTC, -1);
    hpm_limits_trade(&f->limits, &after, B_CALL_100, -1);
    assert_int_equal(after.kind, HPM_LIMIT_FOUND);
    assert_int_equal(after.lots, before.lots);
    assert_int_equal(after.at.requirement.e8, before.at.requirement.e8);
    hpm_limits_trade(&f->limits, &after, E_PERP, 1);
    assert_int_equal(after.kind, HPM_LIMIT_FOUND);
    check_ok(hpm_limits_withdrawal(&f->limits, &cash, USD, &error), &error);
    assert_int_equal(cash.kind, HPM_LIMIT_FOUND);
}

/* ---- Leaps -------------------------------------------------------------------------------- */

/* Equity is more than four times the margin: of the 40 places on the way to -99 %, and of the 34 on
 * the way up, few are tried. */
static uint64_t places_tried(fixed *f, double cash, int direction)
{
    world_balance(f->w, USD, cash);
    world_hold(f->w, B_PERP, 1)->entry_price = 100;
    fixed_init(f);
    uint64_t before = f->desk.array.epoch;
    hpm_limit_liquidation out = find(f, HPM_LIQUIDATION_PRICE, BTC, direction);
    assert_int_equal(out.kind, HPM_LIMIT_BOUNDLESS);
    return f->desk.array.epoch - before;
}

static void test_leaps(void **state)
{
    assert_true(places_tried(*state, 1000, -1) < 16);
    assert_true(places_tried(fixed_again(state), 1000, 1) < 16);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXED_TEST(test_leaps),          FIXED_TEST(test_long_future),
        FIXED_TEST(test_short_future),   FIXED_TEST(test_settled_future),
        FIXED_TEST(test_inverse_future), FIXED_TEST(test_straddle),
        FIXED_TEST(test_nearest),        FIXED_TEST(test_already),
        FIXED_TEST(test_joint),          FIXED_TEST(test_follower),
        FIXED_TEST(test_volatility),     FIXED_TEST(test_no_volatility),
        FIXED_TEST(test_unavailable),    FIXED_TEST(test_home),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
