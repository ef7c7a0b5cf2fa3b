/* Tests of src/base/hash.c. */
#include "check.h"

#include <math.h>

#include "hpm/hash.h"

static void check_hash(hpm_hasher *hasher, const char *wanted)
{
    char text[HPM_HASH_TEXT];
    hpm_hash hash = hpm_hash_end(hasher);
    hpm_hash_format(text, &hash);
    assert_string_equal(text, wanted);
}

/* FIPS 180-4 examples. */
static void test_vectors(void **state)
{
    hpm_hasher hasher;
    (void)state;
    hpm_hash_begin(&hasher);
    check_hash(&hasher, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    hpm_hash_begin(&hasher);
    hpm_hash_bytes(&hasher, "abc", 3);
    check_hash(&hasher, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    hpm_hash_begin(&hasher);
    for (int i = 0; i < 1000; i++)
        hpm_hash_bytes(&hasher, "aaaaaaaaaa", 10);
    for (int i = 0; i < 990000; i++)
        hpm_hash_bytes(&hasher, "a", 1);
    check_hash(&hasher, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

/* The canonical encodings, byte by byte. */
static void test_encodings(void **state)
{
    static const unsigned char bytes[] = {
        2,    0,    0,    0,    0,    0,    0,    0,    'h', 'i', /* text */
        0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,           /* -2 */
        0,    0,    0,    0,    0,    0,    0xF8, 0x3F,           /* 1.5 */
    };
    hpm_hasher one, two;
    (void)state;
    hpm_hash_begin(&one);
    hpm_hash_text(&one, "hi");
    hpm_hash_int(&one, -2);
    hpm_hash_real(&one, 1.5);
    hpm_hash_begin(&two);
    hpm_hash_bytes(&two, bytes, sizeof bytes);
    hpm_hash a = hpm_hash_end(&one), b = hpm_hash_end(&two);
    assert_memory_equal(a.bytes, b.bytes, sizeof a.bytes);
}

static hpm_hash hash_of(double value)
{
    hpm_hasher hasher;
    hpm_hash_begin(&hasher);
    hpm_hash_real(&hasher, value);
    return hpm_hash_end(&hasher);
}

static void test_one_zero_one_nan(void **state)
{
    (void)state;
    hpm_hash plus = hash_of(0.0), minus = hash_of(-0.0), tiny = hash_of(5e-324);
    assert_memory_equal(plus.bytes, minus.bytes, sizeof plus.bytes);
    assert_memory_not_equal(plus.bytes, tiny.bytes, sizeof plus.bytes);
    hpm_hash first = hash_of(NAN), other = hash_of(-nan("0x123"));
    assert_memory_equal(first.bytes, other.bytes, sizeof first.bytes);
}

/* "ab" + "c" is not "a" + "bc": texts carry their lengths. */
static void test_text_boundaries(void **state)
{
    hpm_hasher one, two;
    (void)state;
    hpm_hash_begin(&one);
    hpm_hash_begin(&two);
    hpm_hash_text(&one, "ab");
    hpm_hash_text(&one, "c");
    hpm_hash_text(&two, "a");
    hpm_hash_text(&two, "bc");
    hpm_hash a = hpm_hash_end(&one), b = hpm_hash_end(&two);
    assert_memory_not_equal(a.bytes, b.bytes, sizeof a.bytes);
}

static void test_copy_goes_on(void **state)
{
    hpm_hasher one, two;
    (void)state;
    hpm_hash_begin(&one);
    hpm_hash_text(&one, "begin");
    two = one;
    hpm_hash_int(&one, 1);
    hpm_hash_int(&two, 1);
    hpm_hash a = hpm_hash_end(&one), b = hpm_hash_end(&two);
    assert_memory_equal(a.bytes, b.bytes, sizeof a.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors),          cmocka_unit_test(test_encodings),
        cmocka_unit_test(test_one_zero_one_nan), cmocka_unit_test(test_text_boundaries),
        cmocka_unit_test(test_copy_goes_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
