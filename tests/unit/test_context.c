/* Tests of src/risk/context.c: which kernels, and which floating-point environments are refused. */
#include <fenv.h>

#include "check.h"
#include "hpm/context.h"
#include "risk/kernels.h"

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

static void check_tables(hpm_isa isa, const char *name)
{
    hpm_error error = {0};
    hpm_context context;
    check_ok(hpm_context_init(&context, isa, &error), &error);
    assert_string_equal(context.price->isa, name);
    assert_string_equal(context.risk->isa, name);
}

static void test_kernels(void **state)
{
    (void)state;
    check_tables(HPM_ISA_BASE, "base");
#if defined(__x86_64__)
    check_tables(HPM_ISA_AVX2, "avx2");
    check_tables(HPM_ISA_AVX512, "avx512");
#endif
}

static void check_unknown(int isa, const char *message)
{
    hpm_error error = {0};
    hpm_context context;
    check_error(hpm_context_init(&context, (hpm_isa)isa, &error), &error, HPM_E_UNSUPPORTED,
                "instruction set", message);
}

static void test_unknown(void **state)
{
    (void)state;
    check_unknown(3, "this build has no kernels for it (3)");
    check_unknown(1000, "this build has no kernels for it (1000)");
    check_unknown(-1, "this build has no kernels for it (-1)");
}

static void check_refused(hpm_status status, const hpm_error *error)
{
    check_error(status, error, HPM_E_FP_ENVIRONMENT, "floating point",
                "the thread does not round to nearest, or flushes denormals to zero");
}

static void test_rounding_modes(void **state)
{
    static const int modes[] = {FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO};
    (void)state;
    for (unsigned m = 0; m < COUNT_OF(modes); m++) {
        hpm_error error = {0};
        hpm_context context;
        fesetround(modes[m]);
        hpm_status status = hpm_context_init(&context, HPM_ISA_BASE, &error);
        fesetround(FE_TONEAREST);
        check_refused(status, &error);
        check_ok(hpm_context_init(&context, HPM_ISA_BASE, &error), &error);
    }
}

/* What a host linked with -ffast-math sets for every thread: results flushed, operands flushed. */
static void test_flushed_denormals(void **state)
{
    (void)state;
#if defined(__x86_64__)
    static const unsigned modes[] = {0x8000, 0x0040, 0x8040};
    const unsigned before = _mm_getcsr();
    for (unsigned m = 0; m < COUNT_OF(modes); m++) {
        hpm_error error = {0};
        hpm_context context;
        _mm_setcsr(before | modes[m]);
        hpm_status status = hpm_context_init(&context, HPM_ISA_BASE, &error);
        _mm_setcsr(before);
        check_refused(status, &error);
    }
#else
    print_message("skipped: the control register is set on x86 only\n");
    skip();
#endif
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kernels),
        cmocka_unit_test(test_unknown),
        cmocka_unit_test(test_rounding_modes),
        cmocka_unit_test(test_flushed_denormals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
