/* Tests of src/io/rows.c, and of every other field table that a document is read by: what the
 * walks over tables take for granted. */
#include "check.h"

#include <math.h>

#include "base/record.h"
#include "hpm/rulebook.h"
#include "io/rows.h"

static size_t value_size(const hpm_field *field)
{
    switch (field->type) {
    case HPM_FIELD_TEXT:
        return field->capacity;
    case HPM_FIELD_REAL:
        return sizeof(double);
    case HPM_FIELD_COUNT:
        return sizeof(uint32_t);
    case HPM_FIELD_FLAG:
    case HPM_FIELD_CHOICE:
        return sizeof(int);
    case HPM_FIELD_DECIMAL:
    case HPM_FIELD_TIME:
        return sizeof(int64_t);
    case HPM_FIELD_REALS:
    case HPM_FIELD_TEXTS:
    case HPM_FIELD_RECORDS:
        return sizeof(hpm_list);
    case HPM_FIELD_VARIANT:
        break;
    }
    return 0;
}

static void check_range(const hpm_field *field)
{
    if (!(field->min <= field->max)) fail_msg("%s: empty range", field->name);
    if (field->required || isnan(field->fallback) || field->type == HPM_FIELD_REALS) return;
    if (field->fallback < field->min || field->fallback > field->max)
        fail_msg("%s: the fallback is out of range", field->name);
}

static void check_record(const hpm_record *record);

static void check_choices(const hpm_field *field, const hpm_field *next)
{
    uint32_t count = hpm_choice_count(field->choices);
    assert_in_range(count, 1, 64);
    assert_true(field->required || (field->fallback >= 0 && field->fallback < count));
    if (!next || next->type != HPM_FIELD_VARIANT) return;
    for (uint32_t i = 0; i < count; i++)
        if (next->variants[i]) check_record(next->variants[i]);
}

static void check_field(const hpm_record *record, uint32_t index)
{
    const hpm_field *field = &record->fields[index];
    if (field->type == HPM_FIELD_VARIANT) {
        assert_true(index > 0 && field[-1].type == HPM_FIELD_CHOICE);
        return;
    }
    if (!field->name || field->name[0] == '\0' || strncmp(field->name, "x_", 2) == 0)
        fail_msg("%s: field %u has no usable name", record->name, index);
    if (!field->text || field->text[0] == '\0') fail_msg("%s says nothing", field->name);
    if (field->offset + value_size(field) > record->size)
        fail_msg("%s lies outside its struct", field->name);
    if (field->type == HPM_FIELD_REAL || field->type == HPM_FIELD_REALS ||
        field->type == HPM_FIELD_COUNT || field->type == HPM_FIELD_DECIMAL)
        check_range(field);
    if (field->type == HPM_FIELD_TEXT || field->type == HPM_FIELD_TEXTS)
        assert_true(field->capacity > 1);
    if (field->type == HPM_FIELD_REALS || field->type == HPM_FIELD_TEXTS ||
        field->type == HPM_FIELD_RECORDS)
        assert_true(field->max_items > 0);
    if (field->type == HPM_FIELD_RECORDS) check_record(field->record);
    if (field->type == HPM_FIELD_CHOICE)
        check_choices(field, index + 1 < record->field_count ? field + 1 : NULL);
}

/* Names of a record and of its variants share one level of the document. */
static void check_unique(const hpm_record *record, const char *name, const hpm_field *self)
{
    for (uint32_t i = 0; i < record->field_count; i++) {
        const hpm_field *field = &record->fields[i];
        if (field->type == HPM_FIELD_VARIANT) {
            for (uint32_t k = 0; (field - 1)->choices[k]; k++)
                if (field->variants[k] && field->variants[k] != record)
                    check_unique(field->variants[k], name, self);
        } else if (field != self && strcmp(field->name, name) == 0) {
            fail_msg("%s stands twice in %s", name, record->name);
        }
    }
}

static void check_record(const hpm_record *record)
{
    assert_non_null(record->name);
    assert_true(record->size > 0);
    for (uint32_t i = 0; i < record->field_count; i++) {
        check_field(record, i);
        if (record->fields[i].type != HPM_FIELD_VARIANT)
            check_unique(record, record->fields[i].name, &record->fields[i]);
    }
}

static void test_tables(void **state)
{
    (void)state;
    check_record(&hpm_catalog_rows_record);
    check_record(&hpm_market_rows_record);
    check_record(&hpm_account_rows_record);
    check_record(&hpm_rulebook_record);
}

/* Choices are indices of the library's enums. */
static void test_choices_are_the_enums(void **state)
{
    const hpm_field *kind = &hpm_asset_row_record.fields[1];
    (void)state;
    assert_string_equal(kind->choices[HPM_ASSET_FIAT], "fiat");
    assert_string_equal(kind->choices[HPM_ASSET_STABLECOIN], "stablecoin");
    assert_string_equal(kind->choices[HPM_ASSET_COIN], "coin");
    assert_string_equal(kind->choices[HPM_ASSET_TOKEN], "token");
    for (uint32_t i = 0; i < hpm_instrument_row_record.field_count; i++) {
        const hpm_field *field = &hpm_instrument_row_record.fields[i];
        if (field->type != HPM_FIELD_CHOICE) continue;
        if (strcmp(field->name, "payoff") == 0) {
            assert_string_equal(field->choices[HPM_LINEAR], "linear");
            assert_string_equal(field->choices[HPM_INVERSE], "inverse");
        } else {
            assert_string_equal(field->choices[HPM_SPOT], "spot");
            assert_string_equal(field->choices[HPM_FUTURE], "future");
            assert_string_equal(field->choices[HPM_PERPETUAL], "perpetual");
            assert_string_equal(field->choices[HPM_OPTION], "option");
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tables),
        cmocka_unit_test(test_choices_are_the_enums),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
