/* Tests of src/base/fields.c and src/base/fields_hash.c. */
#include "check.h"

#include "sample_record.h"

static char two_texts[2][8] = {"one", "two"};
static double three_reals[3] = {-1, 0.5, 1};
static sample_point two_points[2] = {{0.25, "a"}, {-1, ""}};

/* Every field holds something other than its fallback. */
static sample good_sample(void)
{
    sample item;
    memset(&item, 0, sizeof item);
    hpm_record_defaults(&item, &sample_record);
    strcpy(item.name, "name");
    strcpy(item.note, "note");
    item.ratio = 2;
    item.optional = 7;
    item.count = 5;
    item.flag = 0;
    item.kind = 1;
    item.shape.side = 3;
    item.amount = -100 * INT64_C(100000000);
    item.when = 1;
    item.reals = (hpm_list){three_reals, 3};
    item.texts = (hpm_list){two_texts, 2};
    item.points = (hpm_list){two_points, 2};
    return item;
}

static void test_defaults(void **state)
{
    sample item;
    (void)state;
    memset(&item, 0xAA, sizeof item);
    hpm_record_defaults(&item, &sample_record);
    assert_string_equal(item.name, "");
    assert_true(isnan(item.ratio) && isnan(item.optional));
    assert_int_equal(item.count, 3);
    assert_int_equal(item.flag, 1);
    assert_int_equal(item.kind, 1);
    assert_true(item.shape.side == 4);
    assert_int_equal(item.amount, 250000000);
    assert_int_equal(item.when, 0);
    assert_null(item.reals.items);
    assert_int_equal(item.points.count, 0);
}

static void check_bad(const sample *item, hpm_status wanted, const char *where, const char *message)
{
    hpm_error error = {0};
    check_error(hpm_record_check(item, &sample_record, "", &error), &error, wanted, where, message);
}

static void test_check_accepts(void **state)
{
    hpm_error error = {0};
    sample item = good_sample();
    (void)state;
    check_ok(hpm_record_check(&item, &sample_record, "", &error), &error);
    item.optional = NAN;
    item.kind = 0;
    check_ok(hpm_record_check(&item, &sample_record, "", &error), &error);
}

static void test_check_values(void **state)
{
    sample item = good_sample();
    (void)state;
    item.ratio = 11;
    check_bad(&item, HPM_E_RANGE, "ratio", "above the maximum 10 (11)");
    item.ratio = 0;
    check_bad(&item, HPM_E_RANGE, "ratio", "not above 0 (0)");
    item.ratio = NAN;
    check_bad(&item, HPM_E_RANGE, "ratio", "not a number (nan)");
    item = good_sample();
    item.optional = INFINITY;
    check_bad(&item, HPM_E_RANGE, "optional", "above the maximum 1e+20 (inf)");
    item = good_sample();
    item.count = 6;
    check_bad(&item, HPM_E_RANGE, "count", "above the maximum 5 (6)");
    item = good_sample();
    item.flag = 2;
    check_bad(&item, HPM_E_RANGE, "flag", "not one of 2 choices (2)");
    item = good_sample();
    item.kind = -1;
    check_bad(&item, HPM_E_RANGE, "kind", "not one of 3 choices (-1)");
    item = good_sample();
    item.amount -= 1;
    check_bad(&item, HPM_E_RANGE, "amount", "below the minimum -100 coins (-100.00000001)");
    item = good_sample();
    item.name[0] = '\0';
    check_bad(&item, HPM_E_RANGE, "name", "empty text");
    memset(item.name, 'n', sizeof item.name);
    check_bad(&item, HPM_E_RANGE, "name", "text is not terminated within 12 bytes");
}

static void test_check_deep(void **state)
{
    sample item = good_sample();
    sample_point points[3] = {{0, ""}, {0, ""}, {0, ""}};
    double reals[2] = {0, NAN};
    (void)state;
    item.shape.side = 10;
    check_bad(&item, HPM_E_RANGE, "side", "above the maximum 9 (10)");
    item = good_sample();
    item.points = (hpm_list){points, 2};
    points[1].x = -2;
    check_bad(&item, HPM_E_RANGE, "points[1].x", "below the minimum -1 meters (-2)");
    item.points.count = 3;
    check_bad(&item, HPM_E_LIMIT, "points", "more than 2 items (3)");
    item = good_sample();
    item.reals = (hpm_list){reals, 2};
    check_bad(&item, HPM_E_RANGE, "reals[1]", "not a number (nan)");
    item = good_sample();
    item.kind = 2;
    item.shape.of = (hpm_list){two_texts, 3};
    check_bad(&item, HPM_E_LIMIT, "of", "more than 2 items (3)");
}

static void test_check_prefix(void **state)
{
    hpm_error error = {0};
    sample item = good_sample();
    (void)state;
    item.count = 0;
    check_error(hpm_record_check(&item, &sample_record, "outer", &error), &error, HPM_E_RANGE,
                "outer.count", "below the minimum 1 (0)");
}

static hpm_hash hash_of(const sample *item)
{
    hpm_hasher hasher;
    hpm_hash_begin(&hasher);
    hpm_record_hash(&hasher, item, &sample_record);
    return hpm_hash_end(&hasher);
}

static void check_changes(const sample *item)
{
    sample good = good_sample();
    hpm_hash a = hash_of(&good), b = hash_of(item);
    assert_memory_not_equal(a.bytes, b.bytes, sizeof a.bytes);
}

/* Every field reaches the hash. */
static void test_hash_sees_every_field(void **state)
{
    sample_point points[2] = {{0.25, "a"}, {-1, "b"}};
    sample item = good_sample();
    hpm_hash a = hash_of(&item), b = hash_of(&item);
    (void)state;
    assert_memory_equal(a.bytes, b.bytes, sizeof a.bytes);
#define CHANGED(change)                                                                            \
    item = good_sample();                                                                          \
    change;                                                                                        \
    check_changes(&item)
    CHANGED(item.name[0] = 'x');
    CHANGED(item.note[0] = 'x');
    CHANGED(item.ratio = 3);
    CHANGED(item.optional = NAN);
    CHANGED(item.count = 4);
    CHANGED(item.flag = 1);
    CHANGED(item.kind = 0);
    CHANGED(item.shape.side = 2);
    CHANGED(item.amount += 1);
    CHANGED(item.when = 2);
    CHANGED(item.reals.count = 2);
    CHANGED(item.texts.count = 1);
    CHANGED(item.points.items = points);
#undef CHANGED
}

/* What lies in memory but is no value does not reach the hash: the rest of a text, a variant that
 * is not chosen, padding. */
static void test_hash_sees_only_values(void **state)
{
    sample item = good_sample();
    (void)state;
    hpm_hash before = hash_of(&item);
    item.name[6] = 'x';
    hpm_hash after = hash_of(&item);
    assert_memory_equal(before.bytes, after.bytes, sizeof before.bytes);
    item.kind = 0;
    before = hash_of(&item);
    item.shape.side = 7;
    after = hash_of(&item);
    assert_memory_equal(before.bytes, after.bytes, sizeof before.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_check_accepts),
        cmocka_unit_test(test_check_values),
        cmocka_unit_test(test_check_deep),
        cmocka_unit_test(test_check_prefix),
        cmocka_unit_test(test_hash_sees_every_field),
        cmocka_unit_test(test_hash_sees_only_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
