/* Tests of the made-up market and account: valid at every size, and the same each time. */
#include "check.h"

#include <stdlib.h>

#include "cli/synthetic.h"

static void test_sizes(void **state)
{
    static const uint32_t sizes[] = {1, 2, 39, 40, 41, 2000, 5000};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        hpm_synthetic synthetic;
        hpm_error error;
        check_ok(hpm_synthetic_init(&synthetic, sizes[i], &error), &error);
        assert_int_equal(synthetic.catalog.instrument_count, sizes[i]);
        for (uint32_t j = 0; j < sizes[i]; j++) {
            assert_true(synthetic.market.vol[j].value > 0);
        }
        hpm_synthetic_free(&synthetic);
    }
}

static void test_same(void **state)
{
    hpm_synthetic a;
    hpm_synthetic b;
    hpm_error error;
    (void)state;
    check_ok(hpm_synthetic_init(&a, 500, &error), &error);
    check_ok(hpm_synthetic_init(&b, 500, &error), &error);
    assert_memory_equal(&a.market.hash, &b.market.hash, sizeof a.market.hash);
    hpm_synthetic_free(&a);
    hpm_synthetic_free(&b);
}

/* As many positions as asked for, or as there are options; all different, whole lots. */
static void test_account(void **state)
{
    static const uint32_t wanted[] = {1, 40, 99, 100, 101, 5000};
    hpm_synthetic synthetic;
    hpm_error error;
    (void)state;
    check_ok(hpm_synthetic_init(&synthetic, 100, &error), &error);
    for (size_t i = 0; i < COUNT_OF(wanted); i++) {
        hpm_account *account = NULL;
        check_ok(hpm_synthetic_account(&account, &synthetic.market, wanted[i], &error), &error);
        assert_int_equal(account->position_count, wanted[i] < 100 ? wanted[i] : 100);
        free(account);
    }
    hpm_synthetic_free(&synthetic);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_same),
        cmocka_unit_test(test_account),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
