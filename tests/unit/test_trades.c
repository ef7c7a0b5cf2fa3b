/* Tests of src/cli/trades.c: trades of the command line, and orders that an option names. What is
 * wrong is tested with the program itself. */
#include "cli/trades.h"

#include <stdlib.h>

#include "small_world.h"

static const hpm_command command = {.name = "test"};

static void test_parse(void **state)
{
    const world *w = *state;
    const char *texts[] = {"-1.5,b:perp", "2,b:coin:call,0.0525", "3,b:spot,mark,0.25",
                           "1e1,b:perp,1.2e2,0"};
    const hpm_texts list = {texts, COUNT_OF(texts)};
    hpm_order_list orders = {NULL, 0};
    assert_int_equal(hpm_trades_parse(&orders, &command, &list, &w->catalog), 0);
    assert_int_equal(orders.count, 4);
    assert_int_equal(orders.items[0].instrument, B_PERP);
    assert_int_equal(orders.items[0].quantity.e8, e8_of(-1.5));
    assert_true(isnan(orders.items[0].price));
    assert_int_equal(orders.items[0].fee.e8, 0);
    assert_string_equal(orders.items[0].id, "");
    assert_int_equal(orders.items[1].instrument, B_COIN_CALL);
    assert_true(orders.items[1].price == 0.0525);
    assert_true(isnan(orders.items[2].price));
    assert_int_equal(orders.items[2].fee.e8, e8_of(0.25));
    assert_int_equal(orders.items[3].quantity.e8, e8_of(10));
    assert_true(orders.items[3].price == 120);
    hpm_order_list_free(&orders);
    assert_null(orders.items);
}

static void test_mark(void **state)
{
    hpm_order rows[] = {{.id = "a"}, {.id = "b"}, {.id = "c"}};
    const hpm_order_list orders = {rows, COUNT_OF(rows)};
    const char *ids[] = {"c", "a"};
    uint8_t flags[3] = {0};
    (void)state;
    assert_int_equal(hpm_orders_mark(flags, &orders, &command, &(hpm_texts){ids, 2}), 0);
    assert_int_equal(flags[0], 1);
    assert_int_equal(flags[1], 0);
    assert_int_equal(flags[2], 1);
}

static void test_no_file(void **state)
{
    const world *w = *state;
    hpm_order_list orders = {NULL, 0};
    assert_int_equal(hpm_orders_read(&orders, NULL, &w->catalog), 0);
    assert_int_equal(orders.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_parse),
        WORLD_TEST(test_mark),
        WORLD_TEST(test_no_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
