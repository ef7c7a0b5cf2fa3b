/* Tests of choosing an instruction set. */
#define _POSIX_C_SOURCE 200809L
#include "check.h"

#include <stdlib.h>

#include "cli/isa.h"

static void test_best(void **state)
{
    hpm_context best;
    hpm_context base;
    hpm_error error;
    (void)state;
    unsetenv("HPM_ISA");
    check_ok(hpm_isa_context(&best, &error), &error);
    setenv("HPM_ISA", "", 1); /* empty is unset */
    check_ok(hpm_isa_context(&base, &error), &error);
    assert_ptr_equal(best.price, base.price);
    assert_ptr_equal(best.risk, base.risk);
    assert_true(hpm_isa_present(HPM_ISA_BASE));
}

static void test_forced(void **state)
{
    (void)state;
    for (int isa = 0; isa < HPM_ISA_COUNT; isa++) {
        hpm_context context;
        hpm_context wanted;
        hpm_error error;
        setenv("HPM_ISA", hpm_isa_name((hpm_isa)isa), 1);
        hpm_status status = hpm_isa_context(&context, &error);
        if (!hpm_isa_present((hpm_isa)isa)) {
            assert_int_equal(status, HPM_E_UNSUPPORTED);
            continue;
        }
        check_ok(status, &error);
        check_ok(hpm_context_init(&wanted, (hpm_isa)isa, &error), &error);
        assert_ptr_equal(context.price, wanted.price);
    }
}

static void test_unknown(void **state)
{
    hpm_context context;
    hpm_error error;
    (void)state;
    setenv("HPM_ISA", "AVX2", 1);
    check_error(hpm_isa_context(&context, &error), &error, HPM_E_UNSUPPORTED, "HPM_ISA",
                "is one of base, avx2, avx512 (AVX2)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_best),
        cmocka_unit_test(test_forced),
        cmocka_unit_test(test_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
