/* Tests of src/io/document_stress.c. */
#include <stdio.h>
#include <stdlib.h>

#include "desk_world.h"
#include "io/document_stress.h"

static hpm_status decode(const world *w, hpm_stress_document *document, const char *text,
                         hpm_error *error)
{
    return hpm_stress_decode(document, text, strlen(text), &w->catalog, error);
}

#define HEAD "{\"schema\": \"hpm/stress/1\", "

static void test_whole(void **state)
{
    static const char text[] =
        HEAD "\"text\": \"two\", \"x_note\": 1,\n \"scenarios\": [\n"
             " {\"name\": \"crash\", \"text\": \"as it was\", \"time_days\": 1.5, \"shocks\": [\n"
             "  {\"asset\": \"BTC\", \"price\": -0.39, \"basis\": 0.01, \"vol\": 0.6,"
             " \"vol_add\": 0.1},\n"
             "  {\"asset\": \"*\", \"price\": -0.43}]},\n"
             " {\"name\": \"nothing\"}]}";
    hpm_stress_document document;
    hpm_error error = {0};
    check_ok(decode(*state, &document, text, &error), &error);
    assert_int_equal(document.rows.scenarios.count, 2);
    assert_string_equal(document.rows.text, "two");
    const hpm_stress_scenario *crash = &document.scenarios[0];
    assert_string_equal(crash->name, "crash");
    assert_true(crash->time_days == 1.5 && crash->shock_count == 2);
    const hpm_stress_shock bitcoin = {BTC, -0.39, 0.01, 0.6, 0.1},
                           rest = {.asset = HPM_NONE, .price = -0.43};
    assert_memory_equal(&crash->shocks[0].price, &bitcoin.price, 4 * sizeof(double));
    assert_memory_equal(&crash->shocks[1].price, &rest.price, 4 * sizeof(double));
    assert_true(crash->shocks[0].asset == BTC && crash->shocks[1].asset == HPM_NONE);
    assert_true(document.scenarios[1].shock_count == 0 && document.scenarios[1].time_days == 0);
    const hpm_scenario_row *rows = document.rows.scenarios.items;
    assert_string_equal(rows[0].text, "as it was");
    hpm_stress_document_free(&document);
}

static void test_refusals(void **state)
{
    static const struct {
        const char *text;
        hpm_status status;
        const char *where, *message;
        int64_t line;
    } rows[] = {
        {HEAD "\"scenarios\": []}", HPM_E_FIELD_MISSING, "scenarios", "no scenario", 1},
        {HEAD "\"text\": \"x\"}", HPM_E_FIELD_MISSING, "scenarios", "missing field", 0},
        {HEAD "\"scenarios\": [{\"name\": \"a\"},\n{\"name\": \"a\"}]}", HPM_E_DUPLICATE,
         "scenarios[1].name", "stated twice, first in scenarios[0] (\"a\")", 2},
        {HEAD "\"scenarios\": [{\"shocks\": []}]}", HPM_E_FIELD_MISSING, "scenarios[0].name",
         "missing field", 1},
        {HEAD "\"scenarios\": [{\"name\": \"\"}]}", HPM_E_RANGE, "scenarios[0].name",
         "empty text (\"\")", 1},
        {HEAD "\"scenarios\": [{\"name\": \"a\", \"shocks\": [\n{\"asset\": \"XRP\"}]}]}",
         HPM_E_REFERENCE, "scenarios[0].shocks[0].asset", "no such asset (\"XRP\")", 2},
        {HEAD "\"scenarios\": [{\"name\": \"a\", \"shocks\": [{\"asset\": \"*\"},\n"
              "{\"asset\": \"*\"}]}]}",
         HPM_E_DUPLICATE, "scenarios[0].shocks[1].asset", "stated twice (\"*\")", 2},
        {HEAD "\"scenarios\": [{\"name\": \"a\", \"shocks\": [{\"asset\": \"BTC\", "
              "\"price\": -1}]}]}",
         HPM_E_RANGE, "scenarios[0].shocks[0].price", "below the minimum -0.999999 (-1)", 1},
        {HEAD "\"scenarios\": [{\"name\": \"a\", \"shocks\": [{\"asset\": \"BTC\", "
              "\"vol\": -1.5}]}]}",
         HPM_E_RANGE, "scenarios[0].shocks[0].vol", "below the minimum -1 (-1.5)", 1},
        {HEAD "\"scenarios\": [{\"name\": \"a\", \"shocks\": [{\"asset\": \"BTC\", "
              "\"price\": \"-5 %\"}]}]}",
         HPM_E_TYPE, "scenarios[0].shocks[0].price", "expected a number (\"-5 %\")", 1},
        {HEAD "\"scenarios\": [{\"name\": \"a\", \"shocks\": [{\"asset\": \"BTC\", "
              "\"price\": NaN}]}]}",
         HPM_E_SYNTAX, "", NULL, 1},
        {HEAD "\"scenarios\": [{\"name\": \"a\", \"time_days\": -1}]}", HPM_E_RANGE,
         "scenarios[0].time_days", "below the minimum 0 days (-1)", 1},
        {HEAD "\"scenarios\": [{\"name\": \"a\", \"shock\": []}]}", HPM_E_FIELD_UNKNOWN,
         "scenarios[0].shock", "unknown field of scenario (shock)", 1},
        {"{\"schema\": \"hpm/stress/2\", \"scenarios\": []}", HPM_E_SCHEMA, "schema",
         "should be \"hpm/stress/1\" (\"hpm/stress/2\")", 1},
    };
    for (uint32_t i = 0; i < COUNT_OF(rows); i++) {
        hpm_stress_document document;
        hpm_error error = {0};
        hpm_status status = decode(*state, &document, rows[i].text, &error);
        check_error(status, &error, rows[i].status, rows[i].where,
                    rows[i].message ? rows[i].message : error.message);
        assert_int_equal(error.line, rows[i].line);
        assert_null(document.arena.base);
    }
}

/* One more than the limit is refused before anything is resolved; the limit itself is not. */
static void test_limit(void **state)
{
    size_t room = (HPM_STRESS_SCENARIOS_MAX + 2) * 24, used;
    char *text = malloc(room);
    assert_non_null(text);
    for (uint32_t count = HPM_STRESS_SCENARIOS_MAX; count < HPM_STRESS_SCENARIOS_MAX + 2; count++) {
        hpm_stress_document document;
        hpm_error error = {0};
        used = (size_t)snprintf(text, room, HEAD "\"scenarios\": [");
        for (uint32_t i = 0; i < count; i++)
            used += (size_t)snprintf(text + used, room - used, "%s{\"name\": \"%u\"}",
                                     i > 0 ? "," : "", i);
        snprintf(text + used, room - used, "]}");
        hpm_status status = decode(*state, &document, text, &error);
        if (count > HPM_STRESS_SCENARIOS_MAX) {
            check_error(status, &error, HPM_E_LIMIT, "scenarios", "more than 10000 items (10001)");
        } else {
            check_ok(status, &error);
            assert_string_equal(document.scenarios[count - 1].name, "9999");
            hpm_stress_document_free(&document);
        }
    }
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_whole),
        WORLD_TEST(test_refusals),
        WORLD_TEST(test_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
