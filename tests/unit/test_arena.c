/* Tests of src/base/arena.c. */
#include "check.h"

#include "hpm/arena.h"

static void test_aligned_size(void **state)
{
    (void)state;
    assert_int_equal(hpm_aligned_size(0), 0);
    assert_int_equal(hpm_aligned_size(1), 64);
    assert_int_equal(hpm_aligned_size(64), 64);
    assert_int_equal(hpm_aligned_size(65), 128);
    assert_true(hpm_aligned_size(SIZE_MAX - 62) == SIZE_MAX);
}

static void test_take(void **state)
{
    _Alignas(64) unsigned char memory[256];
    hpm_arena arena = {memory, sizeof memory, 0};
    (void)state;
    memset(memory, 0xAA, sizeof memory);
    unsigned char *first = hpm_arena_take(&arena, 10, 3);
    unsigned char *second = hpm_arena_take(&arena, 65, 1);
    assert_ptr_equal(first, memory);
    assert_ptr_equal(second, memory + 64);
    for (int i = 0; i < 30; i++)
        assert_int_equal(first[i], 0);
    assert_int_equal(arena.used, 192);
    assert_null(hpm_arena_take(&arena, 65, 1));
    assert_int_equal(arena.used, 192);
    assert_non_null(hpm_arena_take(&arena, 64, 1));
    assert_null(hpm_arena_take(&arena, 1, 1));
    assert_ptr_equal(hpm_arena_take(&arena, 0, 8), memory + 256);
}

static void test_reserve(void **state)
{
    _Alignas(64) unsigned char memory[128];
    hpm_arena arena = {memory, sizeof memory, 0};
    (void)state;
    memset(memory, 0xAA, sizeof memory);
    unsigned char *first = hpm_arena_reserve(&arena, 8, 8);
    assert_ptr_equal(first, memory);
    assert_int_equal(first[0], 0xAA);
    assert_ptr_equal(hpm_arena_reserve(&arena, 1, 1), memory + 64);
    assert_null(hpm_arena_reserve(&arena, 1, 1));
    assert_null(hpm_arena_reserve(&arena, SIZE_MAX, 2));
    assert_int_equal(arena.used, 128);
}

static void test_overflow(void **state)
{
    _Alignas(64) unsigned char memory[64];
    hpm_arena arena = {memory, sizeof memory, 0};
    (void)state;
    assert_null(hpm_arena_take(&arena, SIZE_MAX, 2));
    assert_null(hpm_arena_take(&arena, SIZE_MAX, 1));
    assert_null(hpm_arena_take(&arena, (size_t)1 << 32, (size_t)1 << 32));
    assert_int_equal(arena.used, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_aligned_size),
        cmocka_unit_test(test_take),
        cmocka_unit_test(test_reserve),
        cmocka_unit_test(test_overflow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
