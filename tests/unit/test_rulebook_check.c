/* Tests of src/margin/rulebook_check.c: what a rulebook says of itself, factors of its two
 * requirements, and what they are made of. */
#include "margin/rulebook_check.h"
#include "small_world.h"

static void check_bad(world *w, const char *where, const char *message)
{
    hpm_error error = {0};
    check_error(hpm_rulebook_finish(&w->rulebook, &error), &error, HPM_E_RANGE, where, message);
}

static void check_good(world *w)
{
    hpm_error error = {0};
    check_ok(hpm_rulebook_finish(&w->rulebook, &error), &error);
}

/* ---- What it says of itself --------------------------------------------------------------- */

static void test_coverage(void **state)
{
    static const char *const good[] = {"exact, 28 cases",
                                       "exact, 1 case",
                                       "exact, 20 cases; deployed parameters",
                                       "exact, 64 cases: 21 of 21 scenario cases",
                                       "published formula, no case",
                                       "published formula, no case; options unverified",
                                       "partial: no options",
                                       "own method: grid and tails"};
    static const char *const bad[] = {"exact",
                                      "exact, cases",
                                      "exact, 0 cases",
                                      "exact, many cases",
                                      "exact, 28",
                                      "Exact, 1 case",
                                      "exact, 2 casesx",
                                      "published formula",
                                      "published formula, no cases",
                                      "partial",
                                      "partial: ",
                                      "partial, no case: x",
                                      "own method: ",
                                      "none",
                                      "verified"};
    world *w = *state;
    world_component(w, "haircut", HPM_COMPONENT_HAIRCUT);
    for (size_t i = 0; i < COUNT_OF(good); i++) {
        strcpy(w->rulebook.coverage, good[i]);
        check_good(w);
    }
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        char message[200];
        snprintf(message, sizeof message,
                 "does not begin with \"exact, N cases\", \"published formula, no case\", "
                 "\"partial: WHAT\" or \"own method: WHAT\" (%s)",
                 bad[i]);
        strcpy(w->rulebook.coverage, bad[i]);
        check_bad(w, "coverage", message);
    }
}

static void test_effective(void **state)
{
    static const char *const bad[] = {"2024", "2024-06", "2024-06-31", "17.6.2024", "2024-06-17T"};
    world *w = *state;
    world_component(w, "haircut", HPM_COMPONENT_HAIRCUT);
    strcpy(w->rulebook.effective, "2024-06-17");
    check_good(w);
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        char message[100];
        snprintf(message, sizeof message, "not a date like 2024-06-17 (%s)", bad[i]);
        strcpy(w->rulebook.effective, bad[i]);
        check_bad(w, "effective", message);
    }
}

/* A date says nothing about what is asked: the cover stays. */
static void test_date_is_no_cover(void **state)
{
    world *w = *state;
    world_component(w, "haircut", HPM_COMPONENT_HAIRCUT);
    check_good(w);
    hpm_hash hash = w->rulebook.hash, cover = w->rulebook.cover;
    strcpy(w->rulebook.effective, "2024-06-17");
    check_good(w);
    assert_memory_equal(&cover, &w->rulebook.cover, sizeof cover);
    assert_memory_not_equal(&hash, &w->rulebook.hash, sizeof hash);
}

/* ---- Factors ------------------------------------------------------------------------------ */

static char of_risk[][HPM_RULE_NAME_SIZE] = {"risk"};
static char of_both[][HPM_RULE_NAME_SIZE] = {"risk", "fees"};
static char of_twice[][HPM_RULE_NAME_SIZE] = {"risk", "risk"};

static void scale(world *w, const char *name, const char *of, double factor)
{
    hpm_rule_scale *rule = &world_component(w, name, HPM_COMPONENT_SCALE)->rule.scale;
    strcpy(rule->of, of);
    rule->factor = factor;
}

static void ask(world *w, const char *initial, const char *maintenance)
{
    strcpy(w->rulebook.initial, initial);
    strcpy(w->rulebook.maintenance, maintenance);
}

/* risk, fees, then both in a sum, a maximum and a minimum. */
static world *begin(void **state)
{
    world *w = *state;
    world_component(w, "risk", HPM_COMPONENT_HAIRCUT);
    world_component(w, "fees", HPM_COMPONENT_CLOSE_OUT);
    world_combine(w, "both", HPM_COMPONENT_SUM, of_both, 2);
    world_combine(w, "most", HPM_COMPONENT_MAXIMUM, of_both, 2);
    world_combine(w, "least", HPM_COMPONENT_MINIMUM, of_both, 2);
    return w;
}

/* Through sums, choices and multiples; not of what stands beside it, nor the other way round. */
static void test_parts(void **state)
{
    static char of_most[][HPM_RULE_NAME_SIZE] = {"most"};
    enum { RISK, FEES, BOTH, MOST, LEAST, DOUBLE, WHOLE };
    world *w = begin(state);
    scale(w, "double", "most", 2);
    world_combine(w, "whole", HPM_COMPONENT_SUM, of_most, 1);
    ask(w, "double", "most");
    check_good(w);
    assert_true(hpm_rulebook_is_part(&w->rulebook, RISK, RISK));
    assert_true(hpm_rulebook_is_part(&w->rulebook, RISK, LEAST));
    assert_true(hpm_rulebook_is_part(&w->rulebook, FEES, DOUBLE));
    assert_true(hpm_rulebook_is_part(&w->rulebook, MOST, WHOLE));
    assert_false(hpm_rulebook_is_part(&w->rulebook, BOTH, WHOLE));
    assert_false(hpm_rulebook_is_part(&w->rulebook, FEES, RISK));
    assert_false(hpm_rulebook_is_part(&w->rulebook, WHOLE, MOST));
}

static void test_equal_factors(void **state)
{
    world *w = begin(state);
    ask(w, "both", "both");
    check_good(w);
    ask(w, "both", "risk");
    check_good(w);
    scale(w, "more", "both", 1.25);
    ask(w, "more", "both");
    check_good(w);
    scale(w, "most_more", "most", 1.3);
    ask(w, "most_more", "most");
    check_good(w);
}

/* Three tenths, once in one step and once in two, differ in the last bit. */
static void test_factors_equal_on_paper(void **state)
{
    world *w = begin(state);
    scale(w, "tenth", "risk", 0.1);
    scale(w, "three", "tenth", 3);
    scale(w, "once", "risk", 0.3);
    assert_true(0.1 * 3 != 0.3);
    ask(w, "once", "three");
    check_good(w);
    ask(w, "three", "once");
    check_good(w);
}

static void test_initial_below(void **state)
{
    world *w = begin(state);
    scale(w, "less", "both", 0.8);
    ask(w, "less", "both");
    check_bad(w, "components[5].factor",
              "risk then weighs 0.8 in the initial and 1 in the maintenance margin; allowed: 1 to "
              "100 (0.8)");
}

/* Where the initial requirement has no factor, the maintenance requirement's is too large. */
static void test_maintenance_above(void **state)
{
    world *w = begin(state);
    scale(w, "more", "risk", 1.5);
    ask(w, "both", "more");
    check_bad(
        w, "components[5].factor",
        "risk then weighs 1 in the initial and 1.5 in the maintenance margin; allowed: 0 to 1 "
        "(1.5)");
}

/* The range is what the other factors leave. */
static void test_several_factors(void **state)
{
    world *w = begin(state);
    scale(w, "half", "risk", 0.5);
    scale(w, "quarter", "half", 0.5);
    scale(w, "none", "risk", 0);
    ask(w, "quarter", "risk");
    check_bad(w, "components[5].factor",
              "risk then weighs 0.25 in the initial and 1 in the maintenance margin; allowed: 2 to "
              "100 (0.5)");
    ask(w, "none", "risk");
    check_bad(w, "components[7].factor",
              "risk then weighs 0 in the initial and 1 in the maintenance margin; allowed: above 0 "
              "to 100 (0)");
}

static void test_summed_twice(void **state)
{
    world *w = begin(state);
    world_combine(w, "twice", HPM_COMPONENT_SUM, of_twice, 2);
    ask(w, "risk", "twice");
    check_bad(w, "maintenance", "risk weighs 1 in the initial margin and 2 in this one (twice)");
    ask(w, "twice", "risk");
    check_good(w);
}

/* A maximum of several is weighed as a whole, one of a single input is that input. */
static void test_choices(void **state)
{
    world *w = begin(state);
    scale(w, "less", "most", 0.9);
    ask(w, "less", "most");
    check_bad(w, "components[5].factor",
              "most then weighs 0.9 in the initial and 1 in the maintenance margin; allowed: 1 to "
              "100 (0.9)");
    ask(w, "less", "risk"); /* 0.9 of at least the risk may be more than the risk */
    check_good(w);
    ask(w, "least", "risk"); /* nothing is known of it */
    check_good(w);
    world_combine(w, "alone", HPM_COMPONENT_MAXIMUM, of_risk, 1);
    scale(w, "alone_less", "alone", 0.5);
    ask(w, "alone_less", "risk");
    check_bad(w, "components[7].factor",
              "risk then weighs 0.5 in the initial and 1 in the maintenance margin; allowed: 1 to "
              "100 (0.5)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_coverage),         WORLD_TEST(test_effective),
        WORLD_TEST(test_date_is_no_cover), WORLD_TEST(test_parts),
        WORLD_TEST(test_equal_factors),    WORLD_TEST(test_factors_equal_on_paper),
        WORLD_TEST(test_initial_below),    WORLD_TEST(test_maintenance_above),
        WORLD_TEST(test_several_factors),  WORLD_TEST(test_summed_twice),
        WORLD_TEST(test_choices),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
