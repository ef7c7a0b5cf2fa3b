/* Tests of src/assess/shapley.c: splits found by hand, and the same as by walking every order. */
#include "check.h"
#include <math.h>

#include "risk_fixture.h"

#include "assess/shapley.h"

#define LIMIT INT64_MAX

static void expect(const int64_t *values, uint32_t count, const int64_t *wanted)
{
    hpm_money part[HPM_CAUSES_MAX];
    hpm_error error = {0};
    check_ok(hpm_shapley_split(part, values, 1, count, &error), &error);
    for (uint32_t i = 0; i < count; i++)
        assert_int_equal(part[i].e8, wanted[i]);
}

/* values[set]: bit 0 the first cause. */
static void test_by_hand(void **state)
{
    (void)state;
    expect((int64_t[]){7, 19}, 1, (int64_t[]){12});
    /* Alone 10 and 4, together 20: (10 + 16)/2 and (4 + 10)/2. */
    expect((int64_t[]){0, 10, 4, 20}, 2, (int64_t[]){13, 7});
    /* The first does nothing, whatever the second does. */
    expect((int64_t[]){5, 5, 9, 9}, 2, (int64_t[]){0, 4});
    /* Only all three together do anything: a third each. */
    expect((int64_t[]){0, 0, 0, 0, 0, 0, 0, 9}, 3, (int64_t[]){3, 3, 3});
    /* A glove game: the first with any of the others makes 6: 4, 1, 1. */
    expect((int64_t[]){0, 0, 0, 6, 0, 6, 0, 6}, 3, (int64_t[]){4, 1, 1});
}

static void test_rounding(void **state)
{
    (void)state;
    /* Halves: 0.5 and 0.5 round to even, 0, and what is left goes to the first of equals. */
    expect((int64_t[]){0, 0, 0, 1}, 2, (int64_t[]){1, 0});
    expect((int64_t[]){0, 0, 0, -1}, 2, (int64_t[]){-1, 0});
    /* 1.5 and 1.5 round to 2 and 2, of which one is too many. */
    expect((int64_t[]){0, 0, 0, 3}, 2, (int64_t[]){1, 2});
    /* -0.5 and 3.5 round to 0 and 4: one too many again, and the second is the larger. */
    expect((int64_t[]){0, -2, 2, 3}, 2, (int64_t[]){0, 3});
    /* Thirds of 10: 3, 3, 3 and one left. */
    expect((int64_t[]){0, 0, 0, 0, 0, 0, 0, 10}, 3, (int64_t[]){4, 3, 3});
    /* Thirds of 20: 7, 7, 7 and one too many. */
    expect((int64_t[]){0, 0, 0, 0, 0, 0, 0, 20}, 3, (int64_t[]){6, 7, 7});
}

static void test_edges(void **state)
{
    hpm_money part[HPM_CAUSES_MAX];
    hpm_error error = {0};
    (void)state;
    check_ok(hpm_shapley_split(part, (int64_t[]){42}, 1, 0, &error), &error);
    expect((int64_t[]){0, LIMIT}, 1, (int64_t[]){LIMIT});
    expect((int64_t[]){-1, LIMIT - 1}, 1, (int64_t[]){LIMIT});
    expect((int64_t[]){0, INT64_MIN}, 1, (int64_t[]){INT64_MIN});
    check_error(hpm_shapley_split(part, (int64_t[]){-1, LIMIT}, 1, 1, &error), &error,
                HPM_E_OVERFLOW, "attribution", "a part does not fit");
    /* The parts are 1.5 and -0.5 of the largest number. */
    check_error(hpm_shapley_split(part, (int64_t[]){0, LIMIT, -LIMIT, LIMIT}, 1, 2, &error), &error,
                HPM_E_OVERFLOW, "attribution", "a part does not fit");
}

/* Walks every order of the causes and adds up what each does in its turn. */
static void walk(int64_t *sums, const int64_t *values, uint32_t count, uint32_t set)
{
    for (uint32_t i = 0; i < count; i++) {
        uint32_t next = set | 1U << i;
        int64_t orders = 1; /* of the causes that are still to come */
        if (next == set) continue;
        for (uint32_t k = 2; k < count - (uint32_t)__builtin_popcount(set); k++)
            orders *= k;
        sums[i] += orders * (values[next] - values[set]);
        walk(sums, values, count, next);
    }
}

static void test_every_order(void **state)
{
    enum { MOST = 6 };
    (void)state;
    for (int round = 0; round < 200; round++) {
        uint32_t count = 1 + (uint32_t)(random_bits() % MOST);
        int64_t values[1 << MOST], sums[MOST] = {0}, factorial = 1, total = 0;
        hpm_money part[HPM_CAUSES_MAX];
        hpm_error error = {0};
        for (uint32_t set = 0; set < 1U << count; set++)
            values[set] = random_within(INT64_C(1) << (round % 40));
        walk(sums, values, count, 0);
        check_ok(hpm_shapley_split(part, values, 1, count, &error), &error);
        for (uint32_t k = 2; k <= count; k++)
            factorial *= k;
        for (uint32_t i = 0; i < count; i++) {
            total += part[i].e8;
            /* Half from rounding, and half of each of the others if it took what was left. */
            assert_true(fabs((double)(part[i].e8 * factorial - sums[i])) <=
                        0.5 * (double)factorial * count);
        }
        assert_int_equal(total, values[(1U << count) - 1] - values[0]);
    }
}

/* Measures lie side by side. */
static void test_stride(void **state)
{
    const int64_t values[] = {0, 100, 10, 90, 4, 80, 20, 60};
    hpm_money part[2];
    hpm_error error = {0};
    (void)state;
    check_ok(hpm_shapley_split(part, values, 2, 2, &error), &error);
    assert_int_equal(part[0].e8, 13);
    assert_int_equal(part[1].e8, 7);
    check_ok(hpm_shapley_split(part, values + 1, 2, 2, &error), &error);
    assert_int_equal(part[0].e8, -15); /* (-10 - 20)/2 */
    assert_int_equal(part[1].e8, -25); /* (-20 - 30)/2 */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_hand), cmocka_unit_test(test_rounding),
        cmocka_unit_test(test_edges),   cmocka_unit_test(test_every_order),
        cmocka_unit_test(test_stride),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
