/* Tests of src/market/blend.c: both ends to the last bit, what each kind of input brings, what
 * differs, and inputs that only one market has. */
#include "small_world.h"

#include "market/blend.h"

#define BIT(kind) (1U << HPM_BLEND_##kind)
#define ALL       ((1U << HPM_BLEND_KINDS) - 1)
#define HARD_S    600

/* Two markets of one catalog, before and after, and what lies between. */
typedef struct pair {
    world *w;
    hpm_market after;
    hpm_blend blend;
    hpm_arena memory; /* of the blend, exactly */
} pair;

static void begin_after(pair *p)
{
    const hpm_catalog *catalog = &p->w->catalog;
    const hpm_market *before = &p->w->market;
    hpm_error error = {0};
    check_ok(hpm_market_begin(&p->after, &p->w->arena, catalog, USD, NOW_NS, &error), &error);
    memcpy(p->after.asset_price, before->asset_price, ASSETS * sizeof(hpm_input));
    memcpy(p->after.curve, before->curve, EXPIRIES * sizeof(hpm_curve_point));
    memcpy(p->after.mark, before->mark, INSTRUMENTS * sizeof(hpm_input));
    memcpy(p->after.vol, before->vol, INSTRUMENTS * sizeof(hpm_input));
}

/* Before: forwards of 104 and 110, a future at 105, a smile. After: the same. */
static int setup(void **state)
{
    pair *p = fixture_take(1, sizeof *p);
    hpm_market *market;
    p->w = world_new();
    market = &p->w->market;
    market->curve[BTC_NEAR].forward.value = 104;
    market->curve[BTC_FAR].forward.value = 110;
    market->mark[B_FUTURE].value = 105;
    for (uint32_t i = 0; i < INSTRUMENTS; i++)
        market->vol[i].value = p->w->catalog.instruments[i].kind == HPM_OPTION
                                   ? 0.9 - p->w->catalog.instruments[i].strike / 250
                                   : NAN;
    begin_after(p);
    *state = p;
    return 0;
}

static int teardown(void **state)
{
    pair *p = *state;
    free(p->memory.base);
    world_free(p->w);
    free(p);
    return 0;
}

#define BLEND_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

/* Both markets are as the test wants them. */
static void open_blend(pair *p)
{
    size_t bytes = hpm_blend_size(&p->w->catalog);
    hpm_error error = {0};
    check_ok(hpm_market_finish(&p->w->market, &error), &error);
    check_ok(hpm_market_finish(&p->after, &error), &error);
    p->memory = (hpm_arena){fixture_take(bytes, 1), bytes, 0};
    check_ok(hpm_blend_init(&p->blend, &p->memory, &p->w->market, &p->after, HARD_S, &error),
             &error);
}

static const hpm_market *set(pair *p, unsigned from_after)
{
    hpm_error error = {0};
    check_ok(hpm_blend_set(&p->blend, from_after, &error), &error);
    return &p->blend.market;
}

static void check_input(const hpm_input *got, const hpm_input *wanted, const char *what)
{
    if (isnan(wanted->value) && isnan(got->value)) return;
    if (got->value != wanted->value || got->confidence != wanted->confidence ||
        got->age_s != wanted->age_s)
        fail_msg("%s: %.17g, %g, %g s instead of %.17g, %g, %g s", what, got->value,
                 got->confidence, got->age_s, wanted->value, wanted->confidence, wanted->age_s);
}

static void check_same(const hpm_market *got, const hpm_market *wanted)
{
    assert_int_equal(got->now_ns, wanted->now_ns);
    assert_int_equal(got->reporting, wanted->reporting);
    for (uint32_t a = 0; a < ASSETS; a++)
        check_input(&got->asset_price[a], &wanted->asset_price[a], world_assets[a].name);
    for (uint32_t e = 0; e < EXPIRIES; e++) {
        check_input(&got->curve[e].forward, &wanted->curve[e].forward, "forward");
        check_input(&got->vol_atm[e], &wanted->vol_atm[e], "at-the-money vol");
        assert_true(got->curve[e].rate_annual == wanted->curve[e].rate_annual);
        assert_true(got->curve[e].observed_share == wanted->curve[e].observed_share);
        assert_true(got->curve[e].observed_price == wanted->curve[e].observed_price);
    }
    for (uint32_t i = 0; i < INSTRUMENTS; i++) {
        check_input(&got->mark[i], &wanted->mark[i], world_instruments[i].name);
        check_input(&got->vol[i], &wanted->vol[i], world_instruments[i].name);
    }
}

/* Everything moves, to figures that no ratio gives back exactly. */
static void move_everything(hpm_market *after)
{
    after->now_ns += 3 * HPM_DAY_NS;
    for (uint32_t a = 0; a < ASSETS; a++)
        if (a != USD) after->asset_price[a].value *= 0.9 + 0.01 * a;
    for (uint32_t e = 0; e < EXPIRIES; e++) {
        after->curve[e].forward.value *= 0.93 - 0.01 * e;
        after->curve[e].forward.confidence = 0.8;
        after->curve[e].rate_annual = 0.01 * e + 0.02;
    }
    for (uint32_t i = 0; i < INSTRUMENTS; i++) {
        after->mark[i].value *= 0.91 + 0.001 * i;
        after->mark[i].age_s = i;
        after->vol[i].value *= 1.1 + 0.01 * i;
        after->vol[i].confidence = 0.99 - 0.01 * i;
    }
    after->curve[BTC_NEAR].observed_share = 0.25;
    after->curve[BTC_NEAR].observed_price = 99;
}

static void test_ends(void **state)
{
    pair *p = *state;
    move_everything(&p->after);
    open_blend(p);
    check_same(set(p, 0), &p->w->market);
    check_same(set(p, ALL), &p->after);
    check_same(set(p, 0), &p->w->market);
    assert_int_equal(hpm_blend_differences(&p->blend), ALL);
}

static void test_price(void **state)
{
    pair *p = *state;
    p->after.asset_price[BTC].value = 80;
    p->after.curve[BTC_NEAR].forward.value = 104 * 0.8;
    p->after.curve[BTC_FAR].forward.value = 110 * 0.9; /* its basis moves as well */
    for (uint32_t i = 0; i < INSTRUMENTS; i++)
        if (p->w->catalog.instruments[i].underlying == BTC) p->after.mark[i].value *= 0.8;
    open_blend(p);
    const hpm_market *market = set(p, BIT(PRICE));
    check_near(market->asset_price[BTC].value, 80, "index");
    check_near(market->curve[BTC_NEAR].forward.value, 83.2, "forward");
    check_near(market->curve[BTC_FAR].forward.value, 88, "forward with the basis before");
    check_near(market->mark[B_FUTURE].value, 84, "future");
    check_near(market->asset_price[ETH].value, 10, "another index");
    check_near(market->vol[B_CALL_100].value, 0.5, "a strike keeps its volatility");
    /* Quoted at 80 and 100: between them total variance is linear in the logarithm. */
    double share = log(83.2 / 80) / log(100. / 80);
    check_near(market->vol_atm[BTC_NEAR].value,
               sqrt(0.58 * 0.58 + share * (0.5 * 0.5 - 0.58 * 0.58)), "at the money");
    market = set(p, BIT(BASIS));
    check_near(market->asset_price[BTC].value, 100, "index");
    check_near(market->curve[BTC_NEAR].forward.value, 104, "forward");
    check_near(market->curve[BTC_FAR].forward.value, 123.75, "forward with the basis after");
}

static void test_vol(void **state)
{
    pair *p = *state;
    p->after.vol[B_CALL_100].value = p->after.vol[B_PUT_100].value = 0.7;
    open_blend(p);
    assert_int_equal(hpm_blend_differences(&p->blend), BIT(VOL));
    const hpm_market *market = set(p, BIT(VOL));
    check_near(market->vol[B_CALL_100].value, 0.7, "quoted");
    check_near(market->vol[B_CALL_80].value, 0.58, "another strike");
    check_near(market->vol_atm[BTC_NEAR].value, 0.7, "flat beyond the last strike");
    check_near(set(p, ALL & ~BIT(VOL))->vol_atm[BTC_NEAR].value, 0.5, "at the money before");
}

/* A smile is taken whole, and stays where it stands when the price moves. */
static void test_smile(void **state)
{
    pair *p = *state;
    p->w->market.smile[BTC_NEAR].svi = (hpm_svi){0.03, 0.04, -0.5, 0, 0.75};
    p->after.smile[BTC_NEAR].svi = (hpm_svi){0.05, 0.04, -0.5, 0, 0.75};
    open_blend(p);
    assert_int_equal(hpm_blend_differences(&p->blend), BIT(VOL));
    for (int side = 0; side < 2; side++) {
        const hpm_market *market = set(p, side ? BIT(VOL) : ALL & ~BIT(VOL));
        const hpm_market *of = side ? &p->after : &p->w->market;
        assert_true(hpm_market_vol_at(market, BTC_NEAR, 80).value ==
                    hpm_market_vol_at(of, BTC_NEAR, 80).value);
        assert_true(market->vol_atm[BTC_NEAR].value == of->vol_atm[BTC_NEAR].value);
    }
}

/* Smiles that are alike at the money, with options that have volatilities of their own: scenarios
 * may read them elsewhere. */
static void test_smiles_apart(void **state)
{
    pair *p = *state;
    p->w->market.smile[BTC_FAR].svi = (hpm_svi){0.25, 0.5, 0, 0, 0.5};
    p->after.smile[BTC_FAR].svi = (hpm_svi){0.125, 0.375, 0, 0, 1};
    open_blend(p);
    assert_true(p->after.vol_atm[BTC_FAR].value == p->w->market.vol_atm[BTC_FAR].value);
    assert_int_equal(hpm_blend_differences(&p->blend), BIT(VOL));
}

static void test_rest(void **state)
{
    pair *p = *state;
    p->after.now_ns += HPM_DAY_NS;
    p->after.curve[BTC_FAR].rate_annual = 0.05;
    p->after.asset_price[ETH].confidence = 0.5;
    p->after.vol[B_CALL_80].age_s = 60;
    open_blend(p);
    assert_int_equal(hpm_blend_differences(&p->blend), BIT(TIME) | BIT(RATES) | BIT(TRUST));
    assert_int_equal(set(p, BIT(TIME))->now_ns, NOW_NS + HPM_DAY_NS);
    assert_true(p->blend.market.curve[BTC_FAR].rate_annual == 0);
    assert_true(set(p, BIT(RATES))->curve[BTC_FAR].rate_annual == 0.05);
    assert_int_equal(p->blend.market.now_ns, NOW_NS);
    const hpm_market *market = set(p, BIT(TRUST));
    assert_true(market->asset_price[ETH].confidence == 0.5);
    assert_true(market->vol[B_CALL_80].age_s == 60);
    assert_true(set(p, ALL & ~BIT(TRUST))->vol[B_CALL_80].age_s == 0);
}

static void test_nothing(void **state)
{
    pair *p = *state;
    open_blend(p);
    assert_int_equal(hpm_blend_differences(&p->blend), 0);
    check_same(set(p, BIT(PRICE) | BIT(VOL)), &p->w->market);
}

static void test_missing(void **state)
{
    pair *p = *state;
    const hpm_market *market;
    p->w->market.mark[B_FUTURE].value = NAN; /* listed in between */
    p->after.asset_price[BTC].value = 80;
    p->after.mark[B_FUTURE].value = 84; /* 1.05 of the index */
    p->after.mark[B_FUTURE].confidence = 0.7;
    p->after.mark[B_PERP].value = NAN; /* delisted in between */
    p->after.curve[BTC_NEAR].forward.value = NAN;
    p->after.asset_price[SOL].value = NAN;
    open_blend(p);
    assert_int_equal(hpm_blend_differences(&p->blend), BIT(PRICE) | BIT(BASIS));
    market = set(p, 0);
    check_near(market->mark[B_FUTURE].value, 105, "the ratio after on the index before");
    assert_true(market->mark[B_FUTURE].confidence == 0.7);
    market = set(p, ALL);
    check_near(market->mark[B_PERP].value, 80, "the ratio before on the index after");
    check_near(market->curve[BTC_NEAR].forward.value, 83.2, "a forward likewise");
    check_near(market->asset_price[SOL].value, 1, "an index that only one knows");
}

/* Beyond the hard age limit an input is as good as none, unless both are. */
static void test_stale(void **state)
{
    pair *p = *state;
    p->after.mark[B_FUTURE] = (hpm_input){150, 1, HARD_S + 1};
    p->after.mark[B_PERP] = (hpm_input){150, 1, HARD_S};
    p->w->market.mark[B_SPOT].age_s = HARD_S + 1;
    p->after.mark[B_SPOT] = (hpm_input){150, 1, HARD_S + 1};
    open_blend(p);
    const hpm_market *market = set(p, ALL);
    check_near(market->mark[B_FUTURE].value, 105, "too old");
    assert_true(market->mark[B_FUTURE].age_s == 0);
    check_near(market->mark[B_PERP].value, 150, "as old as may be");
    check_near(market->mark[B_SPOT].value, 150, "both too old");
}

static void test_range(void **state)
{
    pair *p = *state;
    hpm_error error = {0};
    p->after.asset_price[BTC].value = 1e15;
    p->after.curve[BTC_NEAR].forward.value = 1e15;
    open_blend(p);
    check_error(hpm_blend_set(&p->blend, BIT(PRICE), &error), &error, HPM_E_RANGE, "BTC",
                "a price moves outside (0, 1e15] (1.04e+15)");
    assert_int_equal(hpm_blend_set(&p->blend, BIT(BASIS), &error), HPM_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BLEND_TEST(test_ends),    BLEND_TEST(test_price),        BLEND_TEST(test_vol),
        BLEND_TEST(test_smile),   BLEND_TEST(test_smiles_apart), BLEND_TEST(test_rest),
        BLEND_TEST(test_nothing), BLEND_TEST(test_missing),      BLEND_TEST(test_stale),
        BLEND_TEST(test_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
