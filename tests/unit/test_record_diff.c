/* Tests of src/report/record_diff.c: every type of field, rows by name and by place, variants. */
#include "check.h"

#include <stdio.h>

#include "base/field_rows.h"
#include "report/record_diff.h"

typedef struct step {
    double size;
} step;

typedef struct row {
    char name[8];
    double rate;
} row;

typedef struct whole {
    char title[8];
    double real;
    uint32_t count;
    int flag, kind;
    int64_t amount, time;
    hpm_list reals, texts, rows, steps;
    double left, right;
} whole;

static const hpm_field step_fields[] = {HPM_ROW_REAL(step, , size, "1", 0, 9, 0, "")};
static const hpm_record step_record = HPM_RECORD("step", step, step_fields, "");
static const hpm_field row_fields[] = {
    HPM_ROW_TEXT(1, row, , name, ""),
    HPM_ROW_REAL(row, , rate, "annual", 0, 9, 0, ""),
};
static const hpm_record row_record = HPM_RECORD("row", row, row_fields, "");

static const char *const kinds[] = {"left", "right", NULL};
static const hpm_field left_fields[] = {HPM_ROW_REAL(whole, , left, "1", 0, 9, 0, "")};
static const hpm_field right_fields[] = {HPM_ROW_REAL(whole, , right, "1", 0, 9, 0, "")};
static const hpm_record left_record = HPM_RECORD("left", whole, left_fields, "");
static const hpm_record right_record = HPM_RECORD("right", whole, right_fields, "");
static const hpm_record *const variants[] = {&left_record, &right_record};

static const hpm_field whole_fields[] = {
    HPM_ROW_TEXT(0, whole, , title, ""),
    HPM_ROW_REAL(whole, , real, "days", 0, 9, NAN, ""),
    HPM_ROW_COUNT(whole, , count, 0, 9, 0, ""),
    HPM_ROW_FLAG(whole, , flag, 0, ""),
    {.name = "amount", .type = HPM_FIELD_DECIMAL, .offset = offsetof(whole, amount)},
    {.name = "time", .type = HPM_FIELD_TIME, .offset = offsetof(whole, time)},
    HPM_ROW_REALS(whole, , reals, "1", 0, 9, 9, ""),
    HPM_ROW_TEXTS(0, whole, , texts, 8, 9, ""),
    HPM_ROW_RECORDS(0, whole, , rows, &row_record, 9, ""),
    HPM_ROW_RECORDS(0, whole, , steps, &step_record, 9, ""),
    HPM_ROW_CHOICE(0, whole, , kind, kinds, ""),
    {.name = "rule", .type = HPM_FIELD_VARIANT, .variants = variants},
};
static const hpm_record whole_record = HPM_RECORD("whole", whole, whole_fields, "");

static double reals[] = {1, 2}, other_reals[] = {1, 3};
static char texts[][8] = {"a", "b"}, other_texts[][8] = {"a", "c"};
static row rows[] = {{"x", 1}, {"y", 2}}, other_rows[] = {{"z", 3}, {"x", 4}};
static step steps[] = {{1}, {2}}, other_steps[] = {{1}, {5}, {6}};

static whole sample(void)
{
    return (whole){.title = "one",
                   .real = NAN,
                   .reals = {reals, 2},
                   .texts = {texts, 2},
                   .rows = {rows, 2},
                   .steps = {steps, 2}};
}

/* "path" of a change, "-path" of what is taken away, "+path" of what is new; "!" before a row. */
static void note(void *to, const hpm_field_change *change)
{
    char *out = to;
    assert_true(change->before != NULL || change->after != NULL);
    snprintf(out + strlen(out), 512 - strlen(out), "%s%s%s ", change->is_row ? "!" : "",
             change->before == NULL  ? "+"
             : change->after == NULL ? "-"
                                     : "",
             change->path);
}

static void check_diff(const whole *before, const whole *after, const char *wanted)
{
    char got[512] = "";
    hpm_record_diff(before, after, &whole_record, note, got);
    assert_string_equal(got, wanted);
}

static void test_same(void **state)
{
    whole a = sample(), b = sample();
    double copies[] = {1, 2};
    (void)state;
    b.reals.items = copies; /* equal, elsewhere */
    check_diff(&a, &b, "");
}

static void test_values(void **state)
{
    whole a = sample(), b = sample();
    (void)state;
    strcpy(b.title, "two");
    b.real = 0; /* absent is not 0 */
    b.count = 1;
    b.flag = 1;
    b.amount = b.time = 1;
    check_diff(&a, &b, "title real count flag amount time ");
    check_diff(&b, &a, "title real count flag amount time ");
}

static void test_lists(void **state)
{
    whole a = sample(), b = sample();
    (void)state;
    b.reals.items = other_reals;
    b.texts.items = other_texts;
    check_diff(&a, &b, "reals texts ");
    b.reals = (hpm_list){reals, 1};
    b.texts = (hpm_list){texts, 1};
    check_diff(&a, &b, "reals texts ");
}

/* Named rows are found wherever they stand, the others by their place. */
static void test_rows(void **state)
{
    whole a = sample(), b = sample();
    (void)state;
    b.rows.items = other_rows;
    b.steps = (hpm_list){other_steps, 3};
    check_diff(&a, &b, "rows[x].rate !-rows[y] !+rows[z] steps[1].size !+steps[2] ");
    check_diff(&b, &a, "!-rows[z] rows[x].rate !+rows[y] steps[1].size !-steps[2] ");
}

static void test_variants(void **state)
{
    whole a = sample(), b = sample();
    (void)state;
    a.left = 1; /* what the other kind does not read is not compared */
    a.right = 2;
    b.left = 3;
    check_diff(&a, &b, "left ");
    b.kind = 1;
    check_diff(&a, &b, "kind -left +right ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same), cmocka_unit_test(test_values),   cmocka_unit_test(test_lists),
        cmocka_unit_test(test_rows), cmocka_unit_test(test_variants),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
