/* A surface against quotes: inside and outside, coin premiums and discounted ones, who has no say.
 */
#include <math.h>

#include "check.h"
#include "hpm/surface_figures.h"
#include "price/black76.h"

#define NOW_NS  INT64_C(1767225600000000000)
#define TAU     0.2
#define NEAR_NS (NOW_NS + 73 * HPM_DAY_NS)
#define VOL     0.4
#define RATE    0.1

/* Ids of the assets in the order of their names. */
enum { BTC, USD };
enum { COIN_110, COIN_120, CASH_110, CASH_500, LATER, OPTIONS };

#define ROW(name_, settlement_, payoff_, strike_, expiry_)                                         \
    {                                                                                              \
        .name = name_, .kind = HPM_OPTION, .payoff = (payoff_), .underlying = BTC,                 \
        .settlement = (settlement_), .contract_size = 1, .lot = {HPM_E8}, .strike = (strike_),     \
        .is_call = 1, .expiry_ns = (expiry_)                                                       \
    }

typedef struct fixture {
    hpm_arena arena;
    hpm_catalog catalog;
    hpm_quote quote[OPTIONS];
    hpm_quotes quotes;
    hpm_slice slice;
    hpm_surface surface;
    hpm_slice_tally tally;
} fixture;

static unsigned char memory[1 << 16] __attribute__((aligned(64)));

static void begin(fixture *f)
{
    static const hpm_asset assets[] = {{"BTC", HPM_ASSET_COIN}, {"USD", HPM_ASSET_FIAT}};
    static const hpm_instrument rows[OPTIONS] = {
        [COIN_110] = ROW("a", BTC, HPM_INVERSE, 110, NEAR_NS),
        [COIN_120] = ROW("b", BTC, HPM_INVERSE, 120, NEAR_NS),
        [CASH_110] = ROW("c", USD, HPM_LINEAR, 110, NEAR_NS),
        [CASH_500] = ROW("d", USD, HPM_LINEAR, 500, NEAR_NS),
        [LATER] = ROW("e", BTC, HPM_INVERSE, 110, NEAR_NS + HPM_DAY_NS),
    };
    static const hpm_quote none = {NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, 0};
    hpm_error error;
    memset(f, 0, sizeof *f);
    assert_true(hpm_catalog_size(2, OPTIONS) <= sizeof memory);
    f->arena = (hpm_arena){memory, sizeof memory, 0};
    check_ok(hpm_catalog_init(&f->catalog, &f->arena, assets, 2, rows, OPTIONS, &error), &error);
    for (uint32_t i = 0; i < OPTIONS; i++)
        f->quote[i] = none;
    f->quotes = (hpm_quotes){.catalog = &f->catalog, .now_ns = NOW_NS, .quote = f->quote};
    f->slice = (hpm_slice){.underlying = "BTC",
                           .expiry_ns = NEAR_NS,
                           .tau_years = TAU,
                           .forward = {100, 1, 0},
                           .rate_annual = RATE,
                           .svi = {VOL * VOL * TAU, 0, 0, 0, 1}};
    f->surface = (hpm_surface){.now_ns = NOW_NS, .slice_count = 1, .slices = &f->slice};
}

static void judge(fixture *f)
{
    hpm_surface_judge(&f->tally, &f->surface, &f->quotes);
}

static double black(double forward, double strike, double vol)
{
    return hpm_black76(forward, strike, vol * sqrt(TAU), 1);
}

static void test_inside(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    double coin = black(100, 110, VOL) / 100, cash = black(100, 110, VOL) * exp(-RATE * TAU);
    f.quote[COIN_110].bid = coin * 0.999;
    f.quote[COIN_110].ask = coin * 1.001;
    f.quote[CASH_110].bid = cash * 0.999;
    f.quote[CASH_110].ask = cash * 1.001;
    f.quote[COIN_120].bid = black(100, 120, VOL) / 100 * 1.001; /* the slice is below the bid */
    f.quote[COIN_120].ask = 0.9;
    judge(&f);
    assert_int_equal(f.tally.judged, 3);
    assert_int_equal(f.tally.inside, 2);
    assert_int_equal(f.tally.marked, 0);
    assert_true(isnan(f.tally.mark_rmse));
}

static void test_marks(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    double coin = black(100, 110, VOL) / 100;
    f.quote[COIN_110] = (hpm_quote){.bid = coin * 0.999, .ask = coin * 1.001, .mark_vol = VOL};
    f.quote[COIN_120] = (hpm_quote){.bid = 1e-4, .ask = 1e-3, .mark_vol = VOL + 0.02};
    judge(&f);
    assert_int_equal(f.tally.marked, 2);
    assert_int_equal(f.tally.mark_inside, 1);
    assert_true(fabs(f.tally.mark_rmse - 0.02 / sqrt(2)) < 1e-12);
    f.quote[COIN_110].mark = coin * 1.002; /* a stated price counts before a volatility */
    judge(&f);
    assert_int_equal(f.tally.marked, 2);
    assert_int_equal(f.tally.mark_inside, 0);
    f.quote[COIN_110] = (hpm_quote){.bid = coin * 0.999, .ask = coin * 1.001, .mark = coin};
    judge(&f);
    assert_int_equal(f.tally.marked, 2);
    assert_int_equal(f.tally.mark_inside, 1);
    assert_int_equal(f.tally.vol_marked, 1);
}

static void test_own_forward(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    double coin = black(103, 110, VOL) / 103;
    f.quote[COIN_110] = (hpm_quote){.bid = coin * 0.999, .ask = coin * 1.001, .underlying = 103};
    judge(&f);
    assert_int_equal(f.tally.inside, 1);
    f.quote[COIN_110].underlying = NAN; /* the slice's, which is another one */
    judge(&f);
    assert_int_equal(f.tally.judged, 1);
    assert_int_equal(f.tally.inside, 0);
}

static void test_no_say(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    f.quote[COIN_110] = (hpm_quote){.bid = 0, .ask = 1};       /* no bid */
    f.quote[COIN_120] = (hpm_quote){.bid = 0.03, .ask = 0.02}; /* crossed */
    f.quote[CASH_500] = (hpm_quote){.bid = 1e-9, .ask = 1};    /* delta below 0.05 */
    f.quote[LATER] = (hpm_quote){.bid = 0.01, .ask = 0.1};     /* no slice of its expiry */
    judge(&f);
    assert_int_equal(f.tally.judged, 0);
    f.quote[COIN_110].bid = 1e-9;
    judge(&f);
    assert_int_equal(f.tally.judged, 1);
    f.slice.state = HPM_SLICE_NONE;
    judge(&f);
    assert_int_equal(f.tally.judged, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_inside),
        cmocka_unit_test(test_marks),
        cmocka_unit_test(test_own_forward),
        cmocka_unit_test(test_no_say),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
