/* Tests of src/margin/exposure.c: equity, prices and groups by hand, and every refusal. */
#include "small_world.h"

/* ---- Equity ------------------------------------------------------------------------------- */

/* USD: 1000 + 2 perpetuals since 90: 20 + funding 1.5 - a short call worth 20 + 3 spot: 300.
 * BTC: 0.5 + 10 inverse contracts since 80: 100 * (1/80 - 1/100) = 0.25 + a coin call worth 0.2. */
static void fill(world *w)
{
    hpm_position *perp = world_hold(w, B_PERP, 2);
    perp->entry_price = 90;
    perp->funding.e8 = e8_of(1.5);
    world_hold(w, B_COIN_PERP, 10)->entry_price = 80;
    world_hold(w, B_CALL_80, -1);
    world_hold(w, B_COIN_CALL, 1);
    world_hold(w, B_SPOT, 3);
    world_balance(w, USD, 1000);
    world_balance(w, BTC, 0.5);
}

static void begin(world *w)
{
    world_component(w, "haircut", HPM_COMPONENT_HAIRCUT);
    world_component(w, "fees", HPM_COMPONENT_CLOSE_OUT); /* reads units */
    fill(w);
}

static void test_equity(void **state)
{
    world *w = *state;
    begin(w);
    world_run(w);
    check_near(w->exposure.coin_equity[USD], 1301.5, "USD");
    check_near(w->exposure.coin_equity[BTC], 0.95, "BTC");
    check_near(w->exposure.coin_equity[ETH], 0, "ETH");
    check_near(w->exposure.equity, 1396.5, "equity");
    /* Holdings: spot, inverse perpetual, perpetual, coin call, call. */
    static const double unrealised[] = {0, 0.25, 21.5, 0, 0}, units[] = {3, 1, 2, 1, -1};
    for (uint32_t h = 0; h < 5; h++) {
        check_near(w->exposure.unrealised[h], unrealised[h], "unrealised");
        check_near(w->exposure.units[h], units[h], "units");
    }
}

/* Short and below its entry: the signs the other way round; without an entry price nothing. Entry
 * prices of options and spot, which carry their value, count nothing. */
static void test_unrealised(void **state)
{
    world *w = *state;
    world_component(w, "haircut", HPM_COMPONENT_HAIRCUT);
    world_hold(w, B_PERP, -2)->entry_price = 90;
    world_hold(w, B_FUTURE, 2);
    world_hold(w, B_COIN_FUTURE, -10)->entry_price = 125;
    world_hold(w, B_SPOT, 1)->entry_price = 50;
    world_hold(w, B_CALL_80, 1)->entry_price = 5;
    world_run(w);
    check_near(w->exposure.coin_equity[USD], -20 + 100 + 20, "USD");
    check_near(w->exposure.coin_equity[BTC], 0.2, "BTC"); /* 100 * (1/100 - 1/125) */
}

/* The reference, from unrounded doubles, is the same to the rounding of ticks. */
static void test_reference(void **state)
{
    world *w = *state;
    hpm_error error = {0};
    hpm_exposure reference;
    begin(w);
    world_run(w);
    check_ok(hpm_exposure_init(&reference, &w->arena, &w->array, &w->portfolio, NULL, &error),
             &error);
    check_near(reference.equity, w->exposure.equity, "equity");
    for (uint32_t r = 0; r < w->portfolio.run_count; r++)
        for (uint32_t c = 0; c < w->array.stride; c++)
            check_near(reference.totals[r * w->array.stride + c],
                       w->exposure.totals[r * w->array.stride + c], "total");
}

/* ---- Groups and runs ---------------------------------------------------------------------- */

static void check_group(const world *w, uint32_t group, uint32_t asset, uint32_t first,
                        uint32_t end)
{
    const hpm_group *got = &w->exposure.groups[group];
    assert_int_equal(got->asset, asset);
    assert_int_equal(got->run_first, first);
    assert_int_equal(got->run_end, end);
}

/* An underlying with positions, or a coin that is held; not cash, and not nothing of a coin. */
static void test_groups(void **state)
{
    world *w = *state;
    begin(w);
    world_hold(w, S_PERP, 0);
    world_balance(w, ETH, -1);
    world_balance(w, UST, 100);
    world_run(w);
    assert_int_equal(w->exposure.group_count, 3);
    check_group(w, 0, BTC, 0, 5);
    check_group(w, 1, ETH, 5, 5);
    check_group(w, 2, SOL, 5, 6);
    assert_true(hpm_group_spot(&w->exposure, &w->exposure.groups[1]) == 10);
    w = world_again(state);
    world_component(w, "haircut", HPM_COMPONENT_HAIRCUT);
    world_balance(w, ETH, 0);
    world_balance(w, USD, 5);
    world_run(w);
    assert_int_equal(w->exposure.group_count, 0);
}

/* Runs: perpetuals in USD and UST, near in BTC, USD and UST, far. */
static void test_runs(void **state)
{
    static const uint32_t ends[] = {2, 2, 5, 5, 5, 6};
    static const double years[] = {0, 0, 0.2, 0.2, 0.2, 1};
    world *w = *state;
    world_component(w, "haircut", HPM_COMPONENT_HAIRCUT);
    world_hold(w, B_PERP, 1);
    world_hold(w, B_PERP_UST, 1);
    world_hold(w, B_COIN_FUTURE, 1);
    world_hold(w, B_FUTURE, 1);
    world_hold(w, B_FUTURE_UST, 1);
    world_hold(w, B_FAR_FUTURE, 1);
    world_run(w);
    for (uint32_t run = 0; run < 6; run++) {
        assert_int_equal(hpm_expiry_end(&w->exposure, run), ends[run]);
        assert_true(hpm_run_tau_years(&w->exposure, run) == years[run]);
    }
    assert_int_equal(hpm_run_bucket(&w->exposure, 3)->settlement, USD);
    check_near(hpm_run_total(&w->exposure, 3, HPM_COLUMN_DELTA), 100, "delta of a future");
}

static void test_lines(void **state)
{
    world *w = *state;
    begin(w);
    world_declare(w, "x", USD, 1);
    world_run(w);
    assert_int_equal(hpm_line_of_balance(&w->exposure, 1), 6);
    assert_int_equal(hpm_line_of_declared(&w->exposure, 0), 7);
    assert_int_equal(hpm_line_count(&w->portfolio), 8);
    assert_int_equal(hpm_find_balance(w->account, BTC), 0);
    assert_int_equal(hpm_find_balance(w->account, USD), 1);
    assert_int_equal(hpm_find_balance(w->account, ETH), HPM_NONE);
    check_near(hpm_holding_column(&w->exposure, 4, w->array.extra + HPM_COLUMN_VALUE), -20,
               "value of the call");
}

/* ---- Numeraire ---------------------------------------------------------------------------- */

/* In UST at 0.5 everything is worth twice as many. */
static void test_numeraire(void **state)
{
    world *w = *state;
    begin(w);
    strcpy(w->rulebook.numeraire, "UST");
    w->market.asset_price[UST].value = 0.5;
    world_run(w);
    check_near(w->exposure.price[BTC], 200, "BTC");
    check_near(w->exposure.price[UST], 1, "UST");
    check_near(w->exposure.equity, 2793, "equity");
}

/* ---- Refusals ----------------------------------------------------------------------------- */

static void check_refused(world *w, hpm_status wanted, const char *where, const char *message)
{
    hpm_error error = {0};
    w->rulebook.age_hard_s = 100;
    w->rulebook.age_soft_s = 20;
    world_price(w);
    check_ok(world_arrange(w, &error), &error);
    check_error(world_expose(w, &error), &error, wanted, where, message);
}

static world *fresh(void **state)
{
    world *w = world_again(state);
    begin(w);
    return w;
}

static void test_missing_prices(void **state)
{
    static const char message[] = "the market has no price of this asset";
    world *w = fresh(state);
    w->market.asset_price[ETH].value = NAN;
    world_balance(w, ETH, 0); /* even a balance of nothing */
    check_refused(w, HPM_E_MISSING_PRICE, "ETH", message);
    w = fresh(state);
    w->market.asset_price[UST].value = NAN;
    world_hold(w, B_PERP_UST, 1);
    check_refused(w, HPM_E_MISSING_PRICE, "UST", message);
    w = fresh(state);
    w->market.asset_price[SOL].value = NAN;
    world_declare(w, "x", SOL, 1);
    check_refused(w, HPM_E_MISSING_PRICE, "SOL", message);
    w = fresh(state);
    strcpy(w->rulebook.numeraire, "UST");
    w->market.asset_price[UST].value = NAN;
    check_refused(w, HPM_E_MISSING_PRICE, "UST",
                  "the rulebook counts in this asset and the market has no price of it");
}

static void test_stale(void **state)
{
    world *w = fresh(state);
    w->market.asset_price[BTC].age_s = 101;
    check_refused(w, HPM_E_STALE, "BTC", "price is older than the hard limit of 100 s (101 s)");
    w = fresh(state);
    w->market.mark[B_PERP].age_s = 101;
    check_refused(w, HPM_E_STALE, "b:perp", "mark is older than the hard limit of 100 s (101 s)");
    w = fresh(state);
    w->market.vol[B_COIN_CALL].age_s = 101;
    check_refused(w, HPM_E_STALE, "b:coin:call",
                  "vol is older than the hard limit of 100 s (101 s)");
    w = fresh(state);
    w->market.curve[BTC_NEAR].forward.age_s = 101;
    check_refused(w, HPM_E_STALE, "b:coin:call",
                  "the expiry's forward is older than the hard limit of 100 s (101 s)");
    w = fresh(state);
    w->market.vol[B_CALL_100].age_s = 101; /* not held: speaks at the money */
    check_refused(w, HPM_E_STALE, "b:coin:call",
                  "the expiry's at-the-money vol is older than the hard limit of 100 s (101 s)");
    w = fresh(state);
    strcpy(w->rulebook.numeraire, "UST");
    w->market.asset_price[UST].age_s = 101;
    check_refused(w, HPM_E_STALE, "UST",
                  "the numeraire's price is older than the hard limit of 100 s (101 s)");
    w = fresh(state);
    hpm_component *scale = world_component(w, "scaled", HPM_COMPONENT_SCALE);
    strcpy(scale->rule.scale.of, w->components[0].name);
    strcpy(scale->rule.scale.peg_asset, "UST");
    w->market.asset_price[UST].age_s = 101; /* not held */
    check_refused(w, HPM_E_STALE, "UST",
                  "the peg's price is older than the hard limit of 100 s (101 s)");
}

/* At the hard limit itself, and of what the account does not depend on, nothing is refused; a
 * future does not depend on its expiry's forward. */
static void test_not_stale(void **state)
{
    world *w = *state;
    world_component(w, "haircut", HPM_COMPONENT_HAIRCUT);
    w->rulebook.age_hard_s = 100;
    w->rulebook.age_soft_s = 20;
    w->market.asset_price[BTC].age_s = 100;
    w->market.asset_price[ETH].age_s = 101;
    w->market.mark[E_PERP].age_s = 101;
    w->market.curve[BTC_NEAR].forward.age_s = 101;
    w->market.vol[B_CALL_100].age_s = 101;
    w->market.vol[B_FAR_CALL].age_s = 100;
    world_hold(w, B_FUTURE, 1);
    world_hold(w, B_FAR_CALL, 1);
    world_balance(w, BTC, 1);
    world_run(w);
}

static void test_limit_of_underlyings(void **state)
{
    world *w = fresh(state);
    w->rulebook.underlyings_max = 1;
    world_hold(w, E_PERP, 1);
    check_refused(w, HPM_E_UNSUPPORTED, "acc",
                  "rulebook test covers accounts on at most 1 underlying (2)");
    w = fresh(state);
    w->rulebook.underlyings_max = 2;
    world_hold(w, E_PERP, 1);
    world_run(w);
}

/* All that is stated or nothing: what charges take later counts. */
static void test_memory(void **state)
{
    world *w = fresh(state);
    hpm_error error = {0};
    hpm_exposure exposure;
    world_run(w);
    size_t size = hpm_exposure_size(&w->array, w->account->position_count);
    hpm_arena exact = {w->arena.base + w->arena.used, size, 0};
    check_ok(hpm_exposure_init(&exposure, &exact, &w->array, &w->portfolio, NULL, &error), &error);
    for (size_t less = HPM_ALIGNMENT; less <= size; less += HPM_ALIGNMENT) {
        hpm_arena small = {w->arena.base + w->arena.used, size - less, 0};
        check_error(hpm_exposure_init(&exposure, &small, &w->array, &w->portfolio, NULL, &error),
                    &error, HPM_E_MEMORY, "scratch", "the scratch arena is too small");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_equity),
        WORLD_TEST(test_unrealised),
        WORLD_TEST(test_reference),
        WORLD_TEST(test_groups),
        WORLD_TEST(test_runs),
        WORLD_TEST(test_lines),
        WORLD_TEST(test_numeraire),
        WORLD_TEST(test_missing_prices),
        WORLD_TEST(test_stale),
        WORLD_TEST(test_not_stale),
        WORLD_TEST(test_limit_of_underlyings),
        WORLD_TEST(test_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
