/* Tests of src/math/rng.h: the published numbers, and where they fall. */
#include "check.h"
#include "math/rng.h"

/* First outputs for the seeds 0 and 1234567, as the generator's reference code gives them. */
static void test_published(void **state)
{
    static const uint64_t zero[] = {UINT64_C(0xe220a8397b1dcdaf), UINT64_C(0x6e789e6aa1b965f4),
                                    UINT64_C(0x06c45d188009454f)};
    static const uint64_t other[] = {UINT64_C(6457827717110365317), UINT64_C(3203168211198807973),
                                     UINT64_C(9817491932198370423), UINT64_C(4593380528125082431),
                                     UINT64_C(16408922859458223821)};
    hpm_rng rng = {0};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(zero); i++)
        assert_true(hpm_rng_next(&rng) == zero[i]);
    rng.state = 1234567;
    for (size_t i = 0; i < COUNT_OF(other); i++)
        assert_true(hpm_rng_next(&rng) == other[i]);
}

/* All of the range and nothing else, evenly: 70,000 draws of 7 within 4 % of 10,000 each. */
static void test_below(void **state)
{
    hpm_rng rng = {7};
    uint32_t counts[7] = {0};
    (void)state;
    for (int i = 0; i < 70000; i++)
        counts[hpm_rng_below(&rng, 7)]++;
    for (int i = 0; i < 7; i++)
        assert_in_range(counts[i], 9600, 10400);
    for (int i = 0; i < 100; i++)
        assert_int_equal(hpm_rng_below(&rng, 1), 0);
}

static void test_real(void **state)
{
    hpm_rng rng = {11};
    double sum = 0, least = 1, most = 0;
    (void)state;
    for (int i = 0; i < 100000; i++) {
        double x = hpm_rng_real(&rng);
        assert_true(x >= 0 && x < 1);
        sum += x;
        least = x < least ? x : least;
        most = x > most ? x : most;
    }
    assert_true(sum > 49500 && sum < 50500 && least < 1e-3 && most > 1 - 1e-3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_published),
        cmocka_unit_test(test_below),
        cmocka_unit_test(test_real),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
