/* Tests of src/margin/strikes.c. */
#include "margin/strikes.h"

#include "small_world.h"

/* One run is sorted, several of an expiry are not: 80 in coins, 80, 100 and 100 in USD, 80 in UST.
 * Futures are left out, the memory is the caller's to give back. */
static void test_order(void **state)
{
    static const double strikes[] = {80, 80, 80, 100, 100}, units[] = {4, 1, 5, 2, -3};
    world *w = *state;
    uint32_t count;
    world_component(w, "naked", HPM_COMPONENT_NAKED_SHORT);
    world_hold(w, B_CALL_80, 1);
    world_hold(w, B_CALL_100, 2);
    world_hold(w, B_PUT_100, -3);
    world_hold(w, B_COIN_CALL, 4);
    world_hold(w, B_CALL_UST, 5);
    world_hold(w, B_FUTURE, 6);
    world_run(w);
    uint32_t end = hpm_expiry_end(&w->exposure, 0);
    assert_int_equal(end, w->portfolio.run_count);
    const hpm_strike_row *rows = hpm_strike_rows(&count, &w->exposure, 0, end);
    assert_int_equal(count, COUNT_OF(strikes));
    for (uint32_t i = 0; i < count; i++) {
        check_near(rows[i].strike, strikes[i], "strike");
        check_near(rows[i].units, units[i], "units");
        check_near(w->exposure.units[rows[i].holding], units[i], "holding");
    }
}

/* Futures only: nothing. */
static void test_none(void **state)
{
    world *w = *state;
    uint32_t count;
    world_component(w, "naked", HPM_COMPONENT_NAKED_SHORT);
    world_hold(w, B_FUTURE, 6);
    world_run(w);
    assert_non_null(hpm_strike_rows(&count, &w->exposure, 0, 1));
    assert_int_equal(count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {WORLD_TEST(test_order), WORLD_TEST(test_none)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
