/* Shared by the tests of limits: the small world with a requirement that can be worked out by hand,
 * a desk, and the limits of one account in memory of exactly the stated size.
 *
 * Initial margin is the worst of BTC and its coins at +-25 %, added to
 * what collateral is not worth; maintenance is half of the former and the latter. */
#ifndef HPM_TESTS_LIMIT_FIXTURE_H
#define HPM_TESTS_LIMIT_FIXTURE_H

#include "hpm/limits.h"
#include "small_world.h"

typedef struct fixed {
    world *w;
    hpm_desk desk;
    hpm_arena work, memory;
    hpm_limits limits;
} fixed;

static inline void fixed_rulebook(world *w)
{
    static double moves[] = {-0.25, 0.25}, vols[] = {0};
    static char initial[][HPM_RULE_NAME_SIZE] = {"scan", "haircut"};
    static char maintenance[][HPM_RULE_NAME_SIZE] = {"half", "haircut"};
    world_grid(w, "grid", moves, 2, vols, 1);
    hpm_rule_worst *scan = &world_component(w, "scan", HPM_COMPONENT_WORST_SCENARIO)->rule.worst;
    strcpy(scan->set, "grid");
    scan->conversion = HPM_CONVERT_SHOCKED;
    scan->balances = 1;
    hpm_rule_scale *half = &world_component(w, "half", HPM_COMPONENT_SCALE)->rule.scale;
    strcpy(half->of, "scan");
    half->factor = 0.5;
    world_component(w, "haircut", HPM_COMPONENT_HAIRCUT);
    world_combine(w, "maintenance", HPM_COMPONENT_SUM, maintenance, 2);
    world_combine(w, "initial", HPM_COMPONENT_SUM, initial, 2);
    strcpy(w->rulebook.maintenance, "maintenance");
}

static inline int fixed_setup(void **state)
{
    fixed *f = fixture_take(1, sizeof *f);
    f->w = world_new();
    fixed_rulebook(f->w);
    *state = f;
    return 0;
}

static inline int fixed_teardown(void **state)
{
    fixed *f = *state;
    free(f->work.base);
    free(f->memory.base);
    world_free(f->w);
    free(f);
    return 0;
}

static inline fixed *fixed_again(void **state)
{
    fixed_teardown(state);
    fixed_setup(state);
    return *state;
}

#define FIXED_TEST(test) cmocka_unit_test_setup_teardown(test, fixed_setup, fixed_teardown)

/* A desk at the world's market, and the world's account. */
static inline void fixed_open(fixed *f)
{
    world *w = f->w;
    hpm_error error = {0};
    check_ok(hpm_rulebook_finish(&w->rulebook, &error), &error);
    check_ok(hpm_market_finish(&w->market, &error), &error);
    check_ok(hpm_desk_init(&f->desk, &w->arena, &w->context, &w->market, &w->rulebook, &error),
             &error);
    check_ok(hpm_account_init(w->account, "acc", w->balances, w->balance_count, w->positions,
                              w->position_count, w->declared, w->declared_count, &w->catalog,
                              &error),
             &error);
    size_t bytes =
        hpm_desk_work_size(&f->desk, w->position_count, w->balance_count + w->declared_count);
    f->work = (hpm_arena){fixture_take(bytes, 1), bytes, 0};
    hpm_desk_work(&f->desk, &f->work);
    bytes = hpm_limits_size(&f->desk, w->account);
    f->memory = (hpm_arena){fixture_take(bytes, 1), bytes, 0};
}

static inline void fixed_init(fixed *f)
{
    hpm_error error = {0};
    fixed_open(f);
    check_ok(hpm_limits_init(&f->limits, &f->memory, &f->desk, f->w->account, &error), &error);
}

/* Requirements are rounded up, equity down: a figure may be two units of money beside the one on
 * paper. Which side passes is exact. */
static inline int beside(int64_t e8, double wanted)
{
    return llabs(e8 - e8_of(wanted)) <= 2;
}

static inline void check_money(int64_t e8, double wanted, const char *what)
{
    if (!beside(e8, wanted))
        fail_msg("%s: %.8f instead of %.8f", what, hpm_e8_to_double(e8), wanted);
}

static inline void check_point(const hpm_limit_point *point, double equity, double requirement)
{
    assert_int_equal(point->status, HPM_OK);
    check_money(point->equity.e8, equity, "equity");
    check_money(point->requirement.e8, requirement, "requirement");
}

static inline int passes(const hpm_limit_point *point)
{
    return point->status == HPM_OK && point->equity.e8 >= point->requirement.e8;
}

#endif
