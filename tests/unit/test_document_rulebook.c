/* Tests of src/io/document_rulebook.c. Runs in the source root. */
#define _POSIX_C_SOURCE 200809L
#include "check.h"

#include <dirent.h>
#include <stdio.h>

#include "io/document.h"

#define COMPONENTS                                                                                 \
    "{\"name\":\"grid\",\"kind\":\"worst_scenario\",\"set\":\"main\"},"                            \
    "{\"name\":\"fee\",\"kind\":\"close_out\"},"                                                   \
    "{\"name\":\"roll\",\"kind\":\"roll\"},"                                                       \
    "{\"name\":\"scaled\",\"kind\":\"scale\",\"of\":\"grid\",\"factor\":1.3},"                     \
    "{\"name\":\"initial\",\"kind\":\"sum\",\"of\":[\"scaled\",\"fee\",\"roll\"]},"                \
    "{\"name\":\"maintenance\",\"kind\":\"sum\",\"of\":[\"grid\",\"fee\",\"roll\"]}"
#define SET                                                                                        \
    "{\"name\":\"main\",\"price_unit\":\"range\",\"prices\":[-1,-0.5,0,0.5,1],\"vols\":[-0.3,0,"   \
    "0.45],\"scenarios\":[{\"price\":-0.9,\"weight\":0.2}]}"
#define RULEBOOK_OF(more, components)                                                              \
    "{\"schema\":\"hpm/rulebook/1\",\"name\":\"test\",\"version\":\"1\",\"title\":\"A test\","     \
    "\"coverage\":\"own method: none\"," more                                                      \
    "\"underlyings\":[{\"asset\":\"*\",\"price_range\":0.16}],"                                    \
    "\"collateral\":[{\"asset\":\"*\",\"haircut\":0.1},{\"asset\":\"USD\"}],\"sets\":[" SET "],"   \
    "\"components\":[" components "],\"initial\":\"initial\",\"maintenance\":\"maintenance\"}"
#define RULEBOOK RULEBOOK_OF("", COMPONENTS)

static void decode(hpm_rulebook_document *document, const char *text)
{
    hpm_error error = {0};
    check_ok(hpm_rulebook_decode(document, text, strlen(text), &error), &error);
}

static void check_bad(const char *text, hpm_status wanted, const char *where, const char *message)
{
    hpm_error error = {0};
    hpm_rulebook_document document;
    check_error(hpm_rulebook_decode(&document, text, strlen(text), &error), &error, wanted, where,
                message);
    assert_null(document.arena.base);
}

static void test_decode(void **state)
{
    hpm_rulebook_document document;
    (void)state;
    decode(&document, RULEBOOK);
    const hpm_rulebook *rulebook = &document.rulebook;
    assert_string_equal(rulebook->title, "A test");
    assert_int_equal(rulebook->sets.count, 1);
    assert_int_equal(rulebook->scenario_count, 16);
    const hpm_scenario_set *set = rulebook->sets.items;
    assert_int_equal(set->price_unit, HPM_PRICE_RANGE);
    assert_true(((double *)set->vols.items)[2] == 0.45);
    assert_true(((hpm_scenario *)set->scenarios.items)[0].weight == 0.2);
    assert_int_equal(rulebook->components.count, 6);
    const hpm_component *components = rulebook->components.items;
    assert_int_equal(components[3].kind, HPM_COMPONENT_SCALE);
    assert_true(components[3].rule.scale.factor == 1.3);
    assert_int_equal(components[4].rule.combine.of.count, 3);
    assert_string_equal((char *)components[4].rule.combine.of.items + HPM_RULE_NAME_SIZE, "fee");
    assert_int_equal(rulebook->initial_index, 4);
    assert_int_equal(rulebook->maintenance_index, 5);
    hpm_rulebook_document_free(&document);
}

static void check_round_trip(const char *text)
{
    hpm_rulebook_document one, two;
    hpm_error error = {0};
    hpm_json json;
    decode(&one, text);
    hpm_json_to_buffer(&json, 1);
    hpm_rulebook_write(&json, &one.rulebook);
    check_ok(hpm_json_finish(&json, &error), &error);
    decode(&two, json.bytes);
    assert_memory_equal(&one.rulebook.hash, &two.rulebook.hash, sizeof one.rulebook.hash);
    hpm_json_free(&json);
    hpm_rulebook_document_free(&one);
    hpm_rulebook_document_free(&two);
}

static void test_round_trip(void **state)
{
    (void)state;
    check_round_trip(RULEBOOK);
}

static void test_shipped(void **state)
{
    int count = 0;
    DIR *listing = opendir("rulebooks");
    (void)state;
    if (!listing) fail_msg("no rulebooks/ here: not the source root");
    for (const struct dirent *entry = readdir(listing); entry; entry = readdir(listing)) {
        hpm_error error = {0};
        hpm_buffer buffer;
        char path[400];
        if (!strstr(entry->d_name, ".json")) continue;
        snprintf(path, sizeof path, "rulebooks/%.300s", entry->d_name);
        check_ok(hpm_file_read(&buffer, path, HPM_RULEBOOK_BYTES_MAX, &error), &error);
        check_round_trip(buffer.bytes);
        hpm_buffer_free(&buffer);
        count++;
    }
    closedir(listing);
    assert_true(count > 0);
}

static void test_bad(void **state)
{
    (void)state;
    check_bad(RULEBOOK_OF("\"bogus\":1,", COMPONENTS), HPM_E_FIELD_UNKNOWN, "bogus",
              "unknown field of rulebook (bogus)");
    check_bad(RULEBOOK_OF("\"age_soft_s\":-1,", COMPONENTS), HPM_E_RANGE, "age_soft_s",
              "below the minimum 0 seconds (-1)");
    check_bad(RULEBOOK_OF("", "{\"name\":\"a\",\"kind\":\"sum\",\"of\":[],\"set\":\"main\"}"),
              HPM_E_FIELD_UNKNOWN, "components[0].set", "unknown field of component (set)");
    check_bad(
        RULEBOOK_OF("", "{\"name\":\"a\",\"kind\":\"roll\"},{\"name\":\"b\",\"kind\":\"sum\"}"),
        HPM_E_FIELD_MISSING, "components[1].of", "missing field");
}

/* What the table cannot say, the rulebook's own checks refuse; nothing is left behind. */
static void test_bad_references(void **state)
{
    hpm_error error = {0};
    hpm_rulebook_document document;
    static const char cycle[] = RULEBOOK_OF("", "{\"name\":\"a\",\"kind\":\"sum\",\"of\":[\"a\"]}");
    (void)state;
    assert_int_equal(hpm_rulebook_decode(&document, cycle, sizeof cycle - 1, &error),
                     HPM_E_REFERENCE);
    assert_null(document.arena.base);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decode),         cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_shipped),        cmocka_unit_test(test_bad),
        cmocka_unit_test(test_bad_references),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
