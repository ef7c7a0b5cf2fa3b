/* Tests of src/math/bracket.h: every root of small brackets, straight and crooked functions, steps
 * that are counted, ends of the range. */
#include "math/bracket.h"

#include <math.h>

#include "check.h"

typedef double function(int64_t x, double root);

static int64_t close_on(function *f, int64_t low, int64_t high, double root, int *steps)
{
    hpm_bracket bracket = hpm_bracket_of(low, f(low, root), high, f(high, root));
    *steps = 0;
    while (!hpm_bracket_closed(&bracket)) {
        int64_t x = hpm_bracket_next(&bracket);
        hpm_bracket_tell(&bracket, x, f(x, root));
        ++*steps;
    }
    assert_true(f(bracket.low, root) <= 0 && f(bracket.high, root) > 0);
    assert_true(bracket.high - bracket.low == 1);
    return bracket.low;
}

static double straight(int64_t x, double root)
{
    return (double)x - root;
}

static double kinked(int64_t x, double root)
{
    return (double)x < root ? ((double)x - root) / 1000 : ((double)x - root) * 1000;
}

static double square(int64_t x, double root)
{
    return (double)x * (double)x - root * root;
}

/* Flat and then very steep: interpolation alone would crawl. */
static double steep(int64_t x, double root)
{
    double distance = ((double)x - root) / 1e9;
    return distance * distance * distance * distance * distance;
}

static double step_up(int64_t x, double root)
{
    return (double)x > root ? INFINITY : -1;
}

static double blind(int64_t x, double root)
{
    return (double)x > root ? 1 : -1;
}

static function *const functions[] = {straight, kinked, square, steep, step_up, blind};

/* Every root between every pair of ends, with and without a zero on an integer. */
static void test_small(void **state)
{
    int steps;
    (void)state;
    for (size_t f = 0; f < COUNT_OF(functions); f++)
        for (int64_t high = 1; high <= 20; high++)
            for (int64_t root = 0; root < high; root++) {
                assert_true(close_on(functions[f], 0, high, (double)root, &steps) == root);
                assert_true(close_on(functions[f], 0, high, (double)root + 0.5, &steps) == root);
            }
}

/* Never more than four steps a bit, and three where the function is straight. */
static void test_steps(void **state)
{
    const int64_t high = INT64_C(1) << 40;
    int steps;
    (void)state;
    for (size_t f = 0; f < COUNT_OF(functions); f++)
        for (double root = 1.5; root < (double)high; root *= 7.3) {
            assert_true(close_on(functions[f], 0, high, root, &steps) == (int64_t)root);
            assert_true(steps <= 4 * 40);
            if (functions[f] == straight) assert_true(steps <= 3);
        }
}

static void test_ends_of_the_range(void **state)
{
    int steps;
    (void)state;
    assert_true(close_on(straight, INT64_MIN, INT64_MAX, -12345.5, &steps) == -12346);
    assert_true(close_on(blind, INT64_MIN, INT64_MAX, 1e15, &steps) == INT64_C(1000000000000000));
    assert_true(steps <= 4 * 64);
    assert_true(close_on(blind, -7, -5, -6, &steps) == -6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_small),
        cmocka_unit_test(test_steps),
        cmocka_unit_test(test_ends_of_the_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
