/* Tests of src/base/sort.c. */
#include "check.h"

#include "base/sort.h"

typedef struct wide {
    int key;
    unsigned char rest[600];
} wide;

static int compare_int(const void *a, const void *b, const void *context)
{
    int left = *(const int *)a, right = *(const int *)b;
    int order = (left > right) - (left < right);
    return context ? -order : order;
}

static void test_all_lengths(void **state)
{
    (void)state;
    for (int count = 0; count < 70; count++) {
        int items[70];
        for (int i = 0; i < count; i++)
            items[i] = (i * 37) % 11;
        hpm_sort(items, (size_t)count, sizeof *items, compare_int, NULL);
        for (int i = 1; i < count; i++)
            assert_true(items[i - 1] <= items[i]);
    }
}

static void test_context(void **state)
{
    int items[] = {2, 3, 1};
    (void)state;
    hpm_sort(items, 3, sizeof *items, compare_int, "reverse");
    assert_int_equal(items[0], 3);
    assert_int_equal(items[2], 1);
}

/* Items longer than the block by which they are swapped keep their contents. */
static void test_wide_items(void **state)
{
    static wide items[100];
    (void)state;
    for (int i = 0; i < 100; i++) {
        items[i].key = (i * 31) % 100;
        memset(items[i].rest, items[i].key, sizeof items[i].rest);
    }
    hpm_sort(items, 100, sizeof *items, compare_int, NULL);
    for (int i = 0; i < 100; i++) {
        assert_int_equal(items[i].key, i);
        assert_int_equal(items[i].rest[0], i);
        assert_int_equal(items[i].rest[599], i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_lengths),
        cmocka_unit_test(test_context),
        cmocka_unit_test(test_wide_items),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
