/* Totals against a slow twin in 128 bits: every representation, its edges, and adding orders. */
#include "risk_fixture.h"

#define LEGS_MAX 5000

/* A portfolio of random or chosen holdings in up to three runs, its totals, and their twin. */
typedef struct book {
    hpm_portfolio portfolio;
    hpm_holding holdings[LEGS_MAX];
    hpm_bucket_run runs[3];
    hpm_totals totals;
    hpm_arena arena;
    hpm_wide *twin;
} book;

static void book_init(book *b, const fixture *f, uint32_t run_count)
{
    memset(b, 0, sizeof *b);
    hpm_error error;
    b->portfolio.holdings = b->holdings;
    b->portfolio.runs = b->runs;
    b->portfolio.run_count = run_count;
    b->arena.capacity = hpm_totals_size(&f->array, run_count);
    b->arena.base = fixture_take(1, b->arena.capacity);
    b->twin = fixture_take((size_t)run_count * f->array.stride, sizeof *b->twin);
    check_ok(hpm_totals_init(&b->totals, &b->arena, &f->array, &b->portfolio, &error), &error);
}

static void book_free(book *b)
{
    free(b->arena.base);
    free(b->twin);
}

static void book_hold(book *b, uint32_t run, uint32_t instrument, int64_t lots)
{
    assert_true(b->portfolio.holding_count < LEGS_MAX);
    uint32_t at = b->portfolio.holding_count++;
    b->holdings[at] = (hpm_holding){instrument, at, lots};
    b->runs[run].end = at + 1;
    for (uint32_t r = run + 1; r < b->portfolio.run_count; r++)
        b->runs[r].first = b->runs[r].end = at + 1;
}

static void twin_add(book *b, const fixture *f, uint32_t run, uint32_t instrument, int64_t lots)
{
    for (uint32_t j = 0; j < f->array.stride; j++)
        b->twin[run * f->array.stride + j] += (hpm_wide)lots * fixture_tick(f, instrument, j);
}

static void twin_apply(book *b, const fixture *f)
{
    memset(b->twin, 0, b->portfolio.run_count * f->array.stride * sizeof *b->twin);
    for (uint32_t r = 0; r < b->portfolio.run_count; r++)
        for (uint32_t i = b->runs[r].first; i < b->runs[r].end; i++)
            twin_add(b, f, r, b->holdings[i].instrument, b->holdings[i].lots);
}

static hpm_wide entry(const hpm_totals *totals, size_t at)
{
    return totals->wide ? ((const hpm_wide *)totals->wide)[at] : totals->ticks[at];
}

static void check_twin(const book *b)
{
    assert_true((b->totals.wide == NULL) != (b->totals.ticks == NULL));
    for (size_t i = 0; i < (size_t)b->totals.run_count * b->totals.stride; i++)
        if (entry(&b->totals, i) != b->twin[i]) fail_msg("entry %zu is not its twin", i);
}

/* Applies with every instruction set and holds the result against the twin. */
static void check_apply(book *b, const fixture *f, int wide)
{
    hpm_error error;
    twin_apply(b, f);
    for (int n = 0; runnable_kernels(n); n++) {
        hpm_context context = {.risk = runnable_kernels(n)};
        check_ok(hpm_totals_apply(&context, &b->totals, &f->array, &b->portfolio, &error), &error);
        assert_int_equal(b->totals.wide != NULL, wide);
        assert_int_equal(b->totals.epoch, f->array.epoch);
        check_twin(b);
    }
}

static void hold_random(book *b, const fixture *f, uint32_t legs, int64_t lots_limit)
{
    for (uint32_t i = 0; i < legs; i++) {
        uint32_t run = i * b->portfolio.run_count / legs;
        uint32_t instrument = (uint32_t)(random_bits() % f->catalog.instrument_count);
        book_hold(b, run, instrument, random_within(lots_limit));
    }
}

static void test_random_portfolios(void **state)
{
    (void)state;
    static const struct {
        int64_t tick, lots;
        int wide;
    } sizes[] = {
        {1000000000, 1000, 0},         /* doubles */
        {INT64_C(1) << 40, 100000, 0}, /* int64 */
        {TICK_MAX, INT64_MAX, 1},
    };
    static const uint32_t columns[] = {0, 1, 8, 9, 41, 100, 104, 121, 208, 333};
    static const uint32_t legs[] = {1, 2, 10, 63, 64, 65, 130};
    static book b;
    for (size_t c = 0; c < COUNT_OF(columns); c++)
        for (size_t s = 0; s < COUNT_OF(sizes); s++) {
            fixture f;
            fixture_init(&f, 50, columns[c]);
            fixture_fill(&f, sizes[s].tick);
            for (size_t l = 0; l < COUNT_OF(legs); l++) {
                book_init(&b, &f, 1 + (uint32_t)l % 3);
                hold_random(&b, &f, legs[l], sizes[s].lots);
                check_apply(&b, &f, sizes[s].wide);
                book_free(&b);
            }
            fixture_free(&f);
        }
}

static void test_no_holdings(void **state)
{
    (void)state;
    static book b;
    fixture f;
    fixture_init(&f, 2, 100);
    book_init(&b, &f, 1);
    check_apply(&b, &f, 0);
    book_free(&b);
    book_init(&b, &f, 0);
    check_apply(&b, &f, 0);
    book_free(&b);
    fixture_free(&f);
}

/* One leg, or the same leg `times`; the bound is the product exactly. */
static void check_edge(int64_t tick, int64_t lots, uint32_t times, hpm_form form)
{
    static book b;
    fixture f;
    fixture_init(&f, 2, 9);
    fixture_set(&f, 1, 0, tick);
    fixture_set(&f, 1, 8, -tick);
    fixture_set(&f, 1, 16, tick - 1);
    hpm_wide_bound bound = 0;
    book_init(&b, &f, 1);
    for (uint32_t i = 0; i < times; i++) {
        book_hold(&b, 0, 1, lots);
        bound = hpm_bound_add(bound, lots, f.array.row_bound[1]);
    }
    assert_int_equal(hpm_bound_form(bound), form);
    check_apply(&b, &f, form == HPM_FORM_WIDE);
    book_free(&b);
    fixture_free(&f);
}

/* 2^53 - 1 = 6361 * 69431 * 20394401; 2^63 - 1 = 649657 * 14197294936951. */
static void test_bounds_at_the_edge(void **state)
{
    (void)state;
    check_edge(TICK_MAX, 1, 1, HPM_FORM_REAL);
    check_edge(TICK_MAX, -1, 1, HPM_FORM_REAL);
    check_edge(1, TICK_MAX, 1, HPM_FORM_REAL);
    check_edge(20394401, INT64_C(6361) * 69431, 1, HPM_FORM_REAL);
    check_edge(INT64_C(69431) * 20394401, -6361, 1, HPM_FORM_REAL);
    check_edge(INT64_C(1) << 52, 2, 1, HPM_FORM_INT);
    check_edge(INT64_C(1) << 52, -1, 2, HPM_FORM_INT);
    check_edge(14197294936951, 649657, 1, HPM_FORM_INT);
    check_edge(14197294936951, -649657, 1, HPM_FORM_INT);
    check_edge(649657, 14197294936951, 1, HPM_FORM_INT);
    check_edge(1, INT64_MAX, 1, HPM_FORM_INT);
    check_edge(1, INT64_MIN, 1, HPM_FORM_WIDE);
    check_edge(INT64_C(1) << 50, 1 << 13, 1, HPM_FORM_WIDE);
    check_edge(INT64_C(1) << 50, -(1 << 12), 2, HPM_FORM_WIDE);
    check_edge(TICK_MAX, INT64_MIN, 1, HPM_FORM_WIDE);
    check_edge(INT64_C(1) << 52, INT64_MIN, 4095, HPM_FORM_WIDE);
    check_edge(INT64_C(1) << 52, INT64_MAX, 4096, HPM_FORM_WIDE);
}

static void test_bound_saturates(void **state)
{
    (void)state;
    hpm_wide_bound bound = 0;
    for (int i = 0; i < 100; i++)
        bound = hpm_bound_add(bound, INT64_MIN, INT64_MAX);
    assert_true(bound == ~(hpm_wide_bound)0);
    assert_true(hpm_bound_add(bound, 1, 1) == bound);
    assert_int_equal(hpm_bound_form(bound), HPM_FORM_NONE);
    hpm_wide_bound one = 1;
    assert_int_equal(hpm_bound_form(0), HPM_FORM_REAL);
    assert_int_equal(hpm_bound_form((one << 53) - 1), HPM_FORM_REAL);
    assert_int_equal(hpm_bound_form(one << 53), HPM_FORM_INT);
    assert_int_equal(hpm_bound_form((one << 63) - 1), HPM_FORM_INT);
    assert_int_equal(hpm_bound_form(one << 63), HPM_FORM_WIDE);
    assert_int_equal(hpm_bound_form((one << 127) - 1), HPM_FORM_WIDE);
    assert_int_equal(hpm_bound_form(one << 127), HPM_FORM_NONE);
}

/* Long and short of the same rows: the bound is wide, the totals are nothing or next to it. */
static void test_cancelling_positions(void **state)
{
    (void)state;
    static const int64_t lots[] = {3, 50000, INT64_MAX};
    static const int wide[] = {0, 0, 1};
    static book b;
    for (size_t i = 0; i < COUNT_OF(lots); i++) {
        fixture f;
        fixture_init(&f, 40, 100);
        fixture_fill(&f, i == 0 ? 1000000 : INT64_C(1) << 38);
        book_init(&b, &f, 2);
        for (uint32_t k = 0; k < 80; k++)
            book_hold(&b, k < 40 ? 0 : 1, k % 20, k % 40 < 20 ? lots[i] : -lots[i]);
        check_apply(&b, &f, wide[i]);
        for (size_t e = 0; e < 2 * (size_t)f.array.stride; e++)
            assert_true(entry(&b.totals, e) == 0);
        book_free(&b);
        fixture_free(&f);
    }
}

/* A row of zeros counts for nothing however many lots there are of it. */
static void test_zero_rows(void **state)
{
    (void)state;
    static book b;
    fixture f;
    fixture_init(&f, 2, 100);
    fixture_set(&f, 1, 3, -5);
    book_init(&b, &f, 1);
    book_hold(&b, 0, 0, INT64_MIN);
    book_hold(&b, 0, 1, 7);
    book_hold(&b, 0, 0, INT64_MAX);
    check_apply(&b, &f, 0);
    book_free(&b);
    fixture_free(&f);
}

static void test_apply_refuses_and_leaves_totals(void **state)
{
    (void)state;
    static book b;
    fixture f;
    hpm_error error;
    hpm_context context = {.risk = &hpm_risk_kernels_base};
    fixture_init(&f, 3, 9);
    fixture_set(&f, 1, 0, INT64_C(1) << 52);
    fixture_set(&f, 2, 4, 11);
    book_init(&b, &f, 1);
    book_hold(&b, 0, 2, 5);
    check_apply(&b, &f, 0);
    for (int i = 0; i < 4096; i++)
        book_hold(&b, 0, 1, INT64_MIN);
    hpm_status got = hpm_totals_apply(&context, &b.totals, &f.array, &b.portfolio, &error);
    check_error(got, &error, HPM_E_OVERFLOW, "",
                "the portfolio's totals do not fit 128 bits (4097 positions)");
    check_twin(&b);
    b.portfolio.holding_count = b.runs[0].end = 1;
    f.array.row_state[2] = HPM_ROW_EXPIRED;
    got = hpm_totals_apply(&context, &b.totals, &f.array, &b.portfolio, &error);
    check_error(got, &error, HPM_E_EXPIRED, "test:2",
                "its row of the risk array cannot be used (instrument has expired)");
    check_twin(&b);
    book_free(&b);
    fixture_free(&f);
}

static int64_t random_order(void)
{
    switch (random_bits() % 8) {
    case 0:
        return random_bits() % 2 ? INT64_MIN : INT64_MAX;
    case 1:
        return random_within(INT64_MAX);
    case 2:
        return 0;
    default:
        return random_within(1000);
    }
}

/* Orders of all sizes in, then all of them out again: the twin at every step, the same as applying
 * from scratch along the way, and zeros at the end. */
static void test_add_and_take(void **state)
{
    (void)state;
    enum { ORDERS = 400 };
    static book b, scratch;
    fixture f;
    hpm_error error;
    uint32_t instrument[ORDERS];
    int64_t lots[ORDERS];
    fixture_init(&f, 30, 100);
    fixture_fill(&f, INT64_C(1) << 45);
    book_init(&b, &f, 2);
    book_init(&scratch, &f, 2);
    for (int i = 0; i < ORDERS; i++) {
        uint32_t run = i >= ORDERS / 2;
        instrument[i] = (uint32_t)random_bits() % 30;
        lots[i] = random_order();
        check_ok(hpm_totals_add(&b.totals, &f.array, run, instrument[i], lots[i], &error), &error);
        twin_add(&b, &f, run, instrument[i], lots[i]);
        check_twin(&b);
        book_hold(&scratch, run, instrument[i], lots[i]);
        if (i % 50 != 49) continue;
        check_apply(&scratch, &f, 1);
        for (size_t e = 0; e < 2 * (size_t)f.array.stride; e++)
            assert_true(entry(&b.totals, e) == entry(&scratch.totals, e));
    }
    for (int i = 0; i < ORDERS; i++) {
        uint32_t run = i >= ORDERS / 2;
        int64_t half = lots[i] / 2; /* minus INT64_MIN lots are no int64: in two parts */
        int64_t parts[] = {-half, -(lots[i] - half)};
        for (int k = 0; k < 2; k++)
            check_ok(hpm_totals_add(&b.totals, &f.array, run, instrument[i], parts[k], &error),
                     &error);
    }
    memset(b.twin, 0, 2 * f.array.stride * sizeof *b.twin);
    check_twin(&b);
    book_free(&b);
    book_free(&scratch);
    fixture_free(&f);
}

/* Narrow to the last tick, then one more. */
static void test_add_promotes(void **state)
{
    (void)state;
    static book b;
    fixture f;
    hpm_error error;
    fixture_init(&f, 2, 20);
    fixture_fill(&f, 1000);
    fixture_set(&f, 1, 3, 1);
    fixture_set(&f, 1, 4, -1);
    for (uint32_t j = 0; j < f.array.stride; j++)
        if (j != 3 && j != 4) fixture_set(&f, 1, j, 0);
    book_init(&b, &f, 3);
    for (uint32_t run = 0; run < 3; run++) {
        check_ok(hpm_totals_add(&b.totals, &f.array, run, 1, INT64_MAX, &error), &error);
        twin_add(&b, &f, run, 1, INT64_MAX);
    }
    assert_null(b.totals.wide);
    check_twin(&b);
    check_ok(hpm_totals_add(&b.totals, &f.array, 1, 1, 1, &error), &error);
    twin_add(&b, &f, 1, 1, 1);
    assert_non_null(b.totals.wide);
    check_twin(&b);
    check_ok(hpm_totals_add(&b.totals, &f.array, 1, 1, -1, &error), &error);
    twin_add(&b, &f, 1, 1, -1);
    check_twin(&b);
    book_hold(&b, 0, 0, 3); /* from scratch: narrow again, in the same memory */
    check_apply(&b, &f, 0);
    book_free(&b);
    fixture_free(&f);
}

static void test_add_refuses_and_leaves_totals(void **state)
{
    (void)state;
    static book b;
    fixture f;
    hpm_error error;
    hpm_status got = HPM_OK;
    int added = 0;
    fixture_init(&f, 2, 20);
    fixture_set(&f, 1, 19, TICK_MAX);
    fixture_set(&f, 1, 0, 1);
    book_init(&b, &f, 1);
    while ((got = hpm_totals_add(&b.totals, &f.array, 0, 1, INT64_MIN, &error)) == HPM_OK) {
        twin_add(&b, &f, 0, 1, INT64_MIN);
        assert_true(++added < 3000);
    }
    assert_int_equal(added, 2048); /* 2048 * 2^63 * (2^53 - 1) < 2^127 */
    check_error(got, &error, HPM_E_OVERFLOW, "test:1",
                "totals with -9223372036854775808 more lots do not fit 128 bits");
    check_twin(&b);
    check_ok(hpm_totals_add(&b.totals, &f.array, 0, 1, INT64_MAX, &error), &error);
    book_free(&b);
    fixture_free(&f);
}

static void test_add_checks_epoch_and_row(void **state)
{
    (void)state;
    static book b;
    fixture f;
    hpm_error error;
    fixture_init(&f, 2, 20);
    fixture_fill(&f, 100);
    book_init(&b, &f, 1);
    f.array.row_state[1] = HPM_ROW_MISSING;
    check_error(hpm_totals_add(&b.totals, &f.array, 0, 1, 1, &error), &error, HPM_E_MISSING_PRICE,
                "test:1", "its row of the risk array cannot be used (missing price)");
    f.array.epoch = 8;
    check_error(hpm_totals_add(&b.totals, &f.array, 0, 0, 1, &error), &error, HPM_E_STALE, "totals",
                "of another filling of the risk array (7, now 8)");
    check_twin(&b);
    book_free(&b);
    fixture_free(&f);
}

static void test_init_needs_memory(void **state)
{
    (void)state;
    fixture f;
    hpm_error error;
    hpm_totals totals;
    hpm_portfolio portfolio = {.run_count = 3};
    fixture_init(&f, 1, 100);
    hpm_arena arena = {.capacity = hpm_totals_size(&f.array, 3) - 1};
    arena.base = fixture_take(1, arena.capacity);
    check_error(hpm_totals_init(&totals, &arena, &f.array, &portfolio, &error), &error,
                HPM_E_MEMORY, "totals", "the arena is too small");
    free(arena.base);
    fixture_free(&f);
}

/* The integer that a double of at least 2^53 is. */
static hpm_wide_bound integer_of(uint64_t bits)
{
    hpm_wide_bound fraction = (bits & ((UINT64_C(1) << 52) - 1)) | UINT64_C(1) << 52;
    return fraction << ((int)(bits >> 52) - 1075);
}

static hpm_wide_bound distance(hpm_wide_bound a, hpm_wide_bound b)
{
    return a > b ? a - b : b - a;
}

/* No double is nearer, and of two equally near it is the even one: by looking at both neighbours.
 */
static void check_nearest(double real, hpm_wide value)
{
    uint64_t bits;
    hpm_wide_bound size = value < 0 ? 0 - (hpm_wide_bound)value : (hpm_wide_bound)value;
    assert_true(value < 0 ? real < 0 : real >= 0);
    if (size >> 53 == 0) {
        assert_true((hpm_wide)(int64_t)real == value);
        return;
    }
    if (real < 0) real = -real;
    memcpy(&bits, &real, sizeof bits);
    hpm_wide_bound off = distance(integer_of(bits), size);
    hpm_wide_bound above = distance(integer_of(bits + 1), size);
    hpm_wide_bound below = bits == UINT64_C(1076) << 52 ? 1 : distance(integer_of(bits - 1), size);
    assert_true(off <= above && off <= below);
    if (off == above || off == below) assert_int_equal(bits & 1, 0);
}

static void check_real(hpm_wide value)
{
    double read, narrowly;
    hpm_totals wide = {.stride = 1, .run_count = 1, .wide = &value};
    hpm_totals_read(&read, &wide, 0);
    check_nearest(read, value);
    int64_t narrow = (int64_t)value;
    if (narrow != value) return;
    hpm_totals totals = {.stride = 1, .run_count = 1, .ticks = &narrow};
    hpm_totals_read(&narrowly, &totals, 0);
    assert_true(narrowly == read);
}

static void test_real_rounds_once(void **state)
{
    (void)state;
    const hpm_wide one = 1;
    const hpm_wide largest = (hpm_wide)(~(hpm_wide_bound)0 >> 1);
    check_real(0);
    check_real(largest);
    check_real(-largest - 1);
    check_real(INT64_MAX);
    check_real(INT64_MIN);
    for (int bits = 1; bits < 127; bits++)
        for (int tail = 0; tail < bits; tail++)
            for (hpm_wide nudge = -2; nudge <= 2; nudge++) {
                hpm_wide value = (one << bits) + (one << tail) + nudge;
                check_real(value);
                check_real(-value);
                check_real((one << bits) - (one << tail) + nudge);
            }
    for (int i = 0; i < 200000; i++) {
        hpm_wide_bound bits = (hpm_wide_bound)random_bits() << 64 | random_bits();
        check_real((hpm_wide)bits >> random_bits() % 128);
    }
}

/* Where a total lies: the right run and column. */
static void test_real_reads_its_entry(void **state)
{
    (void)state;
    static book b;
    fixture f;
    fixture_init(&f, 5, 20);
    fixture_fill(&f, 100);
    book_init(&b, &f, 3);
    hold_random(&b, &f, 30, 100);
    check_apply(&b, &f, 0);
    for (uint32_t r = 0; r < 3; r++) {
        double all[32];
        assert_int_equal(f.array.stride, COUNT_OF(all));
        hpm_totals_read(all, &b.totals, r);
        for (uint32_t j = 0; j < f.array.stride; j++)
            assert_true(all[j] == (double)(int64_t)b.twin[r * f.array.stride + j]);
    }
    book_free(&b);
    fixture_free(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_portfolios),
        cmocka_unit_test(test_no_holdings),
        cmocka_unit_test(test_bounds_at_the_edge),
        cmocka_unit_test(test_bound_saturates),
        cmocka_unit_test(test_cancelling_positions),
        cmocka_unit_test(test_zero_rows),
        cmocka_unit_test(test_apply_refuses_and_leaves_totals),
        cmocka_unit_test(test_add_and_take),
        cmocka_unit_test(test_add_promotes),
        cmocka_unit_test(test_add_refuses_and_leaves_totals),
        cmocka_unit_test(test_add_checks_epoch_and_row),
        cmocka_unit_test(test_init_needs_memory),
        cmocka_unit_test(test_real_rounds_once),
        cmocka_unit_test(test_real_reads_its_entry),
    };
    print_coverage();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
