/* Tests of arenas from the system. */
#define _POSIX_C_SOURCE 200809L
#include "check.h"

#include <stdlib.h>

#include "cli/memory.h"

static void arena_of(size_t bytes, size_t alignment)
{
    hpm_arena arena;
    hpm_error error;
    check_ok(hpm_memory_arena(&arena, bytes, &error), &error);
    assert_true(arena.capacity >= bytes);
    assert_int_equal(arena.used, 0);
    assert_int_equal((uintptr_t)arena.base % alignment, 0);
    if (bytes > 0) {
        unsigned char *all = hpm_arena_take(&arena, bytes, 1);
        assert_non_null(all);
        assert_int_equal(all[bytes - 1], 0);
    }
    hpm_memory_free(&arena);
    assert_null(arena.base);
    hpm_memory_free(&arena); /* twice is once */
}

static void test_plain(void **state)
{
    (void)state;
    unsetenv("HPM_HUGE_PAGES");
    arena_of(0, HPM_ALIGNMENT);
    arena_of(1, HPM_ALIGNMENT);
    arena_of(64, HPM_ALIGNMENT);
    arena_of(5000001, HPM_ALIGNMENT);
}

static void test_huge(void **state)
{
    (void)state;
    setenv("HPM_HUGE_PAGES", "1", 1);
    arena_of(5000001, (size_t)2 << 20);
    arena_of(100, HPM_ALIGNMENT); /* too small for it */
    unsetenv("HPM_HUGE_PAGES");
}

static void test_too_much(void **state)
{
    hpm_arena arena;
    hpm_error error;
    (void)state;
    assert_int_equal(hpm_memory_arena(&arena, SIZE_MAX, &error), HPM_E_MEMORY);
    assert_null(arena.base);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain),
        cmocka_unit_test(test_huge),
        cmocka_unit_test(test_too_much),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
