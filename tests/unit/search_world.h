/* Shared by the tests of the search: the small world with a desk and a search at it. */
#ifndef HPM_TESTS_SEARCH_WORLD_H
#define HPM_TESTS_SEARCH_WORLD_H

#include "assess/search_move.h"
#include "desk_world.h"

typedef struct searched {
    world *w;
    hpm_desk desk;
    hpm_search_rules rules;
    hpm_search search;
    void *memory, *work;
} searched;

static inline int searched_setup(void **state)
{
    searched *s = fixture_take(1, sizeof *s);
    s->w = world_new();
    hpm_search_defaults(&s->rules);
    s->rules.with_basis = 0;
    s->rules.evaluations = 3000;
    s->rules.size = 1000;
    *state = s;
    return 0;
}

static inline int searched_teardown(void **state)
{
    searched *s = *state;
    world_free(s->w);
    free(s->memory);
    free(s->work);
    free(s);
    return 0;
}

#define SEARCH_TEST(test) cmocka_unit_test_setup_teardown(test, searched_setup, searched_teardown)

/* A search at a desk that is made already, in memory of exactly the stated size less `missing`. */
static inline hpm_status searched_make(searched *s, size_t missing, hpm_error *error)
{
    size_t size = hpm_search_size(&s->desk, &s->w->rulebook, &s->rules);
    free(s->memory);
    free(s->work);
    s->work = NULL;
    s->memory = fixture_take(size, 1);
    hpm_arena arena = {s->memory, size - missing, 0};
    hpm_status status =
        hpm_search_init(&s->search, &arena, &s->desk, &s->w->rulebook, &s->rules, error);
    if (status != HPM_OK) return status;
    size = hpm_search_work_size(&s->search);
    s->work = fixture_take(size, 1);
    hpm_search_work(&s->search, &(hpm_arena){s->work, size, 0});
    return HPM_OK;
}

#endif
