/* A context is refused wherever the floating-point environment is not the one that the numbers
 * need: each rounding but to nearest, and each flush of denormals by itself. */
#include <fenv.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hpm/context.h"

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

typedef struct finding {
    hpm_status status;
    hpm_error error;
    hpm_context context;
} finding;

static void init(finding *out)
{
    static const hpm_context none = {NULL, NULL};
    out->context = none;
    out->error.status = HPM_OK;
    out->status = hpm_context_init(&out->context, HPM_ISA_BASE, &out->error);
}

/* Asserts only after the environment is restored. */
static void check_refused(const finding *found, const char *what)
{
    if (found->status != HPM_E_FP_ENVIRONMENT || found->error.status != HPM_E_FP_ENVIRONMENT)
        fail_msg("%s: %s", what, hpm_status_name(found->status));
    assert_null(found->context.price);
    assert_null(found->context.risk);
    assert_string_not_equal(found->error.message, "");
}

static void check_taken(void)
{
    finding found;
    init(&found);
    assert_int_equal(found.status, HPM_OK);
    assert_non_null(found.context.price);
    assert_non_null(found.context.risk);
}

static void roundings_are_refused(void **state)
{
    static const struct {
        int mode;
        const char *name;
    } modes[] = {
        {FE_UPWARD, "upward"},
        {FE_DOWNWARD, "downward"},
        {FE_TOWARDZERO, "toward zero"},
    };
    (void)state;
    check_taken();
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        finding found;
        assert_int_equal(fesetround(modes[i].mode), 0);
        init(&found);
        fesetround(FE_TONEAREST);
        check_refused(&found, modes[i].name);
        check_taken();
    }
}

#if defined(__x86_64__)

static void flushes_are_refused(void **state)
{
    static const struct {
        unsigned bits;
        const char *name;
    } modes[] = {
        {0x8000, "flush to zero"},
        {0x0040, "denormals are zero"},
        {0x8040, "both"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        unsigned kept = _mm_getcsr();
        finding found;
        _mm_setcsr(kept | modes[i].bits);
        init(&found);
        _mm_setcsr(kept);
        check_refused(&found, modes[i].name);
        check_taken();
    }
}

#elif defined(__aarch64__)

static void flushes_are_refused(void **state)
{
    uint64_t kept;
    finding found;
    (void)state;
    __asm__ volatile("mrs %0, fpcr" : "=r"(kept));
    __asm__ volatile("msr fpcr, %0" ::"r"(kept | (UINT64_C(1) << 24)));
    init(&found);
    __asm__ volatile("msr fpcr, %0" ::"r"(kept));
    check_refused(&found, "flush to zero");
    check_taken();
}

#else

static void flushes_are_refused(void **state)
{
    (void)state;
    print_message("skipped: no way to flush denormals on this architecture\n");
    skip();
}

#endif

/* Kernels that this build does not have are another refusal. */
static void unknown_instruction_sets_are_refused(void **state)
{
    hpm_context context;
    hpm_error error;
    (void)state;
    assert_int_equal(hpm_context_init(&context, (hpm_isa)17, &error), HPM_E_UNSUPPORTED);
    assert_int_equal(error.status, HPM_E_UNSUPPORTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(roundings_are_refused),
        cmocka_unit_test(flushes_are_refused),
        cmocka_unit_test(unknown_instruction_sets_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
