/* Tests of src/margin/fill_losses.c: what one underlying loses at most over all sets of fills. The
 * price falls and rises by 20 %; volatility is 0, so that a call at 80 is worth 20, 0 and 40. */
#define WORLD_SOL_SETTLEMENT BTC
#include "fills_fixture.h"

static double prices[] = {-0.2, 0.2}, vols[] = {0};

static hpm_component *begin(world *w)
{
    world_grid(w, "grid", prices, 2, vols, 1);
    hpm_component *component = world_component(w, "worst", HPM_COMPONENT_WORST_SCENARIO);
    strcpy(component->rule.worst.set, "grid");
    component->rule.worst.balances = 1;
    return component;
}

static uint32_t group_of(const world *w, uint32_t asset)
{
    for (uint32_t g = 0; g < w->exposure.group_count; g++)
        if (w->exposure.groups[g].asset == asset) return g;
    fail_msg("no group of asset %u", asset);
    return HPM_NONE;
}

static void check_losses(const world *w, const order_list *list, uint32_t asset, double slope,
                         double rho, double down, double up)
{
    hpm_pnl_view view;
    double losses[2];
    hpm_pnl_view_of(&view, &w->array, &w->components[0]);
    size_t used = w->arena.used;
    hpm_fills_losses(losses, &list->fills, &view, group_of(w, asset), slope, rho);
    assert_int_equal(w->arena.used, used);
    check_near(losses[0], down, "down");
    check_near(losses[1], up, "up");
}

static void check_parts(const world *w, order_list *list, uint32_t asset, uint32_t j, double slope,
                        double rho, const double *parts)
{
    hpm_pnl_view view;
    const hpm_fill_share share = {list->part, 1, list->taken};
    memset(list->part, 0, sizeof list->part);
    memset(list->taken, 0, sizeof list->taken);
    hpm_pnl_view_of(&view, &w->array, &w->components[0]);
    hpm_fills_share_loss(&share, &list->fills, &view, group_of(w, asset), j, slope, rho);
    for (uint32_t i = 0; i < list->count; i++) {
        check_near(list->part[i], parts[i], "part");
        assert_int_equal(list->taken[i], parts[i] > 0);
    }
}

/* Held: 1 perpetual, which loses 20 or -20. Orders: to buy another 10 below the mark loses 20 or
 * -20 and gains 10; to sell 2 calls at 25 loses -40 or 40 and gains 10; to buy a put at 3 is worth
 * 0, 20 or 0, loses -20 or 0 and gains -3. */
static void test_linear(void **state)
{
    world *w = *state;
    order_list list = {.count = 0};
    begin(w);
    world_hold(w, B_PERP, 1);
    list_order(&list, B_PERP, 1, 90, 0);
    list_order(&list, B_CALL_80, -2, 25, 0);
    list_order(&list, B_PUT_100, 1, 3, 0);
    fills_make(w, &list);
    check_losses(w, &list, BTC, 1, 0, 40, 20);
    check_losses(w, &list, BTC, 1, 1, 30, 13);
    check_losses(w, &list, BTC, 0.5, 1, 10, 3);
    check_losses(w, &list, BTC, 0, 1, 3, 3);
    check_parts(w, &list, BTC, 0, 1, 1, (const double[]){10, 0, 0});
    check_parts(w, &list, BTC, 1, 1, 1, (const double[]){0, 30, 3});
    check_parts(w, &list, BTC, HPM_NONE, 1, 2, (const double[]){0, 0, 6});
    check_near(hpm_fills_idle(&list.fills, group_of(w, BTC), 2), 6, "idle");
}

/* To buy 2 coin calls at 0.25: they are worth 0.4 coins, and cost 0.5. Down: 0.4 coins at 80 are
 * lost, and 0.1 coins less are owned: 32 - 2. Up: they come to 2 * 40/120 coins: -32 + 2. The gain
 * is -10. To sell a coin for 99, with a fee of 1: -20 or 20, gain -2. */
static void test_coins(void **state)
{
    world *w = *state;
    order_list list = {.count = 0};
    begin(w);
    list_order(&list, B_COIN_CALL, 2, 0.25, 0);
    list_order(&list, B_SPOT, -1, 99, 1);
    fills_make(w, &list);
    check_losses(w, &list, BTC, 1, 0, 30, 20);
    check_losses(w, &list, BTC, 1, 1, 40, 22);
    check_parts(w, &list, BTC, 0, 1, 1, (const double[]){40, 0});
    check_parts(w, &list, BTC, 1, 1, 1, (const double[]){0, 22});
}

/* A static discount of 0.5 of what a bucket is worth above 0. Held: a long call, worth 20: it comes
 * to 0 or to 40, of which 20 count. An order to sell 2 more at the mark makes it -20, 0 or -40. Up:
 * without the order 20 - 20 are lost, with it -20 + 40. */
static void test_discount(void **state)
{
    world *w = *state;
    order_list list = {.count = 0};
    hpm_component *component = begin(w);
    component->rule.worst.fold = HPM_FOLD_DISCOUNT;
    component->rule.worst.discount_base = 0.5;
    world_hold(w, B_CALL_80, 1);
    list_order(&list, B_CALL_80, -2, NAN, 0);
    fills_make(w, &list);
    check_losses(w, &list, BTC, 1, 0, 20, 20);
    check_losses(w, &list, BTC, 1, 0.5, 20, 20);
    check_parts(w, &list, BTC, 1, 1, 0, (const double[]){40});
    check_parts(w, &list, BTC, 0, 1, 0, (const double[]){0});
}

/* Above 0 half counts, below 0 a quarter. The same account: up, the loss is the smaller of two
 * linear ones, 20 - 20 and 20 - 10 without the order, and with it less than nothing. Down, 20 is
 * lost. */
static void test_discount_of_what_is_owed(void **state)
{
    world *w = *state;
    order_list list = {.count = 0};
    hpm_component *component = begin(w);
    component->rule.worst.fold = HPM_FOLD_DISCOUNT;
    component->rule.worst.discount_base = 0.5;
    component->rule.worst.discount_short_base = 0.25;
    world_hold(w, B_CALL_80, 1);
    list_order(&list, B_CALL_80, -2, NAN, 0);
    fills_make(w, &list);
    check_losses(w, &list, BTC, 1, 0, 20, 0);
    check_parts(w, &list, BTC, 1, 1, 0, (const double[]){0});
}

/* Whichever way an expiry moves it loses: the call 20 both ways, with three sold on top 40. */
static void test_rotation(void **state)
{
    world *w = *state;
    order_list list = {.count = 0};
    begin(w)->rule.worst.rotation = 1;
    world_hold(w, B_CALL_80, 1);
    list_order(&list, B_CALL_80, -3, NAN, 0);
    fills_make(w, &list);
    check_losses(w, &list, BTC, 1, 0, 40, 40);
    check_parts(w, &list, BTC, 0, 1, 0, (const double[]){60});
    check_parts(w, &list, BTC, 1, 1, 0, (const double[]){60});
}

/* 100 UST that follow BTC lose 20 or gain 20. To sell 50 takes half of either, to buy 50 adds it.
 */
static void test_followers(void **state)
{
    world *w = *state;
    order_list list = {.count = 0};
    begin(w)->rule.worst.followers = 1;
    strcpy(w->collateral[UST].follows, "BTC");
    world_balance(w, UST, 100);
    list_order(&list, U_SPOT, -50, 1, 0);
    list_order(&list, U_SPOT, 50, 1, 0);
    fills_make(w, &list);
    check_losses(w, &list, BTC, 1, 0, 30, -10);
    check_parts(w, &list, BTC, 0, 1, 0, (const double[]){0, 10});
    check_parts(w, &list, BTC, 1, 1, 0, (const double[]){10, 0});
}

/* The first of it that comes with a fill moves, too. */
static void test_first_follower(void **state)
{
    world *w = *state;
    order_list list = {.count = 0};
    begin(w)->rule.worst.followers = 1;
    strcpy(w->collateral[UST].follows, "BTC");
    world_balance(w, USD, 100);
    list_order(&list, U_SPOT, 50, 0.9, 0);
    fills_make(w, &list);
    check_losses(w, &list, BTC, 1, 0, 10, 0);
    check_losses(w, &list, BTC, 1, 1, 5, 0);
}

/* A perpetual on BTC that settles in what follows BTC: 100 lost at the fill are 20 more, or less,
 * of that, and it loses 20 itself. */
static void test_settled_in_a_follower(void **state)
{
    world *w = *state;
    order_list list = {.count = 0};
    begin(w)->rule.worst.followers = 1;
    strcpy(w->collateral[UST].follows, "BTC");
    list_order(&list, B_PERP_UST, 1, 200, 0);
    fills_make(w, &list);
    check_losses(w, &list, BTC, 1, 0, 20 - 20, 0);
    check_losses(w, &list, BTC, 1, 1, 100, 100);
}

/* A perpetual on SOL that settles in BTC, bought at 0.9 where it stands at 1: on SOL it loses 0.2
 * coins, or gains them, worth 20, whatever BTC does; with it come 0.1 coins, which lose 2 or gain 2
 * on BTC. The gain of 10 counts where its home is. A fee of 0.3 coins more and it brings -0.2. */
static void test_two_underlyings(void **state)
{
    world *w = *state;
    order_list list = {.count = 0};
    begin(w);
    list_order(&list, S_PERP, 1, 0.9, 0);
    list_order(&list, B_PERP, 1, NAN, 0);
    fills_make(w, &list);
    assert_int_equal(w->exposure.group_count, 2);
    check_losses(w, &list, SOL, 1, 0, 20, 0);
    check_losses(w, &list, SOL, 1, 1, 10, 0);
    check_losses(w, &list, BTC, 1, 1, 22, 0);
    check_parts(w, &list, BTC, 0, 1, 1, (const double[]){2, 20});
    check_parts(w, &list, SOL, 0, 1, 1, (const double[]){10, 0});
    w = world_again(state);
    list = (order_list){.count = 0};
    begin(w);
    list_order(&list, S_PERP, 1, 0.9, 0.3);
    fills_make(w, &list);
    assert_int_equal(w->exposure.group_count, 2); /* BTC comes with the fill */
    check_losses(w, &list, SOL, 1, 1, 40, 0);
    check_losses(w, &list, BTC, 1, 1, 0, 4);
    check_near(hpm_fills_idle(&list.fills, group_of(w, SOL), 1), 20, "idle");
}

/* Hedged, at -50 and +60 %: a call, of which 20 are lost where its delta loses 50, counts +30 and
 * 0; a perpetual counts nothing, nor does a coin. Held: a call. Orders: to sell 3 at 25 counts -90
 * and 0 and gains 15; to buy a perpetual at 90 gains 10. */
static void test_delta_hedged(void **state)
{
    static double wide[] = {-0.5, 0.6};
    world *w = *state;
    order_list list = {.count = 0};
    begin(w)->rule.worst.delta_hedged = 1;
    w->sets[0].prices.items = wide;
    world_hold(w, B_CALL_80, 1);
    world_balance(w, BTC, 2);
    list_order(&list, B_CALL_80, -3, 25, 0);
    list_order(&list, B_PERP, 1, 90, 0);
    fills_make(w, &list);
    check_losses(w, &list, BTC, 1, 0, 60, 0);
    check_parts(w, &list, BTC, 0, 1, 0, (const double[]){90, 0});
    check_losses(w, &list, BTC, 1, 1, 45, 0);
    check_parts(w, &list, BTC, 0, 1, 1, (const double[]){75, 0});
    check_losses(w, &list, BTC, 0.5, 0, 30, 0);
}

/* A pair that loses L counts the largest of L, half of L and -5. Held: a perpetual, which loses 20
 * or -20. */
static void begin_paired(world *w, double gain_cap, double dampener)
{
    static hpm_pair_rule pair;
    begin(w)->rule.worst.balances = 0;
    pair = (hpm_pair_rule){"BTC", "USD", 0.5, gain_cap, dampener};
    w->rulebook.pairs = (hpm_list){&pair, 1};
    world_hold(w, B_PERP, 1);
}

/* To sell 2 at the mark loses -40 or 40. Up, -20 count -10 without the order, and 20 with it. Sold
 * at 110 they gain 20: with the order 20 - 20 are left. */
static void test_gains_of_a_pair(void **state)
{
    world *w = *state;
    order_list list = {.count = 0}, above = {.count = 0}, none = {.count = 0};
    begin_paired(w, NAN, 0);
    list_order(&list, B_PERP, -2, NAN, 0);
    fills_make(w, &list);
    check_losses(w, &list, BTC, 1, 0, 20, 20);
    check_parts(w, &list, BTC, 0, 1, 0, (const double[]){0});
    check_parts(w, &list, BTC, 1, 1, 0, (const double[]){40});
    w = world_again(state);
    begin_paired(w, NAN, 0);
    list_order(&above, B_PERP, -2, 110, 0);
    fills_make(w, &above);
    check_losses(w, &above, BTC, 1, 1, 20, 0);
    w = world_again(state);
    begin_paired(w, NAN, 0);
    list_order(&none, E_PERP, 1, NAN, 0);
    fills_make(w, &none);
    check_losses(w, &none, BTC, 1, 0, 20, -10);
}

/* One more bought: 40 down. Up, gains count 5 at most, whether it fills or not. A dampener of 0.9
 * takes 0.9 / 0.9 from the loss, and no gain offsets by more than nothing. */
static void test_cap_and_dampener_of_a_pair(void **state)
{
    world *w = *state;
    order_list list = {.count = 0}, dampened = {.count = 0};
    begin_paired(w, 5, 0);
    list_order(&list, B_PERP, 1, NAN, 0);
    fills_make(w, &list);
    check_losses(w, &list, BTC, 1, 0, 40, -5);
    check_parts(w, &list, BTC, 0, 1, 0, (const double[]){20});
    check_parts(w, &list, BTC, 1, 1, 0, (const double[]){0});
    w = world_again(state);
    begin_paired(w, 5, 0.9);
    list_order(&dampened, B_PERP, 1, NAN, 0);
    fills_make(w, &dampened);
    check_losses(w, &dampened, BTC, 1, 0, 39, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_linear),
        WORLD_TEST(test_coins),
        WORLD_TEST(test_discount),
        WORLD_TEST(test_two_underlyings),
        WORLD_TEST(test_discount_of_what_is_owed),
        WORLD_TEST(test_rotation),
        WORLD_TEST(test_followers),
        WORLD_TEST(test_first_follower),
        WORLD_TEST(test_settled_in_a_follower),
        WORLD_TEST(test_delta_hedged),
        WORLD_TEST(test_gains_of_a_pair),
        WORLD_TEST(test_cap_and_dampener_of_a_pair),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
