/* Scans of accounts and of orders against slow sums in 128 bits, on every instruction set. */
#include "risk_fixture.h"

#define ACCOUNTS    300
#define LEGS_MAX    (ACCOUNTS * 40)
#define COLUMNS_MAX 400

/* Accounts over one array. first[count] is the end of the account that is being filled, until
 * crowd_finish. */
typedef struct crowd {
    uint64_t first[ACCOUNTS + 2];
    uint32_t instruments[LEGS_MAX];
    int64_t lots[LEGS_MAX];
    uint64_t count;
} crowd;

static void crowd_hold(crowd *c, uint32_t instrument, int64_t lots)
{
    uint64_t leg = c->first[c->count]++;
    assert_true(leg < LEGS_MAX);
    c->instruments[leg] = instrument;
    c->lots[leg] = lots;
}

/* Closes an account whose legs were held since the last one. */
static void crowd_close(crowd *c)
{
    assert_true(c->count < ACCOUNTS);
    c->count++;
    c->first[c->count] = c->first[c->count - 1];
}

static void crowd_finish(crowd *c)
{
    memmove(c->first + 1, c->first, c->count * sizeof c->first[0]);
    c->first[0] = 0;
}

static loss slow_account(const crowd *c, const fixture *f, uint64_t account)
{
    hpm_wide sums[COLUMNS_MAX] = {0};
    for (uint64_t p = c->first[account]; p < c->first[account + 1]; p++)
        for (uint32_t j = 0; j < f->array.scenario_count; j++)
            sums[j] += (hpm_wide)c->lots[p] * fixture_tick(f, c->instruments[p], j);
    return slow_worst(sums, f->array.scenario_count);
}

static void check_crowd(const crowd *c, const fixture *f)
{
    int64_t worst[ACCOUNTS];
    uint32_t column[ACCOUNTS];
    int fits = 1;
    for (uint64_t a = 0; a < c->count; a++)
        fits &= slow_account(c, f, a).fits;
    for (int n = 0; runnable_kernels(n); n++) {
        hpm_context context = {.risk = runnable_kernels(n)};
        memset(worst, 0x55, sizeof worst);
        memset(column, 0x55, sizeof column);
        hpm_status got = hpm_scan_worst(&context, worst, column, &f->array, c->first,
                                        c->instruments, c->lots, c->count);
        assert_int_equal(got, fits ? HPM_OK : HPM_E_OVERFLOW);
        for (uint64_t a = 0; fits && a < c->count; a++) {
            loss expected = slow_account(c, f, a);
            if (worst[a] != expected.worst || column[a] != expected.column)
                fail_msg("%s: account %d is not its twin", context.risk->isa, (int)a);
        }
        if (!fits) continue;
        int64_t again[ACCOUNTS];
        assert_int_equal(hpm_scan_worst(&context, again, NULL, &f->array, c->first, c->instruments,
                                        c->lots, c->count),
                         HPM_OK);
        assert_memory_equal(again, worst, c->count * sizeof *worst);
    }
}

/* Random legs whose bound has the wanted form while the loss stays within int64: in the wide form
 * by a huge long and short of one row among them. */
static void hold_random(crowd *c, uint32_t instrument_count, hpm_form form)
{
    int64_t limit = form == HPM_FORM_REAL ? 100 : 1 << 20;
    uint32_t huge = (uint32_t)(random_bits() % instrument_count);
    int64_t huge_lots = random_within(1000) + (INT64_C(1) << 60);
    if (form == HPM_FORM_WIDE) crowd_hold(c, huge, huge_lots);
    for (uint64_t legs = random_bits() % 38; legs > 0; legs--)
        crowd_hold(c, (uint32_t)(random_bits() % instrument_count), random_within(limit));
    if (form == HPM_FORM_WIDE) crowd_hold(c, huge, -huge_lots);
    crowd_close(c);
}

static void test_random_accounts(void **state)
{
    (void)state;
    static const uint32_t columns[] = {0,  1,   7,   8,   9,   16,  17,  64,  65,  88,
                                       99, 100, 104, 105, 121, 128, 129, 200, 257, 400};
    static crowd c;
    for (size_t k = 0; k < COUNT_OF(columns); k++)
        for (unsigned mix = 0; mix < 4; mix++) {
            fixture f;
            fixture_init(&f, 60, columns[k]);
            fixture_fill(&f, INT64_C(1) << 36);
            memset(&c, 0, sizeof c);
            for (uint32_t a = 0; a < ACCOUNTS; a++) /* mix 3: the forms side by side */
                hold_random(&c, 60, (hpm_form)(mix < 3 ? mix : random_bits() % 3));
            crowd_finish(&c);
            for (uint32_t a = 0; a < ACCOUNTS; a++)
                assert_true(slow_account(&c, &f, a).fits);
            check_crowd(&c, &f);
            fixture_free(&f);
        }
}

/* Accounts and rows of very different sizes side by side: the largest decides, wherever it is. The
 * sums are odd, so that doubles would lose them; the wide ones come back below 2^63. */
static void test_uneven_block(void **state)
{
    (void)state;
    static crowd c;
    for (int big_at = 0; big_at < 10; big_at++)
        for (int wide = 0; wide < 2; wide++) {
            fixture f;
            fixture_init(&f, 2, 100);
            for (uint32_t j = 0; j < 100; j++) {
                fixture_set(&f, 0, j, -TICK_MAX + 2 * (int64_t)j);
                fixture_set(&f, 1, j, 1);
            }
            memset(&c, 0, sizeof c);
            for (int a = 0; a < 10; a++, crowd_close(&c)) {
                crowd_hold(&c, 1, 1);
                if (a != big_at) continue;
                crowd_hold(&c, 0, wide ? 1 << 20 : 1001);
                if (wide) crowd_hold(&c, 0, 1001 - (1 << 20));
                crowd_hold(&c, 1, 3);
            }
            crowd_finish(&c);
            check_crowd(&c, &f);
            fixture_free(&f);
        }
}

/* The same loss in many columns, in every tile: the first of them is named. */
static void test_first_of_equals(void **state)
{
    (void)state;
    static crowd c;
    for (uint32_t first = 0; first < 300; first += 7)
        for (int big = 0; big < 2; big++) {
            fixture f;
            fixture_init(&f, 1, 300);
            for (uint32_t j = 0; j < 300; j++)
                fixture_set(&f, 0, j, j < first ? -4 : (j - first) % 3 == 0 ? -5 : 9);
            memset(&c, 0, sizeof c);
            crowd_hold(&c, 0, big ? INT64_C(1) << 55 : 1);
            crowd_close(&c);
            crowd_finish(&c);
            assert_int_equal(slow_account(&c, &f, 0).column, first);
            check_crowd(&c, &f);
            fixture_free(&f);
        }
}

/* The ticks after the last scenario (units, greeks) are no scenarios. */
static void test_other_columns_do_not_count(void **state)
{
    (void)state;
    static crowd c;
    fixture f;
    fixture_init(&f, 1, 96);
    for (uint32_t j = 0; j < f.array.stride; j++)
        fixture_set(&f, 0, j, j < 96 ? 3 : -1000);
    memset(&c, 0, sizeof c);
    crowd_hold(&c, 0, 2);
    crowd_close(&c);
    crowd_close(&c); /* an account without legs */
    crowd_finish(&c);
    assert_int_equal(slow_account(&c, &f, 0).column, HPM_NONE);
    assert_int_equal(slow_account(&c, &f, 1).column, HPM_NONE);
    check_crowd(&c, &f);
    fixture_free(&f);
}

static hpm_status scan_one(const hpm_context *context, const fixture *f, const int64_t *lots,
                           uint64_t legs, int64_t *worst, uint32_t *column)
{
    const uint64_t first[] = {0, legs};
    const uint32_t instruments[] = {0, 1, 2, 3};
    return hpm_scan_worst(context, worst, column, &f->array, first, instruments, lots, 1);
}

/* Losses at and next to the largest int64, and sums that pass through larger ones. */
static void test_worst_at_the_edge(void **state)
{
    (void)state;
    fixture f;
    int64_t worst;
    uint32_t column;
    fixture_init(&f, 4, 9);
    fixture_set(&f, 0, 8, -1);
    fixture_set(&f, 1, 8, 1);
    fixture_set(&f, 2, 8, TICK_MAX);
    fixture_set(&f, 3, 8, -TICK_MAX);
    fixture_set(&f, 3, 2, -1);
    for (int n = 0; runnable_kernels(n); n++) {
        hpm_context context = {.risk = runnable_kernels(n)};
        const int64_t fits[] = {INT64_MAX};
        assert_int_equal(scan_one(&context, &f, fits, 1, &worst, &column), HPM_OK);
        assert_true(worst == INT64_MAX && column == 8);
        const int64_t gain[] = {INT64_MIN};
        assert_int_equal(scan_one(&context, &f, gain, 1, &worst, &column), HPM_OK);
        assert_true(worst == 0 && column == HPM_NONE);
        const int64_t one_more[] = {INT64_MAX, -1};
        assert_int_equal(scan_one(&context, &f, one_more, 2, &worst, &column), HPM_E_OVERFLOW);
        const int64_t back[] = {INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX};
        assert_int_equal(scan_one(&context, &f, back, 4, &worst, &column), HPM_OK);
        assert_true(worst == INT64_MAX && column == 2);
    }
    fixture_free(&f);
}

static void test_bound_beyond_128_bits(void **state)
{
    (void)state;
    enum { LEGS = 4096 };
    static uint32_t instruments[LEGS];
    static int64_t lots[LEGS];
    static const uint64_t first[] = {0, LEGS};
    fixture f;
    int64_t worst;
    fixture_init(&f, 1, 9);
    fixture_set(&f, 0, 1, INT64_C(1) << 52);
    for (int i = 0; i < LEGS; i++)
        lots[i] = i % 2 ? INT64_MIN : INT64_MAX;
    for (int n = 0; runnable_kernels(n); n++) {
        hpm_context context = {.risk = runnable_kernels(n)};
        for (int i = 0; i < 2; i++, lots[0] = INT64_MIN)
            assert_int_equal(
                hpm_scan_worst(&context, &worst, NULL, &f.array, first, instruments, lots, 1),
                HPM_E_OVERFLOW);
    }
    fixture_free(&f);
}

static void test_rows_that_cannot_be_used(void **state)
{
    (void)state;
    static const hpm_status expected[] = {HPM_OK, HPM_E_MISSING_PRICE, HPM_E_EXPIRED,
                                          HPM_E_OVERFLOW, HPM_E_RANGE};
    const int64_t lots[] = {1, 2, 3, 4};
    const int64_t total[9] = {0};
    hpm_context context = {.risk = &hpm_risk_kernels_base};
    fixture f;
    int64_t worst;
    uint32_t column;
    fixture_init(&f, 4, 9);
    fixture_fill(&f, 1000);
    for (uint8_t s = HPM_ROW_READY; s <= HPM_ROW_COARSE; s++) {
        f.array.row_state[3] = s;
        f.array.row_state[0] = HPM_ROW_READY;
        assert_int_equal(scan_one(&context, &f, lots, 4, &worst, &column), expected[s]);
        assert_int_equal(scan_one(&context, &f, lots, 3, &worst, &column), HPM_OK);
        assert_int_equal(hpm_scan_order(&context, &worst, &column, &f.array, total, 3, 1),
                         expected[s]);
        f.array.row_state[0] = HPM_ROW_EXPIRED; /* the first leg is the one that speaks */
        assert_int_equal(scan_one(&context, &f, lots, 4, &worst, &column), HPM_E_EXPIRED);
    }
    fixture_free(&f);
}

/* Exactly scenario_count columns are read, wherever the total starts. */
static void check_order(const fixture *f, const int64_t *total, uint32_t instrument, int64_t lots)
{
    hpm_wide sums[COLUMNS_MAX];
    uint32_t count = f->array.scenario_count;
    for (uint32_t j = 0; j < count; j++)
        sums[j] = (hpm_wide)lots * fixture_tick(f, instrument, j) + total[j];
    loss expected = slow_worst(sums, count);
    for (int n = 0; runnable_kernels(n); n++) {
        hpm_context context = {.risk = runnable_kernels(n)};
        int64_t worst = 77, again = 77;
        uint32_t column = 77;
        hpm_status got =
            hpm_scan_order(&context, &worst, &column, &f->array, total, instrument, lots);
        assert_int_equal(got, expected.fits ? HPM_OK : HPM_E_OVERFLOW);
        if (!expected.fits) continue;
        if (worst != expected.worst || column != expected.column)
            fail_msg("%s: the order is not its twin", context.risk->isa);
        got = hpm_scan_order(&context, &again, NULL, &f->array, total, instrument, lots);
        assert_true(got == HPM_OK && again == worst);
    }
}

static int64_t random_total(int kind)
{
    static const int64_t extremes[] = {INT64_MIN, INT64_MIN + 1, INT64_MAX, 0, -1, 1};
    if (kind == 2 && random_bits() % 4 == 0) return extremes[random_bits() % 6];
    return random_within(kind == 0 ? 1000000 : INT64_MAX);
}

static void test_random_orders(void **state)
{
    (void)state;
    static const int64_t lots[] = {0, 1, -1, 1000, -123456789, INT64_MAX, INT64_MIN};
    for (uint32_t columns = 0; columns <= 120; columns++) {
        fixture f;
        fixture_init(&f, 8, columns);
        fixture_fill(&f, columns % 2 ? 100000 : TICK_MAX);
        int64_t *total = malloc((columns + 1) * sizeof *total); /* tight: over-reads are seen */
        assert_non_null(total);
        int64_t *shifted = total + 1;
        for (int kind = 0; kind < 3; kind++)
            for (uint32_t i = 0; i < 40; i++) {
                for (uint32_t j = 0; j < columns; j++)
                    shifted[j] = random_total(kind);
                check_order(&f, shifted, i % 8, lots[i % COUNT_OF(lots)]);
            }
        free(total);
        fixture_free(&f);
    }
}

/* Each column in turn at the edge: what just fits, and what just does not. */
static void test_order_at_the_edge(void **state)
{
    (void)state;
    fixture f;
    int64_t total[100];
    fixture_init(&f, 2, 100);
    for (uint32_t j = 0; j < 100; j++)
        fixture_set(&f, 0, j, 1);
    fixture_set(&f, 1, 3, TICK_MAX);
    for (uint32_t j = 0; j < 100; j++) {
        memset(total, 0, sizeof total);
        total[j] = INT64_MIN;
        check_order(&f, total, 0, 0);
        check_order(&f, total, 0, 1);
        check_order(&f, total, 0, -1);
        check_order(&f, total, 0, INT64_MAX);
        check_order(&f, total, 1, INT64_MAX);
        total[j] = INT64_MAX;
        check_order(&f, total, 0, 1);
        check_order(&f, total, 0, INT64_MIN);
        check_order(&f, total, 1, INT64_MIN);
    }
    fixture_free(&f);
}

/* The pre-trade answer is the answer after the trade. */
static void test_order_equals_account_with_it(void **state)
{
    (void)state;
    fixture f;
    fixture_init(&f, 40, 100);
    fixture_fill(&f, INT64_C(1) << 40);
    for (int i = 0; i < 300; i++) {
        enum { LEGS = 12 };
        const uint64_t first[] = {0, LEGS};
        uint32_t instruments[LEGS], column, column_after;
        int64_t lots[LEGS], total[100] = {0}, worst, worst_after;
        for (int p = 0; p < LEGS; p++) {
            instruments[p] = (uint32_t)(random_bits() % 40);
            lots[p] = random_within(100000);
            for (uint32_t j = 0; p < LEGS - 1 && j < 100; j++)
                total[j] += lots[p] * fixture_tick(&f, instruments[p], j);
        }
        for (int n = 0; runnable_kernels(n); n++) {
            hpm_context context = {.risk = runnable_kernels(n)};
            assert_int_equal(hpm_scan_order(&context, &worst, &column, &f.array, total,
                                            instruments[LEGS - 1], lots[LEGS - 1]),
                             HPM_OK);
            assert_int_equal(hpm_scan_worst(&context, &worst_after, &column_after, &f.array, first,
                                            instruments, lots, 1),
                             HPM_OK);
            assert_true(worst == worst_after && column == column_after);
        }
    }
    fixture_free(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_accounts),
        cmocka_unit_test(test_uneven_block),
        cmocka_unit_test(test_first_of_equals),
        cmocka_unit_test(test_other_columns_do_not_count),
        cmocka_unit_test(test_worst_at_the_edge),
        cmocka_unit_test(test_bound_beyond_128_bits),
        cmocka_unit_test(test_rows_that_cannot_be_used),
        cmocka_unit_test(test_random_orders),
        cmocka_unit_test(test_order_at_the_edge),
        cmocka_unit_test(test_order_equals_account_with_it),
    };
    print_coverage();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
