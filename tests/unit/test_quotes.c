/* Tests of src/market/quotes.c: defaults, range checks, hash, micro-price. */
#include "small_world.h"

#include "hpm/quotes.h"

typedef struct desk {
    world *w;
    hpm_quotes quotes;
} desk;

static void begin(desk *f)
{
    hpm_error error = {0};
    f->w = world_new();
    check_ok(hpm_quotes_begin(&f->quotes, &f->w->arena, &f->w->catalog, USD, NOW_NS, &error),
             &error);
}

static int setup(void **state)
{
    desk *f = fixture_take(1, sizeof *f);
    begin(f);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    desk *f = *state;
    world_free(f->w);
    free(f);
    return 0;
}

static void test_begin(void **state)
{
    desk *f = *state;
    hpm_error error = {0};
    hpm_quotes quotes;
    size_t used = f->w->arena.used;
    check_ok(hpm_quotes_begin(&quotes, &f->w->arena, &f->w->catalog, USD, NOW_NS, &error), &error);
    assert_int_equal(f->w->arena.used - used, hpm_quotes_size(&f->w->catalog));
    assert_true(quotes.asset_price[USD].value == 1 && isnan(quotes.asset_price[BTC].value));
    for (uint32_t i = 0; i < INSTRUMENTS; i++) {
        const hpm_quote *q = &quotes.quote[i];
        assert_true(isnan(q->bid) && isnan(q->ask) && isnan(q->micro) && isnan(q->mark));
        assert_true(isnan(q->underlying) && isnan(q->open_interest) && q->age_s == 0);
    }
    check_ok(hpm_quotes_finish(&quotes, &error), &error);
}

static void test_begin_refuses(void **state)
{
    desk *f = *state;
    hpm_error error = {0};
    hpm_arena *arena = &f->w->arena;
    check_error(hpm_quotes_begin(&f->quotes, arena, &f->w->catalog, ASSETS, NOW_NS, &error), &error,
                HPM_E_REFERENCE, "reporting", "unknown asset id (7)");
    check_error(hpm_quotes_begin(&f->quotes, arena, &f->w->catalog, USD, -1, &error), &error,
                HPM_E_RANGE, "time", "before 1970 (-1 ns)");
    arena->capacity = arena->used + hpm_quotes_size(&f->w->catalog) - HPM_ALIGNMENT;
    check_error(hpm_quotes_begin(&f->quotes, arena, &f->w->catalog, USD, NOW_NS, &error), &error,
                HPM_E_MEMORY, "quotes", "the arena is too small");
}

/* ---- Ranges ------------------------------------------------------------------------------- */

static void refuse(desk *f, uint32_t id, hpm_quote quote, const char *message)
{
    hpm_error error = {0};
    f->quotes.quote[id] = quote;
    check_error(hpm_quotes_finish(&f->quotes, &error), &error, HPM_E_RANGE,
                world_instruments[id].name, message);
    f->quotes.quote[id] = hpm_quote_none;
}

#define REFUSE(id, field_, value_, message)                                                        \
    do {                                                                                           \
        hpm_quote quote = hpm_quote_none;                                                          \
        quote.field_ = (value_);                                                                   \
        refuse(f, id, quote, message);                                                             \
    } while (0)

static void test_ranges(void **state)
{
    desk *f = *state;
    REFUSE(B_CALL_80, bid, -1, "bid outside [0, 1e+15] (-1)");
    REFUSE(B_CALL_80, ask, INFINITY, "ask outside [0, 1e+15] (inf)");
    REFUSE(B_CALL_80, bid_size, -0.1, "bid_size outside [0, 1e+18] (-0.1)");
    REFUSE(B_CALL_80, ask_size, 2e18, "ask_size outside [0, 1e+18] (2e+18)");
    REFUSE(B_CALL_80, micro, -1, "micro outside [0, 1e+15] (-1)");
    REFUSE(B_CALL_80, bid_depth, -1, "bid_depth outside [0, 1e+18] (-1)");
    REFUSE(B_CALL_80, ask_depth, -1, "ask_depth outside [0, 1e+18] (-1)");
    REFUSE(B_CALL_80, mark, -1, "mark outside [0, 1e+15] (-1)");
    REFUSE(B_CALL_80, mark_vol, 2e5, "mark_vol outside [0, 100000] (200000)");
    REFUSE(B_CALL_80, underlying, 0, "underlying not above 0 (0)");
    REFUSE(B_CALL_80, open_interest, -1, "open_interest outside [0, 1e+18] (-1)");
    REFUSE(B_CALL_80, age_s, -1, "age_s outside [0, 1e+09] (-1)");
    REFUSE(B_CALL_80, age_s, NAN, "age_s is not a number (nan)");
    REFUSE(B_FUTURE, mark, 0, "mark not above 0 (0)");
    REFUSE(B_PERP, mark, 0, "mark not above 0 (0)");
}

static void test_prices(void **state)
{
    desk *f = *state;
    hpm_error error = {0};
    f->quotes.asset_price[BTC].value = 0;
    check_error(hpm_quotes_finish(&f->quotes, &error), &error, HPM_E_RANGE, "BTC",
                "price outside (0, 1e15] (0)");
    f->quotes.asset_price[BTC] = (hpm_input){100, 2, 0};
    check_error(hpm_quotes_finish(&f->quotes, &error), &error, HPM_E_RANGE, "BTC",
                "confidence outside [0, 1] (2)");
    f->quotes.asset_price[BTC] = (hpm_input){100, 1, 0};
    f->quotes.asset_price[USD].value = 2;
    check_error(hpm_quotes_finish(&f->quotes, &error), &error, HPM_E_RANGE, "USD",
                "the reporting asset is worth 1 by definition (2)");
}

/* Nothing that a venue may say is refused: what it means is another's affair. */
static void test_odd_is_good(void **state)
{
    desk *f = *state;
    hpm_error error = {0};
    f->quotes.quote[B_CALL_80] = (hpm_quote){9, 3, 0, 0, 0, 0, 0, 0, 0, 1e-300, 0, 1e9};
    f->quotes.quote[B_CALL_100] =
        (hpm_quote){1e15, 1e15, 1e18, 1e18, 1e15, 1e18, 1e18, 1e15, 1e5, 1e15, 1e18, 0};
    check_ok(hpm_quotes_finish(&f->quotes, &error), &error);
}

/* ---- Hash --------------------------------------------------------------------------------- */

static hpm_hash finished(desk *f)
{
    hpm_error error = {0};
    check_ok(hpm_quotes_finish(&f->quotes, &error), &error);
    return f->quotes.hash;
}

/* Every number of every quote, every price, the time and the reporting asset are in it. */
static void test_hash(void **state)
{
    desk *f = *state;
    hpm_hash before = finished(f), again = finished(f), after;
    assert_memory_equal(&before, &again, sizeof before);
    for (uint32_t i = 0; i < INSTRUMENTS; i++)
        for (size_t n = 0; n < sizeof(hpm_quote) / sizeof(double); n++) {
            double *number = (double *)&f->quotes.quote[i] + n, kept = *number;
            *number = 0.5;
            after = finished(f);
            assert_memory_not_equal(&before, &after, sizeof before);
            *number = kept;
        }
    f->quotes.asset_price[BTC].value = 3;
    after = finished(f);
    assert_memory_not_equal(&before, &after, sizeof before);
    f->quotes.asset_price[BTC].value = NAN;
    f->quotes.asset_price[BTC].confidence = 0.1; /* the trust in nothing */
    again = finished(f);
    assert_memory_equal(&before, &again, sizeof before);
    f->quotes.now_ns++;
    after = finished(f);
    assert_memory_not_equal(&before, &after, sizeof before);
}

/* ---- Micro-price -------------------------------------------------------------------------- */

static void test_micro_one_level(void **state)
{
    (void)state;
    const hpm_level bid = {10, 3}, ask = {12, 1};
    /* Three bid for, one offered: (10 * 1 + 12 * 3) / 4. */
    assert_true(hpm_micro_price(&bid, 1, &ask, 1, INFINITY) == 11.5);
    assert_true(hpm_micro_price(&bid, 1, &ask, 1, 1) == 11); /* of one contract: the middle */
    assert_true(hpm_micro_price(&bid, 1, &ask, 1, 2) == (10 * 1 + 12 * 2) / 3.0);
    const hpm_level locked = {10, 1};
    assert_true(hpm_micro_price(&bid, 1, &locked, 1, 5) == 10);
}

static void test_micro_levels(void **state)
{
    (void)state;
    const hpm_level bids[] = {{10, 1}, {9, 0}, {8, 2}, {1, 100}};
    const hpm_level asks[] = {{12, 1}, {16, 5}};
    /* Two contracts: bids 10 and 8, asks 12 and 16. */
    assert_true(hpm_micro_price(bids, 4, asks, 2, 2) == 11.5);
    /* Three bid at 26/3, of the asks but one is known. */
    double wanted = (26.0 / 3 * 1 + 12 * 3) / 4;
    assert_true(fabs(hpm_micro_price(bids, 4, asks, 1, 3) - wanted) < 1e-14);
}

static void test_micro_unknown(void **state)
{
    (void)state;
    const hpm_level bid = {10, 3}, ask = {12, 1}, under = {9, 1}, nobody = {11, 0};
    assert_true(isnan(hpm_micro_price(&bid, 0, &ask, 1, 1)));
    assert_true(isnan(hpm_micro_price(&bid, 1, &ask, 0, 1)));
    assert_true(isnan(hpm_micro_price(&bid, 1, &under, 1, 1)));
    assert_true(isnan(hpm_micro_price(&bid, 1, &nobody, 1, 1)));
}

#define QUOTES_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        QUOTES_TEST(test_begin),
        QUOTES_TEST(test_begin_refuses),
        QUOTES_TEST(test_ranges),
        QUOTES_TEST(test_prices),
        QUOTES_TEST(test_odd_is_good),
        QUOTES_TEST(test_hash),
        cmocka_unit_test(test_micro_one_level),
        cmocka_unit_test(test_micro_levels),
        cmocka_unit_test(test_micro_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
