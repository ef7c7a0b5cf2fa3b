/* Shared by the tests of what is asked at a desk: the small world with a desk at it. A test makes
 * its rulebook and its account, then calls world_desk. */
#ifndef HPM_TESTS_DESK_WORLD_H
#define HPM_TESTS_DESK_WORLD_H

#include "hpm/desk.h"
#include "small_world.h"

/* The account from what the world holds. */
static inline void world_account(world *w)
{
    hpm_error error = {0};
    check_ok(hpm_account_init(w->account, "acc", w->balances, w->balance_count, w->positions,
                              w->position_count, w->declared, w->declared_count, &w->catalog,
                              &error),
             &error);
}

/* A desk with room for every account of the world, in the world's arena. */
static inline void world_desk(world *w, hpm_desk *desk)
{
    hpm_error error = {0};
    check_ok(hpm_rulebook_finish(&w->rulebook, &error), &error);
    check_ok(hpm_market_finish(&w->market, &error), &error);
    check_ok(hpm_desk_init(desk, &w->arena, &w->context, &w->market, &w->rulebook, &error), &error);
    size_t bytes = hpm_desk_work_size(desk, INSTRUMENTS, ASSETS + WORLD_ROWS);
    hpm_arena work = {hpm_arena_take(&w->arena, bytes, 1), bytes, 0};
    assert_non_null(work.base);
    hpm_desk_work(desk, &work);
    world_account(w);
}

/* One component that is both requirements: the worst loss of each underlying over some moves of
 * its price, as ratios, without volatility moves. `prices` stay the caller's. */
static inline void world_price_grid(world *w, double *prices, uint32_t count)
{
    static double no_vol[] = {0};
    world_grid(w, "grid", prices, count, no_vol, 1);
    hpm_component *worst = world_component(w, "worst", HPM_COMPONENT_WORST_SCENARIO);
    strcpy(worst->rule.worst.set, "grid");
    worst->rule.worst.balances = 1;
}

#endif
